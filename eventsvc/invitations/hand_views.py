"""Invitations carried by hand, and the people to phone."""

from itertools import groupby

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.invitations import (
    hand_labels,  # noqa: F401  (labels registers the words)
    hand_operations,
    hand_queries,
    messages,
    queries,
    rules,
)
from eventsvc.invitations.hand_forms import HandForm, PhoneForm
from eventsvc.invitations.hand_operations import Handed
from eventsvc.invitations.message_models import Handing
from eventsvc.invitations.models import Answer
from eventsvc.invitations.views import invitation_or_404
from eventsvc.sites import queries as sites
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt, carry_out, obstacle
from eventsvc.web.pagination import Page, number, paginate

bp = Blueprint("hand_deliveries", __name__, url_prefix="/events/<slug>/invitations/by-hand")
phone_bp = Blueprint("phone_list", __name__, url_prefix="/events/<slug>/phone-list")

CALLS_A_PAGE = 100
INVITATIONS_A_PAGE = 20


@bp.get("")
@requires(Permission.ANSWER_FOR)
def index(slug):
    """Invitations to print or to copy for those whom no message reaches. With `texts` all of them are unfolded."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    site = sites.site_by_code(event, request.args["site"]) if request.args.get("site") else None
    q, answer = search(), word(Answer, "answer")
    found = queries.by_hand(event, reach, q=q, answer=answer, site_id=site.id if site else None)
    page = paginate(found, per_page=INVITATIONS_A_PAGE, most=200)
    codes = queries.live_passes([invitation.guest_id for invitation in page.items])
    composer = messages.Composer(event, messages.INVITATION, clock.now())
    return render_template(
        "hand_deliveries/index.html",
        event=event,
        page=page,
        chosen={"q": q, "site": site, "answer": answer},
        answers=list(Answer),
        sites=list(db.session.scalars(sites.sites_of(event, site_ids=reach))),
        is_unfolded="texts" in request.args,
        letters=[
            messages.to_hand_over(composer, invitation, codes.get(invitation.guest_id))
            for invitation in page.items
        ],
        shows_contacts=_shows_contacts(event),
        obstacle=obstacle(lambda: rules.require_sendable(event, clock.now())),
    )


@bp.route("/<int:invitation_id>", methods=["GET", "POST"])
@requires(Permission.ANSWER_FOR)
def new(slug, invitation_id):
    """Record that an invitation was carried."""
    event, invitation = invitation_or_404(slug, invitation_id)
    form = HandForm(carried_by=g.user.name if g.user else "")
    status: int | None = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: hand_operations.hand_over(invitation, form.handed, by=g.actor))
        if status is None:
            flash(_("It is recorded that the invitation was handed over."))
            return redirect(url_for(".index", slug=slug))
    handings = hand_queries.handed_to(invitation)
    return render_template(
        "hand_deliveries/new.html",
        event=event,
        invitation=invitation,
        person=invitation.guest.person,
        form=form,
        handings=handings,
        people=users_by_id({each.recorded_by_id for each in handings} - {None}),
        shows_contacts=_shows_contacts(event),
    ), status


@phone_bp.get("", endpoint="index")
@requires(Permission.SEND_MAIL)
def phones(slug):
    """Everybody whom a message did not reach, with the reason and the numbers, site by site."""
    return _calls(event_or_404(slug, g.access))


def _calls(event: Event, refused: tuple[int, PhoneForm] | None = None) -> str:
    """The list; with the form of one call as it was typed, when that could not be taken."""
    calls = hand_queries.to_phone(event, g.access.site_ids(event))
    page = number("page", 1, 10**6)
    rows = list(db.session.execute(calls.limit(CALLS_A_PAGE).offset((page - 1) * CALLS_A_PAGE)).unique())
    total = queries.count(calls)
    forms = {row.Invitation.id: PhoneForm(formdata=None).of(row.Invitation.id) for row in rows}
    if refused:
        forms[refused[0]] = refused[1].of(refused[0])
    return render_template(
        "phone_list/index.html",
        event=event,
        page=Page(rows, total, page, CALLS_A_PAGE),
        by_site=[
            (site, list(calls)) for site, calls in groupby(rows, key=lambda row: row.Invitation.guest.site)
        ],
        others=hand_queries.others_to_phone(event),
        shows_contacts=_shows_contacts(event),
        forms=forms,
    )


@phone_bp.post("/<int:invitation_id>/reached")
@requires(Permission.SEND_MAIL)
def reached(slug, invitation_id):
    """Somebody was reached by phone: that is recorded, and takes the person off the list."""
    event, invitation = invitation_or_404(slug, invitation_id)
    form = PhoneForm()
    if not form.validate_on_submit():
        return _calls(event, (invitation.id, form)), 422
    who = g.user.name or g.user.email if g.user else _("a program")
    handed = Handed(Handing.PHONE, who, form.received_by.data or None, note=form.note.data or None)
    carry_out(
        lambda: hand_operations.hand_over(invitation, handed, by=g.actor),
        _("%(name)s was reached by phone.", name=invitation.guest.person.full_name),
    )
    return redirect(url_for("phone_list.index", slug=event.slug))


def _shows_contacts(event: Event) -> bool:
    return g.access.extends_to(Permission.READ_CONTACTS, event)
