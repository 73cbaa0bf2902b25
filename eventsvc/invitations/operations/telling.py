"""What the operations beside this one are made of: invitations and passes as rows, messages into the outbox."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import Batch, Delivery
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import messages, passes, queries, rules
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.rows import chunks, insert


def require_standing(invitation: Invitation) -> None:
    if invitation.revoked_at is not None:
        raise rules.InvitationRevoked(_("This invitation has been withdrawn."))


def uninvited_places(event: Event, uninvited: sa.Select[Guest]) -> dict[int, int]:
    """The guests to invite, each with how often their place has changed so far."""
    changes = Guest.place_sequence + queries.place_changes(event)
    found = uninvited.join(Guest.site).with_only_columns(Guest.id, changes)
    return dict(db.session.execute(found).all())  # type: ignore[arg-type]


def add_invitations(event: Event, places: Mapping[int, int]) -> set[int]:
    """Invitations for those who have none; the ids of the guests that got one, though two processes try."""
    rows = [
        passes.new_invitation(event.id, guest_id, event.revision + changes)
        for guest_id, changes in places.items()
    ]
    return _insert_missing(Invitation, rows)


def with_an_address(event: Event, guest_ids: Collection[int]) -> list[Invitation]:
    """The invitations of these guests who can be written to."""
    found: list[Invitation] = []
    for some in chunks(sorted(guest_ids)):
        found += db.session.scalars(queries.untold(event, guests=some))
    return found


def add_passes(event_id: int, guest_ids: Sequence[int]) -> None:
    """Passes for those who have no live one; the partial unique index decides when two processes try."""
    live: set[int] = set()
    for ids in chunks(guest_ids):
        live |= queries.live_passes(ids).keys()
    rows = [passes.new_pass(event_id, guest_id) for guest_id in guest_ids if guest_id not in live]
    _insert_missing(Pass, rows)


def revoke_passes(guest: Guest) -> None:
    live = sa.update(Pass).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None))
    db.session.execute(live.values(revoked_at=clock.now()))


def tell(event: Event, kind: str, invitations: Sequence[Invitation], batch: Batch | None = None) -> None:
    """Queue a message to each of these invitations, which all have an address."""
    told = [
        (invitation, f"invitation:{invitation.id}:rev{invitation.revision}") for invitation in invitations
    ]
    queue(event, kind, told, batch=batch)
    now = clock.now()
    for some in chunks([invitation.id for invitation in invitations]):
        db.session.execute(sa.update(Invitation).where(Invitation.id.in_(some)).values(told_at=now))


def queue(
    event: Event,
    kind: str,
    told: Sequence[tuple[Invitation, str]],
    sittings: Sequence[Sitting] | None = None,
    batch: Batch | None = None,
) -> list[Delivery]:
    """A message of one kind to each, under its intent: as drafts of the batch, else on their way at once."""
    if not told:
        return []
    codes: dict[int, Pass] = {}
    for ids in chunks([invitation.guest_id for invitation, _intent in told]):
        codes |= queries.live_passes(ids)
    composer = messages.Composer(event, kind, clock.now(), sittings)
    in_batch = {"batch_id": batch.id, "is_draft": True} if batch is not None else {}
    return outbox.queue_many(
        [
            {**composer.message(invitation, codes.get(invitation.guest_id), intent=intent), **in_batch}
            for invitation, intent in told
        ]
    )


def write_again(invitation: Invitation, number: int, by: Any) -> Delivery:
    """The message once more under the next number; what has not left is called back."""
    intent = f"resend:{invitation.id}:rev{invitation.revision}:{number}"
    known = deliveries.by_intent(intent)
    if known is not None:
        return known
    outbox.call_back(queries.SUBJECT, [invitation.id], by=by)
    invitation.told_at = clock.now()
    return queue(invitation.event, messages.INVITATION, [(invitation, intent)])[0]


def ask_again(invitation: Invitation) -> None:
    """The answer is open again; the old one stays to be seen."""
    if invitation.answer is not Answer.NEEDS_ACTION:
        invitation.former_answer = invitation.answer
    invitation.answer = Answer.NEEDS_ACTION


def _insert_missing(model: Any, rows: list[dict[str, Any]]) -> set[int]:
    if not rows:
        return set()
    statement = insert(model).on_conflict_do_nothing().returning(model.guest_id)
    return set(db.session.scalars(statement, rows))
