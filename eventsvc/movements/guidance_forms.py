"""What is typed about residents guided: a field for every day and skill of the movement."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired

from eventsvc import clock
from eventsvc.movements import guidance_days
from eventsvc.movements import guidance_queries as queries
from eventsvc.movements.guidance_days import Key
from eventsvc.movements.guidance_operations import MOST, Entered
from eventsvc.movements.models import Skill
from eventsvc.movements.return_models import GuidanceReturn
from eventsvc.text import short_date
from eventsvc.web.fields import LineField, NumberField, TextField, VersionField

LONGEST_SKILL = 60


class ExpectForm(FlaskForm):
    with_districts = BooleanField(_l("The districts' own teams return their figures, too"))


class RemarkForm(FlaskForm):
    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )


class CloseForm(FlaskForm):
    version = VersionField(id="close-version")
    reason = TextField(
        _l("Why nothing more is awaited"),
        [DataRequired(_l("Say why nothing more is awaited."))],
        most=2000,
        id="close-remark",
    )


class FiguresForm(FlaskForm):
    """The part that every return has; `figures_form` adds the fields of the days."""

    version = VersionField()
    members = NumberField(_l("Members of the community digital teams"), least=0, most=MOST)
    reached = NumberField(_l("Members who reached the target"), least=0, most=MOST)
    note = TextField(_l("Note on the return"), most=2000)
    by_name = LineField(_l("Who reports (name and position)"), most=200)
    keys: dict[str, Key] = {}
    days: Sequence[date] = ()
    skills: Sequence[Skill | None] = ()

    def fill(self, row: GuidanceReturn) -> None:
        self.version.data = row.version
        self.members.data, self.reached.data = row.members, row.members_who_reached
        self.note.data, self.by_name.data = row.note, row.submitted_by
        stands = {(count.day, count.skill_id): count.residents for count in row.counts}
        for name, key in self.keys.items():
            self[name].data = stands.get(key)

    @property
    def entered(self) -> Entered:
        return Entered(
            {key: self[name].data for name, key in self.keys.items()},
            members=self.members.data,
            reached=self.reached.data,
            note=self.note.data or None,
        )

    def cell(self, day: date, skill: Skill | None) -> Any:
        return self[name_of((day, skill.id if skill else None))]


def figures_form(row: GuidanceReturn, formdata: Any = ..., **more: Any) -> FiguresForm:
    """The form of one return, with a field for each of its days and skills."""
    span = queries.span_of(row.movement)
    days = guidance_days.days_to_show(span, (count.day for count in row.counts))
    skills = _columns(row)
    fields: dict[str, Any] = {"keys": {}, "days": days, "skills": skills}
    for day in days:
        for skill in skills:
            key = (day, skill.id if skill else None)
            fields[name_of(key)] = NumberField(_words(day, skill), least=0, most=MOST)
            fields["keys"][name_of(key)] = key
    kind = type("ReturnForm", (FiguresForm,), fields)
    return kind(**more) if formdata is ... else kind(formdata=formdata, **more)  # type: ignore[no-any-return]


def today_in(days: Iterable[date]) -> date | None:
    """Today, when it is one of the days."""
    today = clock.today()
    return today if today in set(days) else None


def name_of(key: Key) -> str:
    day, skill_id = key
    return f"c-{day:%Y%m%d}-{skill_id or 0}"


def skill_words(skill: Skill | None) -> str:
    """A skill as the head of a column says it."""
    if skill is None:
        return str(_("Skills not told apart"))
    words = skill.text[:1].upper() + skill.text[1:]
    return words if len(words) <= LONGEST_SKILL else f"{words[: LONGEST_SKILL - 1].rstrip()}…"


def _words(day: date, skill: Skill | None) -> str:
    return f"{short_date(day)}, {skill_words(skill)}"


def _columns(row: GuidanceReturn) -> list[Skill | None]:
    """The skills of the movement, and a column for those not told apart: where there are none, or it was used."""
    skills: list[Skill | None] = list(row.movement.skills)
    return [*skills, None]
