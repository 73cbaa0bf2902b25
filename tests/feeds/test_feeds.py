"""Calendars to subscribe to: what they tell, to whom, and how they stay what they were."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.feeds import operations, queries
from eventsvc.feeds.models import OF_EVENTS, Feed, FeedKind
from eventsvc.sites import operations as sites
from tests import factories
from tests.calendars import agreed
from tests.queries import counted

START = datetime(2030, 7, 15, 1, 0, tzinfo=UTC)  # eight in the morning in Vietnam


@pytest.fixture
def event(app):
    made = factories.approved_event(starts_at=START, venue="Trung tâm IOC")
    factories.main_site(made)
    return made


def feed(event, kind=FeedKind.RUNNING_ORDER) -> str:
    """The address of a new feed."""
    return f"/calendar/{operations.create_feed(event, kind=kind, name='Tổ kỹ thuật', by=None)[1]}.ics"


def read(client, url, **headers):
    response = client.http.get(url, headers=headers)
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    return response


def shown(client, url) -> list[dict]:
    """What four parsers see alike in a feed."""
    facts = agreed(read(client, url).data)
    assert facts["method"] == "PUBLISH"
    assert all(entry["attendees"] == [] for entry in facts["events"])
    return facts["events"]


def full(event):
    """An agenda with everything that an item can say."""
    site = factories.site(event, "Huyện Lý Sơn")
    opening = factories.item(event, "Tuyên bố lý do", 10, cue="K1", speaker="Bà Võ Thị Mai", position="MC")
    button = factories.item(
        event,
        "Nhấn nút phát động",
        5,
        kind=ItemKind.BUTTON_CEREMONY,
        mc_line="Trân trọng kính mời!",
        sound_note="Nhạc nền 3",
        light_note="Tắt đèn hội trường",
        screen_note="Đếm ngược",
        line_note="Mở điểm cầu",
        reception_note="Dẫn đại biểu",
        note="Chỉ nội bộ",
    )
    ritual = agenda.add_ritual(event, title="Nghi lễ phát động", agenda_item=button, by=None)
    agenda.edit_ritual(
        ritual,
        {"setting": "Bục có nút", "copies": 2},
        participants=[
            agenda.Place(
                RitualRole.PRESSER, "Lãnh đạo tỉnh", position="Chủ tịch", stands_at="Giữa bục", cue="Hết nhạc"
            )
        ],
        by=None,
    )
    bridge = factories.item(event, "Phát biểu từ điểm cầu", 5, site=site, is_public=False)
    return opening, button, bridge


def test_a_running_order_is_one_entry_for_each_item_with_what_those_behind_the_stage_need(client, event):
    opening, button, bridge = full(event)

    first, second, third = shown(client, feed(event))

    assert [(e["uid"], e["summary"], e["start"], e["end"]) for e in (first, second, third)] == [
        (f"{opening.key}@eventsvc", "K1. Tuyên bố lý do", "2030-07-15T01:00:00Z", "2030-07-15T01:10:00Z"),
        (f"{button.key}@eventsvc", "Nhấn nút phát động", "2030-07-15T01:10:00Z", "2030-07-15T01:15:00Z"),
        (f"{bridge.key}@eventsvc", "Phát biểu từ điểm cầu", "2030-07-15T01:15:00Z", "2030-07-15T01:20:00Z"),
    ]
    assert [e["location"] for e in (first, second, third)] == [
        "Trung tâm IOC", "Trung tâm IOC", "Điểm cầu Huyện Lý Sơn",
    ]  # fmt: skip
    assert first["description"] == "Bà Võ Thị Mai, MC"
    assert second["description"].split("\n") == [
        "Nghi lễ phát động",
        "Số bản ký: 2",
        "Chuẩn bị sẵn: Bục có nút",
        "Nhấn nút 1: Lãnh đạo tỉnh, Chủ tịch, Giữa bục, Hết nhạc",
        "Lời dẫn MC: Trân trọng kính mời!",
        "Âm thanh: Nhạc nền 3",
        "Ánh sáng: Tắt đèn hội trường",
        "Màn hình: Đếm ngược",
        "Đường truyền: Mở điểm cầu",
        "Lễ tân: Dẫn đại biểu",
    ]
    assert "Chỉ nội bộ" not in read(client, feed(event)).text
    assert {e["url"] for e in (first, second, third)} == {f"http://localhost/p/{event.slug}"}
    assert {e["status"] for e in (first, second, third)} == {"CONFIRMED"}


def test_the_programme_holds_only_what_everybody_may_know(client, event):
    full(event)

    by_token = shown(client, feed(event, FeedKind.PROGRAMME))
    by_slug = shown(client, f"/p/{event.slug}/programme.ics")

    assert by_token == by_slug
    assert [(e["summary"], e["description"]) for e in by_slug] == [
        ("Tuyên bố lý do", "Bà Võ Thị Mai, MC"),
        ("Nhấn nút phát động", "Nghi lễ phát động"),
    ]


def test_a_feed_of_sittings_has_one_entry_for_each_and_no_item(client, event):
    full(event)
    second = events.add_sitting(event, title="Hội thảo", by=None)
    events.propose_time(second, starts_at=START + timedelta(days=1), ends_at=None, by=None)
    events.approve_time(second, by=None)
    events.add_sitting(event, by=None)

    entries = shown(client, feed(event, FeedKind.SITTINGS))

    assert [(e["summary"], e["start"], e["end"], e["status"]) for e in entries] == [
        ("Lễ phát động – phiên 1", "2030-07-15T01:00:00Z", "2030-07-15T02:30:00Z", "CONFIRMED"),
        ("Lễ phát động – Hội thảo", "2030-07-16T01:00:00Z", "2030-07-16T03:00:00Z", "CONFIRMED"),
    ]


def test_an_item_moved_to_another_place_keeps_its_uid_and_its_sequence_rises(client, event):
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        first, second = factories.item(event, "Một", 10), factories.item(event, "Hai", 20)
    url = feed(event)
    before = {e["uid"]: e for e in shown(client, url)}

    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        agenda.move_item(second, "up", by=None)
        moved_at = clock.now()
    after = {e["uid"]: e for e in shown(client, url)}

    assert set(before) == set(after) == {f"{first.key}@eventsvc", f"{second.key}@eventsvc"}
    assert after[f"{second.key}@eventsvc"]["start"] == "2030-07-15T01:00:00Z"
    assert after[f"{first.key}@eventsvc"]["start"] == "2030-07-15T01:20:00Z"
    for uid, entry in after.items():
        assert entry["sequence"] > before[uid]["sequence"]
        assert entry["changed"] == moved_at.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("kind", OF_EVENTS)
def test_an_unchanged_feed_is_the_same_to_the_byte_and_answers_304(client, event, kind):
    full(event)
    url = feed(event, kind)
    first = read(client, url)

    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        queries._written.cache_clear()
        again = read(client, url)
        by_tag = client.http.get(url, headers={"If-None-Match": first.headers["ETag"]})
        by_time = client.http.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert again.data == first.data
    assert {name: again.headers[name] for name in ("ETag", "Last-Modified")} == {
        name: first.headers[name] for name in ("ETag", "Last-Modified")
    }
    assert [(r.status_code, r.data) for r in (by_tag, by_time)] == [(304, b""), (304, b"")]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first.data
    assert b"X-PUBLISHED-TTL:PT6H" in first.data


def test_a_304_writes_no_calendar(client, event, monkeypatch):
    full(event)
    url = feed(event)
    tag = read(client, url).headers["ETag"]
    monkeypatch.setattr(queries, "_written", lambda *_: pytest.fail("the calendar was written out"))

    assert client.http.get(url, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("change", ["item", "time", "title", "site", "cancelled"])
def test_every_change_that_a_feed_tells_changes_its_tag_and_its_time(client, event, change):
    _opening, _button, bridge = full(event)
    sitting, url = event.sittings[0], feed(event)
    first = read(client, url)
    changes = {
        "item": lambda: agenda.edit_item(bridge, {"line_note": "Gọi trước 5 phút"}, by=None),
        "time": lambda: (
            events.propose_time(sitting, starts_at=START + timedelta(hours=1), ends_at=None, by=None),
            events.approve_time(sitting, by=None),
        ),
        "title": lambda: events.edit_event(event, {"short_title": "Lễ ra quân"}, by=None),
        "site": lambda: sites.edit_site(bridge.site, {"name": "Đặc khu Lý Sơn"}, by=None),
        "cancelled": lambda: events.cancel_event(event, by=None),
    }

    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=False):
        changes[change]()
        changed_at = clock.now().replace(microsecond=0)
    second = read(client, url)
    stale = client.http.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert second.headers["ETag"] != first.headers["ETag"]
    assert second.last_modified == changed_at
    assert (stale.status_code, stale.data) == (200, second.data)


def released(event, minutes: int):
    """Release the draft so many minutes from now; when that was, as a calendar writes it."""
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        agenda.release(event, confirmed=True, by=None)
        return clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_feed_shows_the_last_release_and_each_item_the_time_of_its_own_last_change(client, event):
    opening, button, bridge = full(event)
    url = feed(event)
    first = released(event, 1)
    before = {e["uid"]: e for e in shown(client, url)}

    agenda.edit_item(button, {"mc_line": "Kính mời quý vị!"}, by=None)
    draft = {e["uid"]: e for e in shown(client, url)}
    second = released(event, 5)
    after = {e["uid"]: e for e in shown(client, url)}

    assert draft == before
    assert {e["changed"] for e in before.values()} == {first}
    assert {uid: e["changed"] for uid, e in after.items()} == {
        f"{opening.key}@eventsvc": first,
        f"{button.key}@eventsvc": second,
        f"{bridge.key}@eventsvc": first,
    }
    assert after[f"{opening.key}@eventsvc"] == before[f"{opening.key}@eventsvc"]
    assert after[f"{button.key}@eventsvc"]["sequence"] > before[f"{button.key}@eventsvc"]["sequence"]
    assert "Kính mời quý vị!" in after[f"{button.key}@eventsvc"]["description"]


def test_what_moves_along_with_a_longer_item_changes_too(client, event):
    opening, button, bridge = full(event)
    url = feed(event)
    released(event, 1)
    before = {e["uid"]: e for e in shown(client, url)}

    agenda.edit_item(button, {"duration_minutes": 8}, by=None)
    second = released(event, 5)
    after = {e["uid"]: e for e in shown(client, url)}

    assert [e["changed"] == second for e in after.values()] == [False, True, True]
    assert after[f"{bridge.key}@eventsvc"]["start"] == "2030-07-15T01:18:00Z"
    assert after[f"{bridge.key}@eventsvc"]["sequence"] > before[f"{bridge.key}@eventsvc"]["sequence"]


def test_an_item_that_a_release_takes_out_stays_as_cancelled(client, event):
    _opening, button, bridge = full(event)
    urls = [feed(event), feed(event, FeedKind.PROGRAMME)]
    released(event, 1)
    before = {e["uid"]: e for e in shown(client, urls[0])}
    keys = [f"{button.key}@eventsvc", f"{bridge.key}@eventsvc"]

    agenda.remove_item(button, by=None)
    agenda.remove_item(bridge, by=None)
    second = released(event, 5)
    agenda.add_item(event, kind=ItemKind.CLOSING, title="Bế mạc", duration_minutes=5, by=None)
    released(event, 9)

    detailed, public = ({e["uid"]: e for e in shown(client, url)} for url in urls)
    for key in keys:
        gone = detailed[key]
        assert (gone["status"], gone["changed"]) == ("CANCELLED", second)
        assert (gone["start"], gone["end"]) == (before[key]["start"], before[key]["end"])
        assert gone["sequence"] > before[key]["sequence"]
    assert keys[0] in public and keys[1] not in public


def test_a_cancelled_sitting_stays_with_its_status(client, event):
    other = events.add_sitting(event, by=None)
    events.propose_time(other, starts_at=START + timedelta(days=1), ends_at=None, by=None)
    events.approve_time(other, by=None)
    factories.item(event, "Sáng", 10)
    factories.item(event, "Hôm sau", 10, sitting=other)

    events.cancel_sitting(other, by=None)

    items = shown(client, feed(event, FeedKind.PROGRAMME))
    assert [(e["summary"], e["status"]) for e in items] == [
        ("Sáng", "CONFIRMED"), ("Hôm sau", "CANCELLED"),
    ]  # fmt: skip
    sittings = shown(client, feed(event, FeedKind.SITTINGS))
    assert [e["status"] for e in sittings] == ["CONFIRMED", "CANCELLED"]


def test_an_event_called_off_keeps_its_entries_as_cancelled(client, event):
    full(event)
    urls = [feed(event, kind) for kind in OF_EVENTS]

    events.cancel_event(event, by=None)

    assert [{e["status"] for e in shown(client, url)} for url in urls] == [{"CANCELLED"}] * 3


def test_items_without_known_times_are_left_out(client, event):
    factories.item(event, "Có giờ", 10)
    factories.item(event, "Chưa rõ bao lâu", None)
    factories.item(event, "Chưa rõ lúc nào", 5)
    factories.item(event, "Đúng giờ", 5, pinned_at=time(9))

    assert [e["summary"] for e in shown(client, feed(event))] == ["Có giờ", "Đúng giờ"]


@pytest.mark.parametrize("kind", OF_EVENTS)
def test_while_no_time_is_known_a_feed_shows_the_window_as_days(client, app, kind):
    event = factories.event()
    factories.item(event, "Khai mạc", 10)

    (entry,) = shown(client, feed(event, kind))

    assert (entry["start"], entry["end"]) == ("2023-07-01", "2023-08-01")
    assert (entry["status"], entry["transparency"]) == ("TENTATIVE", "TRANSPARENT")
    assert entry["summary"] == "Lễ phát động"


def test_a_proposed_time_is_told_to_those_behind_the_stage_only(client, app):
    event = factories.event()
    factories.item(event, "Khai mạc", 10)
    events.propose_time(event.sittings[0], starts_at=START, ends_at=None, by=None)

    (item,) = shown(client, feed(event, FeedKind.RUNNING_ORDER))
    (public,) = shown(client, feed(event, FeedKind.PROGRAMME))

    assert (item["start"], item["status"]) == ("2030-07-15T01:00:00Z", "TENTATIVE")
    assert date.fromisoformat(public["start"]) == event.window_start


def test_an_event_of_which_no_day_is_known_has_an_empty_calendar(client, app):
    event = factories.event(window_text=None)

    body = read(client, feed(event)).data

    assert b"BEGIN:VCALENDAR" in body and b"BEGIN:VEVENT" not in body


def test_what_goes_on_beside_the_stage_says_where(client, event):
    strand = agenda.add_strand(event, name="Triển lãm", place="Sảnh tầng 1", by=None)
    factories.item(event, "Khai mạc", 10)
    factories.item(event, "Tham quan gian hàng", 30, strand=strand)

    assert [(e["start"], e["location"]) for e in shown(client, feed(event))] == [
        ("2030-07-15T01:00:00Z", "Trung tâm IOC"),
        ("2030-07-15T01:00:00Z", "Triển lãm, Sảnh tầng 1"),
    ]


def test_words_that_look_like_a_calendar_stay_words(client, event):
    factories.item(event, "A\r\nEND:VCALENDAR\r\nATTENDEE:mailto:ke.gian@example.vn", 5, mc_line="x\nUID:1")

    (entry,) = shown(client, feed(event))

    assert entry["summary"].startswith("A")
    assert entry["description"] == "Lời dẫn MC: x\nUID:1"


@pytest.mark.parametrize("is_released", [False, True])
def test_a_feed_costs_the_same_for_1_and_for_60_items(client, event, is_released):
    factories.item(event, "Một", 1)
    url = feed(event)
    if is_released:
        released(event, 0)
    db.session.expire_all()
    with counted() as one:
        read(client, url)
    for number in range(59):
        factories.item(event, f"Mục {number}", 1)
    if is_released:
        released(event, 1)
    db.session.expire_all()

    with counted() as many:
        read(client, url)

    assert many.number == one.number


# --- The organizer's page ---------------------------------------------------------------------------------


def test_the_token_is_shown_once_and_only_its_hash_is_kept(signed_in, event):
    page = signed_in.post(
        f"/events/{event.slug}/feeds", data={"name": "Tổ âm thanh", "kind": "running_order"}
    )
    address = page.html.xpath("string(//*[@id='feed-address'])")
    token = address.removeprefix("http://localhost/calendar/").removesuffix(".ics")
    again = signed_in.get(f"/events/{event.slug}/feeds")

    kept = db.session.scalars(db.select(Feed)).one()
    assert (kept.name, kept.kind) == ("Tổ âm thanh", FeedKind.RUNNING_ORDER)
    assert token not in again.text and "Tổ âm thanh" in again.text
    assert token not in str([getattr(kept, column.key) for column in Feed.__table__.columns])
    assert token not in str([entry.details for entry in db.session.scalars(db.select(AuditEntry))])
    assert signed_in.http.get(f"/calendar/{token}.ics").status_code == 200


def test_a_revoked_feed_is_not_found(signed_in, event):
    url = feed(event)
    made = queries.feeds_of(event)[0]

    signed_in.post(f"/events/{event.slug}/feeds/{made.id}/revoke")

    assert signed_in.http.get(url).status_code == 404
    assert queries.feeds_of(event) == []
    operations.revoke_feed(made, by=None)  # safe to repeat


@pytest.mark.parametrize("token", ["x", "a" * 3000, "²", "..", "%00"])
def test_a_token_of_nobody_is_not_found(client, event, token):
    assert client.http.get(f"/calendar/{token}.ics").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"name": "", "kind": "programme"}, {"name": "x", "kind": "secret"}, {"name": "x" * 201}]
)
def test_a_feed_that_nobody_described_is_not_made(signed_in, event, data):
    signed_in.post(f"/events/{event.slug}/feeds", data=data, status=422)

    assert queries.feeds_of(event) == []


def test_a_cancelled_event_gets_no_new_feed(event):
    events.cancel_event(event, by=None)

    with pytest.raises(DomainError):
        operations.create_feed(event, kind=FeedKind.SITTINGS, name="x", by=None)
