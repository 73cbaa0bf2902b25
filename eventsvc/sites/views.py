"""The sites of an event: the list, making them from the tree of units, one site."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import (  # noqa: F401  (labels registers the words)
    labels,
    link_queries,
    operations,
    queries,
    readiness,
    readiness_queries,
    record_queries,
)
from eventsvc.sites.forms import NewSiteForm, SiteForm
from eventsvc.sites.models import MAIN, Site, SiteLevel, SiteStatus
from eventsvc.sites.readiness import Due
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("sites", __name__)

PER_PAGE = 60
"""What a telephone shows without waiting; `per_page` gives all of them to whoever asks."""
ALL_LEVELS = "all"


class Line(NamedTuple):
    """A row of the list: what the site should have passed by now, what comes next, and the newest head-count."""

    site: Site
    missed: list[Due]
    next: Due | None
    counted: tuple[int, datetime] | None


@bp.get("/events/<slug>/sites")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    moment = readiness_queries.dues_of(event), clock.now()
    filters = filters_of(event, moment)
    page = paginate(queries.sites_of(event, reach, **filters), per_page=PER_PAGE)
    return render_template(
        "sites/index.html",
        event=event,
        page=page,
        lines=_lines(event, page.items, *moment),
        filters=filters,
        chosen=_said(filters),
        tallies=queries.tallies(event, reach),
        statuses=list(SiteStatus),
        late=queries.late_number(event, reach, *moment),
        districts=queries.districts_of(event, reach),
        clusters=queries.clusters_of(event, reach),
        missing=_missing(event) if _may_edit_all(event) else None,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        edits=g.access.to(Permission.EDIT_SITES).covers(event),
    )


@bp.post("/events/<slug>/sites")
@requires(Permission.EDIT_SITES)
def add_level(slug):
    """The sites of one level, or of every level that has some missing."""
    event = whole_event_or_404(slug)
    level = _posted_level()
    made = (
        operations.add_sites(event, level, by=g.user) if level else operations.add_all_sites(event, by=g.user)
    )
    if made:
        flash(ngettext("%(num)s site made.", "%(num)s sites made.", len(made)))
    else:
        flash(_("Every unit of this level has its site already."), "info")
    return redirect(url_for(".index", slug=slug, level=level.value if level else None))


@bp.route("/events/<slug>/sites/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new(slug):
    """The main hall first; once it is there, any other hall."""
    event = whole_event_or_404(slug)
    is_main = MAIN not in queries.codes_of(event)
    form = NewSiteForm(data={"name": event.venue.splitlines()[0][:200]} if is_main and event.venue else {})
    if form.validate_on_submit():
        add = operations.add_main_site if is_main else operations.add_site
        site = add(event, name=form.name.data, hall=form.hall.data, address=form.address.data, by=g.user)
        flash(_("The site is made."))
        return redirect(url_for(".edit", slug=slug, code=site.code))
    page = render_template("sites/new.html", event=event, form=form, is_main=is_main)
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/sites/<code>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit(slug, code):
    event = event_or_404(slug, g.access)
    site = queries.site_or_404(event, code, g.access)
    form = SiteForm(site)
    link = site.link_number
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_site(site, form.changes, version=form.version.data, by=g.user),
        lambda: SiteForm(site, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        if site.link_number != link:
            flash(_("The coordinator is somebody else now: the site has a new link, and the old one leads "
                    "nowhere. Send the new one."), "warning")  # fmt: skip
        district = site.parent_code if site.level is SiteLevel.COMMUNE else None
        return redirect(url_for(".index", slug=slug, within=district, _anchor=f"site-{code}"))
    return _edit_page(event, site, form, conflict), status


@bp.post("/events/<slug>/sites/<code>/remove")
@requires(Permission.EDIT_SITES)
def remove(slug, code):
    event = whole_event_or_404(slug)
    operations.remove_site(queries.site_or_404(event, code, g.access), by=g.user)
    flash(_("The site is removed."))
    return redirect(url_for(".index", slug=slug))


def whole_event_or_404(slug: str) -> Event:
    """The event, for those who may change all of its sites."""
    event = event_or_404(slug, g.access)
    if g.access.site_ids(event) is not None:
        raise NotFound(_("There is nothing at this address."))
    return event


def filters_of(event: Event, moment: tuple[Sequence[Due], datetime] | None = None) -> dict[str, Any]:
    """What the query string asks of the list, as `queries.sites_of` takes it."""
    within = request.args.get("within", "")
    late = moment or (readiness_queries.dues_of(event), clock.now())
    return {
        "q": search(),
        "level": word(SiteLevel, "level"),
        "within": within if within.isalnum() else "",
        "cluster": search("cluster"),
        "status": word(SiteStatus, "status"),
        "late": late if request.args.get("late") == "1" else None,
        "attention_first": request.args.get("order") == "attention",
    }


def _said(filters: dict[str, Any]) -> dict[str, str]:
    """The filters as a query string says them again; none that is not set."""
    words = {
        "q": filters["q"],
        "level": filters["level"],
        "within": filters["within"],
        "cluster": filters["cluster"],
        "status": filters["status"],
        "late": "1" if filters["late"] else "",
        "order": "attention" if filters["attention_first"] else "",
    }
    return {name: str(value) for name, value in words.items() if value}


def _lines(event: Event, sites: Collection[Site], dues: Sequence[Due], now: datetime) -> list[Line]:
    counted = queries.last_counts(event, [site.id for site in sites])
    return [
        Line(
            site,
            readiness.missed(site, dues, now),
            None if site.closed_at else readiness.coming(site, dues, now),
            counted.get(site.id),
        )
        for site in sites
    ]


def _edit_page(event: Event, site: Site, form: SiteForm, conflict: Any) -> str:
    """One site with everything it has reported."""
    dues, now = readiness_queries.dues_of(event), clock.now()
    return render_template(
        "sites/edit.html",
        event=event,
        site=site,
        form=form,
        conflict=conflict,
        record=record_queries.record_of(site, dues, now),
        now=now,
        link_until=link_queries.expires_at(event) if site.token_hash else None,
        elsewhere=_pages_about(event, site),
        removes=_may_edit_all(event),
    )


def _pages_about(event: Event, site: Site) -> dict[str, str | None]:
    """Where others report for this site, see to its link and to its picture."""
    wanted = {
        "report": ("site_reports.home", {"code": site.code}),
        "link": ("site_links.show", {"code": site.code}),
        "photo": ("site_reports.photo", {"code": site.code}),
    }
    return {
        name: url_for(endpoint, slug=event.slug, **values) if endpoint in current_app.view_functions else None
        for name, (endpoint, values) in wanted.items()
    }


def _may_edit_all(event: Event) -> bool:
    access: Access = g.access.to(Permission.EDIT_SITES)
    return access.covers(event) and access.site_ids(event) is None


def _missing(event: Event) -> list[tuple[SiteLevel, int, int]]:
    """For each level of the tree: how many units there are, and how many have no site yet."""
    taken, found = queries.codes_of(event), []
    for level in operations.UNIT_LEVELS:
        try:
            units = operations.units_for(event, level)
        except DomainError:
            return []
        if units:
            found.append((level, len(units), sum(unit.code not in taken for unit in units)))
    return found


def _posted_level() -> SiteLevel | None:
    """The level to make; None for all of them."""
    value = request.form.get("level", "")
    if value == ALL_LEVELS:
        return None
    if value not in {level.value for level in operations.UNIT_LEVELS}:
        raise NotFound(_("There is no such level."))
    return SiteLevel(value)
