"""Who must wait for the letter of invitation to be issued."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.invitations.letter_queries import Letters

NO_RANK = 0


@dataclass(frozen=True)
class Barred:
    """The sentences that say why, by the ids of ranks."""

    why: dict[int, str]

    @property
    def sentence(self) -> str:
        return next(iter(self.why.values()), "")

    def spared(self, statement: Any) -> Any:
        """The guests or invitations of the statement who may be written to."""
        if not self.why:
            return statement
        return statement.where(_rank().not_in(list(self.why)))

    def held(self, statement: Any) -> Any:
        """Those who must wait."""
        return statement.where(_rank().in_(list(self.why)))


def barred(event: Event) -> Barred:
    """Whom no invitation and no update may be written to before their letter is issued, by rank."""
    letters = Letters(event)
    if not letters.rows:
        return Barred({})
    ranks: list[Rank | None] = [None, *db.session.scalars(sa.select(Rank).where(Rank.event_id == event.id))]
    found = {
        rank.id if rank else NO_RANK: sentence
        for rank in ranks
        if (sentence := letters.obstacle(Guest(own_rank=rank))) is not None
    }
    return Barred(found)


def _rank() -> sa.ColumnElement[int]:
    """The id of a guest's rank: the own one, else that of the group."""
    of_group = (
        sa.select(GuestGroup.rank_id)
        .where(GuestGroup.id == Guest.group_id)
        .correlate(Guest)
        .scalar_subquery()
    )
    return sa.func.coalesce(Guest.rank_id, of_group, NO_RANK)
