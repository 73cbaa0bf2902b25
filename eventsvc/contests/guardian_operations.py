"""The word of a child's guardian: agreed or refused by link, or on paper; taken back at any time."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.contests import messages, rules
from eventsvc.contests.entry_operations import hold_with_contest, take_out, tell
from eventsvc.contests.models import Entry, EntryState
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.rows import lock

ASKED_EVERY = timedelta(hours=1)


class TooLate(DomainError):
    """Nothing hangs on the guardian's word any more; the page says why."""

    code = "consent_too_late"


@atomic()
def agree(entry: Entry, *, shows_work: bool, version: int | None = None, by: Any) -> None:
    """The guardian agrees by the link: the entry takes part. Safe to repeat; a refusal stands."""
    _agree(entry, shows_work, version=version, is_paper=False, by=by)


@atomic()
def record_paper(entry: Entry, *, shows_work: bool, version: int | None = None, by: Any) -> None:
    """The organizer holds the guardian's signature."""
    _agree(entry, shows_work, version=version, is_paper=True, by=by)


@atomic()
def refuse(entry: Entry, *, by: Any) -> None:
    """The guardian does not agree, or no longer: the entry takes no part and its files are removed. Safe to repeat."""
    hold_with_contest(entry)
    if entry.guardian_refused_at is not None:
        return
    had_agreed = entry.guardian_agreed_at is not None
    entry.guardian_refused_at, entry.guardian_agreed_at = clock.now(), None
    if entry.state is not EntryState.WITHDRAWN:
        take_out(entry, by=by)
    record(
        by,
        "entry.consent_withdrawn" if had_agreed else "entry.consent_refused",
        entry,
        event=entry.contest.event,
    )


@atomic()
def allow_pictures(entry: Entry, is_allowed: bool, *, version: int | None = None, by: Any) -> None:
    """The guardian lets the pictures be shown to everybody, or no longer; the child takes part either way. With the
    `version` that the guardian saw: the pictures may have become others since. Safe to repeat."""
    lock(entry)
    if entry.guardian_agreed_at is None or entry.state is EntryState.WITHDRAWN:
        raise TooLate(_("This entry takes no part; there is nothing to be shown."))
    if entry.shows_work is is_allowed:
        return
    if is_allowed:
        lock(entry, version)
    entry.shows_work = is_allowed
    db.session.flush()
    record(
        by,
        "entry.pictures_allowed" if is_allowed else "entry.pictures_hidden",
        entry,
        event=entry.contest.event,
    )


@atomic()
def ask_again(entry: Entry, *, by: Any) -> bool:
    """Write to the guardian once more, at most once an hour; whether there is an address to write to."""
    lock(entry)
    if not rules.may_agree(entry, clock.now()):
        raise TooLate(_("Nobody waits for the guardian's word on this entry."))
    hour = int(clock.now().timestamp() // ASKED_EVERY.total_seconds())
    message = messages.consent_asked(entry, again=hour)
    tell(message)
    if message is not None:
        record(by, "entry.guardian_asked_again", entry, event=entry.contest.event)
    return message is not None


def _agree(entry: Entry, shows_work: bool, *, version: int | None, is_paper: bool, by: Any) -> None:
    lock(entry.contest)
    lock(entry)
    if entry.guardian_agreed_at is not None:
        return
    if entry.guardian_refused_at is not None or entry.state is EntryState.WITHDRAWN:
        raise TooLate(_("This entry has been withdrawn; its files are removed. It can be entered anew."))
    lock(entry, version)
    if not rules.may_agree(entry, clock.now()):
        raise TooLate(_("The time to agree is over; the entry takes no part in the contest."))
    entry.guardian_agreed_at, entry.is_paper_consent = clock.now(), is_paper
    entry.shows_work, entry.state = shows_work, EntryState.SUBMITTED
    db.session.flush()
    record(by, "entry.consent_given", entry, event=entry.contest.event, paper=is_paper)
