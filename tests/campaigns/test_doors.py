"""Fairs that everybody may come to: doors opened with one press, and how many came through them."""

from datetime import date, time
from uuid import uuid4

import pytest

from eventsvc import clock
from eventsvc.campaigns import activity_operations as activities
from eventsvc.campaigns import activity_queries, door_operations, door_queries
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns.activity_models import ActivityKind
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.events.models import LegalBasis
from eventsvc.visitors import operations as visitors
from eventsvc.visitors import tally_operations
from eventsvc.visitors.operations import Registrant
from tests import factories
from tests.campaigns import roadshows
from tests.databases import ON_SQLITE

THIS_YEAR = {"window_start": date(2098, 9, 1), "window_end": date(2098, 9, 30), "window_text": "Tháng 9/2098"}


@pytest.fixture
def campaign(app):
    event = roadshows.campaign(**THIS_YEAR)
    events.set_data_notice(
        event, purpose="Đón khách", legal_basis=LegalBasis.STATE_FUNCTION, controller="Sở TTTT",
        kept_until=date(2099, 1, 1), by=None,
    )  # fmt: skip
    return event


@pytest.fixture
def parts(campaign):
    """Both clusters with an event of two days each."""
    first, second, _finale = roadshows.clusters(campaign)
    return [
        roadshow.make_event(roadshows.stop(cluster, date(2098, 9, day)), by=None)
        for cluster, day in ((first, 4), (second, 11))
    ]


def fair(event, name="Hội chợ ẩm thực", **more):
    return activities.add_activity(event, name=name, kind=ActivityKind.EXHIBIT, by=None, **more)


def test_one_press_opens_the_doors_at_every_sitting_and_twice_makes_nothing_twice(campaign, parts):
    food = fair(campaign)
    books = fair(campaign, name="Không gian sách " * 20, starts_on=date(2098, 9, 5))

    made = door_operations.open_doors(food, parts, capacity=50, by=None)
    again = door_operations.open_doors(food, parts, by=None)

    assert (made, again) == (4, 0)
    doors = door_queries.doors_of(food)
    assert {(each.title, each.capacity) for each in doors} == {("Hội chợ ẩm thực", 50)}
    days = [clock.local(each.sitting.starts_at).day for each in doors]
    assert days == [4, 5, 11, 12]
    assert [each.event for each in doors] == [parts[0], parts[0], parts[1], parts[1]]
    assert door_operations.open_doors(books, parts[:1], by=None) == 1  # the second day alone
    assert len(door_queries.doors_of(books)[0].title) <= 200


def test_who_came_through_the_doors_counts_until_somebody_types_a_figure(campaign, parts):
    food, books = fair(campaign), fair(campaign, name="Không gian sách")
    for activity in (food, books):
        door_operations.open_doors(activity, parts[:1], by=None)
    doors = door_queries.doors_of(food)[0]
    someone = Registrant("Nguyễn Thị Khách", email="khach@example.vn")
    visitors.register(doors, someone)
    user = factories.user()
    for people in (5, 5, -1):
        tally_operations.tap(doors, people, tally_id=uuid4(), by=user)

    figures = activity_queries.figures(campaign)

    assert (figures.doors.registered, figures.doors.counted, figures.visitors) == (1, 9, 9)
    activities.report_activity(food, state=food.state, visitors=240, by=None)
    assert activity_queries.figures(campaign).visitors == 240


def test_doors_are_opened_for_nothing_that_is_not_for_everybody(campaign, parts):
    drill = activities.add_activity(campaign, name="Diễn tập", kind=ActivityKind.DRILL, by=None)
    late = fair(campaign, starts_on=date(2098, 9, 20))
    elsewhere = roadshows.campaign()
    for activity, where in ((drill, parts), (fair(campaign), []), (late, parts), (fair(elsewhere), parts)):
        with pytest.raises(DomainError):
            door_operations.open_doors(activity, where, by=None)
    assert activity_queries.figures(campaign).doors.registered == 0


@ON_SQLITE
def test_an_organizer_opens_a_fair_and_everybody_finds_the_page_to_register_on(campaign, parts, client):
    food = fair(campaign, opens=time(8))
    client.sign_in(factories.organizer(organization=campaign.host))
    address = f"/events/{campaign.slug}/activities/{food.id}"

    page = client.submit(
        client.get(address).form("/doors"), {"part": str(parts[1].id), "capacity": "0"}, status=422
    )
    page = client.submit(page.form("/doors"), {"part": str(parts[1].id), "capacity": "30"})

    first = door_queries.doors_of(food)[0]
    public = f"/p/{parts[1].slug}/visit/{first.number}"
    assert (
        public in page.links() and f"/events/{parts[1].slug}/open-doors/{first.number}/count" in page.links()
    )
    assert "0/30" in page.text
    page = client.get(public)
    client.submit(page.form(), {"full_name": "Trần Văn Khách", "phone": "0501 000 321", "agrees": "y"})
    assert "1/30" in client.get(address).text
    assert public in client.get(f"/p/{campaign.slug}").links()
    viewer = factories.user()
    factories.accounts.grant(viewer, factories.Role.VIEWER, event_id=campaign.id)
    page = client.sign_in(viewer).get(address)
    assert "1/30" in page.text and not page.html.xpath("//main//form")
    assert clock.local(first.sitting.starts_at).date() == date(2098, 9, 11)
