"""Which organizations are charged with a task: the lines of a plan expanded, taken off, passed on."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock, text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import charge_organizations
from eventsvc.organizations.models import Organization
from eventsvc.rows import insert, lock, lock_open
from eventsvc.tasks import entries
from eventsvc.tasks.expansion_queries import Known, Meant, lines_of
from eventsvc.tasks.models import Assignee, AssigneeRole, Assignment, EntryKind, Task, TaskState
from eventsvc.tasks.operations import require_open

STRONGER = (
    AssigneeRole.LEAD,
    AssigneeRole.RESPONSIBLE,
    AssigneeRole.WITH,
    AssigneeRole.REQUESTED,
    AssigneeRole.OWNER,
    AssigneeRole.COORDINATING,
)
"""An organization that two lines of a task mean has the stronger of both parts."""


@atomic()
def expand(task: Task, *, by: Any, leave_out: Collection[str] = ()) -> int:
    """Charge every organization that the lines of a task mean; how many are new. Safe to repeat: who is charged keeps
    its state and its answer, who was taken off or passed it on stays so. `leave_out`: names not to be charged now.
    """
    return expand_all(task.event, [task], by=by, leave_out=leave_out)


@atomic()
def expand_all(event: Event, tasks: Sequence[Task], *, by: Any, leave_out: Collection[str] = ()) -> int:
    """`expand` of many tasks of one event, which reads its agencies once."""
    lock_open(event)
    known = Known(event)
    left_out = {text.same_words(name) for name in leave_out}
    added = 0
    for task in tasks:
        if task.state is not TaskState.OPEN:
            continue
        chosen = [
            (line.assignee, one)
            for line in sorted(lines_of(task, known), key=lambda line: STRONGER.index(line.assignee.role))
            for one in line.meant
            if text.same_words(one.name) not in left_out
        ]
        added += _charge(task, chosen, by)
    return added


@atomic()
def charge_by_name(task: Task, assignee: Assignee, agencies: Sequence[str], *, by: Any) -> int:
    """Charge agencies that a line does not spell out ("các đơn vị liên quan"); how many are new. Safe to repeat."""
    lock_open(task.event)
    require_open(task)
    known = Known(task.event)
    found = [(assignee, one) for name in agencies for one in known.meant(name)]
    if not found:
        raise Invalid(_("Say which organization is charged."), field="agencies")
    return _charge(task, found, by, again=True)


@atomic()
def take_off(assignment: Assignment, *, version: int | None = None, by: Any) -> None:
    """The organization no longer has the task; what it said stays. Safe to repeat."""
    lock_open(assignment.task.event)
    lock(assignment, version)
    if assignment.left_at is None:
        assignment.left_at = clock.now()
        entries.write(
            assignment.task, EntryKind.EDITED, _l("taken off the task"), assignment=assignment, by=by
        )
        record(by, "assignment.taken_off", assignment, event=assignment.task.event)


@atomic()
def put_back(assignment: Assignment, *, version: int | None = None, by: Any) -> None:
    """The organization has the task again, with what it said before. Safe to repeat."""
    lock_open(assignment.task.event)
    lock(assignment, version)
    if assignment.left_at is not None:
        assignment.left_at = None
        entries.write(assignment.task, EntryKind.ASSIGNED, assignment=assignment, by=by)
        record(by, "assignment.put_back", assignment, event=assignment.task.event)


@atomic()
def pass_on(
    assignment: Assignment,
    name: str,
    organization: Organization | None = None,
    *,
    version: int | None = None,
    by: Any,
) -> Assignment:
    """Another organization has the task instead: the successor of one that was merged away, or simply another one.

    What the first one said stays in the history; the two never count twice. Safe to repeat. A successor that has the
    task already keeps its own answer and takes the stronger part.
    """
    task = assignment.task
    lock_open(task.event)
    lock(assignment, version)
    require_open(task)
    (heir,) = charge_organizations(task.event, [(name, organization)], by=by)
    if heir.id == assignment.organization_invitation_id:
        raise Invalid(_("This organization has the task already."), field="name")
    _insert(task, [(assignment.assignee_id, assignment.role, heir)])
    inherited = db.session.scalars(
        sa.select(Assignment).where(
            Assignment.task_id == task.id, Assignment.organization_invitation_id == heir.id
        )
    ).one()
    inherited.left_at = None
    if STRONGER.index(assignment.role) < STRONGER.index(inherited.role):
        inherited.role = assignment.role
    if assignment.extended_to and (inherited.extended_to or assignment.extended_to) <= assignment.extended_to:
        inherited.extended_to = assignment.extended_to
    if assignment.left_at is None:
        assignment.left_at = clock.now()
        words = _l("passed on to %(name)s", name=heir.name)
        entries.write(task, EntryKind.EDITED, words, assignment=assignment, by=by)
        words = _l("taken over from %(name)s", name=assignment.asked.name)
        entries.write(task, EntryKind.ASSIGNED, words, assignment=inherited, by=by)
        record(by, "assignment.passed_on", assignment, event=task.event, to=inherited.id)
    return inherited


# --- What the operations above are made of -----------------------------------------------------------------


def _charge(task: Task, chosen: Sequence[tuple[Assignee, Meant]], by: Any, *, again: bool = False) -> int:
    asked = charge_organizations(task.event, [(one.name, one.organization) for _row, one in chosen], by=by)
    first: dict[int, tuple[int | None, AssigneeRole, OrganizationInvitation]] = {}
    for (row, _one), invitation in zip(chosen, asked, strict=True):
        first.setdefault(invitation.id, (row.id, row.role, invitation))
    new = _insert(task, list(first.values()))
    back = _bring_back(task, first, again)
    if new or back:
        entries.charged(task, new + back, by=by)
        record(by, "task.expanded", task, event=task.event, count=len(new) + len(back))
    return len(new) + len(back)


def _insert(
    task: Task, wanted: Sequence[tuple[int | None, AssigneeRole, OrganizationInvitation]]
) -> list[int]:
    """The ids of the new assignments; who has the task already is left as it is, whoever else expands now."""
    if not wanted:
        return []
    now = clock.now()
    rows = [
        {
            "task_id": task.id,
            "version": 1,
            "assignee_id": line_id,
            "organization_invitation_id": invitation.id,
            "role": role,
            "created_at": now,
        }
        for line_id, role, invitation in wanted
    ]
    statement = (
        insert(Assignment)
        .on_conflict_do_nothing(index_elements=["task_id", "organization_invitation_id"])
        .returning(Assignment.id)
    )
    return list(db.session.scalars(statement, rows))


def _bring_back(
    task: Task, wanted: dict[int, tuple[int | None, AssigneeRole, OrganizationInvitation]], again: bool
) -> list[int]:
    """Who left because the line was removed has the task again when a line means it again. Who was taken off by
    somebody, or passed it on, comes back only when named again (`again`)."""
    rows = db.session.scalars(
        sa.select(Assignment).where(
            Assignment.task_id == task.id,
            Assignment.organization_invitation_id.in_(wanted),
            sa.or_(Assignment.left_at.is_not(None), Assignment.assignee_id.is_(None)),
        )
    ).all()
    back = []
    for row in rows:
        if row.left_at is not None and (row.assignee_id is None or again):
            row.left_at = None
            back.append(row.id)
        row.assignee_id, row.role = wanted[row.organization_invitation_id][:2]
    return back
