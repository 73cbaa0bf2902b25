"""The list for reception on paper: plain values for templates/print/reception.typ, in the language in force. Pure."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.reception.models import Delegation


def listed(event: Event, delegations: Sequence[Delegation]) -> dict[str, Any]:
    """Everybody who is received, by the day and the time they arrive. No contact data of guests stands on it."""
    days: dict[str, list[Delegation]] = {}
    for delegation in delegations:
        arrives = delegation.arrives_at
        day = text.official_date(arrives) if arrives else _("Time not known yet")
        days.setdefault(day[:1].upper() + day[1:], []).append(delegation)
    now = clock.now()
    return {
        "title": " – ".join([_("Reception of delegations"), event.short_title]),
        "heading": _("Reception of delegations").upper(),
        "event": event.title,
        "short": event.short_title,
        "columns": [
            _("Hour"), _("Delegation"), _("Where it arrives"), _("Vehicle"), _("Greeter"), _("Escort"),
            _("Waiting room"), _("Note"),
        ],
        "days": [{"name": day, "rows": [_row(each) for each in rows]} for day, rows in days.items()],
        "empty": _("No delegations yet"),
        "printed": _("Printed at %(time)s, %(day)s", time=text.time_of_day(now), day=text.short_date(now)),
        "page": _("Page"),
    }  # fmt: skip


def _row(delegation: Delegation) -> dict[str, Any]:
    people = [member.guest for member in delegation.members]
    others = [guest for guest in people if guest.id != delegation.head_id]
    number = len(people)
    return {
        "hour": text.time_of_day(delegation.arrives_at).replace(":", "h") if delegation.arrives_at else "",
        "name": delegation.name,
        "head": _("Head: %(name)s", name=_words(delegation.head)) if delegation.head else "",
        "members": "; ".join(_words(guest) for guest in others),
        "count": _("%(number)s people", number=f"{number:02d}") if number else "",
        "place": _lines(delegation.arrival_point, delegation.site.name),
        "vehicle": _lines(delegation.vehicle, delegation.plate),
        "greeter": _lines(delegation.greeter_name, _phone(delegation.greeter_phone)),
        "escort": _lines(delegation.escort_name, _phone(delegation.escort_phone)),
        "room": delegation.room or "",
        "note": delegation.note or "",
    }


def _words(guest: Guest) -> str:
    return ", ".join(part for part in (guest.person.name_with_honorific, guest.person.position) if part)


def _phone(number: str | None) -> str | None:
    return text.display_phone(number) if number else None


def _lines(*parts: str | None) -> list[str]:
    return [part for part in parts if part]
