"""The folder in which messages land while there is no mail server, read back as a mail program would."""

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask_babel import gettext as _

from eventsvc import ical
from eventsvc.deliveries.inbound_mime import decoded_header
from eventsvc.errors import NotFound

_NAME = re.compile(r"\d{8}T\d{6}-\d{1,12}")


@dataclass(frozen=True)
class Letter:
    """One message of the folder."""

    name: str
    message: EmailMessage
    data: bytes

    def header(self, name: str) -> str:
        """A header as people read it; empty when there is none.

        Not by the newer parser of the email package: it puts a space between two encoded words of a name.
        """
        found = (value for key, value in self.message.raw_items() if key.lower() == name.lower())
        return decoded_header(str(next(found, "")))

    @property
    def written_at(self) -> datetime | None:
        """The moment in the Date header; None when it holds none."""
        try:
            return parsedate_to_datetime(self.header("Date"))
        except ValueError:
            return None

    @property
    def text(self) -> str:
        part = self._part("text/plain")
        return part.get_content() if part is not None else ""

    @property
    def html(self) -> str:
        """The HTML with its pictures inside it; empty when there is none."""
        part = self._part("text/html")
        if part is None:
            return ""
        html = part.get_content()
        for picture in self.message.walk():
            name = str(picture.get("Content-ID", "")).strip("<>")
            if name and picture.get_content_maintype() == "image":
                data = b64encode(picture.get_payload(decode=True)).decode()
                html = html.replace(f"cid:{name}", f"data:{picture.get_content_type()};base64,{data}")
        return html

    @property
    def entries(self) -> list[ical.CalendarEntry]:
        part = self._part("text/calendar")
        return ical.read(part.get_payload(decode=True)) if part is not None else []

    @property
    def files(self) -> list[str]:
        return [file.get_filename() or file.get_content_type() for file in self.message.iter_attachments()]

    def _part(self, content_type: str) -> EmailMessage | None:
        return next((part for part in self.message.walk() if part.get_content_type() == content_type), None)


def names(folder: Path) -> list[str]:
    """The messages of the folder, newest first."""
    found = [path.stem for path in folder.glob("*.eml") if _NAME.fullmatch(path.stem)]
    return sorted(found, key=lambda name: (name[:15], int(name[16:])), reverse=True)


def letter(folder: Path, name: str) -> Letter:
    """One message; NotFound for a name that is none of the folder's."""
    if not _NAME.fullmatch(name):
        raise NotFound(_("There is no such message."))
    try:
        data = (folder / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        raise NotFound(_("There is no such message.")) from None
    return Letter(name, message_from_bytes(data, policy=policy.default), data)
