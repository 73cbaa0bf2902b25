"""The page on which an invitee names who goes instead, reached by the personal link."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import public
from eventsvc.errors import DomainError
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
from eventsvc.web.edits import attempt

bp = Blueprint("substitution_page", __name__)
bp.register_error_handler(Gone, gone)


@bp.route("/i/<token>/substitute", methods=["GET", "POST"])
@public
def page(token):
    invitation = invitation_or_gone(token)
    form = OwnSubstituteForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made = []
        failed = attempt(
            form,
            lambda: made.append(
                substitution_operations.request_substitution(
                    invitation, details=form.details, **form.words, source=SubstitutionSource.INVITEE
                )
            ),
        )
        if failed is None:
            return _thank(token, made[0])
        status = failed
    elif not form.is_submitted():
        form.organization_name.data = invitation.guest.person.organization_name
    return _page(invitation, token, form), status


@bp.post("/i/<token>/substitute/withdraw")
@public
def withdraw(token):
    invitation = invitation_or_gone(token)
    waiting = substitution_queries.waiting_for(invitation)
    try:
        if waiting is not None:
            substitution_operations.withdraw(waiting, by=invitation)
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("Nobody goes in your place: the request is taken back."))
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
        obstacle=_obstacle(invitation),
    )


def _obstacle(invitation: Invitation) -> str | None:
    """Why nobody can be named, as the sentence of the refusal; None when somebody can."""
    try:
        substitution_operations.require_substitutable(invitation)
    except DomainError as refusal:
        return str(refusal)
    return None
