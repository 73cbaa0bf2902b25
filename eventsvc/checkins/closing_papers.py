"""The minutes of a signed count: plain values for templates/print/signed_count.typ, in the language in force. Pure."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.checkins.attendance_models import SiteClosing
from eventsvc.checkins.closings import SiteCount
from eventsvc.events.models import Event
from eventsvc.invitations import wording
from eventsvc.invitations.rules import sitting_name
from eventsvc.organizations.letterhead import Letterhead


def minutes(
    event: Event, closing: SiteClosing, count: SiteCount, *, head: Letterhead, tallied: int, by: str | None
) -> dict[str, Any]:
    """What was signed as it was signed; what has come in since stands below it, apart."""
    site, sitting = closing.site, closing.sitting
    return {
        "title": " – ".join([_("Minutes of the signed count"), site.name, event.short_title]),
        "head": head._asdict(),
        "heading": _("Official minutes").upper(),
        "subject": _("On the signed count of a site"),
        "event": event.title,
        "facts": [
            [_("Site"), [site.name, *([site.place] if site.place and site.place != site.name else [])]],
            [_("Sitting"), [_when(closing)]],
            [_("Signed at"), [text.official_datetime(closing.closed_at)]],
        ],
        "columns": [_("No."), _("What was counted"), _("Number of people")],
        "rows": _rows(count, closing, tallied),
        "notes": _notes(closing, count, by),
        "signed_heading": _("Signed by").upper(),
        "signed_hint": _("(Signature, full name)"),
        "signed_position": closing.signed_position or "",
        "signed_name": closing.signed_name,
        "witness_heading": _("Written by").upper(),
        "place_and_day": text.official_date(clock.local(closing.closed_at).date()).capitalize(),
        "is_void": closing.reopened_at is not None,
        "void": _("This count was opened again and stands no more.").upper(),
        "printed": _(
            "Printed at %(time)s, %(day)s",
            time=text.time_of_day(clock.now()),
            day=text.short_date(clock.now()),
        ),
        "page": _("Page"),
        "sitting": sitting_name(sitting),
    }


def _rows(count: SiteCount, closing: SiteClosing, tallied: int) -> list[list[str]]:
    lines: list[tuple[str, int | None]] = [
        (_("Guests expected"), count.expected),
        (_("In by name, by the scans at the doors"), closing.named),
        (_("Head-count reported by the site"), count.reported.people if count.reported else None),
    ]
    if tallied:
        lines.append((_("Visitors counted by taps (not added)"), tallied))
    lines.append((_("People in the hall, as signed"), closing.people))
    return [
        [str(number), words, "—" if figure is None else str(format_decimal(figure))]
        for number, (words, figure) in enumerate(lines, start=1)
    ]


def _notes(closing: SiteClosing, count: SiteCount, by: str | None) -> list[str]:
    notes = [_("Note: %(note)s", note=closing.note)] if closing.note else []
    if later := later_words(count, closing):
        notes.append(later)
    if by:
        notes.append(_("Entered into the system by %(name)s.", name=by))
    if closing.reopened_at is not None:
        notes.append(
            _(
                "Opened again at %(time)s: %(reason)s",
                time=text.official_datetime(closing.reopened_at),
                reason=closing.reopen_reason or "—",
            )
        )
    return notes


def later_words(count: SiteCount, closing: SiteClosing) -> str | None:
    """ "Chốt 42, sau đó đến thêm 2 lượt từ máy ngoại tuyến": how the signed figure and the scans differ now."""
    later = count.named - closing.named
    if later > 0:
        return _(
            "Signed: %(signed)s by name; since then %(later)s more have arrived from devices that were offline or"
            " scanned afterwards.",
            signed=closing.named,
            later=later,
        )
    if later < 0:
        return _(
            "Signed: %(signed)s by name; since then %(undone)s entries were undone or counted elsewhere.",
            signed=closing.named,
            undone=-later,
        )
    return None


def _when(closing: SiteClosing) -> str:
    sitting = closing.sitting
    when = wording.moment(sitting.starts_at) if sitting.starts_at else ""
    return ", ".join(part for part in (sitting_name(sitting), when) if part)
