"""Look up the movement that follows an event and its training."""

from collections.abc import Hashable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.movements.models import Movement, Skill, Training, TrainingGroup
from eventsvc.movements.return_models import GuidanceCount, GuidanceReturn, TrainingReturn


def movement_of(event: Event) -> Movement | None:
    return db.session.scalar(
        sa.select(Movement)
        .where(Movement.event_id == event.id)
        .options(selectinload(Movement.targets), selectinload(Movement.skills))
    )


def training_of(event: Event) -> Training | None:
    return db.session.scalar(
        sa.select(Training).where(Training.event_id == event.id).options(selectinload(Training.groups))
    )


def are_counted(skills: Sequence[Skill]) -> bool:
    """Whether residents were counted as guided in one of these skills."""
    ids = [skill.id for skill in skills]
    return bool(ids) and bool(
        db.session.scalar(sa.select(sa.exists().where(GuidanceCount.skill_id.in_(ids))))
    )


def are_returned(groups: Sequence[TrainingGroup]) -> bool:
    """Whether figures are awaited or given of one of these groups of learners."""
    ids = [group.id for group in groups]
    return bool(ids) and bool(
        db.session.scalar(sa.select(sa.exists().where(TrainingReturn.training_group_id.in_(ids))))
    )


def is_returned(movement: Movement) -> bool:
    """Whether units were asked for returns on the movement."""
    return bool(db.session.scalar(sa.select(sa.exists().where(GuidanceReturn.movement_id == movement.id))))


def moved(rows: Sequence[Any], old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Any]:
    """The rows that would go, or take what another one said, when the first takes the first new value and so on."""
    return [
        row
        for at, row in enumerate(rows)
        if at >= len(new) or (new[at] != old[at] and (old[at] in new or new[at] in old))
    ]
