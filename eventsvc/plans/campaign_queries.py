"""The plan of a campaign read back from its rows: clusters, activities, finale, communication, time line."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock, text
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityRole
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Cluster, ClusterKind, ClusterUnit, Stop
from eventsvc.db import db
from eventsvc.events.models import Event, EventKind, EventOrganization, EventRole, StatementKind, Venue
from eventsvc.guests.models import GuestGroup, GuestHeading
from eventsvc.movements.models import Milestone
from eventsvc.plans import campaign_schema, deriving
from eventsvc.plans.following_queries import cited, day_of, rows_of
from eventsvc.plans.merging import Marks, digest
from eventsvc.sites.models import Site, SiteLevel

Data = dict[str, Any]
ROUTE = "route"
"""The venue in which a campaign's own words about its places stand."""
LONGEST_NAME = 300


def campaign(event: Event, marks: Marks, agenda_of: Any) -> Data:
    """The sections that only a campaign has; `agenda_of` reads the agenda of the finale."""
    activities = rows_of(
        Activity,
        event,
        selectinload(Activity.organizations),
        selectinload(Activity.contents),
        selectinload(Activity.parts).selectinload(Activity.organizations),
    )
    milestones = rows_of(Milestone, event)
    return {
        "campaign_event": _event(event, marks),
        "clusters": [_cluster(row) for row in clusters(event)],
        "activities_scope": next(
            (cited(row.text, row.cite) for row in event.statements if row.kind is StatementKind.SCOPE), None
        ),
        "exhibition_spaces": [_space(row) for row in top(activities, ActivityKind.EXHIBITION_SPACE)],
        "security_drill": next((_drill(row) for row in top(activities, ActivityKind.DRILL)), None),
        "contests": [_contest(row) for row in top(activities, ActivityKind.CONTEST)],
        "finale": _finale(event, agenda_of),
        "communication": [_communication(row) for row in rows_of(Communication, event)],
        "timeline": [
            {
                "order": order,
                "text": row.text,
                "window_start": day_of(row.starts_on),
                "window_end": day_of(row.ends_on),
                "precision": row.time_text,
            }
            for order, row in enumerate(milestones, start=1)
        ],
        "timeline_cite": next((row.cite for row in milestones if row.cite), None),
    }


def clusters(event: Event) -> list[Cluster]:
    return rows_of(Cluster, event, selectinload(Cluster.units), selectinload(Cluster.stops))


def top(activities: list[Activity], kind: ActivityKind) -> list[Activity]:
    """The activities of a kind that are no part of another, in order."""
    return [row for row in activities if row.kind is kind and row.parent_id is None]


def key_of(activity: Activity) -> str:
    """How the plan calls it; one that came later is called by its row."""
    return activity.key or f"#{activity.id}"


def finale_stop(event: Event) -> Stop | None:
    """The stop at which the campaign ends."""
    return db.session.scalars(
        sa.select(Stop)
        .join(Stop.cluster)
        .where(Stop.event_id == event.id, Cluster.kind == ClusterKind.FINALE)
        .options(joinedload(Stop.part))
        .order_by(Cluster.number, Stop.number)
    ).first()


def parts_of(event: Event) -> list[Event]:
    """The events that are part of a campaign, in the order in which they were made."""
    return list(db.session.scalars(sa.select(Event).where(Event.part_of_id == event.id).order_by(Event.id)))


def short_words(words: str) -> str:
    """What an exhibit is called of which a plan says only a sentence."""
    words = text.clean(words).rstrip(".")
    if len(words) <= LONGEST_NAME:
        return words
    return words[: LONGEST_NAME - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def channel_of(words: str) -> Channel:
    """The channel that a sentence about communication speaks of, if it speaks of one."""
    folded = text.fold(words)
    return Channel.LIVESTREAM if "livestream" in folded else Channel.OTHER


def main_site(event: Event) -> Site | None:
    return db.session.scalar(sa.select(Site).where(Site.event_id == event.id, Site.level == SiteLevel.MAIN))


# --- What the sections above are made of -------------------------------------------------------------------


def _event(event: Event, marks: Marks) -> Data:
    title = event.document.title if event.document else event.title
    named = event.title == deriving.occasion_of(title)
    route = next((row for row in event.venues if row.role == ROUTE), None)
    host = next((row for row in event.organizations if row.role is EventRole.HOST), None)
    is_host = host is not None and host.organization_id == event.host_id
    return {
        "kind": _kind(marks),
        "short_name": None if event.short_title == deriving.short_name(event.title) else event.short_title,
        "title": None if named else event.title,
        "theme": cited(event.theme, event.theme_cite),
        "time": {
            "text": event.window_text or "Chưa ấn định thời gian",
            "window_start": day_of(event.window_start),
            "window_end": day_of(event.window_end),
            "status": event.window_note,
            "cite": event.window_cite,
        },
        "place": _place(route),
        "venue": event.venue,
        "host": cited(host.name, host.cite) if host and is_host else cited(event.host.name, None),
        "organiser": _named(event, EventRole.IMPLEMENTING),
        "coordinating": _named(event, EventRole.COORDINATING),
    }


def _kind(marks: Marks) -> str:
    marked = marks.get("campaign_event.kind")
    return next((word for word in campaign_schema.KINDS if digest(word) == marked), EventKind.CAMPAIGN.value)


def _place(route: Venue | None) -> Data | None:
    return route and {"text": route.text, "status": route.note, "cite": route.cite}


def _named(event: Event, role: EventRole) -> Data | None:
    rows: list[EventOrganization] = [row for row in event.organizations if row.role is role]
    if not rows:
        return None
    return {"text": rows[0].text, "orgs": [row.name for row in rows], "cite": rows[0].cite}


def _cluster(row: Cluster) -> Data:
    host = next((unit for unit in row.units if unit.is_host), None)
    return {
        "id": int(row.key) if row.key.isdigit() and len(row.key) < 4 else row.key,
        "name": row.name,
        "days": row.days,
        "start_date": day_of(row.starts_on),
        "end_date": day_of(row.starts_on + timedelta(days=(row.days or 1) - 1)) if row.starts_on else None,
        "host": _unit(host) if host else None,
        "participants": [_unit(unit) for unit in row.units if unit is not host],
        "venue": {"text": row.venue_text, "name": row.venue} if row.venue else None,
        "text": row.text,
        "cite": row.cite,
        "note": row.note,
    }


def _unit(unit: ClusterUnit) -> Data:
    return {"org": unit.name, "district_code": unit.unit_code}


def _names(row: Activity, role: ActivityRole) -> list[str]:
    return [one.name for one in row.organizations if one.role is role]


def _space(row: Activity) -> Data:
    return {
        "id": key_of(row),
        "name": row.name,
        "activities": [_exhibit(part) for part in row.parts],
        "cite": row.cite,
        "note": row.note,
    }


def _exhibit(row: Activity) -> Data:
    words = row.text or row.name
    return {
        "text": words,
        "name": None if row.name == short_words(words) else row.name,
        "assigned": {
            "text": row.assigned,
            "lead": _names(row, ActivityRole.LEAD),
            "coordinating": _names(row, ActivityRole.COORDINATING),
        },
    }


def _time(row: Activity) -> Data | None:
    said = {"text": row.time_text, "start": day_of(row.starts_on), "end": day_of(row.ends_on)}
    return said if any(said.values()) else None


def _words(words: str | None) -> Data | None:
    return {"text": words} if words else None


def _drill(row: Activity) -> Data:
    return {
        "name": row.name,
        "contents": [{"text": content.text} for content in row.contents],
        "lead": _names(row, ActivityRole.LEAD),
        "coordinating": _names(row, ActivityRole.COORDINATING),
        "place": _words(row.place),
        "time": _time(row),
        "cite": row.cite,
        "note": row.note,
    }


def _contest(row: Activity) -> Data:
    return {
        "id": key_of(row),
        "name": row.name,
        "lead": next(iter(_names(row, ActivityRole.LEAD)), None),
        "coordinating": _names(row, ActivityRole.COORDINATING),
        "participants": _words(row.participants),
        "place": _words(row.place),
        "product": _words(row.product),
        "time": _time(row),
        "cite": row.cite,
        "note": row.note,
    }


def _finale(event: Event, agenda_of: Any) -> Data | None:
    stop = finale_stop(event)
    part = stop.part if stop else None
    if stop is None or part is None:
        return None
    heading = db.session.scalar(
        sa.select(GuestHeading).where(GuestHeading.event_id == part.id, GuestHeading.level == SiteLevel.MAIN)
    )
    site = main_site(part)
    groups = [row.name for row in rows_of(GuestGroup, part) if row.level is SiteLevel.MAIN]
    in_role = {role: [o.name for o in part.organizations if o.role is role] for role in EventRole}
    venue = next((row for row in part.venues if row.role == deriving.MAIN_VENUE), None)
    day = clock.local(part.starts_at).date() if part.starts_at else stop.starts_on
    return {
        "title": cited(part.title, part.title_cite),
        "short_name": None if part.short_title == deriving.short_name(part.title) else part.short_title,
        "lead": next(iter(in_role[EventRole.IMPLEMENTING]), None),
        "coordinating": in_role[EventRole.COORDINATING],
        "venue": {"name": part.venue, "cite": venue.cite if venue else None} if part.venue else None,
        "date": day_of(day),
        "attendees": {
            "text": heading.text if heading else None,
            "count": site.capacity if site else None,
            "groups": groups,
            "cite": heading.cite if heading else None,
        },
        "agenda": [
            {name: value for name, value in item.items() if name in campaign_schema.FINALE_ITEM}
            for item in agenda_of(part)
        ],
        "cite": part.agenda_cite,
    }


def _communication(row: Communication) -> Data:
    return {
        "text": row.text,
        "channel": None if row.channel is channel_of(row.text) else row.channel.value,
        "owner": row.owner,
        "start": day_of(row.starts_on),
        "end": day_of(row.ends_on),
        "cite": row.cite,
    }
