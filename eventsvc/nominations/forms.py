"""Forms about organizations and the people they name. Text becomes values here; nothing is written."""

from collections.abc import Sequence
from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField
from wtforms.validators import DataRequired, InputRequired, Optional

from eventsvc.guests.models import GuestGroup, Slot
from eventsvc.invitations.message_models import Handing
from eventsvc.nominations import labels  # noqa: F401  (registers the words)
from eventsvc.nominations.gathering_operations import Spread
from eventsvc.nominations.lists import LONGEST_PASTE
from eventsvc.nominations.models import Nomination, OrganizationInvitation
from eventsvc.nominations.naming_operations import LONGEST_REASON
from eventsvc.nominations.operations import Contact, Request
from eventsvc.people.operations import Details
from eventsvc.sites.models import Site
from eventsvc.web.fields import (
    DayField,
    EmailField,
    LineField,
    NumberField,
    PhoneField,
    RowField,
    TextField,
    VersionField,
    WordField,
)
from eventsvc.web.person_fields import LONG, SHORT, PersonFields


class ContactFields(FlaskForm):
    """Who answers for the organization, until when, and what else there is to say."""

    contact_name = LineField(_l("Contact"), [Optional()], most=SHORT)
    contact_position = LineField(_l("Position of the contact"), [Optional()], most=SHORT)
    contact_phone = PhoneField(_l("Telephone of the contact"), [Optional()])
    email = EmailField(_l("E-mail of the contact"), [Optional()])
    due_on = DayField(_l("Names are asked for until"), [Optional()])
    note = TextField(_l("Note to the organization"), [Optional()], most=2000)

    @property
    def contact(self) -> Contact:
        return Contact(
            self.contact_name.data, self.contact_position.data, self.contact_phone.data, self.email.data
        )


class PlaceFields(FlaskForm):
    """Where people are to sit, and in which group they stand."""

    site = RowField(_l("Site"))
    group = RowField(_l("Guest group"), empty=_l("— no group —"))

    def __init__(self, sites: Sequence[Site], groups: Sequence[GuestGroup], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.site.offer(sites, lambda site: site.name)
        self.group.offer(groups, lambda group: group.name)


class AskForm(ContactFields, PlaceFields):
    """An organization to be asked, with its first slot."""

    name = LineField(_l("Organization"), [DataRequired(_l("Say which organization is asked."))], most=300)
    label = LineField(_l("Who is asked for"), [Optional()], most=LONG)
    seats = NumberField(_l("Seats"), [Optional()], least=1, most=10000)

    @property
    def asked_for(self) -> Request:
        return Request(self.site.row, self.label.data, self.group.row, self.seats.data)


class ContactForm(ContactFields):
    """The contact of an organization that is on the list."""

    version = VersionField()

    def fill(self, asked: OrganizationInvitation) -> None:
        self.contact_name.data, self.contact_position.data = asked.contact_name, asked.contact_position
        self.contact_phone.data, self.email.data = asked.contact_phone, asked.email
        self.due_on.data, self.note.data, self.version.data = asked.due_on, asked.note, asked.version


class SpreadForm(FlaskForm):
    """A collective line of the plan, spread over the organizations it means."""

    spread = WordField(_l("This line means"), Spread)
    seats = NumberField(_l("Seats of each"), [Optional()], least=1, most=10000)
    at_own_site = BooleanField(_l("Each at its own site, where it has one"), default=True)
    due_on = DayField(_l("Names are asked for until"), [Optional()])


class DueDayForm(FlaskForm):
    due_on = DayField(_l("Names are asked for until"), [InputRequired(_l("Choose a day."))])


class HandingForm(FlaskForm):
    """How a letter was brought."""

    how = WordField(_l("Way of handing over"), Handing)
    carried_by = LineField(_l("Brought by"), [DataRequired(_l("Say who brought it."))], most=SHORT)
    received_by = LineField(_l("Taken by"), [Optional()], most=SHORT)
    handing_note = LineField(_l("Note"), [Optional()], most=LONG)


class DelegateForm(PersonFields):
    """What an organization says of somebody it names."""

    @property
    def details(self) -> Details:
        return Details(**self.said)


class NameForm(DelegateForm):
    """One person, for one of the organization's slots."""

    slot = RowField(_l("For"))

    def __init__(self, slots: Sequence[Slot], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.slot.offer(slots, _slot_words)
        if len(slots) == 1:
            del self.slot

    @property
    def chosen_slot(self) -> Slot | None:
        return self.slot.row if "slot" in self else None


class NominationForm(NameForm):
    """A person who has been named, to be corrected."""

    version = VersionField()

    def fill(self, nomination: Nomination) -> None:
        self.show(nomination.person)
        self.version.data = nomination.version
        if "slot" in self:
            self.slot.process_data(nomination.slot)


class DeputyForm(DelegateForm):
    """Somebody to go in the place of a person who has been invited."""

    reason = LineField(_l("Reason"), [Optional()], most=LONG)
    authority = LineField(_l("Authorising paper (number, date)"), [Optional()], most=300)

    def details_of(self, organization_name: str) -> Details:
        return replace(self.details, organization_name=organization_name)


class ListForm(FlaskForm):
    """Many people at once: pasted lines, or a spreadsheet."""

    pasted = TextField(_l("One person on each line"), [Optional()], most=LONGEST_PASTE)
    file = FileField(_l("Or a spreadsheet (.xlsx, .xls, .ods, .csv)"))


class ReceiptForm(FlaskForm):
    received_by = LineField(_l("Received by"), [Optional()], most=SHORT)


class DeclineForm(FlaskForm):
    reason = TextField(
        _l("Why nobody can come"), [DataRequired(_l("Please say why nobody can come."))], most=LONGEST_REASON
    )


class RemarkForm(FlaskForm):
    remark = LineField(_l("Remark to the organization"), [Optional()], most=LONGEST_REASON)


def _slot_words(slot: Slot) -> str:
    return f"{slot.label} – {slot.site.name}"
