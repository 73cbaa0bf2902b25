"""The page of a campaign, its public page and its calendar."""

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.campaigns import joining_operations, roadshow_operations
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityState
from eventsvc.campaigns.activity_operations import edit_activity
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Stop
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventKind
from eventsvc.events.queries import event_by_slug
from eventsvc.feeds import operations as feeds
from eventsvc.feeds.models import FeedKind
from eventsvc.movements.return_models import LocalLaunch
from eventsvc.nominations.operations import charge_organizations
from eventsvc.plans import operations as plans
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.models import DeadlineKind
from eventsvc.tasks.operations import Details
from tests import factories
from tests.databases import ON_SQLITE
from tests.plans import plan

pytestmark = ON_SQLITE
DAY = date(2026, 12, 8)


@pytest.fixture
def organizer(app):
    """Who works for the People's Committee of Đồng Nai, the host of plan 004."""
    return factories.organizer(organization=factories.another_host())


@pytest.fixture
def signed_in(app, client, organizer):
    return client.sign_in(organizer)


def campaign() -> Event:
    slug = plans.load_plan(plan("004"), by=None).slugs[0]
    db.session.expire_all()
    event = event_by_slug(slug)
    events.edit_event(event, {"window_start": date(2026, 11, 1), "window_end": date(2027, 1, 10)}, by=None)
    return event


def held_stop(event: Event, organizer) -> Event:
    """The first stop, on its day and approved."""
    stop = db.session.scalars(sa.select(Stop).where(Stop.event_id == event.id).order_by(Stop.id)).first()
    details = roadshow_operations.StopDetails(
        name=stop.name, unit=stop.unit, place="Nhà văn hóa Định Quán", starts_on=DAY, days=2,
        opens=time(8), closes=time(17),
    )  # fmt: skip
    roadshow_operations.edit_stop(stop, details, by=organizer)
    part = roadshow_operations.make_event(stop, by=organizer)
    for sitting in part.sittings:
        if sitting.starts_at:
            events.approve_time(sitting, by=organizer)
    return part


def test_the_page_says_what_is_red_and_what_there_is(app, signed_in):
    event = campaign()
    page = signed_in.get(f"/events/{event.slug}/campaign")

    words = page.text
    assert "CHUYỂN ĐỔI SỐ - CHUYỂN ĐỔI XANH" in words
    assert "6 cuộc thi chưa có ngày." in words
    assert "2 điểm dừng chưa có sự kiện." in words
    stats = {node.text_content().strip() for node in page.html.xpath("//*[contains(@class, 'stat__number')]")}
    assert {"11/11", "0/3", "0/19", "0/6", "0/34"} <= stats
    assert len(page.html.xpath("//svg[@class='timeline']/rect")) == 4
    assert len(page.html.xpath("//details//li")) == 4


def test_the_next_days_are_told(app, signed_in, organizer):
    event = campaign()
    contest = db.session.scalars(sa.select(Contest).where(Contest.event_id == event.id)).first()
    contest.closes_at = clock.now() + timedelta(days=2)
    far = db.session.scalars(sa.select(Contest).where(Contest.event_id == event.id)).all()[1]
    far.closes_at = clock.now() + timedelta(days=9)
    db.session.commit()

    coming = (
        signed_in.get(f"/events/{event.slug}/campaign")
        .html.xpath("//section[@aria-labelledby='coming']")[0]
        .text_content()
    )

    assert contest.activity.name in coming
    assert far.activity.name not in coming


def test_what_is_late_and_what_is_missing_lead_to_their_rows(app, signed_in, organizer):
    event = campaign()
    part = held_stop(event, organizer)
    today = clock.today()
    for owner, text in ((event, "Việc của chiến dịch"), (part, "Việc của điểm dừng")):
        tasks.add_task(
            owner,
            Details(
                text=text,
                agency="Sở Y tế",
                deadline=today - timedelta(days=2),
                deadline_kind=DeadlineKind.INCLUSIVE,
            ),
            by=organizer,
        )
    fair = next(row for row in activities(event) if row.kind is ActivityKind.EXHIBITION_SPACE)
    edit_activity(fair, starts_on=today - timedelta(days=3), ends_on=today - timedelta(days=1), by=organizer)

    page = signed_in.get(f"/events/{event.slug}/campaign")

    red = {
        "".join(link.text_content().split()): link.get("href")
        for link in page.html.xpath("//section[@aria-labelledby='red']//a")
    }
    words = ["".join(said.split()) for said in (
        "1 nhiệm vụ đã quá hạn.", f"{part.short_title}: 1 nhiệm vụ đã quá hạn.",
        "1 hoạt động quá ngày kết thúc nhưng chưa báo hoàn thành.",
    )]  # fmt: skip
    assert set(words) <= set(red)
    assert red[words[1]] == f"/events/{part.slug}/tasks?pressure=past"
    late = next(a for a in page.html.xpath("//a[contains(@class, 'stat--err')]"))
    assert late.text_content().split()[0] == "2"
    rows = signed_in.get(late.get("href")).rows()
    assert {row[1] for row in rows} == {"Việc của chiến dịch", f"{part.short_title}: Việc của điểm dừng"}
    tiles = page.html.xpath("//*[contains(@class, 'stat__number')]/..")
    assert tiles and all(tile.tag == "a" for tile in tiles)
    for target in {*red.values(), *(tile.get("href") for tile in tiles)}:
        signed_in.get(target)


def test_an_event_joins_a_campaign_and_leaves_it(app, signed_in, organizer):
    event = campaign()
    own = factories.event(by=organizer, host=event.host)
    elsewhere = factories.event(short_title="Nơi khác")
    page = signed_in.get(f"/events/{event.slug}/campaign")

    offered = {option.get("value") for option in page.html.xpath("//select[@name='event']/option")}
    assert str(own.id) in offered
    assert not {str(event.id), str(elsewhere.id)} & offered
    signed_in.post(f"/events/{event.slug}/campaign/events", {"event": str(elsewhere.id)}, status=422)
    signed_in.post(f"/events/{event.slug}/campaign/events", {"event": str(own.id)})
    assert db.session.get(Event, own.id).part_of_id == event.id
    signed_in.post(f"/events/{event.slug}/campaign/events", {"event": "999999"}, status=422)
    signed_in.post(f"/events/{event.slug}/campaign/events/{own.id}/leave", {})
    assert db.session.get(Event, own.id).part_of_id is None
    assert db.session.get(Event, elsewhere.id).part_of_id is None


def test_who_may_not_edit_both_joins_nothing(app, client, organizer):
    event = campaign()
    theirs = factories.event(short_title="Của người khác")
    browser = client.sign_in(factories.organizer())

    browser.get(f"/events/{event.slug}/campaign", status=404)
    browser.post(f"/events/{event.slug}/campaign/events", {"event": str(theirs.id)}, status=404)
    assert theirs.part_of_id is None


def test_what_cannot_be_a_part_is_refused(app, organizer):
    event = campaign()
    other = factories.event(short_title="Chiến dịch khác", kind=EventKind.CAMPAIGN)
    with pytest.raises(joining_operations.NotJoinable):
        joining_operations.join_campaign(other, event, by=organizer)
    stop = held_stop(event, organizer)
    with pytest.raises(joining_operations.HasStop):
        joining_operations.leave_campaign(stop, event, by=organizer)


def test_the_public_page_shows_what_is_public_and_no_more(app, client, organizer):
    event = campaign()
    part = held_stop(event, organizer)
    fair = next(row for row in activities(event) if row.kind is ActivityKind.EXHIBITION_SPACE)
    edit_activity(fair, is_public=True, starts_on=DAY, ends_on=DAY, place="Sân vận động", by=organizer)
    (asked,) = charge_organizations(event, [("UBND huyện Tân Phú", None)], by=organizer)[:1]
    launch = db.session.scalar(
        sa.select(LocalLaunch).where(LocalLaunch.organization_invitation_id == asked.id)
    )
    launch = launch or LocalLaunch(event=event, asked=asked)
    launch.planned_on, launch.place = date(2026, 12, 20), "Chợ Tân Phú"
    db.session.add(launch)
    stream = db.session.scalars(
        sa.select(Communication).where(Communication.channel == Channel.LIVESTREAM)
    ).one()
    stream.url, stream.is_public = "https://xem.example.vn/live", True
    db.session.commit()

    assert not client.get(f"/p/{event.slug}").html.xpath("//main//a[contains(@href, '/contests')]")
    contest = db.session.scalars(sa.select(Contest).where(Contest.event_id == event.id)).first()
    edit_activity(contest.activity, is_public=True, by=organizer)

    page = client.get(f"/p/{event.slug}")

    assert page.html.xpath("//main//a[contains(@href, '/contests')]")
    [row] = page.html.xpath(f"//tr[@id='activity-{contest.activity_id}']")
    assert row.xpath(f".//a[@href='/c/{contest.slug}']")
    assert page.html.xpath(f"//a[@href='/p/{event.slug}/press']")
    for words in (
        "08/12/2026",
        "Nhà văn hóa Định Quán",
        "Sân vận động",
        "UBND huyện Tân Phú",
        "Chợ Tân Phú",
        fair.name,
    ):
        assert words in page.text
    assert page.html.xpath("//a[@href='https://xem.example.vn/live']")
    hidden = [row.name for row in activities(event) if not row.is_public]
    assert not [name for name in hidden if name in page.text]
    days = page.html.xpath("//td[@class='has-something']/a")
    anchors = [day.get("href").partition("#")[2] for day in days]
    assert [day.text for day in days] == ["8", "9", "20"]
    assert anchors == [f"activity-{fair.id}", f"part-{part.id}", f"launch-{launch.id}"]
    for anchor in anchors:
        assert page.html.xpath(f"//*[@id='{anchor}']")


def activities(event: Event) -> list[Activity]:
    return list(
        db.session.scalars(sa.select(Activity).where(Activity.event_id == event.id).order_by(Activity.id))
    )


def test_the_calendar_holds_stops_contests_and_public_activities(app, client, organizer):
    event = campaign()
    held_stop(event, organizer)
    drill = next(row for row in activities(event) if row.kind is ActivityKind.DRILL)
    edit_activity(drill, is_public=True, starts_on=date(2026, 12, 15), by=organizer)
    contest = db.session.scalars(sa.select(Contest).where(Contest.event_id == event.id)).first()
    contest.closes_at = clock.from_local(datetime(2026, 12, 18, 17))
    db.session.commit()
    feed, token = feeds.create_feed(event, kind=FeedKind.PROGRAMME, name="Cho mọi người", by=organizer)

    first = client.get(f"/calendar/{token}.ics")
    assert first.text.count("BEGIN:VEVENT") == 4  # two days of the stop, the finale's window, the drill
    assert drill.name in unfolded(first.text)
    assert contest.activity.name not in unfolded(first.text)
    again = client.get(f"/calendar/{token}.ics")
    assert again.text == first.text
    asked = {"If-None-Match": first.response.headers["ETag"]}
    assert app.test_client().get(f"/calendar/{token}.ics", headers=asked).status_code == 304

    edit_activity(contest.activity, is_public=True, by=organizer)
    changed = client.get(f"/calendar/{token}.ics")
    assert f"Hạn nhận bài dự thi: {contest.activity.name}"[:40] in unfolded(changed.text)
    edit_activity(drill, state=ActivityState.CANCELLED, by=organizer)
    assert "STATUS:CANCELLED" in client.get(f"/calendar/{token}.ics").text
    feeds.revoke_feed(feed, by=organizer)
    client.get(f"/calendar/{token}.ics", status=404)


def unfolded(words: str) -> str:
    return words.replace("\r\n ", "").replace("\\,", ",")


def test_a_campaign_is_made_by_form_with_its_theme(app, signed_in, organizer):
    page = signed_in.get("/events/new")
    host = page.html.xpath("//select[@name='host']/option/@value | //input[@name='host']/@value")[0]
    values = {
        "title": "Ngày chuyển đổi số", "short_title": "Ngày số", "kind": "campaign", "form": "in_person", "host": host,
        "theme": "Số và xanh", "window_text": "tháng 12/2026", "units_as_of": "2026-11-22",
    }  # fmt: skip
    signed_in.post("/events/new", values)

    made = db.session.scalars(sa.select(Event)).one()
    assert (made.kind, made.theme) == (EventKind.CAMPAIGN, "Số và xanh")
    assert "Số và xanh" in signed_in.get(f"/events/{made.slug}/campaign").text
    assert "Số và xanh" in signed_in.get(f"/p/{made.slug}").text


def test_nothing_joins_what_is_no_campaign_and_nobody_takes_out_what_is_elsewhere(app, signed_in, organizer):
    event, other = (factories.event(by=organizer, host=factories.another_host()) for _n in range(2))
    signed_in.post(f"/events/{event.slug}/campaign/events", {"event": str(other.id)}, status=422)
    signed_in.post(f"/events/{event.slug}/campaign/events/{other.id}/leave", {}, status=404)
    assert other.part_of_id is None
