"""Feeds in programs that people have: vdirsyncer subscribes over HTTP, khal lists, recurring-ical-events expands.

A real server on the loopback address; the programs run as they would on a desk, each in a folder of the test.
"""

import os
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from werkzeug.serving import WSGIRequestHandler, make_server

from config import TestConfig
from eventsvc import ical
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.deliveries import queries as deliveries
from eventsvc.events import operations as events
from eventsvc.feeds import operations as feeds
from eventsvc.feeds.models import FeedKind
from eventsvc.invitations import entries as invited
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.sites import operations as sites
from tests import factories
from tests.calendars import agreed

PROGRAMS = Path(sys.executable).parent
START = datetime(2030, 7, 15, 1, 0, tzinfo=UTC)
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair feed]
a = "web"
b = "disk"
collections = null

[storage web]
type = "http"
url = "{url}"

[storage disk]
type = "filesystem"
path = "{folder}/feed/"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/feed
readonly = True
[[mine]]
path = {folder}/mine
[locale]
timeformat = %H:%M
dateformat = %d/%m
longdateformat = %d/%m/%Y
datetimeformat = %d/%m %H:%M
longdatetimeformat = %d/%m/%Y %H:%M
local_timezone = {zone}
default_timezone = {zone}
[sqlite]
path = {folder}/khal.db
"""
LINE = "{calendar}|{start-long-full}|{end-long-full}|{title}|{location}|{status}"


class Unlogged(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        pass


@pytest.fixture
def app(sqlite_template, tmp_path):
    shutil.copy(sqlite_template, tmp_path / "test.db")
    application = create_app(TestConfig(tmp_path))
    with application.app_context():
        yield application
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def server(app) -> Iterator[str]:
    served = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Unlogged)
    served.daemon_threads = True
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


@dataclass
class Desk:
    """Somebody's computer: a folder with the two programs set up, subscribed to one calendar."""

    folder: Path
    url: str
    zone: str = "Asia/Ho_Chi_Minh"

    def set_up(self) -> "Desk":
        for name in ("feed", "mine", "status"):
            (self.folder / name).mkdir(parents=True)
        words = {"folder": self.folder, "url": self.url, "zone": self.zone}
        (self.folder / "vdirsyncer.ini").write_text(VDIRSYNCER.format(**words))
        (self.folder / "khal.ini").write_text(KHAL.format(**words))
        self.run("vdirsyncer", "-c", "vdirsyncer.ini", "discover")
        return self

    def sync(self) -> str:
        return self.run("vdirsyncer", "-v", "INFO", "-c", "vdirsyncer.ini", "sync")

    def listed(self) -> list[list[str]]:
        """What khal shows of the two weeks: calendar, start, end, title, place, status."""
        words = ("list", "--notstarted", "--once", "--day-format", "", "--format", LINE, "10/07/2030", "14d")
        shown = self.run("khal", "-c", "khal.ini", *words)
        return [line.split("|") for line in shown.splitlines() if line.strip()]

    def take_in(self, content: bytes, calendar: str = "mine") -> None:
        """Import a file that came by mail, as a press on "add to my calendar" does."""
        path = self.folder / "came.ics"
        path.write_bytes(content)
        self.run("khal", "-c", "khal.ini", "import", "--batch", "-a", calendar, str(path))

    def run(self, program: str, *words: str) -> str:
        home = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [PROGRAMS / program, *words], cwd=self.folder, capture_output=True, text=True, timeout=120,
            env={"PATH": os.environ["PATH"], **home},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout + done.stderr if program == "vdirsyncer" else done.stdout


@pytest.fixture
def guest(app):
    event = factories.approved_event(
        starts_at=START, short_title="Lễ phát động “Chuyển đổi số”; đợt 1, năm 2030", venue="Trung tâm IOC"
    )
    factories.data_notice(event)
    hall = factories.site(event, "Huyện Lý Sơn")
    sites.edit_site(hall, {"hall": "Hội trường UBND huyện, tầng 2; dãy nhà B"}, by=None)
    made = factories.guest(hall, "Võ Thị Mai")
    invitations.invite(event, by=None)
    return made


@pytest.fixture
def desk(server, guest, tmp_path) -> Desk:
    invitation = invitation_queries.invitation_for(guest)
    token = feeds.renew_own_feed(invitation, by=invitation)[1]
    return Desk(tmp_path / "desk", f"{server}/calendar/{token}.ics").set_up()


def move(event, **delta) -> None:
    sitting = event.sittings[0]
    starts_at = sitting.starts_at + timedelta(**delta)
    events.propose_time(sitting, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90), by=None)
    events.approve_time(sitting, by=None)


def invited_by_mail(guest) -> bytes:
    """The calendar part of the invitation that the guest got by mail."""
    invitation = invitation_queries.invitation_for(guest)
    return ical.request(
        invited.entries(
            invitation,
            guest.event.sittings,
            link="https://su-kien.example.vn/i/x",
            sender=deliveries.sender_mailbox(),
            attendee=(guest.person.full_name, guest.person.email),
        )
    )


TITLE = "Lễ phát động “Chuyển đổi số”; đợt 1, năm 2030"
PLACE = "Điểm cầu huyện Lý Sơn: Hội trường UBND huyện, tầng 2; dãy nhà B"


def test_a_subscribed_program_follows_the_event_from_the_first_time_to_its_end(desk, guest):
    desk.sync()
    first = desk.listed()
    move(guest.event, days=1, hours=1)
    second = events.add_sitting(guest.event, title="Hội thảo", by=None)
    later = START + timedelta(days=3)
    events.propose_time(second, starts_at=later, ends_at=later + timedelta(hours=2), by=None)
    events.approve_time(second, by=None)
    desk.sync()
    moved = desk.listed()
    events.cancel_sitting(second, by=None)
    desk.sync()
    cancelled = desk.listed()

    assert first == [["feed", "15/07/2030 08:00", "15/07/2030 09:30", TITLE, PLACE, "CONFIRMED "]]
    assert [row[1:3] + row[5:] for row in moved] == [
        ["16/07/2030 09:00", "16/07/2030 10:30", "CONFIRMED "],
        ["18/07/2030 08:00", "18/07/2030 10:00", "CONFIRMED "],
    ]
    assert [row[5] for row in cancelled] == ["CONFIRMED ", "CANCELLED "]
    assert len(list((desk.folder / "feed").iterdir())) == 2


def test_a_feed_that_did_not_change_is_not_written_again(desk, guest):
    desk.sync()
    (path,) = (desk.folder / "feed").iterdir()
    before = path.stat().st_mtime_ns

    desk.sync()

    assert path.stat().st_mtime_ns == before


def test_a_revoked_feed_is_an_error_to_the_program_and_the_last_state_stays(desk, guest):
    desk.sync()
    invitation = invitation_queries.invitation_for(guest)
    feeds.revoke_own_feed(invitation, by=None)

    with pytest.raises(AssertionError, match="NOT FOUND"):
        desk.sync()

    assert len(desk.listed()) == 1


# --- The same sitting by mail and by subscription ---------------------------------------------------------------


def test_mail_and_subscription_stand_side_by_side_without_a_clash_and_agree(desk, guest):
    desk.take_in(invited_by_mail(guest))
    desk.sync()
    before = desk.listed()
    move(guest.event, hours=2)
    desk.take_in(invited_by_mail(guest))  # the update by mail comes at once, the feed hours later
    between = desk.listed()
    desk.sync()
    after = desk.listed()

    times = lambda rows: sorted((row[0], row[1][-5:]) for row in rows)  # noqa: E731
    assert times(before) == [("feed", "08:00"), ("mine", "08:00")]
    assert times(between) == [("feed", "08:00"), ("mine", "10:00")]
    assert times(after) == [("feed", "10:00"), ("mine", "10:00")]
    assert len({(row[3], row[4]) for row in after}) == 1


def test_a_feed_taken_into_the_calendar_of_the_invitation_makes_no_second_entry(desk, guest):
    desk.take_in(invited_by_mail(guest))
    move(guest.event, hours=2)

    desk.take_in(urllib.request.urlopen(desk.url).read())  # imported once instead of subscribed to

    assert [row[:2] for row in desk.listed()] == [["mine", "15/07/2030 10:00"]]


def test_parsers_that_go_by_uid_find_one_entry_in_mail_and_feed(desk, guest):
    mailed, feed = agreed(invited_by_mail(guest)), agreed(urllib.request.urlopen(desk.url).read())

    (one,), (other,) = mailed["events"], feed["events"]
    same = ("uid", "sequence", "start", "end", "summary", "location", "organizer")
    assert [one[key] for key in same] == [other[key] for key in same]
    assert one["attendees"] and not other["attendees"]


# --- Other consumers ------------------------------------------------------------------------------------------


def test_an_expander_finds_exactly_the_sittings_at_vietnamese_hours(desk, guest):
    second = events.add_sitting(guest.event, title="Hội thảo", by=None)
    events.propose_time(second, starts_at=START + timedelta(days=1, hours=6), ends_at=None, by=None)
    events.approve_time(second, by=None)

    calendar = icalendar.Calendar.from_ical(urllib.request.urlopen(desk.url).read())
    found = recurring_ical_events.of(calendar).between((2030, 7, 1), (2030, 8, 1))
    on_the_day = recurring_ical_events.of(calendar).at((2030, 7, 16))

    hours = [event["DTSTART"].dt.astimezone(VIETNAM).strftime("%d/%m %H:%M") for event in found]
    assert sorted(hours) == ["15/07 08:00", "16/07 14:00"]
    assert [str(event["SUMMARY"]) for event in on_the_day] == [f"{TITLE} – Hội thảo"]


def test_a_program_in_another_zone_shows_the_same_moment(server, guest, tmp_path):
    invitation = invitation_queries.invitation_for(guest)
    token = feeds.renew_own_feed(invitation, by=invitation)[1]
    abroad = Desk(tmp_path / "abroad", f"{server}/calendar/{token}.ics", "Europe/Paris").set_up()

    abroad.sync()

    assert [row[1] for row in abroad.listed()] == ["15/07/2030 03:00"]


def test_days_of_a_window_do_not_block_and_end_on_their_last_day(server, app, tmp_path):
    event = factories.data_notice(factories.event(window_text="Tổ chức từ ngày 12/7/2030 đến ngày 14/7/2030"))
    hall = factories.main_site(event)
    token = feeds.create_feed(event, kind=FeedKind.SITE, name="Hội trường", site=hall, by=None)[1]
    desk = Desk(tmp_path / "hall", f"{server}/calendar/{token}.ics").set_up()

    desk.sync()

    assert [row[1:3] + row[5:] for row in desk.listed()] == [
        ["12/07/2030 00:00", "14/07/2030 00:00", "TENTATIVE "]
    ]
