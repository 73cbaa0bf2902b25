"""Every change to a report of a period: handed in, without anything new, sent back, agreed; and who is reminded."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.files.operations import Brought
from eventsvc.rows import lock, lock_open
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.duty_models import Period, PeriodReport
from eventsvc.tasks.periods import OWED
from eventsvc.tasks.returns import ReturnState

WORDS = ("done", "planned", "proposals")
NOTHING: dict[str, Any] = {"done": None, "planned": None, "proposals": None}


class NothingWritten(Invalid):
    code = "nothing_written"


class AlreadyHandedIn(DomainError):
    code = "already_handed_in"


class Approved(NamedTuple):
    """How many reports were agreed to, and how many were changed after they had been read."""

    count: int
    changed: int = 0


@atomic()
def submit(
    report: PeriodReport,
    values: dict[str, Any],
    *,
    brought: Brought | None = None,
    by_name: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """Hand the report in with what was done, what is planned and what is proposed; a file may stand for the words.

    `by` is the organization by its link, or a user on its behalf.
    """
    event = _event(report)
    lock_open(event)
    lock(report, version)
    written = {name: values.get(name) or None for name in WORDS}
    if not any(written.values()) and brought is None and report.file_id is None:
        raise NothingWritten(
            _("Write what was done, or bring a file. If nothing is new, there is a button for that."),
            field="done",
        )
    former = report.file_id
    kept = {"file_id": files.keep(brought, event=event, by=by).id} if brought is not None else {}
    returns.submit(report, event, {"is_unchanged": False, **written, **kept}, by_name=by_name, by=by)
    if kept and former is not None:
        files.discard(former)


@atomic()
def report_no_change(report: PeriodReport, *, by_name: str | None = None, by: Any) -> None:
    """Nothing is new (không có phát sinh). Safe to repeat; words that were handed in are not written over."""
    event = _event(report)
    lock_open(event)
    lock(report)
    if report.state is ReturnState.SUBMITTED and report.is_unchanged:
        return
    if report.state not in OWED:
        raise AlreadyHandedIn(_("A report has been handed in for this period already."))
    former = report.file_id
    values = {"is_unchanged": True, "file_id": None, **NOTHING}
    returns.submit(report, event, values, by_name=by_name, by=by)
    if former is not None:
        files.discard(former)


@atomic()
def approve_many(period: Period, seen: Mapping[int, int], *, by: Any) -> Approved:
    """Agree to those of these reports that were handed in, `seen` with the version that was read: what has been put
    right since is left, to be read first. Safe to repeat."""
    event = period.duty.event
    lock_open(event)
    rows = db.session.scalars(
        sa.select(PeriodReport)
        .where(
            PeriodReport.period_id == period.id,
            PeriodReport.id.in_(seen),
            PeriodReport.state.in_((ReturnState.SUBMITTED, ReturnState.FORWARDED)),
        )
        .order_by(PeriodReport.id)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).all()
    read = [row for row in rows if row.version == seen[row.id]]
    for row in read:
        row.state, row.remark = ReturnState.APPROVED, None
        row.reviewed_at, row.reviewed_by_id = clock.now(), user_id(by)
    if read:
        record(by, "period_reports.approved", period, event=event, count=len(read))
    return Approved(len(read), len(rows) - len(read))


def send_back(report: PeriodReport, *, remark: str, version: int | None = None, by: Any) -> None:
    """Ask for the report to be put right; the remark says what is wrong."""
    returns.send_back(report, _event(report), remark=remark, version=version, by=by)


def approve(report: PeriodReport, *, version: int | None = None, by: Any) -> None:
    """Agree to a report; it cannot be edited until it is sent back."""
    returns.approve(report, _event(report), version=version, by=by)


def _event(report: PeriodReport) -> Event:
    return report.period.duty.event
