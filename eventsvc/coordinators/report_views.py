"""Entering for a site what its people say on the telephone: the parts of their own page, with whom one has spoken."""

from typing import Any

from flask import Blueprint, flash, g, redirect, session, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.coordinators import desk_views, place_views
from eventsvc.coordinators.desk_views import Desk, NobodySpokenWith
from eventsvc.coordinators.forms import SpokeWithForm
from eventsvc.events.permissions import event_or_404
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Milestone, Site
from eventsvc.sites.reporter import of_account
from eventsvc.web.uploads import takes_files_up_to

bp = Blueprint("site_reports", __name__, url_prefix="/events/<slug>/sites/<code>")

SPOKE_WITH = "spoke_with"
"""In the session: the site that is being spoken with and who is at the other end, until another one is."""


@bp.errorhandler(NobodySpokenWith)
def nobody_spoken_with(error: NobodySpokenWith):
    flash(_("Say first whom you have spoken with; it stands beside what you enter."), "error")
    return redirect(error.desk.to("home"))


@bp.get("/report")
@requires(Permission.EDIT_SITES)
def home(slug, code):
    return desk_views.home(_desk(slug, code))


@bp.post("/report")
@requires(Permission.EDIT_SITES)
def speak_with(slug, code):
    """Who is at the other end of the telephone; kept while this site is being entered."""
    desk, form = _desk(slug, code), SpokeWithForm()
    if not form.validate_on_submit():
        return desk_views.home(desk, spoke_form=form), 422
    session[SPOKE_WITH] = [desk.site.id, form.spoke_with.data]
    return redirect(desk.to("home"))


@bp.post("/report/steps")
@requires(Permission.EDIT_SITES)
def step(slug, code):
    return desk_views.step(_desk(slug, code))


@bp.post("/report/checklist")
@requires(Permission.EDIT_SITES)
def tick(slug, code):
    return desk_views.tick(_desk(slug, code))


@bp.post("/report/head-count")
@requires(Permission.EDIT_SITES)
def head_count(slug, code):
    return desk_views.head_count(_desk(slug, code))


@bp.post("/report/faults")
@requires(Permission.EDIT_SITES)
def raise_fault(slug, code):
    return desk_views.raise_fault(_desk(slug, code))


@bp.route("/report/faults/<int:fault_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def fault(slug, code, fault_id):
    return desk_views.fault(_desk(slug, code), fault_id)


@bp.post("/report/faults/<int:fault_id>/cleared")
@requires(Permission.EDIT_SITES)
def clear_fault(slug, code, fault_id):
    return desk_views.clear_fault(_desk(slug, code), fault_id)


@bp.post("/report/tests/<int:invited_site_id>/accepted")
@requires(Permission.EDIT_SITES)
def accept_test(slug, code, invited_site_id):
    return desk_views.accept_test(_desk(slug, code), invited_site_id)


@bp.post("/report/tests/<int:invited_site_id>/passed")
@requires(Permission.EDIT_SITES)
def pass_test(slug, code, invited_site_id):
    return desk_views.pass_test(_desk(slug, code), invited_site_id)


@bp.route("/report/tests/<int:invited_site_id>/failed", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def fail_test(slug, code, invited_site_id):
    return desk_views.fail_test(_desk(slug, code), invited_site_id)


@bp.post("/report/announcements/<int:receipt_id>/read")
@requires(Permission.EDIT_SITES)
def read(slug, code, receipt_id):
    return desk_views.read(_desk(slug, code), receipt_id)


@bp.get("/report/programme")
@requires(Permission.EDIT_SITES)
def programme(slug, code):
    return desk_views.programme(_desk(slug, code))


@bp.route("/report/data", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def data(slug, code):
    return place_views.data(_desk(slug, code))


@bp.post("/report/photo")
@takes_files_up_to(place_views.PHOTO_LIMIT)
@requires(Permission.EDIT_SITES)
def set_photo(slug, code):
    return place_views.set_photo(_desk(slug, code))


@bp.get("/photo.jpg")
@requires(Permission.READ_SITES)
def photo(slug, code):
    return place_views.photo(_site(slug, code))


@bp.post("/report/photo/removed")
@requires(Permission.EDIT_SITES)
def remove_photo(slug, code):
    return place_views.remove_photo(_desk(slug, code))


@bp.route("/report/delegates", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def delegates(slug, code):
    return place_views.delegates(_desk(slug, code))


@bp.route("/report/delegates/<int:delegate_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def delegate(slug, code, delegate_id):
    return place_views.delegate(_desk(slug, code), delegate_id)


@bp.post("/report/delegates/<int:delegate_id>/removed")
@requires(Permission.EDIT_SITES)
def remove_delegate(slug, code, delegate_id):
    return place_views.remove_delegate(_desk(slug, code), delegate_id)


@bp.route("/report/hand-over", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def hand_over(slug, code):
    desk = _desk(slug, code)

    def done(is_written: bool):
        if is_written:
            flash(_("The new contact has been written to; the old link leads nowhere any more."))
        else:
            flash(
                _("The old link leads nowhere any more. Pass the new one on: there is no e-mail address."),
                "info",
            )
        return redirect(desk.to("home"))

    return place_views.hand_over(desk, done)


# --- What the pages above are made of ----------------------------------------------------------------------


def _site(slug: str, code: str) -> Site:
    return sites.site_or_404(event_or_404(slug, g.access), code, g.access)


def _desk(slug: str, code: str) -> Desk:
    site = _site(slug, code)

    def to(part: str, **more: Any) -> str:
        return url_for(f"site_reports.{part}", slug=slug, code=code, **more)

    reporter = of_account(g.user, _spoken_with(site))
    return Desk(site, reporter, to, False, "layouts/page.html", tuple(Milestone))


def _spoken_with(site: Site) -> str | None:
    known = session.get(SPOKE_WITH)
    return known[1] if known and known[0] == site.id else None
