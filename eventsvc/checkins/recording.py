"""Recording scans: a batch is decided and stored in one transaction, in the order in which it happened.

    guests locked → known ids → what others saw → decisions → rows

The idempotency check comes before every rule: what is stored already is answered again and changes nothing.
An item that cannot be a scan goes to quarantine and never blocks the ones behind it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
import structlog
from flask_babel import gettext as _
from sqlalchemy.dialects import postgresql, sqlite

from eventsvc import secrets
from eventsvc.audit.operations import record
from eventsvc.checkins import answers, lookups, queries, rules, uploads
from eventsvc.checkins.lookups import Door, KnownGuest, KnownPass, Look
from eventsvc.checkins.models import (
    CaseKind,
    Device,
    Flag,
    Outcome,
    Profile,
    QuarantinedScan,
    ReviewCase,
    Scan,
    ScanKind,
    ScanMode,
)
from eventsvc.checkins.uploads import Fault, Item, Unreadable
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError

log = structlog.get_logger()

SEEN_EVERY = timedelta(seconds=15)
MOST_UNKNOWN, MOST_UNKNOWN_WITHIN = 300, timedelta(minutes=1)


class TooManyUnknown(DomainError):
    """A device tries codes: its unknown ones must wait, its valid ones need not."""

    status, code = 429, "too_many_unknown_codes"

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("This device has sent too many unknown codes. It may send more in a moment."))
        self.retry_after = retry_after


class _Hall(NamedTuple):
    """What is the same for every item of an upload."""

    door: Door
    event: Any
    sittings: list[Any]
    arrival: datetime
    offset: timedelta
    offset_ms: int | None


class _Placed(NamedTuple):
    """An item with its place in time and space, before anybody is asked for."""

    item: Item
    effective: rules.EffectiveTime
    at: datetime
    sitting: Any
    site_id: int | None
    acts_here: bool


@atomic()
def store(
    door: Door, items: Sequence[Item | Unreadable], *, arrival: datetime, device_clock: datetime | None
) -> list[dict[str, Any]]:
    """One result for each item, in their order."""
    upload = _Upload(door, items, arrival, device_clock)
    upload.answer_known()
    upload.decide_new()
    upload.hold_back_a_flood()
    upload.write()
    return upload.results()


class _Upload:
    """The working memory of one transaction; every set is asked for once."""

    def __init__(
        self, door: Door, items: Sequence[Item | Unreadable], arrival: datetime, device_clock: datetime | None
    ) -> None:
        self.items = items
        readable = [item for item in items if isinstance(item, Item)]
        offset = arrival - device_clock if device_clock is not None else timedelta()
        self.hall = _Hall(
            door,
            lookups.event_of(door.event_id),
            lookups.sittings_of(door.event_id),
            arrival,
            offset,
            None if device_clock is None else offset // timedelta(milliseconds=1),
        )
        self.site_ids = lookups.site_ids(door.event_id, {item.site for item in readable if item.site})
        self.passes = lookups.passes({item.code for item in readable if item.code and item.is_code})
        self.targets = {
            kept.scan_id: kept
            for kept in lookups.kept({item.annuls for item in readable if item.annuls})
            if kept.event_id == door.event_id
        }
        self.guests = lookups.locked_guests(door.event_id, self._guest_ids(readable))
        seqs = {item.seq for item in readable if item.seq is not None}
        kept = lookups.kept({item.scan_id for item in readable}, door.device_id, seqs)
        self.known = {one.scan_id: one for one in kept}
        self.holders = {one.seq: one.scan_id for one in kept if one.device_id == door.device_id}
        self.looks = lookups.looks(list(self.guests))
        self.jumped = uploads.after_a_jump(readable)
        self.new: list[tuple[int, Item]] = []
        self.answers: dict[int, answers.Answer] = {}
        self.rows: list[dict[str, Any]] = []
        self.cases: list[dict[str, Any]] = []
        self.aside: dict[str, dict[str, Any]] = {}

    def _guest_ids(self, readable: list[Item]) -> set[int]:
        ids = {known.guest_id for known in self.passes.values() if known.event_id == self.hall.door.event_id}
        ids |= {item.guest_id for item in readable if item.guest_id is not None}
        return ids | {target.guest_id for target in self.targets.values() if target.guest_id is not None}

    # --- What is known already ----------------------------------------------------------------------------

    def answer_known(self) -> None:
        """Answer replays and conflicts, put aside what cannot be a scan, and leave the rest as new."""
        first: dict[str, tuple[int, Item]] = {}
        for number, item in enumerate(self.items):
            if isinstance(item, Unreadable):
                self._put_aside(number, item)
            elif item.scan_id in self.known:
                self._answer_kept(number, item)
            elif item.scan_id in first:
                self._answer_twin(number, item, first[item.scan_id])
            elif fault := self._fault(item):
                self._put_aside(number, uploads.put_aside(item, fault))
            else:
                first[item.scan_id] = (number, item)
                self.new.append((number, item))

    def _answer_kept(self, number: int, item: Item) -> None:
        kept = self.known[item.scan_id]
        if kept.event_id != self.hall.door.event_id or kept.body_hash != item.body_hash:
            self._put_aside(number, uploads.put_aside(item, Fault.CONFLICT))
            return
        looks = self.looks.get((kept.guest_id or 0, kept.sitting_id), [])
        self.answers[number] = answers.Answer(
            item.scan_id, "replay", kept.outcome, kept.standing, tuple(kept.flags), kept.site_id,
            self.guests.get(kept.guest_id or 0), self._doors(kept.sitting_id),
            lookups.first_as_of(looks, kept.id),
        )  # fmt: skip

    def _answer_twin(self, number: int, item: Item, first: tuple[int, Item]) -> None:
        """The same id twice in one upload: the first decides, the second is its replay or its conflict."""
        if first[1].body_hash == item.body_hash:
            self.answers[number] = answers.Answer(item.scan_id, "replay", twin_of=first[0])
        else:
            self._put_aside(number, uploads.put_aside(item, Fault.CONFLICT))

    def _fault(self, item: Item) -> Fault | None:
        """Why the item may not be stored as a scan."""
        door = self.hall.door
        if not door.is_open:
            return Fault.REVOKED_DEVICE
        if item.kind is ScanKind.ANNUL:
            return self._fault_of_annulment(item)
        if item.code is None and item.guest_id is None:
            return Fault.NOBODY_NAMED
        if item.code is None and door.profile is Profile.SCAN:
            return Fault.NOT_ALLOWED
        if item.site is None and door.site_id is None:
            return Fault.NO_SITE
        return None

    def _fault_of_annulment(self, item: Item) -> Fault | None:
        door, target = self.hall.door, self.targets.get(item.annuls or "")
        if item.annuls is None:
            return Fault.BAD_FIELD
        if door.profile is not Profile.SUPERVISOR:
            return Fault.NOT_ALLOWED
        if target is not None and door.site_id is not None and target.site_id != door.site_id:
            return Fault.NOT_ALLOWED
        return None if item.reason else Fault.NO_REASON

    def _put_aside(self, number: int, unreadable: Unreadable) -> None:
        status = "conflict" if unreadable.fault is Fault.CONFLICT else "quarantined"
        self.answers[number] = answers.Answer(unreadable.scan_id, status)
        words = f"{unreadable.fault}:{unreadable.scan_id}:{unreadable.body_hash}"
        self.aside[words] = {
            "event_id": self.hall.door.event_id,
            "device_id": self.hall.door.device_id,
            "scan_id": unreadable.scan_id,
            "reason": unreadable.fault.value,
            "body": unreadable.body,
            "body_hash": secrets.digest(words),
            "received_at": self.hall.arrival,
        }

    # --- What is new --------------------------------------------------------------------------------------

    def decide_new(self) -> None:
        """Decide in the order in which it happened, so that the first of a batch is its first entry."""
        placed = [(number, self._place(item)) for number, item in self.new]
        for number, one in sorted(placed, key=lambda pair: (pair[1].effective.at, pair[1].item.scan_id)):
            if one.item.kind is ScanKind.ANNUL:
                self._annul(number, one)
            else:
                self._decide(number, one)

    def _place(self, item: Item) -> _Placed:
        hall = self.hall
        effective = rules.effective_time(
            item.scanned_at, hall.offset, earliest=hall.event.created_at, arrival=hall.arrival
        )
        suspect = effective.is_suspect or not item.has_zone or item.scan_id in self.jumped
        effective = effective._replace(is_suspect=suspect)
        at = hall.arrival if item.mode is ScanMode.ONLINE else effective.at
        sitting = next((one for one in hall.sittings if one.number == item.sitting), None)
        site_id = hall.door.site_id if item.site is None else self.site_ids.get(item.site)
        acts_here = site_id is not None and hall.door.site_id in (None, site_id)
        return _Placed(
            item, effective, at, sitting or rules.sitting_at(hall.sittings, at), site_id, acts_here
        )

    def _decide(self, number: int, one: _Placed) -> None:
        item = one.item
        known_pass = self.passes.get(item.code or "")
        guest = self.guests.get(known_pass.guest_id if known_pass else item.guest_id or 0)
        facts = self._facts(one, known_pass, guest)
        scan = rules.Seen(
            item.scan_id, one.effective.at, one.site_id, self.hall.door.device_id, rules.standing(facts)
        )
        key = (guest.id if guest else 0, one.sitting.id if one.sitting else None)
        beside = self.looks.setdefault(key, []) if guest else []
        standing = [look.seen for look in beside if look.annulled_by is None]
        outcome, flags = rules.decide(facts, scan, standing, is_time_suspect=one.effective.is_suspect)
        flags = (*flags, *self._flag_fork(item))
        if guest is not None and item.kind is ScanKind.ENTRY and scan.standing in rules.SEEN_AT_A_DOOR:
            seen = replace(scan, outcome=outcome)
            beside.append(Look(0, None, seen))
            self._open_cases(one, guest, known_pass, [*standing, seen])
        self.answers[number] = answers.Answer(
            item.scan_id, "stored", outcome, scan.standing, flags, one.site_id, guest,
            facts.doors, lookups.first_as_of(beside, None),
        )  # fmt: skip
        self._add_row(one, scan.standing, outcome, flags, known_pass, guest)

    def _facts(self, one: _Placed, known_pass: KnownPass | None, guest: KnownGuest | None) -> rules.Facts:
        cancelled = [self.hall.event.cancelled_at, one.sitting.cancelled_at if one.sitting else None]
        if one.item.code is not None:
            revoked_at = known_pass.revoked_at if known_pass else None
        else:
            revoked_at = guest.revoked_at if guest else None
        return rules.Facts(
            kind=one.item.kind,
            mode=one.item.mode,
            at=one.at,
            is_known=known_pass is not None or guest is not None,
            is_of_event=guest is not None,
            acts_here=one.acts_here,
            is_expected_here=guest is not None and guest.site_id == one.site_id,
            has_reason=one.item.reason is not None,
            needs_attention=guest is not None and bool(guest.attention),
            doors=rules.doors(one.sitting) if one.sitting else rules.Doors(None, None),
            cancelled_at=min((moment for moment in cancelled if moment is not None), default=None),
            revoked_at=revoked_at,
            decision=one.item.decision,
        )

    def _annul(self, number: int, one: _Placed) -> None:
        """Undo a scan. What it names may arrive later: the two meet when somebody reads who is in."""
        annuls = one.item.annuls or ""
        target = self.targets.get(annuls)
        row = next((row for row in self.rows if row["scan_id"] == annuls), None)
        guest_id = target.guest_id if target else row["guest_id"] if row else None
        sitting_id = target.sitting_id if target else row["sitting_id"] if row else None
        guest = self.guests.get(guest_id or 0)
        beside = self.looks.get((guest_id or 0, sitting_id), [])
        beside[:] = [look._replace(annulled_by=0) if look.seen.scan_id == annuls else look for look in beside]
        flags = self._flag_fork(one.item)
        self.answers[number] = answers.Answer(
            one.item.scan_id, "stored", Outcome.ANNULLED, Outcome.ANNULLED, flags, one.site_id, guest
        )
        sitting = next((sitting for sitting in self.hall.sittings if sitting.id == sitting_id), one.sitting)
        self._add_row(one._replace(sitting=sitting), Outcome.ANNULLED, Outcome.ANNULLED, flags, None, guest)
        self._audit("scan.annulled", one, guest)

    def _flag_fork(self, item: Item) -> tuple[Flag, ...]:
        """A number that another scan of the device holds means that two copies of its queue are at work."""
        if item.seq is None or self.hall.door.device_id is None:
            return ()
        if self.holders.setdefault(item.seq, item.scan_id) == item.scan_id:
            return ()
        self._open_case(CaseKind.SEQ_FORK, f"{self.hall.door.device_id}:{item.seq}", item.scan_id, None, None)
        return (Flag.SEQ_FORK,)

    def _open_cases(
        self, one: _Placed, guest: KnownGuest, known_pass: KnownPass | None, seen: list[rules.Seen]
    ) -> None:
        sitting_id = one.sitting.id if one.sitting else None
        person = f"{guest.id}:{sitting_id or 0}"
        if seen[-1].standing is Outcome.ADMITTED_REVOKED:
            subject = f"{person}:{known_pass.id if known_pass else 0}"
            self._open_case(CaseKind.ADMITTED_REVOKED, subject, one.item.scan_id, guest.id, sitting_id)
        if rules.is_at_two_sites(seen):
            self._open_case(CaseKind.CROSS_SITE, person, one.item.scan_id, guest.id, sitting_id)
        if one.item.scan_id in self.jumped:
            subject = f"{self.hall.door.device_id}:{one.item.boot_id}"
            self._open_case(CaseKind.CLOCK_JUMP, subject, one.item.scan_id, None, None)

    def _open_case(
        self, kind: CaseKind, subject: str, scan_id: str, guest_id: int | None, sitting_id: int | None
    ) -> None:
        self.cases.append(
            {
                "event_id": self.hall.door.event_id,
                "kind": kind,
                "subject": subject,
                "scan_id": scan_id,
                "guest_id": guest_id,
                "sitting_id": sitting_id,
                "opened_at": self.hall.arrival,
            }
        )

    def _add_row(
        self, one: _Placed, standing: Outcome, outcome: Outcome, flags: tuple[Flag, ...],
        known_pass: KnownPass | None, guest: KnownGuest | None,
    ) -> None:  # fmt: skip
        item, hall = one.item, self.hall
        self.rows.append(
            {
                "scan_id": item.scan_id,
                "event_id": hall.door.event_id,
                "device_id": hall.door.device_id,
                "seq": item.seq,
                "boot_id": item.boot_id,
                "mono_ms": item.mono_ms,
                "code_hash": item.code,
                "pass_id": known_pass.id if known_pass and guest else None,
                "guest_id": guest.id if guest else None,
                "sitting_id": one.sitting.id if one.sitting else None,
                "site_id": one.site_id,
                "kind": item.kind,
                "annuls": item.annuls if item.kind is ScanKind.ANNUL else None,
                "mode": item.mode,
                "scanned_at": item.scanned_text,
                "received_at": hall.arrival,
                "effective_at": one.effective.at,
                "clock_offset_ms": hall.offset_ms,
                "bundle": item.bundle,
                "decision": item.decision,
                "standing": standing,
                "outcome": outcome,
                "flags": [flag.value for flag in flags],
                "reason": item.reason,
                "actor_kind": hall.door.actor_kind,
                "actor_id": hall.door.actor_id,
                "body_hash": item.body_hash,
            }
        )
        if item.mode is ScanMode.MANUAL and item.kind is ScanKind.ENTRY:
            self._audit("scan.entered_by_hand", one, guest)

    def _audit(self, action: str, one: _Placed, guest: KnownGuest | None) -> None:
        details = {"scan_id": one.item.scan_id, "guest_id": guest.id if guest else None}
        record(self.hall.door, action, event=self.hall.event, site_id=one.site_id, **details)

    def _doors(self, sitting_id: int | None) -> rules.Doors:
        sitting = next((one for one in self.hall.sittings if one.id == sitting_id), None)
        return rules.doors(sitting) if sitting else rules.Doors(None, None)

    def hold_back_a_flood(self) -> None:
        """Refuse the upload when it adds to too many unknown codes of the last minute."""
        device_id, arrival = self.hall.door.device_id, self.hall.arrival
        if device_id is None or not any(row["outcome"] is Outcome.UNKNOWN for row in self.rows):
            return
        times = queries.unknown_since(device_id, arrival - MOST_UNKNOWN_WITHIN)
        if len(times) >= MOST_UNKNOWN:
            wait = times[-MOST_UNKNOWN] + MOST_UNKNOWN_WITHIN - arrival
            raise TooManyUnknown(max(1, math.ceil(wait.total_seconds())))

    # --- Writing ------------------------------------------------------------------------------------------

    def write(self) -> None:
        connection = db.session.connection()
        if self.rows:
            connection.execute(sa.insert(Scan.__table__), self.rows)
        _insert_new(ReviewCase.__table__, self.cases)
        for put in _insert_new(QuarantinedScan.__table__, list(self.aside.values())):
            log.warning(
                "scan put aside", event_id=put["event_id"], device_id=put["device_id"], why=put["reason"]
            )
            record(self.hall.door, "scan.put_aside", event=self.hall.event, reason=put["reason"])
        self._note_device(connection)

    def _note_device(self, connection: sa.Connection) -> None:
        """When the device was last heard of, to a quarter of a minute: not a write for every scan."""
        door, hall = self.hall.door, self.hall
        if door.device_id is None or (door.seen_at and hall.arrival - door.seen_at < SEEN_EVERY):
            return
        values: dict[str, Any] = {"seen_at": hall.arrival}
        if hall.offset_ms is not None:
            values["clock_offset_ms"] = hall.offset_ms
        table = Device.__table__
        connection.execute(sa.update(table).where(table.c.id == door.device_id).values(**values))

    def results(self) -> list[dict[str, Any]]:
        return answers.wire([self.answers[number] for number in range(len(self.items))], self.hall.door)


def _insert_new(table: sa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Insert what is not there yet; returns what was."""
    connection = db.session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    return [row for row in rows if connection.execute(statement, row).first() is not None]
