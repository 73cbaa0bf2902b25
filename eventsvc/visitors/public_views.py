"""The page on which everybody may register, and the own page of a visitor; no account, no name of anybody else."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock, ical, qr, secrets
from eventsvc.accounts.access import public
from eventsvc.agenda import beside
from eventsvc.deliveries import queries as deliveries
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.extensions import limiter
from eventsvc.invitations import content, passes, wording
from eventsvc.visitors import entries, operations, queries, rules
from eventsvc.visitors.forms import GiveUpForm, VisitForm
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from eventsvc.visitors.rules import Registration
from eventsvc.web.edits import attempt, carry_out
from eventsvc.web.filters import day_and_time

bp = Blueprint("visit", __name__)

MADE_HERE = "visitor"
"""In the session: the secret that stands for this browser."""


class Gone(Exception):
    """The link led somewhere once (410), or never did (404)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@bp.errorhandler(Gone)
def gone(error: Gone):
    return render_template("visitors/gone.html", status=error.status), error.status


def _who() -> str:
    return f"visit:{(request.view_args or {}).get('token', '')[: queries.LONGEST_TOKEN]}"


few_from_one_address = limiter.limit("30 per minute; 600 per hour", methods=["POST"])
few_by_one_link = limiter.limit("30 per minute", key_func=_who, methods=["POST"])


@bp.route("/p/<slug>/visit/<int:doors_number>", methods=["GET", "POST"])
@few_from_one_address
@public
def register(slug, doors_number):
    """What, when, where, how many places; the form. Sending it again from one browser leads to the same page; from
    another one never, whatever it knows: it is told the same whether the person is registered or not."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    open_doors = queries.open_doors_or_404(event, doors_number)
    form, browser = VisitForm(), _browser()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Visit] = []
        refused = attempt(form, lambda: made.append(_registered(open_doors, form.registrant, browser)))
        if refused is None:
            return redirect(url_for(".page", token=secrets.unseal(made[0].token_sealed)))
        status = refused
    return _page(open_doors, form), status


def _browser() -> str:
    """The secret by which this browser finds again what it has registered; made before the form is sent, so that a
    double press has one."""
    return session.setdefault(MADE_HERE, secrets.new_token())


def _registered(open_doors: OpenDoors, registrant: operations.Registrant, browser: str) -> Visit:
    try:
        visit = operations.register(open_doors, registrant, browser=browser)
    except operations.Full:
        _remind(open_doors, registrant)
        raise
    _remind(open_doors, registrant)
    return visit


def _remind(open_doors: OpenDoors, registrant: operations.Registrant) -> None:
    """One sentence for everybody: it does not say whether there was anybody to remind."""
    operations.remind(open_doors, registrant)
    flash(
        _(
            "If somebody has registered with these details before, the link has been sent to the e-mail address given"
            " then. Whoever gave no e-mail address: please ask at the reception desk."
        ),
        "info",
    )


@bp.get("/visit/<token>")
@public
def page(token):
    visit = visit_or_gone(token)
    open_doors = visit.open_doors
    now = clock.now()
    state = rules.registration(open_doors, now)
    code = queries.codes([visit]).get(visit.guest_id or 0)
    is_coming = state not in {Registration.CANCELLED, Registration.OVER}
    return render_template(
        "visitors/visit.html",
        visit=visit,
        open_doors=open_doors,
        event=open_doors.event,
        token=token,
        state=state,
        states=Registration,
        visit_states=VisitState,
        is_coming=is_coming,
        is_in=queries.is_in(visit),
        code=passes.grouped(code) if code and is_coming else None,
        place_in_queue=queries.place_in_queue(visit) if visit.state is VisitState.WAITING else 0,
        entries=_entries(visit, token) if is_coming and visit.state is VisitState.REGISTERED else [],
        ical=ical,
        form=GiveUpForm(),
        **_facts(open_doors),
    )


@bp.post("/visit/<token>/cancel")
@few_by_one_link
@public
def cancel(token):
    visit = visit_or_gone(token)
    carry_out(
        lambda: operations.cancel(visit), _("Your registration is cancelled. Thank you for telling us.")
    )
    return redirect(url_for(".page", token=token))


@bp.get("/visit/<token>/pass.svg")
@public
def pass_svg(token):
    return Response(qr.svg(_code(token)), content_type="image/svg+xml; charset=utf-8")


@bp.get("/visit/<token>/pass.png")
@public
def pass_png(token):
    return _file(qr.png(_code(token), module_px=16), "image/png", "ma-qr-diem-danh.png")


@bp.get("/visit/<token>/visit.ics")
@public
def calendar(token):
    """The entry for any calendar program; importing it again brings changes up to date."""
    visit = visit_or_gone(token)
    items = _entries(visit, token) if visit.state is VisitState.REGISTERED else []
    if not items:
        raise Gone(404)
    body = ical.publish(items, name=visit.open_doors.title)
    return _file(body, "text/calendar; charset=utf-8", "dang-ky-tham-quan.ics")


@beside.on_programme
def offers(event: Event) -> list[beside.Offer]:
    """The open doors that take registrations now or will, with the places left, for the public programme."""
    now = clock.now()
    states = {each: rules.registration(each, now) for each in queries.open_doors_of(event)}
    listed = [each for each, state in states.items() if state in {Registration.OPEN, Registration.NOT_YET}]
    taken = queries.taken(listed) if listed else {}
    return [
        beside.Offer(
            each.title,
            " · ".join(part for part in (_moment(each), wording.where(each.site, each.sitting)) if part),
            _note(each, states[each], *taken[each.id]),
            url_for("visit.register", slug=event.slug, doors_number=each.number),
        )
        for each in listed
    ]


def _moment(open_doors: OpenDoors) -> str:
    starts_at = open_doors.sitting.starts_at
    return wording.moment(starts_at) if starts_at else ""


def _note(open_doors: OpenDoors, state: Registration, registered: int, waiting: int) -> str:
    if state is Registration.NOT_YET and open_doors.opens_at is not None:
        return _("Registration from %(time)s on.", time=day_and_time(open_doors.opens_at))
    if open_doors.capacity is None:
        return _("There is room for everybody.")
    left = open_doors.capacity - registered
    if left > 0 and not waiting:
        return ngettext("%(num)s place is left.", "%(num)s places are left.", left)
    if open_doors.has_waiting_list:
        return _("All places are taken at present.") + " " + _("You may wait for one.")
    return _("All places have been taken.")


def visit_or_gone(token: str) -> Visit:
    """The visit of a link that still works; what one person said is gone when their data is."""
    visit = queries.visit_by_token(token)
    if visit is None:
        raise Gone(404)
    kept_until = visit.open_doors.event.data_kept_until
    if kept_until is not None and kept_until < clock.today():
        raise Gone(410)
    return visit


def _page(open_doors: OpenDoors, form: VisitForm) -> str:
    state = rules.registration(open_doors, clock.now())
    figures = queries.registered(open_doors)
    is_full = figures.left == 0 or (figures.capacity is not None and figures.waiting > 0)
    if is_full and not open_doors.has_waiting_list and state is Registration.OPEN and form.is_submitted():
        flash(_("All places have been taken."), "error")
    return render_template(
        "visitors/register.html",
        event=open_doors.event,
        open_doors=open_doors,
        form=form,
        state=state,
        states=Registration,
        figures=figures,
        is_full=is_full,
        notice=content.notice(open_doors.event),
        **_facts(open_doors),
    )


def _facts(open_doors: OpenDoors) -> dict[str, Any]:
    sitting = open_doors.sitting
    return {
        "occasion": content.occasion(open_doors.site, sitting, of=1) if sitting.starts_at else None,
        "where": wording.where(open_doors.site, sitting),
        "contact": wording.contact(open_doors.event),
    }


def _entries(visit: Visit, token: str) -> list[ical.CalendarEntry]:
    link = f"{current_app.config['PUBLIC_URL']}/visit/{token}"
    return entries.entries(visit, link=link, sender=deliveries.sender_mailbox())


def _code(token: str) -> str:
    visit = visit_or_gone(token)
    code = queries.codes([visit]).get(visit.guest_id or 0)
    if code is None:
        abort(404)
    return code


def _file(body: bytes, content_type: str, name: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
