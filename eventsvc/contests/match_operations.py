"""A bracket: drawn by the order given, results entered and put right, winners moved on."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.contests import brackets, round_queries
from eventsvc.contests.models import Match, Round, RoundKind
from eventsvc.contests.round_operations import RoundBegun, held
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.rows import assign, lock

MOST_SCORE = 1_000_000


class AlreadyUsed(DomainError):
    """The winner has played on; another one cannot take that place any more."""

    code = "result_used"


class NotReady(DomainError):
    code = "match_not_ready"


class SomebodyMustWin(Invalid):
    code = "draw_refused"


@atomic()
def draw_bracket(round_: Round, seeds: Sequence[int], *, by: Any) -> None:
    """Make every match of the round; `seeds` are all entries that take part, the strongest first. Byes fall to them."""
    held(round_)
    if round_.kind is not RoundKind.BRACKET:
        raise Invalid(_("In this round nobody plays against each other."))
    if round_queries.bracket_of(round_):
        raise RoundBegun(_("The bracket is drawn already."))
    rows = round_queries.places_of(round_)
    gone = round_queries.withdrawn_of(rows)
    taking_part = {row.entry_id for row in rows} - gone
    if len(taking_part) < brackets.LEAST:
        raise Invalid(_("A bracket needs at least two entries."))
    if len(taking_part) > brackets.MOST:
        raise Invalid(_("A bracket holds at most %(most)s entries.", most=brackets.MOST))
    if len(seeds) != len(taking_part) or set(seeds) != taking_part:
        raise Invalid(_("Give every entry that takes part one place in the order, and only one."))
    drawn = brackets.draw(list(seeds))
    db.session.add_all(
        Match(
            round=round_,
            level=level,
            number=number,
            first_id=pairing.first,
            second_id=pairing.second,
            winner_id=pairing.winner,
        )
        for (level, number), pairing in drawn.items()
    )
    db.session.flush()
    record(by, "bracket.drawn", round_, event=round_.contest.event, entries=len(taking_part))


@atomic()
def take_draw_back(round_: Round, *, by: Any) -> None:
    """Remove the bracket while no match has been played."""
    held(round_)
    matches = round_queries.matches_of(round_)
    if any(match.winner_id is not None and match.second_id is not None for match in matches):
        raise RoundBegun(_("Matches have been played; the draw can no longer be taken back."))
    if matches:
        db.session.execute(sa.delete(Match).where(Match.round_id == round_.id))
        db.session.expire_all()
        record(by, "bracket.taken_back", round_, event=round_.contest.event)


@atomic()
def plan_match(
    match: Match, *, starts_at: Any, place: str | None, version: int | None = None, by: Any
) -> None:
    """When and where it is played."""
    held(match.round)
    lock(match, version)
    changed = assign(match, {"starts_at": starts_at, "place": place})
    if changed:
        db.session.flush()
        record(by, "match.planned", match, event=match.round.contest.event, changed=changed)


@atomic()
def save_result(
    match: Match, *, first_score: int, second_score: int, version: int | None = None, by: Any
) -> None:
    """Who has won goes on at once. A draw is refused. A result that was used in a later match stays."""
    held(match.round)
    lock(match, version)
    if match.first_id is None or match.second_id is None:
        raise NotReady(_("It is not known yet who plays in this match."))
    if not (0 <= first_score <= MOST_SCORE and 0 <= second_score <= MOST_SCORE):
        raise Invalid(_("This is not a score."), field="first_score")
    if first_score == second_score:
        raise SomebodyMustWin(
            _("Nobody has won: in a bracket one of the two must go on. Enter the score after the decider."),
            field="second_score",
        )
    winner_id = match.first_id if first_score > second_score else match.second_id
    _move_on(match, winner_id)
    if assign(match, {"first_score": first_score, "second_score": second_score, "winner_id": winner_id}):
        db.session.flush()
        db.session.expire(match, ["winner"])
        record(by, "match.decided", match, event=match.round.contest.event)


@atomic()
def go_on_without_playing(match: Match, *, version: int | None = None, by: Any) -> None:
    """Whoever is there goes on because the other has withdrawn, or because nobody can come any more."""
    held(match.round)
    lock(match, version)
    gone = round_queries.withdrawn_of(round_queries.places_of(match.round))
    bracket = round_queries.bracket_of(match.round)
    winner_id = brackets.without_playing(bracket, (match.level, match.number), gone)
    if winner_id is None:
        raise NotReady(_("Both can play, or it is not known yet who comes; nobody goes on without playing."))
    _move_on(match, winner_id)
    assign(match, {"first_score": None, "second_score": None, "winner_id": winner_id})
    db.session.flush()
    db.session.expire(match, ["winner"])
    record(by, "match.not_played", match, event=match.round.contest.event)


@atomic()
def clear_result(match: Match, *, version: int | None = None, by: Any) -> None:
    """The match is still to be played; a result that was used in a later match stays."""
    held(match.round)
    lock(match, version)
    if match.winner_id is None:
        return
    is_bye = match.level == 1 and match.second_id is None
    if is_bye:
        raise NotReady(_("This entry goes on without playing; there is no result to clear."))
    _move_on(match, None)
    assign(match, {"first_score": None, "second_score": None, "winner_id": None})
    db.session.flush()
    db.session.expire(match, ["winner"])
    record(by, "match.cleared", match, event=match.round.contest.event)


def _move_on(match: Match, winner_id: int | None) -> None:
    """Put the winner in the place of the next match; AlreadyUsed when another one has played there."""
    if winner_id == match.winner_id:
        return
    last = brackets.last_level(round_queries.bracket_of(match.round))
    after = brackets.next_place((match.level, match.number), last)
    if after is None:
        return
    later = round_queries.match_at(match.round, *after)
    lock(later)
    if later.winner_id is not None:
        raise AlreadyUsed(
            _("The winner of this match has already played the next one. Clear that result first.")
        )
    side = "first_id" if match.number % 2 else "second_id"
    setattr(later, side, winner_id)
    db.session.flush()
    db.session.expire(later, ["first", "second"])
