"""Passwords: argon2id with 46 MiB and one pass (OWASP's first choice; about 110 ms here), four at once."""

import re
from collections.abc import Iterable
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 8, 256

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)
_NOBODY = _hasher.hash("nobody has this password")

# What is left of most passwords that are tried first, once digits and signs around the word are taken away.
_TRIED_FIRST = frozenset((Path(__file__).parent / "data" / "first_guesses.txt").read_text("ascii").split())
_IN_ORDER = ("0123456789012345678901234567890", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")

_SIGNS_FOR_LETTERS = str.maketrans("@$!01357", "asioiest")


def is_guessable(password: str, about: Iterable[str] = ()) -> bool:
    """Whether it is among the first that anybody would try: a common word, a row of keys, one's own name."""
    typed = password.casefold()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", typed)
    words = {re.sub(r"[\W\d_]+", "", each) for each in (typed, core.translate(_SIGNS_FOR_LETTERS))}
    known = {re.sub(r"[\W\d_]+", "", each.casefold()) for text in about for each in (text, *text.split("@"))}
    if words & (_TRIED_FIRST | {word for word in known if len(word) > 2}):
        return True
    compact = re.sub(r"[\W_]+", "", typed)
    half = compact[: len(compact) // 2]
    is_repeated = len(set(compact)) < 4 or (len(half) > 1 and compact == half * 2)
    return is_repeated or any(compact in row for row in _IN_ORDER)


def hashed(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; takes as long for a user who does not exist or has none."""
    if len(password) > LONGEST:
        return False
    with _at_once:
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None
