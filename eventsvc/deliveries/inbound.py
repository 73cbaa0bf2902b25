"""What a message that came in is: an answer, a counter-proposal, a bounce, an automatic reply or a letter; pure but for
a line in the log."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import structlog

from eventsvc import clock
from eventsvc.deliveries import inbound_calendar, inbound_dsn
from eventsvc.deliveries.inbound_mime import Mime, kept, take_apart
from eventsvc.deliveries.models import InboundKind

log = structlog.get_logger()

WHOLE_LIMIT = 2 * 1024 * 1024  # a report may return our message with its papers; nothing honest is larger
KEPT_OF_LARGE = 256 * 1024
SUBJECT_LIMIT = 300

# Where servers note to whom a message was delivered, nearest first.
RECIPIENT_HEADERS = (
    *("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to"),
    *("to", "cc"),
)
_AUTOMATIC_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")
_AUTOMATIC_PRECEDENCE = {"auto_reply", "bulk", "junk", "list"}
_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?reply|autoreply|out of (the )?office|vacation|"
    r"trả lời tự động|thư trả lời tự động|tự động trả lời)\b",
    re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")


@dataclass(frozen=True)
class Reading:
    """All that can be told from the message itself. `fault` says why it was not read to its end."""

    kind: InboundKind
    sender: str
    subject: str
    text: str
    addresses: list[str]
    answers_to: list[str]
    facts: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None


def digest(raw: bytes) -> str:
    """The same for the same message, however much of a large one was fetched."""
    return hashlib.sha256(raw[: WHOLE_LIMIT + 1]).hexdigest()


def is_too_large(raw: bytes) -> bool:
    return len(raw) > WHOLE_LIMIT


def read(raw: bytes) -> Reading:
    """What the bytes say. Whatever they are, there is an answer: what cannot be understood is a letter with a fault."""
    try:
        return _read(raw)
    except (
        Exception
    ) as error:  # the one place where a stranger's bytes may do to a parser what nobody foresaw
        log.error("message not understood", kind=type(error).__name__, size=len(raw))
        return Reading(InboundKind.LETTER, "", "", "", [], [], {"fault": "broken"}, "broken")


def _read(raw: bytes) -> Reading:
    mime = take_apart(raw, only_headers=is_too_large(raw))
    kind, facts = _kind(mime)
    sender = mime.mailboxes("from") or mime.mailboxes("sender")
    sent_at = _sent_at(mime)
    if sent_at:
        facts["sent_at"] = sent_at
    fault = mime.fault or facts.get("fault")
    if fault:
        facts["fault"] = fault
    return Reading(
        kind=kind,
        sender=sender[0] if sender else "",
        subject=kept(mime.header("subject"))[:SUBJECT_LIMIT],
        text=mime.text,
        addresses=mime.mailboxes(*RECIPIENT_HEADERS),
        answers_to=_references(mime, facts),
        facts=facts,
        fault=fault,
    )


def _kind(mime: Mime) -> tuple[InboundKind, dict[str, Any]]:
    """Reports first: they are sent automatically, and carry our own calendar back. An answer that may hide in what
    cannot be read is for a person, whoever wrote it."""
    if inbound_dsn.is_report(mime):
        return InboundKind.BOUNCE, inbound_dsn.facts(mime)
    if inbound_dsn.is_qmail(mime.text):
        return InboundKind.BOUNCE, inbound_dsn.qmail_facts(mime.text)
    try:
        found = inbound_calendar.find(mime.parts)
    except inbound_calendar.Unreadable:
        return InboundKind.LETTER, {"fault": "unreadable_calendar"}
    if found is not None:
        method, facts = found
        return (InboundKind.COUNTER if method == "COUNTER" else InboundKind.REPLY), facts
    is_automatic = mime.fault is None and _is_automatic(mime)
    return (InboundKind.AUTO_REPLY if is_automatic else InboundKind.LETTER), {}


def _is_automatic(mime: Mime) -> bool:
    """Whether a program wrote it: the marks of RFC 3834, and those of programs that do not know them."""
    submitted = mime.header("auto-submitted").split(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or mime.content_type == "multipart/report"
        or any(name in mime.headers for name in _AUTOMATIC_HEADERS)
        or mime.header("precedence").lower() in _AUTOMATIC_PRECEDENCE
        or any(path.strip() == "<>" for path in mime.headers.get("return-path", []))
        or bool(_AUTOMATIC_SUBJECT.match(mime.header("subject")))
    )


def _references(mime: Mime, facts: dict[str, Any]) -> list[str]:
    """The messages that this one answers or returns."""
    named = " ".join(mime.headers.get("in-reply-to", []) + mime.headers.get("references", []))
    found = [facts["message_id"]] if facts.get("message_id") else []
    return list(dict.fromkeys([*found, *_MESSAGE_ID.findall(kept(named))]))[:20]


def _sent_at(mime: Mime) -> str | None:
    try:
        moment = parsedate_to_datetime(mime.header("date"))
    except (ValueError, OverflowError):  # any words may stand in a header
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.LOCAL)
    return moment.astimezone(UTC).isoformat() if 1970 < moment.year < 9999 else None
