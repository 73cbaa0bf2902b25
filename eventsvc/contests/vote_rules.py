"""When the public votes, and who is the same voter. Pure."""

from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network

from eventsvc.contests.models import Contest

GMAIL = frozenset({"gmail.com", "googlemail.com"})


class VoteState(StrEnum):
    """Whether the public can vote now, and if not, why."""

    NONE = "no_vote"
    NOT_YET = "vote_not_yet"
    OPEN = "vote_open"
    CLOSED = "vote_closed"


def vote_state(contest: Contest, now: datetime) -> VoteState:
    """A contest without a first moment of the vote has none; nor has one whose entries nobody may see."""
    if contest.vote_opens_at is None or contest.entries_shown_at is None or contest.event.is_cancelled:
        return VoteState.NONE
    if now < contest.vote_opens_at:
        return VoteState.NOT_YET
    if contest.vote_closes_at is not None and now >= contest.vote_closes_at:
        return VoteState.CLOSED
    return VoteState.OPEN


def shows_counts(contest: Contest, now: datetime) -> bool:
    """Whether everybody may see the counts: after the vote, or before when the organizer chose so."""
    state = vote_state(contest, now)
    return state is VoteState.CLOSED or (contest.shows_votes and state is VoteState.OPEN)


def canonical(email: str) -> str:
    """One form for every writing of an address that reaches the same box: small letters, nothing after a plus, and
    at Gmail no points."""
    local, _at, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0] or local
    if domain in GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def network_of(address: str) -> str:
    """The network that an address belongs to, wide enough that a household is one: /24, or /48 of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
