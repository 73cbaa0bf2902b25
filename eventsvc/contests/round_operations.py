"""Every change of a round: made, filled, closed with who goes on, opened again."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.contests import ranking, round_queries
from eventsvc.contests.models import Contest, Round, RoundEntry, RoundKind
from eventsvc.contests.round_queries import Standing
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.rows import assign, insert, lock, lock_open

EDITABLE = frozenset({"name", "kind", "starts_at", "ends_at", "advancing"})
MOST_ROUNDS = 20


class RoundClosed(DomainError):
    """Nothing changes in a round that is closed."""

    code = "round_closed"


class RoundBegun(DomainError):
    code = "round_begun"


class NotComplete(DomainError):
    """Points, results or matches are missing; the sentence says how many."""

    code = "round_not_complete"


class TieAtTheCut(DomainError):
    """Several are equal at the cut: the organizer says who goes on."""

    code = "tie_at_the_cut"


class NextHasBegun(DomainError):
    code = "next_round_begun"


@atomic()
def add_round(contest: Contest, *, name: str, kind: RoundKind, by: Any, **columns: Any) -> Round:
    """One more round after those that there are; `columns`: starts_at, ends_at, advancing."""
    lock_open(contest.event)
    lock(contest)
    number = 1 + (
        db.session.scalar(sa.select(sa.func.max(Round.number)).where(Round.contest_id == contest.id)) or 0
    )
    if number > MOST_ROUNDS:
        raise Invalid(_("At most %(most)s rounds, please.", most=MOST_ROUNDS))
    unknown = columns.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    round_ = Round(contest=contest, number=number, name=name, kind=kind, **columns)
    _require_sound(round_)
    db.session.add(round_)
    db.session.flush()
    record(by, "round.added", round_, event=contest.event, number=number)
    return round_


@atomic()
def edit_round(round_: Round, changes: Mapping[str, Any], *, version: int | None = None, by: Any) -> Round:
    """Change what is said about it. The kind stays once something was drawn, scheduled or judged."""
    held(round_, version)
    kind = changes.get("kind", round_.kind)
    if kind is not round_.kind and round_queries.is_begun(round_):
        raise RoundBegun(_("This round has begun; its kind can no longer change."), field="kind")
    changed = assign(round_, changes, EDITABLE)
    _require_sound(round_)
    if changed:
        db.session.flush()
        record(by, "round.edited", round_, event=round_.contest.event, changed=changed)
    return round_


@atomic()
def remove_round(round_: Round, *, version: int | None = None, by: Any) -> None:
    """Take out a round that nobody is in; those after it keep their numbers."""
    held(round_, version)
    if round_queries.places_of(round_):
        raise RoundBegun(_("There are entries in this round. Take them out first."))
    record(by, "round.removed", round_, event=round_.contest.event, number=round_.number)
    db.session.delete(round_)


@atomic()
def take_entries(round_: Round, *, by: Any) -> int:
    """Put in whoever belongs there and is not in it yet; how many. Safe to repeat.

    Into the first round the accepted entries, into a later one those who went on when the one before was closed.
    """
    held(round_)
    before = round_queries.round_before(round_)
    if before is not None:
        lock(before)
        if before.closed_at is None:
            raise NotComplete(_("Close “%(name)s” first: then it is known who goes on.", name=before.name))
    wanted = round_queries.to_take(round_)
    if wanted and round_.kind is RoundKind.BRACKET and round_queries.bracket_of(round_):
        raise RoundBegun(_("The bracket is drawn. Take the draw back before more entries come in."))
    if wanted:
        rows = [{"round_id": round_.id, "entry_id": entry_id} for entry_id in wanted]
        db.session.execute(insert(RoundEntry).values(rows).on_conflict_do_nothing())
        record(by, "round.entries_taken", round_, event=round_.contest.event, count=len(wanted))
    return len(wanted)


@atomic()
def empty_round(round_: Round, *, by: Any) -> int:
    """Take everybody out of a round in which nothing has been drawn, scheduled or judged; how many there were."""
    held(round_)
    if round_queries.is_begun(round_):
        raise RoundBegun(_("This round has begun: matches, slots or points are there already."))
    removed = db.session.execute(sa.delete(RoundEntry).where(RoundEntry.round_id == round_.id))
    count: int = removed.rowcount  # type: ignore[attr-defined]
    db.session.expire(round_, ["places"])
    if count:
        record(by, "round.emptied", round_, event=round_.contest.event, count=count)
    return count


@atomic()
def close_round(
    round_: Round,
    *,
    chosen: Collection[int] = (),
    although_missing: bool = False,
    version: int | None = None,
    by: Any,
) -> Standing:
    """Fix places and who goes on. Where several are equal at the cut, `chosen` are those of them that go on: without
    them TieAtTheCut, for chance decides nothing. An entry without any points has no place and does not go on."""
    held(round_, version)
    rows = round_queries.places_of(round_)
    standing = round_queries.standing(round_)
    if not rows:
        raise NotComplete(_("Nobody takes part in this round yet."))
    if standing.unplayed:
        raise NotComplete(
            ngettext(
                "%(num)s match has no winner yet.", "%(num)s matches have no winner yet.", standing.unplayed
            )
        )
    if standing.missing and not although_missing:
        raise NotComplete(
            ngettext(
                "Results are missing for %(num)s entry. Get them, or say that the round is closed without them.",
                "Results are missing for %(num)s entries. Get them, or say that the round is closed without them.",
                len(standing.missing),
            )
        )
    goes_on = _who_goes_on(round_, standing, frozenset(chosen))
    for row in rows:
        row.points = standing.points.get(row.entry_id)
        row.place = standing.places.get(row.entry_id)
        row.goes_on = row.entry_id in goes_on
    round_.closed_at = clock.now()
    db.session.flush()
    record(
        by,
        "round.closed",
        round_,
        event=round_.contest.event,
        entries=len(rows),
        going_on=len(goes_on),
        missing=len(standing.missing),
    )
    return standing


@atomic()
def reopen_round(round_: Round, *, version: int | None = None, by: Any) -> None:
    """Places and who goes on are open again; only while nobody is in the next round. Safe to repeat."""
    lock_open(round_.contest.event)
    lock(round_.contest)
    lock(round_, version)
    if round_.closed_at is None:
        return
    if round_.contest.results_published_at is not None:
        raise NextHasBegun(_("The results are published. Take them back before a round is opened again."))
    after = round_queries.round_after(round_)
    if after is not None and round_queries.places_of(after):
        raise NextHasBegun(
            _("There are entries in “%(name)s” already. Take them out of it first.", name=after.name)
        )
    for row in round_queries.places_of(round_):
        row.points = row.place = row.goes_on = None
    round_.closed_at = None
    db.session.flush()
    record(by, "round.reopened", round_, event=round_.contest.event)


def held(round_: Round, version: int | None = None) -> None:
    """Hold an open round of an open event; RoundClosed otherwise. For every change inside it."""
    lock_open(round_.contest.event)
    hold_open(round_, version)


def hold_open(round_: Round, version: int | None = None) -> None:
    """The same without holding the event, for judges, who all write at the same time."""
    lock(round_, version)
    if round_.closed_at is not None:
        raise RoundClosed(_("This round is closed; nothing in it can change any more."))


def _who_goes_on(round_: Round, standing: Standing, chosen: frozenset[int]) -> frozenset[int]:
    found = ranking.cut(standing.places, round_.advancing)
    if not found.tied:
        return found.certain
    if len(chosen) != found.free or not chosen <= found.tied:
        raise TieAtTheCut(
            ngettext(
                "%(equal)s entries are equal at the cut and one of them can go on. Choose it.",
                "%(equal)s entries are equal at the cut and %(num)s of them can go on. Choose them.",
                found.free,
                equal=len(found.tied),
            )
        )
    return found.certain | chosen


def _require_sound(round_: Round) -> None:
    if round_.starts_at and round_.ends_at and round_.ends_at <= round_.starts_at:
        raise Invalid(_("The round ends before it begins."), field="ends_at")
    if round_.advancing is not None and round_.advancing < 1:
        raise Invalid(_("At least one entry goes on; leave it empty for the last round."), field="advancing")
