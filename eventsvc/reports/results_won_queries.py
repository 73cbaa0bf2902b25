"""The rows of a results report about what was won: contests with their awards, commendations with their decisions.

Nobody is named but adults whose awards everybody may read.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from eventsvc.campaigns.activity_models import Activity, ActivityState
from eventsvc.commendations.models import Commendation, CommendationState, NomineeKind
from eventsvc.contests.models import Award, Contest, EntrantKind, Entry, EntryMember, EntryState, Round, Vote
from eventsvc.contests.queries import is_visible
from eventsvc.contests.vote_queries import counted
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.feeds.campaign_queries import contest_days
from eventsvc.reports.results_parts_queries import Rows
from eventsvc.reports.results_shapes import answer, iso
from eventsvc.text import clean, sort_key

_STANDING = (EntryState.AWAITING_CONSENT, EntryState.SUBMITTED, EntryState.ACCEPTED)


def contests(held: Sequence[Contest]) -> Rows:
    """Entries that stand, a team with everybody in it; votes that were confirmed and not struck out."""
    ids = [contest.id for contest in held if contest.activity.state is not ActivityState.CANCELLED]
    entries: dict[int, dict[tuple[EntrantKind, EntryState], int]] = {}
    for contest_id, kind, state, number in db.session.execute(
        sa.select(Entry.contest_id, Entry.kind, Entry.state, sa.func.count())
        .where(Entry.contest_id.in_(ids), Entry.state.in_(_STANDING))
        .group_by(Entry.contest_id, Entry.kind, Entry.state)
    ):
        entries.setdefault(contest_id, {})[kind, state] = number
    members = _by_contest(
        sa.select(Entry.contest_id, sa.func.count(EntryMember.id))
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .where(Entry.contest_id.in_(ids), Entry.state.in_(_STANDING), Entry.kind == EntrantKind.TEAM)
        .group_by(Entry.contest_id)
    )
    rounds = {
        contest_id: (number, closed)
        for contest_id, number, closed in db.session.execute(
            sa.select(Round.contest_id, sa.func.count(), sa.func.count(Round.closed_at))
            .where(Round.contest_id.in_(ids))
            .group_by(Round.contest_id)
        )
    }
    votes = _by_contest(
        sa.select(Vote.contest_id, sa.func.count())
        .where(Vote.contest_id.in_(ids), counted())
        .group_by(Vote.contest_id)
    )
    is_won = sa.case((_is_won(), 1), else_=0)
    prizes = {
        contest_id: (number, int(won or 0))
        for contest_id, number, won in db.session.execute(
            sa.select(Award.contest_id, sa.func.count(), sa.func.sum(is_won))
            .outerjoin(Entry, Entry.id == Award.entry_id)
            .where(Award.contest_id.in_(ids))
            .group_by(Award.contest_id)
        )
    }
    rows: Rows = []
    for contest in held:
        if contest.activity.state is ActivityState.CANCELLED:
            continue
        found = entries.get(contest.id, {})
        persons = sum(number for (kind, _state), number in found.items() if kind is not EntrantKind.TEAM)
        teams = sum(number for (kind, _state), number in found.items() if kind is EntrantKind.TEAM)
        accepted = sum(number for (_kind, state), number in found.items() if state is EntryState.ACCEPTED)
        first, last = contest_days(contest)
        rows.append(
            [
                clean(contest.activity.name), iso(first), iso(last), persons + teams, persons, teams,
                persons + members.get(contest.id, 0), accepted, *rounds.get(contest.id, (0, 0)),
                votes.get(contest.id, 0), *prizes.get(contest.id, (0, 0)),
                answer(contest.results_published_at is not None),
            ]
        )  # fmt: skip
    return rows


def _by_contest(statement: sa.Select[Any]) -> dict[int, int]:
    return {contest_id: number for contest_id, number in db.session.execute(statement)}


def _is_won() -> sa.ColumnElement[bool]:
    """Whoever has withdrawn wins nothing."""
    return sa.and_(Award.entry_id.is_not(None), is_visible())


def awards(event: Event) -> Rows:
    """Awards in their order. Who won stands there once everybody may read it, as everybody reads it: a child, and a
    team with a child, is a number."""
    listed = db.session.execute(
        sa.select(Award, Activity.name, Contest.results_published_at, Entry, _is_won().label("is_won"))
        .join(Contest, Contest.id == Award.contest_id)
        .join(Activity, Activity.id == Contest.activity_id)
        .outerjoin(Entry, Entry.id == Award.entry_id)
        .where(Contest.event_id == event.id, Activity.state != ActivityState.CANCELLED)
        .order_by(Activity.number, Contest.id, Award.number)
    )
    rows: Rows = []
    for award, contest, published_at, entry, is_won in listed:
        winner = None
        if is_won and published_at is not None:
            winner = _number(entry) if entry.is_child else clean(entry.public_name)
        rows.append(
            [clean(contest), clean(award.name), award.prize, award.amount, winner, answer(bool(is_won))]
        )
    return rows


def _number(entry: Entry) -> str:
    return f"{'Đội' if entry.kind is EntrantKind.TEAM else 'Thí sinh'} số {entry.number}"


def commendations(event: Event) -> Rows:
    """Without those withdrawn; nobody is named."""
    forms: dict[str, int] = {}
    listed = db.session.execute(
        sa.select(Commendation.form, Commendation.kind, Commendation.state, sa.func.count())
        .where(Commendation.event_id == event.id, Commendation.state != CommendationState.WITHDRAWN)
        .group_by(Commendation.form, Commendation.kind, Commendation.state)
    ).all()
    for form in sorted({row[0] for row in listed}, key=sort_key):
        forms[form] = len(forms)
    kinds, states = list(NomineeKind), list(CommendationState)
    ordered = sorted(listed, key=lambda row: (forms[row[0]], kinds.index(row[1]), states.index(row[2])))
    return [[clean(form), kind.value, state.value, number] for form, kind, state, number in ordered]


def decisions(event: Event) -> Rows:
    """Decisions with their number and date, and how many they commend."""
    sums: dict[tuple[str, date | None, str], list[Any]] = {}
    places = {NomineeKind.COLLECTIVE: 3, NomineeKind.INDIVIDUAL: 4, NomineeKind.CHANNEL: 5}
    for number, day, form, kind, count in db.session.execute(
        sa.select(
            Commendation.decision_number, Commendation.decision_date, Commendation.form, Commendation.kind,
            sa.func.count(),
        )
        .where(Commendation.event_id == event.id, Commendation.state == CommendationState.DECIDED)
        .group_by(
            Commendation.decision_number, Commendation.decision_date, Commendation.form, Commendation.kind
        )
        .order_by(Commendation.decision_date, Commendation.decision_number, Commendation.form)
    ):  # fmt: skip
        row = sums.setdefault((number, day, form), [number, iso(day), clean(form), 0, 0, 0])
        row[places[kind]] += count
    return list(sums.values())
