"""Signs and lists of stalls, badges and lists of the press, as plain values for templates/print/. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from eventsvc import qr
from eventsvc.campaigns.activity_models import Stall
from eventsvc.campaigns.communication_models import Accreditation
from eventsvc.events.models import Event
from eventsvc.guests.models import BadgeRole
from eventsvc.invitations.badges import COLOURS
from eventsvc.organizations.letterhead import Letterhead


def signs(event: Event, stalls: Sequence[Stall]) -> dict[str, Any]:
    """A sign for each stall, A4 landscape."""
    return {
        "title": " – ".join([_("Signs of the stalls"), event.short_title]),
        "event": event.title,
        "cashless": _("No cash needed here"),
        "empty": _("No stall fits"),
        "signs": [
            {
                "code": stall.code,
                "owner": stall.owner,
                "goods": stall.goods or "",
                "stars": _("OCOP %(stars)s stars", stars=stall.ocop_stars) if stall.ocop_stars else "",
                "space": stall.activity.name,
                "pays": stall.is_cashless,
                "bank": stall.bank.owner if stall.bank else "",
            }
            for stall in stalls
        ],
    }


def stall_list(event: Event, stalls: Sequence[Stall], *, head: Letterhead) -> dict[str, Any]:
    """The list of stalls, space by space, with room for the owners to sign."""
    spaces: dict[str, list[Stall]] = {}
    for stall in stalls:
        spaces.setdefault(stall.activity.name, []).append(stall)
    return {
        "title": " – ".join([_("List of stalls"), event.short_title]),
        "head": head._asdict(),
        "heading": _("List of stalls").upper(),
        "event": event.title,
        "facts": [],
        "columns": [_("No."), _("Owner of the stall"), _("Code"), _("Goods"), _("Signature")],
        "parts": [
            {"name": name, "rows": [[one.owner, one.code, one.goods or "", ""] for one in rows]}
            for name, rows in spaces.items()
        ],
        "total": _("%(number)s stalls in all.", number=f"{len(stalls):02d}"),
        "empty": _("No stall fits"),
    }


def press_badges(event: Event, press: Sequence[Accreditation], links: Mapping[int, str]) -> dict[str, Any]:
    """Badges like those of the delegates, eight a sheet. Their code leads to a page that says whether the card is
    valid: one card is for all events of a campaign, so it is no pass of one of them."""
    role = _("Press").upper()
    return {
        "title": " – ".join([_("Press badges"), event.short_title]),
        "size": "small",
        "event": event.title,
        "short": event.short_title,
        "when": "",
        "seat": "",
        "empty": _("Nobody has been accredited yet"),
        "badges": [
            {
                "role": role,
                "colour": COLOURS[BadgeRole.PRESS],
                "is_blank": False,
                "honorific": "",
                "name": one.name,
                "position": one.position or "",
                "organization": one.outlet,
                "site": _("Press card %(number)s", number=one.press_card) if one.press_card else "",
                "seat": "",
                "qr": qr.address_svg(links[one.id]).decode() if one.id in links else "",
                "code": "",
            }
            for one in press
        ],
    }


def press_list(event: Event, press: Sequence[Accreditation], *, head: Letterhead) -> dict[str, Any]:
    """The accredited journalists for the door, by outlet."""
    outlets: dict[str, list[Accreditation]] = {}
    for one in press:
        outlets.setdefault(one.outlet, []).append(one)
    return {
        "title": " – ".join([_("Accredited journalists"), event.short_title]),
        "head": head._asdict(),
        "heading": _("Accredited journalists").upper(),
        "event": event.title,
        "facts": [],
        "columns": [_("No."), _("Full name"), _("Position"), _("Equipment"), _("Press card")],
        "parts": [
            {
                "name": outlet,
                "rows": [
                    [one.name, one.position or "", one.equipment or "", one.press_card or ""] for one in rows
                ],
            }
            for outlet, rows in outlets.items()
        ],
        "total": _("%(number)s journalists in all.", number=f"{len(press):02d}"),
        "empty": _("Nobody has been accredited yet"),
    }
