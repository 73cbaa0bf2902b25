"""Telling people what has changed, and taking back what no longer stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from eventsvc import clock
from eventsvc.agenda import queries as agenda
from eventsvc.agenda import release_queries as releases
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Batch, DeliveryState
from eventsvc.events.models import Event, Sitting
from eventsvc.invitations import entries, kinds, messages, queries, rules
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.operations import telling
from eventsvc.invitations.programme_news import News
from eventsvc.rows import lock


@atomic()
def send_updates(event: Event, *, by: Any, batch: Batch | None = None, limit: int | None = None) -> int:
    """Tell everybody whose message has been overtaken by a change of time or place, or whom a release of the agenda
    touches; returns how many.

    After a change of time or place answers must be given again, unless they were given after the change; news of the
    programme ask for nothing. When the event has been cancelled, those who were told of it get its cancellation.
    Drafts of the `batch` when one is given; with a `limit` at most that many people are told, and the next call goes
    on. Those whose letter has not been issued wait; LetterNotIssued when there is nobody else.
    """
    lock(event)
    if event.is_cancelled:
        return _tell_overtaken(event, queries.outdated(event).limit(limit), by, batch)
    rules.require_sendable(event, clock.now())
    barred = queries.barred(event)
    told = _tell_overtaken(event, barred.spared(queries.outdated(event)).limit(limit), by, batch)
    left = None if limit is None else limit - told
    told += _inform(event, list(db.session.scalars(queries.touched(event).limit(left))), by, batch)
    is_start = batch is None or batch.composed == 0
    if not told and barred.why and is_start and queries.count(barred.held(queries.outdated(event))):
        raise rules.LetterNotIssued(barred.sentence)
    return told


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
    telling.call_back([invitation], by)
    reached |= queries.reached(invitation.event)  # what a worker took just before it could be called back
    if invitation.id in reached and invitation.guest.person.email:
        _withdraw(invitation.event, [invitation])


def bring_up_to_date(
    event: Event, invitations: Sequence[Invitation], by: Any, batch: Batch | None = None
) -> None:
    """Move the invitations to the edition in force and tell those who can be written to."""
    reached = queries.reached(event)
    kept = telling.call_back(invitations, by)
    reached |= queries.reached(event)  # what a worker took just before it could be called back
    reachable = [invitation for invitation in invitations if invitation.guest.person.email]
    know = [invitation for invitation in reachable if invitation.id in reached]
    news = {} if event.is_cancelled else _news(event, know)
    if not event.is_cancelled:
        _withdraw_sittings(event, know, batch, kept)
    now = clock.now()
    for invitation in invitations:
        invitation.changed_at, invitation.revision = now, invitation.edition
        if invitation.is_answer_stale and not event.is_cancelled:
            telling.ask_again(invitation)
    if event.is_cancelled:
        _withdraw(event, know, batch, kept)
        return
    telling.tell(event, kinds.UPDATE, know, batch, kept=kept, news=news)
    others = [each for each in reachable if each.id not in reached]
    telling.tell(event, kinds.INVITATION, others, batch, kept=kept)


def _tell_overtaken(event: Event, outdated: Any, by: Any, batch: Batch | None) -> int:
    overtaken = list(db.session.scalars(outdated))
    if overtaken:
        bring_up_to_date(event, overtaken, by, batch)
        record(by, "invitations.updated", event, event=event, count=len(overtaken))
    return len(overtaken)


def _inform(event: Event, touched: Sequence[Invitation], by: Any, batch: Batch | None) -> int:
    """Tell people what a release of the agenda changed for them: no calendar entry, no answer to give again. Who has
    not had the invitation yet gets it with the new programme instead. Returns how many it concerned."""
    if not touched:
        return 0
    reached, news = queries.reached(event), _news(event, touched)
    release = telling.last_release(event)
    reachable = [each for each in touched if each.guest.person.email and news.get(each.id)]
    told = [
        (each, f"programme:{each.id}:release{each.told_release}-{release}")
        for each in reachable
        if each.id in reached
    ]
    telling.queue(event, kinds.PROGRAMME, told, batch=batch, news=news)
    waiting = [each for each in reachable if each.id not in reached]
    telling.tell(event, kinds.INVITATION, waiting, batch, kept=telling.call_back(waiting, by))
    for invitation in touched:
        invitation.told_release = release
    record(by, "invitations.informed", event, event=event, count=len(touched), messages=len(reachable))
    return len(touched)


def _news(event: Event, invitations: Sequence[Invitation]) -> dict[int, list[str]]:
    """What the releases since each of them was told changed for each; those for whom nothing did are left out."""
    last = agenda.last_release(event)
    if last is None:
        return {}
    since: dict[int, list[Invitation]] = {}
    for invitation in invitations:
        if invitation.told_release < last.number:
            since.setdefault(invitation.told_release, []).append(invitation)
    found: dict[int, list[str]] = {}
    with force_locale(messages.LOCALE):
        for number, some in since.items():
            earlier = releases.release(event, number) if number else None
            news = News(earlier.snapshot if earlier else None, last.snapshot, event.sittings, clock.now())
            found |= {each.id: news.for_person(each.guest.person_id) for each in some}
    return {invitation_id: sentences for invitation_id, sentences in found.items() if sentences}


def _withdraw(
    event: Event,
    invitations: Sequence[Invitation],
    batch: Batch | None = None,
    kept: Mapping[int, telling.Kept] | None = None,
) -> None:
    """Take the calendar entries back from those who have heard of them; nothing is sent about what is past."""
    if not rules.is_past(event, clock.now()):
        told = [(each, f"cancellation:{each.id}:rev{each.edition}") for each in invitations]
        telling.queue(event, kinds.CANCELLATION, told, batch=batch, kept=kept)


def _withdraw_sittings(
    event: Event, invitations: Sequence[Invitation], batch: Batch | None, kept: Mapping[int, telling.Kept]
) -> None:
    """Take back the entries of single sittings that were called off since each guest was told of them."""
    now = clock.now()
    called_off = [
        sitting
        for sitting in entries.dated(event)
        if sitting.cancelled_at is not None and sitting.starts_at is not None and sitting.starts_at > now
    ]
    if not called_off:
        return
    history: dict[int, list[queries.Told]] = {}
    for told in queries.told_about([each.id for each in invitations], *messages.WITH_CALENDAR):
        if told.state is not DeliveryState.CANCELLED:
            history.setdefault(told.invitation_id, []).append(told)
    for sitting in called_off:
        to_tell = [
            (each, f"cancellation:{each.id}:rev{each.edition}:sitting{sitting.number}")
            for each in invitations
            if _knows_of(sitting, history.get(each.id, []))
        ]
        telling.queue(event, kinds.CANCELLATION, to_tell, [sitting], batch=batch, kept=kept)


def _knows_of(sitting: Sitting, history: Sequence[queries.Told]) -> bool:
    """Whether a message that left told of this sitting, and none has taken it back since it was called off."""
    assert sitting.cancelled_at is not None
    knows = False
    for told in history:
        if told.kind != kinds.CANCELLATION:
            knows = knows or (told.state in queries.GONE and told.created_at <= sitting.cancelled_at)
            continue
        is_of_all = ":sitting" not in told.intent and told.created_at >= sitting.cancelled_at
        if is_of_all or f":sitting{sitting.number}:" in f"{told.intent}:":
            return False
    return knows
