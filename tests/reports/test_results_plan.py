"""What the plan asked for in the results report: its tasks with their steps, the target of its movement."""

import json
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from python_calamine import CalamineWorkbook

from eventsvc import clock
from eventsvc.campaigns import guidance_operations, guidance_queries
from eventsvc.campaigns import operations as campaigns
from eventsvc.campaigns.guidance_operations import Entered
from eventsvc.campaigns.guidance_rollup import Sums
from eventsvc.reports import results_file_queries, results_files, results_queries, results_text
from eventsvc.reports.results import PLACES, Figures, named
from eventsvc.reports.results_figures import FIGURES, told, values
from eventsvc.tasks import operations as tasks
from eventsvc.tasks import queries as task_queries
from eventsvc.tasks.models import DeadlineKind, TaskKind, TaskState
from eventsvc.tasks.operations import Details
from tests import factories
from tests.pages import PageClient

HANDED_IN = [Entered({}, members=2, reached=2), Entered({}, members=3, reached=1), Entered({}, members=4)]
RESIDENTS = [14, 15, 40]


def asked(text, day):
    return Details(text=text, agency="Sở Y tế", deadline=day, deadline_kind=DeadlineKind.INCLUSIVE)


def test_a_step_of_a_directive_counts_on_every_page_alike(app):
    event, today = factories.event(), clock.today()
    directive = tasks.add_task(event, asked("Kết luận", today), kind=TaskKind.DIRECTIVE, by=None)
    for days in (-2, 3):
        tasks.add_task(event, asked("Phần việc", today + timedelta(days=days)), parent=directive, by=None)
    tasks.close_task(
        tasks.add_task(event, asked("Khác", today), by=None), TaskState.DONE, done_on=today, by=None
    )

    found = results_queries.figures(event)

    counted, totals = values(found), task_queries.totals(event, today)
    assert (counted["tasks.all"], counted["tasks.done"], counted["tasks.overdue"]) == (4, 1, 1)
    assert (totals["all"], totals["done"], totals["past"]) == (4, 1, 1)
    assert [row[PLACES["tasks"]["key"]] for row in found.tables["tasks"]] == ["1", "1.1", "1.2", "1"]
    overdue = [row[PLACES["tasks"]["text"]] for row in found.rows(FIGURES["tasks.overdue"])]
    assert overdue == ["Phần việc"]


# --- The movement ------------------------------------------------------------------------------------------------


@pytest.fixture
def movement(app):
    """173 communes, each member of whose teams is to guide seven residents; three have returned, one has begun to."""
    event, by, first = factories.event(), factories.user(), clock.today() - timedelta(days=2)
    campaign = campaigns.save_campaign(
        event,
        {"name": "07 ngày - 07 người dân", "start_date": first, "duration_days": 7},
        {"actor": "mỗi thành viên", "value": 7, "unit": "người dân", "comparator": "minimum"},
        ["Dịch vụ công"],
        by=by,
    )
    guidance_operations.expect_returns(event, by=by)
    key = (first, campaign.skills[0].id)
    lines = guidance_queries.lines_of(campaign)
    for line, entered, residents in zip(lines, HANDED_IN, RESIDENTS, strict=False):
        row = guidance_queries.return_of(event, line.id)
        whole = Entered({key: residents}, members=entered.members, reached=entered.reached)
        guidance_operations.hand_in(row, whole, by=row.asked)
    begun = guidance_queries.return_of(event, lines[3].id)
    guidance_operations.save_figures(begun, Entered({key: 99}, members=9, reached=9), by=begun.asked)
    return event


def test_what_the_target_asks_for_stands_beside_what_was_reached(movement):
    found = results_queries.figures(movement)

    counted, known = values(found), guidance_queries.figures(movement)
    assert {key: counted[f"guidance.{key}"] for key in ("wanted", "residents", "told", "reached")} == {
        "wanted": 63, "residents": 69, "told": 5, "reached": 3,
    }  # fmt: skip
    assert (counted["guidance.units"], counted["guidance.handed_in"], counted["guidance.members"]) == known[
        :2
    ] + (known.members,)
    assert (counted["guidance.residents"], counted["guidance.reached"]) == (known.residents, known.reached)
    [target] = [named("targets", row) for row in found.tables["targets"]]
    assert target == {
        "text": "mỗi thành viên",
        "goal": "≥ 7 người dân trong 07 ngày",
        "result": "hướng dẫn 69/63 người dân (đạt 109,5%); 3/5 thành viên hướng dẫn đủ (đạt 60%)",
        "done_on": None,
        "is_reached": "0",
        "reporters": 173,
        "handed_in": 3,
    }


def test_the_target_and_its_result_stand_in_every_file_and_open_their_rows(movement, app):
    client = PageClient(app).sign_in(factories.organizer())

    page = client.get(f"/events/{movement.slug}/results/rows/guidance.wanted")
    paper = docx.Document(BytesIO(results_file_queries.file_of(movement, "docx")))
    book = CalamineWorkbook.from_filelike(BytesIO(results_file_queries.file_of(movement, "xlsx")))
    packed = json.loads(results_file_queries.file_of(movement, "json"))

    place = PLACES["guidance"]["wanted"]
    assert sum(int(row[place]) for row in page.rows()) == 63 and len(page.rows()) == 3
    said = " ".join(paragraph.text for paragraph in paper.paragraphs)
    assert "chỉ tiêu giao 63 người dân (đạt 109,5%); trong 5 thành viên được thống kê từng người, 3" in said
    totals = [[cell.text for cell in table.rows[-1].cells] for table in paper.tables]
    [sums] = [row for row in totals if row[1] == "Tổng cộng (báo cáo đã nộp)" and "69" in row]
    assert sums[3:8] == ["9", "63", "69", "5", "3"]  # what one unit only began to enter is in none of them
    summary = {row[1]: row[2] for row in book.get_sheet_by_index(0).to_python()}
    assert summary["người dân theo chỉ tiêu giao"] == 63
    assert packed["figures"]["guidance.wanted"] == 63 and packed["columns"]["guidance"][3] == "wanted"
    assert results_file_queries.file_of(movement, "pdf").startswith(b"%PDF")


def test_a_movement_without_a_target_says_nothing_of_one(movement):
    found = results_queries.figures(movement)
    place = PLACES["guidance"]["wanted"]
    for row in found.tables["guidance"]:
        row[place] = None

    assert "guidance.wanted" not in [figure.key for figure in told(found, "guidance")]
    assert "chỉ tiêu giao" not in results_text.body(found, results_queries.words_of(None))


@pytest.mark.parametrize(
    ("sums", "answer"),
    [
        (Sums(expected=2, handed_in=2, members=3, counted_members=3, reached=3, residents=21), True),
        (Sums(expected=3, handed_in=2, members=3, counted_members=3, reached=3, residents=21), None),
        (Sums(expected=2, handed_in=2, members=3, counted_members=2, reached=2, residents=21), None),
        (Sums(expected=2, handed_in=2, members=3, counted_members=3, reached=2, residents=30), False),
        (Sums(expected=3, handed_in=2, members=3, counted_members=0, residents=20), False),
        (Sums(expected=3), None),
    ],
)
def test_every_member_has_reached_the_target_when_nobody_can_have_missed_it(sums, answer):
    assert sums.is_reached(7) is answer


def test_figures_frozen_before_a_table_got_a_column_are_read_by_their_keys(app):
    kept = {
        "as_of": "2026-11-22T08:00+07:00",
        "facts": {},
        "tables": {"guidance": [["UBND xã A", 12, 3, "1"]], "gone": [[1]]},
        "columns": {"guidance": ["name", "residents", "members", "is_handed_in"], "gone": ["number"]},
    }

    found = Figures.of(kept)

    counted = values(found)
    assert (counted["guidance.residents"], counted["guidance.members"], counted["guidance.wanted"]) == (
        12,
        3,
        0,
    )
    assert list(found.tables) == ["guidance"] and Figures.of(found.as_dict()) == found
    assert not found.tells(FIGURES["guidance.wanted"])
    assert results_files.workbook(found)[1].rows[0][0] == "UBND xã A"
