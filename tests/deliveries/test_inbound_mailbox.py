"""The mailbox reader against a real IMAP server."""

import imaplib
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app
from structlog.testing import capture_logs

from eventsvc.db import db
from eventsvc.deliveries import inbound, mailbox
from eventsvc.deliveries.models import InboundMail
from eventsvc.deliveries.operations import receiving
from tests import imap
from tests.deliveries.letters import letter

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server():
    started = imap.start()
    yield started
    imap.stop(started)


@pytest.fixture
def box(app, server):
    """The application's mailbox, empty."""
    server.clear()
    app.config.update(IMAP_SERVER=server.address, IMAP_USERNAME=imap.USERNAME, IMAP_PASSWORD=imap.PASSWORD)
    return server


def kept() -> list[str]:
    """The subjects of what is stored."""
    return sorted(db.session.scalars(sa.select(InboundMail.subject)))


def unread(server) -> int:
    with closing(imaplib.IMAP4("127.0.0.1", server.port, timeout=60)) as connection:
        connection.login(imap.USERNAME, imap.PASSWORD)
        connection.select("INBOX", readonly=True)
        return len(connection.search(None, "UNSEEN")[1][0].split())


def mail(subject: str) -> bytes:
    return letter("letter").replace(
        b"Subject: Re: =?UTF-8?B?R2nhuqV5IG3hu51p?=", b"Subject: " + subject.encode()
    )


def test_new_mail_is_kept_once_and_marked_as_read(box):
    box.deliver(mail("one"))
    box.deliver(mail("two"))

    first = receiving.read_mailbox()
    again = receiving.read_mailbox()

    assert (first, again) == (2, 0)
    assert kept() == ["one", "two"]
    assert unread(box) == 0


DIES_BEFORE_MARKING = """
import os, signal
from eventsvc.app import create_app
from eventsvc.deliveries import mailbox
from eventsvc.deliveries.operations import receiving

mailbox.Mailbox.mark_seen = lambda self, uid: os.kill(os.getpid(), signal.SIGKILL)
with create_app().app_context():
    receiving.read_mailbox()
"""


def test_a_reader_killed_between_storing_and_marking_leaves_nothing_to_lose_or_to_double(app, box, tmp_path):
    box.deliver(mail("one"))
    box.deliver(mail("two"))
    its_own = {
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "INSTANCE_PATH": str(tmp_path),
        "IMAP_SERVER": box.address,
        "IMAP_USERNAME": imap.USERNAME,
        "IMAP_PASSWORD": imap.PASSWORD,
    }

    killed = subprocess.run([sys.executable, "-c", DIES_BEFORE_MARKING], env=os.environ | its_own, cwd=ROOT)
    after_death = (len(kept()), unread(box))
    receiving.read_mailbox()

    assert killed.returncode == -signal.SIGKILL
    assert after_death == (1, 2)
    assert (kept(), unread(box)) == (["one", "two"], 0)


def test_a_message_that_cannot_be_stored_stays_unread_and_keeps_nobody_waiting(box, monkeypatch):
    box.deliver(mail("poison"))
    box.deliver(mail("two"))
    store = receiving.receive

    def receive(raw):
        if b"poison" in raw:
            raise RuntimeError("no room")
        return store(raw)

    with monkeypatch.context() as patched:
        patched.setattr(receiving, "receive", receive)
        receiving.read_mailbox()
    one_left = (kept(), unread(box))
    receiving.read_mailbox()

    assert one_left == (["two"], 1)
    assert (kept(), unread(box)) == (["poison", "two"], 0)


def test_a_large_message_is_fetched_to_its_limit(box):
    box.deliver(mail("large") + b"x" * 5_000_000)

    receiving.read_mailbox()

    stored = db.session.scalar(sa.select(InboundMail))
    assert (stored.subject, stored.is_cut, len(stored.raw)) == ("large", True, inbound.KEPT_OF_LARGE)


def test_the_job_of_the_worker_reads_the_mailbox(box):
    box.deliver(mail("one"))

    result = current_app.test_cli_runner().invoke(args=["mail", "read"])

    assert (result.exit_code, result.output) == (0, "1 message fetched, 1 read\n")
    assert kept() == ["one"]


@pytest.mark.parametrize("fault", ["wrong password", "nobody there"])
def test_a_mailbox_that_cannot_be_read_is_told_by_the_class_of_its_fault(box, fault):
    box.deliver(mail("one"))
    wrong = {"wrong password": {"IMAP_PASSWORD": "khac"}, "nobody there": {"IMAP_SERVER": "127.0.0.1:1"}}[
        fault
    ]
    current_app.config.update(wrong)

    with capture_logs() as said:
        assert receiving.read_mailbox() == 0

    kinds = {"wrong password": "error", "nobody there": "ConnectionRefusedError"}
    assert said == [{"event": "mailbox not read", "log_level": "warning", "kind": kinds[fault]}]
    assert (kept(), unread(box)) == ([], 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", None),
        ("imap.example.vn", ("imap.example.vn", 993)),
        ("imap.example.vn:143", ("imap.example.vn", 143)),
        ("127.0.0.1", ("127.0.0.1", 143)),
        ("127.0.0.1:1143", ("127.0.0.1", 1143)),
        ("[::1]:1143", ("::1", 1143)),
    ],
)
def test_the_server_is_a_host_with_or_without_a_port(app, given, expected):
    settings = mailbox.Settings.of(app.config | {"IMAP_SERVER": given})

    assert (settings and (settings.host, settings.port)) == expected


def test_a_server_elsewhere_is_never_spoken_to_in_the_clear(app, server, monkeypatch):
    """Whoever is not this machine must offer TLS before the password is said."""
    monkeypatch.setattr(mailbox, "THIS_MACHINE", set())
    settings = mailbox.Settings("127.0.0.1", server.port, imap.USERNAME, imap.PASSWORD)

    with pytest.raises(mailbox.FAULTS), mailbox.opened(settings):
        raise AssertionError("it was opened without TLS")
