"""Visitors hear of another time or place, and of the end: by letter, once per change, and their calendar too."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, ical
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.deliveries.queries import is_due
from eventsvc.events import operations as events
from eventsvc.sites import operations as sites
from eventsvc.visitors import operations, queries, telling_operations
from eventsvc.visitors.models import VisitState


def _letters() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def _entry(delivery: Delivery) -> tuple[str, int, str]:
    """Method, SEQUENCE and status of the calendar entry that travels with it."""
    [entry] = ical.read(ical.fold(delivery.calendar))
    return ical.method(ical.fold(delivery.calendar)), entry.sequence, entry.status


def _gone(delivery: Delivery) -> None:
    delivery.state = DeliveryState.SENT
    db.session.commit()


def _move(fair, hours: int) -> None:
    starts_at = fair.sitting.starts_at + timedelta(hours=hours)
    events.propose_time(fair.sitting, starts_at=starts_at, ends_at=None, by=None)
    assert telling_operations.tell_of_changes() == 0, "nobody hears of a time that is not approved"
    events.approve_time(fair.sitting, by=None)


def test_who_has_a_place_and_who_waits_hear_of_another_time_once(fair):
    placed = [fair.register(email=f"{name}@xem.example.vn") for name in "ab"]
    waiting = fair.register(email="c@xem.example.vn")
    assert waiting.state is VisitState.WAITING
    for each in _letters():
        _gone(each)
    first = _letters()[0]
    assert telling_operations.tell_of_changes() == 0

    _move(fair, 24)

    assert telling_operations.tell_of_changes() == 3
    assert telling_operations.tell_of_changes() == 0
    told = _letters()[3:]
    assert [each.recipient for each in told] == [f"{name}@xem.example.vn" for name in "abc"]
    assert {each.state for each in told} == {DeliveryState.QUEUED}
    assert all(each.subject.startswith("Thay đổi thời gian, địa điểm") for each in told)
    assert (
        "Thời gian trước đây" in told[0].text_body and "số thứ tự trong danh sách chờ: 1" in told[2].text_body
    )
    assert told[0].inline_qr and not told[2].calendar
    before, after = ical.read(ical.fold(first.calendar))[0], ical.read(ical.fold(told[0].calendar))[0]
    assert (after.uid, after.start) == (before.uid, before.start + timedelta(hours=24))
    assert after.sequence > before.sequence and after.last_changed >= before.last_changed
    assert queries.codes(placed).keys() == {visit.guest_id for visit in placed}, "the QR code stays"


def test_another_place_is_told_and_a_second_change_replaces_the_letter_that_has_not_left(fair):
    fair.register(email="a@xem.example.vn")
    for hall in ("Nhà văn hóa lao động", "Trung tâm hội nghị"):
        sites.edit_site(fair.main, {"hall": hall}, by=None)
        if hall.startswith("Nhà"):
            assert telling_operations.tell_of_changes() == 1
    assert telling_operations.tell_of_changes() == 1

    first, second, third = _letters()
    assert [each.state for each in (first, second, third)] == [
        DeliveryState.CANCELLED,
        DeliveryState.CANCELLED,
        DeliveryState.QUEUED,
    ]
    assert "Trung tâm hội nghị" in third.text_body and "Nhà văn hóa lao động" in third.text_body
    sequences = [_entry(each)[1] for each in (first, second, third)]
    assert sequences == sorted(set(sequences))
    with pytest.raises(outbox.Overtaken):
        operations.require_standing(second)
    assert operations.require_standing(third) is None


@pytest.mark.parametrize("what", ["event", "sitting"])
def test_what_is_called_off_ends_in_the_calendar_too(fair, what):
    fair.register(email="a@xem.example.vn")
    fair.register()
    fair.register(email="c@xem.example.vn")
    for each in _letters():
        _gone(each)
    if what == "event":
        events.cancel_event(fair.event, by=None)
    else:
        events.add_sitting(fair.event, by=None)
        events.cancel_sitting(fair.sitting, by=None)

    assert telling_operations.tell_of_changes() == 2
    assert telling_operations.tell_of_changes() == 0

    first, _queue, off, off_waiting = _letters()
    assert [each.kind for each in (off, off_waiting)] == ["visit_off", "visit_off"]
    method, sequence, status = _entry(off)
    assert (method, status) == ("CANCEL", "CANCELLED") and sequence > _entry(first)[1]
    assert not re.search("^ATTENDEE", off.calendar, re.MULTILINE)
    assert off_waiting.calendar is None
    assert ["Mã QR" in each.text_body for each in (off, off_waiting)] == [True, False]
    claimable = set(db.session.scalars(sa.select(Delivery.id).where(_due())))
    assert {off.id, off_waiting.id} <= claimable, "the end of the event does not hold its news back"


def _due():
    now = clock.now()
    return is_due(now, now.timestamp())


def test_nobody_hears_of_what_has_begun_or_of_words_alone(fair):
    visit = fair.register(email="a@xem.example.vn")
    operations.edit_open_doors(fair.doors, {"title": "Hội chợ số"}, by=None)
    events.edit_sitting(fair.sitting, {"arrival_minutes": 20}, by=None)
    assert telling_operations.tell_of_changes() == 0

    fair.sitting.starts_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    events.cancel_event(fair.event, by=None)

    assert telling_operations.tell_of_changes() == 0
    assert [each.kind for each in _letters()] == ["visit"] and visit.changes == 0


def test_who_cancelled_or_was_cancelled_hears_no_more_but_has_it_out_of_the_calendar(fair):
    own, other = fair.register(email="a@xem.example.vn"), fair.register(email="b@xem.example.vn")
    operations.cancel(own)
    operations.cancel(other, reason="Khu trưng bày phải sửa chữa", by=None)
    _move(fair, 2)

    assert telling_operations.tell_of_changes() == 0
    last = _letters()[-1]
    assert (last.kind, _entry(last)[0]) == ("visit_cancelled", "CANCEL")
    assert _entry(last)[1] > _entry(_letters()[1])[1]


def test_who_gave_only_a_telephone_is_phoned_and_ticked_off(signed_in, fair):
    visit = fair.register("Trần Thị Gọi")
    page = f"/events/{fair.event.slug}/open-doors/{fair.doors.number}"
    assert "Cần gọi điện báo" not in signed_in.get(page).text
    sites.edit_site(fair.main, {"hall": "Nhà văn hóa lao động"}, by=None)

    assert telling_operations.tell_of_changes() == 0
    asked = signed_in.get(page)
    assert "Cần gọi điện báo" in asked.text
    done = signed_in.submit(asked.form("/called"))

    assert "Cần gọi điện báo" not in done.text
    db.session.refresh(visit)
    assert visit.changes == 1


def test_many_are_told_in_slices_and_nobody_twice(fair, monkeypatch):
    operations.edit_open_doors(fair.doors, {"capacity": None}, by=None)
    for number in range(5):
        fair.register(email=f"nguoi{number}@xem.example.vn")
    monkeypatch.setattr(telling_operations, "AT_ONCE", 2)
    sites.edit_site(fair.main, {"hall": "Nhà văn hóa lao động"}, by=None)

    assert telling_operations.tell_of_changes() == 5
    assert len({each.recipient for each in _letters()[5:]}) == 5
