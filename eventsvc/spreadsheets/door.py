"""The door for spreadsheets: a file goes to a child process that may use little memory and time, rows come back."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from flask_babel import gettext as _

import eventsvc
from eventsvc.errors import DomainError

_ROOT = Path(eventsvc.__file__).parent.parent
_WALL_SECONDS = 20
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS)

log = structlog.get_logger()


class SpreadsheetError(DomainError):
    """The file cannot be read; `code` says why, the message tells the user what to do."""

    status = 422

    def __init__(self, code: str, message: object):
        super().__init__(message, field="file")
        self.code = code


def ask(module: str, header: Mapping[str, Any], data: bytes) -> Any:
    """What the child module makes of the file, which `header` says more about; SpreadsheetError when it cannot."""
    answer = _ask_child(module, json.dumps(header).encode() + b"\n" + data)
    if "error" in answer:
        raise _refusal(answer["error"], answer["details"])
    return answer["parsed"]


def _ask_child(module: str, request: bytes) -> dict[str, Any]:
    child = subprocess.Popen(
        _command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback could quote the list
        cwd=_ROOT,
        env=_environment(),
        start_new_session=True,
    )
    try:
        output, _errors = child.communicate(request, timeout=_WALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise _refusal("timed_out", {}) from None
    finally:
        if child.returncode is None:
            child.kill()
            child.communicate()
    if child.returncode != 0:
        log.warning("reader of a spreadsheet ended", returncode=child.returncode)
        raise _refusal(_code_of(child.returncode), {})
    try:
        return json.loads(output)
    except ValueError:
        raise _refusal("crashed", {}) from None


def _command(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _environment() -> dict[str, str]:
    """No secret of ours reaches the process that reads other people's files."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MALLOC_ARENA_MAX": "1",
    }


def _code_of(returncode: int) -> str:
    if returncode == -signal.SIGXCPU:
        return "timed_out"
    return "too_much_memory" if returncode in _OUT_OF_MEMORY else "crashed"


def _refusal(code: str, details: dict[str, Any]) -> SpreadsheetError:
    messages = {
        "empty": lambda: _("The file is empty."),
        "too_large": lambda: _("The file is larger than %(limit)s MB.", **details),
        "unsupported_type": lambda: _("Only .xlsx, .xls, .ods and .csv files can be read."),
        "wrong_content": lambda: _wrong_content(**details),
        "broken": lambda: _("The file is damaged. Open it in a spreadsheet program and save it again."),
        "bad_line": lambda: _("Line %(row)s of the file cannot be read.", **details),
        "encrypted": lambda: _("The file is protected by a password. Save it without one and try again."),
        "zip_bomb": lambda: _("The file unpacks to far more than a list; it was not read."),
        "too_many_rows": lambda: _("Sheet “%(sheet)s” has more than %(limit)s rows.", **details),
        "too_many_columns": lambda: _("Sheet “%(sheet)s” has more than %(limit)s columns.", **details),
        "too_many_cells": lambda: _(
            "Sheet “%(sheet)s” spreads over more than %(limit)s cells. Delete what stands far from the list.",
            **details,
        ),
        "too_much_memory": lambda: _("The file needs too much memory to read. Divide it and try again."),
        "timed_out": lambda: _("The file takes too long to read. Divide it and try again."),
    }
    unknown = messages["broken"]
    return SpreadsheetError(code, messages.get(code, unknown)())


def _wrong_content(extension: str, content: str) -> str:
    return _(
        "The file is named .%(extension)s but its content is something else (%(content)s). "
        "Save it again in the right format.",
        extension=extension,
        content=content,
    )
