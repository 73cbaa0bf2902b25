"""Addresses that say which message they belong to, signed so that nobody else can make one; pure.

    b+<delivery>.<signature>@BOUNCE_DOMAIN                 where a message that cannot be delivered comes back to
    <reply>+<kind>-<number>.<signature>@<reply domain>     where a person's answer goes

Everything is in lower case and of letters that every server keeps: local parts are folded by some on the way.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
SIGNATURE_LENGTH = 20  # hexadecimal digits: 80 bits, asked over mail

_BOUNCE = re.compile(r"b\+([0-9]{1,12})\.([0-9a-f]{20})@([^@\s]+)")
_SUBJECT = re.compile(r"([a-z_]{1,40})-([0-9]{1,12})\.([0-9a-f]{20})")


@dataclass(frozen=True)
class Found:
    """What the addresses of a message that came in say: a delivery, a subject, or a signature that is not ours."""

    delivery_id: int | None = None
    subject: tuple[str, int] | None = None
    is_forged: bool = False


def return_path(delivery_id: int, domain: str, key: str) -> str:
    """The envelope sender of a delivery."""
    return f"b+{delivery_id}.{_signature(f'bounce:{delivery_id}', key)}@{domain}"


def reply_address(mailbox: str, kind: str, number: int, key: str) -> str:
    """Where answers about a subject go; the plain mailbox when the signed one would be too long."""
    local, _at, domain = mailbox.rpartition("@")
    signed = f"{local}+{kind}-{number}.{_signature(f'reply:{kind}:{number}', key)}"
    return f"{signed}@{domain}" if len(signed) <= LONGEST_LOCAL_PART else mailbox


def find(
    addresses: Iterable[str], *, bounce_domain: str | None, reply_to: str | None, keys: Sequence[str]
) -> Found:
    """The first address with a signature of ours, made with any of the keys; else whether one was forged."""
    is_forged = False
    for address in addresses:
        found = _bounce(address, bounce_domain, keys) or _reply(address, reply_to, keys)
        if found is not None and not found.is_forged:
            return found
        is_forged = is_forged or found is not None
    return Found(is_forged=is_forged)


def _bounce(address: str, domain: str | None, keys: Sequence[str]) -> Found | None:
    parts = _BOUNCE.fullmatch(address.lower()) if domain else None
    if parts is None or parts[3] != (domain or "").lower():
        return None
    if _is_signed(f"bounce:{int(parts[1])}", parts[2], keys):
        return Found(delivery_id=int(parts[1]))
    return Found(is_forged=True)


def _reply(address: str, mailbox: str | None, keys: Sequence[str]) -> Found | None:
    local, _at, domain = (mailbox or "").lower().rpartition("@")
    start, end = f"{local}+", f"@{domain}"
    address = address.lower()
    if not local or not (address.startswith(start) and address.endswith(end)):
        return None
    parts = _SUBJECT.fullmatch(address[len(start) : -len(end)])
    if parts is None:
        return None  # a plus-address of the mailbox's owner
    if _is_signed(f"reply:{parts[1]}:{int(parts[2])}", parts[3], keys):
        return Found(subject=(parts[1], int(parts[2])))
    return Found(is_forged=True)


def _signature(text: str, key: str) -> str:
    whole = hmac.new(b"address:" + key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return whole[:SIGNATURE_LENGTH]


def _is_signed(text: str, signature: str, keys: Sequence[str]) -> bool:
    return any([hmac.compare_digest(_signature(text, key), signature) for key in keys])
