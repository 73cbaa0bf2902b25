"""What visitors have heard of when and where it is, and what no longer holds. Pure, but for the words of places."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from flask_babel import force_locale

from eventsvc.events.models import TimeState
from eventsvc.invitations import wording
from eventsvc.visitors.models import OpenDoors

OFF = "off"


@dataclass(frozen=True)
class Told:
    """When and where it is; stored as three lines, so that one statement finds who has heard something else."""

    starts_at: datetime | None
    ends_at: datetime | None
    where: str

    def __str__(self) -> str:
        starts, ends = (moment.isoformat() if moment else "" for moment in (self.starts_at, self.ends_at))
        return "\n".join((starts, ends, self.where))

    @classmethod
    def read(cls, stored: str | None) -> Self | None:
        """None for who has heard nothing of when and where."""
        if not stored or stored == OFF:
            return None
        starts, ends, where = stored.split("\n", 2)
        return cls(_moment(starts), _moment(ends), where)


def facts(open_doors: OpenDoors) -> str:
    """What holds now, in the form in which it is stored."""
    sitting = open_doors.sitting
    if open_doors.event.is_cancelled or sitting.cancelled_at is not None:
        return OFF
    with force_locale("vi"):
        where = wording.plain(wording.where(open_doors.site, sitting))
    return str(Told(sitting.starts_at, sitting.ends_at, where))


def is_to_be_told(open_doors: OpenDoors, now: datetime) -> bool:
    """Whether visitors hear of changes now: of nothing that has begun, and of another time once it is approved."""
    sitting = open_doors.sitting
    if sitting.starts_at is None or sitting.starts_at <= now:
        return False
    return facts(open_doors) == OFF or sitting.time_state is TimeState.APPROVED


def _moment(stored: str) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None
