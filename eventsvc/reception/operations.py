"""Every change to delegations and to who is in them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.reception import queries
from eventsvc.reception.models import Delegation, DelegationMember
from eventsvc.rows import assign, lock, lock_open

EDITABLE = frozenset(
    {
        "name", "site_id", "arrives_at", "arrival_point", "vehicle", "plate", "greeter_name", "greeter_phone",
        "escort_name", "escort_phone", "room", "note",
    }
)  # fmt: skip


class AlreadyTravelling(DomainError):
    code = "already_travelling"


@atomic()
def add_delegation(event: Event, changes: Mapping[str, Any], *, by: Any) -> Delegation:
    """A new delegation; its name is new in the event."""
    lock_open(event)
    _require_new_name(event, changes["name"])
    delegation = Delegation(event_id=event.id)
    assign(delegation, changes, EDITABLE)
    db.session.add(delegation)
    db.session.flush()
    record(by, "delegation.added", delegation)
    return delegation


@atomic()
def edit_delegation(
    delegation: Delegation, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> None:
    """Change a delegation. StaleEdit when `version` is no longer its own."""
    lock_open(delegation.event)
    lock(delegation, version)
    if text.same_words(changes.get("name", delegation.name)) != text.same_words(delegation.name):
        _require_new_name(delegation.event, changes["name"])
    if changed := assign(delegation, changes, EDITABLE):
        record(by, "delegation.edited", delegation, fields=changed)


@atomic()
def remove_delegation(delegation: Delegation, *, by: Any) -> None:
    """Remove a delegation; its people stay on the guest list."""
    lock_open(delegation.event)
    lock(delegation)
    record(by, "delegation.removed", delegation, members=len(delegation.members))
    db.session.delete(delegation)


@atomic()
def add_member(delegation: Delegation, guest: Guest, *, by: Any) -> None:
    """A guest joins the delegation; safe to repeat. AlreadyTravelling when they arrive with another."""
    lock_open(delegation.event)
    if guest.event_id != delegation.event_id or guest.site_id != delegation.site_id:
        raise Invalid(_("This guest goes to another site."), field="guest")
    known = queries.membership(guest)
    if known is not None and known.delegation_id != delegation.id:
        raise AlreadyTravelling(
            _("%(name)s arrives with another delegation already: %(delegation)s.",
              name=guest.person.full_name, delegation=known.delegation.name)
        )  # fmt: skip
    if known is None:
        _join(delegation, [guest])
        record(by, "delegation.joined", delegation, count=1)


@atomic()
def add_organization(delegation: Delegation, organization_name: str, *, by: Any) -> int:
    """All people of an organization who come to the site and arrive with nobody yet; returns how many joined."""
    lock_open(delegation.event)
    joining = queries.people_of(delegation, organization_name)
    if joining:
        _join(delegation, joining)
        record(by, "delegation.joined", delegation, count=len(joining))
    return len(joining)


@atomic()
def remove_member(delegation: Delegation, guest: Guest, *, by: Any) -> None:
    """The guest leaves the delegation, and leads it no more; safe to repeat."""
    lock_open(delegation.event)
    known = queries.membership(guest)
    if known is None or known.delegation_id != delegation.id:
        return
    if delegation.head_id == guest.id:
        delegation.head_id = None
    db.session.delete(known)
    db.session.flush()
    db.session.expire(delegation, ["members", "head"])
    record(by, "delegation.left", delegation, guest=guest.id)


@atomic()
def set_head(delegation: Delegation, guest: Guest, *, by: Any) -> None:
    """Who leads the delegation: one of its people; safe to repeat."""
    lock_open(delegation.event)
    known = queries.membership(guest)
    if known is None or known.delegation_id != delegation.id:
        raise NotFound(_("This guest is not in the delegation."))
    if delegation.head_id != guest.id:
        delegation.head = guest
        record(by, "delegation.headed", delegation, guest=guest.id)


@atomic()
def note_print(event: Event, count: int, *, by: Any) -> None:
    """Write down who printed the list for reception, and how many people stand on it."""
    record(by, "reception.printed", event, event=event, count=count)


def _join(delegation: Delegation, guests: Sequence[Guest]) -> None:
    """The first of them leads a delegation that nobody leads."""
    try:
        with db.session.begin_nested():
            db.session.add_all(
                DelegationMember(delegation_id=delegation.id, guest_id=each.id) for each in guests
            )
    except IntegrityError:
        raise AlreadyTravelling(_("Somebody else has just put one of them into a delegation.")) from None
    if delegation.head_id is None:
        delegation.head = guests[0]
    db.session.flush()
    db.session.expire(delegation, ["members"])


def _require_new_name(event: Event, name: str) -> None:
    names = db.session.scalars(sa.select(Delegation.name).where(Delegation.event_id == event.id))
    if text.same_words(name) in {text.same_words(each) for each in names}:
        raise Invalid(_("There is a delegation of this name already."), field="name")
