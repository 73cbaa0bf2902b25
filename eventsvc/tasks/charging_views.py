"""Charging agencies with tasks: what the lines of a plan mean, doing it, writing and reminding."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import (
    assignment_operations,
    labels,  # noqa: F401  (registers the words)
    preview_queries,
    queries,
    telling_operations,
)
from eventsvc.tasks.forms import ChargeForm, ReminderDaysForm
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("charging", __name__, url_prefix="/events/<slug>/charging")


@bp.route("", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def index(slug):
    """What expanding the lines of the tasks would do, and doing it. With `task`, of one task alone."""
    event = event_or_404(slug, g.access)
    task_id = whole(request.values.get("task"))
    tasks = [queries.task_of(event, task_id)] if task_id else preview_queries.open_tasks(event)
    preview = preview_queries.preview(event, tasks)
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
            url_for("tasks.show", slug=slug, task_id=task_id)
            if task_id
            else url_for("assignments.index", slug=slug)
        )
    return render_template(
        "charging/index.html",
        event=event,
        task=tasks[0] if task_id else None,
        preview=preview,
        form=ChargeForm(formdata=None),
        named_line=preview.line_to_name,
    )


@bp.post("/tasks/<int:task_id>/lines/<int:line_id>")
@requires(Permission.EDIT_TASKS)
def by_name(slug, task_id, line_id):
    """Agencies that a line does not spell out, one a line of the form."""
    event = event_or_404(slug, g.access)
    task, form = queries.task_of(event, task_id), ChargeForm()
    line = preview_queries.line_of(task, line_id)
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
    preview = preview_queries.preview(event, [task])
    return render_template(
        "charging/index.html", event=event, task=task, preview=preview, form=form, named_line=line
    ), 422


@bp.post("/tell")
@requires(Permission.EDIT_TASKS)
def tell(slug):
    """Write to the agencies that have tasks nobody has told them of."""
    event = event_or_404(slug, g.access)
    _tell(event)
    return redirect(url_for("assignments.index", slug=slug))


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
                return redirect(url_for("assignments.index", slug=slug))
            status = refused
    return render_template("charging/reminders.html", event=event, form=form, days=days), status


# --- What the pages above are made of ---------------------------------------------------------------------


def _tell(event: Event) -> None:
    told: list[telling_operations.Told] = []
    if not carry_out(lambda: told.append(telling_operations.tell(event, by=g.user))):
        return
    count, silent, unlinked = told[0].messages, told[0].without_address, told[0].link_taken_back
    flash(ngettext("%(num)s agency is written to.", "%(num)s agencies are written to.", count))
    if silent:
        words = _("Without an e-mail address, to be told otherwise: %(names)s.", names=_some(silent))
        flash(words, "warning")
    if unlinked:
        words = _(
            "Not written to, because their link is taken back; give them a link again first: %(names)s.",
            names=_some(unlinked),
        )
        flash(words, "warning")


def _some(names: Sequence[str], most: int = 8) -> str:
    return "; ".join(names[:most]) + ("…" if len(names) > most else "")
