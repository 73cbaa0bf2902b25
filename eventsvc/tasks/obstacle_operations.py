"""Difficulties are raised, laid before the leaders, decided or withdrawn."""

from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event
from eventsvc.events.workdays import add_working_days
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import obstacle_queries as queries
from eventsvc.tasks.duty_models import PeriodReport
from eventsvc.tasks.models import EntryKind, Task, TaskEntry
from eventsvc.tasks.obstacle_models import Obstacle, ObstacleState

LONGEST = 5000
OPEN = frozenset({ObstacleState.RAISED, ObstacleState.SUBMITTED})


class ObstacleClosed(DomainError):
    """It has been decided or withdrawn already."""

    code = "obstacle_closed"


@atomic()
def raise_obstacle(
    event: Event,
    *,
    words: str,
    proposal: str,
    task: Task | None = None,
    report: PeriodReport | None = None,
    asked: OrganizationInvitation | None = None,
    by_name: str | None = None,
    by: Any,
) -> Obstacle:
    """Write down a difficulty with what is proposed; the time to answer starts with the next working day.

    How long it is and who answers is what a task of the event says whose deadline hangs on an obstacle (notice 003:
    three working days for the Office); three working days and nobody in particular without one.
    """
    lock_open(event)
    rule = queries.rule_of(event)
    raised_at = clock.now()
    obstacle = Obstacle(
        event=event,
        number=queries.last_number(event) + 1,
        task=task,
        period_report=report,
        asked=asked,
        text=_said(words, "words", _("Say what the difficulty is.")),
        proposal=_said(proposal, "proposal", _("Say what you propose.")),
        raised_at=raised_at,
        raised_by=by_name,
        answered_by=rule.answered_by,
        answer_days=rule.days,
        due_on=add_working_days(clock.local(raised_at).date(), rule.days, calendar_queries.overrides()),
    )
    db.session.add(obstacle)
    db.session.flush()
    _tell(obstacle, EntryKind.OBSTACLE, obstacle.text, by, by_name)
    record(by, "obstacle.raised", obstacle, event=event)
    return obstacle


@atomic()
def lay_before_leaders(obstacle: Obstacle, *, version: int | None = None, by: Any) -> None:
    """The answering agency has done its part: its clock stops. Safe to repeat."""
    _hold(obstacle, version)
    if obstacle.state is ObstacleState.SUBMITTED:
        return
    obstacle.state, obstacle.submitted_at = ObstacleState.SUBMITTED, clock.now()
    db.session.flush()
    record(by, "obstacle.laid_before_leaders", obstacle, event=obstacle.event)


@atomic()
def decide_obstacle(obstacle: Obstacle, decision: str, *, version: int | None = None, by: User) -> None:
    """The leaders' decision, which the agency reads on its page. ObstacleClosed when there is one already."""
    _hold(obstacle, version)
    obstacle.decision = _said(decision, "decision", _("Enter the decision."))
    obstacle.submitted_at = obstacle.submitted_at or clock.now()
    obstacle.state, obstacle.decided_at, obstacle.decided_by_id = ObstacleState.DECIDED, clock.now(), by.id
    db.session.flush()
    _tell(obstacle, EntryKind.DECISION, obstacle.decision, by, by.name)
    record(by, "obstacle.decided", obstacle, event=obstacle.event)


@atomic()
def withdraw_obstacle(obstacle: Obstacle, *, version: int | None = None, by: Any) -> None:
    """It has settled itself. Safe to repeat."""
    if obstacle.state is ObstacleState.WITHDRAWN:
        return
    _hold(obstacle, version)
    obstacle.state = ObstacleState.WITHDRAWN
    db.session.flush()
    record(by, "obstacle.withdrawn", obstacle, event=obstacle.event)


def _hold(obstacle: Obstacle, version: int | None) -> None:
    lock_open(obstacle.event)
    lock(obstacle, version)
    if obstacle.state not in OPEN:
        raise ObstacleClosed(_("This obstacle has been decided or withdrawn already."))


def _said(words: str, field: str, refusal: str) -> str:
    said = text.nfc(words).strip()[:LONGEST]
    if not said:
        raise Invalid(refusal, field=field)
    return said


def _tell(obstacle: Obstacle, kind: EntryKind, words: str, by: Any, by_name: str | None) -> None:
    """The history of the task tells of it, too."""
    if obstacle.task_id is None:
        return
    own = queries.assignment_id(obstacle)
    db.session.add(
        TaskEntry(
            task_id=obstacle.task_id,
            assignment_id=own,
            is_internal=own is None,  # an agency without this task raised it: the others do not read of it
            kind=kind,
            text=words,
            actor_kind=by.actor_kind if by is not None else "system",
            actor_id=by.id if by is not None else None,
            by_name=by_name,
        )
    )
