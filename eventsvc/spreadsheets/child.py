"""What every child process does that reads one hostile file: little memory and time, bytes in, JSON out.

Standard input holds one line of JSON, which says the name of the file and what else is wanted, then its bytes.
"""

import json
import resource
import sys
from collections.abc import Callable
from typing import Any

from eventsvc.spreadsheets.containers import Unreadable

_MEMORY = 512 * 1024 * 1024
_CPU_SECONDS = 20


def serve(answer: Callable[[dict[str, Any], bytes], dict[str, Any]]) -> None:
    """Answer the one request. Called after the imports, before the first byte of the file."""
    limit()
    request = json.loads(sys.stdin.buffer.readline())
    json.dump(answer(request, sys.stdin.buffer.read()), sys.stdout, ensure_ascii=False)


def parsed(read: Callable[[], Any]) -> dict[str, Any]:
    """{"parsed": …} or {"error": code, "details": …}."""
    try:
        return {"parsed": read()}
    except Unreadable as error:
        return {"error": error.code, "details": error.details}
    except MemoryError:
        return {"error": "too_much_memory", "details": {}}


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
