"""Duties to report: the list, the matrix of agencies and periods, who has a duty, asking for a report now."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import duty_operations as operations
from eventsvc.tasks import duty_queries as queries
from eventsvc.tasks import labels as _words  # noqa: F401  (registers the words)
from eventsvc.tasks import periods
from eventsvc.tasks.duty_forms import WEEKDAYS, DutyForm, LeaveForm, PeriodForm, ReportersForm
from eventsvc.tasks.duty_models import Duty
from eventsvc.web.arguments import search
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import Page, number, paginate

bp = Blueprint("duties", __name__, url_prefix="/events/<slug>/duties")
AGENCIES, COLUMNS = 50, 8


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    return render_template(
        "duties/index.html",
        event=event,
        lines=queries.lines(event),
        weekdays=WEEKDAYS,
        today=clock.today(),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = DutyForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Duty] = []
        refused = attempt(
            form,
            lambda: made.append(operations.add_duty(event, form.details, names=form.names.lines, by=g.user)),
        )
        if refused is None:
            _say_reporters(len(made[0].reporters))
            return redirect(url_for(".show", slug=slug, duty_id=made[0].id))
        status = refused
    return render_template("duties/edit.html", event=event, duty=None, form=form, conflict=None), status


@bp.get("/<int:duty_id>")
@requires(Permission.READ_TASKS)
def show(slug, duty_id):
    """The matrix: agencies by periods, the latest periods first seen, agencies page by page."""
    event = event_or_404(slug, g.access)
    duty, q = queries.duty_of(event, duty_id), search()
    agencies = paginate(queries.reporters(duty, q), per_page=AGENCIES)
    at = number("periods", 1, 10_000)
    columns, total = queries.latest_periods(duty, COLUMNS, at)
    return render_template(
        "duties/show.html",
        event=event,
        duty=duty,
        q=q,
        agencies=agencies,
        columns=columns,
        earlier=at + 1 if at * COLUMNS < total else None,
        later=at - 1 if at > 1 else None,
        standings=queries.standings_of([period.id for period in columns]),
        reports=queries.matrix(columns, [row.organization_invitation_id for row in agencies.items]),
        is_late=periods.is_late,
        is_gone=queries.is_gone,
        weekdays=WEEKDAYS,
        today=clock.today(),
    )


@bp.route("/<int:duty_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, duty_id):
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    form = DutyForm(duty)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_duty(duty, form.details, version=form.version.data, by=g.user),
        lambda: DutyForm(duty, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, duty_id=duty_id))
    return render_template("duties/edit.html", event=event, duty=duty, form=form, conflict=conflict), status


@bp.route("/<int:duty_id>/reporters", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def reporters(slug, duty_id):
    """Who has the duty, from when to when; more are added by their names or by a collective line."""
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    form = ReportersForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        added: list[int] = []
        refused = attempt(
            form,
            lambda: added.append(
                operations.add_reporters(duty, form.names.lines, since=form.since.data, by=g.user)
            ),
        )
        if refused is None:
            _say_reporters(added[0])
            return redirect(url_for(".reporters", slug=slug, duty_id=duty_id))
        status = refused
    return _reporters_page(event, duty, form), status


@bp.post("/<int:duty_id>/reporters/<int:reporter_id>/leave")
@requires(Permission.EDIT_TASKS)
def leave(slug, duty_id, reporter_id):
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    reporter = queries.reporter_of(duty, reporter_id)
    form = LeaveForm()
    if not form.validate():
        return _reporters_page(event, duty, ReportersForm(formdata=None), leaving=(reporter, form)), 422
    refused = attempt(form, lambda: operations.leave(reporter, until=form.until.data, by=g.user))
    if refused is not None:
        return _reporters_page(event, duty, ReportersForm(formdata=None), leaving=(reporter, form)), refused
    flash(_("Saved."))
    return redirect(url_for(".reporters", slug=slug, duty_id=duty_id))


@bp.route("/<int:duty_id>/ask", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def open_period(slug, duty_id):
    """A report asked for now, with its day."""
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    form = PeriodForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        values = {"due_on": form.due_on.data, "title": form.title.data}
        refused = attempt(form, lambda: operations.open_period(duty, **values, by=g.user))
        if refused is None:
            flash(_("The report is asked for. It stands on the pages of the agencies."))
            return redirect(url_for(".show", slug=slug, duty_id=duty_id))
        status = refused
    return render_template("duties/ask.html", event=event, duty=duty, form=form), status


@bp.post("/<int:duty_id>/stop")
@requires(Permission.EDIT_TASKS)
def stop(slug, duty_id):
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    carry_out(lambda: operations.stop_duty(duty, by=g.user), _("The duty is stopped."))
    return redirect(url_for(".show", slug=slug, duty_id=duty_id))


@bp.post("/<int:duty_id>/resume")
@requires(Permission.EDIT_TASKS)
def resume(slug, duty_id):
    event = event_or_404(slug, g.access)
    duty = queries.duty_of(event, duty_id)
    carry_out(lambda: operations.resume_duty(duty, by=g.user), _("The duty goes on."))
    return redirect(url_for(".show", slug=slug, duty_id=duty_id))


def _say_reporters(count: int) -> None:
    if count:
        flash(ngettext("%(num)s agency has the duty.", "%(num)s agencies have the duty.", count))
    else:
        flash(_("No agency is new: these lines name nobody who does not have the duty already."), "warning")


def _reporters_page(event, duty, form, leaving=(None, None)):
    q = search()
    page: Page = paginate(queries.reporters(duty, q), per_page=100)
    return render_template(
        "duties/reporters.html",
        event=event,
        duty=duty,
        form=form,
        page=page,
        q=q,
        leaving=leaving[0],
        leave_form=leaving[1] or LeaveForm(formdata=None),
        is_gone=queries.is_gone,
        today=clock.today(),
    )
