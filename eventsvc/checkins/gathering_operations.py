"""Doors that wait for the same lock are served together: whoever gets it stores for all, in one commit.

A commit waits for the disk, some milliseconds whatever it holds. On SQLite only one can run at a time, so eight
doors would wait for eight; together they wait for one. PostgreSQL commits side by side and needs none of this.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from eventsvc.checkins import recording_operations
from eventsvc.checkins.uploads import Upload
from eventsvc.db import atomic, end_reading, is_writing

TRIES = 3
DEADLOCK = "40P01"
MOST_TOGETHER = 1000
"""Scans in one commit: those who come first should not wait for a crowd."""

log = structlog.get_logger()


class Gathering:
    """The uploads of one process that wait for their turn."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.waiting: deque[Upload] = deque()

    def store(self, upload: Upload) -> None:
        """The upload is answered and on disk when this returns, by us or by whoever had the turn."""
        end_reading()  # while we wait, what we have read must not hold a connection
        self.waiting.append(upload)
        with self.turn:
            if upload.is_done:
                return
            if upload not in self.waiting:  # whoever took it along was struck down
                self.waiting.append(upload)
            self._store_all(upload)

    def _store_all(self, own: Upload) -> None:
        together: list[Upload] = []
        try:
            with atomic():
                # those who came while we waited for other processes come along
                while self.waiting and sum(len(one.items) for one in together) < MOST_TOGETHER:
                    together.append(self.waiting.popleft())
                recording_operations.store(together)
        except Exception as fault:
            log.warning("gathered uploads failed", kind=type(fault).__name__, uploads=len(together))
            if own not in together:  # we never got so far as to begin
                self.waiting.remove(own)
                raise
            for one in together:  # one of them is at fault: each for itself, so that only that one fails
                _store_after_a_fault(one)
        for one in together:
            one.is_done = True


def stored(make: Callable[[], Upload]) -> Upload:
    """The upload, answered and on disk; inside atomic() it is on disk when that ends.

    `make` reads what may be read before the doors' turn: here on SQLite, in the same transaction elsewhere.
    """
    if is_writing() or current_app.extensions["write_lock"] is None:
        return _stored_alone(make)
    upload = make()
    _gathering(current_app).store(upload)
    if upload.failure is not None:
        raise upload.failure
    return upload


def _stored_alone(make: Callable[[], Upload]) -> Upload:
    for _attempt in range(TRIES - 1):
        try:
            return _store_now(make)
        except (IntegrityError, OperationalError) as fault:
            if not _is_of_two(fault):
                raise
    return _store_now(make)


def _is_of_two(fault: DBAPIError) -> bool:
    """Whether the same ids came in by another request meanwhile: now they are known. Sent in another order, unknown
    codes wait for each other, for they have no guest whose row would be locked first."""
    return isinstance(fault, IntegrityError) or getattr(fault.orig, "sqlstate", None) == DEADLOCK


@atomic()
def _store_now(make: Callable[[], Upload]) -> Upload:
    upload = make()
    recording_operations.store([upload])
    return upload


def _store_after_a_fault(upload: Upload) -> None:
    try:
        _store_now(upload.afresh)
    except Exception as failure:
        upload.failure = failure


def _gathering(app: Flask) -> Gathering:
    return app.extensions.setdefault("gathering", Gathering())
