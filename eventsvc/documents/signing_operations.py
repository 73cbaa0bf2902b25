"""Trình ký: the way of a paper from draft to signed to issued, and what may become of it afterwards."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents import circulation_operations, fields, paper_queries, signature_operations
from eventsvc.documents.kinds import printed_number
from eventsvc.documents.models import Document, DocumentRecipient, DocumentState
from eventsvc.documents.paper_operations import COPIED, require_known_fields, signature_of
from eventsvc.documents.steps import (
    PUBLISHED,
    WRITABLE,
    note_step,
    require,
    require_signer,
    require_version,
    wrong_step,
)
from eventsvc.errors import Invalid
from eventsvc.rows import assign, lock, lock_open


@atomic()
def submit(paper: Document, *, version: int | None, by: Any) -> Document:
    """Lay the paper before its signer. Safe to repeat."""
    lock_open(paper.event)
    lock(paper)
    if paper.state is DocumentState.SUBMITTED:
        return paper
    require(paper, WRITABLE)
    require_version(paper, version)
    _require_complete(paper)
    assert paper.block is not None
    assign(paper, signature_of(paper.block))
    return _go(paper, DocumentState.SUBMITTED, "paper.submitted", by=by)


@atomic()
def take_back(paper: Document, *, by: Any) -> Document:
    """Make a submitted paper a draft again, before it is signed."""
    lock_open(paper.event)
    lock(paper)
    require(paper, (DocumentState.SUBMITTED,))
    paper.mail_may_precede = False
    return _go(paper, DocumentState.DRAFT, "paper.taken_back", by=by)


@atomic()
def sign(paper: Document, *, version: int | None, by: Any) -> Document:
    """Record the signature: by the account of the signature, or, when it has none, by an organizer. Safe to repeat."""
    lock_open(paper.event)
    lock(paper)
    require_signer(paper, by)
    if paper.state is DocumentState.SIGNED:
        return paper
    require(paper, (DocumentState.SUBMITTED,))
    require_version(paper, version)
    paper.signed_at = clock.now()
    paper.settled = fields.current(paper.event, paper) if paper.event is not None else None
    return _go(paper, DocumentState.SIGNED, "paper.signed", by=by)


@atomic()
def hand_back(paper: Document, remark: str, *, by: Any) -> Document:
    """The signer returns the paper with remarks; a signature given before falls away."""
    lock_open(paper.event)
    lock(paper)
    require_signer(paper, by)
    require(paper, (DocumentState.SUBMITTED, DocumentState.SIGNED))
    if not remark.strip():
        raise Invalid(_("Say what is to be changed."), field="remark")
    paper.signed_at, paper.settled, paper.mail_may_precede = None, None, False
    return _go(paper, DocumentState.RETURNED, "paper.returned", by=by, remark=remark.strip())


@atomic()
def allow_mail(paper: Document, allowed: bool, *, by: Any) -> Document:
    """The signer lets messages go out before the paper is issued, or no longer does. Safe to repeat."""
    lock_open(paper.event)
    lock(paper)
    require_signer(paper, by)
    if paper.state in PUBLISHED:
        raise wrong_step(paper)
    if paper.mail_may_precede != allowed:
        paper.mail_may_precede = allowed
        db.session.flush()
        record(by, "paper.mail_allowed" if allowed else "paper.mail_held", paper, event=paper.event)
    return paper


@atomic()
def issue(paper: Document, *, issued_on: date | None = None, version: int | None = None, by: Any) -> Document:
    """Give the signed paper its number and its date. Safe to repeat: it keeps the number it has."""
    lock_open(paper.event)
    lock(paper)
    if paper.state is DocumentState.ISSUED:
        return paper
    require(paper, (DocumentState.SIGNED,))
    require_version(paper, version)
    day = issued_on or clock.today()
    if day > clock.today():
        raise Invalid(_("The day of issue cannot lie in the future."), field="issued_on")
    assert paper.series is not None
    serial = signature_operations.take_number(paper.series, day.year)
    paper.serial, paper.year, paper.issued_on = serial, day.year, day
    paper.number = printed_number(serial, paper.series.symbol, paper.letterhead)
    paper.issued_at = clock.now()
    _go(paper, DocumentState.ISSUED, "paper.issued", by=by)
    _replace_former(paper, by=by)
    return paper


@atomic()
def recall(paper: Document, reason: str, *, by: Any) -> Document:
    """Take an issued paper back, also after its event was cancelled, and tell all who were sent it. It keeps its
    number. Safe to repeat."""
    lock(paper.event)
    lock(paper)
    if paper.state is DocumentState.RECALLED:
        return paper
    require(paper, (DocumentState.ISSUED,))
    if not reason.strip():
        raise Invalid(_("Say why the paper is recalled."), field="reason")
    _go(paper, DocumentState.RECALLED, "paper.recalled", by=by, remark=reason.strip())
    circulation_operations.tell_of_recall(paper, by=by)
    return paper


@atomic()
def revise(paper: Document, *, by: Any) -> Document:
    """A draft with the words of an issued or recalled paper, to replace it (Decree 30/2020, Article 18.3). Safe to
    repeat: while such a draft is on its way, it is returned."""
    lock_open(paper.event)
    lock(paper)
    require(paper, PUBLISHED)
    following = paper_queries.successor(paper)
    if following is not None:
        return following
    draft = Document(
        **{name: getattr(paper, name) for name in COPIED},
        state=DocumentState.DRAFT,
        signature=list(paper.signature),
        signer_name=paper.signer_name,
        signer_title=paper.signer_title,
        replaces_id=paper.id,
        revision=paper.revision + 1,
        created_by_id=by.id if by is not None else None,
    )
    db.session.add(draft)
    for row in paper.recipients:
        copied = {
            name: getattr(row, name) for name in ("number", "text", "purpose", "email", "organization_id")
        }
        draft.recipients.append(DocumentRecipient(**copied))
    db.session.flush()
    note_step(draft, DocumentState.DRAFT, by=by)
    record(by, "paper.revised", draft, event=paper.event, replaces=paper.id)
    return draft


def _replace_former(paper: Document, *, by: Any) -> None:
    """What an issued revision replaces is no longer in force."""
    former = db.session.get(Document, paper.replaces_id) if paper.replaces_id else None
    if former is None:
        return
    lock(former)
    if former.state is DocumentState.ISSUED:
        remark = _("Replaced by No. %(number)s.", number=paper.number)
        _go(former, DocumentState.RECALLED, "paper.replaced", by=by, remark=remark)
        circulation_operations.tell_of_recall(former, by=by)


def _require_complete(paper: Document) -> None:
    if paper.block is None:
        raise Invalid(_("Choose who signs the paper."), field="block")
    if paper.series is None:
        raise Invalid(_("Enter the symbol of the paper, for example GM-UBND."), field="symbol")
    if not (paper.body or "").strip():
        raise Invalid(_("Enter the wording of the paper."), field="body")
    require_known_fields(paper)


def _go(
    paper: Document, state: DocumentState, action: str, *, by: Any, remark: str | None = None
) -> Document:
    paper.state = state
    note_step(paper, state, by=by, remark=remark)
    db.session.flush()
    record(by, action, paper, event=paper.event)
    return paper
