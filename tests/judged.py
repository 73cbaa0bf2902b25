"""A contest that is judged, played, broadcast and voted on, for the world of the tests of all routes: a row of
everything that an address may name."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from eventsvc import clock, secrets
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.contests import (
    award_operations,
    award_queries,
    judge_operations,
    livestream_operations,
    match_operations,
    operations,
    round_operations,
    vote_operations,
)
from eventsvc.contests.award_operations import Line
from eventsvc.contests.models import (
    Contest,
    EntrantKind,
    Entry,
    EntryFile,
    EntryState,
    RoundEntry,
    RoundKind,
    Vote,
)
from eventsvc.db import atomic, db
from eventsvc.events.models import Event
from eventsvc.files import operations as files

JURY, BRACKET, LIVESTREAM = 1, 2, 3
"""The numbers of the rounds."""
HOME = "203.0.113.7"


def judged(event: Event, poison: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Ids by the names that addresses use, and the secrets of the jury and of a voter."""
    contest = _contest(event, poison)
    first, second = _entries(contest, poison)
    judge = judge_operations.add_judge(
        contest,
        name=f"Bà Giám Khảo{poison}"[:200],
        position=f"Trưởng ban{poison}"[:200],
        organization_name=f"Sở Văn hóa{poison}"[:300],
        email="giam.khao@example.vn",
        phone="+84501234567",
        by=None,
    )
    rounds = [
        round_operations.add_round(
            contest, name=f"Vòng {kind}{poison}"[:200], kind=kind, advancing=1, by=None
        )
        for kind in (RoundKind.JURY, RoundKind.BRACKET, RoundKind.LIVESTREAM)
    ]
    _fill(rounds, [first, second])
    points = {criterion.id: Decimal("7.5") for criterion in contest.criteria}
    judge_operations.give_points(rounds[0], judge, first, points)
    judge_operations.declare_tie(judge, second, reason=f"Học trò{poison}"[:300], by=judge)
    match_operations.draw_bracket(rounds[1], [first.id, second.id], by=None)
    _broadcast(rounds[2], first, poison)
    award_operations.set_awards(
        contest,
        [Line(f"Nhất{poison}"[:200], f"Cúp{poison}"[:300], 5_000_000, f"Lãnh đạo UBND tỉnh{poison}"[:300])],
        by=None,
    )
    award = award_queries.awards_of(contest)[0]
    award_operations.give_awards(contest, {award.id: first.id}, by=None)
    item = agenda.add_item(event, kind=ItemKind.AWARD, title=f"Trao giải{poison}", by=None)
    award_operations.hand_over_at(contest, item, by=None)
    _publish(contest)
    paper = _paper(first)
    ids = {
        "file_id": paper.file_id,
        "entry_file_id": paper.id,
        "contest_id": contest.id,
        "contest_slug": contest.slug,
        "entry_id": first.id,
        "entry_number": first.number,
        "round_number": JURY,
        "level": 1,
        "match_number": 1,
        "judge_id": judge.id,
        "network": vote_operations.network_key(contest, HOME),
    }
    return ids, {"jury": secrets.unseal(judge.token_sealed), "vote": _vote(contest, second)}


def _contest(event: Event, poison: str) -> Contest:
    """Public, open to entries, with a vote that is open."""
    contest = operations.make_contest(event, name=f"Cuộc thi{poison}", by=None)
    now = clock.now()
    hours = {"vote_opens_at": now - timedelta(hours=1), "vote_closes_at": now + timedelta(days=300)}
    hours |= {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=300)}
    operations.edit_contest(contest, {"is_public": True, "vote_weight": 30, **hours}, by=None)
    operations.set_criteria(contest, [(f"Nội dung{poison}"[:200], 10)], by=None)
    operations.show_entries(contest, by=None)
    return contest


@atomic()
def _entries(contest: Contest, poison: str) -> list[Entry]:
    """Two teams that were accepted."""
    last = db.session.query(Entry).filter_by(contest_id=contest.id).count()
    made = []
    for number in (last + 1, last + 2):
        token = secrets.new_token()
        entry = Entry(
            contest=contest,
            number=number,
            title=f"Tác phẩm {number}{poison}"[:300],
            text=f"Giới thiệu{poison}",
            kind=EntrantKind.TEAM,
            name=f"Đội {number}{poison}"[:200],
            public_name=f"Đội {number}{poison}"[:200],
            organization_name=f"Trường Mẫu{poison}"[:300],
            token_hash=secrets.digest(token),
            token_sealed=secrets.seal(token),
            state=EntryState.ACCEPTED,
        )
        db.session.add(entry)
        made.append(entry)
    db.session.flush()
    return made


@atomic()
def _fill(rounds: list[Any], entries: list[Entry]) -> None:
    db.session.add_all(RoundEntry(round_id=each.id, entry_id=one.id) for each in rounds for one in entries)


@atomic()
def _publish(contest: Contest) -> None:
    """As the end of a contest does, though its rounds are open here for the jury's pages."""
    contest.results_published_at = clock.now()


@atomic()
def _paper(entry: Entry) -> EntryFile:
    brought = files.take_in(BytesIO(b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"), "bai-thi.pdf")
    kept = files.keep(brought, event=entry.contest.event, by=None)
    row = EntryFile(entry_id=entry.id, number=1, file=kept)
    db.session.add(row)
    db.session.flush()
    return row


def _broadcast(round_: Any, entry: Entry, poison: str) -> None:
    starts_at = clock.now() + timedelta(days=3, hours=2 * round_.id)
    slot = livestream_operations.save_slot(
        round_,
        entry.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        channel=f"Kênh{poison}"[:200],
        url="https://example.vn/livestream",
        by=None,
    )
    livestream_operations.save_sales(slot, viewers=900, orders=30, revenue=12_500_000, by=None)


def _vote(contest: Contest, entry: Entry) -> str:
    """A vote that waits for its owner, under a link whose secret is known here."""
    vote_operations.ask(contest, entry, email="binh.chon@example.vn", address=HOME)
    return _known_link(contest)


@atomic()
def _known_link(contest: Contest) -> str:
    token = secrets.new_token()
    vote = db.session.query(Vote).filter_by(contest_id=contest.id).one()
    vote.token_hash = secrets.digest(token)
    return token
