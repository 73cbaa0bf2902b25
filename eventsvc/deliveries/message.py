"""The message as mail clients want it; pure: values in, bytes out.

    mixed( alternative( plain, related( html, inline pictures ), calendar ), attachments…, invite.ics )

The calendar is the last child of the alternative and has no disposition; the same bytes ride along as a
file. Text is base64: relays rewrap or strip anything that looks like 7bit.
"""

import hashlib
import re
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import flask_mail
from flask_babel import gettext as _

from eventsvc import clock, ical
from eventsvc.deliveries import mime
from eventsvc.errors import Invalid

HTML_LIMIT = 102 * 1024  # beyond this Gmail cuts the message, and the buttons with it
SUBJECT_LIMIT = 250
ICS = "application/ics"
BASE64_TEXT: Any = Charset("utf-8")
BASE64_TEXT.body_encoding = BASE64

_LINE_ENDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED_WORD = re.compile(r"=\?[^?\s]*\?[bq]\?", re.IGNORECASE)
_MAILBOX = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[0-9A-Za-z](?:[0-9A-Za-z.\-]*[0-9A-Za-z])?")


class BadSubject(Invalid):
    """A subject that would become more than a subject."""

    code = "bad_subject"


class BadRecipient(Invalid):
    """An address that is more, or less, than one mailbox."""

    code = "bad_recipient"


class MessageTooLarge(Invalid):
    """HTML that mail clients would cut off."""

    code = "message_too_large"


@dataclass(frozen=True)
class Picture:
    """A PNG shown inside the HTML by `cid:<name>`."""

    name: str
    png: bytes


class Message(flask_mail.Message):
    """A message to one person. The caller gives the Message-ID, so that sending again is the same message."""

    def __init__(
        self,
        *,
        message_id: str,
        subject: str,
        sender: tuple[str, str],
        recipient: tuple[str, str],
        text: str,
        html: str | None = None,
        pictures: tuple[Picture, ...] = (),
        calendar: bytes | None = None,
        files: tuple[flask_mail.Attachment, ...] = (),
        reply_to: str | None = None,
        return_path: str | None = None,
        stop_url: str | None = None,
    ) -> None:
        check_subject(subject)
        check_mailbox(sender[1])
        check_mailbox(recipient[1])
        check_html(html)
        for other in (reply_to, return_path):
            if other:
                check_mailbox(other)
        super().__init__(
            subject=subject,
            sender=sender[1],
            recipients=[recipient[1]],
            body=text,
            html=html,
            reply_to=reply_to,
            attachments=list(files),
        )
        self.sender_mailbox = (plain_name(sender[0]), sender[1])
        self.recipient_mailbox = (plain_name(recipient[0]), recipient[1])
        self.msgId = message_id
        self.pictures = pictures
        self.calendars = ical.objects(calendar) if calendar else []
        self.return_path = return_path or sender[1]
        self.stop_url = stop_url
        self._built: bytes | None = None

    @property
    def envelope(self) -> tuple[str, str]:
        """Where the message comes back to if it cannot be delivered, and the bare mailbox of the recipient."""
        return self.return_path, self.recipient_mailbox[1]

    def as_bytes(self) -> bytes:
        """The message as it leaves; built once, so that what was checked is what is sent."""
        if self._built is None:
            self._built = self._whole()
        return self._built

    def _whole(self) -> bytes:
        """The parts as the module says. Boundaries come from the Message-ID: the same message has the same."""
        stem = hashlib.sha256((self.msgId or "").encode()).hexdigest()[:24]
        told = [mime.text_part("plain", self.body or "")]
        if self.html is not None:
            told.append(self._html_part(self.html, f"=_r{stem}"))
        if self.calendars:
            told.append(_calendar_part(self.calendars[0]))
        parts = [mime.multipart("alternative", told, f"=_a{stem}")]
        for file in [*self.attachments, *self._calendar_files()]:
            data = file.data.encode() if isinstance(file.data, str) else file.data
            parts.append(mime.file_part(file.filename or "", file.content_type or "", data))
        return mime.multipart("mixed", parts, f"=_m{stem}", self._headers())

    def _html_part(self, html: str, boundary: str) -> bytes:
        words = mime.text_part("html", html)
        if not self.pictures:
            return words
        pictures = [
            mime.part(
                "image/png",
                picture.png,
                [
                    ("Content-ID", f"<{picture.name}>"),
                    ("Content-Disposition", f"inline; {mime.filename(picture.name + '.png')}"),
                ],
            )
            for picture in self.pictures
        ]
        return mime.multipart("related", [words, *pictures], boundary, parameters=' type="text/html";')

    def _calendar_files(self) -> list[flask_mail.Attachment]:
        return [
            flask_mail.Attachment(f"invite-{number}.ics" if number > 1 else "invite.ics", ICS, calendar)
            for number, calendar in enumerate(self.calendars, 1)
        ]

    def _headers(self) -> list[tuple[str, str]]:
        headers = [
            ("From", _mailbox_header(*self.sender_mailbox)),
            ("To", _mailbox_header(*self.recipient_mailbox)),
            ("Subject", self.subject if self.subject.isascii() else _encoded(self.subject, "Subject")),
            ("Date", format_datetime(clock.local(clock.now()))),
            ("Message-ID", self.msgId or ""),
            ("Auto-Submitted", "auto-generated"),
        ]
        if self.reply_to:
            headers.append(("Reply-To", str(self.reply_to)))
        if self.stop_url:
            address = quote(
                self.stop_url, safe=":/?&=%~+,;@!$'()*[]#"
            )  # dots stand for the token of a masked one
            headers.append(("List-Unsubscribe", f"<{address}>"))
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return headers


def check_subject(subject: str) -> None:
    """Refuse whatever could end the header: line ends, other controls, and encoded words that hide them.

    Python before 3.11.10 decodes an encoded word on assignment and writes its CR LF out as real header lines.
    """
    if not subject.strip():
        raise BadSubject(_("The subject is missing."), field="subject")
    if len(subject) > SUBJECT_LIMIT or _LINE_ENDS.search(subject) or _ENCODED_WORD.search(subject):
        raise BadSubject(_("The subject must be one line of ordinary text."), field="subject")


def is_mailbox(mailbox: str) -> bool:
    """One bare ASCII address of ordinary length; other scripts need servers that few recipients have."""
    return len(mailbox) <= 254 and "=?" not in mailbox and bool(_MAILBOX.fullmatch(mailbox))


def check_mailbox(mailbox: str) -> None:
    """Refuse anything but one bare address of ordinary length."""
    if not is_mailbox(mailbox):
        raise BadRecipient(_("This is not one e-mail address."), field="recipient")


def check_html(html: str | None) -> None:
    if html is not None and len(html.encode()) > HTML_LIMIT:
        raise MessageTooLarge(_("The message is longer than mail programs show."), field="html_body")


def plain_name(name: str) -> str:
    """A display name that is only a name: one line, no encoded words, nothing to break out with."""
    name = _LINE_ENDS.sub(" ", name).replace("=?", "= ?").translate(str.maketrans('"<>\\', "'   "))
    return " ".join(name.split())[:120]


def _mailbox_header(name: str, mailbox: str) -> str:
    if not name:
        return mailbox
    if name.isascii():
        return formataddr((name, mailbox))
    return f"{_encoded(name, 'From')}\r\n <{mailbox}>"


@lru_cache(maxsize=1024)
def _encoded(text: str, header: str) -> str:
    return Header(text, BASE64_TEXT, maxlinelen=75, header_name=header).encode(linesep="\r\n")


def _calendar_part(calendar: bytes) -> bytes:
    method = ical.method(calendar)
    return mime.part(f"text/calendar; method={method}; charset=UTF-8", calendar)
