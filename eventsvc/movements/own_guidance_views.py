"""Residents guided, on the page of a unit: a commune enters its figures, a district looks at those of its communes."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.extensions import csrf
from eventsvc.movements import (
    guidance_operations,
    guidance_rollup,
    labels,  # noqa: F401  (words)
)
from eventsvc.movements import guidance_queries as returned
from eventsvc.movements.guidance_forms import RemarkForm, figures_form, skill_words, today_in
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.operations import stop_reminders
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import carry_out, filled, save_form

bp = Blueprint("own_guidance", __name__, url_prefix="/o/<token>/guidance")
own_pages(bp)
own_page("own_guidance.page", _l("Residents guided"), returned.has_anything)


@bp.get("")
@public
def page(token):
    return _page(token)


@bp.post("/figures")
@few
@public
def enter(token):
    """Saved for now, or handed in, by the button that was pressed."""
    asked = asked_by_link(token)
    row = returned.own_return(asked)
    if row is None:
        raise Gone(404)
    form, hands_in = figures_form(row), "hand_in" in request.form

    def save() -> None:
        if hands_in:
            guidance_operations.hand_in(
                row, form.entered, by_name=form.by_name.data or None, version=form.version.data, by=asked
            )
        else:
            guidance_operations.save_figures(row, form.entered, version=form.version.data, by=asked)

    is_saved, status, conflict = save_form(form, save, lambda: filled(figures_form(row, None), row))
    if is_saved:
        flash(_("The figures are handed in. Thank you.") if hands_in else _("The figures are saved."))
        return redirect(url_for(".page", token=token))
    return _page(token, form, conflict), status


@bp.get("/<int:return_id>")
@public
def commune(token, return_id):
    return _commune(token, return_id)


@bp.post("/<int:return_id>/forward")
@few
@public
def forward(token, return_id):
    asked, row = _below(token, return_id)
    carry_out(
        lambda: guidance_operations.forward(row, version=version_seen(), by=asked),
        _("Passed on to the province."),
    )
    return redirect(url_for(".page", token=token))


@bp.post("/forward")
@few
@public
def forward_all(token):
    asked, done = asked_by_link(token), list[int]()
    if carry_out(lambda: done.append(guidance_operations.forward_all(asked))):
        flash(
            ngettext(
                "%(num)s return is passed on to the province.",
                "%(num)s returns are passed on to the province.",
                done[0],
            )
        )
    return redirect(url_for(".page", token=token))


@bp.post("/<int:return_id>/return")
@few
@public
def send_back(token, return_id):
    asked, row = _below(token, return_id)
    form = RemarkForm()
    is_saved, status, _conflict = save_form(
        form,
        lambda: guidance_operations.send_back_below(
            row, remark=form.remark.data, version=form.version.data, by=asked
        ),
        lambda: RemarkForm(formdata=None, version=row.version),
    )
    if is_saved:
        flash(_("Sent back."))
        return redirect(url_for(".page", token=token))
    return _commune(token, return_id, form), status


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = asked_by_link(token)
    if request.method == "POST":
        stop_reminders(asked)
    return render_template("guidance/stop.html", asked=asked, event=asked.event, token=token)


def _below(token: str, return_id: int) -> Any:
    asked = asked_by_link(token)
    row = returned.below(asked, return_id)
    if row is None:
        raise Gone(404)
    return asked, row


def _page(token: str, sent: Any = None, conflict: Any = None) -> str:
    asked, today = asked_by_link(token), clock.today()
    movement = returned.movement_for(asked)
    if movement is None or not returned.has_anything(asked):
        raise Gone(404)
    row, due = returned.own_return(asked), movement.report_due
    figures = None
    if row is not None:
        figures = sent if sent is not None else filled(figures_form(row, None), row)
    every = returned.lines_of(movement)
    lines = [line for line in every if line.above == asked.id and (row is None or line.id != row.id)]
    return render_template(
        "guidance/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        movement=movement,
        target=returned.target_of(movement),
        span=returned.span_of(movement),
        row=row,
        figures=figures,
        today_in=today_in(figures.days) if figures is not None else None,
        skill_words=skill_words,
        residents=sum(count.residents for count in row.counts) if row else 0,
        row_is_late=row is not None and guidance_rollup.is_late(row.state, row.submitted_at, due, today),
        lines=lines,
        sums=guidance_rollup.total([line for line in every if line.above == asked.id], due, today),
        is_late=lambda line: line.is_late(due, today),
        conflict=conflict,
        states=ReturnState,
        is_open=row is not None and row.state in OPEN_TO_EDIT and not asked.event.is_cancelled,
        may_act=not asked.event.is_cancelled,
    )


def _commune(token: str, return_id: int, sent: RemarkForm | None = None) -> str:
    asked, row = _below(token, return_id)
    return render_template(
        "guidance/own_commune.html",
        asked=asked,
        event=asked.event,
        token=token,
        row=row,
        figures=filled(figures_form(row, None), row),
        skill_words=skill_words,
        residents=sum(count.residents for count in row.counts),
        target=returned.target_of(row.movement),
        is_late=guidance_rollup.is_late(row.state, row.submitted_at, row.movement.report_due, clock.today()),
        form=sent or RemarkForm(formdata=None, version=row.version),
        states=ReturnState,
        may_act=not asked.event.is_cancelled,
    )
