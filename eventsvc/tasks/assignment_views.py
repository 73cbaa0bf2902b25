"""Who has which task: agency by agency, one assignment with what was said."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.audit.operations import record
from eventsvc.db import atomic
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.files import operations as files
from eventsvc.tasks import (
    answer_operations,
    assignment_operations,
    assignment_queries,
    extension_operations,
    labels,  # noqa: F401  (registers the words)
    queries,
    sheets,
    wording,
)
from eventsvc.tasks.answer_forms import AnswerForm, PassOnForm, RemarkForm
from eventsvc.tasks.filters import Row
from eventsvc.tasks.forms import ExtendForm
from eventsvc.tasks.models import Assignment, TaskState
from eventsvc.web.arguments import search, version_seen
from eventsvc.web.edits import TOO_LATE, attempt, carry_out
from eventsvc.web.labels import label
from eventsvc.web.pagination import Page, number
from eventsvc.web.papers import disposition
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("assignments", __name__, url_prefix="/events/<slug>/assignments")
PER_PAGE = 50


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event, today = event_or_404(slug, g.access), clock.today()
    q, only = search(), request.args.get("show", "")
    statement, _counted = assignment_queries.agencies(event, today, q=q, only=only)
    here = number("page", 1, 10**6)
    lines, total = assignment_queries.page_of_agencies(statement, here, PER_PAGE)
    return render_template(
        "assignments/index.html",
        event=event,
        page=Page(lines, total, here, PER_PAGE),
        totals=assignment_queries.totals(event, today),
        is_merged_away=assignment_queries.is_merged_away,
        filters={"q": q, "show": only},
        may_edit=_may_edit(event),
    )


@bp.get("/agencies/<int:asked_id>")
@requires(Permission.READ_TASKS)
def agency(slug, asked_id):
    """Everything one agency is charged with."""
    event = event_or_404(slug, g.access)
    asked = assignment_queries.agency_of(event, asked_id)
    return render_template(
        "assignments/agency.html",
        event=event,
        asked=asked,
        rows=assignment_queries.of_agency(asked),
        is_merged_away=assignment_queries.is_merged_away(asked),
        may_edit=_may_edit(event),
        today=clock.today(),
        due_words=wording.due_words,
    )


@bp.post("/export.xlsx")
@requires(Permission.READ_TASKS)
@confirmed_lately("assignments.index")
def export(slug):
    """Every assignment, agency by agency; posted, because it is written down who has it."""
    event = event_or_404(slug, g.access)
    rows = assignment_queries.export(event)
    with force_locale("vi"):
        body = sheets.workbook(rows, clock.today(), label)
    with atomic():
        record(g.actor, "assignments.exported", event, event=event, count=len(rows))
    response = Response(body, mimetype=sheets.MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition("attachment", f"nhiem-vu-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


# --- One assignment -----------------------------------------------------------------------------------------


@bp.get("/<int:assignment_id>")
@requires(Permission.READ_TASKS)
def show(slug, assignment_id):
    event = event_or_404(slug, g.access)
    return _page(event, assignment_queries.assignment_of(event, assignment_id))


@bp.post("/<int:assignment_id>/receive")
@requires(Permission.EDIT_TASKS)
def receive(slug, assignment_id):
    """The agency has said on the telephone that it has the task."""
    event, row = _row(slug, assignment_id)
    carry_out(
        lambda: answer_operations.receive(row.assignment, version=_version(), by=g.user),
        _("Recorded: the agency has the task."),
    )
    return _back(slug, assignment_id)


@bp.post("/<int:assignment_id>/answer")
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_TASKS)
def answer(slug, assignment_id):
    """What the agency has told us, entered on its behalf."""
    event, row = _row(slug, assignment_id)
    form = AnswerForm()
    if is_too_large():
        form.file.errors = [str(files.too_large(current_app.config["FILE_LIMIT"]))]
        return _page(event, row, answer_form=form), 413
    status = 422
    if form.validate_on_submit():
        refused = attempt(form, lambda: form.save(row.assignment, by=g.user))
        if refused is None:
            flash(_("Entered on behalf of %(name)s.", name=row.assignment.asked.name))
            return _back(slug, assignment_id)
        status = refused
    return _page(event, row, answer_form=form), status


@bp.post("/<int:assignment_id>/accept")
@requires(Permission.EDIT_TASKS)
def accept(slug, assignment_id):
    event, row = _row(slug, assignment_id)
    carry_out(
        lambda: answer_operations.accept(row.assignment, version=_version(), by=g.user),
        _("Accepted as done."),
    )
    return _back(slug, assignment_id)


@bp.post("/<int:assignment_id>/send-back")
@requires(Permission.EDIT_TASKS)
def send_back(slug, assignment_id):
    event, row = _row(slug, assignment_id)
    form, status = RemarkForm(), 422
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: answer_operations.send_back(
                row.assignment, form.remark.data, version=form.version.data, by=g.user
            ),
        )
        if refused is None:
            flash(_("Sent back to the agency."))
            return _back(slug, assignment_id)
        status = refused
    return _page(event, row, remark_form=form), status


@bp.post("/<int:assignment_id>/pass-on")
@requires(Permission.EDIT_TASKS)
def pass_on(slug, assignment_id):
    """Another agency takes it over: the successor of one that was merged away, or simply another one."""
    event, row = _row(slug, assignment_id)
    form, status = PassOnForm(), 422
    if form.validate_on_submit():
        heirs = assignment_queries.heirs(event, row.assignment.asked)
        same = text.same_words(form.name.data)
        organization = next((heir for name, heir in heirs if text.same_words(name) == same), None)
        taken: list[Assignment] = []
        refused = attempt(
            form,
            lambda: taken.append(
                assignment_operations.pass_on(
                    row.assignment, form.name.data, organization, version=form.version.data, by=g.user
                )
            ),
        )
        if refused is None:
            flash(_("Passed on to %(name)s.", name=taken[0].asked.name))
            return _back(slug, taken[0].id)
        status = refused
    return _page(event, row, pass_form=form), status


@bp.post("/<int:assignment_id>/take-off")
@requires(Permission.EDIT_TASKS)
def take_off(slug, assignment_id):
    event, row = _row(slug, assignment_id)
    carry_out(
        lambda: assignment_operations.take_off(row.assignment, version=_version(), by=g.user),
        _("The agency no longer has the task; what it said stays."),
    )
    return _back(slug, assignment_id)


@bp.post("/<int:assignment_id>/put-back")
@requires(Permission.EDIT_TASKS)
def put_back(slug, assignment_id):
    event, row = _row(slug, assignment_id)
    carry_out(
        lambda: assignment_operations.put_back(row.assignment, version=_version(), by=g.user),
        _("The agency has the task again."),
    )
    return _back(slug, assignment_id)


@bp.post("/<int:assignment_id>/extend")
@requires(Permission.EDIT_TASKS)
def extend(slug, assignment_id):
    """More time for this agency alone."""
    event, row = _row(slug, assignment_id)
    form, status = ExtendForm(), 422
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: extension_operations.extend(
                row.assignment.task,
                form.until.data,
                form.reason.data,
                assignment=row.assignment,
                version=form.version.data,
                by=g.user,
            ),
        )
        if refused is None:
            flash(_("The last day is now %(day)s.", day=f"{form.until.data:%d/%m/%Y}"))
            return _back(slug, assignment_id)
        status = refused
        if status == TOO_LATE:  # it is shown as it stands now, so that pressing once more is a decision
            form.version.data = row.assignment.task.version
    return _page(event, row, extend_form=form), status


# --- What the pages above are made of ----------------------------------------------------------------------


def _row(slug: str, assignment_id: int) -> tuple[Event, Row]:
    event = event_or_404(slug, g.access)
    return event, assignment_queries.assignment_of(event, assignment_id)


def _version() -> int | None:
    return version_seen()


def _back(slug: str, assignment_id: int) -> Any:
    return redirect(url_for(".show", slug=slug, assignment_id=assignment_id))


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled


def _page(
    event: Event,
    row: Row,
    *,
    answer_form: AnswerForm | None = None,
    remark_form: RemarkForm | None = None,
    pass_form: PassOnForm | None = None,
    extend_form: ExtendForm | None = None,
) -> str:
    assignment, task = row.assignment, row.assignment.task
    version = {"version": assignment.version}
    for sent in (answer_form, remark_form, pass_form):
        if sent is not None:
            sent.version.data = (
                assignment.version
            )  # what was said meanwhile stands on the page above the form
    may_edit = _may_edit(event)
    is_gone = assignment_queries.is_merged_away(assignment.asked)
    return render_template(
        "assignments/show.html",
        event=event,
        assignment=assignment,
        task=task,
        last_day=row.last_day,
        due_words=wording.due_words(task),
        is_open=task.state is TaskState.OPEN and assignment.left_at is None,
        is_merged_away=is_gone,
        heirs=assignment_queries.heirs(event, assignment.asked) if is_gone else [],
        entries=queries.entries_of(task, assignment),
        papers=assignment_queries.papers_shown_to(assignment),
        extensions=queries.extensions_of(task, assignment),
        may_edit=may_edit,
        shows_internal=may_edit,
        today=clock.today(),
        answer_form=answer_form or AnswerForm(formdata=None, data={**version, "saying": "done"}),
        remark_form=remark_form or RemarkForm(formdata=None, data=version),
        pass_form=pass_form or PassOnForm(formdata=None, data=version),
        extend_form=extend_form or ExtendForm(formdata=None, data={"version": task.version}),
    )
