"""What the desk shows: people found by name, who is in and inside, what a scan came to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload, load_only

from eventsvc import text
from eventsvc.accounts.models import User
from eventsvc.checkins import desk_search_queries, queries, review_queries, rules, turnout_queries
from eventsvc.checkins.models import Outcome, Scan, ScanKind
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import substitution_queries
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.invitations.substitution_queries import Deputy
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

MOST_FOUND, MOST_ALIKE = 20, 5


# --- Who is in, of a few people ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Presence:
    """Where one person stands: their first entry and their last move, of the scans that count."""

    first: Scan | None = None
    is_inside: bool = False


NOT_IN = Presence()


def presences(guest_ids: Collection[int], sitting: Sitting) -> dict[int, Presence]:
    """Of these people those who have come in, by guest id. One statement, whoever else is in."""
    wanted = {"guests": list(guest_ids), "sitting": sitting.id, "event": sitting.event_id}
    scans = db.session.scalars(_moves(), wanted)
    moves: dict[int, list[Scan]] = {}
    for scan in scans:
        moves.setdefault(scan.guest_id or 0, []).append(scan)
    return {guest_id: presence for guest_id, made in moves.items() if (presence := _presence(made)).first}


@cache
def _moves() -> sa.Select[Any]:
    """The entries and exits of `guests` in `sitting` of `event` that nobody has undone. Built once: a search asks at
    every letter."""
    undoing = aliased(Scan)
    return (
        sa.select(Scan)
        .options(joinedload(Scan.site), joinedload(Scan.device))
        .where(
            Scan.guest_id.in_(sa.bindparam("guests", expanding=True)),
            Scan.sitting_id == sa.bindparam("sitting"),
            Scan.standing.in_({*rules.ADMITTING, Outcome.EXITED}),
            ~sa.exists().where(
                undoing.annuls == Scan.scan_id,
                undoing.event_id + 0 == sa.bindparam("event"),
                sa.or_(undoing.site_id.is_(None), undoing.site_id == Scan.site_id),
            ),
        )
    )


def _presence(scans: Sequence[Scan]) -> Presence:
    seen = [
        rules.Seen(scan.scan_id, scan.effective_at, scan.site_id, scan.device_id, scan.standing)
        for scan in scans
    ]
    first = rules.first_entry(seen)
    last = max(seen, key=lambda one: one.order)
    by_id = {scan.scan_id: scan for scan in scans}
    return Presence(by_id[first.scan_id] if first else None, last.standing is not Outcome.EXITED)


class Totals(NamedTuple):
    """`others` of those present are none of the expected: not invited, or on the list of another site."""

    expected: int
    present: int
    others: int
    inside: int
    cases: int
    quarantined: int


def totals(event: Event, sitting: Sitting, site_ids: Collection[int] | None = None) -> Totals:
    """The figures above the desk, for the sites in reach. Four statements, a few more after scans."""
    now = turnout_queries.turnout(event, sitting)
    return Totals(
        _within(now.expected, site_ids),
        _within(now.people, site_ids),
        _within(now.others, site_ids),
        _within(now.inside, site_ids),
        *review_queries.open_numbers(event, site_ids),
    )


def _within(counts: dict[int, int], site_ids: Collection[int] | None) -> int:
    return sum(count for site_id, count in counts.items() if site_ids is None or site_id in site_ids)


def who_is_in(
    event: Event, sitting: Sitting, site_ids: Collection[int] | None, *, start: int, number: int
) -> tuple[list[Scan], int]:
    """A page of the first entries of those who are in, the latest first, and how many there are."""
    here = turnout_queries.latest(event, sitting, site_ids, start=start, number=number)
    entries = queries.entries_by_guest(here.guest_ids, sitting) if here.guest_ids else {}
    return [entries[guest_id] for guest_id in here.guest_ids if guest_id in entries], here.total


# --- Finding people ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hit:
    """Somebody found. `answer`: what they said to their invitation, if they have one that stands."""

    guest: Guest
    answer: Answer | None
    is_revoked: bool
    presence: Presence


@dataclass(frozen=True)
class Hits:
    listed: list[Hit]
    has_more: bool


def found(event: Event, sitting: Sitting, q: str, site_ids: Collection[int] | None = None) -> Hits:
    """The first 20 guests, by given name, of whose name or organization every word typed begins a word; or whose name
    has these initials ("nvm"). Diacritics do not matter. Seven statements at most."""
    ids = desk_search_queries.person_ids(event, text.fold(q).split(), site_ids, most=MOST_FOUND + 1)
    return Hits(_hits(event, sitting, ids[:MOST_FOUND], site_ids), len(ids) > MOST_FOUND)


def alike(
    event: Event,
    sitting: Sitting,
    full_name: str,
    organization: str | None,
    site_ids: Collection[int] | None = None,
) -> list[Hit]:
    """Who may be the person of this name: the same words in any order, accents aside; else the same family and given
    name in the same organization. At most five."""
    words = text.fold(full_name).split()
    if not words:
        return []
    hits = [
        hit
        for hit in found(event, sitting, full_name, site_ids).listed
        if sorted(text.fold(hit.guest.person.full_name).split()) == sorted(words)
    ]
    if not hits and len(words) > 2 and organization:
        ends = found(event, sitting, f"{words[0]} {words[-1]} {organization}", site_ids).listed
        hits = [hit for hit in ends if text.fold(hit.guest.person.full_name).split()[-1] == words[-1]]
    return hits[:MOST_ALIKE]


def _hits(
    event: Event, sitting: Sitting, person_ids: Sequence[int], site_ids: Collection[int] | None
) -> list[Hit]:
    wanted = {"event": event.id, "people": list(person_ids), "sites": list(site_ids or [])}
    rows = db.session.execute(_guests(site_ids is not None), wanted).all() if person_ids else []
    standing = presences([guest.id for guest, _answer, _revoked in rows], sitting) if rows else {}
    return [
        Hit(guest, answer if revoked is None else None, revoked is not None, standing.get(guest.id, NOT_IN))
        for guest, answer, revoked in rows
    ]


@cache
def _guests(of_sites: bool) -> sa.Select[Any]:
    """The guests of `event` who are one of `people`, at one of `sites` if need be, with what a line of the list says of
    them and their answer. Built once."""
    statement = (
        sa.select(Guest, Invitation.answer, Invitation.revoked_at)
        .join(Guest.person)
        .join(Guest.site)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .options(
            contains_eager(Guest.person).options(
                load_only(Person.honorific, Person.full_name, Person.position, Person.organization_name),
                lazyload(Person.contacts),
            ),
            contains_eager(Guest.site).load_only(Site.name),
        )
        .where(
            Guest.event_id == sa.bindparam("event"),
            Guest.person_id.in_(sa.bindparam("people", expanding=True)),
        )
        .order_by(Person.sort_key, Person.id)
    )
    return (
        statement.where(Guest.site_id.in_(sa.bindparam("sites", expanding=True))) if of_sites else statement
    )


# --- What a scan came to ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A scan made at the desk, as the desk is told of it. `guest`: only when the site may know them; `substitute`: who
    goes in their place, since their invitation was taken back."""

    scan: Scan
    guest: Guest | None
    presence: Presence
    expected_at: Site | None
    substitute: Deputy | None = None


def told(event: Event, scan_id: int, site_ids: Collection[int] | None = None) -> Told:
    """The scan within the sites in reach; otherwise NotFound."""
    scan = _scan(event, scan_id, site_ids)
    guest = scan.guest
    if guest is None or scan.sitting is None:
        return Told(scan, None, NOT_IN, None)
    may_know = site_ids is None or guest.site_id in site_ids or scan.standing in rules.ADMITTING
    presence = presences([guest.id], scan.sitting).get(guest.id, NOT_IN)
    expected = guest.site if scan.outcome is Outcome.OTHER_SITE else None
    deputy = None
    if may_know and scan.outcome is Outcome.REVOKED:
        deputy = substitution_queries.going_for([guest.id]).get(guest.id)
        if deputy and site_ids is not None and deputy.site_id not in site_ids:
            deputy = None
    return Told(scan, guest if may_know else None, presence, expected, deputy)


def _scan(event: Event, scan_id: int, site_ids: Collection[int] | None) -> Scan:
    statement = (
        sa.select(Scan)
        .options(
            joinedload(Scan.guest).options(
                joinedload(Guest.person, innerjoin=False).lazyload(Person.contacts), joinedload(Guest.site)
            ),
            joinedload(Scan.site),
            joinedload(Scan.sitting),
        )
        .where(Scan.event_id == event.id, Scan.id == scan_id)
    )
    if site_ids is not None:
        statement = statement.where(Scan.site_id.in_(site_ids))
    scan = db.session.scalar(statement)
    if scan is None:
        raise NotFound(_("There is nothing at this address."))
    return scan


def last_scan_id(guest: Guest) -> int:
    """The scan of this guest that arrived last, who has one."""
    return db.session.scalars(sa.select(sa.func.max(Scan.id)).where(Scan.guest_id == guest.id)).one()


# --- Who did it -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """A line of somebody's day. `undone_by`: the scan that says it does not count; `by`: whoever made it by hand."""

    scan: Scan
    by: str | None
    undone_by: Scan | None


def moves_of(guest: Guest) -> list[Move]:
    """Every scan of one guest, in the order in which things happened. Two statements."""
    scans = sorted(queries.scans_of(guest), key=lambda scan: (scan.effective_at, scan.id))
    names = staff(scans)
    undoing = {scan.annuls: scan for scan in scans if scan.kind is ScanKind.ANNUL}
    return [
        Move(scan, names.get(scan.actor_id or 0) if is_by_staff(scan) else None, _undoing(scan, undoing))
        for scan in scans
    ]


def _undoing(scan: Scan, undoing: Mapping[str | None, Scan]) -> Scan | None:
    found = undoing.get(scan.scan_id)
    return found if found is not None and rules.undoes(found.site_id, scan.site_id) else None


def is_by_staff(scan: Scan) -> bool:
    """Whether somebody signed in made the scan, no device."""
    return scan.actor_kind == User.actor_kind and scan.device_id is None


def staff(scans: Iterable[Scan]) -> dict[int, str]:
    """The names of the users who made some of these scans, by their ids."""
    ids = {scan.actor_id for scan in scans if is_by_staff(scan)}
    if not ids:
        return {}
    return {
        user_id: name or email.partition("@")[0]
        for user_id, name, email in db.session.execute(
            sa.select(User.id, User.name, User.email).where(User.id.in_(ids))
        )
    }
