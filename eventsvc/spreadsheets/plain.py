"""The child process that reads the cells of a file: `python -m eventsvc.spreadsheets.plain`."""

from typing import Any

from eventsvc.spreadsheets import child, legacy
from eventsvc.spreadsheets.grid import Grid
from eventsvc.spreadsheets.sheets import Sheet, read_workbook
from eventsvc.text import clean


def answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Every sheet as `tables.Table` takes it; of a hidden one only the name."""
    return child.parsed(lambda: [_table(sheet) for sheet in read_workbook(request["file"], data).sheets])


def _table(sheet: Sheet) -> dict[str, Any]:
    name = clean(legacy.decoded([[sheet.name]])[1][0][0])
    if sheet.hidden:
        return {"name": name, "is_hidden": True}
    grid = Grid(sheet)
    return {
        "name": name,
        "cells": grid.cells,
        "hidden_rows": sorted(grid.hidden_rows),
        "without_value": sorted(place for place in grid.formulas if not grid.cell(*place)),
    }


if __name__ == "__main__":
    child.serve(answer)
