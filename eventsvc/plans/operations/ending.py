"""The finale of a campaign: an event of its own, with hall, agenda and those who are invited, at the last stop."""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from eventsvc.agenda.operations import journal
from eventsvc.campaigns.models import Cluster, ClusterKind, Stop
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind, EventRole, Venue
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroup, GuestHeading
from eventsvc.plans import campaign_queries, deriving, queries
from eventsvc.plans.operations.routing import require_days
from eventsvc.plans.operations.rows import day
from eventsvc.plans.operations.scripting import place_agenda
from eventsvc.rows import assign, by_place
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel

Data = dict[str, Any]
MAIN_SITE = "Điểm cầu chính"
STANDING = ("ritual", "sitting", "strand", "site")
"""What the plan of a campaign says nothing of: it stays as the organizers of the finale have it."""


def place_finale(placing: Any, row: Data | None, make: Any) -> Event | None:
    """The finale's event, made once; later what the file says is changed in it. `make` gives what places its rows.

    A file that no longer has a finale does not take the event away.
    """
    stop = _stop(placing.event)
    if not row or stop is None:
        return None
    part = stop.part
    is_new = part is None
    if part is None:
        part = _made(placing, row)
        stop.part = part
    inner = make(part)
    _details(part, row, inner, is_new)
    site = sites.add_main_site(part, name=MAIN_SITE, hall=part.venue, by=placing.by)
    count = (row.get("attendees") or {}).get("count")
    if site.capacity != count:
        sites.edit_site(site, {"capacity": count}, by=placing.by)
    assign(stop, {"capacity": count, "place": (row.get("venue") or {}).get("name", "")[:300] or None})
    held = day(row.get("date"))
    if part.starts_at is None and stop.starts_on != held:
        require_days(placing, held, stop.days, "finale.date")
        assign(stop, {"starts_on": held})
    _invited(part, row.get("attendees") or {}, placing.by)
    _agenda(inner, part, row, is_new)
    return part


def _stop(event: Event) -> Stop | None:
    """The stop of the finale; made where the cluster stands alone."""
    cluster = db.session.scalars(
        sa.select(Cluster)
        .where(Cluster.event_id == event.id, Cluster.kind == ClusterKind.FINALE)
        .order_by(Cluster.number)
    ).first()
    if cluster is None:
        return None
    stop = campaign_queries.finale_stop(event)
    if stop is None:
        stop = Stop(event_id=event.id, number=1, name=cluster.name, days=cluster.days or 1)
        cluster.stops.append(stop)
        db.session.flush()
    return stop


def _made(placing: Any, row: Data) -> Event:
    campaign, title = placing.event, row["title"]["text"]
    held = day(row.get("date"))
    part = events.create_event(
        host=campaign.host,
        title=title,
        short_title=row.get("short_name") or deriving.short_name(title),
        kind=EventKind.DX_DAY,
        form=EventForm.IN_PERSON,
        units_as_of=campaign.units_as_of,
        province_code=campaign.province_code,
        theme=campaign.theme,
        window_start=held or campaign.window_start,
        window_end=held or campaign.window_end,
        venue=(row.get("venue") or {}).get("name"),
        by=placing.by,
    )
    part.part_of = campaign
    db.session.flush()
    return part


def _details(part: Event, row: Data, inner: Any, is_new: bool) -> None:
    title, venue = row["title"], row.get("venue") or {}
    columns = {
        "title": title["text"],
        "short_title": row.get("short_name") or deriving.short_name(title["text"]),
        "title_cite": title.get("cite"),
        "agenda_cite": row.get("cite"),
        "venue": venue.get("name"),
    }
    changes = {name: value for name, value in columns.items() if getattr(part, name) != value}
    if changes:
        events.edit_event(part, changes, by=inner.by)
    inner.names(EventRole.IMPLEMENTING, [row["lead"]] if row.get("lead") else [], None, None)
    inner.names(EventRole.COORDINATING, row.get("coordinating") or [], None, None)
    others = [one for one in part.venues if one.role != deriving.MAIN_VENUE]
    if venue and not others:
        wanted = {"role": deriving.MAIN_VENUE, "text": venue["name"], "cite": venue.get("cite")}
        by_place(part.venues, Venue, [wanted])
    db.session.flush()  # whoever holds the event next reads it afresh


def _invited(part: Event, row: Data, by: Any) -> None:
    """Groups by their names: who has people stays, and what an organizer said of a group stands."""
    heading = db.session.scalar(
        sa.select(GuestHeading).where(GuestHeading.event_id == part.id, GuestHeading.level == SiteLevel.MAIN)
    )
    if row.get("text") or heading is not None:
        heading = heading or GuestHeading(event_id=part.id, level=SiteLevel.MAIN)
        assign(heading, {"text": row.get("text"), "cite": row.get("cite")})
        db.session.add(heading)
    standing = {
        group.name: group
        for group in db.session.scalars(
            sa.select(GuestGroup).where(GuestGroup.event_id == part.id, GuestGroup.level == SiteLevel.MAIN)
        )
    }
    wanted = row.get("groups") or []
    for name, group in standing.items():
        if name not in wanted:
            with suppress(guests.GroupInUse):
                guests.remove_group(group, by=by)
    for number, name in enumerate(wanted, start=1):
        group = standing.get(name) or guests.add_group(part, level=SiteLevel.MAIN, name=name, by=by)
        assign(group, {"number": number})
    db.session.flush()


def _agenda(inner: Any, part: Event, row: Data, is_new: bool) -> None:
    now = queries.present(part)
    there = {item["text"]: item for item in now["agenda"]}
    items = [
        {name: there.get(item["text"], {}).get(name) for name in STANDING} | item
        for item in row.get("agenda") or []
    ]
    if items == now["agenda"]:
        return
    data = now | {"agenda": items}
    if is_new:
        place_agenda(inner, data)
        return
    with journal.edit(part, "plan.updated", by=inner.by):
        place_agenda(inner, data)
