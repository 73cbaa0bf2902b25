"""Who goes in whose place: asked for, agreed to, refused."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionState
from eventsvc.people.models import Person
from eventsvc.rows import chunks
from eventsvc.text import fold


@dataclass(frozen=True)
class Replacements:
    """`of`: whose place somebody takes, by the id of the person who goes. `by`: who goes, by the id of the invitation
    that was taken back."""

    of: dict[int, Person] = field(default_factory=dict)
    by: dict[int, Person] = field(default_factory=dict)


def replacements(event: Event) -> Replacements:
    """The substitutes of an event as its messages name them, in one query; the latest word on each counts."""
    if event.id is None:
        return Replacements()
    replaced, goes, theirs = aliased(Person), aliased(Person), aliased(Invitation)
    rows = db.session.execute(
        sa.select(
            Substitution.person_id, Substitution.invitation_id, replaced, goes, theirs.revoked_at.is_(None)
        )
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(Guest, Guest.id == Invitation.guest_id)
        .join(replaced, replaced.id == Guest.person_id)
        .join(goes, goes.id == Substitution.person_id)
        .outerjoin(theirs, theirs.id == Substitution.substitute_id)
        .where(Substitution.event_id == event.id, Substitution.state == SubstitutionState.APPROVED)
        .options(lazyload(replaced.contacts), lazyload(goes.contacts))
        .order_by(Substitution.decided_at, Substitution.id)
    )
    found = Replacements()
    for person_id, invitation_id, whom, who, still_goes in rows:
        found.of[person_id] = whom
        if still_goes:
            found.by[invitation_id] = who
    return found


class Deputy(NamedTuple):
    """Who goes in a guest's place, and the site where they are expected, as a door may tell it."""

    honorific: str | None
    name: str
    position: str | None
    site_id: int


def going_for(guest_ids: Collection[int]) -> dict[int, Deputy]:
    """By the id of the guest replaced: who goes instead, on an invitation that stands. One statement."""
    theirs, goes = aliased(Invitation), aliased(Guest)
    rows = db.session.execute(
        sa.select(Invitation.guest_id, Person.honorific, Person.full_name, Person.position, goes.site_id)
        .select_from(Substitution)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(theirs, theirs.id == Substitution.substitute_id)
        .join(goes, goes.id == theirs.guest_id)
        .join(Person, Person.id == goes.person_id)
        .where(
            Invitation.guest_id.in_(guest_ids),
            Invitation.revoked_at.is_not(None),
            Substitution.state == SubstitutionState.APPROVED,
            theirs.revoked_at.is_(None),
        )
        .order_by(Substitution.id)
    )
    return {guest_id: Deputy(*rest) for guest_id, *rest in rows}


def waiting_for(invitation: Invitation) -> Substitution | None:
    """The request about this invitation that nobody has decided."""
    return db.session.scalar(
        sa.select(Substitution).where(
            Substitution.invitation_id == invitation.id, Substitution.state == SubstitutionState.WAITING
        )
    )


def latest_for(invitation: Invitation) -> Substitution | None:
    """The last request about this invitation, whatever became of it."""
    return db.session.scalar(
        sa.select(Substitution)
        .where(Substitution.invitation_id == invitation.id)
        .order_by(Substitution.id.desc())
        .limit(1)
    )


def is_replaced(invitation: Invitation) -> bool:
    """Whether the invitation was taken back because somebody else goes."""
    found = sa.select(Substitution.id).where(
        Substitution.invitation_id == invitation.id, Substitution.state == SubstitutionState.APPROVED
    )
    return invitation.revoked_at is not None and db.session.scalar(found.limit(1)) is not None


def listed(
    event: Event,
    *,
    site_ids: Collection[int] | None = None,
    state: SubstitutionState | None = None,
    q: str = "",
) -> sa.Select[Substitution]:
    """The requests of an event: those that wait first, then the last decided. `q` is somebody's name, of either."""
    replaced = aliased(Person)
    statement = (
        sa.select(Substitution)
        .join(Substitution.person)
        .join(Substitution.invitation)
        .join(Invitation.guest)
        .join(replaced, replaced.id == Guest.person_id)
        .options(
            contains_eager(Substitution.person),
            contains_eager(Substitution.invitation)
            .contains_eager(Invitation.guest)
            .options(
                contains_eager(Guest.person.of_type(replaced)),
                joinedload(Guest.site),
                joinedload(Guest.group).joinedload(GuestGroup.rank),
                joinedload(Guest.own_rank),
            ),
        )
        .where(Substitution.event_id == event.id)
        .order_by(
            sa.case((Substitution.state == SubstitutionState.WAITING, 0), else_=1),
            Substitution.decided_at.desc(),
            Substitution.id.desc(),
        )
    )
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    if state is not None:
        statement = statement.where(Substitution.state == state)
    if q.strip():
        folded = fold(q)
        either = sa.or_(
            Person.folded.contains(folded, autoescape=True), replaced.folded.contains(folded, autoescape=True)
        )
        statement = statement.where(either if folded else sa.false())
    return statement


def number_waiting(event: Event, site_ids: Collection[int] | None = None) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Substitution)
        .join(Substitution.invitation)
        .join(Invitation.guest)
        .where(Substitution.event_id == event.id, Substitution.state == SubstitutionState.WAITING)
    )
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    return db.session.scalar(statement) or 0


def substitution_of(
    event: Event, substitution_id: int, site_ids: Collection[int] | None = None
) -> Substitution:
    """The request of this event about a guest within the sites in reach; otherwise NotFound."""
    statement = listed(event, site_ids=site_ids).where(Substitution.id == substitution_id)
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such substitution."))
    return found


@dataclass
class Places:
    """What substitutions mean for one guest. `goes_for`: whose place the guest takes; `replaced_by`: who goes
    instead; `waiting`: somebody was named and waits for approval."""

    goes_for: Guest | None = None
    replaced_by: Guest | None = None
    waiting: Substitution | None = None


def for_guests(guest_ids: Collection[int]) -> dict[int, Places]:
    """What substitutions mean for these guests, by guest id; guests without any are not in it. One query whatever
    their number."""
    found: dict[int, Places] = {}
    for ids in chunks(sorted(guest_ids)):
        _take_in(found, set(ids))
    return found


def _take_in(found: dict[int, Places], ids: set[int]) -> None:
    theirs, old, new = aliased(Invitation), aliased(Guest), aliased(Guest)
    rows = db.session.execute(
        sa.select(Substitution, old, new, Invitation.revoked_at, theirs.revoked_at)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(old, old.id == Invitation.guest_id)
        .outerjoin(theirs, theirs.id == Substitution.substitute_id)
        .outerjoin(new, new.id == theirs.guest_id)
        .where(
            Substitution.state.in_((SubstitutionState.APPROVED, SubstitutionState.WAITING)),
            sa.or_(old.id.in_(ids), new.id.in_(ids)),
        )
        .options(
            joinedload(Substitution.person, innerjoin=True).lazyload(Person.contacts),
            joinedload(old.person, innerjoin=True).lazyload(Person.contacts),
            joinedload(new.person).lazyload(Person.contacts),
        )
        .order_by(Substitution.id)
    )
    for substitution, replaced, goes, taken_back_at, theirs_taken_back_at in rows:
        if substitution.state is SubstitutionState.WAITING:
            found.setdefault(replaced.id, Places()).waiting = substitution
            continue
        if goes is not None and replaced.id in ids and taken_back_at is not None:
            found.setdefault(replaced.id, Places()).replaced_by = goes
        if goes is not None and goes.id in ids and theirs_taken_back_at is None:
            found.setdefault(goes.id, Places()).goes_for = replaced
