"""What a form asks about a person, and how it reads it: the same for a guest, a delegate and a substitute."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional, StopValidation

from eventsvc import contacts
from eventsvc.text import display_phone
from eventsvc.web.fields import LineField

LONG, SHORT = 500, 200


class NameField(LineField):
    """The name of a person: at least one letter."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not any(character.isalpha() for character in self.data):
            raise StopValidation(_("A name has letters."))


class PhonesField(LineField):
    """One telephone number or several, as people write them in one line."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and "phone_not_parsable" in contacts.read_phones(self.data).flags:
            raise StopValidation(_("This is not a telephone number: 0255 3822 123 or 0912 345 678."))

    @property
    def numbers(self) -> list[str]:
        """In E.164, without repeats."""
        return contacts.phone_numbers(self.data or "")


class EmailsField(LineField):
    """One e-mail address or several; every one of them can be written to."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and (complaint := contacts.email_complaint(self.data)):
            raise StopValidation(complaint)

    @property
    def addresses(self) -> list[str]:
        return contacts.read_emails(self.data or "").addresses


class NamedPerson(FlaskForm):
    """Who somebody is. `said` is that by the names of `people.operations.Details`."""

    honorific = LineField(_l("Honorific"), [Optional()], most=40)
    full_name = NameField(_l("Full name"), [DataRequired(_l("Enter the full name."))], most=SHORT)
    position = LineField(_l("Position"), [Optional()], most=LONG)

    @property
    def said(self) -> dict[str, Any]:
        return {
            "full_name": self.full_name.data or "",
            "honorific": self.honorific.data,
            "position": self.position.data,
        }


class PersonFields(NamedPerson):
    """Who somebody is, and every number and address that is known."""

    phones = PhonesField(_l("Telephone"), [Optional()], most=LONG)
    emails = EmailsField(_l("E-mail"), [Optional()], most=LONG)

    @property
    def said(self) -> dict[str, Any]:
        return super().said | {"emails": self.emails.addresses, "phones": self.phones.numbers}

    def show(self, person: Any) -> None:
        """Fill in what is known of a person."""
        self.honorific.data, self.full_name.data = person.honorific, person.full_name
        self.position.data = person.position
        self.phones.data = "; ".join(display_phone(phone) for phone in person.phones)
        self.emails.data = "; ".join(person.emails)
