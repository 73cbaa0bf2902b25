"""Every change to the run of a show. Two operators may press at once: the second is told, nothing is done twice."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import ApiToken, User
from eventsvc.accounts.permissions import Role
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.stage import presses, queries
from eventsvc.stage.models import Run, RunState
from eventsvc.stage.presses import NotNow, Press

LONGEST_MESSAGE = 200

ACTIONS = {
    Press.START: "run.started",
    Press.NEXT: "run.advanced",
    Press.LONGER: "run.retimed",
    Press.SHORTER: "run.retimed",
    Press.HOLD: "run.held",
    Press.RESUME: "run.resumed",
    Press.SKIP: "run.item_skipped",
    Press.UNSKIP: "run.item_taken_back",
    Press.JUMP: "run.jumped",
    Press.END: "run.ended",
    Press.BACK: "run.press_undone",
}
OF_AN_ITEM = {Press.SKIP, Press.UNSKIP, Press.JUMP}
"""Presses that name an item; what comes with any other is not looked at, and not written into the log."""


class Overtaken(DomainError):
    """Somebody else pressed first; nothing was done for this press."""

    code = "overtaken"


@atomic()
def press(sitting: Sitting, what: Press, *, revision: int, key: str | None = None, by: User | None) -> Run:
    """Do what the operator pressed on the show as it stood at `revision`; Overtaken when it has moved on since."""
    run = _run_for_writing(sitting)
    if run.revision != revision:
        raise Overtaken(
            _(
                "Somebody else pressed just before you. Nothing was done twice; this is how the show stands now."
            )
        )
    key = key if what in OF_AN_ITEM else None
    if what is Press.SKIP:
        key = key or run.current_key
    presses.press(run, queries.slots_on_stage(sitting), what, clock.now(), key)
    run.revision += 1
    _record(run, ACTIONS[what], by, press=what.value, item=key or run.current_key)
    return run


@atomic()
def say(sitting: Sitting, text: str, *, seen: datetime | None = None, by: User | None) -> Run:
    """Show a message on the stage in place of the one that was there; an empty one clears it. Safe to repeat.

    `seen` is the moment of the message that the operator saw: a newer one of somebody else is not overwritten.
    """
    text = " ".join(text.split())
    if len(text) > LONGEST_MESSAGE:
        raise Invalid(_("At most %(most)s characters.", most=LONGEST_MESSAGE), field="message")
    run = _run_for_writing(sitting)
    if (run.message or "") == text:
        return run
    if run.message is not None and run.message_at != seen:
        raise Overtaken(_("Somebody else has just sent a message to the stage: “%(text)s”", text=run.message))
    run.message, run.message_at = text or None, clock.now() if text else None
    _record(run, "run.message_sent" if text else "run.message_cleared", by)
    return run


@atomic()
def make_link(event: Event, *, name: str = "", by: User | None) -> ApiToken:
    """A link that shows the stage, MC and technician views of the event without an account."""
    event.require_open()
    row, _token = accounts.create_token(
        Role.STAGE, name=name or _("Stage"), event_id=event.id, shown_again=True, by=by
    )
    record(by, "run.link_made", row, event=event)
    return row


@atomic()
def revoke_link(event: Event, link: ApiToken, *, by: User | None) -> None:
    """The link opens nothing from the next request on; safe to repeat."""
    accounts.revoke_token(link, by=by)
    record(by, "run.link_revoked", link, event=event)


def _run_for_writing(sitting: Sitting) -> Run:
    """The run of the sitting, made when there is none, alone with it until the transaction ends."""
    db.session.execute(
        sa.select(Sitting.id).where(Sitting.id == sitting.id).with_for_update(key_share=True)
    ).one()
    sitting.event.require_open()
    if sitting.cancelled_at is not None:
        raise NotNow(_("This sitting has been cancelled."))
    run = db.session.scalar(
        sa.select(Run).where(Run.sitting_id == sitting.id).execution_options(populate_existing=True)
    )
    if run is None:
        run = Run(
            event_id=sitting.event_id,
            sitting_id=sitting.id,
            state=RunState.WAITING,
            revision=0,
            undo=[],
            cues=[],
        )
        db.session.add(run)
        db.session.flush()
    return run


def _record(run: Run, action: str, by: User | None, **details: object) -> None:
    db.session.flush()
    record(by, action, run, event=run.event, revision=run.revision, **details)
