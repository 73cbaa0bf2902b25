"""Compose the letters about an entry: received, the guardian's consent asked, decided. Always Vietnamese. No letter
names a child."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.contests import queries
from eventsvc.contests.models import Entry, EntryState
from eventsvc.deliveries.markers import marker, plain
from eventsvc.invitations import content, wording

RECEIVED, CONSENT, DECIDED = "entry", "entry_consent", "entry_decided"
LOCALE = "vi"
SUBJECT_WIDTH = 200


def received(entry: Entry) -> Mapping[str, Any] | None:
    """The link to the entry's own page; to the guardian when the child has no address. None without any address."""
    recipient = entry.email or entry.guardian_email
    if not recipient:
        return None
    message = _message(entry, RECEIVED, f"{RECEIVED}:{entry.id}", recipient, link=_link("e"))
    return message | {"secrets": {"link": secrets.unseal(entry.token_sealed)}}


def consent_asked(entry: Entry, *, again: int | None = None) -> Mapping[str, Any] | None:
    """The guardian's own link; None for an adult or without an address."""
    if not entry.is_child or not entry.guardian_email or not entry.guardian_token_sealed:
        return None
    assert entry.guardian_token_hash is not None
    intent = f"{CONSENT}:{entry.id}:{entry.guardian_token_hash[:12]}"
    if again is not None:
        intent += f":{again}"
    message = _message(
        entry,
        CONSENT,
        intent,
        entry.guardian_email,
        link=_link("g"),
        addressee=plain(entry.guardian_name or ""),
    )
    return message | {
        "secrets": {"link": secrets.unseal(entry.guardian_token_sealed)},
        "recipient_name": plain(entry.guardian_name or ""),
    }


def decided(entry: Entry) -> Mapping[str, Any] | None:
    """Accepted or refused, with the organizer's remark."""
    recipient = entry.email or entry.guardian_email
    if not recipient:
        return None
    message = _message(
        entry,
        DECIDED,
        f"{DECIDED}:{entry.id}:{entry.state.value}:{entry.version}",
        recipient,
        link=_link("e"),
        is_accepted=entry.state is EntryState.ACCEPTED,
        remark=plain(entry.remark or ""),
    )
    return message | {"secrets": {"link": secrets.unseal(entry.token_sealed)}}


def _message(entry: Entry, kind: str, intent: str, recipient: str, **more: Any) -> dict[str, Any]:
    contest = entry.contest
    event = contest.event
    with force_locale(LOCALE):
        values = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "contest": plain(contest.activity.name),
            "title": plain(entry.title),
            "number": entry.number,
            "addressee": plain(entry.public_name),
            "office": "",
            "contact": plain(wording.contact(event)),
            "notice": content.notice(event),
            "is_child": entry.is_child,
            "awaits": entry.state is EntryState.AWAITING_CONSENT,
            **more,
        }
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{kind}/{name}").render(values)
            for name in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "intent": intent,
        "kind": kind,
        "recipient": recipient,
        "recipient_name": plain(entry.public_name),
        "event_id": event.id,
        "subject_kind": queries.ENTRY,
        "subject_id": entry.id,
        "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
        "text_body": text,
        "html_body": html,
        "sender_name": event.host.name,
    }


def _link(door: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}/{door}/{marker('link')}"
