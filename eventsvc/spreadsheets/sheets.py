"""A workbook as plain rows of text, whatever program wrote it. For the child process: it reads hostile bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO

import python_calamine as calamine

from eventsvc.spreadsheets import biff, containers, delimited, markup
from eventsvc.spreadsheets.containers import Unreadable
from eventsvc.text import short_date

MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
MOST_COLUMNS = 500


@dataclass
class Sheet:
    """Rows and columns are counted from 1, as spreadsheet programs show them."""

    name: str
    cells: list[list[str]]
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)  # (row, column) → "=…"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        return enumerate(self.cells, start=1)


@dataclass
class Workbook:
    sheets: list[Sheet]
    comments: bool = False  # the file carries cell comments, which are not read


def read_workbook(filename: str, data: bytes) -> Workbook:
    """Every sheet of the file; Unreadable(code) when it is not what its name says, broken or too big."""
    kind = containers.kind_of(filename, data)
    if kind == "csv":
        return Workbook([_counted(Sheet("CSV", delimited.rows(data, MOST_ROWS)))])
    parts = containers.unpack(data) if kind in ("xlsx", "ods") else {}
    hints = markup.hints(kind, parts, MOST_CELLS)
    hidden = _hidden_rows_of_xls(data) if kind == "xls" else []
    source = containers.repack(parts) if parts else data
    parts.clear()
    return Workbook(list(_sheets(source, hints, hidden)), comments=hints.comments)


def _hidden_rows_of_xls(data: bytes) -> list[set[int]]:
    try:
        return biff.hidden_rows(data)
    except ValueError:
        return []  # whether the file can be read at all is for the reader of cells to say


def _sheets(source: bytes, hints: markup.Hints, hidden: list[set[int]]) -> Iterator[Sheet]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(source))
        listed = [meta for meta in book.sheets_metadata if meta.typ == calamine.SheetTypeEnum.WorkSheet]
        for number, meta in enumerate(listed):
            hint = hints.of(meta.name)
            if number < len(hidden):
                hint.hidden_rows = hidden[number]
            yield _sheet(meta, book.get_sheet_by_name(meta.name), hint)
    except calamine.PasswordError as error:
        raise Unreadable("encrypted") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken") from error


def _sheet(meta, found, hint: markup.SheetHint) -> Sheet:
    if found.total_height * found.total_width > MOST_CELLS:
        raise Unreadable("too_many_cells", sheet=meta.name, limit=MOST_CELLS)
    cells = [[_text(value) for value in row] for row in found.to_python(skip_empty_area=False)]
    last_formula = max((row for row, _column in hint.formulas if row <= MOST_ROWS), default=0)
    cells += [
        [] for _ in range(last_formula - len(cells))
    ]  # formulas without a value show nothing, yet are there
    merges = hint.merges or [
        (top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in found.merged_cell_ranges or []
    ]
    hidden = meta.visible != calamine.SheetVisibleEnum.Visible
    return _counted(Sheet(meta.name, cells, hidden, hint.hidden_rows, merges, hint.formulas))


def _counted(sheet: Sheet) -> Sheet:
    """The sheet without the empty rows below its last word; too many rows or columns are refused."""
    last_formula = max((row for row, _column in sheet.formulas), default=0)
    while len(sheet.cells) > last_formula and not any(cell.strip() for cell in sheet.cells[-1]):
        sheet.cells.pop()
    if len(sheet.cells) > MOST_ROWS:
        raise Unreadable("too_many_rows", sheet=sheet.name, limit=MOST_ROWS)
    if max(map(len, sheet.cells), default=0) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", sheet=sheet.name, limit=MOST_COLUMNS)
    return sheet


def _text(value) -> str:
    """What the cell shows: a phone number kept as a number loses its ".0", a day is written day first."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10g}"
    if isinstance(value, datetime):
        day = short_date(value.date())
        return day if value.time() == time() else f"{day} {value:%H:%M}"
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value) if isinstance(value, int | timedelta) else ""
