"""The ways out for messages: mail, and text messages through whatever service takes them.

`TextChannel` is what an adapter of such a service must do. The one that is here writes to a file, for a house that
sends by hand or with a tool of its own; the outbox treats it as it treats mail: claims, states, trying again.
"""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from flask import Flask

from eventsvc import clock
from eventsvc.deliveries import handover, transport
from eventsvc.deliveries.models import Channel, Delivery


@dataclass(frozen=True)
class TextMessage:
    """A few words to one number. `id` is the same however often it is handed over."""

    id: str
    number: str
    name: str
    text: str


class TextChannel(Protocol):
    """A service that takes text messages. `send` returns when the message was taken, or raises what mail raises:
    `transport.Refused`, `transport.Broken`, `transport.ReplyLost`."""

    def send(self, message: TextMessage) -> None: ...

    def close(self) -> None: ...


class FileChannel:
    """Each message becomes one line of JSON in a file for each day, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: TextMessage) -> None:
        now = clock.local(clock.now())
        line = json.dumps({"at": now.isoformat(timespec="seconds"), **asdict(message)}, ensure_ascii=False)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._append(self.folder / f"{now:%Y-%m-%d}.jsonl", line.encode() + b"\n")
        except OSError as error:
            raise transport.Broken("unreachable") from error

    def close(self) -> None:
        pass

    def _append(self, path: Path, line: bytes) -> None:
        """After a line that was cut off by a crash, on a line of its own."""
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size = os.fstat(handle).st_size
            is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, b"\n" + line if is_cut else line)
            os.fsync(handle)
        finally:
            os.close(handle)


class Ways:
    """The ways out of one worker; each is opened when it is needed."""

    def __init__(self, mail: transport.Transport, zalo: TextChannel) -> None:
        self.mail, self.zalo = mail, zalo

    def ready(self, delivery: Delivery) -> Callable[[], None]:
        """The message built, with its tokens; calling this sends it. ValueError when it cannot be put together."""
        if delivery.channel is Channel.ZALO:
            text = handover.as_text(delivery)
            message = TextMessage(delivery.message_id, delivery.recipient, delivery.recipient_name, text)
            return lambda: self.zalo.send(message)
        mail = handover.as_message(delivery)
        name = transport.file_name(delivery.created_at, delivery.id)
        mail.as_bytes()
        return lambda: self.mail.send(mail, name)

    def __enter__(self) -> "Ways":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.mail.close()
        self.zalo.close()


def ways_out(app: Flask) -> Ways:
    """The ways out that this installation has; close them when done."""
    return Ways(transport.transport_for(app), FileChannel(Path(app.config["ZALO_FOLDER"])))
