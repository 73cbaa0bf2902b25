"""The tasks of an event: the list with its filters, one with everything of it, and changing it."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.files import operations as files
from eventsvc.files import queries as files_queries
from eventsvc.tasks import (
    achievement_queries,
    achievements,
    answer_operations,
    assignment_queries,
    deadline_queries,
    labels,  # noqa: F401  (registers the words)
    operations,
    queries,
    wording,
)
from eventsvc.tasks.answer_forms import PaperForm
from eventsvc.tasks.deadlines import Pressure, first_deadline, last_day, pressure
from eventsvc.tasks.filters import Filters, Sort
from eventsvc.tasks.forms import CloseForm, CommentForm, ExtendForm, TaskForm
from eventsvc.tasks.models import AssignmentState, Task, TaskKind, TaskState
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.downloads import download
from eventsvc.web.edits import TOO_LATE, attempt, carry_out, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("tasks", __name__, url_prefix="/events/<slug>/tasks")
bp.add_app_template_filter(wording.due_words, "due_words")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event, today = event_or_404(slug, g.access), clock.today()
    filters = Filters(
        q=search(),
        kind=word(TaskKind, "kind"),
        state=word(TaskState, "state"),
        pressure=word(Pressure, "pressure"),
        asked_id=whole(request.args.get("agency")),
        sort=word(Sort, "sort") or Sort.PLAN,
    )
    page = paginate(queries.listed(event, filters, today))
    return render_template(
        "tasks/index.html",
        event=event,
        page=page,
        lines=_lines(event, page.items),
        counts=queries.counts(event, [task.id for task in page.items], today),
        filters=filters,
        totals=queries.totals(event, today),
        agencies=assignment_queries.charged(event),
        kinds=TaskKind,
        states=TaskState,
        pressures=Pressure,
        sorts=Sort,
        extensions=len(queries.open_extensions(event)),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    """A new task; with `parent`, a step of a directive."""
    event = event_or_404(slug, g.access)
    parent_id = whole(request.args.get("parent"))
    parent = queries.task_of(event, parent_id) if parent_id is not None else None
    form = _form(event)
    if _is_preview(form):
        return _edit_page(event, form, parent=parent)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        tasks: list[Task] = []
        refused = attempt(
            form,
            lambda: tasks.append(
                operations.add_task(event, form.details, kind=form.kind.data, parent=parent, by=g.user)
            ),
        )
        if refused is None:
            flash(_("The task is added."))
            return redirect(url_for(".show", slug=slug, task_id=tasks[0].id))
        status = refused
    return _edit_page(event, form, parent=parent), status


@bp.get("/<int:task_id>")
@requires(Permission.READ_TASKS)
def show(slug, task_id):
    event = event_or_404(slug, g.access)
    return _page(event, queries.task_of(event, task_id))


@bp.route("/<int:task_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, task_id):
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    form = _form(event, task)
    if _is_preview(form):
        return _edit_page(event, form, task=task)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_task(task, form.details, version=form.version.data, by=g.user),
        lambda: _form(event, task, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, task_id=task_id))
    return _edit_page(event, form, task=task, conflict=conflict), status


@bp.post("/<int:task_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, task_id):
    event = event_or_404(slug, g.access)
    operations.remove_task(queries.task_of(event, task_id), by=g.user)
    flash(_("The task is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:task_id>/close")
@requires(Permission.EDIT_TASKS)
def close(slug, task_id):
    event = event_or_404(slug, g.access)
    task, form = queries.task_of(event, task_id), CloseForm()
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.close_task(
                task,
                TaskState(form.state.data),
                done_on=form.done_on.data,
                reason=form.reason.data,
                version=form.version.data,
                by=g.user,
            ),
        )
        if status is None:
            flash(_("The task is closed."))
            return redirect(url_for(".show", slug=slug, task_id=task_id))
        if status == TOO_LATE:  # it is shown as it stands now, so that pressing once more is a decision
            form.version.data = task.version
        return _page(event, task, close_form=form), status
    return _page(event, task, close_form=form), 422


@bp.post("/<int:task_id>/reopen")
@requires(Permission.EDIT_TASKS)
def reopen(slug, task_id):
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    carry_out(
        lambda: operations.reopen_task(task, version=version_seen(), by=g.user),
        _("The task is open again."),
    )
    return redirect(url_for(".show", slug=slug, task_id=task_id))


@bp.post("/<int:task_id>/comments")
@requires(Permission.EDIT_TASKS)
def comment(slug, task_id):
    event = event_or_404(slug, g.access)
    task, form = queries.task_of(event, task_id), CommentForm()
    if form.validate_on_submit():
        is_internal = form.audience.data == "internal"
        status = attempt(
            form,
            lambda: answer_operations.comment(task, form.text.data, is_internal=is_internal, by=g.user),
        )
        if status is None:
            flash(_("The comment stands in the history."))
            return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="history"))
        return _page(event, task, comment_form=form), status
    return _page(event, task, comment_form=form), 422


@bp.post("/<int:task_id>/needs")
@requires(Permission.EDIT_TASKS)
def add_dependency(slug, task_id):
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    needed_id = whole(request.form.get("needs"))
    carry_out(
        lambda: operations.add_dependency(task, queries.task_of(event, needed_id or 0), by=g.user),
        _("Saved."),
    )
    return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="needs"))


@bp.post("/<int:task_id>/needs/<int:needs_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_dependency(slug, task_id, needs_id):
    event = event_or_404(slug, g.access)
    task, needed = queries.task_of(event, task_id), queries.task_of(event, needs_id)
    carry_out(lambda: operations.remove_dependency(task, needed.id, by=g.user), _("Saved."))
    return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="needs"))


@bp.post("/<int:task_id>/papers")
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_TASKS)
def add_paper(slug, task_id):
    """A file, or an official paper of the event."""
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    if is_too_large():
        flash(str(files.too_large(current_app.config["FILE_LIMIT"])), "error")
        return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="papers"))
    form = PaperForm()
    known = {row.id for row in queries.documents_of(event)}
    document_id = whole(request.form.get("document"))
    try:
        upload = form.file.data
        brought = files.take_in(upload.stream, upload.filename) if upload and upload.filename else None
        answer_operations.add_paper(
            task,
            brought=brought,
            document_id=document_id if document_id in known and brought is None else None,
            by=g.user,
        )
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("The paper is added."))
    return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="papers"))


@bp.get("/<int:task_id>/papers/<int:task_paper_id>")
@requires(Permission.READ_TASKS)
def paper(slug, task_id, task_paper_id):
    event = event_or_404(slug, g.access)
    kept = queries.paper_of(queries.task_of(event, task_id), task_paper_id).file
    if kept is None:
        raise NotFound(_("There is no such paper."))
    path, shown = files_queries.path_of(kept), request.args.get("show") == "1"
    return download(path, name=kept.name, media_type=kept.media_type, etag=kept.sha256, shown=shown)


@bp.post("/<int:task_id>/papers/<int:task_paper_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_paper(slug, task_id, task_paper_id):
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    row = queries.paper_of(task, task_paper_id)
    carry_out(
        lambda: answer_operations.remove_paper(row, task, by=g.user), _("The paper is taken off the task.")
    )
    return redirect(url_for(".show", slug=slug, task_id=task_id, _anchor="papers"))


# --- What the pages above are made of ----------------------------------------------------------------------


def _form(event: Event, task: Task | None = None, **kwargs: Any) -> TaskForm:
    return TaskForm(
        task,
        documents=queries.documents_of(event),
        events=queries.events_of_host(event),
        rituals=queries.rituals_of_host(event),
        **kwargs,
    )


def _is_preview(form: TaskForm) -> bool:
    """Whether only the last day is asked for; what is missing is said, and nothing is saved."""
    if not form.is_submitted() or "preview" not in request.form:
        return False
    form.validate()
    return True


def _edit_page(
    event: Event,
    form: TaskForm,
    *,
    task: Task | None = None,
    parent: Task | None = None,
    conflict: Any = None,
) -> str:
    anchors, overrides = deadline_queries.anchors(event), calendar_queries.overrides()
    return render_template(
        "tasks/edit.html",
        event=event,
        task=task,
        parent=parent,
        form=form,
        conflict=conflict,
        sentence=form.sentence(anchors, overrides),
    )


def _lines(event: Event, tasks: list[Task]) -> dict[int, dict[str, Any]]:
    """What a row of the list shows beside the task: last day, colour, planned against actual."""
    anchors, overrides, today = deadline_queries.anchors(event), calendar_queries.overrides(), clock.today()
    found = {}
    for task in tasks:
        last = last_day(task, anchors, overrides)
        found[task.id] = {
            "last": last,
            "first": first_deadline(task, anchors, overrides),
            "pressure": pressure(last, today, task.state),
            "achieved": achievements.of(task, first_deadline(task, anchors, overrides)),
        }
    return found


def _page(
    event: Event,
    task: Task,
    *,
    comment_form: CommentForm | None = None,
    close_form: CloseForm | None = None,
) -> str:
    today = clock.today()
    steps, needs, needed_by = queries.steps_of(task), queries.needs(task), queries.needed_by(task)
    state = word(AssignmentState, "state")
    page = paginate(queries.assignments_of(task, state))
    may_edit = g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
    return render_template(
        "tasks/show.html",
        event=event,
        task=task,
        parent=queries.task_of(event, task.parent_id) if task.parent_id else None,
        document=db.session.get(queries.Document, task.document_id) if task.document_id else None,
        lines=_lines(event, [task, *steps, *needs, *needed_by]),
        proposal=achievement_queries.proposals(event, [task]).get(task.id) if may_edit else None,
        count=queries.counts(event, [task.id], today).get(task.id, queries.Count()),
        states=queries.states_of(task),
        state=state,
        page=page,
        is_merged_away=assignment_queries.is_merged_away,
        steps=steps,
        needs=needs,
        needed_by=needed_by,
        others=queries.others(task) if may_edit else [],
        papers=queries.papers_of(task),
        documents=queries.documents_of(event) if may_edit else [],
        extensions=queries.extensions_of(task),
        entries=queries.entries_of(task),
        shows_internal=may_edit,
        may_edit=may_edit,
        today=today,
        comment_form=comment_form or CommentForm(formdata=None),
        close_form=close_form or CloseForm(formdata=None, data={"version": task.version}),
        extend_form=ExtendForm(formdata=None, data={"version": task.version}),
        paper_form=PaperForm(formdata=None),
    )
