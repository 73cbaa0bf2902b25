"""Compose the messages to agencies about their tasks. Always Vietnamese; one to an agency, whatever there is to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from jinja2 import Template
from sqlalchemy.orm import joinedload

from eventsvc import clock, secrets, text
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.markers import marker, plain
from eventsvc.events import calendar_queries
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.queries import SUBJECT
from eventsvc.tasks import deadline_queries, wording
from eventsvc.tasks.deadlines import last_day
from eventsvc.tasks.models import Assignment, Extension, ExtensionState, Task

ASSIGNED, RETURNED, EXTENSION, REMINDER = "task_assigned", "task_returned", "task_extension", "task_reminder"
LOCALE = "vi"
SUBJECT_WIDTH = 200
LONGEST_TEXT = 1200


@dataclass(frozen=True)
class Line:
    """A task as a message tells it."""

    key: str
    text: str
    role: Any
    due: str
    last_day: str
    is_past: bool
    route: str


class Composer:
    """Composes messages of one kind to agencies of an event; what does not change is made once."""

    def __init__(self, event: Event, kind: str, today: date) -> None:
        self.event, self.kind, self.today = event, kind, today
        self._anchors, self._overrides = deadline_queries.anchors(event), calendar_queries.overrides()
        self._templates = [_template(kind, name) for name in ("subject.txt", "body.txt", "body.html")]

    def message(
        self, asked: OrganizationInvitation, rows: Sequence[Assignment], *, intent: str, **more: Any
    ) -> Mapping[str, Any]:
        """What the outbox takes; the organization must have an address."""
        with force_locale(LOCALE):
            values = {
                "host": plain(self.event.host.name),
                "short_title": plain(self.event.short_title),
                "title": plain(self.event.title),
                "addressee": plain(asked.name),
                "office": plain(asked.contact),
                "contact": plain(
                    ", ".join(filter(None, (self.event.contact_name, self.event.contact_phone)))
                ),
                "link": f"{current_app.config['PUBLIC_URL']}/o/{marker('link')}/tasks",
                "lines": [self._line(row) for row in rows],
                **more,
            }
            subject, body, html = (template.render(values) for template in self._templates)
        return {
            "intent": intent,
            "kind": self.kind,
            "recipient": asked.email or "",
            "recipient_name": plain(asked.contact_name or asked.name),
            "event_id": asked.event_id,
            "subject_kind": SUBJECT,
            "subject_id": asked.id,
            "subject": " ".join(subject.split())[:SUBJECT_WIDTH],
            "text_body": body,
            "html_body": html,
            "secrets": {"link": secrets.unseal(asked.token_sealed)},
            "sender_name": self.event.host.name,
            "stop_path": f"/o/{marker('link')}/tasks/stop" if self.kind == REMINDER else None,
        }

    def last_day(self, row: Assignment) -> date | None:
        return row.extended_to or last_day(row.task, self._anchors, self._overrides)

    def _line(self, row: Assignment) -> Line:
        task, last = row.task, self.last_day(row)
        return Line(
            key=plain(task.key or ""),
            text=plain(task.text)[:LONGEST_TEXT],
            role=row.role,
            due=plain(wording.due_words(task)),
            last_day=text.short_date(last) if last else "",
            is_past=last is not None and last < self.today,
            route=plain(wording.route(task)),
        )


def standing(task: Task) -> list[Assignment]:
    """Everybody who has the task now."""
    return list(
        db.session.scalars(
            sa.select(Assignment)
            .where(Assignment.task_id == task.id, Assignment.left_at.is_(None))
            .options(joinedload(Assignment.asked))
            .order_by(Assignment.id)
        )
    )


def queue_returned(assignment: Assignment, remark: str, entry_id: int) -> None:
    """Tell the agency that what it said is not enough, and why."""
    asked, task = assignment.asked, assignment.task
    if asked.email and asked.revoked_at is None:
        composer = Composer(task.event, RETURNED, clock.today())
        intent = f"task-returned:{assignment.id}:{entry_id}"
        outbox.queue_many([composer.message(asked, [assignment], intent=intent, remark=plain(remark))])


def queue_extension(extension: Extension, told: Sequence[Assignment]) -> None:
    """Tell the agencies whose last day was decided on."""
    reachable = [row for row in told if row.asked.email and row.asked.revoked_at is None]
    if not reachable:
        return
    composer = Composer(extension.task.event, EXTENSION, clock.today())
    outbox.queue_many(
        [
            composer.message(
                row.asked,
                [row],
                intent=f"task-extension:{extension.id}:{row.id}",
                is_granted=extension.state is ExtensionState.GRANTED,
                until=text.short_date(extension.until),
                former=text.short_date(extension.former) if extension.former else "",
                remark=plain(extension.remark or ""),
            )
            for row in reachable
        ]
    )


def _template(kind: str, name: str) -> Template:
    return current_app.jinja_env.get_template(f"email/{kind}/{name}")
