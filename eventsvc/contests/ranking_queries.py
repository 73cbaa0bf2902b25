"""The final ranking of a contest: its rounds, the last first, with the vote of the public in its weight."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from eventsvc import clock
from eventsvc.contests import queries, ranking, round_queries, vote_queries, vote_rules
from eventsvc.contests.models import Contest, Entry, Round, RoundKind
from eventsvc.contests.vote_rules import VoteState


class Line(NamedTuple):
    """An entry in the final ranking: its place, how far it came, what the jury and the public gave it."""

    entry: Entry
    place: int | None
    round: Round | None
    jury: Decimal | None
    votes: int
    points: Decimal | None
    shares: bool


class Final(NamedTuple):
    """`is_final` once the rounds are closed and the vote is over: until then it may change."""

    lines: list[Line]
    is_final: bool
    has_vote: bool

    @property
    def places(self) -> dict[int, int | None]:
        return {line.entry.id: line.place for line in self.lines}


def final(contest: Contest) -> Final:
    """All entries that stand, best first. Whoever came to a later round stands before those who did not; within the
    last round, when a jury judges it, the public vote has the weight that the contest says; when there is no round at
    all, only the votes rank. In a bracket or by sales the vote has no weight: those rounds are decided by themselves.
    """
    entries = queries.accepted_entries(contest)
    rounds = round_queries.rounds_of(contest)
    counts = vote_queries.counts(contest)
    state = vote_rules.vote_state(contest, clock.now())
    has_vote = contest.vote_weight > 0 and state is not VoteState.NONE and _weighs(rounds)
    merits: dict[int, Any] = dict.fromkeys(entry.id for entry in entries)
    told: dict[int, tuple[Round | None, Decimal | None, Decimal | None]] = {}
    shares = ranking.vote_shares({entry.id: counts.get(entry.id, 0) for entry in entries})
    for round_ in rounds:
        standing = round_queries.standing(round_)
        is_last = round_ is rounds[-1]
        for entry_id, place in standing.places.items():
            if entry_id not in merits:
                continue
            jury, points = standing.points.get(entry_id), None
            worth: Any = None if place is None else -place
            if is_last and round_.kind is RoundKind.JURY:
                points = ranking.weighted(jury, shares[entry_id], contest.vote_weight) if has_vote else jury
                worth = points
            told[entry_id] = (round_, jury, points)
            if worth is not None or is_last:
                merits[entry_id] = None if worth is None else (round_.number, worth)
    if not rounds and has_vote:
        merits = {entry.id: (0, shares[entry.id]) for entry in entries}
        told = {entry.id: (None, None, shares[entry.id]) for entry in entries}
    placed = ranking.places(merits)
    is_final = bool(rounds or has_vote) and all(round_.closed_at is not None for round_ in rounds)
    is_final = is_final and (not has_vote or state is VoteState.CLOSED)
    return Final(_lines(entries, placed, told, counts), is_final, has_vote)


def _weighs(rounds: list[Round]) -> bool:
    return not rounds or rounds[-1].kind is RoundKind.JURY


def _lines(
    entries: list[Entry],
    placed: Mapping[int, int | None],
    told: Mapping[int, tuple[Round | None, Decimal | None, Decimal | None]],
    counts: Mapping[int, int],
) -> list[Line]:
    how_many: dict[int | None, int] = {}
    for place in placed.values():
        how_many[place] = how_many.get(place, 0) + 1
    lines = []
    for entry in entries:
        round_, jury, points = told.get(entry.id, (None, None, None))
        place = placed[entry.id]
        equal = place is not None and how_many[place] > 1
        lines.append(Line(entry, place, round_, jury, counts.get(entry.id, 0), points, equal))
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0, line.entry.number))
