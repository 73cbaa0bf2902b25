"""What follows from a plan: money, the movement and its training."""

from typing import Any

import sqlalchemy as sa

from eventsvc.budgets.models import BudgetSource
from eventsvc.budgets.queries import is_in_use
from eventsvc.db import db
from eventsvc.movements import queries
from eventsvc.movements.models import (
    Comparator,
    Movement,
    Skill,
    Target,
    Training,
    TrainingGroup,
)
from eventsvc.plans.operations.rows import day
from eventsvc.rows import assign, by_place

Data = dict[str, Any]


def place_budget(placing: Any, rows: list[Data]) -> None:
    standing = list(
        db.session.scalars(
            sa.select(BudgetSource)
            .where(BudgetSource.event_id == placing.event.id)
            .order_by(BudgetSource.number)
        )
    )
    for number, row in enumerate(rows, start=1):
        columns = {
            "text": row["text"],
            "decision": row.get("decision"),
            "decision_date": day(row.get("decision_date")),
            "allocated_to": row.get("allocated_to"),
            "fiscal_year": row.get("fiscal_year"),
            "amount": row.get("amount"),
            "cite": row.get("cite"),
        }
        if number <= len(standing):
            assign(standing[number - 1], columns)
        else:
            db.session.add(BudgetSource(event=placing.event, number=number, **columns))
    for source in standing[len(rows) :]:
        if not is_in_use(source):  # what money was approved from stays
            db.session.delete(source)


def place_movement(placing: Any, row: Data | None) -> None:
    movement = db.session.scalar(sa.select(Movement).where(Movement.event_id == placing.event.id))
    if not row:
        if movement is not None and not queries.is_returned(
            movement
        ):  # what was returned is never taken away
            db.session.delete(movement)
        return
    report = row.get("report") or {}
    columns = {
        "name": row["name"],
        "cite": row.get("cite"),
        "starts": row.get("starts"),
        "start_date": day(row.get("start_date")),
        "duration_days": row.get("duration_days"),
        "report_from": report.get("from"),
        "report_to": report.get("to"),
        "report_via": report.get("via"),
        "report_due": day(report.get("due")),
        "report_due_meaning": report.get("due_semantics"),
    }
    if movement is None:
        movement = Movement(event=placing.event, **columns)
        db.session.add(movement)
    assign(movement, columns)
    target = {
        "actor": row["actor"],
        "comparator": Comparator(row["target_semantics"]),
        "value": row["target_per_member"],
        "unit": row["target_unit"],
        "number_of_members": row.get("number_of_members"),
    }
    by_place(movement.targets, Target, [target])
    skills = row.get("skills") or []
    if not queries.are_counted(queries.moved(movement.skills, [one.text for one in movement.skills], skills)):
        by_place(movement.skills, Skill, [{"text": skill} for skill in skills])


def place_training(placing: Any, row: Data | None) -> None:
    training = db.session.scalar(sa.select(Training).where(Training.event_id == placing.event.id))
    if not row:
        if training is not None and not queries.are_returned(training.groups):
            db.session.delete(training)
        return
    rule = row.get("completion_rule") or {}
    columns = {
        "platform": row.get("platform"),
        "provider": row.get("provider"),
        "completion_rule": rule.get("text"),
        "completion_cite": rule.get("cite"),
        "pass_mark": row.get("pass_mark"),
        "deadline": day(row.get("deadline")),
    }
    if training is None:
        training = Training(event_id=placing.event.id, **columns)
        db.session.add(training)
    assign(training, columns)
    groups = [
        {
            "line": line,
            "agency": group["agency"],
            "learners": learners,
            "cite": group.get("cite"),
            "organization_id": placing.organization_id(group["agency"]),
        }
        for line, group in enumerate(row.get("target_groups") or [], start=1)
        for learners in group["groups"]
    ]
    old = [(group.agency, group.learners) for group in training.groups]
    new = [(group["agency"], group["learners"]) for group in groups]
    if not queries.are_returned(queries.moved(training.groups, old, new)):
        by_place(training.groups, TrainingGroup, groups)
