"""Those whom no message reaches: the list to phone, invitations carried by hand, and what that does to the figures."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.errors import Invalid
from eventsvc.invitations import hand_operations, hand_queries, operations, queries
from eventsvc.invitations.figures import Progress
from eventsvc.invitations.hand_operations import Handed
from eventsvc.invitations.message_models import Handing
from tests.invitations import scenes
from tests.invitations.test_changes import move

CARRIED = Handed(Handing.IN_PERSON, "Anh Bách", "Chị Đào", note="Văn thư")


def undelivered(**details):
    """Somebody whose address does not exist."""
    invitation = scenes.invited(**details)
    with atomic():
        delivery = db.session.query(Delivery).filter_by(subject_id=invitation.id).one()
        delivery.state, delivery.error_code = DeliveryState.FAILED, "no_such_address"
    return invitation


def to_phone(event) -> list:
    return [row.Invitation.id for row in db.session.execute(hand_queries.to_phone(event))]


def by_hand(event) -> list:
    return [each.id for each in db.session.scalars(queries.by_hand(event))]


def progress(invitation) -> tuple[Progress, Progress]:
    """In the list, and in the figures."""
    (line,) = queries.lines([invitation.guest])
    tally = queries.tallies(invitation.event).total
    counted = [each for each in Progress if getattr(tally, each.value)]
    return line.progress, *counted


def test_whoever_was_reached_by_phone_leaves_the_lists_until_time_or_place_change(app, organizer):
    invitation = undelivered()
    event = invitation.event
    assert (to_phone(event), by_hand(event)) == ([invitation.id], [invitation.id])
    assert progress(invitation) == (Progress.FAILED, Progress.FAILED)

    hand_operations.hand_over(invitation, Handed(Handing.PHONE, "Trần Thị Sáu"), by=organizer)

    assert (to_phone(event), by_hand(event)) == ([], [])
    assert progress(invitation) == (Progress.HANDED, Progress.HANDED)

    move(event)
    operations.send_updates(event, by=organizer)

    assert progress(invitation) == (Progress.QUEUED, Progress.QUEUED)
    assert queries.lines([invitation.guest])[0].message.kind == "invitation"


def test_an_invitation_without_an_address_is_handed_over_once(app, organizer):
    invitation = scenes.invited(emails=[])
    assert progress(invitation) == (Progress.BY_HAND, Progress.BY_HAND)

    first = hand_operations.hand_over(invitation, CARRIED, by=organizer)
    again = hand_operations.hand_over(invitation, CARRIED, by=organizer)

    assert again.id == first.id
    assert [(each.how, each.carried_by, each.received_by) for each in hand_queries.handed_to(invitation)] == [
        (Handing.IN_PERSON, "Anh Bách", "Chị Đào")
    ]
    assert by_hand(invitation.event) == []
    assert progress(invitation) == (Progress.HANDED, Progress.HANDED)

    move(invitation.event)
    operations.send_updates(invitation.event, by=organizer)

    assert by_hand(invitation.event) == [invitation.id]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_makes_no_sense_is_not_recorded(app, organizer):
    invitation = scenes.invited(emails=[])

    for wrong in (
        Handed(Handing.POST, " "),
        Handed(Handing.POST, "Anh Bách", delivered_at=clock.now() + timedelta(hours=2)),
    ):
        with pytest.raises(Invalid):
            hand_operations.hand_over(invitation, wrong, by=organizer)

    assert hand_queries.handed_to(invitation) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_records_who_carried_it_and_the_persons_page_tells(app, signed_in):
    invitation = scenes.invited(full_name="Trần Thị Bình", emails=[])
    address = f"/events/{invitation.event.slug}/invitations"

    page = signed_in.get(f"{address}/by-hand/{invitation.id}")
    after = signed_in.submit(
        page.form(), {"how": "post", "carried_by": "Văn phòng", "received_by": "Bà Bình"}
    )

    assert "Đã ghi nhận việc trao giấy mời" in after.text
    shown = signed_in.get(f"{address}/{invitation.id}").text
    assert "qua bưu điện" in shown and "Văn phòng" in shown and "Bà Bình" in shown


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_list_to_phone_has_numbers_reasons_and_sites_and_takes_calls(app, signed_in):
    invitation = undelivered(full_name="Trần Thị Bình", phones=["+84501000007"])
    address = f"/events/{invitation.event.slug}/phone-list"

    page = signed_in.get(address)
    assert "Trần Thị Bình" in page.text and "Địa chỉ không tồn tại" in page.text
    assert page.html.xpath("//main//a[@href='tel:+84501000007']")
    after = signed_in.submit(page.form("/reached"), {"note": "Sẽ tới"})

    assert "Không còn ai cần gọi điện" in after.text
    (handed,) = hand_queries.handed_to(invitation)
    assert (handed.how, handed.note) == (Handing.PHONE, "Sẽ tới")
