"""Every change to which paper goes to whom."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents.models import Document, DocumentKind
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.guests.models import Rank
from eventsvc.invitations.letter_models import Audience, Letter
from eventsvc.rows import lock_open


@atomic()
def assign_letters(
    event: Event, wanted: Mapping[tuple[Audience, int | None], Document | None], *, by: Any
) -> int:
    """Say which paper goes to each of these audiences and ranks, None for no letter; how many changed. Audiences that
    are not named keep theirs. Safe to repeat."""
    lock_open(event)
    ranks = set(db.session.scalars(sa.select(Rank.id).where(Rank.event_id == event.id)))
    rows = db.session.scalars(sa.select(Letter).where(Letter.event_id == event.id))
    standing = {(row.audience, row.rank_id): row for row in rows}
    changed = 0
    for (audience, rank_id), paper in wanted.items():
        if paper is not None:
            _require_letter(event, paper)
        if rank_id is not None and rank_id not in ranks:
            raise Invalid(_("There is no such rank in this event."))
        changed += _assign(event, standing.get((audience, rank_id)), audience, rank_id, paper)
    if changed:
        db.session.flush()
        record(by, "letters.assigned", event, event=event, count=changed)
    return changed


def _assign(
    event: Event, row: Letter | None, audience: Audience, rank_id: int | None, paper: Document | None
) -> bool:
    if row is None and paper is None or row is not None and paper is not None and row.document_id == paper.id:
        return False
    if paper is None:
        db.session.delete(row)
    elif row is None:
        db.session.add(Letter(event_id=event.id, audience=audience, rank_id=rank_id, document_id=paper.id))
    else:
        row.document_id = paper.id
    return True


def _require_letter(event: Event, paper: Document) -> None:
    if paper.event_id != event.id or paper.kind is not DocumentKind.INVITATION_LETTER:
        raise Invalid(_("Only a letter of invitation of this event can be sent to its guests."))
