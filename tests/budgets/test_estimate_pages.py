"""The pages of estimates: the agency's own, the organizer's, the leader's; the files."""

import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from eventsvc import clock, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.budgets import estimate_operations as operations
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets import operations as sources
from eventsvc.budgets.amounts import Line
from eventsvc.db import db
from tests import factories
from tests.databases import ON_SQLITE
from tests.queries import counted

pytestmark = ON_SQLITE


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


@pytest.fixture
def money(event):
    return sources.add_source(event, {"text": "Ngân sách tỉnh", "amount": 50_000_000}, by=None)


@pytest.fixture
def estimate(event, money, organizer):
    operations.ask_estimates(event, ["Sở Y tế"], by=organizer)
    return db.session.scalars(queries.estimates_of(event, clock.today())).one()


def own(estimate):
    return f"/o/{secrets.unseal(estimate.asked.token_sealed)}/estimate"


def row(number=0, **values):
    return {f"lines-{number}-{name}": value for name, value in values.items()}


GOOD = row(text="Thuê sân khấu", unit="bộ", quantity="1,5", unit_price="30.000.000")


def entered(client, estimate, **more):
    form = client.get(own(estimate)).form("/lines")
    return client.submit(form, {**GOOD, "lines-0-source": more.pop("source", "")} | more)


def test_an_agency_enters_hands_in_and_reads_what_came_of_it(event, estimate, money, client, organizer):
    page = entered(client, estimate, by_name="Bà Tư", source=str(money.id))
    assert "45.000.000" in page.text and "Đã gửi dự toán" in page.text
    operations.send_back(estimate, remark="Bổ sung báo giá", by=organizer)
    page = client.get(own(estimate))
    assert "Bổ sung báo giá" in page.text
    assert page.form("/lines").fields["lines-0-unit_price"] == "30.000.000"
    entered(client, estimate, source=str(money.id))
    operations.approve_estimate(estimate, [(40_000_000, money.id)], by=organizer)

    page = client.submit(client.get(own(estimate)).form("/spent"), {"spent_lines-0-spent": "41.000.000"})

    assert "vượt số được duyệt" in page.text
    db.session.refresh(estimate)
    assert [line.spent for line in estimate.lines] == [41_000_000]
    client.get("/o/khong-co/estimate", status=404)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"unit_price": "-1"}, "Đây không phải là số tiền hợp lệ. Ví dụ: 150.000.000."),
        ({"unit_price": "một triệu"}, "Đây không phải là số tiền hợp lệ. Ví dụ: 150.000.000."),
        ({"unit_price": "10000000000000000"}, "Đây không phải là số tiền hợp lệ. Ví dụ: 150.000.000."),
        ({"unit_price": "100000000000000"}, "Số tiền không được quá 10.000.000.000.000 đồng."),
        ({"unit_price": ""}, "Nhập đơn giá."),
        ({"quantity": "0"}, "Số lượng phải lớn hơn 0."),
        ({"quantity": "-1"}, "Số liệu không được nhỏ hơn 0."),
        ({"quantity": "ba"}, "Đây không phải là số. Ví dụ: 70,5 hoặc 1.234."),
        ({"quantity": ""}, "Nhập số lượng."),
        ({"quantity": "9999999999999"}, None),
        ({"text": ""}, "Nhập nội dung chi."),
        (
            {"quantity": "400000", "unit_price": "30.000.000"},
            "Thành tiền của dòng này quá 10.000.000.000.000 đồng.",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(estimate, client, typed, said):
    form = client.get(own(estimate)).form("/lines")

    refused = client.submit(form, GOOD | row(**typed), status=422)

    (error,) = refused.errors
    assert said is None or error == said
    sent = refused.form("/lines").fields
    assert {name: sent[name] for name in GOOD} == GOOD | row(**typed)
    db.session.refresh(estimate)
    assert estimate.lines == []


@pytest.mark.parametrize("typed", ["30.000.000,00 đồng", "30,000,000", "30\u00a0000\u00a0000", "30000000đ"])
def test_a_price_is_read_as_people_write_it(estimate, client, typed):
    client.submit(client.get(own(estimate)).form("/lines"), GOOD | row(unit_price=typed))

    db.session.refresh(estimate)
    assert [line.unit_price for line in estimate.lines] == [30_000_000]


def test_what_it_comes_to_is_reckoned_before_it_is_handed_in(estimate, client):
    page = client.post(f"{own(estimate)}/lines", GOOD | row(1, text="Nước", quantity="x") | {"do": "reckon"})

    assert "45.000.000" in page.text and "Bốn mươi lăm triệu đồng" in page.text
    assert page.errors == ["Đây không phải là số. Ví dụ: 70,5 hoặc 1.234.", "Nhập đơn giá."]
    db.session.refresh(estimate)
    assert estimate.lines == []


def test_rows_grow_and_a_pasted_table_comes_into_them(estimate, client):
    pasted = "Nội dung\tĐVT\tSL\tĐơn giá\nNước uống\tchai\t200\t4.500\nXăng xe\tlít\tnhiều\t25.000"

    page = client.post(f"{own(estimate)}/lines", GOOD | {"pasted": pasted, "do": "paste"})

    sent = page.form("/lines").fields
    assert [sent[f"lines-{n}-text"] for n in range(4)] == ["Thuê sân khấu", "Nước uống", "Xăng xe", ""]
    assert (sent["lines-1-unit_price"], sent["lines-2-quantity"]) == ("4.500", "nhiều")
    assert len(page.errors) == 1
    refused = client.submit(page.form("/lines"), status=422)
    assert len(refused.errors) == 1
    done = client.submit(refused.form("/lines"), {"lines-2-quantity": "10"})
    assert "Đã gửi dự toán." in done.flashes
    db.session.refresh(estimate)
    assert [line.amount for line in estimate.lines] == [45_000_000, 900_000, 250_000]


def test_a_draft_waits_on_the_page(estimate, client):
    page = client.post(f"{own(estimate)}/lines", GOOD | {"do": "keep"})

    assert page.flashes == ["Đã lưu nháp. Dự toán chưa được gửi."]
    assert page.form("/lines").fields["lines-0-text"] == "Thuê sân khấu"
    db.session.refresh(estimate)
    assert estimate.submitted_at is None


def test_the_organizer_asks_enters_approves_and_settles(event, money, signed_in):
    url = f"/events/{event.slug}/estimates"
    form = signed_in.get(url).form("/asked")
    assert signed_in.submit(form, {"names": "các đơn vị liên quan"}, status=422).errors
    signed_in.submit(form, {"names": "Sở Y tế"})
    estimate = db.session.scalars(queries.estimates_of(event, clock.today())).one()
    here = f"{url}/{estimate.id}"
    signed_in.submit(signed_in.get(f"{here}/lines").form("/lines"), GOOD | {"lines-0-source": str(money.id)})

    approve = signed_in.get(here).form("/approve")
    assert signed_in.submit(approve, {"lines-0-approved": "  "}, status=422).errors
    too_much = signed_in.submit(approve, {"lines-0-approved": "60.000.000"}, status=422)
    assert too_much.errors == [
        "Dòng 1: vượt số đề nghị 15.000.000 đồng. Nguồn “Ngân sách tỉnh” sẽ bị vượt 10.000.000 đồng."
    ]
    assert too_much.form("/approve").fields["lines-0-approved"] == "60.000.000"
    signed_in.submit(too_much.form("/approve"), {"despite": "y"})
    assert "-10.000.000" in signed_in.get(f"/events/{event.slug}/budget").text
    signed_in.submit(signed_in.get(here).form("/spent"), {"spent_lines-0-spent": "45.000.000"})
    day = clock.today().isoformat()
    page = signed_in.submit(
        signed_in.get(here).form("/settle"), {"settled_on": day, "settlement_paper": "12/QĐ-STC"}
    )

    assert "12/QĐ-STC" in page.text
    assert signed_in.get(f"/events/{event.slug}/budget").rows()[0][5:10] == [
        "45.000.000", "60.000.000", "45.000.000", "45.000.000", "5.000.000",
    ]  # fmt: skip


def test_the_files_hold_every_line_as_text_and_the_sum_in_words(event, estimate, money, signed_in, client):
    entered(client, estimate, source=str(money.id), **row(text="=HYPERLINK(1)"))
    url = f"/events/{event.slug}/estimates"

    book = openpyxl.load_workbook(io.BytesIO(signed_in.get(f"{url}/export.xlsx").response.data))
    sheets = [[[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)] for sheet in book]
    assert sheets[0][0][:3] == ["Sở Y tế", "Đã gửi dự toán", 45_000_000]
    assert sheets[1][0][:4] == ["Ngân sách tỉnh", "", 50_000_000, 45_000_000]
    assert sheets[2][0][:7] == ["Sở Y tế", 1, "=HYPERLINK(1)", "bộ", 1.5, 30_000_000, 45_000_000]
    assert book.worksheets[2]["C2"].data_type == "s"
    packed = signed_in.get(f"{url}/summary.docx").response.data
    words = zipfile.ZipFile(io.BytesIO(packed)).read("word/document.xml").decode()
    assert "Bốn mươi lăm triệu đồng" in words and "Sở Y tế" in words
    assert signed_in.get(f"{url}/summary.pdf").response.data.startswith(b"%PDF")


def test_what_was_typed_for_other_lines_is_not_approved(event, estimate, money, signed_in):
    two = [Line(text, None, Decimal(1), price) for text, price in (("Loa", 9), ("Nước", 5))]
    operations.save_lines(estimate, two, is_final=True, by=estimate.asked)
    here = f"/events/{event.slug}/estimates/{estimate.id}"
    form = signed_in.get(here).form("/approve")
    operations.save_lines(estimate, two[1:], is_final=True, by=estimate.asked)

    page = signed_in.submit(form, {"lines-0-approved": "7", "approved_by": "Sở Tài chính"}, status=409)

    assert "1. 7" in page.text and "1. 5" in page.text
    fresh = page.form("/approve").fields
    assert (fresh["lines-0-approved"], fresh["approved_by"]) == ("5", "Sở Tài chính")
    assert "lines-1-approved" not in fresh
    page = signed_in.submit(page.form("/approve"))
    assert "Sở Tài chính" in page.text
    operations.record_spending(estimate, [5], by=estimate.asked)
    operations.settle(estimate, day=clock.today(), paper="12/QĐ-STC", by=None)
    late = signed_in.post(f"{here}/approve", {"lines-0-approved": "6"}, status=422)
    assert not signed_in.get(f"{here}/lines").html.xpath("//form[@id='lines']")
    assert "phải hủy quyết toán trước" in late.html.xpath("string(//*[@class='error-summary'])")


def test_the_department_of_finance_approves_on_its_own_page_all_but_its_own(event, estimate, money, client):
    entered(client, estimate, source=str(money.id))
    operations.ask_estimates(event, ["Sở Tài chính"], by=None)
    finance = next(
        row
        for row in db.session.scalars(queries.estimates_of(event, clock.today()))
        if row.asked.name == "Sở Tài chính"
    )
    operations.save_lines(finance, [Line("Họp", None, Decimal(1), 5)], is_final=True, by=finance.asked)
    url = f"{own(finance)}s"
    for stranger in (f"{own(estimate)}s", f"{own(estimate)}s/{estimate.id}"):
        client.get(stranger, status=404)

    page = client.get(url)
    assert page.rows(0)[-1][3:] == ["45.000.005", "0", "0", "0"]
    look = client.get(f"{url}/{estimate.id}")
    client.submit(look.form("/return"), {"remark": " "}, status=422)
    assert look.form("/approve").fields["approved_by"] == "Sở Tài chính"
    client.submit(look.form("/approve"), {"lines-0-approved": "40.000.000"})
    operations.record_spending(estimate, [39_000_000], by=estimate.asked)
    settled = {"settled_on": clock.today().isoformat(), "settlement_paper": "12/QĐ-STC"}
    page = client.submit(client.get(f"{url}/{estimate.id}").form("/settle"), settled)

    assert "12/QĐ-STC" in page.text and "Ba mươi" not in page.text
    own_page = client.get(f"{url}/{finance.id}")
    assert not own_page.html.xpath("//form[contains(@action, '/approve')]")
    client.post(f"{url}/{finance.id}/approve", {"lines-0-approved": "5"}, status=422)
    db.session.expire_all()
    assert (estimate.approved_by, finance.approved_by) == ("Sở Tài chính", None)


def test_a_leader_reads_the_totals_and_no_lines(event, estimate, client):
    entered(client, estimate)
    viewer = factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    client.sign_in(viewer)
    url = f"/events/{event.slug}/estimates"

    page = client.get(url)

    assert "45.000.000" in page.text and f"{url}/{estimate.id}" not in page.links()
    for closed in (f"/{estimate.id}", f"/{estimate.id}/lines", "/export.xlsx"):
        client.get(url + closed, status=404)
    client.get(f"/events/{event.slug}/budget")
    client.get(f"{url}/summary.docx")


def test_the_pages_cost_the_same_for_one_agency_and_for_many(event, estimate, signed_in, organizer):
    pages = (f"/events/{event.slug}/estimates?per_page=500", f"/events/{event.slug}/budget")
    with counted() as few:
        for page in pages:
            signed_in.get(page)
        signed_in.get(f"/events/{event.slug}/estimates/export.xlsx")
    operations.ask_estimates(event, ["UBND các xã, phường, thị trấn"], by=organizer)
    for each in db.session.scalars(queries.estimates_of(event, clock.today())).all()[:3]:
        operations.save_lines(each, [Line("Nước", None, Decimal(1), 1)], is_final=True, by=each.asked)
    with counted() as many:
        for page in pages:
            shown = signed_in.get(page)
        signed_in.get(f"/events/{event.slug}/estimates/export.xlsx")

    assert few.number == many.number
    assert "174" in signed_in.get(pages[0]).text and shown.status == 200
