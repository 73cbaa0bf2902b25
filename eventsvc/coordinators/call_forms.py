"""What is typed after a call to a site."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from eventsvc.sites.call_models import CallOutcome
from eventsvc.web import labels
from eventsvc.web.fields import LineField, TextField

labels.register(
    {
        CallOutcome.REACHED: _l("Reached on the telephone"),
        CallOutcome.NO_ANSWER: _l("Nobody answered"),
        CallOutcome.WILL_CALL_BACK: _l("They will call back"),
    },
    {CallOutcome.REACHED: "ok", CallOutcome.NO_ANSWER: "warn", CallOutcome.WILL_CALL_BACK: "info"},
)

CONFIRMED = "confirmed"
"""A button of its own: they were reached, and confirmed the site."""


class CallForm(FlaskForm):
    """The button that was pressed is the outcome."""

    spoke_with = LineField(_l("Spoken with"), most=200)
    note = TextField(_l("Note"), most=1000)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field in (self.spoke_with, self.note):  # many of these forms stand on one page
            field.render_kw = {"autocomplete": "off"}
