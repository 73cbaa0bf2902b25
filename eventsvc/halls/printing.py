"""Who is on duty at a hall, on paper: plain values for templates/print/duty.typ, in the language in force. Pure."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.events.models import Event
from eventsvc.halls.models import Post, Service, Shift, StaffKind
from eventsvc.halls.summary import Hall
from eventsvc.organizations.letterhead import Letterhead

Word = Callable[[Enum], str]


def duty(event: Event, hall: Hall, *, head: Letterhead, word: Word, shows_contacts: bool) -> dict[str, Any]:
    """The services with who is on duty, then every post with its shifts. Telephones only with `shows_contacts`."""
    now = clock.now()
    return {
        "title": " – ".join([_("Duty list"), hall.site.name, event.short_title]),
        "head": head._asdict(),
        "heading": _("Duty list").upper(),
        "event": event.title,
        "place": hall.site.place
        if hall.site.place == hall.site.name
        else f"{hall.site.name} – {hall.site.place}",
        "hours": [
            _(
                "Doors open from %(opens)s to %(closes)s.",
                opens=_moment(span.starts_at),
                closes=_moment(span.ends_at),
            )
            for _sitting, span in hall.hours
        ],
        "services_heading": _("Services of the agencies"),
        "service_columns": [
            _("No."),
            _("Service of the agency"),
            _("Agency"),
            _("Person on duty"),
            _("Telephone"),
        ],
        "services": [
            [str(number), *_service(service, word, shows_contacts)]
            for number, service in enumerate(hall.services, start=1)
        ],
        "shift_columns": [
            _("No."),
            _("Time on duty"),
            _("Full name"),
            _("Agency"),
            _("Telephone"),
            _("Signed"),
        ],
        "posts": [_post(post, word, shows_contacts) for post in hall.posts],
        "nobody": _("Nobody is entered."),
        "empty": _("Nothing is entered for this hall yet."),
        "printed": _("Printed at %(time)s, %(day)s", time=text.time_of_day(now), day=text.short_date(now)),
        "page": _("Page"),
    }


def _service(service: Service, word: Word, shows_contacts: bool) -> list[str]:
    kind = word(service.kind)
    return [
        f"{kind}: {service.detail}" if service.detail else kind,
        service.agency_name or "",
        service.on_duty_name or "",
        _phone(service.on_duty_phone, shows_contacts),
    ]


def _post(post: Post, word: Word, shows_contacts: bool) -> dict[str, Any]:
    needed = _("%(number)s needed at a time", number=f"{post.needed:02d}")
    return {
        "name": f"{post.name} ({needed})",
        "note": post.note or "",
        "rows": [
            [str(number), *_shift(shift, word, shows_contacts), ""]
            for number, shift in enumerate(post.shifts, start=1)
        ],
    }


def _shift(shift: Shift, word: Word, shows_contacts: bool) -> list[str]:
    return [
        _span(shift),
        shift.person_name,
        ", ".join(filter(None, (shift.agency_name, _volunteer(shift, word)))),
        _phone(shift.person_phone, shows_contacts),
    ]


def _volunteer(shift: Shift, word: Word) -> str:
    return word(shift.kind) if shift.kind is StaffKind.VOLUNTEER else ""


def _span(shift: Shift) -> str:
    if clock.local(shift.starts_at).date() != clock.local(shift.ends_at).date():
        return f"{_moment(shift.starts_at)} – {_moment(shift.ends_at)}"
    hours = f"{text.time_of_day(shift.starts_at)}–{text.time_of_day(shift.ends_at)}"
    return f"{hours}, {text.short_date(shift.starts_at)}"


def _moment(moment: Any) -> str:
    return f"{text.time_of_day(moment)} {text.short_date(moment)}"


def _phone(number: str | None, shows_contacts: bool) -> str:
    return text.display_phone(number) if number and shows_contacts else ""
