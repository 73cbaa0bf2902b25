"""The devices of an event, what they have delivered, and the codes that enrol more of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock, secrets
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import PERMISSIONS, Permission
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import bundle_queries, items
from eventsvc.checkins import door_readiness as door_rules
from eventsvc.checkins.door_readiness import DeviceLook, Lack, Phase, SiteDoors
from eventsvc.checkins.models import (
    Device,
    Enrolment,
    Outcome,
    Profile,
    QuarantinedScan,
    Scan,
    StoreEpoch,
)
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries as invitations
from eventsvc.sites.models import Site
from eventsvc.sites.queries import LEVEL_ORDER

_BY_LEVEL = sa.case({level.value: rank for rank, level in enumerate(LEVEL_ORDER)}, value=Site.level)


def undelivered(event: Event) -> dict[tuple[int, int | None], int]:
    """By (device, its site): how many numbers below the highest arrived are missing; only those above 0."""
    rows = db.session.execute(
        sa.select(
            Device.id,
            Device.site_id,
            sa.func.max(Scan.seq),
            sa.func.min(Scan.seq),
            sa.func.count(sa.distinct(Scan.seq)),
        )
        .join(Scan, Scan.device_id == Device.id)
        .where(Device.event_id == event.id, Scan.seq.is_not(None))
        .group_by(Device.id, Device.site_id)
    ).all()
    gaps = {
        (device_id, site_id): highest - min(lowest, 1) + 1 - arrived
        for device_id, site_id, highest, lowest, arrived in rows
    }
    gaps = {device: missing for device, missing in gaps.items() if missing > 0}
    return _without_quarantined(event, gaps) if gaps else {}


def _without_quarantined(
    event: Event, gaps: dict[tuple[int, int | None], int]
) -> dict[tuple[int, int | None], int]:
    """What lies in quarantine has arrived too."""
    bodies: dict[int, list[dict[str, Any]]] = {}
    rows = db.session.execute(
        sa.select(QuarantinedScan.device_id, QuarantinedScan.body).where(
            QuarantinedScan.event_id == event.id,
            QuarantinedScan.reason != items.Fault.CONFLICT.value,
            QuarantinedScan.device_id.in_([device_id for device_id, _site in gaps]),
        )
    )
    for device_id, body in rows:
        bodies.setdefault(device_id, []).append(body)
    left = {
        device: missing - len(items.seqs_of(bodies.get(device[0], []))) for device, missing in gaps.items()
    }
    return {device: missing for device, missing in left.items() if missing > 0}


@dataclass(frozen=True)
class DeviceRow:
    """A device, how many scans it has delivered, and what is wrong with it. `gaps`: numbers that have not arrived."""

    device: Device
    look: DeviceLook
    scans: int
    gaps: int
    disorders: list[Lack]


def devices_of(
    event: Event, site_ids: Collection[int] | None = None, *, device_id: int | None = None
) -> list[DeviceRow]:
    """The devices with how they stand: those in disorder first, those shut out last. Nine statements at most."""
    statement = (
        sa.select(Device)
        .outerjoin(Device.site)
        .options(contains_eager(Device.site))
        .where(Device.event_id == event.id)
        .order_by(Device.revoked_at.is_not(None), Site.number, Device.name, Device.id)
    )
    if site_ids is not None:
        statement = statement.where(Device.site_id.in_(site_ids))
    delivered = (
        sa.select(Scan.device_id, sa.func.count()).where(Scan.event_id == event.id).group_by(Scan.device_id)
    )
    if device_id is not None:
        statement = statement.where(Device.id == device_id)
        delivered = delivered.where(Scan.device_id == device_id)
    counts = {device_id: count for device_id, count in db.session.execute(delivered)}
    gaps = {device_id: missing for (device_id, _site), missing in undelivered(event).items()}
    devices, now = list(db.session.scalars(statement)), clock.now()
    looks = _looks(event, devices, gaps, compared=devices)
    rows = [
        DeviceRow(
            device,
            looks[device.id],
            counts.get(device.id, 0),
            gaps.get(device.id, 0),
            door_rules.disorders(looks[device.id], now) if device.revoked_at is None else [],
        )
        for device in devices
    ]
    return sorted(rows, key=lambda row: (row.device.revoked_at is not None, not row.disorders))


@dataclass(frozen=True)
class Tally:
    """The figures above the list of devices; those shut out count nowhere."""

    enrolled: int
    in_use: int
    in_disorder: int
    waiting: int


def tally(rows: Collection[DeviceRow]) -> Tally:
    now = clock.now()
    live = [row for row in rows if row.device.revoked_at is None]
    seen = [row.device.seen_at for row in live if row.device.seen_at is not None]
    return Tally(
        enrolled=len(live),
        in_use=sum(now - moment <= door_rules.SEEN_WITHIN for moment in seen),
        in_disorder=sum(bool(row.disorders) for row in live),
        waiting=sum(row.look.waiting for row in live),
    )


def row_of(device: Device) -> DeviceRow:
    """One device as it stands in the list."""
    [row] = devices_of(device.event, device_id=device.id)
    return row


def _looks(
    event: Event, devices: Collection[Device], gaps: Mapping[int, int], compared: Collection[Device]
) -> dict[int, DeviceLook]:
    """How the devices stand; whether those `compared` hold the list of now, which costs five statements."""
    compared = [one for one in compared if one.revoked_at is None and one.bundle is not None]
    wanted = bundle_queries.versions(event, compared) if compared else {}
    changed_at = bundle_queries.codes_changed_at(event) if wanted else None
    return {
        device.id: DeviceLook(
            id=device.id,
            name=device.name,
            site_id=device.site_id,
            seen_at=device.seen_at,
            told_at=device.told_at,
            has_list=device.bundle is not None,
            is_current=_version_of(device) == wanted[device.id] if device.id in wanted else None,
            list_at=device.bundle_at,
            could_know=changed_at is None or (device.told_at is not None and device.told_at > changed_at),
            clock_offset=None
            if device.clock_offset_ms is None
            else timedelta(milliseconds=device.clock_offset_ms),
            battery=device.battery,
            is_charging=device.is_charging,
            waiting=max(device.waiting or 0, gaps.get(device.id, 0)),
        )
        for device in devices
    }


def _version_of(device: Device) -> str:
    """The version a device has told, with or without the moment it got it."""
    return (device.bundle or "").partition(".")[0]


def door_readiness(event: Event, now: datetime, site_ids: Collection[int] | None = None) -> list[SiteDoors]:
    """Every site that expects guests and is not closed, with what its doors lack now: the worst first.

    Eleven statements at most, whatever the number of sites. A device for every site counts where there is one site.
    """
    sitting = sitting_at(event.standing_sittings, now)
    at = door_rules.phase(sitting.starts_at, sitting.ends_at, now) if sitting else Phase.NO_TIME
    expected = (
        sa.select(Guest.site_id, sa.func.count().label("number"))
        .where(invitations.is_expected(event))
        .group_by(Guest.site_id)
        .subquery()
    )
    statement = (
        sa.select(Site, expected.c.number)
        .join(expected, expected.c.site_id == Site.id)
        .where(Site.closed_at.is_(None))
        .order_by(_BY_LEVEL, Site.number, Site.id)
    )
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    sites = db.session.execute(statement).all()
    devices = db.session.scalars(
        sa.select(Device)
        .options(joinedload(Device.site))
        .where(Device.event_id == event.id, Device.revoked_at.is_(None))
        .order_by(Device.name, Device.id)
    ).all()
    gaps = {device_id: number for (device_id, _site), number in undelivered(event).items()}
    # Reading the people of every site is dear, and boards ask all day: only where a list may be too old to pass.
    old = [one for one in devices if one.bundle_at is None or now - one.bundle_at > door_rules.SEEN_WITHIN]
    looks = _looks(event, devices, gaps, compared=old if at is Phase.HOUR else [])
    by_site: dict[int, list[DeviceLook]] = {}
    for look in looks.values():
        home = sites[0][0].id if look.site_id is None and len(sites) == 1 else look.site_id
        if home is not None:
            by_site.setdefault(home, []).append(look)
    found = [
        SiteDoors(site, number, at, mine, door_rules.missed(mine, at, now))
        for site, number in sites
        for mine in [by_site.get(site.id, [])]
    ]
    return sorted(found, key=lambda one: [door_rules.ORDER[miss.lack] for miss in one.missed[:1]] or [99])


def device_of(event: Event, device_id: int, site_ids: Collection[int] | None = None) -> Device:
    return _one(Device, event, device_id, site_ids)


def enrolment_of(event: Event, enrolment_id: int, site_ids: Collection[int] | None = None) -> Enrolment:
    return _one(Enrolment, event, enrolment_id, site_ids)


def open_enrolments(event: Event, site_ids: Collection[int] | None = None) -> list[Enrolment]:
    """Enrolments that no device has used and that still can be, newest first."""
    statement = (
        sa.select(Enrolment)
        .options(joinedload(Enrolment.site))
        .where(
            Enrolment.event_id == event.id,
            Enrolment.used_at.is_(None),
            Enrolment.expires_at > clock.now(),
        )
        .order_by(Enrolment.id.desc())
    )
    if site_ids is not None:
        statement = statement.where(Enrolment.site_id.in_(site_ids))
    return list(db.session.scalars(statement))


def usable_enrolment(token: str) -> Enrolment | None:
    """The enrolment unless it is unknown, used or past its time."""
    found = db.session.scalar(
        sa.select(Enrolment)
        .options(joinedload(Enrolment.site), joinedload(Enrolment.event))
        .where(Enrolment.token_hash == secrets.digest(token))
    )
    if found is None or found.used_at or found.expires_at <= clock.now():
        return None
    return found


def device_by_token(token_id: int) -> Device | None:
    return db.session.scalar(sa.select(Device).where(Device.token_id == token_id))


@dataclass(frozen=True)
class Held:
    """A token and the device that holds it. A token made by command has none before it first tells something: until
    then `device` is what it will be, and no row."""

    token: ApiToken
    device: Device

    @property
    def is_enrolled(self) -> bool:
        return self.device.id is not None

    @property
    def actor(self) -> Device | ApiToken:
        return self.device if self.is_enrolled else self.token

    def is_live(self, now: datetime) -> bool:
        """Whether neither the device nor its token was shut out or has lapsed."""
        token = self.token
        lapsed = token.expires_at is not None and token.expires_at <= now
        return self.device.revoked_at is None and token.revoked_at is None and not lapsed


def holder(secret: str) -> Held | None:
    """Who holds the token, live or not; None when nobody does or it belongs to no event."""
    row = db.session.execute(
        sa.select(ApiToken, Device)
        .outerjoin(Device, Device.token_id == ApiToken.id)
        .options(joinedload(Device.event, innerjoin=False), joinedload(Device.site))
        .where(ApiToken.token_hash == secrets.digest(secret))
    ).first()
    if row is None:
        return None
    token, device = row
    if device is None and token.event_id is None:
        return None
    return Held(token, device or _unborn(token))


def _unborn(token: ApiToken) -> Device:
    """The device that the token stands for before its first use; not in the session, so never written."""
    may_annul = Permission.ANNUL_SCAN in PERMISSIONS[token.role]
    return Device(
        event=db.session.get(Event, token.event_id),
        event_id=token.event_id,
        site=db.session.get(Site, token.site_id) if token.site_id else None,
        site_id=token.site_id,
        name=token.name or "",
        profile=Profile.SUPERVISOR if may_annul else Profile.SEARCH,
    )


def site_by_code(event_id: int, code: str) -> Site | None:
    return db.session.scalar(sa.select(Site).where(Site.event_id == event_id, Site.code == code))


def store_epoch() -> str | None:
    return db.session.scalar(sa.select(StoreEpoch.value))


def unknown_since(device_id: int, since: datetime) -> list[datetime]:
    """When the device sent codes that nobody has, or what had to be put aside, since a moment, oldest first."""
    unknown = sa.select(Scan.received_at).where(
        Scan.device_id == device_id,
        Scan.outcome == sa.literal_column(f"'{Outcome.UNKNOWN.value}'"),
        Scan.received_at > since,
    )
    aside = sa.select(QuarantinedScan.received_at).where(
        QuarantinedScan.device_id == device_id, QuarantinedScan.received_at > since
    )
    return sorted(db.session.scalars(unknown.union_all(aside)))


def has_flood_entry(device_id: int, since: datetime) -> bool:
    """Whether the alarm about the device's unknown codes is in the log already."""
    statement = sa.select(AuditEntry.id).where(
        AuditEntry.subject_kind == Device.__tablename__,
        AuditEntry.subject_id == device_id,
        AuditEntry.action == "device.flooding",
        AuditEntry.at > since,
    )
    return db.session.scalar(statement.limit(1)) is not None


def _one(model: Any, event: Event, row_id: int, site_ids: Collection[int] | None) -> Any:
    statement = sa.select(model).where(model.event_id == event.id, model.id == row_id)
    if site_ids is not None:
        statement = statement.where(model.site_id.in_(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found
