"""Every change to official papers."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents.models import Document, DocumentKind, DocumentRecipient
from eventsvc.errors import StaleEdit
from eventsvc.organizations.models import Organization

EDITABLE = frozenset(
    {
        "kind", "number", "issued_place", "issued_on", "title", "issuer", "signer_name", "signer_title",
        "signer_authority", "closing_text",
    }
)  # fmt: skip


@atomic()
def add_document(event: Any, *, kind: DocumentKind, title: str, by: Any) -> Document:
    """The paper behind an event that has none yet; the one it has when there is one."""
    _lock_open(event)
    if event.document is None:
        event.document = Document(
            host=event.host, kind=kind, title=title, province_code=event.province_code, closing_text=None
        )
        db.session.flush()
        record(by, "document.added", event.document, event=event)
    return event.document


@atomic()
def edit_document(event: Any, changes: dict[str, Any], *, version: int | None = None, by: Any) -> Document:
    """Change the paper behind an event. StaleEdit when `version` is no longer the paper's."""
    _lock_open(event)
    document = event.document
    db.session.refresh(document, with_for_update=True)
    if version is not None and document.version != version:
        raise StaleEdit(
            _("Someone else saved this while you were editing. Nothing of yours is lost: compare below.")
        )
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in changes.items() if getattr(document, name) != value)
    for name in changed:
        setattr(document, name, changes[name])
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
    _lock_open(event)
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
    _lock_open(event)
    recipient.text, recipient.purpose, recipient.note = text, purpose, note
    recipient.organization_id = organization.id if organization else None
    db.session.flush()
    record(by, "recipient.edited", recipient, event=event)
    return recipient


@atomic()
def remove_recipient(event: Any, recipient: DocumentRecipient, *, by: Any) -> None:
    """Take a line out; those after it move up."""
    _lock_open(event)
    recipients = event.document.recipients
    record(by, "recipient.removed", recipient, event=event)
    recipients.remove(recipient)
    db.session.flush()
    for number, row in enumerate(list(recipients), start=1):
        if row.number != number:
            row.number = number
            db.session.flush()


def _lock_open(event: Any) -> None:
    db.session.refresh(event, with_for_update=True)
    event.require_open()
