"""Where one greeter would have to be in two places: a hint, for they may have help. Pure."""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from eventsvc.reception.models import Delegation
from eventsvc.text import fold

APART = timedelta(minutes=30)
"""How long it takes to receive a delegation and lead it in."""


class Clash(NamedTuple):
    """One greeter and two delegations that arrive too soon after one another."""

    greeter: str
    first: Delegation
    second: Delegation


def clashes(delegations: Iterable[Delegation]) -> list[Clash]:
    """Two arrivals of one greeter less than half an hour apart; those who arrive together at one place do not count."""
    by_greeter: dict[str, list[Delegation]] = {}
    for delegation in delegations:
        if delegation.greeter_name and delegation.arrives_at is not None:
            by_greeter.setdefault(fold(delegation.greeter_name), []).append(delegation)
    found = []
    for theirs in by_greeter.values():
        theirs.sort(key=lambda each: (each.arrives_at, each.id))
        for first, second in zip(theirs, theirs[1:], strict=False):
            assert first.arrives_at is not None and second.arrives_at is not None
            if second.arrives_at - first.arrives_at < APART and not _together(first, second):
                found.append(Clash(first.greeter_name or "", first, second))
    return sorted(found, key=lambda clash: (clash.first.arrives_at, clash.first.id))


def _together(first: Delegation, second: Delegation) -> bool:
    place = fold(first.arrival_point or "")
    same_place = bool(place) and place == fold(second.arrival_point or "")
    return first.arrives_at == second.arrives_at and same_place and first.site_id == second.site_id
