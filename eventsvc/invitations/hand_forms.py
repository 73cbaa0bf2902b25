"""How an invitation was carried."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional

from eventsvc.invitations.hand_operations import Handed
from eventsvc.invitations.message_models import Handing
from eventsvc.web.fields import LineField, MomentField, WordField


class HandForm(FlaskForm):
    how = WordField(_l("Way of handing over"), Handing)
    carried_by = LineField(_l("Carried by"), [DataRequired(_l("Say who carried it."))], most=200)
    received_by = LineField(_l("Received by"), [Optional()], most=200)
    delivered_at = MomentField(_l("When"), [Optional()])
    note = LineField(_l("Note"), [Optional()], most=500)

    @property
    def handed(self) -> Handed:
        return Handed(
            self.how.data,
            self.carried_by.data or "",
            self.received_by.data or None,
            self.delivered_at.data,
            self.note.data or None,
        )


class PhoneForm(FlaskForm):
    """Somebody was told by phone."""

    received_by = LineField(_l("Who answered"), [Optional()], most=200)
    note = LineField(_l("Note"), [Optional()], most=500)

    def of(self, number: int) -> "PhoneForm":
        """The same form as one of many on a page: no two fields there may have one id."""
        for field in (self.received_by, self.note):
            field.id = field.label.field_id = f"{field.name}-{number}"
        return self
