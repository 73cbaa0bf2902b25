"""Create, edit and cancel an event; write down what personal data is for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events import queries
from eventsvc.events.models import (
    Event,
    EventForm,
    EventKind,
    EventOrganization,
    EventRole,
    EventStatement,
    EventStatus,
    LegalBasis,
    Sitting,
    StatementKind,
)
from eventsvc.events.operations.changes import announce, announce_main_place
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, lock
from eventsvc.text import parse_window, slugify

DETAILS = frozenset(
    {
        "title_note", "title_cite", "theme", "theme_cite", "province_code", "form_text", "form_cite",
        "window_start", "window_end", "window_cite",
        "window_note", "venue", "video_link", "dress_code", "contact_name", "contact_phone", "agenda_cite",
        "document",
    }
)  # fmt: skip
EDITABLE = DETAILS | {"title", "short_title", "kind", "form", "host", "units_as_of", "window_text"}

# What every invitee must hear of, and what stands for the time as long as none is approved. Another venue concerns the
# main hall alone; other changes reach pages and feeds only.
ANNOUNCED = frozenset({"video_link"})
WINDOW = frozenset({"window_text", "window_start", "window_end"})

ATTEMPTS = 5

Names = Sequence[tuple[str, Organization | None]]
"""Organizations as they are written, each with its row when it is known."""


class WrongPeriod(Invalid):
    code = "wrong_period"


class AlreadyCancelled(DomainError):
    code = "already_cancelled"


@atomic()
def create_event(
    *,
    host: Organization,
    title: str,
    short_title: str,
    kind: EventKind,
    form: EventForm,
    units_as_of: date,
    window_text: str | None = None,
    by: Any,
    **details: Any,
) -> Event:
    """A new event with its first sitting and a slug that never changes.

    The window's days follow from its words when they are not given. Further details: DETAILS.
    """
    unknown = details.keys() - DETAILS
    if unknown:
        raise TypeError(f"no details of an event: {', '.join(sorted(unknown))}")
    details = {"province_code": host.province_code, **details, "window_text": window_text}
    _fill_window(details)
    _require_order(details.get("window_start"), details.get("window_end"))
    year = (details.get("window_start") or clock.today()).year
    event = Event(
        host=host,
        title=title,
        short_title=short_title,
        kind=kind,
        form=form,
        units_as_of=units_as_of,
        **details,
    )
    event.sittings.append(Sitting(number=1))
    insert_event(event, year)
    record(by, "event.created", event, event=event)
    return event


@atomic()
def edit_event(event: Event, changes: dict[str, Any], *, version: int | None = None, by: Any) -> Event:
    """Change what `changes` names: columns, and the whole lists `purposes`, `requirements` (texts),
    `implementing`, `coordinating` (names with their organizations). StaleEdit when `version` is no longer the
    event's. What invitees must hear of raises the revision."""
    lock(event, version)
    event.require_open()
    columns = dict(changes)
    changed = []
    for name, kind in (("purposes", StatementKind.PURPOSE), ("requirements", StatementKind.REQUIREMENT)):
        if name in columns and _set_statements(event, kind, columns.pop(name)):
            changed.append(name)
    for role in (EventRole.IMPLEMENTING, EventRole.COORDINATING):
        if role.value in columns and _set_organizations(event, role, columns.pop(role.value)):
            changed.append(role.value)
    _follow_words(event, columns)
    _fill_window(columns, event)
    start, end = columns.get("window_start", event.window_start), columns.get("window_end", event.window_end)
    _require_order(start, end)
    changed += assign(event, columns, EDITABLE)
    if changed:
        event.changed_at = clock.now()
        if ANNOUNCED.intersection(changed) or (WINDOW.intersection(changed) and not event.is_time_approved):
            announce(event, event.standing_sittings)
        if "venue" in changed:
            announce_main_place(event, event.standing_sittings)
        db.session.flush()
        record(by, "event.edited", event, event=event, fields=sorted(changed))
    return event


@atomic()
def set_data_notice(
    event: Event,
    *,
    purpose: str,
    legal_basis: LegalBasis,
    controller: str,
    kept_until: date,
    version: int | None = None,
    by: Any,
) -> Event:
    """Write down what the guests' data is for, on which basis, who answers for it, how long it is kept."""
    lock(event, version)
    event.require_open()
    last = max(
        filter(None, [clock.today(), event.window_end, *(_day(s.ends_at) for s in event.standing_sittings)])
    )
    if kept_until < last:
        raise Invalid(
            _("The data is needed until the event is over: choose a later day."), field="kept_until"
        )
    event.data_purpose, event.data_legal_basis = purpose, legal_basis
    event.data_controller, event.data_kept_until = controller, kept_until
    event.changed_at = clock.now()
    db.session.flush()
    record(by, "event.data_notice_set", event, event=event, legal_basis=legal_basis.value)
    return event


@atomic()
def cancel_event(event: Event, *, by: Any) -> Event:
    """Call the event off for good; its calendar entries are to be withdrawn."""
    lock(event)
    if event.is_cancelled:
        raise AlreadyCancelled(_("This event has been cancelled already."))
    event.status = EventStatus.CANCELLED
    event.cancelled_at = clock.now()
    announce(event, event.standing_sittings)
    db.session.flush()
    record(by, "event.cancelled", event, event=event)
    return event


def insert_event(event: Event, year: int) -> None:
    """Store a new event under the first free slug, also when someone takes that one in the same moment."""
    stem = slugify(event.short_title)[:100].strip("-") or "su-kien"
    stem = stem if stem.endswith(f"-{year}") else f"{stem}-{year}"
    for attempt in range(1, ATTEMPTS + 1):
        event.slug = queries.free_slug(stem)
        try:
            with db.session.begin_nested():
                db.session.add(event)
            return
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise


def _fill_window(columns: dict[str, Any], event: Event | None = None) -> None:
    """The days that the words of the window name, when both days are left open."""
    start = columns.get("window_start", event and event.window_start)
    end = columns.get("window_end", event and event.window_end)
    if columns.get("window_text") and not start and not end:
        days = parse_window(columns["window_text"])
        if days:
            columns["window_start"], columns["window_end"] = days


def _follow_words(event: Event, columns: dict[str, Any]) -> None:
    """Days that had followed from the old words follow from the new ones, unless someone chose others."""
    if columns.get("window_text", event.window_text) == event.window_text or not event.window_text:
        return
    days = (event.window_start, event.window_end)
    given = (columns.get("window_start", days[0]), columns.get("window_end", days[1]))
    if given == days and parse_window(event.window_text) == days:
        columns["window_start"] = columns["window_end"] = None


def _require_order(start: date | None, end: date | None) -> None:
    if start and end and end < start:
        raise WrongPeriod(_("The window ends before it begins."), field="window_end")


def _set_statements(event: Event, kind: StatementKind, texts: Sequence[str]) -> bool:
    """The texts in this order; one that stood there keeps the place it was cited from."""
    rows = [row for row in event.statements if row.kind is kind]
    if [row.text for row in rows] == list(texts):
        return False
    cites = {row.text: row.cite for row in rows}
    for row, text in zip(rows, texts, strict=False):
        row.text, row.cite = text, cites.get(text)
    for row in rows[len(texts) :]:
        event.statements.remove(row)
    for number, text in enumerate(texts[len(rows) :], len(rows) + 1):
        event.statements.append(EventStatement(kind=kind, number=number, text=text, cite=cites.get(text)))
    return True


def _set_organizations(event: Event, role: EventRole, names: Names) -> bool:
    """The organizations of one role in this order; one that stood there keeps the words of the plan."""
    rows = [row for row in event.organizations if row.role is role]
    if [(row.name, row.organization) for row in rows] == list(names):
        return False
    printed = {row.name: (row.text, row.cite) for row in rows}
    for row, (name, organization) in zip(rows, names, strict=False):
        row.name, row.organization = name, organization
        row.text, row.cite = printed.get(name, (None, None))
    for row in rows[len(names) :]:
        event.organizations.remove(row)
    for number, (name, organization) in enumerate(names[len(rows) :], len(rows) + 1):
        text, cite = printed.get(name, (None, None))
        event.organizations.append(
            EventOrganization(
                role=role, number=number, name=name, organization=organization, text=text, cite=cite
            )
        )
    return True


def _day(moment: Any) -> date | None:
    return clock.local(moment).date() if moment else None
