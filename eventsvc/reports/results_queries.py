"""Read what a results report says: the one source of the page, the DOCX, the PDF, the workbook and the JSON."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.documents import fields
from eventsvc.documents.models import Document
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventKind
from eventsvc.events.queries import part_of
from eventsvc.feeds.campaign_queries import parts_of
from eventsvc.organizations import queries as organizations
from eventsvc.reports import results_campaign_queries as campaign
from eventsvc.reports import results_plan_queries as plan
from eventsvc.reports import results_rows_queries as hall
from eventsvc.reports.results import PLACES, Figures
from eventsvc.reports.results_figures import FIGURES
from eventsvc.reports.results_models import MediaItem, ResultsReport
from eventsvc.reports.results_parts_queries import doors
from eventsvc.reports.results_text import Words
from eventsvc.text import clean


def figures(event: Event, only: str | None = None) -> Figures:
    """The figures of the moment with every row they count, or with those of one table: a fixed number of statements,
    whatever the size. Those of a campaign are over itself and its parts."""
    now, today = clock.now(), clock.today()
    movement = cache(lambda: plan.movement(event, today))
    parts = cache(lambda: parts_of(event) if event.kind is EventKind.CAMPAIGN else [])
    tables = hall.gathering(event) if event.kind.is_gathering else {}
    if event.kind is EventKind.CAMPAIGN:
        tables |= campaign.tables(event, parts, today)
    tables |= {
        "doors": lambda: doors(event),
        "tasks": lambda: plan.tasks(event, today, parts()),
        "agencies": lambda: plan.agencies(event, today, parts()),
        "periods": lambda: plan.periods(event, today),
        "guidance": lambda: plan.guidance(movement()),
        "training": lambda: plan.training(event),
        "targets": lambda: plan.targets(event, movement(), today),
        "launches": lambda: plan.launches(event),
        "media": lambda: plan.media(event),
    }
    rows = {key: read() for key, read in tables.items() if only in (None, key)}
    return _kept(event, Figures(clock.local(now).isoformat(timespec="minutes"), _facts(event), rows))


def shown(event: Event, report: ResultsReport | None, only: str | None = None) -> Figures:
    """The figures as they were approved; those of the moment while nobody has."""
    if report is not None and report.figures is not None:
        return _kept(event, Figures.of(report.figures))
    return figures(event, only)


def _kept(event: Event, found: Figures) -> Figures:
    """Without the names of those who won awards once personal data is kept no longer; the figures stay."""
    if event.data_kept_until is not None and event.data_kept_until < clock.today():
        place = PLACES["awards"]["winner"]
        if "awards" in found.tables:
            found.tables["awards"] = [_without(row, place) for row in found.tables["awards"]]
    return found


def _without(row: list[Any], place: int) -> list[Any]:
    return [*row[:place], None, *row[place + 1 :]]


def report_of(event: Event) -> ResultsReport | None:
    return db.session.scalar(
        sa.select(ResultsReport)
        .where(ResultsReport.event_id == event.id)
        .options(
            joinedload(ResultsReport.document).selectinload(Document.recipients),
            joinedload(ResultsReport.document).joinedload(Document.series),
        )
    )


def words_of(report: ResultsReport | None) -> Words:
    """What the organizer typed."""
    return Words(**{name: getattr(report, name) or "" for name in Words._fields}) if report else Words()


def media_item_of(event: Event, media_id: int) -> MediaItem:
    """An entry of this event; otherwise NotFound."""
    found: MediaItem = part_of(event, MediaItem, media_id)
    return found


def figure_named(key: str) -> Any:
    """What a figure counts, by its key; otherwise NotFound."""
    found = FIGURES.get(key)
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def committee_above(event: Event) -> str | None:
    """The People's Committee of the province, for the head of a paper."""
    code = event.host.province_code
    above = organizations.committee(code, event.units_as_of) if code else None
    return above.name if above else None


def _facts(event: Event) -> dict[str, Any]:
    """The event and its plan in the words of papers."""
    paper = event.document
    return {
        "title": clean(event.title),
        "slug": event.slug,
        "host": fields.full_name(event.host.name),
        "is_gathering": event.kind.is_gathering,
        "is_campaign": event.kind is EventKind.CAMPAIGN,
        "theme": clean(event.theme or "") or None,
        "cancelled_on": clock.local(event.cancelled_at).date().isoformat() if event.cancelled_at else None,
        "begins_on": clock.local(event.starts_at).date().isoformat() if event.starts_at else None,
        "when": fields.when(event),
        "where": fields.where(event),
        "plan": {
            "kind": paper.kind.value,
            "number": paper.number,
            "issued_on": paper.issued_on.isoformat() if paper.issued_on else None,
            "issuer": fields.full_name(paper.issuer or paper.host.name),
            "title": clean(paper.title),
        }
        if paper is not None
        else None,
    }
