"""The results report of a campaign: over itself and its parts, every figure the sum of its leaves."""

import json
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from python_calamine import CalamineWorkbook

from eventsvc import clock
from eventsvc.budgets import estimate_queries
from eventsvc.campaigns import activity_queries, communication_queries
from eventsvc.commendations import queries as commendations
from eventsvc.commendations.models import CommendationState
from eventsvc.contests import queries as contests
from eventsvc.db import atomic, db
from eventsvc.events.models import EventStatus
from eventsvc.reports import results_file_queries, results_operations, results_queries
from eventsvc.reports.attendance_queries import attendance
from eventsvc.reports.results import PLACES, TABLES, named
from eventsvc.reports.results_figures import FIGURES, shown_parts, values
from eventsvc.tasks import assignment_queries
from eventsvc.tasks import queries as tasks
from eventsvc.visitors import queries as visitors
from tests import factories
from tests.databases import ON_SQLITE
from tests.pages import PageClient
from tests.queries import counted
from tests.reports import campaigns


@pytest.fixture
def event(app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: campaigns.NOW)
    return campaigns.told()


def test_every_figure_is_the_sum_of_its_leaves(event):
    today, parts = clock.today(), campaigns.parts_of(event)

    found = results_queries.figures(event)

    counted_here = values(found)
    came = [attendance(part, None).all for part in parts]
    doors = [figures for part in parts for figures in visitors.figures(visitors.open_doors_of(part)).values()]
    work = [tasks.totals(one, today) for one in (event, *parts)]
    charged = [assignment_queries.totals(one, today) for one in (event, *parts)]
    acts, told = activity_queries.figures(event), communication_queries.figures(event)
    money = estimate_queries.in_all(estimate_queries.by_source(event))
    [entries] = contests.figures(contests.contests_of(event)).values()
    honours = commendations.figures(event)
    expected = {
        "parts.all": len(parts), "parts.sites": 2, "parts.invited": sum(one.invited for one in came),
        "parts.present": sum(one.present for one in came), "parts.walk_ins": sum(one.walk_ins for one in came),
        "doors.all": 4, "doors.registered": sum(one.registered for one in doors),
        "doors.came": sum(one.came for one in doors), "doors.counted": 10,
        "tasks.all": sum(one["all"] for one in work), "tasks.overdue": sum(one["past"] for one in work),
        "agencies.charged": sum(one["charged"] for one in charged),
        "agencies.overdue": sum(one["overdue"] for one in charged),
        "activities.all": acts.total, "activities.done": acts.held, "activities.visitors": acts.visitors,
        "stalls.all": acts.stalls, "stalls.present": acts.stalls_present, "stalls.cashless": 1,
        "communication.all": told.works, "communication.done": told.done, "communication.pieces": told.pieces,
        "communication.reach": told.reach, "communication.proved": 1,
        "press.outlets": 1, "press.asked": 2, "press.approved": 1,
        "contests.entries": entries.standing, "contests.persons": 2, "contests.teams": 1,
        "contests.entrants": 4, "awards.all": 3, "awards.won": 2, "awards.amount": 2_000_000,
        "commendations.all": sum(honours.values()), "decisions.all": 1,
        "commendations.decided": honours[CommendationState.DECIDED],
        "budget.estimated": money.estimated, "budget.approved": money.approved, "budget.spent": money.spent,
        "budget.settled": money.settled, "budget.given": 100_000_000, "budget.sources": 1, "estimates.all": 3,
        "clusters.units": 11, "stops.all": 3, "stops.held": 2, "stops.open": 1, "media.pieces": 4,
    }  # fmt: skip
    assert {key: counted_here[key] for key in expected} == expected
    assert (counted_here["parts.present"], counted_here["doors.came"]) == (3, 2)
    assert (money.estimated, money.settled) == (30_000_000, 7_000_000)
    assert counted_here["tasks.overdue"] == 4
    for small, large in (("kinds", "activities"), ("channels", "communication")):
        rows = [named(small, row) for row in found.tables[small]]
        in_all = sum(row.get("planned", 0) + row.get("cancelled", 0) + row.get("works", 0) for row in rows)
        assert in_all == len(found.tables[large])
    both = [
        sum(named(table, row)["approved"] for row in found.tables[table]) for table in ("budget", "estimates")
    ]
    assert both[0] == both[1] == money.approved


def test_a_larger_campaign_asks_no_more_of_the_database(app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: campaigns.NOW)
    asked = []
    for stops in (3, 6):
        event = campaigns.told(stops)
        db.session.expire_all()
        assert event.title
        with counted() as count:
            found = results_queries.figures(event)
        assert found.value(FIGURES["parts.all"]) == stops - 1
        asked.append(count.number)

    assert asked[0] == asked[1]


@ON_SQLITE
def test_a_stop_was_held_once_it_is_over_and_not_called_off(event):
    first, second = campaigns.parts_of(event)
    [sitting] = first.standing_sittings
    with atomic():
        sitting.starts_at = sitting.starts_at.replace(day=9)
        sitting.ends_at = sitting.ends_at.replace(day=9)
        second.status = EventStatus.CANCELLED

    found = results_queries.figures(event)

    rows = [named("stops", row) for row in found.tables["stops"]]
    assert [(row["name"], row["standing"], row["held_on"], row["is_moved"]) for row in rows] == [
        ("Điểm dừng 1", "held", "2024-09-09", "1"),
        ("Điểm dừng 3", "no_event", None, "0"),
        ("Điểm dừng 2", "cancelled", None, "0"),
    ]
    assert rows[0]["planned_on"] == "2024-09-05"
    assert values(found)["stops.moved"] == 1


@ON_SQLITE
def test_the_page_shows_every_part_and_opens_the_rows(event, app):
    client = PageClient(app).sign_in(factories.organizer(organization=event.host))

    page = client.get(f"/events/{event.slug}/results")

    links = [link for link in page.html.xpath("//main//a/@href") if "/results/rows/" in link]
    keys = {link.rpartition("/")[2] for link in links}
    assert {
        "stops.held",
        "parts.present",
        "doors.came",
        "awards.won",
        "budget.settled",
        "tasks.overdue",
    } <= keys
    assert not {key for key in keys if key.startswith(("guidance.", "sites.", "agenda."))}
    for key in ("stops.held", "contests.entrants", "budget.approved", "tasks.overdue"):
        rows = client.get(f"/events/{event.slug}/results/rows/{key}").rows()
        figure = FIGURES[key]
        place = PLACES[figure.table][figure.column] if figure.column else None
        shown = (
            [int(row[place].replace(".", "").replace("–", "0")) for row in rows] if place else [1] * len(rows)
        )
        assert (key, sum(shown)) == (key, results_queries.figures(event).value(figure))


@ON_SQLITE
def test_all_files_carry_the_campaign_and_no_name_of_a_child(event):
    made = {kind: results_file_queries.file_of(event, kind) for kind in ("docx", "xlsx", "json", "pdf")}

    paper = docx.Document(BytesIO(made["docx"]))
    lines = [paragraph.text for paragraph in paper.paragraphs]
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    said = "\n".join(lines)
    assert "Chủ đề: Chuyển đổi số – chuyển đổi xanh" in said
    assert (
        "đã tổ chức 2/3 điểm dừng" in said and "Cụm 1 (đăng cai: UBND huyện Định Quán), gồm 6 đơn vị" in said
    )
    assert "Quyết định số 12/QĐ-UBND ngày 20/10/2024: Bằng khen của Chủ tịch UBND tỉnh cho 2 tập thể" in said
    assert "đã quyết toán 7.000.000 đồng" in said
    assert campaigns.ADULT in cells and "Thí sinh số 2" in cells
    book = CalamineWorkbook.from_filelike(BytesIO(made["xlsx"]))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert len(sheets) == 1 + sum(bool(rows) for rows in results_queries.figures(event).tables.values())
    packed = json.loads(made["json"])
    assert packed["figures"]["awards.won"] == 2 and packed["tables"]["awards"][0][4] == campaigns.ADULT
    assert made["pdf"].startswith(b"%PDF")
    for everything in (said + str(cells), str(sheets), made["json"].decode()):
        assert campaigns.CHILD not in everything and "Em 1" not in everything


@ON_SQLITE
def test_approving_freezes_what_the_parts_have_come_to(event, app):
    client = PageClient(app).sign_in(factories.organizer(organization=event.host))
    results_operations.approve(event, kept_days=90, by=None)

    part = campaigns.parts_of(event)[0]
    results_operations.add_media(part, {"channel": "VTV", "title": "Thời sự", "pieces": 7}, by=None)

    report = results_queries.report_of(event)
    assert results_queries.shown(event, report).value(FIGURES["media.pieces"]) == 4
    assert ["Truyền thông: sản phẩm đã đăng, phát", "4", "11"] in client.get(
        f"/events/{event.slug}/results"
    ).rows()


@ON_SQLITE
def test_winners_are_named_no_longer_than_personal_data_is_kept(event, monkeypatch):
    results_operations.approve(event, kept_days=30, by=None)
    report, place = results_queries.report_of(event), PLACES["awards"]["winner"]
    monkeypatch.setattr(clock, "now", lambda: campaigns.NOW + timedelta(days=31))

    for found in (results_queries.shown(event, report), results_queries.figures(event)):
        assert [row[place] for row in found.tables["awards"]] == [None, None, None]
        assert values(found)["awards.won"] == 2


@ON_SQLITE
def test_an_ordinary_event_says_nothing_of_what_only_a_campaign_has(app):
    found = results_queries.figures(factories.event())

    assert not set(found.tables) & {"stops", "activities", "contests", "budget"}
    assert not set(shown_parts(found)) & {"stops", "parts", "doors", "activities", "budget"}
    assert all(table in TABLES for table in found.tables)


@ON_SQLITE
def test_a_report_approved_before_a_table_was_there_says_nothing_has_changed(event, app):
    results_operations.approve(event, kept_days=90, by=None)
    report = results_queries.report_of(event)
    with atomic():
        kept = dict(report.figures)
        kept["tables"] = {key: rows for key, rows in kept["tables"].items() if key != "doors"}
        report.figures = kept
    client = PageClient(app).sign_in(factories.organizer(organization=event.host))

    assert "Không có số liệu nào thay đổi" in client.get(f"/events/{event.slug}/results").text
