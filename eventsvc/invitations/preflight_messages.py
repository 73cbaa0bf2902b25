"""The preflight of a batch: everything it looks at, in a fixed number of queries."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from eventsvc import clock, placeholders
from eventsvc.db import db
from eventsvc.deliveries import refusals
from eventsvc.deliveries.models import Batch, Delivery, DeliveryState, EnclosedPaper
from eventsvc.errors import DomainError
from eventsvc.events import workdays
from eventsvc.events.models import Event, EventForm
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.invitations import batch_queries, kinds, messages, queries, rules, wording_fields
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.models import Invitation
from eventsvc.invitations.preflight import LARGE, Finding, Row, duplicates, is_quiet, ordered, workdays_until
from eventsvc.sites.models import MAIN

_READY = (DeliveryState.DRAFT, DeliveryState.HELD)


@dataclass(frozen=True)
class _Draft:
    """One message with what the preflight asks of it."""

    id: int
    name: str
    address: str
    size: int
    paper: str | None
    invitation: Invitation | None

    @property
    def row(self) -> Row:
        return self.with_detail("")

    def with_detail(self, detail: str) -> Row:
        return Row(self.name, detail, self.id, self.invitation.guest_id if self.invitation else None)


def findings(batch: Batch) -> list[Finding]:
    """What stands against the batch and what to think of, row by row; blocking findings first."""
    event, drafts = batch.event, _drafts(batch)
    found = [Finding("nothing")] if not drafts else []
    found += _of_the_moment(batch)
    found += _by_rows(
        {
            "outdated": [each.row for each in drafts if each.invitation and each.invitation.is_outdated],
            "duplicate_address": duplicates((each.address, each.row) for each in drafts),
            "large": [each.with_detail(f"{each.size // 1024} KB") for each in drafts if each.size > LARGE],
            "undeliverable": _undeliverable(batch),
            "no_video_link": _without_video(batch, drafts),
            "lead_time": _late(event, drafts) if batch.kind == kinds.INVITATION else [],
            **_brackets(batch),
            **_letters(batch, drafts),
        }
    )
    if batch.kind in kinds.ALL and drafts:
        composer = messages.Composer(event, batch.kind, clock.now())
        gaps = [(each, composer.gaps(each.invitation.guest)) for each in drafts if each.invitation]
        found += _by_rows(
            {"empty_field": [each.with_detail(_fields(names)) for each, names in gaps if names]}
        )
    if batch.kind == kinds.INVITATION:
        missing = db.session.scalars(batch_queries.without_address(batch))
        found += _by_rows(
            {"no_address": [Row(guest.person.full_name, guest_id=guest.id) for guest in missing]}
        )
    return ordered(found)


def _by_rows(rows: dict[str, list[Row]]) -> list[Finding]:
    return [Finding(code, tuple(some)) for code, some in rows.items() if some]


def _drafts(batch: Batch) -> list[_Draft]:
    """The messages that would leave, with those they are for."""
    size = sa.func.coalesce(sa.func.length(Delivery.html_body), 0)
    rows = db.session.execute(
        sa.select(
            *(Delivery.id, Delivery.recipient_name, Delivery.recipient, size, EnclosedPaper.digest),
            *(Delivery.subject_kind, Delivery.subject_id),
        )
        .outerjoin(EnclosedPaper, EnclosedPaper.id == Delivery.paper_id)
        .where(Delivery.batch_id == batch.id, Delivery.state.in_(_READY))
        .order_by(Delivery.id)
    ).all()
    invitations = {each.id: each for each in _invitations(batch)}
    return [
        _Draft(
            id=id_, name=name or address, address=address, size=length, paper=paper,
            invitation=invitations.get(subject_id) if subject_kind == queries.SUBJECT else None,
        )
        for id_, name, address, length, paper, subject_kind, subject_id in rows
    ]  # fmt: skip


def _invitations(batch: Batch) -> list[Invitation]:
    told = sa.select(Delivery.subject_id).where(
        Delivery.batch_id == batch.id, Delivery.subject_kind == queries.SUBJECT
    )
    statement = (
        sa.select(Invitation)
        .join(Invitation.guest)
        .join(Guest.site)
        .options(
            contains_eager(Invitation.guest).options(
                contains_eager(Guest.site),
                joinedload(Guest.own_rank),
                joinedload(Guest.group).joinedload(GuestGroup.rank),
            )
        )
        .where(Invitation.id.in_(told))
    )
    return list(db.session.scalars(statement).unique())


def _of_the_moment(batch: Batch) -> list[Finding]:
    """Whether anything may be sent now, and whether people like to get it now."""
    event, now, found = batch.event, clock.now(), []
    try:
        if batch.kind == kinds.THANKS:
            rules.require_over(event, now)
        elif not event.is_cancelled:
            rules.require_sendable(event, now)
        elif batch.kind != kinds.UPDATE:
            rules.require_open(event)
    except DomainError as refusal:
        found.append(Finding("not_sendable", detail=str(refusal)))
    if is_quiet(now):
        found.append(Finding("quiet_hours"))
    off = workdays.day_off(clock.today())
    if off is not None:
        found.append(Finding("day_off", detail=off[1] or ""))
    return found


def _undeliverable(batch: Batch) -> list[Row]:
    failed = db.session.execute(
        sa.select(Delivery.id, Delivery.recipient_name, Delivery.recipient, Delivery.error_code)
        .where(Delivery.batch_id == batch.id, Delivery.state == DeliveryState.FAILED)
        .order_by(Delivery.id)
    )
    return [Row(name or address, refusals.words(code), id_) for id_, name, address, code in failed]


def _brackets(batch: Batch) -> dict[str, list[Row]]:
    """Messages with ((…)) in them: a field that is known was forgotten, anything else may be somebody's name."""
    left: list[Row] = []
    strange: list[Row] = []
    rows = db.session.execute(
        sa.select(Delivery.id, Delivery.recipient_name, Delivery.subject, Delivery.text_body)
        .where(
            Delivery.batch_id == batch.id,
            Delivery.state.in_(_READY),
            sa.or_(Delivery.subject.like("%((%))%"), Delivery.text_body.like("%((%))%")),
        )
        .order_by(Delivery.id)
    )
    for id_, name, subject, text in rows:
        names = placeholders.names(f"{subject}\n{text}")
        unknown = placeholders.unknown(f"{subject}\n{text}", wording_fields.KNOWN)
        known = [each for each in names if each not in unknown]
        if names:
            (left if known else strange).append(Row(name, _fields(known or names), id_))
    return {"field_left": left, "brackets": strange}


def _letters(batch: Batch, drafts: list[_Draft]) -> dict[str, list[Row]]:
    """Whose letter is not there yet, and who would get the message without it."""
    if batch.kind not in messages.WITH_LETTER or batch.event.is_cancelled:
        return {}
    letters = Letters(batch.event)
    missing: list[Row] = []
    later: list[Row] = []
    changed: list[Row] = []
    for draft in drafts:
        if draft.invitation is None:
            continue
        obstacle = letters.obstacle(draft.invitation.guest)
        if obstacle is not None:
            missing.append(draft.with_detail(obstacle))
            continue
        enclosed = letters.enclosed(draft.invitation)
        if draft.paper is None and enclosed is not None:
            later.append(draft.row)
        elif draft.paper is not None and (enclosed is None or enclosed.digest != draft.paper):
            changed.append(draft.row)
    return {"letter_not_issued": missing, "letter_changed": changed, "letter_later": later}


def _without_video(batch: Batch, drafts: list[_Draft]) -> list[Row]:
    """Those at bridge sites, when the message asks them to come and says no link."""
    event = batch.event
    if event.video_link or event.form is EventForm.IN_PERSON or event.is_cancelled:
        return []
    if batch.kind not in {kinds.INVITATION, kinds.UPDATE}:
        return []
    told = [(each, each.invitation.guest.site) for each in drafts if each.invitation]
    return [each.with_detail(site.name) for each, site in told if site.code != MAIN]


def _late(event: Event, drafts: list[_Draft]) -> list[Row]:
    """Those whose rank expects to be asked more working days before."""
    if event.starts_at is None:
        return []
    day = clock.local(event.starts_at).date()
    left = workdays_until(day, clock.today(), workdays.day_off)
    rows = []
    for draft in drafts:
        rank = draft.invitation.guest.rank if draft.invitation else None
        if rank is not None and rank.lead_workdays is not None and left < rank.lead_workdays:
            rows.append(draft.with_detail(f"{rank.name}: {left}/{rank.lead_workdays}"))
    return rows


def _fields(names: list[str]) -> str:
    return ", ".join(f"(({name}))" for name in names)
