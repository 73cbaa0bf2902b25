"""From the rows of a workbook to guests. Pure: it is given the workbook and who knows the administrative units."""

from eventsvc.guests import duplicates
from eventsvc.guests.entries import Entry, Resolve
from eventsvc.guests.parsed import ParsedFile
from eventsvc.guests.tables import TableReader
from eventsvc.spreadsheets import legacy
from eventsvc.spreadsheets.sheets import Workbook
from eventsvc.text import clean


def parse(workbook: Workbook, file_name: str, resolve: Resolve) -> ParsedFile:
    """Every non-empty row becomes guests or is listed with the reason why it does not."""
    parsed = ParsedFile(clean(file_name))
    if workbook.comments:
        parsed.warnings.append({"code": "comments"})
    readers = list(_readers(workbook, resolve, parsed))
    if not parsed.sheets:
        parsed.warnings.append({"code": "no_table"})
    repeats = duplicates.mark_duplicates(parsed.rows)
    for reader in readers:
        _compare_totals(reader, parsed)
    persons = sum(row["kind"] == "person" for row in parsed.rows)
    parsed.counts = {
        "persons": persons,
        "organization_slots": len(parsed.rows) - persons,
        "skipped_rows": len(parsed.skipped_rows),
        "exact_duplicates": repeats.exact,
        "possible_duplicates": repeats.possible,
        "unique_persons": persons - repeats.exact,
    }
    return parsed


def _readers(workbook: Workbook, resolve: Resolve, parsed: ParsedFile):
    """Every visible sheet, read; a hidden one is only told."""
    for sheet in workbook.sheets:
        name = clean(legacy.decoded([[sheet.name]])[1][0][0])
        if sheet.hidden:
            parsed.skipped_rows.append({"sheet": name, "row": "*", "reason": "hidden_sheet"})
            parsed.warnings.append({"code": "hidden_sheet", "sheet": name})
            continue
        reader = TableReader(sheet, name, resolve, parsed)
        reader.read()
        yield reader


def _compare_totals(reader: TableReader, parsed: ParsedFile) -> None:
    """Warn of a printed total that is right under no way of counting, for its part of the list or for all above."""
    begin = 0
    for row, printed, end in reader.totals:
        whole, part = _tally(reader.rows[:end]), _tally(reader.rows[begin:end])
        if printed not in _ways_to_count(whole) | _ways_to_count(part):
            parsed.warnings.append(
                {"code": "total_differs", "sheet": reader.name, "row": row, "printed": printed, **whole}
            )
        begin = end


def _tally(entries: list[Entry]) -> dict[str, int]:
    people = [entry for entry in entries if entry["kind"] == "person"]
    places = [entry for entry in entries if entry["kind"] != "person"]
    return {
        "persons": len(people),
        "unique": sum("duplicate" not in entry["flags"] for entry in people),
        "slots": len(places),
        "seats": sum(entry["seats"] or 0 for entry in places),
        "unstated": sum(entry["seats"] is None for entry in places),
    }


def _ways_to_count(tally: dict[str, int]) -> set[int]:
    places = (tally["slots"], tally["seats"], tally["seats"] + tally["unstated"])
    return {people + more for people in (tally["persons"], tally["unique"]) for more in places}
