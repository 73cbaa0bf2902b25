"""Compose the letter by which a voter confirms a vote. Always Vietnamese.

It does not say for whom the vote is, and is about the contest, not the vote: the outbox keeps addresses for a while,
and nobody who reads it is to learn how somebody voted. The page behind the link says it.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.contests.models import Contest
from eventsvc.deliveries.markers import marker, plain

KIND = "contest_vote"
SUBJECT = "contest"
LOCALE = "vi"
SUBJECT_WIDTH = 200


def confirmation(contest: Contest, email: str, token: str) -> Mapping[str, Any]:
    """What the outbox takes."""
    event = contest.event
    with force_locale(LOCALE):
        values = {
            "host": plain(event.host.name),
            "addressee": _("Everybody who votes"),
            "office": "",
            "short_title": plain(event.short_title),
            "title": plain(contest.activity.name),
            "closes_at": contest.vote_closes_at,
            "link": f"{current_app.config['PUBLIC_URL']}/vote/{marker('link')}",
        }
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{KIND}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "intent": f"{KIND}:{secrets.short_key()}",
        "kind": KIND,
        "recipient": email,
        "recipient_name": "",
        "event_id": event.id,
        "subject_kind": SUBJECT,
        "subject_id": contest.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "secrets": {"link": token},
        "sender_name": event.host.name,
        "not_after": contest.vote_closes_at,
    }
