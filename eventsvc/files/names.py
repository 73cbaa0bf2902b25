"""The name of a file as its owner gave it, made fit to be shown, stored and sent back."""

import re
import unicodedata

from eventsvc.text import clean

LONGEST_NAME = 200
_LONGEST_ENDING = 10
_FOLDERS = re.compile(r"[\\/]")
# Signs without a shape of their own: controls, direction marks (which turn "fdp.exe" around), private ones.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
# What Windows takes in no name of a file.
_REFUSED_BY_WINDOWS = dict.fromkeys(map(ord, '<>:"|?*'), " ")


def file_name(given: str) -> str:
    """The last part of a path in NFC, without signs that cannot be seen, of a bearable length; may be empty."""
    last = _FOLDERS.split(given)[-1].translate(_REFUSED_BY_WINDOWS)
    seen = "".join(" " if c in "\t\r\n" else c for c in last if c in "\t\r\n" or not _is_unseen(c))
    return _shortened(clean(seen).strip(". "))


def ending(name: str) -> str:
    """The letters after the last dot, in lower case; empty when there are none."""
    stem, dot, letters = name.rpartition(".")
    return letters.casefold() if dot and stem else ""


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    letters = ending(name)
    if not letters or len(letters) > _LONGEST_ENDING:
        return name[:LONGEST_NAME].strip()
    return f"{name[: LONGEST_NAME - len(letters) - 1].rstrip(' .')}.{letters}"
