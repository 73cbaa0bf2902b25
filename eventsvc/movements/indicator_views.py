"""The indicators of a plan in its order: what is to be reached, what is reached."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import indicator_operations as operations
from eventsvc.movements import labels, target_chart  # noqa: F401  (labels: words)
from eventsvc.movements import target_queries as queries
from eventsvc.movements.indicator_forms import IndicatorForm
from eventsvc.movements.target_views import chart_of, may_edit
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("indicators", __name__, url_prefix="/events/<slug>/indicators")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    indicators = queries.indicators_of(event)
    return render_template(
        "indicators/index.html",
        event=event,
        indicators=indicators,
        states=queries.states([target for row in indicators for target in row.targets]),
        chart_of=chart_of,
        may_edit=may_edit(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = IndicatorForm.of(event, None)
    status: int | None = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.add_indicator(event, form.values, by=g.user))
        if status is None:
            flash(_("The indicator is added."))
            return redirect(url_for(".index", slug=slug))
    page = render_template(
        "indicators/edit.html", event=event, indicator=None, form=form, conflict=None, may_edit=True
    )
    return page, status


@bp.route("/<int:indicator_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, indicator_id):
    event = event_or_404(slug, g.access)
    indicator = queries.indicator_of(event, indicator_id)
    form = IndicatorForm.of(event, indicator)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_indicator(indicator, form.values, version=form.version.data, by=g.user),
        lambda: IndicatorForm.of(event, indicator, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug, _anchor=f"indicator-{indicator.id}"))
    page = render_template(
        "indicators/edit.html", event=event, indicator=indicator, form=form, conflict=conflict, may_edit=True
    )
    return page, status


@bp.post("/<int:indicator_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, indicator_id):
    event = event_or_404(slug, g.access)
    indicator = queries.indicator_of(event, indicator_id)
    carry_out(
        lambda: operations.remove_indicator(indicator, by=g.user),
        _("The indicator is removed."),
    )
    return redirect(url_for(".index", slug=slug))
