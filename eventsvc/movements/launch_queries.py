"""Look up local launches: who has registered, held and reported one, and who has not."""

from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import text
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.movements.return_models import LocalLaunch
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.models import Assignee, Task, TaskKind
from eventsvc.tasks.returns import HANDED_IN, ReturnState


class Standing(StrEnum):
    """How far a launch has come; made from its days and its state, never stored."""

    SILENT = "silent"
    REGISTERED = "registered"
    REPORTED = "reported"
    RETURNED = "returned"
    APPROVED = "approved"


class Figures(NamedTuple):
    """Launches expected, registered (or further), reported and approved; people who took part in the reported ones."""

    expected: int = 0
    silent: int = 0
    reported: int = 0
    approved: int = 0
    participants: int = 0

    @property
    def registered(self) -> int:
        return self.expected - self.silent


def standing(launch: LocalLaunch) -> Standing:
    if launch.state is ReturnState.APPROVED:
        return Standing.APPROVED
    if launch.state is ReturnState.RETURNED:
        return Standing.RETURNED
    if launch.state in HANDED_IN:
        return Standing.REPORTED
    return Standing.REGISTERED if launch.planned_on else Standing.SILENT


_IN_STANDING: dict[Standing, Any] = {
    Standing.SILENT: sa.and_(LocalLaunch.state == ReturnState.MISSING, LocalLaunch.planned_on.is_(None)),
    Standing.REGISTERED: sa.and_(
        LocalLaunch.state == ReturnState.MISSING, LocalLaunch.planned_on.is_not(None)
    ),
    Standing.REPORTED: LocalLaunch.state.in_((ReturnState.SUBMITTED, ReturnState.FORWARDED)),
    Standing.RETURNED: LocalLaunch.state == ReturnState.RETURNED,
    Standing.APPROVED: LocalLaunch.state == ReturnState.APPROVED,
}


def launches_of(event: Event, *, wanted: Standing | None = None, q: str = "") -> sa.Select[Any]:
    """The launches of an event by the name of the organization; `q` ignores diacritics."""
    statement = (
        sa.select(LocalLaunch)
        .join(LocalLaunch.asked)
        .where(LocalLaunch.event_id == event.id)
        .options(joinedload(LocalLaunch.asked))
        .order_by(OrganizationInvitation.folded, LocalLaunch.id)
    )
    if wanted is not None:
        statement = statement.where(_IN_STANDING[wanted])
    if q.strip():
        folded = text.fold(q)
        named = OrganizationInvitation.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(named)
    return statement


def figures(event: Event) -> Figures:
    """The event's launches in figures, in one query."""
    counted = (
        sa.func.count(),
        *(sa.func.sum(sa.case((_IN_STANDING[each], 1), else_=0)) for each in (Standing.SILENT,)),
        sa.func.sum(sa.case((LocalLaunch.state.in_(HANDED_IN), 1), else_=0)),
        sa.func.sum(sa.case((_IN_STANDING[Standing.APPROVED], 1), else_=0)),
        sa.func.sum(sa.case((LocalLaunch.state.in_(HANDED_IN), LocalLaunch.participants), else_=0)),
    )
    row = db.session.execute(sa.select(*counted).where(LocalLaunch.event_id == event.id)).one()
    return Figures(*(int(value or 0) for value in row))


def launch_of(event: Event, launch_id: int) -> LocalLaunch:
    """The launch of this event; otherwise NotFound."""
    found: LocalLaunch = part_of(event, LocalLaunch, launch_id)
    return found


def own_launch(asked: OrganizationInvitation) -> LocalLaunch | None:
    return db.session.scalar(sa.select(LocalLaunch).where(LocalLaunch.organization_invitation_id == asked.id))


def required_launch(asked: OrganizationInvitation) -> LocalLaunch:
    """The launch the organization is to hold; NotFound when none is expected of it."""
    found = own_launch(asked)
    if found is None:
        raise NotFound(_("No launch is expected of this organization."))
    return found


def lines_to_offer(event: Event) -> list[str]:
    """The lines of the plan that may mean those who hold a launch: whom its tasks name together."""
    names = db.session.scalars(
        sa.select(Assignee.name)
        .join(Assignee.task)
        .where(Task.event_id == event.id, Task.kind == TaskKind.ASSIGNMENT)
        .order_by(Task.number, Assignee.number)
    )
    return [name for name in dict.fromkeys(names) if name.casefold().startswith(("các ", "ubnd các "))]
