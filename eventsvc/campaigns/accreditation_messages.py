"""The letter to a journalist about the decision. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc.campaigns.accreditation_queries import SUBJECT
from eventsvc.campaigns.communication_models import Accreditation, AccreditationState
from eventsvc.deliveries.markers import plain
from eventsvc.invitations import content, wording

DECIDED = "accreditation_decided"
LOCALE = "vi"
SUBJECT_WIDTH = 200


def decided(accreditation: Accreditation) -> Mapping[str, Any]:
    """What the outbox takes to tell a journalist of the decision; another decision is another letter."""
    event = accreditation.event
    with force_locale(LOCALE):
        values = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "title": plain(event.title),
            "addressee": plain(accreditation.name),
            "office": plain(accreditation.outlet),
            "is_approved": accreditation.state is AccreditationState.APPROVED,
            "remark": plain(accreditation.remark or ""),
            "contact": plain(wording.contact(event)),
            "notice": content.notice(event),
            "occasions": [],
        }
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{DECIDED}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    assert accreditation.decided_at is not None
    return {
        "intent": f"{DECIDED}:{accreditation.id}:{accreditation.decided_at.timestamp():.6f}",
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
