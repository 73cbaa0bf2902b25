"""Opening the doors of a fair or an exhibition to everybody, by one press."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.campaigns import door_queries as queries
from eventsvc.campaigns.activity_models import Activity, ActivityDoors, ActivityState
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event, Sitting
from eventsvc.rows import lock, lock_open
from eventsvc.sites.models import Site
from eventsvc.sites.queries import sites_of
from eventsvc.visitors import operations as visitors
from eventsvc.visitors.models import OpenDoors

LONGEST_TITLE = 200
MOST_PLACES = 100_000


class NotForEverybody(DomainError):
    code = "not_for_everybody"


class NowhereOpen(Invalid):
    """There is no event, no hall or no sitting at which doors could be opened."""

    code = "nowhere_open"


@atomic()
def open_doors(activity: Activity, parts: Sequence[Event], *, capacity: int | None = None, by: Any) -> int:
    """A page to register on and to count people by taps, for each sitting of these events on the days of the activity,
    in their main hall; how many are new. Safe to repeat: what is open already stays as it is. `capacity`: places at
    each; None for everybody who comes. The activity stands on the public page from then on."""
    event = activity.event
    lock_open(event)
    lock(activity)
    if activity.kind not in queries.OPEN_KINDS or activity.state is ActivityState.CANCELLED:
        raise NotForEverybody(_("Doors are opened for what everybody may come to and is not called off."))
    if not parts:
        raise NowhereOpen(
            _("No stop is an event yet: make the events on the page of the roadshow first."), field="part"
        )
    known = set(
        db.session.scalars(
            sa.select(OpenDoors.sitting_id)
            .join(ActivityDoors, ActivityDoors.open_doors_id == OpenDoors.id)
            .where(ActivityDoors.activity_id == activity.id)
        )
    )
    wanted = [(_hall(part), sitting) for part in parts for sitting in _sittings(activity, event, part)]
    if not wanted:
        raise NowhereOpen(_("There is no sitting on the days of this activity."), field="part")
    new = [(site, sitting) for site, sitting in wanted if sitting.id not in known]
    for site, sitting in new:
        made = visitors.make_open_doors(
            sitting.event,
            site=site,
            sitting=sitting,
            title=_title(activity),
            text=activity.text,
            capacity=capacity,
            by=by,
        )
        db.session.add(ActivityDoors(activity_id=activity.id, open_doors_id=made.id))
    if new:
        activity.is_public = True
        db.session.flush()
        record(by, "activity.doors_opened", activity, event=event, count=len(new))
    return len(new)


def _hall(part: Event) -> Site:
    site = db.session.scalars(sites_of(part).limit(1)).first()
    if site is None:
        raise NowhereOpen(
            _("“%(event)s” has no hall yet: add one under “Sites”.", event=part.short_title), field="part"
        )
    return site


def _sittings(activity: Activity, event: Event, part: Event) -> list[Sitting]:
    if part.id != event.id and part.part_of_id != event.id:
        raise NowhereOpen(_("This event belongs to another campaign."), field="part")
    return queries.sittings_on(part, activity.starts_on, activity.ends_on)


def _title(activity: Activity) -> str:
    """The name of the activity on one line. Not the day: the sitting says it, also after it was moved."""
    name = text.clean(activity.name)
    return name if len(name) <= LONGEST_TITLE else name[: LONGEST_TITLE - 1].rstrip() + "…"
