"""Asking people: everybody, a group, a site, one person; once more; again after all."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Batch, Delivery
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import messages, queries, rules
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.operations import telling
from eventsvc.invitations.operations.updating import bring_up_to_date
from eventsvc.rows import lock
from eventsvc.sites.models import Site


@atomic()
def invite(
    event: Event,
    *,
    group: GuestGroup | None = None,
    site: Site | None = None,
    guests: Collection[int] | None = None,
    by: Any,
    batch: Batch | None = None,
    limit: int | None = None,
) -> int:
    """Invite everybody in the scope who has not been; safe to repeat. Returns how many people it concerned.

    Each gets an invitation and a pass, and a message when there is an address: a draft of the `batch` when one is
    given. Those without one stand on the list of invitations to hand over; when an address turns up later, the next
    call writes to them. Those whose letter has not been issued are left out (`queries.barred`); LetterNotIssued when
    there is nobody else. With a `limit` at most that many people are asked, and the next call goes on.
    """
    lock(event)
    rules.require_sendable(event, clock.now())
    barred = queries.barred(event)
    untold, uninvited = (find(event, group, site, guests) for find in (queries.untold, queries.uninvited))
    waiting = list(db.session.scalars(barred.spared(untold).limit(limit)))
    left = None if limit is None else limit - len(waiting)
    places = telling.uninvited_places(event, barred.spared(uninvited).limit(left))
    is_start = batch is None or batch.composed == 0
    if (
        barred.why
        and is_start
        and not waiting
        and not places
        and any(map(queries.count, (untold, uninvited)))
    ):
        raise rules.LetterNotIssued(barred.sentence)
    invited = telling.add_invitations(event, places)
    telling.add_passes(event.id, [*places, *(each.guest_id for each in waiting)])
    waiting += telling.with_an_address(event, invited)
    for invitation in waiting:
        if invitation.is_outdated:
            invitation.revision = invitation.edition
    telling.tell(event, messages.INVITATION, waiting, batch)
    concerned = len(invited | {invitation.guest_id for invitation in waiting})
    if concerned:
        record(by, "invitations.made", event, event=event, invited=len(invited), messages=len(waiting))
    return concerned


@atomic()
def invite_guest(guest: Guest, *, by: Any, batch: Batch | None = None) -> Invitation:
    """Invite one person, as `invite` does; one who has been invited keeps the invitation there is."""
    invite(guest.event, guests=[guest.id], by=by, batch=batch)
    invitation = queries.invitation_for(guest)
    if invitation is None:
        raise NotFound(_("There is no such invitation."))
    return invitation


@atomic()
def resend(invitation: Invitation, *, number: int, by: Any) -> Delivery:
    """Write to one guest again: the same calendar entry, the pass that is live now.

    `number` counts the resendings of this edition (`queries.resends`): the same number again sends nothing.
    """
    event = invitation.event
    lock(event)
    rules.require_sendable(event, clock.now())
    telling.require_standing(invitation)
    if not invitation.guest.person.email:
        raise rules.NoAddress(_("There is no e-mail address to write to: hand the invitation over instead."))
    telling.require_letters(event, [invitation])
    if invitation.is_outdated:
        bring_up_to_date(event, [invitation], by)
        record(by, "invitations.updated", event, event=event, count=1)
        return queries.messages_of(invitation)[0]
    delivery = telling.write_again(invitation, number, by)
    record(by, "invitation.resent", invitation, event=event, delivery=delivery.id)
    return delivery


@atomic()
def restore_invitation(invitation: Invitation, *, by: Any) -> None:
    """Invite again someone whose invitation was taken back: a new pass, the same page, an answer to be given."""
    event = invitation.event
    lock(event)
    rules.require_sendable(event, clock.now())
    if invitation.revoked_at is None:
        return
    telling.require_letters(event, [invitation])
    invitation.revoked_at, invitation.told_at, invitation.changed_at = None, None, clock.now()
    invitation.own_changes += 1
    invitation.revision = invitation.edition
    telling.ask_again(invitation)
    telling.add_passes(event.id, [invitation.guest_id])
    db.session.flush()
    if invitation.guest.person.email:
        telling.tell(event, messages.INVITATION, [invitation])
    record(by, "invitation.restored", invitation, event=event)
