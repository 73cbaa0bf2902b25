"""Issued papers on their way to those on "Nơi nhận": sent, acknowledged, sent again, called back."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.documents import paper_messages
from eventsvc.documents.models import Document, DocumentRecipient, DocumentState
from eventsvc.documents.paper_messages import PAPER, RECALL, SUBJECT
from eventsvc.documents.steps import require, require_version
from eventsvc.errors import DomainError
from eventsvc.rows import lock

LONGEST_NAME = 200


class NobodyToSendTo(DomainError):
    """No line of "Nơi nhận" has an address."""

    code = "nobody_to_send_to"


class PaperRecalled(DomainError):
    """What was recalled needs no acknowledgement."""

    status, code = 410, "paper_recalled"


@atomic()
def send(paper: Document, *, by: Any) -> int:
    """Send the issued paper to every address that has not had it yet; how many. Safe to repeat."""
    lock(paper)
    require(paper, (DocumentState.ISSUED,))
    rows = [row for row in paper.recipients if row.email]
    if not rows:
        raise NobodyToSendTo(_("No recipient of this paper has an e-mail address."))
    new = [row for row in rows if row.told_at is None]
    _queue(paper, new, PAPER, {row.id: f"paper:{row.id}" for row in new})
    if new:
        record(by, "paper.sent", paper, event=paper.event, count=len(new))
    return len(new)


@atomic()
def send_again(paper: Document, *, seen: int, by: Any) -> int:
    """Send it once more to those who have not confirmed the receipt; how many. `seen` is how many messages about the
    paper the sender's page knew of: a second click adds nothing."""
    lock(paper)
    require(paper, (DocumentState.ISSUED,))
    waiting = [row for row in paper.recipients if row.email and row.told_at and row.acknowledged_at is None]
    if seen != messages_about(paper):
        return 0
    intents = {row.id: f"paper:{row.id}:again:{seen}" for row in waiting}
    _queue(paper, waiting, PAPER, intents)
    if waiting:
        record(by, "paper.sent_again", paper, event=paper.event, count=len(waiting))
    return len(waiting)


@atomic()
def tell_of_recall(paper: Document, *, by: Any) -> int:
    """Tell all who were sent the paper that it is recalled, and call back what has not left. Safe to repeat."""
    require(paper, (DocumentState.RECALLED,))
    told = [row for row in paper.recipients if row.email and row.told_at]
    outbox.call_back(SUBJECT, [row.id for row in told], by=by)
    _queue(paper, told, RECALL, {row.id: f"paper-recall:{row.id}" for row in told})
    return len(told)


@atomic()
def acknowledge(row: DocumentRecipient, name: str, *, version: int | None = None) -> DocumentRecipient:
    """The recipient says that the paper has arrived, as its page showed it. Safe to repeat: the first word counts."""
    lock(row)
    paper = db.session.get_one(Document, row.document_id)
    if paper.state is DocumentState.RECALLED:
        raise PaperRecalled(_("This paper has been recalled; no confirmation is needed."))
    require_version(paper, version)
    if row.acknowledged_at is None:
        row.acknowledged_at, row.acknowledged_by = clock.now(), name[:LONGEST_NAME] or None
        db.session.flush()
        record(None, "paper.acknowledged", row, event=paper.event)
    return row


def messages_about(paper: Document) -> int:
    """How many messages have been written about the paper."""
    ids = [row.id for row in paper.recipients]
    about = sa.select(sa.func.count()).where(
        Delivery.subject_kind == SUBJECT, Delivery.subject_id.in_(ids), Delivery.kind == PAPER
    )
    return db.session.scalar(about) or 0


def _queue(paper: Document, rows: list[DocumentRecipient], kind: str, intents: dict[int, str]) -> None:
    for row in rows:
        if row.token_sealed is None:
            token = secrets.new_token()
            row.token_hash, row.token_sealed = secrets.digest(token), secrets.seal(token)
        row.told_at = row.told_at or clock.now()
    db.session.flush()
    outbox.queue_many([paper_messages.message(paper, row, kind, intent=intents[row.id]) for row in rows])
