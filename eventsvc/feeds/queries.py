"""Look up feeds, and what they show."""

import functools
import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from eventsvc import ical, secrets
from eventsvc.agenda import frozen
from eventsvc.agenda import queries as agenda
from eventsvc.agenda.models import AgendaEdit
from eventsvc.agenda.release_models import AgendaRelease
from eventsvc.agenda.timing import Part
from eventsvc.audit.models import AuditEntry
from eventsvc.contests import queries as contests
from eventsvc.db import db
from eventsvc.events.models import Event, EventKind
from eventsvc.feeds import campaign_entries, entries
from eventsvc.feeds import campaign_queries as campaign
from eventsvc.feeds.entries import Cancelled
from eventsvc.feeds.models import OF_ORGANIZERS, Feed, FeedKind
from eventsvc.ical import CalendarEntry
from eventsvc.nominations.models import OrganizationInvitation
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


def is_open() -> sa.ColumnElement[bool]:
    """Whether a feed still opens: neither revoked, nor made by a link that its organization or its site no longer has.
    Whoever held the old link must not read on."""
    of_organization = sa.exists().where(
        OrganizationInvitation.id == Feed.organization_invitation_id,
        OrganizationInvitation.link_number == Feed.link_number,
    )
    of_site = sa.exists().where(
        Site.id == Feed.site_id, Site.link_number == Feed.link_number, Site.token_hash.is_not(None)
    )
    same_link = sa.or_(Feed.link_number.is_(None), of_organization, of_site)
    # A feed of an organization from before links were counted opens nothing.
    counted = sa.or_(Feed.organization_invitation_id.is_(None), Feed.link_number.is_not(None))
    return sa.and_(Feed.revoked_at.is_(None), counted, same_link)


def by_organizers() -> sa.ColumnElement[bool]:
    """Whether organizers made a feed, and not whoever holds a link of their own."""
    return sa.and_(Feed.kind.in_(OF_ORGANIZERS), Feed.link_number.is_(None))


def feeds_of(event: Event) -> list[Feed]:
    """The feeds that the organizers made and that still work, oldest first; not those that invitees made."""
    return list(
        db.session.scalars(
            sa.select(Feed)
            .where(Feed.event_id == event.id, Feed.revoked_at.is_(None), by_organizers())
            .order_by(Feed.id)
        )
    )


def made_by_invitees(event: Event) -> dict[FeedKind, int]:
    """How many people, organizations and sites have a calendar of their own."""
    rows = sa.select(Feed.kind, sa.func.count()).where(
        Feed.event_id == event.id, is_open(), sa.not_(by_organizers())
    )
    return {FeedKind(kind): number for kind, number in db.session.execute(rows.group_by(Feed.kind))}


def feed_by_token(token: str) -> Feed | None:
    """The feed that this token opens; None for one that was revoked or whose link was renewed."""
    return db.session.scalar(sa.select(Feed).where(Feed.token_hash == secrets.digest(token), is_open()))


def told(event: Event, kind: FeedKind, *, url: str) -> Told:
    """What a feed of this kind tells now of the whole event, in as many queries for 3 items as for 300."""
    if event.kind is EventKind.CAMPAIGN:
        return _of_campaign(event, url=url)
    edited = sitting_changes(event)
    if kind is FeedKind.SITTINGS:
        found = entries.of_sittings(event, edited, url=url)
    else:
        parts, release = agenda.released(event), agenda.last_release(event)
        changes = Changes(event, release, edited)
        shown = parts if kind is FeedKind.RUNNING_ORDER else agenda.public(parts)
        found = entries.of_items(
            event, shown, kind=kind, changed=changes.of, cancelled=changes.cancelled(), url=url
        )
    moments = [event.changed_at, *(entry.last_changed for entry in found)]
    return Told(event.short_title, tuple(found), max(moments))


def _of_campaign(event: Event, *, url: str) -> Told:
    """All that everybody may know of a campaign, whatever kind of calendar was made of it."""
    parts, held = campaign.parts_of(event), contests.public_contests(event)
    changes = campaign.changes(event, parts)
    found = [
        *campaign_entries.of_parts(parts, changes.sittings, url=url),
        *campaign_entries.of_contests(event, held, changes.contests, changes.activities, url=url),
        *campaign_entries.of_activities(event, campaign.told_activities(event), changes.activities, url=url),
    ]
    moments = [event.changed_at, *(entry.last_changed for entry in found)]
    return Told(event.short_title, tuple(found), max(moments))


class Changes:
    """When each item of an agenda last changed, in what it says or in when it is.

    A release knows in which one each of its items last changed. While nothing is released, the agenda as it stands
    is shown: all of it changes with every edit, and with the name of a bridge.
    """

    def __init__(self, event: Event, release: AgendaRelease | None, edited: dict[int, datetime]) -> None:
        self._release, self._sittings = release, edited
        self._moments, self._sites = {}, {}
        if release is None:
            self._first, self._sites = _last_edit(event), site_changes(event)
        else:
            self._first, self._moments = release.released_at, _release_moments(event)

    def of(self, part: Part, item: Any) -> datetime:
        moment = self._first
        # The name of a strand stands in its items without being one of their values.
        if self._release is not None and part.strand is None:
            moment = self._moments.get(item.since, moment)
        moment = max(moment, part.sitting.changed_at, self._sittings.get(part.sitting.id, moment))
        return max(moment, self._sites.get(item.site.code, moment)) if item.site is not None else moment

    def cancelled(self) -> list[Cancelled]:
        """The items that a release took out: calendars are told of them for good."""
        if self._release is None:
            return []
        return [
            Cancelled(
                key,
                row["title"],
                row["sitting"],
                bool(row.get("is_public", True)),
                frozen.moment(row.get("starts_at")),
                frozen.moment(row.get("ends_at")),
                self._moments.get(row["since"], self._first),
                row.get("site"),
                frozenset(filter(None, [row.get("person_id")])),
            )
            for key, row in self._release.snapshot.get(frozen.CANCELLED, {}).items()
        ]


def _last_edit(event: Event) -> datetime:
    edits = sa.select(sa.func.max(AgendaEdit.at), sa.func.max(AgendaEdit.undone_at)).where(
        AgendaEdit.event_id == event.id
    )
    return max(filter(None, [event.created_at, *db.session.execute(edits).one()]))


def _release_moments(event: Event) -> dict[int, datetime]:
    """When each release was made, by its number."""
    made = sa.select(AgendaRelease.number, AgendaRelease.released_at)
    return dict(db.session.execute(made.where(AgendaRelease.event_id == event.id)).all())


def sitting_changes(event: Event) -> dict[int, datetime]:
    """When a sitting was last given another title or another time, by its id, whoever has to hear of it."""
    actions = ("sitting.edited", "sitting.time_proposed")
    return dict(
        db.session.execute(
            sa.select(AuditEntry.subject_id, sa.func.max(AuditEntry.at))
            .where(AuditEntry.event_id == event.id, AuditEntry.action.in_(actions))
            .group_by(AuditEntry.subject_id)
        ).all()
    )


def site_changes(event: Event) -> dict[str, datetime]:
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
