"""The sites as a spreadsheet: taken out, filled in by hand, brought back."""

from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.sites import operations
from eventsvc.sites.models import SiteLevel
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
    answer = client.get(f"/events/{event.slug}/sites/export.xlsx{query}").response
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
    client_for(app, event, Role.VIEWER).get(f"/events/{event.slug}/sites/export.xlsx", status=404)


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
