"""The pages of events: a whole preparation told as a story, and refusals as a table."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.events import operations
from eventsvc.events.models import Event, EventKind, EventRole, TimeState
from tests import factories
from tests.databases import ON_SQLITE
from tests.pages import PageClient

FORM = {
    "title": "Lễ phát động Phong trào chuyển đổi số trên địa bàn tỉnh Quảng Ngãi",
    "short_title": "Lễ phát động",
    "kind": "movement_launch_ceremony",
    "form": "hybrid",
    "window_text": "trong tháng 7/2023",
    "units_as_of": "2023-07-15",
}


@pytest.fixture
def event(organizer):
    return factories.event(by=organizer)


def only_event():
    return db.session.scalars(sa.select(Event)).one()


def wall(moment):
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M")


def test_an_organizer_prepares_an_event_from_nothing_to_an_approved_time(signed_in, organizer):
    page = signed_in.get("/events")
    assert "Chưa có sự kiện nào" in page.text

    page = signed_in.submit(signed_in.get("/events/new").form("/events/new"), FORM)
    event = only_event()
    assert page.url == f"/events/{event.slug}" == "/events/le-phat-dong-2023"
    assert (event.window_start, event.window_end) == (date(2023, 7, 1), date(2023, 7, 31))
    assert event.host == factories.host()

    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/edit").form(),
        {
            "venue": "Trung tâm IOC tỉnh",
            "contact_name": "Bà Trần Thị Sáu",
            "contact_phone": "0501.234.567",
            "video_link": "https://hop.example.vn/phong-1",
            "implementing_others": "Sở Thông tin và Truyền thông\ncác đơn vị liên quan",
            "purposes": "Nâng cao nhận thức.\n\nPhát động người dân.",
        },
    )
    assert "Nâng cao nhận thức." in page.text and "Sở Thông tin và Truyền thông" in page.text
    assert [row.name for row in event.organizations if row.role is EventRole.IMPLEMENTING] == [
        "Sở Thông tin và Truyền thông", "các đơn vị liên quan",
    ]  # fmt: skip
    assert event.contact_phone == "+84501234567"

    starts = factories.soon(days=10)
    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/sittings/1/time").form(),
        {"starts_at": wall(starts), "ends_at": wall(starts + timedelta(minutes=90))},
    )
    assert "Đã đề xuất thời gian" in page.text and "Còn 10 ngày" in page.text
    page = signed_in.submit(page.form("/approve"))
    assert "Đã duyệt thời gian" in page.text and "Người duyệt: Trần Thị Sáu" in page.text

    sitting = only_event().sittings[0]
    assert (sitting.time_state, sitting.starts_at) == (TimeState.APPROVED, starts)
    assert (sitting.proposed_by_id, sitting.approved_by_id) == (organizer.id, organizer.id)


def test_the_notice_on_personal_data_is_written_and_shown(signed_in, event):
    form = signed_in.get(f"/events/{event.slug}/data-notice").form()
    assert form.fields["controller"] == "Ủy ban nhân dân tỉnh Quảng Ngãi"

    signed_in.submit(form, {"purpose": ""}, status=422)
    page = signed_in.submit(form, {"purpose": "Mời dự và đón tiếp đại biểu", "kept_until": "2099-12-31"})

    assert "Mời dự và đón tiếp đại biểu" in page.text and "31/12/2099" in page.text
    assert event.has_data_notice


def test_an_event_is_made_from_a_copy(signed_in, event):
    factories.item(event, "Tuyên bố lý do", minutes=5)
    form = signed_in.get("/events/new").form("/events/copies")

    page = signed_in.submit(form, {"source": str(event.id), "copy_title": "Lễ phát động năm sau"})

    assert page.heading == "Lễ phát động năm sau"
    assert "Tuyên bố lý do" in page.text
    page = signed_in.submit(form, {"source": "999", "copy_title": ""}, status=422)
    assert len(page.errors) == 2


def test_events_to_come_and_events_that_are_over_stand_apart(signed_in, organizer):
    past = factories.event(title="Lễ đã qua", window_text="tháng 7/2023")
    coming = factories.approved_event(title="Lễ sắp tới", window_text=None)

    page = signed_in.get("/events")

    assert [h.text_content() for h in page.html.xpath("//h2 | //h3")] == [
        "Sắp diễn ra", coming.title, "Đã diễn ra", past.title,
    ]  # fmt: skip


def test_a_two_day_event_has_two_sittings_of_its_own_place_and_doors(signed_in, event):
    page = signed_in.post(f"/events/{event.slug}/sittings")
    assert page.url == f"/events/{event.slug}/sittings/2/time"
    starts = factories.soon(days=8)

    signed_in.submit(
        signed_in.get(f"/events/{event.slug}/sittings/2").form(),
        {
            "title": "Ngày thứ hai",
            "place": "Sân vận động",
            "doors_open_at": wall(starts - timedelta(hours=1)),
        },
    )
    page = signed_in.get(f"/events/{event.slug}")
    assert "Ngày thứ hai" in page.text and "Sân vận động" in page.text
    assert event.sittings[1].doors_open_at == starts - timedelta(hours=1)

    signed_in.post(f"/events/{event.slug}/sittings/2/remove")
    assert len(event.sittings) == 1


@ON_SQLITE
def test_a_day_off_is_questioned_and_not_forbidden(signed_in, event):
    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/sittings/1/time").form(),
        {"starts_at": "2027-09-02T08:00", "ends_at": "2027-09-02T10:00"},
    )

    assert "ngày 02 tháng 9 năm 2027 là ngày nghỉ: Quốc khánh" in page.text
    assert event.sittings[0].time_state is TimeState.PROPOSED


@ON_SQLITE
def test_a_cancelled_event_says_so_and_offers_no_change(signed_in, event):
    page = signed_in.submit(signed_in.get(f"/events/{event.slug}").form("/cancel"))

    assert "Sự kiện này đã hủy" in page.text
    assert not [form for form in page.html.forms if "/events/" in (form.get("action") or "")]
    page = signed_in.submit(signed_in.get(f"/events/{event.slug}/edit").form(), {"title": "Khác"}, status=422)
    assert "không thể thay đổi nữa" in page.text
    signed_in.post(f"/events/{event.slug}/cancel", status=409)


# --- Bad input ------------------------------------------------------------------------------------------------


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Hãy nhập tên sự kiện."),
        ("title", "ế" * 300_000, "Tối đa 500 ký tự"),
        ("title", "Lễ\x00phát động", "ký tự không lưu được"),
        ("short_title", "  ", "Hãy nhập tên ngắn."),
        ("window_end", "2023-06-30", "Ngày kết thúc đứng trước ngày bắt đầu."),
        ("window_start", "99999-01-01", "không phải là ngày hợp lệ"),
        ("window_start", "1999-12-31", "Năm phải từ 2000 đến 2100."),
        ("window_start", "31/07/2023", "không phải là ngày hợp lệ"),
        ("units_as_of", "", "Hãy nhập ngày"),
        ("video_link", "javascript:alert(1)", "https://"),
        ("contact_phone", "không có", "không phải là số điện thoại"),
        ("kind", "party", "Hãy chọn trong danh sách."),
        ("host", "999999", "Hãy chọn trong danh sách."),
        ("implementing", "999999", "Hãy chọn trong danh sách."),
        ("purposes", "một\n" * 10_000, "Tối đa 20000 ký tự"),
    ],
)
def test_bad_input_is_told_beside_its_field_with_everything_kept(signed_in, event, field, typed, sentence):
    form = signed_in.get(f"/events/{event.slug}/edit").form()
    before = event.version

    page = signed_in.submit(form, {field: typed, "venue": "Hội trường\nTầng 2"}, status=422)

    assert [error for error in page.errors if sentence in error], page.errors
    kept = page.form().fields
    assert kept["venue"].strip() == "Hội trường\nTầng 2"
    if field not in ("kind", "host", "implementing"):
        assert (kept[field] or "").strip() == typed.replace("\x00", "").strip()
    assert (event.version, event.venue) == (before, None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        ("", "2027-01-07T10:00", "Hãy nhập giờ bắt đầu."),
        ("2027-01-07T10:00", "2027-01-07T08:00", "Giờ kết thúc phải sau giờ bắt đầu."),
        ("2027-01-07T10:00", "2027-01-07T10:00", "Giờ kết thúc phải sau giờ bắt đầu."),
        ("99999-01-07T10:00", "2027-01-07T10:00", "không phải là ngày giờ hợp lệ"),
        ("0001-01-01T00:00", "2027-01-07T10:00", "Năm phải từ 2000 đến 2100."),
        ("2027-02-30T10:00", "2027-03-07T10:00", "không phải là ngày giờ hợp lệ"),
        ("08 giờ", "2027-03-07T10:00", "không phải là ngày giờ hợp lệ"),
    ],
)
def test_times_that_cannot_be_are_refused_and_kept(signed_in, event, starts, ends, sentence):
    form = signed_in.get(f"/events/{event.slug}/sittings/1/time").form()

    page = signed_in.submit(form, {"starts_at": starts, "ends_at": ends}, status=422)

    assert [error for error in page.errors if sentence in error], page.errors
    assert (page.form().fields["starts_at"] or "", page.form().fields["ends_at"]) == (starts, ends)
    assert event.sittings[0].starts_at is None


def test_a_new_event_without_what_it_needs_comes_back_as_typed(signed_in):
    form = signed_in.get("/events/new").form("/events/new")

    page = signed_in.submit(form, {**FORM, "title": "", "units_as_of": "hôm nay"}, status=422)

    assert len(page.errors) == 2
    assert page.form("/events/new").fields["short_title"] == "Lễ phát động"
    assert db.session.scalars(sa.select(Event)).all() == []


@ON_SQLITE
def test_a_title_full_of_markup_stays_text(signed_in, event):
    title = "<script>alert(1)</script> ${7*7} \"'>&"

    signed_in.submit(signed_in.get(f"/events/{event.slug}/edit").form(), {"title": title})

    for url in (f"/events/{event.slug}", f"/events/{event.slug}/edit", "/events", f"/p/{event.slug}"):
        page = signed_in.get(url)
        assert not page.html.xpath("//script[contains(., 'alert')]")
        assert title in page.text or url.endswith("/edit")


def test_two_organizers_saving_the_same_form_lose_nothing(app, signed_in, event):
    other = PageClient(app).sign_in(factories.organizer())
    first = signed_in.get(f"/events/{event.slug}/edit").form()
    second = other.get(f"/events/{event.slug}/edit").form()
    signed_in.submit(first, {"venue": "Trung tâm IOC", "dress_code": "Trang phục công sở"})

    page = other.submit(second, {"venue": "Hội trường tỉnh"}, status=409)

    assert page.rows() == [
        ["Địa điểm", "Trung tâm IOC", "Hội trường tỉnh"],
        ["Trang phục", "Trang phục công sở", "–"],
    ]
    assert page.form().fields["venue"].strip() == "Hội trường tỉnh"
    assert event.venue == "Trung tâm IOC"

    other.submit(page.form(), {"dress_code": "Trang phục công sở"})
    assert (event.venue, event.dress_code) == ("Hội trường tỉnh", "Trang phục công sở")


# --- Who may --------------------------------------------------------------------------------------------------


def with_role(event, role):
    user = factories.user()
    accounts.grant(user, role, event_id=event.id)
    return user


READ = {"", "/agenda"}
EDIT = {"/edit", "/data-notice", "/sittings/1", "/sittings/1/time"}


@ON_SQLITE
@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (Role.OWNER, READ | EDIT),
        (Role.SUPERVISOR, READ),
        (Role.VIEWER, READ),
        (Role.RECEPTION, READ),
        (Role.DOOR, set()),
        (Role.JURY, set()),
    ],
)
def test_each_role_opens_what_its_column_says_and_nothing_is_there_for_it_otherwise(
    client, event, role, opens
):
    client.sign_in(with_role(event, role))

    for path in READ | EDIT:
        client.get(f"/events/{event.slug}{path}", status=200 if path in opens else 404)
    if not opens & EDIT:
        for path in ("/cancel", "/sittings", "/sittings/1/approve", "/agenda/items", "/rituals"):
            client.post(f"/events/{event.slug}{path}", status=404)
    client.get("/events/new", status=404)
    assert not event.is_cancelled


def test_events_of_another_organization_are_not_there(client, event):
    client.sign_in(
        factories.organizer(organization=factories.organizations.host_for("75", event.units_as_of))
    )

    assert event.title not in client.get("/events").text
    for path in READ | EDIT:
        client.get(f"/events/{event.slug}{path}", status=404)
    client.post(f"/events/{event.slug}/cancel", status=404)
    form = client.get("/events/new")
    assert event.title not in form.text


def test_nobody_signed_in_is_sent_to_the_sign_in_page(client, event):
    page = client.get(f"/events/{event.slug}/edit", status=302)

    assert re.fullmatch(r"/sign-in\?next=/events/.*/edit", page.response.location.replace("%2F", "/"))


def test_an_owner_cannot_give_the_event_to_another_organization(client, event):
    client.sign_in(with_role(event, Role.OWNER))
    other = factories.organizations.host_for("75", event.units_as_of)

    page = client.submit(client.get(f"/events/{event.slug}/edit").form(), {"host": str(other.id)}, status=422)

    assert len(page.errors) == 1
    assert event.host == factories.host()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_events_costs_the_same_for_1_and_30(signed_in, count):
    for _ in range(count):
        factories.event(kind=EventKind.MEETING)
    signed_in.get("/events")
    statements = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    signed_in.get("/events")

    assert len([s for s in statements if s.startswith("SELECT")]) <= 6, statements


def test_an_event_that_is_cancelled_takes_no_new_sitting(signed_in, event):
    operations.cancel_event(event, by=None)

    page = signed_in.post(f"/events/{event.slug}/sittings", status=409)

    assert "không thể thay đổi nữa" in page.text
