"""Look up feeds, and what they show."""

import functools
import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import ical, secrets
from eventsvc.agenda import queries as agenda
from eventsvc.agenda.models import AgendaEdit
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.timing import Part
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.feeds import entries
from eventsvc.feeds.models import Feed, FeedKind
from eventsvc.ical import CalendarEntry
from eventsvc.sites.models import Site


class Told(NamedTuple):
    """What a feed tells, before it is written out: writing 300 entries takes longer than finding that nothing in
    them has changed."""

    name: str
    entries: tuple[CalendarEntry, ...]
    changed_at: datetime

    @property
    def etag(self) -> str:
        """Equal for equal calendars, whenever they are asked for."""
        return hashlib.sha256(repr((ical.PRODUCT, self.name, self.entries)).encode()).hexdigest()[:32]

    @property
    def calendar(self) -> bytes:
        return _written(self.name, self.entries)


@functools.lru_cache(maxsize=32)
def _written(name: str, found: tuple[CalendarEntry, ...]) -> bytes:
    return ical.publish(found, name=name)


def feeds_of(event: Event) -> list[Feed]:
    """The feeds that still work, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Feed).where(Feed.event_id == event.id, Feed.revoked_at.is_(None)).order_by(Feed.id)
        )
    )


def feed_by_token(token: str) -> Feed | None:
    """The feed that this token opens; None for one that was revoked."""
    return db.session.scalar(
        sa.select(Feed).where(Feed.token_hash == secrets.digest(token), Feed.revoked_at.is_(None))
    )


def told(event: Event, kind: FeedKind, *, url: str) -> Told:
    """What a feed of this kind tells now, in as many queries for 3 items as for 300."""
    edited = _sitting_changes(event)
    if kind is FeedKind.SITTINGS:
        found = entries.of_sittings(event, edited, url=url)
    else:
        parts = agenda.released(event)
        changes = Changes(event, parts, edited)
        shown = parts if kind is FeedKind.RUNNING_ORDER else agenda.public(parts)
        found = entries.of_items(event, shown, kind=kind, changed=changes.of, url=url)
    moments = [event.changed_at, *(entry.last_changed for entry in found)]
    return Told(event.short_title, tuple(found), max(moments))


class Changes:
    """When each item of an agenda last changed: its words, its bridge, its sitting, or what comes before it and so
    its time."""

    def __init__(self, event: Event, parts: list[Part], edited: dict[int, datetime]) -> None:
        self._sites, self._sittings = _site_changes(event), edited
        release = agenda.last_release(event)
        if release is None:
            edited = _last_edit(event)
            self._moments = {slot.item.key: edited for part in parts for slot in part.slots}
        else:
            self._moments = _release_moments(event, release, parts)

    def of(self, part: Part, item: Any) -> datetime:
        moment, sitting = self._moments[item.key], part.sitting
        moment = max(moment, sitting.changed_at, self._sittings.get(sitting.id, moment))
        return max(moment, self._sites.get(item.site.code, moment)) if item.site is not None else moment


def _last_edit(event: Event) -> datetime:
    """While nothing is released, the agenda as it stands is shown: it changes with every edit."""
    edits = sa.select(sa.func.max(AgendaEdit.at), sa.func.max(AgendaEdit.undone_at)).where(
        AgendaEdit.event_id == event.id
    )
    return max(filter(None, [event.created_at, *db.session.execute(edits).one()]))


def _release_moments(event: Event, release: AgendaRelease, parts: list[Part]) -> dict[str, datetime]:
    """An item's time follows from the items before it: it changed with the last of them that did."""
    made = {
        number: moment
        for number, moment in db.session.execute(
            sa.select(AgendaRelease.number, AgendaRelease.released_at).where(
                AgendaRelease.event_id == event.id
            )
        )
    }
    rows = {**release.snapshot.get("cancelled", {}), **release.snapshot.get("items", {})}
    moments = {}
    for part in parts:
        latest = 1 if part.strand is None else release.number
        for slot in part.slots:
            latest = max(latest, rows.get(slot.item.key, {}).get("since", release.number))
            moments[slot.item.key] = made.get(latest, release.released_at)
    return moments


def _sitting_changes(event: Event) -> dict[int, datetime]:
    """When a sitting was last given another title or another time, by its id, whoever has to hear of it."""
    actions = ("sitting.edited", "sitting.time_proposed")
    return dict(
        db.session.execute(
            sa.select(AuditEntry.subject_id, sa.func.max(AuditEntry.at))
            .where(AuditEntry.event_id == event.id, AuditEntry.action.in_(actions))
            .group_by(AuditEntry.subject_id)
        ).all()
    )


def _site_changes(event: Event) -> dict[str, datetime]:
    """When a site was last edited, by its code: its name may stand in an entry."""
    return dict(
        db.session.execute(
            sa.select(Site.code, sa.func.max(AuditEntry.at))
            .join(Site, sa.and_(AuditEntry.subject_kind == "site", AuditEntry.subject_id == Site.id))
            .where(
                Site.event_id == event.id, AuditEntry.event_id == event.id, AuditEntry.action == "site.edited"
            )
            .group_by(Site.code)
        ).all()
    )
