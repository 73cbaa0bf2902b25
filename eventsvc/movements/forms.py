"""What people type about a movement and its training."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.validators import DataRequired, InputRequired

from eventsvc.movements.models import Comparator, Movement, Training
from eventsvc.movements.operations import Learners
from eventsvc.web.fields import DayField, LineField, NumberField, TextField, VersionField, WordField


class MovementForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the movement"), [DataRequired(_l("Enter a name."))], most=200)
    actor = LineField(_l("Who"), [DataRequired(_l("Say who is to reach the target."))], most=1000)
    comparator = WordField(_l("How much"), Comparator, default=Comparator.MINIMUM)
    value = NumberField(_l("Number"), [InputRequired(_l("Enter a number."))], most=1_000_000)
    unit = LineField(_l("Of what"), [DataRequired(_l("Say what is counted."))], most=200)
    number_of_members = NumberField(_l("How many take part"), least=0, most=1_000_000)
    starts = LineField(_l("Begins, in words"), most=1000)
    start_date = DayField(_l("First day"))
    duration_days = NumberField(_l("Days"), most=3660)
    skills = TextField(_l("Skills"), most=20_000)
    report_from = LineField(_l("Report from"), most=1000)
    report_to = LineField(_l("Report to"), most=1000)
    report_via = LineField(_l("By way of"), most=1000)
    report_due = DayField(_l("Report due"))
    report_due_meaning = LineField(_l("Meaning of the day"), most=200)

    MOVEMENT = (
        "name", "starts", "start_date", "duration_days", "report_from", "report_to", "report_via", "report_due",
        "report_due_meaning",
    )  # fmt: skip
    TARGET = ("actor", "comparator", "value", "unit", "number_of_members")

    @classmethod
    def of(cls, movement: Movement | None, **kwargs: Any) -> "MovementForm":
        if movement is None:
            return cls(**kwargs)
        target = movement.targets[0] if movement.targets else None
        values = {name: getattr(movement, name) for name in (*cls.MOVEMENT, "version")}
        values |= (
            {name: getattr(target, name) for name in cls.TARGET} | {"value": int(target.value)}
            if target
            else {}
        )
        values["skills"] = "\n".join(skill.text for skill in movement.skills)
        return cls(data=values, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.MOVEMENT}

    @property
    def target(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.TARGET}


class TrainingForm(FlaskForm):
    version = VersionField()
    platform = LineField(_l("Platform"), most=1000)
    provider = LineField(_l("Provided by"), most=1000)
    completion_rule = TextField(_l("What completes it"), most=4000)
    pass_mark = NumberField(_l("Pass mark"), least=0, most=1000)
    deadline = DayField(_l("Deadline"))
    groups = TextField(_l("Who brings whom"), most=20_000)

    TRAINING = ("platform", "provider", "completion_rule", "pass_mark", "deadline")

    @classmethod
    def of(cls, training: Training | None, **kwargs: Any) -> "TrainingForm":
        if training is None:
            return cls(**kwargs)
        values = {name: getattr(training, name) for name in (*cls.TRAINING, "version")}
        values["groups"] = "\n".join(f"{row.agency} | {row.learners}" for row in training.groups)
        return cls(data=values, **kwargs)

    def validate_groups(self, field: TextField) -> None:
        for number, line in enumerate(field.lines, start=1):
            agency, bar, learners = line.partition("|")
            if not (agency.strip() and bar and learners.strip()):
                raise ValidationError(_("Line %(number)s: write “agency | group”.", number=number))

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.TRAINING}

    @property
    def learners(self) -> Learners:
        """The groups under the agency that brings them; lines that follow one another belong together."""
        found: list[tuple[str, list[str]]] = []
        for line in self.groups.lines:
            agency, _bar, learners = (part.strip() for part in line.partition("|"))
            if not found or found[-1][0] != agency:
                found.append((agency, []))
            found[-1][1].append(learners)
        return found
