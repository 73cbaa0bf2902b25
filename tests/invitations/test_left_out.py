"""Whom somebody left out of a batch, or held in it, is not written to by the next one, and not lost either."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import DeliveryState
from eventsvc.events import operations as events
from eventsvc.invitations import batch_operations, kinds, queries
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from tests import factories
from tests.invitations import scenes
from tests.invitations.test_batches import written
from tests.invitations.test_changes import move

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    """An event to which two have been invited, by messages that left."""
    event = scenes.ready_event()
    for name in ("an", "binh"):
        factories.guest(scenes.main_site(event), name, emails=[f"{name}@example.vn"])
    invitations.invite(event, by=None)
    scenes.send()
    return event


def last(kind: str) -> list[tuple[str, DeliveryState]]:
    db.session.expire_all()
    return [(each.recipient, each.state) for each in scenes.deliveries() if each.kind == kind]


def draft_to(batch, address: str):
    return next(
        each for each in scenes.deliveries() if each.batch_id == batch.id and each.recipient == address
    )


def test_who_is_left_out_of_the_invitations_is_on_the_list_to_hand_over_and_in_no_next_batch(app, organizer):
    event = scenes.ready_event()
    for name in ("An", "Binh"):
        factories.guest(scenes.main_site(event), name, emails=[f"{name.lower()}@example.vn"])
    batch = written(event, organizer)

    outbox.leave_out(draft_to(batch, "an@example.vn"), by=organizer)
    batch_operations.submit(batch, by=organizer)
    scenes.send()

    with pytest.raises(batch_operations.NothingToSend):
        batch_operations.start(event, kinds.INVITATION, by=organizer)
    (invitation,) = db.session.scalars(queries.by_hand(event))
    assert invitation.guest.person.full_name == "An"
    assert [state for _address, state in last(kinds.INVITATION)] == [
        DeliveryState.CANCELLED,
        DeliveryState.SENT,
    ]


def test_who_is_left_out_of_a_reminder_is_reminded_on_another_day(event, organizer):
    batch = written(event, organizer, kinds.REMINDER)
    outbox.leave_out(draft_to(batch, "an@example.vn"), by=organizer)
    batch_operations.submit(batch, by=organizer)
    scenes.send()

    with pytest.raises(batch_operations.NothingToSend):
        batch_operations.start(event, kinds.REMINDER, by=organizer)
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert queries.count(queries.silent(event)) == 2


def test_a_reminder_that_was_stopped_with_its_batch_is_written_anew_without_whom_was_left_out(
    event, organizer
):
    batch = written(event, organizer, kinds.REMINDER)
    outbox.leave_out(draft_to(batch, "an@example.vn"), by=organizer)
    batch_operations.stop(batch, by=organizer)

    following = written(event, organizer, kinds.REMINDER)
    batch_operations.submit(following, by=organizer)
    scenes.send()

    assert last(kinds.REMINDER) == [
        ("an@example.vn", DeliveryState.CANCELLED),
        ("binh@example.vn", DeliveryState.CANCELLED),
        ("binh@example.vn", DeliveryState.SENT),
    ]


@pytest.mark.parametrize("again", ["batch", "button"])
def test_who_is_left_out_of_the_thanks_is_not_thanked_by_the_next(event, organizer, again):
    for invitation in list(db.session.scalars(sa.select(Invitation))):
        invitations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)
    with time_machine.travel(event.sittings[0].ends_at + timedelta(days=1), tick=False):
        batch = written(event, organizer, kinds.THANKS)
        outbox.leave_out(draft_to(batch, "an@example.vn"), by=organizer)
        batch_operations.submit(batch, by=organizer)
        scenes.send()

        if again == "button":
            assert invitations.thank(event, by=organizer) == 0
        else:
            with pytest.raises(batch_operations.NothingToSend):
                batch_operations.start(event, kinds.THANKS, by=organizer)

    assert last(kinds.THANKS) == [
        ("an@example.vn", DeliveryState.CANCELLED),
        ("binh@example.vn", DeliveryState.SENT),
    ]


def test_who_is_held_stays_held_in_the_next_batch_about_a_newer_change(event, organizer):
    move(event)
    first = written(event, organizer, kinds.UPDATE)
    outbox.hold(draft_to(first, "an@example.vn"), by=organizer)
    batch_operations.submit(first, by=organizer)
    scenes.send()
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)

    second = written(event, organizer, kinds.UPDATE)
    batch_operations.submit(second, by=organizer)
    scenes.send()

    assert last(kinds.UPDATE) == [
        ("an@example.vn", DeliveryState.CANCELLED),
        ("binh@example.vn", DeliveryState.SENT),
        ("an@example.vn", DeliveryState.HELD),
        ("binh@example.vn", DeliveryState.SENT),
    ]
    newer = draft_to(second, "an@example.vn")
    outbox.unhold(newer, by=organizer)
    scenes.send()
    assert last(kinds.UPDATE)[2] == ("an@example.vn", DeliveryState.SENT)


def test_the_batch_that_tells_of_the_end_says_so(event, organizer, signed_in):
    move(event)
    change = written(event, organizer, kinds.UPDATE)
    batch_operations.submit(change, by=organizer)
    scenes.send()
    events.cancel_event(event, by=organizer)
    end = written(event, organizer, kinds.UPDATE)

    headings = [
        signed_in.get(f"/events/{event.slug}/batches/{each.id}").heading.partition(":")[0]
        for each in (change, end)
    ]
    index = signed_in.get(f"/events/{event.slug}/batches")

    assert headings == ["Thay đổi giấy mời", "Hủy giấy mời"]
    assert "Hủy giấy mời:" in index.text
    assert [
        option.text for option in index.html.xpath("//select[@id='kind']/option[@value='invitation_update']")
    ] == ["Hủy giấy mời"]
