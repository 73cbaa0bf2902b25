"""The movement that follows an event: target, skills, report, training."""

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
from eventsvc.movements.forms import MovementForm, TrainingForm
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
