"""The letter to a journalist about the decision. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.campaigns.accreditation_queries import SUBJECT
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState
from eventsvc.deliveries.markers import marker, plain
from eventsvc.invitations import content, wording

DECIDED = "accreditation_decided"
LOCALE = "vi"
SUBJECT_WIDTH = 200


def decided(accreditation: Accreditation) -> Mapping[str, Any]:
    """What the outbox takes to tell a journalist of the decision; another decision is another letter."""
    event, is_approved = accreditation.event, accreditation.state is AccreditationState.APPROVED
    with force_locale(LOCALE):
        values = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "title": plain(event.title),
            "addressee": plain(accreditation.name),
            "office": plain(accreditation.outlet),
            "is_approved": is_approved,
            "link": card_link(marker("link")),
            "remark": plain(accreditation.remark or ""),
            "contact": plain(wording.contact(event)),
            "notice": content.notice(event),
            "occasions": [],
        }
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{DECIDED}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "intent": intent(accreditation),
        "secrets": {"link": secrets.unseal(accreditation.token_sealed or "")} if is_approved else {},
        "kind": DECIDED,
        "recipient": accreditation.email or "",
        "recipient_name": plain(accreditation.name),
        "event_id": event.id,
        "subject_kind": SUBJECT,
        "subject_id": accreditation.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "sender_name": event.host.name,
    }


def intent(accreditation: Accreditation) -> str:
    """What makes the letter about a decision this one: withdrawn since, none is."""
    if accreditation.state is AccreditationState.WITHDRAWN or accreditation.decided_at is None:
        return f"{DECIDED}:{accreditation.id}:{accreditation.state.value}"
    return f"{DECIDED}:{accreditation.id}:{accreditation.decided_at.timestamp():.6f}"


def card_link(token: str) -> str:
    """The address of a press badge; the token may be a marker."""
    return f"{current_app.config['PUBLIC_URL']}/press-badge/{token}"
