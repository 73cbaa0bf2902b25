"""What a plan file may say. Sections and fields stand here in the order in which they are written out."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.models import ItemKind
from eventsvc.documents.models import DocumentKind
from eventsvc.events.models import EventForm, EventKind
from eventsvc.guests.models import Phrasing
from eventsvc.movements.models import Comparator
from eventsvc.plans.campaign_schema import CAMPAIGN, is_campaign
from eventsvc.plans.campaign_sense import campaign_problems
from eventsvc.plans.deriving import MAIN_VENUE, event_of
from eventsvc.plans.fields import (
    OPTIONAL,
    REQUIRED,
    STATED,
    Check,
    Choice,
    Clock,
    Count,
    CountOrMapping,
    Day,
    Field,
    Items,
    Lines,
    Mapping,
    Moment,
    OnlyFalse,
    PlainOrMapping,
    Text,
    Texts,
)
from eventsvc.plans.parsing import Node, PlanRefused, Problem, parse
from eventsvc.plans.sense import blame, check_sense
from eventsvc.plans.work_schema import DIRECTIVE, KEY_DATE, MEETING, PLAN_ITEM, TASK
from eventsvc.sites.models import SiteLevel

DOCUMENT_TYPES = {
    "KẾ HOẠCH": DocumentKind.PLAN,
    "THÔNG BÁO": DocumentKind.NOTICE,
    "QUYẾT ĐỊNH": DocumentKind.DECISION,
    "BÁO CÁO": DocumentKind.REPORT,
    "CÔNG VĂN": DocumentKind.OFFICIAL_LETTER,
}
BRIDGES, DISTRICT_BRIDGES, COMMUNE_BRIDGES = "bridges", "district_bridges", "commune_bridges"
VENUE_ROLES = (MAIN_VENUE, BRIDGES, DISTRICT_BRIDGES, COMMUNE_BRIDGES)


def _words(words: type) -> tuple[str, ...]:
    return tuple(word.value for word in words)  # type: ignore[attr-defined]


_CITED = {"text": Text(REQUIRED), "cite": Text(OPTIONAL, 200)}
_NOTE = Text(OPTIONAL)
_CITE = Text(OPTIONAL, 200)
_NAME = Text(OPTIONAL, 1000)
_MINUTES = Count(OPTIONAL, 1, 24 * 60)
_PARTICIPANTS = Items(
    fields={
        "order": Count(REQUIRED, 1),
        "text": Text(REQUIRED),
        "org": Text(STATED, 1000),
        "person": Text(STATED, 200),
        "position": Text(OPTIONAL, 1000),
        "stands_at": Text(OPTIONAL, 1000),
        "cue": Text(OPTIONAL, 1000),
    },
    key="order",
)

_DOCUMENT: dict[str, Field] = {
    "doc_type": Choice(REQUIRED, tuple(DOCUMENT_TYPES)),
    "number": PlainOrMapping(
        STATED,
        {"text": Text(REQUIRED, 120), "serial": Text(STATED, 20), "symbol": Text(STATED, 50)},
        Text(longest=80),
    ),
    "issued_place": Text(STATED, 200),
    "issued_date": Day(STATED),
    "issued_line": Mapping(
        OPTIONAL,
        {
            "text": Text(REQUIRED, 200),
            "year": Count(OPTIONAL, 1900, 2199),
            "month": Count(OPTIONAL, 1, 12),
            "day": Count(OPTIONAL, 1, 31),
        },
    ),
    "title": Mapping(REQUIRED, _CITED),
    "issuer": Mapping(STATED, {"text": Text(REQUIRED), "org": Text(OPTIONAL, 300), "cite": _CITE}),
    "province_code": Text(REQUIRED, 8),
    "legal_basis": Items(
        fields={
            "ref": Text(STATED, 200),
            "date": Day(STATED),
            "kind": Text(STATED, 80),
            "text": Text(REQUIRED),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "references": Items(
        fields={
            "ref": Text(REQUIRED, 200),
            "date": Day(STATED),
            "kind": Text(STATED, 80),
            "text": Text(OPTIONAL),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "signer": Mapping(
        fields={
            "name": Text(STATED, 200),
            "title": Text(STATED, 200),
            "other_title": Text(OPTIONAL, 200),
            "lines": Texts(longest=200),
            "authority_prefix": Text(STATED, 40),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "recipients": Items(
        fields={"text": Text(REQUIRED), "purpose": Text(STATED, 80), "note": _NOTE},
    ),
}

_BUDGET = Items(
    fields={
        "text": Text(REQUIRED),
        "decision": Text(STATED, 80),
        "decision_date": Day(STATED),
        "allocated_to": _NAME,
        "fiscal_year": Count(OPTIONAL, 1990, 2100),
        "amount": Count(STATED, 0, 10**15),
        "cite": _CITE,
    }
)

_EVENT: dict[str, Field] = {
    "kind": Choice(REQUIRED, _words(EventKind)),
    "short_name": Text(REQUIRED, 200),
    "title": Text(OPTIONAL, 2000),
    "time": Mapping(
        REQUIRED,
        {
            "text": Text(REQUIRED, 1000),
            "cite": _CITE,
            "window_start": Day(STATED),
            "window_end": Day(STATED),
            "exact_start": Moment(STATED),
            "exact_end": Moment(STATED),
            "note": _NOTE,
            "title": Text(OPTIONAL, 200),
            "place": Text(OPTIONAL, 1000),
            "buffer_min": _MINUTES,
        },
    ),
    "further_sittings": Items(
        fields={
            "order": Count(REQUIRED, 1),
            "title": Text(OPTIONAL, 200),
            "place": Text(OPTIONAL, 1000),
            "exact_start": Moment(STATED),
            "exact_end": Moment(STATED),
            "buffer_min": _MINUTES,
        },
        key="order",
    ),
    "strands": Items(
        fields={
            "order": Count(REQUIRED, 1),
            "name": Text(REQUIRED, 200),
            "place": Text(OPTIONAL, 1000),
        },
        key="order",
    ),
    "form": Mapping(
        REQUIRED, {"text": Text(STATED), "value": Choice(REQUIRED, _words(EventForm)), "cite": _CITE}
    ),
    "scale": Mapping(
        fields={
            "text": Text(REQUIRED),
            "main_sites": Count(STATED),
            "district_bridges": Count(STATED),
            "commune_bridges": Count(STATED),
            "total_sites": Count(STATED),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "venues": Items(
        fields={
            "role": Choice(REQUIRED, VENUE_ROLES),
            "text": Text(REQUIRED),
            "count": Count(),
            "district_bridges": Count(),
            "commune_bridges": Count(),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "host": Mapping(REQUIRED, _CITED),
    "implementing": Mapping(
        fields={
            "text": Text(STATED),
            "lead": Texts(STATED),
            "coordinating": Texts(STATED),
            "cite": _CITE,
        }
    ),
    "budget": _BUDGET,
}

_GROUP: dict[str, Field] = {
    "order": Count(REQUIRED, 1),
    "text": Text(REQUIRED, 2000),
    "org": _NAME,
    "orgs": Texts(least=1),
    "role": Text(OPTIONAL, 200),
    "phrasing": Choice(STATED, _words(Phrasing)),
    "seats": Count(STATED, 1, 100_000),
    "note": _NOTE,
}

SECTIONS: dict[str, Field] = {
    "plan_id": Text(REQUIRED, 40),
    "document": Mapping(REQUIRED, _DOCUMENT),
    "purposes": Items(fields=_CITED),
    "requirements": Items(fields=_CITED),
    "event": Mapping(REQUIRED, _EVENT),
    "meeting": MEETING,
    "findings": Items(fields=_CITED),
    "plan_items": Items(fields=PLAN_ITEM, key="id"),
    "agenda": Items(
        REQUIRED,
        {
            "order": Count(REQUIRED, 1),
            "kind": Choice(REQUIRED, _words(ItemKind)),
            "text": Text(REQUIRED, 2000),
            "ritual": Text(OPTIONAL, 40),
            "sitting": Count(OPTIONAL, 2),
            "strand": Count(OPTIONAL, 1),
            "cue": Text(OPTIONAL, 12),
            "speaker": Text(STATED, 1000),
            "position": Text(OPTIONAL, 1000),
            "site": Text(OPTIONAL, 80),
            "start": Clock(STATED),
            "pinned": Clock(OPTIONAL),
            "duration_min": Count(STATED, 1, 24 * 60),
            "public": OnlyFalse(OPTIONAL),
            "mc_line": Text(OPTIONAL),
            "sound": Text(OPTIONAL),
            "light": Text(OPTIONAL),
            "screen": Text(OPTIONAL),
            "line": Text(OPTIONAL),
            "reception": Text(OPTIONAL),
            "note": _NOTE,
        },
        key="order",
    ),
    "agenda_cite": _CITE,
    "rituals": Items(
        fields={
            "id": Text(REQUIRED, 40),
            "title": Mapping(REQUIRED, _CITED),
            "subject": Mapping(OPTIONAL, _CITED),
            "participants": _PARTICIPANTS,
            "signatories": _PARTICIPANTS,
            "witnesses": _PARTICIPANTS,
            "expected_count": CountOrMapping(
                STATED, {"signatories": Count(STATED), "witnesses": Count(STATED)}
            ),
            "copies": Count(OPTIONAL, 1),
            "setting": Text(OPTIONAL),
        },
        key="id",
    ),
    "follow_up": Items(fields=_CITED),
    "delegates": Mapping(
        REQUIRED,
        {
            "cite": _CITE,
            "title": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
            "by_site": Items(
                REQUIRED,
                {
                    "site_level": Choice(REQUIRED, _words(SiteLevel)),
                    "heading": Mapping(STATED, _CITED),
                    "groups": Items(REQUIRED, _GROUP, key="order"),
                },
                key="site_level",
            ),
        },
    ),
    "tasks": Items(REQUIRED, TASK, key="id"),
    "directives": Items(fields=DIRECTIVE, key="id"),
    "key_dates": Items(fields=KEY_DATE),
    **CAMPAIGN,
    "campaign": Mapping(
        fields={
            "name": Text(REQUIRED, 200),
            "cite": _CITE,
            "actor": Text(REQUIRED, 1000),
            "target_per_member": Count(REQUIRED, 1),
            "target_unit": Text(REQUIRED, 200),
            "target_semantics": Choice(REQUIRED, _words(Comparator)),
            "duration_days": Count(STATED, 1, 3660),
            "starts": Text(STATED, 1000),
            "start_date": Day(STATED),
            "skills": Texts(),
            "report": Mapping(
                fields={
                    "from": Text(STATED, 1000),
                    "to": Text(STATED, 1000),
                    "via": Text(STATED, 1000),
                    "due": Day(STATED),
                    "due_semantics": Text(STATED, 200),
                }
            ),
            "number_of_members": Count(STATED),
        }
    ),
    "training": Mapping(
        fields={
            "platform": Text(STATED, 1000),
            "provider": Text(STATED, 1000),
            "completion_rule": Mapping(STATED, _CITED),
            "pass_mark": Count(STATED, 0, 1000),
            "deadline": Day(STATED),
            "target_groups": Items(
                fields={"cite": _CITE, "agency": Text(REQUIRED, 1000), "groups": Texts(REQUIRED, 1)}
            ),
        }
    ),
    "budget": _BUDGET,
    "closing_instruction": Mapping(fields=_CITED),
    "source_anomalies": Texts(longest=10_000),
}
IGNORED = ("source_file",)

EVENT_SECTIONS: dict[str, Field] = {key: kind for key, kind in SECTIONS.items() if key not in CAMPAIGN}
"""The plan of one event."""

_OF_EVENT = ("agenda", "delegates", "tasks")
WITHOUT_EVENT: dict[str, Field] = {
    key: replace(kind, presence=OPTIONAL) if key in _OF_EVENT else kind
    for key, kind in EVENT_SECTIONS.items()
    if key != "event"
}
"""A year's plan of work, or the conclusions of a meeting: what it is an event of is read from its paper."""
IN_PLACE_OF_EVENT = ("plan_items", "meeting")

CAMPAIGN_SECTIONS: dict[str, Field] = {
    key: replace(SECTIONS[key], presence=REQUIRED) if key == "campaign_event" else SECTIONS[key]
    for key in (
        *("plan_id", "document", "purposes", "requirements"),
        *CAMPAIGN,
        *("budget", "tasks", "closing_instruction", "source_anomalies"),
    )
}
"""The plan of a campaign: what it is an event of is read from its section `campaign_event`."""


def read(content: bytes) -> tuple[dict[str, Any], Lines]:
    """The checked values of a plan file and the line of every field; PlanRefused names every problem.

    The event of a plan without that section is in the values too, but on no line.
    """
    root = parse(content)
    unplaced = [key for key in root.value if key not in SECTIONS and key not in IGNORED]
    if unplaced:
        raise PlanRefused([_unplaced(key, root.value[key]) for key in unplaced])
    check = Check()
    sections = {key: node for key, node in root.value.items() if key not in IGNORED}
    states_event = "event" in sections or not any(key in sections for key in IN_PLACE_OF_EVENT)
    kinds = EVENT_SECTIONS if states_event else WITHOUT_EVENT
    if is_campaign(sections):
        states_event, kinds = False, CAMPAIGN_SECTIONS
    data = Mapping(REQUIRED, kinds).read(Node(sections, root.line), "", check)
    if not check.problems:
        if not states_event:
            data["event"] = event_of(data)
        check_sense(data, check)
        for path, message in campaign_problems(data) if is_campaign(data) else ():
            blame(check, path, message)
    if check.problems:
        raise PlanRefused(sorted(check.problems, key=lambda problem: problem.line or 0))
    return data, check.lines


def _unplaced(key: str, node: Node) -> Problem:
    return Problem(node.line, key, _("There is no place yet for the section “%(section)s”.", section=key))
