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
    key: tuple, figures: Callable[[], object], render: Callable[[], str], *, fresh: float = FRESH_SECONDS
) -> Snapshot:
    """The answer kept under `key`, made anew when older than `fresh` seconds; one thread makes it. The others
    take the one before while that is not twice as old, or wait."""
    with _guard:
        lock = _locks.setdefault(key, Lock())
    kept = _kept.get(key)
    if kept is not None and monotonic() - kept.made <= fresh:
        return kept
    # Whoever finds another thread at it takes what there is, unless that is twice too old.
    is_good_enough = kept is not None and monotonic() - kept.made <= 2 * fresh
    if not lock.acquire(blocking=not is_good_enough):
        return kept  # type: ignore[return-value]
    try:
        kept = _kept.get(key)
        if kept is None or monotonic() - kept.made > fresh:
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
