"""What agencies were charged with, and what came of it, for the world of the tests of all routes: a row of everything
that an address of tasks, duties and returns may name."""

from datetime import date, timedelta
from typing import Any

from eventsvc import clock
from eventsvc.campaigns.launch_operations import report_launch
from eventsvc.campaigns.return_models import LocalLaunch
from eventsvc.db import atomic, db
from eventsvc.events.calendar_operations import set_calendar_day
from eventsvc.events.calendar_queries import days_of
from eventsvc.events.models import Event
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks.obstacle_operations import raise_obstacle


def charge(event: Event, asked: OrganizationInvitation, poison: str) -> dict[str, Any]:
    """Rows of the event that belong to the organization asked; their ids by the names that addresses use."""
    obstacle = raise_obstacle(
        event,
        words=f"Thiếu kinh phí{poison}",
        proposal=f"Đề nghị bổ sung{poison}",
        asked=asked,
        by_name=f"Trần Thị Bảy{poison}",
        by=asked,
    )
    return {
        "obstacle_id": obstacle.id,
        "day_id": _corrected_day(event, poison),
        "launch_id": _launch(event, asked, poison),
    }


def _launch(event: Event, asked: OrganizationInvitation, poison: str) -> int:
    with atomic():
        launch = LocalLaunch(event=event, asked=asked, place=f"Sân vận động{poison}")
        db.session.add(launch)
        db.session.flush()
    report_launch(
        launch,
        held_on=clock.today(),
        participants=45,
        summary=f"Mít tinh{poison}",
        by_name=f"Bà Tám{poison}",
        by=asked,
    )
    return launch.id


def _corrected_day(event: Event, poison: str) -> int:
    day = date(2029, 1, 1) + timedelta(days=event.id)
    standing = next((row for row in days_of(2029) if row.day == day), None)
    made = standing or set_calendar_day(day, is_working=False, name=f"Nghỉ bù{poison}", by=None)
    return made.id
