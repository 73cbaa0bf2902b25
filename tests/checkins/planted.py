"""Mistakes that could be made in the record of check-in, each as a patch of the product's own source.

A patch is a piece of the source that stands there once, and what it is replaced by. Only the code of functions is
exchanged, in place: whoever has imported them meets the mistake too.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, NamedTuple


class Bug(NamedTuple):
    """`old` stands once in the module's source; with `new` in its place the product is wrong in the named way."""

    name: str
    module: str
    old: str
    new: str

    @property
    def is_of_restoring(self) -> bool:
        return self.module == RESTORING

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


RULES, RECORDING, QUERIES = "checkins.rules", "checkins.recording_operations", "checkins.queries"
UPLOADS, RESTORING = "checkins.uploads", "system.backup_operations"

BUGS = (
    Bug(
        "a scan that is known is stored again",
        RECORDING,
        "elif item.scan_id in self.memory.kept:",
        "elif False:",
    ),
    Bug(
        "acknowledged before it is stored",
        RECORDING,
        "        if self.rows:\n",
        "        if len(self.rows) > 1:\n",
    ),
    Bug(
        "arrival order wins",
        QUERIES,
        "order_by=(Scan.effective_at, Scan.scan_id))",
        "order_by=(Scan.received_at, Scan.id))",
    ),
    Bug(
        "revocation is ignored",
        RULES,
        "revoked = facts.revoked_at is not None and facts.at >= facts.revoked_at",
        "revoked = False",
    ),
    Bug(
        "a sync puts somebody out again",
        RULES,
        "    return facts.mode is not ScanMode.ONLINE and facts.decision in",
        "    return False and facts.decision in",
    ),
    Bug(
        "another body under a known id is a replay",
        RECORDING,
        "kept.event_id != self.door.event_id or kept.body_hash != item.body_hash",
        "kept.event_id != self.door.event_id",
    ),
    Bug(
        "the clock of the phone is believed",
        RULES,
        "_moved(scanned_at, offset)",
        "scanned_at",
    ),
    Bug(
        "times in the future are kept",
        RULES,
        "at = min(max(corrected, earliest), arrival)",
        "at = max(corrected, earliest)",
    ),
    Bug(
        "the counter of the phone is not heard",
        UPLOADS,
        "age=None if self.counter is None else self.counter.since(item)",
        "age=None",
    ),
    Bug(
        "a counter that slept is believed",
        RULES,
        "and is_steady and said < counted",
        "and False",
    ),
    Bug("scans are counted instead of people", QUERIES, "entries.c.number == 1", "entries.c.number >= 1"),
    Bug(
        "an annulment changes nothing",
        QUERIES,
        "            undoing.annuls.is_not(None),",
        "            undoing.annuls.is_(None),",
    ),
    Bug("who has left may not come in again", RULES, "if one.standing is Outcome.EXITED]", "if False]"),
    Bug("who has left is still inside", QUERIES, "moves.c.standing != Outcome.EXITED", "sa.true()"),
    Bug(
        "nobody notices one person at two sites",
        RULES,
        "            return True\n",
        "            return False\n",
    ),
    Bug(
        "nobody notices a cloned phone",
        RECORDING,
        "        if holder == item.scan_id:\n",
        "        if holder:\n",
    ),
    Bug("a revoked device goes on", RECORDING, "        if not self.door.is_open:\n", "        if False:\n"),
    Bug(
        "nobody is told that a revoked pass went in",
        RECORDING,
        "if seen[-1].standing is Outcome.ADMITTED_REVOKED:",
        "if False:",
    ),
    Bug(
        "a wrong code is somebody else's",
        RULES,
        "        return Outcome.UNKNOWN\n",
        "        return Outcome.OTHER_EVENT\n",
    ),
    Bug(
        "a replay is answered anew",
        RECORDING,
        'item.scan_id, "replay", kept.outcome,',
        'item.scan_id, "replay", kept.standing,',
    ),
    Bug("a restored store keeps its life", RESTORING, "'{uuid4().hex}'", "'the same'"),
)


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The product with the mistake in it."""
    module = import_module(f"eventsvc.{bug.module}")
    source = Path(str(module.__file__)).read_text("utf-8")
    assert source.count(bug.old) == 1, f"{bug.old!r} stands {source.count(bug.old)} times in {bug.module}"
    with replaced(module, source.replace(bug.old, bug.new)):
        yield


@contextmanager
def replaced(module: ModuleType, source: str) -> Iterator[None]:
    """The functions of the module as this source has them; at least one of them must be another."""
    wrong = ModuleType(module.__name__)
    exec(compile(source, str(module.__file__), "exec"), wrong.__dict__)
    changed = [
        (right, right.__code__, other.__code__)
        for right, other in _pairs(module.__dict__, wrong.__dict__, module.__name__)
        if right.__code__ != other.__code__
    ]
    assert changed, "no function is another with this source"
    for right, _code, mistaken in changed:
        right.__code__ = mistaken
    try:
        yield
    finally:
        for right, code, _mistaken in changed:
            right.__code__ = code


def _pairs(right: Any, wrong: Any, module: str) -> Iterator[tuple[FunctionType, FunctionType]]:
    for name, value in right.items():
        twin = wrong.get(name)
        if isinstance(value, property) and isinstance(twin, property):
            value, twin = value.fget, twin.fget
        if isinstance(value, type) and value.__module__ == module and isinstance(twin, type):
            yield from _pairs(dict(vars(value)), dict(vars(twin)), module)
        elif callable(value) and callable(twin):
            value, twin = inspect.unwrap(value), inspect.unwrap(twin)
            if isinstance(value, FunctionType) and value.__module__ == module:
                yield value, twin
