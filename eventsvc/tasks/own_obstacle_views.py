"""What an organization has raised, on its own page: raise, read the decision, withdraw."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.nominations.access import asked_by_link, few, own_page, own_pages
from eventsvc.tasks import labels, obstacle_operations, obstacle_queries  # noqa: F401  (labels: words)
from eventsvc.tasks.obstacle_forms import OwnObstacleForm
from eventsvc.tasks.obstacle_models import ObstacleState
from eventsvc.tasks.obstacle_views import task_name
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("own_obstacles", __name__, url_prefix="/o/<token>/obstacles")
own_pages(bp)
own_page(
    "own_obstacles.index",
    _l("Obstacles"),
    lambda asked: bool(obstacle_queries.own_tasks(asked) or obstacle_queries.own_obstacles(asked)),
)


@bp.get("")
@public
def index(token):
    asked = asked_by_link(token)
    return render_template(
        "obstacles/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        obstacles=obstacle_queries.own_obstacles(asked),
        states=ObstacleState,
        today=clock.today(),
    )


@bp.route("/new", methods=["GET", "POST"])
@few
@public
def new(token):
    """`task` or `report` in the address say what it stands in the way of."""
    asked = asked_by_link(token)
    form, tasks = OwnObstacleForm(), obstacle_queries.own_tasks(asked)
    form.task.offer(tasks, task_name)
    report = obstacle_queries.own_report(asked, whole(request.args.get("report")) or 0)
    if not form.is_submitted():
        wanted = whole(request.args.get("task")) or (report.period.duty.task_id if report else None)
        form.task.process_data(next((task for task in tasks if task.id == wanted), None))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: obstacle_operations.raise_obstacle(
                asked.event,
                words=form.words.data,
                proposal=form.proposal.data,
                task=form.task.row,
                report=report,
                asked=asked,
                by_name=form.by_name.data or asked.contact_name,
                by=asked,
            ),
        )
        if status is None:
            flash(_("Your difficulty has been passed on; the answer will stand on this page."))
            return redirect(url_for(".index", token=token))
    return render_template(
        "obstacles/own_new.html", asked=asked, event=asked.event, token=token, form=form
    ), status


@bp.post("/<int:obstacle_id>/withdraw")
@few
@public
def withdraw(token, obstacle_id):
    obstacle = obstacle_queries.own_obstacle(asked_by_link(token), obstacle_id)
    carry_out(
        lambda: obstacle_operations.withdraw_obstacle(obstacle, by=obstacle.asked),
        _("The obstacle is withdrawn."),
    )
    return redirect(url_for(".index", token=token))
