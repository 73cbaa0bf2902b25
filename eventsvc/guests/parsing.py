"""A spreadsheet of guests, read by a child process."""

from collections.abc import Iterable, Mapping

from eventsvc.guests.parsed import ParsedFile
from eventsvc.spreadsheets import door


def parse_file(
    file_name: str, data: bytes, units: Mapping[str, str] | Iterable[tuple[str, str]] | None = None
) -> ParsedFile:
    """The guests in the file, or SpreadsheetError. `units` are the (name, code) pairs places are found by."""
    pairs = list(units.items() if isinstance(units, Mapping) else units or ())
    return ParsedFile(**door.ask("eventsvc.guests.parse", {"file": file_name, "units": pairs}, data))
