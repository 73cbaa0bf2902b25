"""The calendar of a site shows its link tests and rehearsals; the coordinator makes it from the site's own link."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock, ical
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.feeds import operations as feeds
from eventsvc.feeds import queries as feed_queries
from eventsvc.feeds.models import FeedKind
from eventsvc.link_tests import entries, operations
from eventsvc.link_tests.models import LinkTestKind
from eventsvc.sites import link_operations, link_queries, reporter
from tests.calendars import agreed
from tests.link_tests import scenes
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
LINK = "//a[starts-with(@href, 'webcal:')]"


@pytest.fixture
def event(app):
    return scenes.ready_event()


@pytest.fixture
def site(event):
    made = scenes.sites(event, 1)[0]
    link_operations.make_links(event, [made], by=None)
    return made


def page_of(site) -> str:
    return f"/s/{link_queries.link_of(site).rpartition('/')[2]}/feed"


def subscribe(client, site) -> str:
    """The address of the calendar that the coordinator makes."""
    page = client.submit(client.get(page_of(site)).form("/feed"))
    return "/calendar/" + page.html.xpath(LINK)[0].get("href").rpartition("/")[2]


def seen(client, url) -> dict[str, tuple]:
    """The entries that four parsers see alike, by what they are called."""
    facts = agreed(client.http.get(url).data)
    assert facts["method"] == "PUBLISH"
    return {
        entry["summary"].partition(" – ")[0]: (entry["status"], entry["sequence"])
        for entry in facts["events"]
    }


def test_link_tests_stand_in_it_and_stay_when_they_are_called_off(client, event, site):
    test = scenes.link_test(event, [site])
    rehearsal = scenes.link_test(event, [site], LinkTestKind.REHEARSAL, title="Tổng duyệt")
    scenes.link_test(event, [scenes.by_code(event, "536")], title="Của điểm cầu khác")
    url = subscribe(client, site)
    sitting = event.short_title
    assert seen(client, url) == {
        sitting: ("CONFIRMED", event.sittings[0].sequence),
        test.title: ("CONFIRMED", 0),
        "Tổng duyệt": ("CONFIRMED", 0),
    }

    operations.edit_link_test(test, {"video_link": "https://hop.example.vn/2"}, by=None)
    operations.cancel_link_test(rehearsal, by=None)
    assert seen(client, url)[test.title] == ("CONFIRMED", 1)
    assert seen(client, url)["Tổng duyệt"] == ("CANCELLED", 1)
    operations.take_off(scenes.of(test, site), by=None)
    assert seen(client, url)[test.title] == ("CANCELLED", 2)


def test_the_cancelling_of_the_event_counts_at_once(client, event, site):
    test = scenes.link_test(event, [site])
    url = subscribe(client, site)
    events.cancel_event(event, by=None)

    assert seen(client, url)[test.title] == ("CANCELLED", 1)


def test_it_is_the_entry_of_the_letter_and_names_nobody(client, event, site):
    test = scenes.link_test(event, [site])
    operations.accept(scenes.of(test, site), reporter.of_site(site))
    body = ical.unfold(client.http.get(subscribe(client, site)).data)
    mailed = entries.entry(scenes.of(test, site), sender="a@b.example.vn", attendee=("A", "c@d.example.vn"))

    assert f"UID:{mailed.uid}\r\nSEQUENCE:{mailed.sequence}\r\n" in body
    assert scenes.ADDRESS in body
    hidden = ["ATTENDEE", "/s/", site.contact_email, site.contact_name, "VNPT", "050 255"]
    assert [words for words in hidden if words in body] == []


def test_an_unchanged_calendar_is_byte_equal_and_answers_304(client, event, site):
    scenes.link_test(event, [site])
    url = subscribe(client, site)
    first = client.http.get(url)
    with time_machine.travel(clock.now() + timedelta(minutes=30), tick=False):
        second = client.http.get(url)
        third = client.http.get(url, headers={"If-None-Match": first.headers["ETag"]})

        assert first.data == second.data and first.headers["ETag"] == second.headers["ETag"]
        assert (third.status_code, third.data) == (304, b"")
        operations.accept(
            scenes.of(db.session.scalar(sa.select(operations.LinkTest)), site), reporter.of_site(site)
        )
        assert client.http.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        scenes.link_test(event, [site], title="Thêm")
        changed = client.http.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_a_new_coordinator_ends_the_calendar_of_the_old_one_but_not_the_organizers(client, event, site):
    _feed, token = feeds.create_feed(event, kind=FeedKind.SITE, name="Huyện", site=site, by=None)
    old = subscribe(client, site)
    assert [feed.name for feed in feed_queries.feeds_of(event)] == ["Huyện"]
    assert feed_queries.made_by_invitees(event) == {FeedKind.SITE: 1}
    before = page_of(site)
    link_operations.renew_link(site, by=None)

    assert client.http.get(old).status_code == 404
    assert client.http.get(f"/calendar/{token}.ics").status_code == 200
    client.get(before, status=404)
    fresh = subscribe(client, site)
    assert client.http.get(fresh).status_code == 200
    link_operations.revoke_link(site, by=None)
    assert client.http.get(fresh).status_code == 404


def test_a_second_address_ends_the_first_and_stopping_ends_all(client, event, site):
    first, second = subscribe(client, site), subscribe(client, site)
    assert [client.http.get(url).status_code for url in (first, second)] == [404, 200]

    client.submit(client.get(page_of(site)).form("/stop"))

    assert client.http.get(second).status_code == 404


def test_a_link_that_is_none_or_has_expired_makes_no_calendar(client, event, site):
    url = page_of(site)
    client.get("/s/khong-co/feed", status=404)
    with time_machine.travel(link_queries.expires_at(event) + timedelta(minutes=1), tick=False):
        assert client.http.get(url).status_code == 410


def test_it_costs_the_same_for_1_and_for_20_link_tests(client, event, site):
    url, costs = subscribe(client, site), []
    for number in (1, 19):
        for _each in range(number):
            scenes.link_test(event, [site])
        db.session.expire_all()
        with counted() as count:
            client.http.get(url)
        costs.append(count.number)

    assert costs[0] == costs[1]


def test_the_page_of_the_site_leads_to_its_calendar(client, event, site):
    home = page_of(site).removesuffix("/feed")

    assert page_of(site) in client.get(home).links()
