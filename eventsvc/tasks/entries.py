"""The history of a task: one line for everything that is said or done, written in the same breath."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

from eventsvc import clock
from eventsvc.db import db
from eventsvc.tasks.models import Assignment, EntryKind, Task, TaskEntry


def name_of(by: Any) -> str | None:
    """Who acts, in words: a user, or the organization behind a link."""
    return (getattr(by, "name", None) or "")[:200] or None if by is not None else None


def vietnamese(words: Any) -> str:
    """Our own words as they stand in the history, whatever language the page is read in."""
    with force_locale("vi"):
        return str(words)


def write(
    task: Task,
    kind: EntryKind,
    text: Any = None,
    *,
    assignment: Assignment | None = None,
    by_name: str | None = None,
    is_internal: bool = False,
    by: Any,
) -> TaskEntry:
    """A line in the running transaction. `by_name`: whoever answered, when a link speaks for many people. Our own words
    come as a lazy text and stand in Vietnamese, whoever presses the button."""
    said = vietnamese(text) if text is not None else None
    entry = TaskEntry(
        task_id=task.id,
        assignment_id=assignment.id if assignment is not None else None,
        kind=kind,
        text=said or None,
        actor_kind=by.actor_kind if by is not None else "system",
        actor_id=by.id if by is not None else None,
        by_name=by_name or name_of(by),
        is_internal=is_internal,
    )
    db.session.add(entry)
    return entry


def charged(task: Task, assignment_ids: Sequence[int], *, by: Any) -> None:
    """A line for each new assignment, in one statement: a campaign has thousands."""
    if not assignment_ids:
        return
    now = clock.now()
    rows = [
        {
            "task_id": task.id,
            "assignment_id": assignment_id,
            "kind": EntryKind.ASSIGNED,
            "at": now,
            "actor_kind": by.actor_kind if by is not None else "system",
            "actor_id": by.id if by is not None else None,
            "by_name": name_of(by),
        }
        for assignment_id in assignment_ids
    ]
    db.session.execute(sa.insert(TaskEntry), rows)
