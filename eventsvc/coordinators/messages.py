"""Compose the letter that brings a coordinator the secret link of the site. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.deliveries.markers import fill, marker
from eventsvc.events.models import Event
from eventsvc.invitations import wording
from eventsvc.sites import link_queries, readiness_queries
from eventsvc.sites.link_operations import LETTERS
from eventsvc.sites.models import Site
from eventsvc.sites.readiness import AT_SITES

KIND = "site_link"
SUBJECT = LETTERS
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters to many sites of an event; what does not change is made once."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.link = f"{current_app.config['PUBLIC_URL']}/s/{marker('link')}"
        self._starts_at = event.starts_at
        with force_locale(LOCALE):
            self._templates = [
                current_app.jinja_env.get_template(f"email/{KIND}/{name}")
                for name in ("subject.txt", "body.txt", "body.html", "copy.txt")
            ]
            self._dues = [due for due in readiness_queries.dues_of(event) if due.rule.gate in AT_SITES]
            self._common = {
                "host": wording.plain(event.host.name),
                "title": wording.plain(event.title),
                "short_title": wording.plain(event.short_title),
                "when": wording.moment(self._starts_at) if self._starts_at else wording.window(event),
                "event_contact": wording.plain(wording.contact(event)),
                "link": self.link,
            }

    def words(self, site: Site) -> list[str]:
        """Subject, text, HTML and the words for a chat, with a marker in place of the token."""
        with force_locale(LOCALE):
            values = self._common | self._values(site)
            return [template.render(values) for template in self._templates]

    def message(self, site: Site) -> Mapping[str, Any]:
        """What the outbox takes; the site must have a link, and its coordinator an address."""
        subject, text, html, _copied = self.words(site)
        return {
            "intent": intent(site),
            "kind": KIND,
            "recipient": site.contact_email or "",
            "recipient_name": wording.plain(site.contact_name or site.name),
            "event_id": site.event_id,
            "subject_kind": SUBJECT,
            "subject_id": site.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": text,
            "html_body": html,
            "secrets": {"link": _token(site)},
            "sender_name": self.event.host.name,
            "not_after": link_queries.expires_at(self.event),
        }

    def to_copy(self, site: Site) -> str:
        """The words with the link, to be pasted into a chat."""
        return fill(self.words(site)[3], {"link": _token(site)}).strip()

    def _values(self, site: Site) -> dict[str, Any]:
        expires = link_queries.expires_at(self.event)
        return {
            "addressee": wording.plain(site.contact_name or site.name),
            "site": wording.plain(wording.site_name(site)),
            "office": _("Contact of the site"),
            "dues": [due for due in self._dues if due.concerns(site.level)],
            "expires_on": wording.day(clock.local(expires).date()) if expires else "",
        }


def intent(site: Site) -> str:
    """One letter for each link, whoever decides it and how often."""
    return f"{KIND}:{site.id}:{site.link_number}"


def _token(site: Site) -> str:
    assert site.token_sealed is not None
    return secrets.unseal(site.token_sealed)
