"""The launch an organization holds at home, on its own page: register it, then report on it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc.accounts.access import public
from eventsvc.movements import labels, launch_operations, launch_queries  # noqa: F401  (labels: words)
from eventsvc.movements.launch_forms import HeldForm, PlannedForm
from eventsvc.movements.launch_queries import Standing
from eventsvc.nominations.access import asked_by_link, few, own_page, own_pages
from eventsvc.tasks.returns import OPEN_TO_EDIT
from eventsvc.web.edits import filled, save_form

bp = Blueprint("own_launch", __name__, url_prefix="/o/<token>/launch")
own_pages(bp)
own_page("own_launch.page", _l("Our launch"), lambda asked: launch_queries.own_launch(asked) is not None)


@bp.get("")
@public
def page(token):
    return _page(token)


@bp.post("/plan")
@few
@public
def plan(token):
    asked = asked_by_link(token)
    launch, form = launch_queries.required_launch(asked), PlannedForm()
    return _saved(
        token,
        form,
        lambda: launch_operations.register_launch(launch, form.values, version=form.version.data, by=asked),
        _("The launch is registered."),
    )


@bp.post("/report")
@few
@public
def report(token):
    asked = asked_by_link(token)
    launch, form = launch_queries.required_launch(asked), HeldForm()
    return _saved(
        token,
        form,
        lambda: launch_operations.report_launch(launch, **form.values, by=asked),
        _("The report is handed in."),
    )


def _saved(token: str, form: Any, save: Any, words: str) -> Any:
    launch = launch_queries.required_launch(asked_by_link(token))
    is_saved, status, conflict = save_form(form, save, lambda: filled(type(form)(formdata=None), launch))
    if is_saved:
        flash(words)
        return redirect(url_for(".page", token=token))
    return _page(token, form, conflict), status


def _page(token: str, sent: Any = None, conflict: Any = None) -> str:
    asked = asked_by_link(token)
    launch = launch_queries.required_launch(asked)

    def form(kind: Any) -> Any:
        return sent if isinstance(sent, kind) else filled(kind(formdata=None), launch)

    return render_template(
        "local_launches/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        launch=launch,
        standing=launch_queries.standing(launch),
        standings=Standing,
        planned_form=form(PlannedForm),
        held_form=form(HeldForm),
        conflict=conflict,
        is_open=launch.state in OPEN_TO_EDIT and not asked.event.is_cancelled,
    )
