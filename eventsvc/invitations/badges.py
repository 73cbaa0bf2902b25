"""Badges (thẻ đại biểu), passes and the list of delegates as plain values for templates/print/. Pure.

The words for a role come from whoever calls, in the language in force; its colour is given here, and never stands
alone: the word is printed on it.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from flask_babel import gettext as _

from eventsvc import qr, text
from eventsvc.events.models import Event
from eventsvc.guests.models import BadgeRole, Guest, GuestGroup
from eventsvc.invitations.passes import grouped
from eventsvc.organizations.letterhead import Letterhead

COLOURS = {
    BadgeRole.DELEGATE: "#971b1e",
    BadgeRole.GUEST: "#8a5a00",
    BadgeRole.ORGANIZER: "#0b4f8a",
    BadgeRole.PRESS: "#0d6a39",
    BadgeRole.TECHNICIAN: "#4a4a4a",
}
"""White words on them have a contrast of 5.5 and more."""
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))

Words = Callable[[BadgeRole], str]


class Size(StrEnum):
    """What is made of a pass: badges of 90 × 55 mm, eight a sheet; of 90 × 125 mm, four a sheet; passes of A6, four a
    sheet; a list for the door; a pass for one person on half a sheet."""

    SMALL = "small"
    LARGE = "large"
    CARD = "card"
    LIST = "list"
    ONE = "one"


class Shown(NamedTuple):
    """A guest with the code of the pass that opens the door now."""

    guest: Guest
    code: str


def role_of(guest: Guest) -> BadgeRole:
    """The guest's own role, else that of the group, else that of a delegate."""
    return guest.badge_role or (guest.group.badge_role if guest.group else None) or BadgeRole.DELEGATE


def sheets(event: Event, people: Iterable[Shown], size: Size, words: Words, when: str) -> dict[str, Any]:
    """Badges or passes for these people, in their order."""
    return {
        "title": " – ".join([_("Badges"), event.short_title]),
        "size": size.value,
        "event": event.title,
        "short": event.short_title,
        "when": when,
        "seat": _("Seat"),
        "badges": [_badge(shown, words) for shown in people],
        "how": how_to_use(),
        "heading": _("Passes").upper(),
        "columns": [_("No."), _("Full name"), _("Position, organization"), _("Seat"), _("Pass"), _("Note")],
        "page": _("Page"),
        "empty": _("Nobody fits this choice."),
    }


def blank(event: Event, role: BadgeRole, number: int, size: Size, words: Words) -> dict[str, Any]:
    """Badges that say the role alone, for a name to be written on."""
    values = sheets(event, [], size, words, "")
    one = {**_empty(role, words), "is_blank": True}
    return {**values, "badges": [one] * number}


def how_to_use() -> list[str]:
    """What whoever holds a pass should know."""
    return [
        _("Show this code at the door, on paper or on your phone; one code admits one person."),
        _("Do not fold the code or write on it. If it is lost, ask the organizers for a new one."),
    ]


def delegates(
    event: Event,
    groups: Sequence[tuple[GuestGroup | None, Sequence[Guest]]],
    *,
    head: Letterhead,
    place: str,
    when: Sequence[str],
) -> dict[str, Any]:
    """The list of delegates (danh sách đại biểu): groups in the order of the plan, people in that of protocol."""
    filled = [(group, guests) for group, guests in groups if guests]
    return {
        "title": " – ".join([_("Delegate list"), event.short_title]),
        "head": head._asdict(),
        "heading": _("Delegate list").upper(),
        "event": event.title,
        "facts": [[_("Time"), list(when)], [_("Place"), [place]]],
        "columns": [_("No."), _("Full name"), _("Position"), _("Organization"), _("Note")],
        "parts": [
            {
                "name": ". ".join([roman(number), group.name if group else _("Other delegates")]),
                "rows": [
                    [
                        guest.person.name_with_honorific,
                        guest.person.position or "",
                        guest.person.organization_name or "",
                        _("Seat %(label)s", label=guest.seat) if guest.seat else "",
                    ]
                    for guest in guests
                ],
            }
            for number, (group, guests) in enumerate(filled, start=1)
        ],
        "total": _(
            "%(number)s delegates in all.", number=f"{sum(len(guests) for _group, guests in filled):02d}"
        ),
        "empty": _("There is nobody on the list yet."),
    }


def roman(number: int) -> str:
    """ "IV", as the groups of a list of delegates are counted."""
    words = ""
    for value, letters in _ROMAN:
        while number >= value:
            words, number = words + letters, number - value
    return words


def _badge(shown: Shown, words: Words) -> dict[str, Any]:
    guest, person = shown.guest, shown.guest.person
    return {
        **_empty(role_of(guest), words),
        "honorific": person.honorific or "",
        "name": person.full_name,
        "position": person.position or "",
        "organization": person.organization_name or "",
        "site": text.clean(guest.site.name),
        "seat": guest.seat or "",
        "qr": qr.svg(shown.code).decode() if shown.code else "",
        "code": grouped(shown.code),
    }


def _empty(role: BadgeRole, words: Words) -> dict[str, Any]:
    fields = ("honorific", "name", "position", "organization", "site", "seat", "qr", "code")
    return {**dict.fromkeys(fields, ""), "role": words(role), "colour": COLOURS[role], "is_blank": False}
