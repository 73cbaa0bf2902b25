"""Meetings of agencies: briefings that go with a report and others, who was there, what was concluded."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.tasks import labels as _words  # noqa: F401  (registers the words)
from eventsvc.tasks import meeting_operations as operations
from eventsvc.tasks import meeting_queries as queries
from eventsvc.tasks import report_queries
from eventsvc.tasks.duty_models import Meeting, Presence
from eventsvc.tasks.meeting_forms import AttendanceForm, ConclusionForm, ExpectForm, MeetingForm
from eventsvc.web.arguments import whole
from eventsvc.web.edits import REFUSED, TOO_LATE, attempt, carry_out, save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("meetings", __name__, url_prefix="/events/<slug>/meetings")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    page = paginate(queries.meetings_of(event))
    counts = queries.counts([meeting.id for meeting in page.items])
    return render_template("meetings/index.html", event=event, page=page, counts=counts)


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    """A meeting; with `period` in the address, the briefing that goes with it."""
    event = event_or_404(slug, g.access)
    named = report_queries.period_in(event, whole(request.args.get("period")))
    form = MeetingForm(queries.periods_without(event), period=named)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Meeting] = []
        refused = attempt(
            form,
            lambda: made.append(
                operations.add_meeting(event, form.details, period=form.period.row, by=g.user)
            ),
        )
        if refused is None:
            flash(_("The meeting is entered. Next: who was there."))
            return redirect(url_for(".show", slug=slug, meeting_id=made[0].id))
        status = refused
    page = render_template("meetings/edit.html", event=event, meeting=None, form=form, conflict=None)
    return page, status


@bp.get("/<int:meeting_id>")
@requires(Permission.READ_TASKS)
def show(slug, meeting_id):
    event = event_or_404(slug, g.access)
    return _page(event, queries.meeting_of(event, meeting_id))


@bp.route("/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, meeting_id):
    event = event_or_404(slug, g.access)
    meeting = queries.meeting_of(event, meeting_id)
    periods = queries.periods_without(event, meeting)
    form = MeetingForm(periods, meeting)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_meeting(
            meeting, form.details, period=form.period.row, version=form.version.data, by=g.user
        ),
        lambda: MeetingForm(periods, meeting, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, meeting_id=meeting_id))
    page = render_template("meetings/edit.html", event=event, meeting=meeting, form=form, conflict=conflict)
    return page, status


@bp.post("/<int:meeting_id>/agencies")
@requires(Permission.EDIT_TASKS)
def expect(slug, meeting_id):
    event = event_or_404(slug, g.access)
    meeting = queries.meeting_of(event, meeting_id)
    form, added = ExpectForm(), []
    if not form.validate():
        return _page(event, meeting, expect_form=form), 422
    refused = attempt(form, lambda: added.append(operations.expect(meeting, form.names.lines, by=g.user)))
    if refused is not None:
        return _page(event, meeting, expect_form=form), refused
    flash(ngettext("%(num)s agency is on the list.", "%(num)s agencies are on the list.", added[0]))
    return _back(slug, meeting_id)


@bp.post("/<int:meeting_id>/attendance")
@requires(Permission.EDIT_TASKS)
def mark(slug, meeting_id):
    event = event_or_404(slug, g.access)
    meeting = queries.meeting_of(event, meeting_id)
    form = AttendanceForm()
    marks = form.marks(queries.attendances(meeting), request.form)
    if form.too_long:
        return _page(event, meeting, attendance_form=form, marks=marks), REFUSED
    refused = attempt(form, lambda: operations.mark(meeting, marks, version=form.edition.data, by=g.user))
    if refused is not None:
        if refused == TOO_LATE:
            form.edition.data = meeting.version
        return _page(event, meeting, attendance_form=form, marks=marks), refused
    flash(_("Saved."))
    return _back(slug, meeting_id)


@bp.post("/<int:meeting_id>/agencies/<int:attendance_id>/remove")
@requires(Permission.EDIT_TASKS)
def forget_agency(slug, meeting_id, attendance_id):
    event = event_or_404(slug, g.access)
    meeting = queries.meeting_of(event, meeting_id)
    attendance = queries.attendance_of(meeting, attendance_id)
    carry_out(lambda: operations.forget_agency(attendance, meeting, by=g.user), _("Saved."))
    return _back(slug, meeting_id)


@bp.post("/<int:meeting_id>/conclusions/<int:number>/task")
@requires(Permission.EDIT_TASKS)
def make_task(slug, meeting_id, number):
    """A conclusion becomes a task."""
    event = event_or_404(slug, g.access)
    meeting = queries.meeting_of(event, meeting_id)
    queries.conclusion_of(meeting, number)
    form = ConclusionForm()
    if not form.validate():
        return _page(event, meeting, conclusion=(number, form)), 422
    values = {"agency": form.agency.data, "deadline": form.deadline.data}
    refused = attempt(form, lambda: operations.make_task(meeting, number, **values, by=g.user))
    if form.form_errors:  # of the line, which may have no form any more
        flash(str(form.form_errors[0]), "error")
    elif refused is not None:
        return _page(event, meeting, conclusion=(number, form)), refused
    else:
        flash(_("The conclusion is a task now."))
    return redirect(url_for(".show", slug=slug, meeting_id=meeting_id, _anchor="conclusions"))


@bp.post("/<int:meeting_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, meeting_id):
    event = event_or_404(slug, g.access)
    operations.remove_meeting(queries.meeting_of(event, meeting_id), by=g.user)
    flash(_("The meeting is removed."))
    return redirect(url_for(".index", slug=slug))


def _back(slug, meeting_id):
    return redirect(url_for(".show", slug=slug, meeting_id=meeting_id))


def _page(event, meeting, *, expect_form=None, attendance_form=None, marks=(), conclusion=(None, None)):
    rows = queries.attendances(meeting)
    return render_template(
        "meetings/show.html",
        event=event,
        meeting=meeting,
        rows=rows,
        absent=queries.absent(rows),
        count=queries.counts([meeting.id]).get(meeting.id, queries.Count()),
        conclusions=queries.conclusions(meeting),
        expect_form=expect_form or ExpectForm(formdata=None),
        attendance_form=attendance_form or AttendanceForm(formdata=None, data={"edition": meeting.version}),
        typed={one.attendance_id: one for one in marks},
        presences=list(Presence),
        concluding=conclusion[0],
        conclusion_form=conclusion[1] or ConclusionForm(formdata=None),
    )
