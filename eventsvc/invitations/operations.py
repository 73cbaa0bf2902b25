"""Every change to invitations, answers and passes."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import entries, messages, passes, queries, rules
from eventsvc.invitations.models import Answer, AnswerSource, GivenAnswer, Invitation, Pass
from eventsvc.rows import chunks, insert, lock
from eventsvc.sites.models import Site

LONGEST_REASON = 500


# --- Asking ---------------------------------------------------------------------------------------------


@atomic()
def invite(event: Event, *, group: GuestGroup | None = None, site: Site | None = None, by: Any) -> int:
    """Invite everybody in the scope who has not been; safe to repeat. Returns how many people it concerned.

    Each gets an invitation and a pass, and a message when there is an address. Those without one stand on the
    list of invitations to hand over; when an address turns up later, the next call writes to them.
    """
    lock(event)
    rules.require_sendable(event, clock.now())
    places = _uninvited_places(event, group, site)
    invited = _add_invitations(event, places)
    guest_ids = list(places)
    _add_passes(event.id, guest_ids)
    waiting = [
        each for each in db.session.scalars(queries.untold(event, group, site)) if each.guest.person.email
    ]
    for invitation in waiting:
        if invitation.is_outdated:
            invitation.revision = invitation.edition
    _tell(event, messages.INVITATION, waiting)
    concerned = len(invited | {invitation.guest_id for invitation in waiting})
    if concerned:
        record(by, "invitations.made", event, event=event, invited=len(invited), messages=len(waiting))
    return concerned


@atomic()
def send_updates(event: Event, *, by: Any) -> int:
    """Tell everybody whose message has been overtaken by a change of time or place; returns how many.

    Their answers must be given again, unless they were given after the change. When the event has been
    cancelled, those who were told of it get its cancellation.
    """
    lock(event)
    now = clock.now()
    if not event.is_cancelled:
        rules.require_sendable(event, now)
    overtaken = list(db.session.scalars(queries.outdated(event)))
    if overtaken:
        _bring_up_to_date(event, overtaken, by)
        record(by, "invitations.updated", event, event=event, count=len(overtaken))
    return len(overtaken)


@atomic()
def resend(invitation: Invitation, *, number: int, by: Any) -> Delivery:
    """Write to one guest again: the same calendar entry, the pass that is live now.

    `number` counts the resendings of this edition (`queries.resends`): the same number again sends nothing.
    """
    event = invitation.event
    lock(event)
    rules.require_sendable(event, clock.now())
    _require_standing(invitation)
    if not invitation.guest.person.email:
        raise rules.NoAddress(_("There is no e-mail address to write to: hand the invitation over instead."))
    if invitation.is_outdated:
        _bring_up_to_date(event, [invitation], by)
        record(by, "invitations.updated", event, event=event, count=1)
        return queries.messages_of(invitation)[0]
    delivery = _write_again(invitation, number, by)
    record(by, "invitation.resent", invitation, event=event, delivery=delivery.id)
    return delivery


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
    _revoke_passes(invitation.guest)
    record(by, "invitation.revoked", invitation, event=invitation.event)
    reached = queries.reached(invitation.event)
    outbox.call_back(queries.SUBJECT, [invitation.id], by=by)
    if invitation.id in reached and invitation.guest.person.email:
        _withdraw(invitation.event, [invitation])


@atomic()
def restore_invitation(invitation: Invitation, *, by: Any) -> None:
    """Invite again someone whose invitation was taken back: a new pass, the same page, an answer to be given."""
    event = invitation.event
    lock(event)
    rules.require_sendable(event, clock.now())
    if invitation.revoked_at is None:
        return
    invitation.revoked_at, invitation.told_at, invitation.changed_at = None, None, clock.now()
    invitation.own_changes += 1
    invitation.revision = invitation.edition
    _ask_again(invitation)
    _add_passes(event.id, [invitation.guest_id])
    db.session.flush()
    if invitation.guest.person.email:
        _tell(event, messages.INVITATION, [invitation])
    record(by, "invitation.restored", invitation, event=event)


@atomic()
def stop_reminders(invitation: Invitation) -> None:
    """No more reminders to this guest; updates and cancellations still come. Safe to repeat."""
    if invitation.reminders_stopped_at is None:
        invitation.reminders_stopped_at = clock.now()
        record(invitation, "reminders.stopped", invitation, event=invitation.event)


# --- Answering ------------------------------------------------------------------------------------------


@atomic()
def answer(
    invitation: Invitation, given: Answer, *, reason: str | None = None, source: AnswerSource, by: Any = None
) -> Invitation:
    """Put an answer in force and into the history; the same answer again adds nothing.

    It counts for the edition of time and place that stands now. `by` is the user who entered it; an answer
    from the page or by mail is the invitee's own.
    """
    db.session.refresh(invitation, with_for_update={"of": Invitation})
    _require_standing(invitation)
    rules.require_answerable(invitation.event, clock.now())
    if given is Answer.NEEDS_ACTION:
        raise Invalid(_("Choose an answer."), field="answer")
    reason = text.clean(reason or "")[:LONGEST_REASON] or None
    edition = invitation.edition
    if (invitation.answer, invitation.reason, invitation.answered_revision) == (given, reason, edition):
        return invitation
    now = clock.now()
    db.session.add(
        GivenAnswer(
            invitation=invitation, answer=given, reason=reason, source=source, revision=edition, at=now,
            by_user_id=user_id(by),
        )
    )  # fmt: skip
    invitation.answer, invitation.reason, invitation.answered_at = given, reason, now
    invitation.answered_revision, invitation.former_answer = edition, None
    details = {"answer": given.value, "source": source.value, "edition": edition}
    record(by or invitation, "invitation.answered", invitation, event=invitation.event, **details)
    return invitation


# --- Passes ---------------------------------------------------------------------------------------------


@atomic()
def issue_pass(guest: Guest) -> Pass:
    """The live pass of the guest; a new one if there is none."""
    _add_passes(guest.event_id, [guest.id])
    live = queries.live_pass(guest)
    assert live is not None
    return live


@atomic()
def reissue_pass(guest: Guest, *, by: Any) -> Pass:
    """A new code; the old one is revoked from this moment on. A message still waiting goes with the new one."""
    lock(guest.event)
    rules.require_open(guest.event)
    invitation = queries.invitation_for(guest)
    if invitation is not None:
        _require_standing(invitation)
    _revoke_passes(guest)
    _add_passes(guest.event_id, [guest.id])
    live = queries.live_pass(guest)
    assert live is not None
    record(by, "pass.reissued", guest, event=guest.event, pass_id=live.id)
    if invitation is not None and queries.unsent_messages([invitation.id]):
        _write_again(invitation, queries.resends(invitation) + 1, by)
    return live


# --- What the operations above are made of -----------------------------------------------------------------


def _require_standing(invitation: Invitation) -> None:
    if invitation.revoked_at is not None:
        raise rules.InvitationRevoked(_("This invitation has been withdrawn."))


def _uninvited_places(event: Event, group: GuestGroup | None, site: Site | None) -> dict[int, int]:
    """The guests to invite, each with how often their place has changed so far."""
    changes = Guest.place_sequence + Site.place_sequence
    found = queries.uninvited(event, group, site).join(Guest.site).with_only_columns(Guest.id, changes)
    return dict(db.session.execute(found).all())  # type: ignore[arg-type]


def _add_invitations(event: Event, places: Mapping[int, int]) -> set[int]:
    """Invitations for those who have none; the ids of the guests that got one, though two processes try."""
    rows = [
        passes.new_invitation(event.id, guest_id, event.revision + changes)
        for guest_id, changes in places.items()
    ]
    return _insert_missing(Invitation, rows)


def _add_passes(event_id: int, guest_ids: Sequence[int]) -> None:
    """Passes for those who have no live one; the partial unique index decides when two processes try."""
    live: set[int] = set()
    for ids in chunks(guest_ids):
        live |= queries.live_passes(ids).keys()
    rows = [passes.new_pass(event_id, guest_id) for guest_id in guest_ids if guest_id not in live]
    _insert_missing(Pass, rows)


def _insert_missing(model: Any, rows: list[dict[str, Any]]) -> set[int]:
    if not rows:
        return set()
    statement = insert(model).on_conflict_do_nothing().returning(model.guest_id)
    return set(db.session.scalars(statement, rows))


def _tell(event: Event, kind: str, invitations: Sequence[Invitation]) -> None:
    """Queue a message to each of these invitations, which all have an address."""
    told = [
        (invitation, f"invitation:{invitation.id}:rev{invitation.revision}") for invitation in invitations
    ]
    _queue(event, kind, told)
    now = clock.now()
    for some in chunks([invitation.id for invitation in invitations]):
        db.session.execute(sa.update(Invitation).where(Invitation.id.in_(some)).values(told_at=now))


def _queue(
    event: Event,
    kind: str,
    told: Sequence[tuple[Invitation, str]],
    sittings: Sequence[Sitting] | None = None,
) -> list[Delivery]:
    if not told:
        return []
    codes: dict[int, Pass] = {}
    for ids in chunks([invitation.guest_id for invitation, _intent in told]):
        codes |= queries.live_passes(ids)
    composer = messages.Composer(event, kind, clock.now(), sittings)
    return outbox.queue_many(
        [
            composer.message(invitation, codes.get(invitation.guest_id), intent=intent)
            for invitation, intent in told
        ]
    )


def _write_again(invitation: Invitation, number: int, by: Any) -> Delivery:
    """The message once more under the next number; what has not left is called back."""
    intent = f"resend:{invitation.id}:rev{invitation.revision}:{number}"
    known = deliveries.by_intent(intent)
    if known is not None:
        return known
    outbox.call_back(queries.SUBJECT, [invitation.id], by=by)
    invitation.told_at = clock.now()
    return _queue(invitation.event, messages.INVITATION, [(invitation, intent)])[0]


def _bring_up_to_date(event: Event, invitations: Sequence[Invitation], by: Any) -> None:
    """Move the invitations to the edition in force and tell those who can be written to."""
    reached = queries.reached(event)
    outbox.call_back(queries.SUBJECT, [invitation.id for invitation in invitations], by=by)
    reachable = [invitation for invitation in invitations if invitation.guest.person.email]
    know = [invitation for invitation in reachable if invitation.id in reached]
    if not event.is_cancelled:
        _withdraw_sittings(event, know)
    now = clock.now()
    for invitation in invitations:
        invitation.changed_at, invitation.revision = now, invitation.edition
        if invitation.is_answer_stale and not event.is_cancelled:
            _ask_again(invitation)
    if event.is_cancelled:
        _withdraw(event, know)
    else:
        _tell(event, messages.UPDATE, know)
        _tell(event, messages.INVITATION, [each for each in reachable if each.id not in reached])


def _ask_again(invitation: Invitation) -> None:
    """The answer is open again; the old one stays to be seen."""
    if invitation.answer is not Answer.NEEDS_ACTION:
        invitation.former_answer = invitation.answer
    invitation.answer = Answer.NEEDS_ACTION


def _withdraw(event: Event, invitations: Sequence[Invitation]) -> None:
    """Take the calendar entries back from those who have heard of them; nothing is sent about what is past."""
    if not rules.is_past(event, clock.now()):
        told = [(each, f"cancellation:{each.id}:rev{each.edition}") for each in invitations]
        _queue(event, messages.CANCELLATION, told)


def _withdraw_sittings(event: Event, invitations: Sequence[Invitation]) -> None:
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
        _queue(event, messages.CANCELLATION, told, [sitting])


def _revoke_passes(guest: Guest) -> None:
    live = sa.update(Pass).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None))
    db.session.execute(live.values(revoked_at=clock.now()))
