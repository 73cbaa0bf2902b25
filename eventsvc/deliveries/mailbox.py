"""The mailbox that answers and bounces come to, over IMAP. TLS everywhere but on this machine."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

SECONDS = 30.0  # patience with one answer of the server
MESSAGES_AT_ONCE = 500
PLAIN_PORT, SECURE_PORT = 143, 993
THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}
FAULTS = (OSError, imaplib.IMAP4.error)

_SERVER = re.compile(r"\[?([0-9A-Za-z.:\-]+?)\]?(?::([0-9]{1,5}))?")


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    username: str
    password: str

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Settings | None":
        """Where the mailbox is; None when there is none. `IMAP_SERVER` is a host, or host:port."""
        server = str(config["IMAP_SERVER"] or "").strip()
        parts = _SERVER.fullmatch(server)
        if parts is None:
            return None
        port = PLAIN_PORT if parts[1] in THIS_MACHINE else SECURE_PORT
        return cls(
            parts[1], int(parts[2] or port), config["IMAP_USERNAME"] or "", config["IMAP_PASSWORD"] or ""
        )


class Mailbox:
    """What lies in the inbox, by numbers that stay the same while it is open."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self.connection = connection

    def unseen(self) -> list[str]:
        """The unread messages, oldest first; those that are too many wait for the next look."""
        found = self._ask("SEARCH", "UNSEEN")[0] or b""
        return found.decode("ascii").split()[:MESSAGES_AT_ONCE]

    def fetch(self, uid: str, most: int) -> bytes | None:
        """The message, or its first `most` bytes; None when somebody took it away. It stays unread."""
        answer = self._ask("FETCH", uid, f"(BODY.PEEK[]<0.{most}>)")
        return next((part[1] for part in answer if isinstance(part, tuple)), None)

    def mark_seen(self, uid: str) -> None:
        self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        status, answer = self.connection.uid(command, *arguments)
        if status != "OK":
            raise imaplib.IMAP4.error(command)
        return answer


@contextmanager
def opened(settings: Settings) -> Iterator[Mailbox]:
    """The inbox, open for reading and marking; one of FAULTS when it cannot be had."""
    connection = _connection(settings)
    try:
        connection.login(settings.username, settings.password)
        status, _answer = connection.select("INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error("SELECT")
        yield Mailbox(connection)
    finally:
        with suppress(*FAULTS):
            connection.logout()


def _connection(settings: Settings) -> imaplib.IMAP4:
    if settings.port == SECURE_PORT:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=context, timeout=SECONDS)
    connection = imaplib.IMAP4(settings.host, settings.port, timeout=SECONDS)
    if settings.host not in THIS_MACHINE:
        try:
            connection.starttls(ssl.create_default_context())
        except BaseException:
            connection.shutdown()
            raise
    return connection
