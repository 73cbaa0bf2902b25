"""The sites as a spreadsheet: taken out, filled in by hand, brought back."""

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.sites import link_operations, operations
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.models import Site, SiteLevel
from tests import factories
from tests.pages import PageClient
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(organizer):
    made = factories.event(by=organizer)
    operations.add_main_site(made, name="Hội trường tỉnh", by=None)
    operations.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


def site(event, code="524"):
    return factories.site_of(event, code)


def client_for(app, event, role, only=None):
    user = factories.user()
    accounts.grant(user, role, event_id=event.id, site_id=only.id if only else None)
    return PageClient(app).sign_in(user)


def sheet_of(client, event, query=""):
    answer = client.post(f"/events/{event.slug}/sites/export.xlsx{query}").response
    return openpyxl.load_workbook(BytesIO(answer.get_data()))["Điểm cầu"]


def lines(sheet):
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(head, row, strict=True)) for row in rows]


# --- Out -----------------------------------------------------------------------------------------------------


def test_the_file_has_a_row_a_site_with_everything_as_people_write_it(signed_in, event):
    changes = {
        "hall": "=HYPERLINK(1)", "contact_name": "Võ Thị Diệp", "contact_phone": "+84502551234", "speaks": True,
        "capacity": 120,
    }  # fmt: skip
    operations.edit_site(site(event), changes, by=None)

    sheet = sheet_of(signed_in, event)

    assert (sheet.freeze_panes, sheet.auto_filter.ref.split(":")[0]) == ("C2", "A1")
    found = {line["Mã điểm cầu"]: line for line in lines(sheet)}
    assert len(found) == 14 and sheet["A2"].data_type == "s"
    line = found["524"]
    assert (line["Điểm cầu"], line["Cấp"], line["Trạng thái"]) == (
        site(event).name,
        "Điểm cầu cấp huyện",
        "Chưa xác nhận",
    )
    assert (line["Điện thoại đầu mối"], line["Phát biểu"], line["Số chỗ"]) == ("0502 551 234", "có", 120)
    assert line["Hội trường"] == "=HYPERLINK(1)"
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"


def test_the_filter_of_the_list_holds_for_the_file(signed_in, event):
    assert [line["Mã điểm cầu"] for line in lines(sheet_of(signed_in, event, "?level=main"))] == ["main"]


def test_a_supervisor_gets_the_own_site_without_contacts_and_a_viewer_nothing(app, event):
    operations.edit_site(site(event), {"contact_phone": "+84502551234", "note": "Gọi 0502551235"}, by=None)

    (line,) = lines(sheet_of(client_for(app, event, Role.SUPERVISOR, site(event)), event))

    assert line["Mã điểm cầu"] == "524"
    assert not {"Đầu mối", "Điện thoại đầu mối", "Ghi chú"} & line.keys()
    client_for(app, event, Role.VIEWER).post(f"/events/{event.slug}/sites/export.xlsx", status=404)


def test_taking_the_file_is_in_the_log_with_the_number_of_rows(signed_in, event):
    sheet_of(signed_in, event)

    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "sites.exported")).one()
    assert entry.details == {"rows": 14, "with_contacts": True}


def test_the_file_costs_the_same_number_of_queries_for_few_and_for_many(signed_in, event):
    def cost(query):
        with counted() as made:
            sheet_of(signed_in, event, query)
        return made.number

    assert cost("?level=main") == cost("")


# --- Back ----------------------------------------------------------------------------------------------------


def xlsx(*rows, title="Danh sách", hidden=None):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if hidden:
        book.create_sheet(hidden).sheet_state = "hidden"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def brought(client, event, content, name="diem-cau.xlsx", status=200, **fields):
    form = client.get(f"/events/{event.slug}/sites/import").form("/import")
    return client.submit(form, {"file": (BytesIO(content), name), **fields}, status=status)


def confirmed(client, page, status=200, **fields):
    return client.submit(page.form("/confirm"), fields, status=status)


HEAD = ["Mã điểm cầu", "Điểm cầu", "Đầu mối", "SĐT", "Số chỗ", "Cán bộ kỹ thuật", "Điện thoại", "Màu cờ"]


def test_the_exported_file_comes_back_and_changes_nothing(signed_in, event):
    changes = {
        "contact_name": "Võ Thị Diệp", "contact_phone": "+84502551234", "capacity": 1200, "speaks": True,
        "note": "Dòng 1\nDòng 2", "map_url": "https://bando.example.vn/?q=1,2", "hall": "=1+1",
    }  # fmt: skip
    operations.edit_site(site(event), changes, by=None)
    content = signed_in.post(f"/events/{event.slug}/sites/export.xlsx").response.get_data()

    page = brought(signed_in, event, content)

    assert "Tệp không làm thay đổi gì" in page.text
    assert "Cột không nhận" not in page.text


def test_a_file_filled_in_by_hand_is_shown_and_then_stored_at_once(signed_in, event):
    operations.edit_site(site(event), {"contact_phone": "+84502551234"}, by=None)
    rows = [
        ["UBND TỈNH QUẢNG NGÃI"],
        ["DANH SÁCH ĐẦU MỐI ĐIỂM CẦU"],
        HEAD,
        ["524", None, "Lê Văn Ân", "0502 551 235", 120, "Đỗ Kỹ", "0502551236", "đỏ"],
        [525, None, "Phạm Thị Bé", None, "200 chỗ", None, None, None],
    ]
    page = brought(signed_in, event, xlsx(*rows))
    assert "Cột không nhận: Màu cờ" in page.text
    cells = page.rows()[0]
    assert cells[0].startswith(site(event).name) and "0502 551 234 → 0502 551 235" in cells[2]
    assert site(event).contact_name is None

    confirmed(signed_in, page)

    first, second = site(event), site(event, "525")
    assert (first.contact_name, first.contact_phone, first.capacity) == ("Lê Văn Ân", "+84502551235", 120)
    assert (first.technician_name, first.technician_phone) == ("Đỗ Kỹ", "+84502551236")
    assert (second.contact_name, second.capacity) == ("Phạm Thị Bé", 200)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "sites.imported")).one()
    assert entry.details["count"] == 2 and "0502" not in str(entry.details)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SiteSheet)) == 0


def test_another_contact_gives_a_new_link(signed_in, event):
    operations.edit_site(site(event), {"contact_name": "Lê Văn Ân"}, by=None)
    link_operations.make_links(event, [site(event)], by=None)
    old = site(event).token_hash

    page = confirmed(signed_in, brought(signed_in, event, xlsx(HEAD, ["524", None, "Trần Thị Mới"])))

    assert site(event).token_hash != old
    assert "1 điểm cầu có đầu mối khác" in page.text


def test_what_was_changed_since_the_preview_is_shown_anew_and_nothing_is_stored(signed_in, event):
    rows = [HEAD, ["524", None, "Lê Văn Ân"], ["525", None, "Phạm Thị Bé"]]
    page = brought(signed_in, event, xlsx(*rows))
    operations.edit_site(site(event), {"contact_name": "Người Khác"}, by=None)

    again = confirmed(signed_in, page, status=409)

    assert "Người Khác → Lê Văn Ân" in again.text
    assert site(event, "525").contact_name is None
    confirmed(signed_in, again)
    assert site(event).contact_name == "Lê Văn Ân"


def test_empty_cells_change_nothing_unless_that_was_ticked(signed_in, event):
    operations.edit_site(site(event), {"contact_name": "Lê Văn Ân", "capacity": 90}, by=None)
    content = xlsx(HEAD, ["524", site(event).name, "", "", "", "", "", ""])

    assert "Tệp không làm thay đổi gì" in brought(signed_in, event, content).text
    page = brought(signed_in, event, content, clears="1")
    confirmed(signed_in, page)

    assert (site(event).contact_name, site(event).capacity) == (None, None)
    assert site(event).name


def test_a_row_that_fits_no_site_is_added_when_ticked(signed_in, event):
    rows = [HEAD, [None, "Trường Đại học Phạm Văn Đồng", "Lê Văn Ân", "0502551235"], [None, "Trạm A"]]
    page = brought(signed_in, event, xlsx(*rows))
    assert "2 dòng không khớp" in page.text.replace("2dòng", "2 dòng")

    confirmed(signed_in, page, add="0")

    made = factories.site_of(event, "truong-dai-hoc-pham-van-dong")
    assert (made.contact_name, made.contact_phone) == ("Lê Văn Ân", "+84502551235")
    assert db.session.scalar(sa.select(sa.func.count()).where(Site.level == SiteLevel.OTHER)) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "Tệp trống"),
        ("a.pdf", b"%PDF-1.7", ".xlsx"),
        ("a.xlsx", b"%PDF-1.7\n%", "PDF"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9,
            "mật khẩu",
        ),
        ("a.csv", "Họ và tên,Chức vụ\nLê Văn Ân,Chủ tịch".encode(), "Không tìm thấy danh sách điểm cầu"),
    ],
)
def test_a_file_that_is_no_list_of_sites_is_refused(signed_in, event, name, content, words):
    page = brought(signed_in, event, content, name=name, status=422)

    assert words in page.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SiteSheet)) == 0


def test_twenty_thousand_rows_are_too_many_and_five_thousand_strange_ones_are_told(signed_in, event):
    def csv(number):
        return ("Điểm cầu;Đầu mối\n" + "".join(f"Nơi {n};Ông {n}\n" for n in range(number))).encode()

    assert "10,000" in brought(signed_in, event, csv(20_000), name="a.csv", status=422).text
    page = brought(signed_in, event, csv(5_000), name="a.csv")
    assert len(page.rows()) == 200


def test_who_may_not_change_all_sites_may_not_bring_a_file(app, signed_in, event):
    sheet_id = brought(signed_in, event, xlsx(HEAD, ["524", None, "Lê Văn Ân"])).url.rpartition("/")[2]
    url = f"/events/{event.slug}/sites/import"
    for role, only in ((Role.VIEWER, None), (Role.COORDINATOR, site(event)), (Role.SUPERVISOR, site(event))):
        client = client_for(app, event, role, only)
        client.get(url, status=404)
        client.get(f"{url}/{sheet_id}", status=404)
        client.post(f"{url}/{sheet_id}/confirm", status=404)


def test_a_discarded_file_leaves_nothing(signed_in, event):
    page = brought(signed_in, event, xlsx(HEAD, ["524", None, "Lê Văn Ân"]))

    signed_in.submit(page.form("/discard"))

    assert db.session.scalar(sa.select(sa.func.count()).select_from(SiteSheet)) == 0
    signed_in.get(page.url, status=404)
