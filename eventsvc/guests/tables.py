"""Reads the list on one sheet, from top to bottom, remembering what the rows above said."""

import re
from typing import Any

from eventsvc.guests import columns, lines, positions
from eventsvc.guests.columns import Layout
from eventsvc.guests.entries import Entry, Resolve, RowOfGuests, entries_of, sorted_flags
from eventsvc.guests.names import read_names, seats_in
from eventsvc.guests.parsed import ParsedFile
from eventsvc.spreadsheets.grid import Grid
from eventsvc.spreadsheets.sheets import Sheet
from eventsvc.text import clean

_SHORT = {"organization": "org", "position_organization": "org"}
_FILLABLE = ("organization", "position", "phones", "emails", "note", "position_organization")
_IN_FORMULAS = {"full_name", "family_middle", "given", "organization", "position", "phones", "emails"}
_BESIDE_PEOPLE = {"phones", "emails", "contacts", "note", "seats", "reply", "honorific", "position"}
_NOT_TAKEN = {"national_id", "birth", "address", "other", "gender"}


class TableReader:
    """Gives `rows`; skipped rows and warnings go to the file's record as they are met."""

    def __init__(self, sheet: Sheet, name: str, resolve: Resolve, parsed: ParsedFile):
        self.grid = Grid(sheet)
        self.name, self.resolve, self.parsed = name, resolve, parsed
        self.layout = Layout([], {})
        self.group: str | None = None
        self.above: dict[tuple[str, int], str] = {}  # what "như trên" means, by column
        self.at: dict[tuple[int, int], str] = {}  # values of cells that later rows may be merged with
        self.closed = False  # below the signatures
        self.totalled = False  # below a total
        self.rows: list[Entry] = []
        self.hidden: list[int] = []
        self.nameless: list[int] = []
        self.continued = 0  # the last row that went on with the person above
        self.totals: list[tuple[int, int, int]] = []  # row, printed number, entries above it

    # --- The walk -------------------------------------------------------------------------------------------

    def read(self) -> None:
        first = self._first_heading()
        if first is None:
            for number, row in enumerate(self.grid.cells, 1):
                if any(row):
                    self._skip(number, "no_table_on_sheet")
            if any(any(row) for row in self.grid.cells):
                self._warn("no_table_on_sheet")
            return
        for number, row in enumerate(self.grid.cells[: first - 1], 1):
            self._skip(number, "title" if any(row) else "blank")
        number = first
        while number <= self.grid.height:
            number = self._take(number)
        self.parsed.rows += self.rows
        self._warn_about()

    def _take(self, number: int) -> int:
        """Deal with the row, and say which is next."""
        row = self.grid.words(number)
        if not self._number_of(row).isdigit() and self._is_heading(row):
            return self._take_heading(number, row)
        reason = self._reason_to_skip(number, row)
        if reason == "group":
            self.group = self._group_title(row)
            self.closed = self.totalled = False
            self._skip(number, "group", group=self.group)
        elif reason:
            if reason != "blank" or not self.closed:
                self._skip(number, reason)
        else:
            self._take_guests(number)
        return number + 1

    def _first_heading(self) -> int | None:
        sure = {"table": None, "small": None}
        for number in range(1, self.grid.height + 1):
            kind = columns.heading(self.grid.words(number))
            if kind == "table":
                return number
            if kind and sure[kind] is None:
                sure[kind] = number
        return sure["small"]

    def _is_heading(self, row: list[str]) -> bool:
        kind = columns.heading(row)
        if kind == "small":
            return not self.layout.rows or all(columns.meaning(cell) for cell in row if cell)
        return kind == "table"

    def _take_heading(self, number: int, row: list[str]) -> int:
        below = self.grid.words(number + 1) if number < self.grid.height else []
        again = bool(self.layout.rows)
        self.layout = columns.read_layout(number, row, below, self.grid.merges)
        if not again:
            letters = {columns.letter(column): key for column, key in sorted(self.layout.columns.items())}
            self.parsed.sheets.append({"name": self.name, "header_row": number, "columns": letters})
            if self.layout.unread or set(self.layout.columns.values()) & _NOT_TAKEN:
                self._warn("unread_columns", columns=self._not_taken())
        last = self.layout.rows[-1]
        if last < self.grid.height and columns.is_numbering(self.grid.words(last + 1)):
            last += 1
        for heading in range(number, last + 1):
            self._skip(heading, "header")
        self.closed = self.totalled = False
        self.above = {}
        return last + 1

    # --- What is no guest -----------------------------------------------------------------------------------

    def _reason_to_skip(self, number: int, row: list[str]) -> str | None:
        """Why the row holds no guest, or None."""
        filled = [cell for cell in row if cell]
        if not filled:
            return "formula" if number in self.grid.rows_with_formulas and not self.closed else "blank"
        others = self._beside_number(row)
        tt = self._number_of(row) if lines.is_number(self._number_of(row)) else ""
        if not tt.isdigit() and lines.is_total(filled):
            self.totalled = True
            self._note_total(number, filled)
            return "footer_total"
        if not tt and self._is_closing(row, filled):
            self.closed = True
            return "footer"
        if self.closed and not self._resumes(tt, row):
            return "footer_signature" if lines.is_signature(filled) else "footer"
        if self._is_group(number, row, tt, others):
            return "group"
        if self.totalled and not tt and not self._is_guest_like(row):
            return "footer_signature" if lines.is_signature(filled) else "footer"
        if all(lines.is_no_value(cell) for cell in others):
            return "empty_numbered"
        return None

    def _is_closing(self, row: list[str], filled: list[str]) -> bool:
        """A guest whose note reads like a signature line is still a guest."""
        return lines.is_closing(filled) and not read_names(self._value(row, "full_name"), supported=False)

    def _resumes(self, tt: str, row: list[str]) -> bool:
        """A new group, or a numbered row with a name and more, below the signatures: the list goes on."""
        guest = self._is_guest_like(row)
        named_group = lines.is_group_number(tt) and bool(self._value(row, "full_name")) and not guest
        if named_group or (guest and tt.rstrip(".").isdigit()):
            self.closed = False
        return not self.closed

    def _is_guest_like(self, row: list[str]) -> bool:
        name = self._value(row, "full_name", "family_middle")
        return bool(name) and any(
            self._value(row, key) for key in ("position", "organization", "phones", "emails", "given")
        )

    def _is_group(self, number: int, row: list[str], tt: str, others: list[str]) -> bool:
        filled = [cell for cell in row if cell]
        names = [cell for cell in others if not lines.is_only_count([cell])]
        if len(filled) == 1:
            return self._is_lone_group(number, row, filled[0], tt)
        if tt and lines.is_group_number(tt) and len(names) == 1:
            return not read_names(names[0], supported=False)
        wide = self.grid.is_wide(number)
        return bool(wide) and len(names) == 1 and not read_names(names[0], supported=False)

    def _is_lone_group(self, number: int, row: list[str], text: str, tt: str) -> bool:
        """Words alone in their row, where no single guest would be described by them."""
        column = next(column for column, cell in enumerate(row, 1) if cell)
        if lines.is_no_value(text) or lines.is_ditto(text) or not re.search(r"[^\W\d_]", text):
            return False
        if self.layout.columns.get(column) in _BESIDE_PEOPLE:
            return False
        if self.grid.is_wide(number):
            return True
        if read_names(text, supported=False):
            return False
        if tt or lines.is_numbered_title(text):
            return True
        slot = text.lower().startswith("đại diện") or seats_in(text) is not None
        has_numbers = bool(self.layout.of("tt"))
        return has_numbers or not slot

    def _group_title(self, row: list[str]) -> str:
        tt = self._number_of(row)
        words = [cell for cell in self._beside_number(row) if not lines.is_only_count([cell])]
        return lines.group_title(tt if words else "", words[0] if words else tt)

    # --- Guests ---------------------------------------------------------------------------------------------

    def _take_guests(self, number: int) -> None:
        row = self._guests_row(number)
        self.totalled = False
        if not row["full_name"] and self._continues_person(number, row):
            return
        entries = entries_of(row, self.resolve)
        if not entries:
            self.nameless.append(number)
            self._skip(number, "formula" if number in self.grid.rows_with_formulas else "no_name")
            return
        self.rows += entries
        if number in self.grid.hidden_rows:
            self.hidden.append(number)

    def _guests_row(self, number: int) -> RowOfGuests:
        flags = self.grid.flags(number)
        values = {key: self._filled(number, key, flags) for key in set(self.layout.columns.values())}
        if "full_name" not in values:
            values["full_name"] = self._joined_name(values)
        if both := values.pop("position_organization", ""):
            values["position"], values["organization"] = positions.divide(both)
        if contacts := values.pop("contacts", ""):
            values["phones"], values["emails"] = contacts, contacts if "@" in contacts else ""
        if (
            self.group
            and "organization" not in values
            and positions.names_body(lines.without_number(self.group))
        ):
            values["organization"] = lines.without_number(self.group)
            flags.append("org_from_group")
        tt = clean(values.pop("tt", "")) or None
        return RowOfGuests(self.name, number, tt, self.group, values, flags)

    def _joined_name(self, values: dict[str, str]) -> str:
        family, given = values.pop("family_middle", ""), values.pop("given", "")
        families, givens = family.split("\n"), given.split("\n")
        if len(families) == len(givens):
            pairs = zip(families, givens, strict=True)
            return "\n".join(clean(f"{one} {other}") for one, other in pairs).strip()
        return clean(f"{family} {given}")

    def _filled(self, number: int, key: str, flags: list[str]) -> str:
        """What the columns of this kind say in the row, with "như trên" and merged cells filled in."""
        said = [self._said(number, column, key, flags) for column in self.layout.of(key)]
        return "; ".join(part for part in said if part)

    def _said(self, number: int, column: int, key: str, flags: list[str]) -> str:
        text = self.grid.cell(number, column)
        if lines.is_error(text):
            flags.append("cell_error")
        elif text.startswith("=") and len(text) > 1:
            flags.append("formula_without_value")
            return ""
        elif (number, column) in self.grid.formulas and key in _IN_FORMULAS:
            flags.append("from_formula" if text else "formula_without_value")
        if not text and key in (*_FILLABLE, "tt", "seats"):
            text = self._merged(number, column, key, flags)
        elif key in _FILLABLE and lines.is_ditto(text):
            text = self._same_as_above(column, key, flags)
        if lines.is_no_value(text):
            return ""
        if text:
            self.at[number, column] = self.above[key, column] = text
        return text

    def _same_as_above(self, column: int, key: str, flags: list[str]) -> str:
        text = self.above.get((key, column), "")
        if text:
            flags.append(f"ditto_{_SHORT.get(key, key)}_filled")
        return text

    def _merged(self, number: int, column: int, key: str, flags: list[str]) -> str:
        origin = self.grid.merged_from(number, column)
        if origin is None:
            return ""
        text = self.at.get(origin) or self.grid.cell(*origin)
        if text and key not in ("tt", "seats"):
            flags.append(f"{_SHORT.get(key, key)}_from_merged_cell")
        return text

    def _continues_person(self, number: int, row: RowOfGuests) -> bool:
        """More phones or words for the person above, whose name stands in a merged cell or in no cell at all."""
        last = self.rows[-1] if self.rows else None
        name_columns = self.layout.of("full_name") or self.layout.of("family_middle")
        merged = any(self.grid.merged_from(number, column) for column in name_columns)
        lone = not any(row[key] for key in ("position", "organization")) and not row.tt
        if last is None or last["kind"] != "person" or number - 1 not in (last["row"], self.continued):
            return False
        if not merged and not (lone and (row["phones"] or row["emails"])):
            return False
        more = entries_of(
            RowOfGuests(self.name, number, None, None, row.values | {"full_name": last["full_name"]}, []),
            self.resolve,
        )[0]
        for key in ("phones", "emails"):
            last[key] += [value for value in more[key] if value not in last[key]]
        if more["note"] and more["note"] not in (last["note"] or ""):
            last["note"] = "; ".join(filter(None, (last["note"], more["note"])))
        extra = ["multiple_phones"] if len(last["phones"]) > 1 else []
        extra += ["multiple_emails"] if len(last["emails"]) > 1 else []
        last["flags"] = sorted_flags(last["flags"] + extra)
        self.continued = number
        self._skip(number, "continuation")
        return True

    # --- Cells ----------------------------------------------------------------------------------------------

    def _value(self, row: list[str], *keys: str) -> str:
        found = [row[c - 1] for key in keys for c in self.layout.of(key) if c <= len(row) and row[c - 1]]
        return found[0] if found else ""

    def _number_of(self, row: list[str]) -> str:
        return self._value(row, "tt")

    def _beside_number(self, row: list[str]) -> list[str]:
        numbered = set(self.layout.of("tt"))
        return [cell for column, cell in enumerate(row, 1) if cell and column not in numbered]

    # --- Telling --------------------------------------------------------------------------------------------

    def _skip(self, number: int, reason: str, **more: Any) -> None:
        self.parsed.skipped_rows.append({"sheet": self.name, "row": number, "reason": reason, **more})

    def _warn(self, code: str, **values: Any) -> None:
        self.parsed.warnings.append({"code": code, "sheet": self.name, **values})

    def _not_taken(self) -> list[str]:
        held = self.layout.columns
        titles = self.layout.titles
        return [title for column, title in sorted(titles.items()) if held.get(column) in (None, *_NOT_TAKEN)]

    def _note_total(self, number: int, filled: list[str]) -> None:
        printed = lines.printed_total(filled)
        if printed is not None:
            self.totals.append((number, printed, len(self.rows)))

    def _warn_about(self) -> None:
        if self.grid.encoding:
            self._warn("legacy_encoding", encoding=self.grid.encoding.upper())
        if self.hidden:
            self._warn("hidden_row", rows=self.hidden)
        if self.nameless:
            self._warn("no_name", rows=self.nameless)
