"""Whether the invariants of check-in hold over the stored facts of an event. Reads everything once, in sets.

1 what was acknowledged is stored whole     6 who went in is only taken back by an annulment
2 one row per scan id                       7 garbage is `unknown` and names nobody
3 a replay changes nothing                  8 the board equals a recount
4 the first entry is the least time         9 a device acts for its own site only
5 heads are people, two sites are a case   10 missing numbers are on the board
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import secrets
from eventsvc.checkins import device_queries, items, queries, rules
from eventsvc.checkins.items import Fault
from eventsvc.checkins.models import (
    CaseKind,
    Device,
    Flag,
    FormerPlace,
    Outcome,
    QuarantinedScan,
    ReviewCase,
    Scan,
    ScanKind,
    ScanMode,
)
from eventsvc.checkins.rules import Seen
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Pass
from eventsvc.sites.models import Site

PERSON_NEEDED = rules.ADMITTING | rules.ALREADY_IN | {Outcome.REVOKED, Outcome.NOT_YET, Outcome.CANCELLED}


class Breach(NamedTuple):
    invariant: int
    what: str


class _Facts:
    """The rows of the event, read once."""

    def __init__(self, event: Event) -> None:
        self.event = event
        table = Scan.__table__
        self.scans = db.session.execute(
            sa.select(table).where(table.c.event_id == event.id).order_by(table.c.id)
        ).all()
        by_id = {scan.scan_id: scan for scan in self.scans}
        self.annulled = {
            scan.annuls
            for scan in self.scans
            if scan.annuls in by_id and rules.undoes(scan.site_id, by_id[scan.annuls].site_id)
        }
        self.sittings = queries.sittings_of(event)
        self.devices = {
            device.id: device
            for device in db.session.execute(
                sa.select(Device.__table__).where(Device.__table__.c.event_id == event.id)
            )
        }
        self.former: dict[int, list[tuple[int | None, datetime]]] = defaultdict(list)
        for place in db.session.execute(
            sa.select(FormerPlace.device_id, FormerPlace.site_id, FormerPlace.until)
            .where(FormerPlace.device_id.in_(self.devices))
            .order_by(FormerPlace.until)
        ):
            self.former[place.device_id].append((place.site_id, place.until))
        self.cases = {
            (case.kind, case.subject)
            for case in db.session.scalars(sa.select(ReviewCase).where(ReviewCase.event_id == event.id))
        }
        self.seen: dict[tuple[int, int | None], list[Seen]] = defaultdict(list)
        for scan in self.scans:
            if scan.guest_id and scan.standing in rules.AT_A_DOOR:
                self.seen[scan.guest_id, scan.sitting_id].append(
                    Seen(
                        scan.scan_id,
                        scan.effective_at,
                        scan.site_id,
                        scan.device_id,
                        scan.standing,
                        scan.outcome,
                    )
                )

    def is_at_home(self, scan: sa.Row[Any]) -> bool:
        """Whether the scan was made where its device stood, by what was known when it arrived."""
        if scan.device_id not in self.devices:
            return True
        former = self.former[scan.device_id]
        then = next((place for place, until in former if until >= scan.received_at), None)
        now = (
            then
            if any(until >= scan.received_at for _place, until in former)
            else self.devices[scan.device_id].site_id
        )
        past = [(place, until) for place, until in former if until < scan.received_at]
        decided = items.issued_at(scan.bundle) or scan.effective_at
        return now in (None, scan.site_id) or rules.stood_at(past, scan.site_id or 0, decided)

    def standing(self, key: tuple[int, int | None]) -> list[Seen]:
        return [seen for seen in self.seen[key] if seen.scan_id not in self.annulled]


BOARDS: dict[str, Callable[[Event, Sitting], Mapping[int, int]]] = {}
"""The boards of features above, by name: who they say is in, by site. They enter themselves here."""


def breaches(event: Event) -> list[Breach]:
    """Everything that is not as it must be; nothing for a sound event."""
    facts = _Facts(event)
    return [Breach(number, what) for number, check in enumerate(CHECKS, start=1) for what in check(facts)]


def waiting(event: Event) -> int:
    """How many scans the devices of the event still hold; the board says so, which is no breach."""
    return sum(device_queries.undelivered(event).values())


def stored_whole(facts: _Facts) -> Iterator[str]:
    """1: every row refers to things of the same event, and commits go to disk before the answer."""
    for column, model, key in (
        (Scan.guest_id, Guest, Guest.id),
        (Scan.site_id, Site, Site.id),
        (Scan.sitting_id, Sitting, Sitting.id),
        (Scan.device_id, Device, Device.id),
        (Scan.pass_id, Pass, Pass.id),
    ):
        lost = db.session.scalars(
            sa.select(Scan.scan_id)
            .outerjoin(model, sa.and_(key == column, model.event_id == facts.event.id))
            .where(Scan.event_id == facts.event.id, column.is_not(None), key.is_(None))
        )
        yield from (
            f"scan {scan_id} refers to a {model.__tablename__} that is not of this event" for scan_id in lost
        )
    connection = db.session.connection()
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA synchronous").scalar() != 2:
        yield "the database does not wait for the disk (synchronous is not FULL)"


def one_row_per_id(facts: _Facts) -> Iterator[str]:
    """2: ids are unique in whatever way they are written."""
    for scan_id, number in Counter(scan.scan_id.lower() for scan in facts.scans).items():
        if number > 1:
            yield f"scan {scan_id} is stored {number} times"


def replays_changed_nothing(facts: _Facts) -> Iterator[str]:
    """3: a conflict kept aside has a kept scan, with another body."""
    aside = db.session.scalars(
        sa.select(QuarantinedScan).where(
            QuarantinedScan.event_id == facts.event.id, QuarantinedScan.reason == Fault.CONFLICT.value
        )
    ).all()
    known = dict(
        db.session.execute(
            sa.select(Scan.scan_id, Scan.body_hash).where(Scan.scan_id.in_([one.scan_id for one in aside]))
        ).all()
    )
    for one in aside:
        if one.scan_id not in known:
            yield f"scan {one.scan_id} is in conflict with nothing that is stored"
        elif one.body_hash == secrets.digest(f"{Fault.CONFLICT}:{one.scan_id}:{known[one.scan_id]}"):
            yield f"scan {one.scan_id} is in conflict with itself"


def first_is_least(facts: _Facts) -> Iterator[str]:
    """4: times are possible, and the database finds the same first entries as the rules."""
    for scan in facts.scans:
        listed_at = items.issued_at(scan.bundle)
        earliest = min(facts.event.created_at, scan.received_at)
        if listed_at is not None and listed_at <= scan.received_at:
            earliest = max(earliest, listed_at)
        if not earliest <= scan.effective_at <= scan.received_at:
            yield f"scan {scan.scan_id} took effect outside of what is possible"
    for sitting in facts.sittings:
        first = queries.first_entries(sitting)
        found = {
            guest_id: scan_id
            for guest_id, scan_id in db.session.execute(
                sa.select(Scan.guest_id, Scan.scan_id).join(first, first.c.id == Scan.id)
            )
        }
        for guest_id, sitting_id in facts.seen:
            entry = (
                rules.first_entry(facts.standing((guest_id, sitting_id)))
                if sitting_id == sitting.id
                else None
            )
            if entry is not None and found.get(guest_id) != entry.scan_id:
                yield f"guest {guest_id}: the first entry is not {entry.scan_id}"


def heads_are_people(facts: _Facts) -> Iterator[str]:
    """5: one admission for each person and sitting (another only after an annulment or an exit); two sites are a
    case."""
    for (guest_id, sitting_id), seen in facts.seen.items():
        admitted = [one for one in seen if one.outcome in rules.ADMITTING]
        standing = [one for one in admitted if one.scan_id not in facts.annulled]
        exits = sum(1 for one in seen if one.standing is Outcome.EXITED)
        if len(standing) > 1 + exits:
            yield f"guest {guest_id} was admitted {len(standing)} times to sitting {sitting_id}"
        if any(one.standing in rules.ADMITTING for one in seen) and not admitted:
            yield f"guest {guest_id} is in at sitting {sitting_id} and was never admitted"
        two_sites = rules.is_at_two_sites(facts.standing((guest_id, sitting_id)))
        if two_sites and (CaseKind.CROSS_SITE, f"{guest_id}:{sitting_id or 0}") not in facts.cases:
            yield f"guest {guest_id} was seen at two sites and nobody was told"


def nobody_is_taken_back(facts: _Facts) -> Iterator[str]:
    """6: an answer that let somebody in stands on a scan that counts; annulments say who and why."""
    for scan in facts.scans:
        lets_in = scan.outcome in rules.ADMITTING and scan.kind is ScanKind.ENTRY
        if lets_in and scan.standing not in rules.ADMITTING:
            yield f"scan {scan.scan_id} let somebody in and does not count"
        if _was_let_in_at_the_door(scan, facts) and scan.standing not in {
            *rules.ADMITTING,
            Outcome.CANCELLED,
        }:
            yield f"scan {scan.scan_id} is {scan.standing.value}, but the door has let somebody in"
        if scan.kind is ScanKind.ANNUL and not (
            scan.reason and scan.actor_kind and scan.actor_id and scan.annuls
        ):
            yield f"annulment {scan.scan_id} does not say what, who or why"


def _was_let_in_at_the_door(scan: sa.Row[Any], facts: _Facts) -> bool:
    """Whether a device at its own site says that somebody of the event went in while it could not ask."""
    is_at_home = facts.is_at_home(scan)
    said_in = scan.decision in {*rules.ADMITTING, *rules.ALREADY_IN} and scan.mode is not ScanMode.ONLINE
    return said_in and is_at_home and scan.kind is ScanKind.ENTRY and scan.guest_id is not None


def garbage_is_unknown(facts: _Facts) -> Iterator[str]:
    """7: what names nobody is unknown or of another event, and the other way round; codes are hashes."""
    for scan in facts.scans:
        if scan.outcome in {Outcome.UNKNOWN, Outcome.OTHER_EVENT} and scan.guest_id is not None:
            yield f"scan {scan.scan_id} names somebody and is {scan.outcome.value}"
        if scan.outcome in PERSON_NEEDED and scan.guest_id is None:
            yield f"scan {scan.scan_id} is {scan.outcome.value} and names nobody"
        if scan.code_hash is not None and not _is_hash(scan.code_hash):
            yield f"scan {scan.scan_id} keeps a code that is not a hash"


def board_is_a_recount(facts: _Facts) -> Iterator[str]:
    """8: what the board shows equals counting the facts one by one."""
    for sitting in facts.sittings:
        counted: Counter[int | None] = Counter()
        for key in facts.seen:
            entry = rules.first_entry(facts.standing(key)) if key[1] == sitting.id else None
            if entry is not None:
                counted[entry.site_id] += 1
        people = dict(counted)
        for row in queries.board_rows(facts.event, sitting):
            if row.present != counted.pop(row.site.id, 0):
                yield f"the board is wrong about site {row.site.code} at sitting {sitting.number}"
        for name, shown in BOARDS.items():
            for site_id, present in _differing(shown(facts.event, sitting), people):
                yield f"the {name} says {present} are in at site {site_id} at sitting {sitting.number}"
        if counted:
            yield f"{sum(counted.values())} people are in at no site of sitting {sitting.number}"


def _differing(shown: Mapping[int, int], counted: Mapping[int | None, int]) -> Iterator[tuple[int, int]]:
    for site_id in {*shown, *(each for each in counted if each is not None)}:
        if shown.get(site_id, 0) != counted.get(site_id, 0):
            yield site_id, shown.get(site_id, 0)


def devices_keep_their_place(facts: _Facts) -> Iterator[str]:
    """9: a scan for another site than the device's own never lets anybody in, and is flagged."""
    for scan in facts.scans:
        if facts.is_at_home(scan):
            continue
        if scan.standing in rules.ADMITTING or scan.outcome in rules.ADMITTING | rules.ALREADY_IN:
            yield f"scan {scan.scan_id} let somebody in where its device has no say"
        elif scan.kind is not ScanKind.ANNUL and Flag.ATTENTION.value not in scan.flags:
            yield f"scan {scan.scan_id} was made out of place and is not flagged"


def numbers_are_told(facts: _Facts) -> Iterator[str]:
    """10: a number held twice is flagged; the board tells how many are missing for each site."""
    holders: dict[tuple[int, int], int] = Counter()
    flagged: set[tuple[int, int]] = set()
    for scan in facts.scans:
        if scan.device_id is not None and scan.seq is not None:
            holders[scan.device_id, scan.seq] += 1
            if Flag.SEQ_FORK.value in scan.flags:
                flagged.add((scan.device_id, scan.seq))
    for (device_id, seq), number in holders.items():
        if number > 1 and (device_id, seq) not in flagged:
            yield f"device {device_id} has used number {seq} {number} times and nobody was told"
    if not facts.sittings:
        return
    shown = sum(row.waiting for row in queries.board_rows(facts.event, facts.sittings[0]))
    missing = sum(
        number for (_device, site), number in device_queries.undelivered(facts.event).items() if site
    )
    if shown != missing:
        yield f"the board tells of {shown} scans on their way, there are {missing}"


CHECKS: tuple[Callable[[_Facts], Iterator[str]], ...] = (
    stored_whole,
    one_row_per_id,
    replays_changed_nothing,
    first_is_least,
    heads_are_people,
    nobody_is_taken_back,
    garbage_is_unknown,
    board_is_a_recount,
    devices_keep_their_place,
    numbers_are_told,
)


def _is_hash(words: str) -> bool:
    return len(words) == 64 and all(letter in "0123456789abcdef" for letter in words)
