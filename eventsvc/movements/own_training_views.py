"""What an organization returns about the training, on its own page: learners and who completed, for each group."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.movements import (
    guidance_rollup,
    labels,  # noqa: F401  (words)
    queries,
    training_queries,
    training_return_operations,
)
from eventsvc.movements.training_return_forms import LearnersForm
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.tasks.returns import OPEN_TO_EDIT
from eventsvc.web.edits import filled, save_form

bp = Blueprint("own_training", __name__, url_prefix="/o/<token>/training")
own_pages(bp)
own_page("own_training.page", _l("Training completed"), training_queries.has_anything)


@bp.get("")
@public
def page(token):
    asked = asked_by_link(token)
    rows, training = training_queries.own_returns(asked), queries.training_of(asked.event)
    if not rows or training is None:
        raise Gone(404)
    return render_template(
        "training_returns/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        training=training,
        rows=rows,
        percent=guidance_rollup.percent,
        is_late=lambda row: guidance_rollup.is_late(
            row.state, row.submitted_at, training.deadline, clock.today()
        ),
    )


@bp.get("/<int:training_return_id>")
@public
def group(token, training_return_id):
    asked, row = _own(token, training_return_id)
    return _page(token, asked, row, filled(LearnersForm(formdata=None), row))


@bp.post("/<int:training_return_id>")
@few
@public
def enter(token, training_return_id):
    asked, row = _own(token, training_return_id)
    form = LearnersForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: training_return_operations.hand_in(row, asked.event, **form.values, by=asked),
        lambda: filled(LearnersForm(formdata=None), row),
    )
    if is_saved:
        flash(_("The figures are handed in. Thank you."))
        return redirect(url_for(".page", token=token))
    return _page(token, asked, row, form, conflict), status


def _own(token: str, return_id: int) -> Any:
    asked = asked_by_link(token)
    row = training_queries.own_return(asked, return_id)
    if row is None:
        raise Gone(404)
    return asked, row


def _page(token: str, asked: Any, row: Any, form: LearnersForm, conflict: Any = None) -> str:
    training = training_queries.required_training(asked.event)
    return render_template(
        "training_returns/own_group.html",
        asked=asked,
        event=asked.event,
        token=token,
        row=row,
        training=training,
        form=form,
        conflict=conflict,
        percent=guidance_rollup.percent,
        is_late=guidance_rollup.is_late(row.state, row.submitted_at, training.deadline, clock.today()),
        is_open=row.state in OPEN_TO_EDIT and not asked.event.is_cancelled,
    )
