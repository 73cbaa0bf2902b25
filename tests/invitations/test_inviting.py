"""Who is invited, once and only once, and what stops an invitation from going out."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventCancelled
from eventsvc.guests import operations as guests
from eventsvc.invitations import operations, queries, rules
from eventsvc.invitations.models import Invitation, Pass
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from eventsvc.sites.models import Site, SiteLevel
from tests import factories
from tests.invitations import scenes
from tests.queries import counted


def number_of(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_everybody_gets_an_invitation_and_a_pass_and_a_message_if_there_is_an_address(app):
    event = scenes.ready_event()
    an = factories.guest(scenes.main_site(event), "Nguyễn Văn An", emails=["an@example.vn"])
    binh = factories.guest(scenes.main_site(event), "Trần Thị Bình", emails=[])

    number = operations.invite(event, by=factories.organizer())

    assert number == 2
    assert [(d.recipient, d.intent, d.subject_id) for d in scenes.deliveries()] == [
        ("an@example.vn", f"invitation:{queries.invitation_for(an).id}:rev{event.revision}",
         queries.invitation_for(an).id),
    ]  # fmt: skip
    assert [invitation.guest_id for invitation in db.session.scalars(queries.by_hand(event))] == [binh.id]
    assert {queries.live_pass(guest).guest_id for guest in (an, binh)} == {an.id, binh.id}


def test_inviting_again_adds_nothing(app):
    event = scenes.ready_event()
    for _ in range(3):
        factories.guest(scenes.main_site(event))

    first, second = operations.invite(event, by=None), operations.invite(event, by=None)

    assert (first, second) == (3, 0)
    assert [number_of(model) for model in (Invitation, Pass, Delivery)] == [3, 3, 3]


def test_four_at_once_invite_everybody_once(app):
    event = scenes.ready_event()
    for _ in range(10):
        factories.guest(scenes.main_site(event))
    event_id = event.id
    db.session.remove()
    barrier, numbers = threading.Barrier(4), []

    def press():
        with app.app_context():
            found = db.session.get(Event, event_id)
            barrier.wait()
            numbers.append(operations.invite(found, by=None))
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [0, 0, 0, 10]
    assert [number_of(model) for model in (Invitation, Pass, Delivery)] == [10, 10, 10]


def test_a_group_or_a_site_can_be_invited_alone(app):
    event = scenes.ready_event()
    leaders, press = factories.group(event, "Lãnh đạo."), factories.group(event, "Báo chí.")
    school = factories.site(event)
    one = factories.guest(scenes.main_site(event), group=leaders)
    two = factories.guest(scenes.main_site(event), group=press)
    three = factories.guest(school, group=press)

    by_group = operations.invite(event, group=leaders, by=None)
    by_site = operations.invite(event, site=school, by=None)

    assert (by_group, by_site) == (1, 1)
    assert [queries.invitation_for(guest) is not None for guest in (one, two, three)] == [True, False, True]


def test_whoever_walked_in_is_not_invited_afterwards(app):
    event = scenes.ready_event()
    site = scenes.main_site(event)
    entry = guests.Entry(Details("Khách tự đến", emails=["khach@example.vn"]), site, is_walk_in=True)
    guests.add_guests(event, [entry], by=None)

    assert operations.invite(event, by=None) == 0


def test_an_address_that_turns_up_later_is_written_to_by_the_next_call(app):
    event = scenes.ready_event()
    guest = factories.guest(scenes.main_site(event), "Trần Thị Bình", emails=[])
    operations.invite(event, by=None)
    guests.edit_guest(
        guest, details=Details("Trần Thị Bình", emails=["binh@example.vn"]), site=guest.site, group=None,
        seat=None, note=None, attention=None, by=None,
    )  # fmt: skip

    numbers = operations.invite(event, by=None), operations.invite(event, by=None)

    assert numbers == (1, 0)
    assert [delivery.recipient for delivery in scenes.deliveries()] == ["binh@example.vn"]


def test_an_address_that_cannot_be_one_goes_to_the_list_to_hand_over(app):
    invitation = scenes.invited(emails=["khong phai dia chi"])

    assert [delivery.state for delivery in scenes.deliveries()] == [DeliveryState.FAILED]
    assert list(db.session.scalars(queries.by_hand(invitation.event))) == [invitation]


def without_notice():
    event = factories.approved_event()
    factories.main_site(event)
    return event


def without_time():
    event = factories.event()
    factories.data_notice(event)
    factories.main_site(event)
    return event


def with_a_proposed_time():
    event = without_time()
    events.propose_time(event.sittings[0], starts_at=factories.soon(), ends_at=None, by=None)
    return event


def with_one_day_of_two_approved():
    event = scenes.ready_event()
    events.add_sitting(event, title="Ngày thứ hai", by=None)
    return event


def in_the_past():
    return scenes.ready_event(starts_at=clock.now() - timedelta(hours=1))


def cancelled():
    event = scenes.ready_event()
    events.cancel_event(event, by=None)
    return event


@pytest.mark.parametrize(
    ("make", "refusal", "words"),
    [
        (without_notice, rules.DataNoticeMissing, "dữ liệu cá nhân"),
        (without_time, rules.TimeNotApproved, "chưa phê duyệt thời gian"),
        (with_a_proposed_time, rules.TimeNotApproved, "chưa phê duyệt thời gian"),
        (with_one_day_of_two_approved, rules.TimeNotApproved, "Ngày thứ hai"),
        (in_the_past, rules.EventPast, "đã diễn ra"),
        (cancelled, EventCancelled, "đã hủy"),
    ],
)
def test_an_invitation_that_must_not_go_out_is_refused_with_what_is_missing(app, make, refusal, words):
    event = make()
    if not event.is_cancelled:
        factories.guest(scenes.main_site(event))

    with app.test_request_context(), pytest.raises(refusal) as caught:
        operations.invite(event, by=None)

    assert words in str(caught.value)
    assert [number_of(model) for model in (Invitation, Pass, Delivery)] == [0, 0, 0]


def test_the_audit_names_counts_and_nobody(app):
    event = scenes.ready_event()
    factories.guest(scenes.main_site(event), "Nguyễn Văn An", emails=["an@example.vn"])
    organizer = factories.organizer()

    operations.invite(event, by=organizer)

    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "invitations.made")).one()
    assert (entry.actor_kind, entry.actor_id, entry.details) == (
        "user", organizer.id, {"invited": 1, "messages": 1},
    )  # fmt: skip


def test_three_hundred_cost_as_many_queries_as_thirty(app):
    costs = []
    for size in (30, 300):
        event = scenes.ready_event()
        site = scenes.main_site(event)
        entries = [
            guests.Entry(Details(f"Người thứ {n}", emails=[f"a{size}.{n}@example.vn"]), site)
            for n in range(size)
        ]
        guests.add_guests(event, entries, by=None)
        event_id = event.id
        db.session.remove()
        event = db.session.get(Event, event_id)
        with counted() as count:
            operations.invite(event, by=None)
        costs.append(count.number)

    batches_of_the_outbox = (300 - 30) // 50 + 1
    assert costs[1] - costs[0] <= batches_of_the_outbox * 2


def test_sites_of_every_level_are_told_their_own_place(app):
    event = scenes.ready_event()
    sites.add_sites(event, SiteLevel.COMMUNE, by=None)
    commune = db.session.scalars(sa.select(Site).where(Site.name == "Xã Bình Thạnh")).one()
    factories.guest(commune, emails=["xa@example.vn"])

    operations.invite(event, by=None)

    assert "Điểm cầu xã Bình Thạnh (Huyện Bình Sơn)" in scenes.deliveries()[0].text_body


def test_so_many_at_a_time_reach_everybody_once(app):
    event = scenes.ready_event()
    for _ in range(5):
        factories.guest(scenes.main_site(event))

    invited = [operations.invite(event, by=None, limit=2) for _ in range(4)]
    scenes.send()
    reminded = [operations.remind(event, by=None, limit=2) for _ in range(4)]
    events.edit_event(event, {"video_link": "https://hop.example.vn/2"}, by=None)
    updated = [operations.send_updates(event, by=None, limit=2) for _ in range(4)]

    assert invited == reminded == updated == [2, 2, 1, 0]
    assert len({delivery.intent for delivery in scenes.deliveries()}) == 15
