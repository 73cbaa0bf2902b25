"""Devices at the doors and their scans. A scan is a fact: rows are added, never changed or removed."""

import zlib
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.accounts.models import ApiToken
from eventsvc.db import Word, db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.sites.models import Site


class Profile(StrEnum):
    """What a device may do beside scanning."""

    SCAN = "scan"
    SEARCH = "search"
    SUPERVISOR = "supervisor"


class ScanKind(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    ANNUL = "annul"


class ScanMode(StrEnum):
    ONLINE = "online"
    OFFLINE = "offline"
    MANUAL = "manual"


class Outcome(StrEnum):
    ADMITTED = "admitted"
    RESCAN = "rescan"
    REPEAT = "repeat"
    CROSS_SITE = "cross_site"
    OTHER_SITE = "other_site"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    ADMITTED_REVOKED = "admitted_revoked"
    CANCELLED = "cancelled"
    OTHER_EVENT = "other_event"
    UNKNOWN = "unknown"
    EXITED = "exited"
    ANNULLED = "annulled"


class Flag(StrEnum):
    CLOCK_SUSPECT = "clock_suspect"
    ORDER_UNCERTAIN = "order_uncertain"
    SEQ_FORK = "seq_fork"
    ATTENTION = "attention"


class CaseKind(StrEnum):
    CROSS_SITE = "cross_site"
    ADMITTED_REVOKED = "admitted_revoked"
    SEQ_FORK = "seq_fork"
    CLOCK_JUMP = "clock_jump"


class Resolution(StrEnum):
    """What came of a case: everything stands as it is, or a scan was a mistake and is undone."""

    STANDS = "stands"
    ANNULLED = "annulled"


class StoreEpoch(db.Model):
    """Which life of the database this is: one row, changed by a restore, so that devices send again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(32))


class Device(db.Model):
    """A phone, tablet or program that scans, with a token of its own. No site: it may scan at every site.

    It lets people in from `opens_at` to `closes_at`; unset, that side is open. What it last told about itself:
    `waiting` scans in its queue, the list it holds (`bundle`, taken at `bundle_at`), its battery in percent.
    """

    actor_kind = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    token_id: Mapped[int] = mapped_column(sa.ForeignKey("api_token.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    profile: Mapped[Profile] = mapped_column(Word(Profile), default=Profile.SCAN)
    enrolled_at: Mapped[datetime] = mapped_column(default=clock.now)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    clock_offset_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
    waiting: Mapped[int | None]
    bundle: Mapped[str | None] = mapped_column(sa.String(64))
    bundle_at: Mapped[datetime | None]
    battery: Mapped[int | None]
    is_charging: Mapped[bool | None]
    told_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship()
    site: Mapped[Site | None] = relationship()
    token: Mapped[ApiToken] = relationship()

    @property
    def version(self) -> int:
        """Which edition of what people set about it this is: another number after every change of that, and of nothing
        the device itself tells."""
        said = (self.name, self.profile.value, self.site_id, self.opens_at, self.closes_at)
        return zlib.crc32(repr(said).encode()) % 1_000_000_000


class FormerPlace(db.Model):
    """Where a device stood before it was moved: what it made until then still counts there. No site: everywhere."""

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    until: Mapped[datetime]


class Enrolment(db.Model):
    """An invitation for one device, shown as a QR code; good once, until it expires."""

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(sa.String(120))
    profile: Mapped[Profile] = mapped_column(Word(Profile), default=Profile.SCAN)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"))
    event: Mapped[Event] = relationship()
    site: Mapped[Site | None] = relationship()


class Scan(db.Model):
    """What one device saw once. The row is the record of who acted at the door; no audit entry repeats it.

    `standing` is what the scan is worth alone, `outcome` what the rules answered when it arrived, beside the
    scans known by then. Neither ever changes: who is in is read from the standings, so that it does not
    depend on the order of arrival. `effective_at` is the device's time corrected by its measured offset and
    clamped to what is possible; the raw values stay beside it. `body_hash` tells a replay from another scan
    under the same id. `id` rises in the order of arrival of one guest's scans.
    """

    __table_args__ = (
        sa.Index(None, "guest_id", "sitting_id"),
        sa.Index(None, "event_id", "received_at"),
        sa.Index(None, "device_id", "seq"),
        sa.Index(None, "sitting_id", "site_id"),
        sa.Index("ix_scan_annuls", "annuls", sqlite_where=sa.text("annuls IS NOT NULL"),
                 postgresql_where=sa.text("annuls IS NOT NULL")),
        sa.Index("ix_scan_unknown", "device_id", "received_at", sqlite_where=sa.text("outcome = 'unknown'"),
                 postgresql_where=sa.text("outcome = 'unknown'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str] = mapped_column(sa.String(36), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"))
    seq: Mapped[int | None] = mapped_column(sa.BigInteger)
    boot_id: Mapped[str | None] = mapped_column(sa.String(64))
    mono_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
    code_hash: Mapped[str | None] = mapped_column(sa.String(64))
    pass_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pass.id"))
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id"))
    sitting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    kind: Mapped[ScanKind] = mapped_column(Word(ScanKind))
    annuls: Mapped[str | None] = mapped_column(sa.String(36))
    mode: Mapped[ScanMode] = mapped_column(Word(ScanMode))
    scanned_at: Mapped[str | None] = mapped_column(sa.String(64))
    received_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    clock_offset_ms: Mapped[int | None] = mapped_column(sa.BigInteger)
    bundle: Mapped[str | None] = mapped_column(sa.String(64))
    decision: Mapped[str | None] = mapped_column(sa.String(32))
    standing: Mapped[Outcome] = mapped_column(Word(Outcome))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    flags: Mapped[list] = mapped_column(sa.JSON, default=list)
    reason: Mapped[str | None]
    actor_kind: Mapped[str | None] = mapped_column(sa.String(32))
    actor_id: Mapped[int | None]
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    device: Mapped[Device | None] = relationship()
    guest: Mapped[Guest | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    site: Mapped[Site | None] = relationship()

    @property
    def flagged(self) -> list[Flag]:
        return [Flag(word) for word in self.flags]


class QuarantinedScan(db.Model):
    """An upload that could not become a scan: another body under a known id, or nothing that can be read."""

    __table_args__ = (sa.UniqueConstraint("device_id", "body_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"))
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    scan_id: Mapped[str | None] = mapped_column(sa.String(64))
    reason: Mapped[str] = mapped_column(sa.String(40))
    body: Mapped[dict] = mapped_column(sa.JSON)
    body_hash: Mapped[str] = mapped_column(sa.String(64))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    settlement: Mapped[str | None]
    device: Mapped[Device | None] = relationship()


class ReviewCase(db.Model):
    """Something a person must look at: the same guest in at two sites, a revoked pass that went in."""

    __table_args__ = (sa.UniqueConstraint("event_id", "kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id"))
    kind: Mapped[CaseKind] = mapped_column(Word(CaseKind))
    subject: Mapped[str] = mapped_column(sa.String(80))
    guest_id: Mapped[int | None] = mapped_column(sa.ForeignKey("guest.id"), index=True)
    sitting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting.id"))
    scan_id: Mapped[str] = mapped_column(sa.String(36))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    resolution: Mapped[Resolution | None] = mapped_column(Word(Resolution))
    settlement: Mapped[str | None]
    guest: Mapped[Guest | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
