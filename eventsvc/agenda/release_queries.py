"""Look up the releases of an agenda: what they hold, what changed between them, whom they touch."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import defer

from eventsvc.accounts.models import User
from eventsvc.agenda import changes, diff, frozen, queries, touches
from eventsvc.agenda import news as news_of
from eventsvc.agenda.changes import Change
from eventsvc.agenda.frozen import Version
from eventsvc.agenda.models import AgendaItem, Ritual, RitualParticipant
from eventsvc.agenda.release_models import AgendaRelease, ReleaseTouch, Touch
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.people.models import Person
from eventsvc.sites.models import Site
from eventsvc.text import sort_key


class Touched(NamedTuple):
    """A person or a site that a release touches, with the item concerned (none: the whole programme)."""

    how: Touch
    item_key: str | None
    person_id: int | None
    person: str | None
    site_id: int | None
    site_code: str | None
    site: str | None

    @property
    def name(self) -> str:
        return self.person or self.site or ""


class Listed(NamedTuple):
    """A release in the list of them, and who made it."""

    id: int
    number: int
    note: str | None
    released_at: datetime
    by: str | None
    counts: dict[str, int]


def version(event: Event) -> Version:
    """The draft as a release would freeze it now."""
    parts = queries.draft(event)
    sites = {
        slot.item.site.code: slot.item.site.name for part in parts for slot in part.slots if slot.item.site
    }
    return frozen.freeze(queries.values(event), parts, event.sittings, sites, _names(event))


def releases(event: Event) -> list[Listed]:
    """The releases, the newest first, with how many changes each made known by kind; two queries."""
    rows = db.session.execute(
        sa.select(AgendaRelease, User.name)
        .outerjoin(User, User.id == AgendaRelease.released_by_id)
        .where(AgendaRelease.event_id == event.id)
        .options(defer(AgendaRelease.snapshot))
        .order_by(AgendaRelease.number.desc())
    ).all()
    return [
        Listed(row.id, row.number, row.note, row.released_at, name, dict(row.counts)) for row, name in rows
    ]


def release(event: Event, number: int) -> AgendaRelease | None:
    """The release of this number; None when there is none."""
    if not 1 <= number < 2**31:
        return None
    return db.session.scalar(
        sa.select(AgendaRelease).where(AgendaRelease.event_id == event.id, AgendaRelease.number == number)
    )


def by_whom(release: AgendaRelease) -> str | None:
    """The name of whoever made it."""
    return db.session.scalar(sa.select(User.name).where(User.id == release.released_by_id))


class Preview(NamedTuple):
    """What a release of the draft would make known, and to whom."""

    number: int
    before: Version
    version: Version
    changes: list[Change]
    people: dict[str, list[tuple[Touch, str]]]
    sites: dict[str, list[tuple[Touch, str]]]
    is_programme_changed: bool
    is_empty: bool


def preview(event: Event) -> Preview:
    """The draft against the last release; names with how each is touched and in which item (its key)."""
    last = queries.last_release(event)
    before: Version = last.snapshot if last else {}
    draft = version(event)
    found = sorted(touches.touched(before if last else None, draft), key=lambda touch: (touch.key, touch.how))
    names = {**before.get(frozen.PEOPLE, {}), **draft[frozen.PEOPLE]}
    halls = {**before.get(frozen.SITES, {}), **draft[frozen.SITES]}
    people: dict[str, list[tuple[Touch, str]]] = {}
    sites: dict[str, list[tuple[Touch, str]]] = {}
    for touch in found:
        if touch.person_id is not None:
            name = _full_name(*names.get(str(touch.person_id), (None, "")))
            people.setdefault(name or "", []).append((touch.how, touch.key))
        else:
            sites.setdefault(halls.get(touch.site, touch.site), []).append((touch.how, touch.key))
    return Preview(
        number=last.number + 1 if last else 1,
        before=before,
        version=draft,
        changes=changes.between(before, draft),
        people=dict(sorted(people.items(), key=lambda pair: sort_key(pair[0]))),
        sites=dict(sorted(sites.items(), key=lambda pair: sort_key(pair[0]))),
        is_programme_changed=touches.is_programme_changed(before if last else None, draft),
        is_empty=diff.between(before, draft).size == 0,
    )


def news(event: Event, release: AgendaRelease | None) -> list[Change]:
    """What everybody may read of what a release changed, both versions laid on the sittings as they are now: what
    stands beside the programme never contradicts it."""
    earlier = before_it(event, release)
    if release is None or earlier is None:
        return []
    return news_of.public(
        frozen.retimed(earlier.snapshot, event.sittings), frozen.retimed(release.snapshot, event.sittings)
    )


def before_it(event: Event, of: AgendaRelease | None) -> AgendaRelease | None:
    """The release before this one."""
    return release(event, of.number - 1) if of is not None else None


def touched(release: AgendaRelease) -> list[Touched]:
    """Which people and sites does this release touch, and how: exactly those. One query, names and all; people
    first, then sites, each by name."""
    return [
        Touched(how, item_key, person_id, _full_name(honorific, name), site_id, code, site)
        for how, item_key, person_id, honorific, name, site_id, code, site in db.session.execute(
            sa.select(
                ReleaseTouch.how,
                ReleaseTouch.item_key,
                Person.id,
                Person.honorific,
                Person.full_name,
                Site.id,
                Site.code,
                Site.name,
            )
            .outerjoin(Person, Person.id == ReleaseTouch.person_id)
            .outerjoin(Site, Site.id == ReleaseTouch.site_id)
            .where(ReleaseTouch.release_id == release.id)
            .order_by(Person.id.is_(None), Person.sort_key, Person.id, Site.number, Site.id, ReleaseTouch.id)
        )
    ]


def touched_people(release: AgendaRelease) -> sa.Select[tuple[int]]:
    """The ids of the people whom a release touches, to be joined or asked for by the features above:

    `sa.select(Guest).where(Guest.event_id == event.id, Guest.person_id.in_(touched_people(release)))` are the
    guests to whom it matters in person. Nothing is reckoned again: a touch is a row, written with the release.
    """
    return (
        sa.select(ReleaseTouch.person_id)
        .where(  # type: ignore[return-value]
            ReleaseTouch.release_id == release.id, ReleaseTouch.person_id.is_not(None)
        )
        .distinct()
    )


def touched_sites(release: AgendaRelease, *how: Touch) -> sa.Select[tuple[int]]:
    """The ids of the sites that a release touches, in one of these ways when any are named.

    With Touch.PROGRAMME these are the sites all of whose guests find another beginning, end or place:
    `Guest.site_id.in_(touched_sites(release, Touch.PROGRAMME))`. The other ways concern the line of a bridge that
    speaks, its coordinator and technicians, not everybody who sits there.
    """
    statement = sa.select(ReleaseTouch.site_id).where(
        ReleaseTouch.release_id == release.id, ReleaseTouch.site_id.is_not(None)
    )
    if how:
        statement = statement.where(ReleaseTouch.how.in_(how))
    return statement.distinct()  # type: ignore[return-value]


def _names(event: Event) -> dict[int, tuple[str | None, str]]:
    """Everybody known to the house whom the draft names."""
    speaking = sa.select(AgendaItem.person_id).where(AgendaItem.event_id == event.id)
    taking_part = (
        sa.select(RitualParticipant.person_id)
        .join(Ritual, Ritual.id == RitualParticipant.ritual_id)
        .where(Ritual.event_id == event.id)
    )
    rows = db.session.execute(
        sa.select(Person.id, Person.honorific, Person.full_name)
        .where(Person.id.in_(speaking) | Person.id.in_(taking_part))
        .order_by(Person.id)
    )
    return {person_id: (honorific, name) for person_id, honorific, name in rows}


def _full_name(honorific: str | None, name: str | None) -> str | None:
    return f"{honorific} {name}" if honorific and name else name
