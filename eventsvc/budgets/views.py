"""The money of an event: where it comes from."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.budgets import estimate_queries as estimates
from eventsvc.budgets import operations, queries
from eventsvc.budgets.forms import SourceForm
from eventsvc.events.permissions import event_or_404
from eventsvc.web.edits import carry_out, save_form

bp = Blueprint("budgets", __name__, url_prefix="/events/<slug>/budget")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    listed = estimates.by_source(event)
    return render_template(
        "budgets/index.html",
        event=event,
        listed=listed,
        total=estimates.in_all(listed),
        given=estimates.given(listed),
        left=estimates.left(listed),
        figures=estimates.figures(event, clock.today()),
    )


@bp.route("/sources/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new_source(slug):
    event = event_or_404(slug, g.access)
    form = SourceForm.of(None)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        operations.add_source(event, form.values, by=g.user)
        flash(_("The source is added."))
        return redirect(url_for(".index", slug=slug))
    return render_template("budgets/source.html", event=event, source=None, form=form, conflict=None), status


@bp.route("/sources/<int:source_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def source(slug, source_id):
    event = event_or_404(slug, g.access)
    row = queries.source_of(event, source_id)
    form = SourceForm.of(row)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_source(row, form.values, version=form.version.data, by=g.user),
        lambda: SourceForm.of(row, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    page = render_template("budgets/source.html", event=event, source=row, form=form, conflict=conflict)
    return page, status


@bp.post("/sources/<int:source_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_source(slug, source_id):
    event = event_or_404(slug, g.access)
    row = queries.source_of(event, source_id)
    carry_out(lambda: operations.remove_source(row, by=g.user), _("The source is removed."))
    return redirect(url_for(".index", slug=slug))
