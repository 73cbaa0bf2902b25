"""What the operations beside this one are made of: invitations and passes as rows, messages into the outbox."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.agenda import queries as agenda
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import UNSENT, Batch, Delivery, DeliveryState
from eventsvc.events.models import Event, Sitting
from eventsvc.guests.models import Guest
from eventsvc.invitations import kinds, messages, passes, queries, rules
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.rows import chunks, insert


class Kept(NamedTuple):
    """Where a message that was called back was kept until somebody lets it go: in a batch, or held."""

    batch_id: int | None
    is_held: bool


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


def require_letters(event: Event, invitations: Sequence[Invitation]) -> None:
    """Refuse with the reason when a letter must be issued before these people may be written to."""
    letters = Letters(event)
    for invitation in invitations:
        obstacle = letters.obstacle(invitation.guest)
        if obstacle is not None:
            raise rules.LetterNotIssued(obstacle)


def call_back(invitations: Sequence[Invitation], by: Any, *, spared: Collection[str] = ()) -> dict[int, Kept]:
    """Call back what has not left about these invitations, because something newer says it better; `spared` are the
    kinds that go on.

    News of the programme among it are still to be told. Returns, by invitation, where drafts and held messages were
    kept: what takes their place belongs there, to be looked at and let go like them.
    """
    by_id = {invitation.id: invitation for invitation in invitations}
    kept: dict[int, Kept] = {}
    for told in queries.told_about(by_id):
        if told.state not in UNSENT or told.kind in spared:
            continue
        if told.kind == kinds.PROGRAMME:
            news_are_open(by_id[told.invitation_id], told.intent)
        if told.state in (DeliveryState.DRAFT, DeliveryState.HELD):
            kept[told.invitation_id] = Kept(told.batch_id, told.state is DeliveryState.HELD)
    outbox.call_back(queries.SUBJECT, list(by_id), spared=spared, by=by)
    return kept


def news_are_open(invitation: Invitation, intent: str) -> None:
    """The news of the programme that were to be told under this intent are still to be told."""
    since = int(intent.partition(":release")[2].partition("-")[0])
    invitation.told_release = min(invitation.told_release, since)


def tell(
    event: Event,
    kind: str,
    invitations: Sequence[Invitation],
    batch: Batch | None = None,
    *,
    kept: Mapping[int, Kept] | None = None,
    news: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """Queue a message to each of these invitations, which all have an address. It tells of the programme, too."""
    told = [
        (invitation, f"invitation:{invitation.id}:rev{invitation.revision}") for invitation in invitations
    ]
    queue(event, kind, told, batch=batch, kept=kept, news=news)
    values = {"told_at": clock.now(), "told_release": last_release(event)}
    for some in chunks([invitation.id for invitation in invitations]):
        db.session.execute(sa.update(Invitation).where(Invitation.id.in_(some)).values(values))


def last_release(event: Event) -> int:
    """The number of the release that a message written now tells of; 0 before the first."""
    release = agenda.last_release(event)
    return release.number if release else 0


def queue(
    event: Event,
    kind: str,
    told: Sequence[tuple[Invitation, str]],
    sittings: Sequence[Sitting] | None = None,
    *,
    batch: Batch | None = None,
    kept: Mapping[int, Kept] | None = None,
    news: Mapping[int, Sequence[str]] | None = None,
) -> list[Delivery]:
    """A message of one kind to each, under its intent: as drafts of the batch, or where `kept` says by the id of the
    invitation, else on their way at once. What `kept` says is held stays held, in the batch too."""
    if not told:
        return []
    codes: dict[int, Pass] = {}
    for ids in chunks([invitation.guest_id for invitation, _intent in told]):
        codes |= queries.live_passes(ids)
    composer = messages.Composer(event, kind, clock.now(), sittings, news=news)
    free = _free_intents([invitation.id for invitation, _intent in told])
    new = []
    for invitation, intent in told:
        message = dict(
            composer.message(invitation, codes.get(invitation.guest_id), intent=free.get(intent, intent))
        )
        place = (kept or {}).get(invitation.id)
        if batch is not None:  # what somebody holds back is held in the newer batch as well
            place = Kept(batch.id, place is not None and place.is_held)
        if place is not None:
            message |= {"batch_id": place.batch_id, "is_draft": not place.is_held, "held": place.is_held}
        new.append(message)
    return outbox.queue_many(new)


def _free_intents(invitation_ids: Sequence[int]) -> dict[str, str]:
    """For intents whose message was called back before it left: those under which it may be decided again."""
    cancelled = {
        told.intent for told in queries.told_about(invitation_ids) if told.state is DeliveryState.CANCELLED
    }
    free = {}
    for intent in cancelled:
        number = 2
        while f"{intent}:{number}" in cancelled:
            number += 1
        free[intent] = f"{intent}:{number}"
    return free


def write_again(invitation: Invitation, number: int, by: Any, *, as_it_was: bool = False) -> Delivery:
    """The message once more under the next number; what has not left is called back, but for what takes a sitting
    back. `as_it_was`: a draft of a batch stays one, and what is held is held."""
    intent = f"resend:{invitation.id}:rev{invitation.revision}:{number}"
    known = deliveries.by_intent(intent)
    if known is not None:
        return known
    kept = call_back([invitation], by, spared=(kinds.CANCELLATION,))
    invitation.told_at = clock.now()
    told = [(invitation, intent)]
    return queue(invitation.event, messages.INVITATION, told, kept=kept if as_it_was else None)[0]


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
