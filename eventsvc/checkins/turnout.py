"""How many came to a sitting: plain figures by site and by time. Pure."""

from dataclasses import dataclass
from datetime import datetime

STEP = 300
"""Seconds of one count of those who came in: five minutes."""


@dataclass(frozen=True)
class Turnout:
    """Of one sitting, by site: people expected; people by where they first went in, those of them whom the site did
    not expect, when the last went in; people inside now; when the last scan of any kind arrived. `by_time`: people who
    went in, by the number of the five minutes since 1970."""

    expected: dict[int, int]
    people: dict[int, int]
    others: dict[int, int]
    last_at: dict[int, datetime]
    inside: dict[int, int]
    received_at: dict[int, datetime]
    by_time: dict[int, int]
    has_exits: bool
