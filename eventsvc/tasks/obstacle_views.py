"""The obstacles of an event: what waits first, one with its decision, raising one for an agency that has called."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import labels, obstacle_operations, obstacle_queries  # noqa: F401  (labels: words)
from eventsvc.tasks.models import Task
from eventsvc.tasks.obstacle_forms import DecisionForm, ObstacleForm
from eventsvc.tasks.obstacle_models import Obstacle, ObstacleState
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import attempt, carry_out, filled, save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("obstacles", __name__, url_prefix="/events/<slug>/obstacles")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event, today = event_or_404(slug, g.access), clock.today()
    filters: dict[str, Any] = {
        "q": search(),
        "state": word(ObstacleState, "state"),
        "overdue": request.args.get("overdue") == "1",
    }
    return render_template(
        "obstacles/index.html",
        event=event,
        page=paginate(obstacle_queries.obstacles_of(event, today, **filters)),
        filters=filters,
        tally=obstacle_queries.tally(event, today),
        rule=obstacle_queries.rule_of(event),
        states=ObstacleState,
        today=today,
        may_edit=_may_edit(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    """What an agency has told us on the telephone or in a report; `task` or `report` in the address say which."""
    event = event_or_404(slug, g.access)
    form, tasks = ObstacleForm(), obstacle_queries.tasks_with_agencies(event)
    form.task.offer(tasks, task_name)
    form.agency.offer(obstacle_queries.charged(event), lambda asked: asked.name)
    report = obstacle_queries.report_of(event, whole(request.args.get("report")) or 0)
    if not form.is_submitted():
        wanted = whole(request.args.get("task")) or (report.period.duty.task_id if report else None)
        form.task.process_data(next((task for task in tasks if task.id == wanted), None))
        form.agency.process_data(report.asked if report else None)
        form.proposal.data = report.proposals if report else None
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        raised: list[Obstacle] = []
        status = attempt(
            form,
            lambda: raised.append(
                obstacle_operations.raise_obstacle(
                    event,
                    words=form.words.data,
                    proposal=form.proposal.data,
                    task=form.task.row,
                    report=report,
                    asked=form.agency.row,
                    by_name=form.by_name.data or None,
                    by=g.user,
                )
            ),
        )
        if status is None:
            flash(_("The obstacle is written down; the time to answer has begun."))
            return redirect(url_for(".show", slug=slug, obstacle_id=raised[0].id))
    return render_template("obstacles/new.html", event=event, form=form, report=report), status


@bp.get("/<int:obstacle_id>")
@requires(Permission.READ_TASKS)
def show(slug, obstacle_id):
    event = event_or_404(slug, g.access)
    obstacle = obstacle_queries.obstacle_of(event, obstacle_id)
    return _page(event, obstacle, filled(DecisionForm(formdata=None), obstacle))


@bp.post("/<int:obstacle_id>/laid")
@requires(Permission.EDIT_TASKS)
def lay(slug, obstacle_id):
    obstacle = obstacle_queries.obstacle_of(event_or_404(slug, g.access), obstacle_id)
    carry_out(
        lambda: obstacle_operations.lay_before_leaders(obstacle, by=g.user),
        _("Written down: it has been laid before the leaders."),
    )
    return redirect(url_for(".show", slug=slug, obstacle_id=obstacle_id))


@bp.post("/<int:obstacle_id>/decision")
@requires(Permission.EDIT_TASKS)
def decide(slug, obstacle_id):
    event = event_or_404(slug, g.access)
    obstacle, form = obstacle_queries.obstacle_of(event, obstacle_id), DecisionForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: obstacle_operations.decide_obstacle(
            obstacle, form.decision.data, version=form.version.data, by=g.user
        ),
        lambda: filled(DecisionForm(formdata=None), obstacle),
    )
    if is_saved:
        flash(_("The decision is written down; the agency reads it on its page."))
        return redirect(url_for(".show", slug=slug, obstacle_id=obstacle_id))
    return _page(event, obstacle, form, conflict), status


@bp.post("/<int:obstacle_id>/withdraw")
@requires(Permission.EDIT_TASKS)
def withdraw(slug, obstacle_id):
    obstacle = obstacle_queries.obstacle_of(event_or_404(slug, g.access), obstacle_id)
    carry_out(
        lambda: obstacle_operations.withdraw_obstacle(obstacle, by=g.user), _("The obstacle is withdrawn.")
    )
    return redirect(url_for(".show", slug=slug, obstacle_id=obstacle_id))


def task_name(task: Task) -> str:
    """A task in one line of a list to choose from."""
    words = task.text if len(task.text) <= 110 else f"{task.text[:109]}…"
    return f"{task.key}. {words}" if task.key else words


def _page(event: Event, obstacle: Obstacle, form: DecisionForm, conflict: Any = None) -> str:
    return render_template(
        "obstacles/show.html",
        event=event,
        obstacle=obstacle,
        form=form,
        conflict=conflict,
        is_open=obstacle.state in obstacle_operations.OPEN,
        states=ObstacleState,
        today=clock.today(),
        may_edit=_may_edit(event),
    )


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
