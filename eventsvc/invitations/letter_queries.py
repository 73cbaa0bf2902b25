"""The letters of an event: whose is which, what still holds messages back, and the paper that goes with them."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.deliveries.enclosures import Enclosed
from eventsvc.documents import fields, paper_queries, sheet
from eventsvc.documents.models import Document, DocumentState
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup, Slot
from eventsvc.invitations import letters
from eventsvc.invitations.letter_models import Audience, Letter
from eventsvc.invitations.models import Invitation
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

LOCALE = "vi"


class Letters:
    """All letters of an event, loaded in a fixed number of queries. Without any, everything is answered by None."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._rows = {(row.audience, row.rank_id): row for row in letters_of(event)}
        papers = paper_queries.letters_of(event) if self._rows else []
        self._successors = letters.successors(papers)
        self._commons: dict[int, dict[str, Any]] = {}
        self._shared: dict[int, dict[str, str]] = {}
        self._overtaken: dict[int, bool] = {}

    @property
    def rows(self) -> list[Letter]:
        return list(self._rows.values())

    def for_guest(self, guest: Guest) -> Letter | None:
        """The letter for the guest's rank, else the one for all."""
        rank = guest.rank
        own = self._rows.get((Audience.PEOPLE, rank.id)) if rank else None
        return own or self._rows.get((Audience.PEOPLE, None))

    def for_organizations(self) -> Letter | None:
        return self._rows.get((Audience.ORGANIZATIONS, None))

    def paper(self, letter: Letter) -> Document:
        """The paper in force: a replacement stands in the place of what it replaces."""
        return letters.in_force(letter.document, self._successors)

    def obstacle(self, guest: Guest) -> str | None:
        """Why a message to this guest must wait for the letter; None when it may go, or when there is no letter."""
        return self._obstacle(self.for_guest(guest))

    def obstacle_for_organizations(self) -> str | None:
        return self._obstacle(self.for_organizations())

    def enclosed(self, invitation: Invitation) -> Enclosed | None:
        """The letter as it goes with a message to this invitee; None without one, before it is issued, and after the
        event has become another than the letter says."""
        guest = invitation.guest
        letter = self.for_guest(guest)
        if letter is None:
            return None
        with force_locale(LOCALE):
            return self._enclosed(self.paper(letter), letters.of_guest(guest))

    def enclosed_for_organization(
        self,
        name: str,
        contact_name: str | None = None,
        contact_position: str | None = None,
        *,
        due_on: date | None = None,
        seats: int | None = None,
    ) -> Enclosed | None:
        """The letter to an organization that is asked to name people."""
        letter = self.for_organizations()
        if letter is None:
            return None
        values = letters.of_organization(
            name,
            contact_name=contact_name,
            contact_position=contact_position,
            due_on=due_on,
            seats=seats,
        )
        with force_locale(LOCALE):
            return self._enclosed(self.paper(letter), values)

    def common(self, paper: Document) -> dict[str, Any]:
        """What all copies of the paper share."""
        with force_locale(LOCALE):
            return self._common(paper)

    def own(self, paper: Document, values: Mapping[str, str]) -> dict[str, Any]:
        """What is this copy's own."""
        with force_locale(LOCALE):
            return self._own(paper, values)

    def own_of(self, paper: Document, guest: Guest) -> dict[str, Any]:
        with force_locale(LOCALE):
            return self._own(paper, letters.of_guest(guest))

    def values_for(self, guest: Guest) -> dict[str, Any] | None:
        """The letter of this guest for the press, issued or not; None without one."""
        letter = self.for_guest(guest)
        if letter is None:
            return None
        paper = self.paper(letter)
        return self.common(paper) | self.own_of(paper, guest)

    def _enclosed(self, paper: Document, own: Mapping[str, str]) -> Enclosed | None:
        if paper.state is not DocumentState.ISSUED or self._is_overtaken(paper):
            return None
        return Enclosed(letters.FILE_NAME, letters.TEMPLATE, self._common(paper), self._own(paper, own))

    def _is_overtaken(self, paper: Document) -> bool:
        if paper.id not in self._overtaken:
            self._overtaken[paper.id] = fields.is_overtaken(self.event, paper)
        return self._overtaken[paper.id]

    def _obstacle(self, letter: Letter | None) -> str | None:
        if letter is None:
            return None
        paper = self.paper(letter)
        if letters.may_be_preceded(paper):
            return None
        if paper.state is DocumentState.RECALLED:
            return _(
                "The letter “%(title)s” has been recalled and not been replaced yet.", title=_title(paper)
            )
        return _(
            "The letter “%(title)s” has not been issued yet, and its signer does not allow messages to go before it.",
            title=_title(paper),
        )

    def _common(self, paper: Document) -> dict[str, Any]:
        if paper.id not in self._commons:
            self._commons[paper.id] = sheet.common(paper, today=clock.today(), committee=self._committee)
        return self._commons[paper.id]

    def _own(self, paper: Document, own: Mapping[str, str]) -> dict[str, Any]:
        if paper.id not in self._shared:
            self._shared[paper.id] = fields.of_event(self.event, paper)
        return sheet.own(paper, {**self._shared[paper.id], **own})

    @cached_property
    def _committee(self) -> str | None:
        return paper_queries.committee_above(self.event)


def guests_of(letter: Letter, q: str = "") -> sa.Select[Guest]:
    """Select the guests whom the letter goes to, by given name: those of its rank; a letter for all goes to whoever
    has none of their own. Whoever walked in gets none."""
    own_rank = sa.func.coalesce(Guest.rank_id, GuestGroup.rank_id)
    statement = guests_listed(letter.event_id, q)
    if letter.rank_id is not None:
        return statement.where(own_rank == letter.rank_id)
    others = sa.select(Letter.rank_id).where(
        Letter.event_id == letter.event_id, Letter.audience == Audience.PEOPLE, Letter.rank_id.is_not(None)
    )
    return statement.where(sa.or_(own_rank.is_(None), own_rank.not_in(others)))


def guests_listed(event_id: int, q: str = "") -> sa.Select[Guest]:
    """Select the guests who may get a letter, by given name, with all that a letter says of them."""
    statement = (
        sa.select(Guest)
        .join(Guest.person)
        .join(Guest.site)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .options(
            contains_eager(Guest.person),
            contains_eager(Guest.site).joinedload(Site.event),
            contains_eager(Guest.group).joinedload(GuestGroup.rank),
            joinedload(Guest.own_rank),
        )
        .where(Guest.event_id == event_id, Guest.is_walk_in.is_(False))
        .order_by(Person.sort_key, Guest.id)
    )
    return statement.where(people.matches(q)) if q.strip() else statement


def guest_of(event: Event, guest_id: int) -> Guest:
    found = db.session.scalar(guests_listed(event.id).where(Guest.id == guest_id))
    if found is None:
        raise NotFound(_("There is no such guest."))
    return found


def organizations_asked(event: Event) -> list[str]:
    """The names of the organizations that have slots, each once, in the order of the list."""
    rows = db.session.scalars(sa.select(Slot).where(Slot.event_id == event.id).order_by(Slot.id))
    return list(dict.fromkeys(slot.organization_name or slot.label for slot in rows))


def counts(event: Event) -> dict[int | None, int]:
    """How many guests each rank has, by the rank's id; None counts those without one."""
    own_rank = sa.func.coalesce(Guest.rank_id, GuestGroup.rank_id)
    rows = (
        sa.select(own_rank, sa.func.count())
        .select_from(Guest)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .where(Guest.event_id == event.id, Guest.is_walk_in.is_(False))
        .group_by(own_rank)
    )
    return {rank_id: number for rank_id, number in db.session.execute(rows)}


def letter_by_id(event: Event, letter_id: int) -> Letter:
    found = db.session.scalar(sa.select(Letter).where(Letter.event_id == event.id, Letter.id == letter_id))
    if found is None:
        raise NotFound(_("There is no such letter."))
    return found


def letters_of(event: Event) -> list[Letter]:
    """Which paper goes to which audience and rank: those for all first, then by rank."""
    statement = (
        sa.select(Letter)
        .where(Letter.event_id == event.id)
        .options(joinedload(Letter.rank), joinedload(Letter.document).joinedload(Document.series))
    )
    rows = db.session.scalars(statement)
    return sorted(rows, key=lambda row: (row.audience.value, row.rank.number if row.rank else 0))


def _title(paper: Document) -> str:
    return " ".join(sheet.filled_title(paper).split())[:120]
