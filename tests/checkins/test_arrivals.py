"""Arrivals of chosen ranks: who is announced, where they stand on reception's page, who has greeted them."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import arrival_operations, arrival_queries, operations
from eventsvc.checkins.attendance_models import Greeting
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic, db
from eventsvc.guests import rank_operations as ranks
from eventsvc.guests.rank_operations import RankRules
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Answer
from eventsvc.reception import operations as reception
from eventsvc.web import snapshots
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient
from tests.queries import counted


@pytest.fixture
def leaders(hall):
    """The rank that is announced; Minh is of it."""
    snapshots.forget()
    rank = ranks.add_rank(hall.event, name="Lãnh đạo tỉnh", rules=RankRules(announces_arrival=True), by=None)
    with atomic():
        hall.minh.own_rank = rank
        hall.minh.seat = "A1"
    return rank


@pytest.fixture
def receptionist(app, hall):
    user = factories.user("letan@quangngai.example.vn", name="Phạm Thị Lễ")
    accounts.grant(user, Role.RECEPTION, event_id=hall.event.id)
    return PageClient(app).sign_in(user)


def arrive(hall, guest, site=None, minutes_ago=0):
    site = site or hall.main
    device = hall.device(site, name="Cửa chính")
    operations.record_scans(
        device, [scan(hall.code(guest), site=site.code, minutes_ago=minutes_ago)], device_clock=clock.now()
    )


def at(hall, path=""):
    return f"/events/{hall.event.slug}/arrivals{path}"


def names(people):
    return [each.full_name for each in people]


def shown(hall, site_ids=None):
    return arrival_queries.arrivals(hall.event, hall.sitting, site_ids)


def test_only_those_of_announced_ranks_are_shown(hall, leaders):
    with atomic():
        hall.tam.own_rank = ranks.add_rank(hall.event, name="Đại biểu", by=None)
    arrive(hall, hall.minh)
    arrive(hall, hall.hoa)

    assert names(shown(hall).everybody) == ["Nguyễn Văn Minh"]


def test_the_rank_of_the_group_announces_unless_the_guest_has_an_own_one(hall, leaders):
    group = factories.group(hall.event)
    with atomic():
        group.rank_id = leaders.id
        hall.hoa.group = hall.tam.group = group
        hall.tam.own_rank = ranks.add_rank(hall.event, name="Đại biểu", by=None)

    assert set(names(shown(hall).expected)) == {"Nguyễn Văn Minh", "Trần Thị Hoa"}


def test_who_came_last_stands_first_and_who_is_greeted_leaves_the_top(hall, leaders):
    with atomic():
        hall.hoa.own_rank = leaders
    arrive(hall, hall.hoa, minutes_ago=9)
    arrive(hall, hall.minh, minutes_ago=5)
    user = factories.user()

    before = shown(hall)
    arrival_operations.greet(hall.minh, hall.sitting, by=user)
    after = shown(hall)

    assert names(before.waiting) == ["Nguyễn Văn Minh", "Trần Thị Hoa"]
    assert (names(after.waiting), names(after.greeted)) == (["Trần Thị Hoa"], ["Nguyễn Văn Minh"])
    assert after.greeted[0].met.by_name == user.name


def test_an_arrival_says_where_when_and_by_which_door_the_first_entry_was(hall, leaders):
    arrive(hall, hall.minh, minutes_ago=20)
    arrive(hall, hall.minh, minutes_ago=5)

    [arrival] = shown(hall).waiting

    assert (arrival.site, arrival.door, arrival.seat) == (hall.main.name, "Cửa chính", "A1")
    assert abs(arrival.at - (clock.now() - timedelta(minutes=20))) < timedelta(seconds=30)


def test_the_delegation_says_who_receives_them_where_and_in_what(hall, leaders, receptionist):
    delegation = reception.add_delegation(
        hall.event,
        {
            "site_id": hall.main.id,
            "name": "Đoàn Sở Y tế",
            "arrives_at": clock.now() + timedelta(minutes=10),
            "arrival_point": "Sảnh A",
            "vehicle": "Xe 7 chỗ",
            "plate": "76A-000.01",
            "greeter_name": "Võ Thị Đón",
        },
        by=None,
    )
    reception.add_member(delegation, hall.minh, by=None)

    text = receptionist.get(at(hall)).text

    for words in ("Đoàn Sở Y tế", "Sảnh A", "Xe 7 chỗ", "76A-000.01", "Võ Thị Đón"):
        assert words in text


def test_an_undone_entry_takes_the_arrival_back(hall, leaders):
    arrive(hall, hall.minh)
    operations.annul_entries(hall.minh, hall.sitting, by=factories.user(), reason="Nhầm người")

    assert (names(shown(hall).waiting), names(shown(hall).expected)) == ([], ["Nguyễn Văn Minh"])


def test_who_has_declined_is_not_expected_but_seen_when_they_come(hall, leaders):
    factories.data_notice(hall.event)
    invitation = invitations.invite_guest(hall.minh, by=None)
    with atomic():
        invitation.answer = Answer.DECLINED
    assert shown(hall).expected == []

    arrive(hall, hall.minh)

    assert names(shown(hall).waiting) == ["Nguyễn Văn Minh"]


def test_the_press_of_a_button_greets_and_says_so(hall, leaders, receptionist):
    arrive(hall, hall.minh)
    page = receptionist.get(at(hall))

    done = receptionist.submit(page.form("/greet"))

    assert done.flashes == ["Đã ghi nhận: đã đón Ông Nguyễn Văn Minh."]
    assert "Không có khách nào đang chờ đón" in done.text
    assert db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == (
        "guest.greeted"
    )


def test_the_second_to_press_is_told_who_was_first(hall, leaders, receptionist, signed_in):
    arrive(hall, hall.minh)
    first, second = receptionist.get(at(hall)).form("/greet"), signed_in.get(at(hall)).form("/greet")
    receptionist.submit(first)

    told = signed_in.submit(second)

    assert told.flashes[0].startswith("Phạm Thị Lễ đã đón Ông Nguyễn Văn Minh lúc ")
    assert db.session.scalar(sa.select(sa.func.count(Greeting.id))) == 1


def test_two_who_press_at_once_leave_one_greeting(hall, leaders, app):
    arrive(hall, hall.minh)
    users = [factories.user(name=f"Lễ tân {number}") for number in (1, 2)]
    guest_id, sitting_id, user_ids = hall.minh.id, hall.sitting.id, [user.id for user in users]
    db.session.remove()
    together, told = threading.Barrier(2), []

    def press(user_id):
        with app.app_context():
            guest, sitting = (
                db.session.get(type(hall.minh), guest_id),
                db.session.get(type(hall.sitting), sitting_id),
            )
            user = db.session.get(type(users[0]), user_id)
            db.session.rollback()
            together.wait(20)
            greeted = arrival_operations.greet(guest, sitting, by=user)
            told.append((greeted.is_new, greeted.greeting.by_name))
            db.session.remove()

    presses = [threading.Thread(target=press, args=(user_id,)) for user_id in user_ids]
    for each in presses:
        each.start()
    for each in presses:
        each.join(30)

    assert sorted(is_new for is_new, _name in told) == [False, True]
    assert len({name for _is_new, name in told}) == 1
    assert db.session.scalar(sa.select(sa.func.count(Greeting.id))) == 1


def test_nobody_is_greeted_before_they_are_in(hall, leaders):
    with pytest.raises(arrival_operations.NotThereYet):
        arrival_operations.greet(hall.minh, hall.sitting, by=factories.user())


def test_who_is_of_no_announced_rank_cannot_be_greeted(hall, leaders, signed_in):
    arrive(hall, hall.minh)
    arrive(hall, hall.hoa)
    form = signed_in.get(at(hall)).form("/greet")
    form.action = at(hall, f"/{hall.hoa.id}/greet")

    signed_in.submit(form, status=404)


def test_reception_of_one_site_sees_its_own_and_who_comes_in_there(hall, leaders):
    with atomic():
        hall.hoa.own_rank = hall.tam.own_rank = leaders
    device = hall.device(hall.school, profile=Profile.SEARCH)
    moved = scan(hall.code(hall.hoa), site=hall.school.code, mode="manual", reason="Đổi điểm cầu")
    operations.record_scans(device, [moved], device_clock=clock.now())

    assert set(names(shown(hall, {hall.school.id}).everybody)) == {"Lê Văn Tám", "Trần Thị Hoa"}
    assert set(names(shown(hall, {hall.main.id}).everybody)) == {"Nguyễn Văn Minh", "Trần Thị Hoa"}


def test_the_fragment_is_told_apart_by_its_tag_and_changes_with_an_arrival(hall, leaders, receptionist):
    first = receptionist.http.get(at(hall, "/fragment"))
    tag = {"If-None-Match": first.headers["ETag"]}
    same = receptionist.http.get(at(hall, "/fragment"), headers=tag)
    arrive(hall, hall.minh)
    snapshots.forget()
    other = receptionist.http.get(at(hall, "/fragment"), headers=tag)

    assert (same.status_code, same.data, other.status_code) == (304, b"", 200)
    assert "data-arrival=" in other.text and "data-arrival=" not in first.text


def test_without_an_announced_rank_the_page_says_where_to_choose_one(hall, signed_in, receptionist):
    assert f"/events/{hall.event.slug}/ranks" in signed_in.get(at(hall)).links()
    page = receptionist.get(at(hall))
    assert "Chưa chọn thứ bậc nào" in page.text
    assert f"/events/{hall.event.slug}/ranks" not in page.links()


def test_a_rank_is_announced_by_a_tick_on_its_page(hall, signed_in):
    rank = ranks.add_rank(hall.event, name="Lãnh đạo tỉnh", by=None)
    address = f"/events/{hall.event.slug}/ranks/{rank.id}"

    signed_in.submit(signed_in.get(address).form(), {"announces_arrival": "y"})

    assert rank.announces_arrival is True
    assert "báo lễ tân" in signed_in.get(f"/events/{hall.event.slug}/ranks").text


def test_arrivals_cost_the_same_for_one_and_for_three(hall, leaders):
    arrive(hall, hall.minh)
    hall.event.id, hall.sitting.starts_at  # noqa: B018  (read again before counting)
    with counted() as few:
        shown(hall)
    with atomic():
        hall.hoa.own_rank = hall.tam.own_rank = leaders
    arrive(hall, hall.hoa)
    hall.event.id, hall.sitting.starts_at  # noqa: B018  (read again before counting)
    with counted() as many:
        assert len(shown(hall).everybody) == 3

    assert (few.number, many.number) == (4, 4)
