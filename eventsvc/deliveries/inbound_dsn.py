"""What came back: reports of delivery (RFC 3464), recipient by recipient, and what they mean for us; pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from eventsvc.deliveries import refusals
from eventsvc.deliveries.inbound_mime import Mime, Part, kept, mailbox
from eventsvc.deliveries.refusals import Refusal, Verdict

RECIPIENTS_LIMIT = 20
WORDS_LIMIT = 400

REPORT = "message/delivery-status"
RETURNED = ("message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global-headers")

_ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BASIC = re.compile(r"\b([45]\d\d)\b")
_MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,200}>)", re.IGNORECASE | re.MULTILINE)
_OUR_SENDER_IS_BAD = ("5.1.7", "5.1.8")  # RFC 3463: these two of 5.1.x speak of who sent it
_QMAIL = re.compile(r"\A\s*Hi\. This is the qmail-send program")
_QMAIL_RECIPIENT = re.compile(r"^<([^<>\s]{3,254})>:\n((?:.+\n?)+)", re.MULTILINE)


class Action(StrEnum):
    """What a report says was done (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


def is_report(mime: Mime) -> bool:
    """Whether a server tells of a delivery. A receipt that somebody has read it is a report of another kind."""
    is_named = mime.content_type == "multipart/report" and (
        mime.parameters.get("report-type", "").strip('" ').lower() == "delivery-status"
    )
    return is_named or any(part.content_type == REPORT for part in mime.parts)


def is_qmail(text: str) -> bool:
    """qmail writes its report in words, in a form of its own (QSBMF)."""
    return bool(_QMAIL.match(text))


def facts(mime: Mime) -> dict[str, Any]:
    """Per recipient what was done and why, and which message is spoken of."""
    return {"recipients": list(_recipients(mime.parts)), "message_id": _returned_id(mime.parts)}


def qmail_facts(text: str) -> dict[str, Any]:
    told, _line, returned = text.partition("--- Below this line is a copy of the message.")
    recipients = []
    for found in list(_QMAIL_RECIPIENT.finditer(told))[:RECIPIENTS_LIMIT]:
        words = " ".join(found[2].split())[:WORDS_LIMIT]
        status = _status("", words)
        recipients.append(_recipient(found[1], "", Action.FAILED.value, status or "5.0.0", words))
    return {"recipients": recipients, "message_id": _id_in(returned)}


def for_address(recipients: Iterable[dict[str, str]], address: str) -> tuple[dict[str, str] | None, bool]:
    """What is said of this address, and whether it is spoken of by name; else of the only one there is, to which
    the address may have been forwarded."""
    told = list(recipients)
    for each in told:
        if address.lower() in (each["final"], each["original"]):
            return each, True
    return (told[0], False) if len(told) == 1 else (None, False)


def judge(recipient: dict[str, str]) -> Refusal:
    """What a failure means: try again, never, no such address, or stop everything."""
    status, words = recipient["status"], recipient["words"]
    if status in _OUR_SENDER_IS_BAD:
        return Refusal(Verdict.PAUSE_ALL, "sender_refused")
    basic = _BASIC.search(words)
    number = int(basic[1]) if basic else 500
    if status:
        number = max(500, number) if status[0] == "5" else 450
    return refusals.judge("recipient", number, words if status.endswith(".0.0") else f"{status} {words}")


def _recipients(parts: Iterable[Part]) -> Iterable[dict[str, str]]:
    for part in parts:
        if part.content_type == REPORT:
            for block in part.blocks[: RECIPIENTS_LIMIT + 1]:
                if "final-recipient" in block or "original-recipient" in block:
                    yield _of_block(block)
            return


def _of_block(block: dict[str, str]) -> dict[str, str]:
    words = _after_type(block.get("diagnostic-code", ""))
    return _recipient(
        _after_type(block.get("final-recipient", "")),
        _after_type(block.get("original-recipient", "")),
        block.get("action", "").split("(")[0].strip().lower()[:20],
        _status(block.get("status", ""), words),
        words,
    )


def _recipient(final: str, original: str, action: str, status: str, words: str) -> dict[str, str]:
    return {
        "final": mailbox(final),
        "original": mailbox(original),
        "action": action,
        "status": status,
        "words": kept(words)[:WORDS_LIMIT],
    }


def _status(given: str, words: str) -> str:
    """The enhanced code; from the server's words when the report's own says nothing (x.0.0 or none at all)."""
    own, told = _ENHANCED.search(given), _ENHANCED.search(words)
    if own and not own[1].endswith(".0.0"):
        return own[1]
    return told[1] if told else (own[1] if own else "")


def _after_type(value: str) -> str:
    """The value behind "rfc822;" or "smtp;"."""
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon and len(kind) < 20 else value).strip()


def _returned_id(parts: Iterable[Part]) -> str:
    """The Message-ID of what was returned, whole or only its headers."""
    for part in parts:
        if part.content_type in RETURNED:
            for block in part.blocks[:1]:
                if block.get("message-id"):
                    return block["message-id"][:200]
            if found := _id_in(part.words[:20_000]):
                return found
    return ""


def _id_in(words: str) -> str:
    found = _MESSAGE_ID.search(words)
    return found[1] if found else ""
