"""What organizers write into messages, and on which days something goes out."""

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, StopValidation

from eventsvc.deliveries.message import check_subject
from eventsvc.errors import Invalid
from eventsvc.invitations.message_models import MessageWording, ReminderKind
from eventsvc.invitations.wording_operations import LONGEST, MOST_DAYS
from eventsvc.web.fields import ClockField, LineField, NumberField, TextField, VersionField, WordField


class SubjectField(LineField):
    """A line that becomes a header: whatever could be more than a subject is refused as it was typed."""

    def pre_validate(self, form: Any) -> None:
        typed = (self.raw_data or [""])[0].strip(" ")
        if typed:
            try:
                check_subject(typed)
            except Invalid as refusal:
                raise StopValidation(str(refusal)) from refusal
        super().pre_validate(form)


class WordingForm(FlaskForm):
    version = VersionField()
    subject = SubjectField(_l("Subject"), most=LONGEST["subject"])
    opening = TextField(_l("Opening words"), most=LONGEST["opening"])
    closing = TextField(_l("Closing words"), most=LONGEST["closing"])

    @classmethod
    def of(cls, row: MessageWording | None, **kwargs: Any) -> "WordingForm":
        stored: dict[str, Any] = {"version": row.version if row is not None else 0}
        if row is not None:
            stored |= {"subject": row.subject, "opening": row.opening, "closing": row.closing}
        return cls(data=stored, **kwargs)

    @property
    def words(self) -> dict[str, str | None]:
        return {name: self[name].data for name in ("subject", "opening", "closing")}


class RuleForm(FlaskForm):
    kind = WordField(_l("What goes out"), ReminderKind, default=ReminderKind.REMINDER)
    days = NumberField(_l("Days"), [InputRequired(_l("Enter how many days."))], least=0, most=MOST_DAYS)
    at_hour = ClockField(_l("At"), [InputRequired(_l("Enter an hour."))], default=time(8, 0))
