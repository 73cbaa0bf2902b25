"""The jury: its members, whom each may judge, what has been given and what is missing."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import secrets
from eventsvc.contests import jury_rules, ranking
from eventsvc.contests.models import (
    Contest,
    Entry,
    EntryFile,
    Judge,
    JudgeTie,
    Round,
    RoundEntry,
    RoundKind,
    Score,
)
from eventsvc.contests.queries import is_visible
from eventsvc.contests.ranking import Judged, Points
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.files.models import File

LONGEST_TOKEN = 64


class Row(NamedTuple):
    """An entry as a judge sees it: what they have given by criterion, and why they do not judge it, if so."""

    entry: Entry
    given: dict[int, Score]
    is_own: bool
    tie: JudgeTie | None
    is_complete: bool

    @property
    def may_judge(self) -> bool:
        return not self.is_own and self.tie is None


def judges_of(contest: Contest) -> list[Judge]:
    statement = (
        sa.select(Judge)
        .where(Judge.contest_id == contest.id)
        .options(joinedload(Judge.organization))
        .order_by(Judge.number)
    )
    return list(db.session.scalars(statement))


def judge_of(contest: Contest, judge_id: int) -> Judge:
    judge = db.session.scalar(sa.select(Judge).where(Judge.contest_id == contest.id, Judge.id == judge_id))
    if judge is None:
        raise NotFound(_("There is no such member of the jury."))
    return judge


def judge_by_token(token: str) -> Judge | None:
    """Whose link it is; also one who was taken off the jury."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    statement = sa.select(Judge).where(Judge.token_hash == secrets.digest(token))
    return db.session.scalar(
        statement.options(joinedload(Judge.contest).joinedload(Contest.event), joinedload(Judge.organization))
    )


def ties_of(contest: Contest) -> dict[tuple[int, int], JudgeTie]:
    """Declared ties by judge and entry."""
    statement = sa.select(JudgeTie).join(Judge, Judge.id == JudgeTie.judge_id)
    rows = db.session.scalars(statement.where(Judge.contest_id == contest.id))
    return {(row.judge_id, row.entry_id): row for row in rows}


def tie_between(judge: Judge, entry: Entry) -> JudgeTie | None:
    statement = sa.select(JudgeTie).where(JudgeTie.judge_id == judge.id, JudgeTie.entry_id == entry.id)
    return db.session.scalar(statement)


def expected(
    judges: Iterable[Judge], entries: Iterable[Entry], ties: Collection[tuple[int, int]]
) -> dict[int, set[int]]:
    """The judges of each entry: all on the jury but those of its own organization and those with a tie."""
    sitting = [judge for judge in judges if judge.revoked_at is None]
    return {
        entry.id: {
            judge.id
            for judge in sitting
            if (judge.id, entry.id) not in ties and not jury_rules.is_own(judge, entry)
        }
        for entry in entries
    }


def scores_of(round_: Round) -> list[Score]:
    return list(db.session.scalars(sa.select(Score).where(Score.round_id == round_.id)))


def judged(round_: Round, entries: Collection[Entry]) -> dict[int, Judged]:
    """What the jury says of these entries now."""
    contest = round_.contest
    ties = ties_of(contest)
    given = [Points(row.judge_id, row.entry_id, row.criterion_id, row.points) for row in scores_of(round_)]
    most = {criterion.id: criterion.most_points for criterion in contest.criteria}
    return ranking.judged(given, most=most, expected=expected(judges_of(contest), entries, ties))


def open_rounds(contest: Contest) -> list[Round]:
    """The rounds in which the jury gives points now."""
    statement = sa.select(Round).where(
        Round.contest_id == contest.id, Round.kind == RoundKind.JURY, Round.closed_at.is_(None)
    )
    has_entries = sa.exists().where(RoundEntry.round_id == Round.id)
    return list(db.session.scalars(statement.where(has_entries).order_by(Round.number)))


def rows_for(judge: Judge, round_: Round) -> list[Row]:
    """The entries of a round for one judge, with nobody else's points."""
    entries = db.session.scalars(
        sa.select(Entry)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .where(RoundEntry.round_id == round_.id, is_visible())
        .options(selectinload(Entry.files).joinedload(EntryFile.file), joinedload(Entry.organization))
        .order_by(Entry.number)
    ).all()
    given: dict[int, dict[int, Score]] = {}
    for score in db.session.scalars(
        sa.select(Score).where(Score.round_id == round_.id, Score.judge_id == judge.id)
    ):
        given.setdefault(score.entry_id, {})[score.criterion_id] = score
    ties = {
        row.entry_id: row
        for row in db.session.scalars(sa.select(JudgeTie).where(JudgeTie.judge_id == judge.id))
    }
    wanted = {criterion.id for criterion in round_.contest.criteria}
    return [
        Row(
            entry,
            given.get(entry.id, {}),
            jury_rules.is_own(judge, entry),
            ties.get(entry.id),
            bool(wanted) and wanted <= given.get(entry.id, {}).keys(),
        )
        for entry in entries
    ]


def file_for(judge: Judge, file_id: int) -> File:
    """A file of an entry that the judge has to judge in an open round; NotFound for any other."""
    statement = (
        sa.select(File)
        .join(EntryFile, EntryFile.file_id == File.id)
        .join(Entry, Entry.id == EntryFile.entry_id)
        .join(RoundEntry, RoundEntry.entry_id == Entry.id)
        .join(Round, Round.id == RoundEntry.round_id)
        .where(
            File.id == file_id,
            Round.contest_id == judge.contest_id,
            Round.kind == RoundKind.JURY,
            Round.closed_at.is_(None),
            is_visible(),
        )
        .limit(1)
    )
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound(_("There is no such file."))
    return found
