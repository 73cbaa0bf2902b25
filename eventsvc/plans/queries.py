"""A whole plan read back from the rows: each section from the table of its own noun."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock, text
from eventsvc.agenda.models import AgendaItem, Ritual, RitualRole
from eventsvc.db import db
from eventsvc.documents.models import Document
from eventsvc.events.models import Event, EventOrganization, EventRole, Sitting, StatementKind
from eventsvc.plans import deriving, schema
from eventsvc.plans.following_queries import (
    budget,
    campaign,
    cited,
    day_of,
    delegates,
    one_of,
    rows_of,
    training,
)
from eventsvc.plans.merging import DERIVED, NOTHING, Marks, stated
from eventsvc.plans.models import PlanMark
from eventsvc.plans.paper_queries import document_data
from eventsvc.plans.work_queries import assignments, directives, key_dates, meeting, plan_items
from eventsvc.sites.models import SiteCount
from eventsvc.tasks.models import AssigneeRole, Task, TaskKind

Data = dict[str, Any]


def as_yaml(event: Event) -> str:
    """The event's plan as a file that `plans load` takes."""
    return yaml.safe_dump(as_data(event), allow_unicode=True, sort_keys=False, width=100)


def as_data(event: Event) -> Data:
    """The event's plan as the file said it, with everything that was edited since."""
    marks = marks_of(event.document)
    data = present(event, marks)
    sections = schema.SECTIONS
    if marks.get("event", DERIVED) == DERIVED and deriving.is_of(data):
        sections = schema.WITHOUT_EVENT
        del data["event"]
    elif marks:
        _forget_derived_window(data["event"]["time"], marks)
    _forget_defaults(data, marks)
    return stated(data, marks, sections)


def _forget_defaults(data: Data, marks: dict[str, str]) -> None:
    """What a row must have but a file may leave unsaid is not said to be in it."""
    for row in data["tasks"]:
        path = f"tasks[{row['id']}]"
        unsaid = f"{path}.text" in marks and f"{path}.role" not in marks
        if unsaid and row["role"] == AssigneeRole.RESPONSIBLE.value:
            row["role"] = None
    for row in data["directives"]:
        turn, path = row["recurrence"], f"directives[{row['id']}].recurrence"
        if turn and f"{path}.rrule" in marks and f"{path}.kind" not in marks:
            turn["kind"] = None
    line = data["document"]["issued_line"]
    for part in ("year", "month", "day") if line else ():
        path = f"document.issued_line.{part}"
        if path not in marks and ("document.issued_line.text" in marks or line["day"] is not None):
            line[part] = None


def _forget_derived_window(time: Data, marks: dict[str, str]) -> None:
    """Days that the file left open and that only follow from its words are not said to be in it."""
    days = text.parse_window(time["text"])
    fields = ("window_start", "window_end")
    silent = all(marks.get(f"event.time.{name}", NOTHING) == NOTHING for name in fields)
    if silent and days and tuple(time[name] for name in fields) == tuple(map(day_of, days)):
        time |= dict.fromkeys(fields)


def document_of(host_id: int, code: str) -> Document | None:
    """The plan that this host loaded before under this number."""
    return db.session.scalar(sa.select(Document).where(Document.host_id == host_id, Document.code == code))


def events_of(document: Document) -> list[Event]:
    return list(
        db.session.scalars(sa.select(Event).where(Event.document_id == document.id).order_by(Event.id))
    )


def marks_of(document: Document | None) -> dict[str, str]:
    """What the file last taken up said, by path; nothing for an event without a plan file."""
    if document is None:
        return {}
    rows = db.session.execute(
        sa.select(PlanMark.path, PlanMark.digest).where(PlanMark.document_id == document.id)
    )
    return dict(rows.all())


def present(event: Event, marks: Marks | None = None) -> Data:
    """Every field of the schema as it stands now; what is not said is None or an empty list.

    The `marks` of the file last taken up choose between two ways of saying the same.
    """
    marks = marks or {}
    tasks = rows_of(Task, event, selectinload(Task.assignees), selectinload(Task.steps))
    sources = budget(event)
    is_apart = "event" in marks or any(path.startswith("budget") for path in marks)
    return {
        "plan_id": (event.document.code if event.document else None) or event.slug,
        "document": document_data(event),
        "purposes": _statements(event, StatementKind.PURPOSE),
        "requirements": _statements(event, StatementKind.REQUIREMENT),
        "event": {**_event(event), "budget": [] if is_apart else sources},
        "meeting": meeting(event),
        "findings": _statements(event, StatementKind.FINDING),
        "plan_items": plan_items(event, [task for task in tasks if task.kind is TaskKind.PLAN_ITEM]),
        "agenda": _agenda(event),
        "agenda_cite": event.agenda_cite,
        "rituals": [_ritual(ritual) for ritual in event.rituals],
        "follow_up": [cited(task.text, task.cite) for task in tasks if task.kind is TaskKind.FOLLOW_UP],
        "delegates": delegates(event),
        "tasks": assignments([task for task in tasks if task.kind is TaskKind.ASSIGNMENT], marks),
        "directives": directives(event, [t for t in tasks if t.kind is TaskKind.DIRECTIVE], marks),
        "key_dates": key_dates(event),
        "campaign": campaign(event),
        "training": training(event),
        "budget": sources if is_apart else [],
        "closing_instruction": _closing(event.document),
        "source_anomalies": [remark.text for remark in event.document.remarks] if event.document else [],
    }


def _moment(moment: datetime | None) -> str | None:
    return clock.local(moment).replace(tzinfo=None).isoformat(timespec="minutes") if moment else None


def _closing(document: Document | None) -> Data | None:
    return cited(document.closing_text, document.closing_cite) if document else None


def _statements(event: Event, kind: StatementKind) -> list[Data | None]:
    return [cited(row.text, row.cite) for row in event.statements if row.kind is kind]


def _event(event: Event) -> Data:
    named = event.document is None or event.title == deriving.occasion_of(event.document.title)
    return {
        "kind": event.kind.value,
        "short_name": event.short_title,
        "title": None if named else event.title,
        "time": _time(event, event.sittings[0]),
        "further_sittings": [
            {"order": place, "title": sitting.title, "place": sitting.place, **_exact(sitting)}
            for place, sitting in enumerate(event.sittings[1:], start=1)
        ],
        "strands": [
            {"order": strand.number, "name": strand.name, "place": strand.place} for strand in event.strands
        ],
        "form": {"text": event.form_text, "value": event.form.value, "cite": event.form_cite},
        "scale": _scale(one_of(SiteCount, event)),
        "venues": _venues(event),
        "host": _host(event),
        "implementing": _implementing(event),
    }


def _time(event: Event, sitting: Sitting) -> Data:
    first = clock.local(event.starts_at).date() if event.starts_at else None
    first, last = event.window_start or first, event.window_end or event.window_start or first
    return {
        "text": event.window_text or (text.official_date(first) if first else "Chưa ấn định thời gian"),
        "cite": event.window_cite,
        "window_start": day_of(event.window_start if event.window_text else first),
        "window_end": day_of(event.window_end if event.window_text else last),
        **_exact(sitting),
        "note": event.window_note,
        "title": sitting.title,
        "place": sitting.place,
    }


def _exact(sitting: Sitting) -> Data:
    return {
        "exact_start": _moment(sitting.starts_at),
        "exact_end": _moment(sitting.ends_at),
        "buffer_min": sitting.buffer_minutes or None,
    }


def _scale(row: SiteCount | None) -> Data | None:
    return row and {
        "text": row.text,
        "main_sites": row.main,
        "district_bridges": row.district,
        "commune_bridges": row.commune,
        "total_sites": row.total,
        "cite": row.cite,
        "note": row.note,
    }


def hall_of(words: str) -> str:
    """The place itself in a line such as "Trực tiếp tại Trung tâm IOC."."""
    words = text.clean(words)
    lead = "trực tiếp tại "
    place = words[len(lead) :] if words.casefold().startswith(lead) else words
    return (place[:1].upper() + place[1:]).rstrip(". ")


def _venues(event: Event) -> list[Data]:
    """The venues as printed; the main one in the words that stand on the event's page, once they differ."""
    venues = []
    for row in event.venues:
        words = row.text
        if row.role == schema.MAIN_VENUE and event.venue and event.venue != hall_of(row.text):
            words = event.venue
        venues.append(
            {
                "role": row.role,
                "text": words,
                "count": row.count,
                "district_bridges": row.district_bridges,
                "commune_bridges": row.commune_bridges,
                "cite": row.cite,
                "note": row.note,
            }
        )
    if event.venue and not any(venue["role"] == schema.MAIN_VENUE for venue in venues):
        venues.insert(0, {"role": schema.MAIN_VENUE, "text": event.venue})
    return venues


def _host(event: Event) -> Data | None:
    row = next(iter(_in_role(event, EventRole.HOST)), None)
    is_host = row is not None and row.organization_id == event.host_id
    return cited(row.name, row.cite) if row and is_host else cited(event.host.name, None)


def _implementing(event: Event) -> Data | None:
    lead = _in_role(event, EventRole.IMPLEMENTING)
    coordinating = _in_role(event, EventRole.COORDINATING)
    printed = next((row for row in (*lead, *coordinating) if row.text), None)
    return {
        "text": printed.text if printed else None,
        "lead": [row.name for row in lead],
        "coordinating": [row.name for row in coordinating],
        "cite": printed.cite if printed else None,
    }


def _in_role(event: Event, role: EventRole) -> list[EventOrganization]:
    return [row for row in event.organizations if row.role is role]


def _agenda(event: Event) -> list[Data]:
    numbers = {sitting.id: sitting.number for sitting in event.sittings}
    places = {sitting.id: place for place, sitting in enumerate(event.sittings, start=1)}
    strands = {strand.id: strand.number for strand in event.strands}
    items = sorted(
        rows_of(AgendaItem, event, joinedload(AgendaItem.site), joinedload(AgendaItem.ritual)),
        key=lambda item: (numbers[item.sitting_id], strands.get(item.strand_id, 0), item.number, item.id),
    )
    return [
        {
            "order": order,
            "kind": item.kind.value,
            "text": item.title,
            "ritual": item.ritual.key if item.ritual else None,
            "sitting": places[item.sitting_id] if places[item.sitting_id] > 1 else None,
            "strand": strands.get(item.strand_id),
            "speaker": item.speaker,
            "site": item.site.code if item.site else None,
            "start": item.printed_start,
            "pinned": item.pinned_at.strftime("%H:%M") if item.pinned_at else None,
            "duration_min": item.duration_minutes,
            "public": None if item.is_public else False,
            **{key: getattr(item, column) for key, column in ITEM_TEXTS.items()},
        }
        for order, item in enumerate(items, start=1)
    ]


# What the file calls it and the column of an item that keeps it as it is.
ITEM_TEXTS = {
    "cue": "cue",
    "position": "position",
    "mc_line": "mc_line",
    "sound": "sound_note",
    "light": "light_note",
    "screen": "screen_note",
    "line": "line_note",
    "reception": "reception_note",
    "note": "note",
}


def _ritual(ritual: Ritual) -> Data:
    roles: dict[str, list[Data]] = {
        key: [
            {
                "order": order,
                "text": row.text,
                "org": row.organization_name,
                "person": row.person.full_name if row.person else None,
                "position": row.position,
                "stands_at": row.stands_at,
                "cue": row.cue,
            }
            for order, row in enumerate((r for r in ritual.participants if r.role is role), start=1)
        ]
        for key, role in PARTICIPANTS.items()
    }
    expected: Any = ritual.expected_pressers
    if expected is None and (
        ritual.expected_signatories is not None or ritual.expected_witnesses is not None
    ):
        expected = {"signatories": ritual.expected_signatories, "witnesses": ritual.expected_witnesses}
    return {
        "id": ritual.key,
        "title": cited(ritual.title, ritual.title_cite),
        "subject": cited(ritual.subject, ritual.subject_cite),
        **roles,
        "expected_count": expected,
        "copies": ritual.copies,
        "setting": ritual.setting,
    }


PARTICIPANTS = {
    "participants": RitualRole.PRESSER,
    "signatories": RitualRole.SIGNATORY,
    "witnesses": RitualRole.WITNESS,
}
