"""The guest list of an event: groups, slots, people, imports."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import operations, queries, rank_queries
from eventsvc.guests.forms import GroupForm, GuestForm, SlotForm
from eventsvc.guests.models import Rank
from eventsvc.sites import queries as sites
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.web.arguments import search
from eventsvc.web.edits import filled, save_form
from eventsvc.web.pagination import number, paginate

bp = Blueprint("guests", __name__, url_prefix="/events/<slug>/guests")
ROWS_A_PAGE = 200


@bp.get("")
@requires(Permission.READ_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    chosen = _chosen(event, reach)
    page = paginate(
        queries.guests_of(event, q=chosen["q"], site_ids=chosen["site_ids"], group_id=chosen["group_id"])
    )
    return render_template(
        "guests/index.html",
        event=event,
        page=page,
        groups=queries.groups_of(event),
        sizes=queries.group_sizes(event),
        slots=queries.slots_of(event, site_ids=chosen["site_ids"], q=chosen["q"]),
        sites=_sites(event),
        chosen=chosen,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = GuestForm(_sites(event), queries.groups_of(event), _ranks(event))
    if form.validate_on_submit():
        details, standing = vars(form.details), form.standing or operations.Standing()
        try:
            operations.add_guest(
                form.chosen_group,
                form.chosen_site,
                note=form.note.data,
                standing=standing,
                by=g.actor,
                **details,
            )
        except operations.AlreadyListed as refusal:
            form.full_name.errors = [str(refusal)]
        else:
            flash(_("%(name)s is on the guest list.", name=form.full_name.data))
            return redirect(url_for(".index", slug=slug))
    page = render_template("guests/guest.html", event=event, form=form, guest=None, conflict=None)
    return page, _status(form)


@bp.route("/<int:guest_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit(slug, guest_id):
    event = event_or_404(slug, g.access)
    guest = queries.guest_of(event, guest_id, g.access.site_ids(event))
    choices = _sites(event), queries.groups_of(event), _ranks(event)
    form = GuestForm(*choices)
    if not form.is_submitted():
        form.fill(guest)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_guest(
            guest,
            details=form.details,
            site=form.chosen_site,
            group=form.chosen_group,
            seat=form.seat.data or None,
            note=form.note.data or None,
            attention=form.attention.data or None,
            standing=form.standing,
            version=form.version.data,
            by=g.actor,
        ),
        lambda: filled(GuestForm(*choices, formdata=None), guest),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "guests/guest.html", event=event, form=form, guest=guest, conflict=conflict
    ), status


@bp.post("/<int:guest_id>/remove")
@requires(Permission.EDIT_GUESTS)
def remove(slug, guest_id):
    event = event_or_404(slug, g.access)
    operations.remove_guest(queries.guest_of(event, guest_id, g.access.site_ids(event)), by=g.actor)
    flash(_("Taken off the guest list."))
    return redirect(url_for(".index", slug=slug))


@bp.route("/slots/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new_slot(slug):
    event = event_or_404(slug, g.access)
    form = SlotForm(_sites(event), queries.groups_of(event))
    if form.validate_on_submit():
        operations.add_slot(form.chosen_site, group=form.chosen_group, **_slot_values(form), by=g.actor)
        flash(_("The slot is on the guest list."))
        return redirect(url_for(".index", slug=slug))
    return render_template("guests/slot.html", event=event, form=form, slot=None, conflict=None), _status(
        form
    )


@bp.route("/slots/<int:slot_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit_slot(slug, slot_id):
    event = event_or_404(slug, g.access)
    slot = queries.slot_of(event, slot_id, g.access.site_ids(event))
    choices = _sites(event), queries.groups_of(event)
    form = SlotForm(*choices)
    if not form.is_submitted():
        form.fill(slot)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_slot(
            slot,
            site=form.chosen_site,
            group=form.chosen_group,
            **_slot_values(form),
            version=form.version.data,
            by=g.actor,
        ),
        lambda: filled(SlotForm(*choices, formdata=None), slot),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template("guests/slot.html", event=event, form=form, slot=slot, conflict=conflict), status


@bp.post("/slots/<int:slot_id>/remove")
@requires(Permission.EDIT_GUESTS)
def remove_slot(slug, slot_id):
    event = event_or_404(slug, g.access)
    operations.remove_slot(queries.slot_of(event, slot_id, g.access.site_ids(event)), by=g.actor)
    flash(_("The slot is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.route("/groups/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new_group(slug):
    event = event_or_404(slug, g.access)
    form = GroupForm(rank_queries.ranks_of(event))
    if form.validate_on_submit():
        level = SiteLevel(form.level.data)
        try:
            operations.add_group(event, level=level, **_group_values(form), by=g.actor)
        except Invalid as refusal:
            form.name.errors = [str(refusal)]
        else:
            flash(_("The group is added."))
            return redirect(url_for(".index", slug=slug))
    return render_template("guests/group.html", event=event, form=form, group=None, conflict=None), _status(
        form
    )


@bp.route("/groups/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit_group(slug, group_id):
    event = event_or_404(slug, g.access)
    group = queries.group_of(event, group_id)
    ranks = rank_queries.ranks_of(event)
    form = GroupForm(ranks)
    if not form.is_submitted():
        form.fill(group)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_group(group, **_group_values(form), version=form.version.data, by=g.actor),
        lambda: filled(GroupForm(ranks, formdata=None), group),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "guests/group.html", event=event, form=form, group=group, conflict=conflict
    ), status


@bp.post("/groups/<int:group_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_group(slug, group_id):
    event = event_or_404(slug, g.access)
    operations.remove_group(queries.group_of(event, group_id), by=g.actor)
    flash(_("The group is removed."))
    return redirect(url_for(".index", slug=slug))


def _sites(event: Event) -> list[Site]:
    """The sites that the signed-in user may put someone at."""
    return list(db.session.scalars(sites.sites_of(event, site_ids=g.access.site_ids(event))))


def _ranks(event: Event) -> list[Rank] | None:
    """The ranks for whoever arranges the event: a rank also says who must agree to a substitute."""
    return rank_queries.ranks_of(event) if g.access.extends_to(Permission.EDIT_EVENT, event) else None


def _chosen(event: Event, reach: frozenset[int] | None) -> dict[str, object]:
    """The filters of the request; a site out of reach is not found."""
    code, group_id = request.args.get("site", ""), number("group", 0, 10**9)
    site = sites.site_or_404(event, code, g.access) if code else None
    return {
        "site": code,
        "site_ids": {site.id} if site else reach,
        "group": group_id,
        "group_id": group_id or None,
        "q": search(),
    }


def _slot_values(form: SlotForm) -> dict[str, object]:
    return {
        "label": form.label.data,
        "organization_name": form.organization_name.data or None,
        "seats": form.seats.data,
        "note": form.note.data or None,
    }


def _group_values(form: GroupForm) -> dict[str, object]:
    return {
        "name": form.name.data,
        "phrasing": form.chosen_phrasing,
        "seats": form.seats.data,
        "note": form.note.data or None,
        "standing": form.standing,
    }


def _status(form: object) -> int:
    return 422 if form.errors else 200  # type: ignore[attr-defined]
