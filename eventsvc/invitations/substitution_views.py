"""An organizer's pages about substitutes: those who wait, those decided; naming one on somebody's behalf."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.permissions import event_or_404
from eventsvc.invitations import (
    substitution_labels,  # noqa: F401  (labels registers the words)
    substitution_operations,
    substitution_queries,
    wording,
)
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.substitution_forms import RefusalForm, SubstituteForm
from eventsvc.invitations.substitution_models import Substitution, SubstitutionSource, SubstitutionState
from eventsvc.invitations.views import invitation_or_404
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt, carry_out, obstacle
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
    event, invitation = invitation_or_404(slug, invitation_id)
    form = SubstituteForm()
    made, status = name_substitute(form, invitation, source=SubstitutionSource.STAFF, by=g.actor)
    if made is not None:
        return _announce(slug, made)
    page = render_template(
        "substitutions/new.html",
        event=event,
        invitation=invitation,
        guest=invitation.guest,
        form=form,
        where=wording.site_name(invitation.guest.site),
        waiting=substitution_queries.waiting_for(invitation),
        needs_approval=substitution_operations.needs_approval(invitation.guest),
        obstacle=obstacle(lambda: substitution_operations.require_substitutable(invitation)),
    )
    return page, status


@bp.post("/<int:substitution_id>/approve")
@requires(Permission.EDIT_EVENT)
def approve(slug, substitution_id):
    event = event_or_404(slug, g.access)
    substitution = substitution_queries.substitution_of(event, substitution_id)
    carry_out(
        lambda: substitution_operations.approve(substitution, by=g.actor),
        _("%(name)s goes as substitute and has been invited.", name=substitution.person.full_name),
    )
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
    carry_out(
        lambda: substitution_operations.withdraw(substitution, by=g.actor),
        _("The request is taken back; the invitation stands as it was."),
    )
    return redirect(url_for(".index", slug=slug))


def _announce(slug, substitution):
    name = substitution.person.full_name
    if substitution.state is SubstitutionState.WAITING:
        flash(_("%(name)s is named as substitute and waits for approval.", name=name))
    else:
        flash(_("%(name)s goes as substitute and has been invited.", name=name))
    return redirect(url_for(".index", slug=slug))


def name_substitute(
    form: SubstituteForm, invitation: Invitation, *, source: SubstitutionSource, by: Any = None
) -> tuple[Substitution | None, int]:
    """The substitute whom the form names; or None, with the status of the page that shows the form again."""
    if not form.is_submitted():
        form.organization_name.data = invitation.guest.person.organization_name
        return None, 200
    made: list[Substitution] = []
    status: int | None = 422
    if form.validate_on_submit():
        details, words = form.details, form.words
        status = attempt(
            form,
            lambda: made.append(
                substitution_operations.request_substitution(
                    invitation, details=details, **words, source=source, by=by
                )
            ),
        )
    return (made[0], 302) if status is None else (None, status)
