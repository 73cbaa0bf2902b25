"""Releases of the agenda: frozen, numbered, told to those they touch, and what everybody is shown; both databases."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations, queries, release_queries
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.operations import Place
from eventsvc.agenda.operations.releases import (
    NoteTooLong,
    NothingToRelease,
    ReleaseBlocked,
    ReleaseUnconfirmed,
)
from eventsvc.agenda.release_models import AgendaRelease, Touch
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.invitations import messages
from eventsvc.people import operations as people
from eventsvc.sites import operations as sites
from tests import factories
from tests.invitations import scenes
from tests.queries import counted

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def event(organizer):
    return factories.approved_event(starts_at=EIGHT, minutes=120, by=organizer)


def release(event, **values):
    return operations.release(event, **{"confirmed": True, "by": None, **values})


def person(event, name):
    return people.add_person(event.host_id, people.Details(full_name=name, honorific="Ông"), by=None)


def shown(event):
    """What everybody is shown: (start, title) of each item."""
    return [
        (slot.start and slot.start - EIGHT, slot.item.title)
        for part in queries.released(event)
        for slot in part.slots
    ]


def minutes(number):
    return timedelta(minutes=number)


def touched(made):
    return {(touch.name, touch.item_key, touch.how) for touch in release_queries.touched(made)}


# --- Making one ---------------------------------------------------------------------------------------------


def test_a_release_is_numbered_and_holds_through_every_later_edit(event, organizer):
    a, b = factories.item(event, "a", 10), factories.item(event, "b", 5)
    one = release(event, note=" Bản đầu ", by=organizer)
    before = one.snapshot
    operations.edit_item(a, {"title": "A", "duration_minutes": 30}, by=None)
    operations.remove_item(b, by=None)

    assert (one.number, one.note, one.released_by_id) == (1, "Bản đầu", organizer.id)
    assert shown(event) == [(minutes(0), "a"), (minutes(10), "b")]
    two = release(event)
    assert (two.number, shown(event)) == (2, [(minutes(0), "A")])
    assert release_queries.release(event, 1).snapshot == before
    assert two.counts == {"cancelled": 1, "renamed": 1}


def test_without_a_release_the_agenda_as_it_stands_is_shown(event):
    factories.item(event, "a", 10)

    assert shown(event) == [(minutes(0), "a")]
    assert queries.last_release(event) is None


def test_nothing_new_is_nothing_to_release(event):
    with pytest.raises(NothingToRelease):
        release(event)
    item = factories.item(event, "a")
    release(event)
    with pytest.raises(NothingToRelease):
        release(event)
    operations.edit_item(item, {"title": "b"}, by=None)
    operations.undo(event, queries.last_edit(event).id, by=None)
    with pytest.raises(NothingToRelease):
        release(event)


def test_a_clash_that_blocks_stops_a_release_and_one_to_confirm_waits_for_a_word(event):
    someone = person(event, "Nguyễn Văn Mẫu")
    strand = operations.add_strand(event, name="Trưng bày", by=None)
    factories.item(event, "a", person=someone)
    other = factories.item(event, "b", person=someone, strand=strand)

    with pytest.raises(ReleaseBlocked):
        release(event)
    operations.edit_item(other, {"person": None, "speaker": "Nguyễn Văn Mẫu"}, by=None)
    with pytest.raises(ReleaseUnconfirmed) as refusal:
        release(event, confirmed=False)

    assert refusal.value.field == "confirmed"
    assert queries.last_release(event) is None
    assert release(event, confirmed=True).number == 1


def test_a_note_of_five_thousand_characters_is_refused(event):
    factories.item(event, "a")

    with pytest.raises(NoteTooLong):
        release(event, note="a" * 5000)

    assert queries.last_release(event) is None


def test_a_cancelled_event_releases_nothing(event):
    factories.item(event, "a")
    events.cancel_event(event, by=None)

    with pytest.raises(DomainError) as refusal:
        release(event)

    assert refusal.value.code == "event_cancelled"


def test_of_two_who_press_at_once_one_makes_the_release(app, event):
    factories.item(event, "a")
    event_id, outcomes, start = event.id, [], threading.Barrier(4)
    db.session.remove()

    def press():
        with app.app_context():
            mine = db.session.get(Event, event_id)
            start.wait()
            try:
                outcomes.append(release(mine).number)
            except DomainError as refusal:
                outcomes.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["1", *["nothing_to_release"] * 3]


def test_since_says_when_an_item_last_changed_and_the_cancelled_are_remembered(event):
    a, b, c = (factories.item(event, title, 10) for title in "abc")
    keys = [item.key for item in (a, b, c)]
    release(event)
    operations.edit_item(b, {"title": "B"}, by=None)
    release(event)
    operations.remove_item(a, by=None)
    made = release(event)

    assert made.snapshot["since"] == {keys[1]: 3, keys[2]: 3}  # both begin ten minutes earlier
    assert {key: (row["title"], row["since"]) for key, row in made.snapshot["cancelled"].items()} == {
        keys[0]: ("a", 3)
    }
    operations.edit_item(c, {"sound_note": "Micro"}, by=None)
    made = release(event)
    assert made.snapshot["since"] == {keys[1]: 3, keys[2]: 4}
    assert made.snapshot["cancelled"][keys[0]]["since"] == 3
    operations.restore(release_queries.release(event, 1), by=None)
    assert release(event).snapshot["cancelled"] == {}


# --- Reading it back ----------------------------------------------------------------------------------------


def test_another_approved_time_moves_the_whole_programme_and_pins_hold_on_the_clock(event):
    factories.item(event, "a", 10)
    factories.item(event, "b", 10)
    factories.item(event, "c", 10, pinned_at=time(9, 30))
    release(event)
    assert shown(event) == [(minutes(0), "a"), (minutes(10), "b"), (minutes(90), "c")]

    events.propose_time(
        event.sittings[0], starts_at=EIGHT + minutes(60), ends_at=EIGHT + minutes(180), by=None
    )
    events.approve_time(event.sittings[0], by=None)

    assert shown(event) == [(minutes(60), "a"), (minutes(70), "b"), (minutes(90), "c")]


def test_released_items_have_what_pages_show_of_rows(event):
    someone, hall = person(event, "Nguyễn Văn Mẫu"), factories.site(event)
    strand = operations.add_strand(event, name="Trưng bày", place="Sảnh", by=None)
    words = {
        "cue": "A1", "speaker": "Ông Mẫu", "position": "Giám đốc", "mc_line": "Kính mời", "sound_note": "Micro",
        "light_note": "Sáng", "screen_note": "Slide", "line_note": "Cầu 2", "reception_note": "Hoa", "note": "Kín",
    }  # fmt: skip
    item = factories.item(
        event, "Ký kết", 15, kind=ItemKind.SIGNING, pinned_at=time(8, 30), person=someone, site=hall,
        strand=strand, is_public=False, **words,
    )  # fmt: skip
    ritual = operations.add_ritual(event, title="Lễ ký", agenda_item=item, by=None)
    place = Place(
        RitualRole.SIGNATORY,
        "Ông Mẫu",
        "Sở TTTT",
        person=someone,
        position="Giám đốc",
        stands_at="Giữa",
        cue="Nhạc",
    )
    operations.edit_ritual(ritual, {"copies": 4, "setting": "Bàn"}, participants=[place], by=None)
    as_draft = queries.draft(event)
    release(event)

    as_released = queries.released(event)

    assert [(p.sitting, p.strand and p.strand.name, len(p.slots), p.fit) for p in as_released] == [
        (p.sitting, p.strand and p.strand.name, len(p.slots), p.fit) for p in as_draft
    ]
    draft, made = as_draft[-1].slots[0], as_released[-1].slots[0]
    assert (made.start, made.end, made.gap, made.overlap) == (
        draft.start,
        draft.end,
        draft.gap,
        draft.overlap,
    )
    same = (
        "key", "number", "kind", "title", "duration_minutes", "pinned_at", "is_public", "person_id",
        "organization_id", "sitting_id", *words,
    )  # fmt: skip
    assert {n: getattr(made.item, n) for n in same} == {n: getattr(draft.item, n) for n in same}
    assert (made.item.site.code, made.item.site.name) == (hall.code, hall.name)
    assert made.item.person.full_name == "Nguyễn Văn Mẫu"
    of_ritual = ("key", "title", "subject", "copies", "setting", "expected_signatories")
    assert {n: getattr(made.item.ritual, n) for n in of_ritual} == {n: getattr(ritual, n) for n in of_ritual}
    of_part = ("role", "number", "text", "position", "stands_at", "cue", "organization_name", "person_id")
    assert [{n: getattr(p, n) for n in of_part} for p in made.item.ritual.participants] == [
        {n: getattr(p, n) for n in of_part} for p in ritual.participants
    ]
    with pytest.raises(AttributeError):
        made.item.title = "khác"


def test_a_sitting_and_a_site_that_are_gone_break_nothing(event):
    hall, second = factories.site(event), events.add_sitting(event, by=None)
    a = factories.item(event, "a", site=hall)
    b = factories.item(event, "b", sitting=second)
    made = release(event)
    operations.edit_item(a, {"site": None}, by=None)
    operations.remove_item(b, by=None)
    sites.remove_site(hall, by=None)
    events.remove_sitting(second, by=None)

    assert [title for _start, title in shown(event)] == ["a"]
    assert queries.released(event)[0].slots[0].item.site.name == hall_name(made)
    assert touched(made) == set()  # the row of the bridge went with it


def hall_name(made):
    return next(iter(made.snapshot["sites"].values()))


def test_reading_a_release_and_its_touches_costs_the_same_for_1_and_30_items(app, event):
    costs = []
    for many in (1, 30):
        for number in range(many):
            item = factories.item(event, f"mục {number}", 1, person=person(event, f"Người {number} {many}"))
            operations.add_ritual(event, title=f"Lễ {number}", agenda_item=item, by=None)
        made = release(event)
        made_id, event_id = made.id, event.id
        cost = []
        for read, of in (
            (queries.released, "event"),
            (release_queries.touched, "made"),
            (release_queries.releases, "event"),
            (queries.unreleased_changes, "event"),
            (release_queries.preview, "event"),
        ):
            db.session.expire_all()
            event, made = db.session.get(Event, event_id), db.session.get(AgendaRelease, made_id)
            assert event.id and made.id
            with counted() as count:
                read(made if of == "made" else event)
            cost.append(count.number)
        costs.append(cost)

    assert costs[0] == costs[1]
    assert costs[0][:3] == [2, 1, 1]


# --- Whom it touches ----------------------------------------------------------------------------------------


def test_exactly_those_whom_a_release_touches_are_written_down(event):
    one, two, three, four = (person(event, f"Nguyễn Văn {n}") for n in ("Một", "Hai", "Ba", "Tư"))
    hall, other_hall = factories.site(event, "Cầu Một"), factories.site(event, "Cầu Hai")
    first = factories.item(event, "Khai mạc", person=one, site=hall)
    second = factories.item(event, "Tham luận", person=two)
    third = factories.item(event, "Bấm nút", pinned_at=time(9))
    ritual = operations.add_ritual(event, title="Nút", agenda_item=third, by=None)
    operations.edit_ritual(ritual, {}, participants=[Place(RitualRole.PRESSER, "Ba", person=three)], by=None)
    made = release(event)
    assert touched(made) == {
        ("Ông Nguyễn Văn Một", first.key, Touch.ADDED),
        ("Ông Nguyễn Văn Hai", second.key, Touch.ADDED),
        ("Ông Nguyễn Văn Ba", third.key, Touch.ADDED),
        ("Cầu Một", first.key, Touch.ADDED),
    }

    operations.edit_item(first, {"site": other_hall}, by=None)
    operations.edit_item(second, {"person": four}, by=None)
    made = release(event)

    assert touched(made) == {
        ("Ông Nguyễn Văn Một", first.key, Touch.SITE),
        ("Cầu Một", first.key, Touch.UNNAMED),
        ("Cầu Hai", first.key, Touch.NAMED),
        ("Ông Nguyễn Văn Hai", second.key, Touch.UNNAMED),
        ("Ông Nguyễn Văn Tư", second.key, Touch.NAMED),
    }
    assert set(db.session.scalars(release_queries.touched_people(made))) == {one.id, two.id, four.id}
    assert set(db.session.scalars(release_queries.touched_sites(made))) == {hall.id, other_hall.id}
    assert set(db.session.scalars(release_queries.touched_sites(made, Touch.NAMED))) == {other_hall.id}


def test_a_release_that_only_cancels_touches_those_who_were_in_it_and_every_site_when_the_end_is_another(
    event,
):
    one, two = person(event, "Nguyễn Văn Một"), person(event, "Nguyễn Văn Hai")
    factories.main_site(event)
    bridge = factories.site(event, "Cầu Một")
    factories.item(event, "Khai mạc", 10, person=one)
    gone = factories.item(event, "Tham luận", 10, person=two, site=bridge)
    factories.item(event, "Bế mạc", 10, pinned_at=time(9))
    last = factories.item(event, "Văn nghệ", 10)
    release(event)

    key = gone.key
    operations.remove_item(gone, by=None)
    made = release(event)
    assert made.counts == {"cancelled": 1}
    assert touched(made) == {("Ông Nguyễn Văn Hai", key, Touch.CANCELLED), ("Cầu Một", key, Touch.CANCELLED)}

    operations.remove_item(last, by=None)
    made = release(event)
    assert touched(made) == {
        ("Trung tâm IOC tỉnh", None, Touch.PROGRAMME),
        ("Cầu Một", None, Touch.PROGRAMME),
    }


def test_notes_for_those_behind_the_stage_touch_nobody(event):
    item = factories.item(event, "a", person=person(event, "Nguyễn Văn Một"))
    release(event)
    operations.edit_item(item, {"mc_line": "Kính mời", "sound_note": "Micro", "note": "Kín"}, by=None)

    assert touched(release(event)) == set()


# --- What the last release makes known, and to whom --------------------------------------------------------


def test_a_draft_is_seen_nowhere_before_its_release_and_everywhere_after(client, signed_in):
    event = scenes.ready_event()
    item = factories.item(event, "Khai mạc bản một", 10)
    invitation = scenes.invited(event)
    release(event)
    operations.edit_item(item, {"title": "Khai mạc bản hai"}, by=None)
    operations.add_ritual(event, title="Nghi lễ bản hai", agenda_item=item, by=None)

    def told():
        _row, token = accounts.create_token(Role.ORGANIZER, event_id=event.id)
        bearer = {"Authorization": f"Bearer {token}"}
        letter = messages.preview(event, invitation.guest, clock.now())
        return {
            "programme": client.get(f"/p/{event.slug}").text,
            "api": client.http.get(f"/api/v1/events/{event.slug}/agenda", headers=bearer).json["items"][0][
                "title"
            ],
            "invitee": client.get(scenes.link(invitation)).text,
            "letter text": letter.text,
            "letter html": letter.html,
            "release": signed_in.get(f"/events/{event.slug}/agenda/releases/1").text,
        }

    for where, text in told().items():
        assert "Khai mạc bản một" in text and "bản hai" not in text, where
    release(event)
    for where, text in told().items():
        assert ("bản một" if where == "release" else "Khai mạc bản hai") in text, where


def test_the_public_page_says_which_release_it_is_and_what_changed_since_the_one_before(client, event):
    a = factories.item(event, "Khai mạc", 10, speaker="Ban Tổ chức")
    b = factories.item(event, "Tham luận", 10)
    hidden = factories.item(event, "Họp kín", 10, is_public=False)
    page = client.get(f"/p/{event.slug}")
    assert "Dự thảo" in page.text and "Bản phát hành" not in page.text

    release(event, note="Ghi chú nội bộ")
    page = client.get(f"/p/{event.slug}")
    assert "Bản phát hành số 1" in page.text and "Dự thảo" not in page.text and news(page) == []
    operations.edit_item(
        a, {"title": "Khai mạc Lễ phát động", "mc_line": "Lời kín", "duration_minutes": 20}, by=None
    )
    operations.edit_item(hidden, {"title": "Vẫn họp kín"}, by=None)
    operations.edit_item(b, {"speaker": "Bà Hai", "note": "Nội bộ"}, by=None)
    assert client.get(f"/p/{event.slug}").text == page.text

    release(event)

    page = client.get(f"/p/{event.slug}")
    assert "Bản phát hành số 2" in page.text
    assert news(page) == [
        "Khai mạc Lễ phát động: Tên cũ: “Khai mạc”.",
        "Tham luận: Người thực hiện: Bà Hai.",
    ]
    assert "Lời kín" not in page.text and "Nội bộ" not in page.text and "họp kín" not in page.text
    assert [row[0] for row in page.rows()] == ["08:00 – 08:20", "08:20 – 08:30"]


def test_what_changed_is_told_in_the_times_that_the_page_shows(client, event):
    factories.item(event, "Khai mạc", 10)
    b = factories.item(event, "Tham luận", 10)
    release(event)
    operations.edit_item(b, {"pinned_at": time(8, 30)}, by=None)
    release(event)
    events.propose_time(
        event.sittings[0], starts_at=EIGHT + minutes(10), ends_at=EIGHT + minutes(180), by=None
    )
    events.approve_time(event.sittings[0], by=None)

    page = client.get(f"/p/{event.slug}")

    assert news(page) == ["Tham luận: 08:20 → 08:30."]
    assert [row[0] for row in page.rows()] == ["08:10 – 08:20", "08:30 – 08:40"]


def news(page):
    return [" ".join(node.text_content().split()) for node in page.html.xpath("//ul[@class='news']/li")]


# --- Pages --------------------------------------------------------------------------------------------------


def test_the_preview_tells_what_changes_and_whom_it_touches_then_makes_the_release(signed_in, event):
    item = factories.item(event, "Khai mạc", 10, person=person(event, "Nguyễn Văn Một"))
    factories.item(event, "Tham luận", 10)
    address = f"/events/{event.slug}/agenda/release"
    signed_in.post(address, {"note": "Bản đầu", "confirmed": "y"})
    operations.edit_item(item, {"title": "Khai mạc trọng thể", "duration_minutes": 15}, by=None)

    page = signed_in.get(address)
    assert "Tên cũ: “Khai mạc”." in page.text and "08:10 → 08:15, theo các mục đứng trước." in page.text
    assert "Ông Nguyễn Văn Một: đổi tên mục, đổi giờ (Khai mạc trọng thể)" in page.text
    made = signed_in.post(address, {"note": "Bản hai", "confirmed": "y"}, status=302, follow=False)

    assert made.response.location.endswith("/agenda/releases/2")
    listed = signed_in.get(f"/events/{event.slug}/agenda/releases")
    assert [row[0] for row in listed.rows()] == ["Bản phát hành 2 hiện hành", "Bản phát hành 1"]
    assert [row[4] for row in listed.rows()] == ["Bản hai", "Bản đầu"]


def test_what_someone_edits_meanwhile_is_not_released_unseen(signed_in, event):
    item = factories.item(event, "Khai mạc", 10)
    page = signed_in.get(f"/events/{event.slug}/agenda/release")
    operations.edit_item(item, {"title": "Bế mạc"}, by=None)

    page = signed_in.submit(page.form(), {"note": "Bản đầu"}, status=409)

    assert "đã sửa chương trình" in page.text, page.text
    assert queries.last_release(event) is None
    assert page.html.xpath("//textarea[@name='note']")[0].text_content().strip() == "Bản đầu"
    signed_in.submit(page.form(), status=302, follow=False)
    assert queries.last_release(event).note == "Bản đầu"


def test_a_refused_release_keeps_the_note_and_says_why(signed_in, event):
    factories.item(event, "Khai mạc", None)
    address = f"/events/{event.slug}/agenda/release"
    long = "a" * 5000

    page = signed_in.post(address, {"note": long, "confirmed": "y"}, status=422)
    assert page.html.xpath("//textarea[@name='note']")[0].text_content().strip() == long
    events.propose_time(event.sittings[0], starts_at=EIGHT, ends_at=EIGHT + minutes(60), by=None)
    page = signed_in.post(address, {"note": "Bản đầu"}, status=422)

    assert any("xác nhận" in error for error in page.errors), page.errors
    assert queries.last_release(event) is None


@pytest.mark.parametrize(
    "query",
    ["from=0&to=1", "from=1&to=99", "from=x&to=1", "from=1&to=-1", "from=1&to=9999999999", "from=%00&to=1",
     "from=١&to=1", "from=1.0&to=1"],
)  # fmt: skip
def test_garbage_in_the_address_of_a_comparison_is_not_found(signed_in, event, query):
    factories.item(event, "a")
    release(event)

    signed_in.get(f"/events/{event.slug}/agenda/diff?{query}", status=404)


def test_numbers_of_another_event_lead_nowhere(signed_in, event):
    factories.item(event, "a")
    release(event)
    other = factories.event()

    signed_in.get(f"/events/{other.slug}/agenda/releases/1", status=404)
    signed_in.get(f"/events/{other.slug}/agenda/releases/99999999999999999999", status=404)
    signed_in.post(f"/events/{other.slug}/agenda/releases/1/restore", status=404)
    signed_in.get(f"/events/{event.slug}/agenda/diff?from=1&to=draft")
    signed_in.get(f"/events/{other.slug}/agenda/diff")


@pytest.mark.parametrize("edit_id", ["", "x", "-1", "1e9", "99999999999999999999999"])
def test_an_undo_of_no_edit_is_refused(signed_in, event, edit_id):
    factories.item(event, "a")

    status = signed_in.http.post(
        f"/events/{event.slug}/agenda/undo", data={"edit_id": edit_id, "csrf_token": signed_in.csrf()}
    ).status_code

    assert status in (302, 422)
    assert [item.title for item in event.agenda_items] == ["a"]


def test_the_last_edit_is_undone_from_the_page(signed_in, event):
    item = factories.item(event, "a")
    operations.edit_item(item, {"title": "b"}, by=None)

    signed_in.post(
        f"/events/{event.slug}/agenda/undo",
        {"edit_id": queries.last_edit(event).id},
        status=302,
        follow=False,
    )

    assert [item.title for item in event.agenda_items] == ["a"]


def test_an_old_release_is_brought_back_from_the_page(signed_in, event):
    item = factories.item(event, "a")
    release(event)
    operations.edit_item(item, {"title": "b"}, by=None)

    signed_in.post(f"/events/{event.slug}/agenda/releases/1/restore", status=302, follow=False)

    assert [item.title for item in event.agenda_items] == ["a"]


def test_who_only_reads_sees_releases_and_no_draft(app, event, client):
    item = factories.item(event, "Bản công bố", 10)
    release(event, note="Ghi chú kín")
    operations.edit_item(item, {"title": "Bản hai", "note": "Nội bộ", "mc_line": "Kính mời"}, by=None)
    release(event)
    operations.edit_item(item, {"title": "Bản nháp"}, by=None)
    viewer = factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    reader = client.sign_in(viewer)
    base = f"/events/{event.slug}/agenda"

    pages = [reader.get(f"/events/{event.slug}"), reader.get(base), reader.get(f"{base}/diff")]
    pages += [reader.get(f"{base}/releases/2"), reader.get(f"{base}/releases")]
    for page in pages:
        assert not [words for words in ("Ghi chú kín", "Bản nháp", "Nội bộ") if words in page.text], page.url
    assert all("Bản hai" in page.text for page in pages[:4])
    assert "Kính mời" in pages[2].text
    assert "Ghi chú kín" not in reader.get(f"{base}/releases/1").text
    reader.get(f"{base}/diff?from=1&to=draft", status=404)
    reader.get(f"{base}/release", status=404)
