"""The desk: find somebody by name, see what a scan came to, who is in, and everything the doors saw."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import desk_operations, desk_queries, labels, operations, queries, rules  # noqa: F401  (labels: the words)
from eventsvc.checkins.desk_forms import AdmitForm, AnnulForm, EntryForm
from eventsvc.checkins.desk_operations import Place
from eventsvc.checkins.models import Outcome, Scan
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import Guest
from eventsvc.halls import queries as halls
from eventsvc.invitations.badges import Size
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.queries import sites_of
from eventsvc.web.arguments import search
from eventsvc.web.pagination import Page, number

bp = Blueprint("checkins", __name__)

SIZES = (Size.SMALL, Size.LARGE, Size.CARD)
CHOSEN_SIZE = "badge_size"
PART = "answer"
ON_A_PAGE, MOST_PAGES = 50, 10_000


@bp.get("/events/<slug>/checkins")
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    """With a search: the guests it finds. Without: who is in, latest first. `done`: the scan just made here."""
    event = event_or_404(slug, g.access)
    reach, sitting = g.access.site_ids(event), sitting_asked(event)
    sites = places(event, reach)
    if sitting is None or not sites:
        return render_template("checkins/index.html", event=event, sitting=None)
    done = number("done", 0, 2**31)
    told = desk_queries.told(event, done, reach) if done else None
    return _desk(event, sitting, sites, told, AdmitForm(formdata=None))


@bp.get("/events/<slug>/checkins/found")
@requires(Permission.CHECK_IN_BY_NAME)
def found(slug):
    """The list beside the search box, alone: for the page that asks as somebody types."""
    event = event_or_404(slug, g.access)
    reach, sitting = g.access.site_ids(event), sitting_asked(event)
    here = standing_at(event, reach)
    if sitting is None or here is None:
        raise NotFound(_("There is nothing at this address."))
    return render_template("checkins/_found.html", **_listed(event, sitting, here, reach))


@bp.get("/events/<slug>/checkins/answers/<int:scan_id>")
@requires(Permission.CHECK_IN_BY_NAME)
def answer(slug, scan_id):
    """What a scan came to, alone: for the page that shows it beside the list."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    told = desk_queries.told(event, scan_id, reach)
    sitting = told.scan.sitting or sitting_asked(event)
    totals = desk_queries.totals(event, sitting, reach) if sitting else None
    here = standing_at(event, reach)
    parts = _answer(event, told, AdmitForm(formdata=None))
    return _part(sitting=sitting, here=here, totals=totals, **parts)


@bp.get("/events/<slug>/checkins/scans")
@requires(Permission.CHECK_IN_BY_NAME)
def scans(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    return render_template(
        "checkins/scans.html",
        event=event,
        scans=queries.latest_scans(event, reach),
        reach=reach,
        admitting=rules.ADMITTING,
    )


@bp.route("/events/<slug>/checkins/guests/<int:guest_id>", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def person(slug, guest_id):
    """One guest: let them in, here or at another site with a reason; and all that happened, as a line of time."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    guest = guests.guest_of(event, guest_id, reach)
    sitting = sitting_asked(event)
    if sitting is None:
        return redirect(url_for(".index", slug=slug))
    sites = places(event, reach)
    form = EntryForm(sites, guest.site)
    if form.validate_on_submit():
        site = next(site for site in sites if site.code == form.site.data)
        scan = desk_operations.enter(Place(event, sitting, site), guest, by=g.user, reason=form.reason.data)
        if scan.outcome is not Outcome.OTHER_SITE:
            return redirect(desk_url(event, sitting, place_asked(sites), done=scan.id))
        form.reason.errors = [
            _("Expected at %(site)s. Say why this guest enters here.", site=guest.site.name)
        ]
    page = _person_page(event, guest, sitting, form, AnnulForm(formdata=None))
    return page, 422 if form.errors else 200


@bp.post("/events/<slug>/checkins/guests/<int:guest_id>/annul")
@requires(Permission.ANNUL_SCAN)
def annul(slug, guest_id):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    guest = guests.guest_of(event, guest_id, reach)
    sitting = sitting_asked(event)
    if sitting is None:
        raise NotFound(_("There is nothing at this address."))
    form = AnnulForm()
    if not form.validate_on_submit():
        return _person_page(event, guest, sitting, EntryForm(places(event, reach), guest.site), form), 422
    undone = operations.annul_entries(guest, sitting, by=g.user, reason=form.reason.data, site_ids=reach)
    if undone and is_beside_the_list():
        return redirect(
            answer_url(event, desk_queries.last_scan_id(guest), place_asked(places(event, reach)))
        )
    if undone:
        flash(ngettext("%(num)s entry undone.", "%(num)s entries undone.", undone))
    left = [entry.site.name for entry in queries.entries_of(guest, sitting) if entry.site]
    if left:
        names = ", ".join(dict.fromkeys(left))
        flash(
            _("This guest is in at %(sites)s: only those in charge there can undo it.", sites=names),
            "warning",
        )
    elif not undone:
        flash(_("This guest was not in."), "info")
    return redirect(url_for(".person", slug=slug, guest_id=guest_id, sitting=sitting.number))


# --- What the pages share ---------------------------------------------------------------------------------


def _listed(event: Event, sitting: Sitting, here: Site, reach: Collection[int] | None) -> dict[str, Any]:
    """What stands in the list: those found, a code that was read, or who is in."""
    q = search()
    code = secrets.normal_code(q) if any(letter.isdigit() for letter in q) else None  # else it is a name
    hits = desk_queries.found(event, sitting, q, reach) if q and code is None else None
    return {
        "event": event,
        "sitting": sitting,
        "here": here,
        "q": q,
        "code": code,
        "hits": hits,
        "present": None if q else _who_is_in(event, sitting, reach),
        "pages": lambda page: desk_url(event, sitting, here, page=page),
    }


def _who_is_in(event: Event, sitting: Sitting, reach: Collection[int] | None) -> Page[Scan]:
    page = number("page", 1, MOST_PAGES)
    start = (page - 1) * ON_A_PAGE
    scans, total = desk_queries.who_is_in(event, sitting, reach, start=start, number=ON_A_PAGE)
    return Page(scans, total, page, ON_A_PAGE)


def _answer(event: Event, told: desk_queries.Told | None, form: AdmitForm) -> dict[str, Any]:
    """What the panel beside the list needs, filled or waiting."""
    guest = told.guest if told else None
    return {
        "event": event,
        "told": told,
        "admit_form": form,
        "annul_form": AnnulForm(formdata=None),
        "annuls": guest is not None and g.access.to(Permission.ANNUL_SCAN).covers_site(guest.site),
        "prints": prints_badges(event),
        "knows": guest is not None and g.access.covers_site(guest.site),
    }


def answer_page(event: Event, told: desk_queries.Told, form: AdmitForm) -> str | Response:
    """The desk with an answer whose form was refused."""
    reach = g.access.site_ids(event)
    sitting, sites = told.scan.sitting or sitting_asked(event), places(event, reach)
    if is_beside_the_list():
        totals = desk_queries.totals(event, sitting, reach)
        return _part(sitting=sitting, here=place_asked(sites), totals=totals, **_answer(event, told, form))
    return _desk(event, sitting, sites, told, form)


def _desk(
    event: Event, sitting: Sitting, sites: list[Site], told: desk_queries.Told | None, form: AdmitForm
) -> str:
    reach, here = g.access.site_ids(event), place_asked(sites)
    return render_template(
        "checkins/index.html",
        sittings=queries.sittings_of(event),
        sites=sites,
        totals=desk_queries.totals(event, sitting, reach),
        doors=rules.doors(sitting, own_hours(sitting, reach)),
        sizes=SIZES,
        size=badge_size(),
        **_answer(event, told, form) | _listed(event, sitting, here, reach),
    )


def _part(**values: Any) -> Response:
    """The answer alone; the mark tells the page that it is one, and no sign-in or error page."""
    response = make_response(render_template("checkins/_part.html", **values))
    response.headers["X-Part"] = PART
    return response


def _person_page(event: Event, guest: Guest, sitting: Sitting, form: EntryForm, annul_form: AnnulForm) -> str:
    return render_template(
        "checkins/person.html",
        event=event,
        guest=guest,
        sitting=sitting,
        here=place_asked(places(event, g.access.site_ids(event))),
        form=form,
        annul_form=annul_form,
        presence=desk_queries.presences([guest.id], sitting).get(guest.id, desk_queries.NOT_IN),
        moves=desk_queries.moves_of(guest),
        annuls=g.access.to(Permission.ANNUL_SCAN).covers_site(guest.site),
        prints=prints_badges(event),
    )


def prints_badges(event: Event) -> bool:
    return g.access.extends_to(Permission.ISSUE_PASS, event)


def badge_size() -> Size:
    """The size of badges chosen once for this browser: a desk has one printer."""
    return Size(session.get(CHOSEN_SIZE, Size.SMALL.value))


def is_beside_the_list() -> bool:
    """Whether the desk asks for a part of its page, to show it without leaving."""
    return request.headers.get("X-Part") == PART


def done_url(event: Event, sitting: Sitting, here: Site, scan_id: int) -> str:
    """Where a press at the desk leads: the answer alone, or the desk with the answer on it."""
    if is_beside_the_list():
        return answer_url(event, scan_id, here)
    return desk_url(event, sitting, here, done=scan_id)


def desk_url(event: Event, sitting: Sitting, here: Site, **more: Any) -> str:
    return url_for("checkins.index", slug=event.slug, sitting=sitting.number, site=here.code, **more)


def answer_url(event: Event, scan_id: int, here: Site) -> str:
    return url_for("checkins.answer", slug=event.slug, scan_id=scan_id, site=here.code)


def places(event: Event, reach: Collection[int] | None) -> list[Site]:
    """The sites where the desk may stand."""
    return list(db.session.scalars(sites_of(event, reach)))


def place_asked(sites: list[Site]) -> Site:
    """Where the desk stands: as asked, else the main hall, else the first there is."""
    wanted = request.args.get("site")
    chosen = next((site for site in sites if site.code == wanted), None)
    return chosen or next((site for site in sites if site.level is SiteLevel.MAIN), sites[0])


def standing_at(event: Event, reach: Collection[int] | None) -> Site | None:
    """The same without loading every site, which a search at every letter would feel."""
    wanted = request.args.get("site", "")
    named = sa.select(Site).where(Site.event_id == event.id, Site.code == wanted)
    site = db.session.scalar(named if reach is None else named.where(Site.id.in_(reach)))
    if site is None and (sites := places(event, reach)):
        return place_asked(sites)
    return site


def own_hours(sitting: Sitting, reach: Collection[int] | None) -> tuple[datetime, datetime] | None:
    """The hours of the doors for somebody of a single site, where shifts at them say so."""
    if reach is None or len(reach) != 1:
        return None
    return next(iter(halls.door_hours(reach, sitting).values()), None)


def sitting_asked(event: Event) -> Sitting | None:
    """The sitting asked for, else the one the desk works on now."""
    sittings = queries.sittings_of(event)
    wanted = number("sitting", 0, 10**6)
    return next((one for one in sittings if one.number == wanted), None) or rules.sitting_at(
        sittings, clock.now()
    )
