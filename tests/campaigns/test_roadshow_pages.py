"""The pages of the route: what is typed, what is refused, and as many queries for 40 stops as for two."""

from datetime import date, time

import pytest
import sqlalchemy as sa

from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.models import Cluster
from eventsvc.campaigns.roadshow_operations import StopDetails
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from tests import factories
from tests.campaigns import roadshows
from tests.databases import ON_SQLITE
from tests.queries import counted

pytestmark = ON_SQLITE


@pytest.fixture
def campaign(app):
    return roadshows.campaign()


@pytest.fixture
def browser(client, campaign):
    return client.sign_in(factories.organizer(organization=campaign.host))


@pytest.fixture
def home(campaign) -> str:
    return f"/events/{campaign.slug}/roadshow"


def _fill(form, **values):
    for name, value in values.items():
        form.fields[name] = value
    return form


def test_plan_004_is_typed_cluster_by_cluster_and_shown(browser, campaign, home):
    page = browser.get(f"{home}/clusters/new")
    form = _fill(page.form(), name="Cụm 1", days="2", host="736", pasted=roadshows.CLUSTER_1)
    browser.submit(form)
    page = browser.get(f"{home}/clusters/new")
    form = _fill(page.form(), name="Cụm 2", days="2", host="737")
    form.fields["participants"] = {"731", "739", "740", "742"}
    page = browser.submit(form)

    text = page.text
    assert "11/11" in text.replace(" ", "")
    assert [len(cluster.units) for cluster in queries.clusters_of(campaign)] == [6, 5]
    first = queries.clusters_of(campaign)[0]
    page = browser.get(f"{home}/clusters/{first.id}/stops/new")
    form = _fill(page.form(), starts_on="2024-09-05", opens="8h", closes="17:00", teams="Đội văn nghệ")
    assert form.fields["name"] == "Cụm 1: UBND huyện Định Quán"
    page = browser.submit(form)
    assert "Thứ Năm" not in page.errors and "Định Quán" in page.text
    (stop,) = queries.stops_of(campaign)
    assert (stop.days, stop.opens, [team.name for team in stop.teams]) == (2, time(8), ["Đội văn nghệ"])


def test_a_unit_of_another_cluster_or_province_is_refused_beside_its_field(browser, campaign, home):
    roadshows.clusters(campaign)
    second = queries.clusters_of(campaign)[1]
    for typed, words in (("UBND huyện Tân Phú", "UBND huyện Tân Phú (Cụm 1)"), ("huyện Ba Tơ", "Quảng Ngãi")):
        form = _fill(browser.get(f"{home}/clusters/{second.id}").form(), pasted=typed)
        page = browser.submit(form, status=422)
        assert words in page.text
        assert page.form().fields["pasted"].strip() == typed
    new = _fill(browser.get(f"{home}/clusters/new").form(), name="Cụm 3", pasted="UBND huyện Tân Phú")
    browser.submit(new, status=422)
    assert len(queries.clusters_of(campaign)) == 3


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts_on": "2024-10-11"}, "10/10/2024"),
        ({"days": "0"}, "từ 1 đến 60"),
        ({"opens": "17:00", "closes": "8:00"}, None),
        ({"capacity": "-1"}, None),
    ],
)
def test_a_stop_that_cannot_be_comes_back_with_a_sentence(browser, campaign, home, typed, words):
    first, *_others = roadshows.clusters(campaign)
    form = _fill(
        browser.get(f"{home}/clusters/{first.id}/stops/new").form(), **({"starts_on": "2024-09-05"} | typed)
    )

    page = browser.submit(form, status=422)

    assert page.errors and (words is None or words in page.text)
    assert queries.stops_of(campaign) == []


def test_a_stop_moves_by_buttons_by_typing_and_never_on_a_stale_page(browser, campaign, home):
    first, *_others = roadshows.clusters(campaign)
    stop = roadshows.stop(first)
    page = browser.get(home)
    later, typed = [f for f in page.html.forms if (f.action or "").endswith(f"/stops/{stop.id}/move")][1:3]

    browser.submit(later)
    assert stop.starts_on == date(2024, 9, 6)
    typed.fields["starts_on"] = "2024-09-20"
    page = browser.submit(typed)  # of the page before the other button
    assert stop.starts_on == date(2024, 9, 6)
    move = {"version": stop.version, "starts_on": "2024-09-07"}
    page = browser.post(f"{home}/stops/{stop.id}/move", move | {"csrf_token": typed.fields["csrf_token"]})
    assert stop.starts_on == date(2024, 9, 7)
    assert any("cuối tuần" in words for words in page.flashes)
    day = page.html.xpath("//td[@data-day='2024-09-07']//*[@data-move]")
    assert [card.get("data-version") for card in day] == [str(stop.version)]


def test_whoever_drags_an_announced_stop_is_asked_first(browser, campaign, home):
    first, *_others = roadshows.clusters(campaign)
    stop = roadshows.stop(first)
    part = roadshow.make_event(stop, by=None)
    events.approve_time(part.sittings[0], by=None)
    drop = {"version": stop.version, "starts_on": "2024-09-12", "from": "strip"}

    page = browser.post(f"{home}/stops/{stop.id}/move", drop)

    assert queries.days_of(stop).starts_on == date(2024, 9, 5)
    assert "1 phiên" in page.text
    page = browser.submit(page.form("/move"))
    assert queries.days_of(stop).starts_on == date(2024, 9, 12)
    assert any("phê duyệt" in words for words in page.flashes)
    events.approve_time(part.sittings[0], by=None)
    form = _fill(browser.get(f"{home}/stops/{stop.id}").form(), starts_on="2024-09-13")
    browser.submit(form, status=422)
    form.fields["is_agreed"] = "y"
    browser.submit(form)
    assert queries.days_of(stop).starts_on == date(2024, 9, 13)


def test_what_every_stop_has_is_typed_and_one_press_makes_all_ready_events(browser, campaign, home):
    first, second, _finale = roadshows.clusters(campaign)
    roadshows.stop(first)
    roadshows.stop(second, date(2024, 9, 12))
    base = f"/events/{campaign.slug}/stop-template"
    form = browser.get(f"{base}/edit").form()
    _fill(
        form,
        **{
            "title": "((theme)) tại ((host))",
            "agenda": "roadshow",
            "sittings-0-day": "1",
            "sittings-0-name": "Khai mạc",
            "sittings-0-starts": "8:00",
            "sittings-0-ends": "11:00",
            "tasks-0-text": "Bố trí mặt bằng",
            "tasks-0-agency": "((host))",
            "tasks-0-days_before": "10",
        },
    )
    page = browser.submit(form)
    assert "Khai mạc" in page.text

    page = browser.submit(browser.get(home).form("/roadshow/events"))

    made = db.session.scalars(
        sa.select(Event).where(Event.part_of_id == campaign.id).order_by(Event.id)
    ).all()
    assert [event.title for event in made] == [
        "Ngày chuyển đổi số Đồng Nai tại UBND huyện Định Quán",
        "Ngày chuyển đổi số Đồng Nai tại UBND huyện Trảng Bom",
    ]
    assert f"/events/{made[0].slug}" in page.links()
    assert home in browser.get(f"/events/{made[0].slug}").links()


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "((nobody))"},
        {"sittings-0-name": "Khai mạc"},
        {
            "sittings-0-day": "1",
            "sittings-0-name": "A",
            "sittings-0-starts": "9:00",
            "sittings-0-ends": "8:00",
        },
        {"tasks-0-text": "Việc", "tasks-0-agency": "Sở Y tế", "tasks-0-days_before": "400"},
        {"tasks-0-text": "Việc"},
    ],
)
def test_a_template_that_cannot_be_is_refused_and_what_was_typed_stays(browser, campaign, typed):
    form = _fill(browser.get(f"/events/{campaign.slug}/stop-template/edit").form(), **typed)

    page = browser.submit(form, status=422)

    name, value = next(iter(typed.items()))
    assert page.form().fields[name] == value
    assert queries.template_of(campaign) is None


def test_travel_times_are_typed_in_a_grid_and_pasted(browser, campaign):
    first, second, _finale = roadshows.clusters(campaign)
    pair = (first.units[0].id, second.units[0].id)
    name, url = f"minutes-{pair[0]}-{pair[1]}", f"/events/{campaign.slug}/travel-times"
    page = browser.submit(_fill(browser.get(url).form(), **{name: "-1"}), status=422)
    assert page.form().fields[name] == "-1"
    assert queries.travel_times(campaign) == {}

    browser.submit(_fill(browser.get(url).form(), **{name: "55"}))
    assert queries.travel_times(campaign) == {pair: 55}
    stale = browser.get(url).form()
    roadshow.set_travel_times(campaign, {pair: 60}, by=None)
    page = browser.submit(_fill(stale, **{name: "70"}), status=409)
    assert page.form().fields[name] == "70"
    form = _fill(browser.get(url).form("/pasted"), pasted="Định Quán\tTrảng Bom\t1h10")
    browser.submit(form)
    assert queries.travel_times(campaign) == {pair: 70}


def test_a_unit_goes_up_and_into_another_cluster_by_buttons(browser, campaign, home):
    first, second, _finale = roadshows.clusters(campaign)
    unit = first.units[2]
    url = f"{home}/clusters/{first.id}"
    forms = [f for f in browser.get(url).html.forms if (f.action or "").endswith(f"/units/{unit.id}/move")]
    browser.submit(forms[0])
    assert unit.number == 2
    forms[2].fields["cluster"] = str(second.id)
    browser.submit(forms[2])
    assert (unit.cluster_id, unit.number) == (second.id, 6)


def _planned(clusters: int, each: int) -> Event:
    event = roadshows.campaign()
    for n in range(clusters):
        cluster = roadshow.make_cluster(event, name=f"Cụm {n}", by=None)
        if n == 0:
            roadshow.set_units(cluster, host=roadshows.HOST_1, participants=["Tân Phú"], by=None)
        for number in range(each):
            details = StopDetails(
                name=f"Điểm {n}.{number}",
                unit=cluster.units[0] if cluster.units else None,
                starts_on=date(2024, 9, 3 + number),
                teams=[f"Đội {n}", f"Tổ {number}"],
            )
            stop = roadshow.make_stop(cluster, details, by=None)
            if number == 0 and n < 2:
                roadshow.make_event(stop, by=None)
    return event


def test_forty_stops_cost_as_many_queries_as_two(app, client):
    few, many = _planned(2, 1), _planned(4, 10)
    browser = client.sign_in(factories.organizer(organization=few.host))
    assert db.session.scalar(sa.select(sa.func.count(Cluster.id))) == 6

    for path in ("roadshow", "stop-template", "travel-times"):
        counts = []
        for event in (few, many):
            slug = event.slug
            browser.get(f"/events/{slug}/{path}")
            with counted() as count:
                browser.get(f"/events/{slug}/{path}")
            counts.append(count.number)
        assert counts[0] == counts[1], path


def test_a_viewer_reads_and_changes_nothing(client, campaign, home):
    first, *_others = roadshows.clusters(campaign)
    stop = roadshows.stop(first)
    viewer = factories.user()
    factories.accounts.grant(viewer, factories.Role.VIEWER, event_id=campaign.id)
    browser = client.sign_in(viewer)

    page = browser.get(home)

    assert "Chương trình Cụm 1" in page.text
    assert not page.html.xpath("//main//form") and not page.html.xpath("//*[@data-move]")
    browser.post(f"{home}/stops/{stop.id}/move", {"step": "later"}, status=404)
