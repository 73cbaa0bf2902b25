"""Whom a message is for."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock
from eventsvc.agenda.release_models import AgendaRelease, ReleaseTouch, Touch
from eventsvc.db import db
from eventsvc.deliveries import refusals
from eventsvc.deliveries.models import UNDELIVERED, UNSENT, Delivery, DeliveryState
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import kinds
from eventsvc.invitations.figures import Overtaken
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.invitations.queries.lookups import SUBJECT
from eventsvc.invitations.queries.outcomes import GONE, is_handed, latest
from eventsvc.people import queries as people
from eventsvc.people.models import Contact, ContactKind, Person
from eventsvc.sites.models import MAIN, Site


def uninvited(
    event: Event,
    group: GuestGroup | None = None,
    site: Site | None = None,
    guests: Collection[int] | None = None,
) -> sa.Select[Guest]:
    """Select the guests in the scope who have never been invited; those who walked in are not."""
    asked = sa.select(Invitation.guest_id).where(Invitation.event_id == event.id)
    statement = sa.select(Guest).where(
        Guest.event_id == event.id, Guest.is_walk_in.is_(False), Guest.id.not_in(asked)
    )
    return _within(statement, group, site, guests).order_by(Guest.id)


def untold(
    event: Event,
    group: GuestGroup | None = None,
    site: Site | None = None,
    guests: Collection[int] | None = None,
) -> sa.Select[Invitation]:
    """Select the invitations in the scope that no message was ever written for, though there is an address."""
    statement = _standing(event).where(Invitation.told_at.is_(None), _has_address())
    return _within(statement, group, site, guests)


def outdated(event: Event) -> sa.Select[Invitation]:
    """Select the invitations whose last message told an earlier edition of time and place."""
    return _standing(event).where(_is_outdated(event))


def touched(event: Event) -> sa.Select[Invitation]:
    """Select the invitations of those whom releases of the agenda touch that they have not been told of: who is named
    in it, and everybody in a hall whose whole programme begins or ends otherwise. Those who are to hear of another time
    or place hear of it then."""
    mine = sa.or_(
        ReleaseTouch.person_id == Guest.person_id,
        sa.and_(ReleaseTouch.how == Touch.PROGRAMME, ReleaseTouch.site_id == Guest.site_id),
    )
    since = (
        sa.exists()
        .where(AgendaRelease.id == ReleaseTouch.release_id, AgendaRelease.event_id == event.id)
        .where(AgendaRelease.number > Invitation.told_release, mine)
    )
    return _standing(event).where(Invitation.told_at.is_not(None), ~_is_outdated(event), since)


def overtaken(event: Event) -> Overtaken:
    """Exactly whom sending updates would touch, counted in two queries."""
    total, by_hand = _counted(outdated(event))
    programme, of_them = (0, 0) if event.is_cancelled else _counted(touched(event))
    return Overtaken(total + programme, by_hand + of_them, programme)


def _counted(statement: sa.Select[Invitation]) -> tuple[int, int]:
    """How many there are, and how many of them have no address."""
    both = statement.options().with_only_columns(
        sa.func.count(), sa.func.count(sa.case((~_has_address(), 1))), maintain_column_froms=True
    )
    total, by_hand = db.session.execute(both.order_by(None)).one()
    return total, by_hand


def silent(
    event: Event, key: str | None = None, told_before: datetime | None = None
) -> sa.Select[Invitation]:
    """Select those to remind: they have been reached with what stands now, can be written to, have neither answered nor
    stopped reminders, and have not been reminded under this `key` (see `reminder_intent`), nor left out when others
    were."""
    prefix = sa.literal("reminder:") + sa.cast(Invitation.id, sa.String) + f":{key or _today()}:rev"
    reminded = sa.exists().where(
        Delivery.subject_kind == SUBJECT,
        Delivery.subject_id == Invitation.id,
        Delivery.kind == kinds.REMINDER,
        ~_was_stopped(),
        Delivery.intent.like(prefix + sa.cast(Invitation.revision, sa.String) + "%"),
    )
    statement = _standing(event).where(
        Invitation.answer == Answer.NEEDS_ACTION,
        Invitation.reminders_stopped_at.is_(None),
        Invitation.told_at.is_not(None),
        ~_is_outdated(event),
        _has_address(),
        _was_reached(),
        ~_is_waiting(),
        ~reminded,
    )
    return statement if told_before is None else statement.where(Invitation.told_at <= told_before)


def reminder_intent(invitation: Invitation, key: str | None = None) -> str:
    """Why a reminder exists: the days of its rule, or the day on which somebody pressed the button; anew after a change
    of time or place."""
    return f"reminder:{invitation.id}:{key or _today()}:rev{invitation.revision}"


def thankable(event: Event) -> sa.Select[Invitation]:
    """Select those who accepted, can be written to and have been neither thanked nor left out when others were."""
    thanked = sa.exists().where(
        Delivery.subject_kind == SUBJECT,
        Delivery.subject_id == Invitation.id,
        Delivery.kind == kinds.THANKS,
        ~_was_stopped(),
    )
    return _standing(event).where(Invitation.answer == Answer.ACCEPTED, _has_address(), ~thanked)


def count(statement: sa.Select[Any]) -> int:
    rows = statement.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)
    return db.session.scalar(rows.options()) or 0


def by_hand(
    event: Event,
    site_ids: Collection[int] | None = None,
    *,
    q: str = "",
    site_id: int | None = None,
    answer: Answer | None = None,
) -> sa.Select[Invitation]:
    """Select the invitations that must be handed over: no address to write to, or the last message
    did not arrive or was called back; and nobody has carried them since."""
    newest = latest(event)
    statement = (
        _standing(event)
        .outerjoin(newest, newest.c.subject_id == Invitation.id)
        .outerjoin(Delivery, Delivery.id == newest.c.id)
        .where(sa.or_(Delivery.id.is_(None), Delivery.state.in_((*UNDELIVERED, DeliveryState.CANCELLED))))
        .where(~is_handed())
        .order_by(None)
        .order_by(Site.level, Site.number, Person.sort_key, Invitation.id)
    )
    if q.strip():
        statement = statement.where(people.matches(q))
    if site_id is not None:
        statement = statement.where(Guest.site_id == site_id)
    if answer is not None:
        statement = statement.where(Invitation.answer == answer)
    return statement if site_ids is None else statement.where(Guest.site_id.in_(site_ids))


def _today() -> str:
    return clock.today().isoformat()


def _is_outdated(event: Event) -> sa.ColumnElement[bool]:
    edition = event.revision + Guest.place_sequence + place_changes(event) + Invitation.own_changes
    return Invitation.revision < edition


def place_changes(event: Event) -> sa.ColumnElement[int]:
    """`Site.place_changes` in SQL."""
    return Site.place_sequence + sa.case((Site.code == MAIN, event.main_place_changes), else_=0)


def _has_address() -> sa.ColumnElement[bool]:
    return sa.exists().where(Contact.person_id == Guest.person_id, Contact.kind == ContactKind.EMAIL)


def _was_stopped() -> sa.ColumnElement[bool]:
    """Whether the message came back with its whole batch: it may be decided anew. One that somebody called back by
    itself is decided."""
    return sa.and_(
        Delivery.state == DeliveryState.CANCELLED,
        sa.func.coalesce(Delivery.error_code, "") == refusals.STOPPED,
    )


def _was_reached() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Delivery.subject_kind == SUBJECT, Delivery.subject_id == Invitation.id, Delivery.state.in_(GONE)
    )


def _is_waiting() -> sa.ColumnElement[bool]:
    """Whether the invitation, or the change of time and place, has been written but has not left."""
    return sa.exists().where(
        Delivery.subject_kind == SUBJECT,
        Delivery.subject_id == Invitation.id,
        Delivery.kind.in_([kinds.INVITATION, kinds.UPDATE]),
        Delivery.state.in_(UNSENT),
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
                contains_eager(Guest.person).selectinload(Person.contacts),
                contains_eager(Guest.site),
                joinedload(Guest.own_rank),
                joinedload(Guest.group).joinedload(GuestGroup.rank),
            )
        )
        .where(Invitation.event_id == event.id, Invitation.revoked_at.is_(None))
        .order_by(Invitation.id)
    )


def _within(
    statement: Any, group: GuestGroup | None, site: Site | None, guests: Collection[int] | None = None
) -> Any:
    if group is not None:
        statement = statement.where(Guest.group_id == group.id)
    if site is not None:
        statement = statement.where(Guest.site_id == site.id)
    return statement if guests is None else statement.where(Guest.id.in_(guests))
