"""Calendar entries of an event for whoever subscribes: one per sitting, or one per agenda item. Pure.

An entry's UID never changes, also when what it stands for is moved. Its SEQUENCE is the age of the event in seconds
at the last change: it rises with every change, whether it came from a release, another time or another place.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from eventsvc.agenda.models import RitualRole
from eventsvc.agenda.timing import Part, Slot
from eventsvc.events.models import Event, Sitting, TimeState
from eventsvc.feeds.models import FeedKind
from eventsvc.ical import CalendarEntry
from eventsvc.sites.models import MAIN

# Neither the address of the site nor that of the sender, which may both change while somebody subscribes.
UID_DOMAIN = "eventsvc"
ASSUMED_LENGTH = timedelta(hours=2)

Changed = Callable[[Part, Any], datetime]
"""When an item of a part last changed, in what it says or in when it is."""


class Cancelled(NamedTuple):
    """An item that was made known and then taken out: when it would have been, and when it was taken out."""

    key: str
    title: str
    sitting: int
    is_public: bool
    start: datetime | None
    end: datetime | None
    cancelled_at: datetime
    site: str | None = None
    people: frozenset[int] = frozenset()


def of_sittings(event: Event, edited: Mapping[int, datetime], *, url: str) -> list[CalendarEntry]:
    """The sittings that have an approved time, those called off too; else the window, for as long. `edited` says
    when a sitting was last edited, by its id."""
    return [
        CalendarEntry(
            uid=f"{event.slug}-{sitting.id}@{UID_DOMAIN}",
            sequence=sitting.sequence,
            start=sitting.starts_at,
            end=sitting.ends_at or sitting.starts_at + ASSUMED_LENGTH,
            summary=_sitting_summary(event, sitting),
            description=f"{event.title}\n{event.host.name}",
            location=sitting.place or event.venue or "",
            url=url,
            video_link=event.video_link or "",
            last_changed=max(
                sitting.changed_at, event.changed_at, edited.get(sitting.id, sitting.changed_at)
            ),
            status=_status(event, sitting),
        )
        for sitting in event.sittings
        if sitting.starts_at is not None and sitting.time_state is TimeState.APPROVED
    ] or window(event, url=url)


def of_items(
    event: Event,
    parts: Iterable[Part],
    *,
    kind: FeedKind,
    changed: Changed,
    cancelled: Iterable[Cancelled],
    url: str,
) -> list[CalendarEntry]:
    """The items whose start and end are known; else the window. Only the running order tells of a time that is
    proposed and not approved yet, and of what nobody but those behind the stage needs to know."""
    is_detailed = kind is FeedKind.RUNNING_ORDER
    states = {TimeState.APPROVED, TimeState.PROPOSED} if is_detailed else {TimeState.APPROVED}
    entries = [
        item_entry(event, part, slot, changed(part, slot.item), url, is_detailed=is_detailed)
        for part in parts
        if part.sitting.time_state in states
        for slot in part.slots
        if slot.start is not None and slot.end is not None
    ]
    known = {sitting.number for sitting in event.sittings if sitting.time_state in states}
    entries += [
        left_out(event, item, url)
        for item in cancelled
        if item.sitting in known and item.start and item.end and (is_detailed or item.is_public)
    ]
    return entries or window(event, url=url)


def window(event: Event, *, url: str) -> list[CalendarEntry]:
    """The days in which the event is to be, for as long as no time is known; empty when not even those are."""
    if not (event.window_start and event.window_end):
        return []
    return [
        CalendarEntry(
            uid=f"{event.slug}-window@{UID_DOMAIN}",
            sequence=event.revision,
            start=event.window_start,
            end=event.window_end,
            summary=event.short_title,
            description="\n".join(filter(None, [event.title, event.window_text, event.host.name])),
            location=event.venue or "",
            url=url,
            last_changed=event.changed_at,
            status="CANCELLED" if event.is_cancelled else "TENTATIVE",
        )
    ]


def item_entry(
    event: Event, part: Part, slot: Slot, changed: datetime, url: str, *, is_detailed: bool = False
) -> CalendarEntry:
    """An item whose start and end are known."""
    item, sitting = slot.item, part.sitting
    assert slot.start is not None and slot.end is not None
    return CalendarEntry(
        uid=f"{item.key}@{UID_DOMAIN}",
        sequence=sequence(event, changed),
        start=slot.start,
        end=slot.end,
        summary=f"{item.cue}. {item.title}" if is_detailed and item.cue else item.title,
        description="\n".join(_details(item) if is_detailed else known_to_all(item)),
        location=_location(event, part, item),
        url=url,
        last_changed=changed,
        status=_status(event, sitting),
    )


def left_out(event: Event, item: Cancelled, url: str) -> CalendarEntry:
    """An item that was taken out, when it would have been."""
    assert item.start is not None and item.end is not None
    return CalendarEntry(
        uid=f"{item.key}@{UID_DOMAIN}",
        sequence=sequence(event, item.cancelled_at),
        start=item.start,
        end=item.end,
        summary=item.title,
        url=url,
        last_changed=item.cancelled_at,
        status="CANCELLED",
    )


def sequence(event: Event, changed: datetime) -> int:
    return max(0, int((changed - event.created_at).total_seconds()))


def _status(event: Event, sitting: Sitting) -> str:
    if event.is_cancelled or sitting.cancelled_at:
        return "CANCELLED"
    return "CONFIRMED" if sitting.time_state is TimeState.APPROVED else "TENTATIVE"


def _sitting_summary(event: Event, sitting: Sitting) -> str:
    if len(event.standing_sittings) < 2 and not sitting.title:
        return event.short_title
    name = sitting.title or _("sitting %(number)s", number=sitting.number)
    return f"{event.short_title} – {name}"


def _location(event: Event, part: Part, item: Any) -> str:
    """The bridge that speaks, when it is not the main hall; else where the strand or the sitting is."""
    if item.site is not None and item.site.code != MAIN:
        return _("Bridge site of %(unit)s", unit=item.site.name)
    hall = part.sitting.place or event.venue or ""
    if part.strand is None:
        return hall
    return ", ".join(dict.fromkeys(filter(None, [part.strand.name, part.strand.place or hall])))


def known_to_all(item: Any) -> list[str]:
    """Who speaks, and the ritual in it."""
    lines = [_who(item)] if item.speaker else []
    if item.ritual is not None:
        lines += filter(None, [item.ritual.title, item.ritual.subject])
    return lines


def _who(item: Any) -> str:
    return ", ".join(filter(None, [item.speaker, item.position]))


def _details(item: Any) -> list[str]:
    """Everything that those behind the stage need at this moment; the organizers' own note is not among it."""
    lines = known_to_all(item)
    if item.ritual is not None:
        lines += _ritual(item.ritual)
    notes = (
        (_("MC line"), item.mc_line),
        (_("Sound"), item.sound_note),
        (_("Light"), item.light_note),
        (_("Screen"), item.screen_note),
        (_("Transmission line"), item.line_note),
        (_("Reception staff"), item.reception_note),
    )
    return lines + [f"{label}: {words}" for label, words in notes if words]


def _ritual(ritual: Any) -> list[str]:
    lines = []
    if ritual.copies:
        lines.append(f"{_('Copies to sign')}: {ritual.copies}")
    if ritual.setting:
        lines.append(f"{_('What stands ready')}: {ritual.setting}")
    roles = {
        RitualRole.PRESSER: _("Presses the button"),
        RitualRole.SIGNATORY: _("Signs"),
        RitualRole.WITNESS: _("Witnesses"),
    }
    for row in ritual.participants:
        words = [row.text, row.position, row.stands_at, row.cue]
        lines.append(f"{roles[RitualRole(row.role)]} {row.number}: {', '.join(filter(None, words))}")
    return lines
