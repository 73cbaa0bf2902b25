"""The call list: whom to phone because something was not reached in time, and what came of the call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.coordinators.call_forms import CallForm
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.halls import queries as halls
from eventsvc.halls.models import Service
from eventsvc.halls.summary import MissedService
from eventsvc.sites import call_operations, call_queries, queries, readiness, readiness_queries
from eventsvc.sites.call_models import CallOutcome, SiteCall
from eventsvc.sites.models import Site, SiteLevel, SiteStep
from eventsvc.sites.readiness import Due
from eventsvc.sites.reporter import of_account
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt
from eventsvc.web.pagination import paginate

bp = Blueprint("site_calls", __name__, url_prefix="/events/<slug>/readiness/calls")

PER_PAGE = 60
HOURS = (2, 6, 12, 24, 48, 72)
"""How far ahead one may look for what falls due."""


class Call(NamedTuple):
    """A site to be phoned: what it has missed, what falls due within the hours asked for, what was done last."""

    site: Site
    missed: list[Due]
    soon: list[Due]
    step: SiteStep | None
    call: SiteCall | None


class ServiceCall(NamedTuple):
    """A service of a hall whose agency is to be phoned, and what it is overdue with."""

    service: Service
    missed: MissedService | None


@bp.get("")
@requires(Permission.EDIT_SITES)
def index(slug):
    event = event_or_404(slug, g.access)
    reach, now = g.access.site_ids(event), clock.now()
    dues, chosen = readiness_queries.dues_of(event), _chosen()
    districts = queries.districts_of(event, reach)
    by_district = len(districts) > 1
    hours, rule_id = whole(chosen.get("hours")) or 0, whole(chosen.get("rule"))
    page = paginate(
        call_queries.to_phone(
            event,
            reach,
            dues,
            now,
            hours=hours,
            rule_id=rule_id,
            by_district=by_district,
            q=chosen.get("q", ""),
            within=chosen.get("within"),
            cluster=chosen.get("cluster"),
        ),
        per_page=PER_PAGE,
    )
    calls = _calls(page.items, dues, now, hours)
    return render_template(
        "site_calls/index.html",
        event=event,
        page=page,
        parts=_parts(calls, dict(districts), by_district),
        chosen=chosen,
        districts=districts,
        clusters=queries.clusters_of(event, reach),
        rules=[due for due in dues if due.rule.gate in readiness.AT_SITES],
        hours=HOURS,
        services=_services(event, now, reach),
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        changes=not event.is_cancelled,
        now=now,
    )


@bp.post("/<code>")
@requires(Permission.EDIT_SITES)
def record(slug, code):
    """The button that was pressed is the outcome of the call."""
    event = event_or_404(slug, g.access)
    site = queries.site_or_404(event, code, g.access)
    form = CallForm()
    status: Any = 422
    if form.validate_on_submit():
        outcome = form.heard
        spoke_with = form.spoke_with.data if outcome is not CallOutcome.NO_ANSWER else None
        reporter = of_account(g.user, spoke_with)
        status = attempt(
            form,
            lambda: call_operations.record_call(
                site, outcome, reporter, note=form.note.data, confirms=form.confirms
            ),
        )
        if status is None:
            flash(_("%(name)s: the call is written down.", name=site.name))
            return redirect(url_for(".index", slug=slug, **_chosen(), _anchor=f"site-{code}"))
    return render_template(
        "site_calls/call.html", event=event, site=site, form=form, chosen=_chosen()
    ), status


def _services(event: Event, now: datetime, reach: Collection[int] | None) -> list[ServiceCall]:
    """The services of halls to be phoned: those in trouble first, then those overdue."""
    dues = {missed.service.id: missed for missed in halls.missed_services(event, now, reach)}
    troubled = [service for service in halls.problems(event, reach) if service.site.closed_at is None]
    calls = [ServiceCall(service, dues.pop(service.id, None)) for service in troubled]
    return calls + [ServiceCall(missed.service, missed) for missed in dues.values()]


def _calls(sites: Sequence[Site], dues: Sequence[Due], now: Any, hours: int) -> list[Call]:
    ids = [site.id for site in sites]
    called, steps = call_queries.last_calls(ids), call_queries.last_steps(ids)
    return [
        Call(
            site,
            readiness.missed(site, dues, now),
            readiness.falling_due(site, dues, now, hours),
            steps.get(site.id),
            called.get(site.id),
        )
        for site in sites
    ]


def _parts(
    calls: Sequence[Call], districts: dict[str, str], by_district: bool
) -> list[tuple[str, list[Call]]]:
    """The calls under the names of their districts, or of their clusters, in the order given."""
    parts: dict[str, list[Call]] = {}
    for call in calls:
        parts.setdefault(_part_of(call.site, districts, by_district), []).append(call)
    return list(parts.items())


def _part_of(site: Site, districts: dict[str, str], by_district: bool) -> str:
    if site.level is SiteLevel.MAIN:
        return _("Main site")
    if not by_district:
        return site.cluster or _("Bridge sites")
    if site.level is SiteLevel.OTHER:
        return _("Other sites")
    code = site.parent_code if site.level is SiteLevel.COMMUNE else site.code
    return districts.get(code or "", "") or site.parent_name or site.name


def _chosen() -> dict[str, str]:
    """The filters that are set, as the query string says them; what makes no sense is left out."""
    within, hours, rule = (request.args.get(name, "") for name in ("within", "hours", "rule"))
    known = {
        "q": search(),
        "within": within if within.isalnum() else "",
        "cluster": search("cluster"),
        "hours": hours if whole(hours) in HOURS else "",
        "rule": rule if whole(rule) is not None else "",
    }
    return {name: value for name, value in known.items() if value}
