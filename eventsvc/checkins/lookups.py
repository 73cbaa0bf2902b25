"""What the database knows about an upload, asked in sets: one statement for one scan or for two hundred.

Core instead of the ORM, here and in the recording of scans only, and statements that are built once: this is
the one hot path. The order matters on PostgreSQL: the rows of the guests are locked first, in the order of
their ids, and everything that decides who is first is read after that by statements of their own, so that each
sees what the last holder of the lock has written.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import Role
from eventsvc.checkins.models import Device, Outcome, Profile, Scan, ScanKind, StoreEpoch
from eventsvc.checkins.rules import ADMITTING, AT_A_DOOR, Doors, Seen
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.events.sitting_rules import ALWAYS
from eventsvc.guests.models import Guest
from eventsvc.halls import opening
from eventsvc.halls.models import Post, Shift
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.sites.models import Site


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
    event_id: int
    guest_id: int
    revoked_at: datetime | None


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


_scan, _pass, _guest, _person = Scan.__table__, Pass.__table__, Guest.__table__, Person.__table__
_site, _sitting, _event, _device = Site.__table__, Sitting.__table__, Event.__table__, Device.__table__
_post, _shift = Post.__table__, Shift.__table__
_invitation, _organization, _token = Invitation.__table__, Organization.__table__, ApiToken.__table__


def _some(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)


_DOORS = (
    sa.select(
        _device.c.event_id, _event.c.created_at, _event.c.cancelled_at, _device.c.site_id, _site.c.code,
        _device.c.profile, _device.c.id, _device.c.revoked_at, _device.c.seen_at,
        sa.select(StoreEpoch.value).limit(1).scalar_subquery(), _device.c.opens_at, _device.c.closes_at,
    )
    .join(_event, _event.c.id == _device.c.event_id)
    .outerjoin(_site, _site.c.id == _device.c.site_id)
)  # fmt: skip
_DOOR_OF_TOKEN = _DOORS.where(_device.c.token_id == sa.bindparam("token_id"))
_DOOR_OF_SECRET = (
    _DOORS.add_columns(_token.c.role, _token.c.revoked_at, _token.c.expires_at)
    .join(_token, _token.c.id == _device.c.token_id)
    .where(_token.c.token_hash == sa.bindparam("token_hash"))
)
# With the times of the shifts at the doors of the sites: one statement, because every upload asks. Many people have
# the same times.
_SITTINGS = (
    sa.select(
        _sitting.c.id, _sitting.c.number, _sitting.c.starts_at, _sitting.c.ends_at,
        _sitting.c.doors_open_at, _sitting.c.doors_close_at, _sitting.c.cancelled_at,
        _post.c.site_id, _shift.c.starts_at, _shift.c.ends_at,
    )
    .outerjoin(
        _post,
        (_post.c.event_id == _sitting.c.event_id) & _post.c.is_door & _post.c.site_id.in_(_some("site_ids")),
    )
    .outerjoin(_shift, _shift.c.post_id == _post.c.id)
    .where(_sitting.c.event_id == sa.bindparam("event_id"))
    .distinct()
)  # fmt: skip
_SITES = sa.select(_site.c.code, _site.c.id).where(
    _site.c.event_id == sa.bindparam("event_id"), _site.c.code.in_(_some("codes"))
)
_PASSES = sa.select(
    _pass.c.code_hash, _pass.c.id, _pass.c.event_id, _pass.c.guest_id, _pass.c.revoked_at
).where(_pass.c.code_hash.in_(_some("hashes")))
_GUESTS = (
    sa.select(
        _guest.c.id, _guest.c.event_id, _guest.c.site_id, _site.c.code, _site.c.name,
        _guest.c.seat, _guest.c.attention, _person.c.honorific, _person.c.full_name, _person.c.position,
        sa.func.coalesce(_person.c.organization_name, _organization.c.name),
        _invitation.c.answer, _invitation.c.revoked_at,
    )
    .join(_person, _person.c.id == _guest.c.person_id)
    .join(_site, _site.c.id == _guest.c.site_id)
    .outerjoin(_organization, _organization.c.id == _person.c.organization_id)
    .outerjoin(_invitation, _invitation.c.guest_id == _guest.c.id)
    .where(_guest.c.id.in_(_some("ids")))
    .order_by(_guest.c.id)
    .with_for_update(of=_guest, key_share=True)
)  # fmt: skip
_KEPT = sa.select(
    _scan.c.id, _scan.c.scan_id, _scan.c.event_id, _scan.c.device_id, _scan.c.seq, _scan.c.body_hash,
    _scan.c.kind, _scan.c.guest_id, _scan.c.sitting_id, _scan.c.site_id, _scan.c.standing,
    _scan.c.outcome, _scan.c.flags,
).where(
    _scan.c.scan_id.in_(_some("scan_ids"))
    | (_scan.c.device_id.in_(_some("device_ids")) & _scan.c.seq.in_(_some("seqs")))
)  # fmt: skip
_undoing = _scan.alias()
# The sum keeps SQLite from walking the scans of the event: only the small index on `annuls` will do.
_ANNULLED_BY = (
    sa.select(sa.func.min(_undoing.c.id))
    .where(_undoing.c.annuls == _scan.c.scan_id, _undoing.c.event_id + 0 == _scan.c.event_id)
    .scalar_subquery()
)
_LOOKS = (
    sa.select(
        _scan.c.guest_id, _scan.c.sitting_id, _scan.c.id, _ANNULLED_BY,
        _scan.c.scan_id, _scan.c.effective_at, _scan.c.site_id, _scan.c.device_id, _scan.c.standing,
        _scan.c.outcome,
    )
    .where(
        _scan.c.guest_id.in_(_some("ids")),
        _scan.c.kind.in_((ScanKind.ENTRY, ScanKind.EXIT)),
        _scan.c.standing.in_(AT_A_DOOR),
    )
    .order_by(_scan.c.id)
)  # fmt: skip
_UNDONE = sa.select(_scan.c.annuls).where(_scan.c.annuls.in_(_some("ids")))
_SITE_LABELS = sa.select(_site.c.id, _site.c.code, _site.c.name).where(_site.c.id.in_(_some("ids")))
_DEVICE_NAMES = sa.select(_device.c.id, _device.c.name).where(_device.c.id.in_(_some("ids")))


def door_of_token(token_id: int) -> Door | None:
    """The device that holds the token; None before its first scan."""
    row = _execute(_DOOR_OF_TOKEN, token_id=token_id).first()
    return None if row is None else _door(row)


def door_of_secret(token_hash: str, now: datetime) -> tuple[Door, Role] | None:
    """The device that holds the token with this hash, shut when the token is revoked or past its time."""
    row = _execute(_DOOR_OF_SECRET, token_hash=token_hash).first()
    if row is None:
        return None
    *_device_row, role, revoked_at, expires_at = row
    door = _door(row)
    is_live = revoked_at is None and (expires_at is None or expires_at > now)
    return (door if is_live else door._replace(is_open=False)), role


def _door(row: Any) -> Door:
    (event_id, created_at, cancelled_at, site_id, site_code, profile, device_id, revoked_at, seen_at, epoch,
     opens_at, closes_at) = row[:12]  # fmt: skip
    return Door(
        event_id, created_at, cancelled_at, site_id, site_code, profile, device_id, "device", device_id,
        revoked_at is None, seen_at, epoch, Doors(opens_at, closes_at),
    )  # fmt: skip


def sittings_of(event_id: int, site_ids: Collection[int]) -> list[KnownSitting]:
    """The sittings of the event, with the hours of the doors at these sites."""
    shifts: dict[tuple[Any, ...], dict[int, list[tuple[datetime, datetime]]]] = {}
    for *sitting, site_id, starts_at, ends_at in _execute(
        _SITTINGS, event_id=event_id, site_ids=list(site_ids)
    ):
        by_site = shifts.setdefault(tuple(sitting), {})
        if starts_at is not None:
            by_site.setdefault(site_id, []).append((starts_at, ends_at))
    return [_with_hours(KnownSitting._make((*row, {})), by_site) for row, by_site in shifts.items()]


def _with_hours(
    sitting: KnownSitting, by_site: Mapping[int, list[tuple[datetime, datetime]]]
) -> KnownSitting:
    if not by_site:
        return sitting
    found = {site_id: opening.door_hours(spans, sitting) for site_id, spans in by_site.items()}
    return sitting._replace(hours={site_id: hours for site_id, hours in found.items() if hours is not None})


def site_ids(event_id: int, codes: Collection[str]) -> dict[str, int]:
    return dict(_execute(_SITES, event_id=event_id, codes=list(codes)).all()) if codes else {}


def passes(hashes: Collection[str]) -> dict[str, KnownPass]:
    """The passes with these codes, of any event, by the hash of the code."""
    if not hashes:
        return {}
    return {code_hash: KnownPass(*rest) for code_hash, *rest in _execute(_PASSES, hashes=list(hashes))}


def locked_guests(guest_ids: Collection[int]) -> dict[int, KnownGuest]:
    """The guests with these ids, locked in the order of their ids till the transaction ends."""
    if not guest_ids:
        return {}
    return {row[0]: KnownGuest(*row) for row in _execute(_GUESTS, ids=list(guest_ids))}


def kept(
    scan_ids: Collection[str], device_ids: Collection[int] = (), seqs: Collection[int] = ()
) -> list[Kept]:
    """The stored scans with these ids, and those of the devices that hold one of the numbers."""
    if not scan_ids:
        return []
    found = _execute(_KEPT, scan_ids=list(scan_ids), device_ids=list(device_ids), seqs=list(seqs))
    return [Kept(*row) for row in found]


def looks(guest_ids: Collection[int]) -> dict[tuple[int, int | None], list[Look]]:
    """The scans of the guests that matter to others, by guest and sitting, in the order of their arrival."""
    found: dict[tuple[int, int | None], list[Look]] = {}
    if guest_ids:
        for guest_id, sitting_id, row_id, annulled, *rest in _execute(_LOOKS, ids=list(guest_ids)):
            found.setdefault((guest_id, sitting_id), []).append(Look(row_id, annulled, Seen(*rest)))
    return found


def undone(scan_ids: Collection[str]) -> set[str]:
    """Those of the scans for which an annulment is stored."""
    return set(_execute(_UNDONE, ids=list(scan_ids)).scalars()) if scan_ids else set()


def site_labels(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Code and name by id."""
    if not ids:
        return {}
    return {site_id: (code, name) for site_id, code, name in _execute(_SITE_LABELS, ids=list(ids))}


def device_names(ids: Collection[int]) -> dict[int, str]:
    return dict(_execute(_DEVICE_NAMES, ids=list(ids)).all()) if ids else {}


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


def _execute(statement: Any, **values: Any) -> Any:
    return db.session.connection().execute(statement, values)
