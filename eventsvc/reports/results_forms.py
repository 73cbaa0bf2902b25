"""What people type into a results report."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired

from eventsvc.reports.results_models import MediaItem, ResultsReport
from eventsvc.reports.results_operations import MOST_DAYS
from eventsvc.reports.results_text import Words
from eventsvc.web.fields import DayField, LineField, LinkField, NumberField, TextField, VersionField


class ResultsForm(FlaskForm):
    version = VersionField()
    addressee = TextField(_l("Addressed to (Kính gửi)"), most=1000)
    preparation = TextField(_l("More about the preparation"), most=10_000)
    content = TextField(_l("More about the results"), most=10_000)
    strengths = TextField(_l("What went well"), most=10_000)
    weaknesses = TextField(_l("What fell short"), most=10_000)
    causes = TextField(_l("Causes"), most=10_000)
    proposals = TextField(_l("Proposals"), most=10_000)

    def fill(self, report: ResultsReport | None) -> "ResultsForm":
        for name in (*Words._fields, "version"):
            self[name].data = getattr(report, name) if report is not None else None
        if report is None:
            self.version.data = 0  # nobody has begun it: whoever does first is not overwritten
        return self

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in Words._fields}


class ApproveForm(FlaskForm):
    version = VersionField()
    kept_days = NumberField(
        _l("Days that personal data is kept after the approval"),
        [DataRequired(_l("Enter the number of days."))],
        most=MOST_DAYS,
    )
    keeps_longer = BooleanField(_l("Keep it longer than the notice promises; guests are told of the new day"))


class NewMediaForm(FlaskForm):
    channel = LineField(
        _l("Newspaper, station or page"),
        [DataRequired(_l("Enter the newspaper, station or page."))],
        most=300,
    )
    kind = LineField(_l("Kind of piece"), most=80)
    title = LineField(_l("Title of the piece"), [DataRequired(_l("Enter the title."))], most=500)
    published_on = DayField(_l("Published on"))
    url = LinkField(_l("Address of the piece"))
    pieces = NumberField(_l("Number of pieces"), most=100_000)
    views = NumberField(_l("Number of views"), least=0, most=999_999_999)

    NAMES = ("channel", "kind", "title", "published_on", "url", "pieces", "views")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES} | {"pieces": self.pieces.data or 1}


class MediaForm(NewMediaForm):
    version = VersionField()

    def fill(self, item: MediaItem) -> "MediaForm":
        for name in (*self.NAMES, "version"):
            self[name].data = getattr(item, name)
        return self
