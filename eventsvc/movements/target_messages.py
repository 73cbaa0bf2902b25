"""Compose the letter that reminds an organization of the figure it owes. Always Vietnamese."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.deliveries.markers import marker, plain
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.movements.models import Target
from eventsvc.movements.target_periods import ONCE, Turn
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.text import display_phone, official_date, short_date

KIND = SUBJECT = "target_reminder"
"""Its subject is the organization; a kind of its own, so that other letters to it do not call this one back."""
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters about one period of a target; what does not change is made once."""

    def __init__(self, event: Event, target: Target, turn: Turn, today: date) -> None:
        self.event, self.target, self.turn, self.today = event, target, turn, today
        phone = display_phone(event.contact_phone) if event.contact_phone else None
        link = f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}"
        starts_on = turn.starts_on if turn.key != ONCE else None
        self._common = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "contact": plain(", ".join(filter(None, [event.contact_name, phone]))),
            "metric": plain(target.metric or target.unit),
            "unit": plain(target.unit),
            "starts": short_date(starts_on) if starts_on else "",
            "due": official_date(turn.due_on) if turn.due_on else "",
            "is_late": turn.due_on is not None and turn.due_on < today,
            "link": f"{link}/targets",
            "stop_link": f"{link}/targets/stop",
        }
        names = ("subject.txt", "body.txt", "body.html")
        self._templates = [current_app.jinja_env.get_template(f"email/{KIND}/{name}") for name in names]

    def message(self, asked: OrganizationInvitation) -> Mapping[str, Any]:
        """What the outbox takes; the organization must have an address."""
        values = self._common | {"addressee": plain(asked.name), "office": plain(asked.contact)}
        with force_locale(LOCALE):
            subject, text, html = (template.render(values) for template in self._templates)
        return {
            "intent": intent(asked, self.target, self.turn, self.today),
            "kind": KIND,
            "recipient": asked.email or "",
            "recipient_name": plain(asked.contact_name or asked.name),
            "event_id": self.event.id,
            "subject_kind": SUBJECT,
            "subject_id": asked.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": text,
            "html_body": html,
            "secrets": {"link": secrets.unseal(asked.token_sealed)},
            "sender_name": self.event.host.name,
            "stop_path": f"/o/{marker('link')}/targets/stop",
        }


def intent(asked: OrganizationInvitation, target: Target, turn: Turn, today: date) -> str:
    """One letter a day about one period of a target, whoever presses."""
    about = f"{asked.id}.{asked.link_number}:{target.id}.{turn.key.isoformat()}"
    return f"target-reminder:{about}:{today.isoformat()}"


def still_holds(delivery: Delivery, asked: OrganizationInvitation) -> bool:
    """Whether the letter's link works and its addressee still wants to be reminded."""
    sealed = (delivery.secrets or {}).get("link")
    return (
        asked.revoked_at is None
        and asked.reminders_stopped_at is None
        and delivery.recipient == asked.email
        and sealed is not None
        and secrets.unseal(sealed) == secrets.unseal(asked.token_sealed)
    )
