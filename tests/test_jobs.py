"""The worker: wakes when there is something to do, ends when it is told to, and loses no table's work."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from config import ROOT
from eventsvc import jobs
from eventsvc.db import atomic, db
from tests.deliveries.messages import queued


def wait_for(condition, seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def shared_queue(app):
    """The application's queue in a file, as in production, so that a worker process sees it."""
    app.config["TESTING"] = False
    app.extensions["jobs"] = jobs.Queue(app)
    yield app.extensions["jobs"]
    app.extensions["jobs"].huey.storage.close()


@pytest.fixture
def worker(app, tmp_path, shared_queue):
    """`flask worker` in a process of its own, on the database of the test."""
    environment = os.environ | {
        "INSTANCE_PATH": app.instance_path,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "SECRET_KEY": app.config["SECRET_KEY"],
        "TOKEN_KEY": app.config["TOKEN_KEY"],
        "EVENTSVC_ENV": "development",
    }
    log = tmp_path / "worker.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
        )
    process.log = log
    assert wait_for(lambda: "worker started" in log.read_text() or process.poll() is not None)
    assert process.poll() is None, log.read_text()
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_sends_what_is_queued_and_ends_cleanly(app, worker, signum):
    folder = Path(app.config["MAIL_FOLDER"])

    queued(recipient="a@example.vn")
    db.session.rollback()

    assert wait_for(lambda: len(list(folder.glob("*.eml"))) == 1), worker.log.read_text()
    worker.send_signal(signum)
    assert worker.wait(60) == 0
    assert "worker stopped" in worker.log.read_text()
    assert "Traceback" not in worker.log.read_text()


def test_enqueueing_waits_for_the_commit_and_forgets_a_rollback(app):
    queue = app.extensions["jobs"].huey

    with atomic():
        jobs.enqueue("deliveries.drain")
        assert queue.pending_count() == 0
    assert queue.pending_count() == 1

    queue.flush()
    with pytest.raises(RuntimeError), atomic():
        jobs.enqueue("deliveries.drain")
        raise RuntimeError
    assert queue.pending_count() == 0


def test_one_waiting_call_is_enough(app):
    queue = app.extensions["jobs"].huey

    for _ in range(5):
        jobs.enqueue("deliveries.drain")
    assert queue.pending_count() == 1

    queue.execute(queue.dequeue())
    jobs.enqueue("deliveries.drain")
    assert queue.pending_count() == 1


def test_a_queue_that_is_gone_stops_nobody(app, monkeypatch):
    monkeypatch.setattr(
        app.extensions["jobs"].huey, "put_if_empty", lambda *_: (_ for _ in ()).throw(ConnectionError())
    )

    delivery = queued()

    assert delivery.id is not None


def test_a_job_that_fails_is_logged_and_the_next_one_runs(app, monkeypatch):
    ran = []
    monkeypatch.setitem(jobs._jobs, "test.fails", jobs.Job("test.fails", lambda: 1 / 0, None))
    monkeypatch.setitem(jobs._jobs, "test.works", jobs.Job("test.works", ran.append, None))
    app.extensions["jobs"] = queue = jobs.Queue(app)

    jobs.enqueue("test.fails")
    jobs.enqueue("test.works", 7)
    with capture_logs() as lines:
        while (task := queue.huey.dequeue()) is not None:
            queue.huey.execute(task)

    assert ran == [7]
    assert [(line["event"], line["job"]) for line in lines] == [("job failed", "test.fails")]


def test_a_starting_worker_looks_everywhere_whatever_was_left_behind(app):
    queue = app.extensions["jobs"]
    jobs.enqueue("deliveries.drain")
    queue.huey.dequeue()  # a worker took it and died

    queue.put_periodic()

    assert "deliveries.drain" in [task.name for task in queue.huey.pending()]


def test_the_command_line_drains_once(app):
    queued()
    db.session.rollback()

    result = app.test_cli_runner().invoke(args=["deliveries", "work", "--once"])

    assert (result.exit_code, result.output) == (0, "1 deliveries attempted\n")
