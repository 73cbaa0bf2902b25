"""Every change of an entry by whoever entered it or by the organizer. Whoever enters holds the contest's row: numbers
are given once, and nobody enters more than the rules allow."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.contests import award_operations, messages, queries, rules
from eventsvc.contests.entry_check_operations import (  # noqa: F401  (refusals: for those who call)
    Entered,
    EntriesClosed,
    Settled,
    TooMany,
    most_files,
    require_changeable,
    require_fewer,
    require_open,
    require_sound,
    too_many_files,
)
from eventsvc.contests.models import Contest, EntrantKind, Entry, EntryFile, EntryMember, EntryState
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import NotFound
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, by_place, lock, lock_open

LOCALE = "vi"


@atomic()
def enter(
    contest: Contest,
    entered: Entered,
    *,
    brought: Sequence[Brought] = (),
    token: str | None = None,
    by: Any = None,
) -> Entry:
    """A new entry with its files; a child's waits for the guardian. `by` a user: on behalf, also outside the hours.

    Safe to repeat with the same `token`: the entry that it stands for is returned.
    """
    lock(contest)
    if token and (known := queries.entry_by_token(token)) is not None:
        return known
    require_open(contest, by)
    require_sound(contest, entered)
    require_fewer(contest, entered)
    if len(brought) > most_files(contest):
        raise too_many_files(contest)
    last = db.session.scalar(sa.select(sa.func.max(Entry.number)).where(Entry.contest_id == contest.id))
    token = token or secrets.new_token()
    entry = Entry(
        contest=contest,
        number=(last or 0) + 1,
        token_hash=secrets.digest(token),
        token_sealed=secrets.seal(token),
        submitted_at=clock.now(),
    )
    _fill(entry, entered)
    if entry.is_child:
        _renew_consent(entry)
    db.session.add(entry)
    db.session.flush()
    _attach(entry, brought, by)
    record(by, "entry.submitted", entry, event=contest.event, contest_id=contest.id, child=entry.is_child)
    tell(messages.received(entry))
    tell(messages.consent_asked(entry))
    return entry


@atomic()
def edit_entry(entry: Entry, entered: Entered, *, version: int | None = None, by: Any) -> Entry:
    """Put an entry right while entries are taken. Another child or guardian: the guardian is asked anew."""
    contest = entry.contest
    lock(contest)
    lock(entry, version)
    require_changeable(entry, by)
    require_sound(contest, entered)
    require_fewer(contest, entered, besides=entry)
    before = _consented(entry)
    changed = _fill(entry, entered)
    is_new = entry.is_child and before != _consented(entry)
    if not entry.is_child:
        _forget_guardian(entry)
    elif is_new:
        _renew_consent(entry)
    if not changed and not is_new:
        return entry
    db.session.flush()
    record(by, "entry.edited", entry, event=contest.event, fields=changed)
    if is_new:
        tell(messages.consent_asked(entry))
    return entry


@atomic()
def add_files(entry: Entry, brought: Sequence[Brought], *, version: int | None = None, by: Any) -> None:
    """Put files to an entry, as many as the contest takes. Of a child's nothing is shown to everybody until the
    guardian, who has not seen these, allows it."""
    lock(entry.contest)
    lock(entry, version)
    require_changeable(entry, by)
    if len(entry.files) + len(brought) > most_files(entry.contest):
        raise too_many_files(entry.contest)
    _attach(entry, brought, by)
    if entry.is_child:
        entry.shows_work = False  # the guardian allowed the pictures that were there then
    record(by, "entry.files_added", entry, event=entry.contest.event, count=len(brought))


@atomic()
def remove_file(entry: Entry, entry_file_id: int, *, by: Any) -> None:
    """Take a file away; safe to repeat."""
    lock(entry.contest)
    lock(entry)
    require_changeable(entry, by)
    row = next((each for each in entry.files if each.id == entry_file_id), None)
    if row is None:
        raise NotFound(_("There is no such file."))
    _drop_files(entry, [row])
    record(by, "entry.file_removed", entry, event=entry.contest.event)


@atomic()
def withdraw(entry: Entry, *, by: Any) -> None:
    """Take the entry out of the contest, its files with it; safe to repeat."""
    hold_with_contest(entry)
    if entry.state is not EntryState.WITHDRAWN:
        take_out(entry, by=by)
        record(by, "entry.withdrawn", entry, event=entry.contest.event)


@atomic()
def accept(contest: Contest, versions: Mapping[int, int], *, by: Any) -> tuple[int, int]:
    """Accept entries that were read in these versions; how many, and how many had changed or wait for a guardian."""
    return _decide(contest, versions, EntryState.ACCEPTED, None, by)


@atomic()
def refuse(contest: Contest, versions: Mapping[int, int], *, remark: str, by: Any) -> tuple[int, int]:
    """Refuse entries with a remark, told to whoever entered."""
    return _decide(contest, versions, EntryState.REFUSED, remark, by)


@atomic()
def note_export(contest: Contest, count: int, *, by: Any) -> None:
    """Write down who took the list of entries out, and how long it was."""
    record(by, "entries.exported", contest, event=contest.event, count=count)


# --- What the operations are made of --------------------------------------------------------------------------


def hold_with_contest(entry: Entry) -> None:
    """Event, contest and entry, in the order in which whoever gives awards holds them."""
    lock(entry.contest.event)
    lock(entry.contest)
    lock(entry)


def take_out(entry: Entry, *, by: Any) -> None:
    """Withdrawn, without its files, and out of the agenda's awards; the row is held."""
    entry.state, entry.withdrawn_at = EntryState.WITHDRAWN, clock.now()
    entry.shows_work = False
    _drop_files(entry, list(entry.files))
    award_operations.forget_winner(entry, by=by)


def tell(message: Mapping[str, Any] | None) -> None:
    if message is not None:
        outbox.queue(**message)


def _decide(
    contest: Contest, versions: Mapping[int, int], state: EntryState, remark: str | None, by: Any
) -> tuple[int, int]:
    lock_open(contest.event)
    lock(contest)
    statement = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.id.in_(list(versions)))
    done = left = 0
    for entry in db.session.scalars(statement.order_by(Entry.id)).all():
        lock(entry)
        if entry.state is state:
            continue
        may = entry.state in {EntryState.SUBMITTED, EntryState.ACCEPTED, EntryState.REFUSED}
        if entry.is_child and entry.guardian_agreed_at is None:
            may = False
        if not may or entry.version != versions[entry.id]:
            left += 1
            continue
        entry.state, entry.remark = state, remark
        db.session.flush()
        record(by, f"entry.{state.value}", entry, event=contest.event, contest_id=contest.id)
        tell(messages.decided(entry))
        if state is EntryState.REFUSED:
            award_operations.forget_winner(entry, by=by)
        done += 1
    return done, left


def _fill(entry: Entry, entered: Entered) -> list[str]:
    """Set what was typed and what follows from it; the names of the columns that changed."""
    contest, now = entry.contest, clock.now()
    is_child = rules.is_child(contest, entered.births, now)
    is_team = entered.kind is EntrantKind.TEAM
    found = None
    if entered.organization:
        found = organizations.find(
            entered.organization, on=clock.local(now).date(), province_code=contest.event.province_code
        )
    columns = {
        "title": entered.title,
        "kind": entered.kind,
        "name": entered.name,
        "text": entered.text,
        "link": entered.link,
        "organization_name": entered.organization,
        "organization_id": found.id if found else None,
        "email": entered.email,
        "phone": entered.phone,
        "born_on": None if is_team else entered.born_on,
        "is_child": is_child,
        "guardian_name": entered.guardian_name if is_child else None,
        "guardian_phone": entered.guardian_phone if is_child else None,
        "guardian_email": entered.guardian_email if is_child else None,
        "public_name": _public_name(entry.number, entered, is_child),
    }
    if not is_child:
        columns["shows_work"] = entered.shows_work
    changed = assign(entry, columns)
    members = [{"name": name, "born_on": born_on} for name, born_on in entered.members] if is_team else []
    if [(row.name, row.born_on) for row in entry.members] != [
        (row["name"], row["born_on"]) for row in members
    ]:
        by_place(entry.members, EntryMember, members)
        changed.append("members")
    return changed


def _public_name(number: int, entered: Entered, is_child: bool) -> str:
    """What everybody may read: a child is a number."""
    if not is_child:
        return entered.name
    with force_locale(LOCALE):
        if entered.kind is EntrantKind.TEAM:
            return _("Team no. %(number)s", number=number)
        return _("Contestant no. %(number)s", number=number)


def _consented(entry: Entry) -> tuple[Any, ...]:
    """Whom a consent is for, and who gives it."""
    members = sorted((row.name, str(row.born_on)) for row in entry.members)
    own = (entry.name, entry.born_on) if entry.kind is not EntrantKind.TEAM else ()
    return entry.is_child, own, members, entry.guardian_name, entry.guardian_phone, entry.guardian_email


def _renew_consent(entry: Entry) -> None:
    """Ask for the guardian's consent, by a link of its own: an older one opens nothing."""
    token = secrets.new_token()
    entry.guardian_token_hash, entry.guardian_token_sealed = secrets.digest(token), secrets.seal(token)
    entry.guardian_agreed_at = entry.guardian_refused_at = None
    entry.is_paper_consent = entry.shows_work = False
    entry.state = EntryState.AWAITING_CONSENT


def _forget_guardian(entry: Entry) -> None:
    entry.guardian_token_hash = entry.guardian_token_sealed = None
    entry.guardian_agreed_at = entry.guardian_refused_at = None
    entry.is_paper_consent = False
    if entry.state is EntryState.AWAITING_CONSENT:
        entry.state = EntryState.SUBMITTED


def _attach(entry: Entry, brought: Sequence[Brought], by: Any) -> None:
    for each in brought:
        if each.size > entry.contest.file_limit:
            raise files.too_large(entry.contest.file_limit)
        kept = files.keep(each, event=entry.contest.event, by=by)
        last = max((row.number for row in entry.files), default=0)
        entry.files.append(EntryFile(number=last + 1, file=kept))
    db.session.flush()


def _drop_files(entry: Entry, rows: Sequence[EntryFile]) -> None:
    ids = [row.file_id for row in rows]
    for row in rows:
        entry.files.remove(row)
    db.session.flush()
    for file_id in ids:
        files.discard(file_id)
