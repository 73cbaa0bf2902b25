"""The sheet of cards that turn phones into devices, as values for the press. Pure."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from eventsvc import qr
from eventsvc.checkins.models import Enrolment
from eventsvc.events.models import Event
from eventsvc.text import official_datetime

MOST_CARDS = 400
"""On fifty sheets: as many as somebody waits for, and cuts out."""


def values(event: Event, cards: Iterable[tuple[Enrolment, str]]) -> dict[str, Any]:
    """One card a device, in the order given: its name, its site, the code that enrols it."""
    return {
        "title": _("Codes for devices"),
        "event": event.short_title,
        "when": official_datetime(event.starts_at) if event.starts_at else "",
        "hint": _("Hold the camera of the phone that will stand at this door to the code."),
        "secret": _("It enrols one phone, once; please do not pass it on."),
        "empty": _("No code waits for a phone."),
        "cards": [
            {
                "name": enrolment.name,
                "parent": enrolment.site.name if enrolment.site else _("every site"),
                "link": address,
                "qr": qr.address_svg(address).decode(),
            }
            for enrolment, address in cards
        ],
    }
