"""The operator's page on the day, and the links that the stage, the MC and the technicians look by."""

from typing import NamedTuple

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _

from eventsvc import clock, qr, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.models import ApiToken
from eventsvc.accounts.permissions import Permission, Role
from eventsvc.accounts.queries import screen_tokens
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.stage import labels, operations, queries, screen_views
from eventsvc.stage.forms import LinkForm, MessageForm
from eventsvc.stage.presses import Press
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt
from eventsvc.web.snapshots import Snapshot, etag

bp = Blueprint("stage", __name__)
bp.add_app_template_filter(labels.last_press, "last_press")

VIEWS = ("stage", "mc", "technician")


class Link(NamedTuple):
    """A link as its page shows it, with the address of each view."""

    id: int
    name: str
    urls: dict[str, str]


@bp.get("/events/<slug>/stage")
@requires(Permission.READ_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    chosen = whole(request.args.get("sitting"))
    sitting = _sitting(event, chosen) if chosen is not None else None
    stage = queries.stage(event, sitting)
    return _page(event, stage.sitting if stage else None, MessageForm())


@bp.get("/events/<slug>/stage/<int:number>/fragment")
@requires(Permission.READ_EVENT)
def fragment(slug, number):
    event = event_or_404(slug, g.access)
    body = _fragment(event, _sitting(event, number))
    return screen_views.answer(Snapshot(body, etag(body), 0.0))


@bp.get("/events/<slug>/stage/preview")
@requires(Permission.READ_EVENT)
def preview(slug):
    """What the stage sees, for the operator's page."""
    return screen_views.answer(screen_views.parts(event_or_404(slug, g.access).id, "stage"))


@bp.post("/events/<slug>/stage/<int:number>/press")
@requires(Permission.RUN_SHOW)
def press(slug, number):
    event = event_or_404(slug, g.access)
    sitting = _sitting(event, number)
    word, _colon, key = request.form.get("press", "").partition(":")
    try:
        what, revision = _pressed(word), _revision(request.form.get("revision", ""))
        operations.press(sitting, what, revision=revision, key=key or None, by=g.user)
    except DomainError as refusal:
        return _refused(event, sitting, refusal)
    return _done(event, sitting)


@bp.post("/events/<slug>/stage/<int:number>/message")
@requires(Permission.RUN_SHOW)
def say(slug, number):
    event = event_or_404(slug, g.access)
    sitting, form = _sitting(event, number), MessageForm()
    if not form.validate_on_submit():
        return _refused(event, sitting, Invalid(_("The message was not sent.")), form)
    try:
        operations.say(sitting, form.message.data or "", seen=form.seen_at, by=g.user)
    except DomainError as refusal:
        return _refused(event, sitting, refusal, form)
    return _done(event, sitting)


@bp.route("/events/<slug>/stage/links", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def links(slug):
    event, form, status = event_or_404(slug, g.access), LinkForm(), 200
    if form.validate_on_submit():
        refused = attempt(form, lambda: operations.make_link(event, name=form.name.data or "", by=g.user))
        if refused is None:
            flash(_("The link is made."))
            return redirect(url_for(".links", slug=slug))
        status = refused
    elif form.errors:
        status = 422
    return render_template("stage/links.html", event=event, form=form, links=_links(event)), status


@bp.get("/events/<slug>/stage/links/<int:link_id>/<view>.svg")
@requires(Permission.EDIT_EVENT)
def link_qr(slug, link_id, view):
    event = event_or_404(slug, g.access)
    link = _link(event, link_id)
    if view not in VIEWS:
        raise NotFound(_("There is nothing at this address."))
    return Response(qr.address_svg(_urls(link)[view]), mimetype="image/svg+xml")


@bp.post("/events/<slug>/stage/links/<int:link_id>/revoke")
@requires(Permission.EDIT_EVENT)
def revoke_link(slug, link_id):
    event = event_or_404(slug, g.access)
    operations.revoke_link(event, _link(event, link_id), by=g.user)
    flash(_("The link no longer opens anything."))
    return redirect(url_for(".links", slug=slug))


def _sitting(event: Event, number: int) -> Sitting:
    for sitting in event.standing_sittings:
        if sitting.number == number:
            return sitting
    raise NotFound(_("There is nothing at this address."))


def _pressed(word: str) -> Press:
    try:
        return Press(word)
    except ValueError:
        raise Invalid(_("There is no such button.")) from None


def _revision(typed: str) -> int:
    revision = whole(typed)
    if revision is None:
        raise Invalid(_("The page is too old. Load it again and press once more."))
    return revision


def _page(event: Event, sitting: Sitting | None, form: MessageForm, refusal: object = None) -> str:
    stage = queries.stage(event, sitting) if sitting is not None else None
    if stage is not None and not form.is_submitted():
        form.seen.data = stage.message_at.isoformat() if stage.message_at else ""
    shown = queries.stage(event)
    return render_template(
        "stage/index.html",
        event=event,
        stage=stage,
        shown=shown,
        form=form,
        refusal=refusal,
        runs=g.access.extends_to(Permission.RUN_SHOW, event),
        milliseconds=screen_views.milliseconds(),
        today=clock.today(),
        is_polled=False,
    )


def _fragment(event: Event, sitting: Sitting) -> str:
    return render_template(
        "stage/run_parts.html",
        event=event,
        stage=queries.stage(event, sitting),
        runs=g.access.extends_to(Permission.RUN_SHOW, event),
        is_polled=True,
    )


def _wants_parts() -> bool:
    """The page's own script asks for the changed part with the sentence beside it; a plain form for a page."""
    return request.headers.get("X-Parts") == "1"


def _done(event: Event, sitting: Sitting) -> Response:
    if _wants_parts():
        return jsonify(notice="", html=_fragment(event, sitting))
    return redirect(url_for(".index", slug=event.slug, sitting=sitting.number))  # type: ignore[return-value]


def _refused(event: Event, sitting: Sitting, refusal: DomainError, form: MessageForm | None = None):
    """A clear sentence and the state as it is now."""
    if _wants_parts():
        sentences = [error for field in (form or ()) for error in field.errors]
        notice = " ".join([str(refusal), *map(str, sentences)])
        return jsonify(notice=notice, html=_fragment(event, sitting)), refusal.status
    return _page(event, sitting, form or MessageForm(formdata=None), refusal), refusal.status


def _links(event: Event) -> list[Link]:
    return [Link(row.id, row.name, _urls(row)) for row in screen_tokens(event.id, Role.STAGE)]


def _link(event: Event, link_id: int) -> ApiToken:
    for row in screen_tokens(event.id, Role.STAGE):
        if row.id == link_id:
            return row
    raise NotFound(_("There is nothing at this address."))


def _urls(row: ApiToken) -> dict[str, str]:
    base = f"{current_app.config['PUBLIC_URL']}/stage/{secrets.unseal(row.token_sealed or '')}"
    return {"stage": base, "mc": f"{base}/mc", "technician": f"{base}/technician"}
