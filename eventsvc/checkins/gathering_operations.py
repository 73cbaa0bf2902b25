"""Doors that wait for the same turn are served together: whoever gets it stores for all, in one commit.

A commit waits for the disk, some milliseconds whatever it holds. On SQLite only one can run at a time, so eight
doors would wait for eight; together they wait for one. PostgreSQL commits side by side, but each of its statements is
a journey between two processes: together the doors pay for three, not for three each.
"""

from collections import deque
from collections.abc import Sequence
from threading import Lock

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from eventsvc.checkins import recording_operations
from eventsvc.checkins.uploads import Sent, Upload, hear
from eventsvc.db import atomic, end_reading, is_writing

TRIES = 3
DEADLOCK = "40P01"
MOST_TOGETHER = 1000
"""Scans in one commit: those who come first should not wait for a crowd."""
PATIENCE, WITHOUT_END = 0.25, -1.0
"""Seconds. Where rows are locked, one guest whom somebody is changing must not hold up the doors of all others."""

log = structlog.get_logger()


class Gathering:
    """What waits for its turn in one process."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.waiting: deque[Sent] = deque()

    def store(self, sent: Sent, patience: float) -> None:
        """The upload is answered and on disk when this returns, by us or by whoever had the turn."""
        end_reading()  # while we wait, what we have read must not hold a connection
        self.waiting.append(sent)
        if not self.turn.acquire(timeout=patience):
            if self._has_left(sent):
                _store_alone(sent)
                return
            self.turn.acquire()
        try:
            if sent.is_done:
                return
            if sent not in self.waiting:  # whoever took it along was struck down
                self.waiting.append(sent)
            self._store_all(sent)
        finally:
            self.turn.release()

    def _has_left(self, sent: Sent) -> bool:
        """Whether nobody has taken it along yet, and nobody will."""
        try:
            self.waiting.remove(sent)
        except ValueError:
            return False
        return True

    def _store_all(self, own: Sent) -> None:
        together: list[Sent] = []
        try:
            with atomic():
                # those who came while we waited for other processes come along
                while self.waiting and sum(len(one.items) for one in together) < MOST_TOGETHER:
                    together.append(self.waiting.popleft())
                _store(together)
        except Exception as fault:
            log.warning("gathered uploads failed", kind=type(fault).__name__, uploads=len(together))
            if own not in together:  # we never got so far as to begin
                self.waiting.remove(own)
                raise
            for one in together:  # one of them is at fault: each for itself, so that only that one fails
                _store_after_a_fault(one)
        for one in together:
            one.is_done = True


def stored(sent: Sent) -> Upload:
    """The upload, answered and on disk; inside atomic() it is on disk when that ends. Raises Unheard.

    On SQLite what may be read before the doors' turn is read before it; on PostgreSQL, where a statement is a
    journey, for all who have their turn together.
    """
    if is_writing():
        _store_alone(sent)
    else:
        patience = PATIENCE
        if current_app.extensions["write_lock"] is not None:
            patience = WITHOUT_END
            hear([sent])
        if sent.failure is None:
            _gathering(current_app).store(sent, patience)
    if sent.failure is not None:
        raise sent.failure
    assert sent.upload is not None
    return sent.upload


def _store(together: Sequence[Sent]) -> None:
    hear([one for one in together if one.upload is None])
    recording_operations.store([one.upload for one in together if one.upload is not None])


def _store_alone(sent: Sent) -> None:
    for attempt in range(TRIES):
        sent.upload = sent.failure = None
        try:
            with atomic():
                _store([sent])
            return
        except (IntegrityError, OperationalError) as fault:
            if attempt == TRIES - 1 or not _is_of_two(fault):
                raise


def _is_of_two(fault: DBAPIError) -> bool:
    """Whether the same ids came in by another request meanwhile: now they are known. Sent in another order, unknown
    codes wait for each other, for they have no guest whose row would be locked first."""
    return isinstance(fault, IntegrityError) or getattr(fault.orig, "sqlstate", None) == DEADLOCK


def _store_after_a_fault(sent: Sent) -> None:
    try:
        _store_alone(sent)
    except Exception as failure:
        sent.failure = failure


def _gathering(app: Flask) -> Gathering:
    return app.extensions.setdefault("gathering", Gathering())
