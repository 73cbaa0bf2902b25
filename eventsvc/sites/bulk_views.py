"""Many sites at once: choose, fill in, look at what would change, save."""

from collections.abc import Sequence

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.sites import bulk_operations, queries
from eventsvc.sites.bulk_forms import BulkForm
from eventsvc.sites.models import Site
from eventsvc.sites.reporter import Reporter
from eventsvc.sites.views import filters_of, whole_event_or_404
from eventsvc.web.edits import TOO_LATE, attempt

bp = Blueprint("site_bulk", __name__)


@bp.get("/events/<slug>/sites/bulk")
@requires(Permission.EDIT_SITES)
def all_shown(slug):
    """All that the filter of the list shows."""
    event = whole_event_or_404(slug)
    sites = list(db.session.scalars(queries.sites_of(event, None, **filters_of(event))))
    return _first_page(event, sites)


@bp.post("/events/<slug>/sites/bulk")
@requires(Permission.EDIT_SITES)
def ticked(slug):
    """Those ticked on the list."""
    event = whole_event_or_404(slug)
    codes = set(request.form.getlist("site"))
    sites = [site for site in db.session.scalars(queries.sites_of(event)) if site.code in codes]
    if len(sites) != len(codes):
        raise NotFound(_("There is no such site."))
    return _first_page(event, sites)


@bp.post("/events/<slug>/sites/bulk/save")
@requires(Permission.EDIT_SITES)
def save(slug):
    """Show what would change; when that has been shown, do it."""
    event = whole_event_or_404(slug)
    form = BulkForm()
    seen = form.chosen.seen
    if not seen:
        return _first_page(event, [])
    sites = list(db.session.scalars(queries.sites_of(event, set(seen))))
    if len(sites) != len(seen):
        raise NotFound(_("Some of these sites are not there any more. Choose again."))
    if not form.validate_on_submit():
        return _page(event, sites, form), 422
    if request.form.get("act") != "save" or not form.is_previewed:
        return _page(event, sites, form, is_preview=True)
    reporter = Reporter(g.user, g.user.name, form.spoke_with.data)
    done: list[int] = []
    status = attempt(form, lambda: done.append(bulk_operations.edit_sites(event, seen, form.plan, reporter)))
    if status is None:
        flash(ngettext("%(num)s site changed.", "%(num)s sites changed.", done[0]))
        return redirect(url_for("sites.index", slug=slug))
    sites = list(db.session.scalars(queries.sites_of(event, set(seen))))
    if status == TOO_LATE:
        form.chosen.take(sites)
    return _page(event, sites, form, is_preview=status == TOO_LATE), status


def _first_page(event: Event, sites: Sequence[Site]):
    if not sites:
        flash(_("Tick the sites that you want to change."), "error")
        return redirect(url_for("sites.index", slug=event.slug))
    form = BulkForm(formdata=None)
    form.chosen.take(sites)
    return _page(event, sites, form)


def _page(event: Event, sites: Sequence[Site], form: BulkForm, *, is_preview: bool = False) -> str:
    plan = form.plan if is_preview else None
    if is_preview:
        form.previewed.data = form.digest
    return render_template(
        "sites/bulk.html",
        event=event,
        sites=sites,
        names=bulk_operations.some_names(sites, 12),
        form=form,
        effects=plan.effects(sites) if plan else None,
        touched=plan.touched(sites) if plan else 0,
        closed=sum(site.closed_at is not None for site in sites) if plan and plan.milestone else 0,
    )
