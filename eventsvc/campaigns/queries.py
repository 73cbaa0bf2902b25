"""Look up the movement that follows an event, its training and its money."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.campaigns.models import BudgetSource, Campaign, CampaignSkill, Training
from eventsvc.campaigns.return_models import GuidanceCount
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import part_of


def campaign_of(event: Event) -> Campaign | None:
    return db.session.scalar(
        sa.select(Campaign)
        .where(Campaign.event_id == event.id)
        .options(selectinload(Campaign.targets), selectinload(Campaign.skills))
    )


def training_of(event: Event) -> Training | None:
    return db.session.scalar(
        sa.select(Training).where(Training.event_id == event.id).options(selectinload(Training.groups))
    )


def budget_of(event: Event) -> list[BudgetSource]:
    """Where the money comes from, in the order of the plan."""
    return list(
        db.session.scalars(
            sa.select(BudgetSource).where(BudgetSource.event_id == event.id).order_by(BudgetSource.number)
        )
    )


def budget_source_of(event: Event, source_id: int) -> BudgetSource:
    """The source of this event; otherwise NotFound."""
    return part_of(event, BudgetSource, source_id)


def are_counted(skills: Sequence[CampaignSkill]) -> bool:
    """Whether residents were counted as guided in one of these skills."""
    ids = [skill.id for skill in skills]
    return bool(ids) and bool(
        db.session.scalar(sa.select(sa.exists().where(GuidanceCount.skill_id.in_(ids))))
    )
