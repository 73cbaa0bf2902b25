"""What a device needs to know without network: the list of its site, and what has become of every other code.

The name of a list (`version`) follows from what it says, so that the same list is never sent twice; asking for it
opens no ciphertext. Of the passes of other sites only beginnings of hashes go out, no person.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import get_locale
from sqlalchemy.orm import aliased

from eventsvc import clock, secrets
from eventsvc.checkins import answers, bundles, lookups, rules
from eventsvc.checkins.lookups import KnownSitting
from eventsvc.checkins.models import Device, Profile
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.sitting_rules import WITHOUT_END
from eventsvc.guests.models import Guest, GuestGroup, Rank
from eventsvc.invitations.models import Answer, Invitation, Pass
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.sites.models import Site

KEPT_AFTER_END = timedelta(hours=24)
SEARCHED_BEFORE = timedelta(hours=24)
"""How long before the doors open a device that may search gets the names to search through. Entries that only the
code on a pass opens go out from the enrolment on, so that a phone can be made ready in time; after the last hour of
the device no name goes out at all."""

SEARCHING = frozenset({Profile.SEARCH, Profile.SUPERVISOR})
MOST_KEPT = 32
"""Lists whose ciphertexts a process keeps: making one of 5,000 people takes a good part of a second."""


@dataclass(frozen=True)
class Bundle:
    """A list as it goes to a device, by the name of what it says."""

    version: str
    body: dict[str, Any]


class Expected(NamedTuple):
    """A guest of the site as a door may show them; `code_hash` unless they have no live pass."""

    guest: int
    honorific: str | None
    name: str
    position: str | None
    organization: str | None
    seat: str | None
    attention: str | None
    answer: Answer | None
    rank: str | None
    folded: str
    code_hash: str | None
    site: str

    def shown(self, *, with_site: bool) -> dict[str, Any]:
        """With the code of the site for a device of every site: it says itself where it stands."""
        return {
            "guest": self.guest,
            "honorific": self.honorific,
            "name": self.name,
            "position": self.position,
            "organization": self.organization,
            "seat": self.seat,
            "note": answers.note_of(self.attention, self.answer),
            "rank": self.rank,
            **({"site": self.site} if with_site else {}),
        }

    def found(self, *, with_site: bool) -> dict[str, Any]:
        return {
            "guest": self.guest,
            "honorific": self.honorific,
            "name": self.name,
            "position": self.position,
            "organization": self.organization,
            "seat": self.seat,
            "folded": self.folded,
            **({"site": self.site} if with_site else {}),
        }

    def bare(self) -> "Expected":
        """Somebody of the site, and nothing about them."""
        return Expected(
            self.guest, None, "", None, None, None, None, None, None, "", self.code_hash, self.site
        )


def wipe_at(event: Event) -> datetime | None:
    """When a device forgets everything: a day after the last sitting ends. None while nobody has named a time."""
    ends = [
        sitting.ends_at or sitting.starts_at + WITHOUT_END for sitting in event.sittings if sitting.starts_at
    ]
    return max(ends) + KEPT_AFTER_END if ends else None


def is_over(event: Event, now: datetime) -> bool:
    """Whether no device may hold a list of the event any more."""
    end = wipe_at(event)
    return end is not None and end <= now


def version(device: Device) -> str:
    """The name of the list the device should hold. Four statements at most, no ciphertext opened."""
    return _Reading(device.event, [device]).version(device)


def versions(event: Event, devices: Collection[Device]) -> dict[int, str]:
    """The names of the lists these devices of the event should hold, by device; for as many statements as one."""
    reading = _Reading(event, devices)
    return {device.id: reading.version(device) for device in devices}


def bundle(
    device: Device, token: str | None = None, *, is_held: Callable[[str], bool] = lambda version: False
) -> Bundle:
    """The list of the device. With its `token`, and if it may search, also the people to search through. Without a body
    if the device says it holds this version already."""
    reading = _Reading(device.event, [device])
    name, expected = reading.version(device), reading.expected(device)
    if is_held(name):
        return Bundle(name, {})
    with_pass = [one for one in expected if one.code_hash is not None]
    body = {
        "version": name,
        "issued_at": int(clock.now().timestamp() * 1000),
        **reading.frame(device),
        "guests": _entries.of(
            (device.event_id, device.site_id, str(get_locale()), _hash(with_pass)),
            lambda: _encrypted(device, with_pass),
        ),
        "prefix_bits": 8 * bundles.PREFIX_BYTES,
        **_codes(device, {one.code_hash for one in with_pass}),
    }
    if token is not None and reading.searches(device):
        found = [one.found(with_site=device.site_id is None) for one in expected]
        body["search"] = bundles.searchable(token, device.event.slug, found)
    return Bundle(name, body)


class _Reading:
    """What the lists of some devices of one event are made of, read once for all of them."""

    def __init__(self, event: Event, devices: Collection[Device]) -> None:
        sites = {device.site_id for device in devices}
        named = {site_id for site_id in sites if site_id is not None}
        self.event, self.wiped = event, _iso(wipe_at(event))
        self.titles = {sitting.id: sitting.title for sitting in event.sittings}
        self.known = sorted(lookups.sittings_of(event.id, named), key=lambda one: one.number)
        self.codes = _state_of_codes(event.id)
        self.sites = _sites(event.id) if None in sites else []
        self.people = _people(event.id, None if None in sites else named)
        self.hashes: dict[tuple[int | None, bool, bool], str] = {}
        self.now = clock.now()

    def version(self, device: Device) -> str:
        searches = self.searches(device)
        group = (device.site_id, searches, self.is_off(device))
        if group not in self.hashes:
            self.hashes[group] = _hash(self.expected(device))
        return _hash((bundles.FORMAT, searches, self.frame(device), self.codes, self.hashes[group]))[:16]

    def frame(self, device: Device) -> dict[str, Any]:
        """Everything about the list but the people."""
        event, site = self.event, device.site
        return {
            "wipe_at": self.wiped,
            "event": {"slug": event.slug, "title": event.title, "cancelled_at": _iso(event.cancelled_at)},
            "site": {"code": site.code, "name": site.name} if site else None,
            **({} if site else {"sites": self.sites}),
            "device": {
                "name": device.name,
                "profile": device.profile.value,
                "opens_at": _iso(device.opens_at),
                "closes_at": _iso(device.closes_at),
            },
            "sittings": [self._sitting(one, _hours(one, device)) for one in self.known],
        }

    def _sitting(self, sitting: KnownSitting, hours: rules.Doors) -> dict[str, Any]:
        return {
            "number": sitting.number,
            "title": self.titles.get(sitting.id),
            "starts_at": _iso(sitting.starts_at),
            "ends_at": _iso(sitting.ends_at),
            "cancelled_at": _iso(sitting.cancelled_at),
            "opens_at": _iso(hours.opens),
            "closes_at": _iso(hours.closes),
        }

    def searches(self, device: Device) -> bool:
        """Whether the device gets names to search through: by its profile, and not weeks before the day."""
        opens = [hours.opens for hours in (_hours(one, device) for one in self.known) if hours.opens]
        first = device.opens_at or min(opens, default=None)
        may_search = device.profile in SEARCHING and not self.is_off(device)
        return may_search and (first is None or first - SEARCHED_BEFORE <= self.now)

    def is_off(self, device: Device) -> bool:
        """Whether the hours of the device are over: it tells its own guests' codes apart still, and no name."""
        return device.closes_at is not None and device.closes_at < self.now

    def expected(self, device: Device) -> list[Expected]:
        """Those whose pass the device may meet; for one that searches, also those without a pass."""
        if device.site_id is None:
            everybody = [one for some in self.people.values() for one in some]
        else:
            everybody = self.people.get(device.site_id, [])
        if self.searches(device):
            return everybody
        with_pass = [one for one in everybody if one.code_hash is not None]
        return [one.bare() for one in with_pass] if self.is_off(device) else with_pass


def _hours(sitting: KnownSitting, device: Device) -> rules.Doors:
    return rules.doors(sitting, sitting.hours.get(device.site_id or 0))


def _sites(event_id: int) -> list[dict[str, str]]:
    """What a device of every site chooses from: it must say where it stands."""
    statement = sa.select(Site.code, Site.name).where(Site.event_id == event_id).order_by(Site.name)
    return [{"code": code, "name": name} for code, name in db.session.execute(statement)]


def _people(event_id: int, site_ids: Collection[int] | None) -> dict[int, list[Expected]]:
    """The guests of these sites (None: of all), by site, with the hash of their live pass."""
    of_group = aliased(Rank)
    statement = (
        sa.select(
            Guest.site_id,
            Guest.id, Person.honorific, Person.full_name, Person.position,
            sa.func.coalesce(Person.organization_name, Organization.name),
            Guest.seat, Guest.attention, Invitation.answer, sa.func.coalesce(Rank.name, of_group.name),
            Person.folded, Pass.code_hash, Site.code,
        )
        .select_from(Guest)
        .join(Person, Person.id == Guest.person_id)
        .join(Site, Site.id == Guest.site_id)
        .outerjoin(Pass, (Pass.guest_id == Guest.id) & Pass.revoked_at.is_(None))
        .outerjoin(Organization, Organization.id == Person.organization_id)
        .outerjoin(Invitation, Invitation.guest_id == Guest.id)
        .outerjoin(GuestGroup, GuestGroup.id == Guest.group_id)
        .outerjoin(Rank, Rank.id == Guest.rank_id)
        .outerjoin(of_group, of_group.id == GuestGroup.rank_id)
        .where(Guest.event_id == event_id)
        .order_by(Guest.site_id, Guest.id)
    )  # fmt: skip
    if site_ids is not None:
        statement = statement.where(Guest.site_id.in_(site_ids))
    found: dict[int, list[Expected]] = {}
    for site_id, *rest in db.session.execute(statement):
        found.setdefault(site_id, []).append(Expected(*rest))
    return found


def _hash(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


def _state_of_codes(event_id: int) -> list[Any]:
    """Changes whenever a pass of the event is made, revoked or deleted: a pass is never given back."""
    statement = sa.select(
        sa.func.count(),
        sa.func.max(Pass.id),
        sa.func.max(Pass.issued_at),
        sa.func.count(Pass.revoked_at),
        sa.func.max(Pass.revoked_at),
    ).where(Pass.event_id == event_id)
    return list(db.session.execute(statement).one())


def codes_changed_at(event: Event) -> datetime | None:
    """When the last pass of the event was made or revoked: from then on every list of the event is another."""
    statement = sa.select(sa.func.max(Pass.issued_at), sa.func.max(Pass.revoked_at))
    moments = db.session.execute(statement.where(Pass.event_id == event.id)).one()
    return max((moment for moment in moments if moment is not None), default=None)


def _codes(device: Device, own: set[str]) -> dict[str, str]:
    """The beginnings of the hashes of valid codes of other sites, and of every code that was revoked."""
    elsewhere, revoked = [], []
    statement = sa.select(Pass.code_hash, Pass.revoked_at).where(Pass.event_id == device.event_id)
    for code_hash, revoked_at in db.session.execute(statement):
        if revoked_at is not None:
            revoked.append(code_hash)
        elif code_hash not in own:
            elsewhere.append(code_hash)
    return {"elsewhere": bundles.prefixes(elsewhere), "revoked": bundles.prefixes(revoked)}


def _encrypted(device: Device, expected: list[Expected]) -> dict[str, str]:
    """The ciphertext of each. Opens every code once: the one slow part."""
    statement = (
        sa.select(Pass.code_hash, Pass.code_sealed)
        .join(Guest, Guest.id == Pass.guest_id)
        .where(Pass.event_id == device.event_id, Pass.revoked_at.is_(None))
    )
    if device.site_id is not None:
        statement = statement.where(Guest.site_id == device.site_id)
    sealed: dict[str, str] = {code_hash: code for code_hash, code in db.session.execute(statement)}
    slug, with_site = device.event.slug, device.site_id is None
    return {
        one.code_hash: bundles.entry(
            secrets.unseal(sealed[one.code_hash]), slug, one.shown(with_site=with_site)
        )
        for one in expected
        if one.code_hash in sealed  # else it was revoked just now, and the next list says so
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


class _Entries:
    """The ciphertexts of the lists asked for last, by what they say: made once for all doors of a hall.

    One thread makes a list at a time; the doors of a big hall ask for the same one in the same minute.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], dict[str, str]] = OrderedDict()
        self._lock = Lock()

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def of(self, said: tuple[Any, ...], make: Callable[[], dict[str, str]]) -> dict[str, str]:
        with self._lock:
            if said not in self._kept:
                self._kept[said] = make()
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(said)
            return self._kept[said]


_entries = _Entries()


def forget() -> None:
    """Drop every ciphertext that is kept, for measurements."""
    _entries.clear()
