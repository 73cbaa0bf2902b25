"""Compose the letter that reminds a site of what it must reach, or should have reached. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import secrets, text
from eventsvc.deliveries.markers import marker, plain
from eventsvc.events.models import Event
from eventsvc.sites.asked import ASKED
from eventsvc.sites.models import Site
from eventsvc.sites.readiness import WRITES_ABOUT_LATE, Reminder

KIND = "readiness_reminder"
SUBJECT = "site_reminder"
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes one reminder for many sites of an event; what does not change is made once."""

    def __init__(self, event: Event, reminder: Reminder) -> None:
        self.event, self.reminder = event, reminder
        due = reminder.due
        with force_locale(LOCALE):
            self._templates = [
                current_app.jinja_env.get_template(f"email/{KIND}/{name}")
                for name in ("subject.txt", "body.txt", "body.html")
            ]
            phone = text.display_phone(event.contact_phone) if event.contact_phone else ""
            self._common = {
                "host": plain(event.host.name),
                "title": plain(event.title),
                "short_title": plain(event.short_title),
                "starts": text.official_datetime(event.starts_at) if event.starts_at else "",
                "asked": str(ASKED[due.rule.gate]),
                "is_late": reminder.is_late,
                "due": text.official_datetime(due.at),
                "due_short": f"{text.time_of_day(due.at)} {text.short_date(due.at)}",
                "event_contact": plain(", ".join(part for part in (event.contact_name, phone) if part)),
            }

    def message(self, site: Site) -> Mapping[str, Any]:
        """What the outbox takes; the site's contact has an address."""
        due = self.reminder.due
        with force_locale(LOCALE):
            values = self._common | _values(site)
            subject, body, html = (template.render(values) for template in self._templates)
        return {
            "intent": f"{intent_stem(self.reminder)}{site.id}.{site.link_number}",
            "kind": KIND,
            "recipient": site.contact_email or "",
            "recipient_name": values["addressee"],
            "event_id": site.event_id,
            "subject_kind": SUBJECT,
            "subject_id": site.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": body,
            "html_body": html,
            "secrets": {"link": secrets.unseal(site.token_sealed)} if site.token_sealed else {},
            "sender_name": self.event.host.name,
            "not_after": due.at + WRITES_ABOUT_LATE if self.reminder.is_late else due.at,
        }


def intent_stem(reminder: Reminder) -> str:
    """What the intents of a reminder begin with, before the id of the site and the number of its link: one for each
    rule and moment, so that a moved event and a new coordinator are reminded again, and nothing is sent twice."""
    rule, at = reminder.due.rule, reminder.due.at
    return f"{KIND}:{rule.id}:{at:%Y%m%dT%H%MZ}:{'late' if reminder.is_late else 'soon'}:"


def _values(site: Site) -> dict[str, Any]:
    name, person = plain(site.name), plain(site.contact_name or "")
    return {
        "addressee": person or name,
        "office": _("Contact person of the site %(name)s", name=name) if person else "",
        "site": name,
        "link": f"{current_app.config['PUBLIC_URL']}/s/{marker('link')}" if site.token_sealed else "",
    }
