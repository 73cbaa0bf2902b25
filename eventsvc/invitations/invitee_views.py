"""The pages an invitee reaches by the personal link: the invitation, its pass, its calendar, the stop of reminders."""

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock, ical, qr, secrets
from eventsvc.accounts.access import public
from eventsvc.agenda import queries as agenda
from eventsvc.db import db
from eventsvc.deliveries import queries as deliveries
from eventsvc.errors import DomainError
from eventsvc.extensions import csrf
from eventsvc.invitations import (
    content,
    entries,
    labels,  # noqa: F401  (labels registers the words)
    operations,
    passes,
    queries,
    rules,
    substitution_queries,
    tokens,
    wording,
)
from eventsvc.invitations.forms import GIVEN, AnswerForm
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.models import Answer, AnswerSource, Invitation

bp = Blueprint("invitee", __name__)


class Gone(Exception):
    """The link led somewhere once, or never did."""

    def __init__(self, status: int, *, is_replaced: bool = False) -> None:
        super().__init__(status)
        self.status, self.is_replaced = status, is_replaced


@bp.errorhandler(Gone)
def gone(error: Gone):
    page = render_template("invitations/gone.html", status=error.status, is_replaced=error.is_replaced)
    return page, error.status


@bp.route("/i/<token>", methods=["GET", "POST"])
@public
def page(token):
    invitation = invitation_or_gone(token)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            operations.answer(invitation, form.given, reason=form.reason.data, source=AnswerSource.PAGE)
        except DomainError as refusal:
            if isinstance(refusal, rules.InvitationRevoked):
                raise Gone(410, is_replaced=substitution_queries.is_replaced(invitation)) from refusal
            flash(str(refusal), "error")
        else:
            flash(_("Thank you. Your answer has been recorded."))
        return redirect(url_for(".page", token=token))
    if request.method == "GET":
        form.answer.data = _preselected(invitation)
        form.reason.data = invitation.reason
    return _page(invitation, token, form), 422 if form.errors else 200


@bp.get("/i/<token>/invitation.ics")
@public
def calendar(token):
    """The entries for any calendar program; importing them again brings changes up to date."""
    invitation = invitation_or_gone(token)
    items = _entries(invitation, _link(token))
    if not items:
        raise Gone(404)
    body = ical.publish(items, name=invitation.event.short_title)
    return _file(body, "text/calendar; charset=utf-8", "giay-moi.ics")


@bp.get("/i/<token>/pass.svg")
@public
def pass_svg(token):
    return Response(qr.svg(_code(invitation_or_gone(token))), content_type="image/svg+xml; charset=utf-8")


@bp.get("/i/<token>/pass.png")
@public
def pass_png(token):
    return _file(qr.png(_code(invitation_or_gone(token)), module_px=16), "image/png", "ma-qr-diem-danh.png")


@bp.route("/u/<token>", methods=["GET", "POST"])
@csrf.exempt
@public
def stop(token):
    """Stop reminders: mail programs post here by themselves (RFC 8058), people press the button."""
    invitation_id = tokens.invitation_id_of(token)
    invitation = db.session.get(Invitation, invitation_id) if invitation_id is not None else None
    if invitation is None:
        raise Gone(404)
    if request.method == "POST":
        operations.stop_reminders(invitation)
    return render_template("invitations/stop.html", invitation=invitation)


def invitation_or_gone(token: str) -> Invitation:
    """The invitation of a link that still works; Gone says which of the two ends it came to."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise Gone(404)
    kept_until = invitation.event.data_kept_until
    if invitation.revoked_at is not None or (kept_until is not None and kept_until < clock.today()):
        raise Gone(410, is_replaced=substitution_queries.is_replaced(invitation))
    return invitation


def _preselected(invitation: Invitation) -> str | None:
    """The answer of the button in the message, else the one in force: shown as chosen, stored by POST only."""
    wanted = request.args.get("answer", "")
    if wanted in {answer.value for answer in GIVEN}:
        return wanted
    return None if invitation.answer is Answer.NEEDS_ACTION else invitation.answer.value


def _page(invitation: Invitation, token: str, form: AnswerForm) -> str:
    event, guest, now = invitation.event, invitation.guest, clock.now()
    sittings = entries.dated(event)
    live = queries.live_pass(guest)
    is_open = not event.is_cancelled and not rules.is_past(event, now)
    return render_template(
        "invitations/invitee.html",
        invitation=invitation,
        event=event,
        guest=guest,
        token=token,
        form=form,
        addressee=wording.addressee(guest.person),
        office=wording.office(guest.person),
        occasions=[content.occasion(guest.site, sitting, of=len(sittings)) for sitting in sittings],
        window=wording.window(event),
        where=wording.site_name(guest.site),
        contact=wording.contact(event),
        programmes=[
            content.programme(part)
            for part in agenda.public(agenda.released(event))
            if not part.sitting.cancelled_at
        ],
        notice=content.notice(event),
        code=passes.grouped(secrets.unseal(live.code_sealed)) if live and is_open else None,
        entries=_entries(invitation, _link(token)),
        has_letter=Letters(event).enclosed(invitation) is not None,
        may_name_substitute="substitution_page.page" in current_app.view_functions,
        is_open=is_open,
        is_past=rules.is_past(event, now),
        wants=request.args.get("answer") if request.method == "GET" else None,
        former=_former(invitation),
        places=substitution_queries.for_guests([guest.id]).get(guest.id),
        ical=ical,
    )


def _former(invitation: Invitation) -> Answer | None:
    """The answer that time or place has overtaken."""
    if not invitation.is_answer_stale:
        return None
    return invitation.former_answer or (
        invitation.answer if invitation.answer is not Answer.NEEDS_ACTION else None
    )


def _entries(invitation: Invitation, link: str) -> list[ical.CalendarEntry]:
    sender = deliveries.sender_mailbox()
    sittings = entries.dated(invitation.event)
    if sittings:
        return entries.entries(invitation, sittings, link=link, sender=sender)
    return entries.tentative(invitation, link=link, sender=sender)


def _link(token: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}/i/{token}"


def _code(invitation: Invitation) -> str:
    live = queries.live_pass(invitation.guest)
    if live is None:
        abort(404)
    return secrets.unseal(live.code_sealed)


def _file(body: bytes, content_type: str, name: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
