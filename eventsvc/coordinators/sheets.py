"""The sheet of cards with the links of sites, as values for the press. Pure."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from eventsvc import qr
from eventsvc.events.models import Event
from eventsvc.sites.models import Site
from eventsvc.text import official_datetime

MOST_CARDS = 400
"""On fifty sheets: as many as somebody waits for, and cuts out."""


def values(event: Event, cards: Iterable[tuple[Site, str]]) -> dict[str, Any]:
    """One card a site, in the order given: its name, its district, the code that opens its page."""
    return {
        "title": _("Links of the bridge sites"),
        "event": event.short_title,
        "when": official_datetime(event.starts_at) if event.starts_at else "",
        "hint": _("Scan with the telephone of whoever looks after the site."),
        "secret": _("For this site alone; please do not pass it on."),
        "empty": _("No site of this list has a link yet."),
        "cards": [
            {
                "name": site.name,
                "parent": site.parent_name or "",
                "link": link,
                "qr": qr.address_svg(link).decode(),
            }
            for site, link in cards
        ],
    }
