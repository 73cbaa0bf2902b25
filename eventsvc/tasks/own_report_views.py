"""The reports that an organization owes and has handed in, on its own link: what is owed now, what is late."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.accounts.access import public
from eventsvc.extensions import csrf
from eventsvc.nominations.access import Gone, asked_by_link, few, own_page, own_pages
from eventsvc.nominations.operations import stop_reminders
from eventsvc.tasks import duty_queries, periods
from eventsvc.tasks import report_operations as operations
from eventsvc.tasks import report_queries as queries
from eventsvc.tasks.duty_forms import WEEKDAYS
from eventsvc.tasks.report_forms import ReportForm
from eventsvc.tasks.report_views import file_values, hand_in, sent_file
from eventsvc.tasks.returns import HANDED_IN, OPEN_TO_EDIT
from eventsvc.web.edits import carry_out
from eventsvc.web.uploads import takes_files_up_to

bp = Blueprint("own_reports", __name__, url_prefix="/o/<token>/reports")
own_pages(bp)
own_page("own_reports.index", _l("Reports due"), duty_queries.has_anything)


@bp.get("")
@public
def index(token):
    asked, today = asked_by_link(token), clock.today()
    own = queries.own_reports(asked)
    return render_template(
        "period_reports/own.html",
        asked=asked,
        event=asked.event,
        token=token,
        late=[report for report in own.owed if report.period.due_on < today],
        due=[report for report in own.owed if report.period.due_on >= today],
        handed_in=own.handed_in,
        duties=queries.own_duties(asked, today),
        weekdays=WEEKDAYS,
        is_late=periods.is_late,
        open_to_edit=OPEN_TO_EDIT,
        today=today,
        obstacles_at=_obstacles_at(),
    )


@bp.route("/<int:report_id>", methods=["GET", "POST"])
@few
@takes_files_up_to("FILE_LIMIT")
@public
def report(token, report_id):
    asked, report = _own(token, report_id)
    form, conflict, status = ReportForm(report), None, 200
    if request.method == "POST":
        status, conflict = hand_in(report, form, by=asked)
        if status is None:
            flash(_("The report is handed in. Thank you."))
            return redirect(url_for(".index", token=token))
    return render_template(
        "period_reports/own_report.html",
        asked=asked,
        event=asked.event,
        token=token,
        report=report,
        form=form,
        conflict=conflict,
        is_open=report.state in OPEN_TO_EDIT and not asked.event.is_cancelled,
        is_handed_in=report.state in HANDED_IN,
        is_late=periods.is_late(report, report.period.due_on, clock.today()),
        obstacles_at=_obstacles_at(),
        **file_values(),
    ), status


@bp.post("/<int:report_id>/unchanged")
@few
@public
def unchanged(token, report_id):
    """One tap: nothing is new."""
    asked, report = _own(token, report_id)
    carry_out(
        lambda: operations.report_no_change(report, by=asked),
        _("Handed in: nothing new in this period. Thank you."),
    )
    return redirect(url_for(".index", token=token))


@bp.get("/<int:report_id>/file")
@public
def file(token, report_id):
    _asked, report = _own(token, report_id)
    return sent_file(report)


@bp.route("/stop", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """No more reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    asked = asked_by_link(token)
    if request.method == "POST":
        stop_reminders(asked)
    return render_template("period_reports/stop.html", asked=asked, event=asked.event, token=token)


def _own(token, report_id):
    asked = asked_by_link(token)
    report = queries.own_report(asked, report_id)
    if report is None:
        raise Gone(404)
    return asked, report


def _obstacles_at():
    """Where a difficulty is raised from a report, when that page is there."""
    return "own_obstacles.new" if "own_obstacles.new" in current_app.view_functions else None
