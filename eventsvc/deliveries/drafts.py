"""The words of a draft as people edit them, and as a test letter shows them. Pure.

Where a token of the recipient goes, an editor sees a name in double brackets: ((đường dẫn riêng)). Nothing typed can
name a token that the message does not have.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from eventsvc import ical
from eventsvc.deliveries import markers
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import Invalid
from eventsvc.text import fold

NAMES = {
    "link": "đường dẫn riêng",
    "pass_code": "mã QR",
    "pass_letters": "mã bằng chữ",
    "stop": "dừng nhắc",
}
_FIELD = re.compile(r"\(\(([^()\n]{1,60})\)\)")
SAMPLE_CODE = "MAU-KHONG-CO-GIA-TRI"


def shown(text: str) -> str:
    """The text with names in place of the markers."""
    for name, words in NAMES.items():
        text = text.replace(markers.marker(name), f"(({words}))")
    return text


def hidden(text: str, secrets: Mapping[str, str]) -> str:
    """The text with markers in place of their names; Invalid for a token that this message does not have."""
    by_words = {fold(words): name for name, words in NAMES.items()}
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if markers.names(plain) - {name.lower() for name in secrets}:
        raise Invalid(_("There is a field in the text that this message does not have."), field="text")

    def marked(found: re.Match[str]) -> str:
        name = by_words.get(fold(found[1]))
        if name is None:
            return found[0]
        if name not in secrets:
            raise Invalid(_("This message has no field “%(name)s”.", name=found[1].strip()), field="text")
        return markers.marker(name)

    return _FIELD.sub(marked, plain)


def is_same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spaces, which a form does not keep."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def version(delivery: Delivery) -> int:
    """Another number when the words are other words."""
    return zlib.crc32(f"{delivery.subject}\n{delivery.text_body}".encode()) % 10**9


def test_message(delivery: Delivery, recipient: str, name: str, intent: str) -> dict[str, Any]:
    """The fields of a message like this one to somebody else: samples in place of the tokens, and a calendar entry of
    its own, so that an answer to it answers nothing."""
    calendar = delivery.calendar
    return {
        "intent": intent,
        "kind": "test",
        "recipient": recipient,
        "recipient_name": name,
        "event_id": delivery.event_id,
        "subject_kind": "delivery",
        "subject_id": delivery.id,
        "subject": _("[Test] %(subject)s", subject=delivery.subject)[:250],
        "text_body": markers.mask(delivery.text_body),
        "html_body": markers.mask(delivery.html_body) if delivery.html_body else None,
        "calendar": _calendar(calendar, delivery.recipient, recipient) if calendar else None,
        "inline_qr": delivery.inline_qr,
        "sender_name": delivery.sender_name,
        "secrets": {"pass_code": SAMPLE_CODE} if delivery.inline_qr else {},
    }


def _calendar(calendar: str, was: str, now: str) -> bytes:
    masked = markers.mask(calendar).replace(was, now)
    return ical.fold(re.sub(r"(?m)^UID:", "UID:test-", masked))
