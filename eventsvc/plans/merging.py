"""Compare a plan file with what was last taken from it and with what stands now, field by field. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from eventsvc.plans import fields, schema
from eventsvc.plans.fields import OPTIONAL, REQUIRED, Field

Marks = Mapping[str, str]
"""The digest of every field of the file last taken up, by path."""

MISSING: Any = object()


def digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


NOTHING, EMPTY = digest(None), digest([])
DERIVED = digest("derived")
"""Marks the event of a plan that has no section for it."""


class Difference(NamedTuple):
    """A field in which the file differs from what it said before: what stands now, what it says."""

    path: str
    old: Any
    new: Any
    edited: bool
    """Someone changed it here since: the file's value is not taken."""


def marks_of(data: dict[str, Any]) -> dict[str, str]:
    """The digests of a file's fields."""
    return {
        path: digest(value) for path, value in _leaves(fields.Mapping(REQUIRED, schema.SECTIONS), data, "")
    }


def merge(
    marks: Marks, theirs: dict[str, Any], ours: dict[str, Any]
) -> tuple[dict[str, Any], list[Difference]]:
    """What stands now with the file's changes in it, except where someone edited; and the differences."""
    merger = _Merger(marks)
    merged = merger.field(fields.Mapping(REQUIRED, schema.SECTIONS), theirs, ours, "")
    return merged, merger.differences


def stated(
    data: dict[str, Any], marks: Marks, sections: Mapping[str, Field] = schema.EVENT_SECTIONS
) -> dict[str, Any]:
    """The data as a file says it: a field with nothing in it stands there if the file had it, or as the
    schema wants it where there was no file."""
    return _Stating(marks).mapping(sections, data, "")


def _leaves(kind: Field, value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        inner: dict[str, Field] = kind.fields  # type: ignore[attr-defined]
        for key, child in value.items():
            yield from _leaves(inner[key], child, _join(path, key))
    elif isinstance(kind, fields.Items) and value:
        for name, item in _by_key(kind, value).items():
            for key, child in item.items():
                yield from _leaves(kind.fields[key], child, f"{path}[{name}].{key}")
    else:
        yield path, value


def _by_key(kind: fields.Items, items: list[dict[str, Any]] | None) -> dict[str, dict[str, Any]]:
    """The items of a list by what tells them apart: their key, else their place."""
    return {
        str(item[kind.key] if kind.key else place): item for place, item in enumerate(items or [], start=1)
    }


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _is_nothing(value: Any) -> bool:
    return value is MISSING or value in (None, [], "")


class _Merger:
    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.differences: list[Difference] = []

    def field(self, kind: Field, theirs: Any, ours: Any, path: str) -> Any:
        if isinstance(kind, fields.Items):
            return self.items(kind, theirs, ours, path)
        if isinstance(kind, fields.Mapping) or isinstance(theirs, dict) or isinstance(ours, dict):
            return self.mapping(kind, theirs, ours, path)
        return self.leaf(theirs, ours, path)

    def mapping(self, kind: Any, theirs: Any, ours: Any, path: str) -> dict[str, Any] | None:
        their_fields = theirs if isinstance(theirs, dict) else {}
        our_fields = ours if isinstance(ours, dict) else {}
        if isinstance(kind, fields.PlainOrMapping) and not (their_fields and our_fields):
            return self.leaf(theirs, ours, path)
        merged = {
            key: self.field(
                inner, their_fields.get(key, MISSING), our_fields.get(key, MISSING), _join(path, key)
            )
            for key, inner in kind.fields.items()
        }
        return merged if any(not _is_nothing(value) for value in merged.values()) else None

    def leaf(self, theirs: Any, ours: Any, path: str) -> Any:
        base = self.marks.get(path)
        if (base is not None and theirs is not MISSING and digest(theirs) == base) or theirs == ours:
            return None if ours is MISSING else ours
        if _is_nothing(theirs) and (_is_nothing(ours) or base in (None, NOTHING, EMPTY)):
            return None if ours is MISSING else ours
        edited = not self._is_as_loaded(ours, base)
        self.differences.append(Difference(path, _shown(ours), _shown(theirs), edited))
        return _shown(ours if edited else theirs)

    def _is_as_loaded(self, ours: Any, base: str | None) -> bool:
        if _is_nothing(ours):
            return base in (None, NOTHING, EMPTY)
        return base is not None and digest(ours) == base

    def items(self, kind: fields.Items, theirs: Any, ours: Any, path: str) -> list[dict[str, Any]]:
        their_items = _by_key(kind, None if theirs is MISSING else theirs)
        our_items = _by_key(kind, None if ours is MISSING else ours)
        merged = {}
        for name, ours_item in our_items.items():
            here = f"{path}[{name}]"
            if name in their_items or not self._is_known(here):
                merged[name] = self._item(kind, their_items.get(name), ours_item, here)
            elif not self._is_removed(kind, ours_item, here):
                merged[name] = ours_item
        for name, theirs_item in their_items.items():
            if name not in our_items and self._is_added(kind, theirs_item, f"{path}[{name}]"):
                merged[name] = theirs_item
        return _in_order(kind, merged, their_items)

    def _item(self, kind: fields.Items, theirs: Any, ours: Any, path: str) -> Any:
        """An item on both sides, or one that was made here and that no file knows."""
        return ours if theirs is None else self.mapping(kind, theirs, ours, path)

    def _is_removed(self, kind: fields.Items, ours: Any, path: str) -> bool:
        """The file no longer has the item: it goes, unless someone edited it."""
        inner = fields.Mapping(REQUIRED, kind.fields)
        leaves = [(p, v) for p, v in _leaves(inner, ours, path) if not _is_nothing(v)]
        edited = any(self.marks.get(p) != digest(v) for p, v in leaves if not p.endswith("].order"))
        self.differences.append(Difference(path, _shown(ours), None, edited))
        return not edited

    def _is_added(self, kind: fields.Items, theirs: Any, path: str) -> bool:
        """The file has an item that is not here: new in the file, or removed here since."""
        leaves = list(_leaves(fields.Mapping(REQUIRED, kind.fields), theirs, path))
        if self._is_known(path):
            if any(self.marks.get(p) != digest(v) for p, v in leaves):
                self.differences.append(Difference(path, None, _shown(theirs), True))
            return False
        self.differences.append(Difference(path, None, _shown(theirs), False))
        return True

    def _is_known(self, path: str) -> bool:
        """Whether the file last taken up had an item here."""
        return any(known.startswith(f"{path}.") for known in self.marks)


def _shown(value: Any) -> Any:
    return None if value is MISSING else value


def _in_order(kind: fields.Items, merged: dict[str, Any], theirs: dict[str, Any]) -> list[dict[str, Any]]:
    """Counted lists by number; others as they stand, each new item after the one it follows in the file."""
    if kind.key == "order":
        found = [item for _name, item in sorted(merged.items(), key=lambda entry: int(entry[0]))]
        return [{**item, "order": place} for place, item in enumerate(found, start=1)]
    names = [name for name in merged if name not in theirs]
    names += [name for name in theirs if name in merged]
    if [name for name in merged if name in theirs] == [name for name in theirs if name in merged]:
        names = list(merged)
    return [merged[name] for name in names]


class _Stating:
    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.known = {""} if marks else set()
        for path in marks:
            while path:
                self.known.add(path)
                path = path[: max(path.rfind("."), path.rfind("["), 0)]

    def mapping(self, inner: Mapping[str, Field], value: dict[str, Any], path: str) -> dict[str, Any]:
        found = {}
        for key, kind in inner.items():
            here, child = _join(path, key), value.get(key)
            if self._has_something(child):
                found[key] = self.something(kind, child, here)
            elif self._is_stated(kind, here, path):
                found[key] = self._nothing(kind, child, here)
        return found

    def something(self, kind: Any, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return self.mapping(kind.fields, value, path)
        if isinstance(kind, fields.Items):
            return [
                self.mapping(kind.fields, item, f"{path}[{name}]")
                for name, item in _by_key(kind, value).items()
            ]
        return value

    def _nothing(self, kind: Any, value: Any, path: str) -> Any:
        mark = self.marks.get(path)
        if mark is not None:
            return [] if mark == EMPTY or (mark != NOTHING and isinstance(value, list)) else None
        if isinstance(kind, fields.Mapping) and (path in self.known or kind.presence is REQUIRED):
            return self.mapping(kind.fields, value or {}, path)
        return [] if isinstance(kind, fields.Items | fields.Texts) and kind.presence is REQUIRED else None

    def _is_stated(self, kind: Field, path: str, parent: str) -> bool:
        if path in self.known or kind.presence is REQUIRED:
            return True
        return parent not in self.known and kind.presence is not OPTIONAL

    def _has_something(self, value: Any) -> bool:
        if isinstance(value, dict):
            return any(self._has_something(child) for child in value.values())
        return not _is_nothing(value)
