"""A paper that is a few words and a table behind them, for the PDF (results.typ) and the DOCX alike. Pure.

It has no number and no date yet: whoever signs it gives it both.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from eventsvc.documents import sheet
from eventsvc.documents.models import (
    Document,
    DocumentKind,
    DocumentRecipient,
    DocumentState,
    LetterheadStyle,
)
from eventsvc.events.models import Event
from eventsvc.organizations.letterhead import letterhead
from eventsvc.text import clean

LANDSCAPE_FROM = 7
"""From so many columns on the table lies on its side."""


class Column(NamedTuple):
    label: str
    width: float = 1.0
    align: str = "left"


class Table(NamedTuple):
    """`total` stands below the rows, as long as they are."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] | None = None


def values(
    event: Event,
    *,
    heading: str,
    subject: str,
    body: Sequence[str],
    tables: Sequence[Table],
    today: date,
    committee: str | None,
) -> dict[str, Any]:
    """What the press and the DOCX need."""
    common = sheet.common(_blank(event), today=today, committee=committee)
    pieces = [{"as": "text", "pieces": [[clean(words), False]]} for words in body]
    sheet._mark_address(pieces)
    attached = f"(Kèm theo {heading.capitalize()} ngày       {common['month']})"
    made = {
        "title": f"{heading} – {subject}",
        "heading": heading,
        "subject": [clean(subject)],
        "about": None,
        "body": pieces,
        "annexes": [
            _annex(table, f"Phụ lục {place}" if len(tables) > 1 else "Phụ lục", attached)
            for place, table in enumerate(tables, start=1)
        ],
    }
    return common | sheet._harmless(made)


def _annex(table: Table, heading: str, attached: str) -> dict[str, Any]:
    numbered = [[str(line), *map(clean, row)] for line, row in enumerate(table.rows, start=1)]
    return {
        "heading": heading,
        "title": table.title.upper(),
        "attached": attached,
        "wide": len(table.columns) >= LANDSCAPE_FROM,
        "columns": [
            {"label": "TT", "width": 0.5, "align": "center"},
            *({"label": c.label, "width": c.width, "align": c.align} for c in table.columns),
        ],
        "rows": numbered,
        "total": ["", *table.total] if table.total is not None else None,
    }


def _blank(event: Event) -> Document:
    """A paper that nobody has begun: never stored."""
    name = event.host.name
    style = LetterheadStyle.PARTY if letterhead(name).is_party else LetterheadStyle.STATE
    return Document(
        kind=DocumentKind.REPORT,
        title="",
        host=event.host,
        issuer=name,
        issued_place=sheet.place_of(name),
        state=DocumentState.DRAFT,
        letterhead=style,
        signature=["QUYỀN HẠN, CHỨC VỤ", "CỦA NGƯỜI KÝ"],
        settled={},
        recipients=[DocumentRecipient(number=1, text="Lưu: VT")],
    )
