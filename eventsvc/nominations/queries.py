"""Look up organizations that were asked, the people they named, and what became of both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import secrets, text
from eventsvc.db import db
from eventsvc.deliveries.models import UNDELIVERED, UNSENT, Delivery, DeliveryState
from eventsvc.deliveries.queries import latest_for
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.guests.models import Slot
from eventsvc.invitations.message_models import HandDelivery
from eventsvc.invitations.models import Invitation
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.nominations.states import AskingState, Delivered, Facts, state_of

SUBJECT = "organization_invitation"
REMINDER = "nomination_reminder"
LONGEST_TOKEN = 100
LIVE = (NominationState.ACCEPTED, NominationState.WAITING)


@dataclass(frozen=True)
class Line:
    """One organization as a list shows it."""

    asked: OrganizationInvitation
    facts: Facts
    message: Delivery | None = None

    @property
    def state(self) -> AskingState:
        return state_of(self.facts)


@dataclass
class Tally:
    """The whole event in figures."""

    organizations: int = 0
    seats: int = 0
    named: int = 0
    waiting: int = 0
    states: dict[AskingState, int] = field(default_factory=dict)


def invitation_by_token(token: str) -> OrganizationInvitation | None:
    """The organization whose link this is; revoked ones too."""
    if len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(OrganizationInvitation)
        .where(OrganizationInvitation.token_hash == secrets.digest(token))
        .options(
            joinedload(OrganizationInvitation.event).joinedload(Event.host),
            selectinload(OrganizationInvitation.slots).options(joinedload(Slot.site), joinedload(Slot.group)),
        )
    )


def asked_of(
    event: Event, asked_id: int, site_ids: Collection[int] | None = None, *, also_charged: bool = False
) -> OrganizationInvitation:
    """The organization asked to this event, with a slot within the sites in reach; otherwise NotFound.

    `also_charged`: one that is not invited but charged with tasks or reports is found, too.
    """
    statement = sa.select(OrganizationInvitation).where(
        OrganizationInvitation.event_id == event.id, OrganizationInvitation.id == asked_id
    )
    if not also_charged:
        statement = statement.where(OrganizationInvitation.is_invited)
    found = db.session.scalar(_reached(statement, site_ids))
    if found is None:
        raise NotFound(_("There is no such organization in this event."))
    return found


def asked_in(
    event: Event, *, ids: Collection[int] | None = None, site_ids: Collection[int] | None = None, q: str = ""
) -> list[OrganizationInvitation]:
    """The organizations asked, by name; `q` ignores diacritics."""
    statement = (
        sa.select(OrganizationInvitation)
        .where(OrganizationInvitation.event_id == event.id, OrganizationInvitation.is_invited)
        .options(
            selectinload(OrganizationInvitation.slots).options(joinedload(Slot.site), joinedload(Slot.group))
        )
    )
    if ids is not None:
        statement = statement.where(OrganizationInvitation.id.in_(ids))
    if q.strip():
        folded = text.fold(q)
        found = OrganizationInvitation.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(found)
    rows = db.session.scalars(_reached(statement, site_ids))
    return sorted(rows, key=lambda row: (text.sort_key(row.name), row.id))


def lines(
    event: Event, asked: Sequence[OrganizationInvitation], *, is_letter_issued: bool = False
) -> list[Line]:
    """The organizations with what is known of each: the same number of queries for 1 and 300."""
    ids = [row.id for row in asked]
    named, waiting, invited = _nomination_counts(event)
    messages = latest_for(None, SUBJECT, ids) if ids else {}
    chased, handed = _reminder_counts(event), _handed_over(event)
    return [
        Line(
            row,
            Facts(
                quota=quota(row.slots),
                named=named.get(row.id, 0),
                waiting=waiting.get(row.id, 0),
                invited=invited.get(row.id, 0),
                chased=chased.get(row.id, 0),
                message=_delivered(row, messages.get(row.id)),
                is_letter_issued=is_letter_issued,
                is_handed_over=row.id in handed,
                is_acknowledged=row.acknowledged_at is not None,
                is_declined=row.declined_at is not None,
                is_revoked=row.revoked_at is not None,
            ),
            messages.get(row.id),
        )
        for row in asked
    ]


def quota(slots: Iterable[Slot]) -> int | None:
    """How many people the slots ask for together; None when one of them does not say, or there is none."""
    seats = [slot.seats for slot in slots]
    return sum(filter(None, seats)) if seats and None not in seats else None


def tally(found: Iterable[Line]) -> Tally:
    total = Tally()
    for line in found:
        total.organizations += 1
        total.states[line.state] = total.states.get(line.state, 0) + 1
        if line.state is not AskingState.REVOKED:
            total.seats += line.facts.quota or 0
            total.named += line.facts.named
            total.waiting += line.facts.waiting
    return total


def unasked_slots(event: Event) -> list[Slot]:
    """The slots that no organization has been asked to fill."""
    return list(
        db.session.scalars(
            sa.select(Slot)
            .where(Slot.event_id == event.id, Slot.organization_invitation_id.is_(None))
            .options(joinedload(Slot.site), joinedload(Slot.group))
            .order_by(Slot.id)
        )
    )


def messages_of(asked: OrganizationInvitation) -> list[Delivery]:
    """Every message to the organization's contact, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Delivery)
            .where(Delivery.subject_kind == SUBJECT, Delivery.subject_id == asked.id)
            .order_by(Delivery.id.desc())
        )
    )


def last_reminders(event: Event) -> dict[int, datetime]:
    """When each organization was reminded last."""
    rows = db.session.execute(
        sa.select(Delivery.subject_id, sa.func.max(Delivery.created_at))
        .where(Delivery.event_id == event.id, Delivery.kind == REMINDER, Delivery.subject_kind == SUBJECT)
        .group_by(Delivery.subject_id)
    ).all()
    return {subject_id: moment for subject_id, moment in rows if subject_id is not None}


def reminders_written(event: Event) -> dict[int, int]:
    """How many reminders each organization was written, those called back too: the numbers of their intents."""
    rows = db.session.execute(
        sa.select(Delivery.subject_id, sa.func.count())
        .where(Delivery.event_id == event.id, Delivery.kind == REMINDER, Delivery.subject_kind == SUBJECT)
        .group_by(Delivery.subject_id)
    ).all()
    return {subject_id: number for subject_id, number in rows if subject_id is not None}


def edition(asked: OrganizationInvitation) -> int:
    """The edition of time and place in force for the organization; it rises with every change it must hear of."""
    return asked.event.revision + max((slot.site.place_changes for slot in asked.slots), default=0)


def outdated(event: Event) -> list[OrganizationInvitation]:
    """Those who were told of a time or place that has changed since, or of an event that is cancelled."""
    return [
        row
        for row in asked_in(event)
        if row.revoked_at is None
        and row.declined_at is None
        and row.told_at is not None
        and row.told_revision < edition(row)
    ]


def is_live() -> sa.ColumnElement[bool]:
    """Waiting, or accepted and still on the guest list."""
    return sa.or_(
        Nomination.state == NominationState.WAITING,
        sa.and_(Nomination.state == NominationState.ACCEPTED, Nomination.guest_id.is_not(None)),
    )


def _reached(
    statement: sa.Select[OrganizationInvitation], site_ids: Collection[int] | None
) -> sa.Select[OrganizationInvitation]:
    if site_ids is None:
        return statement
    there = sa.exists().where(
        Slot.organization_invitation_id == OrganizationInvitation.id, Slot.site_id.in_(site_ids)
    )
    return statement.where(there)


def _nomination_counts(event: Event) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """People on the list, waiting, and invited themselves, by organization."""
    is_invited = sa.and_(Invitation.id.is_not(None), Invitation.revoked_at.is_(None))
    rows = db.session.execute(
        sa.select(
            Nomination.organization_invitation_id,
            Nomination.state,
            sa.func.count(),
            sa.func.sum(sa.case((is_invited, 1), else_=0)),
        )
        .outerjoin(Invitation, Invitation.guest_id == Nomination.guest_id)
        .where(Nomination.event_id == event.id, is_live())
        .group_by(Nomination.organization_invitation_id, Nomination.state)
    ).all()
    accepted = {key: number for key, state, number, _sent in rows if state is NominationState.ACCEPTED}
    undecided = {key: number for key, state, number, _sent in rows if state is NominationState.WAITING}
    invited = {key: int(sent or 0) for key, state, _number, sent in rows if state is NominationState.ACCEPTED}
    return accepted, undecided, invited


def _reminder_counts(event: Event) -> dict[int, int]:
    """How many reminders went out to each organization or are about to."""
    rows = db.session.execute(
        sa.select(Delivery.subject_id, sa.func.count())
        .where(
            Delivery.event_id == event.id,
            Delivery.kind == REMINDER,
            Delivery.subject_kind == SUBJECT,
            Delivery.state != DeliveryState.CANCELLED,
        )
        .group_by(Delivery.subject_id)
    ).all()
    return {subject_id: number for subject_id, number in rows if subject_id is not None}


def _handed_over(event: Event) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(HandDelivery.organization_invitation_id).where(
                HandDelivery.event_id == event.id, HandDelivery.organization_invitation_id.is_not(None)
            )
        )
    )  # type: ignore[arg-type]


def _delivered(asked: OrganizationInvitation, message: Delivery | None) -> Delivered:
    if message is None or asked.told_at is None:
        return Delivered.NOT_WRITTEN
    if message.state in UNDELIVERED or message.state is DeliveryState.CANCELLED:
        return Delivered.FAILED
    if message.state in UNSENT or message.state is DeliveryState.SENDING:
        return Delivered.WAITING
    return Delivered.LEFT
