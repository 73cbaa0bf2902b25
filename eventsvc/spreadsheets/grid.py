"""The cells of a sheet, cleaned and in Unicode, with what the file knows about rows and merged cells."""

import unicodedata

from eventsvc.spreadsheets import legacy
from eventsvc.spreadsheets.sheets import Sheet
from eventsvc.text import clean


class Grid:
    """Rows and columns are counted from 1. A cell keeps its line breaks; `words` of a row do not."""

    def __init__(self, sheet: Sheet):
        self.hidden_rows = sheet.hidden_rows
        self.merges = sheet.merges
        self.formulas = sheet.formulas
        self.decomposed = {
            number
            for number, row in sheet.rows()
            if any(not cell.isascii() and not unicodedata.is_normalized("NFC", cell) for cell in row)
        }
        self.encoding, cells, self.converted = legacy.decoded(sheet.cells)
        self.cells = [[_tidy(cell) for cell in row] for row in cells]
        self.height = len(self.cells)
        self.rows_with_formulas = {row for row, _column in sheet.formulas}
        self._wide = {
            (top, left) for top, left, bottom, right in sheet.merges if top == bottom and right - left >= 2
        }
        self._begun = _vertical(sheet.merges, self.height, max(map(len, self.cells), default=0))

    def words(self, row: int) -> list[str]:
        return [cell.replace("\n", " ") for cell in self.cells[row - 1]] if row <= self.height else []

    def cell(self, row: int, column: int) -> str:
        cells = self.cells[row - 1] if row <= self.height else []
        return cells[column - 1] if column <= len(cells) else ""

    def is_wide(self, row: int) -> bool:
        """Whether words of this row spread over three columns or more."""
        filled = (column for column, cell in enumerate(self.cells[row - 1], 1) if cell)
        return any((row, column) in self._wide for column in filled)

    def merged_from(self, row: int, column: int) -> tuple[int, int] | None:
        """Where the vertical merge begins that this cell lies in, unless it begins here."""
        return self._begun.get((row, column))

    def flags(self, row: int) -> list[str]:
        """What the row's place and letters say, whatever is in it."""
        flags = ["hidden_row"] if row in self.hidden_rows else []
        if row in self.decomposed:
            flags.append("nfd")
        if self.encoding and row in self.converted:
            flags.append(self.encoding)
        return flags


def _vertical(merges, height: int, width: int) -> dict[tuple[int, int], tuple[int, int]]:
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in merges:
        for row in range(top + 1, min(bottom, height) + 1):
            begun |= {(row, column): (top, left) for column in range(left, min(right, width) + 1)}
    return begun


def _tidy(cell: str) -> str:
    """The lines of the cell, each cleaned; empty lines are dropped."""
    if "\n" not in cell and "\r" not in cell:
        return clean(cell)
    return "\n".join(filter(None, (clean(line) for line in cell.splitlines())))
