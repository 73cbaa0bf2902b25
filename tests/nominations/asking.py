"""An event whose organizations can be asked, and the page that an organization opens."""

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.nominations import operations, queries
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import Contact, Request
from eventsvc.people.operations import Details
from tests import factories


def ready_event(**details) -> Event:
    """An event with an approved time, a data notice and a main hall."""
    event = factories.data_notice(factories.approved_event(**details))
    factories.main_site(event, hall="Hội trường lớn", address="52 Hùng Vương")
    return event


def asked(
    event: Event, name: str = "Sở Nội vụ", *, seats: int | None = 2, email: str | None = "", **details
) -> OrganizationInvitation:
    """An organization with one slot in the main hall and a contact with an address, unless told otherwise."""
    address = f"van.phong{factories.number()}@so.example.vn" if email == "" else email
    return operations.ask_organization(
        event,
        name=name,
        request=Request(factories.site_of(event, "main"), seats=seats),
        contact=Contact("Bà Lê Thị Nga", "Chánh Văn phòng", "+84501234567", address),
        by=None,
        **details,
    )


def link(invitation: OrganizationInvitation) -> str:
    return f"/o/{secrets.unseal(invitation.token_sealed)}"


def person(name: str = "Nguyễn Văn An", phone: str | None = None, **details) -> Details:
    return Details(full_name=name, phones=[phone] if phone else [], **details)


def facts(invitation: OrganizationInvitation):
    """What a list knows of one organization."""
    db.session.expire_all()
    (line,) = queries.lines(invitation.event, [invitation])
    return line
