"""The words of roles, deadlines and how pressing they are."""

from flask_babel import lazy_gettext as _l

from eventsvc.tasks.deadlines import Pressure
from eventsvc.tasks.duty_models import Presence, Rhythm
from eventsvc.tasks.filters import Sort
from eventsvc.tasks.models import (
    Anchor,
    AssigneeRole,
    AssignmentState,
    DeadlineKind,
    EntryKind,
    ExtensionState,
    TaskKind,
    TaskState,
)
from eventsvc.tasks.obstacle_models import ObstacleState
from eventsvc.tasks.returns import ReturnState
from eventsvc.web import labels

labels.register(
    {
        AssigneeRole.LEAD: _l("Leads"),
        AssigneeRole.RESPONSIBLE: _l("Carries out"),
        AssigneeRole.COORDINATING: _l("Coordinates"),
        AssigneeRole.REQUESTED: _l("Is asked to"),
        AssigneeRole.WITH: _l("Beside the lead"),
        AssigneeRole.OWNER: _l("Answers for a module"),
        DeadlineKind.INCLUSIVE: _l("On that day at the latest"),
        DeadlineKind.EXCLUSIVE: _l("Before that day"),
        DeadlineKind.MONTH: _l("Within the month"),
        DeadlineKind.MONTH_RANGE: _l("Within these months"),
        DeadlineKind.QUARTER: _l("Within the quarter"),
        DeadlineKind.MONTH_START: _l("At the beginning of the month"),
        DeadlineKind.MONTH_END: _l("At the end of the month"),
        DeadlineKind.DAYS: _l("So many days from"),
        DeadlineKind.WORKING_DAYS: _l("So many working days from"),
        DeadlineKind.EXTERNAL: _l("When somebody else says so"),
        DeadlineKind.ONGOING: _l("All the time"),
        Anchor.OPENING: _l("Opening day of the event"),
        Anchor.CLOSING: _l("Closing day of the event"),
        Anchor.OBSTACLE: _l("Day on which an obstacle is raised"),
        TaskKind.ASSIGNMENT: _l("Assignment"),
        TaskKind.FOLLOW_UP: _l("What follows"),
        TaskKind.PLAN_ITEM: _l("Item of the plan"),
        TaskKind.DIRECTIVE: _l("Directive"),
        TaskKind.STEP: _l("Step of a directive"),
        Sort.PLAN: _l("as in the plan"),
        Sort.DUE: _l("by the last day"),
        EntryKind.ASSIGNED: _l("charged with it"),
        EntryKind.EDITED: _l("changed"),
        EntryKind.RECEIVED: _l("has received it"),
        EntryKind.PROGRESS: _l("reported progress"),
        EntryKind.REPORTED: _l("reported it done"),
        EntryKind.RETURNED: _l("sent it back"),
        EntryKind.ACCEPTED: _l("accepted it as done"),
        EntryKind.DECLINED: _l("asked for another agency to be charged"),
        EntryKind.COMMENT: _l("commented"),
        EntryKind.PAPER: _l("added a paper"),
        EntryKind.EXTENSION_ASKED: _l("asked for more time"),
        EntryKind.EXTENDED: _l("gave more time"),
        EntryKind.EXTENSION_REFUSED: _l("refused more time"),
        EntryKind.OBSTACLE: _l("raised an obstacle"),
        EntryKind.DECISION: _l("decided on an obstacle"),
        EntryKind.CLOSED: _l("closed the task"),
        EntryKind.REOPENED: _l("opened the task again"),
        Rhythm.WEEKLY: _l("Every week"),
        Rhythm.MONTHLY: _l("Every month"),
        Rhythm.BY_DATE: _l("On chosen days"),
        Rhythm.AD_HOC: _l("When it is asked for"),
    }
)
labels.register(
    {
        TaskState.OPEN: _l("Being carried out"),
        TaskState.DONE: _l("Done"),
        TaskState.DROPPED: _l("No longer to be done"),
    },
    {TaskState.OPEN: "info", TaskState.DONE: "ok", TaskState.DROPPED: "mute"},
)
labels.register(
    {
        AssignmentState.ASSIGNED: _l("Not received yet"),
        AssignmentState.RECEIVED: _l("Task received"),
        AssignmentState.IN_PROGRESS: _l("In hand"),
        AssignmentState.REPORTED: _l("Reported done"),
        AssignmentState.RETURNED: _l("Sent back to the agency"),
        AssignmentState.ACCEPTED: _l("Completed"),
        AssignmentState.DECLINED: _l("Asks for another agency"),
    },
    {
        AssignmentState.ASSIGNED: "mute",
        AssignmentState.RECEIVED: "info",
        AssignmentState.IN_PROGRESS: "info",
        AssignmentState.REPORTED: "warn",
        AssignmentState.RETURNED: "err",
        AssignmentState.ACCEPTED: "ok",
        AssignmentState.DECLINED: "err",
    },
)
labels.register(
    {
        ReturnState.MISSING: _l("Not handed in"),
        ReturnState.SUBMITTED: _l("Handed in"),
        ReturnState.FORWARDED: _l("Forwarded"),
        ReturnState.RETURNED: _l("Sent back for correction"),
        ReturnState.APPROVED: _l("Approved (report)"),
    },
    {
        ReturnState.MISSING: "mute",
        ReturnState.SUBMITTED: "info",
        ReturnState.FORWARDED: "info",
        ReturnState.RETURNED: "err",
        ReturnState.APPROVED: "ok",
    },
)
labels.register(
    {
        ExtensionState.ASKED: _l("Awaits a decision"),
        ExtensionState.GRANTED: _l("Granted"),
        ExtensionState.REFUSED: _l("Refused (more time)"),
    },
    {ExtensionState.ASKED: "warn", ExtensionState.GRANTED: "ok", ExtensionState.REFUSED: "mute"},
)
labels.register(
    {
        ObstacleState.RAISED: _l("Raised"),
        ObstacleState.SUBMITTED: _l("Laid before the leaders"),
        ObstacleState.DECIDED: _l("Decided"),
        ObstacleState.WITHDRAWN: _l("Withdrawn by the agency"),
    },
    {
        ObstacleState.RAISED: "warn",
        ObstacleState.SUBMITTED: "info",
        ObstacleState.DECIDED: "ok",
        ObstacleState.WITHDRAWN: "mute",
    },
)
labels.register(
    {
        Presence.PRESENT: _l("Present at the meeting"),
        Presence.ABSENT: _l("Absent from the meeting"),
        Presence.EXCUSED: _l("Absent with leave"),
    },
    {Presence.PRESENT: "ok", Presence.ABSENT: "err", Presence.EXCUSED: "warn"},
)
labels.register(
    {
        Pressure.NONE: _l("No deadline"),
        Pressure.AHEAD: _l("In time"),
        Pressure.SOON: _l("Due within a week"),
        Pressure.PAST: _l("Deadline passed"),
    },
    {Pressure.NONE: "mute", Pressure.AHEAD: "info", Pressure.SOON: "warn", Pressure.PAST: "err"},
)
