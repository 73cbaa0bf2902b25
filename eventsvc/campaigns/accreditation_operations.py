"""Journalists ask to work at a campaign; the organizers decide, and tell them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets, text
from eventsvc.audit.operations import record, user_id
from eventsvc.campaigns import accreditation_messages as messages
from eventsvc.campaigns import accreditation_queries as queries
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, lock, lock_open

COLUMNS = frozenset({"outlet", "name", "position", "press_card", "phone", "email", "equipment"})
DECISIONS = frozenset({AccreditationState.APPROVED, AccreditationState.REFUSED})
MOST_WAITING = 500


class NotOpen(DomainError):
    code = "not_open"


class TooManyWaiting(DomainError):
    code = "too_many_waiting"


class NothingToDecide(DomainError):
    code = "nothing_to_decide"


class Decided(NamedTuple):
    """How many were decided, how many had been changed since they were read, and how many have no e-mail address."""

    count: int
    changed: int
    without_address: int


@atomic()
def request_accreditation(event: Event, *, by: Any = None, **columns: Any) -> Accreditation:
    """A journalist asks, or (with `by`) is entered by an organizer. The same request sent again is the same request."""
    lock_open(event)
    if by is None and not queries.is_open(event):
        raise NotOpen(_("Requests are not taken at present."))
    for name in ("name", "outlet"):
        if not text.same_words(columns.get(name) or ""):
            raise Invalid(_("Enter the name and the outlet."), field=name)
    waiting = queries.accreditations_of(event, state=AccreditationState.REQUESTED)
    for one in waiting:
        if all(getattr(one, name) == columns.get(name) for name in COLUMNS):
            return one
    if by is None and len(waiting) >= MOST_WAITING:
        raise TooManyWaiting(_("Very many requests wait for a decision. Please call the organizers."))
    last = db.session.scalar(
        sa.select(sa.func.max(Accreditation.number)).where(Accreditation.event_id == event.id)
    )
    asked = Accreditation(event=event, number=(last or 0) + 1, state=AccreditationState.REQUESTED)
    assign(asked, columns, COLUMNS)
    db.session.add(asked)
    db.session.flush()
    record(by, "accreditation.requested", asked, event=event)
    return asked


@atomic()
def edit_accreditation(
    accreditation: Accreditation, *, version: int | None = None, by: Any, **columns: Any
) -> None:
    """StaleEdit when `version` is no longer that of the row."""
    lock_open(accreditation.event)
    lock(accreditation, version)
    if changed := assign(accreditation, columns, COLUMNS):
        db.session.flush()
        record(by, "accreditation.edited", accreditation, event=accreditation.event, changed=changed)


@atomic()
def decide(
    event: Event,
    seen: Mapping[int, int],
    state: AccreditationState,
    *,
    remark: str | None = None,
    by: Any,
) -> Decided:
    """Approve or refuse several, each as it was read (`seen`: the version by id); who was changed since is left.
    Each is written to, once. Who is approved has a press badge from then on; after a withdrawal another one,
    so that a lost badge stays dead. A refusal needs a remark."""
    if state not in DECISIONS:
        raise ValueError(state)
    lock_open(event)
    words = text.clean(remark or "") or None
    if state is AccreditationState.REFUSED and words is None:
        raise Invalid(_("Say why: it is told to the journalist."), field="remark")
    rows = queries.accreditations_of(event, ids=seen.keys())
    if not rows:
        raise NothingToDecide(_("Tick the journalists about whom you decide."))
    done, changed, letters = 0, 0, []
    for row in rows:
        lock(row)
        if row.version != seen[row.id]:
            changed += 1
            continue
        was_withdrawn = row.state is AccreditationState.WITHDRAWN
        if (was_withdrawn and state is AccreditationState.REFUSED) or (row.state, row.remark) == (
            state,
            words,
        ):
            continue
        row.state, row.remark = state, words
        row.decided_at, row.decided_by_id = clock.now(), user_id(by)
        if state is AccreditationState.APPROVED and (row.token_hash is None or was_withdrawn):
            token = secrets.new_token()
            row.token_hash, row.token_sealed = secrets.digest(token), secrets.seal(token)
        done += 1
        if row.email:
            letters.append(row)
    db.session.flush()
    if letters:
        outbox.call_back(queries.SUBJECT, [row.id for row in letters], by=None)
        outbox.queue_many([messages.decided(row) for row in letters])
    if done:
        record(by, "accreditations.decided", event, event=event, count=done, state=state.value)
    return Decided(done, changed, done - len(letters))


@atomic()
def withdraw(accreditation: Accreditation, *, version: int | None = None, by: Any) -> None:
    """The journalist comes no longer: the press badge is not valid any more. Safe to repeat."""
    lock_open(accreditation.event)
    lock(accreditation, version)
    if assign(accreditation, {"state": AccreditationState.WITHDRAWN}):
        outbox.call_back(queries.SUBJECT, [accreditation.id], by=by)
        record(by, "accreditation.withdrawn", accreditation, event=accreditation.event)


@outbox.before_repeating(queries.SUBJECT)
def require_standing(delivery: Delivery) -> None:
    """Refuse to send again a decision that has been overtaken."""
    row = db.session.get(Accreditation, delivery.subject_id)
    if row is not None and (row.decided_at is None or delivery.intent != messages.intent(row)):
        raise outbox.Overtaken(_("It has been decided otherwise since."))


@atomic()
def note_export(event: Event, count: int, *, what: str, by: Any) -> None:
    """Write down who took names out, in which form, and how many."""
    record(by, "accreditations.exported", event, event=event, count=count, what=what)
