"""What is asked of a batch before it goes: findings by row, each a warning or something that must be mended. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsvc import clock

LARGE = 90 * 1024
"""HTML of more bytes is near what mail programs cut off (102 KB)."""
QUIET_FROM, QUIET_UNTIL = time(21, 0), time(6, 30)
"""Nobody is written to at night."""

WORDS = {
    "nothing": _l("There is no message in this batch."),
    "not_sendable": _l("Nothing may be sent about this event now."),
    "outdated": _l(
        "Time or place has changed since these messages were written: stop the batch and write it anew."
    ),
    "letter_not_issued": _l("The letter of invitation has not been issued."),
    "field_left": _l("A field stands in the message unfilled."),
    "letter_changed": _l(
        "Another letter goes to these people now than the one enclosed: stop the batch and write it anew."
    ),
    "letter_later": _l("The letter was issued after the message was written, and is not enclosed."),
    "empty_field": _l("A field of the wording is empty for these people."),
    "brackets": _l("Double brackets stand in the message."),
    "duplicate_address": _l("Several people have the same address."),
    "no_address": _l("These people have no e-mail address: hand the invitation over."),
    "undeliverable": _l("These messages cannot be delivered."),
    "lead_time": _l("These people are asked later than their rank expects."),
    "quiet_hours": _l("It is night: people would be woken by this message."),
    "day_off": _l("Today is not a working day."),
    "large": _l("The message is so long that some mail programs cut it off."),
    "no_video_link": _l("These people sit at bridge sites, and there is no link to the video conference."),
}
BLOCKING = {"nothing", "not_sendable", "outdated", "letter_not_issued", "letter_changed", "field_left"}


@dataclass(frozen=True)
class Row:
    """Whom a finding concerns; with the message or the guest to open."""

    name: str
    detail: str = ""
    delivery_id: int | None = None
    guest_id: int | None = None


@dataclass(frozen=True)
class Finding:
    code: str
    rows: tuple[Row, ...] = ()
    detail: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.code in BLOCKING

    @property
    def words(self) -> Any:
        return WORDS[self.code]


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """What must be mended first, then the warnings; each in the order of WORDS."""
    order = list(WORDS)
    return sorted(found, key=lambda each: (not each.is_blocking, order.index(each.code)))


def duplicates(rows: Iterable[tuple[str, Row]]) -> list[Row]:
    """Those whose address, in whatever capitals, is another's too."""
    by_address: dict[str, list[Row]] = defaultdict(list)
    for address, row in rows:
        by_address[address.lower()].append(row)
    return [
        Row(row.name, address, row.delivery_id, row.guest_id)
        for address, same in by_address.items()
        if len(same) > 1
        for row in same
    ]


def is_quiet(now: datetime) -> bool:
    """Whether it is night in Vietnam."""
    hour = clock.local(now).time()
    return hour >= QUIET_FROM or hour < QUIET_UNTIL


def workdays_until(day: date, today: date, is_free: Callable[[date], Any]) -> int:
    """How many working days lie between today and the day; today itself and the day are not counted among them."""
    days: Sequence[date] = [today + timedelta(days=n) for n in range(1, (day - today).days)]
    return sum(1 for each in days if not is_free(each))
