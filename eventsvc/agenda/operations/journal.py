"""What was edited last, so that it can be undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from eventsvc.agenda import queries, snapshot
from eventsvc.agenda.models import AgendaEdit
from eventsvc.audit.operations import user_id
from eventsvc.db import db
from eventsvc.events.models import Event


@contextmanager
def edit(event: Event, action: str, *, title: str | None = None, by: Any) -> Iterator[None]:
    """Keep what this edit changes, before and after; an edit that changes nothing leaves no trace.

    To be used inside atomic(), with the event locked. `action` is a word of the log, `title` that of the item
    or ritual concerned.
    """
    before = queries.values(event)
    yield
    db.session.flush()
    was, now = snapshot.changed(before, queries.values(event))
    if was or now:
        db.session.add(
            AgendaEdit(
                event_id=event.id, action=action, title=title, by_id=user_id(by), before=was, after=now
            )
        )
