"""Compose the letter that reminds a unit of its return on residents guided. Always Vietnamese."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.deliveries.markers import marker, plain
from eventsvc.movements.models import Movement
from eventsvc.movements.return_models import GuidanceReturn
from eventsvc.text import display_phone, official_date

KIND = "guidance_reminder"
SUBJECT = "guidance_return"
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters of one movement; what does not change is made once."""

    def __init__(self, movement: Movement, today: date) -> None:
        event = movement.event
        self.event = event
        phone = display_phone(event.contact_phone) if event.contact_phone else None
        link = f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}"
        self._common = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "movement": plain(movement.name),
            "contact": plain(", ".join(filter(None, [event.contact_name, phone]))),
            "link": f"{link}/guidance",
            "stop_link": f"{link}/guidance/stop",
            "due": official_date(movement.report_due) if movement.report_due else "",
            "is_late": movement.report_due is not None and movement.report_due < today,
        }
        names = ("subject.txt", "body.txt", "body.html")
        self._templates = [current_app.jinja_env.get_template(f"email/{KIND}/{name}") for name in names]

    def message(self, row: GuidanceReturn, intent: str) -> Mapping[str, Any]:
        """What the outbox takes; the unit must have an address."""
        asked = row.asked
        values = self._common | {
            "addressee": plain(asked.name),
            "office": plain(asked.contact),
            "remark": plain(row.remark or ""),
        }
        with force_locale(LOCALE):
            subject, text, html = (template.render(values) for template in self._templates)
        return {
            "intent": intent,
            "kind": KIND,
            "recipient": asked.email or "",
            "recipient_name": plain(asked.contact_name or asked.name),
            "event_id": self.event.id,
            "subject_kind": SUBJECT,
            "subject_id": row.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": text,
            "html_body": html,
            "secrets": {"link": secrets.unseal(asked.token_sealed)},
            "sender_name": self.event.host.name,
            "stop_path": f"/o/{marker('link')}/guidance/stop",
        }
