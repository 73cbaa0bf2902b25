"""The rounds of a contest: who takes part in one, how it stands, who goes on from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.campaigns.activity_models import Activity
from eventsvc.contests import brackets, ranking, score_queries
from eventsvc.contests.brackets import Pairing, Place
from eventsvc.contests.models import (
    Contest,
    Entry,
    EntryState,
    LivestreamSlot,
    Match,
    Round,
    RoundEntry,
    RoundKind,
    Score,
)
from eventsvc.contests.queries import is_visible
from eventsvc.db import db
from eventsvc.errors import NotFound


@dataclass(frozen=True)
class Standing:
    """A round as it stands now: points and place by entry, who has withdrawn, and what is still missing: entries, and
    how many figures or judges' totals of each; matches that must be decided yet."""

    points: Mapping[int, Decimal | None] = field(default_factory=dict)
    places: Mapping[int, int | None] = field(default_factory=dict)
    withdrawn: frozenset[int] = frozenset()
    missing: Mapping[int, int] = field(default_factory=dict)
    unplayed: int = 0

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.unplayed

    @property
    def ordered(self) -> list[int]:
        """Entries in order of their places, those without one at the end."""
        return sorted(
            self.places, key=lambda entry: (self.places[entry] is None, self.places[entry] or 0, entry)
        )


def round_of(contest: Contest, number: int) -> Round:
    found = db.session.scalar(sa.select(Round).where(Round.contest_id == contest.id, Round.number == number))
    if found is None:
        raise NotFound(_("There is no such round."))
    return found


def rounds_of(contest: Contest) -> list[Round]:
    return list(
        db.session.scalars(sa.select(Round).where(Round.contest_id == contest.id).order_by(Round.number))
    )


def round_before(round_: Round) -> Round | None:
    return _beside(round_, Round.number < round_.number, Round.number.desc())


def round_after(round_: Round) -> Round | None:
    return _beside(round_, Round.number > round_.number, Round.number.asc())


def _beside(round_: Round, where: sa.ColumnElement[bool], order: sa.ColumnElement[int]) -> Round | None:
    statement = sa.select(Round).where(Round.contest_id == round_.contest_id, where).order_by(order).limit(1)
    return db.session.scalar(statement)


def places_of(round_: Round) -> list[RoundEntry]:
    """Who takes part, in the order of their numbers; whoever has withdrawn too."""
    statement = (
        sa.select(RoundEntry)
        .join(RoundEntry.entry)
        .where(RoundEntry.round_id == round_.id)
        .options(joinedload(RoundEntry.entry).joinedload(Entry.organization))
        .order_by(Entry.number)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


def counts(contest: Contest) -> dict[int, int]:
    """How many take part, by the ids of the rounds."""
    statement = (
        sa.select(Round.id, sa.func.count(RoundEntry.id))
        .outerjoin(RoundEntry, RoundEntry.round_id == Round.id)
        .where(Round.contest_id == contest.id)
        .group_by(Round.id)
    )
    return dict(db.session.execute(statement).all())  # type: ignore[arg-type]


def to_take(round_: Round) -> list[int]:
    """Entries that belong into the round and are not in it: the accepted ones into the first, into a later one those
    who went on from the round before and have not withdrawn since."""
    before = round_before(round_)
    wanted = sa.select(Entry.id).where(Entry.contest_id == round_.contest_id, is_visible())
    if before is not None:
        went_on = sa.select(RoundEntry.entry_id).where(
            RoundEntry.round_id == before.id, RoundEntry.goes_on.is_(True)
        )
        wanted = wanted.where(Entry.id.in_(went_on))
    inside = sa.select(RoundEntry.entry_id).where(RoundEntry.round_id == round_.id)
    return list(db.session.scalars(wanted.where(Entry.id.not_in(inside)).order_by(Entry.number)))


def is_begun(round_: Round) -> bool:
    """Whether anything was drawn, scheduled or judged in it."""
    return any(
        db.session.scalar(sa.select(model.id).where(model.round_id == round_.id).limit(1)) is not None
        for model in (Match, LivestreamSlot, Score)
    )


def withdrawn_of(places: list[RoundEntry]) -> frozenset[int]:
    """Those who take no part any more, withdrawn or no longer accepted."""
    return frozenset(row.entry_id for row in places if row.entry.state is not EntryState.ACCEPTED)


def standing(round_: Round) -> Standing:
    """How the round stands; a closed one as it was closed."""
    rows = places_of(round_)
    gone = withdrawn_of(rows)
    if round_.closed_at is not None:
        return Standing({row.entry_id: row.points for row in rows}, {r.entry_id: r.place for r in rows}, gone)
    taking_part = [row.entry_id for row in rows if row.entry_id not in gone]
    if round_.kind is RoundKind.JURY:
        found = _judged(round_, rows, taking_part)
    elif round_.kind is RoundKind.BRACKET:
        found = _played(round_, taking_part, gone)
    else:
        found = _sold(round_, taking_part)
    places = dict.fromkeys(sorted(gone)) | dict(found.places)
    return Standing(found.points, places, gone, found.missing, found.unplayed)


def _judged(round_: Round, rows: list[RoundEntry], taking_part: list[int]) -> Standing:
    judged = score_queries.judged(round_, [row.entry for row in rows if row.entry_id in set(taking_part)])
    points = {entry: judged[entry].mean for entry in taking_part}
    missing = {entry: len(judged[entry].missing) for entry in taking_part if judged[entry].missing}
    missing |= {entry: 1 for entry in taking_part if points[entry] is None and entry not in missing}
    return Standing(points, ranking.places(points), missing=missing)


def _played(round_: Round, taking_part: list[int], gone: frozenset[int]) -> Standing:
    bracket = bracket_of(round_)
    if not bracket:
        return Standing(places=dict.fromkeys(taking_part), unplayed=max(len(taking_part) - 1, 1))
    far = brackets.depth(bracket, gone)
    merits = {entry: far.get(entry) for entry in taking_part}
    undecided = brackets.unplayed(bracket, round_.advancing, gone)
    return Standing(places=ranking.places(merits), unplayed=len(undecided))


def _sold(round_: Round, taking_part: list[int]) -> Standing:
    slots = {slot.entry_id: slot for slot in slots_of(round_)}
    merits = {
        entry: ranking.livestream_merit(slots[entry].revenue, slots[entry].orders, slots[entry].viewers)
        if entry in slots
        else None
        for entry in taking_part
    }
    missing = {entry: 1 for entry, merit in merits.items() if merit is None}
    return Standing(places=ranking.places(merits), missing=missing)


# --- Brackets ----------------------------------------------------------------------------------------------------


def matches_of(round_: Round) -> list[Match]:
    statement = (
        sa.select(Match)
        .where(Match.round_id == round_.id)
        .options(joinedload(Match.first), joinedload(Match.second), joinedload(Match.winner))
        .order_by(Match.level, Match.number)
    )
    return list(db.session.scalars(statement))


def match_at(round_: Round, level: int, number: int) -> Match:
    statement = sa.select(Match).where(
        Match.round_id == round_.id, Match.level == level, Match.number == number
    )
    match = db.session.scalar(statement)
    if match is None:
        raise NotFound(_("There is no such match."))
    return match


def bracket_of(round_: Round) -> dict[Place, Pairing]:
    columns = (Match.level, Match.number, Match.first_id, Match.second_id, Match.winner_id)
    rows = db.session.execute(sa.select(*columns).where(Match.round_id == round_.id)).all()
    return brackets.as_bracket(rows)  # type: ignore[arg-type]


# --- Livestreams -------------------------------------------------------------------------------------------------


def slots_of(round_: Round) -> list[LivestreamSlot]:
    statement = (
        sa.select(LivestreamSlot)
        .where(LivestreamSlot.round_id == round_.id)
        .options(joinedload(LivestreamSlot.entry))
        .order_by(LivestreamSlot.starts_at, LivestreamSlot.id)
    )
    return list(db.session.scalars(statement))


def slot_of(round_: Round, entry_id: int) -> LivestreamSlot | None:
    statement = sa.select(LivestreamSlot).where(
        LivestreamSlot.round_id == round_.id, LivestreamSlot.entry_id == entry_id
    )
    return db.session.scalar(statement)


def slots_between(event_id: int, starts_at: datetime, ends_at: datetime) -> list[LivestreamSlot]:
    """The slots of every contest of the event that overlap this time."""
    statement = (
        sa.select(LivestreamSlot)
        .join(LivestreamSlot.round)
        .join(Round.contest)
        .where(
            Contest.event_id == event_id,
            LivestreamSlot.starts_at < ends_at,
            LivestreamSlot.ends_at > starts_at,
        )
        .options(joinedload(LivestreamSlot.entry))
    )
    return list(db.session.scalars(statement))


def public_slots(contest: Contest) -> list[LivestreamSlot]:
    """The slots of entries that stand, while the contest is public; for everybody."""
    statement = (
        sa.select(LivestreamSlot)
        .join(LivestreamSlot.round)
        .join(Round.contest)
        .join(Contest.activity)
        .join(LivestreamSlot.entry)
        .where(
            Round.contest_id == contest.id,
            Activity.is_public.is_(True),
            Contest.entries_shown_at.is_not(None),
            is_visible(),
        )
        .options(joinedload(LivestreamSlot.entry))
        .order_by(LivestreamSlot.starts_at)
    )
    return list(db.session.scalars(statement))
