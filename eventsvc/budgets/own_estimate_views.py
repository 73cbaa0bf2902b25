"""The estimate of an agency, on its own page: enter the lines, hand in, see what is approved, say what was spent."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.budgets import estimate_operations as operations
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets import labels  # noqa: F401  (words)
from eventsvc.budgets.amounts import sentence_of_amount
from eventsvc.budgets.estimate_forms import EstimateForm, SpentForm
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.budgets.queries import sources_of
from eventsvc.errors import NotFound
from eventsvc.extensions import csrf
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.operations import stop_reminders
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState
from eventsvc.web.edits import save_form

bp = Blueprint("own_estimate", __name__, url_prefix="/o/<token>/estimate")
own_pages(bp)
own_page("own_estimate.page", _l("Our estimate"), lambda asked: queries.own_estimate(asked) is not None)

MORE = ("more", "paste", "reckon")


@bp.get("")
@public
def page(token):
    asked, estimate = _own(token)
    return _page(token, asked, estimate)


@bp.post("/lines")
@few
@public
def enter(token):
    asked, estimate = _own(token)
    sources = sources_of(asked.event)
    form = EstimateForm(estimate, sources)
    deed = request.form.get("do", "")
    if deed in MORE:
        return _page(token, asked, estimate, form.with_more_rows())
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.save_lines(
            estimate,
            form.values,
            is_final=deed != "keep",
            note=form.note.data,
            by_name=form.by_name.data,
            version=form.version.data,
            by=asked,
        ),
        lambda: EstimateForm(estimate, sources, formdata=None),
    )
    if is_saved:
        flash(_("Kept. Nothing is handed in yet.") if deed == "keep" else _("The estimate is handed in."))
        return redirect(url_for(".page", token=token))
    return _page(token, asked, estimate, form, conflict), status


@bp.post("/spent")
@few
@public
def spent(token):
    asked, estimate = _own(token)
    form = SpentForm(estimate)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.record_spending(estimate, form.values, version=form.version.data, by=asked),
        lambda: SpentForm(estimate, formdata=None),
    )
    if is_saved:
        flash(_("What was spent is saved."))
        return redirect(url_for(".page", token=token))
    if conflict is not None:  # its rows may stand for other lines by now
        return _page(token, asked, estimate, lost=conflict), status
    return _page(token, asked, estimate, form), status


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more letters: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = asked_by_link(token)
    if request.method == "POST":
        stop_reminders(asked)
    return render_template("estimates/stop.html", asked=asked, event=asked.event, token=token)


def _own(token: str) -> tuple[Any, BudgetEstimate]:
    asked = asked_by_link(token)
    try:
        return asked, queries.required_estimate(asked)
    except NotFound:
        raise Gone(404) from None


def _page(
    token: str,
    asked: Any,
    estimate: BudgetEstimate,
    sent: Any = None,
    conflict: Any = None,
    lost: Any = None,
) -> str:
    is_approved = estimate.state is ReturnState.APPROVED
    is_open = not asked.event.is_cancelled
    may_enter = is_open and estimate.state in OPEN_TO_EDIT
    may_spend = is_open and is_approved and estimate.settled_on is None
    entering = sent if isinstance(sent, EstimateForm) else None
    spending = sent if isinstance(sent, SpentForm) else None
    return render_template(
        "estimates/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        estimate=estimate,
        standing=queries.standing(estimate, clock.today()),
        totals=queries.by_estimate([estimate]).get(estimate.id, queries.Totals()),
        form=entering or EstimateForm(estimate, sources_of(asked.event), formdata=None),
        spent_form=spending or SpentForm(estimate, formdata=None),
        conflict=conflict,
        lost=lost,
        refused=(entering if not may_enter else None) or (spending if not may_spend else None),
        may_enter=may_enter,
        may_spend=may_spend,
        in_words=sentence_of_amount,
    )
