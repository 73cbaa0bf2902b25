"""Read the audit trail."""

import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry


def entries_of(event_id: int) -> sa.Select[AuditEntry]:
    """The entries of one event, newest first."""
    return sa.select(AuditEntry).where(AuditEntry.event_id == event_id).order_by(AuditEntry.id.desc())
