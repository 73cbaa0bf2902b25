"""What an agency types about its task, and what organizers answer."""

from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import RadioField, SelectChoice
from wtforms.validators import DataRequired, InputRequired

from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.tasks import answer_operations
from eventsvc.tasks.models import Assignment
from eventsvc.web.fields import DayField, LineField, TextField, VersionField


class Saying(StrEnum):
    """What the agency wants to say."""

    DONE = "done"
    PROGRESS = "progress"
    DECLINED = "declined"
    COMMENT = "comment"


class AnswerForm(FlaskForm):
    version = VersionField()
    saying = RadioField(_l("What you want to say"), default=Saying.PROGRESS.value)
    text = TextField(_l("Your report in words"), most=10_000)
    done_on = DayField(_l("Done on"))
    file = FileField(_l("Paper or picture"))
    by_name = LineField(_l("Your name"), most=200)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.saying.choices = [
            SelectChoice("done", _("It is done")),
            SelectChoice("progress", _("It is in hand: how far it has come")),
            SelectChoice("declined", _("Another agency should be charged with it")),
            SelectChoice("comment", _("Only a remark or a question")),
        ]

    def save(self, assignment: Assignment, *, by: Any) -> None:
        """Say it; a refusal names the field."""
        said, brought = self.text.data or "", self._brought()
        common = {"version": self.version.data, "by_name": self.by_name.data, "by": by}
        if self.saying.data == Saying.DONE:
            answer_operations.report_done(
                assignment, said or None, done_on=self.done_on.data, brought=brought, **common
            )
        elif self.saying.data == Saying.DECLINED:
            answer_operations.decline(assignment, said, brought=brought, **common)
        elif self.saying.data == Saying.COMMENT:
            answer_operations.comment(
                assignment.task,
                said,
                assignment=assignment,
                brought=brought,
                by_name=self.by_name.data,
                by=by,
            )
        else:
            answer_operations.report_progress(assignment, said, brought=brought, **common)

    def _brought(self) -> Brought | None:
        upload = self.file.data
        if upload is None or not getattr(upload, "filename", ""):
            return None
        return files.take_in(upload.stream, upload.filename)


class MoreTimeForm(FlaskForm):
    version = VersionField(id="time-version")
    until = DayField(_l("New last day"), [InputRequired(_l("Enter the new last day."))])
    reason = TextField(_l("Reason"), [DataRequired(_l("Say why more time is needed."))], most=5000)
    by_name = LineField(_l("Your name"), most=200, id="time-by-name")


class RemarkForm(FlaskForm):
    """Why it is sent back."""

    version = VersionField(id="remark-version")
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=5000
    )


class PassOnForm(FlaskForm):
    version = VersionField(id="pass-version")
    name = LineField(_l("Agency that takes it over"), [DataRequired(_l("Enter the agency."))], most=300)


class PaperForm(FlaskForm):
    file = FileField(_l("File"))
