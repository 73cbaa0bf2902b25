"""What the public programme links to besides: features above the agenda register what they offer to everybody."""

from collections.abc import Callable
from typing import NamedTuple

from eventsvc.events.models import Event


class Offer(NamedTuple):
    """Something that everybody may come to: its name, where and when, how it stands, and its page."""

    title: str
    where: str
    note: str
    url: str


Source = Callable[[Event], list[Offer]]
_sources: list[Source] = []


def on_programme(source: Source) -> Source:
    """Register what has something to offer beside the programme."""
    _sources.append(source)
    return source


def offers(event: Event) -> list[Offer]:
    """All of them, in the order in which their features were registered."""
    return [offer for source in _sources for offer in source(event)]
