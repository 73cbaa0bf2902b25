"""When a scan was made, by the clock of the phone and by its counter, which nobody sets."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins import items, operations
from eventsvc.checkins.models import ReviewCase, Scan
from eventsvc.db import db
from tests.checkins.conftest import scan


def send(device, *batch, device_clock=None, counter=None):
    clocks = {"device_clock": device_clock or clock.now(), "counter": counter}
    return operations.record_scans(device, list(batch), **clocks)


def test_the_counter_of_the_phone_tells_when_it_was_whatever_became_of_the_clock(hall):
    """Scanned ten and five minutes ago; then the clock was put ahead by an hour, and both were sent."""
    now = clock.now()
    scans = [
        scan(hall.code(guest), mode="offline", boot_id="b", mono_ms=ms, scanned_at=(now - ago).isoformat())
        for guest, ms, ago in [
            (hall.minh, 100_000.4, timedelta(minutes=10)),
            (hall.hoa, 400_000, timedelta(minutes=5)),
        ]
    ]

    results = send(
        hall.device(), *scans, device_clock=(now + timedelta(hours=1)).isoformat(),
        counter=items.Count("b", 700_000),
    )  # fmt: skip

    at = dict(db.session.execute(sa.select(Scan.guest_id, Scan.effective_at)).all())
    assert abs(at[hall.minh.id] - (now - timedelta(minutes=10))) < timedelta(seconds=5)
    assert abs(at[hall.hoa.id] - (now - timedelta(minutes=5))) < timedelta(seconds=5)
    assert [one["flags"] for one in results] == [["clock_suspect"], ["clock_suspect"]]


def test_a_phone_that_slept_is_believed_its_clock_and_is_nobodys_case(hall):
    now = clock.now()
    scans = [
        scan(hall.code(guest), mode="offline", boot_id="b", mono_ms=ms, offset_ms=0, scanned_at=(now - ago).isoformat())
        for guest, ms, ago in [
            (hall.minh, 1_000, timedelta(minutes=50)), (hall.hoa, 2_000, timedelta(minutes=20)),
        ]
    ]  # fmt: skip

    results = send(hall.device(), *scans, device_clock=now.isoformat(), counter=items.Count("b", 3_000))

    first = db.session.scalar(sa.select(Scan).where(Scan.guest_id == hall.minh.id))
    assert abs(first.effective_at - (now - timedelta(minutes=50))) < timedelta(seconds=5)
    assert [one["flags"] for one in results] == [[], []]
    assert db.session.scalars(sa.select(ReviewCase)).all() == []


@pytest.mark.parametrize(
    ("boot", "stand"), [("another start", 700_000), ("b", 50_000), ("b", None), (None, 1), ("b", "often"), ("b", -1)]
)  # fmt: skip
def test_a_counter_of_another_start_or_none_leaves_the_clock(hall, boot, stand):
    happened = clock.now() - timedelta(minutes=10)
    made = scan(
        hall.code(hall.minh), mode="offline", boot_id="b", mono_ms=100_000, scanned_at=happened.isoformat()
    )

    [result] = send(hall.device(), made, counter=items.counter(boot, stand))

    assert result["flags"] == []
    assert abs(db.session.scalar(sa.select(Scan)).effective_at - happened) < timedelta(seconds=5)
