"""What a hall needs: the services of agencies, who is on duty, and how far they have come."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.halls import services
from eventsvc.halls.models import Post, Service, ServiceKind, ServiceState
from eventsvc.halls.services import Deed
from eventsvc.halls.usual import USUAL, Usual, bare
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.rows import assign, lock, lock_open
from eventsvc.sites.models import Site

MOST = 200
EDITABLE = frozenset({"kind", "detail", "agency_name", "on_duty_name", "on_duty_phone", "note"})


class TooMany(DomainError):
    """Nobody plans a hall with so many: something goes wrong."""

    code = "too_many"


class ServiceDone(DomainError):
    code = "service_done"


@atomic()
def use_usual(site: Site, *, by: Any) -> int:
    """The hall gets what a main hall usually needs and it has not yet, each with the agency of the province that
    usually sees to it where it is known. How many; safe to repeat."""
    _hold(site)
    standing = set(db.session.scalars(sa.select(Service.kind).where(Service.site_id == site.id)))
    wanted = [usual for usual in USUAL if usual.kind not in standing]
    province = bare(dict(organizations.provinces()).get(site.event.province_code or "", ""))
    number = next_number(Service, site)
    for place, usual in enumerate(wanted):
        agency = _usual_agency(site.event, usual, province)
        db.session.add(
            Service(
                event_id=site.event_id,
                site=site,
                number=number + place,
                kind=usual.kind,
                agency_name=agency.name if agency else None,
                organization=agency,
            )
        )
    if wanted:
        db.session.flush()
        record(by, "hall.usual_services_added", site, event=site.event, count=len(wanted))
    return len(wanted)


@atomic()
def add_service(
    site: Site,
    kind: ServiceKind,
    *,
    detail: str | None = None,
    agency_name: str | None = None,
    on_duty_name: str | None = None,
    on_duty_phone: str | None = None,
    note: str | None = None,
    by: Any,
) -> Service:
    """The hall needs one thing more. TooMany when it has some hundred already."""
    _hold(site)
    service = Service(
        event_id=site.event_id,
        site=site,
        number=next_number(Service, site),
        kind=kind,
        detail=detail,
        agency_name=agency_name,
        organization_id=_id_of(_agency(site.event, agency_name)),
        on_duty_name=on_duty_name,
        on_duty_phone=on_duty_phone,
        note=note,
    )
    db.session.add(service)
    db.session.flush()
    record(by, "service.added", service, event=site.event, site=site.id, kind=kind.value)
    return service


@atomic()
def edit_service(
    service: Service, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> None:
    """Change what, by whom and who is on duty; its state stays. StaleEdit when somebody else saved since `version`."""
    lock_open(service.event)
    lock(service, version)
    changed = assign(service, changes, EDITABLE)
    if "agency_name" in changed:
        service.organization_id = _id_of(_agency(service.event, service.agency_name))
    if changed:
        record(by, "service.edited", service, event=service.event, site=service.site_id, fields=changed)


@atomic()
def remove_service(service: Service, *, by: Any) -> None:
    lock_open(service.event)
    lock(service)
    db.session.delete(service)
    record(by, "service.removed", service, event=service.event, site=service.site_id, kind=service.kind.value)


@atomic()
def tell(service: Service, deed: Deed, *, by: Any) -> bool:
    """The service is confirmed, on the spot, done, works again; or one of these is taken back. Safe to repeat: what was
    said already, or does not fit where it stands, changes nothing; whether this did."""
    lock_open(service.event)
    lock(service)
    changes = services.after(service, deed, clock.now())
    if not changes:
        return False
    assign(service, {**changes, "changed_at": clock.now()})
    _record_state(service, by)
    return True


@atomic()
def report_problem(service: Service, problem: str, *, by: Any) -> None:
    """Something is wrong with it, in words. Another word on the same problem replaces the last.

    ServiceDone when it is over already.
    """
    lock_open(service.event)
    lock(service)
    if service.state is ServiceState.DONE:
        raise ServiceDone(_("This service is done already. Take that back before you report a problem."))
    if (service.state, service.problem) == (ServiceState.PROBLEM, problem):
        return
    assign(service, {"state": ServiceState.PROBLEM, "problem": problem, "changed_at": clock.now()})
    _record_state(service, by)


def next_number(model: type[Service] | type[Post], site: Site) -> int:
    """The place of one more service or post of the hall, which the caller holds. TooMany when there are too many."""
    last, count = db.session.execute(
        sa.select(sa.func.max(model.number), sa.func.count()).where(model.site_id == site.id)
    ).one()
    if count >= MOST:
        raise TooMany(_("A hall can have at most %(most)s of these.", most=MOST))
    return (last or 0) + 1


def _hold(site: Site) -> None:
    lock_open(site.event)
    lock(site)


def _record_state(service: Service, by: Any) -> None:
    record(by, "service.told", service, event=service.event, site=service.site_id, state=service.state.value)


def _usual_agency(event: Event, usual: Usual, province: str) -> Organization | None:
    """Of the own province only: the police of another one is nobody's help."""
    for name in usual.agencies:
        found = _agency(event, name.format(province=province))
        if found is not None and found.province_code == event.province_code:
            return found
    return None


def _agency(event: Event, name: str | None) -> Organization | None:
    if not name:
        return None
    return organizations.find(name, on=event.units_as_of, province_code=event.province_code)


def _id_of(organization: Organization | None) -> int | None:
    return organization.id if organization is not None else None
