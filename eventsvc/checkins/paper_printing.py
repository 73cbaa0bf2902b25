"""Paper lists as plain values for templates/print/paper_sheet.typ, in the language in force. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.invitations import wording
from eventsvc.invitations.rules import sitting_name


def values(event: Event, sheets: Sequence[PaperSheet], guests: Mapping[int, Guest]) -> dict[str, Any]:
    """The sheets in their order, each on pages of its own. Whoever has left the list since keeps the line, empty."""
    return {
        "title": " – ".join([_("Paper list"), event.short_title]),
        "heading": _("List for checking in by hand").upper(),
        "number": _("Sheet no."),
        "event": event.title,
        "labels": [_("Site"), _("Sitting"), _("Printed")],
        "columns": [
            _("No."),
            _("Present (tick)"),
            _("Full name"),
            _("Position, organization"),
            _("Seat"),
            _("Time of entry"),
        ],
        "blank_heading": _("People who are not on the list: write name and agency in capital letters"),
        "how": _(
            "Tick whoever comes and write the time. Give this sheet to the organizers afterwards: it is entered by its "
            "number."
        ),
        "signed": _("Name and signature of the person at the door"),
        "page": _("Page"),
        "of": _("of (pages)"),
        "empty": _("Nobody is expected at this site."),
        "sheets": [_sheet(sheet, guests) for sheet in sheets],
    }


def _sheet(sheet: PaperSheet, guests: Mapping[int, Guest]) -> dict[str, Any]:
    sitting = sheet.sitting
    when = wording.moment(sitting.starts_at) if sitting.starts_at else ""
    printed = clock.local(sheet.printed_at)
    return {
        "number": sheet.number,
        "site": sheet.site.name,
        "sitting": ", ".join(part for part in (sitting_name(sitting), when) if part),
        "printed": _("%(time)s on %(day)s", time=text.time_of_day(printed), day=text.short_date(printed)),
        "rows": [
            _row(number, guests.get(guest_id)) for number, guest_id in enumerate(sheet.guest_ids, start=1)
        ],
        "blank": sheet.blank_lines,
    }


def _row(number: int, guest: Guest | None) -> list[str]:
    if guest is None:
        return [str(number), "—", "", ""]
    person = guest.person
    office = ", ".join(part for part in (person.position, person.organization_name) if part)
    return [str(number), person.name_with_honorific, office, guest.seat or ""]
