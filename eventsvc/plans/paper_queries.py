"""The paper of a plan read back from its rows."""

from datetime import date
from typing import Any

from eventsvc import text
from eventsvc.documents.models import Document, DocumentReference
from eventsvc.events.models import Event
from eventsvc.plans import schema
from eventsvc.plans.following_queries import cited, day_of
from eventsvc.plans.sense import parts_of_line, printed_number

Data = dict[str, Any]


def document_data(event: Event) -> Data:
    paper = event.document or Document(kind=schema.DocumentKind.PLAN, title=event.title)
    return {
        "doc_type": next(word for word, kind in schema.DOCUMENT_TYPES.items() if kind is paper.kind),
        "number": _number(paper),
        "issued_place": paper.issued_place,
        "issued_date": day_of(paper.issued_on),
        "issued_line": paper.issued_text and {"text": paper.issued_text, **parts_of_line(paper.issued_text)},
        "title": cited(paper.title, paper.title_cite),
        "issuer": paper.issuer
        and {"text": paper.issuer, "org": paper.issuer_body, "cite": paper.issuer_cite},
        "province_code": event.province_code,
        "legal_basis": [_reference(row) for row in paper.references if row.is_basis],
        "references": [_mentioned(row) for row in paper.references if not row.is_basis],
        "signer": {
            "name": paper.signer_name,
            "title": paper.signer_title,
            "other_title": paper.signer_other_title,
            "lines": list(paper.signature or []),
            "authority_prefix": paper.signer_authority,
            "cite": paper.signer_cite,
            "note": paper.signer_note,
        },
        "recipients": [
            {"text": row.text, "purpose": row.purpose, "note": row.note} for row in paper.recipients
        ],
    }


def _number(paper: Document) -> Any:
    """The number, in its parts where the paper's own line of it is kept."""
    if paper.number_text is None:
        return paper.number
    serial, _slash, symbol = (paper.number or "").partition("/")
    as_printed = printed_number(paper.number_text) == paper.number
    words = paper.number_text if as_printed else paper.number and f"Số: {paper.number}"
    return {"text": words, "serial": serial or None, "symbol": symbol or None}


def _reference(row: DocumentReference) -> Data:
    return {
        "ref": row.reference,
        "date": day_of(row.dated),
        "kind": row.kind,
        "text": row.text,
        "cite": row.cite,
        "note": row.note,
    }


def _mentioned(row: DocumentReference) -> Data:
    """A paper that is only named has no words of its own."""
    said = _reference(row)
    return said | {
        "text": None if row.text == name_of_paper(row.kind, row.reference, row.dated) else row.text
    }


def name_of_paper(kind: str | None, reference: str | None, dated: date | None) -> str:
    """ "Báo cáo số 1732/BC-STTTT ngày 15/12/2021"."""
    words = [kind, reference and f"số {reference}", dated and f"ngày {text.short_date(dated)}"]
    return " ".join(word for word in words if word)
