"""How an invitation was carried."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import DataRequired, Optional

from eventsvc.invitations.hand_operations import Handed
from eventsvc.invitations.message_models import Handing
from eventsvc.web import labels
from eventsvc.web.fields import LineField, MomentField


class HandForm(FlaskForm):
    how = SelectField(_l("How"))
    carried_by = LineField(_l("Carried by"), [DataRequired(_l("Say who carried it."))], most=200)
    received_by = LineField(_l("Received by"), [Optional()], most=200)
    delivered_at = MomentField(_l("When"), [Optional()])
    note = LineField(_l("Note"), [Optional()], most=500)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.how.choices = [(how.value, labels.label(how)) for how in Handing]

    @property
    def handed(self) -> Handed:
        return Handed(
            Handing(self.how.data),
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
