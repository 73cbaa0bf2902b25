"""The tasks of an agency on its own page, without an account: receive, report, ask for more time."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.extensions import csrf
from eventsvc.files import operations as files
from eventsvc.files import queries as files_queries
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.operations import stop_reminders
from eventsvc.tasks import (
    answer_operations,
    assignment_queries,
    extension_operations,
    labels,  # noqa: F401  (registers the words)
    queries,
    wording,
)
from eventsvc.tasks.answer_forms import AnswerForm, MoreTimeForm
from eventsvc.tasks.deadlines import pressure
from eventsvc.tasks.filters import ANSWERED, FINISHED, Row
from eventsvc.tasks.models import AssignmentState, TaskState
from eventsvc.web.arguments import version_seen
from eventsvc.web.downloads import download
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.uploads import is_too_large, takes_files_up_to

bp = Blueprint("own_tasks", __name__, url_prefix="/o/<token>/tasks")
own_pages(bp)
own_page("own_tasks.index", _l("Tasks"), assignment_queries.has_tasks)


@bp.get("")
@public
def index(token):
    asked = asked_by_link(token)
    rows = assignment_queries.of_agency(asked, also_left=False)
    if not rows and not assignment_queries.has_tasks(asked):
        raise Gone(404)
    today = clock.today()
    return render_template(
        "own_tasks/index.html",
        asked=asked,
        event=asked.event,
        token=token,
        rows=rows,
        pressures={
            row.assignment.id: pressure(row.last_day, today, row.assignment.task.state) for row in rows
        },
        finished=FINISHED,
        waiting=sum(_is_waiting(row) for row in rows),
    )


@bp.get("/<int:assignment_id>")
@public
def show(token, assignment_id):
    asked, row = _row(token, assignment_id)
    return _page(asked, token, row)


@bp.post("/<int:assignment_id>/receive")
@few
@public
def receive(token, assignment_id):
    """One press: the agency has the task."""
    asked, row = _row(token, assignment_id)
    carry_out(
        lambda: answer_operations.receive(row.assignment, version=version_seen(), by=asked),
        _("Thank you. The organizers see that you have the task."),
    )
    return redirect(url_for(".show", token=token, assignment_id=assignment_id))


@bp.post("/<int:assignment_id>/answer")
@few
@takes_files_up_to("FILE_LIMIT")
@public
def answer(token, assignment_id):
    asked, row = _row(token, assignment_id)
    form = AnswerForm()
    if is_too_large():
        form.file.errors = [str(files.too_large(current_app.config["FILE_LIMIT"]))]
        return _page(asked, token, row, answer_form=form), 413
    status = 422
    if form.validate_on_submit():
        refused = attempt(form, lambda: form.save(row.assignment, by=asked))
        if refused is None:
            flash(_("Thank you. Your answer is recorded."))
            return redirect(url_for(".show", token=token, assignment_id=assignment_id))
        status = refused
    return _page(asked, token, row, answer_form=form), status


@bp.post("/<int:assignment_id>/more-time")
@few
@public
def more_time(token, assignment_id):
    asked, row = _row(token, assignment_id)
    form, status = MoreTimeForm(), 422
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: extension_operations.ask(
                row.assignment,
                form.until.data,
                form.reason.data,
                version=form.version.data,
                by_name=form.by_name.data,
                by=asked,
            ),
        )
        if refused is None:
            flash(_("The organizers will decide on more time and write to you."))
            return redirect(url_for(".show", token=token, assignment_id=assignment_id))
        status = refused
    return _page(asked, token, row, time_form=form), status


@bp.get("/<int:assignment_id>/papers/<int:task_paper_id>")
@public
def paper(token, assignment_id, task_paper_id):
    _asked, row = _row(token, assignment_id)
    papers = assignment_queries.papers_shown_to(row.assignment)
    kept = next((each.file for each in papers if each.id == task_paper_id), None)
    if kept is None:
        raise Gone(404)
    path = files_queries.path_of(kept)
    return download(path, name=kept.name, media_type=kept.media_type, etag=kept.sha256)


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = asked_by_link(token)
    if request.method == "POST":
        stop_reminders(asked)
    return render_template("own_tasks/stop.html", asked=asked, event=asked.event, token=token)


# --- What the pages above are made of ----------------------------------------------------------------------


def _row(token: str, assignment_id: int) -> tuple[OrganizationInvitation, Row]:
    asked = asked_by_link(token)
    row = assignment_queries.own_assignment(asked, assignment_id)
    if row is None:
        raise Gone(404)
    return asked, row


def _is_waiting(row: Row) -> bool:
    task = row.assignment.task
    return task.state is TaskState.OPEN and row.assignment.state not in ANSWERED


def _page(
    asked: OrganizationInvitation,
    token: str,
    row: Row,
    *,
    answer_form: AnswerForm | None = None,
    time_form: MoreTimeForm | None = None,
) -> str:
    assignment, task = row.assignment, row.assignment.task
    today = clock.today()
    for sent in (answer_form, time_form):
        if sent is not None:
            sent.version.data = (
                assignment.version
            )  # what was said meanwhile stands on the page above the form
    is_open = task.state is TaskState.OPEN and assignment.left_at is None and not asked.event.is_cancelled
    version: dict[str, Any] = {"version": assignment.version, "by_name": asked.contact_name}
    return render_template(
        "own_tasks/show.html",
        asked=asked,
        event=asked.event,
        token=token,
        assignment=assignment,
        task=task,
        last_day=row.last_day,
        first_words=wording.due_words(task),
        pressure=pressure(row.last_day, today, task.state),
        is_open=is_open,
        is_new=assignment.state in (AssignmentState.ASSIGNED, AssignmentState.DECLINED),
        is_settled=assignment.state is AssignmentState.ACCEPTED,
        entries=assignment_queries.shown_to(assignment),
        papers=assignment_queries.papers_shown_to(assignment),
        extensions=queries.extensions_of(task, assignment),
        answer_form=answer_form or AnswerForm(formdata=None, data={**version, "saying": "done"}),
        time_form=time_form or MoreTimeForm(formdata=None, data=version),
    )
