"""Every figure of a results report, part by part, with the rows it counts. Pure."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsvc.reports.results import COUNTED, Figures
from eventsvc.reports.results_campaign_figures import (
    CAMPAIGN_EMPTY,
    CAMPAIGN_FIGURES,
    CAMPAIGN_PARTS,
)
from eventsvc.reports.results_shapes import Figure, figure

PARTS = {
    "tasks": _l("Tasks of the plan"),
    "sites": _l("Sites"),
    "link_tests": _l("Link tests and rehearsals"),
    "invitations": _l("Invitations sent"),
    "attendance": _l("Guests and who came"),
    "agenda": _l("Agenda as it went"),
    **CAMPAIGN_PARTS,
    "agencies": _l("Tasks by agency"),
    "periods": _l("Periodic reports"),
    "guidance": _l("Residents guided by the teams"),
    "training": _l("Training of the teams"),
    "targets": _l("Targets of the plan"),
    "launches": _l("Local launches"),
    "media": _l("Media"),
}
GATHERING = frozenset({"sites", "link_tests", "invitations", "attendance", "agenda"})
"""Parts that only an event with a hall has."""
EMPTY = {
    "tasks": _l("The plan charges nobody with a task here."),
    "sites": _l("The event has no sites."),
    "link_tests": _l("No link test was held."),
    "invitations": _l("Nobody has been invited through this service."),
    "attendance": _l("Nobody stands on the guest list."),
    "agenda": _l("How the agenda went was not recorded on the stage."),
    "agencies": _l("No agency has been charged with a task."),
    "periods": _l("No periodic report has fallen due."),
    "guidance": _l("No return of residents guided is asked for."),
    "training": _l("No return about training is asked for."),
    "targets": _l("The plan names no targets of its own."),
    "launches": _l("No local launch is expected."),
    "media": _l("Nothing that the media said has been entered."),
    **CAMPAIGN_EMPTY,
}

PAGES = {
    "tasks": "tasks.index",
    "sites": "sites.index",
    "link_tests": "link_tests.index",
    "invitations": "invitations.index",
    "organizations": "nominations.index",
    "attendance": "attendance.index",
    "absent": "attendance.organizations",
    "agenda": "stage.index",
    "agencies": "assignments.index",
    "periods": "duties.index",
    "guidance": "guidance.index",
    "training": "training_returns.index",
    "targets": "indicators.index",
    "launches": "local_launches.index",
}
"""Where the rows of a table are worked with."""

_ALWAYS = {*CAMPAIGN_EMPTY, "tasks", "media"}
_COUNTED = {COUNTED: ("1",)}
_HELD = {"standing": ("held",)}
_OVER_ALL = {"sitting": 0}


_figure = partial(figure, PAGES)


def _tasks(key: str, label: Any, *standings: str, **args: Any) -> Figure:
    return _figure(f"tasks.{key}", label, where={"standing": standings} if standings else {}, args=args)


def _people(key: str, label: Any, presence: str | None = None) -> Figure:
    """Guests, by the sites that expect them; one by one on the page of those who may read names."""
    if presence is None:
        return _figure(f"attendance.{key}", label, key, args=_OVER_ALL)
    args = _OVER_ALL | {"presence": presence}
    return _figure(f"attendance.{key}", label, key, endpoint="attendance.people", args=args)


FIGURES: dict[str, Figure] = {
    figure.key: figure
    for figure in (
        _tasks("all", _l("tasks in the plan")),
        _tasks("done", _l("tasks done"), "done_in_time", "done_late", state="done"),
        _tasks("done_in_time", _l("of them in time"), "done_in_time", state="done"),
        _tasks("done_late", _l("of them late"), "done_late", state="done"),
        _tasks("overdue", _l("overdue, not done"), "overdue", pressure="past"),
        _tasks("open", _l("still within their time"), "open", state="open"),
        _tasks("dropped", _l("tasks no longer carried out"), "dropped", state="dropped"),
        _figure("sites.all", _l("sites in all")),
        _figure("sites.confirmed", _l("sites confirmed"), given="confirmed"),
        _figure("sites.tested", _l("sites whose line was tested"), given="tested"),
        _figure("sites.ready", _l("sites ready"), given="ready"),
        _figure("sites.connected", _l("sites connected"), given="connected"),
        _figure("link_tests.held", _l("sessions held"), where=_HELD),
        _figure("link_tests.passed", _l("tests that sites passed"), "passed", where=_HELD),
        _figure("link_tests.failed", _l("tests that failed"), "failed", where=_HELD),
        _figure("link_tests.absent", _l("tests that sites missed"), "absent", where=_HELD),
        _figure("invitations.asked", _l("guests invited by a letter"), "asked"),
        _figure("invitations.declined", _l("guests who declined"), "declined", args={"answer": "declined"}),
        _figure("organizations.asked", _l("organizations asked to name guests"), part="invitations"),
        _figure("organizations.named", _l("people they named"), "named", part="invitations"),
        _people("invited", _l("guests expected")),
        _people("registered", _l("guests registered")),
        _people("present", _l("guests present"), "in"),
        _people("absent", _l("guests absent")),
        _people("excused", _l("absent with an excuse"), "excused"),
        _people("unexcused", _l("absent without an excuse"), "unexcused"),
        _people("not_called", _l("absent, no reason noted"), "not_called"),
        _people("walk_ins", _l("walk-ins, counted apart")),
        _figure(
            "absent.organizations", _l("organizations absent as a whole"), part="attendance", args=_OVER_ALL
        ),
        _figure("agenda.all", _l("items planned or held")),
        _figure("agenda.held", _l("items held"), where={"outcome": ("held",)}),
        _figure("agenda.skipped", _l("items left out"), where={"outcome": ("skipped",)}),
        _figure("agenda.open", _l("items not held"), where={"outcome": ("open",)}),
        *CAMPAIGN_FIGURES,
        _figure("agencies.all", _l("agencies charged")),
        _figure("agencies.charged", _l("assignments given"), "charged"),
        _figure("agencies.answered", _l("assignments answered"), "answered"),
        _figure("agencies.accepted", _l("assignments accepted as done"), "accepted"),
        _figure("agencies.overdue", _l("assignments overdue"), "overdue", args={"only": "overdue"}),
        _figure("periods.all", _l("periods that fell due")),
        _figure("periods.asked", _l("reports owed"), "asked"),
        _figure("periods.handed_in", _l("reports handed in"), "handed_in"),
        _figure("periods.late", _l("of them after the day"), "late"),
        _figure("periods.missing", _l("reports missing"), "missing"),
        _figure("guidance.units", _l("units asked for a return")),
        _figure("guidance.handed_in", _l("returns handed in"), where=_COUNTED),
        _figure("guidance.members", _l("members of the teams"), "members", where=_COUNTED),
        _figure("guidance.wanted", _l("residents that the target asks for"), "wanted", where=_COUNTED),
        _figure("guidance.residents", _l("residents guided"), "residents", where=_COUNTED),
        _figure("guidance.told", _l("members counted one by one"), "told", where=_COUNTED),
        _figure("guidance.reached", _l("members who reached the target"), "reached", where=_COUNTED),
        _figure("training.all", _l("returns asked for")),
        _figure("training.handed_in", _l("returns handed in"), where=_COUNTED),
        _figure("training.learners", _l("learners in training"), "learners", where=_COUNTED),
        _figure("training.completed", _l("completed the course"), "completed", where=_COUNTED),
        _figure("targets.all", _l("targets set")),
        _figure("targets.reached", _l("targets noted as reached"), where={"is_reached": ("1",)}),
        _figure("targets.handed_in", _l("figures returned"), "handed_in"),
        _figure("launches.expected", _l("launches expected")),
        _figure("launches.registered", _l("launches registered"), where={"is_registered": ("1",)}),
        _figure("launches.reported", _l("launches reported"), where=_COUNTED),
        _figure("launches.participants", _l("people took part"), "participants", where=_COUNTED),
        _figure("media.items", _l("entries about the media")),
        _figure("media.pieces", _l("pieces published"), "pieces"),
        _figure("media.views", _l("views counted"), "views"),
    )
}


def values(found: Figures) -> dict[str, int]:
    """Every figure by its key."""
    return {key: found.value(figure) for key, figure in FIGURES.items()}


def shown_parts(found: Figures) -> list[str]:
    """The parts that this event can have: a plan of work has no hall. A campaign begins with its route, and says
    nothing of what it does not have."""
    if found.facts.get("is_campaign"):
        order = [*CAMPAIGN_PARTS, *(part for part in PARTS if part not in CAMPAIGN_PARTS)]
        return [part for part in order if part in _ALWAYS or told(found, part)]
    can_have = [part for part in PARTS if part not in GATHERING or found.facts.get("is_gathering")]
    return [part for part in can_have if part not in CAMPAIGN_PARTS or told(found, part)]


def told(found: Figures, part: str) -> list[Figure]:
    """The figures of a part that have anything to count."""
    return [figure for figure in FIGURES.values() if figure.part == part and found.tells(figure)]


def changed(kept: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[Figure, int, int]]:
    """The figures that are no longer what they were: frozen and present."""
    return [
        (FIGURES[key], was, now[key]) for key, was in kept.items() if key in FIGURES and now.get(key) != was
    ]
