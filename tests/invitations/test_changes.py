"""After a change of time or place: who is told, what the calendar says, what becomes of the answers."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries.models import DeliveryState
from eventsvc.events import operations as events
from eventsvc.guests import operations as guests
from eventsvc.invitations import operations, queries, rules
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from tests import factories
from tests.invitations import scenes


def entries(message) -> list[tuple]:
    """(METHOD, UID, SEQUENCE, STATUS, DTSTART) of every calendar object in the message."""
    found = []
    for part in message.walk():
        if part.get_content_type() == "application/ics":
            calendar = Calendar.from_ical(part.get_content())
            for entry in calendar.walk("VEVENT"):
                found.append(
                    (
                        str(calendar["METHOD"]),
                        str(entry["UID"]),
                        int(entry["SEQUENCE"]),
                        str(entry["STATUS"]),
                        entry["DTSTART"].dt,
                    )
                )
    return found


def move(event, days: int = 1):
    sitting = event.sittings[0]
    events.propose_time(
        sitting,
        starts_at=sitting.starts_at + timedelta(days=days),
        ends_at=sitting.ends_at + timedelta(days=days),
        by=None,
    )
    events.approve_time(sitting, by=None)


def outdated(event) -> list[int]:
    return [invitation.guest_id for invitation in db.session.scalars(queries.outdated(event))]


def test_another_time_goes_out_under_the_same_uid_with_a_higher_sequence(app):
    invitation = scenes.invited()
    event = invitation.event
    [first] = scenes.send()
    move(event)

    number = operations.send_updates(event, by=None)

    before, after = entries(first)[0], entries(scenes.send()[-1])[0]
    assert number == 1
    assert (after[0], after[1], after[3]) == ("REQUEST", before[1], "CONFIRMED")
    assert after[2] > before[2]
    assert after[4] == before[4] + timedelta(days=1)


def test_an_answer_must_be_given_again_and_the_old_one_stays_to_be_seen(app):
    invitation = scenes.invited()
    operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)
    move(invitation.event)

    operations.send_updates(invitation.event, by=None)

    assert (invitation.answer, invitation.former_answer) == (Answer.NEEDS_ACTION, Answer.ACCEPTED)
    assert [given.answer for given in invitation.answers] == [Answer.ACCEPTED]


def test_an_answer_given_after_the_change_stands(app):
    invitation = scenes.invited()
    move(invitation.event)
    operations.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE)

    operations.send_updates(invitation.event, by=None)

    assert (invitation.answer, invitation.former_answer) == (Answer.DECLINED, None)


def test_sending_updates_twice_tells_once(app):
    invitation = scenes.invited()
    scenes.send()
    move(invitation.event)

    numbers = [operations.send_updates(invitation.event, by=None) for _ in range(2)]

    assert numbers == [1, 0]
    assert len(scenes.send()) == 2


def test_a_message_that_has_not_left_is_replaced_and_reads_as_an_invitation(app):
    invitation = scenes.invited()
    move(invitation.event)

    operations.send_updates(invitation.event, by=None)

    assert [(d.kind, d.state) for d in scenes.deliveries()] == [
        ("invitation", DeliveryState.CANCELLED),
        ("invitation", DeliveryState.QUEUED),
    ]
    assert len(scenes.send()) == 1


def test_only_guests_of_the_hall_that_moved_are_told(app):
    event = scenes.ready_event()
    school = factories.site(event)
    here, there = factories.guest(scenes.main_site(event)), factories.guest(school)
    operations.invite(event, by=None)

    sites.edit_site(school, {"hall": "Hội trường B"}, by=None)

    assert outdated(event) == [there.id]
    assert here.id not in outdated(event)


def test_a_guest_moved_to_another_site_is_told_alone_with_a_higher_sequence(app):
    event = scenes.ready_event()
    school = factories.site(event)
    for hall in ("A", "B", "C"):
        sites.edit_site(school, {"hall": hall}, by=None)
    stays, moves = factories.guest(school), factories.guest(school)
    operations.invite(event, by=None)
    scenes.send()
    guests.edit_guest(
        moves, details=Details(moves.person.full_name, emails=moves.person.emails),
        site=scenes.main_site(event), group=None, seat=None, note=None, attention=None, by=None,
    )  # fmt: skip

    assert outdated(event) == [moves.id]
    operations.send_updates(event, by=None)

    messages = [message for message in scenes.send() if moves.person.email in message["To"]]
    assert len(messages) == 2
    assert entries(messages[1])[0][2] == entries(messages[0])[0][2] + 1
    assert stays.id not in outdated(event)


def test_what_is_not_significant_tells_nobody(app):
    invitation = scenes.invited()

    factories.item(invitation.event, "Văn nghệ chào mừng")
    events.edit_event(invitation.event, {"dress_code": "Áo dài"}, by=None)

    assert outdated(invitation.event) == []


def test_no_update_goes_out_while_the_new_time_is_only_proposed(app):
    invitation = scenes.invited()
    sitting = invitation.event.sittings[0]
    events.propose_time(sitting, starts_at=sitting.starts_at + timedelta(days=1), ends_at=None, by=None)

    with pytest.raises(rules.TimeNotApproved):
        operations.send_updates(invitation.event, by=None)

    assert outdated(invitation.event) == [invitation.guest_id]


def test_a_cancelled_event_is_withdrawn_from_the_calendars_of_those_who_knew(app):
    event = scenes.ready_event()
    knew = factories.guest(scenes.main_site(event))
    operations.invite(event, by=None)
    [first] = scenes.send()
    factories.guest(scenes.main_site(event), emails=["moi@example.vn"])
    operations.invite(event, by=None)
    events.cancel_event(event, by=None)

    operations.send_updates(event, by=None)

    first_entry, [cancelled] = entries(first)[0], entries(scenes.send()[-1])
    assert (cancelled[0], cancelled[1], cancelled[3]) == ("CANCEL", first_entry[1], "CANCELLED")
    assert cancelled[2] > first_entry[2]
    assert [(d.recipient, d.kind, d.state) for d in scenes.deliveries()] == [
        (knew.person.email, "invitation", DeliveryState.SENT),
        ("moi@example.vn", "invitation", DeliveryState.CANCELLED),
        (knew.person.email, "cancellation", DeliveryState.SENT),
    ]


def test_one_day_of_two_called_off_is_withdrawn_alone(app):
    event = scenes.ready_event()
    second = events.add_sitting(event, title="Ngày thứ hai", by=None)
    start = event.sittings[0].starts_at + timedelta(days=1)
    events.propose_time(second, starts_at=start, ends_at=start + timedelta(hours=3), by=None)
    events.approve_time(second, by=None)
    invitation = scenes.invited(event)
    [first] = scenes.send()
    events.cancel_sitting(second, by=None)

    operations.send_updates(event, by=None)

    told = scenes.send()[1:]
    day_one, day_two = entries(first)
    assert [entry[:2] for message in told for entry in entries(message)] == [
        ("CANCEL", day_two[1]),
        ("REQUEST", day_one[1]),
    ]
    assert invitation.revision == invitation.edition


def test_nothing_is_sent_about_a_past_event(app):
    invitation = scenes.invited()
    scenes.send()
    events.cancel_event(invitation.event, by=None)
    sitting = invitation.event.sittings[0]
    from eventsvc.db import atomic

    with atomic():
        sitting.starts_at, sitting.ends_at = (
            clock.now() - timedelta(hours=3),
            clock.now() - timedelta(hours=1),
        )

    operations.send_updates(invitation.event, by=None)

    assert [delivery.kind for delivery in scenes.deliveries()] == ["invitation"]


def test_taking_one_person_off_the_list_mails_that_person_alone(app):
    event = scenes.ready_event()
    stays, goes = factories.guest(scenes.main_site(event)), factories.guest(scenes.main_site(event))
    operations.invite(event, by=None)
    scenes.send()

    for _ in range(2):
        operations.revoke_invitation(queries.invitation_for(goes), by=None)

    cancellations = [delivery for delivery in scenes.deliveries() if delivery.kind == "cancellation"]
    assert [delivery.recipient for delivery in cancellations] == [goes.person.email]
    assert queries.live_pass(goes) is None
    assert queries.live_pass(stays) is not None
    assert outdated(event) == []


def test_an_invitation_given_again_has_a_new_pass_and_a_higher_sequence(app):
    invitation = scenes.invited()
    [first] = scenes.send()
    before = scenes.code(invitation)
    operations.revoke_invitation(invitation, by=None)

    operations.restore_invitation(invitation, by=None)

    _first, cancelled, again = scenes.send()
    assert [entries(message)[0][0] for message in (cancelled, again)] == ["CANCEL", "REQUEST"]
    assert entries(first)[0][2] < entries(cancelled)[0][2] < entries(again)[0][2]
    assert scenes.code(invitation) != before


def test_sending_again_repeats_the_same_entry_and_a_double_click_sends_once(app):
    invitation = scenes.invited()
    [first] = scenes.send()

    for _ in range(2):
        operations.resend(invitation, number=1, by=None)

    messages = scenes.send()
    assert [entries(message) for message in messages] == [entries(first)] * 2
    assert messages[0]["Message-ID"] != messages[1]["Message-ID"]
    assert [delivery.intent for delivery in scenes.deliveries()] == [
        f"invitation:{invitation.id}:rev{invitation.revision}",
        f"resend:{invitation.id}:rev{invitation.revision}:1",
    ]
