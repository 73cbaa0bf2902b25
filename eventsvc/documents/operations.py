"""Every change to official papers."""

from typing import Any

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents.models import Document, DocumentRecipient
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, lock, lock_open, renumber

NO_VERSION = 0
"""What no stored paper has."""

EDITABLE = frozenset(
    {
        "kind", "number", "issued_place", "issued_on", "title", "issuer", "signer_name", "signer_title",
        "signer_authority", "closing_text",
    }
)  # fmt: skip


@atomic()
def save_document(event: Any, changes: dict[str, Any], *, version: int | None, by: Any) -> Document:
    """The paper behind an event, new when there is none (then `changes` name its kind and title). StaleEdit when
    `version` is no longer the paper's; None is for a form that knew of no paper."""
    lock_open(event)
    document = event.document
    if document is None:
        document = event.document = Document(host=event.host, province_code=event.province_code)
        assign(document, changes, EDITABLE)
        db.session.flush()
        record(by, "document.added", document, event=event)
        return document
    lock(document, NO_VERSION if version is None else version)
    changed = assign(document, changes, EDITABLE)
    if changed:
        db.session.flush()
        record(by, "document.edited", document, event=event, fields=changed)
    return document


@atomic()
def add_recipient(
    event: Any,
    *,
    text: str,
    purpose: str | None = None,
    note: str | None = None,
    organization: Organization | None = None,
    by: Any,
) -> DocumentRecipient:
    """One more line at the end of "Nơi nhận"."""
    lock_open(event)
    recipient = DocumentRecipient(
        number=len(event.document.recipients) + 1,
        text=text,
        purpose=purpose,
        note=note,
        organization_id=organization.id if organization else None,
    )
    event.document.recipients.append(recipient)
    db.session.flush()
    record(by, "recipient.added", recipient, event=event)
    return recipient


@atomic()
def edit_recipient(
    event: Any,
    recipient: DocumentRecipient,
    *,
    text: str,
    purpose: str | None,
    note: str | None,
    organization: Organization | None = None,
    by: Any,
) -> DocumentRecipient:
    lock_open(event)
    recipient.text, recipient.purpose, recipient.note = text, purpose, note
    recipient.organization_id = organization.id if organization else None
    db.session.flush()
    record(by, "recipient.edited", recipient, event=event)
    return recipient


@atomic()
def remove_recipient(event: Any, recipient: DocumentRecipient, *, by: Any) -> None:
    """Take a line out; those after it move up."""
    lock_open(event)
    lock(recipient)
    recipients = event.document.recipients
    record(by, "recipient.removed", recipient, event=event)
    recipients.remove(recipient)
    db.session.flush()
    renumber(recipients)
