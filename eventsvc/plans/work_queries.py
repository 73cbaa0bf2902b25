"""What is to be done by a plan, read back from the rows: tasks, a year's items, conclusions, the meeting."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.campaigns.models import Comparator, Indicator, Milestone, Target
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.plans.following_queries import cited, day_of, rows_of
from eventsvc.plans.meanings import DATED, Turn, rule_of, spellings
from eventsvc.plans.merging import Marks, digest
from eventsvc.tasks.duty_models import Duty, Meeting, Presence
from eventsvc.tasks.models import Anchor, AssigneeRole, DeadlineKind, Task, TaskDependency, TaskState

Data = dict[str, Any]

OPERATORS = {">=": Comparator.MINIMUM, ">": Comparator.MORE_THAN, "=": Comparator.EXACTLY}
STATUSES = {"completed": TaskState.DONE, "dropped": TaskState.DROPPED}
_PLACE = re.compile(r"#([1-9][0-9]{0,5})")
_SIMPLE = frozenset({None, *DATED.values()})
_PRINTED = (
    "deadline_text",
    "deadline_label",
    "window_start",
    "window_end",
    "offset_days",
    "anchor",
    "anchor_text",
)


def keys_of(tasks: Iterable[Task]) -> dict[int, str]:
    """What files call each of these tasks, by id: its number in the plan; without one its place, "#24". None twice."""
    tasks = list(tasks)
    keys = {task.id: task.key for task in tasks if task.key}
    last = max((task.number for task in tasks), default=0)
    taken = set(keys.values())
    for task in tasks:
        if not task.key:
            name = f"#{task.number}"
            while name in taken:
                last += 1
                name = f"#{last}"
            keys[task.id] = name
            taken.add(name)
    return keys


def place_of(key: str | None) -> int | None:
    """24 for "#24", by which files call a task without a number in the plan."""
    found = _PLACE.fullmatch(key or "")
    return int(found[1]) if found else None


def assignments(tasks: list[Task], marks: Marks) -> list[Data]:
    keys = keys_of(tasks)
    return [_assignment(task, keys[task.id], marks) for task in tasks]


def _assignment(task: Task, key: str, marks: Marks) -> Data:
    return {
        "id": key,
        "agency": task.agency or None,
        "agency_role": task.assignees[0].role_label if task.assignees else None,
        "role": task.assignees[0].role.value if task.assignees else None,
        "coordinating": _named(task, AssigneeRole.COORDINATING),
        "report_via": task.report_via,
        **_more(task),
        **_deadline(task, f"tasks[{key}]", marks),
        "cite": task.cite,
        "text": task.text,
        "note": task.note,
    }


def plan_items(event: Event, tasks: list[Task]) -> list[Data]:
    indicators = rows_of(Indicator, event, selectinload(Indicator.targets)) if tasks else []
    keys = keys_of(tasks)
    return [
        _plan_item(task, keys[task.id], [row for row in indicators if row.task_id == task.id])
        for task in tasks
    ]


def directives(event: Event, tasks: list[Task], marks: Marks) -> list[Data]:
    duties: dict[int | None, Duty] = {}
    for duty in rows_of(Duty, event) if tasks else []:
        duties.setdefault(duty.task_id, duty)
    keys = keys_of(tasks)
    needs = _needs(keys)
    return [
        _directive(task, keys[task.id], duties.get(task.id), needs.get(task.id, []), marks) for task in tasks
    ]


def meeting_row(event: Event) -> Meeting | None:
    """The meeting that the plan tells of: the first one that goes with no duty."""
    own = (Meeting.event_id == event.id, Meeting.period_id.is_(None))
    return db.session.scalars(sa.select(Meeting).where(*own).order_by(Meeting.id)).first()


def meeting(event: Event) -> Data | None:
    row = meeting_row(event)
    if row is None or row.held_on is None:
        return None
    present = [line.name for line in row.attendances if line.presence is Presence.PRESENT]
    absent = [line for line in row.attendances if line.presence in (Presence.ABSENT, Presence.EXCUSED)]
    return {
        "date": day_of(row.held_on),
        "place": cited(row.place, row.place_cite),
        "chair": row.chair and {"name": row.chair, "title": row.chair_position, "cite": row.chair_cite},
        "subject": cited(row.subject, row.subject_cite),
        "attendees": {
            "text": row.attendance_text,
            "cite": row.attendance_cite,
            "present": present,
            "absent": [{"org": line.name, "text": line.text, "reason": line.reason} for line in absent],
        },
        "report_heard": row.report_heard
        and {"text": row.report_heard, "by": row.report_by, "cite": row.report_cite},
    }


def key_dates(event: Event) -> list[Data]:
    return [
        {
            "date": day_of(row.starts_on),
            "until": day_of(row.ends_on),
            "text": row.time_text,
            "what": row.text,
            "cite": row.cite,
        }
        for row in rows_of(Milestone, event)
    ]


def _more(task: Task) -> Data:
    """What a task of any kind may say."""
    return {
        "lead_agency": next(iter(_named(task, AssigneeRole.LEAD)), None),
        "with": _named(task, AssigneeRole.WITH),
        "module_owners": _named(task, AssigneeRole.OWNER),
        "action": task.action,
        "report_to": task.report_to,
        "content": task.content and {"text": task.content},
        "goal": task.goal and {"text": task.goal},
        "participants": task.participants and {"text": task.participants, "label": task.participants_label},
        "status": next((word for word, state in STATUSES.items() if state is task.state), None),
        "status_text": task.state_text,
    }


def _plan_item(task: Task, key: str, indicators: list[Indicator]) -> Data:
    coordinating = _named(task, AssigneeRole.COORDINATING)
    one_line = task.coordinating_text is None and len(coordinating) == 1
    return {
        "id": key,
        "title": cited(task.text, task.cite),
        "lead": task.agency or None,
        "lead_label": task.assignees[0].role_label if task.assignees else None,
        "coordinating": {
            "text": coordinating[0] if one_line else task.coordinating_text,
            "orgs": [] if one_line else coordinating,
        },
        "report_via": task.report_via,
        **_more(task),
        "timing": _timing(task),
        "note": task.note,
        "indicators": [
            {
                "order": order,
                "text": row.text,
                "responsible": row.responsible,
                "targets": [_target(target) for target in row.targets],
            }
            for order, row in enumerate(indicators, start=1)
        ],
    }


def _target(row: Target) -> Data:
    return {
        "metric": row.metric or row.unit,
        "op": next(word for word, comparator in OPERATORS.items() if comparator is row.comparator),
        "value": _figure(row.value),
        "unit": row.unit,
        "actor": row.actor,
        "baseline": _figure(row.baseline),
        "period": row.period.value if row.period else None,
        "due": day_of(row.due_on),
        "returned_by": row.returned_by,
        "checked_by": row.checked_by,
    }


def _figure(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _directive(task: Task, key: str, duty: Duty | None, needs: list[str], marks: Marks) -> Data:
    path, answers = f"directives[{key}]", _is_answer(task)
    deadline = (
        {"deadline": None, "deadline_semantics": None, "timing": None}
        if answers
        else _deadline(task, path, marks)
    )
    return {
        "id": key,
        "assignee": task.agency or None,
        "role": task.assignees[0].role.value if task.assignees else None,
        "coordinating": _named(task, AssigneeRole.COORDINATING),
        "via": task.report_via,
        **_more(task),
        **deadline,
        "cite": task.cite,
        "text": task.text,
        "note_text": task.detail and {"text": task.detail},
        "steps": [
            {
                "text": step.text,
                "by": step.agency or None,
                "to": step.report_to,
                **_deadline(step, f"{path}.steps[{number}]", marks),
                "note": step.note,
            }
            for number, step in enumerate(task.steps, start=1)
        ],
        "recurrence": _recurrence(duty),
        "response_rule": {
            "working_days": task.offset_days,
            "counted_from": task.anchor_text,
            "action": task.action,
        }
        if answers
        else None,
        "depends_on": needs,
        "note": task.note,
    } | ({"action": None} if answers else {})


def _recurrence(duty: Duty | None) -> Data | None:
    rule = rule_of(Turn(duty.rhythm, duty.weekday, duty.month_day)) if duty else None
    if duty is None or rule is None:
        return None
    return {
        "rrule": rule,
        "dtstart": day_of(duty.starts_on),
        "until": day_of(duty.ends_on),
        "kind": "report",
        "to": duty.report_to,
    }


def _needs(keys: dict[int, str]) -> dict[int, list[str]]:
    """The keys of the directives that each waits for, in the order of the plan."""
    rows = db.session.execute(
        sa.select(TaskDependency.task_id, TaskDependency.needs_id).where(TaskDependency.task_id.in_(keys))
    )
    found: dict[int, list[str]] = {}
    places = list(keys)
    for task_id, needs_id in sorted(rows, key=lambda row: places.index(row[1]) if row[1] in keys else 0):
        if needs_id in keys:
            found.setdefault(task_id, []).append(keys[needs_id])
    return found


def _is_answer(task: Task) -> bool:
    """Whether an agency has so many working days from the day on which an obstacle is raised."""
    printed = task.deadline_text or task.deadline_label
    return (
        task.deadline_kind is DeadlineKind.WORKING_DAYS
        and task.anchor is Anchor.OBSTACLE
        and (task.offset_days or 0) > 0
        and not printed
    )


def _named(task: Task, role: AssigneeRole) -> list[str]:
    return [row.name for row in task.assignees[1:] if row.role is role]


def _deadline(task: Task, path: str, marks: Marks) -> Data:
    """A day with its meaning; anything else in words, with the days that it comes to."""
    is_day = task.deadline_kind in _SIMPLE and all(getattr(task, name) is None for name in _PRINTED)
    if is_day:
        return {
            "deadline": day_of(task.deadline),
            "deadline_semantics": _semantics(task, path, marks),
            "timing": None,
        }
    return {"deadline": None, "deadline_semantics": None, "timing": _timing(task)}


def _timing(task: Task) -> Data:
    return {
        "text": task.deadline_text,
        "label": task.deadline_label,
        "kind": task.deadline_kind.value if task.deadline_kind else None,
        "deadline": day_of(task.deadline),
        "window_start": day_of(task.window_start),
        "window_end": day_of(task.window_end),
        "offset_days": task.offset_days,
        "anchor": task.anchor.value if task.anchor else None,
        "anchor_text": task.anchor_text,
    }


def _semantics(task: Task, path: str, marks: Marks) -> str | None:
    """The meaning as the file spelt it, while that is still what stands; otherwise its word."""
    kind = task.deadline_kind
    if kind is None or task.deadline is None:
        return None
    marked = marks.get(f"{path}.deadline_semantics")
    spelt = (words for words in spellings(kind, task.deadline) if digest(words) == marked)
    return next(spelt, kind.value)
