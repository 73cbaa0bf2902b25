"""Passwords: argon2id with 46 MiB and one pass (OWASP's first choice; about 110 ms here), four at once."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST, LONGEST = 8, 256

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = BoundedSemaphore(4)
_NOBODY = _hasher.hash("nobody has this password")


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
