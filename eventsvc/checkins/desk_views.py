"""What is pressed at the desk: in, out, a code, somebody without an invitation, a badge."""

from flask import Blueprint, g, redirect, render_template, request, session
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import printing as agenda_printing
from eventsvc.checkins import desk_operations, desk_queries
from eventsvc.checkins.desk_forms import AdmitForm, PressForm, WalkInForm
from eventsvc.checkins.desk_operations import Place
from eventsvc.checkins.models import Outcome, Scan
from eventsvc.checkins.views import (
    CHOSEN_SIZE,
    SIZES,
    answer_page,
    desk_url,
    done_url,
    places,
    sitting_asked,
    standing_at,
)
from eventsvc.checkins.views import badge_size as chosen_size
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import BadgeRole
from eventsvc.invitations import badges, pass_operations
from eventsvc.invitations.badges import Size
from eventsvc.people.operations import Details
from eventsvc.web import papers
from eventsvc.web.arguments import search
from eventsvc.web.labels import label

bp = Blueprint("desk", __name__, url_prefix="/events/<slug>/checkins")

LONGEST_CODE = 200
LOCALE = "vi"
"""Badges are in Vietnamese, whatever language the reader of the pages has chosen."""


@bp.post("/guests/<int:guest_id>/enter")
@requires(Permission.CHECK_IN_BY_NAME)
def enter(slug, guest_id):
    """In, where the desk stands; somebody of another site is asked about on the desk itself."""
    place = _place(slug)
    guest = guests.guest_of(place.event, guest_id, g.access.site_ids(place.event))
    return _done(place, desk_operations.enter(place, guest, by=g.user))


@bp.post("/guests/<int:guest_id>/leave")
@requires(Permission.CHECK_IN_BY_NAME)
def leave(slug, guest_id):
    """Out, by hand: the guest may come in again."""
    place = _place(slug)
    guest = guests.guest_of(place.event, guest_id, g.access.site_ids(place.event))
    return _done(place, desk_operations.leave(place, guest, by=g.user))


@bp.post("/codes")
@requires(Permission.CHECK_IN_BY_NAME)
def read_code(slug):
    """A pass held under a hand scanner, or its code typed; answered as at any door."""
    place = _place(slug)
    code = request.form.get("code", "")[:LONGEST_CODE].strip()
    if not code:
        return redirect(desk_url(place.event, place.sitting, place.site))
    return _done(place, desk_operations.read_code(place, code, by=g.user))


@bp.post("/answers/<int:scan_id>/admit")
@requires(Permission.CHECK_IN_BY_NAME)
def admit(slug, scan_id):
    """In here all the same, for a reason, though expected elsewhere."""
    place = _place(slug)
    told = desk_queries.told(place.event, scan_id, g.access.site_ids(place.event))
    if told.scan.outcome is not Outcome.OTHER_SITE or told.scan.guest is None:
        return _done(place, told.scan)  # there is nothing to give a reason for
    form = AdmitForm()
    if not form.validate_on_submit():
        return answer_page(place.event, told, form), 422
    here = Place(place.event, told.scan.sitting or place.sitting, told.scan.site or place.site)
    return _done(here, desk_operations.enter(here, told.scan.guest, by=g.user, reason=form.reason.data))


@bp.route("/walk-in", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def walk_in(slug):
    """Somebody without an invitation; a person of that name on the list is asked about first."""
    place = _place(slug)
    reach = g.access.site_ids(place.event)
    sites = places(place.event, reach)
    form = WalkInForm(sites, place.site, search())
    alike: list[desk_queries.Hit] = []
    if form.validate_on_submit():
        asked = desk_queries.alike(place.event, place.sitting, form.name.data, form.organization.data, reach)
        seen = set(request.form.getlist("seen"))
        alike = asked if {str(hit.guest.id) for hit in asked} - seen else []
        if not alike:
            details = Details(
                full_name=form.name.data,
                honorific=form.honorific.data,
                position=form.position.data,
                organization_name=form.organization.data,
            )
            at = Place(place.event, place.sitting, next(s for s in sites if s.code == form.site.data))
            return _done(at, desk_operations.walk_in(at, details, host=form.host.data, by=g.user))
    page = render_template(
        "checkins/walk_in.html",
        event=place.event, sitting=place.sitting, here=place.site, form=form, alike=alike,
        seen=[hit.guest.id for hit in alike],
    )  # fmt: skip
    return page, 422 if form.errors or alike else 200


@bp.post("/guests/<int:guest_id>/badge")
@requires(Permission.ISSUE_PASS)
def badge(slug, guest_id):
    """The badge of one person as a PDF, with a pass if there was none; the size chosen is kept for the next."""
    event = event_or_404(slug, g.access)
    guest = guests.guest_of(event, guest_id, g.access.site_ids(event))
    size = _size()
    codes = pass_operations.print_passes(event, [guest.id], what=size.value, by=g.actor)
    with force_locale(LOCALE):
        values = badges.sheets(
            event,
            [badges.Shown(guest, codes[guest.id])],
            size,
            _role_words,
            "\n".join(agenda_printing.when(event)),
        )
        name = " – ".join([_("Badges"), guest.person.full_name]) + ".pdf"
    template = "pass.typ" if size is Size.CARD else "badges.typ"
    return papers.paper(pdf.render(template, values), name)


@bp.post("/badge-size")
@requires(Permission.ISSUE_PASS)
def badge_size(slug):
    """Choose once what the printer of this desk makes."""
    place = _place(slug)
    if PressForm().validate_on_submit():
        _size()
    return redirect(desk_url(place.event, place.sitting, place.site))


def _role_words(role: BadgeRole) -> str:
    return str(label(role)).upper()


def _size() -> Size:
    """The size asked for, which is kept; else the one kept."""
    asked = request.form.get("size")
    if asked in {size.value for size in SIZES}:
        session[CHOSEN_SIZE] = asked
    return chosen_size()


def _place(slug: str) -> Place:
    """Where the desk stands, of what is in reach; not found when there is nowhere."""
    event: Event = event_or_404(slug, g.access)
    here, sitting = standing_at(event, g.access.site_ids(event)), sitting_asked(event)
    if sitting is None or here is None:
        raise NotFound(_("There is nothing at this address."))
    return Place(event, sitting, here)


def _done(place: Place, scan: Scan):
    return redirect(done_url(place.event, place.sitting, place.site, scan.id))
