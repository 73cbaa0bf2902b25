"""What is reported for a period, and what the organizer says of it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms.validators import DataRequired

from eventsvc.tasks.duty_models import PeriodReport
from eventsvc.web.fields import LineField, TextField, VersionField


class ReportForm(FlaskForm):
    """Filled in with what was handed in before, with nothing at first."""

    version = VersionField()
    done = TextField(_l("What was done in this period"), most=20_000)
    planned = TextField(_l("What comes next"), most=20_000)
    proposals = TextField(_l("Proposals and recommendations"), most=10_000)
    by_name = LineField(_l("Name of the person who reports"), most=200)
    file = FileField(_l("File of the report"))

    WORDS = ("done", "planned", "proposals")

    def __init__(self, report: PeriodReport, **kwargs: Any) -> None:
        stored = {name: getattr(report, name) for name in (*self.WORDS, "version")}
        super().__init__(data=stored | {"by_name": report.submitted_by}, **kwargs)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.WORDS}


class RemarkForm(FlaskForm):
    edition = VersionField()
    """The version of the report that was read."""
    remark = TextField(
        _l("What is to be put right"), [DataRequired(_l("Say what is to be put right."))], most=2000
    )
