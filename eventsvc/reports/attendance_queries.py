"""Read who came: a fixed number of statements for ten guests and for ten thousand, for one site and for 187."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import clock, text
from eventsvc.accounts.models import User
from eventsvc.checkins import absence_queries
from eventsvc.checkins import queries as checkins
from eventsvc.checkins.attendance_models import Absence
from eventsvc.checkins.models import Device, Scan
from eventsvc.db import db
from eventsvc.events.models import Event, Sitting
from eventsvc.guests import queries as guests
from eventsvc.guests.models import Guest, GuestGroup, Slot
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionState
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations.models import Organization
from eventsvc.people import queries as people
from eventsvc.people.models import Person
from eventsvc.reports import attendance as sums
from eventsvc.reports.attendance import Attendance, Excuse, Line
from eventsvc.rows import chunks
from eventsvc.sites import report_queries
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.queries import sites_of


def attendance(event: Event, sitting: Sitting | None) -> Attendance:
    """Everybody on the guest list at the sitting; without one, at any sitting that stands: whoever was in once came.

    Whether somebody is in is read from the scans, never stored. Eleven statements, and one for every further sitting.
    """
    sittings = [sitting] if sitting is not None else event.standing_sittings
    entries, excuses = _entries(sittings), _excuses(sittings)
    listed, substitutes = _sites(event), _substitutes(event)
    by_id = {site.id: site for site in listed}
    rows, slots, asked = _guests(event), _slots(event), _asked(event)
    keys = _Keys(_organizations(event))
    of_organization = {
        keys.of(each, None): found for each, found in excuses.of_organization.items() if each in keys.known
    }
    lines = []
    for row in rows:
        key = keys.of(
            row.slot_organization_id or row.organization_id, row.slot_organization or row.organization
        )
        entered = entries.get(row.id, (None, None))
        whole = of_organization.get(key)
        lines.append(
            Line(
                guest_id=row.id,
                site_id=row.site_id,
                level=by_id[row.site_id].level,
                district=by_id[row.site_id].district,
                organization=key,
                group_id=row.group_id,
                entered_site_id=entered[0],
                entered_at=entered[1],
                is_walk_in=row.is_walk_in,
                is_substitute=row.id in substitutes,
                is_replaced=row.revoked_at is not None,
                excuse=excuses.of_guest.get(row.id) or (whole[1] if whole else None),
                proposed=(row.reason or "") if row.answer is Answer.DECLINED else None,
            )
        )
    return Attendance(
        sitting_number=sitting.number if sitting else None,
        as_of=clock.now(),
        lines=tuple(lines),
        sites=listed,
        groups=[(group.id, group.name) for group in guests.groups_of(event)],
        seats=_seats(slots, keys),
        declined={keys.of(each.organization_id, each.name): each.decline_reason or "" for each in asked},
        excuses=of_organization,
        named=keys.named,
        reported=_reported(sittings) if sitting else {},
    )


class Named(NamedTuple):
    """A guest as lists and files name them."""

    id: int
    honorific: str | None
    full_name: str
    position: str | None
    organization: str | None
    site_id: int
    group: str | None
    seat: str | None


def names(event: Event, ids: Collection[int]) -> dict[int, Named]:
    """Who they are, by id. One statement for a page of them."""
    found: dict[int, Named] = {}
    for some in chunks(sorted(ids), 5000):
        rows = db.session.execute(_named(event).where(Guest.id.in_(some)))
        found |= {row.id: Named(*row) for row in rows}
    return found


def ordered(event: Event, q: str = "") -> list[int]:
    """The guests of the event by given name; those whose name or organization fits `q`, diacritics ignored."""
    statement = (
        sa.select(Guest.id)
        .join(Person, Person.id == Guest.person_id)
        .where(Guest.event_id == event.id)
        .order_by(Person.sort_key, Guest.id)
    )
    if q.strip():
        statement = statement.where(people.matches(q))
    return list(db.session.scalars(statement))


class ScanRow(NamedTuple):
    """A scan as a file lists it."""

    id: int
    effective_at: datetime
    received_at: datetime
    kind: Any
    outcome: Any
    mode: Any
    site_id: int | None
    guest_id: int | None
    device: str | None


def scans(event_id: int, sitting_ids: Sequence[int]) -> Iterator[ScanRow]:
    """Every scan of the sittings in the order of their times, read in parts so that a hundred thousand fit."""
    statement = (
        sa.select(
            Scan.id, Scan.effective_at, Scan.received_at, Scan.kind, Scan.outcome, Scan.mode, Scan.site_id,
            Scan.guest_id, Device.name,
        )
        .outerjoin(Device, Device.id == Scan.device_id)
        .where(Scan.event_id == event_id, Scan.sitting_id.in_(sitting_ids))
        .order_by(Scan.effective_at, Scan.id)
    )  # fmt: skip
    for row in db.session.execute(statement.execution_options(yield_per=2000)):
        yield ScanRow(*row)


def number_of_scans(sittings: Sequence[Sitting]) -> int:
    statement = (
        sa.select(sa.func.count())
        .select_from(Scan)
        .where(Scan.sitting_id.in_([sitting.id for sitting in sittings]))
    )
    return db.session.scalar(statement) or 0


# --- What the lines are made of -----------------------------------------------------------------------------


def _entries(sittings: Sequence[Sitting]) -> dict[int, tuple[int, datetime]]:
    """Where and when each guest went in first."""
    found: dict[int, tuple[int, datetime]] = {}
    for sitting in sittings:
        first = checkins.first_entries(sitting)
        for guest_id, site_id, at in db.session.execute(
            sa.select(first.c.guest_id, first.c.site_id, first.c.effective_at)
        ):
            if guest_id not in found or at < found[guest_id][1]:
                found[guest_id] = (site_id, at)
    return found


class _Excuses(NamedTuple):
    of_guest: dict[int, Excuse]
    of_organization: dict[int, tuple[int, Excuse]]


def _excuses(sittings: Sequence[Sitting]) -> _Excuses:
    """What was written down, by guest and by organization; over several sittings what is no excuse stands first."""
    found = _Excuses({}, {})
    for row in sorted(absence_queries.recorded(sittings), key=lambda row: not row.is_excused):
        if row.guest_id is not None:
            found.of_guest[row.guest_id] = _excuse(row)
        elif row.organization_id is not None:
            found.of_organization[row.organization_id] = (row.id, _excuse(row))
    return found


def _excuse(row: Absence) -> Excuse:
    by_id = row.actor_id if row.actor_kind == User.actor_kind else None
    return Excuse(row.is_excused, row.reason, row.organization_id is not None, row.at, by_id, row.stamp)


def _guests(event: Event) -> Sequence[sa.Row[Any]]:
    return db.session.execute(
        sa.select(
            Guest.id,
            Guest.site_id,
            Guest.group_id,
            Guest.is_walk_in,
            Person.organization_id,
            Person.organization_name.label("organization"),
            Slot.organization_id.label("slot_organization_id"),
            Slot.organization_name.label("slot_organization"),
            Invitation.revoked_at,
            Invitation.answer,
            Invitation.reason,
        )
        .join(Person, Person.id == Guest.person_id)
        .outerjoin(Slot, Slot.id == Guest.slot_id)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .where(Guest.event_id == event.id)
        .order_by(Guest.id)
    ).all()


def _sites(event: Event) -> list[sums.Site]:
    rows = db.session.scalars(sites_of(event))
    return [sums.Site(site.id, site.code, site.name, site.level, _district(site, event)) for site in rows]


def _district(site: Site, event: Event) -> str:
    if site.level is SiteLevel.DISTRICT:
        return site.name
    if site.level is SiteLevel.COMMUNE and site.parent_code != event.province_code:
        return site.parent_name or ""
    return ""


def _substitutes(event: Event) -> set[int]:
    """The guests who go in somebody's place."""
    return set(
        db.session.scalars(
            sa.select(Invitation.guest_id)
            .join(Substitution, Substitution.substitute_id == Invitation.id)
            .where(Substitution.event_id == event.id, Substitution.state == SubstitutionState.APPROVED)
        )
    )


def _slots(event: Event) -> Sequence[sa.Row[Any]]:
    """The places of organizations, and for how many of each somebody was named."""
    taken = (
        sa.select(Guest.slot_id, sa.func.count().label("number"))
        .where(Guest.event_id == event.id, Guest.slot_id.is_not(None))
        .group_by(Guest.slot_id)
        .subquery()
    )
    return db.session.execute(
        sa.select(
            Slot.organization_id,
            Slot.organization_name,
            Slot.seats,
            sa.func.coalesce(taken.c.number, 0).label("taken"),
        )
        .outerjoin(taken, taken.c.slot_id == Slot.id)
        .where(Slot.event_id == event.id)
    ).all()


def _seats(slots: Sequence[sa.Row[Any]], keys: "_Keys") -> dict[str, int]:
    """Places that nobody was named for, by organization; one where no number was set and nobody named."""
    found: dict[str, int] = {}
    for slot in slots:
        if key := keys.of(slot.organization_id, slot.organization_name):
            found[key] = found.get(key, 0) + max((slot.seats or 1) - slot.taken, 0)
    return found


def _asked(event: Event) -> Sequence[OrganizationInvitation]:
    """The organizations that have declined."""
    return db.session.scalars(
        sa.select(OrganizationInvitation).where(
            OrganizationInvitation.event_id == event.id, OrganizationInvitation.declined_at.is_not(None)
        )
    ).all()


def _organizations(event: Event) -> dict[int, str]:
    """The organizations that this event knows by more than a name."""
    of_people = (
        sa.select(Person.organization_id)
        .join(Guest, Guest.person_id == Person.id)
        .where(Guest.event_id == event.id)
    )
    of_slots = sa.select(Slot.organization_id).where(Slot.event_id == event.id)
    asked = sa.select(OrganizationInvitation.organization_id).where(
        OrganizationInvitation.event_id == event.id
    )
    rows = db.session.execute(
        sa.select(Organization.id, Organization.name)
        .where(
            sa.or_(Organization.id.in_(of_people), Organization.id.in_(of_slots), Organization.id.in_(asked))
        )
        .order_by(Organization.id)
    )
    return {organization_id: name for organization_id, name in rows}


def _reported(sittings: Sequence[Sitting]) -> dict[int, int]:
    return {
        site_id: count.people
        for sitting in sittings
        for site_id, count in report_queries.head_counts(sitting).items()
    }


class _Keys:
    """One key for each organization, known by id or by name: names that are the same words are one organization."""

    def __init__(self, known: dict[int, str]) -> None:
        self.known = known
        self.by_words = {text.same_words(name): its_id for its_id, name in reversed(known.items())}
        self.named: dict[str, tuple[int | None, str]] = {"": (None, "")}
        self._keys: dict[tuple[int | None, str | None], str] = {}

    def of(self, organization_id: int | None, name: str | None) -> str:
        asked = (organization_id, name)
        if asked not in self._keys:
            self._keys[asked] = self._find(organization_id, text.clean(name or ""))
        return self._keys[asked]

    def _find(self, organization_id: int | None, name: str) -> str:
        words = text.same_words(name)
        its_id = organization_id if organization_id in self.known else self.by_words.get(words)
        key = f"o{its_id}" if its_id is not None else f"n{words}" if words else ""
        self.named.setdefault(key, (its_id, self.known[its_id] if its_id is not None else name))
        return key


def _named(event: Event) -> sa.Select[Any]:
    return (
        sa.select(
            Guest.id,
            Person.honorific,
            Person.full_name,
            Person.position,
            Person.organization_name,
            Guest.site_id,
            GuestGroup.name,
            Guest.seat,
        )
        .join(Person, Person.id == Guest.person_id)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .where(Guest.event_id == event.id)
    )
