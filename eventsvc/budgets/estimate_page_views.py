"""What the page of one estimate shows, and the saving of its forms: for the organizer and for the department of finance
alike."""

from typing import Any

from eventsvc import clock
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets.amounts import sentence_of_amount
from eventsvc.budgets.estimate_forms import ApproveForm, RowsField, SendBackForm, SettleForm, SpentForm
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.budgets.queries import sources_of
from eventsvc.events.models import Event
from eventsvc.tasks.assignment_queries import is_merged_away
from eventsvc.tasks.returns import HANDED_IN, OPEN_TO_EDIT, ReturnState
from eventsvc.web.edits import save_form


def save_about(
    event: Event, estimate: BudgetEstimate, form: Any, save: Any, *, may_edit: bool
) -> tuple[bool, dict[str, Any], int]:
    """Whether it is saved; otherwise what the page shows, and its status.

    After a stale edit the rows of the form may stand for other lines than they were typed for: they are filled in anew,
    and what was typed stands beside it.
    """
    is_saved, status, conflict = save_form(form, save, lambda: _form(type(form), event, estimate))
    if is_saved:
        return True, {}, status
    has_rows = any(isinstance(field, RowsField) for field in form)
    if conflict is not None and has_rows:
        values = page_values(event, estimate, may_edit=may_edit, lost=conflict)
        if isinstance(form, ApproveForm):
            values["approve_form"].approved_by.data = form.approved_by.data
        return False, values, status
    return False, page_values(event, estimate, form, conflict, may_edit=may_edit), status


def page_values(
    event: Event,
    estimate: BudgetEstimate,
    sent: Any = None,
    conflict: Any = None,
    *,
    may_edit: bool,
    lost: Any = None,
) -> dict[str, Any]:
    def form(kind: Any) -> Any:
        return sent if isinstance(sent, kind) else _form(kind, event, estimate)

    is_open = may_edit and estimate.settled_on is None
    is_handed_in = estimate.state in HANDED_IN
    is_spent = any(line.spent is not None for line in estimate.lines)
    may_spend = is_open and estimate.state is ReturnState.APPROVED
    may = {
        ApproveForm: is_open and is_handed_in,
        SendBackForm: is_open and is_handed_in and not is_spent,
        SpentForm: may_spend,
        SettleForm: may_spend,
    }
    return {
        "event": event,
        "estimate": estimate,
        "standing": queries.standing(estimate, clock.today()),
        "totals": queries.by_estimate([estimate]).get(estimate.id, queries.Totals()),
        "approve_form": form(ApproveForm),
        "spent_form": form(SpentForm),
        "settle_form": form(SettleForm),
        "remark_form": form(SendBackForm),
        "conflict": conflict,
        "lost": lost,
        "refused": sent if sent is not None and not may[type(sent)] else None,
        "may_enter": may_edit and estimate.state in OPEN_TO_EDIT,
        "may_approve": may[ApproveForm],
        "may_spend": may_spend,
        "may_send_back": may[SendBackForm],
        "may_edit": may_edit,
        "is_merged_away": is_merged_away(estimate.asked),
        "in_words": sentence_of_amount,
    }


def _form(kind: Any, event: Event, estimate: BudgetEstimate) -> Any:
    """The form as the estimate fills it in."""
    if kind is ApproveForm:
        return ApproveForm(estimate, sources_of(event), formdata=None)
    if kind is SpentForm:
        return SpentForm(estimate, formdata=None)
    return kind(formdata=None, version=estimate.version)
