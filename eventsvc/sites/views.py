"""The sites of an event: the list, making them from the tree of units, one site."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import labels, operations, queries  # noqa: F401  (labels registers the words)
from eventsvc.sites.forms import NewSiteForm, SiteForm
from eventsvc.sites.models import MAIN, SiteLevel, SiteStatus
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import TOO_LATE, attempt, differences
from eventsvc.web.pagination import paginate

bp = Blueprint("sites", __name__)

PER_PAGE = 60
"""What a page of at most 60 KB carries; `per_page` gives all of them to whoever asks."""


@bp.get("/events/<slug>/sites")
@requires(Permission.READ_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    filters = {
        "q": search(),
        "level": word(SiteLevel, "level"),
        "within": request.args.get("within", "") if request.args.get("within", "").isalnum() else "",
        "status": word(SiteStatus, "status"),
        "attention_first": request.args.get("order") == "attention",
    }
    page = paginate(queries.sites_of(event, reach, **filters), per_page=PER_PAGE)
    return render_template(
        "sites/index.html",
        event=event,
        page=page,
        filters=filters,
        tallies=queries.tallies(event, reach),
        districts=queries.districts_of(event, reach),
        missing=_missing(event) if _may_edit_all(event) else None,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        edits=_may(Permission.EDIT_SITES, event),
    )


@bp.post("/events/<slug>/sites")
@requires(Permission.EDIT_SITES)
def add_level(slug):
    event = _whole_event_or_404(slug)
    level = _posted_level()
    made = len(operations.add_sites(event, level, by=g.user))
    if made:
        flash(ngettext("%(num)s site made.", "%(num)s sites made.", made))
    else:
        flash(_("Every unit of this level has its site already."), "info")
    return redirect(url_for(".index", slug=slug, level=level.value))


@bp.route("/events/<slug>/sites/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new(slug):
    """The main hall first; once it is there, any other hall."""
    event = _whole_event_or_404(slug)
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
    conflict, status = None, 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form, lambda: operations.edit_site(site, form.changes, version=form.version.data, by=g.user)
        )
        if status is None:
            flash(_("Saved."))
            district = site.parent_code if site.level is SiteLevel.COMMUNE else None
            return redirect(url_for(".index", slug=slug, within=district, _anchor=f"site-{code}"))
        if status == TOO_LATE:
            conflict = differences(form, SiteForm(site, formdata=None))
    page = render_template(
        "sites/edit.html", event=event, site=site, form=form, conflict=conflict, removes=_may_edit_all(event)
    )
    return page, status


@bp.post("/events/<slug>/sites/<code>/remove")
@requires(Permission.EDIT_SITES)
def remove(slug, code):
    event = _whole_event_or_404(slug)
    operations.remove_site(queries.site_or_404(event, code, g.access), by=g.user)
    flash(_("The site is removed."))
    return redirect(url_for(".index", slug=slug))


def _whole_event_or_404(slug: str) -> Event:
    """The event, for those who may change all of its sites."""
    event = event_or_404(slug, g.access)
    if g.access.site_ids(event) is not None:
        raise NotFound(_("There is nothing at this address."))
    return event


def _may(permission: Permission, event: Event) -> bool:
    return g.access.to(permission).covers(event)


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


def _posted_level() -> SiteLevel:
    value = request.form.get("level", "")
    if value not in {level.value for level in operations.UNIT_LEVELS}:
        raise NotFound(_("There is no such level."))
    return SiteLevel(value)
