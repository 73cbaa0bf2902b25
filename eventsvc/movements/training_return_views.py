"""Training per group: learners and who completed the course, by group and organization; on behalf after a call."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import (
    guidance_rollup,
    labels,  # noqa: F401  (words)
    queries,
    training_queries,
    training_rates,
    training_return_operations,
)
from eventsvc.movements.guidance_rollup import Wanted
from eventsvc.movements.return_models import TrainingReturn
from eventsvc.movements.training_return_forms import LearnersForm, RemarkForm
from eventsvc.spreadsheets import writing
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.edits import carry_out, filled, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition

bp = Blueprint("training_returns", __name__, url_prefix="/events/<slug>/training-returns")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    training = queries.training_of(event)
    groups = training_queries.groups_of(training) if training else []
    filters = {
        "q": search(),
        "wanted": word(Wanted, "wanted"),
        "group": whole(request.args.get("group")),
    }
    return render_template(
        "training_returns/index.html",
        event=event,
        training=training,
        groups=groups,
        sums=training_rates.total([group.sums for group in groups]),
        page=paginate(training_queries.returns_of(training, **filters)) if training else None,
        filters=filters,
        wanted=Wanted,
        percent=guidance_rollup.percent,
        is_late=lambda row: _is_late(row, training),
        may_edit=_may_edit(event),
    )


@bp.post("/expected")
@requires(Permission.EDIT_TASKS)
def expect(slug):
    event, made = event_or_404(slug, g.access), list[int]()
    if carry_out(lambda: made.append(training_return_operations.expect_returns(event, by=g.user))):
        flash(ngettext("%(num)s return is awaited now.", "%(num)s returns are awaited now.", made[0]))
    return redirect(url_for(".index", slug=slug))


@bp.post("/approved")
@requires(Permission.EDIT_TASKS)
def approve_all(slug):
    event, done = event_or_404(slug, g.access), list[int]()
    training, group = training_queries.required_training(event), whole(request.form.get("group"))
    if carry_out(
        lambda: done.append(training_return_operations.approve_all(training, event, group=group, by=g.user))
    ):
        flash(ngettext("%(num)s return is approved.", "%(num)s returns are approved.", done[0]))
    return redirect(url_for(".index", slug=slug))


@bp.get("/<int:training_return_id>")
@requires(Permission.READ_TASKS)
def show(slug, training_return_id):
    event = event_or_404(slug, g.access)
    return _page(event, training_queries.return_of(event, training_return_id))


@bp.post("/<int:training_return_id>/figures")
@requires(Permission.EDIT_TASKS)
def enter(slug, training_return_id):
    """Entered for an organization that has called."""
    event = event_or_404(slug, g.access)
    row, form = training_queries.return_of(event, training_return_id), LearnersForm()
    return _saved(
        event,
        row,
        form,
        lambda: training_return_operations.hand_in(row, event, **form.values, by=g.user),
        lambda: filled(LearnersForm(formdata=None), row),
    )


@bp.post("/<int:training_return_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, training_return_id):
    event = event_or_404(slug, g.access)
    row, form = training_queries.return_of(event, training_return_id), RemarkForm()
    return _saved(
        event,
        row,
        form,
        lambda: returns.send_back(row, event, remark=form.remark.data, version=form.version.data, by=g.user),
        lambda: RemarkForm(formdata=None, version=row.version),
    )


@bp.post("/<int:training_return_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, training_return_id):
    event = event_or_404(slug, g.access)
    row = training_queries.return_of(event, training_return_id)
    carry_out(
        lambda: returns.approve(row, event, version=version_seen(), by=g.user), _("The return is approved.")
    )
    return redirect(url_for(".show", slug=slug, training_return_id=training_return_id))


@bp.post("/<int:training_return_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, training_return_id):
    event = event_or_404(slug, g.access)
    row = training_queries.return_of(event, training_return_id)
    carry_out(
        lambda: training_return_operations.expect_no_longer(row, event, by=g.user),
        _("No return is awaited of this organization any more."),
    )
    return redirect(url_for(".index", slug=slug))


@bp.get("/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug):
    event = event_or_404(slug, g.access)
    training = training_queries.required_training(event)
    with force_locale("vi"):
        columns = (
            (str(_("Learners")), 44),
            (str(_("Organization")), 40),
            (str(_("State")), 16),
            (str(_("Time limit kept")), 14),
            (str(_("Handed in (when)")), 14),
            (str(_("Learners (number)")), 12),
            (str(_("Completed the course")), 12),
            (str(_("Share of learners who completed")), 12),
            (str(_("Note on the return")), 40),
        )
        rows = [
            (
                row.group.learners,
                row.asked.name,
                str(words.label(row.state)),
                str(_("Late (return)")) if _is_late(row, training) else "",
                clock.local(row.submitted_at).date() if row.submitted_at else None,
                row.learners,
                row.completed,
                guidance_rollup.percent(row.completed or 0, row.learners or 0),
                row.note,
            )
            for row in db.session.scalars(training_queries.returns_of(training))
        ]
        body = writing.workbook([writing.Sheet(str(_("Training completed")), columns, rows)])
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = disposition("attachment", f"boi-duong-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_late(row: TrainingReturn, training: Any) -> bool:
    return guidance_rollup.is_late(row.state, row.submitted_at, training.deadline, clock.today())


def _saved(event: Event, row: TrainingReturn, form: Any, save: Any, stored: Any) -> Any:
    is_saved, status, conflict = save_form(form, save, stored)
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=event.slug, training_return_id=row.id))
    return _page(event, row, form, conflict), status


def _page(event: Event, row: TrainingReturn, sent: Any = None, conflict: Any = None) -> str:
    training = training_queries.required_training(event)
    figures = sent if isinstance(sent, LearnersForm) else filled(LearnersForm(formdata=None), row)
    remark = sent if isinstance(sent, RemarkForm) else RemarkForm(formdata=None, version=row.version)
    return render_template(
        "training_returns/show.html",
        event=event,
        row=row,
        training=training,
        figures=figures,
        remark_form=remark,
        is_late=_is_late(row, training),
        is_open=row.state in OPEN_TO_EDIT,
        states=ReturnState,
        percent=guidance_rollup.percent,
        conflict=conflict,
        may_edit=_may_edit(event),
    )


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
