"""Look up proposals for commendation, who checks them, and where they are read out."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import text
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.commendations.models import (
    Commendation,
    CommendationScript,
    CommendationState,
    NomineeKind,
)
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventKind, EventStatus
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation

_CHECKERS = ("so noi vu", "ban thi dua")
LIVE = frozenset(
    {
        CommendationState.PROPOSED,
        CommendationState.RETURNED,
        CommendationState.CHECKED,
        CommendationState.DECIDED,
    }
)


def commendations_of(
    event: Event,
    *,
    state: CommendationState | None = None,
    kind: NomineeKind | None = None,
    q: str = "",
) -> sa.Select[Any]:
    """The proposals of an event in the order in which they came; `q` finds names, positions and organizations."""
    statement = (
        sa.select(Commendation)
        .where(Commendation.event_id == event.id)
        .options(joinedload(Commendation.proposed_by), joinedload(Commendation.agenda_item))
        .order_by(Commendation.number)
    )
    if state is not None:
        statement = statement.where(Commendation.state == state)
    if kind is not None:
        statement = statement.where(Commendation.kind == kind)
    if q.strip():
        wanted = text.fold(q)
        ids = [
            row.id
            for row in db.session.execute(
                sa.select(
                    Commendation.id,
                    Commendation.name,
                    Commendation.position,
                    Commendation.organization_name,
                ).where(Commendation.event_id == event.id)
            )
            if wanted and wanted in text.fold(" ".join(part for part in row[1:] if part))
        ]
        statement = statement.where(Commendation.id.in_(ids))
    return statement


def listed(event: Event, **filters: Any) -> list[Commendation]:
    return list(db.session.scalars(commendations_of(event, **filters)))


def figures(event: Event) -> dict[CommendationState, int]:
    """How many there are in each state, in one query."""
    rows = db.session.execute(
        sa.select(Commendation.state, sa.func.count())
        .where(Commendation.event_id == event.id)
        .group_by(Commendation.state)
    )
    found = {state: count for state, count in rows}
    return {state: found.get(state, 0) for state in CommendationState}


def commendation_of(event: Event, commendation_id: int) -> Commendation:
    """The proposal of this event; otherwise NotFound."""
    found: Commendation = part_of(event, Commendation, commendation_id)
    return found


def honours_of(event: Event) -> list[str]:
    """The honours named so far, for those who name the next."""
    return list(
        db.session.scalars(
            sa.select(Commendation.form).where(Commendation.event_id == event.id).distinct().order_by("form")
        )
    )


# --- An organization by its link ----------------------------------------------------------------------------


def takes_proposals(asked: OrganizationInvitation) -> bool:
    """Whether the organization has a page of commendations: in every campaign, elsewhere once somebody is proposed."""
    if asked.event.kind is EventKind.CAMPAIGN:
        return True
    any_row = sa.select(Commendation.id).where(Commendation.event_id == asked.event_id)
    return bool(db.session.scalar(sa.select(any_row.exists())))


def checks(asked: OrganizationInvitation) -> bool:
    """Whether it is the department that looks at proposals before they are decided (Sở Nội vụ)."""
    return text.fold(asked.name).startswith(_CHECKERS)


def own(asked: OrganizationInvitation) -> list[Commendation]:
    """What the organization itself has proposed."""
    return list(
        db.session.scalars(
            sa.select(Commendation)
            .where(Commendation.event_id == asked.event_id, Commendation.proposed_by_id == asked.id)
            .order_by(Commendation.number)
        )
    )


def own_commendation(asked: OrganizationInvitation, commendation_id: int) -> Commendation:
    """A proposal of the organization's own; otherwise NotFound."""
    found = db.session.get(Commendation, commendation_id)
    if found is None or found.event_id != asked.event_id or found.proposed_by_id != asked.id:
        raise NotFound(_("There is no such proposal."))
    return found


def to_check(asked: OrganizationInvitation, commendation_id: int) -> Commendation:
    """A proposal that the department looks at; NotFound for everybody else."""
    if not checks(asked):
        raise NotFound(_("There is no such proposal."))
    return commendation_of(asked.event, commendation_id)


# --- Where they are read out --------------------------------------------------------------------------------


def items_for(event: Event) -> list[AgendaItem]:
    """Where they can be read out: items of recognition in the event itself and in those that are part of it."""
    return list(
        db.session.scalars(
            sa.select(AgendaItem)
            .join(AgendaItem.event)
            .where(
                sa.or_(Event.part_of_id == event.id, Event.id == event.id),
                Event.status != EventStatus.CANCELLED,
                AgendaItem.kind == ItemKind.RECOGNITION,
            )
            .options(joinedload(AgendaItem.event))
            .order_by(Event.id, AgendaItem.sitting_id, AgendaItem.number)
        )
    )


def item_of(event: Event) -> AgendaItem | None:
    """The item at which those decided are read out, once it is chosen; also while nobody stands there any more."""
    items = sa.select(AgendaItem).options(joinedload(AgendaItem.event)).order_by(AgendaItem.id).limit(1)
    found = db.session.scalar(
        items.join(Commendation, Commendation.agenda_item_id == AgendaItem.id).where(
            Commendation.event_id == event.id
        )
    )
    if found is not None:
        return found
    anybody = sa.select(Commendation.id).where(Commendation.agenda_item_id == AgendaItem.id)
    return db.session.scalar(
        items.join(CommendationScript, CommendationScript.agenda_item_id == AgendaItem.id)
        .join(AgendaItem.event)
        .where(
            sa.or_(Event.part_of_id == event.id, Event.id == event.id),
            Event.status != EventStatus.CANCELLED,
            ~anybody.exists(),
        )
    )


def read_out_at(item: AgendaItem) -> list[Commendation]:
    return list(
        db.session.scalars(
            sa.select(Commendation).where(
                Commendation.agenda_item_id == item.id, Commendation.state == CommendationState.DECIDED
            )
        )
    )


def written_into(item: AgendaItem) -> CommendationScript | None:
    return db.session.scalar(
        sa.select(CommendationScript).where(CommendationScript.agenda_item_id == item.id)
    )


def is_by_hand(item: AgendaItem) -> bool:
    """Whether what stands in the item was written by somebody, not by the list."""
    written = written_into(item)
    ours = (written.mc_line, written.screen_note) if written is not None else (None, None)
    return (item.mc_line or None, item.screen_note or None) != ours
