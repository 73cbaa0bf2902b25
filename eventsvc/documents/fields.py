"""The ((fields)) that the wording of a paper may hold: those of the event, and those of whoever receives it. Pure.

Their names are Vietnamese whatever the language of the pages: they stand in Vietnamese papers.
"""

import re
from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from eventsvc import placeholders, text
from eventsvc.documents.models import Document, DocumentKind
from eventsvc.events.models import Event, TimeState

# Field and what it stands for, in the order in which a letter needs them.
OF_RECIPIENT = {
    "kính mời": _l("whom the letter invites: form of address, name, position, organization"),
    "danh xưng": _l("the form of address: Ông, Bà, đồng chí"),
    "họ tên": _l("the full name"),
    "chức vụ": _l("the position"),
    "đơn vị": _l("the organization"),
    "điểm cầu": _l("the hall or bridge site where the guest is expected"),
    "chỗ ngồi": _l("the seat"),
    "số đại biểu": _l("how many people an organization is asked to name"),
    "hạn cử đại biểu": _l("the day until which an organization may name people"),
}
OF_ADDRESSEE = {"kính gửi": _l("whom the paper is addressed to")}
OF_EVENT = {
    "cơ quan ban hành": _l("the issuing body, in full"),
    "nội dung": _l("the title of the event"),
    "thời gian": _l("the approved time, else the window of the plan"),
    "địa điểm": _l("the place"),
    "trang phục": _l("the dress"),
    "đầu mối liên hệ": _l("whom to ask, with the telephone number"),
}

DOTS = "\u200b".join("…………………………")
"""What stands for a value that is not known yet; it may be broken at the end of a line."""

_BOLD = {"kinh moi"}
"""Fields whose values are printed bold, by their keys."""
_COMMITTEE = re.compile(r"^ubnd\b", re.IGNORECASE)


def known(kind: DocumentKind) -> dict[str, object]:
    """The fields that the wording of this kind may hold, with their explanations."""
    if kind is DocumentKind.INVITATION_LETTER:
        return OF_RECIPIENT | OF_EVENT
    return OF_ADDRESSEE | OF_EVENT


def is_bold(key: str | None) -> bool:
    return key in _BOLD


def of_event(event: Event, paper: Document) -> dict[str, str]:
    """The values that all recipients share; empty where nobody has said. A signed paper keeps those it was signed
    with, whatever becomes of the event: another time needs another paper (Decree 30/2020, Article 18.3)."""
    return dict(paper.settled) if paper.settled is not None else current(event, paper)


def is_overtaken(event: Event, paper: Document) -> bool:
    """Whether the event is no longer what the signed paper says of it."""
    if paper.settled is None:
        return False
    said = f"{paper.title}\n{paper.body or ''}"
    return placeholders.fill(said, paper.settled) != placeholders.fill(said, current(event, paper))


def current(event: Event, paper: Document) -> dict[str, str]:
    """What the event says of itself now."""
    return {
        "cơ quan ban hành": full_name(paper.issuer or event.host.name),
        "nội dung": event.title,
        "thời gian": when(event),
        "địa điểm": where(event),
        "trang phục": (event.dress_code or "").rstrip(". "),
        "đầu mối liên hệ": contact(event),
    }


def blank(kind: DocumentKind, names: Collection[str] = ()) -> dict[str, str]:
    """Dots for the fields of a recipient, so that a paper can be read before anybody is named."""
    fields = OF_RECIPIENT if kind is DocumentKind.INVITATION_LETTER else OF_ADDRESSEE
    return {name: DOTS for name in fields if not names or name in names}


def when(event: Event) -> str:
    """ "08 giờ 00 phút, ngày 13 tháng 9 năm 2016 (thứ Ba)" for each sitting; the window until a time is approved."""
    approved = [s for s in event.standing_sittings if s.starts_at and s.time_state is TimeState.APPROVED]
    if approved:
        return "; ".join(text.official_start(sitting.starts_at) for sitting in approved)
    if event.window_text:
        return event.window_text
    days = [text.short_date(day) for day in (event.window_start, event.window_end) if day]
    return " – ".join(dict.fromkeys(days))


def where(event: Event) -> str:
    places = dict.fromkeys(s.place for s in event.standing_sittings if s.place)
    return "; ".join((event.venue or "\n".join(places)).split("\n"))


def contact(event: Event) -> str:
    phone = text.display_phone(event.contact_phone) if event.contact_phone else None
    return ", ".join(part for part in (event.contact_name, phone and f"điện thoại {phone}") if part)


def full_name(issuer: str) -> str:
    """ "Ủy ban nhân dân tỉnh Quảng Ngãi", as a letter says it: no short forms at the beginning of a name."""
    return _COMMITTEE.sub("Ủy ban nhân dân", text.clean(issuer))
