"""One dull function per noun; every argument is optional. Rows are made by the operations that users use."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import User
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind, LegalBasis
from eventsvc.guests import operations as guests
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.sites import operations as sites
from eventsvc.sites import queries as sites_queries
from eventsvc.sites.models import Site, SiteLevel

_numbers = count(1)

UNITS_AS_OF = date(2023, 7, 15)


def number() -> int:
    return next(_numbers)


def _host() -> Organization:
    return host()


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


def event(
    *,
    title: str = "Lễ phát động Phong trào chuyển đổi số",
    short_title: str = "Lễ phát động",
    host: Organization | None = None,
    kind: EventKind = EventKind.MOVEMENT_LAUNCH_CEREMONY,
    form: EventForm = EventForm.HYBRID,
    units_as_of: date = UNITS_AS_OF,
    window_text: str | None = "Tổ chức trong tháng 7/2023",
    by: User | None = None,
    **details,
) -> Event:
    """An event of the province with one sitting whose time is still open."""
    return events.create_event(
        host=host or _host(),
        title=title,
        short_title=short_title,
        kind=kind,
        form=form,
        units_as_of=units_as_of,
        window_text=window_text,
        by=by,
        **details,
    )


def approved_event(
    *, starts_at: datetime | None = None, minutes: int = 90, by: User | None = None, **details
) -> Event:
    """An event whose one sitting has an approved time, a week ahead at eight unless one is given."""
    made = event(by=by, **details)
    starts_at = starts_at or soon()
    sitting = made.sittings[0]
    events.propose_time(sitting, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), by=by)
    events.approve_time(sitting, by=by)
    return made


def item(event: Event, title: str = "Phát biểu khai mạc", minutes: int | None = 10, **details) -> AgendaItem:
    kind = details.pop("kind", ItemKind.SPEECH)
    return agenda.add_item(event, kind=kind, title=title, duration_minutes=minutes, by=None, **details)


def main_site(event: Event, name: str = "Trung tâm IOC tỉnh", **details) -> Site:
    return sites.add_main_site(event, name=name, by=None, **details)


def site(event: Event, name: str = "Trường Đại học Phạm Văn Đồng") -> Site:
    """A hall that is neither the main one nor a unit's."""
    return sites.add_site(event, name=name, by=None)


def site_of(event: Event, code: str) -> Site:
    return sites_queries.site_by_code(event, code)


def group(
    event: Event, name: str = "Lãnh đạo UBND tỉnh.", *, level: SiteLevel = SiteLevel.MAIN
) -> GuestGroup:
    return guests.add_group(event, level=level, name=name, by=None)


def guest(site: Site, full_name: str | None = None, *, group: GuestGroup | None = None, **details) -> Guest:
    """A person on the guest list of the site's event, with an address of their own unless told otherwise."""
    mark = number()
    details.setdefault("emails", [f"dai.bieu{mark}@quangngai.example.vn"])
    details.setdefault("honorific", "Ông")
    return guests.add_guest(group, site, full_name=full_name or f"Nguyễn Văn Mẫu {mark}", by=None, **details)


def data_notice(event: Event) -> Event:
    """The event with what the law wants written down before personal data comes in."""
    return events.set_data_notice(
        event,
        purpose="Mời và đón tiếp đại biểu.",
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller="UBND tỉnh Quảng Ngãi",
        kept_until=date(2099, 12, 31),
        by=None,
    )


def another_host() -> Organization:
    """The People's Committee of Đồng Nai: a host whose events are none of Quảng Ngãi's business."""
    return organizations.host_for("75", UNITS_AS_OF)


def open_doors(event: Event, *, before: timedelta = timedelta(hours=1)) -> None:
    """The doors of every sitting have been open for a while."""
    for sitting in event.sittings:
        events.edit_sitting(sitting, {"doors_open_at": clock.now() - before}, by=None)
