"""Whoever the plan of a campaign names gets a link of its own: to report, propose and hand in without an account."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.campaigns.activity_models import Activity
from eventsvc.campaigns.communication_models import Communication
from eventsvc.db import db
from eventsvc.nominations.operations import charge_organizations
from eventsvc.plans.following_queries import rows_of
from eventsvc.tasks.expansion_queries import Known, Meant, lines_of
from eventsvc.tasks.models import Task


def charge_agencies(placing: Any) -> None:
    """Those who lead or coordinate activities, do communication work or have tasks, each once; a line that means many
    means each of them, "các đơn vị liên quan" means nobody. Safe to repeat: who has a link keeps it. Nothing is sent,
    and nobody is charged with a task yet: that is a press of the organizer.
    """
    event = placing.event
    known = Known(event)
    _find_owners(event, known)
    wanted = {one.name: one for one in _meant(event, known)}
    charge_organizations(
        event, [(one.name, one.organization) for one in wanted.values() if one.name], by=placing.by
    )
    db.session.flush()


def _find_owners(event: Any, known: Known) -> None:
    """A piece of work is its owner's where that is one organization, as where it is typed."""
    for work in rows_of(Communication, event):
        meant = known.meant(work.owner) if work.owner else []
        only = meant[0].organization if len(meant) == 1 else None
        if work.organization_id != (only.id if only else None):
            work.organization_id = only.id if only else None


def _meant(event: Any, known: Known) -> Iterator[Meant]:
    tasks = rows_of(Task, event, selectinload(Task.assignees))
    for task in tasks:
        for line in lines_of(task, known):
            yield from line.meant
    rows = db.session.scalars(
        sa.select(Activity)
        .where(Activity.event_id == event.id)
        .options(selectinload(Activity.organizations))
        .order_by(Activity.parent_id.is_not(None), Activity.number, Activity.id)
    )
    for activity in rows:
        for one in activity.organizations:
            yield from known.meant(one.name)
    for work in rows_of(Communication, event):
        meant = known.meant(work.owner) if work.owner else []
        if len(meant) == 1:
            yield from meant
