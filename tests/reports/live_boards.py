"""Events with people coming in at every site, made in one go: for the live board, its pictures and its measurements."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import Role
from eventsvc.checkins.models import Device, Outcome, Profile, Scan, ScanKind, ScanMode
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.people.models import Person
from eventsvc.sites.models import Site
from eventsvc.text import fold, name_key

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đặng", "Bùi", "Hồ")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Quang", "Thanh")
GIVEN = (
    "An",
    "Bình",
    "Cường",
    "Dung",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Phúc",
    "Sơn",
    "Thảo",
    "Vinh",
)
MOST_ROWS = 500


@atomic()
def fill(event: Event, *, people: int, scans: int, seed: int = 7, minutes: int = 75) -> None:
    """Guests spread over the sites, two devices a site, and entries over the last minutes: everybody once, as far as
    the scans go, then again. Rows instead of operations: a hundred thousand are wanted in seconds."""
    random = Random(seed)
    sites = list(db.session.scalars(sa.select(Site.id).where(Site.event_id == event.id).order_by(Site.id)))
    homes = _guests(event, sites, people, random)
    devices = _devices(event, sites)
    came = list(homes.items())
    random.shuffle(came)
    moments = sorted(_moment(random, minutes) for _ in range(scans))
    seq: dict[int, int] = {}
    rows = []
    for number, at in enumerate(moments):
        guest_id, site_id = came[number % len(came)]
        device_id = random.choice(devices[site_id])
        seq[device_id] = seq.get(device_id, 0) + 1
        first = number < len(came)
        rows.append(_scan(event, guest_id, site_id, device_id, seq[device_id], at, first))
    _insert(Scan, rows)


def _moment(random: Random, minutes: int) -> datetime:
    """Most come in the middle of the time."""
    return clock.now() - timedelta(minutes=random.triangular(0, minutes, minutes * 0.4))


def _guests(event: Event, sites: Sequence[int], people: int, random: Random) -> dict[int, int]:
    last_person = db.session.scalar(sa.select(sa.func.max(Person.id))) or 0
    last_guest = db.session.scalar(sa.select(sa.func.max(Guest.id))) or 0
    now = clock.now()
    persons, guests, homes = [], [], {}
    for number in range(1, people + 1):
        name = " ".join((random.choice(FAMILY), random.choice(MIDDLE), random.choice(GIVEN)))
        persons.append(
            {"id": last_person + number, "host_id": event.host_id, "full_name": name, "folded": fold(name),
             "sort_key": name_key(name), "created_at": now, "position": "Đại biểu"}
        )  # fmt: skip
        home = sites[0] if random.random() < 0.1 else random.choice(sites)
        homes[last_guest + number] = home
        guests.append(
            {"id": last_guest + number, "event_id": event.id, "person_id": last_person + number, "site_id": home,
             "version": 1, "is_walk_in": False, "seat_needs_review": False, "place_sequence": 0, "created_at": now}
        )  # fmt: skip
    _insert(Person, persons)
    _insert(Guest, guests)
    _keep_counting(Person, Guest)
    return homes


def _devices(event: Event, sites: Sequence[int]) -> dict[int, list[int]]:
    last_token = db.session.scalar(sa.select(sa.func.max(ApiToken.id))) or 0
    last_device = db.session.scalar(sa.select(sa.func.max(Device.id))) or 0
    now = clock.now()
    tokens, devices = [], []
    found: dict[int, list[int]] = {}
    for number, site_id in enumerate((site_id for site_id in sites for _door in range(2)), start=1):
        tokens.append(
            {"id": last_token + number, "token_hash": secrets.digest(str(uuid.uuid4())), "role": Role.DOOR,
             "name": f"Cửa {number}", "event_id": event.id, "site_id": site_id, "created_at": now}
        )  # fmt: skip
        devices.append(
            {"id": last_device + number, "event_id": event.id, "site_id": site_id, "token_id": last_token + number,
             "name": f"Cửa {1 + number % 2}", "profile": Profile.SCAN, "enrolled_at": now - timedelta(hours=3),
             "seen_at": now, "told_at": now, "waiting": 0, "clock_offset_ms": 40}
        )  # fmt: skip
        found.setdefault(site_id, []).append(last_device + number)
    _insert(ApiToken, tokens)
    _insert(Device, devices)
    _keep_counting(ApiToken, Device)
    return found


def _scan(
    event: Event, guest_id: int, site_id: int, device_id: int, seq: int, at: datetime, first: bool
) -> dict:
    outcome = Outcome.ADMITTED if first else Outcome.REPEAT
    return {
        "scan_id": str(uuid.uuid4()), "event_id": event.id, "device_id": device_id, "seq": seq, "guest_id": guest_id,
        "sitting_id": event.sittings[0].id, "site_id": site_id, "kind": ScanKind.ENTRY, "mode": ScanMode.ONLINE,
        "scanned_at": at.isoformat(), "received_at": at, "effective_at": at, "standing": Outcome.ADMITTED,
        "outcome": outcome, "flags": [], "body_hash": "0" * 64,
    }  # fmt: skip


def _insert(model: type, rows: list[dict]) -> None:
    for start in range(0, len(rows), MOST_ROWS):
        db.session.execute(sa.insert(model), rows[start : start + MOST_ROWS])


def _keep_counting(*models: type) -> None:
    """PostgreSQL counts ids by itself: on from where these rows ended."""
    if db.session.get_bind().dialect.name == "postgresql":
        for model in models:
            table = model.__table__.name  # type: ignore[attr-defined]
            db.session.execute(
                sa.text(
                    f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), (SELECT max(id) FROM \"{table}\"))"
                )
            )
