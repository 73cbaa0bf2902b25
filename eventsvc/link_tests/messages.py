"""Compose the letters to sites about link tests and rehearsals. Always Vietnamese."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from jinja2 import Template

from eventsvc import ical, secrets, text
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries.markers import fill, marker, plain
from eventsvc.deliveries.message import is_mailbox
from eventsvc.deliveries.schedule import last_try_before
from eventsvc.link_tests import entries, queries
from eventsvc.link_tests.models import InvitedSite, LinkTest, LinkTestKind
from eventsvc.sites.models import Site

LINK_TEST, CANCEL = "link_test", "link_test_cancel"
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Composer:
    """Composes the letters about one link test to many sites; what does not change is made once."""

    def __init__(self, link_test: LinkTest, now: datetime) -> None:
        self.link_test, self.now = link_test, now
        self.sender = deliveries.sender_mailbox()
        with force_locale(LOCALE):
            self._templates = {kind: _templates(kind) for kind in (LINK_TEST, CANCEL)}
            self._common = self._common_values()

    def request(self, invited: InvitedSite, *, is_update: bool) -> Mapping[str, Any]:
        """What the outbox takes to invite the site, or to tell it another edition; its contact has an address."""
        return self._message(
            LINK_TEST,
            f"{LINK_TEST}:invited{invited.id}.{invited.sequence}",
            invited,
            _email(invited),
            is_update,
        )

    def cancel(self, invited: InvitedSite, recipient: str, *, is_moved: bool = False) -> Mapping[str, Any]:
        """What the outbox takes to call back what this address was told. `is_moved`: somebody else speaks for the site
        now; the test itself stands."""
        intent = f"{CANCEL}:uninvited{invited.id}.{invited.sequence}"
        return self._message(CANCEL, intent, invited, recipient, is_moved)

    def to_copy(self, invited: InvitedSite) -> str:
        """The words to be read out on the telephone, or to be pasted into a chat."""
        with force_locale(LOCALE):
            body = self._templates[LINK_TEST][1].render(self._values(invited, is_second=False))
        return fill(body, _secrets(invited.site))

    def _message(
        self, kind: str, intent: str, invited: InvitedSite, recipient: str, is_second: bool
    ) -> Mapping[str, Any]:
        site = invited.site
        with force_locale(LOCALE):
            values = self._values(invited, is_second=is_second, is_named=not (kind == CANCEL and is_second))
            subject, body, html = (template.render(values) for template in self._templates[kind])
            calendar = self._calendar(kind, invited, recipient, values) if is_mailbox(recipient) else None
        return {
            "intent": intent,
            "kind": kind,
            "recipient": recipient,
            "recipient_name": values["addressee"],
            "event_id": self.link_test.event_id,
            "subject_kind": queries.SUBJECT,
            "subject_id": invited.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": body,
            "html_body": html,
            "calendar": calendar,
            "secrets": _secrets(site) if kind == LINK_TEST else {},
            "sender_name": self.link_test.event.host.name,
            "not_after": last_try_before(self.link_test.starts_at, self.now),
        }

    def _calendar(self, kind: str, invited: InvitedSite, recipient: str, values: Mapping[str, Any]) -> bytes:
        item = entries.entry(
            invited,
            url=values["link"] if kind == LINK_TEST else "",
            sender=self.sender,
            attendee=(values["addressee"], recipient),
        )
        return ical.cancel(item) if kind == CANCEL else ical.request(item)

    def _common_values(self) -> dict[str, Any]:
        link_test, event = self.link_test, self.link_test.event
        return {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "title": plain(link_test.title),
            "is_rehearsal": link_test.kind is LinkTestKind.REHEARSAL,
            "when": text.official_datetime(link_test.starts_at),
            "until": text.official_hour(link_test.ends_at),
            "video_link": plain(link_test.video_link or ""),
            "contact": plain(link_test.contact or ""),
            "note": plain(link_test.note or ""),
            "is_off": link_test.is_cancelled,
        }

    def _values(self, invited: InvitedSite, *, is_second: bool, is_named: bool = True) -> dict[str, Any]:
        """`is_named`: the letter goes to the contact person of today."""
        site = invited.site
        name, person = plain(site.name), plain(site.contact_name or "") if is_named else ""
        return self._common | {
            "addressee": person or name,
            "office": _("Contact person of the site %(name)s", name=name) if person else "",
            "site": name,
            "link": _link(site),
            "is_second": is_second,
        }


def _email(invited: InvitedSite) -> str:
    return invited.site.contact_email or ""


def _link(site: Site) -> str:
    """The address of the coordinator's page, with a marker; empty while the site has no link."""
    return f"{current_app.config['PUBLIC_URL']}/s/{marker('link')}" if site.token_sealed else ""


def _secrets(site: Site) -> dict[str, str]:
    return {"link": secrets.unseal(site.token_sealed)} if site.token_sealed else {}


def _templates(kind: str) -> list[Template]:
    names = ("subject.txt", "body.txt", "body.html")
    return [current_app.jinja_env.get_template(f"email/{kind}/{name}") for name in names]
