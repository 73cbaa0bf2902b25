"""What the database knows about an upload, asked in sets: one statement for one scan or for two hundred.

An upload, or all that are stored together, costs three statements: `read_ahead` (who asks, hours, sites, passes,
guests; on PostgreSQL it locks the guests), `decide` (all that says who is first, read when the lock is held) and the
INSERT. One more is paid only for what is rare: a device that was last noted a quarter of a minute ago, codes that
nobody knows (a count of the device's last minute), a case, something put aside, an entry by hand (its audit entry).
Somebody who came without an invitation is added to the list before, and an answer sent once more for them asks for
them by two.

Core instead of the ORM, here and in the recording of scans only: this is the one hot path.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from eventsvc.accounts.permissions import Role
from eventsvc.checkins import lookup_statements as statements
from eventsvc.checkins.lookup_statements import Form, Ready
from eventsvc.checkins.models import Outcome, Profile, ScanKind
from eventsvc.checkins.rules import ADMITTING, Doors, Seen
from eventsvc.db import db
from eventsvc.events.sitting_rules import ALWAYS
from eventsvc.halls import opening
from eventsvc.invitations.models import Answer


class Door(NamedTuple):
    """Who records: a device with its reach, or a user at the desk, whose reach the page has checked."""

    event_id: int
    event_created_at: datetime
    event_cancelled_at: datetime | None
    site_id: int | None
    site_code: str | None
    profile: Profile
    device_id: int | None
    actor_kind: str
    actor_id: int
    is_open: bool = True
    seen_at: datetime | None = None
    store_epoch: str | None = None
    hours: Doors = ALWAYS
    name: str | None = None
    site_name: str | None = None

    @property
    def id(self) -> int:
        return self.actor_id


class KnownSitting(NamedTuple):
    """A sitting of the event. `hours`: when its doors are open at a site, where shifts at them say so, by site."""

    id: int
    number: int
    starts_at: datetime | None
    ends_at: datetime | None
    doors_open_at: datetime | None
    doors_close_at: datetime | None
    cancelled_at: datetime | None
    hours: Mapping[int, tuple[datetime, datetime]]


class KnownPass(NamedTuple):
    id: int
    guest_id: int


class KnownGuest(NamedTuple):
    """A guest as a door may show them."""

    id: int
    event_id: int
    site_id: int
    site_code: str
    site_name: str
    seat: str | None
    attention: str | None
    honorific: str | None
    full_name: str
    position: str | None
    organization: str | None
    answer: Answer | None
    revoked_at: datetime | None


class Kept(NamedTuple):
    """A scan that is stored already."""

    id: int
    scan_id: str
    event_id: int
    device_id: int | None
    seq: int | None
    body_hash: str
    kind: ScanKind
    guest_id: int | None
    sitting_id: int | None
    site_id: int | None
    standing: Outcome
    outcome: Outcome
    flags: list[str]


class Look(NamedTuple):
    """A stored scan of a guest as others see it. Row ids tell what was known when another one arrived."""

    row_id: int
    annulled_by: int | None
    seen: Seen


class Named(NamedTuple):
    """Whom and what uploads name. `about`: stored scans whose guests matter; `tokens`: who says to have sent them."""

    codes: Collection[str] = ()
    site_codes: Collection[str] = ()
    guest_ids: Collection[int] = ()
    about: Collection[str] = ()
    tokens: Collection[str] = ()

    @property
    def is_by_id(self) -> bool:
        return bool(self.guest_ids or self.about)

    @property
    def is_many(self) -> bool:
        return any(len(values) > 1 for values in self)


class Known(NamedTuple):
    """What may be known before the doors' turn. The sites by code: id and name."""

    sittings: list[KnownSitting]
    sites: dict[str, tuple[int, str]]
    passes: dict[str, KnownPass]
    guests: dict[int, KnownGuest]


class Heard(NamedTuple):
    """What may be known before the doors' turn to those who hold these tokens: the doors by token, and by event."""

    doors: dict[str, list[Any]]
    known: dict[int, Known]

    def door(self, token_hash: str, now: datetime) -> tuple[Door, Role] | None:
        """The door, shut when its token is revoked or past its time, and the role; None when nobody holds the token."""
        row = self.doors.get(token_hash)
        return None if row is None else _live_door(row, now)


class Asked(NamedTuple):
    """What one transaction must know of the stored scans."""

    scan_ids: Collection[str]
    device_ids: Collection[int]
    seqs: Collection[int]
    guest_ids: Collection[int]
    codes: Collection[str]
    exits: Collection[str]


Looks = dict[tuple[int, int | None], list[Look]]


class Stored(NamedTuple):
    """What decides who is first. `holders`: the scans by device and number; `revoked`: since when, by code; `undone`:
    scans and the sites of whoever has undone them."""

    kept: dict[str, Kept]
    holders: dict[tuple[int | None, int], str]
    looks: Looks
    revoked: dict[str, datetime]
    undone: set[tuple[str, int | None]]
    sites: dict[int, tuple[str, str]]
    devices: dict[int, str]


def door_of_token(token_id: int) -> Door | None:
    """The device that holds the token; None before its first scan."""
    row = _read(statements.DOOR_OF_TOKEN, token_id=token_id)
    return None if row is None else _door(row)


def door_of_secret(token_hash: str, now: datetime) -> tuple[Door, Role] | None:
    """The device that holds the token with this hash, shut when the token is revoked or past its time."""
    row = _read(statements.DOOR_OF_SECRET, token_hash=token_hash)
    return None if row is None else _live_door(row, now)


def _live_door(row: list[Any], now: datetime) -> tuple[Door, Role]:
    door, (role, revoked_at, expires_at) = _door(row), row[14:17]
    is_live = revoked_at is None and (expires_at is None or _given(expires_at) > now)
    return (door if is_live else door._replace(is_open=False)), Role(role)


def _door(row: list[Any]) -> Door:
    (event_id, created_at, cancelled_at, site_id, site_code, profile, device_id, revoked_at, seen_at, epoch,
     opens_at, closes_at, name, site_name) = row[:14]  # fmt: skip
    return Door(
        event_id, _given(created_at), _moment(cancelled_at), site_id, site_code, Profile(profile), device_id,
        "device", device_id, revoked_at is None, _moment(seen_at), epoch,
        Doors(_moment(opens_at), _moment(closes_at)), name, site_name,
    )  # fmt: skip


def read_ahead(door: Door, named: Named) -> Known:
    """What the door needs to know of what it names, in one statement; the guests stay locked in the transaction."""
    form = Form(False, named.is_many, named.is_by_id)
    row = _read(statements.READING[form], event_id=door.event_id, site_id=door.site_id, **_of(named))
    return _known(row, door.event_id)


def read_ahead_of_tokens(named: Named) -> Heard:
    """The same for whoever holds the tokens that are named, and who that is: one statement for all of them."""
    form = Form(True, named.is_many, named.is_by_id)
    doors, *sets = _read(statements.READING[form], **_of(named))
    by_token = {row[17]: row for row in doors or ()}
    return Heard(
        by_token, {event_id: _known(sets, event_id) for event_id in {row[0] for row in by_token.values()}}
    )


def _of(named: Named) -> dict[str, Any]:
    values = named._asdict()
    if not named.is_by_id:
        del values["guest_ids"], values["about"]
    if not named.tokens:
        del values["tokens"]
    return _parameters(values, named.is_many)


def _parameters(values: Mapping[str, Collection[Any]], many: bool) -> dict[str, Any]:
    """A list each, or the only one each (nothing: none is equal to it)."""
    if many:
        return {name: list(some) for name, some in values.items()}
    return {name: next(iter(some), None) for name, some in values.items()}


def _known(sets: Any, event_id: int) -> Known:
    sittings, shifts, sites, passes, guests = (some or () for some in sets)
    return Known(
        _sittings((row for row in sittings if row[0] == event_id), shifts),
        {code: (site_id, name) for of_event, site_id, code, name in sites if of_event == event_id},
        {code_hash: KnownPass(*rest) for code_hash, *rest in passes},
        _guests(guests),
    )


def _guests(rows: Iterable[Any]) -> dict[int, KnownGuest]:
    return {
        row[0]: KnownGuest._make((*row[:11], Answer(row[11]) if row[11] else None, _moment(row[12])))
        for row in rows
    }


def sittings_of(event_id: int, site_ids: Collection[int]) -> list[KnownSitting]:
    """The sittings of the event, with the hours of the doors at these sites."""
    sittings, shifts = _read(statements.HOURS, event_id=event_id, site_ids=list(site_ids))
    return _sittings(sittings or (), shifts or ())


def _sittings(rows: Iterable[Any], shifts: Iterable[Any]) -> list[KnownSitting]:
    by_site: dict[int, list[tuple[Any, Any]]] = {}
    for site_id, starts_at, ends_at in shifts:
        by_site.setdefault(site_id, []).append((_moment(starts_at), _moment(ends_at)))
    return [
        _with_hours(KnownSitting._make((one, number, *map(_moment, times), {})), by_site)
        for _event_id, one, number, *times in rows
    ]


def _with_hours(
    sitting: KnownSitting, by_site: Mapping[int, list[tuple[datetime, datetime]]]
) -> KnownSitting:
    if not by_site:
        return sitting
    found = {site_id: opening.door_hours(spans, sitting) for site_id, spans in by_site.items()}
    return sitting._replace(hours={site_id: hours for site_id, hours in found.items() if hours is not None})


def decide(asked: Asked) -> Stored:
    """The stored scans with these ids, what others saw of the guests, what was revoked or undone: one statement.

    On PostgreSQL only what is read after the guests were locked may decide who is first: an older snapshot does not
    hold what the last holder of the lock has written.
    """
    if not asked.scan_ids:
        return Stored({}, {}, {}, {}, set(), {}, {})
    many = any(len(values) > 1 for values in asked)
    row = _read(statements.DECIDING[many], **_parameters(asked._asdict(), many))
    kept, holders, looks, revoked, undone = (_of_each(some or ()) if many else some or () for some in row)
    stored = Stored(
        {one[1]: _kept(one) for one in kept},
        {(device_id, seq): scan_id for device_id, seq, scan_id in sorted(holders, reverse=True)},
        {},
        {code_hash: _given(moment) for code_hash, moment in revoked},
        {(scan_id, site_id) for scan_id, site_id in undone},
        {},
        {},
    )
    add_looks(stored, looks)
    return stored


def _kept(row: list[Any]) -> Kept:
    *plain, kind, guest_id, sitting_id, site_id, standing, outcome, flags = row
    flags = json.loads(flags) if isinstance(flags, str) else flags
    words = (guest_id, sitting_id, site_id, Outcome(standing), Outcome(outcome), flags)
    return Kept._make((*plain, ScanKind(kind), *words))


def _of_each(sets: Iterable[Any]) -> list[Any]:
    """The rows of all of the sets."""
    return [row for (rows,) in sets for row in rows or ()]


def add_looks(stored: Stored, rows: Iterable[Any]) -> None:
    """The scans of guests that matter to others, by guest and sitting, in the order of their arrival."""
    for row in sorted(rows, key=_row_id):
        (guest_id, sitting_id, row_id, annulled, scan_id, at, site_id, device_id, standing, outcome,
         site_code, site_name, device_name) = row  # fmt: skip
        seen = Seen(scan_id, _given(at), site_id, device_id, Outcome(standing), Outcome(outcome))
        stored.looks.setdefault((guest_id, sitting_id), []).append(Look(row_id, annulled, seen))
        stored.sites[site_id] = (site_code, site_name)
        stored.devices[device_id] = device_name


def _row_id(row: list[Any]) -> int:
    return row[2]


def add_others(stored: Stored, guest_ids: Collection[int]) -> dict[int, KnownGuest]:
    """The guests of scans that were sent once more and do not say whose they are; two statements, nothing is locked."""
    ids = list(guest_ids)
    add_looks(stored, _of_each(_read(statements.OTHER_LOOKS, guest_ids=ids) or ()))
    return _guests(_read(statements.OTHER_GUESTS, guest_ids=ids) or ())


def site_labels(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Code and name by id."""
    rows = _read(statements.SITE_LABELS, ids=list(ids)) if ids else None
    return {site_id: (code, name) for site_id, code, name in rows or ()}


def former_places(device_id: int) -> list[tuple[int | None, datetime]]:
    """Where the device stood before, and until when. Rare: asked only for scans of another site than its own."""
    rows = _read(statements.FORMER_PLACES, device_id=device_id)
    return [(site_id, _given(until)) for site_id, until in rows or ()]


def device_names(ids: Collection[int]) -> dict[int, str]:
    return dict(_read(statements.DEVICE_NAMES, ids=list(ids)) or ()) if ids else {}


def first_as_of(looks_of_person: Iterable[Look], row_id: int | None) -> Seen | None:
    """The first entry among what had arrived with the row (None: with everything)."""
    return min(
        (
            look.seen
            for look in looks_of_person
            if look.seen.standing in ADMITTING
            and (row_id is None or look.row_id <= row_id)
            and not (look.annulled_by is not None and (row_id is None or look.annulled_by <= row_id))
        ),
        key=lambda seen: seen.order,
        default=None,
    )


def _moment(words: str | None) -> datetime | None:
    return None if words is None else _given(words)


def _given(words: str) -> datetime:
    """A moment as the database writes it into JSON: PostgreSQL with its zone, SQLite in UTC without one."""
    moment = datetime.fromisoformat(words)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read(statement: Ready, **values: Any) -> Any:
    return statement.answer(db.session.connection(), values)
