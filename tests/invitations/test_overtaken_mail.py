"""What something newer has overtaken does not leave late, nor by another door, nor instead of what was kept back."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries import transport
from eventsvc.deliveries.models import DeliveryState
from eventsvc.documents import signing_operations
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.invitations import batch_operations, kinds, letter_operations, preflight_messages, queries
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.letter_models import Audience
from tests import factories
from tests.deliveries.test_inbound_bounces import returned
from tests.documents import scenes as papers
from tests.invitations import scenes
from tests.invitations.test_changes import move

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def told() -> list[tuple[str, DeliveryState]]:
    db.session.expire_all()
    return [(each.kind, each.state) for each in scenes.deliveries()]


def broken() -> transport.Broken:
    return transport.Broken("timed_out")


@pytest.mark.parametrize("change", ["revoked", "moved"])
@pytest.mark.parametrize("end", ["broken", "reply lost", "worker dead"])
def test_what_was_in_a_workers_hands_when_it_was_overtaken_is_not_tried_again(app, change, end, monkeypatch):
    invitation = scenes.invited()
    (delivery,) = scenes.deliveries()
    claimed = outbox.claim(delivery.id, worker="test:1")
    if change == "revoked":
        invitations.revoke_invitation(invitation, by=None)
    else:
        move(invitation.event)
        invitations.send_updates(invitation.event, by=None)
    if end == "broken":
        outbox.record_break(claimed, broken())
    elif end == "reply lost":
        outbox.record_uncertain(claimed)
    now = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: now)
    scenes.send()

    newer = kinds.CANCELLATION if change == "revoked" else kinds.UPDATE
    assert told() == [(kinds.INVITATION, DeliveryState.CANCELLED), (newer, DeliveryState.SENT)]


def test_a_message_that_left_while_the_invitation_was_taken_back_is_followed_by_its_cancellation(
    app, monkeypatch
):
    invitation = scenes.invited()
    (delivery,) = scenes.deliveries()
    call_back = outbox.call_back

    def after_a_worker_took_it(*arguments, **named):
        outbox.claim(delivery.id, worker="test:1")
        return call_back(*arguments, **named)

    monkeypatch.setattr(outbox, "call_back", after_a_worker_took_it)
    invitations.revoke_invitation(invitation, by=None)

    assert told() == [(kinds.INVITATION, DeliveryState.SENDING), (kinds.CANCELLATION, DeliveryState.QUEUED)]


@pytest.mark.parametrize("again", ["resent", "pass reissued"])
def test_the_end_of_one_sitting_is_told_though_the_invitation_is_sent_again(app, again):
    invitation = scenes.invited()
    event = invitation.event
    second = events.add_sitting(event, title="Phiên chiều", by=None)
    starts_at = event.sittings[0].starts_at + timedelta(hours=5)
    events.propose_time(second, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), by=None)
    events.approve_time(second, by=None)
    invitations.send_updates(event, by=None)
    scenes.send()
    events.cancel_sitting(second, by=None)
    invitations.send_updates(event, by=None)
    if again == "resent":
        invitations.resend(invitation, number=1, by=None)
    else:
        invitations.reissue_pass(invitation.guest, by=None)
    scenes.send()

    assert (kinds.CANCELLATION, DeliveryState.SENT) in told()


def test_news_of_the_programme_that_were_stopped_are_told_by_the_next_batch(app, organizer):
    event = scenes.ready_event()
    guest = factories.guest(scenes.main_site(event), emails=["an@example.vn"])
    item = factories.item(event, "Khai mạc", 10, person=guest.person, speaker=guest.person.full_name)
    agenda.release(event, confirmed=True, by=None)
    invitations.invite(event, by=None)
    scenes.send()
    agenda.edit_item(item, {"title": "Chào cờ"}, by=None)
    agenda.release(event, confirmed=True, by=None)
    batch = batch_operations.start(event, kinds.UPDATE, by=organizer)
    scenes.write_batches()
    assert told()[-1] == (kinds.PROGRAMME, DeliveryState.DRAFT)

    batch_operations.stop(batch, by=organizer)

    assert queries.overtaken(event).programme == 1
    invitations.send_updates(event, by=None)
    scenes.send()
    assert told()[-1] == (kinds.PROGRAMME, DeliveryState.SENT)


def test_what_is_kept_back_stays_kept_back_in_its_newer_words(app, organizer):
    event = scenes.ready_event()
    factories.guest(scenes.main_site(event), emails=["an@example.vn"])
    batch = batch_operations.start(event, kinds.INVITATION, by=organizer)
    scenes.write_batches()
    outbox.hold(scenes.deliveries()[0], by=organizer)
    move(event)
    invitations.send_updates(event, by=None)

    assert told() == [(kinds.INVITATION, DeliveryState.CANCELLED), (kinds.INVITATION, DeliveryState.HELD)]
    newer = scenes.deliveries()[1]
    assert (newer.batch_id, scenes.send()) == (batch.id, [])
    outbox.unhold(newer, by=organizer)
    assert newer.state is DeliveryState.DRAFT


def test_nobody_is_reminded_of_a_change_that_nobody_has_let_go(app, organizer):
    event = scenes.invited().event
    scenes.send()
    move(event)
    batch_operations.start(event, kinds.UPDATE, by=organizer)
    scenes.write_batches()

    assert invitations.remind(event, by=None) == 0


@pytest.mark.parametrize("change", ["revoked", "moved", "event cancelled", "pass reissued"])
@pytest.mark.parametrize("door", ["resend", "retry_now"])
def test_words_that_no_longer_hold_leave_by_no_other_door(app, organizer, change, door):
    invitation = scenes.invited()
    (delivery,) = scenes.deliveries()
    claimed = outbox.claim(delivery.id, worker="test:1")
    if door == "resend":
        outbox.record_sent(claimed)
    else:
        outbox.record_failure(claimed, "refused")
    if change == "revoked":
        invitations.revoke_invitation(invitation, by=None)
    elif change == "moved":
        move(invitation.event)
    elif change == "event cancelled":
        events.cancel_event(invitation.event, by=None)
    else:
        invitations.reissue_pass(invitation.guest, by=None)
    db.session.refresh(delivery)

    with pytest.raises(DomainError) as refused:
        if door == "resend":
            outbox.resend(delivery, number=1, by=organizer)
        else:
            outbox.retry_now(delivery, by=organizer)

    assert refused.value.code == "overtaken"


def test_a_message_that_still_holds_is_sent_again(app, organizer):
    scenes.invited()
    scenes.send()
    copy = outbox.resend(scenes.deliveries()[0], number=1, by=organizer)

    assert outbox.resend(copy, number=1, by=organizer).state is DeliveryState.QUEUED


def test_a_batch_does_not_go_with_a_letter_that_was_replaced(app, organizer):
    event = scenes.ready_event()
    factories.guest(scenes.main_site(event), emails=["an@example.vn"])
    former = papers.issued(event)
    letter_operations.assign_letters(event, {(Audience.PEOPLE, None): former}, by=None)
    batch = batch_operations.start(event, kinds.INVITATION, by=organizer)
    scenes.write_batches()
    assert not [each.code for each in preflight_messages.findings(batch) if each.is_blocking]

    newer = signing_operations.revise(former, by=None)
    signing_operations.submit(newer, version=None, by=None)
    signing_operations.sign(newer, version=None, by=None)
    signing_operations.issue(newer, by=None)

    assert [each.code for each in preflight_messages.findings(batch) if each.is_blocking] == [
        "letter_changed"
    ]


@pytest.mark.parametrize(("status", "is_paused"), [("4.4.7", False), ("5.7.1", True)])
def test_a_message_that_comes_back_after_it_was_overtaken_is_not_sent_again(app, status, is_paused):
    app.config["BOUNCE_DOMAIN"] = "bo.example.vn"
    event = scenes.invited().event
    (delivery,) = scenes.deliveries()
    scenes.send()
    move(event)
    invitations.send_updates(event, by=None)

    returned(app, delivery, STATUS=status, DIAGNOSTIC=f"smtp; 550 {status} returned")

    assert told()[0] == (kinds.INVITATION, DeliveryState.BOUNCED)
    assert (deliveries.pause_of(event.id) is not None) is is_paused


@pytest.mark.parametrize("end", ["reply lost", "worker dead"])
def test_whoever_may_have_been_reached_before_the_event_was_cancelled_hears_of_the_end(app, end, monkeypatch):
    event = scenes.invited().event
    (delivery,) = scenes.deliveries()
    claimed = outbox.claim(delivery.id, worker="test:1")
    if end == "reply lost":
        outbox.record_uncertain(claimed)
    events.cancel_event(event, by=None)
    now = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: now)
    outbox.discard_called_off()
    invitations.send_updates(event, by=None)
    scenes.send()

    assert told() == [(kinds.INVITATION, DeliveryState.CANCELLED), (kinds.CANCELLATION, DeliveryState.SENT)]


def test_whoever_was_never_reached_hears_nothing_of_an_event_that_was_cancelled(app):
    event = scenes.invited().event
    events.cancel_event(event, by=None)
    scenes.send()
    outbox.discard_called_off()
    invitations.send_updates(event, by=None)

    assert told() == [(kinds.INVITATION, DeliveryState.CANCELLED)]
    assert scenes.send() == []
