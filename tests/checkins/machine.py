"""The doors of one hall and of one school, as phones, networks and people treat them, beside a model of their own.

The model is written from the words of the invariants, not from the code: it keeps the facts that were acknowledged and
says who must be in. What a phone has seen must be stored or put aside when every phone has at last reached the server,
once, with the same first entries, whatever was lost, repeated, shuffled, cloned, revoked or restored on the way.
"""

import copy
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from eventsvc import clock, secrets
from eventsvc.checkins import device_queries, items, operations, queries, verification_queries
from eventsvc.checkins.models import Device, Profile, QuarantinedScan, ReviewCase, Scan
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations as invitations
from eventsvc.system import backup_operations
from tests import factories

SECOND, MINUTE, _MS = timedelta(seconds=1), timedelta(minutes=1), timedelta(milliseconds=1)
LETS_IN = {"admitted", "admitted_revoked"}
GARBAGE = "KHONG-PHAI-MA"
Move = tuple[int, int, int, bool]
"""Which phone, which code, after how many seconds, and whether it scans exits."""
MOVES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 90), st.booleans()), min_size=1, max_size=5
)


@dataclass
class Code:
    """A code that was given out: whose, until when."""

    text: str
    guest: int | None
    site: str | None
    revoked_at: datetime | None = None


@dataclass
class Fact:
    """A scan the server has acknowledged, with when it came and how far the phone's clock was off then.

    `age`: how long the phone was awake since it made the scan; None if it has been started again. `made_at`: when it
    truly was, and whether the phone has been awake all the time since.
    """

    raw: dict[str, Any]
    arrival: datetime
    offset: timedelta
    outcome: str | None
    age: timedelta | None = None
    made_at: datetime | None = None


@dataclass
class Phone:
    """A device at a door. Its clock may be wrong; what it has sent it keeps."""

    name: str
    secret: str
    device: int
    site: str
    is_head: bool
    began: datetime
    skew: timedelta = timedelta()
    slept: timedelta = timedelta()
    known_offset: timedelta | None = None
    boot: str = ""
    seq: int = 0
    queue: list[dict[str, Any]] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)
    epoch: str | None = None


class Books:
    """What was acknowledged, and what follows from it. Knows nothing of the product."""

    def __init__(self, opens: datetime, closes: datetime, earliest: datetime) -> None:
        self.opens, self.closes, self.earliest = opens, closes, earliest
        self.codes: dict[str, Code] = {}
        self.facts: dict[str, Fact] = {}
        self.revoked: set[int] = set()

    def effective(self, fact: Fact) -> datetime:
        said = datetime.fromisoformat(fact.raw["scanned_at"]) + fact.offset
        if fact.age is not None:
            counted = fact.arrival - fact.age
            knew = fact.raw.get("offset_ms")
            was_set = knew is None or abs(timedelta(milliseconds=knew) - fact.offset) > 5 * SECOND
            if was_set or said > counted:
                said = counted
            assert fact.made_at in (None, counted), "a phone that was awake has counted wrongly"
        return min(max(said, self.earliest), fact.arrival)

    def order(self, fact: Fact) -> tuple[datetime, str]:
        return self.effective(fact), fact.raw["scan_id"]

    def worth(self, fact: Fact) -> str:
        """What the scan is worth alone."""
        raw = fact.raw
        at = fact.arrival if raw["mode"] == "online" else self.effective(fact)
        if raw["kind"] == "annul":
            return "annulled"
        code = self.codes.get(raw["code"])
        if code is None:
            return "unknown"
        if code.guest is None:
            return "other_event"
        if raw["kind"] == "exit":
            return "exited"
        is_revoked = code.revoked_at is not None and at >= code.revoked_at
        if is_revoked and not (
            raw["mode"] == "offline" and raw["decision"] in {*LETS_IN, "repeat", "rescan"}
        ):
            return "revoked"
        if code.site != raw["site"]:
            return "other_site"
        was_let_in = raw["mode"] == "offline" and raw["decision"] in LETS_IN
        if not self.opens <= at <= self.closes and not was_let_in:
            return "not_yet"
        return "admitted_revoked" if is_revoked else "admitted"

    def moves(self, guest: int) -> list[Fact]:
        """The entries and exits of a person that nobody has undone, in the order of their times."""
        undone = self.undone()
        found = [
            fact
            for scan_id, fact in self.facts.items()
            if scan_id not in undone
            and self.guest_of(fact) == guest
            and self.worth(fact) in {*LETS_IN, "exited"}
        ]
        return sorted(found, key=self.order)

    def undone(self) -> set[str]:
        """What somebody of the same site has undone."""
        return {
            fact.raw["annuls"]
            for fact in self.facts.values()
            if fact.raw["kind"] == "annul"
            and fact.raw["annuls"] in self.facts
            and self.facts[fact.raw["annuls"]].raw["site"] == fact.raw["site"]
        }

    def guest_of(self, fact: Fact) -> int | None:
        code = self.codes.get(fact.raw.get("code") or "")
        return code.guest if code else None

    def first(self, guest: int) -> Fact | None:
        return next((fact for fact in self.moves(guest) if self.worth(fact) in LETS_IN), None)

    def is_inside(self, guest: int) -> bool:
        moves = self.moves(guest)
        return bool(moves) and self.worth(moves[-1]) in LETS_IN

    def expected(self, fact: Fact) -> str:
        """The answer to a scan that comes alone, beside all that is known."""
        worth, guest = self.worth(fact), self.guest_of(fact)
        if worth not in {*LETS_IN, "other_site"} or guest is None:
            return worth
        before = [one for one in self.moves(guest) if self.order(one) < self.order(fact)]
        last_exit = max((self.order(one) for one in before if self.worth(one) == "exited"), default=None)
        entries = [
            one
            for one in self.moves(guest)
            if self.worth(one) in LETS_IN and (last_exit is None or self.order(one) > last_exit)
        ]
        here = [one for one in entries if one.raw["site"] == fact.raw["site"]]
        if not entries:
            return worth
        if not here:
            return "cross_site"
        for one in here:
            is_near = abs(self.effective(one) - self.effective(fact)) <= MINUTE
            if is_near and one.raw["device"] == fact.raw["device"] and one.outcome in LETS_IN:
                return "rescan"
        return "repeat"

    def was_at_two_sites(self, guest: int) -> bool:
        """Whether the pass was shown at another site while its holder was in."""
        inside = None
        undone = self.undone()
        shown = [
            fact
            for scan_id, fact in self.facts.items()
            if scan_id not in undone
            and self.guest_of(fact) == guest
            and self.worth(fact) in {*LETS_IN, "exited", "other_site"}
        ]
        for fact in sorted(shown, key=self.order):
            worth = self.worth(fact)
            if worth == "exited":
                inside = None
            elif inside is not None and fact.raw["site"] != inside:
                return True
            elif inside is None and worth in LETS_IN:
                inside = fact.raw["site"]
        return False


class Doors(RuleBasedStateMachine):
    """Phones at two sites. `folder` receives the backups; without one the store is never restored."""

    folder: Path | None = None
    examples = 0

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.time = clock.now().replace(microsecond=0)
        self.patch.setattr(clock, "now", lambda: self.time)
        Doors.examples += 1
        self.random = random.Random(Doors.examples)  # no id twice in one database
        self.made: dict[str, dict[str, Any]] = {}
        self.true_times: dict[str, tuple[datetime, timedelta]] = {}
        self.backup: tuple[Path, Books] | None = None
        self.was_restored = False
        self.number = 0

    @initialize()
    def open_doors(self) -> None:
        event = factories.approved_event(starts_at=self.time + 30 * MINUTE, minutes=60)
        with atomic():
            event.created_at = self.time - timedelta(days=1)
        other = factories.approved_event(title="Hội nghị khác", short_title="Hội nghị khác")
        main, school = factories.main_site(event), factories.site(event)
        self.books = Books(
            opens=self.time + 30 * MINUTE - 2 * timedelta(hours=1),
            closes=self.time + 90 * MINUTE + 2 * timedelta(hours=1),
            earliest=event.created_at,
        )
        self.event, self.sites = event.id, {main.code: main.id, school.code: school.id}
        self.guests: list[int] = []
        for site, name in ((main, "Nguyễn Văn Minh"), (main, "Trần Thị Hoa"), (school, "Lê Văn Tám")):
            guest = factories.guest(site, full_name=name)
            self.guests.append(guest.id)
            self._note_code(guest)
        stranger = factories.guest(factories.main_site(other), full_name="Phạm Thị Lan")
        text = secrets.unseal(invitations.issue_pass(stranger).code_sealed)
        self.books.codes[text] = Code(text, None, None)
        self.phones = [
            self._enrol(event, site, name, profile)
            for site, name, profile in (
                (main, "Cửa 1", Profile.SCAN),
                (main, "Cửa 2", Profile.SUPERVISOR),
                (school, "Cửa trường", Profile.SCAN),
            )
        ]
        db.session.rollback()

    def _note_code(self, guest: Guest) -> None:
        text = secrets.unseal(invitations.issue_pass(guest).code_sealed)
        self.books.codes.setdefault(text, Code(text, guest.id, guest.site.code))

    def _enrol(self, event: Event, site: Any, name: str, profile: Profile) -> Phone:
        _row, token = operations.create_enrolment(event, site=site, name=name, profile=profile, by=None)
        device, secret = operations.enrol(token)
        is_head = profile is Profile.SUPERVISOR
        return Phone(name, secret, device.id, site.code, is_head, self.time, boot=f"boot-{name}")

    # --- What happens at the doors ------------------------------------------------------------------------

    def _make(
        self, phone: Phone, code: str | None, kind: str, *, online: bool, **more: Any
    ) -> dict[str, Any]:
        phone.seq += 1
        self.number += 1
        raw = {
            "scan_id": str(UUID(int=self.random.getrandbits(128), version=4)),
            "seq": phone.seq,
            "boot_id": phone.boot,
            "mono_ms": self._counted(phone),
            **({} if phone.known_offset is None else {"offset_ms": phone.known_offset / _MS}),
            "code": code,
            "site": phone.site,
            "kind": kind,
            "mode": "online" if online else "offline",
            "scanned_at": (self.time + phone.skew).isoformat(),
            "decision": None if online else self._decision(phone, code, kind),
            **more,
        }
        self.made[raw["scan_id"]] = {**raw, "device": phone.device}
        self.true_times[raw["scan_id"]] = self.time, phone.slept
        phone.queue.append(raw)
        return raw

    def _decision(self, phone: Phone, code: str | None, kind: str) -> str:
        """What a phone with an old list shows: it knows of no revocation."""
        known = self.books.codes.get(code or "")
        if known is None or known.guest is None:
            return "unknown"
        return "exited" if kind == "exit" else "admitted" if known.site == phone.site else "other_site"

    @rule(moves=MOVES)
    def scan_online(self, moves: list[Move]) -> None:
        for move in moves:
            phone, raw = self._move(move, online=True)
            self._upload(phone, [raw], reply=True)

    @rule(moves=MOVES)
    def scan_offline(self, moves: list[Move]) -> None:
        for move in moves:
            self._move(move, online=False)

    def _move(self, move: Move, *, online: bool) -> tuple[Phone, dict[str, Any]]:
        number, code, seconds, leaves = move
        self.time += seconds * SECOND
        phone, kind = self._phone(number), "exit" if leaves and code % 3 == 0 else "entry"
        return phone, self._make(phone, self._code(code), kind, online=online)

    @rule(
        phone=st.integers(0, 9),
        order=st.randoms(use_true_random=False),
        part=st.integers(1, 5),
        reply=st.booleans(),
    )
    def sync(self, phone: int, order: random.Random, part: int, reply: bool) -> None:
        one = self._phone(phone)
        batch = list(one.queue)
        order.shuffle(batch)
        if batch:
            self._upload(one, batch[: max(1, len(batch) * part // 5)], reply=reply)

    @rule(phone=st.integers(0, 9), order=st.randoms(use_true_random=False))
    def send_twice_in_one(self, phone: int, order: random.Random) -> None:
        one = self._phone(phone)
        batch = [*one.queue, *one.queue, *one.kept[-3:]]
        order.shuffle(batch)
        if batch:
            self._upload(one, batch, reply=True)

    @rule(phone=st.integers(0, 9))
    def crash_before_the_commit(self, phone: int) -> None:
        one = self._phone(phone)
        if not one.queue or one.device in self.books.revoked:
            return
        before = self._stored()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sa.orm.Session, "commit", _struck_down)
            with pytest.raises(_StruckDown):
                self._record(one, one.queue)
        db.session.rollback()
        assert self._stored() == before, "a crash before the commit has left something behind"

    @rule(phone=st.integers(0, 9), code=st.integers(0, 9))
    def same_id_other_code(self, phone: int, code: int) -> None:
        one = self._phone(phone)
        known = [raw for raw in one.kept if raw["scan_id"] in self.books.facts and raw["kind"] == "entry"]
        if not known or known[-1]["code"] == self._code(code):
            return
        [result] = self._record(one, [{**known[-1], "code": self._code(code)}])
        assert result["status"] == "conflict", result
        assert self._row(known[-1]["scan_id"])[0] == self.books.facts[known[-1]["scan_id"]].outcome

    @rule(guest=st.integers(0, 2))
    def pass_is_given_anew(self, guest: int) -> None:
        self.time += SECOND
        row = db.session.get_one(Guest, self.guests[guest])
        for code in self.books.codes.values():
            if code.guest == row.id and code.revoked_at is None:
                code.revoked_at = self.time
        text = secrets.unseal(invitations.reissue_pass(row, by=None).code_sealed)
        self.books.codes[text] = Code(text, row.id, row.site.code)
        db.session.rollback()

    @rule(phone=st.integers(0, 9), which=st.integers(0, 20))
    def head_of_door_undoes(self, phone: int, which: int) -> None:
        head = next(one for one in self.phones if one.is_head)
        there = [raw for raw in self.made.values() if raw["kind"] != "annul"]
        if there:
            target = there[which % len(there)]["scan_id"]
            self._make(head, None, "annul", online=False, annuls=target, reason="Nhầm người")

    @rule(phone=st.integers(0, 9), minutes=st.integers(-90, 90))
    def clock_is_set(self, phone: int, minutes: int) -> None:
        self._phone(phone).skew = minutes * MINUTE

    @rule(phone=st.integers(0, 9))
    def phone_restarts(self, phone: int) -> None:
        one = self._phone(phone)
        one.began, one.boot = self.time, f"boot-{one.name}-{self.number}-{one.seq}"
        one.slept = timedelta()

    @rule(phone=st.integers(0, 9), minutes=st.integers(1, 5))
    def phone_sleeps(self, phone: int, minutes: int) -> None:
        """Its counter stands still, its clock does not."""
        self._phone(phone).slept += minutes * MINUTE
        self.time += minutes * MINUTE

    @precondition(lambda self: len(self.phones) < 6)
    @rule(phone=st.integers(0, 9))
    def phone_is_cloned(self, phone: int) -> None:
        one = self._phone(phone)
        twin = copy.deepcopy(one)
        twin.name, twin.queue = f"{one.name} bis", []  # what waits is sent by one of them
        self.phones.append(twin)

    @precondition(lambda self: not self.books.revoked and len(self.made) > 20)
    @rule(phone=st.sampled_from([0, 2]))
    def device_is_revoked(self, phone: int) -> None:
        one = self.phones[phone]
        operations.revoke_device(db.session.get_one(Device, one.device), by=None)
        self.books.revoked.add(one.device)
        db.session.rollback()

    @rule(minutes=st.integers(1, 10))
    def time_goes_by(self, minutes: int) -> None:
        self.time += minutes * MINUTE

    @precondition(lambda self: self.folder is not None and not self.was_restored and self.backup is None)
    @rule()
    def backup_is_made(self) -> None:
        assert self.folder is not None
        path = self.folder / f"{id(self)}.tar"
        path.unlink(missing_ok=True)
        self.backup = backup_operations.create(path), copy.deepcopy(self.books)

    @precondition(lambda self: self.backup is not None)
    @rule()
    def backup_is_restored(self) -> None:
        assert self.backup is not None
        path, books = self.backup
        self.time += SECOND
        done = backup_operations.restore(path, replace=True)
        assert done.kept is not None
        self.was_restored = True  # once is enough, and slow
        done.kept.unlink()
        path.unlink()
        self.books, self.backup = books, None

    # --- The network --------------------------------------------------------------------------------------

    def _upload(self, phone: Phone, batch: list[dict[str, Any]], *, reply: bool) -> None:
        facts = {}
        alone = len(batch) == 1 and batch[0]["scan_id"] not in self.books.facts
        offset = self.time - (self.time + phone.skew)
        for raw in batch:
            known = self.books.facts.get(raw["scan_id"])
            facts[raw["scan_id"]] = known or self._fact(phone, raw, offset)
        is_revoked = phone.device in self.books.revoked
        expected = self.books.expected(facts[batch[0]["scan_id"]]) if alone and not is_revoked else None
        out_of_reach = {scan_id for scan_id, fact in facts.items() if self._is_out_of_reach(fact)}
        results = self._record(phone, batch)
        assert [result["scan_id"] for result in results] == [raw["scan_id"] for raw in batch]
        for result in results:
            scan_id = result["scan_id"]
            self._check(result, facts[scan_id], expected, is_revoked, scan_id in out_of_reach)
        if reply:
            phone.known_offset = offset
            answered = {result["scan_id"] for result in results}
            phone.kept += [raw for raw in phone.queue if raw["scan_id"] in answered]
            phone.queue = [raw for raw in phone.queue if raw["scan_id"] not in answered]
            self._remember_epoch(phone)

    def _fact(self, phone: Phone, raw: dict[str, Any], offset: timedelta) -> Fact:
        fact = Fact({**raw, "device": phone.device}, self.time, offset, None)
        if raw["boot_id"] == phone.boot:
            fact.age = (self._counted(phone) - raw["mono_ms"]) * _MS
            made_at, slept = self.true_times[raw["scan_id"]]
            fact.made_at = made_at if slept == phone.slept else None
        return fact

    def _check(
        self,
        result: dict[str, Any],
        fact: Fact,
        expected: str | None,
        is_revoked: bool,
        is_out_of_reach: bool,
    ) -> None:
        scan_id, known = result["scan_id"], self.books.facts.get(result["scan_id"])
        if is_revoked:
            assert not {"guest", "first", "expected_site"} & result.keys(), "a revoked device learns a name"
        if known is not None:
            assert (result["status"], result["outcome"]) == ("replay", known.outcome), (result, known)
            return
        if is_revoked:
            assert result["status"] == "quarantined", result
            return
        if is_out_of_reach:
            assert result["status"] == "quarantined", result
            return
        assert result["status"] == "stored", result
        assert expected in (None, result["outcome"]), (result, expected)
        stored = self._row(scan_id)
        assert stored is not None, "acknowledged and not on the disk"
        assert stored[0] == result["outcome"]
        fact.outcome = result["outcome"]
        self.books.facts[scan_id] = fact

    def _is_out_of_reach(self, fact: Fact) -> bool:
        """Whether it undoes what is known to be of another site."""
        target = self.books.facts.get(fact.raw.get("annuls") or "")
        return target is not None and target.raw["site"] != fact.raw["site"]

    def _record(self, phone: Phone, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        door = operations.door_for(phone.secret)[0]
        return operations.record_scans(
            door,
            copy.deepcopy(batch),
            device_clock=self.time + phone.skew,
            counter=items.counter(phone.boot, self._counted(phone)),
        )

    def _counted(self, phone: Phone) -> int:
        return (self.time - phone.began - phone.slept) // _MS

    def _remember_epoch(self, phone: Phone) -> None:
        epoch = device_queries.store_epoch()
        if phone.epoch not in (None, epoch):
            phone.queue, phone.kept = [*phone.kept, *phone.queue], []
        phone.epoch = epoch

    # --- The end ------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            if hasattr(self, "phones"):
                self._everything_arrives()
                self._nothing_is_lost_or_double()
                self._who_is_in_agrees()
                self._cases_are_open()
        finally:
            db.session.remove()
            self.patch.undo()

    def _everything_arrives(self) -> None:
        self.time += MINUTE
        for phone in self.phones:
            self._remember_epoch(phone)
            for at in range(0, len(phone.queue), 200):
                self._upload(phone, phone.queue[at : at + 200], reply=False)
            phone.queue = []

    def _nothing_is_lost_or_double(self) -> None:
        stored = Counter(db.session.scalars(sa.select(Scan.scan_id).where(Scan.event_id == self.event)))
        aside = set(
            db.session.scalars(
                sa.select(QuarantinedScan.scan_id).where(QuarantinedScan.event_id == self.event)
            )
        )
        for scan_id in self.made:
            assert scan_id in stored or scan_id in aside, "a scan is lost"
            assert stored[scan_id] <= 1, "a scan is stored twice"

    def _who_is_in_agrees(self) -> None:
        event = db.session.get_one(Event, self.event)
        sitting = event.sittings[0]
        for scan_id, at in db.session.execute(
            sa.select(Scan.scan_id, Scan.effective_at).where(Scan.event_id == self.event)
        ):
            assert at == self.books.effective(self.books.facts[scan_id]), "the wrong time"
        entries = queries.entries_by_guest(self.guests, sitting)
        heads, inside = Counter(), 0
        for guest in self.guests:
            first = self.books.first(guest)
            winner = entries[guest].scan_id if guest in entries else None
            assert winner == (first.raw["scan_id"] if first else None), "the wrong first entry"
            if first:
                heads[self.sites[first.raw["site"]]] += 1
            inside += self.books.is_inside(guest)
        assert queries.head_counts(event, sitting) == dict(heads), "the wrong head-count"
        assert sum(queries.inside_counts(sitting).values()) == inside, "the wrong people inside"
        assert verification_queries.breaches(event) == []

    def _cases_are_open(self) -> None:
        cases = db.session.execute(
            sa.select(ReviewCase.kind, ReviewCase.guest_id, ReviewCase.subject).where(
                ReviewCase.event_id == self.event
            )
        ).all()
        crossed = {case.guest_id for case in cases if case.kind.value == "cross_site"}
        revoked = {case.guest_id for case in cases if case.kind.value == "admitted_revoked"}
        forked = {case.subject for case in cases if case.kind.value == "seq_fork"}
        holders: dict[tuple[int, int], set[str]] = {}
        undone = self.books.undone()
        for scan_id, fact in self.books.facts.items():
            holders.setdefault((fact.raw["device"], fact.raw["seq"]), set()).add(scan_id)
            if self.books.worth(fact) == "admitted_revoked" and scan_id not in undone:
                assert self.books.guest_of(fact) in revoked, "a revoked pass went in and nobody is told"
        for (device, seq), scans in holders.items():
            assert len(scans) < 2 or f"{device}:{seq}" in forked, "a cloned phone and nobody is told"
        for guest in self.guests:
            assert not self.books.was_at_two_sites(guest) or guest in crossed, (
                "in at two sites and nobody is told"
            )

    # --- Small things -------------------------------------------------------------------------------------

    def _phone(self, number: int) -> Phone:
        return self.phones[number % len(self.phones)]

    def _code(self, number: int) -> str:
        codes = [*self.books.codes, GARBAGE]
        return codes[number % len(codes)]

    def _row(self, scan_id: str) -> tuple[str, str] | None:
        """The scan as somebody else's connection sees it: only what was committed."""
        with db.engine.connect() as connection:
            table = Scan.__table__
            row = connection.execute(
                sa.select(table.c.outcome, table.c.standing).where(table.c.scan_id == scan_id)
            ).first()
        return None if row is None else (row.outcome.value, row.standing.value)

    def _stored(self) -> int:
        with db.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(Scan.__table__)) or 0


class _StruckDown(BaseException):
    """The process is gone: nothing after this runs."""


def _struck_down(session: Any) -> None:
    raise _StruckDown
