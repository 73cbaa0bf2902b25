"""What becomes of a service when somebody says something about it, and what it has missed. Pure."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from eventsvc.halls.models import Service, ServiceState
from eventsvc.sites.models import Site
from eventsvc.sites.readiness import Due
from eventsvc.sites.readiness_models import Gate

PASSED_AT = {Gate.SERVICE_CONFIRMED: "confirmed_at", Gate.SERVICE_PRESENT: "present_at"}
"""The gates of services, each with the column that says when it was passed."""


class Deed(StrEnum):
    """What somebody says about a service."""

    CONFIRM = "confirm"
    ARRIVE = "arrive"
    SOLVE = "solve"
    FINISH = "finish"
    BACK = "back"


def offered(service: Service) -> list[Deed]:
    """What may be said of it as it stands, the usual next word first."""
    return {
        ServiceState.PLANNED: [Deed.CONFIRM, Deed.ARRIVE],
        ServiceState.CONFIRMED: [Deed.ARRIVE, Deed.BACK],
        ServiceState.PRESENT: [Deed.FINISH, Deed.BACK],
        ServiceState.PROBLEM: [Deed.SOLVE],
        ServiceState.DONE: [Deed.BACK],
    }[service.state]


def after(service: Service, deed: Deed, now: datetime) -> dict[str, object]:
    """The columns that change; none when that was said before, or does not fit where it stands."""
    if deed not in offered(service):
        return {}
    if deed is Deed.CONFIRM:
        return {"state": ServiceState.CONFIRMED, "confirmed_at": now}
    if deed is Deed.ARRIVE:
        confirmed_at = service.confirmed_at or now
        return {"state": ServiceState.PRESENT, "confirmed_at": confirmed_at, "present_at": now}
    if deed is Deed.FINISH:
        return {"state": ServiceState.DONE}
    if deed is Deed.SOLVE or service.state is ServiceState.DONE:
        return {"state": _reached(service)}
    if service.state is ServiceState.PRESENT:
        return {"state": ServiceState.CONFIRMED, "present_at": None}
    return {"state": ServiceState.PLANNED, "confirmed_at": None}


def _reached(service: Service) -> ServiceState:
    """How far it had come before the problem or the end."""
    if service.present_at is not None:
        return ServiceState.PRESENT
    return ServiceState.CONFIRMED if service.confirmed_at is not None else ServiceState.PLANNED


def concerns(due: Due, site: Site) -> bool:
    """Whether the rule is for the services of this hall: one without a level is for every hall."""
    return due.rule.gate in PASSED_AT and due.rule.level in (None, site.level)


def missed(service: Service, dues: Sequence[Due], now: datetime) -> list[Due]:
    """What the service should have reached by now and has not, the longest overdue first."""
    if service.state is ServiceState.DONE or service.site.closed_at is not None:
        return []
    return [due for due in dues if due.at <= now and _is_open(service, due)]


def coming(service: Service, dues: Sequence[Due], now: datetime) -> Due | None:
    """What it must reach next; None when nothing is left."""
    if service.state is ServiceState.DONE or service.site.closed_at is not None:
        return None
    return next((due for due in dues if due.at > now and _is_open(service, due)), None)


def _is_open(service: Service, due: Due) -> bool:
    return concerns(due, service.site) and getattr(service, PASSED_AT[due.rule.gate]) is None
