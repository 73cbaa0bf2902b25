"""Whole stories of a link test, step by step: after each step exactly these letters leave, and four parsers read them
alike. DTSTAMP tells the step in which something changed, for every step is an hour after the one before."""

from datetime import datetime, timedelta

import pytest

from eventsvc import clock
from eventsvc.coordinators.operations import hand_over
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.models import Delivery
from eventsvc.events import operations as events
from eventsvc.link_tests import operations, queries, sending_operations
from eventsvc.link_tests.telling import Telling
from eventsvc.sites import link_operations, reporter
from eventsvc.sites import operations as site_operations
from tests.calendars import agreed
from tests.invitations.scenes import send
from tests.link_tests import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

R, C = "REQUEST", "CANCEL"
OPEN, YES = "NEEDS-ACTION", "ACCEPTED"


class Story:
    """A link test in four days to which A and B are invited; C is a site without an address."""

    def __init__(self, monkeypatch) -> None:
        self.start = clock.now().replace(minute=0, second=0, microsecond=0)
        self.monkeypatch, self.steps, self.seen = monkeypatch, 0, 0
        self.uids: dict[str, str] = {}
        self.at(0)
        self.event = scenes.ready_event()
        self.a, self.b, self.c, self.d = scenes.sites(self.event, 4)
        self.names = {
            site.code: name for name, site in zip("abcd", (self.a, self.b, self.c, self.d), strict=True)
        }
        site_operations.edit_site(self.c, {"contact_email": None}, by=None)
        self.test = scenes.link_test(self.event, [self.a, self.b, self.c])

    def at(self, step: int, minutes: int = 0) -> None:
        moment = self.start + timedelta(hours=step, minutes=minutes)
        self.monkeypatch.setattr(clock, "now", lambda: moment)

    def play(self, step) -> list[tuple]:
        """What leaves after the step: (who, METHOD, SEQUENCE, PARTSTAT, step of the last change); told twice."""
        self.steps += 1
        self.at(self.steps)
        step(self)
        self.at(self.steps, minutes=10)
        sending_operations.tell(self.test, by=None)
        sending_operations.tell(self.test, by=None)
        sent = send()
        new, self.seen = sent[self.seen :], len(sent)
        return sorted(self._fact(message) for message in new)

    def _fact(self, message) -> tuple:
        parts = {part.get_content_type(): part for part in message.walk()}
        inside = parts["text/calendar"].get_content().encode().replace(b"\r\n", b"\n")
        file = parts["application/ics"].get_content()
        assert inside == file.replace(b"\r\n", b"\n")
        seen = agreed(file)
        [entry], [attendee] = seen["events"], seen["events"][0]["attendees"]
        to = message["To"].addresses[0].addr_spec
        who = self.names.get(to.partition("@")[0], to.partition("@")[0])
        stem = self.uids.setdefault(who.partition("-")[0], entry["uid"])
        assert entry["uid"] == stem
        assert attendee["email"] == to
        assert entry["organizer"] == message["From"].addresses[0].addr_spec == deliveries.sender_mailbox()
        assert parts["text/calendar"]["Content-Type"].params["method"] == seen["method"]
        assert entry["status"] == ("CANCELLED" if seen["method"] == C else "CONFIRMED")
        changed = (datetime.fromisoformat(entry["changed"]) - self.start) / timedelta(hours=1)
        return who, seen["method"], entry["sequence"], attendee["partstat"], round(changed, 2)


def nothing(_story) -> None:
    pass


def move(story) -> None:
    later = {"starts_at": story.test.starts_at, "ends_at": story.test.ends_at}
    later = {name: moment + timedelta(hours=1) for name, moment in later.items()}
    operations.edit_link_test(story.test, later, by=None)


def accept(story) -> None:
    operations.accept(scenes.of(story.test, story.a), reporter.of_site(story.a))


def take_off(*names):
    def step(story) -> None:
        for name in names:
            operations.take_off(scenes.of(story.test, getattr(story, name)), by=None)

    return step


def put_back_b_and_add_d(story) -> None:
    operations.invite_sites(story.test, [story.b, story.d], by=None)
    db.session.refresh(story.test)


def another_coordinator(story) -> None:
    site_operations.edit_site(story.b, {"contact_email": "b-moi@example.vn"}, by=None)


def hand_b_over_to_a_telephone(story) -> None:
    operations.accept(scenes.of(story.test, story.b), reporter.of_site(story.b))
    hand_over(story.b, name="Chị Sáu", phone="+84501234567", email=None, reporter=reporter.of_site(story.b))


def rename(story) -> None:
    operations.edit_link_test(story.test, {"note": "Mang theo micro dự phòng."}, by=None)


def call_off(story) -> None:
    operations.cancel_link_test(story.test, by=None)


def call_off_the_event(story) -> None:
    events.cancel_event(story.event, by=None)


INVITED = (nothing, [("a", R, 0, OPEN, 0), ("b", R, 0, OPEN, 0)])

STORIES = {
    "moved, then called off": [
        INVITED,
        (nothing, []),
        (accept, []),
        (move, [("a", R, 1, OPEN, 4), ("b", R, 1, OPEN, 4)]),
        (rename, []),
        (call_off, [("a", C, 2, OPEN, 6), ("b", C, 2, OPEN, 6)]),
        (nothing, []),
    ],
    "one taken off, put back beside another": [
        INVITED,
        (take_off("b"), [("b", C, 1, OPEN, 2)]),
        (nothing, []),
        (put_back_b_and_add_d, [("b", R, 2, OPEN, 4), ("d", R, 0, OPEN, 4)]),
        (take_off("b", "d"), [("b", C, 3, OPEN, 5), ("d", C, 1, OPEN, 5)]),
        (call_off, [("a", C, 1, OPEN, 6)]),
    ],
    "another coordinator": [
        INVITED,
        (another_coordinator, [("b", C, 1, OPEN, 2.17), ("b-moi", R, 1, OPEN, 2.17)]),
        (nothing, []),
        (move, [("a", R, 1, OPEN, 4), ("b-moi", R, 2, OPEN, 4)]),
    ],
    "a new coordinator without an address": [
        INVITED,
        (hand_b_over_to_a_telephone, [("b", C, 1, OPEN, 2.17)]),
        (nothing, []),
        (another_coordinator, [("b-moi", R, 2, OPEN, 2.17)]),
    ],
    "the event is called off": [
        INVITED,
        (call_off_the_event, [("a", C, 1, OPEN, 2.17), ("b", C, 1, OPEN, 2.17)]),
    ],
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=list(STORIES))
def test_after_each_step_exactly_these_letters_leave(app, monkeypatch, steps):
    story = Story(monkeypatch)

    seen = [story.play(step) for step, _expected in steps]

    assert seen == [expected for _step, expected in steps]


def test_a_site_without_an_address_is_to_be_phoned_until_it_says_that_it_comes(app, monkeypatch):
    story = Story(monkeypatch)
    row = scenes.of(story.test, story.c)
    assert (row, Telling.PHONE) in queries.to_tell(story.test)

    operations.accept(row, reporter.of_site(story.c))

    assert (row, Telling.PHONE) not in queries.to_tell(story.test)


def test_a_new_coordinator_without_an_address_is_phoned_whatever_the_old_one_said(app, monkeypatch):
    story = Story(monkeypatch)
    row = scenes.of(story.test, story.b)
    story.play(nothing)
    story.play(hand_b_over_to_a_telephone)

    assert (row, Telling.PHONE) in queries.to_tell(story.test) and row.accepted_at is None


def test_a_letter_with_a_link_that_leads_nowhere_any_more_is_not_sent_again(app, monkeypatch):
    story = Story(monkeypatch)
    link_operations.make_links(story.event, [story.a], by=None)
    story.play(nothing)
    first, second = db.session.scalars(db.select(Delivery).order_by(Delivery.id)).all()
    link_operations.renew_link(story.a, by=None)

    with pytest.raises(outbox.Overtaken):
        outbox.resend(first, number=1, by=None)
    outbox.resend(second, number=1, by=None)


def test_nobody_is_written_to_about_what_has_begun(app, monkeypatch):
    story = Story(monkeypatch)
    story.play(nothing)
    monkeypatch.setattr(clock, "now", lambda: story.test.starts_at)
    operations.cancel_link_test(story.test, by=None)

    assert queries.to_tell(story.test) == []


def test_a_letter_that_no_longer_holds_is_not_sent_again(app, monkeypatch):
    story = Story(monkeypatch)
    story.play(nothing)
    first = db.session.scalars(db.select(Delivery).order_by(Delivery.id)).first()
    outbox.resend(first, number=1, by=None)
    story.play(move)

    with pytest.raises(outbox.Overtaken):
        outbox.resend(first, number=2, by=None)


def test_the_letter_says_when_where_and_by_which_link(app, monkeypatch):
    story = Story(monkeypatch)
    sending_operations.tell(story.test, by=None)
    [message, *_others] = send()

    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    for words in ("Kết nối thử lần 1", "14 giờ 00", scenes.ADDRESS, "Tổ kỹ thuật VNPT", story.a.name):
        assert words in bodies[0] and words in bodies[1], words
    assert "secret" not in "".join(bodies)
