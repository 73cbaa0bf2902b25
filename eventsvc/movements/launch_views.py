"""Local launches: who has registered one and who has not, the report of each, on behalf after a call."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import labels, launch_operations, launch_queries  # noqa: F401  (labels: words)
from eventsvc.movements.launch_forms import ExpectForm, HeldForm, PlannedForm, RemarkForm
from eventsvc.movements.launch_queries import Standing
from eventsvc.movements.return_models import LocalLaunch
from eventsvc.spreadsheets import writing
from eventsvc.tasks import return_operations as returns
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, word
from eventsvc.web.edits import attempt, carry_out, filled, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition

bp = Blueprint("local_launches", __name__, url_prefix="/events/<slug>/local-launches")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    form = ExpectForm(formdata=None, names="\n".join(launch_queries.lines_to_offer(event)))
    return _index(event, form)


@bp.post("/expected")
@requires(Permission.EDIT_TASKS)
def expect(slug):
    event, form = event_or_404(slug, g.access), ExpectForm()
    status: int | None = 422
    if form.validate_on_submit():
        made: list[int] = []
        status = attempt(
            form,
            lambda: made.append(launch_operations.expect_launches(event, form.names.lines, by=g.user)),
        )
        if status is None:
            flash(ngettext("%(num)s organization added.", "%(num)s organizations added.", made[0]))
            return redirect(url_for(".index", slug=slug))
    return _index(event, form), status


@bp.get("/<int:launch_id>")
@requires(Permission.READ_TASKS)
def show(slug, launch_id):
    event = event_or_404(slug, g.access)
    return _page(event, launch_queries.launch_of(event, launch_id))


@bp.post("/<int:launch_id>/plan")
@requires(Permission.EDIT_TASKS)
def plan(slug, launch_id):
    event = event_or_404(slug, g.access)
    launch, form = launch_queries.launch_of(event, launch_id), PlannedForm()
    return _saved(
        event,
        launch,
        form,
        lambda: launch_operations.register_launch(launch, form.values, version=form.version.data, by=g.user),
    )


@bp.post("/<int:launch_id>/report")
@requires(Permission.EDIT_TASKS)
def report(slug, launch_id):
    """Entered for an organization that has called."""
    event = event_or_404(slug, g.access)
    launch, form = launch_queries.launch_of(event, launch_id), HeldForm()
    return _saved(
        event, launch, form, lambda: launch_operations.report_launch(launch, **form.values, by=g.user)
    )


@bp.post("/<int:launch_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, launch_id):
    event = event_or_404(slug, g.access)
    launch, form = launch_queries.launch_of(event, launch_id), RemarkForm()
    return _saved(
        event,
        launch,
        form,
        lambda: returns.send_back(
            launch, event, remark=form.remark.data, version=form.version.data, by=g.user
        ),
    )


@bp.post("/<int:launch_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, launch_id):
    event = event_or_404(slug, g.access)
    launch = launch_queries.launch_of(event, launch_id)
    carry_out(
        lambda: returns.approve(launch, event, version=version_seen(), by=g.user),
        _("The report is approved."),
    )
    return redirect(url_for(".show", slug=slug, launch_id=launch_id))


@bp.post("/<int:launch_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, launch_id):
    event = event_or_404(slug, g.access)
    launch = launch_queries.launch_of(event, launch_id)
    carry_out(
        lambda: launch_operations.expect_no_longer(launch, by=g.user),
        _("No launch is expected of this organization any more."),
    )
    return redirect(url_for(".index", slug=slug))


@bp.get("/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug):
    event = event_or_404(slug, g.access)
    with force_locale("vi"):
        columns = (
            (str(_("Organization")), 40),
            (str(_("State")), 18),
            (str(_("Planned day of the launch")), 14),
            (str(_("Day the launch was held")), 14),
            (str(_("People who took part")), 14),
            (str(_("Place of the launch")), 30),
            (str(_("What was done at the launch")), 60),
        )
        rows = [
            (
                row.asked.name,
                str(words.label(launch_queries.standing(row))),
                row.planned_on,
                row.held_on,
                row.participants,
                row.place,
                row.summary,
            )
            for row in db.session.scalars(launch_queries.launches_of(event))
        ]
        body = writing.workbook([writing.Sheet(str(_("Local launches")), columns, rows)])
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = disposition("attachment", f"ra-quan-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _index(event: Event, form: ExpectForm) -> Any:
    filters = {"q": search(), "wanted": word(Standing, "standing")}
    return render_template(
        "local_launches/index.html",
        event=event,
        form=form,
        page=paginate(launch_queries.launches_of(event, **filters)),
        filters=filters,
        figures=launch_queries.figures(event),
        standing=launch_queries.standing,
        standings=Standing,
        may_edit=_may_edit(event),
    )


def _saved(event: Event, launch: LocalLaunch, form: Any, save: Any) -> Any:
    stored = type(form)
    is_saved, status, conflict = save_form(
        form,
        save,
        lambda: (
            filled(stored(formdata=None), launch) if hasattr(form, "fill") else _versioned(stored, launch)
        ),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=event.slug, launch_id=launch.id))
    return _page(event, launch, form, conflict), status


def _versioned(kind: Any, launch: LocalLaunch) -> Any:
    return kind(formdata=None, version=launch.version)


def _page(event: Event, launch: LocalLaunch, sent: Any = None, conflict: Any = None) -> Any:
    def form(kind: Any) -> Any:
        if isinstance(sent, kind):
            return sent
        return filled(kind(formdata=None), launch) if hasattr(kind, "fill") else _versioned(kind, launch)

    return render_template(
        "local_launches/show.html",
        event=event,
        launch=launch,
        standing=launch_queries.standing(launch),
        standings=Standing,
        planned_form=form(PlannedForm),
        held_form=form(HeldForm),
        remark_form=form(RemarkForm),
        conflict=conflict,
        may_edit=_may_edit(event),
    )


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
