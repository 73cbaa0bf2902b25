"""More time: what agencies have asked for, and giving it to all."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import extension_operations, labels, queries  # noqa: F401  (labels registers the words)
from eventsvc.tasks.forms import DecisionForm, ExtendForm
from eventsvc.web.edits import TOO_LATE, attempt

bp = Blueprint("extensions", __name__, url_prefix="/events/<slug>/extensions")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    """What waits for a decision, oldest first."""
    return _page(event_or_404(slug, g.access))


@bp.post("/<int:extension_id>/grant")
@requires(Permission.EDIT_TASKS)
def grant(slug, extension_id):
    event = event_or_404(slug, g.access)
    extension, form, status = (
        queries.extension_of(event, extension_id),
        DecisionForm(prefix=_prefix(extension_id)),
        422,
    )
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: extension_operations.grant(
                extension,
                until=form.until.data,
                remark=form.remark.data,
                for_all=form.audience.data == "all",
                version=form.version.data,
                by=g.user,
            ),
        )
        if refused is None:
            flash(_("More time is given."))
            return redirect(url_for(".index", slug=slug))
        status = refused
        if refused == TOO_LATE:  # it is shown as it stands now, so that pressing once more is a decision
            form.version.data = extension.version
    return _page(event, extension_id, form), status


@bp.post("/<int:extension_id>/refuse")
@requires(Permission.EDIT_TASKS)
def refuse(slug, extension_id):
    event = event_or_404(slug, g.access)
    extension, form, status = (
        queries.extension_of(event, extension_id),
        DecisionForm(prefix=_prefix(extension_id)),
        422,
    )
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: extension_operations.refuse(
                extension, remark=form.remark.data, version=form.version.data, by=g.user
            ),
        )
        if refused is None:
            flash(_("The last day stays."))
            return redirect(url_for(".index", slug=slug))
        status = refused
        if refused == TOO_LATE:  # it is shown as it stands now, so that pressing once more is a decision
            form.version.data = extension.version
    return _page(event, extension_id, form), status


@bp.route("/tasks/<int:task_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def for_all(slug, task_id):
    """More time for everybody who has the task; the first deadline stays to be seen."""
    event = event_or_404(slug, g.access)
    task = queries.task_of(event, task_id)
    form = ExtendForm(data={"version": task.version})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        refused = attempt(
            form,
            lambda: extension_operations.extend(
                task, form.until.data, form.reason.data, version=form.version.data, by=g.user
            ),
        )
        if refused is None:
            flash(_("The last day is now %(day)s.", day=f"{form.until.data:%d/%m/%Y}"))
            return redirect(url_for("tasks.show", slug=slug, task_id=task_id))
        status = refused
        if refused == TOO_LATE:  # it is shown as it stands now, so that pressing once more is a decision
            form.version.data = task.version
    return render_template(
        "extensions/for_all.html",
        event=event,
        task=task,
        form=form,
        last_day=extension_operations.due_day_of(task),
    ), status


def _page(event: Event, refused_id: int | None = None, sent: DecisionForm | None = None) -> str:
    """Every request with its form; the one that was refused keeps what was typed."""
    waiting = queries.open_extensions(event)
    forms = {
        row.id: sent
        if sent is not None and row.id == refused_id
        else DecisionForm(
            formdata=None, prefix=_prefix(row.id), data={"version": row.version, "until": row.until}
        )
        for row in waiting
    }
    return render_template(
        "extensions/index.html",
        event=event,
        extensions=waiting,
        forms=forms,
        refused_id=refused_id,
        may_edit=g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled,
        today=clock.today(),
    )


def _prefix(extension_id: int) -> str:
    """Every request has a form of its own on the page."""
    return f"request{extension_id}-"
