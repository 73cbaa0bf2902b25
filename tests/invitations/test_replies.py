"""Answers that come back by mail: from the message that was really sent to the organizer's page."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.deliveries import addresses
from eventsvc.deliveries.models import InboundMail, InboundState
from eventsvc.deliveries.operations import receiving
from eventsvc.events import operations as events
from eventsvc.invitations import operations, reply_operations, reply_queries
from eventsvc.invitations.message_models import ReadReply, ReplyOutcome
from eventsvc.invitations.models import Answer, AnswerSource, GivenAnswer
from tests import factories, mail_programs
from tests.deliveries.letters import letter as written
from tests.invitations import scenes
from tests.invitations.test_changes import move
from tests.queries import counted

ONE_DATABASE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def invitation(app):
    """An invitation whose message has left."""
    made = scenes.invited(full_name="Nguyễn Thị Thủy", emails=["thuy@sokhcn.example.vn"])
    scenes.send()
    return made


def sent_entry(number: int = -1):
    """The calendar entry in a message that has really been sent; the last unless told otherwise."""
    return mail_programs.entry_of(scenes.send()[number])


def given(
    partstat: str = "ACCEPTED", *, program: str = "gmail", entry=None, minutes: float = 1, **details
) -> bytes:
    """The answer to an entry, some minutes from now on the clock of the program."""
    stamp = (clock.now() + timedelta(minutes=minutes)).replace(microsecond=0)
    answer = mail_programs.Answer(entry or sent_entry(), partstat, stamp, **details)
    return mail_programs.write(program, answer)


def come_in(raw: bytes, *, minutes: float = 60) -> InboundMail:
    """Receive and read a message, as if it came some minutes from now."""
    letter = receiving.receive(raw)
    if letter.state is InboundState.NEW:
        with atomic():
            letter.received_at = clock.now() + timedelta(minutes=minutes)
    reply_operations.read_new()
    db.session.refresh(letter)
    return letter


def outcome(letter: InboundMail) -> tuple[str, str | None]:
    return letter.state.value, letter.outcome


def answer_of(invitation) -> tuple[str, str | None]:
    db.session.refresh(invitation)
    return invitation.answer.value, invitation.reason


@pytest.mark.parametrize("program", mail_programs.PROGRAMS)
@ONE_DATABASE
def test_an_answer_of_every_program_stands_on_the_organizers_page_with_its_mail(
    app, invitation, signed_in, program
):
    raw = given("DECLINED", program=program, comment="Tôi đi công tác")

    letter = come_in(raw)

    assert outcome(letter) == ("applied", "applied")
    assert answer_of(invitation) == ("declined", "Tôi đi công tác")
    [row] = db.session.scalars(sa.select(GivenAnswer)).all()
    assert (row.source, row.inbound_id, row.by_user_id) == (AnswerSource.MAIL, letter.id, None)
    page = signed_in.get(f"/events/{invitation.event.slug}/invitations/{invitation.id}")
    assert "Tôi đi công tác" in page.text
    source = f"/events/{invitation.event.slug}/replies/{letter.id}"
    assert source in page.links()
    assert "Tôi đi công tác" in signed_in.get(source).text


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_of_two_answers_read_at_once_the_newer_counts(app, invitation, monkeypatch):
    older, newer = (
        receiving.receive(given(word, minutes=at)).id for word, at in (("ACCEPTED", 1), ("DECLINED", 2))
    )
    with atomic():
        for letter in db.session.scalars(sa.select(InboundMail)):
            letter.received_at = clock.now() + timedelta(hours=1)
    in_force = reply_queries.in_force

    def read_newer() -> None:
        with app.app_context():
            reply_operations.read(db.session.get_one(InboundMail, newer))

    with ThreadPoolExecutor(1) as other:
        readings = []

        def seen(*arguments):
            found = in_force(*arguments)
            if not readings:
                readings.append(other.submit(read_newer))
                wait(readings, timeout=1)
            return found

        monkeypatch.setattr(reply_queries, "in_force", seen)
        reply_operations.read(db.session.get_one(InboundMail, older))
        readings[0].result(timeout=60)

    assert answer_of(invitation)[0] == "declined"


def test_the_same_answer_again_changes_nothing(app, invitation):
    raw = given("ACCEPTED")
    come_in(raw)
    before = scenes.rows()

    come_in(raw)
    same = scenes.rows()
    rewrapped = come_in(b"X-Forwarded: again\r\n" + raw)

    assert same == before
    assert outcome(rewrapped) == ("ignored", "replay")
    assert len(db.session.scalars(sa.select(GivenAnswer)).all()) == 1


def test_an_older_answer_that_comes_later_does_not_win(app, invitation):
    newer, older = given("DECLINED", minutes=10), given("ACCEPTED", minutes=5)
    come_in(newer)

    late = come_in(older)

    assert outcome(late) == ("ignored", "stale")
    assert answer_of(invitation)[0] == "declined"


@ONE_DATABASE
def test_a_mind_changed_on_the_page_outlives_an_older_mail(app, invitation):
    early = given("ACCEPTED", minutes=-5)
    operations.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE)

    assert outcome(come_in(early)) == ("ignored", "stale")
    assert outcome(come_in(given("TENTATIVE", minutes=5))) == ("applied", "applied")
    assert answer_of(invitation)[0] == "tentative"


@ONE_DATABASE
def test_an_answer_to_an_earlier_edition_must_be_confirmed_again(app, invitation):
    first = sent_entry()
    move(invitation.event)
    operations.send_updates(invitation.event, by=None)
    second = sent_entry()

    come_in(given("ACCEPTED", entry=first, minutes=1))
    db.session.refresh(invitation)
    asked_again = (invitation.answer, invitation.former_answer, invitation.is_answer_stale)
    come_in(given("ACCEPTED", entry=second, minutes=2))
    db.session.refresh(invitation)
    confirmed = (invitation.answer, invitation.former_answer, invitation.is_answer_stale)
    come_in(given("DECLINED", entry=first, minutes=3))

    assert (first.uid, first.sequence < second.sequence) == (second.uid, True)
    assert asked_again == (Answer.NEEDS_ACTION, Answer.ACCEPTED, True)
    assert confirmed == (Answer.ACCEPTED, None, False)
    assert answer_of(invitation)[0] == "accepted"


@ONE_DATABASE
def test_different_answers_to_two_sittings_are_left_to_a_person(app):
    event = scenes.ready_event()
    second = events.add_sitting(event, by=None)
    starts_at = event.sittings[0].starts_at + timedelta(days=1)
    events.propose_time(second, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), by=None)
    events.approve_time(second, by=None)
    invitation = scenes.invited(event)
    [message] = scenes.send()
    morning, day_after = mail_programs.entries_of(message)

    first = come_in(given("ACCEPTED", entry=morning, minutes=1))
    same = come_in(given("ACCEPTED", entry=day_after, minutes=2))
    other = come_in(given("DECLINED", entry=day_after, minutes=3))

    assert [outcome(each) for each in (first, same, other)] == [
        ("applied", "applied"),
        ("applied", "applied"),
        ("review", "mixed"),
    ]
    assert answer_of(invitation)[0] == "accepted"


@ONE_DATABASE
def test_a_counter_proposal_is_shown_and_changes_no_answer(app, invitation, signed_in):
    operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)
    entry = sent_entry()
    proposed = entry.start + timedelta(hours=6)

    letter = come_in(
        given("TENTATIVE", program="outlook", method="COUNTER", start=proposed, comment="Xin lùi sang chiều")
    )

    reply = db.session.scalar(sa.select(ReadReply))
    assert (reply.outcome, reply.proposed_start) == (ReplyOutcome.COUNTER, proposed)
    assert outcome(letter) == ("review", "counter")
    assert answer_of(invitation)[0] == "accepted"
    page = signed_in.get(f"/events/{invitation.event.slug}/replies/{letter.id}")
    assert f"{clock.local(proposed):%H:%M}" in page.text and "Xin lùi sang chiều" in page.text


def doubtful(name: str, invitation) -> bytes:
    raw = given("DECLINED")
    uid = sent_entry().uid.encode()
    address = b"thuy@sokhcn.example.vn"
    return {
        "unknown_uid": raw.replace(uid.split(b"-")[0], b"0123456789abcdef"),
        "unknown_attendee": given("DECLINED", program="apple").replace(address, b"nguoi.khac@so.example.vn"),
        "unknown_sender": raw.replace(b"<" + address + b">", b"<thu.ky@so.example.vn>"),
        "substitute": given("DELEGATED", program="zimbra"),
    }[name]


@pytest.mark.parametrize("name", ["unknown_uid", "unknown_attendee", "unknown_sender", "substitute"])
@ONE_DATABASE
def test_whoever_cannot_be_recognised_is_left_to_a_person(app, invitation, signed_in, name):
    letter = come_in(doubtful(name, invitation))
    pages = f"/events/{invitation.event.slug}/replies"
    doubt, untouched = outcome(letter), answer_of(invitation)

    listed = signed_in.get(f"{pages}?show=review")
    signed_in.get(f"{pages}/{letter.id}?q=thuy")
    form = {"invitation": invitation.id, "answer": "declined"}
    signed_in.post(f"{pages}/{letter.id}/assign?q=thuy", form)

    assert doubt == ("review", name)
    assert untouched == ("needs_action", None)
    assert f"{pages}/{letter.id}" in listed.links()
    assert answer_of(invitation)[0] == "declined"
    db.session.refresh(letter)
    assert outcome(letter) == ("applied", "assigned")


@ONE_DATABASE
def test_a_message_that_needs_a_person_can_be_put_aside(app, invitation, signed_in):
    letter = come_in(doubtful("unknown_sender", invitation))

    signed_in.post(f"/events/{invitation.event.slug}/replies/{letter.id}/ignore", {})

    db.session.refresh(letter)
    assert outcome(letter) == ("ignored", "put_aside")
    assert answer_of(invitation)[0] == "needs_action"


@ONE_DATABASE
def test_the_signed_reply_address_vouches_for_another_mailbox(app, invitation):
    app.config["MAIL_REPLY_TO"] = "traloi@quangngai.example.vn"
    own = addresses.reply_address(
        app.config["MAIL_REPLY_TO"], "invitation", invitation.id, app.config["TOKEN_KEY"]
    )
    raw = given("ACCEPTED", program="apple", to=own).replace(
        b"thuy@sokhcn.example.vn", b"thuy@rieng.example.vn"
    )

    assert outcome(come_in(raw)) == ("applied", "applied")
    assert answer_of(invitation)[0] == "accepted"


@ONE_DATABASE
def test_a_forged_reply_address_has_no_effect(app, invitation):
    app.config["MAIL_REPLY_TO"] = "traloi@quangngai.example.vn"
    forged = addresses.reply_address(app.config["MAIL_REPLY_TO"], "invitation", invitation.id, "another-key")

    assert outcome(come_in(given("DECLINED", to=forged))) == ("ignored", "forged")
    assert answer_of(invitation) == ("needs_action", None)


@ONE_DATABASE
def test_an_answer_to_what_does_not_take_place_changes_nothing(app, invitation):
    raw = given("ACCEPTED")
    events.cancel_event(invitation.event, by=None)

    assert outcome(come_in(raw)) == ("ignored", "event_cancelled")
    assert answer_of(invitation)[0] == "needs_action"


@ONE_DATABASE
def test_a_letter_in_ordinary_words_waits_on_the_page_of_the_event(app, invitation, signed_in):
    [delivery] = scenes.deliveries()
    letter = come_in(written("letter", MESSAGE_ID=delivery.message_id))

    page = signed_in.get(f"/events/{invitation.event.slug}/replies/{letter.id}")

    assert (letter.event_id, outcome(letter)) == (invitation.event_id, ("review", "letter"))
    assert "tôi xin phép vắng mặt." in page.text
    assert "alert(1)" not in page.text


@ONE_DATABASE
def test_an_answer_whose_calendar_is_damaged_waits_for_a_person_who_is_told(app, invitation, signed_in):
    raw = given("DECLINED", program="apple").replace(b"END:VCALENDAR", b"")

    letter = come_in(raw)

    assert outcome(letter) == ("review", "unreadable_calendar")
    assert answer_of(invitation)[0] == "needs_action"
    page = signed_in.get(f"/events/{invitation.event.slug}/replies/{letter.id}")
    assert "Thư có kèm lịch nhưng không đọc được" in page.text


@ONE_DATABASE
def test_five_megabytes_wait_for_a_person_who_sees_their_beginning(app, invitation):
    raw = given("ACCEPTED").replace(b"Subject:", b"X: y\r\nSubject:") + b"x" * 5_000_000

    letter = come_in(raw)

    assert outcome(letter) == ("review", "too_large")
    assert (letter.is_cut, letter.event_id) == (True, invitation.event_id)
    assert answer_of(invitation)[0] == "needs_action"


@ONE_DATABASE
def test_a_returned_invitation_says_why_and_puts_the_guest_on_the_list_to_phone(app, invitation, signed_in):
    app.config["BOUNCE_DOMAIN"] = "bo.example.vn"
    [delivery] = scenes.deliveries()
    back = addresses.return_path(delivery.id, "bo.example.vn", app.config["TOKEN_KEY"])

    come_in(written("returned_no_such_address", TO=back, RECIPIENT=delivery.recipient))

    slug = invitation.event.slug
    assert "địa chỉ không tồn tại" in signed_in.get(f"/events/{slug}/deliveries/{delivery.id}").text.lower()
    assert "Nguyễn Thị Thủy" in signed_in.get(f"/events/{slug}/phone-list").text


@ONE_DATABASE
def test_the_list_costs_the_same_for_one_message_and_for_many(app, invitation, signed_in):
    address = f"/events/{invitation.event.slug}/replies"
    come_in(given("ACCEPTED", number=1))
    signed_in.get(address)
    with counted() as one:
        signed_in.get(address)
    for number in range(2, 12):
        come_in(given("DECLINED" if number % 2 else "ACCEPTED", number=number, minutes=number))

    with counted() as many:
        page = signed_in.get(address)

    assert len(page.rows()) == 11
    assert many.number == one.number


@ONE_DATABASE
def test_mail_of_another_event_or_of_none_is_not_for_everybody(app, invitation, client):
    other = scenes.ready_event(host=factories.another_host())
    mine = come_in(given("ACCEPTED"))
    unknown = come_in(written("letter"))
    client.sign_in(factories.owner(other))

    for letter in (mine, unknown):
        client.get(f"/events/{other.slug}/replies/{letter.id}", status=404)
        client.get(f"/events/{other.slug}/replies/{letter.id}/message.eml", status=404)
        client.post(f"/events/{other.slug}/replies/{letter.id}/ignore", {}, status=404)
    assert "so.example.vn" not in client.get(f"/events/{other.slug}/replies").text


@ONE_DATABASE
def test_one_message_is_received_from_a_file_and_its_fate_is_told_without_names(app, invitation, tmp_path):
    file = tmp_path / "reply.eml"
    file.write_bytes(given("ACCEPTED", minutes=-0.01))
    runner = current_app.test_cli_runner()

    first = runner.invoke(args=["mail", "receive", str(file)])
    again = runner.invoke(args=["mail", "receive", str(file)])

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert first.output == again.output
    assert "reply, applied, applied" in first.output and "@" not in first.output
    assert answer_of(invitation)[0] == "accepted"
    assert reply_queries.reply_of(db.session.scalar(sa.select(InboundMail))).outcome is ReplyOutcome.APPLIED
