"""The letter to whoever named a substitute that was not agreed to. Recipients get Vietnamese."""

from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.accounts.models import User
from eventsvc.deliveries.markers import marker
from eventsvc.invitations import wording
from eventsvc.invitations.substitution_models import Substitution

REFUSED, SUBJECT = "substitution_refused", "substitution"
LOCALE, SUBJECT_WIDTH = "vi", 200


def refusal(substitution: Substitution, asked_by: User | None) -> dict[str, Any] | None:
    """To the user who asked, else to the invitee; None when there is no address."""
    invitation, person = substitution.invitation, substitution.invitation.guest.person
    event = invitation.event
    recipient = asked_by.email if asked_by else person.email
    if not recipient:
        return None
    if asked_by:
        link = f"{current_app.config['PUBLIC_URL']}/events/{event.slug}/invitations/{invitation.id}"
    else:
        link = f"{current_app.config['PUBLIC_URL']}/i/{marker('link')}"
    values = {
        "host": wording.plain(event.host.name),
        "title": wording.plain(event.title),
        "short_title": wording.plain(event.short_title),
        "contact": wording.plain(wording.contact(event)),
        "addressee": wording.plain(asked_by.name if asked_by else wording.addressee(person)),
        "office": "" if asked_by else wording.plain(wording.office(person)),
        "invitee": wording.plain(wording.addressee(person)),
        "substitute": wording.plain(wording.addressee(substitution.person)),
        "remark": wording.plain(substitution.remark or ""),
        "is_invitee": asked_by is None,
        "link": link,
    }
    with force_locale(LOCALE):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{REFUSED}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "intent": f"substitution:{substitution.id}:refused",
        "kind": REFUSED,
        "recipient": recipient,
        "recipient_name": asked_by.name if asked_by else person.full_name,
        "event_id": event.id,
        "subject_kind": SUBJECT,
        "subject_id": substitution.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "secrets": {} if asked_by else {"link": secrets.unseal(invitation.token_sealed)},
        "sender_name": event.host.name,
    }
