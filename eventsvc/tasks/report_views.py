"""One period of a duty: who has reported and who has not, agreeing, sending back, reporting on behalf, reminding, and
the roll-up sheet for the chair."""

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.files import operations as files
from eventsvc.files import queries as files_queries
from eventsvc.files import signatures
from eventsvc.tasks import duty_queries, nudge_operations, periods, rollup, rollup_queries
from eventsvc.tasks import report_operations as operations
from eventsvc.tasks import report_queries as queries
from eventsvc.tasks.duty_views import bp
from eventsvc.tasks.report_forms import RemarkForm, ReportForm
from eventsvc.tasks.report_queries import Shown
from eventsvc.tasks.returns import HANDED_IN, OPEN_TO_EDIT
from eventsvc.text import slugify
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.downloads import download
from eventsvc.web.edits import attempt, carry_out, differences
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition
from eventsvc.web.uploads import is_too_large, takes_files_up_to

LOCALE = "vi"
"""Papers are in Vietnamese, whatever language the reader of the pages has chosen."""
MOST_AT_ONCE = 500
TOO_LARGE, TOO_LATE = 413, 409


def period_or_404(slug, duty_id, period_id):
    event = event_or_404(slug, g.access)
    period = queries.period_of(duty_queries.duty_of(event, duty_id), period_id)
    return event, period


@bp.get("/<int:duty_id>/periods/<int:period_id>")
@requires(Permission.READ_TASKS)
def period(slug, duty_id, period_id):
    event, period = period_or_404(slug, duty_id, period_id)
    shown, q, today = word(Shown, "show"), search(), clock.today()
    page = paginate(queries.reports_of(period, shown, q, today=today), per_page=100)
    standing = duty_queries.standings_of([period.id]).get(period.id, duty_queries.Standing())
    return render_template(
        "period_reports/index.html",
        event=event,
        duty=period.duty,
        period=period,
        page=page,
        shown=shown.value if shown else "",
        q=q,
        standing=standing,
        late=queries.number_late(period, today),
        meeting=queries.meeting_of(period),
        is_late=periods.is_late,
        handed_in=HANDED_IN,
        today=today,
    )


@bp.post("/<int:duty_id>/periods/<int:period_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, duty_id, period_id):
    """Agree to those that are ticked."""
    _event, period = period_or_404(slug, duty_id, period_id)
    agreed: list[operations.Approved] = []
    if carry_out(lambda: agreed.append(operations.approve_many(period, _ticked(), by=g.user))):
        count, changed = agreed[0]
        if count:
            flash(ngettext("%(num)s report is approved.", "%(num)s reports are approved.", count))
        if changed:
            flash(
                ngettext(
                    "%(num)s report was changed after you had opened this page: read it first.",
                    "%(num)s reports were changed after you had opened this page: read them first.",
                    changed,
                ),
                "warning",
            )
        if not count and not changed:
            flash(_("Nothing was approved: tick reports that have been handed in."), "warning")
    return redirect(url_for(".period", slug=slug, duty_id=duty_id, period_id=period_id, **_filter()))


@bp.post("/<int:duty_id>/periods/<int:period_id>/nudge")
@requires(Permission.EDIT_TASKS)
def nudge(slug, duty_id, period_id):
    """Write to those who have not reported."""
    _event, period = period_or_404(slug, duty_id, period_id)
    nudged = nudge_operations.nudge_period(period, by=g.user)
    if nudged.messages:
        flash(ngettext("%(num)s reminder queued.", "%(num)s reminders queued.", nudged.messages))
    else:
        flash(_("Nobody was written to: whoever is missing has been reminded, or has no address."), "info")
    if nudged.without_address:
        count = len(nudged.without_address)
        names = "; ".join(nudged.without_address[:8]) + ("…" if count > 8 else "")
        flash(_("Without an e-mail address, to be called: %(names)s.", names=names), "warning")
    return redirect(url_for(".period", slug=slug, duty_id=duty_id, period_id=period_id))


@bp.get("/<int:duty_id>/periods/<int:period_id>/reports/<int:report_id>")
@requires(Permission.READ_TASKS)
def report(slug, duty_id, period_id, report_id):
    event, period = period_or_404(slug, duty_id, period_id)
    report = queries.report_of(period, report_id)
    return _report_page(event, report, ReportForm(report), _remark_form(report))


@bp.post("/<int:duty_id>/periods/<int:period_id>/reports/<int:report_id>")
@takes_files_up_to("FILE_LIMIT")
@requires(Permission.EDIT_TASKS)
def enter(slug, duty_id, period_id, report_id):
    """Enter the report on behalf of the agency (nộp thay), which is written down."""
    event, period = period_or_404(slug, duty_id, period_id)
    report = queries.report_of(period, report_id)
    form = ReportForm(report)
    status, conflict = hand_in(report, form, by=g.user)
    if status is not None:
        return _report_page(event, report, form, _remark_form(report), conflict), status
    flash(_("The report is entered on behalf of %(name)s.", name=report.asked.name))
    return redirect(url_for(".report", slug=slug, duty_id=duty_id, period_id=period_id, report_id=report_id))


@bp.post("/<int:duty_id>/periods/<int:period_id>/reports/<int:report_id>/unchanged")
@requires(Permission.EDIT_TASKS)
def unchanged(slug, duty_id, period_id, report_id):
    """Nothing is new there: entered on behalf after a call."""
    _event, period = period_or_404(slug, duty_id, period_id)
    report = queries.report_of(period, report_id)
    carry_out(
        lambda: operations.report_no_change(report, by=g.user),
        _("Entered on behalf of %(name)s: nothing new.", name=report.asked.name),
    )
    return redirect(url_for(".period", slug=slug, duty_id=duty_id, period_id=period_id, **_filter()))


@bp.post("/<int:duty_id>/periods/<int:period_id>/reports/<int:report_id>/send-back")
@requires(Permission.EDIT_TASKS)
def send_back(slug, duty_id, period_id, report_id):
    event, period = period_or_404(slug, duty_id, period_id)
    report = queries.report_of(period, report_id)
    remark_form, status = RemarkForm(), 422
    if remark_form.validate():
        refused = attempt(
            remark_form,
            lambda: operations.send_back(
                report, remark=remark_form.remark.data, version=remark_form.edition.data, by=g.user
            ),
        )
        if refused is None:
            flash(_("The report is sent back; the remark stands on the page of the agency."))
            return redirect(url_for(".period", slug=slug, duty_id=duty_id, period_id=period_id))
        status = refused
        remark_form.edition.data = report.version
    return _report_page(event, report, ReportForm(report, formdata=None), remark_form), status


@bp.get("/<int:duty_id>/periods/<int:period_id>/reports/<int:report_id>/file")
@requires(Permission.READ_TASKS)
def report_file(slug, duty_id, period_id, report_id):
    _event, period = period_or_404(slug, duty_id, period_id)
    return sent_file(queries.report_of(period, report_id))


@bp.get("/<int:duty_id>/periods/<int:period_id>/roll-up")
@requires(Permission.READ_TASKS)
def rollup_page(slug, duty_id, period_id):
    """What the chair reads: everything that was reported, in the order of the agencies."""
    event, period = period_or_404(slug, duty_id, period_id)
    sheet = rollup_queries.sheet(event, period)
    return render_template(
        "period_reports/rollup.html", event=event, duty=period.duty, period=period, sheet=sheet
    )


@bp.get("/<int:duty_id>/periods/<int:period_id>/roll-up.docx")
@requires(Permission.READ_TASKS)
def rollup_docx(slug, duty_id, period_id):
    return _rolled_up(slug, duty_id, period_id, "docx")


@bp.get("/<int:duty_id>/periods/<int:period_id>/roll-up.xlsx")
@requires(Permission.READ_TASKS)
def rollup_xlsx(slug, duty_id, period_id):
    return _rolled_up(slug, duty_id, period_id, "xlsx")


# --- What the pages above are made of ----------------------------------------------------------------------


def hand_in(report, form, *, by):
    """Hand in what was typed: None and nothing when it is done; otherwise the status and what somebody else saved."""
    if is_too_large():
        form.file.errors = [str(files.too_large(current_app.config["FILE_LIMIT"]))]
        return TOO_LARGE, None
    if not form.validate():
        return 422, None
    upload = form.file.data
    try:
        brought = files.take_in(upload.stream, upload.filename or "") if upload else None
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return refusal.status, None
    status = attempt(
        form,
        lambda: operations.submit(
            report,
            form.values,
            brought=brought,
            by_name=form.by_name.data,
            version=form.version.data,
            by=by,
        ),
    )
    is_stale = status == TOO_LATE and form.version.data != report.version
    return status, differences(form, ReportForm(report, formdata=None)) if is_stale else None


def sent_file(report):
    kept = report.file
    if kept is None:
        raise NotFound(_("There is nothing at this address."))
    return download(files_queries.path_of(kept), name=kept.name, media_type=kept.media_type, etag=kept.sha256)


def file_values():
    """What a page with the form needs to know of files."""
    return {"endings": signatures.endings(), "limit": current_app.config["FILE_LIMIT"]}


def _remark_form(report):
    return RemarkForm(formdata=None, data={"edition": report.version})


def _report_page(event, report, form, remark_form, conflict=None):
    period = report.period
    actors = users_by_id({one for one in (report.on_behalf_by_id, report.reviewed_by_id) if one})
    return render_template(
        "period_reports/show.html",
        event=event,
        duty=period.duty,
        period=period,
        report=report,
        form=form,
        remark_form=remark_form,
        conflict=conflict,
        users=actors,
        is_late=periods.is_late(report, period.due_on, clock.today()),
        is_open=report.state in OPEN_TO_EDIT,
        is_handed_in=report.state in HANDED_IN,
        **file_values(),
    )


def _rolled_up(slug, duty_id, period_id, ending):
    event, period = period_or_404(slug, duty_id, period_id)
    with force_locale(LOCALE):
        sheet = rollup_queries.sheet(event, period)
        body = rollup.as_docx(sheet) if ending == "docx" else rollup.as_workbook(sheet)
    name = f"tong-hop-bao-cao-{slugify(event.short_title)[:60]}-{period.due_on:%Y-%m-%d}.{ending}"
    response = Response(body, mimetype=rollup.CONTENT_TYPES[ending])
    response.headers["Content-Disposition"] = disposition("attachment", name)
    return response


def _ticked():
    """Each ticked report with the version that the page showed: "12-3"."""
    pairs = (typed.partition("-") for typed in request.form.getlist("report")[:MOST_AT_ONCE])
    return {
        report_id: version
        for first, _dash, last in pairs
        if (report_id := whole(first)) and (version := whole(last)) is not None
    }


def _filter():
    shown = word(Shown, "show")
    return {"show": shown.value} if shown else {}
