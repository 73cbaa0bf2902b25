"""An organizer's pages about invitations: who has been asked, reached, heard from; asking; handing over."""

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock, qr, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import queries as agenda
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.invitations import (
    content,
    entries,
    group_text,
    hand_queries,
    kinds,
    labels,  # noqa: F401  (labels registers the words)
    messages,
    operations,
    passes,
    queries,
    rules,
    substitution_queries,
    wording,
)
from eventsvc.invitations.batch_views import begin
from eventsvc.invitations.figures import Progress
from eventsvc.invitations.forms import StaffAnswerForm
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import attempt, obstacle
from eventsvc.web.pagination import paginate

bp = Blueprint("invitations", __name__, url_prefix="/events/<slug>/invitations")

MOST_RESENDS = 9999
PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
)


@bp.get("")
@requires(Permission.READ_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    chosen = _chosen(event)
    page = paginate(
        queries.listed(
            event,
            site_ids=reach,
            q=chosen["q"],
            answer=chosen["answer"],
            progress=chosen["progress"],
            site_id=chosen["site"].id if chosen["site"] else None,
            group_id=chosen["group"].id if chosen["group"] else None,
        )
    )
    return render_template(
        "invitations/index.html",
        event=event,
        page=page,
        lines=queries.lines(page.items),
        places=substitution_queries.for_guests([guest.id for guest in page.items]),
        tallies=queries.tallies(event, reach),
        groups=guests.groups_of(event),
        sites=list(db.session.scalars(sites.sites_of(event, site_ids=reach))),
        chosen=chosen,
        answers=list(Answer),
        progresses=list(Progress),
        overtaken=queries.overtaken(event),
        held=_held(event),
        silent=queries.count(queries.silent(event)),
        thankable=queries.count(queries.thankable(event)) if rules.is_past(event, clock.now()) else 0,
        obstacle=obstacle(lambda: rules.require_sendable(event, clock.now())),
    )


@bp.post("")
@requires(Permission.SEND_MAIL)
def invite(slug):
    """Begin a batch to everybody, a group or a site: the fields `group` and `site` narrow the scope."""
    event = event_or_404(slug, g.access)
    group, site = _group(event, request.form.get("group")), _site(event, request.form.get("site"))
    return begin(event, kinds.INVITATION, _back(slug, group, site))


@bp.post("/updates")
@requires(Permission.SEND_MAIL)
def send_updates(slug):
    return begin(event_or_404(slug, g.access), kinds.UPDATE, url_for(".index", slug=slug))


@bp.post("/reminders")
@requires(Permission.SEND_MAIL)
def remind(slug):
    """Begin a batch to those who have not answered."""
    return begin(event_or_404(slug, g.access), kinds.REMINDER, url_for(".index", slug=slug))


@bp.post("/thanks")
@requires(Permission.SEND_MAIL)
def thank(slug):
    """Begin a batch to those who accepted, when the event is over."""
    return begin(event_or_404(slug, g.access), kinds.THANKS, url_for(".index", slug=slug))


@bp.get("/group-text")
@requires(Permission.READ_GUESTS)
def show_group_text(slug):
    """The invitation as text for a group chat, for the guests of one site."""
    event = event_or_404(slug, g.access)
    within = list(db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event))))
    chosen = next((site for site in within if site.code == request.args.get("site")), None)
    site = chosen or next(iter(within), None)
    sittings = [each for each in entries.dated(event) if each.cancelled_at is None]
    parts = agenda.public(agenda.released(event))
    programmes = [content.programme(part) for part in parts] if "programme" in request.args else []
    link = url_for("agenda.programme", slug=slug) if "link" in request.args and parts else ""
    address = f"{current_app.config['PUBLIC_URL']}{link}" if link else ""
    return render_template(
        "invitations/group_text.html",
        event=event,
        site=site,
        sites=within,
        with_programme="programme" in request.args,
        with_link="link" in request.args,
        text=group_text.text(event, site, sittings, programmes, address) if site else "",
    )


@bp.get("/preview")
@requires(Permission.SEND_MAIL)
def show_preview(slug):
    """The message as it would be sent to one guest, who need not be invited yet; nothing is stored."""
    event = event_or_404(slug, g.access)
    candidates = queries.listed(event, site_ids=g.access.site_ids(event))
    guest_id = whole(request.args.get("guest"))
    if guest_id is not None:
        guest = guests.guest_of(event, guest_id, g.access.site_ids(event))
    else:
        guest = db.session.scalars(candidates.limit(1)).first()
    shown = messages.preview(event, guest, clock.now()) if guest else None
    if shown and request.args.get("part") == "html":
        return Response(shown.html, headers={"Content-Security-Policy": PREVIEW_POLICY})
    return render_template(
        "invitations/preview.html",
        event=event,
        guest=guest,
        shown=shown,
        obstacle=obstacle(lambda: rules.require_sendable(event, clock.now())),
        others=list(db.session.scalars(candidates.limit(500))),
    )


@bp.get("/<int:invitation_id>")
@requires(Permission.READ_GUESTS)
def show(slug, invitation_id):
    event, invitation = invitation_or_404(slug, invitation_id)
    form = StaffAnswerForm(formdata=None, answer=_in_force(invitation), reason=invitation.reason)
    return _page(event, invitation, form)


@bp.post("/<int:invitation_id>/answer")
@requires(Permission.ANSWER_FOR)
def answer(slug, invitation_id):
    """Enter an answer that was given by telephone."""
    event, invitation = invitation_or_404(slug, invitation_id)
    form = StaffAnswerForm()
    status = 422
    if form.validate_on_submit():
        given = {"reason": form.reason.data, "source": AnswerSource.STAFF, "by": g.actor}
        failed = attempt(form, lambda: operations.answer(invitation, form.given, **given))
        if failed is None:
            flash(_("The answer has been recorded."))
            return redirect(url_for(".show", slug=slug, invitation_id=invitation_id))
        status = failed
    return _page(event, invitation, form), status


@bp.post("/<int:invitation_id>/pass")
@requires(Permission.ISSUE_PASS)
def reissue(slug, invitation_id):
    _event, invitation = invitation_or_404(slug, invitation_id)
    operations.reissue_pass(invitation.guest, by=g.actor)
    flash(
        _(
            "A new QR code is issued; the old one is no longer valid. Send the invitation again to tell the guest."
        )
    )
    return redirect(url_for(".show", slug=slug, invitation_id=invitation_id))


@bp.post("/<int:invitation_id>/resend")
@requires(Permission.SEND_MAIL)
def resend(slug, invitation_id):
    _event, invitation = invitation_or_404(slug, invitation_id)
    number = whole(request.form.get("number"))
    if number is None or number > MOST_RESENDS:
        raise NotFound(_("There is nothing at this address."))
    operations.resend(invitation, number=number, by=g.actor)
    flash(_("The invitation is on its way again."))
    return redirect(url_for(".show", slug=slug, invitation_id=invitation_id))


@bp.post("/<int:invitation_id>/revoke")
@requires(Permission.SEND_MAIL)
def revoke(slug, invitation_id):
    _event, invitation = invitation_or_404(slug, invitation_id)
    operations.revoke_invitation(invitation, by=g.actor)
    flash(_("The invitation is withdrawn."))
    return redirect(url_for(".show", slug=slug, invitation_id=invitation_id))


@bp.post("/<int:invitation_id>/restore")
@requires(Permission.SEND_MAIL)
def restore(slug, invitation_id):
    _event, invitation = invitation_or_404(slug, invitation_id)
    operations.restore_invitation(invitation, by=g.actor)
    flash(_("The guest is invited again."))
    return redirect(url_for(".show", slug=slug, invitation_id=invitation_id))


@bp.get("/<int:invitation_id>/pass.svg")
@requires(Permission.ISSUE_PASS)
def pass_svg(slug, invitation_id):
    _event, invitation = invitation_or_404(slug, invitation_id)
    live = queries.live_pass(invitation.guest)
    if live is None:
        raise NotFound(_("There is no valid QR code."))
    return Response(qr.svg(secrets.unseal(live.code_sealed)), content_type="image/svg+xml; charset=utf-8")


def _page(event: Event, invitation: Invitation, form: StaffAnswerForm) -> str:
    may_issue = g.access.to(Permission.ISSUE_PASS).covers_site(invitation.guest.site)
    may_answer = g.access.to(Permission.ANSWER_FOR).covers_site(invitation.guest.site)
    live = queries.live_pass(invitation.guest) if may_issue else None
    return render_template(
        "invitations/show.html",
        event=event,
        invitation=invitation,
        guest=invitation.guest,
        form=form,
        messages=queries.messages_of(invitation),
        handings=hand_queries.handed_to(invitation),
        passes=queries.passes_of(invitation.guest),
        number=queries.resends(invitation) + 1,
        places=substitution_queries.for_guests([invitation.guest_id]).get(invitation.guest_id),
        may_answer=may_answer,
        may_issue=may_issue,
        code=passes.grouped(secrets.unseal(live.code_sealed)) if live else None,
        link=f"{current_app.config['PUBLIC_URL']}/i/{secrets.unseal(invitation.token_sealed)}"
        if may_answer  # whoever has the link can answer
        else None,
        where=wording.site_name(invitation.guest.site),
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        is_open=not event.is_cancelled and not rules.is_past(event, clock.now()),
    )


def invitation_or_404(slug: str, invitation_id: int) -> tuple[Event, Invitation]:
    """The event and one of its invitations, within the sites that the reader may see."""
    event = event_or_404(slug, g.access)
    return event, queries.invitation_of(event, invitation_id, g.access.site_ids(event))


def _in_force(invitation: Invitation) -> str | None:
    return None if invitation.answer is Answer.NEEDS_ACTION else invitation.answer.value


def _held(event: Event) -> tuple[int, str]:
    """How many are not invited because their letter has not been issued, and the sentence that says so."""
    barred = queries.barred(event)
    return (queries.count(barred.held(queries.uninvited(event))), barred.sentence) if barred.why else (0, "")


def _chosen(event: Event) -> dict:
    """The filters of the list; what does not exist is not a filter."""
    return {
        "q": search(),
        "answer": word(Answer, "answer"),
        "progress": word(Progress, "progress"),
        "site": _site(event, request.args.get("site")),
        "group": _group(event, request.args.get("group")),
    }


def _site(event: Event, code: str | None) -> Site | None:
    return sites.site_by_code(event, code) if code else None


def _group(event: Event, group_id: str | None):
    if not group_id:
        return None
    number = whole(group_id)
    if number is None:
        raise NotFound(_("There is nothing at this address."))
    return guests.group_of(event, number)


def _back(slug: str, group, site) -> str:
    return url_for(".index", slug=slug, group=group.id if group else None, site=site.code if site else None)
