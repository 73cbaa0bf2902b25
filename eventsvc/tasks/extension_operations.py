"""More time: asked for by an agency, given by the organizers to one agency or to all; the first deadline stays."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events import calendar_queries
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import deadline_queries, entries, messages
from eventsvc.tasks.answer_operations import NoLongerCharged
from eventsvc.tasks.deadlines import last_day
from eventsvc.tasks.models import Assignment, EntryKind, Extension, ExtensionState, Task
from eventsvc.tasks.operations import require_open


class NoMoreTime(Invalid):
    """The day lies in the past, or before the day that holds already."""

    code = "no_more_time"


class AlreadyDecided(DomainError):
    code = "already_decided"


def due_day_of(task: Task, assignment: Assignment | None = None) -> date | None:
    """The last day that holds now, for one agency or for all."""
    anchors, overrides = deadline_queries.anchors(task.event), calendar_queries.overrides()
    return (assignment.extended_to if assignment is not None else None) or last_day(task, anchors, overrides)


@atomic()
def ask(
    assignment: Assignment,
    until: date,
    reason: str,
    *,
    version: int | None = None,
    by_name: str | None = None,
    by: Any,
) -> Extension:
    """An agency asks for more time; the organizers decide."""
    task = assignment.task
    lock_open(task.event)
    lock(assignment, version)
    require_open(task)
    if assignment.left_at is not None:
        raise NoLongerCharged(_("This organization no longer has the task."))
    former = _require_later(task, assignment, until)
    if not text.clean(reason):
        raise Invalid(_("Say why more time is needed."), field="reason")
    extension = Extension(
        task_id=task.id,
        assignment_id=assignment.id,
        former=former,
        until=until,
        reason=reason,
        asked_by=by_name or entries.name_of(by),
    )
    db.session.add(extension)
    db.session.flush()
    words = f"{text.short_date(until)}: {reason}"
    entries.write(task, EntryKind.EXTENSION_ASKED, words, assignment=assignment, by_name=by_name, by=by)
    record(by, "extension.asked", extension, event=task.event)
    return extension


@atomic()
def grant(
    extension: Extension,
    *,
    until: date | None = None,
    remark: str | None = None,
    for_all: bool = False,
    version: int | None = None,
    by: Any,
) -> None:
    """Give the time that was asked for, or to another day; to this agency, or to everybody who has the task."""
    task = extension.task
    _hold(extension, version)
    until = until or extension.until
    assignment = None if for_all else extension.assignment
    _require_later(task, assignment, until)
    _decide(extension, ExtensionState.GRANTED, remark, by)
    extension.until, extension.for_all = until, for_all
    _extend(task, assignment, until, extension.former, remark, by)
    messages.queue_extension(extension, _told(extension, assignment))


@atomic()
def refuse(extension: Extension, *, remark: str | None, version: int | None = None, by: Any) -> None:
    """The last day stays; the remark says why."""
    task = extension.task
    _hold(extension, version)
    if not text.clean(remark or ""):
        raise Invalid(_("Say why no more time is given."), field="remark")
    _decide(extension, ExtensionState.REFUSED, remark, by)
    entries.write(task, EntryKind.EXTENSION_REFUSED, remark, assignment=extension.assignment, by=by)
    messages.queue_extension(extension, [extension.assignment] if extension.assignment else [])
    record(by, "extension.refused", extension, event=task.event)


@atomic()
def extend(
    task: Task,
    until: date,
    reason: str,
    *,
    assignment: Assignment | None = None,
    version: int | None = None,
    by: Any,
) -> Extension:
    """More time of the organizers' own accord, for one agency or for all."""
    lock_open(task.event)
    lock(task, version)
    require_open(task)
    former = _require_later(task, assignment, until)
    if not text.clean(reason):
        raise Invalid(_("Say why more time is given."), field="reason")
    extension = Extension(
        task_id=task.id,
        assignment_id=assignment.id if assignment is not None else None,
        former=former,
        until=until,
        reason=reason,
        for_all=assignment is None,
        asked_by=entries.name_of(by),
    )
    db.session.add(extension)
    _decide(extension, ExtensionState.GRANTED, None, by)
    db.session.flush()
    _extend(task, assignment, until, former, reason, by)
    messages.queue_extension(extension, _told(extension, assignment))
    return extension


# --- What the operations above are made of -----------------------------------------------------------------


def _hold(extension: Extension, version: int | None) -> None:
    lock_open(extension.task.event)
    lock(extension, version)
    require_open(extension.task)
    if extension.state is not ExtensionState.ASKED:
        raise AlreadyDecided(_("Somebody has decided on this already."))


def _require_later(task: Task, assignment: Assignment | None, until: date) -> date | None:
    """The last day that holds now; NoMoreTime when the new one is not later than it and than yesterday."""
    former = due_day_of(task, assignment)
    if until < clock.today():
        raise NoMoreTime(_("This day lies in the past: choose today or a later day."), field="until")
    if former is not None and until <= former:
        raise NoMoreTime(
            _("The last day is %(day)s already: choose a later one.", day=f"{former:%d/%m/%Y}"), field="until"
        )
    return former


def _decide(extension: Extension, state: ExtensionState, remark: str | None, by: Any) -> None:
    extension.state, extension.remark = state, text.clean(remark or "") or None
    extension.decided_at, extension.decided_by_id = clock.now(), user_id(by)


def _extend(
    task: Task, assignment: Assignment | None, until: date, former: date | None, reason: str | None, by: Any
) -> None:
    if assignment is not None:
        assignment.extended_to = until
    else:
        task.extended_to = until
        earlier = sa.update(Assignment).where(Assignment.task_id == task.id, Assignment.extended_to <= until)
        db.session.execute(
            earlier.values(extended_to=None, version=Assignment.version + 1).execution_options(
                synchronize_session="fetch"
            )
        )
    before = text.short_date(former) if former else "–"
    said = entries.vietnamese(
        _l("to %(day)s (before: %(former)s)", day=text.short_date(until), former=before)
    )
    words = f"{said}: {reason}" if reason else said
    entries.write(task, EntryKind.EXTENDED, words, assignment=assignment, by=by)
    record(by, "extension.granted", task, event=task.event, for_all=assignment is None)
    db.session.flush()


def _told(extension: Extension, assignment: Assignment | None) -> list[Assignment]:
    return [assignment] if assignment is not None else messages.standing(extension.task)
