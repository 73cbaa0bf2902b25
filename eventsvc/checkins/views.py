"""The desk: find somebody by name and let them in, see who is in, undo a mistake, settle a case."""

from collections.abc import Collection
from datetime import datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import labels, operations, queries, rules  # noqa: F401  (labels registers the words)
from eventsvc.checkins.forms import AnnulForm, EntryForm, SettleForm
from eventsvc.checkins.models import Outcome
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.halls import queries as halls
from eventsvc.sites.queries import sites_of
from eventsvc.text import nfc
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import number, paginate

bp = Blueprint("checkins", __name__)

CASES_SHOWN = 100


@bp.get("/events/<slug>/checkins")
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    """With a search: the guests it finds. Without: who is in, latest first."""
    event = event_or_404(slug, g.access)
    reach, sitting, q = g.access.site_ids(event), _sitting(event), _search()
    if sitting is None:
        return render_template("checkins/index.html", event=event, sitting=None)
    found = paginate(guests.guests_of(event, q=q, site_ids=reach)) if q else None
    present = None if q else paginate(queries.present(event, sitting, site_ids=reach))
    return render_template(
        "checkins/index.html",
        event=event,
        sitting=sitting,
        sittings=queries.sittings_of(event),
        q=q,
        found=found,
        entries=queries.entries_by_guest([guest.id for guest in found.items], sitting) if found else {},
        present=present,
        totals=queries.totals(event, sitting, reach),
        doors=rules.doors(sitting, _own_hours(sitting, reach)),
    )


@bp.get("/events/<slug>/checkins/scans")
@requires(Permission.CHECK_IN_BY_NAME)
def scans(slug):
    event = event_or_404(slug, g.access)
    latest = queries.latest_scans(event, g.access.site_ids(event))
    return render_template("checkins/scans.html", event=event, scans=latest)


@bp.route("/events/<slug>/checkins/guests/<int:guest_id>", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def person(slug, guest_id):
    """One guest: let them in, here or at another site with a reason; and every scan of theirs."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    guest = guests.guest_of(event, guest_id, reach)
    sitting = _sitting(event)
    if sitting is None:
        return redirect(url_for(".index", slug=slug))
    sites = db.session.scalars(sites_of(event, reach)).all()
    form = EntryForm(sites, guest.site)
    if form.validate_on_submit():
        site = next(site for site in sites if site.code == form.site.data)
        result = operations.check_in_by_name(guest, sitting, site, by=g.user, reason=form.reason.data)
        if result["outcome"] != Outcome.OTHER_SITE.value:
            _tell(result, guest)
            return redirect(_back(slug, sitting))
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
    sitting = _sitting(event)
    if sitting is None:
        raise NotFound(_("There is nothing at this address."))
    form = AnnulForm()
    if form.validate_on_submit():
        undone = operations.annul_entries(guest, sitting, by=g.user, reason=form.reason.data)
        if undone:
            flash(ngettext("%(num)s entry undone.", "%(num)s entries undone.", undone))
        else:
            flash(_("This guest was not in."), "info")
        return redirect(url_for(".person", slug=slug, guest_id=guest_id, sitting=sitting.number))
    sites = db.session.scalars(sites_of(event, reach)).all()
    return _person_page(event, guest, sitting, EntryForm(sites, guest.site), form), 422


@bp.get("/events/<slug>/checkins/cases")
@requires(Permission.CHECK_IN_BY_NAME)
def cases(slug):
    event = event_or_404(slug, g.access)
    return _cases_page(event, None)


@bp.post("/events/<slug>/checkins/cases/<int:case_id>")
@requires(Permission.ANNUL_SCAN)
def settle(slug, case_id):
    event = event_or_404(slug, g.access)
    case = queries.case_of(event, case_id, g.access.site_ids(event))
    form = SettleForm()
    if (
        form.validate_on_submit()
        and attempt(form, lambda: operations.settle_case(case, by=g.user, note=form.note.data)) is None
    ):
        flash(_("The case is settled."))
        return redirect(url_for(".cases", slug=slug))
    return _cases_page(event, (case_id, form)), 422


def _cases_page(event, refused):
    reach = g.access.site_ids(event)
    waiting = db.session.scalars(queries.cases(event, site_ids=reach).limit(CASES_SHOWN)).unique().all()
    settled = (
        db.session.scalars(queries.cases(event, site_ids=reach, settled=True).limit(CASES_SHOWN))
        .unique()
        .all()
    )
    return render_template(
        "checkins/cases.html",
        event=event,
        waiting=waiting,
        settled=settled,
        scans=queries.scans_behind([*waiting, *settled]),
        refused=refused,
        settles=g.access.to(Permission.ANNUL_SCAN).covers(event),
        form=SettleForm(formdata=None),
    )


def _person_page(event, guest, sitting, form, annul_form):
    return render_template(
        "checkins/person.html",
        event=event,
        guest=guest,
        sitting=sitting,
        form=form,
        annul_form=annul_form,
        entry=queries.entries_by_guest([guest.id], sitting).get(guest.id),
        scans=queries.scans_of(guest),
        annuls=g.access.to(Permission.ANNUL_SCAN).covers_site(guest.site),
    )


def _tell(result, guest) -> None:
    """What happened, in a sentence for whoever stands at the desk."""
    name, outcome = guest.person.name_with_honorific, Outcome(result["outcome"])
    if outcome in rules.ADMITTING:
        flash(_("%(name)s is checked in.", name=name))
    elif outcome in rules.ALREADY_IN:
        flash(_("%(name)s was in already.", name=name), "warning")
    elif outcome is Outcome.NOT_YET:
        flash(_("The doors are not open now. Nobody was let in."), "error")
    elif outcome is Outcome.CANCELLED:
        flash(_("The event is cancelled. Nobody was let in."), "error")
    else:
        flash(_("The invitation of %(name)s is revoked. Nobody was let in.", name=name), "error")


def _back(slug, sitting):
    return url_for(".index", slug=slug, sitting=sitting.number, q=_search() or None)


def _own_hours(sitting: Sitting, reach: Collection[int] | None) -> tuple[datetime, datetime] | None:
    """The hours of the doors for somebody of a single site, where shifts at them say so."""
    if reach is None or len(reach) != 1:
        return None
    return next(iter(halls.door_hours(reach, sitting).values()), None)


def _search() -> str:
    return "".join(c for c in nfc(request.args.get("q", "")) if c.isprintable())[:200].strip()


def _sitting(event):
    """The sitting asked for, else the one the desk works on now."""
    sittings = queries.sittings_of(event)
    wanted = number("sitting", 0, 10**6)
    return next((one for one in sittings if one.number == wanted), None) or rules.sitting_at(
        sittings, clock.now()
    )
