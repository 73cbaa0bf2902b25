"""Compose the letter that brings an announcement to a coordinator. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import secrets
from eventsvc.announcements import queries
from eventsvc.announcements.models import Announcement, Receipt
from eventsvc.deliveries.markers import marker, plain
from eventsvc.sites import link_queries
from eventsvc.text import display_phone

KIND = "announcement"
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters about one announcement to many sites; what does not change is made once.

    `is_second`: nobody at the site has confirmed the first one.
    """

    def __init__(self, announcement: Announcement, *, is_second: bool) -> None:
        self.announcement, self.is_second = announcement, is_second
        event = announcement.event
        self._link = f"{current_app.config['PUBLIC_URL']}/s/{marker('link')}"
        self._not_after = link_queries.expires_at(event)
        phone = display_phone(event.contact_phone) if event.contact_phone else None
        self._common = {
            "host": plain(event.host.name),
            "title": plain(event.title),
            "short_title": plain(event.short_title),
            "lines": [plain(line) for line in announcement.text.splitlines()],
            "is_urgent": announcement.is_urgent,
            "is_second": is_second,
            "contact": plain(", ".join(filter(None, [event.contact_name, phone]))),
        }
        names = ("subject.txt", "body.txt", "body.html")
        self._templates = [current_app.jinja_env.get_template(f"email/{KIND}/{name}") for name in names]

    def messages(self, receipts: list[Receipt]) -> list[Mapping[str, Any]]:
        """What the outbox takes; each site has a link, and its coordinator an address."""
        with force_locale(LOCALE):
            return [self._message(receipt) for receipt in receipts]

    def _message(self, receipt: Receipt) -> Mapping[str, Any]:
        site = receipt.site
        person, name = plain(site.contact_name or ""), plain(site.name)
        values = self._common | {
            "addressee": person or name,
            "office": _("Contact person of the site %(name)s", name=name) if person else "",
            "site": name,
            "link": self._link if site.token_sealed else "",
        }
        subject, text, html = (template.render(values) for template in self._templates)
        return {
            "intent": intent(receipt, is_second=self.is_second),
            "kind": KIND,
            "recipient": site.contact_email or "",
            "recipient_name": values["addressee"],
            "event_id": self.announcement.event_id,
            "subject_kind": queries.SUBJECT,
            "subject_id": receipt.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": text,
            "html_body": html,
            "secrets": {"link": secrets.unseal(site.token_sealed)} if site.token_sealed else {},
            "sender_name": self.announcement.event.host.name,
            "not_after": self._not_after,
        }


def intent(receipt: Receipt, *, is_second: bool) -> str:
    """One letter an announcement and site, and one that reminds of it, whoever presses and how often."""
    return f"{KIND}:{receipt.announcement_id}.{receipt.site_id}{'.again' if is_second else ''}"
