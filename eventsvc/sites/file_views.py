"""The sites of an event as a spreadsheet: taken out, filled in, brought back."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import file_labels, file_operations, file_queries, queries, sheet_columns, sheet_writing
from eventsvc.sites.file_forms import SheetForm
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.models import Site
from eventsvc.sites.sheet_matching import SheetPlan
from eventsvc.sites.views import filters_of, whole_event_or_404
from eventsvc.spreadsheets.tables import read_tables
from eventsvc.web import labels
from eventsvc.web.arguments import whole
from eventsvc.web.edits import carry_out
from eventsvc.web.filters import day_and_time
from eventsvc.web.pagination import Page, number
from eventsvc.web.papers import disposition
from eventsvc.web.uploads import takes_files

SITES_A_PAGE = 100
MOST_SHOWN = 200
"""So many loose rows and bad cells are shown; of more it is said how many there are."""

bp = Blueprint("site_files", __name__, url_prefix="/events/<slug>/sites")


@bp.post("/export.xlsx")
@requires(Permission.READ_SITES)
@confirmed_lately("sites.index")
def export(slug):
    """What the list of sites shows, one row a site; contacts only for those who may read them. Posted, because it is
    written down who has it."""
    event = event_or_404(slug, g.access)
    with_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    sites = db.session.scalars(queries.sites_of(event, g.access.site_ids(event), **filters_of(event))).all()
    columns = [column for column in sheet_columns.columns() if with_contacts or not column.is_contact]
    counts = queries.last_counts(event, [site.id for site in sites])
    with force_locale("vi"):
        lines = [_line(site, columns, counts.get(site.id)) for site in sites]
    body = sheet_writing.workbook(columns, lines)
    file_operations.record_export(event, len(lines), with_contacts=with_contacts, by=g.actor)
    response = Response(body, mimetype=sheet_writing.MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition("attachment", f"diem-cau-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/import", methods=["GET", "POST"])
@takes_files
@requires(Permission.EDIT_SITES)
def choose(slug):
    """Choose the file; what it would change is shown on the next page."""
    event = whole_event_or_404(slug)
    if not carry_out(event.require_open):
        return redirect(url_for("sites.index", slug=slug))
    form = SheetForm()
    if form.validate_on_submit():
        hidden = [column.name for column in sheet_columns.columns() if column.is_contact]
        try:
            file = form.file.data
            sheet = file_operations.keep(
                event,
                file.filename or "",
                read_tables(file.filename or "", file.read()),
                clears=form.clears.data,
                without=() if g.access.extends_to(Permission.READ_CONTACTS, event) else hidden,
                by=g.user,
            )
        except DomainError as refusal:
            form.file.errors = [str(refusal)]
        else:
            return redirect(url_for(".preview", slug=slug, sheet_id=sheet.id))
    return render_template("site_files/choose.html", event=event, form=form), 422 if form.errors else 200


@bp.get("/import/<int:sheet_id>")
@requires(Permission.EDIT_SITES)
def preview(slug, sheet_id):
    event = whole_event_or_404(slug)
    sheet = file_queries.sheet_of(event, sheet_id)
    return _preview(sheet, file_queries.plan_of(sheet))


@bp.post("/import/<int:sheet_id>/confirm")
@requires(Permission.EDIT_SITES)
def confirm(slug, sheet_id):
    """Carry out what the page showed; when that is not what would happen any more, show it anew."""
    event = whole_event_or_404(slug)
    sheet = file_queries.sheet_of(event, sheet_id)
    added = {index for typed in request.form.getlist("add") if (index := whole(typed)) is not None}
    try:
        done = file_operations.confirm(sheet, digest=request.form.get("digest", ""), added=added, by=g.user)
    except StaleEdit as refusal:
        flash(str(refusal), "error")
        return _preview(sheet, file_queries.plan_of(sheet)), 409
    flash(ngettext("%(num)s site changed.", "%(num)s sites changed.", done.changed))
    if done.added:
        flash(ngettext("%(num)s site made.", "%(num)s sites made.", done.added))
    if done.renewed:
        flash(
            ngettext(
                "%(num)s site has another coordinator and a new link: send it.",
                "%(num)s sites have other coordinators and new links: send them.",
                done.renewed,
            ),
            "warning",
        )
    return redirect(url_for("sites.index", slug=slug))


@bp.post("/import/<int:sheet_id>/discard")
@requires(Permission.EDIT_SITES)
def discard(slug, sheet_id):
    event = whole_event_or_404(slug)
    file_operations.discard(file_queries.sheet_of(event, sheet_id), by=g.user)
    flash(_("The file is discarded; nothing was stored."))
    return redirect(url_for("sites.index", slug=slug))


def _preview(sheet: SiteSheet, plan: SheetPlan) -> str:
    page = number("page", 1, 10**6)
    shown = plan.changed[(page - 1) * SITES_A_PAGE : page * SITES_A_PAGE]
    return render_template(
        "site_files/preview.html",
        event=sheet.event,
        sheet=sheet,
        plan=plan,
        page=Page(shown, len(plan.changed), page, SITES_A_PAGE),
        loose=plan.loose[:MOST_SHOWN],
        bad=plan.bad[:MOST_SHOWN],
        addable=sum(one.may_be_added for one in plan.loose),
        heading={column.name: column.heading for column in sheet_columns.columns()},
        reason=file_labels.reason,
        trouble=file_labels.trouble,
    )


def _line(site: Site, columns: list[sheet_columns.Column], counted: Any) -> dict[str, Any]:
    """What stands in the row of a site."""
    return {column.name: _cell(site, column, counted) for column in columns}


def _cell(site: Site, column: sheet_columns.Column, counted: Any) -> Any:
    name = column.name
    if name in ("level", "status"):
        return str(labels.label(getattr(site, name)))
    if name == "people":
        return counted[0] if counted else None
    if name == "photo_id":
        return sheet_columns.YES if site.photo_id else sheet_columns.NO
    if name.endswith("_at"):
        moment = getattr(site, name)
        return day_and_time(moment) if moment else None
    if column.kind in ("number", "count") or name == "open_faults":
        return getattr(site, name)
    if not column.is_editable:
        return getattr(site, name)
    return sheet_columns.written(column, site)
