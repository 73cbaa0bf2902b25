"""What a plan file may say of work: tasks, a year's items with their targets, a meeting with its conclusions."""

from eventsvc.movements.models import TargetPeriod
from eventsvc.plans.fields import (
    OPTIONAL,
    REQUIRED,
    STATED,
    Choice,
    Count,
    Day,
    Field,
    Items,
    Mapping,
    Number,
    Presence,
    Text,
    Texts,
)
from eventsvc.plans.meanings import Meaning, Rule
from eventsvc.tasks.models import Anchor, AssigneeRole, DeadlineKind

OPERATORS = (">=", ">", "=")
STATUSES = ("completed", "dropped")

_CITE = Text(OPTIONAL, 200)
_NOTE = Text(OPTIONAL)
_NAME = Text(OPTIONAL, 1000)
_WORDS = Mapping(STATED, {"text": Text(REQUIRED), "cite": _CITE})
_ROLES = tuple(role.value for role in AssigneeRole)


def _timing(presence: Presence = OPTIONAL) -> Mapping:
    """A deadline that is no single day: its printed words, what they mean, and the days that they come to."""
    return Mapping(
        presence,
        {
            "text": Text(STATED, 1000),
            "label": Text(STATED, 80),
            "kind": Choice(STATED, tuple(kind.value for kind in DeadlineKind)),
            "deadline": Day(),
            "window_start": Day(STATED),
            "window_end": Day(STATED),
            "offset_days": Count(OPTIONAL, -3660, 3660),
            "anchor": Choice(OPTIONAL, tuple(anchor.value for anchor in Anchor)),
            "anchor_text": Text(OPTIONAL, 1000),
        },
    )


_DEADLINE: dict[str, Field] = {
    "deadline": Day(STATED),
    "deadline_semantics": Meaning(),
    "timing": _timing(),
}

_PARTICIPANTS = Mapping(OPTIONAL, {"text": Text(REQUIRED), "label": Text(OPTIONAL, 80)})
_MORE: dict[str, Field] = {
    "with": Texts(),
    "module_owners": Texts(),
    "action": Text(OPTIONAL, 60),
    "report_to": _NAME,
    "content": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
    "goal": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
    "participants": _PARTICIPANTS,
    "status": Choice(OPTIONAL, STATUSES),
    "status_text": Text(OPTIONAL, 200),
}
"""What the files of one kind of task say and the pages of every kind can."""

TASK: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "agency": Text(STATED, 1000),
    "agency_role": Text(OPTIONAL, 200),
    "role": Choice(OPTIONAL, _ROLES),
    "lead_agency": _NAME,
    "coordinating": Texts(),
    "report_via": _NAME,
    **_MORE,
    **_DEADLINE,
    "deadline_text": Text(OPTIONAL, 1000),
    "cite": _CITE,
    "text": Text(REQUIRED),
    "note": _NOTE,
}

_TARGET: dict[str, Field] = {
    "metric": Text(REQUIRED, 1000),
    "op": Choice(REQUIRED, OPERATORS),
    "value": Number(REQUIRED),
    "unit": Text(REQUIRED, 200),
    "actor": Text(OPTIONAL, 1000),
    "baseline": Number(OPTIONAL),
    "period": Choice(OPTIONAL, tuple(period.value for period in TargetPeriod)),
    "due": Day(OPTIONAL),
    "returned_by": Text(OPTIONAL, 300),
    "checked_by": Text(OPTIONAL, 300),
}

PLAN_ITEM: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "title": Mapping(REQUIRED, {"text": Text(REQUIRED), "cite": _CITE}),
    "lead": Text(REQUIRED, 1000),
    "lead_label": Text(STATED, 200),
    "lead_agency": _NAME,
    "report_via": _NAME,
    **_MORE,
    "coordinating": Mapping(STATED, {"text": Text(OPTIONAL), "orgs": Texts()}),
    "content": Mapping(STATED, {"text": Text(REQUIRED)}),
    "goal": Mapping(STATED, {"text": Text(REQUIRED)}),
    "timing": _timing(STATED),
    "status": Choice(STATED, STATUSES),
    "note": _NOTE,
    "indicators": Items(
        fields={
            "order": Count(REQUIRED, 1),
            "text": Text(REQUIRED),
            "responsible": Text(OPTIONAL, 300),
            "targets": Items(STATED, _TARGET),
        },
        key="order",
    ),
}

MEETING = Mapping(
    fields={
        "date": Day(REQUIRED),
        "place": _WORDS,
        "chair": Mapping(STATED, {"name": Text(REQUIRED, 200), "title": Text(STATED, 200), "cite": _CITE}),
        "subject": _WORDS,
        "attendees": Mapping(
            STATED,
            {
                "text": Text(STATED),
                "cite": _CITE,
                "present": Texts(longest=300),
                "absent": Items(
                    fields={"org": Text(REQUIRED, 300), "text": Text(STATED), "reason": Text(STATED)}
                ),
            },
        ),
        "report_heard": Mapping(STATED, {"text": Text(REQUIRED), "by": Text(STATED, 300), "cite": _CITE}),
    }
)

DIRECTIVE: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "assignee": Text(REQUIRED, 1000),
    "role": Choice(REQUIRED, _ROLES),
    "lead_agency": _NAME,
    "coordinating": Texts(),
    "via": _NAME,
    **_MORE,
    **_DEADLINE,
    "cite": _CITE,
    "text": Text(REQUIRED),
    "note_text": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
    "steps": Items(
        fields={
            "text": Text(REQUIRED),
            "by": Text(REQUIRED, 1000),
            "to": Text(STATED, 1000),
            **_DEADLINE,
            "note": _NOTE,
        }
    ),
    "recurrence": Mapping(
        OPTIONAL,
        {
            "rrule": Rule(REQUIRED),
            "dtstart": Day(REQUIRED),
            "until": Day(STATED),
            "kind": Choice(OPTIONAL, ("report",)),
            "to": Text(STATED, 300),
        },
    ),
    "response_rule": Mapping(
        OPTIONAL,
        {
            "working_days": Count(REQUIRED, 1, 365),
            "counted_from": Text(STATED, 1000),
            "action": Text(STATED, 60),
        },
    ),
    "depends_on": Texts(longest=40),
    "note": _NOTE,
}

KEY_DATE: dict[str, Field] = {
    "date": Day(STATED),
    "until": Day(OPTIONAL),
    "text": Text(OPTIONAL, 1000),
    "what": Text(REQUIRED, 2000),
    "cite": _CITE,
}
