"""Look up invitations, passes and what became of their messages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsvc import secrets
from eventsvc.db import db
from eventsvc.deliveries.models import UNDELIVERED, UNSENT, Delivery, DeliveryState
from eventsvc.deliveries.queries import latest_for
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations.figures import Overtaken, Progress, Tallies, Tally
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.people import queries as people
from eventsvc.people.models import Contact, ContactKind, Person
from eventsvc.rows import chunks
from eventsvc.sites.models import Site

SUBJECT = "invitation"
LONGEST_TOKEN = 100


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation whose link this is, with what its page shows; revoked ones too."""
    if len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        _whole(sa.select(Invitation)).where(Invitation.token_hash == secrets.digest(token))
    )


def invitation_of(event: Event, invitation_id: int, site_ids: Collection[int] | None = None) -> Invitation:
    """The invitation of this event within the sites in reach; otherwise NotFound."""
    statement = _whole(sa.select(Invitation)).where(
        Invitation.event_id == event.id, Invitation.id == invitation_id
    )
    if site_ids is not None:
        statement = statement.join(Guest, Guest.id == Invitation.guest_id).where(Guest.site_id.in_(site_ids))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such invitation."))
    return found


def invitation_for(guest: Guest) -> Invitation | None:
    return db.session.scalar(sa.select(Invitation).where(Invitation.guest_id == guest.id))


def live_pass(guest: Guest) -> Pass | None:
    """The pass that opens the door for this guest now."""
    return db.session.scalar(sa.select(Pass).where(Pass.guest_id == guest.id, Pass.revoked_at.is_(None)))


def live_passes(guest_ids: Collection[int]) -> dict[int, Pass]:
    """The live passes by guest id."""
    if not guest_ids:
        return {}
    rows = db.session.scalars(sa.select(Pass).where(Pass.guest_id.in_(guest_ids), Pass.revoked_at.is_(None)))
    return {row.guest_id: row for row in rows}


def passes_of(guest: Guest) -> list[Pass]:
    """Every pass the guest ever had, the newest first."""
    return list(db.session.scalars(sa.select(Pass).where(Pass.guest_id == guest.id).order_by(Pass.id.desc())))


# --- Who is to be asked ---------------------------------------------------------------------------------


def uninvited(event: Event, group: GuestGroup | None = None, site: Site | None = None) -> sa.Select[Guest]:
    """Select the guests in the scope who have never been invited; those who walked in are not."""
    asked = sa.select(Invitation.guest_id).where(Invitation.event_id == event.id)
    statement = sa.select(Guest).where(
        Guest.event_id == event.id, Guest.is_walk_in.is_(False), Guest.id.not_in(asked)
    )
    return _within(statement, group, site).order_by(Guest.id)


def untold(event: Event, group: GuestGroup | None = None, site: Site | None = None) -> sa.Select[Invitation]:
    """Select the invitations in the scope that no message was ever written for."""
    return _within(_standing(event).where(Invitation.told_at.is_(None)), group, site)


def outdated(event: Event) -> sa.Select[Invitation]:
    """Select the invitations whose last message told an earlier edition of time and place."""
    edition = event.revision + Guest.place_sequence + Site.place_sequence + Invitation.own_changes
    return _standing(event).where(Invitation.revision < edition)


def overtaken(event: Event) -> Overtaken:
    """Exactly whom sending updates would touch, counted in one query."""
    has_address = sa.exists().where(Contact.person_id == Guest.person_id, Contact.kind == ContactKind.EMAIL)
    statement = (
        outdated(event)
        .options()
        .with_only_columns(
            sa.func.count(), sa.func.count(sa.case((~has_address, 1))), maintain_column_froms=True
        )
    )
    total, by_hand = db.session.execute(statement.order_by(None)).one()
    return Overtaken(total, by_hand)


def count(statement: sa.Select[Any]) -> int:
    rows = statement.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)
    return db.session.scalar(rows.options()) or 0


def by_hand(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Invitation]:
    """Select the invitations that must be handed over: no address to write to, or the last message
    did not arrive or was called back."""
    latest = _latest(event)
    statement = (
        _standing(event)
        .outerjoin(latest, latest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == latest.c.id)
        .where(sa.or_(Delivery.id.is_(None), Delivery.state.in_((*UNDELIVERED, DeliveryState.CANCELLED))))
        .order_by(None)
        .order_by(Site.level, Site.number, Person.sort_key, Invitation.id)
    )
    return statement if site_ids is None else statement.where(Guest.site_id.in_(site_ids))


# --- What became of the messages ------------------------------------------------------------------------


def messages_of(invitation: Invitation) -> list[Delivery]:
    """Every message written for the invitation, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Delivery)
            .where(Delivery.subject_kind == SUBJECT, Delivery.subject_id == invitation.id)
            .order_by(Delivery.id.desc())
        )
    )


def unsent_messages(invitation_ids: Iterable[int]) -> list[Delivery]:
    """The messages of these invitations that can still be called back."""
    found: list[Delivery] = []
    for ids in chunks(sorted(invitation_ids)):
        found += db.session.scalars(
            sa.select(Delivery).where(
                Delivery.subject_kind == SUBJECT, Delivery.subject_id.in_(ids), Delivery.state.in_(UNSENT)
            )
        )
    return found


def reached(event: Event) -> set[int]:
    """The ids of the invitations of which some message has left, or may have left, the house."""
    gone = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCERTAIN)
    rows = sa.select(Delivery.subject_id).where(
        Delivery.event_id == event.id, Delivery.subject_kind == SUBJECT, Delivery.state.in_(gone)
    )
    return {subject_id for subject_id in db.session.scalars(rows.distinct()) if subject_id is not None}


def resends(invitation: Invitation) -> int:
    """How often the invitation's present edition has been sent again."""
    prefix = f"resend:{invitation.id}:rev{invitation.revision}:"
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(
                Delivery.subject_kind == SUBJECT,
                Delivery.subject_id == invitation.id,
                Delivery.intent.startswith(prefix, autoescape=True),
            )
        )
        or 0
    )


# --- Lists and figures ----------------------------------------------------------------------------------


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
    latest = _latest(event)
    statement = (
        sa.select(Guest)
        .join(Guest.person)
        .join(Guest.site)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(latest, latest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == latest.c.id)
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

    @property
    def progress(self) -> Progress:
        if self.invitation is None:
            return Progress.UNINVITED
        if self.invitation.revoked_at is not None:
            return Progress.REVOKED
        if self.message is None:
            return Progress.BY_HAND
        return _PROGRESS.get(self.message.state, Progress.QUEUED)


def lines(guests: list[Guest]) -> list[Line]:
    """The guests of a page with their invitations and last messages, in two queries whatever their number."""
    ids = [guest.id for guest in guests]
    asked = {
        invitation.guest_id: invitation
        for invitation in db.session.scalars(sa.select(Invitation).where(Invitation.guest_id.in_(ids)))
    }
    messages = latest_for(None, SUBJECT, [invitation.id for invitation in asked.values()])
    return [
        Line(guest, invitation, messages.get(invitation.id) if invitation else None)
        for guest in guests
        for invitation in [asked.get(guest.id)]
    ]


def tallies(event: Event, site_ids: Collection[int] | None = None) -> Tallies:
    """Who has been asked, reached and heard from, counted in one query."""
    latest = _latest(event)
    progress = _progress().label("progress")
    statement = (
        sa.select(Guest.group_id, Site.level, Guest.site_id, progress, Invitation.answer, sa.func.count())
        .join(Site, Site.id == Guest.site_id)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(latest, latest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == latest.c.id)
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


_PROGRESS = {
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
        (Delivery.id.is_(None), Progress.BY_HAND.value),
        *((Delivery.state.in_(states), progress.value) for progress, states in words.items()),
        else_=Progress.QUEUED.value,
    )


def _is_to_be_asked() -> sa.ColumnElement[bool]:
    """Whoever walked in was never asked and is no part of these lists, unless invited before."""
    return sa.or_(Guest.is_walk_in.is_(False), Invitation.id.is_not(None))


def _latest(event: Event) -> sa.Subquery:
    return (
        sa.select(Delivery.subject_id, sa.func.max(Delivery.id).label("id"))
        .where(Delivery.event_id == event.id, Delivery.subject_kind == SUBJECT)
        .group_by(Delivery.subject_id)
        .subquery()
    )


def _standing(event: Event) -> sa.Select[Invitation]:
    """The invitations that have not been taken back, with everything a message needs."""
    return (
        sa.select(Invitation)
        .join(Invitation.guest)
        .join(Guest.person)
        .join(Guest.site)
        .options(
            contains_eager(Invitation.guest).options(
                contains_eager(Guest.person).selectinload(Person.contacts), contains_eager(Guest.site)
            )
        )
        .where(Invitation.event_id == event.id, Invitation.revoked_at.is_(None))
        .order_by(Invitation.id)
    )


def _within(statement: Any, group: GuestGroup | None, site: Site | None) -> Any:
    if group is not None:
        statement = statement.where(Guest.group_id == group.id)
    if site is not None:
        statement = statement.where(Guest.site_id == site.id)
    return statement


def _whole(statement: sa.Select[Invitation]) -> sa.Select[Invitation]:
    return statement.options(
        joinedload(Invitation.guest, innerjoin=True).joinedload(Guest.site, innerjoin=True),
        joinedload(Invitation.event, innerjoin=True),
        selectinload(Invitation.answers),
    )
