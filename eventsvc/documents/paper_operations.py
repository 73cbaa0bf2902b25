"""Every change to the words of the papers of an event. Their way to the signature is in signing_operations."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from eventsvc import placeholders
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents import fields, paper_queries, sheet, signature_operations, wordings
from eventsvc.documents.models import (
    Document,
    DocumentKind,
    DocumentRecipient,
    DocumentState,
    SignatureBlock,
)
from eventsvc.documents.steps import WRITABLE, WrongStep, note_step, require
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open, renumber

EDITABLE = frozenset(
    {
        "title", "body", "issuer", "issued_place", "letterhead", "drafting_unit", "drafter", "copies", "urgency",
        "block_id", "notes",
    }
)  # fmt: skip
COPIED = ("kind", *sorted(EDITABLE), "series_id", "province_code", "host_id", "event_id")


class UnknownField(Invalid):
    """The wording holds a field that nobody can fill in."""

    code = "unknown_field"


# --- Writing ------------------------------------------------------------------------------------------------


@atomic()
def add_paper(event: Event, kind: DocumentKind, changes: Mapping[str, Any], *, by: Any) -> Document:
    """A new draft; what `changes` leaves open begins with the usual wording of its kind."""
    lock_open(event)
    paper = Document(
        kind=kind,
        event_id=event.id,
        host_id=event.host_id,
        province_code=event.province_code,
        state=DocumentState.DRAFT,
        created_by_id=by.id if by is not None else None,
        signature=[],
        **usual(event, kind),
    )
    db.session.add(paper)
    for number, (text, purpose) in enumerate(wordings.recipients(kind), start=1):
        paper.recipients.append(DocumentRecipient(number=number, text=text, purpose=purpose))
    _assign(paper, event, changes)
    db.session.flush()
    note_step(paper, DocumentState.DRAFT, by=by)
    record(by, "paper.added", paper, event=event, kind=kind.value)
    return paper


def usual(event: Event, kind: DocumentKind) -> dict[str, Any]:
    """What a new paper of this kind begins with."""
    agenda = [
        " – ".join(filter(None, [item.title, item.speaker])) for item in event.agenda_items if item.is_public
    ]
    return {
        "title": wordings.title(kind),
        "body": wordings.body(kind, agenda),
        "issuer": event.host.name,
        "issued_place": sheet.place_of(event.host.name),
    }


@atomic()
def edit_paper(paper: Document, changes: Mapping[str, Any], *, version: int | None, by: Any) -> Document:
    """Change a draft, or a paper that was returned. Anything further on its way stays as it is."""
    lock_open(paper.event)
    lock(paper, version)
    require(paper, WRITABLE)
    changed = _assign(paper, paper.event, changes)
    if changed:
        if paper.block is None or paper.block.user_id is not None or "block_id" in changed:
            paper.mail_may_precede = False  # it was allowed for other words, or by somebody else
        db.session.flush()
        record(by, "paper.edited", paper, event=paper.event, fields=changed)
    return paper


@atomic()
def remove_paper(paper: Document, *, version: int | None, by: Any) -> None:
    """Throw away a draft that was never submitted."""
    lock_open(paper.event)
    lock(paper, version)
    require(paper, (DocumentState.DRAFT,))
    if any(step.state is not DocumentState.DRAFT for step in paper.steps):
        raise WrongStep(_("This paper has been submitted before: its history is kept."))
    record(by, "paper.removed", paper, event=paper.event)
    db.session.delete(paper)


def _assign(paper: Document, event: Event, changes: Mapping[str, Any]) -> list[str]:
    wanted = dict(changes)
    symbol = wanted.pop("symbol", None)
    changed = assign(paper, wanted, EDITABLE)
    require_known_fields(paper)
    if "symbol" in changes:
        series = signature_operations.series_for(event.host, symbol) if symbol else None
        if paper.series is not series:
            paper.series = series
            changed.append("symbol")
    if paper.block_id is not None:
        block = paper_queries.block_of(event.host, paper.block_id)
        changed += assign(paper, signature_of(block))
    return changed


def signature_of(block: SignatureBlock) -> dict[str, Any]:
    return {"signature": list(block.lines), "signer_name": block.signer, "signer_title": block.lines[-1]}


def require_known_fields(paper: Document) -> None:
    for name, text, known in (
        ("title", paper.title, fields.OF_EVENT),
        ("body", paper.body or "", fields.known(paper.kind)),
    ):
        strange = placeholders.unknown(text, known)
        if strange:
            raise UnknownField(
                _(
                    "There is no field ((%(name)s)). Take one from the list beside the wording.",
                    name=strange[0],
                ),
                field=name,
            )


# --- Nơi nhận -----------------------------------------------------------------------------------------------


@atomic()
def add_recipient(
    paper: Document, *, text: str, purpose: str | None = None, email: str | None = None, by: Any
) -> DocumentRecipient:
    """One more line at the end of "Nơi nhận"; an issued paper's stay as they are."""
    lock_open(paper.event)
    lock(paper)
    require(paper, WRITABLE)
    row = DocumentRecipient(number=len(paper.recipients) + 1, text=text, purpose=purpose, email=email)
    paper.recipients.append(row)
    db.session.flush()
    record(by, "recipient.added", row, event=paper.event)
    return row


@atomic()
def edit_recipient(
    paper: Document, row: DocumentRecipient, *, text: str, purpose: str | None, email: str | None, by: Any
) -> DocumentRecipient:
    """Change a line; once the paper is on its way only the address can still change, for it is not printed."""
    lock_open(paper.event)
    lock(paper)
    lock(row)
    if (row.text, row.purpose) != (text, purpose):
        require(paper, WRITABLE)
    changed = assign(row, {"text": text, "purpose": purpose, "email": email})
    if changed:
        db.session.flush()
        record(by, "recipient.edited", row, event=paper.event, fields=changed)
    return row


@atomic()
def remove_recipient(paper: Document, row: DocumentRecipient, *, by: Any) -> None:
    """Take a line out; those after it move up."""
    lock_open(paper.event)
    lock(paper)
    lock(row)
    require(paper, WRITABLE)
    record(by, "recipient.removed", row, event=paper.event)
    paper.recipients.remove(row)
    db.session.flush()
    renumber(paper.recipients)
