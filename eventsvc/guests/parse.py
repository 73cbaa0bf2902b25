"""The child process that reads one file of guests: `python -m eventsvc.guests.parse`."""

from typing import Any

from eventsvc.guests.importer import parse
from eventsvc.guests.units import Resolver
from eventsvc.spreadsheets import child
from eventsvc.spreadsheets.sheets import read_workbook


def answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The guests, with the units that the request brings as pairs of name and code."""

    def read() -> dict[str, Any]:
        workbook = read_workbook(request["file"], data)
        return parse(workbook, request["file"], Resolver(request["units"])).stored()

    return child.parsed(read)


if __name__ == "__main__":
    child.serve(answer)
