"""Whole stories, step by step: after each step exactly these messages leave, and four parsers read them alike.

The clock is set: every step is an hour after the one before, and the worker sends ten minutes after it. So DTSTAMP
tells the step in which something changed from the moment of writing it down again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.deliveries import queries as deliveries
from eventsvc.events import operations as events
from eventsvc.guests import operations as guests
from eventsvc.invitations import operations, queries
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from tests import factories
from tests.calendars import agreed
from tests.invitations import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

R, C = ("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")
OPEN, YES = "NEEDS-ACTION", "ACCEPTED"


class Story:
    """An event with a main hall and a bridge: An sits in the hall, Bình at the bridge. Ánh is not invited yet."""

    def __init__(self, monkeypatch, sittings: int) -> None:
        self.start = clock.now().replace(minute=0, second=0, microsecond=0)
        self.monkeypatch, self.steps, self.seen = monkeypatch, 0, 0
        self.at(0)
        self.event = scenes.ready_event()
        self.hall, self.bridge = scenes.main_site(self.event), factories.site(self.event)
        for number in range(1, sittings):
            day = events.add_sitting(self.event, title=f"Ngày thứ {number + 1}", by=None)
            begins = self.event.sittings[0].starts_at + timedelta(days=number)
            events.propose_time(day, starts_at=begins, ends_at=begins + timedelta(hours=3), by=None)
            events.approve_time(day, by=None)
        self.guests = {"an": self._guest("an", self.hall), "binh": self._guest("binh", self.bridge)}
        self.items = [factories.item(self.event, "Khai mạc", 10, person=self.guests["an"].person)]
        agenda.release(self.event, confirmed=True, by=None)
        self.bases = {sitting.number: sitting.sequence for sitting in self.event.sittings}
        self.uids: dict[str, tuple[str, int]] = {}

    def _guest(self, name: str, site):
        return factories.guest(site, f"Nguyễn Thị {name}", emails=[f"{name}@example.vn"])

    def at(self, step: int, minutes: int = 0) -> None:
        moment = self.start + timedelta(hours=step, minutes=minutes)
        self.monkeypatch.setattr(clock, "now", lambda: moment)

    def of(self, name: str):
        invitation = queries.invitation_for(self.guests[name])
        assert invitation is not None
        return invitation

    def play(self, step: Callable[["Story"], None]) -> list[tuple]:
        """What leaves after the step, as (who, METHOD, STATUS, sitting, SEQUENCE above the first, PARTSTAT, step of the
        last change); (who, kind) for a message without a calendar."""
        self.steps += 1
        self.at(self.steps)
        step(self)
        self.at(self.steps, minutes=10)
        sent = scenes.send()
        new, self.seen = sent[self.seen :], len(sent)
        return sorted(fact for message in new for fact in self._facts(message))

    def _facts(self, message) -> list[tuple]:
        to = message["To"].addresses[0].addr_spec
        who = to.partition("@")[0]
        parts = {part.get_content_type(): part for part in message.walk()}
        files = [
            part.get_content() for part in message.walk() if part.get_content_type() == "application/ics"
        ]
        if not files:
            assert "text/calendar" not in parts
            return [(who, message["Subject"].partition(":")[0])]
        assert parts["text/calendar"].get_content().encode().replace(b"\r\n", b"\n") == files[0].replace(
            b"\r\n", b"\n"
        )
        found = []
        for file in files:
            seen = agreed(file)
            [entry] = seen["events"]
            [attendee] = entry["attendees"]
            stem, _at, number = entry["uid"].partition("@")[0].partition("-")
            assert self.uids.setdefault(entry["uid"], (who, int(number))) == (who, int(number))
            assert attendee["email"] == to
            assert entry["organizer"] == message["From"].addresses[0].addr_spec == deliveries.sender_mailbox()
            assert parts["text/calendar"]["Content-Type"].params["method"] == seen["method"]
            found.append(
                (
                    who,
                    seen["method"],
                    entry["status"],
                    int(number),
                    entry["sequence"] - self.bases[int(number)],
                    attendee["partstat"],
                    self._step_of(entry["changed"]),
                )
            )
        return found

    def _step_of(self, changed: str) -> float:
        return (datetime.fromisoformat(changed) - self.start) / timedelta(hours=1)


def invite(story: Story) -> None:
    operations.invite(story.event, by=None)


def move(story: Story) -> None:
    sitting = story.event.sittings[0]
    later = {
        "starts_at": sitting.starts_at + timedelta(days=7),
        "ends_at": sitting.ends_at + timedelta(days=7),
    }
    events.propose_time(sitting, **later, by=None)
    events.approve_time(sitting, by=None)
    tell(story)


def tell(story: Story) -> None:
    operations.send_updates(story.event, by=None)


def accept(name: str) -> Callable[[Story], None]:
    return lambda story: operations.answer(story.of(name), Answer.ACCEPTED, source=AnswerSource.PAGE) and None


def resend(name: str) -> Callable[[Story], None]:
    def step(story: Story) -> None:
        invitation = story.of(name)
        operations.resend(invitation, number=queries.resends(invitation) + 1, by=None)

    return step


def told(change: Callable[[Story], object]) -> Callable[[Story], None]:
    """The change, and the button that tells those who must hear of it; pressed twice."""

    def step(story: Story) -> None:
        change(story)
        tell(story)
        tell(story)

    return step


def substitute(story: Story) -> None:
    details = Details(
        "Lê Thị Thay", position="Phó Giám đốc", organization_name="Sở Nội vụ", emails=["thay@example.vn"]
    )
    made = substitutions.request_substitution(
        story.of("an"), details=details, source=SubstitutionSource.STAFF, by=factories.user()
    )
    assert made.substitute is not None
    story.guests["thay"] = made.substitute.guest


def to_the_hall(story: Story) -> None:
    guest = story.guests["binh"]
    details = Details(guest.person.full_name, emails=guest.person.emails)
    guests.edit_guest(
        guest, details=details, site=story.hall, group=None, seat=None, note=None, attention=None, by=None
    )


def add_a_guest(story: Story) -> None:
    story.guests["anh"] = story._guest("anh", story.hall)
    operations.invite(story.event, by=None)
    tell(story)


def edit_event(**changes) -> Callable[[Story], None]:
    return told(lambda story: events.edit_event(story.event, changes, by=None))


def edit_sitting(**changes) -> Callable[[Story], None]:
    return told(lambda story: events.edit_sitting(story.event.sittings[0], changes, by=None))


def rename_the_item(story: Story) -> None:
    agenda.edit_item(story.items[0], {"title": "Lễ chào cờ và khai mạc"}, by=None)
    agenda.release(story.event, confirmed=True, by=None)


def release_what_touches_nobody(story: Story) -> None:
    agenda.edit_item(story.items[0], {"mc_line": "Kính mời quý vị ổn định chỗ ngồi."}, by=None)
    agenda.release(story.event, confirmed=True, by=None)


def both(method: tuple[str, str], sequence: int, partstat: str, step: int, sitting: int = 1) -> list[tuple]:
    return [(name, *method, sitting, sequence, partstat, step) for name in ("an", "binh")]


INVITED = (invite, both(R, 0, OPEN, 1))

STORIES = {
    "moved, answered, moved, gone in another's place, called off": (
        1,
        [
            INVITED,
            (accept("an"), []),
            (move, both(R, 2, OPEN, 3)),
            (accept("an"), []),
            (move, both(R, 4, OPEN, 5)),
            (accept("an"), []),
            (substitute, [("an", *C, 1, 5, "DECLINED", 7), ("thay", *R, 1, 4, OPEN, 7)]),
            (
                told(lambda story: events.cancel_event(story.event, by=None)),
                [("binh", *C, 1, 5, OPEN, 8), ("thay", *C, 1, 5, OPEN, 8)],
            ),
        ],
    ),
    "another bridge for one guest": (
        1,
        [INVITED, (told(to_the_hall), [("binh", *R, 1, 1, OPEN, 2)]), (accept("binh"), []), (tell, [])],
    ),
    "another link only, then the same again": (
        1,
        [
            INVITED,
            (accept("binh"), []),
            (edit_event(video_link="https://hop.example.vn/2"), both(R, 1, OPEN, 3)),
            (edit_event(video_link="https://hop.example.vn/2"), []),
        ],
    ),
    "another room in the main hall": (
        1,
        [INVITED, (edit_sitting(place="Nhà văn hóa Lao động"), [("an", *R, 1, 1, OPEN, 2)]), (tell, [])],
    ),
    "another hall at the bridge": (
        1,
        [
            INVITED,
            (
                told(lambda story: sites.edit_site(story.bridge, {"hall": "Phòng họp số 1"}, by=None)),
                [("binh", *R, 1, 1, OPEN, 2)],
            ),
        ],
    ),
    "another time to be present": (1, [INVITED, (edit_sitting(arrival_minutes=15), both(R, 1, OPEN, 2))]),
    "what is not significant": (
        1,
        [
            INVITED,
            (edit_event(title="Lễ phát động và ký kết", dress_code="Lễ phục", contact_name="Bà Sáu"), []),
            (edit_sitting(doors_open_at=None, buffer_minutes=10, title="Phiên khai mạc"), []),
            (told(release_what_touches_nobody), []),
        ],
    ),
    "a release that touches one speaker": (
        1,
        [
            INVITED,
            (accept("an"), []),
            (told(rename_the_item), [("an", "Điều chỉnh chương trình")]),
            (resend("an"), [("an", *R, 1, 0, YES, 1)]),
        ],
    ),
    "one of two days called off, then moved": (
        2,
        [
            (invite, sorted([*both(R, 0, OPEN, 1), *both(R, 0, OPEN, 1, sitting=2)])),
            (
                told(lambda story: events.cancel_sitting(story.event.sittings[1], by=None)),
                sorted([*both(C, 1, OPEN, 2, sitting=2), *both(R, 0, OPEN, 2)]),
            ),
            (move, both(R, 2, OPEN, 3)),
        ],
    ),
    "withdrawn, given again, sent again": (
        1,
        [
            INVITED,
            (accept("an"), []),
            (
                lambda story: [operations.revoke_invitation(story.of("an"), by=None) for _ in range(2)],
                [("an", *C, 1, 1, YES, 3)],
            ),
            (
                lambda story: operations.restore_invitation(story.of("an"), by=None),
                [("an", *R, 1, 2, OPEN, 4)],
            ),
            (resend("an"), [("an", *R, 1, 2, OPEN, 4)]),
            (accept("an"), []),
            (resend("an"), [("an", *R, 1, 2, YES, 4)]),
        ],
    ),
    "somebody more": (1, [INVITED, (add_a_guest, [("anh", *R, 1, 0, OPEN, 2)])]),
    "reminded": (
        1,
        [
            INVITED,
            (accept("an"), []),
            (
                lambda story: [operations.remind(story.event, by=None) for _ in range(2)],
                [("binh", "Đề nghị trả lời")],
            ),
            (move, both(R, 2, OPEN, 4)),
        ],
    ),
}


@pytest.mark.parametrize(("sittings", "steps"), STORIES.values(), ids=list(STORIES))
def test_after_each_step_exactly_these_messages_leave(app, monkeypatch, sittings, steps):
    story = Story(monkeypatch, sittings)

    seen = [story.play(step) for step, _expected in steps]

    assert seen == [expected for _step, expected in steps]


def test_the_calling_off_of_a_day_is_not_lost_when_its_message_is_overtaken(app, monkeypatch):
    """The CANCEL still waits when something else changes: what takes its place must take the day back, too."""
    story = Story(monkeypatch, 2)
    story.play(invite)

    def both_changes(_story: Story) -> None:
        events.cancel_sitting(story.event.sittings[1], by=None)
        tell(story)
        edit_event(video_link="https://hop.example.vn/2")(story)

    left = story.play(both_changes)

    assert left == sorted([*both(C, 1, OPEN, 2, sitting=2), *both(R, 1, OPEN, 2)])


def test_the_time_to_be_present_stands_in_the_message_the_calendar_and_on_the_page(app, client, monkeypatch):
    story = Story(monkeypatch, 1)
    edit_sitting(arrival_minutes=15)(story)
    invite(story)
    [message, *_others] = scenes.send()
    words = "có mặt trước 07 giờ 45 phút (trước giờ khai mạc 15 phút)"

    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    [entry] = agreed(
        next(p.get_content() for p in message.walk() if p.get_content_type() == "application/ics")
    )["events"]
    page = client.get(scenes.link(story.of("an")))

    assert words in bodies[0] and words in bodies[1]
    assert words in entry["description"]
    assert words in page.text
