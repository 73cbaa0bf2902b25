"""The organizer's pages about organizations: whom to ask, what came back, which names to agree to."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import clock, secrets
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.guests.models import GuestGroup
from eventsvc.invitations.letter_queries import Letters
from eventsvc.invitations.letters import may_be_preceded
from eventsvc.nominations import (
    labels,  # noqa: F401  (registers the words)
    messages,
    naming_operations,
    operations,
    queries,
    sending_operations,
)
from eventsvc.nominations import names as organization_names
from eventsvc.nominations.forms import AskForm, ContactForm, DueDayForm, HandingForm, RemarkForm, SpreadForm
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.states import AskingState
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.sites import queries as sites
from eventsvc.sites.models import SiteLevel
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import TOO_LATE, attempt, differences
from eventsvc.web.pagination import Page, number, paginate

bp = Blueprint("nominations", __name__, url_prefix="/events/<slug>/organizations")
LINES_A_PAGE = 200
MOST_FOUND = 30


@bp.get("")
@requires(Permission.EDIT_GUESTS)
def index(slug):
    event = event_or_404(slug, g.access)
    reach, q, state = g.access.site_ids(event), search(), word(AskingState, "state")
    lines = queries.lines(
        event, queries.asked_in(event, site_ids=reach), is_letter_issued=_is_letter_issued(event)
    )
    found = {row.id for row in queries.asked_in(event, site_ids=reach, q=q)} if q else None
    shown = [
        line
        for line in lines
        if (found is None or line.asked.id in found) and (state is None or line.state is state)
    ]
    page = number("page", 1, 10**6)
    return render_template(
        "nominations/index.html",
        event=event,
        page=Page(shown[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE], len(shown), page, LINES_A_PAGE),
        tally=queries.tally(lines),
        states=list(AskingState),
        chosen={"q": q, "state": state},
        waiting=queries.waiting_count(event, reach),
        unasked=len(queries.unasked_slots(event)),
        groups=guests.groups_of(event),
        outdated=len(queries.outdated(event)),
        silent=sum(1 for line in lines if line.facts.is_silent),
        due_form=DueDayForm(formdata=None),
        obstacle=_obstacle(event),
        today=clock.today(),
    )


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
    _tell_gathered(operations.gather_slots(event, by=g.actor))
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
                operations.spread_group(group, at_own_site=form.at_own_site.data, **values, by=g.actor)
            ),
        )
        if failed is None:
            return redirect(url_for(".index", slug=slug))
        status = failed
    elif not form.is_submitted():
        form.spread.data = _likely(group)
        form.seats.data = group.seats
    return render_template("nominations/spread.html", event=event, group=group, form=form), status


@bp.post("/ask")
@requires(Permission.SEND_MAIL)
def ask(slug):
    """Write to all who have not been written to."""
    event = event_or_404(slug, g.access)
    _try(lambda: _tell_written(sending_operations.ask(event, by=g.actor)))
    return redirect(url_for(".index", slug=slug))


@bp.post("/chase")
@requires(Permission.SEND_MAIL)
def chase(slug):
    """Remind all who have neither named anybody nor declined."""
    event = event_or_404(slug, g.access)
    _try(lambda: _tell_written(sending_operations.chase(event, by=g.actor), reminded=True))
    return redirect(url_for(".index", slug=slug))


@bp.post("/updates")
@requires(Permission.SEND_MAIL)
def send_updates(slug):
    event = event_or_404(slug, g.access)
    _try(lambda: _tell_written(sending_operations.send_updates(event, by=g.actor)))
    return redirect(url_for(".index", slug=slug))


@bp.post("/selected")
@requires(Permission.SEND_MAIL)
def selected(slug):
    """What is to happen to the organizations that were ticked: `ask`, `chase` or `due`."""
    event = event_or_404(slug, g.access)
    ids = {found for typed in request.form.getlist("asked") if (found := whole(typed)) is not None}
    action = request.form.get("action")
    if not ids:
        flash(_("Tick at least one organization."), "error")
    elif action == "ask":
        _try(lambda: _tell_written(sending_operations.ask(event, asked_ids=ids, by=g.actor)))
    elif action == "chase":
        _try(lambda: _tell_written(sending_operations.chase(event, asked_ids=ids, by=g.actor), reminded=True))
    elif action == "due":
        _set_due_day(event, ids)
    else:
        raise NotFound(_("There is nothing at this address."))
    return redirect(url_for(".index", slug=slug))


@bp.get("/texts")
@requires(Permission.SEND_MAIL)
def texts(slug):
    """The words for each organization not asked yet or silent, with its own link: to be copied into Zalo or printed."""
    event = event_or_404(slug, g.access)
    lines = [
        line
        for line in queries.lines(event, queries.asked_in(event))
        if line.facts.is_silent
        or line.state in {AskingState.DRAFT, AskingState.ISSUED, AskingState.UNDELIVERED}
    ]
    page = number("page", 1, 10**6)
    shown = lines[(page - 1) * 50 : page * 50]
    composer = messages.Composer(event, messages.INVITATION, clock.now())
    return render_template(
        "nominations/texts.html",
        event=event,
        page=Page(shown, len(lines), page, 50),
        words=[messages.to_copy(composer, line.asked) for line in shown],
        names=[line.asked.name for line in lines],
        obstacle=_obstacle(event),
    )


@bp.get("/waiting")
@requires(Permission.EDIT_GUESTS)
def waiting(slug):
    event = event_or_404(slug, g.access)
    page = paginate(queries.waiting(event, g.access.site_ids(event)), per_page=100)
    return render_template("nominations/waiting.html", event=event, page=page, form=RemarkForm(formdata=None))


@bp.post("/waiting")
@requires(Permission.EDIT_GUESTS)
def decide(slug):
    """Agree to the names that were ticked, or turn them down with a remark."""
    event = event_or_404(slug, g.access)
    reach = g.access.site_ids(event)
    ids = {found for typed in request.form.getlist("nomination") if (found := whole(typed)) is not None}
    chosen = [queries.nomination_of(event, nomination_id, reach) for nomination_id in sorted(ids)]
    form, action = RemarkForm(), request.form.get("action")
    if not chosen:
        flash(_("Tick at least one name."), "error")
    elif not form.validate():
        flash(" ".join(form.remark.errors), "error")
    elif action == "approve":
        _try(
            lambda: _tell_decided(
                naming_operations.approve(event, chosen, remark=form.remark.data, by=g.actor)
            )
        )
    elif action == "refuse":
        _try(
            lambda: _tell_decided(
                naming_operations.refuse(event, chosen, remark=form.remark.data or "", by=g.actor)
            )
        )
    else:
        raise NotFound(_("There is nothing at this address."))
    return redirect(url_for(".waiting", slug=slug))


@bp.get("/<int:asked_id>")
@requires(Permission.EDIT_GUESTS)
def show(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id, g.access.site_ids(event))
    return _page(event, asked, HandingForm(formdata=None))


@bp.route("/<int:asked_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id)
    form = ContactForm()
    conflict, status = None, 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        former = asked.link_number
        status = attempt(
            form,
            lambda: operations.edit_invitation(
                asked,
                contact=form.contact,
                due_on=form.due_on.data,
                note=form.note.data,
                version=form.version.data,
                by=g.actor,
            ),
        )
        if status is None:
            flash(
                _(
                    "Saved. Another contact has another link: the old one no longer works. Write to them again."
                )
                if asked.link_number != former
                else _("Saved.")
            )
            return redirect(url_for(".show", slug=slug, asked_id=asked_id))
        if status == TOO_LATE:
            conflict = differences(form, _filled(asked))
    elif not form.is_submitted():
        form.fill(asked)
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
        values = {"carried_by": form.carried_by.data, "received_by": form.received_by.data}
        status = attempt(
            form,
            lambda: operations.record_handing(
                asked, how=form.how.data, **values, note=form.handing_note.data, by=g.actor
            ),
        )
        if status is None:
            flash(_("Recorded."))
            return redirect(url_for(".show", slug=slug, asked_id=asked_id))
    return _page(event, asked, form), status


@bp.post("/<int:asked_id>/ask")
@requires(Permission.SEND_MAIL)
def ask_one(slug, asked_id):
    event = event_or_404(slug, g.access)
    asked = queries.asked_of(event, asked_id)
    _try(lambda: _tell_written(sending_operations.ask(event, asked_ids={asked.id}, by=g.actor)))
    return redirect(url_for(".show", slug=slug, asked_id=asked_id))


@bp.post("/<int:asked_id>/link")
@requires(Permission.EDIT_EVENT)
def renew(slug, asked_id):
    event = event_or_404(slug, g.access)
    operations.renew_link(queries.asked_of(event, asked_id), by=g.actor)
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


# --- What the pages above are made of ----------------------------------------------------------------------


def _page(event: Event, asked: OrganizationInvitation, form: HandingForm) -> str:
    reach = g.access.site_ids(event)
    may_write = g.access.extends_to(Permission.SEND_MAIL, event)
    (line,) = queries.lines(event, [asked], is_letter_issued=_is_letter_issued(event))
    composer = messages.Composer(event, messages.INVITATION, clock.now()) if may_write else None
    return render_template(
        "nominations/show.html",
        event=event,
        asked=asked,
        line=line,
        counts=[
            count for count in queries.slot_counts(asked) if reach is None or count.slot.site_id in reach
        ],
        named=queries.named_by(asked, reach),
        messages=queries.messages_of(asked) if may_write else [],
        handed=queries.handed_over_to(asked),
        form=form,
        may_write=may_write,
        shows_contacts=g.access.extends_to(Permission.READ_CONTACTS, event),
        # Whoever has the link can answer for the organization.
        link=f"{current_app.config['PUBLIC_URL']}/o/{secrets.unseal(asked.token_sealed)}"
        if may_write
        else None,
        words=messages.to_copy(composer, asked) if composer else None,
        obstacle=_obstacle(event),
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


def _likely(group: GuestGroup) -> operations.Spread:
    """What a line most probably means: its own organizations, else the units of its level."""
    if group.organizations:
        return operations.Spread.LISTED
    is_low = group.level is SiteLevel.COMMUNE or organization_names.speaks_of_communes(group.name)
    return operations.Spread.COMMUNES if is_low else operations.Spread.DISTRICTS


def _is_letter_issued(event: Event) -> bool:
    letters = Letters(event)
    letter = letters.for_organizations()
    return letter is not None and may_be_preceded(letters.paper(letter))


def _obstacle(event: Event) -> str | None:
    """Why no message may go out now, as the sentence of the refusal; None when it may."""
    try:
        sending_operations.require_sendable(event)
    except DomainError as refusal:
        return str(refusal)
    return None


def _set_due_day(event: Event, ids: set[int]) -> None:
    form = DueDayForm()
    if not form.validate():
        flash(" ".join(form.due_on.errors), "error")
        return
    count = operations.set_due_day(event, ids, form.due_on.data, by=g.actor)
    flash(
        ngettext(
            "The last day is set for %(num)s organization.",
            "The last day is set for %(num)s organizations.",
            count,
        )
    )


def _filled(asked: OrganizationInvitation) -> ContactForm:
    form = ContactForm(formdata=None)
    form.fill(asked)
    return form


def _try(act: Any) -> None:
    """Do it; a refusal is told on the next page."""
    try:
        act()
    except DomainError as refusal:
        flash(str(refusal), "error")


def _tell_written(written: sending_operations.Written, *, reminded: bool = False) -> None:
    count = written.messages
    if reminded and count:
        flash(ngettext("%(num)s organization is reminded.", "%(num)s organizations are reminded.", count))
    elif count:
        flash(ngettext("%(num)s organization is written to.", "%(num)s organizations are written to.", count))
    elif not written.without_address:
        flash(_("There is nobody to write to: everybody concerned has been told."), "info")
    if written.without_address:
        flash(
            _(
                "No e-mail address, to be told by hand or in the group: %(names)s.",
                names=", ".join(written.without_address[:20])
                + ("…" if len(written.without_address) > 20 else ""),
            ),
            "warning",
        )


def _tell_gathered(outcome: operations.Gathered) -> None:
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


def _tell_decided(count: int) -> None:
    flash(
        ngettext("%(num)s name is decided on.", "%(num)s names are decided on.", count)
        if count
        else _("These names have been decided on already.")
    )
