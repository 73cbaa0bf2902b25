"""The movement that follows an event: target, skills, report, training, money."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import (
    guidance_queries,
    labels,  # noqa: F401  (words)
    operations,
    queries,
    training_queries,
)
from eventsvc.movements.forms import BudgetForm, MovementForm, TrainingForm
from eventsvc.web.edits import save_form

bp = Blueprint("movements", __name__, url_prefix="/events/<slug>/movement")


@bp.get("")
@requires(Permission.READ_TASKS)
def show(slug):
    event = event_or_404(slug, g.access)
    return render_template(
        "movements/show.html",
        event=event,
        movement=queries.movement_of(event),
        training=queries.training_of(event),
        budget=queries.budget_of(event),
        guided=guidance_queries.figures(event),
        trained=training_queries.figures(event),
    )


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug):
    event = event_or_404(slug, g.access)
    movement = queries.movement_of(event)
    form = MovementForm.of(movement)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.save_movement(
            event, form.changes, form.target, form.skills.lines, version=form.version.data, by=g.user
        ),
        lambda: MovementForm.of(queries.movement_of(event), formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug))
    return render_template("movements/edit.html", event=event, form=form, conflict=conflict), status


@bp.route("/training", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def training(slug):
    event = event_or_404(slug, g.access)
    form = TrainingForm.of(queries.training_of(event))
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.save_training(
            event, form.changes, form.learners, version=form.version.data, by=g.user
        ),
        lambda: TrainingForm.of(queries.training_of(event), formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, _anchor="training"))
    return render_template("movements/training.html", event=event, form=form, conflict=conflict), status


@bp.route("/budget/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def add_budget(slug):
    event = event_or_404(slug, g.access)
    form = BudgetForm.of(None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        operations.add_budget_source(event, form.values, by=g.user)
        flash(_("The source is added."))
        return redirect(url_for(".show", slug=slug, _anchor="budget"))
    return render_template(
        "movements/budget.html", event=event, source=None, form=form, conflict=None
    ), status


@bp.route("/budget/<int:source_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def budget(slug, source_id):
    event = event_or_404(slug, g.access)
    source = queries.budget_source_of(event, source_id)
    form = BudgetForm.of(source)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_budget_source(source, form.values, version=form.version.data, by=g.user),
        lambda: BudgetForm.of(source, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, _anchor="budget"))
    page = render_template("movements/budget.html", event=event, source=source, form=form, conflict=conflict)
    return page, status


@bp.post("/budget/<int:source_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_budget(slug, source_id):
    event = event_or_404(slug, g.access)
    operations.remove_budget_source(queries.budget_source_of(event, source_id), by=g.user)
    flash(_("The source is removed."))
    return redirect(url_for(".show", slug=slug, _anchor="budget"))
