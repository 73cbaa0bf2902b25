"""Whom an organization proposes for a commendation, on its own page; and what the Department of Home Affairs checks."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc.accounts.access import public
from eventsvc.commendations import operations, queries
from eventsvc.commendations.forms import ChosenForm, ProposalForm, RemarkForm, SeveralForm
from eventsvc.commendations.models import CommendationState
from eventsvc.commendations.operations import OPEN_TO_AGENCY, OPEN_TO_EDIT
from eventsvc.commendations.views import say_how_many
from eventsvc.errors import NotFound
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("own_commendations", __name__, url_prefix="/o/<token>/commendations")
own_pages(bp)
own_page("own_commendations.page", _l("Commendations"), queries.takes_proposals)


@bp.get("")
@public
def page(token):
    return _page(token, _asked(token))


@bp.post("/propose")
@few
@public
def propose(token):
    asked, form = _asked(token), ProposalForm.of(None)
    is_saved, status, _conflict = save_form(
        form,
        lambda: operations.propose(asked.event, form.proposal, proposed_by=asked, by=asked),
        lambda: ProposalForm.of(None, formdata=None),
    )
    if is_saved:
        flash(_("The proposal is entered."))
        return redirect(url_for(".page", token=token))
    return _page(token, asked, form), status


@bp.post("/several")
@few
@public
def several(token):
    asked, form = _asked(token), SeveralForm()
    status: int | None = 422
    if form.validate_on_submit():
        made: list[tuple[int, int]] = []
        status = attempt(
            form,
            lambda: made.append(
                operations.propose_several(asked.event, form.read.proposals, proposed_by=asked, by=asked)
            ),
        )
        if status is None:
            say_how_many(*made[0])
            return redirect(url_for(".page", token=token))
    return _page(token, asked, several_form=form), status


@bp.route("/<int:commendation_id>", methods=["GET", "POST"])
@few
@public
def edit(token, commendation_id):
    asked = _asked(token)
    row = _found(queries.own_commendation, asked, commendation_id)
    form = ProposalForm.of(row)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit(row, form.values, version=form.version.data, by=asked),
        lambda: ProposalForm.of(row, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".page", token=token))
    shown = render_template(
        "commendations/own_edit.html",
        asked=asked,
        event=asked.event,
        token=token,
        row=row,
        form=form,
        conflict=conflict,
        honours=[],
        is_open=row.state in OPEN_TO_AGENCY and not asked.event.is_cancelled,
    )
    return shown, status


@bp.post("/<int:commendation_id>/withdraw")
@few
@public
def withdraw(token, commendation_id):
    asked = _asked(token)
    row = _found(queries.own_commendation, asked, commendation_id)
    carry_out(
        lambda: operations.withdraw(row, version=version_seen(), by=asked), _("The proposal is withdrawn.")
    )
    return redirect(url_for(".page", token=token))


@bp.post("/checked")
@few
@public
def check_chosen(token):
    """Those that the department has ticked, all at once."""
    asked, form = _asked(token), ChosenForm()
    if not queries.checks(asked):
        raise Gone(404)
    status: int | None = 422
    if form.validate_on_submit():
        counted: list[int] = []
        status = attempt(
            form, lambda: counted.append(operations.check_several(asked.event, form.chosen, by=asked))
        )
        if status is None:
            flash(ngettext("%(num)s proposal is checked.", "%(num)s proposals are checked.", counted[0]))
            return redirect(url_for(".page", token=token))
    return _page(token, asked, chosen_form=form), status


@bp.get("/<int:commendation_id>/check")
@public
def look(token, commendation_id):
    """A proposal as the Department of Home Affairs looks at it."""
    asked = _asked(token)
    return _look(token, asked, _found(queries.to_check, asked, commendation_id), RemarkForm(formdata=None))


@bp.post("/<int:commendation_id>/check")
@few
@public
def check(token, commendation_id):
    asked = _asked(token)
    row = _found(queries.to_check, asked, commendation_id)
    done = carry_out(
        lambda: operations.check_several(asked.event, [(row.id, version_seen())], by=asked),
        ngettext("%(num)s proposal is checked.", "%(num)s proposals are checked.", 1),
    )
    if not done:
        return redirect(url_for(".look", token=token, commendation_id=commendation_id))
    return redirect(url_for(".page", token=token))


@bp.post("/<int:commendation_id>/return")
@few
@public
def send_back(token, commendation_id):
    asked, form = _asked(token), RemarkForm()
    row = _found(queries.to_check, asked, commendation_id)
    is_saved, status, _conflict = save_form(
        form,
        lambda: operations.send_back(row, remark=form.remark.data, version=form.version.data, by=asked),
        lambda: RemarkForm(formdata=None, version=row.version),
    )
    if is_saved:
        flash(_("The proposal is sent back."))
        return redirect(url_for(".page", token=token))
    return _look(token, asked, row, form), status


def _asked(token: str) -> OrganizationInvitation:
    asked = asked_by_link(token)
    if not queries.takes_proposals(asked):
        raise Gone(404)
    return asked


def _found(look_up: Any, asked: OrganizationInvitation, commendation_id: int) -> Any:
    try:
        return look_up(asked, commendation_id)
    except NotFound:
        raise Gone(404) from None


def _look(token: str, asked: OrganizationInvitation, row: Any, form: RemarkForm) -> str:
    if form.version.data is None:
        form.version.data = row.version
    return render_template(
        "commendations/own_check.html",
        asked=asked,
        event=asked.event,
        token=token,
        row=row,
        form=form,
        is_open=row.state in OPEN_TO_EDIT and not asked.event.is_cancelled,
        is_checked=row.state is CommendationState.CHECKED,
    )


def _page(
    token: str,
    asked: OrganizationInvitation,
    form: ProposalForm | None = None,
    several_form: SeveralForm | None = None,
    chosen_form: ChosenForm | None = None,
) -> str:
    is_checker = queries.checks(asked)
    seen = queries.listed(asked.event) if is_checker else []
    return render_template(
        "commendations/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        rows=queries.own(asked),
        form=form or ProposalForm.of(None, formdata=None),
        several_form=several_form or SeveralForm(formdata=None),
        honours=[],
        is_checker=is_checker,
        waiting=[row for row in seen if row.state is CommendationState.PROPOSED],
        checked=[row for row in seen if row.state in (CommendationState.CHECKED, CommendationState.DECIDED)],
        chosen_form=chosen_form or ChosenForm(formdata=None),
        marked=chosen_form.marked if chosen_form is not None else set(),
        states=CommendationState,
        open_states=OPEN_TO_AGENCY,
        is_open=not asked.event.is_cancelled,
    )
