"""Plans of a year's work and conclusions of meetings: rows of their own nouns, merged and refused like the others."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventKind, StatementKind
from eventsvc.events.queries import event_by_slug
from eventsvc.movements.models import Comparator, Indicator, Milestone
from eventsvc.plans import operations, queries, schema
from eventsvc.plans.parsing import LARGEST, PlanRefused
from eventsvc.sites.models import Site
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.duty_models import Duty, Meeting, Presence, Rhythm
from eventsvc.tasks.models import (
    Anchor,
    AssigneeRole,
    DeadlineKind,
    Task,
    TaskDependency,
    TaskKind,
    TaskState,
)
from tests.plans import plan
from tests.plans.test_loading import dumped, load, said


def rows(model, event: Event) -> list:
    return list(db.session.scalars(sa.select(model).where(model.event_id == event.id).order_by(model.number)))


def tasks_by_key(event: Event) -> dict[str, Task]:
    return {task.key: task for task in rows(Task, event) if task.key}


def names(task: Task, role: AssigneeRole) -> list[str]:
    return [row.name for row in task.assignees if row.role is role]


def test_a_plan_of_work_is_an_event_of_its_year(app):
    event = load(plan("002"))

    assert event.slug == "hoat-dong-cua-ban-chi-dao-chuyen-doi-so-2022"
    assert event.kind is EventKind.WORK_PLAN
    assert event.title == "Hoạt động của Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi năm 2022"
    assert (event.window_start, event.window_end) == (date(2022, 1, 1), date(2022, 12, 31))
    assert event.host.name == "Ủy ban nhân dân tỉnh Quảng Ngãi"
    assert [row.name for row in event.organizations] == ["Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi"]
    assert (event.document.number, event.document.issued_on) == ("04/KH-BCĐ", date(2022, 3, 10))
    assert event.document.signer_other_title == "CHỦ TỊCH UBND TỈNH"
    assert db.session.scalar(sa.select(sa.func.count(Site.id))) == 0


def test_items_tasks_and_indicators_are_rows(app):
    event = load(plan("002"))
    found = tasks_by_key(event)
    launch, member, conference, report = (found[key] for key in ("II.3", "II.10", "II.6", "III.1.3"))

    assert [task.kind for task in found.values()].count(TaskKind.PLAN_ITEM) == 11
    assert (launch.deadline_kind, launch.last_day) == (DeadlineKind.QUARTER, date(2022, 3, 31))
    assert launch.deadline_text == "Thời gian hoàn thành: Quý I năm 2022."
    assert (launch.assignees[0].role, launch.assignees[0].role_label) == (
        AssigneeRole.LEAD,
        "Cơ quan tham mưu",
    )
    assert len(names(launch, AssigneeRole.COORDINATING)) == 10
    assert all(row.organization for row in launch.assignees)
    assert (member.window_start, member.window_end) == (date(2022, 3, 1), date(2022, 4, 30))
    assert (conference.deadline_kind, conference.last_day) == (DeadlineKind.EXTERNAL, None)
    assert (found["II.1"].state, found["II.1"].state_text) == (TaskState.DONE, "đã hoàn thành")
    assert (report.deadline_kind, report.deadline, report.last_day) == (
        DeadlineKind.EXCLUSIVE, date(2022, 12, 15), date(2022, 12, 14),
    )  # fmt: skip
    assert found["III.1.1"].assignees[0].role_label == "Cơ quan thường trực Ban Chỉ đạo"

    indicators = rows(Indicator, event)
    assert [row.task_id for row in indicators] == [found["II.11"].id] * 7
    assert [(t.comparator, t.value, t.unit) for row in indicators for t in row.targets] == [
        (Comparator.MINIMUM, Decimal(70), "%"),
        (Comparator.EXACTLY, Decimal(100), "%"),
        (Comparator.MORE_THAN, Decimal(30), "%"),
    ]


def test_conclusions_are_a_meeting_with_who_was_there(app):
    event = load(plan("003"))
    meeting = db.session.scalars(sa.select(Meeting)).one()

    assert (event.kind, event.window_start, event.starts_at) == (EventKind.MEETING, date(2021, 12, 15), None)
    assert event.title.startswith("Cuộc họp nghe báo cáo tiến độ triển khai Kế hoạch")
    assert (event.document.number, event.document.issued_on) == ("/TB-UBND", None)
    assert event.document.signature == ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]
    assert [row.is_basis for row in event.document.references] == [False] * 3
    assert event.document.references[0].text == "Báo cáo số 1732/BC-STTTT ngày 15/12/2021"
    assert [row.kind for row in event.statements].count(StatementKind.FINDING) == 2
    assert (meeting.held_on, meeting.chair) == (date(2021, 12, 15), "Trần Phước Hiền")
    there = [row.presence for row in meeting.attendances]
    assert (there.count(Presence.PRESENT), there.count(Presence.ABSENT)) == (9, 1)
    assert meeting.attendances[-1].organization.name == "Sở Nội vụ"
    assert [row.starts_on.day for row in rows(Milestone, event)] == [15, 17, 21, 27, 20]


def test_directives_have_their_steps_duty_answer_and_order(app):
    event = load(plan("003"))
    found = tasks_by_key(event)
    listed, frame, visits, weekly, answer = (
        found[key] for key in ("2.a.2", "2.a.3", "2.a.4", "2.a.5", "2.a.7")
    )
    duty = db.session.scalars(sa.select(Duty)).one()
    waits = db.session.execute(sa.select(TaskDependency.task_id, TaskDependency.needs_id)).all()

    assert [(step.agency, step.report_to, step.last_day) for step in listed.steps] == [
        ("Sở Thông tin và Truyền thông", "Sở Tài chính", date(2021, 12, 17)),
        ("Sở Tài chính", "UBND tỉnh", date(2021, 12, 21)),
    ]
    assert (frame.report_via, frame.last_day) == ("Sở Nội vụ", date(2022, 1, 19))
    assert names(visits, AssigneeRole.WITH) == ["VNPT Quảng Ngãi"]
    assert len(names(visits, AssigneeRole.OWNER)) == 11
    assert (duty.task_id, duty.rhythm, duty.weekday, duty.report_to) == (
        weekly.id, Rhythm.WEEKLY, 0, "UBND tỉnh",
    )  # fmt: skip
    assert (duty.starts_on, duty.ends_on, duty.has_meeting) == (date(2021, 12, 27), None, True)
    assert (answer.deadline_kind, answer.offset_days, answer.anchor, answer.action) == (
        DeadlineKind.WORKING_DAYS, 3, Anchor.OBSTACLE, "trình UBND tỉnh",
    )  # fmt: skip
    assert sorted(waits) == sorted((found["3"].id, found[key].id) for key in ("2.a.2", "2.a.3"))
    assert found["4"].assignees[0].role is AssigneeRole.REQUESTED
    assert names(found["2.c"], AssigneeRole.LEAD) == ["Sở Thông tin và Truyền thông"]


def counts() -> list[int]:
    tables = (
        "event",
        "task",
        "assignee",
        "duty",
        "meeting",
        "meeting_attendance",
        "indicator",
        "target",
        "plan_mark",
    )
    return [db.session.scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables]


@pytest.mark.parametrize("number", ["002", "003"])
def test_the_same_file_again_and_the_dump_change_nothing(app, number):
    event = load(plan(number))
    before = counts()

    for content in (plan(number), queries.as_yaml(event).encode()):
        outcome = operations.load_plan(content, update=True, by=None)
        assert (outcome.created, outcome.differences, outcome.slugs) == (False, [], [event.slug])

    assert counts() == before


CHANGED_002 = (
    ("Thời gian: Tháng 9/2022.", "Thời gian: Tháng 10/2022."),
    (
        'label: Thời gian, kind: month, window_start: "2022-09-01", window_end: "2022-09-30"',
        'label: Thời gian, kind: month, window_start: "2022-10-01", window_end: "2022-10-31"',
    ),
    ('op: ">", value: 30, unit', 'op: ">=", value: 35.5, unit'),
)


def test_a_changed_plan_of_work_is_taken_up_but_for_what_was_edited(app, organizer):
    event = load(plan("002"))
    task = tasks_by_key(event)["II.3"]
    ids = {row.key: row.id for row in rows(Task, event)}
    events.edit_event(event, {"short_title": "Kế hoạch Ban Chỉ đạo"}, by=organizer)
    tasks.close_task(task, TaskState.DONE, done_on=date(2022, 4, 12), by=organizer)
    changed = plan("002", *CHANGED_002, ("Khai trương và đưa vào vận hành", "Khai trương, đưa vào vận hành"))

    shown = operations.load_plan(changed, by=None)
    assert {difference.path for difference in shown.differences} == {
        "plan_items[II.3].title.text", "plan_items[II.4].timing.text", "plan_items[II.4].timing.window_start",
        "plan_items[II.4].timing.window_end", "plan_items[II.11].indicators[2].targets[1].op",
        "plan_items[II.11].indicators[2].targets[1].value",
    }  # fmt: skip
    operations.load_plan(changed, update=True, by=None)

    db.session.expire_all()
    found = tasks_by_key(event)
    assert {row.key: row.id for row in rows(Task, event)} == ids
    assert found["II.4"].last_day == date(2022, 10, 31)
    assert (found["II.3"].text[:24], found["II.3"].state) == ("Khai trương, đưa vào vận", TaskState.DONE)
    target = rows(Indicator, event)[1].targets[0]
    assert (target.comparator, target.value) == (Comparator.MINIMUM, Decimal("35.5"))
    now = dumped(event)
    assert now["event"]["short_name"] == "Kế hoạch Ban Chỉ đạo"
    assert now["plan_items"][2]["status"] == "completed"


def test_an_edited_plan_of_work_loads_again_to_the_same_dump(app, organizer):
    event = load(plan("003"))
    events.edit_event(event, {"title": "Họp về IOC", "venue": "Phòng họp số 1"}, by=organizer)
    edited = dumped(event)
    assert edited["event"]["title"] == "Họp về IOC"
    edited["plan_id"] = "003-b"

    again = load(yaml.safe_dump(edited, allow_unicode=True).encode())

    assert dumped(again) == edited


def test_an_edit_of_a_conclusion_is_kept(app, organizer):
    event = load(plan("003"))
    frame = tasks_by_key(event)["2.a.3"]
    details = tasks.Details(
        text=frame.text,
        agency=frame.agency,
        role=AssigneeRole.LEAD,
        coordinating=names(frame, AssigneeRole.COORDINATING),
        key=frame.key,
        deadline=date(2022, 1, 25),
        deadline_kind=DeadlineKind.INCLUSIVE,
        report_via=frame.report_via,
    )
    tasks.edit_task(frame, details, by=organizer)
    changed = plan(
        "003",
        ("deadline: \"2022-01-20\"\n    deadline_semantics: \"trước ngày (exclusive: last day 2022-01-19)\"",
         'deadline: "2022-02-10"\n    deadline_semantics: "trước ngày (exclusive: last day 2022-02-09)"'),
        ("until: null", 'until: "2022-06-30"'),
    )  # fmt: skip

    outcome = operations.load_plan(changed, update=True, by=None)

    assert [d.path for d in outcome.taken] == ["directives[2.a.5].recurrence.until"]
    assert len(outcome.kept) == 2
    db.session.expire_all()
    assert frame.deadline == date(2022, 1, 25)
    assert db.session.scalars(sa.select(Duty.ends_on)).one() == date(2022, 6, 30)
    assert dumped(event)["directives"][2]["deadline_semantics"] == "inclusive"


def test_another_day_chooses_another_list_of_units(app):
    outcome = operations.load_plan(plan("002"), as_of=date(2025, 12, 1), by=None)

    assert event_by_slug(outcome.slugs[0]).units_as_of == date(2025, 12, 1)


def refused(content: bytes) -> list[str]:
    with pytest.raises(PlanRefused) as caught:
        schema.read(content)
    assert all(problem.line for problem in caught.value.problems)
    return [problem.path for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("number", "old", "new", "field"),
    [
        ("003", "findings:  ", "resolutions:  ", "resolutions"),
        ("003", 'to: Sở Tài chính, deadline: "2021-12-17", deadline_semantics: inclusive}',
         "to: Sở Tài chính}", "directives[2.a.2].steps[1].deadline"),
        ("003", "last day 2022-01-19", "last day 2022-01-20", "directives[2.a.3].deadline_semantics"),
        ("003", "trước ngày (exclusive", "trước ngày (inclusive", "directives[2.a.3].deadline_semantics"),
        ("003", "FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY", "directives[2.a.5].recurrence.rrule"),
        ("003", "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO,TU", "directives[2.a.5].recurrence.rrule"),
        ("003", "until: null", 'until: "2021-12-01"', "directives[2.a.5].recurrence.until"),
        ("003", "working_days: 3,", "working_days: 0,", "directives[2.a.7].response_rule.working_days"),
        ("003", "depends_on: [2.a.2, 2.a.3]", "depends_on: [2.a.2, 9.z]", "directives[3].depends_on[2]"),
        ("003", "role: requested", "role: asked", "directives[4].role"),
        ("003", "symbol: TB-UBND", "symbol: TB-BCĐ", "document.number.text"),
        ("003", "month: 12, day: null", "month: 11, day: null", "document.issued_line.month"),
        ("003", 'date: "2021-12-15"\n  place', "date: null\n  place", "meeting.date"),
        ("002", 'window_end: "2022-03-31"', 'window_end: "2022-04-30"', "plan_items[II.3].timing.window_end"),
        ("002", "kind: ongoing, window_start: null", 'kind: ongoing, window_start: "2022-01-01"',
         "plan_items[II.7].timing.window_start"),
        ("002", "kind: external, window_start: null", "kind: month, window_start: null",
         "plan_items[II.5].timing.window_start"),
        ("002", "kind: month, window_start", "kind: inclusive, window_start", "plan_items[II.1].timing.window_start"),
        ("002", 'order: 2, text: "Đẩy mạnh phổ cập danh tính', 'order: 2, words: "Đẩy mạnh phổ cập danh tính',
         "plan_items[II.11].indicators[2].words"),
        ("002", 'op: ">=", value: 70', 'op: "<", value: 70', "plan_items[II.11].indicators[1].targets[1].op"),
        ("002", "value: 70,", "value: nhiều,", "plan_items[II.11].indicators[1].targets[1].value"),
        ("002", "value: 70,", "value: 70.123,", "plan_items[II.11].indicators[1].targets[1].value"),
        ("002", "status: completed", "status: almost", "plan_items[II.1].status"),
        ("002", 'deadline: "2022-12-15", deadline_semantics', "deadline: null, deadline_semantics",
         "tasks[III.1.3].deadline_semantics"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_its_line(speaking, number, old, new, field):
    assert field in refused(plan(number, (old, new)))


def test_nothing_is_stored_of_a_bad_file(app):
    with pytest.raises(PlanRefused):
        operations.load_plan(plan("003", ("FREQ=WEEKLY;BYDAY=MO", "FREQ=YEARLY")), by=None)

    assert counts() == [0] * 9


def test_a_megabyte_of_nesting_is_refused_at_once(speaking):
    nested = b"directives: " + b"[" * (LARGEST - 100)
    steps = b'plan_id: "1"\ndirectives:\n' + b"- {id: a, steps: [{steps: [{steps: [{}]}]}]}\n" * 20_000

    for content in (nested, steps[:LARGEST]):
        with pytest.raises(PlanRefused):
            schema.read(content)


def test_a_dump_says_what_the_file_did(app):
    event = load(plan("002"))

    assert "event" not in dumped(event)
    assert dumped(event) == said(plan("002"))
