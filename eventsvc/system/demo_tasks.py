"""The demo's tasks: a committee's year of 2022, the conclusions it began with, the launch it planned."""

from datetime import date, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from eventsvc.accounts.models import User
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import operations as plans
from eventsvc.system.demo_people import SEED
from eventsvc.tasks import (
    achievement_operations,
    achievement_queries,
    answer_operations,
    assignment_operations,
    operations,
)
from eventsvc.tasks.models import Assignment, Task, TaskKind, TaskState
from eventsvc.tasks.queries import tasks_of

PLANS = Path(__file__).parent / "data"
CONCLUSIONS, LAUNCH, YEAR = ("003_*.yaml", "000_*.yaml", "002_*.yaml")
SLIPPED = {"II.8": 12, "II.10": 21, "2.a.3": 6}
"""Days after their last day on which some tasks were done."""

_PROGRESS = (
    "Đã ban hành văn bản triển khai đến các đơn vị trực thuộc.",
    "Đang tổng hợp số liệu, dự kiến báo cáo trong tuần tới.",
    "Đã hoàn thành 60% khối lượng công việc.",
)
_DONE = ("Đã hoàn thành, văn bản kèm theo.", "Đã báo cáo UBND tỉnh kết quả thực hiện.")


def load_plans(event: Event, *, by: User) -> None:
    """The plans before the demo's event, with what agencies said of their tasks; and its own tasks handed out."""
    random = Random(SEED)
    for pattern in (CONCLUSIONS, LAUNCH, YEAR):
        slug = _load(pattern, by)
        loaded = event_by_slug(slug)
        assert loaded is not None
        if pattern == YEAR:
            _confirm_one(loaded, by)
        if pattern != LAUNCH:
            _close(loaded, random, by)
            _answer(loaded, random, by)
    assignment_operations.expand_all(event, _of_one_agency(event), by=by)
    _say(event, random, by)


def _load(pattern: str, by: User) -> str:
    (path,) = PLANS.glob(pattern)
    return plans.load_plan(path.read_bytes(), by=by).slugs[0]


def _confirm_one(year: Event, by: User) -> None:
    """The launch is known to be what the plan meant; its signing is still proposed."""
    items = tasks_of(year, TaskKind.PLAN_ITEM)
    for task_id, likely in achievement_queries.proposals(year, items).items():
        if likely.ritual is None:
            task = next(task for task in items if task.id == task_id)
            achievement_operations.confirm_achievement(task, likely.event, by=by)
            operations.close_task(task, TaskState.DONE, done_on=likely.event.window_end, by=by)


def _close(event: Event, random: Random, by: User) -> None:
    """What had a day was done about then, some of it late."""
    dated = sa.select(Task).where(
        Task.event_id == event.id, Task.state == TaskState.OPEN, Task.last_day.is_not(None)
    )
    for task in db.session.scalars(dated.order_by(Task.id)).all():
        if task.key in ("II.9", "III.2.3"):
            continue
        days = SLIPPED.get(task.key or "", -random.randrange(4))
        done_on: date = task.last_day + timedelta(days=days)  # type: ignore[operator]
        operations.close_task(task, TaskState.DONE, done_on=done_on, by=by)


def _answer(event: Event, random: Random, by: User) -> None:
    """The tasks that are still open are with their agencies."""
    tasks = db.session.scalars(
        sa.select(Task).where(Task.event_id == event.id, Task.state == TaskState.OPEN).order_by(Task.id)
    ).all()
    assignment_operations.expand_all(event, tasks, by=by)
    _say(event, random, by)


@atomic()
def _say(event: Event, random: Random, by: User) -> None:
    """Some have it, some are at work, some are done, some have not said a word."""
    charged = db.session.scalars(
        sa.select(Assignment)
        .join(Task, Assignment.task_id == Task.id)
        .where(Task.event_id == event.id)
        .order_by(Assignment.id)
    ).all()
    for assignment in charged:
        turn = random.randrange(5)
        if turn == 1:
            answer_operations.receive(assignment, by=assignment.asked)
        elif turn == 2:
            answer_operations.report_progress(assignment, random.choice(_PROGRESS), by=assignment.asked)
        elif turn >= 3:
            answer_operations.report_done(assignment, random.choice(_DONE), by=assignment.asked)
            if turn == 4:
                answer_operations.accept(assignment, by=by)


def _of_one_agency(event: Event) -> list[Task]:
    """The tasks of the demo's event that name one agency; those of all communes are for whoever looks to hand out."""
    return [
        task
        for task in tasks_of(event)
        if task.assignees
        and task.assignees[0].organization is not None
        and not task.agency.startswith("UBND các")
    ]
