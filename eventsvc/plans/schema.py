"""What a plan file may say. Sections and fields stand here in the order in which they are written out."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.models import ItemKind
from eventsvc.campaigns.models import Comparator
from eventsvc.documents.models import DocumentKind
from eventsvc.events.models import EventForm, EventKind
from eventsvc.guests.models import Phrasing
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
    Text,
    Texts,
)
from eventsvc.plans.parsing import Node, PlanRefused, Problem, parse
from eventsvc.sites.models import SiteLevel
from eventsvc.tasks.models import AssigneeRole, DeadlineKind

DOCUMENT_TYPES = {
    "KẾ HOẠCH": DocumentKind.PLAN,
    "THÔNG BÁO": DocumentKind.NOTICE,
    "QUYẾT ĐỊNH": DocumentKind.DECISION,
    "BÁO CÁO": DocumentKind.REPORT,
    "CÔNG VĂN": DocumentKind.OFFICIAL_LETTER,
}
MAIN_VENUE = "main"
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
    "number": Text(STATED, 80),
    "issued_place": Text(STATED, 200),
    "issued_date": Day(STATED),
    "title": Mapping(REQUIRED, _CITED),
    "issuer": Mapping(STATED, _CITED),
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
    "signer": Mapping(
        fields={
            "name": Text(STATED, 200),
            "title": Text(STATED, 200),
            "authority_prefix": Text(STATED, 40),
            "cite": _CITE,
            "note": _NOTE,
        }
    ),
    "recipients": Items(
        fields={"text": Text(REQUIRED), "purpose": Text(STATED, 80), "note": _NOTE},
    ),
}

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
    "budget": Items(
        fields={
            "text": Text(REQUIRED),
            "decision": Text(STATED, 80),
            "decision_date": Day(STATED),
            "allocated_to": _NAME,
            "fiscal_year": Count(OPTIONAL, 1990, 2100),
            "amount": Count(STATED, 0, 10**15),
            "cite": _CITE,
        }
    ),
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

_TASK: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "agency": Text(REQUIRED, 1000),
    "role": Choice(REQUIRED, _words(AssigneeRole)),
    "lead_agency": _NAME,
    "coordinating": Texts(),
    "action": Text(OPTIONAL, 60),
    "report_to": _NAME,
    "report_via": _NAME,
    "deadline": Day(STATED),
    "deadline_semantics": Choice(OPTIONAL, _words(DeadlineKind)),
    "cite": _CITE,
    "text": Text(REQUIRED),
    "note": _NOTE,
}

SECTIONS: dict[str, Field] = {
    "plan_id": Text(REQUIRED, 40),
    "document": Mapping(REQUIRED, _DOCUMENT),
    "purposes": Items(fields=_CITED),
    "requirements": Items(fields=_CITED),
    "event": Mapping(REQUIRED, _EVENT),
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
    "tasks": Items(REQUIRED, _TASK, key="id"),
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
    "closing_instruction": Mapping(fields=_CITED),
    "source_anomalies": Texts(longest=10_000),
}
IGNORED = ("source_file",)


def read(content: bytes) -> tuple[dict[str, Any], Lines]:
    """The checked values of a plan file and the line of every field; PlanRefused names every problem."""
    root = parse(content)
    unplaced = [key for key in root.value if key not in SECTIONS and key not in IGNORED]
    if unplaced:
        raise PlanRefused([_unplaced(key, root.value[key]) for key in unplaced])
    check = Check()
    sections = {key: node for key, node in root.value.items() if key not in IGNORED}
    data = Mapping(REQUIRED, SECTIONS).read(Node(sections, root.line), "", check)
    if not check.problems:
        _check_sense(data, check)
    if check.problems:
        raise PlanRefused(sorted(check.problems, key=lambda problem: problem.line or 0))
    return data, check.lines


def _unplaced(key: str, node: Node) -> Problem:
    return Problem(node.line, key, _("There is no place yet for the section “%(section)s”.", section=key))


def _check_sense(data: dict[str, Any], check: Check) -> None:
    """What no field can tell alone: the order of dates, and that what is named exists."""
    time = data["event"]["time"]
    sittings = data["event"].get("further_sittings") or []
    for sitting in sittings:
        path = f"event.further_sittings[{sitting['order']}].exact_end"
        start, end = sitting.get("exact_start"), sitting.get("exact_end")
        if end and (not start or end <= start):
            _blame(check, path, _("The end stands before the start."))
    for first, last in (("window_start", "window_end"), ("exact_start", "exact_end")):
        start, end = time.get(first), time.get(last)
        if start and end and (end < start or (first == "exact_start" and end == start)):
            _blame(check, f"event.time.{last}", _("The end stands before the start."))
    if time.get("exact_end") and not time.get("exact_start"):
        _blame(check, "event.time.exact_end", _("An end needs a start."))
    rituals = {ritual["id"] for ritual in data.get("rituals") or []}
    performed: set[str | None] = set()
    strands, before = len(data["event"].get("strands") or []), (0, 0)
    for item in data["agenda"]:
        here = (item.get("sitting") or 1, item.get("strand") or 0)
        if here[1] > strands:
            _blame(check, f"agenda[{item['order']}].strand", _("The event has no such strand."))
        elif here[0] == before[0] and here[1] < before[1] <= strands:
            message = _("The items on the stage come first, then those beside it, strand by strand.")
            _blame(check, f"agenda[{item['order']}].order", message)
        before = here
        if (item.get("sitting") or 1) > len(sittings) + 1:
            _blame(check, f"agenda[{item['order']}].sitting", _("The event has no such sitting."))
        path, key = f"agenda[{item['order']}].ritual", item.get("ritual")
        if key and key not in rituals:
            _blame(check, path, _("There is no ritual “%(key)s” among the rituals.", key=key))
        elif key and key in performed:
            _blame(check, path, _("Another item has the same value here."))
        performed.add(key)
    for task in data["tasks"]:
        if task.get("deadline_semantics") and not task.get("deadline"):
            _blame(check, f"tasks[{task['id']}].deadline_semantics", _("There is no deadline to speak of."))


def _blame(check: Check, path: str, message: str) -> None:
    check.problems.append(Problem(check.lines.get(path), path, message))
