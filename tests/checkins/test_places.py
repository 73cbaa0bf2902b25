"""Where a device may act: its own site, the one where it stood, and nothing it undoes elsewhere."""

from datetime import timedelta
from itertools import permutations

import pytest

from eventsvc import clock
from eventsvc.checkins import device_operations, operations, queries, verification_queries
from eventsvc.checkins.models import Device, Profile
from eventsvc.db import atomic, db
from tests.checkins.conftest import scan
from tests.queries import counted


def send(device, *batch):
    door = operations.door_of(db.session.get_one(Device, device.id))
    return operations.record_scans(door, list(batch), device_clock=clock.now())


def move(device, site):
    told = {name: getattr(device, name) for name in ("name", "profile", "opens_at", "closes_at")}
    device_operations.edit_device(device, {**told, "site": site}, version=device.version, by=None)


def heads(hall):
    return queries.head_counts(hall.event, hall.sitting)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_head_of_door_undoes_nothing_of_another_site_whatever_comes_first(hall, order):
    """Two undo the entry of the school before or after it arrives: one of the main hall, then one of the school."""
    entry = scan(hall.code(hall.tam), site=hall.school.code, minutes_ago=20)
    there = hall.device(hall.school)
    moves = [
        (there, entry),
        (hall.device(profile=Profile.SUPERVISOR), undoing(entry, "main")),
        (hall.device(profile=Profile.SUPERVISOR), undoing(entry, "main")),
    ]

    for number in order:
        send(*moves[number])

    assert heads(hall) == {hall.school.id: 1}
    assert queries.inside_counts(hall.sitting) == {hall.school.id: 1}
    assert [one["outcome"] for one in send(there, scan(hall.code(hall.tam), site=hall.school.code))] == [
        "repeat"
    ]
    assert verification_queries.breaches(hall.event) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_a_head_of_door_undoes_what_is_of_its_site_whatever_comes_first(hall, is_first):
    entry = scan(hall.code(hall.tam), site=hall.school.code, minutes_ago=20)
    moves = [
        (hall.device(hall.school), entry),
        (hall.device(hall.school, profile=Profile.SUPERVISOR), undoing(entry, hall.school.code)),
    ]

    for device, made in moves[::-1] if is_first else moves:
        send(device, made)

    assert heads(hall) == {}
    assert verification_queries.breaches(hall.event) == []


def undoing(entry, site):
    return scan(None, site=site, kind="annul", annuls=entry["scan_id"], reason="Nhầm người", minutes_ago=5)


def test_an_annulment_in_the_name_of_another_site_is_put_aside(hall):
    entry = scan(hall.code(hall.tam), site=hall.school.code, minutes_ago=20)
    head = hall.device(profile=Profile.SUPERVISOR)

    [result] = send(head, undoing(entry, hall.school.code))

    assert result["status"] == "quarantined"


def test_an_exit_undone_from_elsewhere_still_ended_the_stay(hall):
    out = scan(hall.code(hall.minh), kind="exit", minutes_ago=10)
    send(hall.device(hall.school, profile=Profile.SUPERVISOR), undoing(out, hall.school.code))

    send(hall.device(), scan(hall.code(hall.minh), minutes_ago=30), out)

    assert queries.inside_counts(hall.sitting) == {}
    assert verification_queries.breaches(hall.event) == []


def test_a_device_of_every_site_undoes_wherever_it_was(hall):
    entry = scan(hall.code(hall.tam), site=hall.school.code, minutes_ago=20)
    _row, token = operations.create_enrolment(
        hall.event, site=None, name="Tổ trưởng", profile=Profile.SUPERVISOR, by=None
    )
    head, _secret = operations.enrol(token)
    send(head, undoing(entry, "main"))

    send(hall.device(hall.school), entry)

    assert heads(hall) == {}
    assert verification_queries.breaches(hall.event) == []


def test_what_a_moved_device_still_holds_counts_where_it_was_made(hall):
    device = hall.device(hall.school)
    listed = int((clock.now() - timedelta(hours=1)).timestamp() * 1000)
    with_list = scan(
        hall.code(hall.tam), site=hall.school.code, minutes_ago=9, bundle=f"v.{listed}", decision="admitted"
    )
    without = scan(hall.code(hall.minh), site=hall.school.code, minutes_ago=8, decision="admitted")
    move(device, hall.main)

    results = send(device, with_list, without)

    assert [one["outcome"] for one in results] == ["admitted", "admitted"]
    assert [one["flags"] for one in results] == [[], []]
    assert not any("guest" in one for one in results), "names of a site it is not at any more"
    assert heads(hall) == {hall.school.id: 2}
    assert verification_queries.breaches(hall.event) == []


def test_a_moved_device_does_not_act_for_its_old_site_any_more(hall):
    device = hall.device(hall.school)
    move(device, hall.main)
    listed = int((clock.now() + timedelta(seconds=1)).timestamp() * 1000)

    results = send(
        device,
        scan(hall.code(hall.tam), site=hall.school.code),
        scan(hall.code(hall.tam), site=hall.school.code, bundle=f"v.{listed}"),
        scan(hall.code(hall.minh)),
    )

    assert [one["outcome"] for one in results] == ["other_site", "other_site", "admitted"]
    assert [one["flags"] for one in results] == [["attention"], ["attention"], []]
    assert verification_queries.breaches(hall.event) == []


def test_what_a_moved_device_has_delivered_before_is_sound(hall):
    device = hall.device(hall.school)
    send(device, scan(hall.code(hall.tam), site=hall.school.code), scan(hall.code(hall.minh), site="main"))
    move(device, hall.main)
    move(device, None)

    assert verification_queries.breaches(hall.event) == []


def test_only_scans_of_another_place_cost_a_look_at_former_ones(hall):
    device, tam, hoa = hall.device(), hall.code(hall.tam), hall.code(hall.hoa)
    send(device, scan(hall.code(hall.minh)))
    door, elsewhere = operations.door_of(device), hall.school.code
    with counted() as own:
        operations.record_scans(door, [scan(tam)])
    with counted() as foreign:
        operations.record_scans(door, [scan(hoa, site=elsewhere)])

    assert foreign.number == own.number + 1


def test_an_exit_outside_of_the_hours_of_the_device_is_none(hall):
    device = hall.device()
    send(device, scan(hall.code(hall.minh), minutes_ago=30))
    with atomic():
        device.closes_at = clock.now() - timedelta(minutes=10)

    [during] = send(device, scan(hall.code(hall.hoa), kind="exit", minutes_ago=20))
    [after] = send(device, scan(hall.code(hall.minh), kind="exit"))

    assert (during["outcome"], after["outcome"]) == ("exited", "not_yet")
    assert queries.inside_counts(hall.sitting) == {hall.main.id: 1}
    assert "guest" not in after
    assert verification_queries.breaches(hall.event) == []
