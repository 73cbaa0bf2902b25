"""Compose the letters to visitors: a place, a place in the queue, its change, its end. Always Vietnamese."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import force_locale

from eventsvc import clock, ical, secrets
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.markers import marker, plain
from eventsvc.deliveries.schedule import last_try_before
from eventsvc.invitations import content, wording
from eventsvc.invitations.passes import grouped
from eventsvc.visitors import entries, queries
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from eventsvc.visitors.telling import Told, facts

PLACE, CANCELLED, OFF = "visit", "visit_cancelled", "visit_off"
TAKING_BACK = (CANCELLED, OFF)
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Was(NamedTuple):
    """The time and the place of before; empty what still holds."""

    when: str
    where: str


def place(
    visit: Visit,
    code: str | None,
    *,
    number: int = 0,
    before: Told | None = None,
    again: datetime | None = None,
) -> Mapping[str, Any]:
    """What the outbox takes to tell a visitor of the place, or, without a `code`, of the `number` in the queue; after a
    change with what they had heard `before`; once more with the moment of `again`."""
    intent = f"{PLACE}:{visit.id}:{visit.state.value}"
    if visit.changes:
        intent += f":change{visit.changes}"
    if again is not None:
        intent += f":{again.timestamp():.0f}"
    message = _message(visit, PLACE, intent, number=number, before=before)
    message["secrets"] = {"link": secrets.unseal(visit.token_sealed)}
    if code is not None:
        message["inline_qr"] = True
        message["secrets"] |= {"pass_code": code, "pass_letters": grouped(code)}
        items = entries.entries(visit, link=_link(), sender=deliveries.sender_mailbox())
        message["calendar"] = ical.publish(items) if items else None
    return message


def cancelled(visit: Visit, reason: str) -> Mapping[str, Any]:
    """What the outbox takes to tell a visitor that somebody else has given up the place for them."""
    message = _message(visit, CANCELLED, f"{CANCELLED}:{visit.id}", reason=plain(reason))
    return message | {"calendar": _end(visit)}


def called_off(visit: Visit) -> Mapping[str, Any]:
    """What the outbox takes to tell a visitor that it will not take place."""
    return _message(visit, OFF, f"{OFF}:{visit.id}") | {"calendar": _end(visit)}


def _end(visit: Visit) -> bytes | None:
    """What removes it from the calendar of whoever had a place."""
    if visit.placed_at is None:
        return None
    items = entries.entries(visit, link="", sender=deliveries.sender_mailbox())
    return ical.cancel(items) if items else None


def _message(visit: Visit, kind: str, intent: str, **more: Any) -> dict[str, Any]:
    open_doors = visit.open_doors
    event, sitting = open_doors.event, open_doors.sitting
    with force_locale(LOCALE):
        values = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "title": plain(open_doors.title),
            "addressee": plain(visit.full_name),
            "office": plain(visit.organization or ""),
            "occasions": [content.occasion(open_doors.site, sitting, of=1)] if sitting.starts_at else [],
            "where": plain(wording.where(open_doors.site, sitting)),
            "contact": plain(wording.contact(event)),
            "video_link": "",
            "notice": content.notice(event),
            "has_calendar": visit.placed_at is not None,
            "is_placed": visit.state is VisitState.REGISTERED,
            "moved_up": visit.placed_at is not None and visit.placed_at > visit.registered_at,
            "link": _link(),
            "code": marker("pass_letters"),
            **more,
            "was": _was(open_doors, more.get("before")),
        }
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{kind}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    now = clock.now()
    return {
        "intent": intent,
        "kind": kind,
        "recipient": visit.email or "",
        "recipient_name": plain(visit.full_name),
        "event_id": event.id,
        "subject_kind": queries.SUBJECT,
        "subject_id": visit.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "sender_name": event.host.name,
        "not_after": last_try_before(sitting.starts_at, now)
        if sitting.starts_at and sitting.starts_at > now
        else None,
    }


def _was(open_doors: OpenDoors, before: Told | None) -> Was | None:
    """What they had heard of time and place that no longer holds; None when nothing has changed for them."""
    if before is None:
        return None
    now = Told.read(facts(open_doors))
    assert now is not None
    is_moved = (before.starts_at, before.ends_at) != (now.starts_at, now.ends_at)
    return Was(
        wording.moment(before.starts_at) if is_moved and before.starts_at else "",
        before.where if before.where != now.where else "",
    )


def _link() -> str:
    """The address of the visitor's own page, with a marker for its token."""
    return f"{current_app.config['PUBLIC_URL']}/visit/{marker('link')}"
