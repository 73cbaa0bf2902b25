"""Every change to people. One set of details goes in, sort key and search text follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.people.models import Contact, ContactKind, Person


@dataclass(frozen=True)
class Details:
    """What is known of a person, as typed or read from a list; phones in E.164."""

    full_name: str
    honorific: str | None = None
    position: str | None = None
    organization_name: str | None = None
    organization_id: int | None = None
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()


def details_of(person: Person) -> Details:
    return Details(
        full_name=person.full_name,
        honorific=person.honorific,
        position=person.position,
        organization_name=person.organization_name,
        organization_id=person.organization_id,
        emails=tuple(person.emails),
        phones=tuple(person.phones),
    )


@atomic()
def add_person(host_id: int, details: Details, *, by: Any) -> Person:
    """A new person known to this host; never the same as another by guess."""
    person = new_person(host_id, details)
    db.session.add(person)
    db.session.flush()
    record(by, "person.added", person)
    return person


@atomic()
def edit_person(person: Person, details: Details, *, by: Any) -> None:
    """Replace what is known of the person; contacts that stay keep their rows."""
    _fill(person, details)
    record(by, "person.edited", person)


def new_person(host_id: int, details: Details) -> Person:
    """The person's row, not yet in the session: for operations that add many at once."""
    person = Person(host_id=host_id)
    _fill(person, details)
    return person


def _fill(person: Person, details: Details) -> None:
    person.full_name = text.clean(details.full_name)
    person.honorific = text.clean(details.honorific or "") or None
    person.position = text.clean(details.position or "") or None
    person.organization_name = text.clean(details.organization_name or "") or None
    person.organization_id = details.organization_id
    person.sort_key = text.name_key(person.full_name)
    person.initials = text.initials(person.full_name)
    person.folded = text.fold(f"{person.full_name} {person.organization_name or ''}")
    wanted = [(ContactKind.EMAIL, value.strip().lower()) for value in details.emails]
    wanted += [(ContactKind.PHONE, value) for value in details.phones]
    known = {(contact.kind, contact.value): contact for contact in person.contacts}
    person.contacts = [known.get(key) or Contact(kind=key[0], value=key[1]) for key in dict.fromkeys(wanted)]
    for number, contact in enumerate(person.contacts):
        contact.number = number
