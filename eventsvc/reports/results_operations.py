"""Every change to a results report: its words, what the media said, its paper, its approval."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.documents import paper_operations
from eventsvc.documents.models import Document, DocumentKind
from eventsvc.documents.steps import WRITABLE
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.reports import results_queries, results_text
from eventsvc.reports.results_models import MediaItem, ResultsReport
from eventsvc.reports.results_text import Words
from eventsvc.rows import assign, lock
from eventsvc.tasks.deadline_queries import anchors

WORDS = frozenset(Words._fields)
MEDIA = frozenset({"channel", "kind", "title", "published_on", "url", "pieces", "views"})
USUAL_DAYS, MOST_DAYS = 90, 3650


class ReportApproved(DomainError):
    """An approved report stands as it was approved."""

    code = "report_approved"


class NotApproved(DomainError):
    code = "report_not_approved"


@atomic()
def save_report(
    event: Event, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> ResultsReport:
    """Write down what the organizer says; the first words begin the report."""
    report = _held(event, version)
    _require_open(report)
    changed = assign(report, changes, WORDS)
    if changed:
        report.changed_at = clock.now()
        db.session.flush()
        record(by, "results.edited", report, event=event, fields=changed)
    return report


@atomic()
def approve(
    event: Event, *, version: int | None = None, kept_days: int, keeps_longer: bool = False, by: Any
) -> ResultsReport:
    """Freeze the figures and start the retention clock: personal data is kept so many days from today, but no longer
    than the notice promises unless `keeps_longer` says so. Refused a second time."""
    report = _held(event, version)
    if report.approved_at is not None:
        raise ReportApproved(_("This report has been approved already."))
    if not 0 < kept_days <= MOST_DAYS:
        raise Invalid(_("Enter a number of days between 1 and %(most)s.", most=MOST_DAYS), field="kept_days")
    promised = event.data_kept_until
    until = kept_until(promised, kept_days, keeps_longer=keeps_longer)
    last = anchors(event).closing
    if last is not None and until < last and not event.is_cancelled:
        raise Invalid(_("The data is needed until the event is over: choose a later day."), field="kept_days")
    found = results_queries.figures(event)
    report.figures = found.as_dict() | {
        "promised_until": promised.isoformat() if promised else None,
        "kept_until": until.isoformat(),
    }
    report.approved_at = clock.now()
    report.approved_by_id = by.id if by is not None else None
    event.data_kept_days, event.data_kept_until = kept_days, until
    db.session.flush()
    is_longer = promised is not None and until > promised
    record(by, "results.approved", report, event=event, kept_days=kept_days, is_longer=is_longer)
    return report


def kept_until(promised: date | None, days: int, *, keeps_longer: bool = False) -> date:
    """The last day on which personal data is kept, counted from today."""
    counted = clock.today() + timedelta(days=days)
    return counted if promised is None or keeps_longer else min(counted, promised)


@atomic()
def reopen(event: Event, *, version: int | None = None, by: Any) -> ResultsReport:
    """Take the approval back: the figures move again, and the clock is set anew at the next approval. Until then what
    the notice promised before holds."""
    report = _held(event, version)
    if report.approved_at is None or report.figures is None:
        raise NotApproved(_("This report has not been approved."))
    promised, until = report.figures.get("promised_until"), report.figures.get("kept_until")
    if event.data_kept_until is not None and event.data_kept_until.isoformat() == until:
        event.data_kept_until = date.fromisoformat(promised) if promised else None
    event.data_kept_days = None
    report.figures = report.approved_at = report.approved_by_id = None
    db.session.flush()
    record(by, "results.reopened", report, event=event)
    return report


@atomic()
def make_paper(event: Event, *, by: Any) -> Document:
    """The report as a draft of an official paper; pressed again while it is a draft, its words are written anew."""
    report = _held(event)
    found, words = results_queries.shown(event, report), results_queries.words_of(report)
    wording = {
        "title": results_text.title(found).replace("((", "( ("),
        "body": results_text.body(found, words),
    }
    paper = report.document
    if paper is not None and paper.state in WRITABLE:
        paper_operations.edit_paper(paper, wording, version=None, by=by)
    elif paper is not None:
        raise ReportApproved(_("The paper is on its way already; revise it among the official papers."))
    else:
        paper = paper_operations.add_paper(event, DocumentKind.REPORT, wording, by=by)
        report.document = paper
    db.session.flush()
    record(by, "results.paper_made", report, event=event)
    return paper


# --- What the media said -----------------------------------------------------------------------------------------


@atomic()
def add_media(event: Event, changes: Mapping[str, Any], *, by: Any) -> MediaItem:
    _require_open(_held(event))
    item = MediaItem(event_id=event.id, added_by_id=by.id if by is not None else None, title="", channel="")
    assign(item, changes, MEDIA)
    db.session.add(item)
    db.session.flush()
    record(by, "media.added", item, event=event)
    return item


@atomic()
def edit_media(
    event: Event, item: MediaItem, changes: Mapping[str, Any], *, version: int | None, by: Any
) -> MediaItem:
    _require_open(_held(event))
    lock(item, version)
    changed = assign(item, changes, MEDIA)
    if changed:
        db.session.flush()
        record(by, "media.edited", item, event=event, fields=changed)
    return item


@atomic()
def remove_media(event: Event, item: MediaItem, *, by: Any) -> None:
    _require_open(_held(event))
    lock(item)
    record(by, "media.removed", item, event=event)
    db.session.delete(item)


def _held(event: Event, version: int | None = None) -> ResultsReport:
    """The report of the event, begun if need be; the event is held so that two do not begin it."""
    lock(event)
    report = results_queries.report_of(event)
    if report is None:
        report = ResultsReport(event_id=event.id)
        db.session.add(report)
        db.session.flush()
    else:
        lock(report, version)
    return report


def _require_open(report: ResultsReport) -> None:
    if report.approved_at is not None:
        raise ReportApproved(_("This report has been approved. Open it again before you change it."))
