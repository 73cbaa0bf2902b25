"""The demo's tasks: a stranger finds them open, done, late, with answers of agencies, and a proposal to confirm."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event, EventKind
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import operations as plans
from eventsvc.system import demo_tasks as demo
from eventsvc.system.demo_operations import PLAN, SLUG, UNITS_AS_OF
from eventsvc.tasks.achievement_queries import proposals
from eventsvc.tasks.models import Assignment, AssignmentState, Task, TaskKind, TaskState
from eventsvc.tasks.queries import tasks_of
from tests import factories


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_demo_has_tasks_in_every_state(app):
    user = factories.organizer()
    plans.load_plan(PLAN.read_bytes(), as_of=UNITS_AS_OF, by=user)

    demo.load_plans(event_by_slug(SLUG), by=user)

    year = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.WORK_PLAN)).one()
    items = tasks_of(year, TaskKind.PLAN_ITEM)
    achieved = {task.key: task.achieved_by_event.short_title for task in items if task.achieved_by_event}
    states = db.session.scalars(sa.select(Assignment.state)).all()
    late = [
        task.key for task in db.session.scalars(sa.select(Task)) if task.done_on and task.last_day
        and task.done_on > task.last_day
    ]  # fmt: skip
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 4
    assert achieved == {"II.3": "Lễ Khai trương"}
    assert [one.ritual.key for one in proposals(year, items).values()] == ["signing"]
    assert sorted(late) == ["2.a.3", "II.10", "II.3", "II.8"]
    assert {task.state for task in items} == {TaskState.OPEN, TaskState.DONE}
    assert set(states) == {
        AssignmentState.ASSIGNED, AssignmentState.RECEIVED, AssignmentState.IN_PROGRESS,
        AssignmentState.REPORTED, AssignmentState.ACCEPTED,
    }  # fmt: skip
