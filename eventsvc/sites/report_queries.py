"""Look up what sites report: checklists, head-counts, faults, steps."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.sites.models import Site, SiteStep
from eventsvc.sites.report_models import CheckItem, CountGroup, Fault, FaultState, HeadCount, SiteCheck


def no_such_item() -> NotFound:
    """The refusal of a line that is not on this event's checklist."""
    return NotFound(_("This line is not on the checklist any more."))


def check_items(event: Event) -> list[CheckItem]:
    """The checklist of an event, in order."""
    return list(
        db.session.scalars(
            sa.select(CheckItem)
            .where(CheckItem.event_id == event.id)
            .order_by(CheckItem.number, CheckItem.id)
        )
    )


def check_item(event: Event, item_id: int) -> CheckItem:
    """One line of an event's checklist; NotFound when it is another's, or gone."""
    item = db.session.get(CheckItem, item_id)
    if item is None or item.event_id != event.id:
        raise no_such_item()
    return item


def tick_numbers(event: Event) -> dict[int, int]:
    """How many sites have ticked each line of the checklist, by its id; lines that none has ticked are left out."""
    ticked = sa.select(SiteCheck.check_item_id, sa.func.count()).join(SiteCheck.item)
    rows = db.session.execute(ticked.where(CheckItem.event_id == event.id).group_by(SiteCheck.check_item_id))
    return dict(rows.all())  # type: ignore[arg-type]


def checks_of(site: Site) -> dict[int, SiteCheck]:
    """What is ticked at a site, by the id of the line."""
    rows = db.session.scalars(sa.select(SiteCheck).where(SiteCheck.site_id == site.id))
    return {row.check_item_id: row for row in rows}


def count_groups(event: Event) -> list[CountGroup]:
    """The kinds of people that the sites of an event count apart, in order."""
    statement = sa.select(CountGroup).where(CountGroup.event_id == event.id)
    return list(db.session.scalars(statement.order_by(CountGroup.number)))


def count_group(event: Event, group_id: int) -> CountGroup:
    """One kind of people of an event; NotFound when it is another's, or gone."""
    group = db.session.get(CountGroup, group_id)
    if group is None or group.event_id != event.id:
        raise NotFound(_("There is no such kind of people in this event."))
    return group


def head_counts(sitting: Sitting, site_ids: Collection[int] | None = None) -> dict[int, HeadCount]:
    """The newest head-count of each site at a sitting, by the id of the site, in one query (and one for the parts)."""
    newest = sa.select(sa.func.max(HeadCount.id)).where(HeadCount.sitting_id == sitting.id)
    if site_ids is not None:
        newest = newest.where(HeadCount.site_id.in_(site_ids))
    rows = db.session.scalars(
        sa.select(HeadCount).where(HeadCount.id.in_(newest.group_by(HeadCount.site_id)))
    )
    return {row.site_id: row for row in rows}


def head_counts_of(site: Site) -> list[HeadCount]:
    """Every head-count of a site, the newest first."""
    statement = sa.select(HeadCount).where(HeadCount.site_id == site.id)
    return list(db.session.scalars(statement.order_by(HeadCount.id.desc())))


def faults_of(event: Event, site_ids: Collection[int] | None = None) -> sa.Select[Fault]:
    """Select the faults of an event: open ones first, then taken, then cleared; in each the newest first."""
    order = sa.case({state.value: rank for rank, state in enumerate(FaultState)}, value=Fault.state)
    statement = sa.select(Fault).where(Fault.event_id == event.id)
    if site_ids is not None:
        statement = statement.where(Fault.site_id.in_(site_ids))
    return statement.order_by(order, Fault.raised_at.desc(), Fault.id.desc())


def faults_of_site(site: Site) -> list[Fault]:
    """Every fault of a site, in the order of `faults_of`."""
    return list(db.session.scalars(faults_of(site.event, [site.id])))


def fault_of(event: Event, fault_id: int, site_ids: Collection[int] | None = None) -> Fault:
    """One fault of an event within reach; NotFound otherwise."""
    fault = db.session.get(Fault, fault_id)
    if (
        fault is None
        or fault.event_id != event.id
        or (site_ids is not None and fault.site_id not in site_ids)
    ):
        raise NotFound(_("There is nothing at this address."))
    return fault


def steps_of(site: Site) -> list[SiteStep]:
    """What a site reached and took back, the newest first."""
    statement = sa.select(SiteStep).where(SiteStep.site_id == site.id)
    return list(db.session.scalars(statement.order_by(SiteStep.at.desc(), SiteStep.id.desc())))
