"""Load a plan the first time; later, show what its file changed and take that up where nobody edited."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.agenda.models import AgendaItem
from eventsvc.audit.operations import record
from eventsvc.campaigns.activity_models import Activity
from eventsvc.campaigns.models import Cluster, ClusterUnit, Stop
from eventsvc.contests.models import Contest
from eventsvc.db import atomic, db
from eventsvc.documents.models import Document
from eventsvc.events.models import Event, EventKind, LegalBasis
from eventsvc.events.operations import set_data_notice
from eventsvc.guests.models import GuestGroup
from eventsvc.movements.models import Indicator
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.plans import campaign_queries, deriving, merging, queries, schema
from eventsvc.plans.fields import Lines
from eventsvc.plans.merging import Difference
from eventsvc.plans.models import PlanMark
from eventsvc.plans.operations.papers import place_document
from eventsvc.plans.operations.placing import Placing
from eventsvc.plans.parsing import refusal
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.tasks.models import Task, TaskKind

Data = dict[str, Any]
MayHost = Callable[[Organization], bool]
KEPT_AFTERWARDS = timedelta(days=90)
FOLLOWED_UP = timedelta(days=730)
"""What a meeting concluded, or a year's plan asks for, is reported on long afterwards: links must live as long."""
_FOLLOWED_UP = frozenset({EventKind.MEETING, EventKind.WORK_PLAN, EventKind.CAMPAIGN})


@dataclass
class Outcome:
    """What a plan file did, in plain values that outlive the transaction."""

    slugs: list[str]
    title: str
    created: bool
    differences: list[Difference] = field(default_factory=list)
    applied: bool = False
    remarks: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    is_campaign: bool = False

    @property
    def is_gathering(self) -> bool:
        """Whether it is a plan of something that people come to."""
        return not self.is_campaign and not any(
            self.counts.get(name) for name in ("plan_items", "directives")
        )

    @property
    def taken(self) -> list[Difference]:
        return [difference for difference in self.differences if not difference.edited]

    @property
    def kept(self) -> list[Difference]:
        """Fields where the organizer's words stay."""
        return [difference for difference in self.differences if difference.edited]


class _Undo(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def load_plan(
    content: bytes,
    *,
    update: bool = False,
    as_of: date | None = None,
    may_host: MayHost = lambda host: True,
    by: Any,
) -> Outcome:
    """The plan in the file as an event with everything in it. The same file again changes nothing; a changed
    one is taken up only with `update`. PlanRefused names line and field; then nothing is stored."""
    data, lines = schema.read(content)
    return _take_up(data, lines, update, as_of, may_host, by)


def preview_plan(
    content: bytes,
    *,
    update: bool = False,
    as_of: date | None = None,
    may_host: MayHost = lambda host: True,
    by: Any,
) -> Outcome:
    """What `load_plan` would do with the file; nothing is kept."""
    data, lines = schema.read(content)
    try:
        with atomic():
            raise _Undo(_take_up(data, lines, update, as_of, may_host, by))
    except _Undo as undone:
        return undone.outcome


def host_of(content: bytes, *, as_of: date | None = None) -> Organization:
    """The organization whose event the file makes; PlanRefused when nobody is known by that name."""
    data, lines = schema.read(content)
    return _host(data, lines, _units_as_of(data, lines, as_of))


@atomic()
def _take_up(
    data: Data, lines: Lines, update: bool, as_of: date | None, may_host: MayHost, by: Any
) -> Outcome:
    on = _units_as_of(data, lines, as_of)
    host = _host(data, lines, on)
    if not may_host(host):
        message = _("You are not an organizer of “%(name)s”.", name=host.name)
        path = _host_path(lines)
        raise refusal(message, line=lines.get(path), path=path)
    db.session.refresh(host, with_for_update=True)  # two loads of one plan wait for each other
    document = queries.document_of(host.id, data["plan_id"])
    events = queries.events_of(document) if document else []
    if document is None or not events:
        return _create(data, lines, host, document, on, by)
    return _revise(data, lines, document, events[0], update, as_of, by)


def _units_as_of(data: Data, lines: Lines, as_of: date | None) -> date:
    time = data["event"]["time"]
    window = text.parse_window(time["text"])
    day = as_of or time.get("window_start") or time.get("window_end") or (window and window[0])
    if day is None:
        message = _("Without a first day it is not known which list of units the sites come from.")
        path = "event.time.window_start" if _states_event(lines) else "document.title.text"
        path = "campaign_event.time.window_start" if _is_campaign(lines) else path
        raise refusal(message, line=lines.get(path) or lines.get("event.time"), path=path)
    return day if isinstance(day, date) else date.fromisoformat(day)


def _host(data: Data, lines: Lines, on: date) -> Organization:
    code = data["document"]["province_code"]
    if not organizations.units(code, Level.PROVINCE, on):
        message = _("There is no province with the code %(code)s on %(day)s.", code=code, day=_vietnamese(on))
        path = "document.province_code"
        raise refusal(message, line=lines.get(path), path=path)
    name = data["event"]["host"]["text"]
    host = organizations.find(name, on=on, province_code=code)
    if host is None or host.kind is OrganizationKind.BODY:
        # A committee has no office and no accounts of its own: the People's Committee hosts what it plans, and a
        # plan that names no host.
        names_host = _states_event(lines) or _is_campaign(lines)
        host = organizations.committee(code, on) if host or not names_host else None
    if host is None:
        message = _("No organization “%(name)s” is known on %(day)s.", name=name[:200], day=_vietnamese(on))
        path = _host_path(lines)
        raise refusal(message, line=lines.get(path), path=path)
    return host


def _states_event(lines: Lines) -> bool:
    return "event" in lines


def _is_campaign(lines: Lines) -> bool:
    return "campaign_event" in lines


def _host_path(lines: Lines) -> str:
    if _is_campaign(lines):
        return "campaign_event.host.text"
    return "event.host.text" if _states_event(lines) else "document.issuer.text"


def _vietnamese(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _create(
    data: Data, lines: Lines, host: Organization, document: Document | None, on: date, by: Any
) -> Outcome:
    document = place_document(document or Document(host=host, code=data["plan_id"]), data, on)
    db.session.add(document)
    placing = Placing.of_new_event(host, document, data, on, by, lines)
    placing.place(data)
    event = placing.event
    parts = campaign_queries.parts_of(event)
    for each in (event, *parts):
        _draft_data_notice(each, by)
    _mark(document, _marks(data, lines))
    record(by, "plan.loaded", document, event=event, **_counts(event))
    return Outcome(
        slugs=_slugs(event),
        title=event.title,
        created=True,
        is_campaign=_is_campaign(lines),
        remarks=placing.remarks(data),
        counts=_counts(event),
    )


def _draft_data_notice(event: Event, by: Any) -> None:
    """A plan is a state body's own paper: it processes its guests' data for its functions (Law 91/2025/QH15,
    Article 19). The organizer finds the notice filled in so and changes what is not right."""
    last = max(filter(None, [clock.today(), event.window_end]))
    set_data_notice(
        event,
        purpose=_purpose(event),
        legal_basis=LegalBasis.STATE_FUNCTION,
        controller=event.host.name,
        kept_until=last + (FOLLOWED_UP if event.kind in _FOLLOWED_UP else KEPT_AFTERWARDS),
        by=by,
    )


def _purpose(event: Event) -> str:
    """What personal data is for; the stops of a campaign take it over."""
    if event.kind.is_gathering:
        return f"Mời, đón tiếp và điểm danh đại biểu dự {event.title}."
    if event.kind is EventKind.CAMPAIGN:
        return (
            "Mời, đón tiếp đại biểu và khách tham quan; giao và theo dõi nhiệm vụ; tiếp nhận và chấm bài dự thi; "
            f"cấp thẻ tác nghiệp báo chí; xét khen thưởng: {event.title}."
        )
    return f"Giao nhiệm vụ, theo dõi và đôn đốc thực hiện: {event.title}."


def _revise(
    data: Data,
    lines: Lines,
    document: Document,
    event: Event,
    update: bool,
    as_of: date | None,
    by: Any,
) -> Outcome:
    marks = queries.marks_of(document)
    ours = queries.present(event, marks)
    if _is_campaign(lines) != (event.kind is EventKind.CAMPAIGN):
        raise refusal(
            _("This plan was loaded as another kind of plan."), line=lines.get("plan_id"), path="plan_id"
        )
    if _is_campaign(lines):  # what it is an event of follows from the rest
        data, ours = data | {"event": None}, ours | {"event": None}
    merged, differences = merging.merge(marks, data, ours)
    if _is_campaign(lines):
        form = {"value": event.form.value, "text": event.form_text, "cite": event.form_cite}
        merged["event"] = deriving.event_of(merged) | {"form": form}
    outcome = Outcome(_slugs(event), event.title, created=False, differences=differences)
    outcome.is_campaign = _is_campaign(lines)
    if as_of is not None and as_of != event.units_as_of:
        day = _vietnamese(event.units_as_of)
        outcome.remarks.append(_("The sites stay those of %(day)s, as they were made.", day=day))
    if update and differences:
        event.require_open()
        place_document(document, merged, event.units_as_of)
        placing = Placing(event, by, lines)
        placing.revise(merged)
        kept = [difference.path for difference in outcome.kept]
        _mark(document, {**_marks(data, lines), **_old_marks(marks, kept)})
        record(by, "plan.updated", document, event=event, taken=len(outcome.taken), kept=len(outcome.kept))
        outcome.applied = True
        outcome.remarks += placing.remarks(merged)
    outcome.counts = _counts(event)
    return outcome


def _marks(data: Data, lines: Lines) -> dict[str, str]:
    """What the file says, by path; with a mark where the event only follows from the rest."""
    if _is_campaign(lines):
        return merging.marks_of({key: value for key, value in data.items() if key != "event"})
    marks = merging.marks_of(data)
    return marks if _states_event(lines) else {**marks, "event": merging.DERIVED}


def _old_marks(marks: dict[str, str], kept: list[str]) -> dict[str, str]:
    """What was last loaded into the fields that stay as an organizer left them."""
    return {
        path: mark
        for path, mark in marks.items()
        if any(path == other or path.startswith(f"{other}.") for other in kept)
    }


def _mark(document: Document, marks: dict[str, str]) -> None:
    db.session.flush()
    db.session.execute(sa.delete(PlanMark).where(PlanMark.document_id == document.id))
    rows = [{"document_id": document.id, "path": path, "digest": value} for path, value in marks.items()]
    db.session.execute(sa.insert(PlanMark), rows)


_COUNTED = {
    "tasks": TaskKind.ASSIGNMENT,
    "plan_items": TaskKind.PLAN_ITEM,
    "directives": TaskKind.DIRECTIVE,
}

_OF_CAMPAIGN: dict[str, Any] = {
    "clusters": Cluster,
    "units": ClusterUnit,
    "stops": Stop,
    "activities": Activity,
    "contests": Contest,
}


def _slugs(event: Event) -> list[str]:
    """The event and, of a campaign, its finale."""
    stop = campaign_queries.finale_stop(event) if event.kind is EventKind.CAMPAIGN else None
    return [event.slug, stop.part.slug] if stop and stop.part else [event.slug]


def _counts(event: Event) -> dict[str, int]:
    db.session.flush()
    counts = {
        level.value: _count(Site, Site.event_id == event.id, Site.level == level)
        for level in (SiteLevel.MAIN, SiteLevel.DISTRICT, SiteLevel.COMMUNE)
    }
    counts["agenda_items"] = _count(AgendaItem, AgendaItem.event_id == event.id)
    counts["guest_groups"] = _count(GuestGroup, GuestGroup.event_id == event.id)
    for name, kind in _COUNTED.items():
        counts[name] = _count(Task, Task.event_id == event.id, Task.kind == kind)
    for name, model in _OF_CAMPAIGN.items() if event.kind is EventKind.CAMPAIGN else ():
        counts[name] = _count(model, model.event_id == event.id)
    counts["indicators"] = _count(Indicator, Indicator.event_id == event.id)
    return counts


def _count(model: Any, *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0
