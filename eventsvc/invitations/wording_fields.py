"""The ((fields)) that organizers may write into messages, and their values. Pure.

Their names are Vietnamese whatever the language of the pages, and those of the letters (documents/fields.py): the
words stand in Vietnamese messages.
"""

import re
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l

from eventsvc import placeholders
from eventsvc.events.models import Event, Sitting
from eventsvc.invitations import wording
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

OF_PERSON = {
    "danh xưng": _l("the form of address: Ông, Bà, đồng chí"),
    "họ tên": _l("the full name"),
    "chức vụ": _l("the position"),
    "đơn vị": _l("the organization"),
    "chỗ ngồi": _l("the seat"),
}
OF_PLACE = {
    "điểm cầu": _l("the hall or bridge site where the guest is expected"),
    "địa điểm": _l("the place"),
}
OF_EVENT = {
    "cơ quan mời": _l("the host of the event"),
    "nội dung": _l("the title of the event"),
    "thời gian": _l("when the event begins"),
    "trang phục": _l("the dress"),
    "đầu mối liên hệ": _l("whom to ask, with the telephone number"),
    "đường dẫn": _l("the address of the guest's own page"),
}
KNOWN = OF_PERSON | OF_PLACE | OF_EVENT

_ENCODED = re.compile(r"=(?=\?)")


def of_person(person: Person, seat: str | None) -> dict[str, str]:
    return {
        "danh xưng": person.honorific or "Ông/Bà",
        "họ tên": person.full_name,
        "chức vụ": person.position or "",
        "đơn vị": person.organization_name or "",
        "chỗ ngồi": seat or "",
    }


def of_place(site: Site, sittings: Sequence[Sitting]) -> dict[str, str]:
    places = dict.fromkeys(wording.where(site, sitting) for sitting in sittings)
    return {"điểm cầu": wording.site_name(site), "địa điểm": "; ".join(places) or wording.site_name(site)}


def of_event(event: Event, sittings: Sequence[Sitting], link: str) -> dict[str, str]:
    """`link` may be a marker."""
    begins = [wording.moment(sitting.starts_at) for sitting in sittings if sitting.starts_at]
    values = {
        "cơ quan mời": event.host.name,
        "nội dung": event.title,
        "thời gian": "; ".join(begins) or wording.window(event),
        "trang phục": event.dress_code or "",
        "đầu mối liên hệ": wording.contact(event),
    }
    return {name: wording.plain(value) for name, value in values.items()} | {"đường dẫn": link}


def paragraphs(words: str | None, values: Mapping[str, str]) -> list[str]:
    """The wording line by line, its fields filled in; nothing in it can be taken for the marker of a token."""
    lines = [wording.plain(line) for line in (words or "").splitlines()]
    return [placeholders.fill(line, values) for line in lines if line]


def in_subject(value: str) -> str:
    """A value that cannot make more than a subject of the subject it stands in."""
    return _ENCODED.sub("= ", wording.plain("".join(c if c.isprintable() else " " for c in value)))


def empty(words: str, values: Mapping[str, str]) -> list[str]:
    """The fields of a wording that would leave a gap, in the order in which they stand."""
    return [
        name for name in placeholders.names(words) if not placeholders.fill(f"(({name}))", values).strip()
    ]
