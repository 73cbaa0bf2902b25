"""Who goes in whose place, as typed: by the invitee, by staff."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.validators import DataRequired, Optional

from eventsvc.invitations.substitution_operations import (
    LONGEST_AUTHORITY,
    LONGEST_REASON,
    LONGEST_REMARK,
)
from eventsvc.people.operations import Details
from eventsvc.web.fields import EmailField, LineField, PhoneField, TextField
from eventsvc.web.person_fields import LONG, NamedPerson


class SubstituteForm(NamedPerson):
    """One address and one number are enough: the pass goes there."""

    organization_name = LineField(_l("Organization"), [Optional()], most=LONG)
    phone = PhoneField(_l("Telephone"), [Optional()])
    email = EmailField(_l("E-mail"))
    reason = TextField(_l("Reason"), [Optional()], most=LONGEST_REASON)
    authority = LineField(_l("Authorising paper"), [Optional()], most=LONGEST_AUTHORITY)

    @property
    def details(self) -> Details:
        return Details(
            **self.said,
            organization_name=self.organization_name.data,
            emails=[self.email.data] if self.email.data else [],
            phones=[self.phone.data] if self.phone.data else [],
        )

    @property
    def words(self) -> dict[str, str | None]:
        """Why, and by which paper."""
        return {"reason": self.reason.data, "authority": self.authority.data}


class OwnSubstituteForm(SubstituteForm):
    """Filled in by the invitee: the pass must reach the substitute by one way or another."""

    def validate_email(self, field: EmailField) -> None:
        if not field.data and not self.phone.data:
            raise ValidationError(_("Give an e-mail address or a telephone number of the substitute."))


class RefusalForm(FlaskForm):
    remark = TextField(
        _l("Why not"),
        [DataRequired(_l("Say why: whoever named the substitute is told."))],
        most=LONGEST_REMARK,
    )
