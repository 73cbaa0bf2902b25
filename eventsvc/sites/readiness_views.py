"""Changing what the sites must reach by when: the rules, one by one, the usual ones, those of another event."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.sites import (
    copy_queries,
    labels,  # noqa: F401  (registers the words)
    readiness_operations,
    readiness_queries,
    reminder_operations,  # noqa: F401  (registers the job)
)
from eventsvc.sites.readiness_forms import RuleForm
from eventsvc.sites.views import whole_event_or_404
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("readiness_rules", __name__, url_prefix="/events/<slug>/readiness/rules")


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new(slug):
    event = whole_event_or_404(slug)
    form = RuleForm()
    status: Any = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: readiness_operations.add_rule(event, form.columns, by=g.user))
        if status is None:
            flash(_("The rule is added."))
            return _back(slug)
    return render_template("readiness/rule.html", event=event, form=form, rule=None, conflict=None), status


@bp.route("/<int:readiness_rule_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit(slug, readiness_rule_id):
    event = whole_event_or_404(slug)
    rule = readiness_queries.rule_of(event, readiness_rule_id)
    form = RuleForm(rule)
    is_saved, status, conflict = save_form(
        form,
        lambda: readiness_operations.edit_rule(rule, form.columns, version=form.version.data, by=g.user),
        lambda: RuleForm(rule, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return _back(slug)
    return render_template(
        "readiness/rule.html", event=event, form=form, rule=rule, conflict=conflict
    ), status


@bp.post("/<int:readiness_rule_id>/remove")
@requires(Permission.EDIT_SITES)
def remove(slug, readiness_rule_id):
    event = whole_event_or_404(slug)
    readiness_operations.remove_rule(readiness_queries.rule_of(event, readiness_rule_id), by=g.user)
    flash(_("The rule is removed."))
    return _back(slug)


@bp.post("/usual")
@requires(Permission.EDIT_SITES)
def use_usual(slug):
    event = whole_event_or_404(slug)
    made = readiness_operations.use_usual_rules(event, by=g.user)
    if made:
        flash(ngettext("%(num)s rule is laid down.", "%(num)s rules are laid down.", made))
    else:
        flash(_("This event has rules already."), "info")
    return _back(slug)


@bp.post("/copy")
@requires(Permission.EDIT_SITES)
def copy(slug):
    """The rules of another event of the host, in the place of this one's."""
    event = whole_event_or_404(slug)
    source = copy_queries.source_of(event, request.form.get("source", ""), g.access)
    if source is None:
        flash(_("Choose the event whose rules you want."), "error")
        return _back(slug)
    carry_out(
        lambda: readiness_operations.copy_rules(event, source, by=g.user),
        _("The rules are those of the other event now."),
    )
    return _back(slug)


def _back(slug: str) -> Any:
    return redirect(url_for("readiness.index", slug=slug))
