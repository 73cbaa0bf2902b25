"""Lists and figures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.deliveries.queries import latest_for
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations.figures import Progress, Tallies, Tally
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.invitations.queries.lookups import SUBJECT
from eventsvc.invitations.queries.outcomes import handed_at, is_handed, latest
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.sites.models import Site


def listed(
    event: Event,
    *,
    site_ids: Collection[int] | None = None,
    q: str = "",
    answer: Answer | None = None,
    progress: Progress | None = None,
    site_id: int | None = None,
    group_id: int | None = None,
) -> sa.Select[Guest]:
    """The guests by given name, asked or not; `site_ids` None means every site."""
    newest = latest(event)
    statement = (
        sa.select(Guest)
        .join(Guest.person)
        .join(Guest.site)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(newest, newest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == newest.c.id)
        .options(contains_eager(Guest.person), contains_eager(Guest.site), joinedload(Guest.group))
        .where(Guest.event_id == event.id, _is_to_be_asked())
        .order_by(Person.sort_key, Guest.id)
    )
    if q.strip():
        statement = statement.where(people.matches(q))
    for column, wanted in ((Guest.site_id, site_id), (Guest.group_id, group_id), (Invitation.answer, answer)):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if answer is not None:
        statement = statement.where(Invitation.revoked_at.is_(None))
    if progress is not None:
        statement = statement.where(_progress() == progress.value)
    return statement if site_ids is None else statement.where(Guest.site_id.in_(site_ids))


@dataclass(frozen=True)
class Line:
    """One guest of the list: the invitation, if there is one, and its last message, if one was written."""

    guest: Guest
    invitation: Invitation | None
    message: Delivery | None
    handed_at: datetime | None = None

    @property
    def progress(self) -> Progress:
        if self.invitation is None:
            return Progress.UNINVITED
        if self.invitation.revoked_at is not None:
            return Progress.REVOKED
        arrived = _PROGRESS.get(self.message.state, Progress.QUEUED) if self.message else Progress.BY_HAND
        if arrived in _MISSED and self._is_handed:
            return Progress.HANDED
        return arrived

    @property
    def _is_handed(self) -> bool:
        """`outcomes.is_handed`, of what is loaded."""
        since = [part.changed_at for part in [self.invitation] if part]
        since += [part.created_at for part in [self.message] if part]
        return self.handed_at is not None and self.handed_at >= max(since)


def lines(guests: list[Guest]) -> list[Line]:
    """The guests of a page with their invitations and last messages, in three queries whatever their number."""
    ids = [guest.id for guest in guests]
    asked = {
        invitation.guest_id: invitation
        for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.guest_id.in_(ids)))
    }
    invitation_ids = [invitation.id for invitation in asked.values()]
    messages, handed = latest_for(None, SUBJECT, invitation_ids), handed_at(invitation_ids)
    return [
        Line(guest, invitation, messages.get(invitation.id), handed.get(invitation.id))
        if invitation
        else Line(guest, None, None)
        for guest in guests
        for invitation in [asked.get(guest.id)]
    ]


def tallies(event: Event, site_ids: Collection[int] | None = None) -> Tallies:
    """Who has been asked, reached and heard from, counted in one query."""
    newest = latest(event)
    progress = _progress().label("progress")
    statement = (
        sa.select(Guest.group_id, Site.level, Guest.site_id, progress, Invitation.answer, sa.func.count())
        .join(Site, Site.id == Guest.site_id)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(newest, newest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == newest.c.id)
        .where(Guest.event_id == event.id, _is_to_be_asked())
        .group_by(Guest.group_id, Site.level, Guest.site_id, "progress", Invitation.answer)
    )
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    found = Tallies()
    for group_id, level, site_id, word, answer, number in db.session.execute(statement):
        parts = (
            found.total,
            found.by_group.setdefault(group_id, Tally()),
            found.by_level.setdefault(level, Tally()),
            found.by_site.setdefault(site_id, Tally()),
        )
        for tally in parts:
            tally.add(Progress(word), answer, number)
    return found


_MISSED = (Progress.BY_HAND, Progress.FAILED)
_PROGRESS = {
    DeliveryState.DRAFT: Progress.DRAFTED,
    DeliveryState.HELD: Progress.DRAFTED,
    DeliveryState.SENT: Progress.SENT,
    DeliveryState.FAILED: Progress.FAILED,
    DeliveryState.BOUNCED: Progress.FAILED,
    DeliveryState.CANCELLED: Progress.FAILED,
}


def _progress() -> sa.ColumnElement[str]:
    """`Line.progress` in SQL, over the joins of `listed`."""
    words: dict[Progress, list[DeliveryState]] = {}
    for state, progress in _PROGRESS.items():
        words.setdefault(progress, []).append(state)
    return sa.case(
        (Invitation.id.is_(None), Progress.UNINVITED.value),
        (Invitation.revoked_at.is_not(None), Progress.REVOKED.value),
        (sa.and_(_is_missed(), is_handed()), Progress.HANDED.value),
        (Delivery.id.is_(None), Progress.BY_HAND.value),
        *((Delivery.state.in_(states), progress.value) for progress, states in words.items()),
        else_=Progress.QUEUED.value,
    )


def _is_missed() -> sa.ColumnElement[bool]:
    """Whether no message reaches the guest: there is none, or it did not arrive."""
    failed = [state for state, progress in _PROGRESS.items() if progress in _MISSED]
    return sa.or_(Delivery.id.is_(None), Delivery.state.in_(failed))


def _is_to_be_asked() -> sa.ColumnElement[bool]:
    """Whoever walked in was never asked and is no part of these lists, unless invited before."""
    return sa.or_(Guest.is_walk_in.is_(False), Invitation.id.is_not(None))
