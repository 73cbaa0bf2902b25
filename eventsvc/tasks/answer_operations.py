"""What an agency says of its task, by its link or through the organizers, and what the organizers answer."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.accounts.models import User
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import entries, messages
from eventsvc.tasks.models import Assignment, AssignmentState, EntryKind, Task, TaskPaper
from eventsvc.tasks.operations import require_open


class NoLongerCharged(DomainError):
    """The organization was taken off the task, or has passed it on."""

    code = "no_longer_charged"


class AlreadyAccepted(DomainError):
    code = "already_accepted"


class NothingReported(DomainError):
    code = "nothing_reported"


@atomic()
def receive(
    assignment: Assignment, *, version: int | None = None, by_name: str | None = None, by: Any
) -> None:
    """The agency confirms that it has the task. Safe to repeat, and says nothing new once it has begun."""
    _hold(assignment, version)
    if assignment.state in (AssignmentState.ASSIGNED, AssignmentState.DECLINED):
        _say(assignment, AssignmentState.RECEIVED, EntryKind.RECEIVED, None, by_name, by)


@atomic()
def report_progress(
    assignment: Assignment,
    said: str,
    *,
    brought: Brought | None = None,
    version: int | None = None,
    by_name: str | None = None,
    by: Any,
) -> None:
    """How far the agency has come."""
    _hold(assignment, version)
    _require_words(said, _("Write how far you have come."))
    _say(assignment, AssignmentState.IN_PROGRESS, EntryKind.PROGRESS, said, by_name, by)
    _keep(assignment, brought, by_name, by)


@atomic()
def report_done(
    assignment: Assignment,
    said: str | None,
    *,
    done_on: date | None = None,
    brought: Brought | None = None,
    version: int | None = None,
    by_name: str | None = None,
    by: Any,
) -> None:
    """The agency says it is done, on this day (today, if it says none); the organizers look at it next."""
    _hold(assignment, version)
    today = clock.today()
    if done_on is not None and done_on > today:
        raise Invalid(_("This day has not come yet."), field="done_on")
    assignment.done_on = done_on or today
    _say(assignment, AssignmentState.REPORTED, EntryKind.REPORTED, said, by_name, by)
    _keep(assignment, brought, by_name, by)


@atomic()
def decline(
    assignment: Assignment,
    reason: str,
    *,
    brought: Brought | None = None,
    version: int | None = None,
    by_name: str | None = None,
    by: Any,
) -> None:
    """The agency asks for another one to be charged, with a reason and perhaps a paper that says so."""
    _hold(assignment, version)
    _require_words(reason, _("Write why another agency should be charged with it."))
    assignment.done_on = None
    _say(assignment, AssignmentState.DECLINED, EntryKind.DECLINED, reason, by_name, by)
    _keep(assignment, brought, by_name, by)


@atomic()
def comment(
    task: Task,
    said: str,
    *,
    assignment: Assignment | None = None,
    brought: Brought | None = None,
    is_internal: bool = False,
    by_name: str | None = None,
    by: Any,
) -> None:
    """A remark on the task: to everybody who has it, or among the organizers (`is_internal`). One that an agency makes
    is for the organizers and itself."""
    lock_open(task.event)
    _require_words(said, _("Write the comment."))
    entries.write(
        task,
        EntryKind.COMMENT,
        said,
        assignment=assignment,
        by_name=by_name,
        is_internal=is_internal,
        by=by,
    )
    if brought is not None:
        add_paper(task, brought=brought, assignment=assignment, by_name=by_name, by=by)
    record(by, "task.commented", task, event=task.event, internal=is_internal)


@atomic()
def accept(assignment: Assignment, *, version: int | None = None, by: Any) -> None:
    """The organizers agree that the agency has done it. Safe to repeat."""
    task = assignment.task
    lock_open(task.event)
    lock(assignment, version)
    if assignment.state is AssignmentState.ACCEPTED:
        return
    if assignment.state is not AssignmentState.REPORTED:
        raise NothingReported(_("The agency has not reported it done yet."))
    assignment.state = AssignmentState.ACCEPTED
    entries.write(task, EntryKind.ACCEPTED, assignment=assignment, by=by)
    record(by, "assignment.accepted", assignment, event=task.event)


@atomic()
def send_back(assignment: Assignment, remark: str, *, version: int | None = None, by: Any) -> None:
    """What the agency said is not enough; the remark says what is missing, and a mail tells it."""
    task = assignment.task
    lock_open(task.event)
    lock(assignment, version)
    require_open(task)
    if assignment.state not in (
        AssignmentState.REPORTED,
        AssignmentState.ACCEPTED,
        AssignmentState.DECLINED,
    ):
        raise NothingReported(_("The agency has not reported it done yet."))
    _require_words(remark, _("Say what is to be put right."), field="remark")
    assignment.state = AssignmentState.RETURNED
    entry = entries.write(task, EntryKind.RETURNED, remark, assignment=assignment, by=by)
    db.session.flush()
    messages.queue_returned(assignment, remark, entry.id)
    record(by, "assignment.returned", assignment, event=task.event)


@atomic()
def add_paper(
    task: Task,
    *,
    brought: Brought | None = None,
    document_id: int | None = None,
    assignment: Assignment | None = None,
    by_name: str | None = None,
    by: Any,
) -> TaskPaper:
    """A file or an official paper beside the task."""
    lock_open(task.event)
    if (brought is None) == (document_id is None):
        raise Invalid(_("Choose a file or an official paper."), field="file")
    file = files.keep(brought, event=task.event, by=by) if brought is not None else None
    paper = TaskPaper(
        task_id=task.id,
        assignment_id=assignment.id if assignment is not None else None,
        file=file,
        document_id=document_id,
        by_name=by_name or entries.name_of(by),
    )
    db.session.add(paper)
    db.session.flush()
    name = file.name if file is not None else None
    entries.write(task, EntryKind.PAPER, name, assignment=assignment, by_name=by_name, by=by)
    record(by, "task.paper_added", task, event=task.event, paper=paper.id)
    return paper


@atomic()
def remove_paper(paper: TaskPaper, task: Task, *, by: Any) -> None:
    """Take a paper off the task; a file that was brought is thrown away."""
    lock_open(task.event)
    file_id = paper.file_id
    record(by, "task.paper_removed", task, event=task.event, paper=paper.id)
    db.session.delete(paper)
    db.session.flush()
    if file_id is not None:
        files.discard(file_id)


# --- What the operations above are made of -----------------------------------------------------------------


def _hold(assignment: Assignment, version: int | None) -> None:
    task = assignment.task
    lock_open(task.event)
    lock(assignment, version)
    lock(task)
    require_open(task)
    if assignment.left_at is not None:
        raise NoLongerCharged(_("This organization no longer has the task."))
    if assignment.state is AssignmentState.ACCEPTED:
        raise AlreadyAccepted(_("The organizers have accepted this as done already."))


def _say(
    assignment: Assignment,
    state: AssignmentState,
    kind: EntryKind,
    said: str | None,
    by_name: str | None,
    by: Any,
) -> None:
    assignment.state = state
    assignment.answered_at = clock.now()
    assignment.answered_by = by_name or entries.name_of(by)
    if said or kind is not EntryKind.RECEIVED:
        assignment.answer = said or None
    entries.write(assignment.task, kind, said, assignment=assignment, by_name=by_name, by=by)
    on_behalf = isinstance(by, User)
    record(by, f"assignment.{kind.value}", assignment, event=assignment.task.event, on_behalf=on_behalf)
    db.session.flush()


def _keep(assignment: Assignment, brought: Brought | None, by_name: str | None, by: Any) -> None:
    if brought is not None:
        add_paper(assignment.task, brought=brought, assignment=assignment, by_name=by_name, by=by)


def _require_words(said: str | None, sentence: str, field: str = "text") -> None:
    if not text.clean(said or ""):
        raise Invalid(sentence, field=field)
