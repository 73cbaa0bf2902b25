"""What a list of tasks is cut down to, and in which order it stands. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from eventsvc.tasks.deadlines import Pressure
from eventsvc.tasks.models import Assignment, AssignmentState, TaskKind, TaskState

ANSWERED = (AssignmentState.REPORTED, AssignmentState.ACCEPTED, AssignmentState.DECLINED)
"""The agency has said its last word for now; it is for the organizers to look."""
FINISHED = (AssignmentState.REPORTED, AssignmentState.ACCEPTED)


class Sort(StrEnum):
    PLAN = "plan"
    DUE = "due"


@dataclass(frozen=True)
class Filters:
    """What the list of tasks is cut down to."""

    q: str = ""
    kind: TaskKind | None = None
    state: TaskState | None = None
    pressure: Pressure | None = None
    asked_id: int | None = None
    sort: Sort = Sort.PLAN

    @property
    def are_set(self) -> bool:
        return bool(self.q or self.kind or self.state or self.pressure or self.asked_id)


class Row(NamedTuple):
    """An assignment with the last day that holds for it."""

    assignment: Assignment
    last_day: date | None
