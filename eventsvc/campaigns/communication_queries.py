"""Look up communication work: by channel, state and owner; what an agency owes; public livestreams; figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import text
from eventsvc.campaigns.activity_models import Activity
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Stop
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.nominations.models import OrganizationInvitation


class Progress(StrEnum):
    """How far a work has come; made from its days, never stored."""

    TO_DO = "to_do"
    LATE = "late"
    DONE = "done"


class ChannelFigures(NamedTuple):
    channel: Channel
    works: int
    done: int
    pieces: int
    reach: int


@dataclass(frozen=True)
class Figures:
    """The communication of an event in figures."""

    channels: tuple[ChannelFigures, ...] = ()

    @property
    def works(self) -> int:
        return sum(one.works for one in self.channels)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.channels)

    @property
    def pieces(self) -> int:
        return sum(one.pieces for one in self.channels)

    @property
    def reach(self) -> int:
        return sum(one.reach for one in self.channels)


def progress(work: Communication, today: Any) -> Progress:
    if work.done_on is not None:
        return Progress.DONE
    return Progress.LATE if work.ends_on is not None and work.ends_on < today else Progress.TO_DO


def works_of(event: Event, *, channel: Channel | None = None, q: str = "") -> list[Communication]:
    """The works of an event in their order, with what a list shows; `q` ignores diacritics."""
    statement = (
        sa.select(Communication)
        .where(Communication.event_id == event.id)
        .options(joinedload(Communication.activity), joinedload(Communication.proof_file))
        .order_by(Communication.number)
    )
    if channel is not None:
        statement = statement.where(Communication.channel == channel)
    found = list(db.session.scalars(statement))
    if q.strip():
        folded = text.fold(q)
        found = [
            work for work in found if folded and folded in text.fold(" ".join([work.text, work.owner or ""]))
        ]
    return found


def work_of(event: Event, work_id: int) -> Communication:
    """The work of this event; otherwise NotFound."""
    found: Communication = part_of(event, Communication, work_id)
    return found


def works_in(activity: Activity) -> list[Communication]:
    """The works that accompany an activity."""
    return list(
        db.session.scalars(
            sa.select(Communication)
            .where(Communication.activity_id == activity.id)
            .order_by(Communication.number)
        )
    )


def is_own(work: Communication, asked: OrganizationInvitation) -> bool:
    """Whether the organization of a link does this work: it is that organization, or is called as it is printed."""
    if work.event_id != asked.event_id:
        return False
    if work.organization_id is not None and work.organization_id == asked.organization_id:
        return True
    return bool(work.owner) and text.same_words(work.owner or "") == text.same_words(asked.name)


def asked_for(work: Communication) -> OrganizationInvitation | None:
    """Who reports this work on a page of its own; None when the organizers do."""
    if not work.owner:
        return None
    found = db.session.scalars(
        sa.select(OrganizationInvitation)
        .where(
            OrganizationInvitation.event_id == work.event_id,
            sa.or_(
                OrganizationInvitation.organization_id == work.organization_id,
                OrganizationInvitation.folded == text.fold(work.owner),
            ),
        )
        .order_by(OrganizationInvitation.id)
    )
    return next((asked for asked in found if is_own(work, asked)), None)


def own_works(asked: OrganizationInvitation) -> list[Communication]:
    """What the organization of a link does, in the order of the plan."""
    found = db.session.scalars(
        sa.select(Communication)
        .where(Communication.event_id == asked.event_id, Communication.owner.is_not(None))
        .options(joinedload(Communication.proof_file))
        .order_by(Communication.number)
    )
    return [work for work in found if is_own(work, asked)]


def own_work(asked: OrganizationInvitation, work_id: int) -> Communication:
    """One of the works of the organization of a link; otherwise NotFound."""
    work = db.session.get(Communication, work_id)
    if work is None or not is_own(work, asked):
        raise NotFound(_("There is nothing at this address."))
    return work


def public_livestreams(event: Event) -> Sequence[Communication]:
    """The livestreams of an event that everybody may watch, in the order of their beginnings. At a stop: those of the
    campaign's activities that are held there."""
    here = sa.select(Activity.id).join(Stop, Stop.id == Activity.stop_id).where(Stop.part_id == event.id)
    return db.session.scalars(
        sa.select(Communication)
        .where(
            sa.or_(Communication.event_id == event.id, Communication.activity_id.in_(here)),
            Communication.channel == Channel.LIVESTREAM,
            Communication.is_public,
            Communication.url.is_not(None),
        )
        .order_by(Communication.starts_at.is_(None), Communication.starts_at, Communication.number)
    ).all()


def figures(event: Event) -> Figures:
    """The communication of an event in figures, in one query. For its pages and the results report."""
    counted = {
        channel: ChannelFigures(channel, *(int(value or 0) for value in rest))
        for channel, *rest in db.session.execute(
            sa.select(
                Communication.channel,
                sa.func.count(),
                sa.func.count(Communication.done_on),
                sa.func.sum(Communication.pieces),
                sa.func.sum(Communication.reach),
            )
            .where(Communication.event_id == event.id)
            .group_by(Communication.channel)
        )
    }
    return Figures(tuple(counted[channel] for channel in Channel if channel in counted))
