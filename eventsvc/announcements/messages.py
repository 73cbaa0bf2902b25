"""Compose the letter that brings an announcement to a coordinator. Always Vietnamese."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import escape

from eventsvc import secrets
from eventsvc.announcements import queries
from eventsvc.announcements.models import Announcement, Receipt
from eventsvc.deliveries.markers import marker, plain
from eventsvc.sites import link_queries
from eventsvc.text import display_phone

KIND = "announcement"
LOCALE = "vi"
SUBJECT_WIDTH = 200
AGAIN = ".again"


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
        self._words: dict[bool, list[str]] = {}

    def messages(self, receipts: list[Receipt]) -> list[Mapping[str, Any]]:
        """What the outbox takes; each site has a link, and its coordinator an address."""
        return [self._message(receipt) for receipt in receipts]

    def _message(self, receipt: Receipt) -> Mapping[str, Any]:
        site = receipt.site
        person, name = plain(site.contact_name or ""), plain(site.name)
        addressee = person or name
        subject, text, html = self._words_for(bool(person))
        return {
            "intent": intent(receipt, is_second=self.is_second),
            "kind": KIND,
            "recipient": site.contact_email or "",
            "recipient_name": addressee,
            "event_id": self.announcement.event_id,
            "subject_kind": queries.SUBJECT,
            "subject_id": receipt.id,
            "subject": _put(subject, addressee, name)[:SUBJECT_WIDTH],
            "text_body": _put(text, addressee, name),
            "html_body": _put(html, str(escape(addressee)), str(escape(name))),
            "secrets": {"link": secrets.unseal(site.token_sealed)},  # type: ignore[arg-type]
            "sender_name": self.announcement.event.host.name,
            "not_after": self._not_after,
        }

    def _words_for(self, is_person: bool) -> list[str]:
        """Subject, text and HTML with marks for addressee and site: thousands of letters differ in nothing else."""
        if is_person not in self._words:
            with force_locale(LOCALE):
                office = _("Contact person of the site %(name)s", name=_SITE) if is_person else ""
                values = self._common | {
                    "addressee": _ADDRESSEE,
                    "office": office,
                    "site": _SITE,
                    "link": self._link,
                }
                names = ("subject.txt", "body.txt", "body.html")
                templates = (current_app.jinja_env.get_template(f"email/{KIND}/{name}") for name in names)
                words = [template.render(values) for template in templates]
            self._words[is_person] = [" ".join(words[0].split()), *words[1:]]
        return self._words[is_person]


_ADDRESSEE, _SITE = marker("addressee"), marker("site")


def _put(words: str, addressee: str, site: str) -> str:
    """The words with both put in; `plain` has seen to it that nobody's words look like a mark."""
    return words.replace(_ADDRESSEE, addressee).replace(_SITE, site)


def intent(receipt: Receipt, *, is_second: bool) -> str:
    """One letter an announcement and link of a site, and one that reminds of it, whoever presses and how often."""
    stem = f"{KIND}:{receipt.announcement_id}.{receipt.site_id}.{receipt.site.link_number}"
    return f"{stem}{AGAIN if is_second else ''}"
