"""The list a device carries for the time without network: unreadable without the codes on the passes. Pure.

Each person is encrypted under a key that follows from their own code, so that a lost phone shows nobody: whoever
holds a pass can read that one entry, nobody all of them. What a device may search through is encrypted under a key
that follows from its token. WebCrypto knows everything that is used here.
"""

import json
import os
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = 2
"""Rises when a list is made up in another way, so that devices fetch it again."""

NONCE_BYTES = 12
PREFIX_BYTES = 5
"""Of 2**40 prefixes 10,000 are taken: one wrong code in a hundred million looks like one of ours."""

OF_A_PASS, OF_A_SEARCH = b"eventsvc list", b"eventsvc search"


def key(secret: str, salt: str, purpose: bytes) -> bytes:
    """The 256 bits that follow from a code or a token, for one event and one purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt.encode(), info=purpose).derive(secret.encode())


def entry(code: str, salt: str, person: Mapping[str, Any]) -> str:
    """What a door may show of the person, for whoever has their code."""
    return _sealed(key(code, salt, OF_A_PASS), person)


def searchable(token: str, salt: str, people: Sequence[Mapping[str, Any]]) -> str:
    """The people that a door may find by name, for the device that holds the token."""
    return _sealed(key(token, salt, OF_A_SEARCH), people)


def prefixes(hashes: Iterable[str]) -> str:
    """The first bytes of these hashes, sorted, so that a device can look one up by halving."""
    return b64encode(b"".join(sorted(bytes.fromhex(one[: 2 * PREFIX_BYTES]) for one in hashes))).decode()


def _sealed(secret: bytes, said: Any) -> str:
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return b64encode(nonce + AESGCM(secret).encrypt(nonce, plain, None)).decode()
