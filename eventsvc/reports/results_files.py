"""A results report as files: the values of its paper with the annexes, the workbook, the JSON. Pure."""

import json
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc.documents import sheet
from eventsvc.documents.kinds import usual_symbol
from eventsvc.documents.models import (
    Document,
    DocumentKind,
    DocumentRecipient,
    DocumentState,
    LetterheadStyle,
)
from eventsvc.events.models import Event
from eventsvc.invitations.badges import roman
from eventsvc.organizations.letterhead import letterhead
from eventsvc.reports import results_text
from eventsvc.reports.results import COUNTED, PLACES, TABLES, Column, Figures, Table
from eventsvc.reports.results_figures import FIGURES, PARTS, shown_parts, values
from eventsvc.reports.results_text import Words
from eventsvc.spreadsheets.writing import Cell, Sheet

LANDSCAPE_FROM = 7
"""From so many printed columns on an annex lies on its side."""
UNSUMMED = {"agenda", "targets"}
"""Tables whose numbers make no sum."""
_ALIGNED = {"number": "right", "day": "center", "moment": "center"}


def paper_values(
    event: Event, found: Figures, words: Words, *, paper: Document | None, today: date, committee: str | None
) -> dict[str, Any]:
    """What the press and the DOCX need. With an official paper of the report: its head, number, words and signature;
    without, blanks where they will stand."""
    drawn = paper if paper is not None else _blank(event, found)
    issuer = drawn.issuer or event.host.name
    common = sheet.common(drawn, today=today, committee=committee)
    number = common["number"]
    if not number["symbol"]:
        symbol = usual_symbol(DocumentKind.REPORT, issuer, drawn.letterhead, drawn.drafting_unit)
        number["symbol"] = f"{'-' if common['is_party'] else '/'}{symbol}"
    wording = paper.body if paper is not None and paper.body else results_text.body(found, words)
    filled = sheet.fields.of_event(event, drawn)
    paragraphs = sheet.body(results_text.addressed(wording, words), filled, has_address=True)
    attached = (
        f"(Kèm theo Báo cáo số {number['number'] or '      '}{number['symbol']} ngày {common['day'] or '     '}"
        f" {common['month']} của {sheet.fields.full_name(issuer)})"
    )
    return common | {"body": sheet._harmless(paragraphs), "annexes": annexes(found, attached)}


def _blank(event: Event, found: Figures) -> Document:
    """A paper that nobody has begun: never stored."""
    name = event.host.name
    style = LetterheadStyle.PARTY if letterhead(name).is_party else LetterheadStyle.STATE
    return Document(
        kind=DocumentKind.REPORT,
        title=results_text.title(found).replace("((", "( ("),
        host=event.host,
        issuer=name,
        issued_place=sheet.place_of(name),
        state=DocumentState.DRAFT,
        letterhead=style,
        signature=["QUYỀN HẠN, CHỨC VỤ", "CỦA NGƯỜI KÝ"],
        settled={},
        recipients=[
            DocumentRecipient(number=1, text="Như trên"),
            DocumentRecipient(number=2, text="Lưu: VT"),
        ],
    )


def annexes(found: Figures, attached: str) -> list[dict[str, Any]]:
    """The tables behind the report, in Roman numbers where there are several (Decree 30/2020, Appendix I, III.1); those
    without a row are left out."""
    listed = [table for table in TABLES.values() if table.annex and found.has(table.key)]
    return [
        {
            "heading": f"Phụ lục {roman(place)}" if len(listed) > 1 else "Phụ lục",
            "title": str(table.title).upper(),
            "attached": attached,
            **_annex(table, found),
        }
        for place, table in enumerate(listed, start=1)
    ]


def _annex(table: Table, found: Figures) -> dict[str, Any]:
    """A table as it is printed: its lines counted unless the plan has numbers of its own, codes left out; what was not
    handed in yet is in none of the sums."""
    printed = [(place, column) for place, column in enumerate(table.columns) if column.key != "code"]
    is_counted = "key" not in PLACES[table.key]
    columns = [
        {"label": str(column.label), "width": column.width, "align": _ALIGNED.get(column.kind, "left")}
        for _place, column in printed
    ]
    rows = [
        [results_text.cell(row[place], column.kind, column.words) for place, column in printed]
        for row in found.tables[table.key]
    ]
    total = _total(table, found, printed)
    if is_counted:
        columns.insert(0, {"label": "TT", "width": 0.6, "align": "center"})
        rows = [[str(line), *cells] for line, cells in enumerate(rows, start=1)]
        total = ["", *total] if total else None
    return {"wide": len(printed) >= LANDSCAPE_FROM, "columns": columns, "rows": rows, "total": total}


def _total(table: Table, found: Figures, printed: list[tuple[int, Column]]) -> list[str] | None:
    """The sums of the columns of numbers below them; None where there are none."""
    if table.key in UNSUMMED or not any(column.kind == "number" for _place, column in printed):
        return None
    at = PLACES[table.key].get(COUNTED)
    rows = [row for row in found.tables[table.key] if at is None or row[at] == "1"]
    sums = [
        results_text.cell(sum(row[place] or 0 for row in rows), "number") if column.kind == "number" else ""
        for place, column in printed
    ]
    return [str(_("In all") if at is None else _("In all (returns handed in)")), *sums[1:]]


def workbook(found: Figures) -> list[Sheet]:
    """A sheet of figures, each with the sheet whose rows it counts and how; then those sheets."""
    summary: list[list[Cell]] = []
    counted = values(found)
    names = {key: str(table.title)[:31] for key, table in TABLES.items()}
    parts = shown_parts(found)
    for figure in FIGURES.values():
        if figure.part in parts and found.tells(figure):
            how = _how(figure.table, figure.column, figure.where, figure.given)
            summary.append(
                [str(PARTS[figure.part]), str(figure.label), counted[figure.key], names[figure.table], how]
            )
    columns = [
        (str(_("Part of the report")), 30), (str(_("Figure")), 38), (str(_("Value")), 12),
        (str(_("Sheet that holds the rows")), 32), (str(_("How it is counted")), 60),
    ]  # fmt: skip
    return [
        Sheet(str(_("Figures of the report")), columns, summary),
        *(_sheet(table, found) for table in TABLES.values() if found.has(table.key)),
    ]


def _how(table: str, column: str | None, where: Any, given: str | None) -> str:
    by_key = {one.key: one for one in TABLES[table].columns}
    said = [
        f"{by_key[key].label}: {', '.join(str(by_key[key].words.get(v, v)) for v in wanted)}"
        for key, wanted in where.items()
    ]
    if given:
        said.append(str(_("“%(column)s” is filled in", column=by_key[given].label)))
    if column:
        return "; ".join([str(_("Sum of the column “%(column)s”", column=by_key[column].label)), *said])
    return "; ".join([str(_("Number of rows")), *said])


def _sheet(table: Table, found: Figures) -> Sheet:
    columns = [(str(column.label), int(8 + 9 * column.width)) for column in table.columns]
    return Sheet(
        str(table.title),
        columns,
        [
            [
                _value(value, column.kind, column.words)
                for value, column in zip(row, table.columns, strict=True)
            ]
            for row in found.tables[table.key]
        ],
    )


def _value(value: Any, kind: str, words: Any) -> Cell:
    if value is None:
        return None
    if kind == "number":
        return int(value)
    if kind == "day":
        return date.fromisoformat(value)
    return results_text.cell(value, kind, words)


def as_json(found: Figures, words: Words) -> str:
    """Everything the report says, for programs: figures by key, the rows behind them, the words."""
    packed = {"figures": values(found), **found.as_dict(), "words": words._asdict()}
    return json.dumps(packed, ensure_ascii=False, indent=2)
