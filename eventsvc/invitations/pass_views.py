"""The pass on paper: for the guest by the personal link, and its end at the hands of an organizer."""

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import pdf, secrets
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import printing as agenda_printing
from eventsvc.guests.models import BadgeRole
from eventsvc.invitations import badges, pass_operations, queries
from eventsvc.invitations.invitee_views import Gone, gone, invitation_or_gone
from eventsvc.invitations.views import invitation_or_404
from eventsvc.web import papers
from eventsvc.web.labels import label

bp = Blueprint("pass_pages", __name__)
bp.register_error_handler(Gone, gone)

LOCALE = "vi"
"""Official papers are in Vietnamese, whatever language the reader of the pages has chosen."""


@bp.get("/i/<token>/pass.pdf")
@public
def pass_pdf(token):
    """The pass to be printed and brought along; the bytes are the same as long as nothing on it changes."""
    invitation = invitation_or_gone(token)
    live = queries.live_pass(invitation.guest)
    if live is None:
        raise Gone(404)
    event = invitation.event
    shown = badges.Shown(invitation.guest, secrets.unseal(live.code_sealed))
    with force_locale(LOCALE):
        values = badges.sheets(
            event, [shown], badges.Size.ONE, role_words, "\n".join(agenda_printing.when(event))
        )
        name = " – ".join([_("Pass"), event.short_title]) + ".pdf"
    return papers.paper(pdf.render("pass.typ", values), name)


@bp.post("/events/<slug>/invitations/<int:invitation_id>/pass/revoke")
@requires(Permission.ISSUE_PASS)
def revoke(slug, invitation_id):
    """The pass opens no door any more; the invitation stays as it is."""
    _event, invitation = invitation_or_404(slug, invitation_id)
    pass_operations.revoke_pass(invitation.guest, by=g.actor)
    flash(_("The QR code is no longer valid, and there is no new one."))
    return redirect(url_for("invitations.show", slug=slug, invitation_id=invitation_id))


def role_words(role: BadgeRole) -> str:
    """The word of a badge: "ĐẠI BIỂU"."""
    return str(label(role)).upper()
