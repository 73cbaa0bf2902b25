"""The paper itself: the document with its references, recipients and remarks."""

from datetime import date
from typing import Any

from eventsvc.documents.models import Document, DocumentRecipient, DocumentReference, DocumentRemark
from eventsvc.organizations import queries as organizations
from eventsvc.plans import schema
from eventsvc.plans.operations.rows import day
from eventsvc.rows import assign, by_place


def place_document(document: Document, data: dict[str, Any], on: date) -> Document:
    """Fill the document from a plan; rows that stand are changed in place."""
    paper = data["document"]
    title, issuer, signer = paper["title"], paper.get("issuer") or {}, paper.get("signer") or {}
    closing = data.get("closing_instruction") or {}
    assign(
        document,
        {
            "kind": schema.DOCUMENT_TYPES[paper["doc_type"]],
            "number": paper.get("number"),
            "issued_place": paper.get("issued_place"),
            "issued_on": day(paper.get("issued_date")),
            "title": title["text"],
            "title_cite": title.get("cite"),
            "issuer": issuer.get("text"),
            "issuer_cite": issuer.get("cite"),
            "province_code": paper["province_code"],
            "signer_name": signer.get("name"),
            "signer_title": signer.get("title"),
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
        [
            {
                "reference": row.get("ref"),
                "dated": day(row.get("date")),
                "kind": row.get("kind"),
                "text": row["text"],
                "cite": row.get("cite"),
                "note": row.get("note"),
            }
            for row in paper.get("legal_basis") or []
        ],
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


def _recipient(words: str, on: date, province_code: str) -> int | None:
    """The organization that a line of "Nơi nhận" names, without "(để báo cáo)"."""
    found = organizations.find(words.partition("(")[0], on=on, province_code=province_code) or (
        organizations.find(words, on=on, province_code=province_code)
    )
    return found.id if found else None
