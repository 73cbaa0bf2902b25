"""Papers as PDF, set by typst from a template in templates/print/ and values: no words ever become its source.

Only the fonts of templates/print/fonts/ are used, whatever the machine has: a letter that they lack shows as an
empty box, not in a face of another width. The same values give the same bytes.
"""

import atexit
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from flask_babel import gettext as _

from eventsvc.errors import DomainError
from eventsvc.text import nfc

KEPT = 16
"""The papers last made, kept ready: many people open one programme, and a long one takes a while."""

_ROOT = Path(__file__).resolve().parent.parent
_WALL_SECONDS = 30
_HEADER = struct.Struct(">I")
_PRESS = Lock()

log = structlog.get_logger()


class CannotPrint(DomainError):
    """The paper could not be set within the time that anybody waits."""

    status, code = 503, "cannot_print"


def render(template: str, values: dict[str, Any]) -> bytes:
    """The template filled with these values, tagged for screen readers; the same again from memory.

    One paper at a time in a process: those who wait for the same one find it ready.
    """
    letters = _as_json(values)
    with _PRESS:
        return _set(template, letters)


def render_many(template: str, papers: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """One paper after the other, as they are asked for; nothing is kept, and others may print in between."""
    for values in papers:
        letters = _as_json(values)
        with _PRESS:
            paper = _order(template, letters)
        yield paper


@lru_cache(maxsize=KEPT)
def _set(template: str, letters: str) -> bytes:
    return _order(template, letters)


def _as_json(values: dict[str, Any]) -> str:
    return json.dumps(_printable(values), ensure_ascii=False, separators=(",", ":"))


def _order(template: str, letters: str) -> bytes:
    """Have the press set a paper. One that ended between two papers, as presses do, is replaced once."""
    order = b"".join(_HEADER.pack(len(part)) + part for part in (template.encode(), letters.encode("utf-8")))
    for is_last in (False, True):
        press = _press()
        try:
            paper = press.answer(order, _WALL_SECONDS)
        except TimeoutError:
            press.end()
            log.error("press took too long", template=template, letters=len(letters))
            break
        except OSError:
            press.end()
            if is_last or not press.has_answered:
                log.error("press failed", template=template, letters=len(letters))
                break
            continue
        if paper:
            return paper
        log.error("paper not set", template=template, letters=len(letters))
        break
    raise CannotPrint(_("The paper could not be made. Please try again in a moment."))


class _Press:
    """A running press of this process. Starting one costs more than a paper, so it is kept while it lasts."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.has_answered = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "eventsvc.press"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a complaint could quote the agenda
            cwd=_ROOT,
            env=_environment(),
            bufsize=0,
        )
        assert self.process.stdin and self.process.stdout
        self._orders, self._answers = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._orders, False)

    @property
    def is_running(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def answer(self, order: bytes, seconds: float) -> bytes:
        """The paper, empty when it cannot be set. OSError when the press has ended, TimeoutError when it hangs."""
        until = time.monotonic() + seconds
        self._write(order, until)
        paper = self._read(_HEADER.unpack(self._read(_HEADER.size, until))[0], until)
        self.has_answered = True
        return paper

    def _write(self, order: bytes, until: float) -> None:
        rest = memoryview(order)
        while rest:
            if not select.select([], [self._orders], [], max(until - time.monotonic(), 0))[1]:
                raise TimeoutError
            rest = rest[os.write(self._orders, rest) :]

    def _read(self, length: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            if not select.select([self._answers], [], [], max(until - time.monotonic(), 0))[0]:
                raise TimeoutError
            part = os.read(self._answers, min(length - len(parts), 1 << 20))
            if not part:
                raise BrokenPipeError("the press has ended")
            parts += part
        return bytes(parts)

    def end(self) -> None:
        if self.owner != os.getpid():
            return
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


_running: _Press | None = None


def _press() -> _Press:
    """The press of this process, a new one when there is none, or when it came from before a fork."""
    global _running
    if _running is None or not _running.is_running:
        close()
        _running = _Press()
    return _running


def close() -> None:
    """End the press of this process, if it has one."""
    global _running
    if _running is not None:
        _running.end()
        _running = None


atexit.register(close)


def _environment() -> dict[str, str]:
    """No secret of ours reaches the press."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def _printable(value: Any) -> Any:
    """The same values with every text in one Unicode form, without control characters and halves of pairs."""
    if isinstance(value, str):
        return nfc(value.encode("utf-8", "ignore").decode("utf-8"))
    if isinstance(value, dict):
        return {key: _printable(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value
