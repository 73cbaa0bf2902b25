"""Open doors for those who organize them: make, edit, stop, who has registered, counting at the desk."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import queries as checkins
from eventsvc.db import db
from eventsvc.errors import Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.sites.queries import sites_of
from eventsvc.spreadsheets import writing
from eventsvc.text import display_phone
from eventsvc.visitors import (
    copy_operations,
    copy_queries,
    operations,
    queries,
    rules,
    tally_operations,
    telling,
    telling_operations,
)
from eventsvc.visitors.forms import CancelForm, OpenDoorsForm
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from eventsvc.visitors.rules import Registration
from eventsvc.web.arguments import search, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.filters import day_and_time
from eventsvc.web.labels import label
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition

bp = Blueprint("open_doors", __name__, url_prefix="/events/<slug>/open-doors")

STEPS = (1, 5)
"""How many people one tap counts."""
TAPS_SHOWN = 10
MOST_TO_CALL = 50


@bp.get("")
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    event = event_or_404(slug, g.access)
    listed, now = queries.open_doors_of(event, g.access.site_ids(event)), clock.now()
    return render_template(
        "visitors/index.html",
        event=event,
        listed=listed,
        figures=queries.figures(listed),
        registration={each.id: rules.registration(each, now) for each in listed},
        states=Registration,
        edits=_may_edit(event),
        sources=_sources(event) if _may_edit(event) else [],
        reads=g.access.extends_to(Permission.READ_GUESTS, event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def new(slug):
    event = event_or_404(slug, g.access)
    form = _form(event)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[OpenDoors] = []
        refused = attempt(
            form, lambda: made.append(operations.make_open_doors(event, **form.changes, by=g.user))
        )
        if refused is None:
            flash(_("The open doors are made. Give people the address of their page."))
            return redirect(url_for(".show", slug=slug, doors_number=made[0].number))
        status = refused
    return render_template(
        "visitors/edit.html", event=event, form=form, open_doors=None, conflict=None
    ), status


@bp.post("/copy")
@requires(Permission.EDIT_GUESTS)
def copy(slug):
    """Take over what an earlier event of the same host had; to be looked at and opened one by one."""
    event = event_or_404(slug, g.access)
    if not _may_export(event):
        raise NotFound(_("There is nothing at this address."))
    chosen = request.form.get("from", "")
    source = next((each for each in _sources(event) if each.slug == chosen), None)
    if source is None:
        flash(_("Choose an earlier event to take open doors over from."), "error")
        return redirect(url_for(".index", slug=slug))
    done: list[copy_operations.Copied] = []
    if carry_out(lambda: done.append(copy_operations.copy_open_doors(event, source, by=g.user))):
        made, left = done[0]
        flash(
            ngettext(
                "%(num)s taken over; open it when it is right.",
                "%(num)s taken over; open them when they are right.",
                made,
            )
        )
        if left:
            flash(
                ngettext(
                    "%(num)s has no such site or sitting here and was left out.",
                    "%(num)s have no such site or sitting here and were left out.",
                    left,
                ),
                "warning",
            )
    return redirect(url_for(".index", slug=slug))


@bp.get("/<int:doors_number>")
@requires(Permission.READ_GUESTS)
def show(slug, doors_number):
    """Who has registered, page by page; `state` and `q` narrow it."""
    event, open_doors = _found(slug, doors_number)
    return _show(event, open_doors)


@bp.route("/<int:doors_number>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def edit(slug, doors_number):
    event, open_doors = _found(slug, doors_number)
    form = _form(event, open_doors)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_open_doors(open_doors, form.changes, version=form.version.data, by=g.user),
        lambda: _form(event, open_doors, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, doors_number=doors_number))
    page = render_template(
        "visitors/edit.html", event=event, form=form, open_doors=open_doors, conflict=conflict
    )
    return page, status


@bp.post("/<int:doors_number>/stop")
@requires(Permission.EDIT_GUESTS)
def stop(slug, doors_number):
    _event, open_doors = _found(slug, doors_number)
    carry_out(lambda: operations.stop(open_doors, by=g.user), _("Nobody can register any more."))
    return redirect(url_for(".show", slug=slug, doors_number=doors_number))


@bp.post("/<int:doors_number>/open-again")
@requires(Permission.EDIT_GUESTS)
def open_again(slug, doors_number):
    _event, open_doors = _found(slug, doors_number)
    carry_out(lambda: operations.open_again(open_doors, by=g.user), _("People can register again."))
    return redirect(url_for(".show", slug=slug, doors_number=doors_number))


@bp.post("/<int:doors_number>/export.xlsx")
@requires(Permission.EDIT_GUESTS)
@confirmed_lately("open_doors.show")
def export(slug, doors_number):
    """Who has registered, one row a visitor; contacts only for those who may read them. For those who work on all
    sites; posted, because it is written down who has it."""
    event, open_doors = _found(slug, doors_number)
    if not _may_export(event):
        raise NotFound(_("There is nothing at this address."))
    with_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    listed = db.session.scalars(queries.visits(open_doors)).all()
    with force_locale("vi"):
        columns = [(_("No."), 6), (_("Full name"), 30), (_("Agency or school"), 40)]
        columns += [(_("Telephone"), 18), (_("E-mail"), 32)] if with_contacts else []
        columns += [(_("State"), 20), (_("Registered at"), 22)]
        lines = [_line(number, visit, with_contacts) for number, visit in enumerate(listed, start=1)]
        body = writing.workbook([writing.Sheet(_("Visitors"), columns, lines)])
    operations.note_export(open_doors, len(lines), with_contacts=with_contacts, by=g.actor)
    response = Response(body, mimetype=writing.XLSX)
    name = f"nguoi-dang-ky-{event.slug}-{open_doors.number}.xlsx"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/<int:doors_number>/visits/<int:visit_id>/cancel", methods=["GET", "POST"])
@requires(Permission.EDIT_GUESTS)
def cancel(slug, doors_number, visit_id):
    """Give up the place for a visitor, who is told why."""
    event, open_doors = _found(slug, doors_number)
    visit = queries.visit_of(open_doors, visit_id)
    form = CancelForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        refused = attempt(form, lambda: operations.cancel(visit, reason=form.reason.data, by=g.user))
        if refused is None:
            flash(_("The registration is cancelled."))
            return redirect(url_for(".show", slug=slug, doors_number=doors_number))
        status = refused
    page = render_template("visitors/cancel.html", event=event, open_doors=open_doors, visit=visit, form=form)
    return page, status


@bp.post("/<int:doors_number>/visits/<int:visit_id>/called")
@requires(Permission.EDIT_GUESTS)
def called(slug, doors_number, visit_id):
    """Note that a visitor who has no e-mail address was told of a change by telephone."""
    _event, open_doors = _found(slug, doors_number)
    visit = queries.visit_of(open_doors, visit_id)
    carry_out(lambda: telling_operations.note_called(visit, by=g.user), _("The call is noted."))
    return redirect(url_for(".show", slug=slug, doors_number=doors_number))


@bp.route("/<int:doors_number>/count", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def count(slug, doors_number):
    """Big buttons for people at the desk; each tap has an id of its own, so that sending it again counts nobody."""
    event, open_doors = _found(slug, doors_number)
    if request.method == "POST":
        carry_out(lambda: _tap(open_doors))
        return redirect(url_for(".count", slug=slug, doors_number=doors_number))
    return render_template(
        "visitors/count.html",
        event=event,
        open_doors=open_doors,
        figures=queries.registered(open_doors),
        scanned=checkins.head_counts(event, open_doors.sitting).get(open_doors.site_id, 0),
        taps=queries.last_tallies(open_doors, TAPS_SHOWN),
        steps=[(people, uuid4()) for people in (*STEPS, -1)],
        now=clock.now(),
    )


def _tap(open_doors: OpenDoors) -> None:
    typed, tally_id = request.form.get("people", ""), request.form.get("tally_id", "")
    allowed = {str(people): people for people in (*STEPS, -1)}
    try:
        made = UUID(tally_id)
    except ValueError:
        raise Invalid(_("Press one of the buttons."), field="people") from None
    if typed not in allowed:
        raise Invalid(_("Press one of the buttons."), field="people")
    tally_operations.tap(open_doors, allowed[typed], tally_id=made, by=g.actor)


def _show(event: Event, open_doors: OpenDoors) -> str:
    shows_contacts = g.access.extends_to(Permission.READ_CONTACTS, event)
    state, q = word(VisitState, "state"), search()
    page = paginate(queries.visits(open_doors, state=state, q=q, contacts=shows_contacts))
    guests = [visit.guest_id for visit in page.items if visit.guest_id is not None]
    return render_template(
        "visitors/show.html",
        event=event,
        open_doors=open_doors,
        page=page,
        state=state,
        q=q,
        visit_states=VisitState,
        figures=queries.registered(open_doors),
        registration=rules.registration(open_doors, clock.now()),
        states=Registration,
        came=checkins.is_in(guests, open_doors.sitting) if guests else set(),
        edits=_may_edit(event),
        exports=_may_export(event),
        shows_contacts=shows_contacts,
        to_call=_to_call(open_doors) if shows_contacts else [],
        most_to_call=MOST_TO_CALL,
        notes_calls=g.access.extends_to(Permission.EDIT_GUESTS, event),
    )


def _to_call(open_doors: OpenDoors) -> list[Visit]:
    """Those who have heard something else than what holds now and can only be phoned; one more than are shown."""
    if not telling.is_to_be_told(open_doors, clock.now()):
        return []
    unheard = queries.to_be_told(open_doors, telling.facts(open_doors), by_telephone=True)
    return list(db.session.scalars(unheard.limit(MOST_TO_CALL + 1)))


def _found(slug: str, number: int) -> tuple[Event, OpenDoors]:
    event = event_or_404(slug, g.access)
    return event, queries.open_doors_or_404(event, number, g.access.site_ids(event))


def _form(event: Event, open_doors: OpenDoors | None = None, **kwargs: Any) -> OpenDoorsForm:
    sites = db.session.scalars(sites_of(event, g.access.site_ids(event))).all()
    sittings = [sitting for sitting in checkins.sittings_of(event) if sitting.cancelled_at is None]
    if open_doors is not None and open_doors.sitting not in sittings:
        sittings.append(open_doors.sitting)
    return OpenDoorsForm(sites, sittings, open_doors, **kwargs)


def _may_edit(event: Event) -> bool:
    return g.access.extends_to(Permission.EDIT_GUESTS, event) and not event.is_cancelled


def _sources(event: Event) -> list[Event]:
    """Earlier events to take open doors over from, for those who work on all sites."""
    if not _may_export(event):
        return []
    return copy_queries.sources(event, g.access.to(Permission.EDIT_GUESTS))


def _may_export(event: Event) -> bool:
    """Others have the visitors of their site on its paper lists."""
    edits = g.access.to(Permission.EDIT_GUESTS)
    return edits.covers(event) and edits.site_ids(event) is None


def _line(number: int, visit: Visit, with_contacts: bool) -> list[str]:
    contacts = [display_phone(visit.phone) if visit.phone else "", visit.email or ""]
    return [
        str(number),
        visit.full_name,
        visit.organization or "",
        *(contacts if with_contacts else []),
        str(label(visit.state)),
        day_and_time(visit.registered_at),
    ]
