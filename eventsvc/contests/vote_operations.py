"""The vote of the public: asked for with an e-mail address, counted once its owner opens the link sent there.

Of the voter only a keyed hash is kept, another one in every contest; the address itself is in the letter and nowhere
else. The unique (contest, voter) is what makes a second vote impossible, whoever comes at the same moment.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.contests import vote_messages, vote_queries, vote_rules
from eventsvc.contests.models import Contest, Entry, Vote
from eventsvc.contests.rules import is_visible
from eventsvc.contests.vote_rules import VoteState
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.rows import assign, insert, lock

BETWEEN_LETTERS = timedelta(minutes=10)


class VoteClosed(DomainError):
    code = "vote_closed"


class AlreadyVoted(DomainError):
    """One address, one vote; it cannot be changed."""

    code = "already_voted"


class LinkSent(DomainError):
    """A letter has just gone to this address; another one follows only after a while."""

    code = "vote_link_sent"


class StruckOut(DomainError):
    code = "vote_struck_out"


@atomic()
def ask(contest: Contest, entry: Entry, *, email: str, address: str) -> None:
    """Send a link to the address; the vote counts when it is opened. `address` is the network address of the browser.

    An address that has voted is refused. One that has not confirmed may ask again after a while, for another entry
    too: whoever typed an address that is not theirs must not take its owner's vote.
    """
    now = clock.now()
    _require_open(contest, now)
    if entry.contest_id != contest.id or not is_visible(entry):
        raise NotFound(_("There is no such entry."))
    token = secrets.new_token()
    columns = {
        "entry_id": entry.id,
        "network": network_key(contest, address),
        "cast_at": now,
        "token_hash": secrets.digest(token),
    }
    voter = secrets.token_of("contest-vote", str(contest.id), vote_rules.canonical(email))
    new = insert(Vote).values(contest_id=contest.id, voter=voter, **columns)
    new = new.on_conflict_do_nothing(index_elements=["contest_id", "voter"]).returning(Vote.id)
    if db.session.scalar(new) is None:
        _ask_again(contest, voter, columns, now)
    outbox.queue(**vote_messages.confirmation(contest, email, token))


def _ask_again(contest: Contest, voter: str, columns: dict[str, Any], now: datetime) -> None:
    vote = db.session.scalars(sa.select(Vote).where(Vote.contest_id == contest.id, Vote.voter == voter)).one()
    lock(vote)
    if vote.confirmed_at is not None or vote.struck_out_at is not None:
        raise AlreadyVoted(
            _(
                "A vote from this e-mail address has been counted already. Each address has one vote, and it cannot"
                " be changed."
            ),
            field="email",
        )
    if vote.cast_at > now - BETWEEN_LETTERS:
        raise LinkSent(
            _(
                "A link was sent to this e-mail address a few minutes ago. Please open it to confirm the vote, and look"
                " among the unwanted mail too."
            ),
            field="email",
        )
    assign(vote, columns)
    db.session.flush()


@atomic()
def confirm(token: str) -> Vote:
    """The vote counts from now on; safe to repeat. NotFound for a link that another one has replaced."""
    vote = vote_queries.vote_by_token(token)
    if vote is None:
        raise NotFound(_("This link is no longer valid."))
    lock(vote)
    if vote.token_hash != secrets.digest(token):
        raise NotFound(_("This link is no longer valid."))
    if vote.struck_out_at is not None:
        raise StruckOut(_("This vote was struck out by the organizer and does not count."))
    if vote.confirmed_at is not None:
        return vote
    contest = db.session.get_one(Contest, vote.contest_id)
    _require_open(contest, clock.now())
    if not is_visible(db.session.get_one(Entry, vote.entry_id)):
        raise NotFound(_("This entry takes no part any more. You may vote for another one."))
    vote.confirmed_at = clock.now()
    return vote


@atomic()
def strike_out(
    contest: Contest,
    network: str,
    *,
    reason: str,
    since: datetime | None = None,
    until: datetime | None = None,
    by: Any,
) -> int:
    """Votes of a network, all or those of some minutes, do not count; how many. They cannot be cast again. Safe to
    repeat."""
    lock(contest)
    if not reason:
        raise Invalid(_("Say why these votes do not count."), field="reason")
    chosen = sa.update(Vote).where(
        Vote.contest_id == contest.id, Vote.network == network, Vote.struck_out_at.is_(None)
    )
    if since is not None:
        chosen = chosen.where(Vote.cast_at >= since)
    if until is not None:
        chosen = chosen.where(Vote.cast_at < until)
    done = db.session.execute(
        chosen.values(struck_out_at=clock.now(), struck_out_reason=reason).execution_options(
            synchronize_session=False
        )
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        db.session.expire_all()
        record(by, "votes.struck_out", contest, event=contest.event, count=count, network=network[:8])
    return count


@atomic()
def restore(contest: Contest, network: str, *, by: Any) -> int:
    """The votes of a network that were struck out stand again; how many. Safe to repeat."""
    lock(contest)
    done = db.session.execute(
        sa.update(Vote)
        .where(Vote.contest_id == contest.id, Vote.network == network, Vote.struck_out_at.is_not(None))
        .values(struck_out_at=None, struck_out_reason=None)
        .execution_options(synchronize_session=False)
    )
    count: int = done.rowcount  # type: ignore[attr-defined]
    if count:
        db.session.expire_all()
        record(by, "votes.restored", contest, event=contest.event, count=count, network=network[:8])
    return count


@atomic()
def show_counts(contest: Contest, is_shown: bool, *, by: Any) -> None:
    """Whether everybody sees the counts while the vote goes on. Safe to repeat."""
    lock(contest)
    if assign(contest, {"shows_votes": is_shown}):
        db.session.flush()
        record(by, "votes.counts_shown" if is_shown else "votes.counts_hidden", contest, event=contest.event)


def network_key(contest: Contest, address: str) -> str:
    """The name under which votes of one network are kept: a keyed hash of it, another in every contest."""
    return secrets.token_of("contest-vote-network", str(contest.id), vote_rules.network_of(address))


def _require_open(contest: Contest, now: datetime) -> None:
    state = vote_rules.vote_state(contest, now)
    if state is VoteState.NOT_YET:
        raise VoteClosed(_("The vote has not begun yet."))
    if state is VoteState.CLOSED:
        raise VoteClosed(_("The vote is over; no more votes are counted."))
    if state is VoteState.NONE or not contest.activity.is_public:
        raise VoteClosed(_("There is no public vote in this contest."))
