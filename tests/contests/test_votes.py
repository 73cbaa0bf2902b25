"""The vote of the public: one an address, confirmed by its owner, hidden while it runs, struck out in floods."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.contests import operations, ranking_queries, vote_operations, vote_queries, vote_rules
from eventsvc.contests.models import Contest, Entry, Vote
from eventsvc.contests.vote_operations import AlreadyVoted, LinkSent, StruckOut, VoteClosed
from eventsvc.db import atomic, db
from eventsvc.deliveries import handover
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid, NotFound
from tests.contests import staging
from tests.databases import ON_SQLITE

HOME = "203.0.113.7"


def ask(entry, email="An.Nguyen@example.vn", address=HOME):
    vote_operations.ask(entry.contest, entry, email=email, address=address)


def token():
    """The secret of the letter written last."""
    delivery = db.session.scalars(sa.select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()
    body = handover.as_message(delivery).body
    return body.partition("/vote/")[2].split()[0]


def vote(entry, email="an@example.vn", address=HOME):
    ask(entry, email, address)
    vote_operations.confirm(token())


@atomic()
def earlier(minutes):
    db.session.execute(sa.update(Vote).values(cast_at=clock.now() - timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("AN@Example.vn", "an@example.vn"),
        ("an+1@example.vn", "an@example.vn"),
        ("a.n+x@googlemail.com", "an@gmail.com"),
        ("a.n@example.vn", "a.n@example.vn"),
        ("+@example.vn", "+@example.vn"),
    ],
)
def test_writings_of_one_address_are_one_voter(typed, same):
    assert vote_rules.canonical(typed) == vote_rules.canonical(same) == same


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("nowhere", ""),
    ],
)
def test_a_household_is_one_network(address, network):
    assert vote_rules.network_of(address) == network


def test_a_vote_counts_once_it_is_confirmed_and_an_address_has_one(app):
    contest = staging.voting()
    a, b = staging.entries_of(contest)

    ask(a)
    assert vote_queries.counts(contest) == {}
    first = token()
    vote_operations.confirm(first)
    vote_operations.confirm(first)

    assert vote_queries.counts(contest) == {a.id: 1}
    for again in ("an.nguyen@example.vn", "AN.NGUYEN+2@EXAMPLE.VN"):
        with pytest.raises(AlreadyVoted):
            ask(b, again)
    stored = db.session.scalars(sa.select(Vote)).one()
    assert "nguyen" not in f"{stored.voter}{stored.network}{stored.token_hash}".lower()
    with pytest.raises(NotFound):
        vote_operations.confirm("x" * 22)


def test_whoever_has_not_confirmed_asks_again_after_a_while_for_another_entry_too(app):
    contest = staging.voting()
    a, b = staging.entries_of(contest)
    ask(a)
    old = token()

    with pytest.raises(LinkSent):
        ask(b)
    earlier(minutes=11)
    ask(b)
    with pytest.raises(NotFound):
        vote_operations.confirm(old)
    vote_operations.confirm(token())

    assert vote_queries.counts(contest) == {b.id: 1}


@ON_SQLITE
def test_the_letter_does_not_say_for_whom_the_vote_is(app):
    contest = staging.voting()

    ask(staging.entries_of(contest)[0])

    delivery = db.session.scalars(sa.select(Delivery)).one()
    assert "Tác phẩm" not in f"{delivery.subject}{delivery.text_body}{delivery.html_body}"
    assert (delivery.subject_kind, delivery.subject_id) == ("contest", contest.id)


def test_five_who_press_at_the_same_moment_are_one_vote(app):
    contest = staging.voting()
    entry_id, contest_id = staging.entries_of(contest)[0].id, contest.id
    db.session.remove()

    def press(_number):
        with app.app_context():
            contest, entry = db.session.get(Contest, contest_id), db.session.get(Entry, entry_id)
            try:
                vote_operations.ask(contest, entry, email="an@example.vn", address=HOME)
                return "sent"
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(5) as hands:
        outcomes = sorted(hands.map(press, range(5)))

    assert outcomes == ["sent"] + ["vote_link_sent"] * 4
    assert db.session.scalar(sa.select(sa.func.count(Vote.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 1


@ON_SQLITE
def test_outside_its_hours_nobody_votes_and_nothing_is_confirmed(app):
    contest = staging.voting()
    a, _b = staging.entries_of(contest)
    ask(a)
    open_link = token()
    now = clock.now()

    operations.edit_contest(contest, {"vote_closes_at": now}, by=None)
    with pytest.raises(VoteClosed):
        vote_operations.confirm(open_link)
    with pytest.raises(VoteClosed):
        ask(a, "binh@example.vn")
    later = {"vote_opens_at": now + timedelta(hours=1), "vote_closes_at": now + timedelta(hours=2)}
    operations.edit_contest(contest, later, by=None)
    with pytest.raises(VoteClosed):
        ask(a, "binh@example.vn")


@ON_SQLITE
def test_nobody_votes_for_what_takes_no_part(app):
    contest = staging.voting()
    a, b = staging.entries_of(contest)
    ask(a)
    staging.withdraw(a)

    with pytest.raises(NotFound):
        vote_operations.confirm(token())
    with pytest.raises(NotFound):
        ask(a, "binh@example.vn")
    stranger = staging.entry(staging.voting(entries=0, event=contest.event, name="Ảnh đẹp"))
    with pytest.raises(NotFound):
        vote_operations.ask(contest, stranger, email="binh@example.vn", address=HOME)
    vote(b, "binh@example.vn")


def test_a_flood_is_seen_and_struck_out_with_a_reason_and_stands_again(app):
    contest = staging.voting()
    a, b = staging.entries_of(contest)
    for number in range(4):
        vote(a, f"so{number}@example.vn", "198.51.100.9")
    vote(b, "khach@example.vn")

    flood, other = vote_queries.networks(contest)
    assert (flood.asked, flood.confirmed, other.asked) == (4, 4, 1)
    assert sum(line.asked for line in vote_queries.minutes_of(contest, flood.key)) == 4
    with pytest.raises(Invalid):
        vote_operations.strike_out(contest, flood.key, reason="", by=None)
    assert vote_operations.strike_out(contest, flood.key, reason="Bình chọn bằng máy", by=None) == 4
    assert vote_operations.strike_out(contest, flood.key, reason="Bình chọn bằng máy", by=None) == 0

    assert vote_queries.counts(contest) == {b.id: 1}
    assert vote_queries.reasons_of(contest, flood.key) == [("Bình chọn bằng máy", 4)]
    with pytest.raises(AlreadyVoted):
        ask(b, "so1@example.vn")
    with pytest.raises(StruckOut):
        _struck(contest, a)
    assert vote_operations.restore(contest, flood.key, by=None) == 4
    assert vote_queries.counts(contest) == {a.id: 4, b.id: 1}


def _struck(contest, entry):
    """A vote that was struck out before it was confirmed."""
    ask(entry, "cham@example.vn", "192.0.2.1")
    link = token()
    key = vote_operations.network_key(contest, "192.0.2.1")
    vote_operations.strike_out(contest, key, reason="Thử", by=None)
    vote_operations.confirm(link)


def test_the_vote_has_its_weight_in_the_final_ranking(app):
    contest = staging.voting(entries=2, vote_weight=100)
    a, b = staging.entries_of(contest)
    vote(b, "an@example.vn")

    found = ranking_queries.final(contest)
    assert ([line.entry.number for line in found.lines], found.is_final) == ([2, 1], False)
    operations.edit_contest(contest, {"vote_closes_at": clock.now()}, by=None)

    assert ranking_queries.final(contest).places == {b.id: 1, a.id: 2}
    assert ranking_queries.final(contest).is_final
