"""Which organizations a line of a plan means."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from eventsvc import clock, text
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests import positions
from eventsvc.nominations import names
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.people.body_queries import sits_on
from eventsvc.people.models import Body, BodyMember, Person
from eventsvc.tasks import lines
from eventsvc.tasks.lines import Circle
from eventsvc.tasks.models import Assignee, Task

_UNIT = ("ubnd ", "uy ban nhan dan ", "huyen ", "xa ", "phuong ", "thi ", "thanh pho ", "tp ", "tx ", "tt ", "tinh ",
         "dac khu ", "quan ")  # fmt: skip


class Meant(NamedTuple):
    """An organization as it is called, and its row when it is known."""

    name: str
    organization: Organization | None


def meant(event: Event, name: str, sentence: str | None = None) -> list[Meant]:
    """The organizations that a line means, each once, in order: one, or every one of a collective line.

    Units and agencies are those of the event's `units_as_of`. An agency nobody knows comes as it is printed, without
    a row. A line that means nobody in particular ("các đơn vị liên quan") means nobody. Some lines are only spelled
    out in the `sentence` they stand in ("Thủ trưởng các Sở, ngành: Tài chính, …").
    """
    return Known(event).meant(name, sentence)


class Known:
    """The agencies, units and bodies of an event, read once for many lines."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._agencies: list[Organization] | None = None
        self._by_words: dict[str, list[tuple[tuple[bool, bool], Organization]]] = {}
        self._units: dict[Level, list[Organization]] = {}
        self._found: dict[str, Organization | None] = {}
        self._lines: dict[tuple[str, str | None], list[Meant]] = {}
        self._bodies: list[Body] | None = None

    def meant(self, name: str, sentence: str | None = None) -> list[Meant]:
        key = (name, sentence)
        if key not in self._lines:
            self._lines[key] = _each_once(self._read(text.clean(name), text.clean(sentence or "")))
        return self._lines[key]

    def find(self, name: str) -> Organization | None:
        """The one organization of this name, never a collective one."""
        key = text.same_words(name)
        if key and key not in self._found:
            self._found[key] = self._look_up(name, key)
        return self._found.get(key)

    def _read(self, name: str, sentence: str) -> Iterator[Meant]:
        if (organization := self.find(name)) is not None:
            yield self._called(organization)
            return
        for part in lines.parts(name):
            yield from self._part(part, sentence)

    def _part(self, part: str, sentence: str) -> Iterator[Meant]:
        if (organization := self.find(part)) is not None:
            yield self._called(organization)
        elif spelled_out := lines.listed_in(sentence, part):
            yield from self._until_unknown(spelled_out)
        elif listed := lines.listed(part):
            before, after = listed
            if before:
                yield from self._part(before, "")
            yield from self._listed(after, "Sở")
        elif body := lines.members_of(part):
            first, *others = body.split(",")
            yield from self._members(first)
            for other in others:
                yield from self._part(text.clean(other), "")
        elif section := lines.section_of(part):
            yield from self._in_section(section)
        elif lines.is_collective(part):
            yield from self._in_circles(part)
        else:
            yield from self._named(part)

    def _named(self, part: str) -> Iterator[Meant]:
        """One agency, the agency somebody heads ("Giám đốc Sở …"), or a list of known ones."""
        headed = positions.body_in(part)
        if headed and (organization := self.find(headed)) is not None and "," not in part[: -len(headed)]:
            yield self._called(organization)
            return
        several = list(lines.one_by_one(part, self.find))
        if any(organization is not None for _name, organization in several):
            yield from (self._called(row) if row is not None else Meant(name, None) for name, row in several)
        else:
            yield Meant(part[: names.LONGEST], None)

    def _listed(self, words: str, prefix: str) -> Iterator[Meant]:
        for name, organization in lines.one_by_one(words, self.find, prefix):
            yield self._called(organization) if organization is not None else Meant(f"{prefix} {name}", None)

    def _until_unknown(self, words: str) -> Iterator[Meant]:
        """The list a sentence begins with; its last name runs into the rest of the sentence."""
        for name, organization in lines.one_by_one(words.split(".")[0], self.find, "Sở"):
            if organization is None:
                if (last := lines.beginning(name, self.find)) is not None:
                    yield self._called(last)
                return
            yield self._called(organization)

    def _in_circles(self, part: str) -> Iterator[Meant]:
        found = [row for circle in lines.circles(part) for row in self._circle(circle)]
        if (body := lines.only_of(part)) is not None:
            ids = {member.organization.id for member in self._members(body) if member.organization}
            found = [row for row in found if row.organization and row.organization.id in ids]
        yield from found

    def _circle(self, circle: Circle) -> list[Meant]:
        if circle is Circle.DISTRICTS:
            return self._committees(Level.DISTRICT)
        if circle is Circle.COMMUNES:
            return self._committees(Level.COMMUNE)
        if circle is Circle.LOCALITIES:
            return self._committees(Level.DISTRICT) or self._committees(Level.COMMUNE)
        own = self.event.province_code
        return [
            Meant(row.name, row)
            for row in self.agencies()
            if row.kind is OrganizationKind.AGENCY
            and row.province_code == own
            and lines.belongs(row.name, circle)
        ]

    def _committees(self, level: Level) -> list[Meant]:
        above = {unit.code: unit for unit in self._level(Level.DISTRICT)}
        return [
            Meant(names.committee(unit, above.get(unit.parent_code or "")), unit)
            for unit in self._level(level)
        ]

    def _level(self, level: Level) -> list[Organization]:
        if not self.event.province_code:
            return []
        if level not in self._units:
            self._units[level] = organizations.units(self.event.province_code, level, self.event.units_as_of)
        return self._units[level]

    def _members(self, body_name: str) -> Iterator[Meant]:
        """The organizations of those who sit in the body while the event is being prepared."""
        wanted, day = text.fold(body_name), _day_of(self.event)
        for body in self._all_bodies():
            if not text.fold(body.name).startswith(wanted) and not wanted.startswith(text.fold(body.name)):
                continue
            for member in body.members:
                person = member.person
                if not sits_on(member, day):
                    continue
                if person.organization is not None:
                    yield self._called(person.organization)
                elif person.organization_name:
                    organization = self.find(person.organization_name)
                    yield (
                        self._called(organization)
                        if organization is not None
                        else Meant(text.clean(person.organization_name)[: names.LONGEST], None)
                    )

    def _in_section(self, section: str) -> Iterator[Meant]:
        """The agencies of the tasks of a section of the plan."""
        rows = db.session.scalars(
            sa.select(Assignee.name)
            .join(Task, Assignee.task_id == Task.id)
            .where(
                Task.event_id == self.event.id,
                sa.or_(
                    Task.key.startswith(f"{section}.", autoescape=True),
                    Task.cite == section,
                    Task.cite.startswith(f"{section}.", autoescape=True),
                ),
            )  # fmt: skip
            .order_by(Task.number, Assignee.number)
        )
        for name in dict.fromkeys(rows):
            if lines.section_of(name) is None:
                yield from self.meant(name)

    def _called(self, organization: Organization) -> Meant:
        above = None
        if organization.level is Level.COMMUNE:
            above = {unit.code: unit for unit in self._level(Level.DISTRICT)}.get(
                organization.parent_code or ""
            )
        return Meant(names.called(organization, above)[: names.LONGEST], organization)

    # --- What is read once --------------------------------------------------------------------------------

    def agencies(self) -> list[Organization]:
        if self._agencies is None:
            self._agencies = organizations.agencies(self.event.province_code or "", self.event.units_as_of)
            for row in self._agencies:
                elsewhere = row.province_code != self.event.province_code
                for name, is_alias in [(row.name, False), *((alias.name, True) for alias in row.aliases)]:
                    bearers = self._by_words.setdefault(text.same_words(name), [])
                    bearers.append(((elsewhere, is_alias), row))
        return self._agencies

    def _look_up(self, name: str, key: str) -> Organization | None:
        self.agencies()
        if bearers := self._by_words.get(key):
            best = min(rank for rank, _row in bearers)
            rows = {row.id: row for rank, row in bearers if rank == best}
            only = next(iter(rows.values())) if len(rows) == 1 else None
            return only if only and only.kind is not OrganizationKind.COLLECTIVE else None
        if text.fold(name).startswith(_UNIT) and not lines.is_collective(name):
            return organizations.find(name, on=self.event.units_as_of, province_code=self.event.province_code)
        return None

    def _all_bodies(self) -> list[Body]:
        if self._bodies is None:
            rows = db.session.scalars(
                sa.select(Body)
                .where(Body.host_id == self.event.host_id)
                .options(
                    joinedload(Body.members).joinedload(BodyMember.person).joinedload(Person.organization)
                )
                .order_by(Body.id)
            )
            self._bodies = list(rows.unique())
        return self._bodies


class Line(NamedTuple):
    """A line of a task with the organizations it means."""

    assignee: Assignee
    meant: list[Meant]


def lines_of(task: Task, known: Known | None = None) -> list[Line]:
    """The lines of a task with what they mean."""
    known = known or Known(task.event)
    return [Line(row, known.meant(row.name, task.text)) for row in task.assignees]


def _day_of(event: Event) -> date:
    """Today while the event is being prepared; its last day afterwards."""
    today = clock.today()
    last = max(event.window_end or today, event.units_as_of)
    return max(event.units_as_of, min(today, last))


def _each_once(found: Iterable[Meant]) -> list[Meant]:
    seen: set[int | str] = set()
    once = []
    for one in found:
        key = one.organization.id if one.organization is not None else text.same_words(one.name)
        if key and key not in seen:
            seen.add(key)
            once.append(one)
    return once
