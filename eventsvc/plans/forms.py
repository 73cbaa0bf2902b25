"""A plan file from a browser: chosen first, then confirmed as it was previewed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import InputRequired, StopValidation

from eventsvc.plans.parsing import LARGEST
from eventsvc.tasks.achievement_queries import Proposal
from eventsvc.web.fields import DayField, RowField, VersionField


class PlanFileForm(FlaskForm):
    file = FileField(_l("Plan file"), [FileRequired(_l("Choose a file."))])
    as_of = DayField(_l("Sites from the units of"))

    @property
    def content(self) -> bytes:
        """At most one byte more than is taken, so that a larger file is refused by its size."""
        return self.file.data.stream.read(LARGEST + 1)


class ConfirmPlanForm(FlaskForm):
    content = HiddenField(validators=[InputRequired(_l("Choose the file again."))])
    as_of = DayField(_l("Sites from the units of"))

    def validate_content(self, field: Any) -> None:
        if len(field.data.encode()) > LARGEST:
            raise StopValidation(_("Choose the file again."))


class AchievementForm(FlaskForm):
    """The event, or the ritual in it, that the page proposed: a press on what is no longer proposed does nothing."""

    version = VersionField()
    achieved_by = RowField(_l("Achieved by the event"))
    ritual = RowField(_l("Achieved by the ritual"), empty=_l("none"))

    def __init__(self, proposal: Proposal | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.proposal = proposal
        ritual = proposal.ritual if proposal else None
        self.achieved_by.offer([proposal.event] if proposal else [], lambda row: row.short_title)
        self.ritual.offer([ritual] if ritual else [], lambda row: row.title)

    def validate_ritual(self, field: Any) -> None:
        if field.row is not (self.proposal and self.proposal.ritual):
            raise StopValidation(_("Choose one from the list."))
