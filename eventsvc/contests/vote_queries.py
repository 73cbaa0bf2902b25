"""Votes of the public: counted, and looked through for floods."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import secrets
from eventsvc.contests.models import Contest, Vote
from eventsvc.db import db

LONGEST_TOKEN = 64
MOST_NETWORKS = 50
MINUTE = timedelta(minutes=1)


class Network(NamedTuple):
    """What came from one network; `busiest` votes came within the minute that began at `at`."""

    key: str
    asked: int
    confirmed: int
    struck_out: int
    busiest: int
    at: datetime


class Minute(NamedTuple):
    at: datetime
    asked: int
    confirmed: int
    struck_out: int


class Totals(NamedTuple):
    asked: int
    confirmed: int
    struck_out: int


def counted() -> sa.ColumnElement[bool]:
    return sa.and_(Vote.confirmed_at.is_not(None), Vote.struck_out_at.is_(None))


def counts(contest: Contest) -> dict[int, int]:
    """Votes that count, by entry; entries without one are not in it."""
    statement = sa.select(Vote.entry_id, sa.func.count()).where(Vote.contest_id == contest.id, counted())
    return dict(db.session.execute(statement.group_by(Vote.entry_id)).all())  # type: ignore[arg-type]


def totals(contest: Contest) -> Totals:
    return Totals._make(db.session.execute(sa.select(*_sums()).where(Vote.contest_id == contest.id)).one())


def vote_by_token(token: str) -> Vote | None:
    if not token or len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(sa.select(Vote).where(Vote.token_hash == secrets.digest(token)))


def networks(contest: Contest) -> list[Network]:
    """The networks that most votes came from, the busiest minute of each: a flood stands at the head."""
    grouped = (
        sa.select(Vote.network, *_sums())
        .where(Vote.contest_id == contest.id)
        .group_by(Vote.network)
        .order_by(sa.desc("asked"), Vote.network)
        .limit(MOST_NETWORKS)
    )
    rows = db.session.execute(grouped).all()
    minutes: dict[str, Counter[datetime]] = {row.network: Counter() for row in rows}
    moments = sa.select(Vote.network, Vote.cast_at).where(
        Vote.contest_id == contest.id, Vote.network.in_(minutes)
    )
    for network, cast_at in db.session.execute(moments):
        minutes[network][_minute(cast_at)] += 1
    found = []
    for row in rows:
        at, busiest = max(minutes[row.network].items(), key=lambda one: (one[1], one[0]))
        found.append(Network(row.network, row.asked, row.confirmed, row.struck_out, busiest, at))
    return sorted(found, key=lambda one: (-one.busiest, -one.asked, one.key))


def minutes_of(contest: Contest, network: str) -> list[Minute]:
    """What came from one network, minute by minute."""
    found: dict[datetime, list[int]] = {}
    statement = sa.select(Vote.cast_at, Vote.confirmed_at, Vote.struck_out_at).where(
        Vote.contest_id == contest.id, Vote.network == network
    )
    for cast_at, confirmed_at, struck_out_at in db.session.execute(statement.order_by(Vote.cast_at)):
        line = found.setdefault(_minute(cast_at), [0, 0, 0])
        line[0] += 1
        line[1] += confirmed_at is not None
        line[2] += struck_out_at is not None
    return [Minute(at, *line) for at, line in found.items()]


def reasons_of(contest: Contest, network: str) -> list[tuple[str, int]]:
    """Why votes of a network were struck out, and how many."""
    statement = (
        sa.select(Vote.struck_out_reason, sa.func.count())
        .where(
            Vote.contest_id == contest.id,
            Vote.network == network,
            Vote.struck_out_at.is_not(None),
            Vote.struck_out_reason.is_not(None),
        )
        .group_by(Vote.struck_out_reason)
        .order_by(Vote.struck_out_reason)
    )
    return [(reason or "", count) for reason, count in db.session.execute(statement)]


def _sums() -> tuple[sa.ColumnElement[int], ...]:
    return (
        sa.func.count(Vote.id).label("asked"),
        sa.func.count(Vote.confirmed_at).label("confirmed"),
        sa.func.count(Vote.struck_out_at).label("struck_out"),
    )


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
