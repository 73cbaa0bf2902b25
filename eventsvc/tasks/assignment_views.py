"""Who has which task: agency by agency, one assignment with what was said, charging and writing to agencies."""

from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
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
    expansions,
    extension_operations,
    labels,  # noqa: F401  (registers the words)
    queries,
    sheets,
    telling_operations,
    wording,
)
from eventsvc.tasks.answer_forms import AnswerForm, PassOnForm, RemarkForm
from eventsvc.tasks.assignment_queries import Row
from eventsvc.tasks.forms import ChargeForm, ExtendForm, ReminderDaysForm
from eventsvc.tasks.models import Assignment, TaskState
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.pagination import Page, number
from eventsvc.web.papers import disposition
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("assignments", __name__, url_prefix="/events/<slug>/assignments")
PER_PAGE = 50


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event, today = event_or_404(slug, g.access), clock.today()
    q, only = search(), request.args.get("only", "")
    statement, _counted = assignment_queries.agencies(event, today, q=q, only=only)
    here = number("page", 1, 10**6)
    lines, total = assignment_queries.page_of_agencies(statement, here, PER_PAGE)
    return render_template(
        "assignments/index.html",
        event=event,
        page=Page(lines, total, here, PER_PAGE),
        totals=assignment_queries.totals(event, today),
        is_merged_away=assignment_queries.is_merged_away,
        filters={"q": q, "only": only},
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
        body = sheets.workbook(rows, clock.today())
    with atomic():
        record(g.actor, "assignments.exported", event, event=event, count=len(rows))
    response = Response(body, mimetype=sheets.MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition("attachment", f"nhiem-vu-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


# --- Charging and writing -----------------------------------------------------------------------------------


@bp.route("/charge", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def charge(slug):
    """What expanding the lines of the tasks would do, and doing it. With `task`, of one task alone."""
    event = event_or_404(slug, g.access)
    task_id = whole(request.values.get("task"))
    tasks = [queries.task_of(event, task_id)] if task_id else expansions.open_tasks(event)
    preview = expansions.preview(event, tasks)
    if request.method == "POST":
        is_one = len(tasks) == 1 and request.form.get("chosen") == "1"
        wanted = set(request.form.getlist("names")) if is_one else None
        left_out = [name for name in preview.new_names if name not in wanted] if wanted is not None else []
        counts: list[int] = []
        if carry_out(
            lambda: counts.append(
                assignment_operations.expand_all(event, tasks, by=g.user, leave_out=left_out)
            )
        ):
            flash(ngettext("%(num)s assignment added.", "%(num)s assignments added.", counts[0]))
            if request.form.get("tell") == "1":
                _tell(event)
        return redirect(
            url_for("tasks.show", slug=slug, task_id=task_id) if task_id else url_for(".index", slug=slug)
        )
    return render_template(
        "assignments/charge.html",
        event=event,
        task=tasks[0] if task_id else None,
        preview=preview,
        form=ChargeForm(formdata=None),
    )


@bp.post("/tasks/<int:task_id>/lines/<int:line_id>")
@requires(Permission.EDIT_TASKS)
def charge_by_name(slug, task_id, line_id):
    """Agencies that a line does not spell out, one a line of the form."""
    event = event_or_404(slug, g.access)
    task, form = queries.task_of(event, task_id), ChargeForm()
    line = expansions.line_of(task, line_id)
    if form.validate_on_submit():
        counts: list[int] = []
        names = form.agencies.lines
        status = attempt(
            form,
            lambda: counts.append(assignment_operations.charge_by_name(task, line, names, by=g.user)),
        )
        if status is None:
            flash(ngettext("%(num)s assignment added.", "%(num)s assignments added.", counts[0]))
            return redirect(url_for("tasks.show", slug=slug, task_id=task_id))
    preview = expansions.preview(event, [task])
    return render_template("assignments/charge.html", event=event, task=task, preview=preview, form=form), 422


@bp.post("/tell")
@requires(Permission.EDIT_TASKS)
def tell(slug):
    """Write to the agencies that have tasks nobody has told them of."""
    event = event_or_404(slug, g.access)
    _tell(event)
    return redirect(url_for(".index", slug=slug))


@bp.route("/reminders", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def reminders(slug):
    """On which days around the last day the silent are reminded."""
    event = event_or_404(slug, g.access)
    days = telling_operations.reminder_days(event)
    form = ReminderDaysForm(
        data={
            "before": ", ".join(str(-day) for day in days if day < 0),
            "after": ", ".join(str(day) for day in days if day >= 0),
        }
    )
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        if form.days is None:
            form.before.errors = [_("Numbers of days, with a comma between them, please.")]
        else:
            chosen = form.days
            refused = attempt(form, lambda: telling_operations.set_reminder_days(event, chosen, by=g.user))
            if refused is None:
                flash(_("Saved."))
                return redirect(url_for(".index", slug=slug))
            status = refused
    return render_template("assignments/reminders.html", event=event, form=form, days=days), status


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
    return _page(event, row, extend_form=form), status


# --- What the pages above are made of ----------------------------------------------------------------------


def _row(slug: str, assignment_id: int) -> tuple[Event, Row]:
    event = event_or_404(slug, g.access)
    return event, assignment_queries.assignment_of(event, assignment_id)


def _version() -> int | None:
    return whole(request.form.get("version"))


def _back(slug: str, assignment_id: int) -> Any:
    return redirect(url_for(".show", slug=slug, assignment_id=assignment_id))


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled


def _tell(event: Event) -> None:
    told: list[telling_operations.Told] = []
    if not carry_out(lambda: told.append(telling_operations.tell(event, by=g.user))):
        return
    count, silent = told[0].messages, told[0].without_address
    flash(ngettext("%(num)s agency is written to.", "%(num)s agencies are written to.", count))
    if silent:
        shown = "; ".join(silent[:8]) + ("…" if len(silent) > 8 else "")
        flash(_("Without an e-mail address, to be told otherwise: %(names)s.", names=shown), "warning")


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
