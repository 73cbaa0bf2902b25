"""Recording scans: uploads are decided and stored in one transaction, in the order in which things happened.

    what is named (guests locked) → what is stored → decisions → rows

The idempotency check comes before every rule: what is stored already is answered again and changes nothing.
An item that cannot be a scan goes to quarantine and never blocks the ones behind it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from eventsvc import secrets
from eventsvc.audit.operations import record
from eventsvc.checkins import (
    device_queries,
    items,
    keeping_operations,
    lookups,
    rules,
    scan_rows,
    walk_in_operations,
)
from eventsvc.checkins.items import Fault, Item, Unreadable
from eventsvc.checkins.lookup_statements import insert_scans
from eventsvc.checkins.lookups import Asked, Door, Kept, KnownGuest, KnownPass, Look
from eventsvc.checkins.models import CaseKind, Flag, Outcome, Profile, QuarantinedScan, ReviewCase
from eventsvc.checkins.models import ScanKind as Kind
from eventsvc.checkins.models import ScanMode as Mode
from eventsvc.checkins.uploads import Answer, Place, Upload
from eventsvc.db import db

log = structlog.get_logger()

MOST_UNKNOWN, MOST_UNKNOWN_WITHIN = 300, timedelta(minutes=1)


def store(together: Sequence[Upload]) -> None:
    """Answer the uploads and write what is new, within the running transaction; each as if it came alone."""
    memory = _Memory(together)
    for upload in together:
        _Decision(upload, memory).run()
    memory.write()
    for upload in together:
        keeping_operations.note_device(upload)


class _Memory:
    """What is known to all uploads of one transaction, and what they add. Every set is asked for once."""

    def __init__(self, together: Sequence[Upload]) -> None:
        sent = [item for upload in together for item in upload.readable]
        self.guests: dict[int, KnownGuest] = {}
        for upload in together:
            self.guests |= upload.guests
        devices = {upload.door.device_id for upload in together if upload.door.device_id is not None}
        stored = lookups.decide(
            Asked(
                scan_ids={item.scan_id for item in sent} | {item.annuls for item in sent if item.annuls},
                device_ids=devices,
                seqs={item.seq for item in sent if item.seq is not None},
                guest_ids=self.guests.keys(),
                codes={code for upload in together for code in upload.passes},
                exits={item.scan_id for item in sent if item.kind is Kind.EXIT},
            )
        )
        self.kept, self.holders, self.looks = stored.kept, stored.holders, stored.looks
        self.revoked, self.undone = stored.revoked, stored.undone
        bodies = {item.scan_id: item.body_hash for item in sent}
        others = {
            one.guest_id
            for one in stored.kept.values()
            if one.guest_id is not None and bodies.get(one.scan_id) == one.body_hash
        } - self.guests.keys()
        if others:  # sent once more: those who came without an invitation
            self.guests |= lookups.add_others(stored, others)
        for upload in together:
            stored.sites.update(upload.sites)
            stored.devices.update(upload.devices)
        for upload in together:
            upload.sites, upload.devices = stored.sites, stored.devices
        self.fresh: dict[str, tuple[Item, Door, Answer]] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.cases: list[dict[str, Any]] = []
        self.anew: list[dict[str, Any]] = []
        self.aside: dict[tuple[int | None, str], tuple[Door, dict[str, Any]]] = {}

    def guest(self, door: Door, guest_id: int | None) -> KnownGuest | None:
        """The guest, if it is one of the door's event."""
        return (
            found if (found := self.guests.get(guest_id or 0)) and found.event_id == door.event_id else None
        )

    def write(self) -> None:
        if self.rows:
            insert_scans(db.session.connection(), list(self.rows.values()))
        # in one order for everybody: two uploads of one device must not wait for each other in a circle
        self.cases.sort(key=lambda case: (case["kind"], case["subject"]))
        keeping_operations.insert_new(ReviewCase.__table__, self.cases)
        keeping_operations.open_again(sorted(self.anew, key=lambda case: (case["kind"], case["subject"])))
        doors = {values["body_hash"]: door for door, values in self.aside.values()}
        for put in keeping_operations.insert_new(
            QuarantinedScan.__table__, [values for _door, values in self.aside.values()]
        ):
            log.warning(
                "scan put aside", event_id=put["event_id"], device_id=put["device_id"], why=put["reason"]
            )
            _audit(doors[put["body_hash"]], "scan.put_aside", reason=put["reason"])


class _Decision:
    """One upload against the memory."""

    def __init__(self, upload: Upload, memory: _Memory) -> None:
        self.upload, self.door, self.memory = upload, upload.door, memory
        self.new: dict[int, Item] = {}
        self.twins: list[tuple[int, Item]] = []
        self.answers: dict[int, Answer] = {}
        self.aside: list[tuple[int | None, str]] = []

    def run(self) -> None:
        self.upload.answers = None
        self.answer_known()
        self.upload.wait_seconds = self.flood()
        if self.upload.wait_seconds is not None:
            for key in self.aside:
                self.memory.aside.pop(key, None)
            return
        self.decide_new()
        for number, item in self.twins:
            self.answer_fresh(number, item)
        self.upload.answers = [self.answers[number] for number in range(len(self.upload.items))]

    # --- What is known already ----------------------------------------------------------------------------

    def answer_known(self) -> None:
        """Answer replays and conflicts, put aside what cannot be a scan, and leave the rest as new."""
        ids = set()
        for number, item in enumerate(self.upload.items):
            if isinstance(item, Unreadable):
                self.put_aside(number, item)
            elif item.scan_id in self.memory.kept:
                self.answer_kept(number, item)
            elif item.scan_id in self.memory.fresh or item.scan_id in ids:
                self.twins.append((number, item))
            elif fault := self.fault(item):
                self.put_aside(number, items.put_aside(item, fault))
            else:
                ids.add(item.scan_id)
                self.new[number] = item

    def answer_kept(self, number: int, item: Item) -> None:
        kept = self.memory.kept[item.scan_id]
        if kept.event_id != self.door.event_id or kept.body_hash != item.body_hash:
            self.put_aside(number, items.put_aside(item, Fault.CONFLICT))
            return
        looks = self.memory.looks.get((kept.guest_id or 0, kept.sitting_id), [])
        self.answers[number] = Answer(
            item.scan_id, "replay", kept.outcome, kept.standing, tuple(kept.flags), kept.site_id,
            self.memory.guest(self.door, kept.guest_id), self.upload.doors_of(kept.sitting_id, kept.site_id),
            lookups.first_as_of(looks, kept.id),
        )  # fmt: skip

    def answer_fresh(self, number: int, item: Item) -> None:
        """The same id twice in one transaction: the first decides, the second is its replay or its conflict."""
        first, door, answer = self.memory.fresh[item.scan_id]
        if first.body_hash == item.body_hash and door.event_id == self.door.event_id:
            self.answers[number] = replace(answer, status="replay")
        else:
            self.put_aside(number, items.put_aside(item, Fault.CONFLICT))

    def fault(self, item: Item) -> Fault | None:
        """Why the item may not be stored as a scan."""
        if not self.door.is_open:
            return Fault.REVOKED_DEVICE
        if item.kind is Kind.ANNUL:
            return self.fault_of_annulment(item)
        if item.code is None and item.guest_id is None and not walk_in_operations.is_walk_in(item):
            return Fault.NOBODY_NAMED
        if self.door.profile is Profile.SCAN and (item.code is None or item.mode is Mode.MANUAL):
            return Fault.NOT_ALLOWED
        if item.site is None and self.door.site_id is None:
            return Fault.NO_SITE
        return None

    def fault_of_annulment(self, item: Item) -> Fault | None:
        target = self.target(item)
        if item.annuls is None:
            return Fault.BAD_FIELD
        if self.door.profile is not Profile.SUPERVISOR:
            return Fault.NOT_ALLOWED
        if self.door.site_id is not None:
            place = self.upload.place(item)
            if not place.acts_here or (
                target is not None and not rules.undoes(place.site_id, target.site_id)
            ):
                return Fault.NOT_ALLOWED
        return None if item.reason else Fault.NO_REASON

    def target(self, item: Item) -> Kept | None:
        found = self.memory.kept.get(item.annuls or "")
        return found if found is not None and found.event_id == self.door.event_id else None

    def put_aside(self, number: int, unreadable: Unreadable) -> None:
        status = "conflict" if unreadable.fault is Fault.CONFLICT else "quarantined"
        self.answers[number] = Answer(unreadable.scan_id, status)
        body_hash = secrets.digest(f"{unreadable.fault}:{unreadable.scan_id}:{unreadable.body_hash}")
        values = {
            "event_id": self.door.event_id,
            "device_id": self.door.device_id,
            "site_id": self.door.site_id,
            "scan_id": unreadable.scan_id,
            "reason": unreadable.fault.value,
            "body": unreadable.body,
            "body_hash": body_hash,
            "received_at": self.upload.arrival,
        }
        self.memory.aside[self.door.device_id, body_hash] = (self.door, values)
        self.aside.append((self.door.device_id, body_hash))

    # --- What is new --------------------------------------------------------------------------------------

    def flood(self) -> int | None:
        """The seconds to wait when the upload adds to too many unknown codes and scans put aside of the last minute."""
        named = (item for item in self.new.values() if item.kind is not Kind.ANNUL)
        is_known = all(any(self.who(item)) for item in named)
        if self.door.device_id is None or (is_known and not self.aside):
            return None
        arrival = self.upload.arrival
        times = device_queries.unknown_since(self.door.device_id, arrival - MOST_UNKNOWN_WITHIN)
        if len(times) < MOST_UNKNOWN:
            return None
        wait = times[-MOST_UNKNOWN] + MOST_UNKNOWN_WITHIN - arrival
        return max(1, math.ceil(wait.total_seconds()))

    def decide_new(self) -> None:
        """Decide in the order in which it happened, so that the first of a batch is its first entry."""
        placed = [(number, item, self.upload.place(item)) for number, item in self.new.items()]
        for number, item, place in sorted(placed, key=lambda one: (one[2].effective.at, one[1].scan_id)):
            answer = self.annul(item, place) if item.kind is Kind.ANNUL else self.decide(item, place)
            self.answers[number] = answer
            self.memory.fresh[item.scan_id] = (item, self.door, answer)

    def who(self, item: Item) -> tuple[KnownPass | None, KnownGuest | None]:
        """Whose pass it is, and the guest if it is one of this event."""
        known_pass = self.upload.passes.get(item.code or "")
        guest_id = known_pass.guest_id if known_pass else None if item.code is not None else item.guest_id
        return known_pass, self.memory.guest(self.door, guest_id)

    def decide(self, item: Item, place: Place) -> Answer:
        known_pass, guest = self.who(item)
        if guest is None and walk_in_operations.is_walk_in(item) and place.acts_here:
            guest = walk_in_operations.add(self.door, item, place.site_id)
            self.memory.guests[guest.id] = guest
        facts = self.facts(item, place, known_pass, guest)
        standing = rules.standing(facts)
        scan = rules.Seen(item.scan_id, place.effective.at, place.site_id, self.door.device_id, standing)
        key = (guest.id if guest else 0, place.sitting.id if place.sitting else None)
        beside = self.memory.looks.setdefault(key, []) if guest else []
        others = [look.seen for look in beside if look.annulled_by is None]
        outcome, flags = rules.decide(facts, scan, others, is_time_suspect=place.effective.is_suspect)
        flags = (*flags, *self.flag_fork(item))
        if guest is not None and standing in rules.AT_A_DOOR:
            seen = replace(scan, outcome=outcome)
            by = {(item.scan_id, None), (item.scan_id, place.site_id)}
            is_undone = not by.isdisjoint(self.memory.undone)  # the annulment was here before it
            beside.append(Look(0, 0 if is_undone else None, seen))
            if not is_undone:
                self.open_cases(item, place, guest, known_pass, [*others, seen])
        if item.scan_id in self.upload.jumped:
            subject = f"{self.door.device_id}:{item.boot_id}"
            self.open_case(CaseKind.CLOCK_JUMP, subject, item, is_new=True)
        self.add_row(item, place, standing, outcome, flags, known_pass if guest else None, guest)
        return Answer(
            item.scan_id, "stored", outcome, standing, flags, place.site_id, guest, facts.doors,
            lookups.first_as_of(beside, None),
        )  # fmt: skip

    def facts(
        self, item: Item, place: Place, known_pass: KnownPass | None, guest: KnownGuest | None
    ) -> rules.Facts:
        cancelled = [self.door.event_cancelled_at, place.sitting.cancelled_at if place.sitting else None]
        revoked_at = self.memory.revoked.get(item.code) if item.code else guest.revoked_at if guest else None
        return rules.Facts(
            kind=item.kind,
            mode=item.mode,
            at=place.at,
            is_known=known_pass is not None or guest is not None,
            is_of_event=guest is not None,
            acts_here=place.acts_here,
            is_expected_here=guest is not None and guest.site_id == place.site_id,
            has_reason=item.reason is not None,
            needs_attention=guest is not None and bool(guest.attention),
            doors=self.upload.doors_of(place.sitting.id if place.sitting else None, place.site_id),
            cancelled_at=min((moment for moment in cancelled if moment is not None), default=None),
            revoked_at=revoked_at,
            hours=self.door.hours,
            decision=item.decision,
        )

    def annul(self, item: Item, place: Place) -> Answer:
        """Undo a scan. What it names may arrive later: the two meet when somebody reads who is in."""
        target, row = self.target(item), self.memory.rows.get(item.annuls or "")
        guest_id = target.guest_id if target else row["guest_id"] if row else None
        sitting_id = target.sitting_id if target else row["sitting_id"] if row else None
        if self.door.site_id is None:  # whoever answers for every site undoes the scan wherever it was
            place = place._replace(site_id=target.site_id if target else None)
        beside = self.memory.looks.get((guest_id or 0, sitting_id), [])
        beside[:] = [
            look._replace(annulled_by=0)
            if look.seen.scan_id == item.annuls and rules.undoes(place.site_id, look.seen.site_id)
            else look
            for look in beside
        ]
        self.memory.undone.add((item.annuls or "", place.site_id))
        if rules.is_at_two_sites(look.seen for look in beside if look.annulled_by is None):
            self.open_case(CaseKind.CROSS_SITE, f"{guest_id}:{sitting_id or 0}", item, guest_id, sitting_id)
        guest, flags = self.memory.guest(self.door, guest_id), self.flag_fork(item)
        sitting = next((one for one in self.upload.sittings if one.id == sitting_id), place.sitting)
        place = place._replace(sitting=sitting)
        self.add_row(item, place, Outcome.ANNULLED, Outcome.ANNULLED, flags, None, guest)
        _audit(self.door, "scan.annulled", **_details(item, place, guest))
        return Answer(item.scan_id, "stored", Outcome.ANNULLED, Outcome.ANNULLED, flags, place.site_id, guest)

    def flag_fork(self, item: Item) -> tuple[Flag, ...]:
        """A number that another scan of the device holds means that two copies of its queue are at work."""
        if item.seq is None or self.door.device_id is None:
            return ()
        holder = self.memory.holders.setdefault((self.door.device_id, item.seq), item.scan_id)
        if holder == item.scan_id:
            return ()
        self.open_case(CaseKind.SEQ_FORK, f"{self.door.device_id}:{item.seq}", item)
        return (Flag.SEQ_FORK,)

    def open_cases(
        self,
        item: Item,
        place: Place,
        guest: KnownGuest,
        known_pass: KnownPass | None,
        seen: list[rules.Seen],
    ) -> None:
        sitting_id = place.sitting.id if place.sitting else None
        person = f"{guest.id}:{sitting_id or 0}"
        if seen[-1].standing is Outcome.ADMITTED_REVOKED:
            subject = f"{person}:{known_pass.id if known_pass else 0}"
            self.open_case(CaseKind.ADMITTED_REVOKED, subject, item, guest.id, sitting_id)
        if rules.is_at_two_sites(seen):
            is_new = place.site_id not in {one.site_id for one in seen[:-1]}
            self.open_case(CaseKind.CROSS_SITE, person, item, guest.id, sitting_id, is_new=is_new)

    def open_case(
        self,
        kind: CaseKind,
        subject: str,
        item: Item,
        guest_id: int | None = None,
        sitting_id: int | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        """Something for a person to look at. What was settled is opened again when it `is_new`."""
        (self.memory.anew if is_new else self.memory.cases).append(
            {
                "event_id": self.door.event_id,
                "kind": kind,
                "subject": subject,
                "scan_id": item.scan_id,
                "guest_id": guest_id,
                "sitting_id": sitting_id,
                "opened_at": self.upload.arrival,
            }
        )

    def add_row(
        self, item: Item, place: Place, standing: Outcome, outcome: Outcome, flags: Sequence[Flag],
        known_pass: KnownPass | None, guest: KnownGuest | None,
    ) -> None:  # fmt: skip
        row = scan_rows.row(
            self.upload, item, place, standing, outcome, flags,
            known_pass.id if known_pass else None, guest.id if guest else None,
        )  # fmt: skip
        self.memory.rows[item.scan_id] = row
        if item.mode is Mode.MANUAL and item.kind is Kind.ENTRY:
            _audit(self.door, "scan.entered_by_hand", **_details(item, place, guest))


def _details(item: Item, place: Place, guest: KnownGuest | None) -> dict[str, Any]:
    return {"scan_id": item.scan_id, "guest_id": guest.id if guest else None, "site_id": place.site_id}


def _audit(door: Door, action: str, **details: Any) -> None:
    record(door, action, **details).event_id = door.event_id
