"""Whose answer a message is, and what it says."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from eventsvc.invitations.forms import StaffAnswerForm
from eventsvc.invitations.models import Invitation


class AssignForm(StaffAnswerForm):
    """The answer that somebody reads out of a message, given to one of the invitees found."""

    reason = None  # type: ignore[assignment]  # the message has words of its own
    invitation = RadioField(
        _l("Whose answer it is"),
        [InputRequired(_l("Choose an invitee."))],
        coerce=int,
        invalid_choice_message=_l("Choose an invitee."),
    )

    def __init__(self, found: Sequence[Invitation], **kwargs) -> None:  # type: ignore[no-untyped-def]
        super().__init__(**kwargs)
        self.found = {invitation.id: invitation for invitation in found}
        self.invitation.choices = [SelectChoice(each.id, _described(each)) for each in found]

    @property
    def chosen(self) -> Invitation:
        return self.found[self.invitation.data]


def _described(invitation: Invitation) -> str:
    person = invitation.guest.person
    words = (person.name_with_honorific, person.position, person.organization_name)
    return ", ".join(each for each in words if each)
