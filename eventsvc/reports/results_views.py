"""The results report of an event: its figures with the rows behind them, its words, its files, its approval."""

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.documents.sheet import LAST
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.reports import results_file_queries as files
from eventsvc.reports import (
    results_labels,  # noqa: F401  (registers the words)
    results_operations,
    results_queries,
    results_text,
)
from eventsvc.reports.results import TABLES, Figures
from eventsvc.reports.results_figures import EMPTY, FIGURES, PARTS, changed, shown_parts, told, values
from eventsvc.reports.results_forms import ApproveForm, MediaForm, NewMediaForm, ResultsForm
from eventsvc.reports.results_models import MediaItem, ResultsReport
from eventsvc.reports.results_plan_queries import media_items
from eventsvc.reports.results_shapes import Figure
from eventsvc.web import papers
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.navigation import may
from eventsvc.web.pagination import page_of

bp = Blueprint("results", __name__, url_prefix="/events/<slug>/results")

PAGE_READ_BY = {
    "tasks": "read_tasks", "assignments": "read_tasks", "duties": "read_tasks", "guidance": "read_tasks",
    "training_returns": "read_tasks", "indicators": "read_tasks", "local_launches": "read_tasks",
    "sites": "read_sites", "link_tests": "read_sites", "invitations": "read_guests", "nominations": "edit_guests",
    "attendance": "read_board", "stage": "read_event", "roadshow": "read_tasks", "campaigns": "read_tasks",
    "open_doors": "check_in_by_name", "activities": "read_tasks", "stalls": "read_tasks",
    "communications": "read_tasks", "accreditations": "read_tasks", "contests": "read_tasks",
    "commendations": "read_tasks", "budgets": "read_tasks", "estimates": "read_tasks",
}  # fmt: skip
SMALL_TABLES = {
    "attendance": ("levels", "sittings"),
    "stops": ("clusters",),
    "parts": ("parts",),
    "activities": ("kinds",),
    "communication": ("channels",),
    "commendations": ("decisions",),
    "budget": ("budget",),
}
"""Shown below the figures of a part."""


@bp.get("")
@requires(Permission.READ_TASKS)
def show(slug):
    return _page(event_or_404(slug, g.access))


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug):
    event = event_or_404(slug, g.access)
    form = ResultsForm()
    if not form.is_submitted():
        form.fill(results_queries.report_of(event))
    is_saved, status, conflict = save_form(
        form,
        lambda: results_operations.save_report(event, form.values, version=form.version.data, by=g.user),
        lambda: ResultsForm(formdata=None).fill(results_queries.report_of(event)),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug))
    return render_template("results/edit.html", event=event, form=form, conflict=conflict), status


@bp.get("/rows/<figure>")
@requires(Permission.READ_TASKS)
def rows(slug, figure):
    """Exactly the rows that a figure counts, as they stood when the report was approved, or as they stand now."""
    event = event_or_404(slug, g.access)
    counted: Figure = results_queries.figure_named(figure)
    report = results_queries.report_of(event)
    found = results_queries.shown(event, report, counted.table)
    return render_template(
        "results/rows.html",
        event=event,
        figure=counted,
        table=TABLES[counted.table],
        value=found.value(counted),
        page=page_of(found.rows(counted)),
        cell=results_text.cell,
        list_url=_list_url(event, counted),
        approved_at=report.approved_at if report is not None else None,
    )


# --- Files -------------------------------------------------------------------------------------------------------


@bp.get("/report.pdf")
@requires(Permission.READ_TASKS)
def as_pdf(slug):
    event = event_or_404(slug, g.access)
    return papers.paper(files.file_of(event, "pdf"), files.name_of(event, "pdf"))


@bp.get("/report.docx")
@requires(Permission.READ_TASKS)
def as_docx(slug):
    return _saved(event_or_404(slug, g.access), "docx")


@bp.get("/report.xlsx")
@requires(Permission.READ_TASKS)
def as_workbook(slug):
    return _saved(event_or_404(slug, g.access), "xlsx")


def _saved(event: Event, kind: str) -> Response:
    response = Response(files.file_of(event, kind), mimetype=files.KINDS[kind])
    response.headers["Content-Disposition"] = papers.disposition("attachment", files.name_of(event, kind))
    response.headers["Cache-Control"] = "no-store"
    return response


# --- Approval ----------------------------------------------------------------------------------------------------


@bp.post("/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug):
    event, form = event_or_404(slug, g.access), ApproveForm()
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: results_operations.approve(
                event,
                version=form.version.data,
                kept_days=form.kept_days.data,
                keeps_longer=form.keeps_longer.data,
                by=g.user,
            ),
        )
        if status is None:
            flash(_("The report is approved; its figures stand as they are."))
            return redirect(url_for(".show", slug=slug))
    return _page(event, form), status


@bp.post("/reopen")
@requires(Permission.EDIT_TASKS)
def reopen(slug):
    event = event_or_404(slug, g.access)
    carry_out(
        lambda: results_operations.reopen(event, by=g.user),
        _("The report is open again; its figures move with what is entered."),
    )
    return redirect(url_for(".show", slug=slug))


@bp.post("/paper")
@requires(Permission.EDIT_TASKS)
def paper(slug):
    event = event_or_404(slug, g.access)
    carry_out(
        lambda: results_operations.make_paper(event, by=g.user),
        _("The draft of the paper holds the words of the report."),
    )
    return redirect(url_for(".show", slug=slug, _anchor="paper"))


# --- What the media said -----------------------------------------------------------------------------------------


@bp.route("/media/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def add_media(slug):
    event, form = event_or_404(slug, g.access), NewMediaForm()
    status: int | None = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: results_operations.add_media(event, form.values, by=g.user))
        if status is None:
            flash(_("The entry is added."))
            return redirect(url_for(".show", slug=slug, _anchor="media"))
    return render_template("results/media.html", event=event, item=None, form=form, conflict=None), status


@bp.route("/media/<int:media_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit_media(slug, media_id):
    event = event_or_404(slug, g.access)
    item, form = results_queries.media_item_of(event, media_id), MediaForm()
    if not form.is_submitted():
        form.fill(item)
    saving = save_form(
        form,
        lambda: results_operations.edit_media(event, item, form.values, version=form.version.data, by=g.user),
        lambda: MediaForm(formdata=None).fill(item),
    )
    if saving.is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, _anchor="media"))
    return render_template(
        "results/media.html", event=event, item=item, form=form, conflict=saving.conflict
    ), saving.status


@bp.post("/media/<int:media_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_media(slug, media_id):
    event = event_or_404(slug, g.access)
    item: MediaItem = results_queries.media_item_of(event, media_id)
    carry_out(
        lambda: results_operations.remove_media(event, item, by=g.user), _("The entry is taken off the list.")
    )
    return redirect(url_for(".show", slug=slug, _anchor="media"))


# --- Showing -----------------------------------------------------------------------------------------------------


def _page(event: Event, form: ApproveForm | None = None) -> str:
    report = results_queries.report_of(event)
    now = results_queries.figures(event)
    found = results_queries.shown(event, report) if report is not None and report.figures else now
    counted, words = values(found), results_queries.words_of(report)
    with force_locale(files.LOCALE):
        wording = results_text.addressed(results_text.body(found, words), words).split("\n")
    is_approved = report is not None and report.approved_at is not None
    return render_template(
        "results/show.html",
        event=event,
        report=report,
        is_approved=is_approved,
        approved_by=_approver(report),
        found=found,
        counted=counted,
        parts=shown_parts(found),
        part_names=PARTS,
        empty_words=EMPTY,
        told=lambda part: told(found, part),
        small_tables={
            part: [TABLES[key] for key in keys if found.has(key)] for part, keys in SMALL_TABLES.items()
        },
        cell=results_text.cell,
        changed=changed(_kept(found, counted), values(now)) if is_approved else [],
        wording=[*wording[:-1], wording[-1] + LAST],
        media=media_items(event),
        form=form or _approve_form(event, report),
        may_edit=g.access.to(Permission.EDIT_TASKS).covers(event),
    )


def _kept(found: Figures, counted: dict[str, int]) -> dict[str, int]:
    """The figures that were there to be frozen."""
    return {key: number for key, number in counted.items() if FIGURES[key].table in found.tables}


def _approve_form(event: Event, report: ResultsReport | None) -> ApproveForm:
    days = event.data_kept_days or results_operations.USUAL_DAYS
    return ApproveForm(
        formdata=None, data={"kept_days": days, "version": report.version if report is not None else 0}
    )


def _approver(report: ResultsReport | None) -> str | None:
    if report is None or report.approved_by_id is None:
        return None
    user = users_by_id({report.approved_by_id}).get(report.approved_by_id)
    return (user.name or user.email.partition("@")[0]) if user is not None else None


def _list_url(event: Event, figure: Figure) -> str | None:
    """The page on which these rows are worked with, for whoever may open it."""
    endpoint, args = figure.endpoint, figure.args
    if endpoint == "attendance.people" and not may("read_guests", event):
        endpoint, args = "attendance.index", {"sitting": 0}
    if endpoint is None or endpoint not in current_app.view_functions:
        return None
    if endpoint == "open_doors.index" and not event.kind.is_gathering:
        return None  # each event of a campaign has its own
    if not may(PAGE_READ_BY[endpoint.partition(".")[0]], event):
        return None
    return url_for(endpoint, slug=event.slug, **args)
