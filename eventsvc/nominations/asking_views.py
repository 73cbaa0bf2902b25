"""Organizations one by one: put on the list, spread from a line of the plan, their contact, link and names."""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import GuestGroup
from eventsvc.invitations.hand_operations import Handed, hand_over_to_organization
from eventsvc.invitations.hand_queries import handed_to_organization
from eventsvc.nominations import (
    gathering_operations,
    labels,  # noqa: F401  (registers the words)
    messages,
    naming_queries,
    operations,
    queries,
    sending_operations,
)
from eventsvc.nominations import names as organization_names
from eventsvc.nominations.forms import AskForm, ContactForm, HandingForm, SpreadForm
from eventsvc.nominations.list_views import bp, is_letter_issued, tell_written
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.sites import queries as sites
from eventsvc.sites.models import SiteLevel
from eventsvc.web.arguments import search, whole
from eventsvc.web.edits import attempt, carry_out, obstacle, save_form

MOST_FOUND = 30


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    """An organization by its name: one from the lists, found without diacritics, or any other."""
    event = event_or_404(slug, g.access)
    halls = list(db.session.scalars(sites.sites_of(event)))
    form = AskForm(halls, guests.groups_of(event))
    chosen = _organization(event, request.args.get("organization"))
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.ask_organization(
                event,
                name=form.name.data,
                request=form.asked_for,
                organization=chosen or _by_name(event, form.name.data),
                contact=form.contact,
                due_on=form.due_on.data,
                note=form.note.data,
                by=g.actor,
            ),
        )
        if status is None:
            flash(_("%(name)s is on the list of organizations to be asked.", name=form.name.data))
            return redirect(url_for(".index", slug=slug))
        return _new_page(event, form, chosen), status
    if request.method == "GET" and chosen is not None:
        form.name.data = _called(event, chosen)
    return _new_page(event, form, chosen), 422 if form.errors else 200


@bp.post("/gather")
@requires(Permission.EDIT_EVENT)
def gather(slug):
    """Ask the organizations that the slots of plans and spreadsheets speak of."""
    event = event_or_404(slug, g.access)
    _tell_gathered(gathering_operations.gather_slots(event, by=g.actor))
    return redirect(url_for(".index", slug=slug))


@bp.route("/groups/<int:group_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def spread(slug, group_id):
    """Spread a collective line of the plan over the organizations it means."""
    event = event_or_404(slug, g.access)
    group = guests.group_of(event, group_id)
    form = SpreadForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        values = {"spread": form.spread.data, "seats": form.seats.data, "due_on": form.due_on.data}
        failed = attempt(
            form,
            lambda: _tell_gathered(
                gathering_operations.spread_group(
                    group, at_own_site=form.at_own_site.data, **values, by=g.actor
                )
            ),
        )
        if failed is None:
            return redirect(url_for(".index", slug=slug))
        status = failed
    elif not form.is_submitted():
        form.spread.data = _likely(group)
        form.seats.data = group.seats
    return render_template("nominations/spread.html", event=event, group=group, form=form), status


@bp.get("/<int:asked_id>")
@requires(Permission.EDIT_GUESTS)
def show(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id, g.access.site_ids(event), also_charged=True)
    return _page(event, asked, HandingForm(formdata=None))


@bp.route("/<int:asked_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id, also_charged=True)
    form = ContactForm()
    if not form.is_submitted():
        form.fill(asked)
    former = asked.link_number
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_invitation(
            asked,
            contact=form.contact,
            due_on=form.due_on.data,
            note=form.note.data,
            version=form.version.data,
            by=g.actor,
        ),
        lambda: _filled(asked),
    )
    if is_saved:
        flash(
            _("Saved. Another contact has another link: the old one no longer works. Write to them again.")
            if asked.link_number != former
            else _("Saved.")
        )
        return redirect(url_for(".show", slug=slug, asked_id=asked_id))
    page = render_template("nominations/edit.html", event=event, asked=asked, form=form, conflict=conflict)
    return page, status


@bp.post("/<int:asked_id>/handed-over")
@requires(Permission.EDIT_EVENT)
def hand_over(slug, asked_id):
    """The letter was brought, posted, or sent in a chat."""
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id)
    form = HandingForm()
    status: int | None = 422
    if form.validate_on_submit():
        handed = Handed(
            form.how.data, form.carried_by.data or "", form.received_by.data, note=form.handing_note.data
        )
        status = attempt(form, lambda: hand_over_to_organization(event, asked.id, handed, by=g.actor))
        if status is None:
            flash(_("Recorded."))
            return redirect(url_for(".show", slug=slug, asked_id=asked_id))
    return _page(event, asked, form), status


@bp.post("/<int:asked_id>/ask")
@requires(Permission.SEND_MAIL)
def ask_one(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id)
    carry_out(lambda: tell_written(sending_operations.ask(event, asked_ids={asked.id}, by=g.actor)))
    return redirect(url_for(".show", slug=slug, asked_id=asked_id))


@bp.post("/<int:asked_id>/link")
@requires(Permission.EDIT_EVENT)
def renew(slug, asked_id):
    event = event_or_404(slug, g.access)
    operations.renew_link(queries.asked_of(event, asked_id, also_charged=True), by=g.actor)
    flash(_("There is a new link; the old one no longer works. Write to the organization again."))
    return redirect(url_for(".show", slug=slug, asked_id=asked_id))


@bp.post("/<int:asked_id>/revoke")
@requires(Permission.SEND_MAIL)
def revoke(slug, asked_id):
    event = event_or_404(slug, g.access)
    sending_operations.revoke(queries.asked_of(event, asked_id), by=g.actor)
    flash(_("The organization is no longer asked; its link no longer works."))
    return redirect(url_for(".show", slug=slug, asked_id=asked_id))


@bp.post("/<int:asked_id>/restore")
@requires(Permission.SEND_MAIL)
def restore(slug, asked_id):
    event = event_or_404(slug, g.access)
    operations.restore_invitation(queries.asked_of(event, asked_id), by=g.actor)
    flash(_("The organization is asked again, under a new link."))
    return redirect(url_for(".show", slug=slug, asked_id=asked_id))


def _page(event: Event, asked: OrganizationInvitation, form: HandingForm) -> str:
    reach = g.access.site_ids(event)
    may_write = g.access.extends_to(Permission.SEND_MAIL, event)
    (line,) = queries.lines(event, [asked], is_letter_issued=is_letter_issued(event))
    composer = messages.Composer(event, messages.INVITATION, clock.now()) if may_write else None
    return render_template(
        "nominations/show.html",
        event=event,
        asked=asked,
        line=line,
        counts=[
            count
            for count in naming_queries.slot_counts(asked)
            if reach is None or count.slot.site_id in reach
        ],
        named=naming_queries.named_by(asked, reach),
        messages=queries.messages_of(asked) if may_write else [],
        handed=handed_to_organization(asked.id),
        form=form,
        may_write=may_write,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        # Whoever has the link can answer for the organization.
        link=f"{current_app.config['PUBLIC_URL']}/o/{secrets.unseal(asked.token_sealed)}"
        if may_write
        else None,
        words=messages.to_copy(composer, asked) if composer and asked.is_invited else None,
        obstacle=obstacle(lambda: sending_operations.require_sendable(event)) if asked.is_invited else None,
        today=clock.today(),
    )


def _new_page(event: Event, form: AskForm, chosen: Organization | None) -> str:
    q = search()
    on = event.units_as_of
    found = organizations.search(q, on=on, province_code=event.province_code, limit=MOST_FOUND) if q else []
    return render_template(
        "nominations/new.html",
        event=event,
        form=form,
        chosen=chosen,
        q=q,
        found=[row for row in found if row.kind is not OrganizationKind.COLLECTIVE],
        above=organizations.parent_names(found, on),
    )


def _organization(event: Event, typed: str | None) -> Organization | None:
    """The organization that the address names; nothing but those of the event's day are known."""
    organization_id = whole(typed)
    if organization_id is None:
        return None
    found = db.session.get(Organization, organization_id)
    if found is None or found.kind is OrganizationKind.COLLECTIVE:
        raise NotFound(_("There is no such organization."))
    return found


def _by_name(event: Event, name: str | None) -> Organization | None:
    found = organizations.find(name or "", on=event.units_as_of, province_code=event.province_code)
    return None if found is None or found.kind is OrganizationKind.COLLECTIVE else found


def _called(event: Event, organization: Organization) -> str:
    above = (
        organizations.parent(organization, event.units_as_of) if organization.level is Level.COMMUNE else None
    )
    return organization_names.called(organization, above)


def _likely(group: GuestGroup) -> gathering_operations.Spread:
    """What a line most probably means: its own organizations, else the units of its level."""
    if group.organizations:
        return gathering_operations.Spread.LISTED
    is_low = group.level is SiteLevel.COMMUNE or organization_names.speaks_of_communes(group.name)
    return gathering_operations.Spread.COMMUNES if is_low else gathering_operations.Spread.DISTRICTS


def _filled(asked: OrganizationInvitation) -> ContactForm:
    form = ContactForm(formdata=None)
    form.fill(asked)
    return form


def _tell_gathered(outcome: gathering_operations.Gathered) -> None:
    flash(
        ngettext("%(num)s slot is assigned.", "%(num)s slots are assigned.", outcome.slots)
        + " "
        + ngettext("%(num)s new organization.", "%(num)s new organizations.", outcome.organizations)
        if outcome.slots
        else _("There was nothing new to add.")
    )
    if outcome.left:
        flash(
            _(
                "These lines speak of many organizations at once; spread them first: %(lines)s.",
                lines="; ".join(outcome.left[:10]),
            ),
            "warning",
        )
