"""The estimates of all agencies on the page of the department of finance: look, approve, send back, settle."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.budgets import estimate_operations as operations
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets import labels  # noqa: F401  (words)
from eventsvc.budgets.estimate_forms import ApproveForm, SendBackForm, SettleForm
from eventsvc.budgets.estimate_page_views import page_values, save_about
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.budgets.queries import sources_of
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.web.arguments import search, word

bp = Blueprint("own_finance", __name__, url_prefix="/o/<token>/estimates")
own_pages(bp)
own_page("own_finance.page", _l("Estimates to approve"), queries.approves)


@bp.get("")
@public
def page(token):
    asked = asked_by_link(token)
    if not queries.approves(asked):
        raise Gone(404)
    event, today = asked.event, clock.today()
    filters = {"q": search(), "wanted": word(queries.Standing, "standing")}
    rows = db.session.scalars(queries.estimates_of(event, today, **filters)).all()
    return render_template(
        "estimates/finance.html",
        asked=asked,
        event=event,
        token=token,
        rows=rows,
        sums=queries.by_estimate(rows),
        zero=queries.Totals(),
        total=queries.total_of(event, today, **filters),
        listed=queries.by_source(event),
        figures=queries.figures(event, today),
        filters=filters,
        standing=lambda row: queries.standing(row, today),
        standings=queries.Standing,
    )


@bp.get("/<int:estimate_id>")
@public
def look(token, estimate_id):
    asked, estimate = _found(token, estimate_id)
    values = page_values(asked.event, estimate, may_edit=_may_edit(asked, estimate))
    return _shown(token, asked, values)


@bp.post("/<int:estimate_id>/approve")
@few
@public
def approve(token, estimate_id):
    asked, estimate = _found(token, estimate_id)
    form = ApproveForm(estimate, sources_of(asked.event))
    return _saved(
        token,
        asked,
        estimate,
        form,
        lambda: operations.approve_estimate(
            estimate,
            form.values,
            approved_by=form.approved_by.data,
            despite=form.despite.data,
            version=form.version.data,
            by=asked,
        ),
        _("The estimate is approved."),
    )


@bp.post("/<int:estimate_id>/return")
@few
@public
def send_back(token, estimate_id):
    asked, estimate = _found(token, estimate_id)
    form = SendBackForm()
    return _saved(
        token,
        asked,
        estimate,
        form,
        lambda: operations.send_back(estimate, remark=form.remark.data, version=form.version.data, by=asked),
        _("The estimate is sent back."),
    )


@bp.post("/<int:estimate_id>/settle")
@few
@public
def settle(token, estimate_id):
    asked, estimate = _found(token, estimate_id)
    form = SettleForm()
    return _saved(
        token,
        asked,
        estimate,
        form,
        lambda: operations.settle(
            estimate,
            day=form.settled_on.data,
            paper=form.settlement_paper.data,
            version=form.version.data,
            by=asked,
        ),
        _("The estimate is settled."),
    )


def _found(token: str, estimate_id: int) -> tuple[OrganizationInvitation, BudgetEstimate]:
    asked = asked_by_link(token)
    try:
        return asked, queries.to_approve(asked, estimate_id)
    except NotFound:
        raise Gone(404) from None


def _may_edit(asked: OrganizationInvitation, estimate: BudgetEstimate) -> bool:
    """Not its own: that one is the organizer's to approve."""
    return not asked.event.is_cancelled and estimate.organization_invitation_id != asked.id


def _saved(
    token: str, asked: OrganizationInvitation, estimate: BudgetEstimate, form: Any, save: Any, said: str
) -> Any:
    may_edit = _may_edit(asked, estimate)
    is_saved, values, status = save_about(asked.event, estimate, form, save, may_edit=may_edit)
    if is_saved:
        flash(said)
        return redirect(url_for(".look", token=token, estimate_id=estimate.id))
    return _shown(token, asked, values), status


def _shown(token: str, asked: OrganizationInvitation, values: dict[str, Any]) -> str:
    said = values["approve_form"].approved_by
    if (
        not said.raw_data
        and said.data == values["estimate"].approved_by
        and asked.name not in (said.data or "")
    ):
        said.data = asked.name  # whoever approves now, whoever did before
    return render_template("estimates/finance_estimate.html", asked=asked, token=token, **values)
