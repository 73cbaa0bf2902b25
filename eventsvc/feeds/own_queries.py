"""Look up the feeds of people, organizations and sites, and what they show."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from eventsvc import clock, secrets
from eventsvc.agenda import queries as agenda
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.feeds import own_entries, queries
from eventsvc.feeds.models import Feed, FeedKind
from eventsvc.feeds.own_entries import Named
from eventsvc.feeds.queries import Changes, Told
from eventsvc.guests.models import Slot
from eventsvc.invitations.models import Invitation
from eventsvc.link_tests import queries as link_tests
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.sites.models import Site

Bearer = Invitation | OrganizationInvitation | Site
"""Whoever holds a link of their own, and may make a calendar of their own."""

LONGEST_TOKEN = 100


def bearer_column(bearer: Bearer) -> InstrumentedAttribute[int | None]:
    """The column that says whose feed it is."""
    if isinstance(bearer, Site):
        return Feed.site_id
    return Feed.invitation_id if isinstance(bearer, Invitation) else Feed.organization_invitation_id


def own_feeds(bearer: Bearer) -> list[Feed]:
    """The feed that still works, if there is one; not what organizers made for a site."""
    own = sa.select(Feed).where(bearer_column(bearer) == bearer.id, queries.is_open())
    return list(db.session.scalars(own.where(sa.not_(queries.by_organizers()))))


def organization_by_token(token: str) -> OrganizationInvitation | None:
    """The organization whose link this is; one whose link was taken back too."""
    if len(token) > LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(OrganizationInvitation)
        .options(joinedload(OrganizationInvitation.event))
        .where(OrganizationInvitation.token_hash == secrets.digest(token))
    )


def is_kept(event: Event) -> bool:
    """Whether personal data of the event may still be shown."""
    return event.data_kept_until is None or event.data_kept_until >= clock.today()


def told(feed: Feed, *, url: str, sender: str) -> Told:
    """What a feed tells now, in as many queries for 3 items as for 300."""
    if feed.kind is FeedKind.PERSON:
        return _told_to_person(db.session.get_one(Invitation, feed.invitation_id), url, sender)
    if feed.kind is FeedKind.ORGANIZATION:
        asked = db.session.get_one(OrganizationInvitation, feed.organization_invitation_id)
        return _told_to_organization(asked, url)
    if feed.kind is FeedKind.SITE:
        return _told_to_site(db.session.get_one(Site, feed.site_id), url)
    return queries.told(feed.event, feed.kind, url=url)


def _told_to_person(invitation: Invitation, url: str, sender: str) -> Told:
    event, guest = invitation.event, invitation.guest
    edited = queries.sitting_changes(event)
    changes = Changes(event, agenda.last_release(event), edited)
    moved_at = max(
        _edited_at(event, "site", [guest.site_id]).get(guest.site_id, invitation.created_at),
        _edited_at(event, "guest", [guest.id]).get(guest.id, invitation.created_at),
    )
    found = own_entries.of_person(
        invitation,
        agenda.released(event),
        changed=changes.of,
        cancelled=changes.cancelled(),
        edited=edited,
        moved_at=moved_at,
        url=url,
        sender=sender,
    )
    moments = [event.changed_at, moved_at, *(entry.last_changed for entry in found)]
    return Told(event.short_title, tuple(found), max(moments))


def _told_to_organization(asked: OrganizationInvitation, url: str) -> Told:
    event = asked.event
    places = _places(asked)
    found = own_entries.of_organization(asked, places, edited=queries.sitting_changes(event), url=url)
    moments = [event.changed_at, asked.created_at, *(entry.last_changed for entry in found)]
    return Told(f"{event.short_title} – {asked.name}", tuple(found), max(moments))


def _told_to_site(site: Site, url: str) -> Told:
    event = site.event
    edited = queries.sitting_changes(event)
    changes = Changes(event, agenda.last_release(event), edited)
    edited_at = _edited_at(event, "site", [site.id]).get(site.id, site.created_at)
    found = own_entries.of_site(
        site,
        agenda.released(event),
        changed=changes.of,
        cancelled=changes.cancelled(),
        edited=edited,
        edited_at=edited_at,
        link_tests=link_tests.in_calendar(site),
        url=url,
    )
    moments = [event.changed_at, edited_at, *(entry.last_changed for entry in found)]
    return Told(f"{event.short_title} – {site.name}", tuple(found), max(moments))


def _places(asked: OrganizationInvitation) -> list[Named]:
    """The organization's places by site, each with how many people it has named and when that last changed."""
    slots = db.session.scalars(
        sa.select(Slot)
        .options(joinedload(Slot.site))
        .where(Slot.organization_invitation_id == asked.id)
        .order_by(Slot.id)
    ).all()
    by_slot: dict[int | None, dict[NominationState, int]] = {}
    moments: dict[int | None, datetime] = {}
    rows = sa.select(
        Nomination.slot_id,
        Nomination.state,
        sa.func.count(),
        sa.func.max(Nomination.named_at),
        sa.func.max(Nomination.decided_at),
    ).where(Nomination.organization_invitation_id == asked.id)
    for slot_id, state, number, named_at, decided_at in db.session.execute(
        rows.group_by(Nomination.slot_id, Nomination.state)
    ):
        by_slot.setdefault(slot_id, {})[NominationState(state)] = number
        moments[slot_id] = max(filter(None, [named_at, decided_at, moments.get(slot_id)]))
    slots_edited = _edited_at(asked.event, "slot", [slot.id for slot in slots])
    sites_edited = _edited_at(asked.event, "site", list({slot.site_id for slot in slots}))
    found: dict[int, Named] = {}
    for slot in slots:
        numbers = by_slot.get(slot.id, {})
        before = found.get(slot.site_id)
        told = [
            asked.created_at,
            moments.get(slot.id),
            slots_edited.get(slot.id),
            sites_edited.get(slot.site_id),
            before.changed_at if before else None,
        ]
        found[slot.site_id] = Named(
            slot.site,
            _sum(before.seats, slot.seats) if before else slot.seats,
            numbers.get(NominationState.ACCEPTED, 0) + (before.accepted if before else 0),
            numbers.get(NominationState.WAITING, 0) + (before.waiting if before else 0),
            max(filter(None, told)),
        )
    return list(found.values())


def _sum(some: int | None, more: int | None) -> int | None:
    """Both quotas together; unknown as soon as one of them is."""
    return some + more if some is not None and more is not None else None


def _edited_at(event: Event, kind: str, ids: Collection[int]) -> dict[int, datetime]:
    """When rows of a kind were last edited, by id: what is told of them may have changed then."""
    return dict(
        db.session.execute(
            sa.select(AuditEntry.subject_id, sa.func.max(AuditEntry.at))
            .where(
                AuditEntry.event_id == event.id,
                AuditEntry.subject_kind == kind,
                AuditEntry.subject_id.in_(ids),
                AuditEntry.action == f"{kind}.edited",
            )
            .group_by(AuditEntry.subject_id)
        ).all()
    )
