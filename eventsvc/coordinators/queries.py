"""Look up what a coordinator's page shows, and how the links of an event's sites stand."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from eventsvc.agenda import queries as agenda
from eventsvc.agenda.timing import Part
from eventsvc.coordinators.models import LocalDelegate
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.guests.models import Guest
from eventsvc.people.models import Person
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.stage import queries as stages
from eventsvc.stage.models import RunState
from eventsvc.stage.progress import ItemState

SOON = timedelta(hours=3)
"""From when on a site is told in how many minutes it is on, and not at what time."""


class OnStage(NamedTuple):
    """An item of a site: on now, or on the stage at `at` (None: nobody can know), in so many `minutes` when soon."""

    title: str
    is_on: bool
    at: datetime | None = None
    minutes: int | None = None


class Delegate(NamedTuple):
    """A guest of a site as it may see them; `own` when the site has named them itself."""

    guest: Guest
    own: LocalDelegate | None


class LinkState(StrEnum):
    """How far a site's link has come."""

    MISSING = "missing"
    UNSENT = "unsent"
    UNOPENED = "unopened"
    OPENED = "opened"


def on_stage(site: Site, now: datetime) -> OnStage | None:
    """The item with which this site is on, or comes on stage next; None when none is left. Times are those expected
    by the run of the show."""
    stage = stages.stage(site.event, now=now)
    if stage is None:
        return None
    own = [
        row for row in stage.progress.rows if row.item.site is not None and row.item.site.code == site.code
    ]
    for row in own:
        if row.state is ItemState.ON:
            return OnStage(row.item.title, True, row.start)
    if stage.progress.state is RunState.ENDED:
        return None
    for row in own:
        if row.state not in (ItemState.NEXT, ItemState.TO_COME):
            continue
        if row.start is None:
            return OnStage(row.item.title, False)
        is_over = stage.run is None and row.end is not None and row.end <= now
        if is_over:
            continue
        is_soon = row.start - now <= SOON
        minutes = max(0, ceil((row.start - now) / timedelta(minutes=1))) if is_soon else None
        return OnStage(row.item.title, False, row.start, minutes)
    return None


def released(event: Event) -> list[Part]:
    """The running order as everybody at the sites may see it, what is only for those behind the stage left out."""
    return agenda.public(agenda.released(event))


def concerns(item: Any, site: Site) -> bool:
    """Whether an item of the running order is one in which this site is on."""
    return item.site is not None and item.site.code == site.code


def sitting_now(event: Event, now: datetime) -> Sitting | None:
    """The sitting that a head-count is for, unless somebody says otherwise: the one that a scan would go to."""
    return sitting_at(event.standing_sittings, now)


def delegates_of(site: Site) -> list[Delegate]:
    """The guests of a site in the order of their names, and which of them it has named itself."""
    statement = (
        sa.select(Guest, LocalDelegate)
        .join(Guest.person)
        .outerjoin(LocalDelegate, LocalDelegate.guest_id == Guest.id)
        .where(Guest.site_id == site.id)
        .order_by(Person.sort_key, Guest.id)
    )
    return [
        Delegate(guest, own if own is not None and own.site_id == site.id else None)
        for guest, own in db.session.execute(statement)
    ]


def own_delegate(site: Site, delegate_id: int) -> LocalDelegate:
    """Somebody whom this site has named and who is still its guest; NotFound otherwise."""
    found = db.session.scalar(
        sa.select(LocalDelegate)
        .join(LocalDelegate.guest)
        .options(joinedload(LocalDelegate.guest))
        .where(LocalDelegate.id == delegate_id, LocalDelegate.site_id == site.id, Guest.site_id == site.id)
    )
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def link_state(site: Site) -> LinkState:
    """How far the site's present link has come."""
    if site.token_hash is None:
        return LinkState.MISSING
    if site.link_opened_at is not None:
        return LinkState.OPENED
    return LinkState.UNSENT if site.link_sent_at is None else LinkState.UNOPENED


STANDS = {
    LinkState.MISSING: Site.token_hash.is_(None),
    LinkState.UNSENT: sa.and_(
        Site.token_hash.is_not(None), Site.link_opened_at.is_(None), Site.link_sent_at.is_(None)
    ),
    LinkState.UNOPENED: sa.and_(
        Site.token_hash.is_not(None), Site.link_opened_at.is_(None), Site.link_sent_at.is_not(None)
    ),
    LinkState.OPENED: sa.and_(Site.token_hash.is_not(None), Site.link_opened_at.is_not(None)),
}


def bridge_sites(
    event: Event,
    site_ids: Collection[int] | None = None,
    q: str | None = None,
    level: SiteLevel | None = None,
    *,
    within: str | None = None,
    link: LinkState | None = None,
) -> sa.Select[Site]:
    """Select the sites that have coordinators, within reach, in the order of the list of sites."""
    statement = sites.sites_of(event, site_ids, q, level, within=within).where(Site.level != SiteLevel.MAIN)
    return statement if link is None else statement.where(STANDS[link])


def link_figures(event: Event, site_ids: Collection[int] | None = None) -> Mapping[LinkState, int]:
    """How many of the bridge sites within reach have links that have come so far, in one query."""
    rank = sa.case(*((condition, state.value) for state, condition in STANDS.items()))
    statement = sa.select(rank, sa.func.count()).where(
        Site.event_id == event.id, Site.level != SiteLevel.MAIN
    )
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    found = {LinkState(word): number for word, number in db.session.execute(statement.group_by(rank))}
    return {state: found.get(state, 0) for state in LinkState}
