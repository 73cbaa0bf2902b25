"""Look up what the halls need: services, posts, shifts, and the hours of the doors that follow from them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.halls import opening
from eventsvc.halls import services as told
from eventsvc.halls.models import Post, Service, ServiceState, Shift
from eventsvc.halls.opening import Span
from eventsvc.halls.summary import Hall, MissedService
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import OrganizationKind
from eventsvc.rows import chunks
from eventsvc.sites import readiness_queries
from eventsvc.sites.models import MAIN, Site
from eventsvc.sites.queries import LEVEL_ORDER
from eventsvc.sites.readiness import Due
from eventsvc.text import sort_key

_BY_LEVEL = sa.case({level.value: rank for rank, level in enumerate(LEVEL_ORDER)}, value=Site.level)


def no_such_thing() -> NotFound:
    return NotFound(_("There is nothing at this address."))


def service_of(site: Site, service_id: int) -> Service:
    """A service of this hall. NotFound: there is none."""
    found = db.session.get(Service, service_id)
    if found is None or found.site_id != site.id:
        raise no_such_thing()
    return found


def post_of(site: Site, post_id: int) -> Post:
    """A post of this hall. NotFound: there is none."""
    found = db.session.get(Post, post_id)
    if found is None or found.site_id != site.id:
        raise no_such_thing()
    return found


def shift_of(site: Site, shift_id: int) -> Shift:
    """A shift at one of the posts of this hall. NotFound: there is none."""
    statement = sa.select(Shift).join(Shift.post).where(Shift.id == shift_id, Post.site_id == site.id)
    found = db.session.scalar(statement.options(contains_eager(Shift.post)))
    if found is None:
        raise no_such_thing()
    return found


def posts_of(site: Site) -> list[Post]:
    """The posts of a hall in their order."""
    statement = sa.select(Post).where(Post.site_id == site.id)
    return list(db.session.scalars(statement.order_by(Post.number, Post.id)))


def halls_of(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Site]:
    """Select the main hall and every other site that has services or posts, in their order."""
    has = sa.or_(
        Site.code == MAIN,
        sa.exists().where(Service.site_id == Site.id),
        sa.exists().where(Post.site_id == Site.id),
    )
    statement = sa.select(Site).where(Site.event_id == event.id, has)
    if site_ids is not None:
        statement = statement.where(Site.id.in_(site_ids))
    return statement.order_by(_BY_LEVEL, Site.number, Site.id)


def summaries(event: Event, sites: Sequence[Site]) -> list[Hall]:
    """How these halls stand, in the order given."""
    services: dict[int, list[Service]] = defaultdict(list)
    posts: dict[int, list[Post]] = defaultdict(list)
    ids = [site.id for site in sites]
    for service in db.session.scalars(
        sa.select(Service)
        .where(Service.site_id.in_(ids))
        .options(joinedload(Service.site))
        .order_by(Service.number, Service.id)
    ):
        services[service.site_id].append(service)
    for post in db.session.scalars(
        sa.select(Post)
        .where(Post.site_id.in_(ids))
        .options(selectinload(Post.shifts))
        .order_by(Post.number, Post.id)
    ):
        posts[post.site_id].append(post)
    dues, now = readiness_queries.dues_of(event), clock.now()
    sittings = [sitting for sitting in event.sittings if sitting.cancelled_at is None]
    return [Hall(site, services[site.id], posts[site.id], sittings, dues, now) for site in sites]


def missed_services(
    event: Event, now: datetime, site_ids: Collection[int] | None = None
) -> list[MissedService]:
    """The services that have not been confirmed, or are not on the spot, by the moment the rules name; what is overdue
    the longest first. `service.site` is loaded."""
    dues = [
        due for due in readiness_queries.dues_of(event) if due.at <= now and due.rule.gate in told.PASSED_AT
    ]
    if not dues:
        return []
    late = [_is_late(due) for due in dues]
    statement = (
        sa.select(Service)
        .join(Service.site)
        .options(contains_eager(Service.site))
        .where(
            Service.event_id == event.id,
            Service.state != ServiceState.DONE,
            Site.closed_at.is_(None),
            sa.or_(*late),
        )
        .order_by(sa.case(*((one, place) for place, one in enumerate(late)), else_=len(late)))
        .order_by(_BY_LEVEL, Site.number, Site.id, Service.number, Service.id)
    )
    if site_ids is not None:
        statement = statement.where(Service.site_id.in_(site_ids))
    found = db.session.scalars(statement)
    return [MissedService(service, told.missed(service, dues, now)[0]) for service in found]


def problems(event: Event, site_ids: Collection[int] | None = None) -> list[Service]:
    """The services that report a problem, the newest last. `service.site` is loaded."""
    statement = (
        sa.select(Service)
        .join(Service.site)
        .options(contains_eager(Service.site))
        .where(Service.event_id == event.id, Service.state == ServiceState.PROBLEM)
        .order_by(Service.changed_at, Service.id)
    )
    if site_ids is not None:
        statement = statement.where(Service.site_id.in_(site_ids))
    return list(db.session.scalars(statement))


def _is_late(due: Due) -> sa.ColumnElement[bool]:
    column = getattr(Service, told.PASSED_AT[due.rule.gate])
    level = due.rule.level
    return sa.and_(column.is_(None), *([Site.level == level] if level is not None else []))


def door_hours(site_ids: Collection[int], sitting: Sitting) -> dict[int, tuple[datetime, datetime]]:
    """When the doors of these sites open and close for the sitting, for each that has shifts at its doors around it."""
    window = opening.window_of(sitting)
    if window is None:
        return {}
    shifts: dict[int, list[Span]] = defaultdict(list)
    for some in chunks(list(site_ids)):
        statement = (
            sa.select(Post.site_id, Shift.starts_at, Shift.ends_at)
            .join(Shift.post)
            .where(
                Post.site_id.in_(some),
                Post.is_door,
                Shift.starts_at < window.ends_at,
                Shift.ends_at > window.starts_at,
            )
        )
        for site_id, starts_at, ends_at in db.session.execute(statement):
            shifts[site_id].append(Span(starts_at, ends_at))
    found = {site_id: opening.door_hours(spans, sitting) for site_id, spans in shifts.items()}
    return {site_id: (hours.starts_at, hours.ends_at) for site_id, hours in found.items() if hours}


def elsewhere(hall: Hall, site_ids: Collection[int] | None = None) -> list[Shift]:
    """The shifts of people with the same names at other halls of the event, within reach; post and site are loaded."""
    names = {shift.person_name for shift in hall.shifts}
    if not names:
        return []
    statement = (
        sa.select(Shift)
        .join(Shift.post)
        .join(Post.site)
        .options(contains_eager(Shift.post).contains_eager(Post.site))
        .where(
            Post.event_id == hall.site.event_id,
            Post.site_id != hall.site.id,
            Shift.starts_at < max(shift.ends_at for shift in hall.shifts),
            Shift.ends_at > min(shift.starts_at for shift in hall.shifts),
        )
    )
    if site_ids is not None:
        statement = statement.where(Post.site_id.in_(site_ids))
    return [
        shift
        for some in chunks(sorted(names))
        for shift in db.session.scalars(statement.where(Shift.person_name.in_(some)))
    ]


def agency_names(event: Event) -> list[str]:
    """The agencies of the province on the day of the event and those already entered, to choose from while typing."""
    entered = sa.select(Service.agency_name).where(Service.event_id == event.id).distinct()
    names = {name for name in db.session.scalars(entered) if name}
    names |= {
        agency.name
        for agency in organizations.agencies(event.province_code or "", event.units_as_of)
        if agency.kind is OrganizationKind.AGENCY
    }
    return sorted(names, key=sort_key)
