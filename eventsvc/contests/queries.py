"""Contests of an event and their entries."""

from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock, secrets
from eventsvc.campaigns.activity_models import Activity, ActivityKind
from eventsvc.contests.models import Contest, Entry, EntryFile, EntryMember, EntryState
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of
from eventsvc.text import fold

ENTRY = "entry"
"""What a message about an entry is about."""
LONGEST_TOKEN = 64


class Figures(NamedTuple):
    """Entries of a contest by their state; `children` among those that stand."""

    awaiting: int = 0
    submitted: int = 0
    accepted: int = 0
    refused: int = 0
    withdrawn: int = 0
    children: int = 0

    @property
    def standing(self) -> int:
        return self.awaiting + self.submitted + self.accepted


def contests_of(event: Event) -> list[Contest]:
    """In the order of their activities."""
    statement = (
        sa.select(Contest)
        .join(Contest.activity)
        .options(joinedload(Contest.activity))
        .where(Contest.event_id == event.id)
        .order_by(Activity.number, Contest.id)
    )
    return list(db.session.scalars(statement))


def activities_without_contest(event: Event) -> list[Activity]:
    """Contests that the plan has brought and nobody has opened yet."""
    statement = (
        sa.select(Activity)
        .outerjoin(Contest, Contest.activity_id == Activity.id)
        .where(Activity.event_id == event.id, Activity.kind == ActivityKind.CONTEST, Contest.id.is_(None))
        .order_by(Activity.number, Activity.id)
    )
    return list(db.session.scalars(statement))


def contest_of(event: Event, contest_id: int) -> Contest:
    """NotFound when it is another event's."""
    return part_of(event, Contest, contest_id)


def entry_of(contest: Contest, entry_id: int) -> Entry:
    """NotFound when it is another contest's."""
    entry = db.session.scalar(
        sa.select(Entry)
        .options(selectinload(Entry.members), selectinload(Entry.files).joinedload(EntryFile.file))
        .where(Entry.contest_id == contest.id, Entry.id == entry_id)
    )
    if entry is None:
        raise NotFound(_("There is no such entry."))
    return entry


def accepted_entries(contest: Contest) -> list[Entry]:
    """What takes part in the contest, in the order of the numbers. A child's without consent is never among them."""
    statement = (
        sa.select(Entry)
        .where(Entry.contest_id == contest.id, is_visible())
        .order_by(Entry.number)
        .options(selectinload(Entry.files).joinedload(EntryFile.file))
    )
    return list(db.session.scalars(statement))


def visible(contest: Contest) -> sa.Select:
    """What `accepted_entries` lists, for pages."""
    return sa.select(Entry).where(Entry.contest_id == contest.id, is_visible()).order_by(Entry.number)


def is_visible() -> sa.ColumnElement[bool]:
    """The condition on an entry that everybody may know of: see rules.is_visible."""
    has_consent = sa.or_(Entry.is_child.is_(False), Entry.guardian_agreed_at.is_not(None))
    return sa.and_(Entry.state == EntryState.ACCEPTED, has_consent)


def public_contest(slug: str) -> Contest:
    """A contest that everybody may read about; NotFound for one that is not public."""
    contest = db.session.scalar(
        sa.select(Contest)
        .join(Contest.activity)
        .options(joinedload(Contest.activity), joinedload(Contest.event))
        .where(Contest.slug == slug, Activity.is_public.is_(True))
    )
    if contest is None:
        raise NotFound(_("There is no such contest."))
    return contest


def public_contests(event: Event) -> list[Contest]:
    return [contest for contest in contests_of(event) if contest.activity.is_public]


def entry_by_token(token: str) -> Entry | None:
    """The entry that the entrant's link opens."""
    return _by_digest(Entry.token_hash, token)


def entry_by_guardian_token(token: str) -> Entry | None:
    """The entry that the guardian's link opens."""
    return _by_digest(Entry.guardian_token_hash, token)


def shows_entries(contest: Contest) -> bool:
    """Whether everybody reads the list now: the organizer shows it, and the data is still kept."""
    kept_until = contest.event.data_kept_until
    return contest.entries_shown_at is not None and (kept_until is None or kept_until >= clock.today())


def visible_entry(contest: Contest, number: int) -> Entry:
    """An entry on the public list; NotFound for any other."""
    entry = db.session.scalar(
        sa.select(Entry)
        .options(selectinload(Entry.files).joinedload(EntryFile.file))
        .where(Entry.contest_id == contest.id, Entry.number == number, is_visible())
    )
    if entry is None or not shows_entries(contest):
        raise NotFound(_("There is no such entry."))
    return entry


def figures(contests: list[Contest]) -> dict[int, Figures]:
    """By the ids of the contests, all of them counted at once."""
    found = {contest.id: Figures() for contest in contests}
    names = {
        EntryState.AWAITING_CONSENT: "awaiting",
        EntryState.SUBMITTED: "submitted",
        EntryState.ACCEPTED: "accepted",
        EntryState.REFUSED: "refused",
        EntryState.WITHDRAWN: "withdrawn",
    }
    statement = (
        sa.select(Entry.contest_id, Entry.state, Entry.is_child, sa.func.count())
        .where(Entry.contest_id.in_(found))
        .group_by(Entry.contest_id, Entry.state, Entry.is_child)
    )
    for contest_id, state, is_child, count in db.session.execute(statement):
        now = found[contest_id]
        found[contest_id] = now._replace(**{names[state]: getattr(now, names[state]) + count})
        if is_child and state not in {EntryState.REFUSED, EntryState.WITHDRAWN}:
            found[contest_id] = found[contest_id]._replace(children=now.children + count)
    return found


def listed(contest: Contest, *, state: EntryState | None = None, kind=None, q: str = "") -> sa.Select:
    """Entries for the organizer, by number, narrowed."""
    statement = sa.select(Entry).where(Entry.contest_id == contest.id).order_by(Entry.number)
    if state is not None:
        statement = statement.where(Entry.state == state)
    if kind is not None:
        statement = statement.where(Entry.kind == kind)
    if q:
        statement = statement.where(Entry.id.in_(_ids_of(contest, q)))
    return statement


def _ids_of(contest: Contest, q: str) -> list[int]:
    """Entries whose title, name, members, agency, contacts or number hold the words, whatever the diacritics. A
    contest is small enough to be read through; the columns hold no folded text of their own."""
    words = fold(q).split()
    members: dict[int, list[str]] = {}
    for entry_id, name in db.session.execute(
        sa.select(EntryMember.entry_id, EntryMember.name)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .where(Entry.contest_id == contest.id)
    ):
        members.setdefault(entry_id, []).append(name)
    columns = (
        Entry.id,
        Entry.number,
        Entry.title,
        Entry.name,
        Entry.organization_name,
        Entry.email,
        Entry.phone,
    )
    found = []
    for row in db.session.execute(sa.select(*columns).where(Entry.contest_id == contest.id)):
        told = [str(value) for value in row[1:] if value is not None] + members.get(row[0], [])
        haystack = fold(" ".join(told))
        if all(word in haystack for word in words):
            found.append(row[0])
    return found


def _by_digest(column, token: str) -> Entry | None:
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(Entry)
        .options(
            joinedload(Entry.contest).joinedload(Contest.event),
            selectinload(Entry.members),
            selectinload(Entry.files).joinedload(EntryFile.file),
        )
        .where(column == secrets.digest(token))
    )
