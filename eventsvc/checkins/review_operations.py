"""Settling what somebody has looked at: cases and scans put aside. The first word stands; saying it again is safe."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.checkins import items, operations
from eventsvc.checkins.models import QuarantinedScan, Resolution, ReviewCase, Scan, ScanKind
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock


class AlreadySettled(DomainError):
    code = "already_settled"


@atomic()
def keep(cases: Sequence[ReviewCase], *, by: Any, note: str | None) -> int:
    """Everything stands as it is; returns how many of the cases were settled by this. Safe to repeat."""
    words = _words(note)
    return sum(_settle(case, Resolution.STANDS, words, by) for case in cases)


@atomic()
def annul(case: ReviewCase, scan: Scan, *, by: Any, note: str | None) -> None:
    """One entry was a mistake: it is undone, with the note as its reason, and the case is settled.

    The outcomes of other entries stay. AlreadySettled when somebody was faster: then nothing is undone."""
    words = _words(note)
    if not _settle(case, Resolution.ANNULLED, words, by):
        raise AlreadySettled(_("Somebody else has settled this case in the meantime."))
    undo: dict[str, Any] = {"annuls": scan.scan_id, "kind": ScanKind.ANNUL.value}
    if scan.site is not None:
        undo["site"] = scan.site.code
    if scan.sitting is not None:
        undo["sitting"] = scan.sitting.number
    operations.by_hand(db.session.get_one(Event, case.event_id), undo, reason=words, by=by)


@atomic()
def settle_aside(rows: Sequence[QuarantinedScan], *, by: Any, note: str | None) -> int:
    """Somebody has looked at what was put aside; returns how many were settled by this. Safe to repeat."""
    words, settled = _words(note), 0
    for row in rows:
        lock(row)
        if row.settled_at is None:
            row.settled_at, row.settled_by_id, row.settlement = clock.now(), by.id, words
            record(by, "quarantine.settled", row, reason=row.reason).event_id = row.event_id
            settled += 1
    return settled


def _settle(case: ReviewCase, resolution: Resolution, words: str, by: Any) -> bool:
    lock(case)
    if case.settled_at is not None:
        return False
    case.settled_at, case.settled_by_id = clock.now(), by.id
    case.resolution, case.settlement = resolution, words
    entry = record(by, "case.settled", case, kind=case.kind.value, resolution=resolution.value)
    entry.event_id = case.event_id
    return True


def _words(note: str | None) -> str:
    words = (note or "").strip()[: items.LONGEST_WORDS]
    if not words:
        raise Invalid(_("Say what was found out."), field="note")
    return words
