"""The agenda pages and the programme that everybody may read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eventsvc.agenda import operations as agenda
from eventsvc.agenda import queries
from eventsvc.agenda.labels import EDITS
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.operations import Place
from eventsvc.events import operations
from tests import factories
from tests.databases import ON_SQLITE
from tests.queries import counted

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def event(organizer):
    return factories.approved_event(starts_at=EIGHT, minutes=60, venue="Trung tâm IOC tỉnh", by=organizer)


def rows(page, part=0):
    """(time, minutes, title) of each row of a table, as an organizer sees it."""
    table = page.html.xpath("//table[contains(@class, 'run__table')]")[part]
    found = []
    for row in table.xpath("./tbody/tr[@data-number]"):
        minutes = row.xpath(".//input[@name='duration_minutes']/@value")[0]
        title = row.xpath(".//textarea[@name='title']")[0].text_content().strip()
        found.append((" ".join(row.xpath("string(.//span[@class='clock'])").split()), minutes, title))
    return found


def line(client, item, **typed):
    """What the row's form sends without script: all of its fields, those typed in changed."""
    page = client.get(f"/events/{item.event.slug}/agenda")
    owner = f"r{item.id}"
    fields = page.html.xpath(f"//form[@id='{owner}']//input | //*[@form='{owner}'][@name]")
    sent = {field.get("name"): (field.value or "").strip("\n") for field in fields}
    return sent | typed


def send_line(client, item, status=200, **typed):
    return client.post(
        f"/events/{item.event.slug}/agenda/items/{item.id}/line", line(client, item, **typed), status=status
    )


def live(client, url, data, status=200):
    """What the page's script sends: the answer is only what changed."""
    token = client.csrf()
    response = client._ask("POST", url, data={"csrf_token": token, **data}, headers={"HX-Request": "true"})
    assert response.status_code == status, response.text[:2000]
    return response.text


def test_the_clock_follows_every_change_of_the_agenda(signed_in, event):
    url = f"/events/{event.slug}/agenda"
    for title, minutes in (("Tuyên bố lý do", "5"), ("Phát biểu", "15"), ("Bế mạc", "10")):
        signed_in.submit(signed_in.get(url).form("/items"), {"title": title, "duration_minutes": minutes})

    page = signed_in.get(url)
    assert [row[0] for row in rows(page)] == ["08:00 – 08:05", "08:05 – 08:20", "08:20 – 08:30"]
    assert "Tổng cộng: 30 phút trên 60 phút dự kiến" in page.text and "Còn 30 phút" in page.text

    first, last = event.agenda_items[0], event.agenda_items[2]
    page = signed_in.post(f"{url}/items/{last.id}/up", {"moves": last.moves})
    assert rows(page) == [
        ("08:00 – 08:05", "5", "Tuyên bố lý do"),
        ("08:05 – 08:15", "10", "Bế mạc"),
        ("08:15 – 08:30", "15", "Phát biểu"),
    ]
    assert "“Bế mạc” nay là mục số 2, lúc 08:05." in page.text

    page = send_line(signed_in, first, duration_minutes="")
    assert [row[0] for row in rows(page)] == ["08:00", "—", "—"]
    assert "1 mục chưa có thời lượng" in page.text

    page = signed_in.submit(signed_in.get(f"{url}/items/{first.id}").form("/remove"))
    assert [row[2] for row in rows(page)] == ["Bế mạc", "Phát biểu"]


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

    assert rows(page, 0) == [("08:00 – 08:05", "5", "Mở đầu")]
    assert rows(page, 1) == [("—", "30", "Tham quan")]
    assert [link.partition("#")[2] for link in page.links() if "#part" in link] == ["part-1-0", "part-2-0"]


def test_title_minutes_and_pin_are_changed_in_the_row(signed_in, event):
    item = factories.item(event, "Phát biểu", minutes=10)

    page = send_line(signed_in, item, title="Phát biểu khai mạc", duration_minutes="12", pinned_at="8 giờ 10")

    assert rows(page) == [("08:10 – 08:22", "12", "Phát biểu khai mạc")]
    assert "Trống 10 phút" in page.text and "đúng 08:10" in page.text


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Hãy nhập nội dung của mục."),
        ({"title": "Phát\x00biểu"}, "ký tự không lưu được"),
        ({"title": "x" * 2001}, "Tối đa 2000 ký tự"),
        ({"duration_minutes": "0"}, "từ 1 đến 1440"),
        ({"duration_minutes": "-5"}, "từ 1 đến 1440"),
        ({"duration_minutes": "1441"}, "từ 1 đến 1440"),
        ({"duration_minutes": "mười"}, "từ 1 đến 1440"),
        ({"pinned_at": "25:00"}, "Đây không phải là giờ hợp lệ."),
        ({"pinned_at": "08:60"}, "Đây không phải là giờ hợp lệ."),
        ({"pinned_at": "sáng sớm"}, "Đây không phải là giờ hợp lệ."),
    ],
)
def test_what_cannot_be_in_a_row_is_told_there_and_kept(signed_in, event, typed, sentence):
    item = factories.item(event, "Phát biểu", minutes=10)

    page = send_line(signed_in, item, status=422, **typed)

    name, value = next(iter(typed.items()))
    control = page.html.xpath(f"//*[@form='r{item.id}'][@name='{name}']")[0]
    told = page.html.get_element_by_id(control.get("aria-describedby"))
    assert sentence in told.text_content() and control.get("aria-invalid") == "true"
    assert control.value.strip("\n") == value.replace("\x00", "")
    assert (item.title, item.duration_minutes, item.pinned_at) == ("Phát biểu", 10, None)


def test_a_title_of_500_letters_is_a_title(signed_in, event):
    item = factories.item(event, "Phát biểu")

    page = send_line(signed_in, item, title="ă" * 500)

    assert rows(page)[0][2] == "ă" * 500


def test_two_people_in_one_row_see_both_texts_and_decide(signed_in, event):
    item = factories.item(event, "Phát biểu", minutes=10)
    mine = line(signed_in, item, title="Phát biểu chỉ đạo")
    send_line(signed_in, item, title="Phát biểu khai mạc")
    url = f"/events/{event.slug}/agenda/items/{item.id}/line"

    page = signed_in.post(url, mine, status=409)

    assert item.title == "Phát biểu khai mạc"
    compared = page.html.xpath("//tr[@data-of]//tbody/tr")
    assert [cell.text_content() for cell in compared[0]] == [
        "Nội dung",
        "Phát biểu khai mạc",
        "Phát biểu chỉ đạo",
    ]
    assert rows(page)[0][2] == "Phát biểu chỉ đạo"

    version = page.html.xpath(f"string(//form[@id='r{item.id}']/input[@name='version']/@value)")
    signed_in.post(url, mine | {"version": version})
    assert item.title == "Phát biểu chỉ đạo"


def test_an_edit_by_the_script_is_answered_with_the_tables_it_changed(signed_in, event):
    second = operations.add_sitting(event, title="Ngày thứ hai", by=None)
    strand = agenda.add_strand(event, name="Triển lãm", by=None)
    first, other = factories.item(event, "a", minutes=5), factories.item(event, "b", minutes=5)
    factories.item(event, "c", sitting=second)
    url = f"/events/{event.slug}/agenda/items/{other.id}"

    text = live(signed_in, f"{url}/up", {"moves": "0"})
    assert "<html" not in text
    assert 'id="part-1-0"' in text and 'id="part-2-0"' not in text and 'id="part-1-1"' not in text
    assert "“b” nay là mục số 1, lúc 08:00." in text

    text = live(
        signed_in, f"{url}/place", {"number": "1", "sitting": second.id, "strand": strand.id, "moves": "1"}
    )
    assert 'id="part-1-0"' in text and 'id="part-2-1"' in text and 'id="part-2-0"' not in text
    assert (other.sitting, other.strand, other.number) == (second, strand, 1)
    assert first.number == 1


def test_an_item_moved_by_two_at_once_is_moved_by_the_first(signed_in, event):
    for title in "abc":
        item = factories.item(event, title)
    url = f"/events/{event.slug}/agenda/items/{item.id}"
    signed_in.post(f"{url}/up", {"moves": "0"})

    page = signed_in.post(f"{url}/up", {"moves": "0"}, status=409)
    assert "Người khác vừa chuyển" in page.text
    assert [row[2] for row in rows(page)] == ["a", "c", "b"]

    text = live(
        signed_in, f"{url}/place", {"number": "1", "sitting": item.sitting_id, "moves": "0"}, status=409
    )
    assert "Người khác vừa chuyển" in text and 'id="part-1-0"' in text
    assert item.number == 2


def test_an_item_removed_meanwhile_is_told_in_place(signed_in, event):
    item, other = factories.item(event, "a"), factories.item(event, "b")
    url, sent = f"/events/{event.slug}/agenda/items/{item.id}", line(signed_in, item)
    agenda.remove_item(item, by=None)

    for deed in ("line", "up", "remove", "place"):
        text = live(signed_in, f"{url}/{deed}", sent, status=404)
        assert "Mục này không còn" in text and f'id="item-{other.id}"' in text
    page = signed_in.post(f"{url}/line", sent, status=404)
    assert "Mục này không còn" in page.text and [row[2] for row in rows(page)] == ["b"]


def test_everything_from_a_row_on_is_shifted(signed_in, event):
    for title in "abc":
        factories.item(event, title, minutes=10)
    url = f"/events/{event.slug}/agenda/sittings/1"

    page = signed_in.post(f"{url}/shift", {"number": "2", "minutes": "10", "strand": ""})
    assert [row[0] for row in rows(page)] == ["08:00 – 08:10", "08:20 – 08:30", "08:30 – 08:40"]
    page = signed_in.post(f"{url}/shift", {"number": "2", "minutes": "-10", "strand": ""})
    assert [row[0] for row in rows(page)] == ["08:00 – 08:10", "08:10 – 08:20", "08:20 – 08:30"]
    for bad in (
        {"number": "9", "minutes": "5"},
        {"number": "1", "minutes": "0"},
        {"number": "1", "minutes": "mười"},
    ):
        page = signed_in.post(f"{url}/shift", bad, status=404 if bad["number"] == "9" else 422)
        assert page.html.xpath("//div[@id='agenda-notice']//p")


def test_the_items_are_stretched_to_the_time_less_what_is_kept_free(signed_in, event):
    for title in "ab":
        factories.item(event, title, minutes=10)
    url = f"/events/{event.slug}/agenda/sittings/1"

    version = event.sittings[0].version
    page = signed_in.post(f"{url}/buffer", {"buffer_minutes": "10", "version": version})
    assert "Dành 10 phút dự phòng." in page.text
    page = signed_in.post(f"{url}/stretch", {"strand": ""})
    assert [row[:2] for row in rows(page)] == [("08:00 – 08:25", "25"), ("08:25 – 08:50", "25")]

    page = signed_in.post(f"{url}/buffer", {"buffer_minutes": "20", "version": version}, status=409)
    assert "hiện dành 10 phút dự phòng, nội dung vừa nhập là 20" in page.text
    signed_in.post(f"{url}/buffer", {"buffer_minutes": "-1"}, status=422)


def test_a_strand_is_added_filled_renamed_and_removed(signed_in, event):
    url = f"/events/{event.slug}/agenda"
    page = signed_in.submit(
        signed_in.get(url).form("/strands"), {"name": "Triển lãm", "place": "Sảnh tầng 1"}
    )
    strand = event.strands[0]
    assert "Sảnh tầng 1" in page.text and rows(page, 1) == []
    sitting = event.sittings[0]
    signed_in.post(
        f"{url}/items", {"title": "Tham quan", "kind": "other", "sitting": sitting.id, "strand": strand.id}
    )
    assert [row[2] for row in rows(signed_in.get(url), 1)] == ["Tham quan"]

    signed_in.submit(signed_in.get(f"{url}/strands/{strand.id}").form(), {"name": "Không gian số"})
    assert strand.name == "Không gian số"
    page = signed_in.post(f"{url}/strands/{strand.id}/remove", status=409)
    assert "đang có mục" in page.text or "chuyển" in page.text
    agenda.remove_item(event.agenda_items[0], by=None)
    signed_in.post(f"{url}/strands/{strand.id}/remove")
    assert event.strands == []


def test_words_that_name_a_known_organization_lead_to_it(signed_in, event):
    item = factories.item(event, "Phát biểu")
    url = f"/events/{event.slug}/agenda/items/{item.id}"

    signed_in.submit(signed_in.get(url).form(), {"speaker": "UBND tỉnh", "position": "Phó Chủ tịch"})
    assert (item.speaker, item.organization, item.position) == ("UBND tỉnh", factories.host(), "Phó Chủ tịch")
    signed_in.submit(signed_in.get(url).form(), {"speaker": "Đại diện doanh nghiệp"})
    assert (item.organization, item.person) == (None, None)


@ON_SQLITE
@pytest.mark.parametrize(
    "name", ["mc_line", "sound_note", "light_note", "screen_note", "line_note", "reception_note"]
)
def test_every_cue_of_an_item_is_kept(signed_in, event, name):
    item = factories.item(event, "Phát biểu")
    url = f"/events/{event.slug}/agenda/items/{item.id}"

    signed_in.submit(signed_in.get(url).form(), {name: "Kính mời quý vị"})

    assert getattr(item, name) == "Kính mời quý vị"


def test_an_agenda_of_300_items_costs_the_queries_of_one(signed_in, event):
    first = agenda.add_ritual(event, title="Nhấn nút", agenda_item=factories.item(event), by=None)
    agenda.edit_ritual(first, {}, participants=[Place(RitualRole.PRESSER, "A")], by=None)
    signed_in.get(f"/events/{event.slug}/agenda")
    with counted() as few:
        signed_in.get(f"/events/{event.slug}/agenda")
    for number in range(40):
        item = factories.item(event, str(number), speaker="A", position="B")
        ritual = agenda.add_ritual(event, title="Nhấn nút", agenda_item=item if number % 2 else None, by=None)
        agenda.edit_ritual(ritual, {}, participants=[Place(RitualRole.PRESSER, "A")], by=None)
    with counted() as many:
        signed_in.get(f"/events/{event.slug}/agenda")

    assert many.number == few.number


@ON_SQLITE
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
    assert page.form(f"/items/{item.id}").fields["title"].strip() == "Phát biểu chỉ đạo"
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
    told = page.html.get_element_by_id(f"ritual-{ritual.id}").text_content()
    assert "Nhấn nút: 1/2 dự kiến 2 Lãnh đạo UBND tỉnh (UBND tỉnh)" in " ".join(told.split())

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


def test_what_is_printed_is_the_agenda_without_its_tools_and_remarks(signed_in, event):
    factories.item(event, "Khai mạc", note="nội bộ")

    page = signed_in.get(f"/events/{event.slug}/agenda")

    for part in page.html.xpath("//main//*[contains(@class, 'no-print')]"):
        part.drop_tree()
    assert rows(page) == [("08:00 – 08:10", "10", "Khai mạc")]
    assert "nội bộ" not in page.text and page.html.xpath("//main//button | //main//select") == []


def test_the_rows_of_a_ritual_are_added_moved_and_taken_out_before_anything_is_stored(signed_in, event):
    ritual = agenda.add_ritual(event, title="Ký kết", by=None)
    url = f"/events/{event.slug}/rituals/{ritual.id}"

    def named(page):
        return [field.value for field in page.html.xpath("//input[contains(@name, '-text')]")]

    form = signed_in.get(url).form("")
    form = signed_in.submit(
        form,
        {"participants-0-text": "A", "participants-1-text": "B", "copies": "4"},
        follow=False,
        status=302,
    ) and signed_in.get(url).form("")
    page = signed_in.post(url, dict(form.form_values()) | {"rows": "down-0"})
    assert named(page) == ["B", "A", "", "", ""]
    page = signed_in.post(url, dict(page.form("").form_values()) | {"rows": "out-1"})
    assert named(page) == ["B", "", "", ""]
    page = signed_in.post(url, dict(page.form("").form_values()) | {"rows": "more"})
    assert named(page) == ["B", "", "", "", ""]
    signed_in.post(url, dict(page.form("").form_values()) | {"rows": "up-99"}, status=422)
    assert [(p.text, p.number) for p in ritual.participants] == [("A", 1), ("B", 2)] and ritual.copies == 4
    signed_in.submit(page.form(""))
    assert [p.text for p in ritual.participants] == ["B"]


def test_an_item_holds_one_ritual(signed_in, event):
    item = factories.item(event, "Nhấn nút", kind=ItemKind.BUTTON_CEREMONY)
    agenda.add_ritual(event, title="Nhấn nút", agenda_item=item, by=None)

    page = signed_in.post(
        f"/events/{event.slug}/rituals", {"ritual_title": "Ký kết", "agenda_item": item.id}, status=422
    )

    assert any("đã có một nghi lễ" in error for error in page.errors), page.errors


def test_the_first_who_takes_part_in_a_signing_signs(signed_in, event):
    item = factories.item(event, "Ký kết hợp tác", kind=ItemKind.SIGNING)
    ritual = agenda.add_ritual(event, title="Ký kết", agenda_item=item, by=None)

    page = signed_in.get(f"/events/{event.slug}/rituals/{ritual.id}")

    chosen = page.html.xpath("//select[contains(@name, 'role')]/option[@selected]/@value")
    assert set(chosen) == {"signatory"}


def test_the_overview_tells_apart_what_is_on_the_stage_and_beside_it(signed_in, event):
    factories.item(event, "Khai mạc", minutes=10)
    strand = agenda.add_strand(event, name="Không gian triển lãm", by=None)
    factories.item(event, "Hướng dẫn", minutes=10, strand=strand)

    page = signed_in.get(f"/events/{event.slug}")

    assert "Không gian triển lãm" in [" ".join(h.text_content().split()) for h in page.html.xpath("//h3")]


@ON_SQLITE
def test_what_is_undone_is_told_in_words(signed_in, event):
    url = f"/events/{event.slug}/agenda"
    factories.item(event, "Bế mạc", minutes=10)
    agenda.release(event, note="", confirmed=True, by=None)
    agenda.remove_item(event.agenda_items[0], by=None)
    agenda.restore(queries.last_release(event), by=None)

    page = signed_in.get(url)
    assert "đưa về bản phát hành 1" in page.text
    page = signed_in.submit(page.form("/undo"))
    assert "Đã hoàn tác việc đưa về bản phát hành 1." in page.text
    page = signed_in.submit(page.form("/undo"))
    assert "Đã hoàn tác việc bỏ mục “Bế mạc”." in page.text


def test_every_edit_that_can_be_undone_has_its_words():
    operations_ = Path(agenda.__file__).parent.glob("*.py")
    kept = {
        word
        for file in operations_
        for word in re.findall(r'journal\.edit\(\w+, "([^"]+)"', file.read_text())
    }

    assert len(kept) > 10
    assert kept == set(EDITS)


def test_the_main_hall_is_offered_once_as_the_place_that_speaks(signed_in, event):
    factories.main_site(event, "Trung tâm IOC tỉnh")
    bridge = factories.site(event, "Huyện Lý Sơn")
    item = factories.item(event, "Phát biểu")
    url = f"/events/{event.slug}/agenda/items/{item.id}"

    def offered():
        return [
            one.text_content().strip()
            for one in signed_in.get(url).html.xpath("//select[contains(@name, 'site')]/option")
        ]

    assert offered()[1:] == [bridge.name]
    agenda.edit_item(item, {"site": factories.site_of(event, "main")}, by=None)
    assert "Trung tâm IOC tỉnh" in offered()
