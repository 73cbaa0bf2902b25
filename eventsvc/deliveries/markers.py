"""A stored message holds markers where tokens go; they are filled in when the message is handed over."""

import re
from collections.abc import Mapping

MASK = "•••"
_MARKER = re.compile(r"(?:\[\[|%5B%5B)secret(?::|%3A)([a-z_]+)(?:\]\]|%5D%5D)", re.IGNORECASE)
_MARKER_LIKE = re.compile(r"(\[\[|%5B%5B)(?=secret)", re.IGNORECASE)


def marker(name: str) -> str:
    """The marker of a secret, which may stand in text, in HTML, in a calendar and in an address."""
    return f"[[secret:{name}]]"


def names(text: str) -> set[str]:
    return {name.lower() for name in _MARKER.findall(text)}


def fill(text: str, secrets: Mapping[str, str]) -> str:
    """The text with every marker replaced; KeyError for a secret that was not given."""
    return _MARKER.sub(lambda found: secrets[found[1].lower()], text)


def mask(text: str) -> str:
    """The text for people who may read the message but not act in the recipient's name."""
    return _MARKER.sub(MASK, text)


def plain(value: str) -> str:
    """Words of people on one line, in which nothing can be taken for a marker."""
    return _MARKER_LIKE.sub(lambda found: f"{found[0]} ", " ".join(value.split()))
