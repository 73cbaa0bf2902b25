"""The results report: one source of figures for page, files and JSON; every figure is the rows behind it."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.campaigns import launch_operations, launch_queries
from eventsvc.checkins import operations as checkins
from eventsvc.db import atomic, db
from eventsvc.documents import paper_operations
from eventsvc.documents.models import DocumentKind, DocumentState
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.events.models import EventKind
from eventsvc.link_tests import queries as link_tests
from eventsvc.people.models import Person
from eventsvc.reports import results_operations, results_queries, results_text
from eventsvc.reports.attendance_queries import attendance
from eventsvc.reports.results import TABLES, Figures
from eventsvc.reports.results_figures import FIGURES, values
from eventsvc.reports.results_models import MediaItem, ResultsReport
from eventsvc.reports.results_plan_queries import standing
from eventsvc.sites import queries as sites
from eventsvc.tasks import queries as tasks
from eventsvc.tasks.models import Assignee, AssigneeRole, Task, TaskState
from tests import factories
from tests.checkins.conftest import hall, scan  # noqa: F401  (fixture)
from tests.pages import PageClient
from tests.queries import counted

MEDIA = {"channel": "Báo Quảng Ngãi", "title": "Ra quân chuyển đổi số", "pieces": 3, "views": 1200}


@atomic()
def add_task(event, number, *, last_day=None, state=TaskState.OPEN, done_on=None, agency="Sở Y tế"):
    task = Task(
        event_id=event.id,
        number=number,
        text=f"Nhiệm vụ {number}",
        last_day=last_day,
        state=state,
        done_on=done_on,
    )
    task.assignees = [Assignee(number=1, role=AssigneeRole.LEAD, name=agency)]
    db.session.add(task)
    db.session.flush()
    return task


@atomic()
def belongs(guest, name):
    person = db.session.get(Person, guest.person_id)
    person.organization_id, person.organization_name = None, name


@pytest.fixture
def told(hall):  # noqa: F811
    """A ceremony that one guest of three came to, with four tasks, two launches and an entry about the media."""
    today = clock.today()
    belongs(hall.hoa, "Sở Nội vụ")
    checkins.record_scans(hall.device(), [scan(hall.code(hall.minh))], device_clock=clock.now())
    yesterday = today - timedelta(days=1)
    add_task(hall.event, 1, last_day=today, state=TaskState.DONE, done_on=today)
    add_task(hall.event, 2, last_day=yesterday, state=TaskState.DONE, done_on=today)
    add_task(hall.event, 3, last_day=yesterday)
    add_task(hall.event, 4, last_day=today)
    launch_operations.expect_launches(hall.event, ["Sở Y tế", "Sở Nội vụ"], by=None)
    first = db.session.scalars(launch_queries.launches_of(hall.event)).first()
    launch_operations.register_launch(first, {"planned_on": today}, version=None, by=None)
    results_operations.add_media(hall.event, MEDIA, by=None)
    return hall


def at(told, path=""):
    return f"/events/{told.event.slug}/results{path}"


def test_every_figure_is_the_number_or_the_sum_of_the_rows_shown_behind_it(told, signed_in):
    found = results_queries.figures(told.event)

    for key, figure in FIGURES.items():
        page = signed_in.get(at(told, f"/rows/{key}"))
        rows = page.rows() if page.html.xpath("//table") else []
        place = (
            [column.key for column in TABLES[figure.table].columns].index(figure.column or "")
            if figure.column
            else 0
        )
        shown = [row[place] for row in rows]
        counted_here = (
            sum(int(cell.replace(".", "").replace("–", "0")) for cell in shown)
            if figure.column
            else len(rows)
        )
        assert (key, counted_here) == (key, found.value(figure))


def test_the_figures_agree_with_the_pages_where_they_are_worked_with(told):
    event, today = told.event, clock.today()

    counted_here = values(results_queries.figures(event))

    came = attendance(event, None).all
    work, launched = tasks.totals(event, today), launch_queries.figures(event)
    expected = {
        "tasks.all": work["all"], "tasks.done": work["done"], "tasks.overdue": work["past"],
        "tasks.done_in_time": 1, "tasks.done_late": 1, "tasks.open": work["open"] - work["past"],
        "sites.all": db.session.scalar(sa.select(sa.func.count()).select_from(sites.sites_of(event).subquery())),
        "attendance.invited": came.invited, "attendance.present": came.present,
        "attendance.absent": came.invited - came.present, "attendance.not_called": came.not_called,
        "attendance.walk_ins": came.walk_ins,
        "absent.organizations": len(attendance(event, None).absent_organizations),
        "link_tests.held": len(link_tests.link_tests_of(event)),
        "launches.expected": launched.expected, "launches.registered": launched.registered,
        "launches.reported": launched.reported, "launches.participants": launched.participants,
        "media.pieces": 3, "media.views": 1200,
    }  # fmt: skip
    assert {key: counted_here[key] for key in expected} == expected
    assert (came.invited, came.present, counted_here["absent.organizations"]) == (3, 1, 1)


def test_the_levels_and_the_sites_make_one_total(told):
    found = results_queries.figures(told.event)

    for key in ("invited", "registered", "present", "absent", "walk_ins"):
        place = [column.key for column in TABLES["levels"].columns].index(key)
        by_level = sum(row[place] for row in found.tables["levels"])
        assert by_level == found.value(FIGURES[f"attendance.{key}"])


@pytest.mark.parametrize(
    ("state", "last", "done", "word"),
    [
        (TaskState.DONE, 0, 0, "done_in_time"),
        (TaskState.DONE, 0, 1, "done_late"),
        (TaskState.DONE, None, 1, "done_in_time"),
        (TaskState.OPEN, 0, None, "open"),
        (TaskState.OPEN, -1, None, "overdue"),
        (TaskState.OPEN, None, None, "open"),
        (TaskState.DROPPED, -1, None, "dropped"),
    ],
)
def test_the_last_day_of_a_task_is_in_time(state, last, done, word):
    today = clock.today()
    on = lambda days: None if days is None else today + timedelta(days=days)  # noqa: E731

    assert standing(state, on(last), on(done), today) == word


# --- Files -------------------------------------------------------------------------------------------------------


def test_the_workbook_says_how_each_figure_is_counted_and_holds_its_rows(told, signed_in):
    found = results_queries.figures(told.event)

    book = CalamineWorkbook.from_filelike(BytesIO(signed_in.http.get(at(told, "/report.xlsx")).data))

    summary = book.get_sheet_by_name(book.sheet_names[0]).to_python()[1:]
    assert summary and {row[3] for row in summary} <= set(book.sheet_names)
    sums = [row for row in summary if row[4].startswith("Tổng cột")]
    for _part, words, value, sheet, how in sums:
        head, *rows = book.get_sheet_by_name(sheet).to_python()
        place = head.index(how.split("“")[1].split("”")[0])
        if ";" not in how:
            assert (words, sum(row[place] or 0 for row in rows)) == (words, value)
    assert sum(len(book.get_sheet_by_name(name).to_python()) - 1 for name in book.sheet_names[1:]) == sum(
        len(rows) for rows in found.tables.values()
    )


def test_the_document_has_the_order_of_a_report_and_its_annexes(told, signed_in):
    results_operations.save_report(
        told.event,
        {"addressee": "Ủy ban nhân dân tỉnh", "strengths": "Chuẩn bị chu đáo.", "proposals": "Cấp kinh phí."},
        by=None,
    )

    packed = signed_in.http.get(at(told, "/report.docx")).data

    made = docx.Document(BytesIO(packed))
    lines = [paragraph.text for paragraph in made.paragraphs]
    heads = [line for line in lines if line.startswith(("I.", "II.", "III.", "IV."))]
    assert heads == ["I. CÔNG TÁC CHUẨN BỊ", "II. KẾT QUẢ", "III. ĐÁNH GIÁ", "IV. KIẾN NGHỊ, ĐỀ XUẤT"]
    assert "Kính gửi: Ủy ban nhân dân tỉnh." in lines and "Cấp kinh phí." in lines
    [guests] = [line for line in lines if "Đại biểu: được mời" in line]
    assert guests.endswith("được mời 3, đăng ký dự 0, có mặt 1 (đạt 33,3%), vắng 2 (chưa ghi nhận lý do 2).")
    assert "Cơ quan, đơn vị vắng toàn bộ: Sở Nội vụ." in " ".join(lines)
    annexes = [line for line in lines if line.startswith("Phụ lục ")]
    assert len(annexes) == len(made.tables) - 3 > 3
    assert next(line for line in reversed(lines) if line.startswith("Trên đây")).endswith("./.")
    xml = ZipFile(BytesIO(packed)).read("word/document.xml").decode()
    assert not any(name in xml for name in ("Nguyễn Văn Minh", "Trần Thị Hoa", "Lê Văn Tám"))
    first, *others = [
        [part.tag.rpartition("}")[2] for part in section._sectPr] for section in made.sections
    ]  # Word wants each part once, in this order
    assert "pgNumType" not in first and len(others) == len(annexes)
    assert all(parts.count("pgNumType") == 1 for parts in others)
    assert all(parts[parts.index("pgMar") + 1] == "pgNumType" for parts in others)
    assert annexes[:2] == ["Phụ lục I", "Phụ lục II"]


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("", ["Kính gửi: …"]),
        ("UBND tỉnh.", ["Kính gửi: UBND tỉnh."]),
        ("- Tỉnh ủy;\n\n- UBND tỉnh ((năm))", ["Kính gửi:", "- Tỉnh ủy;", "- UBND tỉnh ( (năm) )."]),
    ],
)
def test_several_addressees_stand_on_lines_of_their_own(typed, lines):
    wording = f"Kính gửi: {results_text.FIELD}.\nNội dung."

    said = results_text.addressed(wording, results_text.Words(addressee=typed)).split("\n")

    assert [line[: len(wanted)] for line, wanted in zip(said, lines, strict=False)] == lines
    assert len(said) == len(lines) + 1


def test_the_paper_is_set_with_its_annexes(told, signed_in):
    answer = signed_in.http.get(at(told, "/report.pdf"))

    assert answer.data.startswith(b"%PDF") and answer.content_type == "application/pdf"


def test_the_command_prints_the_same_figures(told, app):
    run = app.test_cli_runner().invoke(args=["reports", "results", told.event.slug, "--format", "json"])

    packed = json.loads(run.output)
    assert packed["figures"] == values(results_queries.figures(told.event))
    assert packed["tables"]["media"] == [
        ["Báo Quảng Ngãi", None, "Ra quân chuyển đổi số", None, None, 3, 1200]
    ]
    assert app.test_cli_runner().invoke(args=["reports", "results", "khong-co"]).exit_code == 1


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_the_command_writes_files(told, app, tmp_path, form):
    path = tmp_path / f"bao-cao.{form}"

    run = app.test_cli_runner().invoke(
        args=["reports", "results", told.event.slug, "--format", form, "--output", str(path)]
    )

    assert run.exit_code == 0 and path.read_bytes()[:2] in (b"PK", b"%P")


# --- Words and media ---------------------------------------------------------------------------------------------


def test_two_people_who_edit_the_words_see_each_other(told, signed_in):
    first = signed_in.get(at(told, "/edit")).form()
    results_operations.save_report(told.event, {"strengths": "Của người khác"}, by=None)

    late = signed_in.post(
        at(told, "/edit"), {"version": first.fields["version"], "strengths": "Của tôi"}, status=409
    )

    assert "Của người khác" in late.text and "Của tôi" in late.text
    assert results_queries.report_of(told.event).strengths == "Của người khác"


def test_what_the_media_said_is_entered_changed_and_taken_off(told, signed_in):
    bad = signed_in.post(at(told, "/media/new"), {"channel": "VTV", "url": "javascript:alert(1)"}, status=422)
    signed_in.post(
        at(told, "/media/new"), {"channel": "VTV", "title": "Thời sự", "url": "https://vtv.example.vn/1"}
    )
    item = db.session.scalars(sa.select(MediaItem).where(MediaItem.channel == "VTV")).one()
    signed_in.post(
        at(told, f"/media/{item.id}"),
        {"channel": "VTV", "title": "Thời sự 19 giờ", "pieces": "2", "version": str(item.version)},
    )

    assert len(bad.errors) == 2
    assert [row[1] for row in signed_in.get(at(told)).rows(-1)] == ["Ra quân chuyển đổi số", "Thời sự 19 giờ"]
    signed_in.post(at(told, f"/media/{item.id}/remove"), {})
    assert [row[0] for row in results_queries.figures(told.event).tables["media"]] == ["Báo Quảng Ngãi"]


# --- Approval ----------------------------------------------------------------------------------------------------


def test_approving_freezes_the_figures_and_starts_the_clock(told, signed_in):
    done = signed_in.post(at(told, "/approve"), {"version": "1", "kept_days": "90"})

    add_task(told.event, 5)
    page = signed_in.get(at(told))
    event, report = told.event, results_queries.report_of(told.event)
    assert done.flashes and report.approved_at is not None
    assert (event.data_kept_days, event.data_kept_until) == (90, clock.today() + timedelta(days=90))
    assert results_queries.shown(event, report).value(FIGURES["tasks.all"]) == 4
    assert ["Nhiệm vụ theo kế hoạch: nhiệm vụ trong kế hoạch", "4", "5"] in page.rows()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "results.approved")).one()
    assert entry.details["kept_days"] == 90
    again = signed_in.post(at(told, "/approve"), {"kept_days": "30"}, status=422)
    assert "đã được duyệt" in again.text
    with pytest.raises(DomainError) as refusal:
        results_operations.save_report(event, {"causes": "Muộn"}, by=None)
    assert refusal.value.code == "report_approved"


@pytest.mark.parametrize(("promised", "longer", "kept"), [(30, False, 30), (30, True, 90), (300, False, 90)])
def test_a_promised_day_holds_unless_it_is_said_otherwise(told, promised, longer, kept):
    today = clock.today()
    with atomic():
        factories.data_notice(told.event).data_kept_until = today + timedelta(days=promised)

    results_operations.approve(told.event, kept_days=90, keeps_longer=longer, by=None)

    assert told.event.data_kept_until == today + timedelta(days=kept)


def test_opened_again_the_report_moves_and_the_clock_is_set_anew(told, signed_in):
    promised = clock.today() + timedelta(days=60)
    with atomic():
        factories.data_notice(told.event).data_kept_until = promised
    results_operations.approve(told.event, kept_days=10, by=None)

    signed_in.post(at(told, "/reopen"), {})

    report = results_queries.report_of(told.event)
    assert (report.approved_at, report.figures, told.event.data_kept_until) == (None, None, promised)
    assert db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == "results.reopened"))
    results_operations.approve(told.event, kept_days=20, by=None)
    assert told.event.data_kept_until == clock.today() + timedelta(days=20)


def test_the_report_becomes_a_paper_with_its_words_and_later_its_number(told, signed_in):
    signed_in.post(at(told, "/paper"), {})
    paper = results_queries.report_of(told.event).document
    results_operations.save_report(told.event, {"proposals": "Cấp kinh phí ((năm sau))."}, by=None)
    signed_in.post(at(told, "/paper"), {})

    assert (paper.kind, paper.state) == (DocumentKind.REPORT, DocumentState.DRAFT)
    assert "II. KẾT QUẢ" in paper.body and "Cấp kinh phí ( (năm sau) )." in paper.body
    assert f"/papers/{paper.id}" in " ".join(signed_in.get(at(told)).links())
    assert at(told) in signed_in.get(f"/events/{told.event.slug}/papers/{paper.id}").links()
    paper_operations.remove_paper(paper, version=None, by=None)
    assert results_queries.report_of(told.event).document is None


# --- Events of other kinds ---------------------------------------------------------------------------------------


def test_a_plan_of_work_has_no_hall_and_no_empty_tables(app):
    event = factories.event(kind=EventKind.WORK_PLAN, title="Kế hoạch công tác năm 2022")
    add_task(event, 1)

    found = results_queries.figures(event)

    said = results_text.body(found, results_queries.words_of(None))
    assert {table for table, rows in found.tables.items() if rows} == {"tasks"}
    assert "không tổ chức sự kiện tập trung" in said
    assert "điểm cầu" not in said and "Đại biểu" not in said and "Ra quân" not in said


def test_a_cancelled_event_tells_of_its_preparation(told):
    events.cancel_event(told.event, by=None)

    said = results_text.body(results_queries.figures(told.event), results_queries.words_of(None))

    assert "quyết định không tổ chức" in said and "không có số liệu về đại biểu" in said
    assert "có mặt" not in said
    results_operations.approve(told.event, kept_days=30, by=None)
    assert db.session.scalars(sa.select(ResultsReport)).one().approved_at is not None


def test_frozen_figures_come_back_as_they_were(told):
    found = results_queries.figures(told.event)

    assert values(Figures.of(json.loads(json.dumps(found.as_dict())))) == values(found)


# --- Who may, and how much it costs ------------------------------------------------------------------------------


def test_a_viewer_reads_figures_without_names_and_changes_nothing(told, app):
    user = factories.user("xem@quangngai.example.vn")
    accounts.grant(user, Role.VIEWER, event_id=told.event.id)
    viewer = PageClient(app).sign_in(user)

    page = viewer.get(at(told))

    assert not any(name in page.text for name in ("Nguyễn Văn Minh", "Trần Thị Hoa", "Lê Văn Tám"))
    assert not any(link.endswith(("/results/edit", "/media/new")) for link in page.links())
    viewer.post(at(told, "/approve"), {"kept_days": "30"}, status=404)
    viewer.get(at(told, "/edit"), status=404)


def test_the_statements_do_not_grow_with_the_event(told):
    results_queries.figures(told.event)
    with counted() as few:
        results_queries.figures(told.event)
    for number in range(10, 22):
        site = factories.site(told.event, f"Xã {number}")
        factories.guest(site)
        add_task(told.event, number)
        results_operations.add_media(told.event, MEDIA, by=None)
    launch_operations.expect_launches(told.event, [f"Sở {number}" for number in range(12)], by=None)
    results_queries.figures(told.event)  # loads what the changes let go of

    with counted() as many:
        found = results_queries.figures(told.event)

    assert found.value(FIGURES["sites.all"]) == 14 and many.number == few.number
