"""Look up the sites of an event."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.permissions import Access
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.sitting_rules import sitting_at
from eventsvc.sites import readiness_queries
from eventsvc.sites.models import Site, SiteLevel, SiteStatus
from eventsvc.sites.readiness import Due
from eventsvc.sites.report_models import HeadCount
from eventsvc.text import clean, fold, sort_key

LEVEL_ORDER = (SiteLevel.MAIN, SiteLevel.DISTRICT, SiteLevel.COMMUNE, SiteLevel.OTHER)

_BY_LEVEL = sa.case({level.value: rank for rank, level in enumerate(LEVEL_ORDER)}, value=Site.level)
_FAULT_FIRST = sa.case((Site.status == SiteStatus.FAULT, 0), else_=1)


def sites_of(
    event: Event,
    site_ids: Collection[int] | None = None,
    q: str | None = None,
    level: SiteLevel | None = None,
    *,
    within: str | None = None,
    cluster: str | None = None,
    status: SiteStatus | None = None,
    late: tuple[Sequence[Due], datetime] | None = None,
    attention_first: bool = False,
) -> sa.Select[Site]:
    """Select the sites of an event: the main hall, then districts, communes and others, each in its order.

    `q` ignores diacritics and finds every match, exact writing first. `site_ids` bounds what may be seen
    (None: all). `within` is a unit's code: that unit's site and those below it. `late`: only those that have missed
    one of these rules at this moment. `attention_first`: faults, then who has missed the most, then who has been
    late the longest.
    """
    statement = sa.select(Site).where(Site.event_id == event.id)
    order: list[sa.ColumnElement[object]] = [_BY_LEVEL, Site.number, Site.id]
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    if level is not None:
        statement = statement.where(Site.level == level)
    if status is not None:
        statement = statement.where(Site.status == status)
    if cluster:
        statement = statement.where(Site.cluster == cluster)
    if late is not None:
        statement = statement.where(readiness_queries.missed_number(*late) > 0)
    if within:
        statement = statement.where(sa.or_(Site.code == within, Site.parent_code == within))
    if words := clean(q or ""):
        folded = fold(words)
        by_name = Site.folded.contains(folded, autoescape=True) if folded else sa.false()
        statement = statement.where(sa.or_(by_name, Site.code == words))
        order.insert(0, sa.case((Site.name.contains(words, autoescape=True), 0), else_=1))
    if attention_first:
        moment = late or (readiness_queries.dues_of(event), clock.now())
        order = [
            _FAULT_FIRST,
            readiness_queries.missed_number(*moment).desc(),
            readiness_queries.first_missed(*moment),
            *order,
        ]
    return statement.order_by(*order)


def site_by_code(event: Event, code: str) -> Site:
    """The site of this code in this event; NotFound when there is none."""
    site = db.session.scalar(sa.select(Site).where(Site.event_id == event.id, Site.code == code))
    if site is None:
        raise NotFound(_("There is no site with the code %(code)s in this event.", code=code[:80]))
    return site


def site_or_404(event: Event, code: str, access: Access) -> Site:
    """The site, if the actor holds the permission for it; otherwise it does not exist for them."""
    site = db.session.scalar(sa.select(Site).where(Site.event_id == event.id, Site.code == code))
    reach = access.site_ids(event)
    if site is None or (reach is not None and site.id not in reach):
        raise NotFound(_("There is no such site."))
    return site


def tallies(event: Event, site_ids: Collection[int] | None = None) -> dict[SiteLevel, dict[SiteStatus, int]]:
    """How many sites there are of each level in each status."""
    statement = sa.select(Site.level, Site.status, sa.func.count()).where(Site.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    found: dict[SiteLevel, dict[SiteStatus, int]] = {}
    for level, status, number in db.session.execute(statement.group_by(Site.level, Site.status)):
        found.setdefault(level, {})[status] = number
    return {level: found[level] for level in LEVEL_ORDER if level in found}


def late_number(event: Event, site_ids: Collection[int] | None, dues: Sequence[Due], now: datetime) -> int:
    """How many sites have missed one of the rules."""
    late = readiness_queries.missed_number(dues, now) > 0
    statement = sa.select(sa.func.count()).where(Site.event_id == event.id, late)
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    return db.session.scalar(statement) or 0


def codes_of(event: Event) -> set[str]:
    """The codes already taken in the event."""
    return set(db.session.scalars(sa.select(Site.code).where(Site.event_id == event.id)))


def districts_of(event: Event, site_ids: Collection[int] | None = None) -> list[tuple[str, str]]:
    """Code and name of every unit that sites of the event lie under, by code; for a filter."""
    statement = sa.select(Site.parent_code, Site.parent_name).where(
        Site.event_id == event.id, Site.level == SiteLevel.COMMUNE, Site.parent_code.is_not(None)
    )
    below = sa.select(Site.code, Site.name).where(Site.event_id == event.id, Site.level == SiteLevel.DISTRICT)
    if site_ids is not None:
        statement, below = statement.where(Site.id.in_(site_ids)), below.where(Site.id.in_(site_ids))
    names = dict(db.session.execute(statement.distinct()).all())
    names.update(db.session.execute(below).all())
    return sorted((code, name) for code, name in names.items() if code and name)


def clusters_of(event: Event, site_ids: Collection[int] | None = None) -> list[str]:
    """The clusters that sites of the event belong to, in order."""
    statement = sa.select(Site.cluster).where(Site.event_id == event.id, Site.cluster.is_not(None)).distinct()
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    return sorted(filter(None, db.session.scalars(statement)), key=sort_key)


def last_counts(event: Event, site_ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """The newest head-count of each site at the sitting that matters now: how many people, reported when."""
    sitting = sitting_at(event.sittings, clock.now())
    if sitting is None:
        return {}
    newest = sa.select(sa.func.max(HeadCount.id)).where(
        HeadCount.sitting_id == sitting.id, HeadCount.site_id.in_(site_ids)
    )
    rows = db.session.execute(
        sa.select(HeadCount.site_id, HeadCount.people, HeadCount.counted_at).where(
            HeadCount.id.in_(newest.group_by(HeadCount.site_id))
        )
    )
    return {site_id: (people, at) for site_id, people, at in rows}
