"""An organizer's pages about substitutes: those who wait, those decided; naming one on somebody's behalf."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.errors import DomainError
from eventsvc.events.permissions import event_or_404
from eventsvc.invitations import (
    queries,
    substitution_labels,  # noqa: F401  (labels registers the words)
    substitution_operations,
    substitution_queries,
    wording,
)
from eventsvc.invitations.substitution_forms import RefusalForm, SubstituteForm
from eventsvc.invitations.substitution_models import SubstitutionSource, SubstitutionState
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import paginate

bp = Blueprint("substitutions", __name__, url_prefix="/events/<slug>/substitutions")


@bp.get("")
@requires(Permission.READ_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    chosen = {"q": search(), "state": word(SubstitutionState, "state")}
    page = paginate(substitution_queries.listed(event, site_ids=reach, **chosen), per_page=50)
    return render_template(
        "substitutions/index.html",
        event=event,
        page=page,
        chosen=chosen,
        states=list(SubstitutionState),
        waiting=substitution_queries.number_waiting(event, reach),
    )


@bp.route("/for/<int:invitation_id>", methods=["GET", "POST"])
@requires(Permission.ANSWER_FOR)
def new(slug, invitation_id):
    """Name somebody on behalf of an invitee, who said so by telephone."""
    event = event_or_404(slug, g.access)
    invitation = queries.invitation_of(event, invitation_id, g.access.site_ids(event))
    form = SubstituteForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made = []
        failed = attempt(
            form,
            lambda: made.append(
                substitution_operations.request_substitution(
                    invitation,
                    details=form.details,
                    **form.words,
                    source=SubstitutionSource.STAFF,
                    by=g.actor,
                )
            ),
        )
        if failed is None:
            return _announce(slug, made[0])
        status = failed
    elif not form.is_submitted():
        form.organization_name.data = invitation.guest.person.organization_name
    page = render_template(
        "substitutions/new.html",
        event=event,
        invitation=invitation,
        guest=invitation.guest,
        form=form,
        where=wording.site_name(invitation.guest.site),
        waiting=substitution_queries.waiting_for(invitation),
        needs_approval=substitution_operations.needs_approval(invitation.guest),
        obstacle=_obstacle(invitation),
    )
    return page, status


@bp.post("/<int:substitution_id>/approve")
@requires(Permission.EDIT_EVENT)
def approve(slug, substitution_id):
    event = event_or_404(slug, g.access)
    substitution = substitution_queries.substitution_of(event, substitution_id)
    try:
        substitution_operations.approve(substitution, by=g.actor)
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("%(name)s goes as substitute and has been invited.", name=substitution.person.full_name))
    return redirect(url_for(".index", slug=slug))


@bp.route("/<int:substitution_id>/refuse", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def refuse(slug, substitution_id):
    event = event_or_404(slug, g.access)
    substitution = substitution_queries.substitution_of(event, substitution_id)
    form = RefusalForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        failed = attempt(
            form,
            lambda: substitution_operations.refuse(substitution, remark=form.remark.data or "", by=g.actor),
        )
        if failed is None:
            flash(_("The substitute is not agreed to; whoever asked is told why."))
            return redirect(url_for(".index", slug=slug))
        status = failed
    return render_template(
        "substitutions/refuse.html", event=event, substitution=substitution, form=form
    ), status


@bp.post("/<int:substitution_id>/withdraw")
@requires(Permission.ANSWER_FOR)
def withdraw(slug, substitution_id):
    event = event_or_404(slug, g.access)
    substitution = substitution_queries.substitution_of(event, substitution_id, g.access.site_ids(event))
    try:
        substitution_operations.withdraw(substitution, by=g.actor)
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("The request is taken back; the invitation stands as it was."))
    return redirect(url_for(".index", slug=slug))


def _announce(slug, substitution):
    name = substitution.person.full_name
    if substitution.state is SubstitutionState.WAITING:
        flash(_("%(name)s is named as substitute and waits for approval.", name=name))
    else:
        flash(_("%(name)s goes as substitute and has been invited.", name=name))
    return redirect(url_for(".index", slug=slug))


def _obstacle(invitation) -> str | None:
    """Why nobody can be named, as the sentence of the refusal; None when somebody can."""
    try:
        substitution_operations.require_substitutable(invitation)
    except DomainError as refusal:
        return str(refusal)
    return None
