"""What messages wait for: the letter to be issued; the batch in which they are drafts to be looked at."""

import pytest

from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Batch, DeliveryState
from eventsvc.events import operations as events
from eventsvc.guests import rank_operations
from eventsvc.invitations import letter_operations, operations, queries, rules
from eventsvc.invitations.letter_models import Audience
from tests import factories
from tests.documents import scenes as papers
from tests.invitations import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    return scenes.ready_event()


def guest_of(event, name: str, rank=None):
    guest = factories.guest(scenes.main_site(event), name, emails=[f"{name.lower()}@example.vn"])
    with atomic():
        guest.rank_id = rank.id if rank else None
    return guest


def rank(event, name: str):
    return rank_operations.add_rank(event, name=name, rules=rank_operations.RankRules(), by=None)


def assign(event, wanted) -> None:
    letter_operations.assign_letters(event, wanted, by=None)
    db.session.expire_all()


def told() -> list[tuple[str, str, bool]]:
    """(recipient, kind, whether a letter goes with it)."""
    return [(d.recipient, d.kind, d.paper_id is not None) for d in scenes.deliveries()]


def batch_of(event, kind: str = "invitation") -> Batch:
    with atomic():
        batch = Batch(event_id=event.id, kind=kind, name="Đợt 1")
        db.session.add(batch)
    return batch


def test_nobody_is_invited_before_the_letter_is_issued(event):
    guest_of(event, "an")
    assign(event, {(Audience.PEOPLE, None): papers.submitted(event)})

    with pytest.raises(rules.LetterNotIssued) as refusal:
        operations.invite(event, by=None)

    assert "chưa được ban hành" in str(refusal.value)
    assert told() == []


def test_those_whose_letter_is_issued_are_invited_with_it_and_the_others_wait(event):
    high = rank(event, "Thường trực Tỉnh ủy")
    guest_of(event, "cho", high)
    for name in ("an", "binh"):
        guest_of(event, name)
    assign(
        event,
        {(Audience.PEOPLE, None): papers.issued(event), (Audience.PEOPLE, high.id): papers.submitted(event)},
    )

    numbers = [operations.invite(event, by=None, limit=1) for _ in range(2)]

    assert numbers == [1, 1]
    assert told() == [("an@example.vn", "invitation", True), ("binh@example.vn", "invitation", True)]
    with pytest.raises(rules.LetterNotIssued):
        operations.invite(event, by=None)
    assert queries.count(queries.uninvited(event)) == 1


def test_the_letter_really_goes_with_the_message(event):
    guest_of(event, "an")
    assign(event, {(Audience.PEOPLE, None): papers.issued(event)})

    operations.invite(event, by=None)

    [message] = scenes.send()
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["giay-moi.pdf", "invite.ics"]
    assert next(message.iter_attachments()).get_content().startswith(b"%PDF")
    assert "giay-moi.pdf" in message.get_body(("plain",)).get_content()


def test_an_update_waits_for_the_letter_too_and_a_cancellation_for_nothing(event):
    guest_of(event, "an")
    operations.invite(event, by=None)
    scenes.send()
    assign(event, {(Audience.PEOPLE, None): papers.submitted(event)})
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)

    with pytest.raises(rules.LetterNotIssued):
        operations.send_updates(event, by=None)
    events.cancel_event(event, by=None)
    operations.send_updates(event, by=None)

    assert told()[-1] == ("an@example.vn", "cancellation", False)


def test_what_takes_the_place_of_a_draft_is_a_draft_of_the_same_batch(event):
    """A change while a batch is being looked at: nothing leaves past whoever is to look at it."""
    guest = guest_of(event, "an")
    batch = batch_of(event)
    operations.invite(event, by=None, batch=batch)
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)

    operations.send_updates(event, by=None)
    operations.reissue_pass(guest, by=None)

    assert [(d.kind, d.state, d.batch_id) for d in scenes.deliveries()] == [
        ("invitation", DeliveryState.CANCELLED, batch.id),
        ("invitation", DeliveryState.CANCELLED, batch.id),
        ("invitation", DeliveryState.DRAFT, batch.id),
    ]
    assert scenes.send() == []


def test_what_was_called_back_with_its_batch_can_be_decided_again(event):
    guest = guest_of(event, "an")
    operations.invite(event, by=None, batch=batch_of(event))
    invitation = queries.invitation_for(guest)
    with atomic():
        scenes.deliveries()[0].state = DeliveryState.CANCELLED
        invitation.told_at = None

    operations.invite(event, by=None)

    stem = f"invitation:{invitation.id}:rev{invitation.revision}"
    assert [(d.intent, d.state) for d in scenes.deliveries()] == [
        (stem, DeliveryState.CANCELLED),
        (f"{stem}:2", DeliveryState.QUEUED),
    ]
