"""Every change to a proposal: proposed, checked, sent back, decided, refused, withdrawn, read out."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import AgendaItem
from eventsvc.audit.operations import record
from eventsvc.commendations import queries
from eventsvc.commendations.models import (
    Commendation,
    CommendationScript,
    CommendationState,
    NomineeKind,
)
from eventsvc.commendations.pasting import MOST_LINES, Proposal
from eventsvc.commendations.script import script
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, lock, lock_open
from eventsvc.text import same_words

State = CommendationState
EDITABLE = frozenset({"kind", "name", "position", "organization_name", "achievement", "form"})
OPEN_TO_AGENCY = frozenset({State.PROPOSED, State.RETURNED})
OPEN_TO_EDIT = OPEN_TO_AGENCY | {State.CHECKED}
MOST_AT_ONCE = 500


class AlreadyProposed(Invalid):
    """The same honour is proposed for the same person or collective."""

    code = "already_proposed"


class NotNow(DomainError):
    """The proposal has come too far for this, or not far enough."""

    code = "not_in_this_state"


class NobodyDecided(DomainError):
    code = "nobody_decided"


class WrittenByHand(DomainError):
    """Somebody has written into the item; the list does not write over it."""

    code = "written_by_hand"


@atomic()
def propose(
    event: Event, proposal: Proposal, *, proposed_by: OrganizationInvitation | None = None, by: Any
) -> Commendation:
    """One proposal; AlreadyProposed when the same honour is proposed for the same one already."""
    lock_open(event)
    if _key(proposal) in _standing(event):
        raise AlreadyProposed(_("This commendation has been proposed already."), field="name")
    (row,) = _add(event, [proposal], proposed_by)
    record(by, "commendation.proposed", row, event=event)
    return row


@atomic()
def propose_several(
    event: Event,
    proposals: Sequence[Proposal],
    *,
    proposed_by: OrganizationInvitation | None = None,
    by: Any,
) -> tuple[int, int]:
    """Many at once; how many are new, and how many were proposed already and left out. Safe to repeat."""
    lock_open(event)
    if not proposals:
        raise Invalid(_("Enter at least one line."), field="lines")
    if len(proposals) > MOST_LINES:
        raise Invalid(_("At most %(most)s lines, please.", most=MOST_LINES), field="lines")
    known, new = _standing(event), []
    for proposal in proposals:
        if _key(proposal) not in known:
            known.add(_key(proposal))
            new.append(proposal)
    if new:
        _add(event, new, proposed_by)
        record(by, "commendations.proposed", event, event=event, count=len(new))
    return len(new), len(proposals) - len(new)


def _add(
    event: Event, proposals: Iterable[Proposal], proposed_by: OrganizationInvitation | None
) -> list[Commendation]:
    last = db.session.scalar(
        sa.select(sa.func.max(Commendation.number)).where(Commendation.event_id == event.id)
    )
    rows = [
        Commendation(
            event=event,
            number=number,
            proposed_by=proposed_by,
            organization=_organization(event, proposal),
            **proposal._asdict(),
        )
        for number, proposal in enumerate(proposals, start=(last or 0) + 1)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _organization(event: Event, proposal: Proposal) -> Any:
    called = proposal.name if proposal.kind is NomineeKind.COLLECTIVE else proposal.organization_name
    if not called:
        return None
    return organizations.find(called, on=event.units_as_of, province_code=event.province_code)


def _standing(event: Event, without: Commendation | None = None) -> set[tuple[str, ...]]:
    rows = db.session.scalars(
        sa.select(Commendation).where(Commendation.event_id == event.id, Commendation.state.in_(queries.LIVE))
    )
    return {_key(row) for row in rows if row is not without}


def _key(row: Any) -> tuple[str, ...]:
    return (row.kind.value, *(same_words(part or "") for part in (row.name, row.organization_name, row.form)))


@atomic()
def edit(commendation: Commendation, values: dict[str, Any], *, version: int | None = None, by: Any) -> None:
    """Put it right. Whatever was checked or sent back is a proposal again: it must be looked at as it is now.

    NotNow once it was decided, refused or withdrawn; an organization can no longer change what was checked.
    """
    event = commendation.event
    lock_open(event)
    lock(commendation, version)
    if commendation.state not in _open_to(by):
        raise NotNow(_("This proposal can no longer be changed."))
    changed = assign(commendation, values, EDITABLE)
    if _key(commendation) in _standing(event, without=commendation):
        raise AlreadyProposed(_("This commendation has been proposed already."), field="name")
    was_back = commendation.state is State.RETURNED
    if not changed and not was_back:
        return
    commendation.organization = _organization(event, commendation)  # type: ignore[arg-type]
    commendation.state, commendation.checked_at, commendation.checked_by = State.PROPOSED, None, None
    db.session.flush()
    record(by, "commendation.edited", commendation, event=event, fields=changed)


@atomic()
def check_several(
    event: Event, chosen: Sequence[tuple[int, int | None]], *, checked_by: str | None = None, by: Any
) -> int:
    """The Department of Home Affairs has looked at these (id, version seen) and agrees; how many were checked now. Who
    enters it for the department says so in `checked_by`. Safe to repeat."""
    lock_open(event)
    checked_by = (checked_by or "").strip()
    if isinstance(by, OrganizationInvitation):
        checked_by = by.name
    elif not checked_by:
        raise Invalid(_("Say which department has checked it, and by which paper."), field="checked_by")
    rows = _chosen(event, chosen)
    _require(rows, {State.PROPOSED, State.CHECKED}, _l("Only what is proposed can be checked: %(numbers)s."))
    new = [row for row in rows if row.state is not State.CHECKED]
    for row in new:
        row.state, row.checked_at, row.remark = State.CHECKED, clock.now(), None
        row.checked_by = checked_by[:300]
    if new:
        db.session.flush()
        record(by, "commendations.checked", event, event=event, count=len(new))
    return len(new)


@atomic()
def decide_several(
    event: Event, chosen: Sequence[tuple[int, int | None]], *, number: str | None, day: date | None, by: Any
) -> int:
    """These (id, version seen) are commended by this decision; only what was checked can be."""
    lock_open(event)
    if not (number or "").strip():
        raise Invalid(_("Enter the number of the decision."), field="decision_number")
    if day is None:
        raise Invalid(_("Enter the day of the decision."), field="decision_date")
    if day > clock.today():
        raise Invalid(_("This day has not come yet."), field="decision_date")
    rows = _chosen(event, chosen)
    _require(rows, {State.CHECKED}, _l("Only what is checked can be decided: %(numbers)s."))
    item = queries.item_of(event)
    for row in rows:
        row.state, row.decision_number, row.decision_date = State.DECIDED, str(number).strip(), day
        row.agenda_item = item
    db.session.flush()
    record(by, "commendations.decided", event, event=event, count=len(rows))
    _refresh(item, by)
    return len(rows)


@atomic()
def send_back(commendation: Commendation, *, remark: str, version: int | None = None, by: Any) -> None:
    """Ask whoever proposed it to put it right."""
    _close(commendation, State.RETURNED, remark, "commendation.returned", version, by)


@atomic()
def refuse(commendation: Commendation, *, remark: str, version: int | None = None, by: Any) -> None:
    """It is not commended; the remark says why."""
    _close(commendation, State.REFUSED, remark, "commendation.refused", version, by)


def _close(
    commendation: Commendation, state: State, remark: str, action: str, version: int | None, by: Any
) -> None:
    lock_open(commendation.event)
    lock(commendation, version)
    if commendation.state not in OPEN_TO_EDIT:
        raise NotNow(_("This proposal can no longer be changed."))
    if not remark.strip():
        raise Invalid(_("Say why."), field="remark")
    commendation.state, commendation.remark = state, remark.strip()
    commendation.checked_at = commendation.checked_by = None
    db.session.flush()
    record(by, action, commendation, event=commendation.event)


@atomic()
def withdraw(commendation: Commendation, *, version: int | None = None, by: Any) -> None:
    """Whoever proposed it takes it back; once it was checked, only the organizer. Safe to repeat."""
    lock_open(commendation.event)
    lock(commendation, version)
    if commendation.state is State.WITHDRAWN:
        return
    if commendation.state not in _open_to(by):
        raise NotNow(_("This proposal can no longer be changed."))
    commendation.state = State.WITHDRAWN
    db.session.flush()
    record(by, "commendation.withdrawn", commendation, event=commendation.event)


@atomic()
def reopen(commendation: Commendation, *, version: int | None = None, by: Any) -> None:
    """It was decided, refused or withdrawn by mistake: what was decided counts as checked again, the others as
    proposed. What is read out is brought up to date."""
    event = commendation.event
    lock_open(event)
    lock(commendation, version)
    if commendation.state in OPEN_TO_EDIT:
        raise NotNow(_("This proposal is still open."))
    if commendation.state is not State.DECIDED and _key(commendation) in _standing(event):
        raise AlreadyProposed(_("This commendation has been proposed already."))
    item = commendation.agenda_item
    commendation.state = State.CHECKED if commendation.state is State.DECIDED else State.PROPOSED
    commendation.decision_number = commendation.decision_date = commendation.agenda_item = None
    db.session.flush()
    record(by, "commendation.reopened", commendation, event=event)
    _refresh(item, by)


# --- Read out at the finale ---------------------------------------------------------------------------------


@atomic()
def read_out_at(event: Event, item: AgendaItem | None, *, overwrite: bool = False, by: Any) -> None:
    """The item at which those decided are read out: the list flows into it, and again whenever it changes.

    WrittenByHand when somebody has written there, unless `overwrite`. None takes the list out of the agenda. What it
    was taken out of says nothing of it any more, unless that event was cancelled.
    """
    lock_open(event)
    if item is not None and item.id not in {one.id for one in queries.items_for(event)}:
        raise Invalid(_("Choose an item of recognition in an event of this campaign."), field="item")
    rows, current = queries.listed(event, state=State.DECIDED), queries.item_of(event)
    if not rows and (item is not None or current is None):
        raise NobodyDecided(_("Nobody is commended by a decision yet."))
    before = {current, *(row.agenda_item for row in rows)} - {item, None}
    for row in rows:
        if row.agenda_item is not item:
            row.agenda_item = item
    db.session.flush()
    for left in before:
        _take_out_of(left, by)
    if item is not None and not write_script(item, overwrite=overwrite, by=by):
        raise WrittenByHand(
            _("Somebody has written into this item of the agenda by hand. Look at it; then write over it."),
            field="overwrite",
        )
    record(by, "commendations.put_into_agenda", event, event=event, agenda_item_id=item.id if item else None)


@atomic()
def write_script(item: AgendaItem, *, overwrite: bool = False, by: Any) -> bool:
    """Bring what the item says up to date; False when somebody has written there by hand and it was left as it is.
    Safe to repeat."""
    lock_open(item.event)
    lock(item)
    if not overwrite and queries.is_by_hand(item):
        return False
    wanted = script(queries.read_out_at(item))
    agenda.edit_item(item, wanted._asdict(), by=by)
    written = queries.written_into(item)
    if written is None:
        written = CommendationScript(agenda_item=item)
        db.session.add(written)
    written.mc_line, written.screen_note = wanted
    db.session.flush()
    return True


def _take_out_of(item: Any, by: Any) -> None:
    _refresh(item, by)
    written = queries.written_into(item)
    if written is not None and not queries.read_out_at(item):
        db.session.delete(written)
        db.session.flush()


def _refresh(item: AgendaItem | None, by: Any) -> None:
    """An item of an event that was cancelled, or into which somebody has written, stays as it is."""
    if item is not None and not item.event.is_cancelled:
        write_script(item, by=by)


def _chosen(event: Event, chosen: Sequence[tuple[int, int | None]]) -> list[Commendation]:
    """The rows chosen on a page, each held and as it was seen there."""
    if not chosen:
        raise Invalid(_("Choose at least one proposal."), field="chosen")
    if len(chosen) > MOST_AT_ONCE:
        raise Invalid(_("At most %(most)s at once, please.", most=MOST_AT_ONCE), field="chosen")
    versions = dict(chosen)
    rows = list(
        db.session.scalars(
            sa.select(Commendation)
            .where(Commendation.event_id == event.id, Commendation.id.in_(versions))
            .order_by(Commendation.number)
        )
    )
    if len(rows) != len(versions):
        raise NotFound(_("There is no such proposal."))
    for row in rows:
        lock(row, versions[row.id])
    return rows


def _open_to(by: Any) -> frozenset[State]:
    return OPEN_TO_AGENCY if isinstance(by, OrganizationInvitation) else OPEN_TO_EDIT


def _require(rows: Sequence[Commendation], states: set[State], sentence: Any) -> None:
    wrong = [str(row.number) for row in rows if row.state not in states]
    if wrong:
        raise NotNow(str(sentence) % {"numbers": ", ".join(wrong[:20])})
