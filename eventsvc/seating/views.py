"""Seating: the plans of the halls, who sits where, what is printed of it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import Guest, GuestGroup
from eventsvc.seating import (
    drawing,
    labels,  # noqa: F401  (labels registers the words)
    operations,
    ordering,
    queries,
)
from eventsvc.seating.forms import BlockForm, NewPlanForm, PlanForm
from eventsvc.seating.models import SeatingPlan
from eventsvc.seating.ordering import Seat
from eventsvc.seating.sitting import label
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, filled, save_form

bp = Blueprint("seating", __name__, url_prefix="/events/<slug>/seating")

SHOWN_WITHOUT = 100
"""How many of those without a seat stand on the page of a plan; the rest are counted, and printed."""


@bp.get("")
@requires(Permission.READ_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    plans = queries.plans_of(event, g.access.site_ids(event))
    return render_template("seating/index.html", event=event, plans=plans, counts=queries.counts(plans))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = NewPlanForm(_sites(event))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[SeatingPlan] = []
        status = attempt(
            form,
            lambda: made.append(
                operations.add_plan(form.site.row, name=form.name.data, layout=form.layout, by=g.actor)
            ),
        )
        if status is None:
            flash(_("The plan is made. Its blocks can be changed one by one."))
            return redirect(url_for(".show", slug=slug, plan_id=made[0].id))
    return render_template("seating/new.html", event=event, form=form), status


@bp.get("/<int:plan_id>")
@requires(Permission.READ_GUESTS)
def show(slug, plan_id):
    event, plan = _plan(slug, plan_id)
    sittings = queries.sittings(plan)
    without = queries.without_seat(plan)
    hall = drawing.hall(plan.blocks, sittings)
    return render_template(
        "seating/show.html",
        event=event,
        plan=plan,
        hall=hall,
        count=queries.counts([plan])[plan.id],
        without=list(db.session.scalars(without.limit(SHOWN_WITHOUT))),
        to_settle=queries.to_settle(plan),
        absent=[
            sitting for sitting in sittings if not sitting.comes or sitting.guest.site_id != plan.site_id
        ],
        groups={group.id: group for group in guests.groups_of(event)},
        may_edit=_may_edit(plan),
        left=hall.left,
    )


@bp.route("/<int:plan_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit(slug, plan_id):
    event, plan = _plan(slug, plan_id)
    form = PlanForm()
    if not form.is_submitted():
        form.fill(plan)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_plan(
            plan, name=form.name.data, note=form.note.data, version=form.version.data, by=g.actor
        ),
        lambda: filled(PlanForm(formdata=None), plan),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, plan_id=plan_id))
    return render_template("seating/edit.html", event=event, plan=plan, form=form, conflict=conflict), status


@bp.post("/<int:plan_id>/remove")
@requires(Permission.EDIT_GUESTS)
def remove(slug, plan_id):
    _event, plan = _plan(slug, plan_id)
    operations.remove_plan(plan, by=g.actor)
    flash(_("The plan is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.route("/<int:plan_id>/blocks/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new_block(slug, plan_id):
    event, plan = _plan(slug, plan_id)
    form = BlockForm(_groups(event, plan))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.add_block(plan, form.changes, by=g.actor))
        if status is None:
            flash(_("The block is added."))
            return redirect(url_for(".show", slug=slug, plan_id=plan_id))
    page = {"event": event, "plan": plan, "form": form, "block": None, "conflict": None}
    return render_template("seating/block.html", **page), status


@bp.route("/<int:plan_id>/blocks/<int:seat_block_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit_block(slug, plan_id, seat_block_id):
    event, plan = _plan(slug, plan_id)
    block = queries.block_of(plan, seat_block_id)
    groups = _groups(event, plan)
    form = BlockForm(groups)
    if not form.is_submitted():
        form.fill(block)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_block(block, form.changes, version=form.version.data, by=g.actor),
        lambda: filled(BlockForm(groups, formdata=None), block),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, plan_id=plan_id))
    page = {"event": event, "plan": plan, "form": form, "block": block, "conflict": conflict}
    return render_template("seating/block.html", **page), status


@bp.post("/<int:plan_id>/blocks/<int:seat_block_id>/remove")
@requires(Permission.EDIT_GUESTS)
def remove_block(slug, plan_id, seat_block_id):
    _event, plan = _plan(slug, plan_id)
    operations.remove_block(queries.block_of(plan, seat_block_id), by=g.actor)
    flash(_("The block is removed."))
    return redirect(url_for(".show", slug=slug, plan_id=plan_id))


@bp.post("/<int:plan_id>/everybody")
@requires(Permission.EDIT_GUESTS)
def everybody(slug, plan_id):
    """Give the seats by the order of protocol."""
    _event, plan = _plan(slug, plan_id)
    filled = operations.seat_everybody(plan, by=g.actor)
    if not filled.changed:
        flash(_("Everybody sits by the order of protocol already; nothing was changed."))
    else:
        seated = ngettext("%(num)s person has a seat.", "%(num)s people have a seat.", filled.seated)
        changed = ngettext("%(num)s seat changed.", "%(num)s seats changed.", filled.changed)
        flash(f"{seated} {changed}")
    if filled.without:
        flash(
            ngettext(
                "There is no seat left for %(num)s person.", "There is no seat left for %(num)s people.",
                filled.without,
            ),
            "error",
        )  # fmt: skip
    return redirect(url_for(".show", slug=slug, plan_id=plan_id))


@bp.get("/<int:plan_id>/seat")
@requires(Permission.EDIT_GUESTS)
def seat(slug, plan_id):
    """One chair (`?at=block-row-number`; without it the highest): who sits there, who could."""
    event, plan = _plan(slug, plan_id)
    place = _asked_seat(plan, request.args.get("at"))
    q = search()
    sittings = {sitting.seat: sitting for sitting in queries.sittings(plan)}
    found = queries.matching(plan, q) if q else list(db.session.scalars(queries.without_seat(plan).limit(30)))
    return render_template(
        "seating/seat.html",
        event=event,
        plan=plan,
        place=place,
        at="-".join(map(str, place)),
        label=label(queries.block_of(plan, place.block_id), place),
        sitting=sittings.get(place),
        found=found,
        q=q,
        labels={each.guest.id: each.label for each in sittings.values()},
    )


@bp.post("/<int:plan_id>/give")
@requires(Permission.EDIT_GUESTS)
def give(slug, plan_id):
    """Give the chair `at` to the guest; with `swap`, whoever has it goes to the guest's chair."""
    event, plan = _plan(slug, plan_id)
    place = _asked_seat(plan, request.form.get("at"))
    if not request.form.get("guest"):
        flash(_("Choose somebody first."), "error")
        return redirect(url_for(".seat", slug=slug, plan_id=plan_id, at="-".join(map(str, place))))
    guest = guests.guest_of(event, whole(request.form["guest"]) or 0, g.access.site_ids(event))
    try:
        if request.form.get("swap"):
            operations.swap(plan, place, guest, by=g.actor)
        else:
            operations.give(plan, place, guest, by=g.actor)
    except DomainError as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(".seat", slug=slug, plan_id=plan_id, at="-".join(map(str, place))))
    where = label(queries.block_of(plan, place.block_id), place)
    flash(_("%(name)s sits at %(seat)s.", name=guest.person.full_name, seat=where))
    return _back(slug, plan_id)


@bp.post("/<int:plan_id>/guests/<int:guest_id>")
@requires(Permission.EDIT_GUESTS)
def settle(slug, plan_id, guest_id):
    """What is to become of a guest's seat: `deed` is take, fix, free, keep or again; nothing for any other word."""
    event, plan = _plan(slug, plan_id)
    guest = guests.guest_of(event, guest_id, g.access.site_ids(event))
    deed = request.form.get("deed", "")
    try:
        said = _DEEDS[deed](plan, guest) if deed in _DEEDS else None
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        if said:
            flash(said)
    return _back(slug, plan_id)


def _take(plan: SeatingPlan, guest: Guest) -> str:
    operations.take_away(plan, guest, by=g.actor)
    return _("%(name)s has no seat any more.", name=guest.person.full_name)


def _fix(plan: SeatingPlan, guest: Guest) -> str:
    operations.fix(plan, guest, True, by=g.actor)
    return _("The seat is fixed: seating everybody leaves it alone.")


def _free(plan: SeatingPlan, guest: Guest) -> str:
    operations.fix(plan, guest, False, by=g.actor)
    return _("The seat is no longer fixed.")


def _keep(plan: SeatingPlan, guest: Guest) -> str:
    operations.keep(plan, guest, by=g.actor)
    return _("%(name)s keeps the seat.", name=guest.person.full_name)


def _again(plan: SeatingPlan, guest: Guest) -> str:
    where = operations.seat_again(plan, guest, by=g.actor)
    return _("%(name)s sits at %(seat)s.", name=guest.person.full_name, seat=where)


_DEEDS = {"take": _take, "fix": _fix, "free": _free, "keep": _keep, "again": _again}


def _plan(slug: str, plan_id: int) -> tuple[Event, SeatingPlan]:
    event = event_or_404(slug, g.access)
    return event, queries.plan_of(event, plan_id, g.access.site_ids(event))


def _may_edit(plan: SeatingPlan) -> bool:
    return g.access.to(Permission.EDIT_GUESTS).covers_site(plan.site)


def _sites(event: Event) -> list[Site]:
    return list(db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event))))


def _groups(event: Event, plan: SeatingPlan) -> list[GuestGroup]:
    """The groups whose people sit at sites of this level."""
    return [group for group in guests.groups_of(event) if group.level is plan.site.level]


def _asked_seat(plan: SeatingPlan, words: str | None) -> Seat:
    """The chair that the words name, the highest of the plan without any; NotFound for one that is not there."""
    order = ordering.across([ordering.shape(block) for block in plan.blocks])
    if not words:
        return _existing(order[0] if order else None)
    numbers = [whole(part) for part in words.split("-")]
    return _existing(next((each for each in order if list(each) == numbers), None))


def _existing(place: Seat | None) -> Seat:
    if place is None:
        raise NotFound(_("There is no such seat, or nobody is to sit there."))
    return place


def _back(slug: str, plan_id: int) -> Any:
    return redirect(url_for(".show", slug=slug, plan_id=plan_id))
