"""The agenda pages and the programme that everybody may read."""

from datetime import UTC, datetime

import pytest

from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.events import operations
from tests import factories

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def event(organizer):
    return factories.approved_event(starts_at=EIGHT, minutes=60, venue="Trung tâm IOC tỉnh", by=organizer)


def lines(page, table=0):
    return [[cell for cell in row if cell not in ("",)][:5] for row in page.rows(table)]


def test_the_clock_follows_every_change_of_the_agenda(signed_in, event):
    url = f"/events/{event.slug}/agenda"
    for title, minutes in (("Tuyên bố lý do", "5"), ("Phát biểu", "15"), ("Bế mạc", "10")):
        signed_in.submit(signed_in.get(url).form("/items"), {"title": title, "duration_minutes": minutes})

    page = signed_in.get(url)
    assert [row[0] for row in page.rows()] == ["08:00 – 08:05", "08:05 – 08:20", "08:20 – 08:30"]
    assert "Tổng cộng: 30 phút trên 60 phút dự kiến" in page.text and "Còn 30 phút" in page.text

    last = event.agenda_items[2]
    page = signed_in.submit(page.form(f"/items/{last.id}/up"))
    assert [row[2] for row in page.rows()] == ["1. Tuyên bố lý do", "2. Bế mạc", "3. Phát biểu"]
    assert "“Bế mạc” nay là mục số 2." in page.text
    assert [row[0] for row in page.rows()] == ["08:00 – 08:05", "08:05 – 08:15", "08:15 – 08:30"]

    first = event.agenda_items[0]
    page = signed_in.submit(signed_in.get(f"{url}/items/{first.id}").form(), {"duration_minutes": ""})
    assert [row[0] for row in page.rows()] == ["từ 08:00", "—", "—"]
    assert "1 mục chưa có thời lượng" in page.text

    page = signed_in.submit(signed_in.get(f"{url}/items/{first.id}").form("/remove"))
    assert [row[2] for row in page.rows()] == ["1. Bế mạc", "2. Phát biểu"]


def test_moving_leads_back_to_the_row_that_moved(signed_in, event):
    factories.item(event, "a")
    item = factories.item(event, "b")

    page = signed_in.post(f"/events/{event.slug}/agenda/items/{item.id}/up", status=302, follow=False)

    assert page.response.location == f"/events/{event.slug}/agenda#item-{item.id}"


def test_an_agenda_longer_than_its_sitting_is_said(signed_in, event):
    factories.item(event, minutes=75)

    assert "Quá 15 phút" in signed_in.get(f"/events/{event.slug}/agenda").text


def test_several_sittings_have_their_own_tables(signed_in, event):
    second = operations.add_sitting(event, title="Ngày thứ hai", by=None)
    factories.item(event, "Mở đầu", minutes=5)

    signed_in.submit(
        signed_in.get(f"/events/{event.slug}/agenda").form("/items"),
        {"title": "Tham quan", "duration_minutes": "30", "sitting": str(second.id)},
    )
    page = signed_in.get(f"/events/{event.slug}/agenda")

    assert [row[2] for row in page.rows(0)] == ["1. Mở đầu"]
    assert [row[0:3] for row in page.rows(1)] == [["—", "30", "1. Tham quan"]]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Hãy nhập nội dung của mục."),
        ("title", "x" * 1_000_000, "Tối đa 2000 ký tự"),
        ("title", "Phát\x00biểu", "ký tự không lưu được"),
        ("duration_minutes", "-5", "từ 1 đến 1440"),
        ("duration_minutes", "0", "từ 1 đến 1440"),
        ("duration_minutes", "1441", "từ 1 đến 1440"),
        ("duration_minutes", "năm phút", "từ 1 đến 1440"),
        ("duration_minutes", "5.5", "từ 1 đến 1440"),
        ("kind", "dance", "Hãy chọn trong danh sách."),
        ("speaker", "x" * 301, "Tối đa 300 ký tự"),
    ],
)
def test_a_bad_item_is_told_beside_its_field_and_kept(signed_in, event, field, typed, sentence):
    form = signed_in.get(f"/events/{event.slug}/agenda").form("/items")

    page = signed_in.submit(form, {"title": "Phát biểu", field: typed}, status=422)

    assert [error for error in page.errors if sentence in error], page.errors
    if field != "kind":
        assert (page.form("/items").fields[field] or "").strip() == typed.replace("\x00", "")
    assert event.agenda_items == []


def test_two_organizers_saving_one_item_lose_nothing(signed_in, event):
    item = factories.item(event, "Phát biểu")
    url = f"/events/{event.slug}/agenda/items/{item.id}"
    first, second = signed_in.get(url).form(), signed_in.get(url).form()
    signed_in.submit(first, {"title": "Phát biểu khai mạc"})

    page = signed_in.submit(second, {"title": "Phát biểu chỉ đạo"}, status=409)

    assert page.rows() == [["Nội dung", "Phát biểu khai mạc", "Phát biểu chỉ đạo"]]
    assert page.form().fields["title"].strip() == "Phát biểu chỉ đạo"
    assert item.title == "Phát biểu khai mạc"


def test_a_ritual_is_added_with_those_who_take_part(signed_in, event):
    item = factories.item(event, "Nghi thức nhấn nút", kind=ItemKind.BUTTON_CEREMONY)
    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/agenda").form("/rituals"),
        {"ritual_title": "Nghi lễ phát động", "agenda_item": str(item.id)},
    )
    form = page.form()

    page = signed_in.submit(
        form,
        {
            "participants-0-text": "Lãnh đạo UBND tỉnh",
            "participants-0-organization_name": "UBND tỉnh",
            "participants-0-role": "presser",
            "participants-2-text": "Đại diện doanh nghiệp",
            "participants-2-role": "witness",
            "expected_pressers": "2",
        },
    )

    ritual = event.rituals[0]
    assert [(p.role, p.text, p.organization) for p in ritual.participants] == [
        (RitualRole.PRESSER, "Lãnh đạo UBND tỉnh", factories.host()),
        (RitualRole.WITNESS, "Đại diện doanh nghiệp", None),
    ]
    assert "Lãnh đạo UBND tỉnh (UBND tỉnh): Nhấn nút" in page.text

    form = signed_in.get(f"/events/{event.slug}/rituals/{ritual.id}").form()
    signed_in.submit(form, {"participants-0-text": ""})
    assert [p.text for p in ritual.participants] == ["Đại diện doanh nghiệp"]
    signed_in.post(f"/events/{event.slug}/rituals/{ritual.id}/remove")
    assert event.rituals == []


def test_what_belongs_to_another_event_is_not_there(signed_in, event):
    other = factories.event()
    item = factories.item(other)
    ritual = agenda.add_ritual(other, title="Nhấn nút", by=None)

    for path in (
        f"/agenda/items/{item.id}",
        f"/rituals/{ritual.id}",
        "/sittings/7",
        f"/agenda/items/{10**12}",
    ):
        signed_in.get(f"/events/{event.slug}{path}", status=404)
    for path in (
        f"/agenda/items/{item.id}/remove",
        f"/agenda/items/{item.id}/up",
        f"/rituals/{ritual.id}/remove",
    ):
        signed_in.post(f"/events/{event.slug}{path}", status=404)
    assert (len(other.agenda_items), len(other.rituals)) == (1, 1)


def test_everybody_reads_the_programme_and_nobody_reads_the_guests(client, event):
    factories.data_notice(event)
    factories.item(event, "Tuyên bố lý do", minutes=5, speaker="Ban Tổ chức", note="Kiểm tra micro")
    factories.guest(factories.main_site(event), "Nguyễn Văn Mẫu", group=factories.group(event))

    page = client.get(f"/p/{event.slug}")

    assert page.heading == event.title
    assert (
        "08 giờ 00 phút, thứ Năm, ngày 10 tháng 12 năm 2026" in page.text
        and "Trung tâm IOC tỉnh" in page.text
    )
    assert page.rows() == [["08:00 – 08:05", "1. Tuyên bố lý do", "Ban Tổ chức"]]
    assert "Nguyễn Văn Mẫu" not in page.text and "Kiểm tra micro" not in page.text


def test_a_programme_without_an_approved_time_shows_the_window_and_no_clock(client):
    event = factories.event(window_text="trong tháng 7/2023")
    operations.propose_time(event.sittings[0], starts_at=EIGHT, ends_at=None, by=None)
    factories.item(event, "Phát biểu", minutes=5)

    page = client.get(f"/p/{event.slug}")

    assert "trong tháng 7/2023" in page.text and "08:00" not in page.text
    assert page.rows() == [["—", "1. Phát biểu", ""]]
    client.get("/p/khong-co", status=404)


def test_what_is_printed_is_the_agenda_without_its_forms_and_remarks(signed_in, event):
    url = f"/events/{event.slug}/agenda"

    page = signed_in.submit(signed_in.get(url).form("/items"), {"title": "Khai mạc", "note": "nội bộ"})

    kept_from_paper = [
        part.text_content() for part in page.html.xpath("//main//*[contains(@class, 'no-print')]")
    ]
    assert [part.split()[0] for part in kept_from_paper] == ["Thao", "nội", "Thêm", "Thêm"]
