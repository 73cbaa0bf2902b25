"""What the programme says on paper: plain values for templates/print/programme.typ, in the language in force. Pure.

Times stand in it once they are approved, as on the public page; until there is a release it is a provisional one.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from eventsvc import text
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.timing import Part
from eventsvc.events.models import Event, Sitting, TimeState
from eventsvc.organizations.letterhead import Letterhead
from eventsvc.sites.models import MAIN

# Types of units stand in lower case inside a phrase.
UNIT_TYPES = ("Xã ", "Phường ", "Thị trấn ", "Thị xã ", "Huyện ", "Thành phố ", "Đặc khu ", "Tỉnh ")
LONG_TEXT = 400
"""Characters from which a row is not kept whole at any price."""


def programme(
    event: Event, parts: list[Part], *, head: Letterhead, form: str, release: AgendaRelease | None
) -> dict[str, Any]:
    """The public programme: `parts` without what only those behind the stage need, `form` in words."""
    shown = [part for part in parts if part.slots and part.sitting.cancelled_at is None]
    return {
        "title": " – ".join([_("Programme"), event.title]),
        "head": head._asdict(),
        "heading": _("Programme").upper(),
        "event": event.title,
        "is_provisional": None if release else _("Provisional"),
        "cancelled": _("This event is cancelled; it does not take place.") if event.is_cancelled else None,
        "facts": [
            [_("Time"), when(event)],
            [_("Place"), where(event)],
            [_("Form"), [form]],
        ],
        "parts": [_part(part, is_one=len(shown) == 1) for part in shown],
        "empty": _("The programme will be announced later."),
        "release": release_line(release),
    }


def when(event: Event) -> list[str]:
    """One line for each sitting whose time is approved; else the window in the words of the plan."""
    approved = [s for s in event.standing_sittings if s.starts_at and s.time_state is TimeState.APPROVED]
    lines = [begins(sitting) for sitting in approved]
    if len(approved) > 1:
        lines = [f"{sitting_name(s)}: {line}" for s, line in zip(approved, lines, strict=True)]
    return lines or [window(event) or _("to be announced")]


def begins(sitting: Sitting) -> str:
    """ "Bắt đầu từ 08 giờ 00 phút, ngày 13 tháng 9 năm 2016 (thứ Ba), dự kiến kết thúc lúc 09 giờ 30 phút" """
    words = _("Beginning at %(start)s", start=text.official_start(sitting.starts_at))
    if sitting.ends_at is None:
        return words
    same_day = text.short_date(sitting.starts_at) == text.short_date(sitting.ends_at)
    end = text.official_hour(sitting.ends_at) if same_day else text.official_start(sitting.ends_at)
    return _("%(start)s, expected to end at %(end)s", start=words, end=end)


def window(event: Event) -> str:
    if event.window_text:
        return event.window_text
    if event.window_start and event.window_end:
        days = list(dict.fromkeys([text.short_date(event.window_start), text.short_date(event.window_end)]))
        return " – ".join(days)
    return ""


def where(event: Event) -> list[str]:
    """The place as announced, or those of the sittings where they are elsewhere."""
    places = dict.fromkeys(s.place for s in event.standing_sittings if s.place)
    return (event.venue or "\n".join(places) or _("to be announced")).split("\n")


def sitting_name(sitting: Sitting) -> str:
    return sitting.title or _("Sitting %(number)s", number=sitting.number)


def strand_name(strand: Any) -> str:
    """What goes on beside the stage, with its place."""
    return ", ".join(part for part in (strand.name, strand.place) if part)


def bridge(site: Any) -> str:
    """ "Điểm cầu huyện Đức Phổ", nothing for the main hall; a name that says so itself is not said twice."""
    if site is None or site.code == MAIN:
        return ""
    if text.fold(site.name).startswith("diem cau"):
        return site.name
    name = site.name[0].lower() + site.name[1:] if site.name.startswith(UNIT_TYPES) else site.name
    return _("Bridge %(name)s", name=name)


def release_line(release: AgendaRelease | None) -> str | None:
    if release is None:
        return None
    day = text.official_date(release.released_at)
    return _("Release %(number)s, %(day)s", number=release.number, day=day)


def _part(part: Part, *, is_one: bool) -> dict[str, Any]:
    is_timed = part.sitting.time_state is TimeState.APPROVED and any(slot.start for slot in part.slots)
    names = (
        [] if is_one else [sitting_name(part.sitting)] if part.strand is None else [strand_name(part.strand)]
    )
    if names and part.strand is None and part.sitting.starts_at and is_timed:
        names.append(text.official_start(part.sitting.starts_at))
    return {
        "name": ", ".join(names),
        "is_strand": part.strand is not None,
        "is_timed": is_timed,
        "columns": [_("Time") if is_timed else _("No."), _("Item"), _("Who")],
        "rows": [
            [
                hours(slot.start, slot.end) if is_timed else f"{number}",
                f"{number}. {slot.item.title}" if is_timed else slot.item.title,
                slot.item.speaker or "",
                ", ".join(filter(None, [slot.item.position, bridge(slot.item.site)])),
                _is_long(slot.item),
            ]
            for number, slot in enumerate(part.slots, 1)
        ],
    }


def _is_long(item: Any) -> bool:
    """Whether the row may be higher than a page, and so may break across two."""
    texts = (item.title, item.speaker or "", item.position or "")
    return any(len(words) + 40 * words.count("\n") > LONG_TEXT for words in texts)


def hours(start: datetime | None, end: datetime | None) -> str:
    """ "08h00 – 08h10", "từ 08h00"; nothing when nobody knows."""
    if start is None:
        return ""
    words = text.time_of_day(start).replace(":", "h")
    if end is None:
        return _("from %(time)s", time=words)
    return f"{words} – {text.time_of_day(end).replace(':', 'h')}"
