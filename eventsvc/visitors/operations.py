"""Every change of open doors and their visitors. Whoever changes the number of places holds the open doors' row: the
last place is given once, and whoever waits longest moves up in the transaction that makes a place free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.message import BadSubject, check_subject
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.guests import operations as guests
from eventsvc.guests.models import BadgeRole
from eventsvc.guests.operations import AlreadyInvited
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Pass
from eventsvc.people import operations as people
from eventsvc.people.operations import Details
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites.models import Site
from eventsvc.text import fold
from eventsvc.visitors import messages, queries, rules, telling
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from eventsvc.visitors.rules import Registration

EDITABLE = frozenset(
    {"site", "sitting", "title", "text", "capacity", "has_waiting_list", "opens_at", "closes_at"}
)

MOST_OF_ONE_NAME = 30
"""Visits of one name that a browser makes and finds again; enough for whoever cancels and comes back."""


class RegistrationClosed(DomainError):
    """Nobody can register now; the page says why."""

    code = "registration_closed"


class Full(DomainError):
    code = "full"


class AlreadyIn(DomainError):
    """Whoever has come in cannot give the place up any more."""

    code = "already_in"


@dataclass(frozen=True)
class Registrant:
    """What a visitor has typed; the telephone in E.164, the address in lower case."""

    full_name: str
    organization: str | None = None
    phone: str | None = None
    email: str | None = None


# --- Open doors -----------------------------------------------------------------------------------------------


@atomic()
def make_open_doors(
    event: Event,
    *,
    site: Site,
    sitting: Sitting,
    title: str,
    by: Any,
    **columns: Any,
) -> OpenDoors:
    """A page on which everybody may register; `columns`: text, capacity, has_waiting_list, opens_at, closes_at."""
    lock_open(event)
    unknown = columns.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    _require_own(event, site, sitting)
    last = db.session.scalar(sa.select(sa.func.max(OpenDoors.number)).where(OpenDoors.event_id == event.id))
    open_doors = OpenDoors(
        event=event, number=(last or 0) + 1, site=site, sitting=sitting, title=title, **columns
    )
    _require_sound(open_doors)
    db.session.add(open_doors)
    db.session.flush()
    record(by, "open_doors.made", open_doors, event=event, site_id=site.id, capacity=open_doors.capacity)
    return open_doors


@atomic()
def edit_open_doors(
    open_doors: OpenDoors, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> None:
    """Change what is said about it; with more places, whoever waits longest moves up at once.

    Where and when it is cannot change once somebody has registered: their passes and calendars say otherwise.
    """
    lock(open_doors, version)
    open_doors.event.require_open()
    site, sitting = changes.get("site", open_doors.site), changes.get("sitting", open_doors.sitting)
    _require_own(open_doors.event, site, sitting)
    has_moved = (site.id, sitting.id) != (open_doors.site_id, open_doors.sitting_id)
    if has_moved and _is_used(open_doors):
        raise Invalid(
            _("People have registered for this place and time. Make another one for another place or time."),
            field="site" if site.id != open_doors.site_id else "sitting",
        )
    changed = assign(open_doors, changes, EDITABLE)
    _require_sound(open_doors)
    if changed:
        record(by, "open_doors.edited", open_doors, event=open_doors.event, changed=changed)
        _move_up(open_doors)


@atomic()
def stop(open_doors: OpenDoors, *, by: Any) -> None:
    """Nobody can register from now on; safe to repeat."""
    lock(open_doors)
    if open_doors.stopped_at is None:
        open_doors.stopped_at = clock.now()
        record(by, "open_doors.stopped", open_doors, event=open_doors.event)


@atomic()
def open_again(open_doors: OpenDoors, *, by: Any) -> None:
    """People can register again; safe to repeat."""
    lock(open_doors)
    open_doors.event.require_open()
    if open_doors.stopped_at is not None:
        open_doors.stopped_at = None
        record(by, "open_doors.opened_again", open_doors, event=open_doors.event)


# --- Visitors -------------------------------------------------------------------------------------------------


@atomic()
def register(open_doors: OpenDoors, registrant: Registrant, *, browser: str | None = None) -> Visit:
    """A place, or a place in the queue; Full when there is neither. Safe to repeat from one browser, which `browser`
    names by a secret: the same person under the same telephone or address gets the visit it has made.

    Another browser never gets that visit, whatever it knows of the person, and is answered as if nobody were
    registered; `remind` writes to the person instead.
    """
    if not (registrant.phone or registrant.email):
        raise Invalid(_("Give a telephone number or an e-mail address."), field="phone")
    lock(open_doors)
    now = clock.now()
    if rules.registration(open_doors, now) is not Registration.OPEN:
        raise RegistrationClosed(_("It is not possible to register now."))
    folded = fold(registrant.full_name)
    token, made = _made_by(browser, open_doors, folded, registrant)
    if made is not None:
        return made
    has_place = _has_place(open_doors)
    if not has_place and not open_doors.has_waiting_list:
        raise Full(_("All places have been taken."))
    first = queries.same_visitor(open_doors, folded, registrant.phone, registrant.email)
    visit = Visit(
        open_doors=open_doors,
        state=VisitState.WAITING,
        full_name=registrant.full_name,
        folded=folded,
        organization=registrant.organization,
        phone=registrant.phone,
        email=registrant.email,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
        registered_at=now,
        told=telling.facts(open_doors),
        told_at=now,
    )
    db.session.add(visit)
    db.session.flush()
    if has_place:
        _place(visit, now)
    record(None, "visit.registered", visit, event=open_doors.event, state=visit.state.value)
    if first is None or first.email != visit.email or not _is_reminded(first, now):
        _tell(visit)
    return visit


@atomic()
def remind(open_doors: OpenDoors, registrant: Registrant) -> None:
    """Send the link again to the address that the person gave who registered first under this name and contact; at
    most once an hour. Whoever asked is told the same in every case."""
    lock(open_doors)
    now = clock.now()
    known = queries.same_visitor(open_doors, fold(registrant.full_name), registrant.phone, registrant.email)
    if known is None or not known.email or not rules.is_still_to_come(open_doors, now):
        return
    if not _is_reminded(known, now):
        _tell(known, again=now)
        record(None, "visit.reminded", known, event=open_doors.event)


@atomic()
def cancel(visit: Visit, *, reason: str | None = None, by: Any = None) -> None:
    """Give the place up: the pass opens nothing any more, and whoever waits longest moves up. Safe to repeat.

    With a `reason` it is an organizer who decides, and the visitor is told.
    """
    open_doors = visit.open_doors
    lock(open_doors)
    lock(visit)
    if visit.state is VisitState.CANCELLED:
        return
    if queries.is_in(visit):
        raise AlreadyIn(_("This visitor has come in already."))
    visit.state, visit.cancelled_at = VisitState.CANCELLED, clock.now()
    visit.changes += 1
    visit.told_at = visit.cancelled_at
    _take_off(visit)
    record(by, "visit.cancelled", visit, event=open_doors.event, by_visitor=by is None)
    outbox.call_back(queries.SUBJECT, [visit.id], spared=messages.TAKING_BACK, by=by)
    if reason and visit.email:
        outbox.queue(**messages.cancelled(visit, reason))
    _move_up(open_doors)


@atomic()
def note_export(open_doors: OpenDoors, count: int, *, with_contacts: bool, by: Any) -> None:
    """Write down who took the list of visitors out, and how long it was."""
    record(by, "visits.exported", open_doors, event=open_doors.event, count=count, contacts=with_contacts)


@outbox.before_repeating(queries.SUBJECT)
def require_standing(delivery: Delivery) -> None:
    """Refuse to send again what a visitor has been told otherwise since."""
    visit = db.session.get(Visit, delivery.subject_id)
    if visit is None:
        return
    if delivery.kind == messages.PLACE and not _is_current(delivery, visit):
        raise outbox.Overtaken(_("The registration has changed since. The visitor has been told otherwise."))


# --- What the operations above are made of --------------------------------------------------------------------


def _is_current(delivery: Delivery, visit: Visit) -> bool:
    """Whether the letter tells the state of today and was written after the last change."""
    parts = delivery.intent.split(":")
    changes = [part for part in parts if part.startswith("change")]
    return visit.state.value in parts and changes == ([f"change{visit.changes}"] if visit.changes else [])


def _has_place(open_doors: OpenDoors) -> bool:
    """Whether the next one gets a place: never past those who wait."""
    if open_doors.capacity is None:
        return True
    taken = queries.count_in(open_doors, VisitState.REGISTERED)
    return taken < open_doors.capacity and not queries.count_in(open_doors, VisitState.WAITING)


def _move_up(open_doors: OpenDoors) -> None:
    """Give the free places to those who wait longest, and tell them; the row of the open doors is held."""
    now = clock.now()
    if not rules.is_still_to_come(open_doors, now):
        return
    free = None
    if open_doors.capacity is not None:
        free = max(0, open_doors.capacity - queries.count_in(open_doors, VisitState.REGISTERED))
    for visit in queries.next_waiting(open_doors, free):
        _place(visit, now)
        record(None, "visit.moved_up", visit, event=open_doors.event)
        _tell(visit)


def _place(visit: Visit, now: datetime) -> None:
    """The visitor as a guest of the site, with a pass."""
    open_doors = visit.open_doors
    event = open_doors.event
    details = Details(
        full_name=visit.full_name,
        organization_name=visit.organization,
        emails=(visit.email,) if visit.email else (),
        phones=(visit.phone,) if visit.phone else (),
    )
    person = people.new_person(event.host_id, details)
    guest = guests.new_guest(
        event,
        person,
        open_doors.site,
        is_walk_in=True,  # without an invitation: no letter, no reminder, no seat goes to a visitor
        badge_role=BadgeRole.GUEST,
        note=open_doors.title,
    )
    db.session.add(guest)
    db.session.flush()
    visit.guest, visit.state, visit.placed_at = guest, VisitState.REGISTERED, now
    db.session.flush()
    invitations.issue_pass(guest)


def _take_off(visit: Visit) -> None:
    """Off the list of guests, with the pass; whom a door has seen stays, with a pass that opens nothing."""
    guest = visit.guest
    if guest is None:
        return
    db.session.flush()
    live = sa.update(Pass).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None))
    db.session.execute(live.values(revoked_at=clock.now()))
    person = guest.person
    try:
        with db.session.begin_nested():
            visit.guest = None
            db.session.flush()
            db.session.execute(sa.delete(Pass).where(Pass.guest_id == guest.id))
            guests.delete_row(guest)
            db.session.delete(person)
    except (AlreadyInvited, sa.exc.IntegrityError):
        visit.guest = guest


def _made_by(
    browser: str | None, open_doors: OpenDoors, folded: str, registrant: Registrant
) -> tuple[str, Visit | None]:
    """The token of the next visit of this name that the browser makes, and the standing one it has made already.

    The token follows from the browser's secret, so that of two presses at once the second finds what the first made.
    """
    for number in range(MOST_OF_ONE_NAME if browser else 0):
        token = secrets.token_of("visit", str(browser), str(open_doors.id), folded, str(number))
        made = queries.visit_by_token(token)
        if made is None:
            return token, None
        shares = (registrant.phone and made.phone == registrant.phone) or (
            registrant.email and made.email == registrant.email
        )
        if shares and made.state is not VisitState.CANCELLED:
            return token, made
    return secrets.new_token(), None


def _is_reminded(visit: Visit, now: datetime) -> bool:
    """Whether a letter has gone so lately that no other may: strangers can cause them."""
    return queries.was_written_to(visit, now - rules.REMINDED_EVERY)


def _tell(visit: Visit, *, again: datetime | None = None) -> None:
    if not visit.email:
        return
    visit.told, visit.told_at = telling.facts(visit.open_doors), clock.now()
    if visit.state is VisitState.REGISTERED:
        [code] = queries.codes([visit]).values()
        outbox.queue(**messages.place(visit, code, again=again))
    else:
        number = queries.place_in_queue(visit)
        outbox.queue(**messages.place(visit, None, number=number, again=again))


def _require_own(event: Event, site: Site, sitting: Sitting) -> None:
    if site.event_id != event.id or sitting.event_id != event.id:
        raise Invalid(_("The site belongs to another event."), field="site")


def _require_sound(open_doors: OpenDoors) -> None:
    """A title that can stand in the subject of a letter, and a registration that begins before it ends."""
    try:
        check_subject(open_doors.title)
    except BadSubject as refusal:
        raise BadSubject(_("The title must be one line of ordinary text."), field="title") from refusal
    if open_doors.opens_at and open_doors.closes_at and open_doors.closes_at <= open_doors.opens_at:
        raise Invalid(_("The registration ends before it begins."), field="closes_at")


def _is_used(open_doors: OpenDoors) -> bool:
    return bool(
        queries.count_in(open_doors, VisitState.REGISTERED)
        or queries.count_in(open_doors, VisitState.WAITING)
    )
