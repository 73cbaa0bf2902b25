"""The tasks of an event, agency by agency."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import labels, operations, queries  # noqa: F401  (labels registers the words)
from eventsvc.tasks.deadlines import last_day, pressure
from eventsvc.tasks.forms import TaskForm
from eventsvc.tasks.models import Task, TaskKind
from eventsvc.web.edits import attempt, save_form

bp = Blueprint("tasks", __name__, url_prefix="/events/<slug>/tasks")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    tasks = queries.tasks_of(event)
    today = clock.today()
    return render_template(
        "tasks/index.html",
        event=event,
        tasks=tasks,
        assignments=queries.by_agency(tasks),
        pressures={task.id: pressure(last_day(task), today, task.state) for task in tasks},
        follow_up=queries.tasks_of(event, TaskKind.FOLLOW_UP),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = TaskForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        tasks: list[Task] = []
        refused = attempt(form, lambda: tasks.append(operations.add_task(event, form.details, by=g.user)))
        if refused is None:
            flash(_("The task is added."))
            return redirect(url_for(".index", slug=slug, _anchor=f"task-{tasks[0].id}"))
        status = refused
    return render_template("tasks/edit.html", event=event, task=None, form=form, conflict=None), status


@bp.route("/<int:task_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, task_id):
    event = event_or_404(slug, g.access)
    task = queries.assignment_of(event, task_id)
    form = TaskForm(task)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_task(task, form.details, version=form.version.data, by=g.user),
        lambda: TaskForm(task, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug, _anchor=f"task-{task_id}"))
    return render_template("tasks/edit.html", event=event, task=task, form=form, conflict=conflict), status


@bp.post("/<int:task_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, task_id):
    event = event_or_404(slug, g.access)
    operations.remove_task(queries.assignment_of(event, task_id), by=g.user)
    flash(_("The task is removed."))
    return redirect(url_for(".index", slug=slug))
