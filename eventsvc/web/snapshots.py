"""One answer for everybody who looks at the same moment: made at most so often a process, told apart by its ETag."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

FRESH_SECONDS = 2.0
"""How long a board is good for; what must follow faster says so."""


@dataclass(frozen=True)
class Snapshot:
    """A rendered answer; `etag` changes when what it shows changes, not when it is made again."""

    body: str
    etag: str
    made: float


_kept: dict[tuple, Snapshot] = {}
_locks: dict[tuple, Lock] = {}
_guard = Lock()


def snapshot(
    key: tuple,
    figures: Callable[[], object],
    render: Callable[[], str],
    *,
    fresh: float = FRESH_SECONDS,
    since: float | None = None,
) -> Snapshot:
    """The answer kept under `key`, made anew when older than `fresh` seconds; one thread makes it. The others
    take the one before while that is not twice as old, or wait. With `since`, a moment of the monotonic clock, only
    an answer begun after it will do: of many who ask at once, one makes it."""
    with _guard:
        lock = _locks.setdefault(key, Lock())

    def is_good(kept: Snapshot | None, age: float) -> bool:
        if kept is None:
            return False
        return kept.made >= since if since is not None else monotonic() - kept.made <= age

    kept = _kept.get(key)
    if kept is not None and is_good(kept, fresh):
        return kept
    # Whoever finds another thread at it takes what there is, unless that is twice too old.
    is_good_enough = since is None and is_good(kept, 2 * fresh)
    if not lock.acquire(blocking=not is_good_enough):
        return kept  # type: ignore[return-value]
    try:
        kept = _kept.get(key)
        if kept is None or not is_good(kept, fresh):
            began = monotonic()
            tag = etag(figures())
            body = kept.body if kept is not None and kept.etag == tag else render()
            kept = _kept[key] = Snapshot(body, tag, began)
        return kept
    finally:
        lock.release()


def forget() -> None:
    """Drop every snapshot, for tests that look twice within two seconds."""
    _kept.clear()


def etag(figures: object) -> str:
    """A short name for these figures: equal figures, equal names."""
    return hashlib.sha256(json.dumps(figures, default=str, sort_keys=True).encode()).hexdigest()[:32]
