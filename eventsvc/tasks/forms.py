"""What people type about a task."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired

from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task
from eventsvc.tasks.operations import Details
from eventsvc.web import labels
from eventsvc.web.fields import DayField, LineField, TextField, VersionField, WordField


class TaskForm(FlaskForm):
    version = VersionField()
    text = TextField(_l("What is to be done"), [DataRequired(_l("Enter what is to be done."))], most=10_000)
    agency = LineField(_l("Agency"), [DataRequired(_l("Enter the agency."))], most=1000)
    role = WordField(_l("Its role"), AssigneeRole, default=AssigneeRole.RESPONSIBLE)
    lead_agency = LineField(_l("Led by"), most=1000)
    coordinating = TextField(_l("Together with"), most=4000)
    deadline = DayField(_l("Deadline"))
    deadline_kind = SelectField(_l("Meaning of the deadline"), validate_choice=True)
    report_to = LineField(_l("Report to"), most=1000)
    report_via = LineField(_l("By way of"), most=1000)
    key = LineField(_l("Number in the plan"), most=40)
    note = TextField(_l("Note for the organizers"), most=2000)

    SAME = ("text", "deadline", "report_to", "report_via", "key", "note")

    def __init__(self, task: Task | None = None, **kwargs: Any) -> None:
        super().__init__(data=self._stored(task) if task else None, **kwargs)
        self.action = task.action if task else None
        self.deadline_kind.choices = [SelectChoice("", _("not said")), *labels.choices(DeadlineKind)]

    @classmethod
    def _stored(cls, task: Task) -> dict[str, Any]:
        values = {name: getattr(task, name) for name in (*cls.SAME, "version")}
        first, others = task.assignees[:1], task.assignees[1:]
        lead = next((row for row in others if row.role is AssigneeRole.LEAD), None)
        return values | {
            "agency": first[0].name if first else None,
            "role": first[0].role if first else AssigneeRole.RESPONSIBLE,
            "lead_agency": lead.name if lead else None,
            "coordinating": "\n".join(row.name for row in others if row.role is AssigneeRole.COORDINATING),
            "deadline_kind": task.deadline_kind.value if task.deadline_kind else "",
        }

    @property
    def details(self) -> Details:
        kind = self.deadline_kind.data
        return Details(
            **{name: self[name].data for name in self.SAME},
            agency=self.agency.data,
            role=self.role.data,
            lead_agency=self.lead_agency.data,
            coordinating=self.coordinating.lines,
            action=self.action,
            deadline_kind=DeadlineKind(kind) if kind else None,
        )
