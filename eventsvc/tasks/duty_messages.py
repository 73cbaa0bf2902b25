"""Compose the letter that reminds an organization of the reports it owes. Always Vietnamese."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

from flask import current_app
from flask_babel import force_locale

from eventsvc import secrets
from eventsvc.deliveries.markers import marker, plain
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.duty_models import PeriodReport
from eventsvc.text import display_phone, official_date

KIND = "duty_reminder"
SUBJECT = "duty_reminder"
"""Its subject is the organization; a kind of its own, so that other letters to it do not call this one back."""
LOCALE = "vi"
SUBJECT_WIDTH = 200


class Step(IntEnum):
    """Each is taken once for each report; as bits, so that a report knows which it has had."""

    BEFORE = 1
    AFTER = 2


class Owed(NamedTuple):
    """A report that is owed, and at which step it is reminded of."""

    report: PeriodReport
    step: Step


class Composer:
    """Composes the letters of one event; what does not change is made once."""

    def __init__(self, event: Event, today: date) -> None:
        self.event, self.today = event, today
        phone = display_phone(event.contact_phone) if event.contact_phone else None
        link = f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}/reports"
        self._common = {
            "host": plain(event.host.name),
            "short_title": plain(event.short_title),
            "event_title": plain(event.title),
            "contact": plain(", ".join(filter(None, [event.contact_name, phone]))),
            "link": link,
            "stop_link": f"{link}/stop",
        }

    def message(self, asked: OrganizationInvitation, owed: Sequence[Owed]) -> Mapping[str, Any]:
        """What the outbox takes: one letter for everything that the organization owes; it must have an address."""
        values = self._common | {
            "addressee": plain(asked.name),
            "office": plain(asked.contact),
            "owed": [self._line(one.report) for one in owed],
            "is_late": any(one.report.period.due_on < self.today for one in owed),
        }
        with force_locale(LOCALE):
            names = ("subject.txt", "body.txt", "body.html")
            subject, text, html = (
                current_app.jinja_env.get_template(f"email/{KIND}/{name}").render(values) for name in names
            )
        return {
            "intent": intent(asked, owed),
            "kind": KIND,
            "recipient": asked.email or "",
            "recipient_name": plain(asked.contact_name or asked.name),
            "event_id": self.event.id,
            "subject_kind": SUBJECT,
            "subject_id": asked.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": text,
            "html_body": html,
            "secrets": {"link": secrets.unseal(asked.token_sealed)},
            "sender_name": self.event.host.name,
            "stop_path": f"/o/{marker('link')}/reports/stop",
        }

    def _line(self, report: PeriodReport) -> dict[str, Any]:
        period = report.period
        return {
            "text": plain(period.duty.text),
            "title": plain(period.title or ""),
            "due": official_date(period.due_on),
            "is_late": period.due_on < self.today,
            "remark": plain(report.remark or ""),
        }


def intent(asked: OrganizationInvitation, owed: Sequence[Owed]) -> str:
    """One letter for these steps of these reports, whoever presses and however many workers there are."""
    steps = ",".join(f"{one.report.id}.{one.step.value}" for one in owed)
    return f"{KIND}:{asked.id}.{asked.link_number}:{hashlib.sha256(steps.encode()).hexdigest()[:32]}"
