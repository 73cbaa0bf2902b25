"""People named by their organizations: within the quota at once, otherwise waiting; nobody twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, text
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events import operations as events
from eventsvc.events.models import EventCancelled
from eventsvc.guests.models import Guest
from eventsvc.guests.operations import AlreadyInvited, remove_guest
from eventsvc.invitations import operations as invitations
from eventsvc.nominations import approval_operations, operations, sending_operations
from eventsvc.nominations import naming_operations as naming
from eventsvc.nominations import naming_queries as queries
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation, WaitingReason
from eventsvc.nominations.states import AskingState
from tests import factories
from tests.nominations.asking import asked, facts, link, person, ready_event

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def _guests() -> list[str]:
    return sorted(guest.person.full_name for guest in db.session.scalars(sa.select(Guest)))


def _nominations() -> list[tuple[str, NominationState, WaitingReason | None]]:
    rows = db.session.scalars(sa.select(Nomination).order_by(Nomination.id))
    return [(row.person.full_name, row.state, row.waiting_for) for row in rows]


@SQLITE
def test_who_is_named_within_the_quota_is_a_guest_of_the_slot_at_once(app):
    event = ready_event()
    invitation = asked(event, seats=2)

    naming.name_people(invitation, [person("Nguyễn Văn An", "+84501000001", honorific="Ông")])

    guest = db.session.scalar(sa.select(Guest))
    assert (guest.person.organization_name, guest.slot_id, guest.site.code) == (
        "Sở Nội vụ",
        invitation.slots[0].id,
        "main",
    )
    line = facts(invitation)
    assert (line.state, line.facts.named, line.facts.quota) == (AskingState.NOMINATED_PART, 1, 2)


def test_over_the_quota_names_wait_until_an_organizer_agrees_or_refuses(app, organizer):
    event = ready_event()
    invitation = asked(event, seats=1)

    outcome = naming.name_people(
        invitation, [person("Nguyễn Văn An"), person("Trần Thị Bích"), person("Lê Văn Cường")]
    )

    assert [each.person.full_name for each in outcome.waiting] == ["Trần Thị Bích", "Lê Văn Cường"]
    bich, cuong = outcome.waiting
    assert approval_operations.approve(event, [bich], by=organizer) == 1
    assert approval_operations.refuse(event, [cuong], remark="Hết chỗ", by=organizer) == 1
    assert approval_operations.approve(event, [bich, cuong], by=organizer) == 0
    assert _guests() == ["Nguyễn Văn An", "Trần Thị Bích"]
    assert _nominations()[2][1:] == (NominationState.REFUSED, WaitingReason.OVER_QUOTA)


@SQLITE
def test_naming_the_same_again_adds_nothing(app):
    invitation = asked(ready_event(), seats=5)
    people = [person("Nguyễn Văn An", "+84501000001"), person("Trần Thị Bích")]

    naming.name_people(invitation, people)
    again = naming.name_people(invitation, [*people, person("Trần Thị Bích", "+84501000002")])

    assert again.repeated == ["Nguyễn Văn An", "Trần Thị Bích", "Trần Thị Bích"]
    assert _guests() == ["Nguyễn Văn An", "Trần Thị Bích"]


@SQLITE
def test_namesakes_with_different_numbers_are_two_people(app):
    invitation = asked(ready_event(), seats=5)

    naming.name_people(
        invitation, [person("Nguyễn Văn An", "+84501000001"), person("Nguyễn Văn An", "+84501000002")]
    )

    assert _guests() == ["Nguyễn Văn An", "Nguyễn Văn An"]


def test_whom_two_organizations_name_is_one_guest_and_nobody_is_told_by_whom(app, client, organizer):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Hội Khuyến học tỉnh")
    naming.name_people(first, [person("Nguyễn Văn An", "+84501000001")])

    outcome = naming.name_people(second, [person("Nguyễn Văn An", "+84501000001")])

    (waits,) = outcome.waiting
    assert waits.waiting_for is WaitingReason.ALREADY_LISTED
    approval_operations.approve(event, [waits], by=organizer)
    db.session.expire_all()
    assert _guests() == ["Nguyễn Văn An"]
    assert [row.guest_id for row in db.session.scalars(sa.select(Nomination))] == [1, 1]
    # Taken back by the second, the person stays a guest of the first.
    naming.withdraw(waits)
    assert _guests() == ["Nguyễn Văn An"]


@SQLITE
def test_who_waits_for_two_organizations_becomes_one_guest_when_both_are_approved(app, organizer):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ", seats=1), asked(event, "Hội Khuyến học tỉnh", seats=1)
    for invitation in (first, second):
        naming.name_people(invitation, [person(f"Người thứ nhất {invitation.id}")])
        naming.name_people(invitation, [person("Nguyễn Văn An", "+84501000001")])

    waiting = list(db.session.scalars(queries.waiting(event)))
    assert approval_operations.approve(event, waiting, by=organizer) == 2

    assert _guests().count("Nguyễn Văn An") == 1


@SQLITE
def test_after_the_last_day_names_wait_but_not_an_organizers_own(app, organizer):
    event = ready_event()
    invitation = asked(event, due_on=clock.today() - timedelta(days=1))

    naming.name_people(invitation, [person("Nguyễn Văn An")])
    naming.name_people(invitation, [person("Trần Thị Bích")], by=organizer)

    assert _nominations() == [
        ("Nguyễn Văn An", NominationState.WAITING, WaitingReason.AFTER_DEADLINE),
        ("Trần Thị Bích", NominationState.ACCEPTED, None),
    ]


def test_a_name_is_taken_back_until_the_person_is_invited(app):
    event = ready_event()
    invitation = asked(event)
    an, bich = naming.name_people(invitation, [person("Nguyễn Văn An"), person("Trần Thị Bích")]).accepted

    naming.withdraw(an)
    naming.withdraw(an)
    invitations.invite(event, by=None)

    assert _guests() == ["Trần Thị Bích"]
    with pytest.raises(AlreadyInvited):
        naming.withdraw(bich)
    with pytest.raises(AlreadyInvited):
        naming.edit_nomination(bich, person("Trần Thị Bé"))
    assert facts(invitation).state is AskingState.NOMINATED_PART


def test_an_organizer_who_takes_a_named_person_off_the_list_frees_the_seat(app, organizer):
    event = ready_event()
    invitation = asked(event, seats=1)
    naming.name_people(invitation, [person("Nguyễn Văn An")])

    remove_guest(db.session.scalar(sa.select(Guest)), by=organizer)

    assert naming.name_people(invitation, [person("Trần Thị Bích")]).waiting == []
    assert _guests() == ["Trần Thị Bích"]


@SQLITE
def test_correcting_a_name_into_somebody_on_the_list_is_refused(app):
    event = ready_event()
    invitation = asked(event)
    an = naming.name_people(invitation, [person("Nguyễn Văn An"), person("Trần Thị Bích")]).accepted[0]

    naming.edit_nomination(an, person("Nguyễn Văn Ân", "+84501000001"))
    with pytest.raises(naming.AlreadyNamed):
        naming.edit_nomination(an, person("Trần Thị Bích"))

    assert _guests() == ["Nguyễn Văn Ân", "Trần Thị Bích"]


@SQLITE
def _late(invitation: OrganizationInvitation) -> None:
    with atomic():
        invitation.due_on = clock.today() - timedelta(days=1)


CORRECTIONS = {
    "accents": ("Nguyễn Văn Ân", "+84501000001", True),
    "capitals and spaces": ("NGUYỄN  VĂN AN", "+84501000001", True),
    "another number": ("Nguyễn Văn An", "+84501000009", True),
    "no number": ("Nguyễn Văn Ân", None, True),
    "somebody else": ("Trần Thị Bích", "+84501000001", False),
    "one letter more": ("Nguyễn Văn Anh", "+84501000001", False),
    "other accents and another number": ("Nguyễn Văn Ân", "+84501000009", False),
}


@pytest.mark.parametrize("which", CORRECTIONS)
def test_after_the_last_day_a_correction_makes_nobody_else_of_a_person(app, which):
    name, phone, is_taken = CORRECTIONS[which]
    invitation = asked(ready_event(), due_on=clock.today())
    (an,) = naming.name_people(invitation, [person("Nguyễn Văn An", "+84501000001")]).accepted
    _late(invitation)

    if is_taken:
        naming.edit_nomination(an, person(name, phone))
    else:
        with pytest.raises(naming.AnotherPerson) as refusal:
            naming.edit_nomination(an, person(name, phone))
        assert refusal.value.field == "full_name"

    assert _guests() == [text.clean(name) if is_taken else "Nguyễn Văn An"]


def test_until_the_last_day_and_by_an_organizer_a_name_may_become_another(app, organizer):
    invitation = asked(ready_event(), due_on=clock.today())
    (an,) = naming.name_people(invitation, [person("Nguyễn Văn An")]).accepted

    naming.edit_nomination(an, person("Trần Thị Bích"))
    _late(invitation)
    naming.edit_nomination(an, person("Lê Văn Cường"), by=organizer)

    assert _guests() == ["Lê Văn Cường"]


def test_whom_an_organizer_agreed_to_stays_that_person_and_who_waits_may_change(app, organizer):
    event = ready_event()
    invitation = asked(event, seats=1)
    named = [person("Nguyễn Văn An"), person("Trần Thị Bích"), person("Lê Văn Cường")]
    bich, cuong = naming.name_people(invitation, named).waiting
    approval_operations.approve(event, [bich], by=organizer)

    with pytest.raises(naming.AnotherPerson):
        naming.edit_nomination(bich, person("Đỗ Thị Én"))
    naming.edit_nomination(cuong, person("Đỗ Thị Én"))

    assert _guests() == ["Nguyễn Văn An", "Trần Thị Bích"]
    assert [row[:2] for row in _nominations()] == [
        ("Nguyễn Văn An", NominationState.ACCEPTED),
        ("Trần Thị Bích", NominationState.ACCEPTED),
        ("Đỗ Thị Én", NominationState.WAITING),
    ]


def test_after_the_last_day_nobody_changes_seats_by_a_correction(app):
    event = ready_event()
    invitation = asked(event, due_on=clock.today())
    request = operations.Request(factories.site(event, "Huyện Lý Sơn"), label="Đại diện ở Lý Sơn", seats=1)
    operations.ask_organization(event, name="Sở Nội vụ", request=request, by=None)
    (an,) = naming.name_people(invitation, [person("Nguyễn Văn An")]).accepted
    _late(invitation)

    with pytest.raises(naming.AnotherPerson) as refusal:
        naming.edit_nomination(an, person("Nguyễn Văn An"), slot=invitation.slots[1])

    assert (refusal.value.field, an.guest.site.code) == ("slot", "main")


def test_declining_needs_a_reason_and_nobody_named(app):
    invitation = asked(ready_event())

    with pytest.raises(Invalid):
        naming.decline(invitation, reason=" .. ")
    naming.decline(invitation, reason="Đi công tác")
    assert facts(invitation).state is AskingState.DECLINED
    naming.name_people(invitation, [person()])
    assert facts(invitation).state is AskingState.NOMINATED_PART
    with pytest.raises(naming.PeopleNamed):
        naming.decline(invitation, reason="Đi công tác")


@SQLITE
def test_nothing_is_named_for_what_is_cancelled_or_taken_back(app):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Sở Y tế")
    sending_operations.revoke(first, by=None)

    with pytest.raises(naming.LinkRevoked):
        naming.name_people(first, [person()])
    events.cancel_event(event, by=None)
    with pytest.raises(EventCancelled):
        naming.name_people(second, [person()])

    assert _guests() == []


@SQLITE
def test_names_fill_the_slots_in_their_order(app):
    event = ready_event()
    invitation = asked(event, seats=1)
    other = factories.site(event)
    operations.ask_organization(
        event, name="Sở Nội vụ", request=operations.Request(other, "02 chuyên viên", seats=2), by=None
    )

    naming.name_people(invitation, [person(f"Nguyễn Văn Số {n}") for n in ("Một", "Hai", "Ba", "Bốn")])

    counts = [(count.slot.seats, count.named, count.waiting) for count in queries.slot_counts(invitation)]
    assert counts == [(1, 1, 0), (2, 2, 1)]


def test_two_contacts_at_once_name_nobody_twice(app):
    event = ready_event()
    invitation = asked(event, seats=3)
    invitation_id = invitation.id
    people = [
        person(name, f"+8450100000{n}") for n, name in enumerate(("Lê An", "Lê Bình", "Lê Chi", "Lê Dũng"))
    ]
    db.session.rollback()

    def name(_number: int) -> None:
        with app.app_context():
            naming.name_people(db.session.get(OrganizationInvitation, invitation_id), people)
            db.session.remove()

    with ThreadPoolExecutor(4) as contacts:
        list(contacts.map(name, range(4)))

    states = [state for _name, state, _why in _nominations()]
    assert _guests() == ["Lê An", "Lê Bình", "Lê Chi"]
    assert states.count(NominationState.ACCEPTED) == 3 and states.count(NominationState.WAITING) == 1


@SQLITE
def test_who_was_named_by_two_organizations_stays_when_one_takes_the_name_back(app, client):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Sở Tài chính")
    an = person("Nguyễn Văn An", "+84501000001", organization_name="Sở Nội vụ")
    own = naming.name_people(first, [an]).accepted[0]
    other = naming.name_people(second, [an]).waiting[0]
    approval_operations.approve(event, [other], by=None)
    assert other.guest_id == own.guest_id

    naming.withdraw(own)
    assert _guests() == ["Nguyễn Văn An"]
    assert (own.guest_id, other.guest_id is not None) == (None, True)


@SQLITE
def test_an_organization_has_no_say_over_somebody_whose_name_it_took_back(app, client):
    event = ready_event()
    invitation = asked(event, "Sở Tài chính")
    guest = factories.guest(
        factories.site_of(event, "main"), "Nguyễn Văn An", phones=["+84501000001"], emails=["an@example.vn"]
    )
    (named,) = naming.name_people(invitation, [person("Nguyễn Văn An", "+84501000001")]).waiting
    approval_operations.approve(event, [named], by=None)
    naming.withdraw(named)
    invitations.invite(event, by=None)

    client.get(f"{link(invitation)}/people/{named.id}/substitute", status=404)
    assert _guests() == [guest.person.full_name]
