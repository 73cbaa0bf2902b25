"""Committees with dated members, invited as a whole."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import db
from eventsvc.guests.models import Guest
from eventsvc.nominations import body_operations as inviting
from eventsvc.people import body_operations as bodies
from eventsvc.people.body_operations import Seat
from eventsvc.people.models import BodyMember, Person
from tests import factories
from tests.nominations.asking import person, ready_event

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def _body(event, name="Ban Chỉ đạo Chuyển đổi số tỉnh"):
    return bodies.add_body(event.host_id, name=name, by=None)


def test_the_members_of_the_events_day_are_put_on_the_list_once_and_the_others_named(app, organizer):
    event = ready_event()
    day = clock.local(event.starts_at).date()
    body = _body(event)
    for name, seat in (
        ("Nguyễn Văn An", Seat("Trưởng ban")),
        ("Trần Thị Bích", Seat(None, day, day)),
        ("Lê Văn Cường", Seat(None, date(2020, 1, 1), day - timedelta(days=1))),
        ("Phạm Thị Dung", Seat(None, day + timedelta(days=1))),
    ):
        bodies.add_member(body, person(name), seat, by=organizer)
    hall = factories.site_of(event, "main")

    first = inviting.invite_body(event, body, site=hall, by=organizer)
    again = inviting.invite_body(event, body, site=hall, by=organizer)

    assert (first.added, first.left, first.not_yet) == (2, ["Lê Văn Cường"], ["Phạm Thị Dung"])
    assert (again.added, again.present) == (0, 2)
    people = {row.person_id for row in db.session.scalars(sa.select(BodyMember))}
    assert {row.person_id for row in db.session.scalars(sa.select(Guest))} < people


@SQLITE
def test_one_person_in_two_bodies_is_one_guest(app, organizer):
    event = ready_event()
    hall = factories.site_of(event, "main")
    for name in ("Ban Chỉ đạo", "Tổ giúp việc"):
        body = _body(event, name)
        bodies.add_member(body, person("Nguyễn Văn An", "+84501000001"), Seat(), by=organizer)
        inviting.invite_body(event, body, site=hall, by=organizer)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 1


@SQLITE
def test_nobody_holds_two_seats_on_one_day_but_may_come_back(app, organizer):
    body = _body(ready_event())
    an = person("Nguyễn Văn An", "+84501000001")
    bodies.add_member(body, an, Seat(None, date(2022, 1, 1), date(2022, 12, 31)), by=organizer)

    with pytest.raises(bodies.MemberThere):
        bodies.add_member(body, an, Seat(None, date(2022, 12, 31)), by=organizer)
    bodies.add_member(body, an, Seat(None, date(2024, 1, 1)), by=organizer)

    assert len(body.members) == 2


@SQLITE
def test_the_pages_of_a_body_from_its_name_to_the_guest_list(app, signed_in):
    event = ready_event()
    url = f"/events/{event.slug}/bodies"

    page = signed_in.submit(signed_in.get(url).form(), {"name": "Ban Chỉ đạo"})
    page = signed_in.submit(page.form("/members"), {"full_name": "Nguyễn Văn An", "role": "Trưởng ban"})
    member = next(link for link in page.links() if "/members/" in link)
    page = signed_in.submit(signed_in.get(member).form(), {"position": "Chủ tịch UBND tỉnh"})
    hall = factories.site_of(event, "main")
    page = signed_in.submit(page.form("/invite"), {"site": str(hall.id)})

    assert page.flashes == ["Đã đưa 1 thành viên vào danh sách khách mời."]
    guest = db.session.scalar(sa.select(Guest))
    assert (guest.person.full_name, guest.person.position) == ("Nguyễn Văn An", "Chủ tịch UBND tỉnh")
    assert signed_in.post(url, {"name": "BAN CHỈ ĐẠO"}, status=422).errors
    assert signed_in.submit(
        signed_in.get(member).form(), {"member_from": "2024-02-01", "member_until": "2024-01-01"}, status=422
    ).errors
