"""Reading what a device sent, item by item: a scan, or why it cannot be one. Pure; nothing here raises.

What cannot be read is not refused, it is put aside: a device must never be left with an item that blocks the
ones behind it. A code is reduced to its hash at once and goes no further as text.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, NamedTuple

from eventsvc import secrets, text
from eventsvc.checkins.models import ScanKind, ScanMode
from eventsvc.checkins.rules import EARLIEST, LATEST, has_jumped, is_steady

BIGGEST = 2**53
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_WORDS, LONGEST_NAME, LONGEST_ORGANIZATION = 500, 200, 300

# What makes a scan another scan. How it was decided and sent is not part of it: a scan that got no answer in
# time is decided on the device and sent once more, under the same id, with other words about that.
IDENTITY = (
    "annuls", "boot_id", "code", "guest", "kind", "mono_ms", "name", "organization", "reason",
    "scanned_at", "seq", "site", "sitting",
)  # fmt: skip
KNOWN = frozenset({*IDENTITY, "scan_id", "mode", "bundle", "decision", "offset_ms"})

_DIRTY = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ISO = re.compile(
    r"(?P<year>[+-]\d{6}|\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ]"
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


class Fault(StrEnum):
    """Why an item was put aside; the words kept with it."""

    NOT_AN_OBJECT = "not_an_object"
    BAD_FIELD = "bad_field"
    NOBODY_NAMED = "nobody_named"
    NO_SITE = "no_site"
    NOT_ALLOWED = "not_allowed"
    NO_REASON = "no_reason"
    CONFLICT = "conflict"
    REVOKED_DEVICE = "revoked_device"


@dataclass(frozen=True, slots=True)
class Item:
    """One readable scan. `code` is its hash; `is_code` says whether it could be the code of a pass at all.

    A `name` without a code or a guest is somebody who came without an invitation; `reason` says whose guest.
    `issued_at`: when the list was made that the device decided with, if its name tells. `offset`: how far off the
    device had found its clock to be by then. `raw` is kept by nobody.
    """

    scan_id: str
    seq: int | None
    boot_id: str | None
    mono_ms: int | None
    code: str | None
    is_code: bool
    guest_id: int | None
    sitting: int | None
    site: str | None
    kind: ScanKind
    annuls: str | None
    mode: ScanMode
    scanned_text: str | None
    scanned_at: datetime | None
    has_zone: bool
    bundle: str | None
    issued_at: datetime | None
    decision: str | None
    name: str | None
    organization: str | None
    reason: str | None
    body_hash: str
    raw: dict[str, Any] = field(repr=False)
    offset: timedelta | None = None


class Count(NamedTuple):
    """The counter of a device: of which start of it, and where it stands."""

    boot_id: str
    mono_ms: int

    def since(self, item: Item) -> timedelta | None:
        """How long ago the item was, if it was made since that start."""
        if item.boot_id != self.boot_id or item.mono_ms is None or item.mono_ms > self.mono_ms:
            return None
        return timedelta(milliseconds=self.mono_ms - item.mono_ms)


@dataclass(frozen=True, slots=True)
class Unreadable:
    scan_id: str | None
    fault: Fault
    body: dict[str, Any]
    body_hash: str


class _Bad(ValueError):
    """A field that cannot be what it should."""


def read(raw: Any) -> Item | Unreadable:
    """The scan that one element of the upload stands for."""
    try:
        if not isinstance(raw, dict):
            return Unreadable(None, Fault.NOT_AN_OBJECT, {"type": type(raw).__name__}, _hash(raw))
        body_hash = _hash({name: raw.get(name) for name in IDENTITY})
    except RecursionError:
        return Unreadable(None, Fault.BAD_FIELD, {"bad_field": "depth"}, _hash("depth"))
    try:
        return _read(raw, body_hash)
    except _Bad as bad:
        try:
            body = {**keepable(raw), "bad_field": str(bad)}
            return Unreadable(_echo(raw.get("scan_id")), Fault.BAD_FIELD, body, _hash(raw))
        except RecursionError:
            return Unreadable(None, Fault.BAD_FIELD, {"bad_field": "depth"}, _hash("depth"))


def _read(raw: dict[str, Any], body_hash: str) -> Item:
    code = _text(raw, "code", None)
    normal = None if code is None else secrets.normal_code(code)
    scanned = _text(raw, "scanned_at", 64)
    moment, has_zone = (None, True) if scanned is None else _moment(scanned)
    site, bundle = raw.get("site"), _text(raw, "bundle", 64)
    return Item(
        scan_id=_uuid(raw, "scan_id", needed=True) or "",
        seq=_whole(raw, "seq"),
        boot_id=_text(raw, "boot_id", 64),
        mono_ms=_whole(raw, "mono_ms", fractions=True),
        code=None if code is None else secrets.digest(normal or code),
        is_code=normal is not None,
        guest_id=_whole(raw, "guest", most=2**31 - 1),
        sitting=_whole(raw, "sitting", most=2**31 - 1),
        site=str(site) if type(site) is int else _text(raw, "site", 80),
        kind=_word(raw, "kind", ScanKind, ScanKind.ENTRY),
        annuls=_uuid(raw, "annuls"),
        mode=_word(raw, "mode", ScanMode, ScanMode.ONLINE),
        scanned_text=scanned,
        scanned_at=moment,
        has_zone=has_zone,
        bundle=bundle,
        issued_at=issued_at(bundle),
        decision=_text(raw, "decision", 32),
        name=_words(raw, "name", LONGEST_NAME),
        organization=_words(raw, "organization", LONGEST_ORGANIZATION),
        reason=_words(raw, "reason"),
        body_hash=body_hash,
        raw=raw,
        offset=_span(raw, "offset_ms"),
    )


def put_aside(item: Item, fault: Fault) -> Unreadable:
    """The same item on its way to quarantine."""
    return Unreadable(item.scan_id, fault, keepable(item.raw), item.body_hash)


def keepable(raw: dict[str, Any]) -> dict[str, Any]:
    """What of an item may be kept for a person to look at: known fields, short, the code as a hash."""
    kept = {name: _short(raw[name]) for name in sorted(KNOWN & raw.keys()) if name != "code"}
    if "code" in raw:
        code = raw["code"] if isinstance(raw["code"], str) else _canonical(raw["code"])
        kept["code_hash"] = secrets.digest(secrets.normal_code(code) or code)
    return kept


def counter(boot_id: Any, mono_ms: Any) -> Count | None:
    """Where the counter of a device stands, or None if it does not say so in a way that can be used."""
    told = {"boot_id": boot_id, "mono_ms": mono_ms}
    try:
        start, stand = _text(told, "boot_id", 64), _whole(told, "mono_ms", fractions=True)
    except _Bad:
        return None
    return None if start is None or stand is None else Count(start, stand)


def after_a_jump(items: Iterable[Item], offset: timedelta = timedelta()) -> set[str]:
    """The ids of scans before which the device's clock was set, by the counter of its present start. A counter that
    has only stood still, with a clock that is as far off as ever (`offset` now), is a phone that slept."""
    jumped: set[str] = set()
    last: dict[str, Item] = {}
    counted = [item for item in items if item.boot_id and item.mono_ms is not None and item.scanned_at]
    for item in sorted(counted, key=lambda item: item.mono_ms or 0):
        before = last.get(item.boot_id or "")
        if before is not None and before.scanned_at and item.scanned_at:
            ticks = timedelta(milliseconds=(item.mono_ms or 0) - (before.mono_ms or 0))
            went = item.scanned_at - before.scanned_at
            if has_jumped(went, ticks) and not (went > ticks and is_steady(before.offset, offset)):
                jumped.add(item.scan_id)
        last[item.boot_id or ""] = item
    return jumped


def issued_at(bundle: str | None) -> datetime | None:
    """When the list was handed out, from its name: `<version>.<milliseconds since 1970>`, both made by the server."""
    stamp = (bundle or "").rpartition(".")[2]
    if not 10 <= len(stamp) <= 14 or not stamp.isdecimal() or not stamp.isascii():
        return None
    return EPOCH + timedelta(milliseconds=int(stamp))


def seqs_of(bodies: Iterable[dict[str, Any]]) -> set[int]:
    """The sequence numbers named in kept bodies."""
    return {body["seq"] for body in bodies if type(body.get("seq")) is int}


def moment(value: Any) -> datetime | None:
    """A device's idea of the time, or None if it is not one we can use as a measure."""
    try:
        found, has_zone = _moment(value) if isinstance(value, str) and len(value) <= 64 else (None, False)
    except _Bad:
        return None
    return found if has_zone and found not in (EARLIEST, LATEST) else None


def _moment(words: str) -> tuple[datetime, bool]:
    """The moment, in UTC, and whether it named its zone (UTC is taken for granted if not).

    JavaScript's dates reach the year 275760; what lies beyond our calendar becomes its nearest end.
    """
    match = _ISO.fullmatch(words.strip())
    if match is None:
        raise _Bad("scanned_at")
    year = int(match["year"])
    zone = match["zone"]
    try:
        day = (min(max(year, 4), 9996), int(match["month"]), int(match["day"]))
        time = (int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
        microsecond = int((match["fraction"] or "0")[:6].ljust(6, "0"))
        within = datetime(*day, *time, microsecond, tzinfo=_zone(zone))
    except ValueError as error:
        raise _Bad("scanned_at") from error
    if not 4 <= year <= 9996:
        return (EARLIEST if year < 4 else LATEST), zone is not None
    return within.astimezone(UTC), zone is not None


def _zone(words: str | None) -> timezone:
    if words is None or words.upper() == "Z":
        return UTC
    sign = -1 if words[0] == "-" else 1
    digits = words[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _text(raw: dict[str, Any], name: str, longest: int | None) -> str | None:
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or (longest is not None and (len(value) > longest or _is_dirty(value))):
        raise _Bad(name)
    return value


def _words(raw: dict[str, Any], name: str, longest: int = LONGEST_WORDS) -> str | None:
    """A sentence somebody typed: tidied and cut rather than refused."""
    value = raw.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Bad(name)
    return text.clean(_printable(value))[:longest] or None


def _word(raw: dict[str, Any], name: str, words: type[Any], default: Any) -> Any:
    value = raw.get(name)
    if value is None:
        return default
    try:
        return words(value)
    except ValueError as error:
        raise _Bad(name) from error


def _whole(raw: dict[str, Any], name: str, *, most: int = BIGGEST, fractions: bool = False) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18:
        value = int(value)
    if type(value) is float and abs(value) <= BIGGEST and (fractions or value.is_integer()):
        value = round(value)
    if type(value) is not int or not 0 <= value <= most:
        raise _Bad(name)
    return value


def _span(raw: dict[str, Any], name: str) -> timedelta | None:
    """Milliseconds, forward or back; nothing that cannot be such is worth putting a scan aside."""
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= BIGGEST:
        return None
    return timedelta(milliseconds=round(value))


def _uuid(raw: dict[str, Any], name: str, *, needed: bool = False) -> str | None:
    value = raw.get(name)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or len(value) != 36:
        raise _Bad(name)
    try:
        return str(uuid.UUID(value))
    except ValueError as error:
        raise _Bad(name) from error


def _echo(value: Any) -> str | None:
    """An id to answer under, even when it is not one we could store."""
    return value if isinstance(value, str) and len(value) <= 64 and not _is_dirty(value) else None


def _is_dirty(value: str) -> bool:
    """Whether it holds what a database column of text refuses: control characters, halves of characters."""
    return _DIRTY.search(value) is not None


def _printable(value: str) -> str:
    return _DIRTY.sub(" ", value)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return _printable(value)[:LONGEST_WORDS]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) <= BIGGEST:
        return value
    return _printable(_canonical(value))[:LONGEST_WORDS]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _hash(value: Any) -> str:
    return hashlib.sha256(_canonical(value).encode()).hexdigest()
