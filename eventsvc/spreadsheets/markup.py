"""What the fast reader does not tell: hidden rows, formulas, merges of .ods; read from the XML."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from eventsvc.spreadsheets.containers import Unreadable

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_RELATION = re.compile(r"\{http://[^}]*/relationships\}id$")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")


@dataclass
class SheetHint:
    hidden_rows: set[int] = field(default_factory=set)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class Hints:
    sheets: dict[str, SheetHint] = field(default_factory=dict)
    comments: bool = False

    def of(self, name: str) -> SheetHint:
        return self.sheets.get(name) or SheetHint()


def hints(kind: str, parts: dict[str, bytes], most_cells: int) -> Hints:
    """The hints of an .xlsx or .ods; none of an .xls. A sheet spread over too many cells is refused."""
    try:
        if kind == "xlsx":
            return _xlsx(parts, most_cells)
        if kind == "ods":
            return _ods(parts)
    except (etree.XMLSyntaxError, KeyError, ValueError) as error:
        raise Unreadable("broken") from error
    return Hints()


def _parsed(xml: bytes, *tags: str) -> Iterator[etree._Element]:
    """The elements with these tags, one at a time, with nothing resolved from outside."""
    walk = etree.iterparse(BytesIO(xml), tag=tags, resolve_entities=False, no_network=True, load_dtd=False)
    for _event, element in walk:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


# --- .xlsx --------------------------------------------------------------------------------------------------


def _xlsx(parts: dict[str, bytes], most_cells: int) -> Hints:
    by_lower = {name.lower(): name for name in parts}
    targets = {
        element.get("Id"): element.get("Target", "")
        for element in _parsed(parts[by_lower["xl/_rels/workbook.xml.rels"]], "{*}Relationship")
    }
    found = Hints(comments=any(re.search(r"(?i)xl/(threaded)?comments", name) for name in parts))
    for element in _parsed(parts[by_lower["xl/workbook.xml"]], f"{_MAIN}sheet", f"{_STRICT}sheet"):
        relation = next((value for key, value in element.attrib.items() if _RELATION.search(key)), None)
        path = posixpath.normpath(posixpath.join("/xl", targets.get(relation, ""))).lstrip("/").lower()
        if path in by_lower and "/worksheets/" in path:
            name = element.get("name", "")
            found.sheets[name] = _worksheet(name, parts[by_lower[path]], most_cells)
    return found


def _worksheet(name: str, xml: bytes, most_cells: int) -> SheetHint:
    hint = SheetHint()
    row = 0
    top, left, bottom, right = None, None, 0, 0
    for element in _parsed(xml, f"{_MAIN}row", f"{_STRICT}row"):
        row = int(element.get("r") or row + 1)
        if element.get("hidden") in ("1", "true"):
            hint.hidden_rows.add(row)
        column = 0
        for cell in element:
            column = _column(cell.get("r")) or column + 1
            if not _filled(hint, row, column, cell):
                continue
            top, bottom = row if top is None else min(top, row), max(bottom, row)
            left, right = column if left is None else min(left, column), max(right, column)
    if top is not None and left is not None and (bottom - top + 1) * (right - left + 1) > most_cells:
        raise Unreadable("too_many_cells", sheet=name, limit=most_cells)
    return hint


def _filled(hint: SheetHint, row: int, column: int, cell) -> bool:
    """Whether the cell holds anything; its formula is noted by the way."""
    for child in cell:
        if child.tag.endswith("}f"):
            hint.formulas[row, column] = f"={child.text or ''}"
    return len(cell) > 0


def _column(reference: str | None) -> int:
    match = _REFERENCE.match(reference or "")
    if not match:
        return 0
    number = 0
    for letter in match.group(1):
        number = number * 26 + ord(letter) - 64
    return number


# --- .ods ---------------------------------------------------------------------------------------------------


def _ods(parts: dict[str, bytes]) -> Hints:
    found = Hints(comments=b"<office:annotation" in parts["content.xml"])
    hint, row = SheetHint(), 1
    for element in _parsed(parts["content.xml"], f"{_TABLE}table-row", f"{_TABLE}table"):
        if element.tag == f"{_TABLE}table":  # its rows came before its end
            found.sheets[element.get(f"{_TABLE}name", "")] = hint
            hint, row = SheetHint(), 1
            continue
        repeated = _count(element, "number-rows-repeated")
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter") and repeated < 1000:
            hint.hidden_rows.update(range(row, row + repeated))
        _ods_cells(hint, row, element)
        row += repeated
    return found


def _ods_cells(hint: SheetHint, row: int, element) -> None:
    column = 1
    for cell in element:
        if not isinstance(cell.tag, str) or not cell.tag.endswith("table-cell"):
            continue
        down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            hint.merges.append((row, column, row + down - 1, column + across - 1))
        if formula := cell.get(f"{_TABLE}formula"):
            hint.formulas[row, column] = "=" + formula.removeprefix("of:").lstrip("=")
        column += _count(cell, "number-columns-repeated")


def _count(element, name: str) -> int:
    return max(1, int(element.get(f"{_TABLE}{name}") or 1))
