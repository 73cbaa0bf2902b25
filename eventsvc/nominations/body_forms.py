"""Forms about bodies and their members."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional

from eventsvc.nominations.forms import PlaceFields
from eventsvc.people.body_operations import Seat
from eventsvc.people.models import Body, BodyMember
from eventsvc.people.operations import Details
from eventsvc.web.fields import DayField, LineField, TextField, VersionField
from eventsvc.web.person_fields import LONG, SHORT, PersonFields


class BodyForm(FlaskForm):
    name = LineField(_l("Name of the body"), [DataRequired(_l("Say what the body is called."))], most=300)
    note = TextField(_l("Note"), [Optional()], most=2000)
    version = VersionField()

    def fill(self, body: Body) -> None:
        self.name.data, self.note.data, self.version.data = body.name, body.note, body.version


class MemberForm(PersonFields):
    """A member, and from when to when."""

    organization_name = LineField(_l("Organization"), [Optional()], most=LONG)
    role = LineField(_l("Role in the body"), [Optional()], most=SHORT)
    member_from = DayField(_l("Member from"), [Optional()])
    member_until = DayField(_l("Member until (last day)"), [Optional()])
    version = VersionField()

    @classmethod
    def blank(cls, **kwargs: Any) -> "MemberForm":
        """For somebody new: there is no edition yet that two people could have before them."""
        form = cls(**kwargs)
        del form.version
        return form

    def fill(self, member: BodyMember) -> None:
        self.show(member.person)
        self.organization_name.data = member.person.organization_name
        self.role.data, self.version.data = member.role, member.body.version
        self.member_from.data, self.member_until.data = member.member_from, member.member_until

    @property
    def person(self) -> Details:
        return Details(**self.said, organization_name=self.organization_name.data)

    @property
    def seat(self) -> Seat:
        return Seat(self.role.data, self.member_from.data, self.member_until.data)


class InviteBodyForm(PlaceFields):
    """Where the members of a body are to sit."""
