"""Who is in at a sitting, kept from one look to the next: a look reads the scans that came since, not all of them.

Only the facts decide (docs/decisions/0024). What is kept says whose scans to read again, and never what they mean:
whoever a new scan concerns, or an annulment of an old one, is derived anew from all of their scans. Each look counts
the scans that are stored and knows the last one again; when the number is not the one taken in, because a scan became
visible late or a backup was restored, everything is read from the beginning.
"""

import heapq
from array import array
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app

from eventsvc import rows
from eventsvc.checkins import queries, rules
from eventsvc.checkins.models import Outcome, Scan, ScanKind, StoreEpoch
from eventsvc.checkins.turnout import STEP, Turnout
from eventsvc.db import db, is_writing
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries as invitations

_MOST_KEPT = 6
_MOST_ANEW = 3000
_OVERLAP = 1000
"""PostgreSQL may show a scan after others with greater ids: so many before the last are looked through again."""


class _Stood(NamedTuple):
    """Where one person stands: the first entry, and the site they are inside at."""

    at: datetime
    site_id: int | None
    inside: int | None


@dataclass
class _Memory:
    has_begun: bool = False
    taken: int = 0
    epoch: str | None = None
    last_id: int = 0
    last_scan: str | None = None
    recent: set[int] = field(default_factory=set)
    stood: dict[int, _Stood] = field(default_factory=dict)
    people: Counter[int] = field(default_factory=Counter)
    inside: Counter[int] = field(default_factory=Counter)
    by_time: Counter[int] = field(default_factory=Counter)
    last_at: dict[int, datetime] = field(default_factory=dict)
    received_at: dict[int, datetime] = field(default_factory=dict)
    has_exits: bool = False
    lists: dict[int, tuple] = field(default_factory=dict)
    expected: dict[int, array] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    pen: Lock = field(default_factory=Lock)


_kept: OrderedDict[tuple, _Memory] = OrderedDict()
_guard = Lock()


def turnout(event: Event, sitting: Sitting) -> Turnout:
    """How many people are in, as all scans say that are stored now. Two statements when nothing is new, at most eight
    when little is; more with thousands of new scans, or for the first look."""
    with _as_it_is(event, sitting) as memory:
        _compare_lists(memory, event)
        return _told(memory)


class Latest(NamedTuple):
    """A part of those who are in, the latest first, by guest id; `total` of them are in."""

    guest_ids: list[int]
    total: int


def latest(
    event: Event, sitting: Sitting, site_ids: Collection[int] | None, *, start: int, number: int
) -> Latest:
    """Whoever went in last at one of the sites, from the `start`-th on. One statement less than `turnout`, the one
    that counts whom the sites expect."""
    with _as_it_is(event, sitting) as memory:
        there = (
            (stood.at, guest_id)
            for guest_id, stood in memory.stood.items()
            if site_ids is None or stood.site_id in site_ids
        )
        found = heapq.nlargest(start + number, there)[start:]
        people = (
            count for site_id, count in memory.people.items() if site_ids is None or site_id in site_ids
        )
        total = len(memory.stood) if site_ids is None else sum(people)
    return Latest([guest_id for _at, guest_id in found], total)


@contextmanager
def _as_it_is(event: Event, sitting: Sitting) -> Iterator[_Memory]:
    """What is kept, brought up to now, for nobody else as long as this lasts."""
    if is_writing():  # what is not committed may never be: nobody else is to know it
        yield _read_all(_Memory(), event, sitting)
        return
    memory = _memory(event, sitting)
    with memory.pen:
        try:
            if not memory.has_begun or not _catch_up(memory, event, sitting):
                _read_all(memory, event, sitting)
        except BaseException:
            memory.has_begun = False  # half of it may be of another moment
            raise
        yield memory


def forget() -> None:
    """Begin anew, for measurements and tests of the first look."""
    with _guard:
        _kept.clear()


def _memory(event: Event, sitting: Sitting) -> _Memory:
    key = (current_app.config["SQLALCHEMY_DATABASE_URI"], event.id, sitting.id)
    with _guard:
        memory = _kept.setdefault(key, _Memory())
        _kept.move_to_end(key)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return memory


def _told(memory: _Memory) -> Turnout:
    return Turnout(
        expected={site_id: number for site_id, (number, *_sums) in memory.lists.items()},
        people=+memory.people,
        others={site_id: number for site_id, number in memory.others.items() if number},
        last_at=dict(memory.last_at),
        inside=+memory.inside,
        received_at=dict(memory.received_at),
        by_time=+memory.by_time,
        has_exits=memory.has_exits,
    )


# --- What came since --------------------------------------------------------------------------------------


class _News(NamedTuple):
    """One reading of the event's newest scans: how many are stored in all, of which life of the database, what the scan
    is that was the last, and the rows after that."""

    stored: int
    epoch: str | None
    last_scan: str | None
    scans: list[Any]


def _news(event: Event, last_id: int) -> _News:
    """In one statement, that is at one moment. The sum keeps SQLite at the newest rows."""
    newest = (
        sa.select(Scan.id, Scan.scan_id, Scan.guest_id, Scan.sitting_id, Scan.site_id, Scan.kind, Scan.received_at,
                  Scan.annuls)
        .where(Scan.id > last_id - _overlap(), Scan.event_id + 0 == event.id)
        .subquery()
    )  # fmt: skip
    once = sa.select(
        sa.select(sa.func.count()).where(Scan.event_id == event.id).scalar_subquery().label("stored"),
        sa.select(StoreEpoch.value).limit(1).scalar_subquery().label("epoch"),
        sa.select(Scan.scan_id).where(Scan.id == last_id).scalar_subquery().label("last_scan"),
    ).subquery()
    found = db.session.execute(
        sa.select(once, newest).select_from(once.outerjoin(newest, sa.true())).order_by(newest.c.id)
    ).all()
    head = found[0]
    return _News(
        head.stored, head.epoch, head.last_scan, [scan for scan in found if scan.scan_id is not None]
    )


def _overlap() -> int:
    """In SQLite one writes after the other, and ids rise as scans become visible."""
    return 0 if db.session.get_bind().dialect.name == "sqlite" else _OVERLAP


def _catch_up(memory: _Memory, event: Event, sitting: Sitting) -> bool:
    """Take in what is new; False if what is kept cannot be trusted, or is too little to begin from."""
    news = _news(event, memory.last_id)
    fresh = [scan for scan in news.scans if scan.id not in memory.recent]
    is_same = (memory.epoch, memory.last_scan) == (news.epoch, news.last_scan)
    if not is_same or memory.taken + len(fresh) != news.stored:
        return False
    concerned = _concerned(fresh, sitting)
    if len(concerned) > _MOST_ANEW:
        return False
    if concerned:
        memory.touched |= _derive(memory, sitting, concerned)
    _note(memory, fresh, sitting)
    _take(memory, news)
    return True


def _take(memory: _Memory, news: _News) -> None:
    memory.taken, memory.epoch = news.stored, news.epoch
    newest = news.scans[-1] if news.scans else None
    memory.last_scan = news.last_scan
    if newest is not None and newest.id > memory.last_id:
        memory.last_id, memory.last_scan = newest.id, newest.scan_id
    since = memory.last_id - _overlap()
    memory.recent = {scan.id for scan in news.scans if scan.id > since}


def _concerned(scans: Iterable[Any], sitting: Sitting) -> set[int]:
    """The people whose standing the scans may change: their own, and those of the entries that they undo."""
    scans = list(scans)
    concerned = {
        scan.guest_id for scan in scans if scan.guest_id is not None and scan.sitting_id == sitting.id
    }
    undone = [scan.annuls for scan in scans if scan.annuls is not None]
    for part in rows.chunks(undone):
        concerned |= set(
            db.session.scalars(
                sa.select(Scan.guest_id).where(Scan.scan_id.in_(part), Scan.guest_id.is_not(None))
            )
        )
    return concerned


def _note(memory: _Memory, scans: Iterable[Any], sitting: Sitting) -> None:
    for scan in scans:
        if scan.sitting_id != sitting.id or scan.site_id is None:
            continue
        known = memory.received_at.get(scan.site_id)
        memory.received_at[scan.site_id] = max(known, scan.received_at) if known else scan.received_at
        memory.has_exits = memory.has_exits or scan.kind is ScanKind.EXIT


# --- Where people stand -----------------------------------------------------------------------------------


def _derive(memory: _Memory, sitting: Sitting, guest_ids: Collection[int]) -> set[int]:
    """Read these people's scans again and put what they say now for what they said; the sites that this touches."""
    now: dict[int, _Stood] = {}
    for part in rows.chunks(list(guest_ids)):
        now |= _standings(sitting, part)
    changed = set()
    for guest_id in guest_ids:
        before, after = memory.stood.get(guest_id), now.get(guest_id)
        if before == after:
            continue
        if before is not None:
            changed |= _leave(memory, guest_id, before)
        if after is not None:
            changed |= _stand(memory, guest_id, after)
    for site_id in changed:
        if memory.last_at.get(site_id) is None:
            moments = [stood.at for stood in memory.stood.values() if stood.site_id == site_id]
            memory.last_at |= {site_id: max(moments)} if moments else {}
    return changed


def _standings(sitting: Sitting, guest_ids: Collection[int] | None = None) -> dict[int, _Stood]:
    """Where people stand who have gone in: their least entry, and their last move if that was no exit."""
    moves: dict[int, tuple] = {}
    for guest_id, scan_id, at, site_id, is_exit in db.session.execute(_moves(sitting, guest_ids)):
        move = (at, scan_id, site_id, is_exit)
        first, last = moves.get(guest_id, (None, move))
        if not is_exit and (first is None or move[:2] < first[:2]):
            first = move
        moves[guest_id] = (first, max(last, move, key=lambda one: one[:2]))
    return {
        guest_id: _Stood(first[0], first[2], None if last[3] else last[2])
        for guest_id, (first, last) in moves.items()
        if first is not None
    }


def _moves(sitting: Sitting, guest_ids: Collection[int] | None) -> sa.Select[Any]:
    statement = sa.select(
        Scan.guest_id, Scan.scan_id, Scan.effective_at, Scan.site_id, Scan.standing == Outcome.EXITED
    ).where(
        Scan.sitting_id == sitting.id,
        Scan.standing.in_({*rules.ADMITTING, Outcome.EXITED}),
        Scan.scan_id.not_in(queries.annulled(sitting.event_id)),
    )
    if guest_ids is None:
        return statement.where(Scan.guest_id.is_not(None))
    return statement.where(Scan.guest_id.in_(guest_ids))


def _stand(memory: _Memory, guest_id: int, stood: _Stood) -> set[int]:
    memory.stood[guest_id] = stood
    memory.by_time[int(stood.at.timestamp()) // STEP] += 1
    if stood.inside is not None:
        memory.inside[stood.inside] += 1
    if stood.site_id is None:
        return set()
    memory.people[stood.site_id] += 1
    known = memory.last_at.get(stood.site_id)
    if known is not None or memory.people[stood.site_id] == 1:
        memory.last_at[stood.site_id] = max(known, stood.at) if known else stood.at
    return {stood.site_id}


def _leave(memory: _Memory, guest_id: int, stood: _Stood) -> set[int]:
    del memory.stood[guest_id]
    memory.by_time[int(stood.at.timestamp()) // STEP] -= 1
    if stood.inside is not None:
        memory.inside[stood.inside] -= 1
    if stood.site_id is None:
        return set()
    memory.people[stood.site_id] -= 1
    if memory.last_at.get(stood.site_id) == stood.at:
        del memory.last_at[stood.site_id]  # somebody else was the last, to be found when all are placed
    return {stood.site_id}


# --- Everything from the beginning ------------------------------------------------------------------------


def _read_all(memory: _Memory, event: Event, sitting: Sitting) -> _Memory:
    """Read every scan of the sitting. What becomes visible after the first of the statements is new to the next look,
    which derives whoever it concerns a second time, to the same end."""
    last_id = db.session.scalar(sa.select(sa.func.max(Scan.id))) or 0
    news = _news(event, last_id)
    memory.__dict__.update(_Memory(last_id=last_id, pen=memory.pen).__dict__)
    for guest_id, stood in _standings(sitting).items():
        _stand(memory, guest_id, stood)
    seen = db.session.execute(
        sa.select(
            Scan.site_id,
            sa.func.max(Scan.received_at),
            sa.func.max(sa.case((Scan.kind == ScanKind.EXIT, 1), else_=0)),
        )
        .where(Scan.sitting_id == sitting.id, Scan.site_id.is_not(None))
        .group_by(Scan.site_id)
    )
    for site_id, at, exits in seen:
        memory.received_at[site_id] = at
        memory.has_exits = memory.has_exits or bool(exits)
    memory.touched = set(memory.people)
    _take(memory, news)
    memory.has_begun = True
    return memory


# --- Who was expected -------------------------------------------------------------------------------------


def _compare_lists(memory: _Memory, event: Event) -> None:
    """Count the others anew where somebody went in or where other people are expected than at the last comparison: told
    by how many they are and two sums over them. Expectations change without scans."""
    scattered = (Guest.id % 46_337) * (Guest.id % 46_309)
    lists = {
        site_id: (number, int(total), int(scatter))
        for site_id, number, total, scatter in db.session.execute(
            sa.select(Guest.site_id, sa.func.count(), sa.func.sum(Guest.id), sa.func.sum(scattered))
            .where(invitations.is_expected(event))
            .group_by(Guest.site_id)
        )
    }
    other_lists = {site_id for site_id, said in lists.items() if memory.lists.get(site_id) != said}
    gone = memory.lists.keys() - lists.keys()
    for site_id in gone:
        memory.expected.pop(site_id, None)
    if other_lists:
        ids: dict[int, array] = {site_id: array("q") for site_id in other_lists}
        wanted = sa.select(Guest.id, Guest.site_id).where(invitations.is_expected(event))
        if len(other_lists) < len(lists) // 2:
            wanted = wanted.where(Guest.site_id.in_(other_lists))
        for guest_id, site_id in db.session.execute(wanted):
            if site_id in ids:
                ids[site_id].append(guest_id)
        memory.expected |= ids
    memory.lists = lists
    for site_id in memory.touched | other_lists | gone:
        came = 0
        for guest_id in memory.expected.get(site_id, ()):
            stood = memory.stood.get(guest_id)
            came += stood is not None and stood.site_id == site_id
        memory.others[site_id] = memory.people[site_id] - came
    memory.touched = set()
