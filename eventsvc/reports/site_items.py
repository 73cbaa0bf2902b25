"""A site as the API tells it. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from eventsvc.sites import readiness
from eventsvc.sites.models import Milestone, Site
from eventsvc.sites.readiness import Due

OF_THE_HALL = (
    "hall", "address", "map_url", "capacity", "video_platform", "meeting_id", "meeting_url", "backup_line",
)  # fmt: skip
OF_PEOPLE = (
    "contact_name", "contact_phone", "contact_email", "host_name", "host_position", "host_phone",
    "technician_name", "technician_phone",
)  # fmt: skip


def item(
    site: Site,
    figures: tuple[int, int],
    moment: tuple[Sequence[Due], datetime],
    counted: tuple[int, datetime] | None,
    with_hall: bool,
    with_contacts: bool,
) -> dict[str, Any]:
    """The site with where it stands, what it has missed at the moment, and the newest head-count that it reported.

    `figures`: how many people are expected, and how many were checked in.
    """
    dues, now = moment
    coming = None if site.closed_at else readiness.coming(site, dues, now)
    answer: dict[str, Any] = {
        "code": site.code,
        "name": site.name,
        "level": site.level.value,
        "district": site.parent_name,
        "district_code": site.parent_code,
        "number": site.number,
        "cluster": site.cluster,
        "speaks": site.speaks,
        "status": site.status.value,
        "milestones": {milestone.value: site.reached_at(milestone) for milestone in Milestone},
        "open_faults": site.open_faults,
        "missed": [_due(due) for due in readiness.missed(site, dues, now)],
        "next": _due(coming) if coming else None,
        "head_count": {"people": counted[0], "counted_at": counted[1]} if counted else None,
        "expected": figures[0],
        "present": figures[1],
    }
    if with_hall:
        answer |= {name: getattr(site, name) for name in OF_THE_HALL}
    if with_contacts:
        answer |= {name: getattr(site, name) for name in OF_PEOPLE}
    return answer


def _due(due: Due) -> dict[str, Any]:
    return {"gate": due.rule.gate.value, "due_at": due.at}
