"""Ways for a message to leave: into a folder (no mail leaves a fresh machine), or to a mail server.

A transport either returns, which means the message was taken, or says how it went wrong:
`Refused` (the server's reply), `Broken` (nothing was taken; try later), `ReplyLost` (nobody can know).
"""

import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import flask_mail
from flask import Flask

from eventsvc import clock
from eventsvc.deliveries.message import Message

CONNECT_SECONDS = 20.0
CONVERSATION_SECONDS = 90.0
MESSAGES_PER_CONNECTION = 500
IDLE_SECONDS = 20.0
WATCH_SECONDS = 1.0  # between two looks at whether a conversation has lasted too long


class TransportError(Exception):
    """The message is not known to have been taken."""


class Refused(TransportError):
    """The server answered, and not with yes; `stage` is sender, recipient or message."""

    def __init__(self, stage: str, status: int, reply: str) -> None:
        super().__init__(stage, status, reply)
        self.stage, self.status, self.reply = stage, status, reply


class Broken(TransportError):
    """There was no answer, and the message cannot have been taken: unreachable, timed_out or dropped."""

    def __init__(self, code: str, *, of_server: bool = False) -> None:
        super().__init__(code)
        self.code, self.of_server = code, of_server


class ReplyLost(TransportError):
    """The whole message was handed over, and the connection ended before the answer came."""


class Transport(Protocol):
    def send(self, message: Message, name: str) -> None: ...

    def close(self) -> None: ...


def transport_for(app: Flask) -> Transport:
    """A transport of this worker's own; close it when done."""
    if app.config["MAIL_SERVER"]:
        return ServerTransport(app)
    return FolderTransport(Path(app.config["MAIL_FOLDER"]))


def file_name(created_at: datetime, delivery_id: int) -> str:
    """The name under which a message lies in the folder; sending again replaces it."""
    return f"{clock.local(created_at):%Y%m%dT%H%M%S}-{delivery_id}"


class FolderTransport:
    """Each message becomes one .eml file, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, message: Message, name: str) -> None:
        unfinished = self.folder / f".{name}.{os.getpid()}-{threading.get_ident()}"
        data = message.as_bytes()
        try:
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise Broken("unreachable", of_server=True) from error

    def close(self) -> None:
        pass


class ServerTransport:
    """One connection for many messages, opened when needed; no message takes longer than the lease allows."""

    def __init__(self, app: Flask) -> None:
        self.connection = Connection(
            app.extensions["mail"],
            local_name=urlsplit(app.config["PUBLIC_URL"]).hostname or "localhost",
            step_seconds=app.config["MAIL_STEP_SECONDS"],
        )

    def send(self, message: Message, name: str) -> None:
        self.connection.send(message)

    def close(self) -> None:
        self.connection.close()


class Connection(flask_mail.Connection):
    """Flask-Mail's connection with time-outs, reuse, and an exact account of how far a message got."""

    host: smtplib.SMTP | None

    def __init__(self, mail: Any, *, local_name: str, step_seconds: float) -> None:
        super().__init__(mail)
        self.local_name, self.step_seconds = local_name, step_seconds
        self.used_at = 0.0

    def configure_host(self) -> smtplib.SMTP:
        secure = ssl.create_default_context() if self.mail.use_tls or self.mail.use_ssl else None
        settings: dict[str, Any] = {
            "local_hostname": self.local_name,
            "timeout": min(self.step_seconds, CONNECT_SECONDS),
        }
        try:
            if self.mail.use_ssl:
                self.host = smtplib.SMTP_SSL(self.mail.server, self.mail.port, context=secure, **settings)
            else:
                self.host = smtplib.SMTP(self.mail.server, self.mail.port, **settings)
            host = self.host  # from here on the deadline reaches it
            _patience(host, self.step_seconds)
            host.ehlo_or_helo_if_needed()
            if self.mail.use_tls:
                host.starttls(context=secure)
                host.ehlo()
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Broken("unreachable", of_server=True) from error
        return host

    def send(self, message: Message, envelope_from: object = None) -> None:  # type: ignore[override]
        """Hand one message over, reconnecting when the server has closed an idle connection."""
        data = message.as_bytes()
        with _Deadline(self) as deadline:
            reused = self._connect()
            try:
                self._begin(message.envelope, deadline)
            except Broken:
                self.drop()
                if not reused or deadline.passed:
                    raise
                self._connect()
                self._begin(message.envelope, deadline)
            self._hand_over(data, deadline)
        self.num_emails += 1

    def close(self) -> None:
        """Say goodbye, and do not wait for an answer."""
        if self.host is not None:
            with suppress(OSError, smtplib.SMTPException):
                _patience(self.host, 2)
                self.host.quit()
        self.drop()

    def drop(self) -> None:
        if self.host is not None:
            self.host.close()
        self.host, self.num_emails = None, 0

    def _connect(self) -> bool:
        """Have a connection; True when it is one that served before."""
        if self.host is not None and self.num_emails >= MESSAGES_PER_CONNECTION:
            self.close()
        if self.host is not None and time.monotonic() - self.used_at > IDLE_SECONDS:
            self.close()
        reused = self.host is not None
        self.host = self.host or self.configure_host()
        self.used_at = time.monotonic()
        return reused

    def _begin(self, envelope: tuple[str, str], deadline: "_Deadline") -> None:
        sender, recipient = envelope
        host = self._open_host()
        self._step("sender", 250, lambda: host.mail(sender), deadline)
        self._step("recipient", 250, lambda: host.rcpt(recipient), deadline)
        self._step("message", 354, lambda: host.docmd("DATA"), deadline)

    def _hand_over(self, data: bytes, deadline: "_Deadline") -> None:
        """After the last byte has left, only an answer can tell what became of the message."""
        host = self._open_host()
        try:
            host.send(_dotted(data))
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Broken(_why(error)) from error
        try:
            status, reply = host.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise ReplyLost from error
        if status == -1:
            self.drop()
            raise ReplyLost
        if status // 100 != 2:
            self._refuse("message", status, reply)

    def _step(
        self, stage: str, expected: int, ask: Callable[[], tuple[int, bytes]], deadline: "_Deadline"
    ) -> None:
        try:
            status, reply = ask()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise Broken("timed_out" if deadline.passed else _why(error)) from error
        if status == -1:
            self.drop()
            raise Broken("timed_out" if deadline.passed else "dropped")
        if status == 421:
            self.drop()
            raise Broken("dropped")
        if status // 10 != expected // 10:
            self._refuse(stage, status, reply)

    def _refuse(self, stage: str, status: int, reply: bytes) -> None:
        host = self._open_host()
        try:
            if host.rset()[0] != 250:
                self.drop()
        except (OSError, smtplib.SMTPException):
            self.drop()
        raise Refused(stage, status, reply.decode("utf-8", "replace"))

    def _open_host(self) -> smtplib.SMTP:
        if self.host is None:
            raise Broken("dropped")
        return self.host


class _Deadline:
    """Ends a conversation that dribbles on: each step has its own time-out, this one is for all of them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.passed = False
        self.until = time.monotonic() + CONVERSATION_SECONDS

    def __enter__(self) -> "_Deadline":
        _WATCH.begin(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        _WATCH.end(self)

    def pass_by(self) -> None:
        self.passed = True
        host = self.connection.host
        if host is not None and host.sock is not None:
            with suppress(OSError):
                host.sock.shutdown(socket.SHUT_RDWR)


class _Watch:
    """One thread that looks at all conversations of the process, because starting one for each costs more than most of
    them take. It ends when nothing has been said for a while."""

    def __init__(self) -> None:
        self._running: set[_Deadline] = set()
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._owner = 0

    def begin(self, deadline: _Deadline) -> None:
        with self._lock:
            if self._owner != os.getpid():  # a fork takes no threads along
                self._running, self._watcher, self._owner = set(), None, os.getpid()
            self._running.add(deadline)
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._look, name="mail deadlines", daemon=True)
                self._watcher.start()

    def end(self, deadline: _Deadline) -> None:
        with self._lock:
            self._running.discard(deadline)

    def _look(self) -> None:
        idle_since = time.monotonic()
        while True:
            time.sleep(min(WATCH_SECONDS, CONVERSATION_SECONDS / 4))
            now = time.monotonic()
            with self._lock:
                late = [each for each in self._running if now > each.until]
                if self._running:
                    idle_since = now
                elif now - idle_since > IDLE_SECONDS:
                    self._watcher = None
                    return
            for each in late:
                each.pass_by()


_WATCH = _Watch()


def _patience(host: smtplib.SMTP, seconds: float) -> None:
    if host.sock is not None:
        host.sock.settimeout(seconds)


def _why(error: Exception) -> str:
    """smtplib turns a time-out into a disconnection; what it came from tells them apart."""
    return "timed_out" if isinstance(error.__context__ or error, TimeoutError) else "dropped"


def _dotted(data: bytes) -> bytes:
    """The message as it stands between DATA and the single dot."""
    if data.startswith(b"."):
        data = b"." + data
    data = data.replace(b"\r\n.", b"\r\n..")
    return data + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")
