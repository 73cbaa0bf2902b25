"""Look up papers, what they share with their copies, and the signatures and number series of their host."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock, secrets
from eventsvc.accounts.models import Grant, User
from eventsvc.db import db
from eventsvc.documents.models import (
    Document,
    DocumentKind,
    DocumentRecipient,
    DocumentState,
    NumberSeries,
    SignatureBlock,
)
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization

LONGEST_TOKEN = 100


def papers_of(event: Event, *, only_issued: bool = False) -> list[Document]:
    """The papers of the event with all that a list shows, the newest first."""
    statement = _whole(sa.select(Document)).where(Document.event_id == event.id).order_by(Document.id.desc())
    if only_issued:
        statement = statement.where(Document.state.in_((DocumentState.ISSUED, DocumentState.RECALLED)))
    return list(db.session.scalars(statement))


def paper_of(event: Event, paper_id: int) -> Document:
    """The paper of this event; otherwise NotFound."""
    found = db.session.scalar(
        _whole(sa.select(Document)).where(Document.event_id == event.id, Document.id == paper_id)
    )
    if found is None:
        raise NotFound(_("There is no such paper."))
    return found


def letters_of(event: Event) -> list[Document]:
    """Every letter of invitation of the event, the oldest first."""
    statement = _whole(sa.select(Document)).where(
        Document.event_id == event.id, Document.kind == DocumentKind.INVITATION_LETTER
    )
    return list(db.session.scalars(statement.order_by(Document.id)))


def successor(paper: Document) -> Document | None:
    """The paper that replaces, or is to replace, this one; the latest if there are several."""
    return db.session.scalar(
        sa.select(Document).where(Document.replaces_id == paper.id).order_by(Document.id.desc()).limit(1)
    )


def former(paper: Document) -> Document | None:
    """The paper that this one replaces, or is to replace."""
    return db.session.get(Document, paper.replaces_id) if paper.replaces_id else None


def committee_above(event: Event) -> str | None:
    """The People's Committee of the host's province, printed above the departments that belong to it."""
    host = event.host
    found = organizations.committee(host.province_code, event.units_as_of) if host.province_code else None
    return found.name if found else None


def user_names(user_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these accounts by their ids."""
    rows = db.session.execute(
        sa.select(User.id, User.name, User.email).where(User.id.in_(set(user_ids) - {None}))
    )
    return {user_id: name or email for user_id, name, email in rows}


def accounts_of(host: Organization) -> list[User]:
    """The accounts that may be named as signers: those with a grant for the host or for one of its events."""
    of_event = sa.select(Event.id).where(Event.host_id == host.id)
    reach = sa.or_(Grant.organization_id == host.id, Grant.event_id.in_(of_event))
    statement = (
        sa.select(User).where(User.active.is_(True), User.grants.any(reach)).order_by(User.name, User.id)
    )
    return list(db.session.scalars(statement))


def recipient_by_token(token: str) -> tuple[DocumentRecipient, Document] | None:
    """The line of "Nơi nhận" whose link this is, with its paper."""
    if len(token) > LONGEST_TOKEN:
        return None
    row = db.session.scalar(
        sa.select(DocumentRecipient).where(DocumentRecipient.token_hash == secrets.digest(token))
    )
    return None if row is None else (row, db.session.get_one(Document, row.document_id))


# --- Signatures and numbers ---------------------------------------------------------------------------------


def blocks_of(host: Organization, *, with_retired: bool = False) -> list[SignatureBlock]:
    """The signature blocks of the host in the order of their names."""
    statement = sa.select(SignatureBlock).where(SignatureBlock.host_id == host.id)
    if not with_retired:
        statement = statement.where(SignatureBlock.retired_at.is_(None))
    return list(db.session.scalars(statement.order_by(SignatureBlock.name, SignatureBlock.id)))


def block_of(host: Organization, block_id: int) -> SignatureBlock:
    found = db.session.scalar(
        sa.select(SignatureBlock).where(SignatureBlock.host_id == host.id, SignatureBlock.id == block_id)
    )
    if found is None:
        raise NotFound(_("There is no such signature."))
    return found


def series_of(host: Organization) -> list[NumberSeries]:
    statement = sa.select(NumberSeries).where(NumberSeries.host_id == host.id)
    return list(db.session.scalars(statement.order_by(NumberSeries.symbol)))


def series_by_id(host: Organization, series_id: int) -> NumberSeries:
    found = db.session.scalar(
        sa.select(NumberSeries).where(NumberSeries.host_id == host.id, NumberSeries.id == series_id)
    )
    if found is None:
        raise NotFound(_("There is no such series of numbers."))
    return found


def next_number(series: NumberSeries) -> int:
    """The number that the next paper issued today would get."""
    return series.last + 1 if series.year == clock.today().year else 1


def _whole(statement: sa.Select[Document]) -> sa.Select[Document]:
    return statement.options(
        joinedload(Document.series), joinedload(Document.block), selectinload(Document.recipients)
    )
