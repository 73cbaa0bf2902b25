"""The cells of a spreadsheet, whatever program wrote it."""

from dataclasses import dataclass, field

from eventsvc.spreadsheets import door


@dataclass(frozen=True)
class Table:
    """A sheet: its cells cleaned and in Unicode, rows and columns counted from 1. Of a hidden sheet only the name.

    `without_value` are the cells with a formula whose result was never saved.
    """

    name: str
    cells: list[list[str]] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    without_value: list[list[int]] = field(default_factory=list)


def read_tables(file_name: str, data: bytes) -> list[Table]:
    """The sheets of the file, read in a limited child process; SpreadsheetError when it cannot be read."""
    found = door.ask("eventsvc.spreadsheets.plain", {"file": file_name}, data)
    return [Table(**sheet) for sheet in found]
