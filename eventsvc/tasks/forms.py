"""What people type about a task."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired, InputRequired

from eventsvc.agenda.models import Ritual
from eventsvc.documents.models import Document
from eventsvc.events.models import Event
from eventsvc.tasks import wording
from eventsvc.tasks.deadlines import DATED, RELATIVE, WINDOWED, Anchors, first_deadline, window_of
from eventsvc.tasks.models import Anchor, AssigneeRole, DeadlineKind, Task, TaskKind
from eventsvc.tasks.operations import Details
from eventsvc.web import labels
from eventsvc.web.fields import (
    DayField,
    LineField,
    NumberField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

MONTHS = range(1, 13)


class TaskForm(FlaskForm):
    """A task with everything that a plan says of it. The kinds of deadlines need different fields: what the chosen one
    does not need is not looked at."""

    version = VersionField()
    text = TextField(_l("What is to be done"), [DataRequired(_l("Enter what is to be done."))], most=10_000)
    key = LineField(_l("Number in the plan"), most=40)
    kind = WordField(_l("Kind of task"), TaskKind, default=TaskKind.ASSIGNMENT)
    agency = LineField(_l("Agency"), most=1000)
    role = WordField(_l("Its role"), AssigneeRole, default=AssigneeRole.RESPONSIBLE)
    role_label = LineField(_l("Role as printed"), most=200)
    lead_agency = LineField(_l("Led by"), most=1000)
    coordinating = TextField(_l("Together with"), most=4000)
    beside = TextField(_l("Named beside the lead"), most=4000)
    owners = TextField(_l("Answering for a part each"), most=4000)
    deadline_kind = SelectField(_l("Meaning of the deadline"), validate_choice=True)
    deadline = DayField(_l("Deadline"))
    year = NumberField(_l("Year"), least=2000, most=2100)
    month = SelectField(_l("Month"), validate_choice=True)
    until_month = SelectField(_l("Until month"), validate_choice=True)
    offset_days = NumberField(_l("Number of days"), least=-730, most=730)
    anchor = SelectField(_l("Counted from"), validate_choice=True)
    deadline_text = LineField(_l("Time as printed"), most=1000)
    report_to = LineField(_l("Report to"), most=1000)
    report_via = LineField(_l("By way of"), most=1000)
    document = RowField(_l("Paper it comes from"), empty=_l("not said"))
    cite = LineField(_l("Section of the paper"), most=200)
    content = TextField(_l("Content"), most=10_000)
    goal = TextField(_l("Goal"), most=10_000)
    participants = TextField(_l("Participants"), most=10_000)
    achieved_by = RowField(_l("Achieved by the event"), empty=_l("none"))
    ritual = RowField(_l("Achieved by the ritual"), empty=_l("none"))
    note = TextField(_l("Note for the organizers"), most=2000)

    SAME = ("text", "deadline", "deadline_text", "offset_days", "report_to", "report_via", "key", "note", "content",
            "goal", "participants", "cite")  # fmt: skip

    def __init__(
        self,
        task: Task | None = None,
        *,
        documents: list[Document] | None = None,
        events: list[Event] | None = None,
        rituals: list[Ritual] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data=self._stored(task) if task else None, **kwargs)
        self.task = task
        self.action = task.action if task else None
        self.deadline_kind.choices = [SelectChoice("", _("not said")), *labels.choices(DeadlineKind)]
        months = [SelectChoice(str(month), _("Month %(number)s", number=month)) for month in MONTHS]
        self.month.choices = [SelectChoice("", "–"), *months]
        self.until_month.choices = [SelectChoice("", "–"), *months]
        self.anchor.choices = [SelectChoice("", "–"), *labels.choices(Anchor)]
        if task is not None:
            del self.kind
        else:
            self.kind.choices = [
                choice for choice in labels.choices(TaskKind) if choice.value != TaskKind.STEP.value
            ]
        self.document.offer(documents or [], lambda row: f"{row.number or ''} {row.title}".strip()[:120])
        self.achieved_by.offer(events or [], lambda row: row.short_title)
        self.ritual.offer(rituals or [], lambda row: f"{row.title} – {row.event.short_title}"[:120])

    @classmethod
    def _stored(cls, task: Task) -> dict[str, Any]:
        values = {name: getattr(task, name) for name in (*cls.SAME, "version")}
        first, others = task.assignees[:1], task.assignees[1:]
        named = {role: [row.name for row in others if row.role is role] for role in AssigneeRole}
        start, end = task.window_start, task.window_end
        return values | {
            "agency": first[0].name if first else None,
            "role": first[0].role if first else AssigneeRole.RESPONSIBLE,
            "role_label": first[0].role_label if first else None,
            "lead_agency": next(iter(named[AssigneeRole.LEAD]), None),
            "coordinating": "\n".join(named[AssigneeRole.COORDINATING]),
            "beside": "\n".join(named[AssigneeRole.WITH]),
            "owners": "\n".join(named[AssigneeRole.OWNER]),
            "deadline_kind": task.deadline_kind.value if task.deadline_kind else "",
            "year": start.year if start else None,
            "month": str(start.month) if start else "",
            "until_month": str(end.month) if end and task.deadline_kind is DeadlineKind.MONTH_RANGE else "",
            "anchor": task.anchor.value if task.anchor else "",
            "document": task.document_id,
            "achieved_by": task.achieved_by_event_id,
            "ritual": task.achieved_by_ritual_id,
        }

    @property
    def is_follow_up(self) -> bool:
        """What follows from an event may be nobody's in particular."""
        return (self.task.kind if self.task is not None else self.kind.data) is TaskKind.FOLLOW_UP

    @property
    def chosen_kind(self) -> DeadlineKind | None:
        value = self.deadline_kind.data
        return DeadlineKind(value) if value in set(DeadlineKind) else None

    @property
    def details(self) -> Details:
        kind = self.chosen_kind
        start, end = self._window(kind)
        is_dated = kind in DATED or kind is None
        is_relative = kind in RELATIVE
        return Details(
            text=self.text.data,
            key=self.key.data,
            agency=self.agency.data,
            role=self.role.data,
            role_label=self.role_label.data,
            lead_agency=self.lead_agency.data,
            coordinating=self.coordinating.lines,
            beside=self.beside.lines,
            owners=self.owners.lines,
            action=self.action,
            deadline=self.deadline.data if is_dated else None,
            deadline_kind=kind,
            deadline_text=self.deadline_text.data,
            window_start=start,
            window_end=end,
            offset_days=self.offset_days.data if is_relative else None,
            anchor=Anchor(self.anchor.data) if is_relative and self.anchor.data in set(Anchor) else None,
            report_to=self.report_to.data,
            report_via=self.report_via.data,
            note=self.note.data,
            more={
                "content": self.content.data,
                "goal": self.goal.data,
                "participants": self.participants.data,
                "cite": self.cite.data,
                "document_id": _id_of(self.document),
                "achieved_by_event_id": _id_of(self.achieved_by),
                "achieved_by_ritual_id": _id_of(self.ritual),
            },
        )

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = super().validate(extra_validators)
        kind = self.chosen_kind
        if not self.agency.data and not self.is_follow_up and not self.agency.errors:
            self.agency.errors = [_("Enter the agency.")]
            is_valid = False
        if kind in WINDOWED and not self.errors.get("year"):
            if self.year.data is None:
                self.year.errors = [*self.year.errors, _("Enter the year.")]
                is_valid = False
            if not self.month.data:
                self.month.errors = [*self.month.errors, _("Choose the month.")]
                is_valid = False
            if kind is DeadlineKind.MONTH_RANGE and not self.until_month.data:
                self.until_month.errors = [*self.until_month.errors, _("Choose the month.")]
                is_valid = False
            elif is_valid and self._ends_before():
                sentence = _("The months end before they begin.")
                self.until_month.errors = [*self.until_month.errors, sentence]
                is_valid = False
        return is_valid

    def sentence(self, anchors: Anchors, overrides: Any = None) -> str:
        """What the deadline comes to, as it stands in the form now; empty while it cannot be said."""
        if (
            self.offset_days.errors or self.deadline.errors
        ):  # a refused value is kept to be seen, not to be counted
            return ""
        try:
            details = self.details
        except (ValueError, TypeError):
            return ""
        draft = Task(**{name: value for name, value in details.columns.items() if name not in details.more})
        words, last = wording.due_words(draft), first_deadline(draft, anchors, overrides)
        if not words:
            return ""
        if last is None:
            return _("%(words)s: no last day is known yet.", words=_capital(words))
        return _("%(words)s: the last day in time is %(day)s.", words=_capital(words), day=f"{last:%d/%m/%Y}")

    def _ends_before(self) -> bool:
        return (
            self.chosen_kind is DeadlineKind.MONTH_RANGE
            and bool(self.month.data)
            and bool(self.until_month.data)
            and int(self.until_month.data) < int(self.month.data)
        )

    def _window(self, kind: DeadlineKind | None) -> tuple[date | None, date | None]:
        """The days of the month or months; those of a plan that fit no month stay as they were."""
        if kind not in WINDOWED:
            kept = self.task if self.task is not None and kind is self.task.deadline_kind is None else None
            return (kept.window_start, kept.window_end) if kept is not None else (None, None)
        if self.year.data is None or not self.month.data or self._ends_before():
            return (None, None)
        until = int(self.until_month.data) if self.until_month.data else None
        until = until if kind is DeadlineKind.MONTH_RANGE else None
        window = window_of(kind, self.year.data, int(self.month.data), until)
        task = self.task
        if task is not None and task.deadline_kind is kind and task.window_start and task.window_end:
            first = (task.window_start.year, task.window_start.month) == (
                window.start.year,
                window.start.month,
            )
            if first and (until is None or task.window_end.month == until):
                return (task.window_start, task.window_end)
        return (window.start, window.end)


class ChargeForm(FlaskForm):
    """Agencies that a line of the plan does not spell out."""

    agencies = TextField(_l("Agencies"), [DataRequired(_l("Enter the agency."))], most=10_000)


class CommentForm(FlaskForm):
    text = TextField(_l("Comment"), [DataRequired(_l("Write the comment."))], most=10_000)
    audience = SelectField(_l("Who reads it"), default="internal")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.audience.choices = [
            SelectChoice("internal", _("the organizers alone")),
            SelectChoice("agencies", _("the agencies that have the task")),
        ]


class CloseForm(FlaskForm):
    version = VersionField()
    state = SelectField(_l("The task is"), default="done")
    done_on = DayField(_l("Done on"))
    reason = TextField(_l("Reason or remark"), most=5000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.state.choices = [
            SelectChoice("done", _("done")),
            SelectChoice("dropped", _("no longer to be done")),
        ]


class ExtendForm(FlaskForm):
    """More time of the organizers' own accord."""

    version = VersionField(id="extend-version")
    until = DayField(_l("New last day"), [InputRequired(_l("Enter the new last day."))])
    reason = TextField(_l("Reason"), [DataRequired(_l("Say why more time is given."))], most=5000)


class DecisionForm(FlaskForm):
    """On more time that an agency has asked for."""

    version = VersionField()
    until = DayField(_l("New last day"))
    audience = SelectField(_l("Holds for"), default="one")
    remark = TextField(_l("Remark to the agency"), most=5000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.audience.choices = [
            SelectChoice("one", _("this agency")),
            SelectChoice("all", _("all agencies that have the task")),
        ]


class ReminderDaysForm(FlaskForm):
    """On which days around the last day the silent are reminded."""

    before = LineField(_l("Days before the last day"), most=60)
    after = LineField(_l("Days after the last day"), most=60)

    @property
    def days(self) -> list[int] | None:
        """None when something was typed that is no list of numbers."""
        try:
            before = [-_whole(part) for part in _pieces(self.before.data)]
            return before + [_whole(part) for part in _pieces(self.after.data)]
        except ValueError:
            return None


def _pieces(typed: str | None) -> list[str]:
    return (typed or "").replace(";", ",").replace(",", " ").split()


def _whole(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 4:
        raise ValueError(typed)
    return int(typed)


def _id_of(field: RowField) -> int | None:
    return field.row.id if field.row is not None else None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
