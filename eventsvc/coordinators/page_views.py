"""The page of a site's coordinator, reached by the site's secret link and by nothing else."""

from flask import Blueprint, Response, render_template, request, url_for

from eventsvc.accounts.access import public
from eventsvc.announcements import operations as announcements
from eventsvc.coordinators import desk_views, labels, place_views
from eventsvc.coordinators.desk_views import Desk
from eventsvc.extensions import limiter
from eventsvc.sites import link_operations, link_queries
from eventsvc.sites.models import Milestone, Site
from eventsvc.sites.reporter import of_site
from eventsvc.web.arguments import whole
from eventsvc.web.snapshots import etag
from eventsvc.web.uploads import takes_files_up_to

bp = Blueprint("site_page", __name__, url_prefix="/s/<token>")
bp.add_app_template_filter(labels.button, "step_button")
bp.add_app_template_filter(labels.due, "due")
bp.add_app_template_filter(labels.sitting_words, "sitting_words")
bp.add_app_template_filter(labels.test_kind, "test_kind")
bp.add_app_template_filter(labels.on_stage, "on_stage")

MILESTONES = tuple(milestone for milestone in Milestone if milestone is not Milestone.CLOSED)
"""What a coordinator reports; the end of a site's work is declared by those with an account."""


class Gone(Exception):
    """The link opens nothing: it never was, was replaced or taken back (404), or its time has passed (410)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@bp.errorhandler(Gone)
def gone(error: Gone):
    return render_template("coordinators/gone.html", status=error.status), error.status


def _who() -> str:
    """Each link has its own measure: the telephones of a province come from behind few addresses."""
    return f"s:{(request.view_args or {}).get('token', '')[: link_queries.LONGEST_TOKEN]}"


few = limiter.limit("90 per minute", key_func=_who, methods=["POST"])


@bp.get("")
@public
def home(token):
    return desk_views.home(_desk(token))


@bp.get("/now")
@public
def live(token):
    """What follows the clock, asked for by the page's script: a browser, and not a program that looks at links."""
    desk, known = _desk(token), whole(request.args.get("known")) or 0
    if request.method == "GET":
        link_operations.mark_opened(desk.site)
        announcements.mark_shown(desk.site, up_to=known)
    response = Response(desk_views.live(desk, known), mimetype="text/html")
    response.set_etag(etag(response.get_data(as_text=True)))
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@bp.post("/steps")
@few
@public
def step(token):
    return desk_views.step(_acting(token))


@bp.post("/checklist")
@few
@public
def tick(token):
    return desk_views.tick(_acting(token))


@bp.post("/head-count")
@few
@public
def head_count(token):
    return desk_views.head_count(_acting(token))


@bp.post("/faults")
@few
@public
def raise_fault(token):
    return desk_views.raise_fault(_acting(token))


@bp.route("/faults/<int:fault_id>", methods=["GET", "POST"])
@few
@public
def fault(token, fault_id):
    return desk_views.fault(_desk(token), fault_id)


@bp.post("/faults/<int:fault_id>/cleared")
@few
@public
def clear_fault(token, fault_id):
    return desk_views.clear_fault(_acting(token), fault_id)


@bp.post("/tests/<int:invited_site_id>/accepted")
@few
@public
def accept_test(token, invited_site_id):
    return desk_views.accept_test(_acting(token), invited_site_id)


@bp.post("/tests/<int:invited_site_id>/passed")
@few
@public
def pass_test(token, invited_site_id):
    return desk_views.pass_test(_acting(token), invited_site_id)


@bp.route("/tests/<int:invited_site_id>/failed", methods=["GET", "POST"])
@few
@public
def fail_test(token, invited_site_id):
    return desk_views.fail_test(_desk(token), invited_site_id)


@bp.post("/announcements/<int:receipt_id>/read")
@few
@public
def read(token, receipt_id):
    return desk_views.read(_acting(token), receipt_id)


@bp.get("/programme")
@public
def programme(token):
    return desk_views.programme(_desk(token))


@bp.route("/data", methods=["GET", "POST"])
@few
@public
def data(token):
    return place_views.data(_desk(token))


@bp.post("/photo")
@few
@takes_files_up_to(place_views.PHOTO_LIMIT)
@public
def set_photo(token):
    return place_views.set_photo(_acting(token))


@bp.get("/photo.jpg")
@public
def photo(token):
    return place_views.photo(_site(token))


@bp.post("/photo/removed")
@few
@public
def remove_photo(token):
    return place_views.remove_photo(_acting(token))


@bp.route("/delegates", methods=["GET", "POST"])
@few
@public
def delegates(token):
    return place_views.delegates(_desk(token))


@bp.route("/delegates/<int:delegate_id>", methods=["GET", "POST"])
@few
@public
def delegate(token, delegate_id):
    return place_views.delegate(_desk(token), delegate_id)


@bp.post("/delegates/<int:delegate_id>/removed")
@few
@public
def remove_delegate(token, delegate_id):
    return place_views.remove_delegate(_acting(token), delegate_id)


@bp.route("/hand-over", methods=["GET", "POST"])
@few
@public
def hand_over(token):
    """A new coordinator, a new link: this one leads nowhere from then on, so its last page is the answer itself."""
    desk = _desk(token)
    return place_views.hand_over(
        desk, lambda written: desk_views.show(desk, "coordinators/handed_over.html", is_written=written)
    )


# --- What the pages above are made of ----------------------------------------------------------------------


def _site(token: str) -> Site:
    """The site of a link that works; Gone says which of the two ends it came to."""
    site = link_queries.site_by_token(token)
    if site is None:
        raise Gone(404)
    if link_queries.has_expired(site.event):
        raise Gone(410)
    return site


def _desk(token: str) -> Desk:
    site = _site(token)

    def to(part: str, **more: object) -> str:
        return url_for(f"site_page.{part}", token=token, **more)  # type: ignore[arg-type]

    return Desk(site, of_site(site), to, True, "layouts/plain.html", MILESTONES)


def _acting(token: str) -> Desk:
    """The desk of somebody who presses a button on it, which needs no script to count as opening the page."""
    desk = _desk(token)
    link_operations.mark_opened(desk.site)
    return desk
