"""Messages to organizations: one a decision, to the contact, with the link; reminders; changes; the end."""

from datetime import time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import current_app

from eventsvc import clock, secrets
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.invitations.hand_operations import Handed, hand_over_to_organization
from eventsvc.invitations.message_models import Handing, ReminderKind, ReminderRule
from eventsvc.nominations import naming_operations as naming
from eventsvc.nominations import operations
from eventsvc.nominations import sending_operations as sending
from eventsvc.nominations.operations import Contact
from eventsvc.nominations.states import AskingState
from tests import factories
from tests.nominations.asking import asked, facts, link, person, ready_event

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def _intents() -> list[str]:
    rows = db.session.scalars(sa.select(Delivery).order_by(Delivery.id))
    return [row.intent for row in rows if row.state is not DeliveryState.CANCELLED]


def _sent():
    """Let the worker run; the messages in the folder now."""
    current_app.config["MAIL_DOMAIN_RATE"] = 0
    outbox.drain(worker="test:1")
    db.session.rollback()
    files = sorted(Path(current_app.config["MAIL_FOLDER"]).glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def test_each_organization_is_written_to_once_and_the_others_are_named(app):
    event = ready_event()
    first = asked(event, "Sở Nội vụ")
    asked(event, "Hội Nông dân", email=None)

    written = sending.ask(event, by=None)
    again = sending.ask(event, by=None)

    assert (written.messages, written.without_address) == (1, ("Hội Nông dân",))
    assert (again.messages, _intents()) == (0, [f"organization:{first.id}:rev2"])
    assert facts(first).state is AskingState.ON_ITS_WAY
    (mail,) = _sent()
    assert mail["To"].addresses[0].addr_spec == first.email
    text = mail.get_body(("plain",)).get_content()
    assert f"http://localhost{link(first)}" in text and "Kính gửi: Sở Nội vụ" in text
    assert "2 người" in text and "METHOD" not in mail.as_string()
    assert f"{link(first)}/stop" in mail["List-Unsubscribe"]
    assert facts(first).state is AskingState.DELIVERED


def test_the_words_stored_hold_no_link(app):
    event = ready_event()
    invitation = asked(event)
    sending.ask(event, by=None)

    row = db.session.scalar(sa.select(Delivery))

    token = secrets.unseal(invitation.token_sealed)
    assert token not in row.text_body + row.html_body and "[[secret:link]]" in row.html_body


def test_the_silent_are_reminded_and_nobody_twice_in_a_day(app):
    event = ready_event(starts_at=factories.soon(20))
    silent, named, declined = (asked(event, f"Hội số {number}") for number in range(3))
    stopped = asked(event, "Hội không muốn nhắc")
    sending.ask(event, by=None)
    _sent()
    naming.name_people(named, [person()])
    naming.decline(declined, reason="Đi công tác")
    operations.stop_reminders(stopped)

    assert sending.chase(event).messages == 0  # written to a moment ago
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert sending.chase(event).messages == 1
        assert sending.chase(event).messages == 0
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        assert sending.chase(event).messages == 1

    assert _intents()[4:] == [f"nomination-reminder:{silent.id}:1", f"nomination-reminder:{silent.id}:2"]
    assert facts(silent).state is AskingState.NO_REPLY and facts(silent).facts.chased == 2


def test_a_rule_reminds_on_its_day_once(app):
    event = ready_event(starts_at=factories.soon(10))
    invitation = asked(event)
    sending.ask(event, by=None)
    _sent()
    with atomic():
        db.session.add(
            ReminderRule(event=event, kind=ReminderKind.NOMINATION_REMINDER, days=3, at_hour=time(9))
        )
    day = clock.local(event.starts_at) - timedelta(days=3)
    for hour, told in ((8, 0), (9, 1), (10, 0)):
        with time_machine.travel(day.replace(hour=hour, minute=5), tick=False):
            assert sending.remind_by_rule() == told, hour
    with time_machine.travel(day + timedelta(days=2), tick=False):
        assert sending.remind_by_rule() == 0

    assert _intents()[1:] == [f"nomination-reminder:{invitation.id}:1"]


def test_a_change_of_place_is_told_to_those_who_were_told(app):
    event = ready_event()
    told = asked(event, "Sở Nội vụ")
    sending.ask(event, by=None)
    _sent()
    asked(event, "Sở Y tế")
    events.edit_sitting(event.sittings[0], {"place": "Nhà Văn hóa Lao động"}, by=None)

    assert sending.send_updates(event, by=None).messages == 1
    assert sending.send_updates(event, by=None).messages == 0

    assert _intents()[1:] == [f"organization-update:{told.id}:rev3"]
    mail = next(each for each in _sent() if "Thay đổi" in each["Subject"])
    assert "Nhà Văn hóa Lao động" in mail.get_body(("plain",)).get_content()


def test_a_cancelled_event_and_an_invitation_taken_back_are_told(app):
    event = ready_event()
    kept, revoked = asked(event, "Sở Nội vụ"), asked(event, "Sở Y tế")
    sending.ask(event, by=None)
    _sent()

    sending.revoke(revoked, by=None)
    sending.revoke(revoked, by=None)
    events.cancel_event(event, by=None)
    sending.send_updates(event, by=None)

    assert _intents()[2:] == [f"organization-cancel:{revoked.id}:rev2", f"organization-update:{kept.id}:rev3"]
    subjects = [each["Subject"] for each in _sent()][2:]
    assert [subject.split(":")[0] for subject in subjects] == ["Thu hồi giấy mời", "Thông báo hủy"]


def test_another_contact_is_written_to_under_the_new_link(app):
    event = ready_event()
    invitation = asked(event)
    sending.ask(event, by=None)

    operations.edit_invitation(
        invitation,
        contact=Contact("Ông Bình", None, None, "binh@so.example.vn"),
        due_on=None,
        note=None,
        by=None,
    )
    sending.ask(event, by=None)

    assert _intents() == [f"organization:{invitation.id}:rev2:link2"]  # the first had not left: called back


def test_what_was_brought_by_hand_counts_as_delivered(app, organizer):
    invitation = asked(ready_event(), email=None)

    handed = Handed(Handing.ZALO, "Anh Tư")
    hand_over_to_organization(invitation.event, invitation.id, handed, by=organizer)

    assert facts(invitation).state is AskingState.DELIVERED


def test_nothing_of_an_organization_becomes_a_header(app):
    event = ready_event()
    evil = 'Sở "Nội vụ"\r\nBcc: lo@x.example.vn =?utf-8?q?=0d=0aBcc:lo@x.example.vn?='
    invitation = operations.ask_organization(
        event,
        name=evil,
        request=operations.Request(factories.site_of(event, "main"), seats=1),
        contact=Contact(evil, evil, "+84501234567", "van.phong@so.example.vn"),
        by=None,
    )
    sending.ask(event, by=None)

    (mail,) = _sent()

    assert mail["Bcc"] is None and len(mail.get_all("To")) == 1
    assert [each.addr_spec for each in mail["To"].addresses] == ["van.phong@so.example.vn"]
    assert "\n" not in invitation.name


def test_an_organization_whose_request_never_left_hears_of_no_withdrawal(app):
    event = ready_event()
    invitation = asked(event)
    sending.ask(event, by=None)

    sending.revoke(invitation, by=None)

    assert _sent() == []
