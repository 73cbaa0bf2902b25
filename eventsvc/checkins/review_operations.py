"""Settling what somebody has looked at: cases and scans put aside. The first word stands; saying it again is safe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.checkins import items, operations, quarantine_queries, recording_operations, rules
from eventsvc.checkins.models import (
    Outcome,
    QuarantinedScan,
    Resolution,
    ReviewCase,
    Scan,
    ScanKind,
    ScanMode,
)
from eventsvc.checkins.quarantine_queries import Whose
from eventsvc.checkins.uploads import Upload
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import lock

LOCALE = "vi"
"""What is written into the record is in Vietnamese, whatever language its maker reads."""


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
    words = _words(note)
    waiting = _held(rows)
    for row in waiting:
        _settle_aside(row, words, by)
    return len(waiting)


@dataclass
class LetIn:
    """What became of scans put aside: in by them, in before, and those left as they were: nobody in reach, no time
    that can be read, or an answer that lets nobody in."""

    entered: int = 0
    were_in: int = 0
    left: int = 0


@atomic()
def enter_aside(
    event: Event,
    rows: Sequence[QuarantinedScan],
    *,
    by: Any,
    note: str | None = None,
    site_ids: frozenset[int] | None = None,
) -> LetIn:
    """Let in by hand, at the time of the scan, whoever was scanned; what is in by then is settled. The entry of a row
    has always the same id: pressing twice enters nobody twice."""
    waiting = _held(rows)
    whose = quarantine_queries.whose_are(event, waiting, site_ids)
    chosen = {
        quarantine_queries.scan_id_of(row): row
        for row in waiting
        if row.id in whose and whose[row.id].may_be_entered
    }
    outcomes = _outcomes(chosen)
    new = [
        _entry(scan_id, row, whose[row.id], note)
        for scan_id, row in chosen.items()
        if scan_id not in outcomes
    ]
    if new:
        now = clock.now()
        upload = Upload(operations.desk(event, by), [items.read(raw) for raw in new], now, now)
        recording_operations.store([upload])
        for answer in upload.answers or []:
            if answer.scan_id is not None:
                outcomes[answer.scan_id] = answer.outcome
    done = LetIn(left=len(rows) - len(chosen))
    with force_locale(LOCALE):
        words = (note or "").strip()[: items.LONGEST_WORDS] or _("Let in at the time of the scan.")
    for scan_id, row in chosen.items():
        outcome = outcomes.get(scan_id)
        done.entered += outcome in rules.ADMITTING
        done.were_in += outcome in rules.ALREADY_IN
        if outcome in rules.ADMITTING or outcome in rules.ALREADY_IN:
            _settle_aside(row, words, by)
        else:
            done.left += 1
    return done


def _entry(scan_id: str, row: QuarantinedScan, whose: Whose, note: str | None) -> dict[str, Any]:
    assert whose.guest and whose.sitting and whose.place and whose.at
    with force_locale(LOCALE):
        reason = _("Scan put aside no. %(number)s", number=row.id)
    return {
        "scan_id": scan_id,
        "guest": whose.guest.id,
        "sitting": whose.sitting.number,
        "site": whose.place.code,
        "kind": ScanKind.ENTRY.value,
        "mode": ScanMode.MANUAL.value,
        "scanned_at": whose.at.isoformat(),
        "reason": ": ".join(part for part in (reason, (note or "").strip()) if part),
    }


def _outcomes(scan_ids: Any) -> dict[str, Outcome | None]:
    """What the entries came to that were made before."""
    rows = db.session.execute(sa.select(Scan.scan_id, Scan.outcome).where(Scan.scan_id.in_(list(scan_ids))))
    return {scan_id: outcome for scan_id, outcome in rows}


def _held(rows: Sequence[QuarantinedScan]) -> list[QuarantinedScan]:
    """Those that nobody has settled, read afresh and held until the end of the transaction, with their devices. Two
    statements."""
    ids = [sa.inspect(row).identity[0] for row in rows]  # without reading each of them again
    waiting = sa.select(QuarantinedScan).where(
        QuarantinedScan.id.in_(ids), QuarantinedScan.settled_at.is_(None)
    )
    waiting = waiting.options(selectinload(QuarantinedScan.device)).order_by(QuarantinedScan.id)
    held = waiting.with_for_update(key_share=True, of=QuarantinedScan)
    return list(db.session.scalars(held.execution_options(populate_existing=True)))


def _settle_aside(row: QuarantinedScan, words: str, by: Any) -> None:
    row.settled_at, row.settled_by_id, row.settlement = clock.now(), by.id, words
    record(by, "quarantine.settled", row, reason=row.reason).event_id = row.event_id


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
