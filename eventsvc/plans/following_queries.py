"""Who is to be invited by a plan and what follows from it, read back from the rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc.budgets.models import BudgetSource
from eventsvc.db import db
from eventsvc.events.models import Event, EventRole
from eventsvc.guests.models import GuestGroup, GuestHeading
from eventsvc.movements.models import Milestone, Movement, Training
from eventsvc.sites.models import SiteCount, SiteLevel

Data = dict[str, Any]


def rows_of(model: Any, event: Event, *options: Any) -> list[Any]:
    statement = sa.select(model).where(model.event_id == event.id).order_by(model.number, model.id)
    return list(db.session.scalars(statement.options(*options)))


def one_of(model: Any, event: Event) -> Any:
    return db.session.scalar(sa.select(model).where(model.event_id == event.id))


def cited(words: str | None, cite: str | None) -> Data | None:
    return {"text": words, "cite": cite} if words else None


def day_of(day: date | None) -> str | None:
    return day.isoformat() if day else None


def delegates(event: Event) -> Data:
    headings = {
        heading.level: heading
        for heading in db.session.scalars(sa.select(GuestHeading).where(GuestHeading.event_id == event.id))
    }
    groups = rows_of(GuestGroup, event, selectinload(GuestGroup.organizations))
    over_all = headings.get(None)
    return {
        "cite": over_all.cite if over_all else None,
        "title": {"text": over_all.text} if over_all and over_all.text else None,
        "by_site": [
            {
                "site_level": level.value,
                "heading": cited(headings[level].text, headings[level].cite) if level in headings else None,
                "groups": _groups(group for group in groups if group.level is level),
            }
            for level in SiteLevel
            if level in headings or any(group.level is level for group in groups)
        ],
    }


def _groups(groups: Iterable[GuestGroup]) -> list[Data]:
    return [
        {
            "order": order,
            "text": group.name,
            "org": next((row.name for row in group.organizations if not row.listed), None),
            "orgs": [row.name for row in group.organizations if row.listed],
            "role": group.role,
            "phrasing": group.phrasing.value if group.phrasing else None,
            "seats": group.seats,
            "note": group.note,
        }
        for order, group in enumerate(groups, start=1)
    ]


def movement(event: Event) -> Data | None:
    row = one_of(Movement, event)
    if row is None:
        return None
    target = row.targets[0]
    return {
        "name": row.name,
        "cite": row.cite,
        "actor": target.actor,
        "target_per_member": int(target.value),
        "target_unit": target.unit,
        "target_semantics": target.comparator.value,
        "duration_days": row.duration_days,
        "starts": row.starts,
        "start_date": day_of(row.start_date),
        "skills": [skill.text for skill in row.skills],
        "report": {
            "from": row.report_from,
            "to": row.report_to,
            "via": row.report_via,
            "due": day_of(row.report_due),
            "due_semantics": row.report_due_meaning,
        },
        "number_of_members": target.number_of_members,
    }


def training(event: Event) -> Data | None:
    row = one_of(Training, event)
    if row is None:
        return None
    lines: dict[int, Data] = {}
    for group in row.groups:
        line = lines.setdefault(group.line, {"cite": group.cite, "agency": group.agency, "groups": []})
        line["groups"].append(group.learners)
    return {
        "platform": row.platform,
        "provider": row.provider,
        "completion_rule": cited(row.completion_rule, row.completion_cite),
        "pass_mark": row.pass_mark,
        "deadline": day_of(row.deadline),
        "target_groups": list(lines.values()),
    }


def budget(event: Event) -> list[Data]:
    return [
        {
            "text": row.text,
            "decision": row.decision,
            "decision_date": day_of(row.decision_date),
            "allocated_to": row.allocated_to,
            "fiscal_year": row.fiscal_year,
            "amount": row.amount,
            "cite": row.cite,
        }
        for row in rows_of(BudgetSource, event)
    ]


def own_words(event: Event) -> Data:
    """What the plan says that no form has a field for, for its page."""
    in_role = {role: [row for row in event.organizations if row.role is role] for role in EventRole}
    headings = db.session.scalars(
        sa.select(GuestHeading).where(GuestHeading.event_id == event.id, GuestHeading.text.is_not(None))
    )
    levels = [None, *SiteLevel]
    return {
        "hosts": in_role[EventRole.HOST],
        "leads": in_role[EventRole.IMPLEMENTING],
        "coordinating": in_role[EventRole.COORDINATING],
        "scale": one_of(SiteCount, event),
        "headings": sorted(headings, key=lambda row: levels.index(row.level)),
        "key_dates": rows_of(Milestone, event),
    }
