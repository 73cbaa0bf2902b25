"""One dull function per noun; every argument is optional. Rows are made by the operations that users use."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import User
from eventsvc.accounts.permissions import Role
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization

_numbers = count(1)

UNITS_AS_OF = date(2023, 7, 15)


def number() -> int:
    return next(_numbers)


def host() -> Organization:
    """The People's Committee of Quảng Ngãi."""
    return organizations.host_for("51", UNITS_AS_OF)


def user(email: str | None = None, *, name: str = "Trần Thị Sáu") -> User:
    return accounts.create_user(email or f"nguoidung{number()}@quangngai.example.vn", name=name)


def organizer(email: str | None = None, *, organization: Organization | None = None) -> User:
    """A user who may do everything with the events of an organization."""
    someone = user(email)
    accounts.grant(someone, Role.ORGANIZER, organization_id=(organization or host()).id)
    return someone


def owner(event) -> User:
    someone = user()
    accounts.grant(someone, Role.OWNER, event_id=event.id)
    return someone


def soon(days: int = 7, hour: int = 8) -> datetime:
    """A morning some days ahead, on the clock in Vietnam, in UTC."""
    day = clock.local(clock.now()).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(
        days=days
    )
    return day.astimezone(UTC)
