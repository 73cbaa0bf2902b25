"""A paper as plain values, for the PDF and for the DOCX alike: what all copies share, and what is a recipient's own.
Pure. What people wrote stays text: fields are replaced once, and nothing becomes a template."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from eventsvc import placeholders
from eventsvc.documents import fields, layout
from eventsvc.documents.kinds import KINDS
from eventsvc.documents.models import Document, DocumentRecipient, LetterheadStyle
from eventsvc.organizations.letterhead import letterhead
from eventsvc.text import clean, fold

LAST = "./."
"""How an official paper ends (Decree 30/2020, Appendix I, II.6)."""
_STOPS = " .;,/"
_MARKER_LIKE = re.compile(r"(\[\[|%5B%5B)(?=secret)", re.IGNORECASE)
_HEADING = re.compile(r"^(?:[IVXLC]+\.|Điều \d+\.)\s")
_UNIT = re.compile(
    r"^.*?\b(?:tỉnh|thành phố|tp\.?|xã|phường|thị trấn|thị xã|huyện|đặc khu)\s+(?=\w)", re.IGNORECASE
)


def common(paper: Document, *, today: date, committee: str | None = None) -> dict[str, Any]:
    """What stands on every copy, whoever gets it. `committee` is the People's Committee of the province."""
    kind = KINDS[paper.kind]
    subject = [clean(line) for line in filled_title(paper).split("\n") if line.strip()]
    is_party = paper.letterhead is LetterheadStyle.PARTY
    values = {
        "title": " – ".join([kind.heading or "CÔNG VĂN", *subject]),
        "is_party": is_party,
        "layout": layout.for_press(is_party),
        **_head(paper, committee),
        "number": _number(paper),
        "place": paper.issued_place or "",
        "day": f"{paper.issued_on:%d}" if paper.issued_on else None,
        "month": _month(paper.issued_on or today),
        "heading": kind.heading,
        "subject": subject if kind.heading else [],
        "about": None if kind.heading else "V/v " + " ".join(subject),
        "urgency": paper.urgency,
        "signature": [clean(line) for line in paper.signature],
        "signer": paper.signer_name or "",
        "recipients": recipient_lines(paper),
    }
    return _harmless(values)


def _harmless(value: Any) -> Any:
    """The same values, in which nothing can be taken for the marker of a token: papers travel with messages."""
    if isinstance(value, str):
        return _MARKER_LIKE.sub(lambda found: f"{found[0]} ", value)
    if isinstance(value, dict):
        return {key: _harmless(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_harmless(part) for part in value]
    return value


def filled_title(paper: Document) -> str:
    if paper.event is None:
        return paper.title
    return placeholders.fill(paper.title, fields.of_event(paper.event, paper))


def own(paper: Document, values: Mapping[str, str]) -> dict[str, Any]:
    """What is this recipient's: the wording with the fields replaced. A line whose fields are all empty is left out;
    the last one ends as official papers end."""
    paragraphs = body(paper.body or "", values, has_address=KINDS[paper.kind].is_addressed)
    return {"body": _harmless(paragraphs)}


def body(wording: str, values: Mapping[str, str], *, has_address: bool = False) -> list[dict[str, Any]]:
    paragraphs = [_paragraph(line, values) for line in wording.split("\n") if line.strip()]
    kept = [paragraph for paragraph in paragraphs if paragraph is not None]
    if has_address:
        _mark_address(kept)
    if kept and kept[-1]["as"] != "to":
        pieces = kept[-1]["pieces"]
        while pieces and not pieces[-1][0].rstrip(_STOPS):
            pieces.pop()
        if pieces:
            pieces[-1] = [pieces[-1][0].rstrip(_STOPS) + LAST, pieces[-1][1]]
    return kept


def _paragraph(line: str, values: Mapping[str, str]) -> dict[str, Any] | None:
    cut = placeholders.pieces(line.strip(), values)
    found = [words for words, key in cut if key is not None]
    if found and not any(words.strip() for words in found):
        return None
    is_heading = bool(_HEADING.match(line.strip()))
    pieces = [[" ".join(words.split("\n")), is_heading or fields.is_bold(key)] for words, key in cut if words]
    return {"as": "text", "pieces": pieces} if pieces else None


def _mark_address(paragraphs: list[dict[str, Any]]) -> None:
    """ "Kính gửi: …" at the beginning, and the lines with a dash right below it, stand in the middle of the page."""
    for number, paragraph in enumerate(paragraphs):
        start = "".join(words for words, _bold in paragraph["pieces"])
        if number == 0 and fold(start).startswith("kinh gui"):
            paragraph["as"] = "to"
        elif number and paragraphs[number - 1]["as"] in ("to", "to-item") and start.startswith("-"):
            paragraph["as"] = "to-item"
        else:
            break


def recipient_lines(paper: Document) -> list[str]:
    """ "- Như trên;", and last "- Lưu: VT, KGVX. PL.(300)"."""
    kept = [row for row in paper.recipients if not is_archive(row)]
    lines = [f"- {_recipient(row)};" for row in kept]
    archive = next((row.text for row in paper.recipients if is_archive(row)), None)
    last = (
        clean(archive).rstrip(_STOPS)
        if archive
        else ", ".join(filter(None, ["Lưu: VT", paper.drafting_unit]))
    )
    sign = paper.drafter or ""
    if paper.copies:
        sign = f"{sign.rstrip('.')}.({paper.copies})" if sign else f"({paper.copies})"
    return [*lines, f"- {last}. {sign}".rstrip()]


def is_archive(row: DocumentRecipient) -> bool:
    """Whether the line says where the paper is kept ("Lưu: VT, …"): it stands last, whatever its number."""
    return fold(row.text).startswith("luu")


def _recipient(row: DocumentRecipient) -> str:
    words = clean(row.text).lstrip("- ").rstrip(_STOPS)
    purpose = clean(row.purpose or "").strip("() ")
    return f"{words} ({purpose})" if purpose and fold(purpose) not in fold(words) else words


def _head(paper: Document, committee: str | None) -> dict[str, Any]:
    found = letterhead(paper.issuer or paper.host.name, committee)
    return {"superior": found.superior, "issuer": found.issuer}


def _number(paper: Document) -> dict[str, Any]:
    """The number and the symbol, apart: until the paper is issued, the number is a blank."""
    is_party = paper.letterhead is LetterheadStyle.PARTY
    symbol = paper.series.symbol if paper.series else ""
    return {
        "label": "Số" if is_party else "Số:",
        "number": f"{paper.serial:02d}" if paper.serial else None,
        "symbol": (("-" if is_party else "/") + symbol) if symbol else "",
    }


def _month(day: date) -> str:
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"tháng {month} năm {day.year}"


def place_of(unit: str) -> str:
    """ "Quảng Ngãi" of "UBND tỉnh Quảng Ngãi": the place that stands before the date."""
    return _UNIT.sub("", clean(unit))
