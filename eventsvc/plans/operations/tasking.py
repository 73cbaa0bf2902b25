"""What is to be done by a plan: tasks, a year's items with their targets, directives with their steps."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa

from eventsvc.campaigns.models import Indicator, Target, TargetPeriod
from eventsvc.campaigns.return_models import TargetReporter
from eventsvc.db import db
from eventsvc.plans.meanings import phrase_of
from eventsvc.plans.operations.duties import place_duties
from eventsvc.plans.operations.rows import day, matched
from eventsvc.plans.work_queries import OPERATORS, STATUSES, keys_of, place_of
from eventsvc.rows import assign, by_place
from eventsvc.tasks.deadlines import printed_last_day
from eventsvc.tasks.models import (
    Anchor,
    Assignee,
    AssigneeRole,
    Assignment,
    DeadlineKind,
    Task,
    TaskDependency,
    TaskKind,
    TaskState,
)
from eventsvc.tasks.operations import assign_to

Data = dict[str, Any]
Named = list[tuple[AssigneeRole, str]]


def place_tasks(placing: Any, data: Data) -> None:
    """Tasks by their number in the plan (IV.6.3), and what everybody does afterwards.

    One that agencies were already charged with is never taken away by a file; one without a number, which somebody
    added here, stays itself by the name that files have for it ("#24").
    """
    standing = list(
        db.session.scalars(
            sa.select(Task).where(Task.event_id == placing.event.id).order_by(Task.number, Task.id)
        )
    )
    place = _Place(placing, standing)
    tasks, items, directives = (data.get(name) or [] for name in ("tasks", "plan_items", "directives"))
    for task, row in place.rows(TaskKind.ASSIGNMENT, tasks, _task_columns):
        place.assignees(task, _printed(row.get("agency"), row.get("role")), row, row.get("agency_role"))
    placed_items = place.rows(TaskKind.PLAN_ITEM, items, _item_columns)
    for task, row in placed_items:
        lead = [(_role_of_lead(task, row["lead"]), row["lead"])]
        place.assignees(task, lead, {**row, "coordinating": _coordinating(row)}, row.get("lead_label"))
    placed = place.rows(TaskKind.DIRECTIVE, directives, _directive_columns)
    for task, row in placed:
        place.assignees(task, _printed(row["assignee"], row["role"]), row, None)
        _steps(place, task, row.get("steps") or [])
    place.rows(TaskKind.FOLLOW_UP, data.get("follow_up") or [], _follow_up_columns, key="text")
    db.session.flush()
    _dependencies(placed)
    place_duties(placing, placed, place.former)
    _indicators(placing, placed_items)


class _Place:
    def __init__(self, placing: Any, standing: list[Task]) -> None:
        self.placing = placing
        self.standing = standing
        charged = sa.select(Assignment.task_id).join(Task).where(Task.event_id == placing.event.id).distinct()
        self.charged = set(db.session.scalars(charged))
        self.former: dict[int, str] = {}
        """What files called each task until now."""

    def rows(
        self, kind: TaskKind, rows: list[Data], columns: Any, *, key: str = "key"
    ) -> list[tuple[Task, Data]]:
        """The task of each line, made or brought to what the line says."""
        wanted = [columns(number, row) for number, row in enumerate(rows, start=1)]
        own = [task for task in self.standing if task.kind is kind]
        called = keys_of(own)
        self.former |= called
        names = [called[task.id] if key == "key" else getattr(task, key) for task in own]
        pairs, surplus = matched(own, wanted, key=key, names=names)
        for task in surplus:
            self.remove(task)
        _count(wanted)
        placed = []
        for (task, values), row in zip(pairs, rows, strict=True):
            if task is None:
                task = Task(event=self.placing.event, kind=kind, **values)
                db.session.add(task)
            elif called[task.id] == row.get("id"):
                assign(task, {**values, "key": task.key})  # without a number it stays so
            else:
                assign(task, values)
            placed.append((task, row))
        return placed

    def remove(self, task: Task) -> None:
        if self.charged & {task.id, *(step.id for step in task.steps)}:
            return
        if task.kind is TaskKind.PLAN_ITEM:
            _drop(list(db.session.scalars(sa.select(Indicator).where(Indicator.task_id == task.id))))
        db.session.delete(task)

    def assignees(self, task: Task, printed: Named, row: Data, label: str | None) -> None:
        """The agency the task is printed under comes first; then who leads it, then the others."""
        named = list(printed)
        if row.get("lead_agency"):
            named.append((AssigneeRole.LEAD, row["lead_agency"]))
        for field, role in _OTHERS:
            named += [(role, name) for name in row.get(field) or []]
        lines = [
            (role, name, label if place == 0 and printed else None)
            for place, (role, name) in enumerate(named)
        ]
        if task.assignees:
            if [(line.role, line.name, line.role_label) for line in task.assignees] != lines:
                assign_to(task, lines)
            return
        columns = [
            {
                "role": role,
                "name": name,
                "role_label": label,
                "organization": self.placing.organization(name.rstrip(" .;")),
            }
            for role, name, label in lines
        ]
        by_place(task.assignees, Assignee, columns)


_OTHERS = (
    ("with", AssigneeRole.WITH),
    ("coordinating", AssigneeRole.COORDINATING),
    ("module_owners", AssigneeRole.OWNER),
)


def _printed(agency: str | None, role: str | None) -> Named:
    return [(AssigneeRole(role or AssigneeRole.RESPONSIBLE), agency)] if agency else []


def _role_of_lead(task: Task, name: str) -> AssigneeRole:
    """Files call whoever an item stands under its lead; who stands there in another role keeps it."""
    return task.assignees[0].role if task.agency == name else AssigneeRole.LEAD


def _count(wanted: list[Data]) -> None:
    """Count the tasks in their order. One without a number of its own keeps the place that files call it by."""
    places = [place_of(columns.get("key")) for columns in wanted]
    taken = set(places)
    free = (number for number in count(1) if number not in taken)
    for columns, place in zip(wanted, places, strict=True):
        columns["number"] = place or next(free)
        if place:
            columns["key"] = None


def _task_columns(number: int, row: Data) -> Data:
    return {
        "text": row["text"],
        "report_via": row.get("report_via"),
        "cite": row.get("cite"),
        **_any(number, row),
    }


def _any(number: int, row: Data) -> Data:
    """What a task of any kind may say."""
    participants = row.get("participants") or {}
    return {
        "key": row["id"],
        "number": number,
        "action": row.get("action"),
        "report_to": row.get("report_to"),
        "content": (row.get("content") or {}).get("text"),
        "goal": (row.get("goal") or {}).get("text"),
        "participants": participants.get("text"),
        "participants_label": participants.get("label"),
        "state": STATUSES.get(row.get("status") or "", TaskState.OPEN),
        "state_text": row.get("status_text"),
        "note": row.get("note"),
        **_deadline(row),
    }


def _item_columns(number: int, row: Data) -> Data:
    coordinating = row.get("coordinating") or {}
    return {
        "text": row["title"]["text"],
        "cite": row["title"].get("cite"),
        "report_via": row.get("report_via"),
        "coordinating_text": coordinating.get("text") if coordinating.get("orgs") else None,
        **_any(number, row),
    }


def _coordinating(row: Data) -> list[str]:
    """The agencies one by one where the file names them so; otherwise the line as it is printed."""
    line = row.get("coordinating") or {}
    return line.get("orgs") or ([line["text"]] if line.get("text") else [])


def _directive_columns(number: int, row: Data) -> Data:
    answer = row.get("response_rule") or {}
    columns = {
        "text": row["text"],
        "detail": (row.get("note_text") or {}).get("text"),
        "report_via": row.get("via"),
        "cite": row.get("cite"),
        **_any(number, row),
    }
    return columns | ({"action": answer["action"]} if answer.get("action") else {})


def _follow_up_columns(number: int, row: Data) -> Data:
    return {"number": number, "text": row["text"], "cite": row.get("cite")}


def _deadline(row: Data) -> Data:
    """What a line says of its time, in the columns of a task."""
    timing, answer = row.get("timing") or {}, row.get("response_rule")
    phrase = phrase_of(row.get("deadline_semantics"))
    kind = DeadlineKind(timing["kind"]) if timing.get("kind") else phrase.kind if phrase else None
    deadline, window_end = day(timing.get("deadline") or row.get("deadline")), day(timing.get("window_end"))
    columns = {
        "deadline": deadline,
        "deadline_kind": kind,
        "deadline_text": timing.get("text"),
        "deadline_label": timing.get("label"),
        "window_start": day(timing.get("window_start")),
        "window_end": window_end,
        "offset_days": timing.get("offset_days"),
        "anchor": Anchor(timing["anchor"]) if timing.get("anchor") else None,
        "anchor_text": timing.get("anchor_text"),
        "last_day": printed_last_day(kind, deadline, window_end),
    }
    if answer:
        columns |= {
            "deadline_kind": DeadlineKind.WORKING_DAYS,
            "offset_days": answer["working_days"],
            "anchor": Anchor.OBSTACLE,
            "anchor_text": answer.get("counted_from"),
        }
    return columns


def _steps(place: _Place, task: Task, rows: list[Data]) -> None:
    """The parts of a directive, each with its agency and day."""
    wanted = [
        {
            "number": number,
            "text": row["text"],
            "report_to": row.get("to"),
            "note": row.get("note"),
            **_deadline(row),
        }
        for number, row in enumerate(rows, start=1)
    ]
    pairs, surplus = matched(task.steps, wanted, key="text")
    for step in surplus:
        if step.id not in place.charged:
            task.steps.remove(step)
    for (step, columns), row in zip(pairs, rows, strict=True):
        if step is None:
            step = Task(event=task.event, kind=TaskKind.STEP, **columns)
            task.steps.append(step)
        else:
            assign(step, columns)
        place.assignees(step, _printed(row["by"], None), {}, None)


def _dependencies(placed: list[tuple[Task, Data]]) -> None:
    """Which directive waits for which."""
    ids = {row["id"]: task.id for task, row in placed}
    wanted = {(ids[row["id"]], ids[key]) for _task, row in placed for key in row.get("depends_on") or []}
    own = sa.select(TaskDependency).where(TaskDependency.task_id.in_(ids.values()))
    standing = {(row.task_id, row.needs_id): row for row in db.session.scalars(own)}
    for pair, row in standing.items():
        if pair not in wanted:
            db.session.delete(row)
    for task_id, needs_id in sorted(wanted - standing.keys()):
        db.session.add(TaskDependency(task_id=task_id, needs_id=needs_id))


def _indicators(placing: Any, placed: list[tuple[Task, Data]]) -> None:
    """What the plan wants reached, under the item that says so. One that is reported on is never taken away."""
    own = sa.select(Indicator).where(Indicator.event_id == placing.event.id).order_by(Indicator.number)
    standing = list(db.session.scalars(own))
    number = max((row.number for row in standing), default=0)
    for task, row in placed:
        lines = row.get("indicators") or []
        mine = [indicator for indicator in standing if indicator.task_id == task.id]
        pairs, surplus = matched(mine, [{"text": line["text"]} for line in lines], key="text")
        _drop(surplus)
        kept = [indicator for indicator, _columns in pairs if indicator is not None]
        free = sorted(indicator.number for indicator in kept)
        if free != [indicator.number for indicator in kept]:
            for indicator in kept:  # two may never have the same number, not even on the way
                indicator.number = -indicator.id
        db.session.flush()
        for (indicator, columns), line in zip(pairs, lines, strict=True):
            if free:
                place = free.pop(0)
            else:
                number = place = number + 1
            columns |= {"number": place, "responsible": line.get("responsible")}
            if indicator is None:
                indicator = Indicator(event=placing.event, task=task, **columns)
                db.session.add(indicator)
            else:
                assign(indicator, columns)
            _place_targets(indicator, [_target(target) for target in line.get("targets") or []])


def _place_targets(indicator: Indicator, wanted: list[Data]) -> None:
    """The figures of an indicator in order; one that somebody returns is never taken away."""
    surplus = indicator.targets[len(wanted) :]
    if _is_returned(surplus):
        wanted = [*wanted, *({} for _target_row in surplus)]
    by_place(indicator.targets, Target, wanted)


def _is_returned(targets: Sequence[Target]) -> bool:
    ids = [target.id for target in targets]
    return db.session.scalar(sa.select(sa.exists().where(TargetReporter.target_id.in_(ids)))) or False


def _drop(indicators: list[Indicator]) -> None:
    for indicator in indicators:
        if not _is_returned(indicator.targets):
            db.session.delete(indicator)


def _target(row: Data) -> Data:
    return {
        "metric": row["metric"],
        "comparator": OPERATORS[row["op"]],
        "value": row["value"],
        "unit": row["unit"],
        "actor": row.get("actor"),
        "baseline": row.get("baseline"),
        "period": TargetPeriod(row["period"]) if row.get("period") else None,
        "due_on": day(row.get("due")),
        "returned_by": row.get("returned_by"),
        "checked_by": row.get("checked_by"),
    }
