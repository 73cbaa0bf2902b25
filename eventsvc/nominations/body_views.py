"""Bodies of the event's host (committees, working groups), their members, and inviting one as a whole."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.guests import queries as guests
from eventsvc.nominations import body_operations as inviting
from eventsvc.nominations.body_forms import BodyForm, InviteBodyForm, MemberForm
from eventsvc.people import body_operations as operations
from eventsvc.people import body_queries as queries
from eventsvc.people.models import Body
from eventsvc.sites import queries as sites
from eventsvc.web.edits import attempt, filled, save_form

bp = Blueprint("bodies", __name__, url_prefix="/events/<slug>/bodies")


@bp.get("")
@requires(Permission.EDIT_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    day = inviting.day_of(event)
    bodies = queries.bodies_of(event.host_id)
    sizes = {body.id: sum(1 for each in body.members if queries.sits_on(each, day)) for body in bodies}
    return render_template(
        "nominations/bodies.html",
        event=event,
        bodies=bodies,
        sizes=sizes,
        day=day,
        form=BodyForm(formdata=None),
    )


@bp.post("")
@requires(Permission.EDIT_EVENT)
def add(slug):
    event, form = event_or_404(slug, g.access), BodyForm()
    made: list[Body] = []
    status: int | None = 422
    if form.validate_on_submit():
        words = {"name": form.name.data or "", "note": form.note.data}
        status = attempt(form, lambda: made.append(operations.add_body(event.host_id, **words, by=g.actor)))
        if status is None:
            flash(_("The body is added. Enter its members now."))
            return redirect(url_for(".show", slug=slug, body_id=made[0].id))
    bodies = queries.bodies_of(event.host_id)
    day = inviting.day_of(event)
    sizes = {body.id: sum(1 for each in body.members if queries.sits_on(each, day)) for body in bodies}
    page = render_template(
        "nominations/bodies.html", event=event, bodies=bodies, sizes=sizes, day=day, form=form
    )
    return page, status


@bp.get("/<int:body_id>")
@requires(Permission.EDIT_EVENT)
def show(slug, body_id):
    event, body = _body(slug, body_id)
    return _page(event, body, MemberForm.blank(formdata=None))


@bp.route("/<int:body_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, body_id):
    event, body = _body(slug, body_id)
    form = BodyForm()
    if not form.is_submitted():
        form.fill(body)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_body(
            body, name=form.name.data or "", note=form.note.data, version=form.version.data, by=g.actor
        ),
        lambda: filled(BodyForm(formdata=None), body),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, body_id=body_id))
    return render_template(
        "nominations/body_edit.html", event=event, body=body, form=form, conflict=conflict
    ), status


@bp.post("/<int:body_id>/members")
@requires(Permission.EDIT_EVENT)
def add_member(slug, body_id):
    event, body = _body(slug, body_id)
    form = MemberForm.blank()
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(form, lambda: operations.add_member(body, form.person, form.seat, by=g.actor))
        if status is None:
            flash(_("%(name)s is a member of the body.", name=form.full_name.data))
            return redirect(url_for(".show", slug=slug, body_id=body_id))
    return _page(event, body, form), status


@bp.route("/<int:body_id>/members/<int:member_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def member(slug, body_id, member_id):
    event, body = _body(slug, body_id)
    found = queries.member_of(body, member_id)
    form = MemberForm()
    if not form.is_submitted():
        form.fill(found)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_member(found, form.person, form.seat, version=form.version.data, by=g.actor),
        lambda: filled(MemberForm(formdata=None), found),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, body_id=body_id))
    return render_template(
        "nominations/member.html", event=event, body=body, member=found, form=form, conflict=conflict
    ), status


@bp.post("/<int:body_id>/members/<int:member_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_member(slug, body_id, member_id):
    _event, body = _body(slug, body_id)
    operations.remove_member(queries.member_of(body, member_id), by=g.actor)
    flash(_("The member is removed."))
    return redirect(url_for(".show", slug=slug, body_id=body_id))


@bp.post("/<int:body_id>/invite")
@requires(Permission.EDIT_EVENT)
def invite(slug, body_id):
    """Put the members of the event's day on the guest list."""
    event, body = _body(slug, body_id)
    form = _invite_form(event)
    status: int | None = 422
    if form.validate_on_submit():
        chosen = {"site": form.site.row, "group": form.group.row}
        status = attempt(form, lambda: _tell(inviting.invite_body(event, body, **chosen, by=g.actor)))
        if status is None:
            return redirect(url_for(".show", slug=slug, body_id=body_id))
    return _page(event, body, MemberForm.blank(formdata=None), form), status


def _body(slug: str, body_id: int) -> tuple[Event, Body]:
    event = event_or_404(slug, g.access)
    return event, queries.body_of(event.host_id, body_id)


def _invite_form(event: Event, **kwargs: object) -> InviteBodyForm:
    return InviteBodyForm(list(db.session.scalars(sites.sites_of(event))), guests.groups_of(event), **kwargs)


def _page(event: Event, body: Body, form: MemberForm, invite_form: InviteBodyForm | None = None) -> str:
    day = inviting.day_of(event)
    return render_template(
        "nominations/body.html",
        event=event,
        body=body,
        day=day,
        members=[(each, queries.sits_on(each, day)) for each in body.members],
        form=form,
        invite_form=invite_form or _invite_form(event, formdata=None),
    )


def _tell(outcome: inviting.Invited) -> None:
    flash(
        ngettext(
            "%(num)s member is put on the guest list.",
            "%(num)s members are put on the guest list.",
            outcome.added,
        )
        if outcome.added
        else _("All members of that day are on the guest list already.")
    )
    if outcome.left:
        flash(
            _("No longer members on the day, left out: %(names)s.", names=", ".join(outcome.left)), "warning"
        )
    if outcome.not_yet:
        flash(
            _("Not members yet on the day, left out: %(names)s.", names=", ".join(outcome.not_yet)), "warning"
        )
