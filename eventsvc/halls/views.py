"""The halls on the ground: how they stand, and what agencies provide there."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.halls import coverage, operations, queries, services
from eventsvc.halls.forms import ProblemForm, ServiceForm
from eventsvc.halls.models import Service, ServiceState
from eventsvc.halls.services import Deed
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site
from eventsvc.web.arguments import search
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import paginate

bp = Blueprint("halls", __name__, url_prefix="/events/<slug>/halls")

PER_PAGE = 50
LATE_SHOWN, FOUND_SHOWN = 30, 20


@bp.get("")
@requires(Permission.READ_SITES)
def index(slug):
    """The halls that need anything, what is overdue first; `q` looks for another site to open."""
    event = event_or_404(slug, g.access)
    reach, q = g.access.site_ids(event), search()
    page = paginate(queries.halls_of(event, reach), per_page=PER_PAGE)
    missed = queries.missed_services(event, clock.now(), reach)
    found = db.session.scalars(sites.sites_of(event, reach, q).limit(FOUND_SHOWN)).all() if q else []
    return render_template(
        "halls/index.html",
        event=event,
        page=page,
        halls=queries.summaries(event, page.items),
        missed=missed,
        problems=queries.problems(event, reach),
        shown=LATE_SHOWN,
        q=q,
        found=found,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
    )


@bp.get("/<code>")
@requires(Permission.READ_SITES)
def show(slug, code):
    event, site = hall_or_404(slug, code)
    [hall] = queries.summaries(event, [site])
    others = queries.elsewhere(hall, g.access.site_ids(event))
    own = {shift.id for shift in hall.shifts}
    clashes = [
        clash
        for clash in coverage.clashes([*hall.shifts, *others])
        if own.intersection((clash.first.id, clash.second.id))
    ]
    return render_template(
        "halls/show.html",
        event=event,
        site=site,
        hall=hall,
        clashes=clashes,
        offered={service.id: services.offered(service) for service in hall.services},
        problem=ServiceState.PROBLEM,
        done=ServiceState.DONE,
        edits=may_edit(site),
        shows_contacts=g.access.to(Permission.READ_CONTACTS).covers_site(site),
    )


@bp.post("/<code>/usual")
@requires(Permission.EDIT_SITES)
def use_usual(slug, code):
    """What a main hall usually needs."""
    _event, site = hall_or_404(slug, code)
    made: list[int] = []
    if carry_out(lambda: made.append(operations.use_usual(site, by=g.user))):
        if made[0]:
            flash(ngettext("%(num)s service added.", "%(num)s services added.", made[0]))
        else:
            flash(_("The hall has everything of the usual list already."), "info")
    return redirect(url_for(".show", slug=slug, code=code))


@bp.route("/<code>/services/new", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def new_service(slug, code):
    event, site = hall_or_404(slug, code)
    form = ServiceForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.add_service(site, **form.changes, by=g.user))
        if status is None:
            flash(_("The service is entered."))
            return redirect(url_for(".show", slug=slug, code=code))
    return _service_page(event, site, form, None), status


@bp.route("/<code>/services/<int:service_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def edit_service(slug, code, service_id):
    event, site = hall_or_404(slug, code)
    service = queries.service_of(site, service_id)
    form = ServiceForm(service)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_service(service, form.changes, version=form.version.data, by=g.user),
        lambda: ServiceForm(service, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, code=code))
    return _service_page(event, site, form, service, conflict), status


@bp.post("/<code>/services/<int:service_id>/remove")
@requires(Permission.EDIT_SITES)
def remove_service(slug, code, service_id):
    _event, site = hall_or_404(slug, code)
    operations.remove_service(queries.service_of(site, service_id), by=g.user)
    flash(_("The service is removed."))
    return redirect(url_for(".show", slug=slug, code=code))


@bp.post("/<code>/services/<int:service_id>/tell")
@requires(Permission.EDIT_SITES)
def tell(slug, code, service_id):
    """What somebody says about a service: `deed`; nothing for any other word."""
    _event, site = hall_or_404(slug, code)
    service = queries.service_of(site, service_id)
    word = request.form.get("deed", "")
    if word in set(Deed):
        carry_out(lambda: operations.tell(service, Deed(word), by=g.user))
    return redirect(url_for(".show", slug=slug, code=code, _anchor=f"service-{service_id}"))


@bp.route("/<code>/services/<int:service_id>/problem", methods=["GET", "POST"])
@requires(Permission.EDIT_SITES)
def problem(slug, code, service_id):
    event, site = hall_or_404(slug, code)
    service = queries.service_of(site, service_id)
    form = ProblemForm(data={"problem": service.problem if service.state is ServiceState.PROBLEM else None})
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.report_problem(service, form.problem.data, by=g.user))
        if status is None:
            flash(_("The problem is reported."), "warning")
            return redirect(url_for(".show", slug=slug, code=code, _anchor=f"service-{service_id}"))
    page = render_template("halls/problem.html", event=event, site=site, service=service, form=form)
    return page, status


def hall_or_404(slug: str, code: str) -> tuple[Event, Site]:
    event = event_or_404(slug, g.access)
    return event, sites.site_or_404(event, code, g.access)


def may_edit(site: Site) -> bool:
    return g.access.to(Permission.EDIT_SITES).covers_site(site) and not site.event.is_cancelled


def _service_page(event: Event, site: Site, form: Any, service: Service | None, conflict: Any = None) -> str:
    return render_template(
        "halls/service.html",
        event=event,
        site=site,
        form=form,
        service=service,
        conflict=conflict,
        agencies=queries.agency_names(event),
    )
