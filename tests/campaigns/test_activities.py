"""Activities of a campaign, its stalls, its communication work and its press."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.campaigns import accreditation_operations as press
from eventsvc.campaigns import activity_operations as activities
from eventsvc.campaigns import activity_queries, communication_queries, stall_queries
from eventsvc.campaigns import communication_operations as communications
from eventsvc.campaigns import stall_operations as stalls
from eventsvc.campaigns.activity_models import ActivityKind, ActivityRole, ActivityState, StallKind
from eventsvc.campaigns.activity_queries import Wanted
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState, Channel
from eventsvc.campaigns.stall_lines import Complaint, StallLine, parse
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import Invalid, NotFound, StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import EventKind, LegalBasis
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.models import Assignment, Task
from tests import factories
from tests.databases import ON_SQLITE
from tests.queries import counted

LEAD, WITH = ActivityRole.LEAD, ActivityRole.COORDINATING


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(app):
    return factories.event(
        kind=EventKind.CAMPAIGN,
        title="Ngày chuyển đổi số",
        short_title="Ngày chuyển đổi số",
        window_text=None,
    )


def space(event, by, name="Không gian kinh tế số", **more):
    return activities.add_activity(event, name=name, kind=ActivityKind.EXHIBITION_SPACE, by=by, **more)


def exhibit(event, by, parent, name, *organizations):
    return activities.add_activity(
        event, name=name, kind=ActivityKind.EXHIBIT, parent=parent, organizations=organizations, by=by
    )


def noticed(event):
    events.set_data_notice(
        event,
        purpose="Đón tiếp báo chí.",
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller="UBND tỉnh",
        kept_until=date(2099, 12, 31),
        by=None,
    )


def journalist(event, name="Lê Văn Báo", by=None, **more):
    values = {"outlet": "Báo Đồng Nai", "email": "bao@baodongnai.example.vn", "phone": "+84501000009"}
    return press.request_accreditation(event, name=name, by=by, **values | more)


def test_a_space_holds_its_parts_with_whoever_does_them(event, by):
    economy = space(event, by)
    drill = activities.add_activity(
        event, name="Diễn tập thực chiến", kind=ActivityKind.DRILL, contents=["Ứng cứu", "Phục hồi"], by=by
    )
    exhibit(event, by, economy, "Chợ OCOP", (WITH, "Nhóm bạn Xứ Bưởi"), (LEAD, "Sở Y tế"))
    exhibit(event, by, economy, "Hội chợ ẩm thực", (LEAD, "Sở Tài chính"))

    rows = activity_queries.rows(event)
    assert [row.line.name for row in rows] == [
        "Không gian kinh tế số", "Chợ OCOP", "Hội chợ ẩm thực", "Diễn tập thực chiến",
    ]  # fmt: skip
    assert (rows[1].leads, rows[1].coordinating) == (["Sở Y tế"], ["Nhóm bạn Xứ Bưởi"])
    assert [row.text for row in drill.contents] == ["Ứng cứu", "Phục hồi"]
    found = activity_queries.rows(event, Wanted(q="am thuc"))
    assert [row.line.name for row in found] == ["Hội chợ ẩm thực"]
    assert [r.line.name for r in activity_queries.rows(event, Wanted(agency="sở y tế"))] == ["Chợ OCOP"]
    activities.move_activity(drill, up=True, by=by)
    assert activity_queries.rows(event)[0].line.name == "Diễn tập thực chiến"
    part = economy.parts[0]
    assert [row.organization.name if row.organization else None for row in part.organizations] == [
        "Sở Y tế",
        None,
    ]


def test_what_cannot_be_is_refused(event, by):
    economy = space(event, by)
    part = exhibit(event, by, economy, "Chợ OCOP")
    elsewhere = factories.event(kind=EventKind.CAMPAIGN)
    day = date(2026, 12, 1)

    for columns in (
        {"name": "Sai ngày", "starts_on": day, "ends_on": day - timedelta(days=1)},
        {"name": "Con của con", "parent": part},
        {"name": "Ở chỗ khác", "parent": space(elsewhere, by)},
        {"name": " .. "},
        {"name": "Âm", "visitors": -1},
    ):
        with pytest.raises(Invalid):
            activities.add_activity(event, by=by, **columns)
    with pytest.raises(Invalid):
        activities.edit_activity(economy, parent=economy, by=by)
    assert len(activity_queries.rows(event)) == 2


def test_of_two_who_change_an_activity_the_second_is_told(event, by):
    economy = space(event, by)
    seen = economy.version
    activities.edit_activity(economy, organizations=[(LEAD, "Sở Y tế")], version=seen, by=by)

    with pytest.raises(StaleEdit):
        activities.edit_activity(economy, name="Khác", version=seen, by=by)


def test_one_press_charges_its_agencies_with_a_task_and_twice_makes_one(event, by):
    economy = space(event, by)
    part = exhibit(event, by, economy, "Chợ OCOP", (LEAD, "Sở Y tế"), (WITH, "Sở Tài chính"))

    task = activities.make_task(part, by=by)

    assert activities.make_task(part, by=by) is task
    assert "Chợ OCOP" in task.text and task.agency == "Sở Y tế"
    charged = db.session.scalars(
        sa.select(OrganizationInvitation.name)
        .join(Assignment, Assignment.organization_invitation_id == OrganizationInvitation.id)
        .where(Assignment.task_id == task.id)
    )
    assert set(charged) == {"Sở Y tế", "Sở Tài chính"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Task)) == 1


def test_figures_say_what_was_held_and_who_came(event, by):
    economy = space(event, by)
    seminar = activities.add_activity(event, name="Hội thảo", kind=ActivityKind.SEMINAR, by=by)
    off = activities.add_activity(event, name="Bỏ", kind=ActivityKind.SEMINAR, by=by)
    activities.report_activity(seminar, state=ActivityState.DONE, visitors=250, result="Tốt", by=by)
    activities.report_activity(off, state=ActivityState.CANCELLED, by=by)
    stalls.add_lines(economy, ["A1 | Hộ A | Cà phê", "A2 | Hộ B | Bưởi"], kind=StallKind.OCOP, by=by)

    figures = activity_queries.figures(event)
    assert (figures.total, figures.held, figures.visitors, figures.stalls) == (2, 1, 250, 2)


def test_lines_of_stalls_are_read_and_complained_about():
    found, wrong = parse(["A1 | Hộ A | Cà phê", "a 1|Hộ B|", "A2\tHộ C\tBưởi", "", "thiếu"], taken=["B1"])

    assert found == [StallLine(1, "A1", "Hộ A", "Cà phê"), StallLine(3, "A2", "Hộ C", "Bưởi")]
    assert wrong == [Complaint(2, "twice"), Complaint(5, "incomplete")]


def test_stalls_keep_their_codes_apart_and_their_banks_right(event, by):
    fair = space(event, by)
    bank = stalls.add_stall(fair, code="NH1", owner="Ngân hàng A", kind=StallKind.BANK, by=by)
    food = stalls.add_stall(fair, code="A10", owner="Hộ X", kind=StallKind.FOOD, bank=bank, by=by)
    stalls.add_stall(fair, code="A2", owner="Hộ Y", kind=StallKind.FOOD, by=by)

    assert food.is_cashless
    overview = stall_queries.overview(event)
    assert (overview.food, overview.food_cashless, overview.banks) == (2, 1, {"Ngân hàng A": 1})
    assert [stall.code for stall in stall_queries.stalls_of(event)] == ["A2", "A10", "NH1"]
    for columns in (
        {"code": "a10", "owner": "Trùng"},
        {"code": "B1", "owner": "Sao", "kind": StallKind.FOOD, "ocop_stars": 4},
        {"code": "B2", "owner": "Sao", "kind": StallKind.OCOP, "ocop_stars": 2},
        {"code": "B3", "owner": "Qua hộ khác", "bank": food},
    ):
        with pytest.raises(Invalid):
            stalls.add_stall(fair, by=by, **columns)
    with pytest.raises(stalls.WrongBank):
        stalls.edit_stall(bank, bank=bank, by=by)
    with pytest.raises(stalls.ServesOthers):
        stalls.remove_stall(bank, by=by)
    with pytest.raises(stalls.WrongLines):
        stalls.add_lines(fair, ["C1 | Mới |", "A2 | Trùng |"], kind=StallKind.FOOD, by=by)
    assert stall_queries.overview(event).total == 3
    with pytest.raises(activities.HasStalls):
        activities.remove_activity(fair, by=by)


def test_communication_is_done_with_proof_and_counted(event, by):
    work = communications.add_work(event, channel=Channel.PRESS, text="Đưa tin", owner="Sở Y tế", by=by)
    today = clock.today()

    for wrong in (
        {"done_on": today},
        {"done_on": today, "proof_url": "javascript:alert(1)"},
        {"done_on": today, "proof_url": "https://bao.example.vn/1", "pieces": -1},
        {"done_on": today + timedelta(days=1), "proof_url": "https://bao.example.vn/1"},
    ):
        with pytest.raises(Invalid):
            communications.report_done(work, by=by, **wrong)
    proof = "https://bao.example.vn/1"
    communications.report_done(work, done_on=today, pieces=12, reach=3000, proof_url=proof, by=by)

    figures = communication_queries.figures(event)
    assert (figures.works, figures.done, figures.pieces, figures.reach) == (1, 1, 12, 3000)


def test_only_a_livestream_with_an_address_is_public(event, by):
    for columns in (
        {"channel": Channel.PRESS, "url": "https://bao.example.vn"},
        {"channel": Channel.LIVESTREAM},
        {"channel": Channel.LIVESTREAM, "url": "javascript:alert(1)"},
    ):
        with pytest.raises(Invalid):
            communications.add_work(event, text="Phát", is_public=True, by=by, **columns)
    url = "https://truyenhinh.example.vn/live"
    communications.add_work(
        event, text="Phát trực tiếp lễ khai mạc", channel=Channel.LIVESTREAM, url=url, is_public=True, by=by
    )

    assert [work.url for work in communication_queries.public_livestreams(event)] == [url]


@ON_SQLITE
def test_everybody_finds_the_livestream_on_the_programme(event, by, client):
    url = "https://truyenhinh.example.vn/live"
    communications.add_work(
        event, text="Lễ khai mạc", channel=Channel.LIVESTREAM, url=url, is_public=True, by=by
    )
    communications.add_work(event, text="Chưa công khai", channel=Channel.LIVESTREAM, url=url, by=by)

    page = client.get(f"/p/{event.slug}")

    assert url in page.links() and "Lễ khai mạc" in page.text and "Chưa công khai" not in page.text


@ON_SQLITE
def test_an_agency_reports_its_own_work_and_no_other(event, by, client):
    own = communications.add_work(event, channel=Channel.PRESS, text="Tin của ngành", owner="Sở Y tế", by=by)
    other = communications.add_work(
        event, channel=Channel.LED_SCREEN, text="Màn hình", owner="Sở Tài chính", by=by
    )
    asked = db.session.scalars(
        sa.select(OrganizationInvitation).where(OrganizationInvitation.name == "Sở Y tế")
    ).one()
    address = f"/o/{secrets.unseal(asked.token_sealed)}/communications"

    page = client.get(address)
    assert "Tin của ngành" in page.text and "Màn hình" not in page.text
    client.get(f"{address}/{other.id}", status=404)
    page = client.get(f"{address}/{own.id}")
    day = clock.today().isoformat()
    client.submit(page.form(), {"done_on": day, "proof_url": "javascript:alert(1)"}, status=422)
    pdf = (BytesIO(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"), "minh-chung.pdf")
    client.submit(page.form(), {"done_on": day, "pieces": "3", "file": pdf})

    assert communication_queries.figures(event).pieces == 3
    assert client.get(f"{address}/{own.id}/proof").response.data.startswith(b"%PDF")
    with pytest.raises(NotFound):
        communication_queries.own_work(asked, other.id)


@ON_SQLITE
def test_a_proof_that_is_too_large_is_answered_413(event, by, client, app):
    work = communications.add_work(event, channel=Channel.PRESS, text="Tin", owner="Sở Y tế", by=by)
    client.sign_in(factories.organizer())
    app.config["FILE_LIMIT"] = 1024
    page = client.get(f"/events/{event.slug}/communications/{work.id}")
    big = (BytesIO(b"%PDF-1.7\n" + b"0" * 4096), "to.pdf")

    page = client.submit(page.form("/done"), {"done_on": clock.today().isoformat(), "file": big}, status=413)

    assert communication_queries.figures(event).done == 0 and page.errors


def test_a_journalist_asks_is_approved_and_told_once(event, by):
    noticed(event)
    first = journalist(event)
    assert journalist(event) is first
    silent = journalist(event, name="Trần Không Thư", by=by, email=None)
    seen = {first.id: first.version, silent.id: silent.version}

    with pytest.raises(Invalid):
        press.decide(event, seen, AccreditationState.REFUSED, by=by)
    done = press.decide(event, seen, AccreditationState.APPROVED, by=by)
    again = press.decide(event, seen, AccreditationState.REFUSED, remark="Trùng", by=by)

    assert done == (2, 0, 1) and again == (0, 2, 0)
    letters = db.session.scalars(sa.select(Delivery)).all()
    assert [(one.kind, one.recipient) for one in letters] == [
        ("accreditation_decided", "bao@baodongnai.example.vn")
    ]
    assert "Lê Văn Báo" in letters[0].text_body


def test_without_a_notice_nobody_may_ask(event):
    with pytest.raises(press.NotOpen):
        journalist(event)


@ON_SQLITE
def test_the_public_form_takes_a_request_and_the_organizer_makes_a_badge(event, by, client):
    noticed(event)
    page = client.get(f"/p/{event.slug}/press")
    typed = {
        "outlet": "=HYPERLINK(1)", "name": "<script>alert(1)</script>", "phone": "0501 000 009",
        "email": "pv@bao.example.vn",
    }  # fmt: skip
    client.submit(page.form(), typed, status=422)
    client.submit(page.form(), {**typed, "agrees": "y"})
    one = db.session.scalars(sa.select(Accreditation)).one()
    client.sign_in(factories.organizer())
    address = f"/events/{event.slug}/accreditations"

    page = client.get(address)
    assert "<script>alert(1)</script>" in page.text and not page.html.xpath("//script[contains(., 'alert')]")
    ticked = {"journalist": f"{one.id}-{one.version}"}
    for refused in (
        {},
        {"remark": "x" * 2001},
    ):  # without a word, or with too many: nothing is done, the tick stays
        again = client.post(f"{address}/decide", {**ticked, **refused, "decision": "refuse"}, status=422)
        assert again.html.xpath("//*[@id='remark-error-1']") and again.html.xpath("//input[@checked]")
    client.post(f"{address}/decide", {**ticked, "decision": "approve"})
    for paper in ("badges.pdf", "list.pdf"):
        assert client.post(f"{address}/{paper}").response.data.startswith(b"%PDF")
    book = openpyxl.load_workbook(BytesIO(client.post(f"{address}/export.xlsx").response.data))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


@ON_SQLITE
def test_the_pages_cost_the_same_for_three_and_for_many(event, by, client):
    client.sign_in(factories.organizer())
    place = space(event, by)
    addresses = [
        f"/events/{event.slug}/{name}"
        for name in ("activities", "stalls", "communications", "accreditations")
    ]

    def grow(first, last):
        for number in range(first, last):
            exhibit(event, by, place, f"Phần {number}", (LEAD, "Sở Y tế"))
            communications.add_work(event, channel=Channel.PRESS, text=f"Tin {number}", by=by)
            journalist(event, name=f"Phóng viên {number}", by=by)
        lines = [f"A{number} | Hộ {number} | Hàng" for number in range(first, last)]
        stalls.add_lines(place, lines, kind=StallKind.FOOD, by=by)

    def costs():
        found = []
        for address in addresses:
            with counted() as queries:
                client.get(address)
            found.append(queries.number)
        return found

    grow(0, 3)
    few = costs()
    grow(3, 30)
    assert costs() == few


@ON_SQLITE
def test_an_organizer_makes_an_activity_and_stalls_on_the_pages(event, by, client):
    client.sign_in(factories.organizer())
    address = f"/events/{event.slug}"
    page = client.get(f"{address}/activities/new")
    page = client.submit(
        page.form(),
        {"name": "Không gian xã hội số", "kind": "exhibition_space", "leads": "Sở Y tế\nSở Tài chính"},
    )
    assert page.heading == "Không gian xã hội số" and "Sở Y tế; Sở Tài chính" in page.text
    page = client.submit(page.form("/outcome"), {"state": "done", "visitors": "-1"}, status=422)
    page = client.submit(page.form("/outcome"), {"state": "done", "visitors": "1200"})
    assert "1.200" in page.text
    page = client.get(f"{address}/stalls")
    one = activity_queries.rows(event)[0].line.id
    lines = {"activity": str(one), "kind": "ocop", "lines": "A1 | Hộ A | =1+1\nA2 | Hộ B"}
    page = client.submit(page.form("/lines"), lines)
    assert "Hộ B" in page.text
    assert "A1" in client.submit(page.form("/lines"), lines, status=422).text
    for paper in ("signs.pdf", "list.pdf"):
        assert client.get(f"{address}/stalls/{paper}").response.data.startswith(b"%PDF")
    book = openpyxl.load_workbook(BytesIO(client.post(f"{address}/stalls/export.xlsx").response.data))
    assert [(book.active["E2"].value, book.active["E2"].data_type)] == [("=1+1", "s")]
