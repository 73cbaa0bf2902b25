"""What somebody decided to send, and the row of the outbox it becomes."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import css_inline
import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from eventsvc import clock, ical, secrets
from eventsvc.deliveries import markers, queries
from eventsvc.deliveries.enclosures import Enclosed
from eventsvc.deliveries.message import check_html, check_subject, is_mailbox
from eventsvc.deliveries.models import Channel, Delivery, DeliveryState
from eventsvc.text import fold

_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_inliner = css_inline.CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, kw_only=True)
class NewMessage:
    """What somebody decided to send. `secrets` are the plain values of the markers in the words.

    In a batch, a draft waits until the batch is let go. `enclosed` is set as a PDF when the message leaves.
    """

    intent: str
    kind: str
    recipient: str
    subject: str
    text_body: str
    html_body: str | None = None
    recipient_name: str = ""
    event_id: int | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    calendar: bytes | None = None
    inline_qr: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict)
    sender_name: str = ""
    reply_to: str | None = None
    stop_path: str | None = None
    not_after: datetime | None = None
    due_at: datetime | None = None
    held: bool = False
    channel: Channel = Channel.EMAIL
    batch_id: int | None = None
    is_draft: bool = False
    enclosed: Enclosed | None = None

    def __post_init__(self) -> None:
        check_subject(self.subject)
        words = [self.text_body, self.html_body or "", self.stop_path or ""]
        if self.calendar:
            words.append(ical.unfold(self.calendar))
        missing = markers.names(" ".join(words)) - set(self.secrets)
        if missing:
            raise ValueError(f"markers without a secret: {', '.join(sorted(missing))}")


def as_row(message: NewMessage, suppressed: set[str], papers: Mapping[str, int]) -> dict[str, Any]:
    """The columns of a new delivery; one that can never arrive is failed from the start. `papers` are the ids of the
    enclosed papers by their digests."""
    html = inlined(message.html_body)
    sender = queries.sender_mailbox()
    copied = {name: getattr(message, name) for name in _COPIED}
    refused = _hopeless(message, suppressed)
    state = DeliveryState.HELD if message.held else DeliveryState.QUEUED
    if message.is_draft:
        state = DeliveryState.DRAFT
    enclosed = message.enclosed
    return copied | {
        "recipient": message.recipient[:254],
        "domain": domain_of(message.channel, message.recipient),
        "searched": f"{fold(message.recipient_name)} {fold(message.recipient)}",
        "sender": sender,
        "reply_to": message.reply_to or current_app.config["MAIL_REPLY_TO"],
        "recipient_name": message.recipient_name.replace("\x00", ""),
        "text_body": message.text_body.replace("\x00", ""),
        "html_body": html.replace("\x00", "") if html else None,
        "calendar": ical.unfold(message.calendar) if message.calendar else None,
        "secrets": {name: secrets.seal(value) for name, value in message.secrets.items()},
        "message_id": _message_id(message.intent, sender),
        "state": DeliveryState.FAILED if refused else state,
        "error_code": refused,
        "due_at": message.due_at or clock.now(),
        "paper_id": papers[enclosed.digest] if enclosed else None,
        "paper_values": dict(enclosed.own) if enclosed else None,
    }


def inlined(html: str | None) -> str | None:
    """The HTML with its styles where mail programs look for them; MessageTooLarge when they would cut it."""
    inside = _inliner.inline(html) if html else None
    check_html(inside)
    return inside


def domain_of(channel: Channel, recipient: str) -> str:
    """Where a message goes, for the pace that is kept towards it."""
    if channel is not Channel.EMAIL:
        return channel.value
    return recipient.rpartition("@")[2].lower()[:254]


def _hopeless(message: NewMessage, suppressed: set[str]) -> str | None:
    """Why nothing can ever be sent there; such a message goes straight to the list of people to phone."""
    if message.channel is not Channel.EMAIL:
        return None if _NUMBER.fullmatch(message.recipient) else "bad_number"
    if not is_mailbox(message.recipient):
        return "bad_address"
    return "suppressed" if message.recipient.lower() in suppressed else None


_TO = "Kính gửi:"  # as the text of every kind of message begins
_PAGE = re.compile(r"https?://[^\"\s?#]*?(?:\[\[|%5B%5B)secret(?::|%3A)link(?:\]\]|%5D%5D)", re.IGNORECASE)
_COPIED = (
    *("intent", "kind", "event_id", "subject_kind", "subject_id", "recipient_name", "sender_name"),
    *("subject", "stop_path", "inline_qr", "not_after", "channel", "batch_id"),
)
_OF_ITS_OWN = {
    *("id", "intent", "message_id", "state", "attempts", "due_at", "lease_until", "leased_by"),
    *("first_tried_at", "sent_at", "error_code", "server_reply", "created_at", "batch_id"),
}


def copy_of(delivery: Delivery, intent: str) -> dict[str, Any]:
    """The columns of a new message with the same words to the same person."""
    copied = {
        column.key: getattr(delivery, column.key)
        for column in sa.inspect(Delivery).column_attrs
        if column.key not in _OF_ITS_OWN
    }
    return copied | {"intent": intent, "message_id": _message_id(intent, delivery.sender)}


def edited_html(delivery: Delivery) -> str:
    """The HTML of a message whose text was changed by hand: the same words in the frame of every letter, with the
    button to the recipient's page and the pass as before."""
    page = _PAGE.search(delivery.html_body or "")
    paragraphs = [part for part in re.split(r"\n\s*\n", delivery.text_body) if part.strip()]
    addressee, office = delivery.recipient_name, ""
    if paragraphs and fold(paragraphs[0]) == fold(delivery.sender_name):  # the frame has its own place for it
        paragraphs.pop(0)
    if paragraphs and paragraphs[0].startswith(_TO):
        first, *rest = paragraphs.pop(0).removeprefix(_TO).strip().splitlines() or [""]
        addressee, office = first, ", ".join(rest)
    values = {
        "paragraphs": paragraphs,
        "host": delivery.sender_name,
        "short_title": delivery.subject,
        "link": page[0] if page else None,
        "shows_pass": delivery.inline_qr,
        "office": office,
        "addressee": addressee,
    }
    with force_locale("vi"):
        return current_app.jinja_env.get_template("email/edited/body.html").render(values)


def resend_stem(delivery: Delivery) -> str:
    """What the intents of all resendings of a message begin with; a resent one is resent under its own id."""
    kind, _colon, subject = delivery.intent.partition(":")
    return f"resend:{delivery.id if kind == 'resend' else subject}"


def _message_id(intent: str, sender: str) -> str:
    """The same for the same intent of this installation, even when a restored backup decides it again."""
    name = hashlib.sha256(f"{current_app.config['PUBLIC_URL']} {intent}".encode()).hexdigest()[:40]
    return f"<{name}@{sender.rpartition('@')[2]}>"
