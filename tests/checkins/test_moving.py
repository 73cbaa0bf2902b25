"""People who leave and come again, who come without an invitation, and devices that have hours."""

from datetime import timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins import operations, queries, verification_queries
from eventsvc.checkins.models import CaseKind, Profile, QuarantinedScan, ReviewCase, Scan
from eventsvc.db import atomic, db
from eventsvc.events.sitting_rules import Doors
from eventsvc.guests.models import Guest
from tests import factories
from tests.checkins.conftest import scan


def send(device, *batch):
    return operations.record_scans(device, list(batch), device_clock=clock.now())


def outcomes(results):
    return [result["outcome"] for result in results]


def test_whoever_has_left_is_let_in_again_and_counts_once(hall):
    device, code = hall.device(), hall.code(hall.minh)

    results = send(
        device,
        scan(code, minutes_ago=30),
        scan(code, minutes_ago=20, kind="exit"),
        scan(code, minutes_ago=10),
        scan(code, minutes_ago=5),
    )

    assert outcomes(results) == ["admitted", "exited", "admitted", "repeat"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert queries.inside_counts(hall.sitting) == {hall.main.id: 1}


def test_inside_now_is_who_came_and_has_not_left_in_whatever_order_it_is_told(hall):
    device, minh, hoa = hall.device(), hall.code(hall.minh), hall.code(hall.hoa)

    send(device, scan(hoa, minutes_ago=8))
    send(device, scan(minh, minutes_ago=2, kind="exit"))
    send(device, scan(minh, minutes_ago=9))

    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}
    assert queries.inside_counts(hall.sitting) == {hall.main.id: 1}


def test_an_exit_that_was_undone_never_happened(hall):
    head, code = hall.device(profile=Profile.SUPERVISOR), hall.code(hall.minh)
    out = scan(code, minutes_ago=5, kind="exit")

    send(head, scan(code, minutes_ago=9), out, scan(None, kind="annul", annuls=out["scan_id"], reason="Nhầm"))

    assert queries.inside_counts(hall.sitting) == {hall.main.id: 1}
    assert outcomes(send(head, scan(code))) == ["repeat"]


def test_who_leaves_one_hall_and_enters_another_is_nobodys_case(hall):
    code = hall.code(hall.minh)
    send(hall.device(), scan(code, minutes_ago=30), scan(code, minutes_ago=20, kind="exit"))

    send(
        hall.device(hall.school, profile=Profile.SEARCH),
        scan(code, site=hall.school.code, mode="manual", reason="Đổi điểm cầu"),
    )

    assert db.session.scalar(sa.select(sa.func.count(ReviewCase.id))) == 0
    assert queries.inside_counts(hall.sitting) == {hall.school.id: 1}
    assert verification_queries.breaches(hall.event) == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_an_exit_undone_between_two_halls_is_a_case_whatever_came_first(hall, order):
    here = hall.device(profile=Profile.SUPERVISOR)
    there, code = hall.device(hall.school, profile=Profile.SEARCH), hall.code(hall.minh)
    out = scan(code, minutes_ago=20, kind="exit")
    moves = [
        (here, scan(code, minutes_ago=30)),
        (here, out),
        (here, scan(None, kind="annul", annuls=out["scan_id"], reason="Nhầm người", minutes_ago=5)),
        (there, scan(code, minutes_ago=10, site=hall.school.code, mode="manual", reason="Đổi điểm cầu")),
    ]

    for number in order:
        send(*moves[number])

    kinds = db.session.scalars(sa.select(ReviewCase.kind)).all()
    assert kinds == [CaseKind.CROSS_SITE]
    assert verification_queries.breaches(hall.event) == []


def test_who_comes_without_an_invitation_is_put_on_the_list_once(hall):
    device = hall.device(profile=Profile.SEARCH)
    walk_in = scan(
        None, mode="manual", name="  Phạm Văn Bảy ", organization="Báo Mẫu", reason="Khách của ông Minh"
    )

    [first], [again] = send(device, walk_in), send(device, walk_in)

    assert (first["status"], first["outcome"], again["status"]) == ("stored", "admitted", "replay")
    assert again["guest"] == first["guest"]
    assert (first["guest"]["name"], first["guest"]["organization"]) == ("Phạm Văn Bảy", "Báo Mẫu")
    [guest] = db.session.scalars(sa.select(Guest).where(Guest.is_walk_in)).all()
    assert (guest.site_id, guest.note, guest.person.host_id) == (
        hall.main.id,
        "Khách của ông Minh",
        hall.event.host_id,
    )
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert verification_queries.breaches(hall.event) == []


def test_a_device_that_only_scans_adds_nobody(hall):
    [result] = send(hall.device(), scan(None, mode="manual", name="Phạm Văn Bảy"))

    assert result["status"] == "quarantined"
    assert db.session.scalar(sa.select(QuarantinedScan.reason)) == "not_allowed"
    assert db.session.scalar(sa.select(sa.func.count(Guest.id)).where(Guest.is_walk_in)) == 0


def test_a_device_lets_nobody_in_outside_of_its_hours_and_learns_no_name(hall):
    device, code = hall.device(), hall.code(hall.minh)
    with atomic():
        device.opens_at = clock.now() + timedelta(minutes=10)

    [early] = send(device, scan(code))
    with atomic():
        device.opens_at, device.closes_at = None, clock.now() - timedelta(minutes=1)
    [late, queued] = send(device, scan(code), scan(code, minutes_ago=5))

    assert outcomes([early, late, queued]) == ["not_yet", "not_yet", "admitted"]
    assert not any("guest" in result or "first" in result for result in (early, late, queued))
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_the_hours_of_an_enrolment_become_those_of_the_device(hall):
    opens = clock.now() + timedelta(hours=1)
    _row, token = operations.create_enrolment(
        hall.event, site=hall.main, name="Cửa 1", hours=Doors(opens, None), by=None
    )

    device, _secret = operations.enrol(token)

    assert (device.opens_at, device.closes_at) == (opens, None)


def test_a_time_before_the_list_was_handed_out_is_moved_to_it(hall):
    device, code = hall.device(), hall.code(hall.minh)
    issued = clock.now() - timedelta(minutes=10)
    bundle = f"0a1b2c.{int(issued.timestamp() * 1000)}"

    [result] = send(device, scan(code, minutes_ago=90, bundle=bundle))

    stored = db.session.scalar(sa.select(Scan.effective_at))
    assert abs(stored - issued) < timedelta(seconds=1)
    assert result["flags"] == ["clock_suspect"]


def test_a_settled_case_is_open_again_at_a_third_site_and_not_for_another_look(hall):
    third, code = factories.site(hall.event), hall.code(hall.minh)
    here, there = hall.device(), hall.device(hall.school)
    send(here, scan(code, minutes_ago=9))
    send(there, scan(code, minutes_ago=8, site=hall.school.code))
    with atomic():
        db.session.execute(sa.update(ReviewCase).values(settled_at=clock.now(), settlement="Cùng một người"))

    send(here, scan(code, minutes_ago=7))
    assert db.session.scalar(sa.select(ReviewCase.settled_at)) is not None
    send(hall.device(third), scan(code, minutes_ago=6, site=third.code))

    [case] = db.session.scalars(sa.select(ReviewCase).execution_options(populate_existing=True)).all()
    assert (case.settled_at, case.settlement) == (None, None)


def test_whoever_a_door_without_network_let_in_stays_in_though_expected_elsewhere_by_now(hall):
    device, code = hall.device(), hall.code(hall.minh)
    let_in = scan(code, minutes_ago=5, decision="admitted")
    with atomic():
        hall.minh.site_id = hall.school.id

    assert outcomes(send(device, let_in)) == ["admitted"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert verification_queries.breaches(hall.event) == []


def test_a_set_clock_is_a_case_though_nobody_has_the_codes(hall):
    first = scan("x", minutes_ago=50, boot_id="b", mono_ms=1000)
    second = scan("y", minutes_ago=2, boot_id="b", mono_ms=61_000)

    send(hall.device(), first, second)

    assert db.session.scalars(sa.select(ReviewCase.kind)).all() == [CaseKind.CLOCK_JUMP]


def test_a_revoked_device_does_not_fill_the_shelf_of_what_is_put_aside(hall):
    device = hall.device()
    operations.revoke_device(device, by=None)

    for _round in range(2):
        send(device, *(scan("x") for _number in range(200)))
    with pytest.raises(operations.TooManyUnknown):
        send(device, scan("x"))

    kept = db.session.execute(sa.select(sa.func.count(), sa.func.min(QuarantinedScan.site_id))).one()
    assert tuple(kept) == (400, hall.main.id)
