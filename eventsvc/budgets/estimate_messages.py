"""Compose the letter that asks an agency for its estimate. Always Vietnamese."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.deliveries.markers import marker, plain
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.returns import ReturnState
from eventsvc.text import display_phone, official_date

KIND = SUBJECT = "estimate_reminder"
"""Its subject is the organization; a kind of its own, so that other letters to it do not call this one back."""
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters about the estimates of an event; what does not change is made once."""

    def __init__(self, event: Event, today: date) -> None:
        self.event, self.today = event, today
        phone = display_phone(event.contact_phone) if event.contact_phone else None
        link = f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}/estimate"
        self._common = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "contact": plain(", ".join(filter(None, [event.contact_name, phone]))),
            "link": link,
            "stop_link": f"{link}/stop",
        }
        names = ("subject.txt", "body.txt", "body.html")
        self._templates = [current_app.jinja_env.get_template(f"email/{KIND}/{name}") for name in names]

    def message(self, estimate: BudgetEstimate) -> Mapping[str, Any]:
        """What the outbox takes; the agency must have an address."""
        asked = estimate.asked
        values = self._common | {
            "addressee": plain(asked.name),
            "office": plain(asked.contact),
            "due": official_date(estimate.due_on) if estimate.due_on else "",
            "is_late": estimate.due_on is not None and estimate.due_on < self.today,
            "remark": plain(estimate.remark or "") if estimate.state is ReturnState.RETURNED else "",
        }
        with force_locale(LOCALE):
            subject, text, html = (template.render(values) for template in self._templates)
        return {
            "intent": intent(estimate, self.today),
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
            "stop_path": f"/o/{marker('link')}/estimate/stop",
        }


def intent(estimate: BudgetEstimate, today: date) -> str:
    """One letter a day to an agency, whoever presses; another one when it was sent back in between."""
    about = f"{estimate.organization_invitation_id}.{estimate.asked.link_number}:{estimate.state.value}"
    return f"estimate-reminder:{about}:{today.isoformat()}"


def still_holds(delivery: Delivery, asked: OrganizationInvitation) -> bool:
    """Whether the letter's link works and its addressee still wants to be written to."""
    sealed = (delivery.secrets or {}).get("link")
    return (
        asked.revoked_at is None
        and asked.reminders_stopped_at is None
        and delivery.recipient == asked.email
        and sealed is not None
        and secrets.unseal(sealed) == secrets.unseal(asked.token_sealed)
    )
