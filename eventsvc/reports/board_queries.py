"""Read the live board: the same number of statements for one site and for three thousand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import (
    arrival_queries,
    closing_queries,
    device_queries,
    turnout_queries,
    verification_queries,
)
from eventsvc.checkins.door_readiness import Lack
from eventsvc.checkins.models import Device, QuarantinedScan, ReviewCase, Scan
from eventsvc.checkins.turnout import Turnout
from eventsvc.db import db
from eventsvc.events import sitting_rules
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.reports import board_stage_queries
from eventsvc.reports.board import (
    Alarm,
    AlarmKind,
    Attention,
    Board,
    Held,
    Post,
    Tile,
    attention,
)
from eventsvc.reports.board import in_order as alarms_in_order
from eventsvc.reports.board_curve import curve
from eventsvc.reports.queries import current_sitting
from eventsvc.reports.site_board import Line
from eventsvc.reports.site_board_queries import Entered, site_board
from eventsvc.sites.models import Site
from eventsvc.visitors import queries as visitors

SILENT_AFTER = timedelta(minutes=5)
CLOCK_OFF_MS = 120_000
"""A clock that is further off than two minutes is put right by the server; somebody should set it all the same."""
FLOOD_WITHIN = timedelta(minutes=15)
LACKS = (Lack.NO_DEVICE, Lack.NO_LIST, Lack.OLD_LIST, Lack.BATTERY)
"""What the readiness of doors adds to silences, queues and clocks, which the board tells by itself."""


def board(event: Event, *, sitting: Sitting | None = None, unready: Sequence[Alarm] | None = None) -> Board:
    """Every site of the event with its figures, the main hall first; at the sitting that matters now, or the one that
    is given. `unready`: the doors that are not ready, for a caller who keeps them for a while."""
    sitting, now = sitting or current_sitting(event), clock.now()
    if sitting is None:
        return Board(None, now)
    held = _held(sitting, now)
    turnout = turnout_queries.turnout(event, sitting)
    state = site_board(event, sitting, _entered(turnout), turnout.expected)
    ids, tallied = _site_ids(event), visitors.tallied(sitting)
    inside = turnout.inside if turnout.has_exits else None
    cases = _open_cases(event)
    devices = _devices(event)
    waiting = _waiting(event, devices)
    closed = closing_queries.standing(sitting)
    posts = _posts(devices, waiting, held, now, closed)
    tiles = []
    for line in state.lines:
        site_id = ids.get(line.code)
        post, open_cases = posts.get(site_id, Post()), cases.get(site_id, 0)
        signed = closed.get(site_id or 0)
        tiles.append(
            Tile(
                line=line,
                post=post,
                cases=open_cases,
                inside=None if inside is None else inside.get(site_id or 0, 0),
                tallied=tallied.get(site_id or 0, 0),
                received_at=turnout.received_at.get(site_id or 0),
                attention=attention(line, post, open_cases, held.has_begun, is_closed=signed is not None),
                signed=signed.people if signed else None,
            )
        )
    places = {ids[line.code]: line for line in state.lines if line.code in ids}
    alarms = [
        *_alarms_of_sites(tiles, cases, posts),
        *_alarms_of_devices(devices, waiting, places),
        *_floods(event, places, now),
        *_quarantined(event),
        *(doors_not_ready(event) if unready is None else unready),
    ]
    shown = arrival_queries.arrivals(event, sitting)
    return Board(
        sitting=held,
        as_of=now,
        tiles=tuple(tiles),
        state=state,
        alarms=tuple(alarms_in_order(alarms)),
        parts=tuple(board_stage_queries.parts(event, sitting)),
        curve=curve(turnout.by_time, sitting.starts_at),
        arrivals=tuple(shown.arrived),
        unplaced_cases=cases.get(None, 0),
        unplaced_waiting=posts[None].waiting if None in posts else 0,
    )


def _held(sitting: Sitting, now: datetime) -> Held:
    return Held(
        sitting.number,
        sitting.title,
        sitting.starts_at,
        sitting.ends_at,
        has_begun=sitting.starts_at is not None and sitting.starts_at <= now,
        doors_open=sitting.cancelled_at is None and sitting_rules.doors(sitting).are_open(now),
    )


# --- Sites and cases ------------------------------------------------------------------------------------


def _entered(turnout: Turnout) -> dict[int, Entered]:
    return {
        site_id: Entered(people, turnout.others.get(site_id, 0), turnout.last_at.get(site_id))
        for site_id, people in turnout.people.items()
    }


def _site_ids(event: Event) -> dict[str, int]:
    rows = db.session.execute(sa.select(Site.code, Site.id).where(Site.event_id == event.id))
    return {code: site_id for code, site_id in rows}


def _open_cases(event: Event) -> dict[int | None, int]:
    """By the site of the guest, else that of the scan; None counts those of neither."""
    site = sa.func.coalesce(Guest.site_id, Scan.site_id)
    rows = db.session.execute(
        sa.select(site, sa.func.count())
        .select_from(ReviewCase)
        .outerjoin(Guest, Guest.id == ReviewCase.guest_id)
        .outerjoin(Scan, Scan.scan_id == ReviewCase.scan_id)
        .where(ReviewCase.event_id == event.id, ReviewCase.settled_at.is_(None))
        .group_by(site)
    )
    return {site_id: count for site_id, count in rows}


# --- Devices --------------------------------------------------------------------------------------------


def _devices(event: Event) -> list[sa.Row[Any]]:
    columns = (
        Device.id, Device.name, Device.site_id, Device.enrolled_at, Device.seen_at, Device.told_at, Device.waiting,
        Device.clock_offset_ms, Device.opens_at, Device.closes_at, Device.revoked_at,
    )  # fmt: skip
    rows = db.session.execute(sa.select(*columns).where(Device.event_id == event.id).order_by(Device.id))
    return list(rows)


def _waiting(event: Event, devices: list[sa.Row[Any]]) -> dict[int, int]:
    """By device: the scans it has made and not yet delivered. Numbers that are missing below the highest, or what it
    told last without what has come since; the greater."""
    left = {device_id: missing for (device_id, _site), missing in device_queries.undelivered(event).items()}
    since = _received_since(event)
    for device in devices:
        told = (device.waiting or 0) - since.get(device.id, 0)
        if told > 0:
            left[device.id] = max(told, left.get(device.id, 0))
    return left


def _received_since(event: Event) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Device.id, sa.func.count())
        .join(Scan, Scan.device_id == Device.id)
        .where(Device.event_id == event.id, Device.waiting > 0, Scan.received_at > Device.told_at)
        .group_by(Device.id)
    )
    return {device_id: count for device_id, count in rows}


def _posts(
    devices: list[sa.Row[Any]],
    waiting: Mapping[int, int],
    held: Held,
    now: datetime,
    closed: Collection[int],
) -> dict[int | None, Post]:
    """By site; None: the devices that may scan anywhere. A revoked device only counts for what it still holds, and
    nobody misses those of a site that has signed its count."""
    by_site: dict[int | None, list[sa.Row[Any]]] = {}
    for device in devices:
        by_site.setdefault(device.site_id, []).append(device)
    return {
        site_id: _post(there, waiting, held, now, is_closed=site_id in closed)
        for site_id, there in by_site.items()
    }


def _post(
    devices: list[sa.Row[Any]], waiting: Mapping[int, int], held: Held, now: datetime, *, is_closed: bool
) -> Post:
    live = [device for device in devices if device.revoked_at is None]
    due = [device for device in live if not is_closed and _is_due(device, held, now)]
    heard = max((_heard(device) for device in live), default=None)
    silent = bool(due) and all(now - _heard(device) > SILENT_AFTER for device in due)
    return Post(
        devices=len(live),
        heard_at=heard,
        silent_since=max(_heard(device) for device in due) if silent else None,
        waiting=sum(waiting.get(device.id, 0) for device in devices),
    )


def _heard(device: sa.Row[Any]) -> datetime:
    known = [moment for moment in (device.seen_at, device.told_at) if moment]
    return max(known, default=device.enrolled_at)


def _is_due(device: sa.Row[Any], held: Held, now: datetime) -> bool:
    """Whether the device should be at work: the doors of the sitting are open, and its own hours are not over."""
    after = device.opens_at is None or device.opens_at <= now
    return held.doors_open and after and (device.closes_at is None or now <= device.closes_at)


# --- What somebody must see to --------------------------------------------------------------------------


def _alarms_of_sites(
    tiles: list[Tile], cases: Mapping[int | None, int], posts: Mapping[int | None, Post]
) -> list[Alarm]:
    found = []
    for tile in tiles:
        place = {"site": tile.name, "code": tile.code}
        if tile.cases:
            found.append(Alarm(AlarmKind.CASE, number=tile.cases, **place))
        if faults := tile.line.faults:
            found.append(Alarm(AlarmKind.FAULT, since=faults[0].since, fault=faults[0].kind, **place))
        elif tile.attention is Attention.FAULT:
            found.append(Alarm(AlarmKind.FAULT, **place))
        if tile.post.silent_since:
            found.append(
                Alarm(AlarmKind.SILENT, number=tile.post.devices, since=tile.post.silent_since, **place)
            )
        if tile.attention is Attention.EMPTY:
            found.append(Alarm(AlarmKind.EMPTY, number=tile.expected, **place))
    anywhere = posts.get(None, Post())
    if cases.get(None):
        found.append(Alarm(AlarmKind.CASE, number=cases[None]))
    if anywhere.silent_since:
        found.append(Alarm(AlarmKind.SILENT, number=anywhere.devices, since=anywhere.silent_since))
    return found


def _alarms_of_devices(
    devices: list[sa.Row[Any]], waiting: Mapping[int, int], places: Mapping[int, Line]
) -> list[Alarm]:
    """Each device by its name: whose scans have not arrived, revoked or not, and whose clock is off."""
    queues = [
        Alarm(
            AlarmKind.WAITING, number=waiting[device.id], device=device.name, **_place(device.site_id, places)
        )
        for device in devices
        if waiting.get(device.id)
    ]
    return queues + [
        Alarm(
            AlarmKind.CLOCK,
            number=abs(device.clock_offset_ms) // 60_000,
            device=device.name,
            **_place(device.site_id, places),
        )
        for device in devices
        if device.revoked_at is None and abs(device.clock_offset_ms or 0) > CLOCK_OFF_MS
    ]


def _floods(event: Event, places: Mapping[int, Line], now: datetime) -> list[Alarm]:
    """Devices that have sent more unknown codes than a door meets."""
    rows = db.session.execute(
        sa.select(Device.name, Device.site_id, sa.func.max(AuditEntry.at))
        .join(AuditEntry, AuditEntry.subject_id == Device.id)
        .where(
            AuditEntry.event_id == event.id,
            AuditEntry.subject_kind == Device.__tablename__,
            AuditEntry.action == "device.flooding",
            AuditEntry.at > now - FLOOD_WITHIN,
        )
        .group_by(Device.id, Device.name, Device.site_id)
    )
    return [
        Alarm(AlarmKind.FLOOD, since=at, device=name, **_place(site_id, places)) for name, site_id, at in rows
    ]


def _quarantined(event: Event) -> list[Alarm]:
    waiting = db.session.scalar(
        sa.select(sa.func.count(QuarantinedScan.id)).where(
            QuarantinedScan.event_id == event.id, QuarantinedScan.settled_at.is_(None)
        )
    )
    return [Alarm(AlarmKind.QUARANTINE, number=waiting)] if waiting else []


def doors_not_ready(event: Event) -> list[Alarm]:
    """A line for every site whose doors lack something that no other alarm tells."""
    found = []
    for doors in device_queries.door_readiness(event, clock.now()):
        lacks = [missed.lack for missed in doors.missed if missed.lack in LACKS]
        if lacks:
            place = {"site": doors.site.name, "code": doors.site.code}
            found.append(Alarm(AlarmKind.UNREADY, lack=lacks[0], **place))
    return found


def _place(site_id: int | None, places: Mapping[int, Line]) -> dict[str, Any]:
    line = places.get(site_id or 0)
    return {"site": line.name, "code": line.code} if line else {}


def _present(event: Event, sitting: Sitting) -> dict[int, int]:
    """Who the board says is in, by site: `checkins verify` counts again."""
    ids = _site_ids(event)
    return {ids[tile.code]: tile.present for tile in board(event, sitting=sitting).tiles if tile.present}


verification_queries.BOARDS["live board"] = _present
