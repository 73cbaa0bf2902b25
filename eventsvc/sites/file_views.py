"""The sites of an event as a spreadsheet: taken out, filled in, brought back."""

from typing import Any

from flask import Blueprint, Response, g
from flask_babel import force_locale

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import file_operations, queries, sheet_columns, sheet_writing
from eventsvc.sites.models import Site
from eventsvc.sites.views import filters_of
from eventsvc.web import labels
from eventsvc.web.filters import day_and_time
from eventsvc.web.papers import disposition

bp = Blueprint("site_files", __name__, url_prefix="/events/<slug>/sites")


@bp.get("/export.xlsx")
@requires(Permission.READ_SITES)
def export(slug):
    """What the list of sites shows, one row a site; contacts only for those who may read them, and that is logged."""
    event = event_or_404(slug, g.access)
    with_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    sites = db.session.scalars(queries.sites_of(event, g.access.site_ids(event), **filters_of(event))).all()
    columns = [column for column in sheet_columns.columns() if with_contacts or not column.is_contact]
    counts = queries.last_counts([site.id for site in sites])
    with force_locale("vi"):
        lines = [_line(site, columns, counts.get(site.id)) for site in sites]
    body = sheet_writing.workbook(columns, lines)
    file_operations.record_export(event, len(lines), with_contacts=with_contacts, by=g.actor)
    response = Response(body, mimetype=sheet_writing.MEDIA_TYPE)
    response.headers["Content-Disposition"] = disposition("attachment", f"diem-cau-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


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
