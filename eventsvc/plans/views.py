"""An event from a plan file: choose, look at what will be made, confirm. And back to a file."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import DomainError
from eventsvc.events.models import EventKind
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import part_of
from eventsvc.organizations.models import Organization
from eventsvc.plans import operations, queries
from eventsvc.plans.following_queries import own_words
from eventsvc.plans.forms import AchievementForm, ConfirmPlanForm, PlanFileForm
from eventsvc.plans.parsing import PlanRefused
from eventsvc.tasks import (
    achievement_operations,
    achievement_queries,
    achievements,
    deadline_queries,
    wording,
)
from eventsvc.tasks.deadlines import first_deadline
from eventsvc.tasks.models import Task
from eventsvc.web.edits import carry_out
from eventsvc.web.uploads import takes_files

bp = Blueprint("plans", __name__)


@bp.route("/plans/new", methods=["GET", "POST"])
@requires(Permission.CREATE_EVENT)
@takes_files
def new():
    form = PlanFileForm()
    if not form.validate_on_submit():
        return render_template("plans/new.html", form=form, problems=[]), 422 if form.is_submitted() else 200
    content = form.content
    try:
        outcome = operations.preview_plan(content, as_of=form.as_of.data, may_host=_may_host(), by=g.user)
    except PlanRefused as refusal:
        return render_template("plans/new.html", form=form, problems=refusal.problems), 422
    except DomainError as refusal:
        form.form_errors.append(str(refusal))
        return render_template("plans/new.html", form=form, problems=[]), refusal.status
    confirm = ConfirmPlanForm(formdata=None, content=content.decode("utf-8-sig"), as_of=form.as_of.data)
    return render_template("plans/preview.html", outcome=outcome, form=confirm)


@bp.post("/plans")
@requires(Permission.CREATE_EVENT)
@takes_files
def load():
    """The file as it was previewed; checked again, for it has been in the browser."""
    form = ConfirmPlanForm()
    if not form.validate_on_submit():
        again = PlanFileForm(formdata=None)
        again.form_errors = [error for errors in form.errors.values() for error in errors]
        return render_template("plans/new.html", form=again, problems=[]), 422
    try:
        outcome = operations.load_plan(
            form.content.data.encode(), update=True, as_of=form.as_of.data, may_host=_may_host(), by=g.user
        )
    except PlanRefused as refusal:
        again = PlanFileForm(formdata=None)
        return render_template("plans/new.html", form=again, problems=refusal.problems), 422
    _say(outcome)
    to_be_dated = outcome.created and outcome.is_campaign
    return redirect(url_for("roadshow.index" if to_be_dated else "events.show", slug=outcome.slugs[0]))


@bp.get("/events/<slug>/plan")
@requires(Permission.READ_TASKS)
def show(slug):
    event = event_or_404(slug, g.access)
    items = achievement_queries.plan_items(event)
    likely = achievement_queries.proposals(event, items)
    fixed = deadline_queries.anchors(event)
    lines = [
        (
            task,
            achievements.of(task, first_deadline(task, fixed)),
            likely.get(task.id),
            task.deadline_text or wording.due_words(task) or "–",
        )
        for task in items
    ]
    words = own_words(event)
    words["told"] = queries.present(event) if event.kind is EventKind.CAMPAIGN else None
    return render_template("plans/show.html", event=event, items=lines, **words)


@bp.post("/events/<slug>/plan/items/<int:task_id>/achieved-by")
@requires(Permission.EDIT_TASKS)
def confirm_achievement(slug, task_id):
    """One press: the event, or the ritual in it, that was proposed achieves the item."""
    event = event_or_404(slug, g.access)
    task = part_of(event, Task, task_id)
    proposal = achievement_queries.proposals(event, [task]).get(task.id)
    form = AchievementForm(proposal)
    if proposal is None or not form.validate_on_submit():
        flash(_("The proposal has changed in the meantime. Look at it again."), "error")
        return redirect(url_for(".show", slug=slug))
    carry_out(
        lambda: achievement_operations.confirm_achievement(
            task, proposal.event, proposal.ritual, version=form.version.data, by=g.user
        ),
        _("Noted: %(event)s achieves this item.", event=proposal.event.short_title),
    )
    return redirect(url_for(".show", slug=slug, _anchor=f"item-{task.id}"))


@bp.get("/events/<slug>/plan.yaml")
@requires(Permission.READ_TASKS)
def dump(slug):
    event = event_or_404(slug, g.access)
    headers = {"Content-Disposition": f'attachment; filename="{event.slug}.yaml"'}
    return Response(queries.as_yaml(event), mimetype="application/yaml", headers=headers)


def _may_host() -> Callable[[Organization], bool]:
    """Organizations whose events the user makes."""
    allowed = g.access.organization_ids
    return lambda host: host.id in allowed


def _say(outcome: operations.Outcome) -> None:
    if outcome.created and outcome.is_campaign:
        flash(_("The campaign is made from the plan, with its finale. Next: the days of the clusters."))
    elif outcome.created and not outcome.is_gathering:
        flash(_("The plan is taken up with its tasks. Next: charge the agencies with them."))
    elif outcome.created:
        flash(_("The event is made from the plan. Next: its time, and the notice on personal data."))
    elif not outcome.differences:
        flash(_("Nothing has changed in the file."), "info")
    else:
        flash(
            _(
                "%(taken)s changes taken up; %(kept)s edited here were kept.",
                taken=len(outcome.taken),
                kept=len(outcome.kept),
            )
        )
