"""The child process that reads one hostile file: `python -m eventsvc.guests.parse`, bytes in, JSON out.

Standard input holds one line of JSON (file name, unit names and codes), then the bytes of the file.
"""

import json
import resource
import sys

from eventsvc.guests.containers import Unreadable
from eventsvc.guests.importer import parse
from eventsvc.guests.sheets import read_workbook
from eventsvc.guests.units import Resolver

_MEMORY = 512 * 1024 * 1024
_CPU_SECONDS = 20


def main() -> None:
    _limit()  # after the imports, before the first byte of the file
    request = json.loads(sys.stdin.buffer.readline())
    json.dump(answer(request, sys.stdin.buffer.read()), sys.stdout, ensure_ascii=False)


def answer(request: dict, data: bytes) -> dict:
    """{"parsed": …} or {"error": code, "details": …}."""
    try:
        workbook = read_workbook(request["file"], data)
        return {"parsed": parse(workbook, request["file"], Resolver(request["units"])).stored()}
    except Unreadable as error:
        return {"error": error.code, "details": error.details}
    except MemoryError:
        return {"error": "too_much_memory", "details": {}}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
