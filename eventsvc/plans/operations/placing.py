"""The event of a plan: who, when, where, the sites; every other section by its own module."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.agenda.operations import journal
from eventsvc.db import db
from eventsvc.documents.models import Document
from eventsvc.events import operations as events
from eventsvc.events.models import (
    Event,
    EventForm,
    EventKind,
    EventOrganization,
    EventRole,
    EventStatement,
    StatementKind,
    Venue,
)
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from eventsvc.plans import deriving, queries, schema
from eventsvc.plans.fields import Lines
from eventsvc.plans.operations.assigning import place_budget, place_campaign, place_training
from eventsvc.plans.operations.duties import remarks_on_duties
from eventsvc.plans.operations.inviting import place_delegates
from eventsvc.plans.operations.rows import day
from eventsvc.plans.operations.scripting import place_agenda
from eventsvc.plans.operations.tasking import place_tasks
from eventsvc.plans.operations.working import place_key_dates, place_meeting
from eventsvc.rows import assign, by_place, lock
from eventsvc.sites import operations as sites
from eventsvc.sites.models import Site, SiteCount, SiteLevel

Data = dict[str, Any]
MAIN_SITE = "Điểm cầu chính"


class Placing:
    """Puts the sections of a plan into the rows of one event; repeating it with the same data changes nothing."""

    def __init__(self, event: Event, by: Any, lines: Lines) -> None:
        self.event = event
        self.by = by
        self.lines = lines
        self._found: dict[str, Organization | None] = {}

    @classmethod
    def of_new_event(
        cls, host: Organization, document: Document, data: Data, on: date, by: Any, lines: Lines
    ) -> "Placing":
        columns = _event_columns(data)
        named = {name: columns.pop(name) for name in ("title", "short_title", "kind", "form", "window_text")}
        event = events.create_event(host=host, units_as_of=on, by=by, document=document, **named, **columns)
        return cls(event, by, lines)

    def organization(self, name: str | None) -> Organization | None:
        """Who bears this name in the event's province on the day of its units; None for a name of no one."""
        if not name:
            return None
        if name not in self._found:
            self._found[name] = organizations.find(
                name, on=self.event.units_as_of, province_code=self.event.province_code
            )
        return self._found[name]

    def organization_id(self, name: str | None) -> int | None:
        found = self.organization(name)
        return found.id if found else None

    def revise(self, data: Data) -> None:
        """The same for an event that stands: what invitees must hear of is announced."""
        columns = _event_columns(data)
        now = {name: getattr(self.event, name) for name in columns}
        changes = {name: value for name, value in columns.items() if value != now[name]}
        if "window_text" in changes or "window_start" in changes or "window_end" in changes:
            window = ("window_text", "window_start", "window_end")
            changes |= {name: columns[name] for name in window}
        if changes:
            events.edit_event(self.event, changes, by=self.by)
        lock(self.event)
        self.place_around_agenda(data)
        with journal.edit(self.event, "plan.updated", by=self.by):
            place_agenda(self, data)

    def place(self, data: Data) -> None:
        """Every section but the document; rows that stand are changed in place."""
        self.place_around_agenda(data)
        place_agenda(self, data)

    def place_around_agenda(self, data: Data) -> None:
        self._statements(data)
        self._organizations(data["event"])
        self._venues(data["event"])
        self._scale(data["event"].get("scale"))
        self._sittings(data["event"])
        place_budget(self, [*(data["event"].get("budget") or []), *(data.get("budget") or [])])
        place_delegates(self, data.get("delegates") or {})
        place_meeting(self, data.get("meeting"))
        place_tasks(self, data)
        place_key_dates(self, data.get("key_dates") or [])
        place_campaign(self, data.get("campaign"))
        place_training(self, data.get("training"))
        db.session.flush()
        self._sites(data["event"])

    def remarks(self, data: Data) -> list[str]:
        """Where the sites are not as many as the plan says, and duties that nobody could report on to the end."""
        scale = data["event"].get("scale") or {}
        stated = {
            SiteLevel.MAIN: scale.get("main_sites"),
            SiteLevel.DISTRICT: scale.get("district_bridges"),
            SiteLevel.COMMUNE: scale.get("commune_bridges"),
        }
        remarks = []
        for level, wanted in stated.items():
            made = db.session.scalar(
                sa.select(sa.func.count(Site.id)).where(Site.event_id == self.event.id, Site.level == level)
            )
            if wanted is not None and wanted != made:
                remarks.append(_REMARKS[level](wanted, made, self.event.units_as_of))
        return remarks + remarks_on_duties(self.event)

    def _statements(self, data: Data) -> None:
        for section, kind in (
            ("purposes", StatementKind.PURPOSE),
            ("requirements", StatementKind.REQUIREMENT),
            ("findings", StatementKind.FINDING),
        ):
            wanted = [
                {"kind": kind, "text": row["text"], "cite": row.get("cite")}
                for row in data.get(section) or []
            ]
            self.part(self.event.statements, EventStatement, "kind", kind, wanted)

    def _organizations(self, event: Data) -> None:
        host, implementing = event["host"], event.get("implementing") or {}
        self._names(EventRole.HOST, [host["text"]], None, host.get("cite"))
        words, cite = implementing.get("text"), implementing.get("cite")
        self._names(EventRole.IMPLEMENTING, implementing.get("lead") or [], words, cite)
        self._names(EventRole.COORDINATING, implementing.get("coordinating") or [], None, None)

    def _names(self, role: EventRole, names: list[str], words: str | None, cite: str | None) -> None:
        wanted = [
            {
                "role": role,
                "name": name,
                "text": words if place == 0 else None,
                "cite": cite if place == 0 else None,
                "organization": self.event.host if role is EventRole.HOST else self.organization(name),
            }
            for place, name in enumerate(names)
        ]
        self.part(self.event.organizations, EventOrganization, "role", role, wanted)

    def part(self, rows: Any, model: type, column: str, value: Any, wanted: list[Data]) -> None:
        """Those rows of a collection that share a kind or role, counted 1, 2, 3 among themselves."""
        standing = [row for row in rows if getattr(row, column) is value]
        for number, columns in enumerate(wanted, start=1):
            if number <= len(standing):
                assign(standing[number - 1], columns)
            else:
                rows.append(model(number=number, **columns))
        for row in standing[len(wanted) :]:
            rows.remove(row)

    def _venues(self, event: Data) -> None:
        wanted = [
            {
                "role": row["role"],
                "text": row["text"],
                "cite": row.get("cite"),
                "note": row.get("note"),
                "count": row.get("count"),
                "district_bridges": row.get("district_bridges"),
                "commune_bridges": row.get("commune_bridges"),
            }
            for row in event.get("venues") or []
        ]
        by_place(self.event.venues, Venue, wanted)

    def _scale(self, scale: Data | None) -> None:
        row = db.session.scalar(sa.select(SiteCount).where(SiteCount.event_id == self.event.id))
        if not scale:
            if row is not None:
                db.session.delete(row)
            return
        row = row or SiteCount(event_id=self.event.id)
        row.text, row.cite, row.note = scale["text"], scale.get("cite"), scale.get("note")
        row.main, row.total = scale.get("main_sites"), scale.get("total_sites")
        row.district, row.commune = scale.get("district_bridges"), scale.get("commune_bridges")
        db.session.add(row)

    def _sittings(self, event: Data) -> None:
        """Days of the event; one that stands is never removed by a file."""
        wanted = [event["time"], *(event.get("further_sittings") or [])]
        for place, row in enumerate(wanted):
            if place < len(self.event.sittings):
                sitting = self.event.sittings[place]
            else:
                sitting = events.add_sitting(self.event, by=self.by)
            changes = {
                "title": row.get("title"),
                "place": row.get("place"),
                "buffer_minutes": row.get("buffer_min") or 0,
            }
            if any(getattr(sitting, name) != value for name, value in changes.items()):
                events.edit_sitting(sitting, changes, by=self.by)
            starts_at, ends_at = _moment(row.get("exact_start")), _moment(row.get("exact_end"))
            if starts_at and (starts_at, ends_at) != (sitting.starts_at, sitting.ends_at):
                events.propose_time(sitting, starts_at=starts_at, ends_at=ends_at, by=self.by)

    def person(self, full_name: str | None) -> Person | None:
        """The person of this name whom the host knows, made known if need be."""
        if not full_name:
            return None
        known = sa.select(Person).where(Person.host_id == self.event.host_id, Person.full_name == full_name)
        person = db.session.scalars(known.order_by(Person.id)).first()
        return person or people.add_person(
            self.event.host_id, people.Details(full_name=full_name), by=self.by
        )

    def _sites(self, event: Data) -> None:
        """The main hall, and every unit of the levels that the plan speaks of. Sites are never taken away."""
        venues, scale = event.get("venues") or [], event.get("scale") or {}
        main = next((row for row in venues if row["role"] == schema.MAIN_VENUE), None)
        if scale.get("main_sites") != 0 and self.event.kind.is_gathering:
            hall = queries.hall_of(main["text"]) if main else None
            sites.add_main_site(self.event, name=MAIN_SITE, hall=hall, by=self.by)
        for level, role, counted in (
            (SiteLevel.DISTRICT, schema.DISTRICT_BRIDGES, "district_bridges"),
            (SiteLevel.COMMUNE, schema.COMMUNE_BRIDGES, "commune_bridges"),
        ):
            spoken_of = any(row["role"] == role or row.get(counted) for row in venues)
            if scale.get(counted) or (spoken_of and scale.get(counted) is None):
                sites.add_sites(self.event, level, by=self.by)


def _event_columns(data: Data) -> Data:
    event = data["event"]
    time, form = event["time"], event["form"]
    main = next((row for row in event.get("venues") or [] if row["role"] == schema.MAIN_VENUE), None)
    return {
        "title": event.get("title") or deriving.occasion_of(data["document"]["title"]["text"]),
        "short_title": event["short_name"],
        "kind": EventKind(event["kind"]),
        "form": EventForm(form["value"]),
        "form_text": form.get("text"),
        "form_cite": form.get("cite"),
        "province_code": data["document"]["province_code"],
        "window_text": time["text"],
        "window_start": day(time.get("window_start")),
        "window_end": day(time.get("window_end")),
        "window_cite": time.get("cite"),
        "window_note": time.get("note"),
        "venue": queries.hall_of(main["text"]) if main else None,
        "agenda_cite": data.get("agenda_cite"),
    }


def _moment(wall: str | None) -> datetime | None:
    return clock.from_local(datetime.fromisoformat(wall)) if wall else None


_REMARKS = {
    SiteLevel.MAIN: lambda wanted, made, day: _(
        "The plan speaks of %(wanted)s main sites; %(made)s was made.", wanted=wanted, made=made
    ),
    SiteLevel.DISTRICT: lambda wanted, made, day: _(
        "The plan speaks of %(wanted)s district sites; the list of units of %(day)s has %(made)s.",
        wanted=wanted,
        made=made,
        day=day.strftime("%d/%m/%Y"),
    ),
    SiteLevel.COMMUNE: lambda wanted, made, day: _(
        "The plan speaks of %(wanted)s commune sites; the list of units of %(day)s has %(made)s.",
        wanted=wanted,
        made=made,
        day=day.strftime("%d/%m/%Y"),
    ),
}
