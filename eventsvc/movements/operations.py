"""Every change to the movement that follows an event and its training."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.movements import queries
from eventsvc.movements.models import Movement, Skill, Target, Training, TrainingGroup
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, by_place, lock, lock_open

MOVEMENT = frozenset(
    {
        "name", "starts", "start_date", "duration_days", "report_from", "report_to", "report_via", "report_due",
        "report_due_meaning",
    }
)  # fmt: skip
TARGET = frozenset({"actor", "comparator", "value", "unit", "number_of_members"})
TRAINING = frozenset({"platform", "provider", "completion_rule", "pass_mark", "deadline"})

Learners = Sequence[tuple[str, Sequence[str]]]
"""Agencies, each with the groups of learners that it brings."""


@atomic()
def save_movement(
    event: Event,
    changes: dict[str, Any],
    target: dict[str, Any],
    skills: Sequence[str],
    *,
    version: int | None = None,
    by: Any,
) -> Movement:
    """The movement of an event with its target and skills, new when there is none."""
    lock_open(event)
    movement = queries.movement_of(event)
    if movement is None:
        movement = Movement(event=event, **changes)
        db.session.add(movement)
        changed = sorted(changes)
    else:
        lock(movement, version)
        changed = assign(movement, changes, MOVEMENT)
    if _set_target(movement, target):
        changed.append("target")
    said = [skill.text for skill in movement.skills]
    if said != list(skills):
        if queries.are_counted(queries.moved(movement.skills, said, skills)):
            raise Invalid(
                _(
                    "Residents were guided in a skill that would be removed or moved; add new skills at the end."
                ),
                field="skills",
            )
        by_place(movement.skills, Skill, [{"text": skill} for skill in skills])
        changed.append("skills")
    _close(movement, "name", changed, "movement.saved", event, by)
    return movement


@atomic()
def save_training(
    event: Event, changes: dict[str, Any], learners: Learners, *, version: int | None = None, by: Any
) -> Training:
    """The training of an event with who brings whom, new when there is none."""
    lock_open(event)
    training = queries.training_of(event)
    if training is None:
        training = Training(event_id=event.id, **changes)
        db.session.add(training)
        changed = sorted(changes)
    else:
        lock(training, version)
        changed = assign(training, changes, TRAINING)
    cites = {group.agency: group.cite for group in training.groups}
    wanted = [
        {
            "line": line,
            "agency": agency,
            "learners": group,
            "cite": cites.get(agency),
            "organization_id": _organization_id(event, agency),
        }
        for line, (agency, groups) in enumerate(learners, start=1)
        for group in groups
    ]
    now = [(row.line, row.agency, row.learners) for row in training.groups]
    if now != [(row["line"], row["agency"], row["learners"]) for row in wanted]:
        old, new = [row[1:] for row in now], [(row["agency"], row["learners"]) for row in wanted]
        if queries.are_returned(queries.moved(training.groups, old, new)):
            raise Invalid(
                _(
                    "Returns are awaited of a group that would be removed or moved; add new groups at the end."
                ),
                field="groups",
            )
        by_place(training.groups, TrainingGroup, wanted)
        changed.append("groups")
    _close(training, "platform", changed, "training.saved", event, by)
    return training


def _set_target(movement: Movement, target: dict[str, Any]) -> bool:
    if not movement.targets:
        movement.targets.append(Target(number=1, **target))
        return True
    return bool(assign(movement.targets[0], target, TARGET))


def _close(row: Any, column: str, changed: list[str], action: str, event: Event, by: Any) -> None:
    """Flush with a new version even when only the parts of the row changed, and write it down."""
    if not changed:
        return
    if row.id is not None:
        flag_modified(row, column)
    db.session.flush()
    record(by, action, row, event=event, fields=sorted(changed))


def _organization_id(event: Event, name: str) -> int | None:
    found = organizations.find(name, on=event.units_as_of, province_code=event.province_code)
    return found.id if found else None
