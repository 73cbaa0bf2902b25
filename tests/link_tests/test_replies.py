"""A coordinator presses "yes" in a calendar: what the answer counts for, and what is left to a person."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries.operations import receiving
from eventsvc.invitations import reply_operations
from eventsvc.link_tests import operations, sending_operations
from tests import mail_programs
from tests.invitations.scenes import send
from tests.link_tests import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def row(app):
    """A site that has been written to about a link test."""
    event = scenes.ready_event()
    test = scenes.link_test(event, scenes.sites(event, 1))
    sending_operations.tell(test, by=None)
    return test.invited[0]


def answer(entry, partstat: str = "ACCEPTED", *, program: str = "gmail", **details) -> tuple[str, str | None]:
    stamp = (clock.now() + timedelta(minutes=1)).replace(microsecond=0)
    letter = receiving.receive(
        mail_programs.write(program, mail_programs.Answer(entry, partstat, stamp, **details))
    )
    reply_operations.read_new()
    db.session.refresh(letter)
    return letter.state.value, letter.outcome


@pytest.mark.parametrize("program", mail_programs.PROGRAMS)
def test_a_yes_of_every_program_counts_once(app, row, program):
    entry = mail_programs.entry_of(send()[-1])

    assert answer(entry, program=program) == ("applied", "applied")
    assert row.accepted_at is not None
    assert answer(entry, program=program, comment="Lần hai") == ("ignored", "replay")


def test_a_no_is_left_to_a_person(app, row):
    entry = mail_programs.entry_of(send()[-1])

    assert answer(entry, "DECLINED") == ("review", "site_hesitates")
    assert row.accepted_at is None


def test_a_yes_to_what_has_moved_or_is_off_does_not_count(app, row):
    entry = mail_programs.entry_of(send()[-1])
    operations.edit_link_test(row.link_test, {"video_link": "https://hop.example.vn/2"}, by=None)
    assert answer(entry) == ("ignored", "stale")
    sending_operations.tell(row.link_test, by=None)
    moved = mail_programs.entry_of(send()[-1])
    operations.take_off(row, by=None)

    assert answer(moved, comment="Có") == ("ignored", "stale")
    assert row.accepted_at is None
