"""The one clock. Everything that asks for the time asks here, so that a test can set it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Vietnam."""
    return now().astimezone(LOCAL).date()


def local(moment: datetime) -> datetime:
    """The same moment on a clock in Vietnam (+07, no daylight saving since 1975)."""
    return moment.astimezone(LOCAL)


def from_local(wall: datetime) -> datetime:
    """A wall-clock time in Vietnam as an aware moment in UTC."""
    return wall.replace(tzinfo=LOCAL).astimezone(UTC)
