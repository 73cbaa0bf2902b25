"""The page on which an invitee names who goes instead, reached by the personal link."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import public
from eventsvc.invitations import (
    content,
    entries,
    substitution_labels,  # noqa: F401  (labels registers the words)
    substitution_operations,
    substitution_queries,
    wording,
)
from eventsvc.invitations.invitee_views import Gone, gone, invitation_or_gone
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.substitution_forms import OwnSubstituteForm
from eventsvc.invitations.substitution_models import SubstitutionSource, SubstitutionState
from eventsvc.invitations.substitution_views import name_substitute
from eventsvc.web.edits import carry_out, obstacle

bp = Blueprint("substitution_page", __name__)
bp.register_error_handler(Gone, gone)


@bp.route("/i/<token>/substitute", methods=["GET", "POST"])
@public
def page(token):
    invitation = invitation_or_gone(token)
    form = OwnSubstituteForm()
    made, status = name_substitute(form, invitation, source=SubstitutionSource.INVITEE)
    if made is not None:
        return _thank(token, made)
    return _page(invitation, token, form), status


@bp.post("/i/<token>/substitute/withdraw")
@public
def withdraw(token):
    invitation = invitation_or_gone(token)
    waiting = substitution_queries.waiting_for(invitation)
    carry_out(
        lambda: waiting and substitution_operations.withdraw(waiting, by=invitation),
        _("Nobody goes in your place: the request is taken back."),
    )
    return redirect(url_for(".page", token=token))


def _thank(token, substitution):
    name = substitution.person.full_name
    if substitution.state is SubstitutionState.WAITING:
        flash(_("Thank you. The organizers will decide whether %(name)s goes in your place.", name=name))
        return redirect(url_for(".page", token=token))
    flash(_("Thank you. %(name)s goes in your place and has been invited.", name=name))
    return redirect(url_for("invitee.page", token=token))


def _page(invitation: Invitation, token: str, form: OwnSubstituteForm) -> str:
    event, guest = invitation.event, invitation.guest
    sittings = entries.dated(event)
    waiting = substitution_queries.waiting_for(invitation)
    latest = substitution_queries.latest_for(invitation)
    return render_template(
        "substitutions/page.html",
        event=event,
        guest=guest,
        token=token,
        form=form,
        addressee=wording.addressee(guest.person),
        office=wording.office(guest.person),
        occasions=[content.occasion(guest.site, sitting, of=len(sittings)) for sitting in sittings],
        contact=wording.contact(event),
        notice=content.notice(event),
        waiting=waiting,
        refused=latest if latest and latest.state is SubstitutionState.REFUSED else None,
        needs_approval=substitution_operations.needs_approval(guest),
        obstacle=obstacle(lambda: substitution_operations.require_substitutable(invitation)),
    )
