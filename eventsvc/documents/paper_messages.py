"""Compose the messages that carry an issued paper to those on its "Nơi nhận", and the one that takes it back.
Recipients get Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import clock, secrets
from eventsvc.deliveries.enclosures import Enclosed
from eventsvc.deliveries.markers import marker
from eventsvc.documents import fields, paper_queries, sheet
from eventsvc.documents.kinds import KINDS
from eventsvc.documents.models import Document, DocumentRecipient
from eventsvc.text import fold, slugify

PAPER, RECALL = "paper", "paper_recall"
SUBJECT = "document_recipient"
TEMPLATE = "letter.typ"
LOCALE = "vi"
SUBJECT_WIDTH = 200


def message(paper: Document, row: DocumentRecipient, kind: str, *, intent: str) -> Mapping[str, Any]:
    """What the outbox takes: the paper enclosed and a link to confirm its receipt; of a recall, the link alone."""
    with force_locale(LOCALE):
        values = _values(paper, row)
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{kind}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
        enclosed = None
        if kind == PAPER:
            committee = paper_queries.committee_above(paper.event) if paper.event else None
            enclosed = Enclosed(
                file_name(paper),
                TEMPLATE,
                sheet.common(paper, today=clock.today(), committee=committee),
                sheet.own(paper, recipient_values(paper, row)),
            )
    return {
        "intent": intent,
        "kind": kind,
        "recipient": row.email or "",
        "recipient_name": _plain(row.text)[:100],
        "event_id": paper.event_id,
        "subject_kind": SUBJECT,
        "subject_id": row.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "secrets": {"link": secrets.unseal(row.token_sealed or "")},
        "sender_name": paper.host.name,
        "enclosed": enclosed,
    }


def recipient_values(paper: Document, row: DocumentRecipient | None) -> dict[str, str]:
    """The fields of the paper as this recipient gets it; dots for the recipient's own when nobody is named."""
    shared = fields.of_event(paper.event, paper) if paper.event is not None else {}
    dots = fields.blank(paper.kind)
    if row is None or _names_nobody(row):
        return shared | dots
    name = " ".join(row.text.split()).rstrip(" .;,")
    own = {"kính mời": name, "kính gửi": name, "đơn vị": name}
    return shared | dict.fromkeys(dots, "") | {field: own[field] for field in dots if field in own}


def _names_nobody(row: DocumentRecipient) -> bool:
    """Whether the line only points to others ("Như trên", "Như thành phần mời") or to the archive."""
    return fold(row.text).startswith(("nhu tren", "nhu thanh phan")) or sheet.is_archive(row)


def file_name(paper: Document, ending: str = "pdf") -> str:
    """ "15-gm-ubnd.pdf": the number, or the kind of a paper that has none."""
    return f"{slugify(paper.number or KINDS[paper.kind].heading or 'Công văn')}.{ending}"


def _values(paper: Document, row: DocumentRecipient) -> dict[str, Any]:
    heading = KINDS[paper.kind].heading
    return {
        "host": _plain(fields.full_name(paper.issuer or paper.host.name)),
        "addressee": _plain(row.text),
        "office": "",
        "purpose": _plain((row.purpose or "").strip("() ")),
        "kind": heading.capitalize() if heading else "Công văn",
        "number": paper.number or "",
        "issued_on": paper.issued_on,
        "title": _plain(sheet.filled_title(paper)),
        "short_title": _plain(sheet.filled_title(paper)),
        "reason": next((step.remark for step in reversed(paper.steps) if step.remark), None),
        "link": f"{current_app.config['PUBLIC_URL']}/papers/{marker('link')}",
    }


def _plain(words: str) -> str:
    """One line in which nothing can be taken for the marker of a token."""
    return " ".join(words.split()).replace("[[secret", "[ [secret").replace("%5B%5Bsecret", "%5B secret")
