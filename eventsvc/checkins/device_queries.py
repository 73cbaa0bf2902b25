"""The devices of an event, what they have delivered, and the codes that enrol more of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock, secrets
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import PERMISSIONS, Permission
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import items
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
from eventsvc.sites.models import Site


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
    device: Device
    scans: int
    waiting: int


def devices_of(event: Event, site_ids: Collection[int] | None = None) -> list[DeviceRow]:
    """The devices with how many scans each has delivered and still holds. Three statements at most."""
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
    counts = {device_id: count for device_id, count in db.session.execute(delivered)}
    waiting = {device_id: missing for (device_id, _site), missing in undelivered(event).items()}
    return [
        DeviceRow(device, counts.get(device.id, 0), waiting.get(device.id, 0))
        for device in db.session.scalars(statement)
    ]


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
    """When the device sent codes that nobody has, since a moment, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Scan.received_at)
            .where(
                Scan.device_id == device_id,
                Scan.outcome == sa.literal_column(f"'{Outcome.UNKNOWN.value}'"),
                Scan.received_at > since,
            )
            .order_by(Scan.received_at)
        )
    )


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
