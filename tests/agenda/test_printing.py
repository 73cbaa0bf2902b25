"""The agenda on paper: the programme for everybody, the running orders for those who work from them."""

import re
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from urllib.parse import unquote

import pytest
from flask_babel import force_locale
from pypdf import PdfReader

from eventsvc import pdf
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations as agenda
from eventsvc.agenda import printing, queries, running_order
from eventsvc.agenda.models import AgendaItem, ItemKind, RitualRole
from eventsvc.agenda.operations.rituals import Place
from eventsvc.agenda.running_order import View
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.text import official_date
from tests import factories
from tests.pages import PageClient
from tests.queries import counted

# What is printed does not depend on the database: the queries behind it are tested on both elsewhere.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

EIGHT = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
VIEWS = [view.value for view in View]
A4 = (595, 842)


@pytest.fixture
def event(organizer):
    return factories.approved_event(starts_at=EIGHT, minutes=60, venue="Trung tâm IOC tỉnh", by=organizer)


@pytest.fixture
def rich(event):
    """A speech from a bridge, a clip, a button press after a gap; every note says whose it is."""
    bridge = factories.site(event, "Điểm cầu Đức Phổ")
    factories.item(
        event, "Phát biểu khai mạc", 10, speaker="Ông Nguyễn Văn Mẫu", position="Phó Chủ tịch UBND tỉnh",
        site=bridge, cue="A1", mc_line="Xin kính mời lên phát biểu.", sound_note="micro bục",
        light_note="sáng toàn sân khấu", screen_note="phông chữ chính", line_note="nối điểm cầu",
        reception_note="mời nước", note="chốt bài trước 17 giờ",
    )  # fmt: skip
    factories.item(event, "Họp kín Ban Tổ chức", 5, is_public=False, kind=ItemKind.OTHER)
    press = factories.item(
        event, "Bấm nút khai trương", 5, kind=ItemKind.BUTTON_CEREMONY, pinned_at=time(8, 20)
    )
    ritual = agenda.add_ritual(event, title="Nghi lễ bấm nút", agenda_item=press, by=None)
    people = [
        Place(RitualRole.WITNESS, "Bà Lê Thị Ba", position="Giám đốc Sở", stands_at="hàng sau"),
        Place(RitualRole.PRESSER, "Ông Trần Văn Hai", stands_at="giữa sân khấu", cue="trống hồi ba"),
        Place(RitualRole.PRESSER, "Ông Phạm Văn Tư", stands_at="bên phải", cue="trống hồi ba"),
    ]
    agenda.edit_ritual(ritual, {"copies": 4, "setting": "bục bấm nút"}, participants=people, by=None)
    return event


def read(response) -> PdfReader:
    assert response.mimetype == "application/pdf"
    return PdfReader(BytesIO(response.data))


def words_of(page) -> str:
    return " ".join(page.extract_text().replace("\u200b", "").split())


def words(response) -> str:
    return " ".join(words_of(page) for page in read(response).pages)


def cut_off(response) -> list[str]:
    """What stands lower than the foot of its page or right of its edge: drawn, but on no paper."""
    found: list[str] = []
    for page in read(response).pages:
        right = float(page.mediabox.width)

        def look(words, cm, tm, _font, _size, right=right):
            left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            if words.strip() and not (0 < left < right and height > 20):
                found.append(words)

        page.extract_text(visitor_text=look)
    return found


def sizes(response) -> set[tuple[int, int]]:
    return {(round(page.mediabox.width), round(page.mediabox.height)) for page in read(response).pages}


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def fetched(client, address):
    """The answer to one request in a context of its own, as bytes."""
    with client.app.app_context():
        response = client.http.get(address)
    db.session.rollback()
    assert response.status_code == 200
    return response


def programme(client, event):
    return fetched(client, f"/p/{event.slug}/programme.pdf")


def paper(client, event, view="master", query=""):
    return fetched(client, f"/events/{event.slug}/running-order/{view}.pdf{query}")


def values(event, view=View.MASTER):
    with force_locale("vi"):
        return running_order.running_order(event, queries.draft(event), view, release=None)


# --- The programme ------------------------------------------------------------------------------------------


def test_the_programme_is_a_paper_of_its_host(client, rich):
    response = programme(client, rich)

    text = words(response)
    assert sizes(response) == {A4}
    assert in_order(
        text,
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "CHƯƠNG TRÌNH",
        "Lễ phát động Phong trào chuyển đổi số",
        "Thời gian: Bắt đầu từ 08 giờ 00 phút, ngày 10 tháng 12 năm 2026 (thứ Năm), dự kiến kết thúc lúc 09 giờ 00",
        "Địa điểm: Trung tâm IOC tỉnh",
        "Thời gian Nội dung Người thực hiện",
        "08h00 – 08h10 1. Phát biểu khai mạc Ông Nguyễn Văn Mẫu Phó Chủ tịch UBND tỉnh, Điểm cầu Đức Phổ",
        "08h20 – 08h25 2. Bấm nút khai trương",
    )


def test_the_programme_says_nothing_that_is_not_for_everybody(client, rich):
    text = words(programme(client, rich))

    inside = (
        "Họp kín",
        "Xin kính mời",
        "micro bục",
        "mời nước",
        "chốt bài",
        "Lê Thị Ba",
        "Trần Văn Hai",
        "A1",
    )
    assert [part for part in inside if part in text] == []


def test_the_programme_of_nothing_is_not_found(client):
    assert client.get("/p/khong-co/programme.pdf", status=404)


def test_the_programme_without_an_approved_time_has_the_words_of_the_plan(client, organizer):
    event = factories.event(window_text="Tổ chức trong tháng 7/2023", by=organizer)
    factories.item(event, "Khai mạc", 10)

    text = words(programme(client, event))

    assert "Thời gian: Tổ chức trong tháng 7/2023" in text
    assert "TT Nội dung Người thực hiện 1 Khai mạc" in text
    assert not re.search(r"\d\dh\d\d", text)


def test_a_proposed_time_is_not_announced(client, organizer):
    event = factories.event(by=organizer)
    events.propose_time(event.sittings[0], starts_at=EIGHT, ends_at=EIGHT + timedelta(hours=1), by=organizer)
    factories.item(event, "Khai mạc", 10)

    text = words(programme(client, event))

    assert "08" not in text


def test_an_event_without_items_and_a_cancelled_one_say_so(client, event):
    assert "Chương trình sẽ được thông báo sau." in words(programme(client, event))

    factories.item(event)
    events.cancel_event(event, by=None)

    text = words(programme(client, event))
    assert "Sự kiện đã bị hủy, không tổ chức." in text
    assert "1. Phát biểu khai mạc" in text


def test_a_release_is_named_at_the_foot_and_before_it_the_programme_is_provisional(client, event):
    factories.item(event, "Khai mạc", 10)

    before = words(programme(client, event))
    made = agenda.release(event, note=None, confirmed=True, by=None)
    after = words(programme(client, event))

    assert "(Dự kiến)" in before and "Bản phát hành" not in before
    assert f"Bản phát hành số 1, {official_date(made.released_at)}" in after
    assert "(Dự kiến)" not in after


def test_sittings_and_what_goes_on_beside_the_stage_have_tables_of_their_own(client, event, organizer):
    second = events.add_sitting(event, title="Phiên chiều", by=organizer)
    start = EIGHT + timedelta(hours=6)
    events.propose_time(second, starts_at=start, ends_at=start + timedelta(hours=1), by=organizer)
    events.approve_time(second, by=organizer)
    strand = agenda.add_strand(event, name="Không gian triển lãm", place="Sảnh tầng 1", by=organizer)
    factories.item(event, "Khai mạc", 10)
    factories.item(event, "Tham quan", 30, strand=strand)
    factories.item(event, "Bế mạc", 10, sitting=second)

    text = words(programme(client, event))

    assert in_order(
        text,
        "Phiên 1: Bắt đầu từ 08 giờ 00 phút",
        "Phiên chiều: Bắt đầu từ 14 giờ 00 phút",
        "Phiên 1, 08 giờ 00 phút, ngày 10 tháng 12 năm 2026 (thứ Năm)",
        "08h00 – 08h10 1. Khai mạc",
        "Không gian triển lãm, Sảnh tầng 1",
        "08h00 – 08h30 1. Tham quan",
        "Phiên chiều, 14 giờ 00 phút",
        "14h00 – 14h10 1. Bế mạc",
    )


def test_a_long_programme_repeats_its_head_numbers_its_pages_and_breaks_no_row(client, event):
    for number in range(60):
        factories.item(event, f"đầu-{number} {'nội dung dài của mục này ' * 6} cuối-{number}", 1)

    pages = [words_of(page) for page in read(programme(client, event)).pages]

    assert len(pages) > 3
    assert all("Thời gian Nội dung Người thực hiện" in page for page in pages)
    assert [page.split()[0] for page in pages[1:]] == [f"{number}" for number in range(2, len(pages) + 1)]
    assert not pages[0].startswith("1")
    whole = [
        number
        for number in range(60)
        for page in pages
        if f"đầu-{number} " in page and f"cuối-{number}" in page
    ]
    assert whole == list(range(60))


def test_texts_without_end_are_printed_whole_in_the_programme(client, organizer):
    title, note = f"{'Lễ phát động ' * 38}hết.tên", f"{'rất dài ' * 240}hết.mục"
    event = factories.approved_event(starts_at=EIGHT, title=title, venue="Hội trường " * 30, by=organizer)
    factories.item(event, note, 10, speaker="Ông Nguyễn Văn Mẫu " * 15, position="Phó Chủ tịch " * 20)
    factories.item(event, "\n".join(f"dòng {number}." for number in range(200)), 10)

    response = programme(client, event)

    text = words(response)
    assert cut_off(response) == []
    assert [part for part in ("hết.tên", "hết.mục", "dòng 199.") if part not in text] == []


def test_the_programme_is_kept_by_browsers_until_it_changes(client, event):
    item = factories.item(event, "Khai mạc", 10)
    url = f"/p/{event.slug}/programme.pdf"

    first = client.http.get(url)
    same = client.http.get(url, headers={"If-None-Match": first.headers["ETag"]})
    agenda.edit_item(item, {"title": "Tuyên bố lý do"}, by=None)
    changed = client.http.get(url, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert first.headers["Cache-Control"] == "no-cache"


# --- Running orders -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "title", "has", "has_not"),
    [
        (
            "master",
            "KỊCH BẢN TỔNG THỂ",
            ["Xin kính mời", "Âm thanh: micro bục", "Ánh sáng: sáng", "Màn hình: phông", "Đường truyền: nối",
             "Lễ tân: mời nước", "Ghi chú: chốt bài", "UBND tỉnh Điểm cầu Đức Phổ"],
            [],
        ),
        ("mc", "KỊCH BẢN DÀNH CHO NGƯỜI DẪN", ["Xin kính mời"], ["micro bục", "mời nước", "chốt bài"]),
        (
            "technician",
            "KỊCH BẢN KỸ THUẬT",
            ["micro bục", "sáng toàn sân khấu", "phông chữ chính", "nối điểm cầu", "hội trường chính"],
            ["Xin kính mời", "mời nước", "chốt bài"],
        ),
        ("reception", "KỊCH BẢN LỄ TÂN", ["mời nước"], ["Xin kính mời", "micro bục", "chốt bài"]),
    ],
)  # fmt: skip
def test_each_gets_the_columns_of_their_work(signed_in, rich, view, title, has, has_not):
    response = paper(signed_in, rich, view)

    text = words(response)
    assert sizes(response) == {A4[::-1]}
    assert title in text
    assert [part for part in has if part not in text] == []
    assert [part for part in has_not if part in text] == []
    assert "Ông Nguyễn Văn Mẫu" in text and "Phó Chủ tịch UBND tỉnh" in text
    assert "Họp kín Ban Tổ chức" in text  # what is not for everybody is for those who work


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_gets_times_pins_gaps_and_rituals(signed_in, rich, view):
    text = words(paper(signed_in, rich, view))

    assert in_order(
        text, "1 A1", "08:00 – 08:10", "10 phút", "08:10 – 08:15", "Khoảng trống 5 phút", "đúng 08:20", "đến 08:25",
        "Nghi lễ bấm nút", "Số bản ký: 04", "Chuẩn bị sẵn: bục bấm nút",
        "1 Nhấn nút Ông Trần Văn Hai giữa sân khấu trống hồi ba",
        "2 Nhấn nút Ông Phạm Văn Tư bên phải trống hồi ba",
        "3 Chứng kiến Bà Lê Thị Ba Giám đốc Sở hàng sau", "Tổng cộng: 20 phút trên 60 phút dự kiến",
    )  # fmt: skip


def test_an_overlap_is_said_before_the_item(event):
    factories.item(event, "Phát biểu", 30)
    factories.item(event, "Ký kết", 10, pinned_at=time(8, 20))

    rows = values(event)["sittings"][0]["parts"][0]["rows"]

    assert [row["is"] for row in rows] == ["item", "note", "item"]
    assert rows[1]["text"] == "Chồng giờ: bắt đầu trước khi mục trên kết thúc 10 phút"
    assert rows[1]["is_fault"]


def test_the_name_of_a_known_person_stands_with_the_words_of_the_programme(event):
    guest = factories.guest(factories.main_site(event), "Nguyễn Văn Mẫu")
    factories.item(event, speaker="Lãnh đạo UBND tỉnh", person=guest.person)
    factories.item(event, speaker="Ông Nguyễn Văn Mẫu", person=guest.person)

    rows = values(event, View.MC)["sittings"][0]["parts"][0]["rows"]

    assert [row["cells"][3][0]["text"] for row in rows] == [
        "Lãnh đạo UBND tỉnh: Nguyễn Văn Mẫu",
        "Ông Nguyễn Văn Mẫu",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Điểm cầu Đức Phổ", "Điểm cầu Đức Phổ"),
        ("Huyện Lý Sơn", "Điểm cầu huyện Lý Sơn"),
        ("Trường Đại học Phạm Văn Đồng", "Điểm cầu Trường Đại học Phạm Văn Đồng"),
    ],
)
def test_a_bridge_is_called_one_once(event, name, words):
    site = factories.site(event, name)

    with force_locale("vi"):
        assert printing.bridge(site) == words
        assert printing.bridge(factories.main_site(event)) == printing.bridge(None) == ""


def test_the_draft_and_the_release_are_told_apart(signed_in, event):
    item = factories.item(event, "Khai mạc", 10)
    unreleased = words(paper(signed_in, event))
    agenda.release(event, note=None, confirmed=True, by=None)
    agenda.edit_item(item, {"title": "Tuyên bố lý do"}, by=None)

    last, draft = words(paper(signed_in, event)), words(paper(signed_in, event, query="?release=draft"))

    assert "Bản dự thảo, chưa phát hành" in unreleased and "Khai mạc" in unreleased
    assert "Bản phát hành số 1" in last and "Khai mạc" in last and "dự thảo" not in last
    assert "Bản dự thảo, chưa phát hành" in draft and "Tuyên bố lý do" in draft


def test_who_does_not_edit_gets_no_draft_and_no_notes_of_the_organizers(client, signed_in, rich):
    agenda.release(rich, note=None, confirmed=True, by=None)
    viewer = factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=rich.id)

    assert "chốt bài" in words(paper(signed_in, rich))
    reader = PageClient(client.app).sign_in(viewer)
    assert "chốt bài" not in words(paper(reader, rich)) and "mời nước" in words(paper(reader, rich))
    for view in View:
        reader.get(f"/events/{rich.slug}/running-order/{view}.pdf?release=draft", status=404)
    index = f"/events/{rich.slug}/running-order"
    assert any("release=draft" in link for link in signed_in.get(index).links())
    assert not any("release=draft" in link for link in reader.get(index).links())


def test_each_sitting_begins_a_page_that_names_it(signed_in, event, organizer):
    second = events.add_sitting(event, title="Phiên chiều", by=organizer)
    for number in range(30):
        factories.item(event, f"Mục {number} {'của phiên sáng ' * 10}", 1)
    factories.item(event, "Bế mạc", 10, sitting=second)

    pages = [words_of(page) for page in read(paper(signed_in, event)).pages]

    assert len(pages) > 2
    assert all("Phiên 1, 08 giờ 00 phút" in page and "Phiên chiều" not in page for page in pages[:-1])
    assert "Phiên chiều" in pages[-1] and "Phiên 1" not in pages[-1]
    assert all("TT, số hiệu Thời gian Nội dung" in page for page in pages)
    assert [f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(
        pages
    )


def test_a_time_that_is_only_proposed_is_said_to_be(signed_in, organizer):
    event = factories.event(by=organizer)
    events.propose_time(event.sittings[0], starts_at=EIGHT, ends_at=EIGHT + timedelta(hours=1), by=organizer)
    factories.item(event, "Khai mạc", 10)

    line = values(event)["sittings"][0]["name"]

    assert line == "08 giờ 00 phút, ngày 10 tháng 12 năm 2026 (thứ Năm), thời gian chưa được duyệt"


@pytest.mark.parametrize("view", VIEWS)
def test_without_a_time_durations_and_pins_remain(signed_in, organizer, view):
    event = factories.event(by=organizer)
    factories.item(event, "Khai mạc", 10)
    factories.item(event, "Ký kết", None, pinned_at=time(8, 30))

    text = words(paper(signed_in, event, view))

    assert in_order(text, "10 phút", "Khai mạc", "đúng 08:30", "chưa có thời lượng", "Ký kết")


@pytest.mark.parametrize("view", VIEWS)
def test_no_items_at_all_is_a_page_too(signed_in, event, view):
    assert "Chương trình chưa có mục nào." in words(paper(signed_in, event, view))


@pytest.mark.parametrize("view", VIEWS)
def test_texts_of_any_length_are_printed_whole(signed_in, event, view):
    long = {name: f"{name} {'rất dài ' * 60}hết-{name}" for name in ("speaker", "position")}
    notes = {
        name: f"{name} {'vẫn còn nữa ' * 160}hết-{name}"
        for name in (
            "mc_line",
            "sound_note",
            "light_note",
            "screen_note",
            "line_note",
            "reception_note",
            "note",
        )
    }
    factories.item(event, r"#*_$@<\[] " * 50 + "hết-tên", cue="ABCDEFGHIJKL", **long, **notes)

    response = paper(signed_in, event, view)

    text = words(response).replace(" ", "")
    assert cut_off(response) == []
    shown = {
        "master": [*long, *notes],
        "mc": [*long, "mc_line"],
        "technician": [*long, "sound_note", "light_note", "screen_note", "line_note"],
        "reception": [*long, "reception_note"],
    }[view]
    assert [name for name in shown if f"hết-{name}" not in text] == []
    assert text.count(r"#*_$@<\[]") == 50 and "hết-tên" in text and "ABCDEFGHIJKL" in text


@pytest.mark.parametrize("people", [3, 20, 60])
def test_rituals_of_any_size_are_printed_whole(signed_in, rich, people):
    ritual = rich.rituals[0]
    names = [f"Ông Nguyễn Văn Số {number}." for number in range(people)]
    places = [
        Place(RitualRole.PRESSER, name, position="Giám đốc " * 8, stands_at="vị trí " * 9) for name in names
    ]
    agenda.edit_ritual(ritual, {"setting": "bàn ký và hoa " * 12}, participants=places, by=None)
    agenda.edit_item(
        ritual.agenda_item, {"mc_line": "Xin kính mời. " * 40, "note": "nhắc lại " * 30}, by=None
    )

    for view in VIEWS:
        response = paper(signed_in, rich, view)
        text = words(response)
        assert cut_off(response) == [], view
        assert [name for name in names if name not in text] == [], view
        assert text.count("vị trí") >= people * 9, view


def test_rows_stay_whole_and_rituals_stay_with_their_item(signed_in, rich):
    for number in range(25):
        factories.item(
            rich, f"đầu-{number} {'nội dung ' * 20} cuối-{number}", 1, mc_line="Xin kính mời. " * 12
        )

    for view in VIEWS:
        pages = [words_of(page) for page in read(paper(signed_in, rich, view)).pages]
        whole = {n for n in range(25) for page in pages if f"đầu-{n} " in page and f"cuối-{n}" in page}
        together = [page for page in pages if "Bấm nút khai trương" in page]
        assert whole == set(range(25)), view
        assert len(together) == 1 and "Bà Lê Thị Ba" in together[0], view


def test_a_cancelled_event_says_so(signed_in, rich):
    events.cancel_event(rich, by=None)

    assert "Sự kiện đã bị hủy" in words(paper(signed_in, rich))


# --- Addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "plain", "full"),
    [
        ("master", "Kich ban tong the - Le phat dong.pdf", "Kịch bản tổng thể – Lễ phát động.pdf"),
        ("mc", "Kich ban MC - Le phat dong.pdf", "Kịch bản MC – Lễ phát động.pdf"),
        ("technician", "Kich ban ky thuat - Le phat dong.pdf", "Kịch bản kỹ thuật – Lễ phát động.pdf"),
        ("reception", "Kich ban le tan - Le phat dong.pdf", "Kịch bản lễ tân – Lễ phát động.pdf"),
    ],
)
def test_papers_are_saved_under_names_that_people_know(signed_in, event, view, plain, full):
    header = paper(signed_in, event, view).headers["Content-Disposition"]

    assert f'filename="{plain}"' in header
    assert unquote(header.partition("filename*=UTF-8''")[2]) == full


def test_running_orders_are_kept_by_nobody(signed_in, rich):
    response = paper(signed_in, rich)

    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_only_the_four_papers_are_there(signed_in, event):
    assert signed_in.get(f"/events/{event.slug}/running-order/choir.pdf", status=404)


def test_the_page_names_every_paper(signed_in, event):
    page = signed_in.get(f"/events/{event.slug}/running-order")

    assert [row[0] for row in page.rows()] == [
        "Chương trình", "Kịch bản tổng thể", "Kịch bản MC", "Kịch bản kỹ thuật", "Kịch bản lễ tân",
    ]  # fmt: skip
    papers = [link for link in page.links() if link.endswith(".pdf")]
    assert len(papers) == 5
    assert [fetched(signed_in, link).mimetype for link in papers] == ["application/pdf"] * 5


def test_papers_are_vietnamese_whatever_the_language_of_the_pages(signed_in, rich):
    signed_in.post("/language", {"language": "en", "next": "/"}, status=302, follow=False)

    text = words(paper(signed_in, rich))

    assert "KỊCH BẢN TỔNG THỂ" in text and "Người thực hiện" in text


def test_papers_cost_the_same_queries_for_three_items_and_thirty(signed_in, rich):
    def cost(address):
        pdf._set.cache_clear()
        with counted() as count:
            fetched(signed_in, address)
        return count.number

    addresses = [f"/p/{rich.slug}/programme.pdf", f"/events/{rich.slug}/running-order/master.pdf"]
    before = [cost(address) for address in addresses]
    for number in range(30):
        item = factories.item(rich, f"Mục {number}", 1, site=rich.agenda_items[0].site)
        ritual = agenda.add_ritual(rich, title=f"Nghi lễ {number}", agenda_item=item, by=None)
        agenda.edit_ritual(ritual, {}, participants=[Place(RitualRole.PRESSER, "Ông Mẫu")], by=None)

    assert [cost(address) for address in addresses] == before


def test_three_hundred_items_are_printed_to_the_last(signed_in, event):
    sitting = event.sittings[0]
    event.agenda_items += [
        AgendaItem(sitting=sitting, number=number, kind=ItemKind.SPEECH, title=f"Mục thứ {number}.")
        for number in range(1, 301)
    ]
    db.session.commit()

    text = words(paper(signed_in, event))

    assert [number for number in range(1, 301) if f"Mục thứ {number}." not in text] == []


def test_the_public_page_leads_to_its_paper(client, event):
    assert f"/p/{event.slug}/programme.pdf" in client.get(f"/p/{event.slug}").links()
