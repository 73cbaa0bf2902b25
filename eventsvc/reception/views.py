"""Reception: which delegations arrive when and where, and who receives them. Contact data of guests is not shown."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.reception import encounters, operations, printing, queries
from eventsvc.reception.forms import DelegationForm
from eventsvc.reception.models import Delegation
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site
from eventsvc.text import clean
from eventsvc.web import papers
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, filled, save_form

bp = Blueprint("reception", __name__, url_prefix="/events/<slug>/reception")

LOCALE = "vi"
"""Papers are in Vietnamese, whatever language the reader of the pages has chosen."""
HOUR_FORMAT = "%Y-%m-%dT%H"


@bp.get("")
@requires(Permission.READ_RECEPTION)
def index(slug):
    event = event_or_404(slug, g.access)
    everything = queries.delegations_of(event, site_ids=g.access.site_ids(event))
    hour, greeter = _hour(request.args.get("hour")), search("greeter")
    shown = everything
    if hour or greeter:
        shown = queries.delegations_of(event, site_ids=g.access.site_ids(event), hour=hour, greeter=greeter)
    return render_template(
        "reception/index.html",
        event=event,
        delegations=shown,
        total=len(everything),
        hours=[(moment.strftime(HOUR_FORMAT), moment) for moment in queries.hours(everything)],
        greeters=queries.greeters(everything),
        chosen={"hour": clock.local(hour).strftime(HOUR_FORMAT) if hour else "", "greeter": greeter},
        clashes=encounters.clashes(everything),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = DelegationForm(_sites(event))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Delegation] = []
        status = attempt(
            form, lambda: made.append(operations.add_delegation(event, form.changes, by=g.actor))
        )
        if status is None:
            flash(_("The delegation is entered. Next: its people."))
            return redirect(url_for(".show", slug=slug, delegation_id=made[0].id))
    return render_template(
        "reception/edit.html", event=event, form=form, delegation=None, conflict=None
    ), status


@bp.get("/<int:delegation_id>")
@requires(Permission.READ_RECEPTION)
def show(slug, delegation_id):
    """A delegation with its people; those who may change it look for more with `q`."""
    event, delegation = _delegation(slug, delegation_id)
    may_edit = g.access.to(Permission.EDIT_GUESTS).covers_site(delegation.site)
    q = search() if may_edit else ""
    return render_template(
        "reception/show.html",
        event=event,
        delegation=delegation,
        may_edit=may_edit,
        q=q,
        found=queries.matching(delegation, q) if q else [],
        offices=queries.offices(delegation, q) if q else [],
    )


@bp.route("/<int:delegation_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit(slug, delegation_id):
    event, delegation = _delegation(slug, delegation_id)
    places = _sites(event)
    form = DelegationForm(places)
    if not form.is_submitted():
        form.fill(delegation)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_delegation(delegation, form.changes, version=form.version.data, by=g.actor),
        lambda: filled(DelegationForm(places, formdata=None), delegation),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, delegation_id=delegation_id))
    page = {"event": event, "form": form, "delegation": delegation, "conflict": conflict}
    return render_template("reception/edit.html", **page), status


@bp.post("/<int:delegation_id>/remove")
@requires(Permission.EDIT_GUESTS)
def remove(slug, delegation_id):
    _event, delegation = _delegation(slug, delegation_id)
    operations.remove_delegation(delegation, by=g.actor)
    flash(_("The delegation is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/<int:delegation_id>/members")
@requires(Permission.EDIT_GUESTS)
def join(slug, delegation_id):
    """One guest (`guest`), or everybody of an organization (`organization`)."""
    event, delegation = _delegation(slug, delegation_id)
    organization = clean(request.form.get("organization", ""))
    try:
        if organization:
            number = operations.add_organization(delegation, organization, by=g.actor)
            flash(ngettext("%(num)s person has joined.", "%(num)s people have joined.", number))
        elif not request.form.get("guest"):
            flash(_("Choose somebody first."), "error")
        else:
            guest = guests.guest_of(event, whole(request.form["guest"]) or 0, g.access.site_ids(event))
            operations.add_member(delegation, guest, by=g.actor)
            flash(_("%(name)s has joined.", name=guest.person.full_name))
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal), "error")
    return redirect(url_for(".show", slug=slug, delegation_id=delegation_id))


@bp.post("/<int:delegation_id>/members/<int:guest_id>")
@requires(Permission.EDIT_GUESTS)
def member(slug, delegation_id, guest_id):
    """What becomes of one of its people: `deed` is head or leave; nothing for any other word."""
    event, delegation = _delegation(slug, delegation_id)
    guest = guests.guest_of(event, guest_id, g.access.site_ids(event))
    if request.form.get("deed") == "head":
        operations.set_head(delegation, guest, by=g.actor)
        flash(_("%(name)s leads the delegation.", name=guest.person.full_name))
    elif request.form.get("deed") == "leave":
        operations.remove_member(delegation, guest, by=g.actor)
        flash(_("%(name)s has left the delegation.", name=guest.person.full_name))
    return redirect(url_for(".show", slug=slug, delegation_id=delegation_id))


@bp.post("/list.pdf")
@requires(Permission.READ_RECEPTION)
def paper(slug):
    """The list for reception, of the hour and the greeter chosen; posted, because it is written down who has it."""
    event = event_or_404(slug, g.access)
    shown = queries.delegations_of(
        event,
        site_ids=g.access.site_ids(event),
        hour=_hour(request.form.get("hour")),
        greeter=clean(request.form.get("greeter", ""))[:200],
    )
    with force_locale(LOCALE):
        values = printing.listed(event, shown)
        name = " – ".join([_("Reception of delegations"), event.short_title]) + ".pdf"
    body = pdf.render("reception.typ", values)
    operations.note_print(event, sum(len(each.members) for each in shown), by=g.actor)
    return papers.paper(body, name)


def _delegation(slug: str, delegation_id: int) -> tuple[Event, Delegation]:
    event = event_or_404(slug, g.access)
    return event, queries.delegation_of(event, delegation_id, g.access.site_ids(event))


def _sites(event: Event) -> list[Site]:
    return list(db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event))))


def _hour(words: str | None) -> datetime | None:
    """The full hour that the words name, on the clock in Vietnam."""
    if not words or len(words) > 13 or not words.isascii():
        return None
    try:
        wall = datetime.strptime(words, HOUR_FORMAT)
        return clock.from_local(wall).astimezone(UTC) if 2000 <= wall.year <= 2100 else None
    except ValueError:
        return None
