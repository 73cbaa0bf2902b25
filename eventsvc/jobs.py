"""Work behind the pages: features register jobs here, `flask worker` runs them.

A job only wakes somebody to look at a table; the table is the truth. So a job may be lost, run twice or run
beside itself, and takes no arguments but ids. Jobs with `every_minutes` also run by the clock.
"""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper

from eventsvc import db

log = structlog.get_logger()

THREADS = 2
SLOWEST_LOOK = 1.0  # seconds between two looks at an empty queue


@dataclass(frozen=True)
class Job:
    name: str
    run: Callable[..., Any]
    every_minutes: int | None


_jobs: dict[str, Job] = {}
_stopping = threading.Event()


def job(name: str, *, every_minutes: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under a name; with `every_minutes` the worker also runs it without arguments."""

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        _jobs[name] = Job(name, run, every_minutes)
        return run

    return register


def enqueue(name: str, *ids: int) -> None:
    """Have a worker run the job, once what is being written is safe; without ids, one waiting call is enough.

    Never fails: without the queue the work still waits in its table, and the clock finds it.
    """
    queue: Queue = current_app.extensions["jobs"]
    db.after_commit(lambda: queue.put(name, ids))


def is_stopping() -> bool:
    """Whether the worker has been told to stop; a long job asks between two pieces of work."""
    return _stopping.is_set()


def stop_on_signals() -> None:
    """From now on a signal to end lets the running piece of work come to its end."""
    _stopping.clear()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: _stopping.set())


def init_app(app: Flask) -> None:
    """Make the queue of this application. Call after every feature has registered its jobs."""
    app.extensions["jobs"] = Queue(app)
    app.cli.add_command(worker)


@click.command("worker")
def worker() -> None:
    """Send what is due, run imports and periodic jobs until told to stop. Any number may run."""
    queue: Queue = current_app.extensions["jobs"]
    consumer = queue.huey.create_consumer(
        workers=THREADS, worker_type="thread", periodic=True, initial_delay=0.1, max_delay=SLOWEST_LOOK
    )
    consumer.start()
    stop_on_signals()
    queue.put_periodic()
    log.info("worker started", jobs=sorted(_jobs))
    looked = time.monotonic()
    while not _stopping.is_set():
        time.sleep(0.1)
        if time.monotonic() - looked > 10:
            looked = time.monotonic()
            consumer.check_worker_health()
    consumer.stop(graceful=True)
    log.info("worker stopped")


class Queue:
    """The jobs of one application, and the Huey that carries calls of them to the workers."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.huey = _huey(app)
        self.tasks = {name: self._bind(registered) for name, registered in _jobs.items()}
        self.huey.storage.close()  # a server that forks must not share this connection with its children

    def put(self, name: str, ids: tuple[int, ...] = ()) -> None:
        try:
            if ids or self.huey.put_if_empty(_waiting(name), 1):
                self.tasks[name](*ids)
        except Exception as error:
            log.warning("job not queued", job=name, kind=type(error).__name__)

    def put_periodic(self) -> None:
        """At the start of a worker: look everywhere once, whatever an earlier worker left behind."""
        for registered in _jobs.values():
            if registered.every_minutes:
                self.huey.delete(_waiting(registered.name))
                self.put(registered.name)

    def _bind(self, registered: Job) -> TaskWrapper:
        def run(*ids: int) -> None:
            if not ids:
                self.huey.delete(_waiting(registered.name))
            with self.app.app_context():
                try:
                    registered.run(*ids)
                except Exception as error:
                    log.error("job failed", job=registered.name, kind=type(error).__name__, exc_info=True)

        if registered.every_minutes:
            every = crontab(minute=f"*/{registered.every_minutes}")
            self.huey.periodic_task(every, name=f"{registered.name}.clock")(run)
        return self.huey.task(name=registered.name)(run)


def _huey(app: Flask) -> Huey:
    if app.testing:
        return MemoryHuey("eventsvc", results=False)
    if app.config["REDIS_URL"]:
        return RedisHuey("eventsvc", url=app.config["REDIS_URL"], results=False)
    folder = Path(app.instance_path)
    folder.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("eventsvc", filename=str(folder / "jobs.db"), results=False)


def _waiting(name: str) -> str:
    return f"waiting:{name}"
