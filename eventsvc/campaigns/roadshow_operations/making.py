"""Making an event of a stop: its sittings, main hall, agenda and tasks, all by one press."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from eventsvc import clock, placeholders, text
from eventsvc.agenda import template_queries
from eventsvc.agenda.operations.templates import apply_template
from eventsvc.agenda.templates import Template
from eventsvc.audit.operations import record
from eventsvc.campaigns.models import Cluster, ClusterKind, Stop, StopTemplate
from eventsvc.campaigns.roadshow_operations.stops import NoDay, require_days, window_words
from eventsvc.campaigns.roadshow_queries import (
    clusters_of,
    ready_stops,
    template_of,
    units_of_province,
)
from eventsvc.campaigns.route import last_day
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind
from eventsvc.rows import lock, lock_open
from eventsvc.sites import operations as sites
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.assignment_operations import expand_all
from eventsvc.tasks.models import Anchor, DeadlineKind
from eventsvc.tasks.operations import Details

LONGEST_SHORT_TITLE = 200


class _Planned(NamedTuple):
    """A sitting to be made: what it is called, and when by the clock; no time while nobody knows one."""

    name: str | None
    day: date
    starts: time | None
    ends: time | None


@atomic()
def make_event(stop: Stop, *, by: Any) -> Event:
    """The event of a stop; the one that was made before when there is one. Its times are proposed, to be approved.

    It takes host, province, units, theme, contact and the notice on personal data from the campaign; its sittings,
    agenda and tasks from what every stop has. A finale has its own hours and no template.
    """
    campaign = stop.cluster.event
    lock_open(campaign)
    lock(stop)
    if stop.part is not None:
        return stop.part
    if stop.starts_on is None:
        raise NoDay(_("Say first on which day “%(stop)s” begins.", stop=stop.name))
    require_days(campaign, stop.starts_on, stop.days)
    template = template_of(campaign) if stop.cluster.kind is ClusterKind.CLUSTER else None
    part = _event(campaign, stop, template, by)
    _sittings(part, _planned(stop, template), by)
    _main_site(part, stop, by)
    if template is not None:
        if chosen := _agenda(campaign, template):
            apply_template(part, part.sittings[0], chosen, by=by)
        _tasks(part, stop, template, by)
    stop.part = part
    db.session.flush()
    record(by, "stop.event_made", stop, event=campaign, part=part.id)
    return part


@atomic()
def make_ready_events(event: Event, *, by: Any) -> list[Event]:
    """An event of every stop that has a day and nothing wrong with it. Safe to repeat; returns the new ones."""
    lock_open(event)
    clusters = clusters_of(event)
    ready = ready_stops(event, clusters, units_of_province(event))
    return [make_event(stop, by=by) for stop in ready]


# --- What the operations above are made of -----------------------------------------------------------------


def _values(campaign: Event, stop: Stop) -> dict[str, str]:
    """What ((stop)), ((cluster)), ((host)) and ((theme)) stand for."""
    host = _host(stop.cluster)
    return {
        "stop": stop.name,
        "cluster": stop.cluster.name,
        "host": host or (stop.unit.name if stop.unit else campaign.host.name),
        "theme": campaign.theme or campaign.short_title,
    }


def _host(cluster: Cluster) -> str | None:
    return next((unit.name for unit in cluster.units if unit.is_host), None)


def _event(campaign: Event, stop: Stop, template: StopTemplate | None, by: Any) -> Event:
    first = stop.starts_on or clock.today()
    last = last_day(first, stop.days) or first
    title = placeholders.fill(template.title, _values(campaign, stop)) if template else stop.name
    part = events.create_event(
        host=campaign.host,
        title=title,
        short_title=stop.name[:LONGEST_SHORT_TITLE],
        kind=EventKind.ROADSHOW_STOP if stop.cluster.kind is ClusterKind.CLUSTER else EventKind.CONFERENCE,
        form=EventForm.IN_PERSON,
        units_as_of=campaign.units_as_of,
        province_code=campaign.province_code,
        window_text=window_words(first, last),
        window_start=first,
        window_end=last,
        venue=_place(stop),
        contact_name=campaign.contact_name,
        contact_phone=campaign.contact_phone,
        by=by,
    )
    part.part_of, part.theme = campaign, campaign.theme
    for column in ("purpose", "legal_basis", "controller", "kept_until", "kept_days"):
        setattr(part, f"data_{column}", getattr(campaign, f"data_{column}"))
    db.session.flush()
    units = [(unit.name, unit.organization, unit.is_host) for unit in stop.cluster.units]
    if units:
        changes = {
            "implementing": [(name, row) for name, row, is_host in units if is_host],
            "coordinating": [(name, row) for name, row, is_host in units if not is_host],
        }
        events.edit_event(part, changes, by=by)
    return part


def _planned(stop: Stop, template: StopTemplate | None) -> Sequence[_Planned]:
    """The sittings of the template on the days that the stop has; a day without one has the hours of the stop."""
    first = stop.starts_on or clock.today()
    planned = []
    for number in range(1, stop.days + 1):
        day = first + timedelta(days=number - 1)
        rows = [row for row in template.sittings if row.day == number] if template else []
        planned += [
            _Planned(row.name, day, row.starts, row.ends)
            for row in sorted(rows, key=lambda row: (row.starts, row.number))
        ] or [_Planned(None, day, stop.opens, stop.closes)]
    return planned


def _sittings(part: Event, planned: Sequence[_Planned], by: Any) -> None:
    for number, each in enumerate(planned):
        sitting = part.sittings[0] if number == 0 else events.add_sitting(part, by=by)
        if each.name:
            events.edit_sitting(sitting, {"title": each.name}, by=by)
        if each.starts is not None:
            events.propose_time(
                sitting,
                starts_at=clock.from_local(datetime.combine(each.day, each.starts)),
                ends_at=clock.from_local(datetime.combine(each.day, each.ends)) if each.ends else None,
                by=by,
            )


def _place(stop: Stop) -> str | None:
    return stop.place or stop.cluster.venue or (stop.unit.name if stop.unit else None)


def _main_site(part: Event, stop: Stop, by: Any) -> None:
    hall = stop.place or stop.cluster.venue
    name = hall or (stop.unit.name if stop.unit else stop.name)
    site = sites.add_main_site(part, name=name[:200], hall=hall, by=by)
    if stop.capacity:
        sites.edit_site(site, {"capacity": stop.capacity}, by=by)


def _agenda(campaign: Event, template: StopTemplate) -> Template | None:
    key = template.shipped_agenda or (template.agenda_template_id and str(template.agenda_template_id))
    return template_queries.template(campaign, key) if key else None


def _tasks(part: Event, stop: Stop, template: StopTemplate, by: Any) -> None:
    values = _values(part.part_of or part, stop)
    made = [
        tasks.add_task(
            part,
            Details(
                text=placeholders.fill(row.text, values),
                agency=text.clean(placeholders.fill(row.agency, values)),
                deadline_kind=DeadlineKind.DAYS,
                offset_days=-row.days_before,
                anchor=Anchor.CLOSING if row.days_before < 0 else Anchor.OPENING,
            ),
            by=by,
        )
        for row in template.tasks
    ]
    if made:
        expand_all(part, made, by=by)
