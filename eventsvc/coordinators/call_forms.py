"""What is typed after a call to a site."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import ValidationError

from eventsvc.sites.call_models import CallOutcome
from eventsvc.web import labels
from eventsvc.web.fields import LineField

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
BUTTONS = (CONFIRMED, *(outcome.value for outcome in CallOutcome))


class CallForm(FlaskForm):
    """The button that was pressed is the outcome."""

    spoke_with = LineField(_l("Spoken with"), most=200)
    note = LineField(_l("Note"), most=1000)
    outcome = RadioField(
        _l("Result of the call"), choices=[SelectChoice(word) for word in BUTTONS], validate_choice=False
    )

    def validate_outcome(self, field: RadioField) -> None:
        if field.data not in BUTTONS:
            raise ValidationError(_("Say what came of the call."))

    @property
    def heard(self) -> CallOutcome:
        return CallOutcome.REACHED if self.confirms else CallOutcome(self.outcome.data)

    @property
    def confirms(self) -> bool:
        """Whether whoever was reached confirmed the site."""
        return self.outcome.data == CONFIRMED
