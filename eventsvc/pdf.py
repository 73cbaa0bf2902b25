"""Papers as PDF, set by typst from a template in templates/print/ and values: no words ever become its source.

Only the fonts of templates/print/fonts/ are used, whatever the machine has: a letter that they lack shows as an
empty box, not in a face of another width. The same values give the same bytes.
"""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from flask_babel import gettext as _

from eventsvc.errors import DomainError
from eventsvc.text import nfc

KEPT = 16
"""The papers last made, kept ready: many people open one programme, and each costs a tenth of a second or more."""

_ROOT = Path(__file__).resolve().parent.parent
_WALL_SECONDS = 30
_PRESS = Lock()

log = structlog.get_logger()


class CannotPrint(DomainError):
    """The paper could not be set within the time that anybody waits."""

    status, code = 503, "cannot_print"


def render(template: str, values: dict[str, Any]) -> bytes:
    """The template filled with these values, tagged for screen readers; the same again from memory.

    One paper at a time in a process: those who wait for the same one find it ready.
    """
    letters = json.dumps(_printable(values), ensure_ascii=False, separators=(",", ":"))
    with _PRESS:
        return _set(template, letters)


@lru_cache(maxsize=KEPT)
def _set(template: str, letters: str) -> bytes:
    try:
        press = subprocess.run(
            [sys.executable, "-m", "eventsvc.press", template],
            input=letters.encode("utf-8"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a complaint could quote the agenda
            cwd=_ROOT,
            env=_environment(),
            timeout=_WALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        log.error("press took too long", template=template, letters=len(letters))
        raise CannotPrint(_("The paper could not be made. Please try again in a moment.")) from None
    if press.returncode != 0:
        log.error("press failed", template=template, letters=len(letters), returncode=press.returncode)
        raise CannotPrint(_("The paper could not be made. Please try again in a moment."))
    return press.stdout


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
