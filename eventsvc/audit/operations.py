"""Write audit entries, in the transaction of the action they speak of."""

from typing import Any

from eventsvc.audit.models import AuditEntry
from eventsvc.db import db


def user_id(by: Any) -> int | None:
    """The id of the user who acts; None for a program, a device, an invitee and the system."""
    return by.id if by is not None and by.actor_kind == "user" else None


def record(by: Any, action: str, subject: Any = None, *, event: Any = None, **details: object) -> AuditEntry:
    """Add an entry to the running transaction. `by` is whoever acts: it has `actor_kind` and `id`.

    The entry is the event's when one is given or the subject belongs to one.
    """
    entry = AuditEntry(
        actor_kind=by.actor_kind if by is not None else "system",
        actor_id=by.id if by is not None else None,
        action=action,
        subject_kind=type(subject).__tablename__ if subject is not None else None,
        subject_id=subject.id if subject is not None else None,
        event_id=event.id if event is not None else getattr(subject, "event_id", None),
        details=details,
    )
    db.session.add(entry)
    return entry
