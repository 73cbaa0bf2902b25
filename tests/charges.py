"""What agencies were charged with, and what came of it, for the world of the tests of all routes: a row of everything
that an address of tasks, duties and returns may name."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.events.calendar_operations import set_calendar_day
from eventsvc.events.calendar_queries import days_of
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.movements import (
    guidance_operations,
    guidance_queries,
    indicator_operations,
    target_operations,
    training_queries,
    training_return_operations,
)
from eventsvc.movements.guidance_operations import Entered
from eventsvc.movements.launch_operations import report_launch
from eventsvc.movements.models import Comparator, TargetPeriod
from eventsvc.movements.return_models import GuidanceReturn, LocalLaunch, TargetReporter, TrainingReturn
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.reports import results_operations
from eventsvc.reports.results_text import Words
from eventsvc.tasks import (
    answer_operations,
    extension_operations,
    meeting_queries,
    report_operations,
    report_queries,
)
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks import meeting_operations as meetings
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.duty_models import Rhythm
from eventsvc.tasks.duty_operations import Details
from eventsvc.tasks.models import Assignment, Task
from eventsvc.tasks.obstacle_operations import raise_obstacle


def charge(event: Event, asked: OrganizationInvitation, poison: str) -> dict[str, Any]:
    """Rows of the event that belong to the organization asked; their ids by the names that addresses use."""
    obstacle = raise_obstacle(
        event,
        words=f"Thiếu kinh phí{poison}",
        proposal=f"Đề nghị bổ sung{poison}",
        asked=asked,
        by_name=f"Trần Thị Bảy{poison}",
        by=asked,
    )
    return {
        **_reporting(event, asked, poison),
        **_charged(event, asked, poison),
        "obstacle_id": obstacle.id,
        "day_id": _corrected_day(event, poison),
        "launch_id": _launch(event, asked, poison),
        "media_id": _media(event, poison),
        "figure": "media.pieces",
        "return_id": _guidance(event, asked, poison),
        "training_return_id": _training(event, asked, poison),
        **_target(event, asked, poison),
    }


def _reporting(event: Event, asked: OrganizationInvitation, poison: str) -> dict[str, Any]:
    """A duty with a period that the organization has reported for, and a report asked for that it still owes."""
    today, period = clock.today(), timedelta(days=30)
    details = Details(
        text=f"Báo cáo đột xuất{poison}",
        rhythm=Rhythm.AD_HOC,
        starts_on=today,
        ends_on=today + period,
        report_to=f"UBND tỉnh{poison}",
        note=f"Ghi chú{poison}",
    )
    duty = duties.add_duty(event, details, by=None)
    duties.charge(duty, [asked])
    opened = duties.open_period(duty, due_on=today, title=f"Số liệu{poison}", by=None)
    duties.open_period(duty, due_on=today + timedelta(days=1), by=None)
    report = db.session.scalars(report_queries.reports_of(opened)).one()
    values = {name: f"{name}{poison}" for name in ("done", "planned", "proposals")}
    brought = files.take_in(BytesIO(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"), "bao-cao.pdf")
    report_operations.submit(report, values, brought=brought, by_name=f"Bà Chín{poison}", by=asked)
    meeting = meetings.add_meeting(
        event,
        meetings.Details(
            held_on=today,
            subject=f"Giao ban{poison}",
            place=f"Phòng họp{poison}",
            chair=f"Ông Mười{poison}",
            conclusions=f"Rà soát số liệu{poison}",
        ),
        period=opened,
        by=None,
    )
    return {
        "duty_id": duty.id,
        "reporter_id": duty.reporters[0].id,
        "period_id": opened.id,
        "report_id": report.id,
        "meeting_id": meeting.id,
        "attendance_id": meeting_queries.attendances(meeting)[0].id,
    }


def _charged(event: Event, asked: OrganizationInvitation, poison: str) -> dict[str, Any]:
    """The first task of the event given to the organization, which has reported and asks for more time."""
    of_event = sa.select(Task).where(Task.event_id == event.id).order_by(Task.id)
    task, needed = db.session.scalars(of_event.limit(2)).all()
    line = task.assignees[0]
    with atomic():
        assignment = Assignment(task=task, assignee_id=line.id, asked=asked, role=line.role)
        db.session.add(assignment)
    tasks.add_dependency(task, needed, by=None)
    later = clock.today() + timedelta(days=300)
    extension = extension_operations.ask(
        assignment, later, f"Chờ số liệu{poison}", by_name=f"Bà Chín{poison}", by=asked
    )
    said = {"by_name": f"Bà Chín{poison}", "by": asked}
    answer_operations.report_done(assignment, f"Đã hoàn thành{poison}", **said)
    answer_operations.comment(task, f"Ý kiến{poison}", by=None)
    brought = files.take_in(BytesIO(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"), "ket-qua.pdf")
    paper = answer_operations.add_paper(task, brought=brought, assignment=assignment, **said)
    return {
        "assignment_id": assignment.id,
        "line_id": line.id,
        "needs_id": needed.id,
        "extension_id": extension.id,
        "task_paper_id": paper.id,
    }


def _guidance(event: Event, asked: OrganizationInvitation, poison: str) -> int:
    """A return of the organization's own, and one that it looks at as a district does; the id is the latter's."""
    movement = guidance_queries.required_movement(event)
    below = charge_organizations(event, [(f"UBND xã Bình Thạnh {asked.id}{poison}", None)], by=None)[0]
    with atomic():
        own = GuidanceReturn(movement=movement, asked=asked)
        row = GuidanceReturn(movement=movement, asked=below, above=asked)
        db.session.add_all([own, row])
        db.session.flush()
    day = guidance_queries.span_of(movement).first
    entered = Entered(
        {(day, movement.skills[0].id): 14, (day, None): 1}, members=2, reached=1, note=f"Ghi chú{poison}"
    )
    guidance_operations.hand_in(own, entered, by_name=f"Bà Năm{poison}", by=asked)
    guidance_operations.hand_in(row, entered, by_name=f"Ông Sáu{poison}", by=below)
    return row.id


def _target(event: Event, asked: OrganizationInvitation, poison: str) -> dict[str, Any]:
    """A monthly share that the organization has returned, with a note."""
    today = clock.today()
    words = {name: f"{name}{poison}" for name in ("text", "responsible", "result")}
    indicator = indicator_operations.add_indicator(event, {**words, "done_on": today}, by=None)
    target = indicator_operations.add_target(
        indicator,
        {
            "metric": f"hộ gia đình có cáp quang{poison}",
            "comparator": Comparator.MINIMUM,
            "value": Decimal(70),
            "unit": "%",
            "baseline": Decimal("40.5"),
            "actor": f"UBND xã{poison}",
            "period": TargetPeriod.MONTHLY,
            "starts_on": today - timedelta(days=40),
            "due_on": today + timedelta(days=300),
            "returned_by": f"Các xã{poison}",
            "checked_by": f"Sở Nội vụ{poison}",
        },
        by=None,
    )
    with atomic():
        reporter = TargetReporter(target=target, asked=asked)
        db.session.add(reporter)
        db.session.flush()
    row = target_operations.hand_in(
        reporter,
        None,
        value=Decimal(7),
        total=Decimal(10),
        note=f"Ước tính{poison}",
        by_name=f"Bà Tư{poison}",
        by=asked,
    )
    return {
        "indicator_id": indicator.id,
        "target_id": target.id,
        "target_reporter_id": reporter.id,
        "target_return_id": row.id,
    }


def _training(event: Event, asked: OrganizationInvitation, poison: str) -> int:
    group = training_queries.required_training(event).groups[0]
    with atomic():
        row = TrainingReturn(group=group, asked=asked)
        db.session.add(row)
        db.session.flush()
    training_return_operations.hand_in(
        row,
        event,
        learners=20,
        completed=15,
        note=f"Ghi chú{poison}",
        by_name=f"Bà Tư{poison}",
        by=asked,
    )
    return row.id


def _media(event: Event, poison: str) -> int:
    """A piece about the event, and what its report says in the organizer's words."""
    said = {name: f"{name}{poison}" for name in Words._fields}
    results_operations.save_report(event, said, by=None)
    piece = {
        "channel": f"Báo Mẫu{poison}"[:300],
        "title": f"Ra quân{poison}",
        "kind": f"Tin{poison}"[:80],
        "pieces": 2,
    }
    return results_operations.add_media(event, piece, by=None).id


def _launch(event: Event, asked: OrganizationInvitation, poison: str) -> int:
    with atomic():
        launch = LocalLaunch(
            event=event, asked=asked, planned_on=clock.today(), place=f"Sân vận động{poison}"
        )
        db.session.add(launch)
        db.session.flush()
    report_launch(
        launch,
        held_on=clock.today(),
        participants=45,
        summary=f"Mít tinh{poison}",
        by_name=f"Bà Tám{poison}",
        by=asked,
    )
    return launch.id


def _corrected_day(event: Event, poison: str) -> int:
    day = date(2029, 1, 1) + timedelta(days=event.id)
    standing = next((row for row in days_of(2029) if row.day == day), None)
    made = standing or set_calendar_day(day, is_working=False, name=f"Nghỉ bù{poison}", by=None)
    return made.id
