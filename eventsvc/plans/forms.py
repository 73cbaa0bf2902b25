"""A plan file from a browser: chosen first, then confirmed as it was previewed."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import InputRequired, StopValidation

from eventsvc.plans.parsing import LARGEST
from eventsvc.web.fields import DayField


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
