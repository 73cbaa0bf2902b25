"""The paper itself: the document with its references, recipients and remarks."""

from datetime import date
from typing import Any

from eventsvc.documents.models import Document, DocumentRecipient, DocumentReference, DocumentRemark
from eventsvc.organizations import queries as organizations
from eventsvc.plans import schema
from eventsvc.plans.operations.rows import day
from eventsvc.plans.paper_queries import name_of_paper
from eventsvc.plans.sense import number_of
from eventsvc.rows import assign, by_place


def place_document(document: Document, data: dict[str, Any], on: date) -> Document:
    """Fill the document from a plan; rows that stand are changed in place."""
    paper = data["document"]
    title, issuer, signer = paper["title"], paper.get("issuer") or {}, paper.get("signer") or {}
    number = paper.get("number")
    closing = data.get("closing_instruction") or {}
    assign(
        document,
        {
            "kind": schema.DOCUMENT_TYPES[paper["doc_type"]],
            "number": number_of(number),
            "number_text": number.get("text") if isinstance(number, dict) else None,
            "issued_place": paper.get("issued_place"),
            "issued_on": day(paper.get("issued_date")),
            "issued_text": (paper.get("issued_line") or {}).get("text"),
            "title": title["text"],
            "title_cite": title.get("cite"),
            "issuer": issuer.get("text"),
            "issuer_body": issuer.get("org"),
            "issuer_cite": issuer.get("cite"),
            "province_code": paper["province_code"],
            "signer_name": signer.get("name"),
            "signer_title": signer.get("title"),
            "signer_other_title": signer.get("other_title"),
            "signature": signer.get("lines") or [],
            "signer_authority": signer.get("authority_prefix"),
            "signer_cite": signer.get("cite"),
            "signer_note": signer.get("note"),
            "closing_text": closing.get("text"),
            "closing_cite": closing.get("cite"),
        },
    )
    by_place(
        document.references,
        DocumentReference,
        [_reference(row, is_basis=True) for row in paper.get("legal_basis") or []]
        + [_reference(row, is_basis=False) for row in paper.get("references") or []],
    )
    by_place(
        document.recipients,
        DocumentRecipient,
        [
            {
                "text": row["text"],
                "purpose": row.get("purpose"),
                "note": row.get("note"),
                "organization_id": _recipient(row["text"], on, paper["province_code"]),
            }
            for row in paper.get("recipients") or []
        ],
    )
    by_place(document.remarks, DocumentRemark, [{"text": t} for t in data.get("source_anomalies") or []])
    return document


def _reference(row: dict[str, Any], *, is_basis: bool) -> dict[str, Any]:
    dated = day(row.get("date"))
    return {
        "reference": row.get("ref"),
        "dated": dated,
        "kind": row.get("kind"),
        "text": row.get("text") or name_of_paper(row.get("kind"), row.get("ref"), dated),
        "cite": row.get("cite"),
        "note": row.get("note"),
        "is_basis": is_basis,
    }


def _recipient(words: str, on: date, province_code: str) -> int | None:
    """The organization that a line of "Nơi nhận" names, without "(để báo cáo)"."""
    found = organizations.find(words.partition("(")[0], on=on, province_code=province_code) or (
        organizations.find(words, on=on, province_code=province_code)
    )
    return found.id if found else None
