"""Compose the messages to organizations: the request to name people, its reminder, a change. Always Vietnamese."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import Template

from eventsvc import secrets
from eventsvc.deliveries.markers import fill, marker
from eventsvc.deliveries.schedule import last_try_before
from eventsvc.events.models import Event
from eventsvc.guests.models import Slot
from eventsvc.invitations import content, entries, rules, wording
from eventsvc.invitations.letter_queries import Letters
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.queries import SUBJECT, quota

INVITATION, REMINDER, UPDATE = "organization_invitation", "nomination_reminder", "organization_update"
WITHDRAWAL = "organization_withdrawal"
"""A change in the same words, but one that must leave even when the event is cancelled before it has."""
LOCALE = "vi"
SUBJECT_WIDTH = 200


@dataclass(frozen=True)
class Words:
    """A message as it will be sent, a marker in place of the link's token."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Wanted:
    """One slot as a message tells it: who is asked for, where, how many."""

    label: str
    site: str
    seats: int | None


class Composer:
    """Composes one kind of message for many organizations of an event; what does not change is made once."""

    def __init__(self, event: Event, kind: str, now: datetime, *, is_withdrawn: bool = False) -> None:
        """`is_withdrawn`: the change is that the invitation is taken back."""
        self.event, self.kind, self.now, self.is_withdrawn = event, kind, now, is_withdrawn
        self.link = f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}"
        self.sittings = entries.dated(event) if self._is_an_end else rules.upcoming(event, now)
        self.letters = Letters(event)
        with force_locale(LOCALE):
            self._templates = [_template(kind, name) for name in ("subject.txt", "body.txt", "body.html")]
            self._common = self._common_values()
            self.subject = " ".join(self._templates[0].render(self._common).split())[:SUBJECT_WIDTH]

    def words(self, asked: OrganizationInvitation) -> Words:
        with force_locale(LOCALE):
            values = self._common | self._values(asked)
            _subject, text, html = self._templates
            return Words(self.subject, text.render(values), html.render(values))

    def message(self, asked: OrganizationInvitation, *, intent: str) -> Mapping[str, Any]:
        """What the outbox takes; the organization must have an address."""
        words = self.words(asked)
        first = min((each.starts_at for each in self.sittings if each.starts_at), default=None)
        return {
            "intent": intent,
            "kind": WITHDRAWAL if self.is_withdrawn else self.kind,
            "recipient": asked.email or "",
            "recipient_name": wording.plain(asked.contact_name or asked.name),
            "event_id": asked.event_id,
            "subject_kind": SUBJECT,
            "subject_id": asked.id,
            "subject": words.subject,
            "text_body": words.text,
            "html_body": words.html,
            "secrets": {"link": secrets.unseal(asked.token_sealed)},
            "sender_name": self.event.host.name,
            "stop_path": f"/o/{marker('link')}/stop",
            "not_after": last_try_before(first, self.now) if first else None,
            "enclosed": None if self._is_an_end else enclosed(self.letters, asked),
        }

    @property
    def _is_an_end(self) -> bool:
        return self.is_withdrawn or self.event.is_cancelled

    def _common_values(self) -> dict[str, Any]:
        event = self.event
        return {
            "host": wording.plain(event.host.name),
            "title": wording.plain(event.title),
            "short_title": wording.plain(event.short_title),
            "form": event.form,
            "is_event_cancelled": event.is_cancelled,
            "is_withdrawn": self.is_withdrawn,
            "event_contact": wording.plain(wording.contact(event)),
            "notice": content.notice(event),
            "link": self.link,
        }

    def _values(self, asked: OrganizationInvitation) -> dict[str, Any]:
        halls = list(dict.fromkeys(slot.site for slot in asked.slots))
        return {
            "addressee": wording.plain(asked.name),
            "office": wording.plain(asked.contact),
            "occasions": [
                content.occasion(site, sitting, of=len(self.sittings))
                for site in halls
                for sitting in self.sittings
            ],
            "wanted": [wanted(slot) for slot in asked.slots],
            "quota": quota(asked.slots),
            "due": wording.day(asked.due_on) if asked.due_on else "",
            "note": wording.plain(asked.note or ""),
            "has_letter": not self._is_an_end and enclosed(self.letters, asked) is not None,
        }


def wanted(slot: Slot) -> Wanted:
    return Wanted(wording.plain(slot.label), wording.plain(wording.site_name(slot.site)), slot.seats)


def enclosed(letters: Letters, asked: OrganizationInvitation) -> Any:
    """The letter to this organization; None without one, or before it is issued."""
    return letters.enclosed_for_organization(
        asked.name,
        asked.contact_name,
        asked.contact_position,
        due_on=asked.due_on,
        seats=quota(asked.slots),
    )


def to_copy(composer: Composer, asked: OrganizationInvitation) -> str:
    """The words with the organization's link, to be pasted into a chat or printed."""
    return fill(composer.words(asked).text, {"link": secrets.unseal(asked.token_sealed)})


def _template(kind: str, name: str) -> Template:
    return current_app.jinja_env.get_template(f"email/{kind}/{name}")
