"""The way of one entry through its contest, for whoever entered it: rounds, matches, slots, and what came of them; and
the brackets as everybody follows them."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc.contests import award_queries, queries, round_queries
from eventsvc.contests.models import (
    Award,
    Contest,
    Entry,
    LivestreamSlot,
    Match,
    Round,
    RoundEntry,
    RoundKind,
)
from eventsvc.contests.rules import is_visible
from eventsvc.db import db


class Step(NamedTuple):
    """A round that the entry is in, with its matches or its slot; `place` and `goes_on` once the round is closed."""

    round: Round
    place: int | None
    goes_on: bool | None
    matches: list[Match]
    slot: LivestreamSlot | None


class Course(NamedTuple):
    steps: list[Step]
    awards: list[Award]


class Bracket(NamedTuple):
    name: str
    levels: dict[int, list[Match]]


def public_brackets(contest: Contest) -> list[Bracket]:
    """Who meets whom, level by level, while everybody may read the entries."""
    if not queries.shows_entries(contest):
        return []
    found = []
    for round_ in contest.rounds:
        if round_.kind is RoundKind.BRACKET:
            levels: dict[int, list[Match]] = {}
            for match in round_queries.matches_of(round_):
                levels.setdefault(match.level, []).append(match)
            found.append(Bracket(round_.name, levels))
    return found


def course_of(entry: Entry) -> Course:
    """Nothing of an entry that takes no part; what it has won only once everybody may know."""
    if not is_visible(entry):
        return Course([], [])
    rows = db.session.execute(
        sa.select(RoundEntry, Round)
        .join(Round, Round.id == RoundEntry.round_id)
        .where(RoundEntry.entry_id == entry.id)
        .order_by(Round.number)
    ).all()
    matches = db.session.scalars(
        sa.select(Match)
        .where(sa.or_(Match.first_id == entry.id, Match.second_id == entry.id))
        .options(joinedload(Match.first), joinedload(Match.second))
        .order_by(Match.level, Match.number)
    ).all()
    slots = db.session.scalars(sa.select(LivestreamSlot).where(LivestreamSlot.entry_id == entry.id)).all()
    steps = [
        Step(
            round_,
            row.place if round_.closed_at else None,
            row.goes_on if round_.closed_at else None,
            [match for match in matches if match.round_id == round_.id],
            next((slot for slot in slots if slot.round_id == round_.id), None),
        )
        for row, round_ in rows
    ]
    contest = entry.contest
    won = award_queries.awards_of(contest) if contest.results_published_at is not None else []
    return Course(steps, [award for award in won if award.entry_id == entry.id])
