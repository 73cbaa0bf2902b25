"""The plan of a campaign read back from its rows: clusters, activities, finale, communication, time line."""

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from eventsvc import clock, text
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityRole
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Cluster, ClusterKind, ClusterUnit, Stop
from eventsvc.campaigns.roadshow_queries import days_of
from eventsvc.contests.models import Award, Contest
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
DAYS = 1
"""How long a stop lasts of which the plan does not say it."""


def campaign(event: Event, marks: Marks, agenda_of: Any) -> Data:
    """The sections that only a campaign has; `agenda_of` reads the agenda of the finale."""
    activities = rows_of(
        Activity,
        event,
        selectinload(Activity.organizations),
        selectinload(Activity.contents),
        selectinload(Activity.parts).selectinload(Activity.organizations),
        selectinload(Activity.parts).selectinload(Activity.contents),
    )
    called, awards = keys_of(activities), _awards_of(event)
    milestones = rows_of(Milestone, event)
    return {
        "campaign_event": _event(event, marks),
        "clusters": [_cluster(row) for row in clusters(event)],
        "activities_scope": next(
            (cited(row.text, row.cite) for row in event.statements if row.kind is StatementKind.SCOPE), None
        ),
        "exhibition_spaces": [_space(row, called) for row in top(activities, ActivityKind.EXHIBITION_SPACE)],
        "security_drill": next((_drill(row) for row in top(activities, ActivityKind.DRILL)), None),
        "contests": [
            _contest(row, called, awards.get(row.id, [])) for row in top(activities, ActivityKind.CONTEST)
        ],
        "activities": [_other(row, called) for row in others(activities)],
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


def others(activities: list[Activity]) -> list[Activity]:
    """The activities that have no section of their own: all but spaces, contests, and the drill of the plan."""
    drill = next(iter(top(activities, ActivityKind.DRILL)), None)
    return [
        row
        for row in activities
        if row.parent_id is None and row is not drill and row.kind in campaign_schema.OTHER_KINDS
    ]


def keys_of(activities: Iterable[Activity]) -> dict[int, str]:
    """What files call each of these activities, by id: its number in the plan; one that came later by its row, "#24".
    None twice."""
    activities = list(activities)
    keys = {row.id: row.key for row in activities if row.key}
    taken = set(keys.values())
    for row in activities:
        if not row.key:
            name = f"#{row.id}"
            while name in taken:
                name = f"#{name}"
            keys[row.id] = name
            taken.add(name)
    return keys


def called(part: Activity) -> str:
    """The words by which files know an exhibit."""
    return part.text or part.name


def is_derived(cluster: Cluster) -> bool:
    """Whether its stop is the one that follows from the cluster: at its host, on its days, nothing else said."""
    return len(cluster.stops) == 1 and _stop(cluster.stops[0]) == _stop(stop_from(cluster))


def stop_from(cluster: Cluster) -> Stop:
    """Where a cluster halts of which nothing else is said: at its host, for as many days as it has."""
    host = next((unit for unit in cluster.units if unit.is_host), None)
    with db.session.no_autoflush:
        return Stop(
            event_id=cluster.event_id,
            number=1,
            unit=host,
            name=(f"{cluster.name}: {host.name}" if host else cluster.name)[:200],
            starts_on=cluster.starts_on,
            days=cluster.days or DAYS,
            teams=[],
        )


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
        "stops": []
        if row.kind is ClusterKind.FINALE or is_derived(row)
        else [_stop(stop) for stop in row.stops],
        "venue": {"text": row.venue_text, "name": row.venue} if row.venue else None,
        "text": row.text,
        "cite": row.cite,
        "note": row.note,
    }


def _unit(unit: ClusterUnit) -> Data:
    return {"org": unit.name, "district_code": unit.unit_code}


def _stop(stop: Stop) -> Data:
    when = days_of(stop)
    return {
        "name": stop.name,
        "unit": stop.unit.name if stop.unit else None,
        "place": stop.place,
        "start_date": day_of(when.starts_on),
        "days": when.days,
        "opens": _clock(when.opens),
        "closes": _clock(when.closes),
        "capacity": stop.capacity,
        "teams": [team.name for team in stop.teams],
        "note": stop.note,
    }


def _clock(moment: time | None) -> str | None:
    return moment.strftime("%H:%M") if moment else None


def _names(row: Activity, role: ActivityRole) -> list[str]:
    return [one.name for one in row.organizations if one.role is role]


def _told(row: Activity) -> Data:
    """What may be said of any activity."""
    return {
        "text": row.text,
        "lead": _names(row, ActivityRole.LEAD),
        "coordinating": _names(row, ActivityRole.COORDINATING),
        "participants": _words(row.participants),
        "place": _words(row.place),
        "product": _words(row.product),
        "time": _time(row),
        "contents": [{"text": content.text} for content in row.contents],
        "cite": row.cite,
        "note": row.note,
    }


def _space(row: Activity, keys: dict[int, str]) -> Data:
    return {
        **_told(row),
        "id": keys[row.id],
        "name": row.name,
        "activities": [_exhibit(part) for part in row.parts],
    }


def _exhibit(row: Activity) -> Data:
    told, words = _told(row), called(row)
    assigned = {"lead": told.pop("lead"), "coordinating": told.pop("coordinating")}
    return {
        **told,
        "text": words,
        "name": None if row.name == short_words(words) else row.name,
        "assigned": {"text": row.assigned, **assigned},
    }


def _time(row: Activity) -> Data | None:
    said = {
        "text": row.time_text,
        "start": day_of(row.starts_on),
        "end": day_of(row.ends_on),
        "opens": _clock(row.opens),
        "closes": _clock(row.closes),
    }
    return said if any(said.values()) else None


def _words(words: str | None) -> Data | None:
    return {"text": words} if words else None


def _drill(row: Activity) -> Data:
    return {**_told(row), "name": row.name}


def _contest(row: Activity, keys: dict[int, str], awards: list[Award]) -> Data:
    leads = _names(row, ActivityRole.LEAD)
    return {
        **_told(row),
        "id": keys[row.id],
        "name": row.name,
        "lead": next(iter(leads), None),
        "with": leads[1:],
        "awards": [
            {"name": one.name, "prize": one.prize, "amount": one.amount, "presenter": one.presenter}
            for one in awards
        ],
    }


def _other(row: Activity, keys: dict[int, str]) -> Data:
    return {
        **_told(row),
        "id": keys[row.id],
        "kind": row.kind.value,
        "name": row.name,
        "assigned": row.assigned,
    }


def _awards_of(event: Event) -> dict[int, list[Award]]:
    """The prizes of every contest by its activity, in order."""
    found: dict[int, list[Award]] = {}
    rows = db.session.execute(
        sa.select(Contest.activity_id, Award)
        .join(Award.contest)
        .where(Contest.event_id == event.id)
        .order_by(Contest.id, Award.number)
    )
    for activity_id, award in rows:
        found.setdefault(activity_id, []).append(award)
    return found


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
