"""Fields that organizers write into wordings as ((name)): known by a fixed list, replaced once, never a template.

A value that looks like a field is a value: "((link))" as somebody's name stays those letters.
"""

import re
from collections.abc import Collection, Mapping

from eventsvc.text import fold

_FIELD = re.compile(r"\(\(([^()\n]{1,60})\)\)")


def names(text: str) -> list[str]:
    """The fields of a wording in the order of their first appearance, spelt as they stand."""
    return list(dict.fromkeys(found.strip() for found in _FIELD.findall(text)))


def unknown(text: str, known: Collection[str]) -> list[str]:
    """The fields that nobody can fill in; capitals, accents and spaces make no difference."""
    keys = {_key(name) for name in known}
    return [name for name in names(text) if _key(name) not in keys]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The wording with each known field replaced by its value, in one pass; unknown ones stay as they are."""
    by_key = {_key(name): value for name, value in values.items()}
    return _FIELD.sub(lambda found: by_key.get(_key(found[1]), found[0]), text)


def pieces(text: str, values: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """The wording cut where its known fields stand: words with None, and values with the key of their field."""
    by_key = {_key(name): value for name, value in values.items()}
    cut: list[tuple[str, str | None]] = []
    end = 0
    for found in _FIELD.finditer(text):
        key = _key(found[1])
        if key in by_key:
            cut += [(text[end : found.start()], None), (by_key[key], key)]
            end = found.end()
    cut.append((text[end:], None))
    return [(words, key) for words, key in cut if words or key]


def _key(name: str) -> str:
    return fold(name)
