"""Telling people what has changed, and taking back what no longer stands."""

from collections.abc import Sequence
from typing import Any

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Batch
from eventsvc.events.models import Event
from eventsvc.invitations import entries, messages, queries, rules
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.operations import telling
from eventsvc.rows import lock


@atomic()
def send_updates(event: Event, *, by: Any, batch: Batch | None = None, limit: int | None = None) -> int:
    """Tell everybody whose message has been overtaken by a change of time or place; returns how many.

    Their answers must be given again, unless they were given after the change. When the event has been
    cancelled, those who were told of it get its cancellation. Drafts of the `batch` when one is given; with a
    `limit` at most that many people are told, and the next call goes on.
    """
    lock(event)
    if not event.is_cancelled:
        rules.require_sendable(event, clock.now())
    overtaken = list(db.session.scalars(queries.outdated(event).limit(limit)))
    if overtaken:
        bring_up_to_date(event, overtaken, by, batch)
        record(by, "invitations.updated", event, event=event, count=len(overtaken))
    return len(overtaken)


@atomic()
def revoke_invitation(invitation: Invitation, *, by: Any) -> None:
    """Take the invitation back: its pass and its page stop working, its calendar entry is withdrawn.

    Safe to repeat. The row stays, so that the code at the door and the next import know the person.
    """
    lock(invitation.event)
    if invitation.revoked_at is not None:
        return
    invitation.revoked_at = invitation.changed_at = clock.now()
    invitation.own_changes += 1
    telling.revoke_passes(invitation.guest)
    record(by, "invitation.revoked", invitation, event=invitation.event)
    reached = queries.reached(invitation.event)
    outbox.call_back(queries.SUBJECT, [invitation.id], by=by)
    if invitation.id in reached and invitation.guest.person.email:
        _withdraw(invitation.event, [invitation])


def bring_up_to_date(
    event: Event, invitations: Sequence[Invitation], by: Any, batch: Batch | None = None
) -> None:
    """Move the invitations to the edition in force and tell those who can be written to."""
    reached = queries.reached(event)
    outbox.call_back(queries.SUBJECT, [invitation.id for invitation in invitations], by=by)
    reachable = [invitation for invitation in invitations if invitation.guest.person.email]
    know = [invitation for invitation in reachable if invitation.id in reached]
    if not event.is_cancelled:
        _withdraw_sittings(event, know, batch)
    now = clock.now()
    for invitation in invitations:
        invitation.changed_at, invitation.revision = now, invitation.edition
        if invitation.is_answer_stale and not event.is_cancelled:
            telling.ask_again(invitation)
    if event.is_cancelled:
        _withdraw(event, know, batch)
    else:
        telling.tell(event, messages.UPDATE, know, batch)
        telling.tell(
            event, messages.INVITATION, [each for each in reachable if each.id not in reached], batch
        )


def _withdraw(event: Event, invitations: Sequence[Invitation], batch: Batch | None = None) -> None:
    """Take the calendar entries back from those who have heard of them; nothing is sent about what is past."""
    if not rules.is_past(event, clock.now()):
        told = [(each, f"cancellation:{each.id}:rev{each.edition}") for each in invitations]
        telling.queue(event, messages.CANCELLATION, told, batch=batch)


def _withdraw_sittings(event: Event, invitations: Sequence[Invitation], batch: Batch | None) -> None:
    """Take back the entries of single sittings that were called off since each guest was told."""
    now = clock.now()
    for sitting in entries.dated(event):
        called_off, starts_at = sitting.cancelled_at, sitting.starts_at
        if called_off is None or starts_at is None or starts_at <= now:
            continue
        told = [
            (each, f"cancellation:{each.id}:rev{each.edition}:sitting{sitting.number}")
            for each in invitations
            if each.told_at is not None and each.told_at <= called_off
        ]
        telling.queue(event, messages.CANCELLATION, told, [sitting], batch)
