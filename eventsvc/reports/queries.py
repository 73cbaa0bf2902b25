"""The live board and the figures of an event: reads every noun, writes none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts import queries as tokens
from eventsvc.accounts.permissions import Role
from eventsvc.checkins import queries as checkins
from eventsvc.checkins.models import Device
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.guests.models import Guest, Slot
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site, SiteLevel, SiteStatus


class Attention(StrEnum):
    """How a site stands on the board; the first that applies."""

    CASE = "case"
    FAULT = "fault"
    EMPTY = "empty"
    FILLING = "filling"
    FULL = "full"
    NOBODY_EXPECTED = "nobody_expected"
    WAITING = "waiting"


URGENT = (Attention.CASE, Attention.FAULT, Attention.EMPTY)
NEARLY_EVERYBODY = 0.9


@dataclass(frozen=True)
class Tile:
    """One site on the board: how many of its own guests are expected, how many people are in there."""

    code: str
    name: str
    level: SiteLevel
    district: str | None
    status: SiteStatus
    expected: int
    present: int
    cases: int
    waiting: int
    """Scans its devices have made and not yet delivered."""
    last_scan_at: datetime | None
    attention: Attention


@dataclass(frozen=True)
class Board:
    """One sitting at one moment. `present` counts people, each once, wherever they came in."""

    sitting: Sitting | None
    as_of: datetime
    tiles: list[Tile]

    @property
    def expected(self) -> int:
        return sum(tile.expected for tile in self.tiles)

    @property
    def present(self) -> int:
        return sum(tile.present for tile in self.tiles)

    @property
    def cases(self) -> int:
        return sum(tile.cases for tile in self.tiles)

    @property
    def waiting(self) -> int:
        return sum(tile.waiting for tile in self.tiles)

    @property
    def started(self) -> int:
        """Sites where somebody is in."""
        return sum(1 for tile in self.tiles if tile.present)

    def count(self, attention: Attention) -> int:
        return sum(1 for tile in self.tiles if tile.attention is attention)

    @property
    def urgent(self) -> list[Tile]:
        """The sites that need somebody now, the worst first."""
        return sorted(
            (tile for tile in self.tiles if tile.attention in URGENT),
            key=lambda tile: (URGENT.index(tile.attention), -tile.expected, tile.name),
        )


@dataclass(frozen=True)
class Counts:
    """How far an event has come."""

    sites: int
    guests: int
    slots: int
    invited: int
    accepted: int
    declined: int
    devices: int


def current_sitting(event: Event) -> Sitting | None:
    """The sitting that matters now: the one that a scan would go to."""
    return sitting_at(event.sittings, clock.now())


def event_of_screen(token: str) -> Event:
    """The event of a screen's link. NotFound for a link of another kind: it opens nothing here."""
    found = tokens.api_token(token)
    if found is None or found.role is not Role.VIEWER or found.event_id is None or not found.token_sealed:
        raise NotFound(_("There is nothing at this address."))
    return db.get_or_404(Event, found.event_id)


def board(event: Event, *, sitting: Sitting | None = None) -> Board:
    """Every site of the event with its figures, the main hall first."""
    sitting = sitting or current_sitting(event)
    now = clock.now()
    if sitting is None:
        return Board(None, now, [])
    begun = sitting.starts_at is not None and sitting.starts_at <= now
    rows = sorted(
        checkins.board_rows(event, sitting), key=lambda row: sites.LEVEL_ORDER.index(row.site.level)
    )
    return Board(sitting, now, [_tile(row, begun) for row in rows])


def counts(events: Iterable[Event]) -> dict[int, Counts]:
    """The counts of several events in a fixed number of statements."""
    ids = [event.id for event in events]
    by_kind = {
        "sites": _by_event(Site, ids),
        "guests": _by_event(Guest, ids),
        "slots": _by_event(Slot, ids),
        "invited": _by_event(Invitation, ids, Invitation.revoked_at.is_(None)),
        "accepted": _by_event(Invitation, ids, Invitation.answer == Answer.ACCEPTED),
        "declined": _by_event(Invitation, ids, Invitation.answer == Answer.DECLINED),
        "devices": _by_event(Device, ids, Device.revoked_at.is_(None)),
    }
    return {
        event_id: Counts(**{k: found.get(event_id, 0) for k, found in by_kind.items()}) for event_id in ids
    }


def _by_event(model: type, ids: list[int], *conditions: sa.ColumnElement[bool]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(model.event_id, sa.func.count())  # type: ignore[attr-defined]
        .where(model.event_id.in_(ids), *conditions)  # type: ignore[attr-defined]
        .group_by(model.event_id)  # type: ignore[attr-defined]
    )
    return {event_id: count for event_id, count in rows}


def present(event: Event) -> int:
    """People in at the sitting that matters now."""
    sitting = current_sitting(event)
    return sum(checkins.head_counts(event, sitting).values()) if sitting else 0


def site_figures(event: Event, site_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many people are expected at each of these sites, and how many are in at the sitting that matters now."""
    expected = db.session.execute(
        sa.select(Guest.site_id, sa.func.count()).where(Guest.site_id.in_(site_ids)).group_by(Guest.site_id)
    )
    sitting = current_sitting(event)
    inside = checkins.head_counts(event, sitting) if sitting else {}
    wanted = {site_id: count for site_id, count in expected}
    return {site_id: (wanted.get(site_id, 0), inside.get(site_id, 0)) for site_id in site_ids}


def _tile(row: checkins.SiteRow, begun: bool) -> Tile:
    site = row.site
    return Tile(
        code=site.code,
        name=site.name,
        level=site.level,
        district=site.parent_name,
        status=site.status,
        expected=row.expected,
        present=row.present,
        cases=row.open_cases,
        waiting=row.waiting,
        last_scan_at=row.last_scan_at,
        attention=_attention(row, begun),
    )


def _attention(row: checkins.SiteRow, begun: bool) -> Attention:
    if row.open_cases:
        return Attention.CASE
    if row.site.status is SiteStatus.FAULT:
        return Attention.FAULT
    if not row.expected:
        return Attention.FULL if row.present else Attention.NOBODY_EXPECTED
    if row.present >= NEARLY_EVERYBODY * row.expected:
        return Attention.FULL
    if row.present:
        return Attention.FILLING
    return Attention.EMPTY if begun else Attention.WAITING
