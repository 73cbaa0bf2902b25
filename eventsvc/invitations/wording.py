"""The words of an invitation that depend on who is invited, when and where; in the language in force."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import quote

from flask_babel import format_date, format_datetime, get_locale
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.events.models import Event, Sitting
from eventsvc.people.models import Person
from eventsvc.sites.models import MAIN, Site, SiteLevel

# Types of units, which stand in lower case inside a sentence: "điểm cầu xã Bình Thạnh".
_TYPES = ("Xã ", "Phường ", "Thị trấn ", "Thị xã ", "Huyện ", "Thành phố ", "Đặc khu ", "Tỉnh ")
_MARKER_LIKE = re.compile(r"(\[\[|%5B%5B)(?=secret)", re.IGNORECASE)


def plain(value: str) -> str:
    """Words of people on one line, in which nothing can be taken for the marker of a token."""
    return _MARKER_LIKE.sub(lambda found: f"{found[0]} ", " ".join(value.split()))


def addressee(person: Person) -> str:
    """ "Ông Nguyễn Văn An"; both forms of address when it is not known which one is right."""
    honorific = person.honorific or _("Mr/Ms")
    return f"{honorific} {person.full_name}"


def office(person: Person) -> str:
    """Position and organization in one line; empty when neither is known."""
    return ", ".join(part for part in (person.position, person.organization_name) if part)


def site_name(site: Site) -> str:
    """The hall as a sentence names it, with the district when the name alone could mean two places."""
    if site.code == MAIN or text.fold(site.name).startswith("diem cau"):
        return site.name
    name = site.name[0].lower() + site.name[1:] if site.name.startswith(_TYPES) else site.name
    if site.level is SiteLevel.COMMUNE and site.parent_name:
        name = f"{name} ({site.parent_name})"
    return _("Bridge site of %(unit)s", unit=name)


def place(site: Site, sitting: Sitting) -> str:
    """Hall and address, without the name of the site; empty when nobody has said."""
    if site.code == MAIN and sitting.place:
        return sitting.place
    if site.hall or site.address:
        return site.place
    return (sitting.event.venue or "") if site.code == MAIN else ""


def where(site: Site, sitting: Sitting) -> str:
    """Where this guest is to go, in one line."""
    name, address = site_name(site), place(site, sitting)
    if not address:
        return name
    return address if text.fold(name) in text.fold(address) else f"{name}: {address}"


def map_link(event: Event, site: Site, sitting: Sitting) -> str:
    """The site's own map, else a search for its address; empty when there is nothing to search for."""
    if site.map_url and site.map_url.startswith(("https://", "http://")):
        return site.map_url
    words = place(site, sitting) or ("" if site.code == MAIN else site.name)
    if not words:
        return ""
    near = [site.parent_name, event.host.name]
    query = ", ".join([words, *(name for name in near if name and text.fold(name) not in text.fold(words))])
    return "https://www.google.com/maps/search/?api=1&query=" + quote(query)


def moment(value: datetime) -> str:
    """A moment as official papers write it; in other languages as their calendar does."""
    if _is_vietnamese():
        return text.official_datetime(value)
    return format_datetime(value, "EEEE d MMMM y, HH:mm")


def day(value: date) -> str:
    return text.official_date(value) if _is_vietnamese() else format_date(value, "d MMMM y")


def until(sitting: Sitting) -> str:
    """When it ends: the hour alone when it is the same day."""
    same_day = clock.local(sitting.starts_at).date() == clock.local(sitting.ends_at).date()
    if not same_day:
        return moment(sitting.ends_at)
    if _is_vietnamese():
        return f"{clock.local(sitting.ends_at):%H giờ %M phút}"
    return text.time_of_day(sitting.ends_at)


def arrival(sitting: Sitting) -> str:
    """When to be there, in a sentence; empty when nobody has said."""
    if not sitting.arrival_minutes or not sitting.starts_at:
        return ""
    by = clock.local(sitting.starts_at - timedelta(minutes=sitting.arrival_minutes))
    return _(
        "Please be present by %(time)s, %(num)s minutes before the opening.",
        time=f"{by:%H giờ %M phút}" if _is_vietnamese() else f"{by:%H:%M}",
        num=f"{sitting.arrival_minutes:02d}",
    )


def window(event: Event) -> str:
    """What is known of the date before an exact time is approved, in the words of the plan."""
    if event.window_text:
        return event.window_text
    if event.window_start and event.window_end:
        return f"{text.short_date(event.window_start)} – {text.short_date(event.window_end)}"
    return ""


def contact(event: Event) -> str:
    """Whom to ask, in one line; empty when nobody is named."""
    phone = text.display_phone(event.contact_phone) if event.contact_phone else None
    return ", ".join(part for part in (event.contact_name, phone) if part)


def assumed_end(sitting: Sitting) -> datetime:
    """The end, or two hours after the start when nobody has said: a calendar entry needs one."""
    return sitting.ends_at or sitting.starts_at + timedelta(hours=2)


def _is_vietnamese() -> bool:
    return str(get_locale() or "vi").startswith("vi")
