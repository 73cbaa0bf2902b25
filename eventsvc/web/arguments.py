"""What a request asks for in its query string or form; what makes no sense is as good as not said."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from eventsvc.text import nfc

LONGEST_SEARCH = 200

Words = TypeVar("Words", bound=StrEnum)


def whole(typed: str | None) -> int | None:
    """The whole number that was typed, in the digits that everybody reads; None for anything else."""
    if not typed or not typed.isascii() or not typed.isdigit() or len(typed) > 9:
        return None
    return int(typed)


def version_seen() -> int | None:
    """The version of the row as the page showed it on which a button was pressed."""
    return whole(request.form.get("version"))


def word(words: type[Words], name: str) -> Words | None:
    """The member of an enum that the query string names."""
    value = request.args.get(name, "")
    return words(value) if value in set(words) else None


def search(name: str = "q") -> str:
    """The words to look for: one line without signs that cannot be printed, of a bearable length."""
    return "".join(c for c in nfc(request.args.get(name, "")) if c.isprintable())[:LONGEST_SEARCH].strip()
