"""Sign-in links that people asked for by mail: accounts leave them as rows, here they become messages."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from eventsvc import clock
from eventsvc.accounts import queries as accounts
from eventsvc.accounts.models import SignInLink
from eventsvc.deliveries import operations, queries
from eventsvc.deliveries.markers import marker
from eventsvc.secrets import unseal

KIND = "sign_in"


def queue_links() -> int:
    """Queue a message for every link asked for that has none yet; safe to repeat."""
    wanted = {f"sign-in:{link.id}": link for link in accounts.links_to_send()}
    known = queries.by_intents(wanted)
    new = [_message(intent, link) for intent, link in wanted.items() if intent not in known]
    if new:
        operations.queue_many(new)
    return len(new)


def _message(intent: str, link: SignInLink) -> dict[str, Any]:
    public = current_app.config["PUBLIC_URL"]
    values = {
        "addressee": link.user.name or link.user.email,
        "where": public,
        "link": f"{public}/sign-in/{marker('link')}",
        "until": clock.local(link.expires_at).strftime("%H:%M %d/%m/%Y"),
        "host": urlsplit(public).hostname,
        "office": "",
        "short_title": "",
    }
    with force_locale("vi"):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{KIND}/{part}").render(values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "intent": intent,
        "kind": KIND,
        "subject_kind": "sign_in_link",
        "subject_id": link.id,
        "recipient": link.user.email,
        "recipient_name": link.user.name or "",
        "subject": subject.strip(),
        "text_body": text,
        "html_body": html,
        "secrets": {"link": unseal(link.token_sealed)},
        "not_after": link.expires_at,
    }
