"""Codes and link tokens: 128 random bits, looked up by hash, printed again from a ciphertext.

The database holds a SHA-256 for look-up and a ciphertext under TOKEN_KEY, which is kept outside it. The
ciphertext names its key, so that keys can be changed: the first of TOKEN_KEY and TOKEN_KEY_FALLBACKS seals,
all of them unseal.
"""

import hashlib
import hmac
import secrets as _random
import unicodedata
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 26
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_token() -> str:
    """A link token: 128 random bits in 22 characters that need no quoting in an address."""
    return _random.token_urlsafe(16)


def token_of(*parts: str) -> str:
    """A link token like a new one, but the same for the same parts; nobody can tell it who lacks one of them. At least
    one must be as secret as a token."""
    key = current_app.config["SECRET_KEY"]
    message = "\0".join(parts).encode("utf-8", "surrogatepass")
    made = hmac.digest(key.encode() if isinstance(key, str) else key, message, "sha256")
    return urlsafe_b64encode(made[:16]).rstrip(b"=").decode()


def new_code() -> str:
    """A pass code: 128 random bits as 26 characters of Crockford base32, so that a QR code is alphanumeric."""
    number = _random.randbits(128)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def short_key() -> str:
    """A name for a row that is told to others, such as the UID of a calendar entry: 64 random bits, no secret."""
    return _random.token_hex(8)


def normal_code(typed: str) -> str | None:
    """What was typed or scanned as a code, or None if it cannot be one.

    Forgives spaces, hyphens, lower case, full-width characters and the letters that look like digits.
    """
    if len(typed) > 200:
        return None
    text = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(text.split()).replace("-", "").translate(_READ_AS)
    if len(text) == CODE_LENGTH and not text.strip(CROCKFORD):
        return text
    return None


def digest(token: str) -> str:
    """The SHA-256 of a token or code, in hex: what the database is asked for."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def seal(text: str) -> str:
    """A ciphertext that only this installation's TOKEN_KEY opens, prefixed by the key's id."""
    key = current_app.config["TOKEN_KEY"]
    return f"{_key_id(key)}.{_fernet(key).encrypt(text.encode()).decode()}"


def unseal(sealed: str) -> str:
    """The text that was sealed; ValueError if no known key opens it."""
    key_id, _, body = sealed.partition(".")
    for key in (current_app.config["TOKEN_KEY"], *current_app.config["TOKEN_KEY_FALLBACKS"]):
        if _key_id(key) == key_id:
            try:
                return _fernet(key).decrypt(body.encode()).decode()
            except InvalidToken:
                break
    raise ValueError(f"no key opens the ciphertext of key {key_id!r}")


def key_id() -> str:
    """The id of the key that seals now: no secret, it stands before every ciphertext."""
    return _key_id(current_app.config["TOKEN_KEY"])


def known_key_ids() -> set[str]:
    """The ids of the keys that unseal."""
    return {
        _key_id(key) for key in (current_app.config["TOKEN_KEY"], *current_app.config["TOKEN_KEY_FALLBACKS"])
    }


@cache
def _key_id(key: str) -> str:
    return hashlib.sha256(b"id:" + key.encode()).hexdigest()[:8]


@cache
def _fernet(key: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(b"seal:" + key.encode()).digest()))
