"""The agenda as organizers work on it, item by item, and the programme that everybody may read."""

from typing import Any

from flask import g, render_template, request
from flask_babel import gettext as _

from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import (  # noqa: F401
    beside,
    changes,
    labels,
    operations,
    place_views,
    public_pages,
    queries,
    release_queries,
    ritual_views,
)
from eventsvc.agenda.builder_views import (
    Line,
    bp,
    changed,
    clock_of,
    done,
    is_partial,
    item_or_404,
    page,
    place_of,
    refused,
)
from eventsvc.agenda.forms import AddForm, ItemForm, LineForm, MoveForm, PlaceForm
from eventsvc.agenda.models import AgendaItem
from eventsvc.agenda.release_labels import sentence
from eventsvc.agenda.ritual_forms import EditRitualForm, RitualForm
from eventsvc.agenda.timing import Part
from eventsvc.db import db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.sites.queries import sites_of
from eventsvc.web.edits import TOO_LATE, attempt, differences, save_form


@bp.route("/events/<slug>/agenda", methods=["GET"])
@requires(Permission.READ_EVENT)
def index(slug):
    """The draft for those who edit it; to all others what was made known, once there is a release."""
    event = event_or_404(slug, g.access)
    release = queries.last_release(event)
    if release is None or g.access.to(Permission.EDIT_EVENT).covers(event):
        return page(event)
    programme = queries.released(event)
    return render_template("agenda/released.html", event=event, release=release, programme=programme)


@bp.post("/events/<slug>/agenda/items")
@requires(Permission.EDIT_EVENT)
def add(slug):
    event = event_or_404(slug, g.access)
    form = AddForm(event)
    if form.validate_on_submit():
        items: list[AgendaItem] = []
        if attempt(form, lambda: items.append(operations.add_item(event, **form.values, by=g.user))) is None:
            words = _("Item %(number)s is added.", number=items[0].number)
            return done(event, {place_of(items[0])}, words, anchor=f"item-{items[0].id}")
    if is_partial():
        return changed(event, None, add=form, status=422)
    return page(event, add=form, status=422)


@bp.route("/events/<slug>/agenda/items/<int:item_id>/line", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def line(slug, item_id):
    """Title, minutes and pin, changed in the row itself. A page loaded anew after a refusal is the agenda."""
    event = event_or_404(slug, g.access)
    if request.method == "GET":
        item_or_404(event, item_id)
        return page(event)
    try:
        item = item_or_404(event, item_id)
        form, conflict, status = LineForm(item), None, 422
        if form.validate_on_submit():
            save = lambda: operations.edit_item(item, form.values, version=form.version.data, by=g.user)  # noqa: E731
            found = attempt(form, save)
            if found is None:
                words = _("Saved. The times that follow have moved along.")
                return done(event, {place_of(item)}, words, anchor=f"item-{item_id}")
            if found == TOO_LATE:
                conflict = differences(form, LineForm(item, formdata=None))
            status = found
    except DomainError as refusal:
        return refused(event, refusal)
    lines = {item_id: Line(form, conflict)}
    if is_partial():
        return changed(event, {place_of(item)}, lines=lines, status=status)
    return page(event, lines=lines, status=status)


@bp.route("/events/<slug>/agenda/items/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def item(slug, item_id):
    """Everything about one item, in place under its row or on a page of its own."""
    event = event_or_404(slug, g.access)
    item = item_or_404(event, item_id)
    sites = db.session.scalars(sites_of(event)).all()
    form = ItemForm(event, item, sites)
    before = place_of(item)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_item(item, form.values, version=form.version.data, by=g.user),
        lambda: ItemForm(event, item, sites, formdata=None),
    )
    if is_saved:
        words = _("Saved. The times that follow have moved along.")
        return done(event, {before, place_of(item)}, words, anchor=f"item-{item_id}")
    return _editor(event, item, form, conflict), status


@bp.post("/events/<slug>/agenda/items/<int:item_id>/<any(up, down):direction>")
@requires(Permission.EDIT_EVENT)
def move(slug, item_id, direction):
    event = event_or_404(slug, g.access)
    try:
        item = item_or_404(event, item_id)
        before = place_of(item)
        operations.move_item(item, direction, moves=MoveForm().moves.data, by=g.user)
    except DomainError as refusal:
        return refused(event, refusal)
    return _moved(event, item, {before, place_of(item)})


@bp.post("/events/<slug>/agenda/items/<int:item_id>/place")
@requires(Permission.EDIT_EVENT)
def place(slug, item_id):
    """Where the item was dropped: a number of a sitting's stage or of a strand of it."""
    event = event_or_404(slug, g.access)
    form = PlaceForm(event)
    try:
        item = item_or_404(event, item_id)
        if not form.validate_on_submit():
            raise Invalid(_("There is no such place in the agenda."))
        before = place_of(item)
        operations.place_item(
            item,
            number=form.number.data,
            sitting=form.sitting.row,
            strand=form.strand.row,
            moves=form.moves.data,
            by=g.user,
        )
    except DomainError as refusal:
        return refused(event, refusal)
    return _moved(event, item, {before, place_of(item)})


@bp.post("/events/<slug>/agenda/items/<int:item_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, item_id):
    event = event_or_404(slug, g.access)
    try:
        item = item_or_404(event, item_id)
        was, title = place_of(item), item.title[:80]
        operations.remove_item(item, by=g.user)
    except DomainError as refusal:
        return refused(event, refusal)
    return done(event, {was}, _("“%(title)s” is removed from the agenda.", title=title))


@bp.get("/p/<slug>")
@public
def programme(slug):
    """What everybody may know: what, when, where and in which order. Never who is invited."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    if event.kind in public_pages.PAGES:
        return public_pages.PAGES[event.kind](event)
    release = queries.last_release(event)
    return render_template(
        "agenda/programme.html",
        event=event,
        programme=queries.public(queries.released(event)),
        release=release,
        news=changes.grouped(release_queries.news(event, release)),
        sentence=sentence,
        offers=beside.offers(event),
    )


def _moved(event: Event, item: AgendaItem, places: set[tuple[int, int | None]]) -> Any:
    def words(parts: list[Part]) -> str:
        number, title, start = item.number, item.title[:80], clock_of(item, parts)
        if not start:
            return _("“%(title)s” is now item %(number)s.", title=title, number=number)
        return _("“%(title)s” is now item %(number)s, at %(time)s.", title=title, number=number, time=start)

    return done(event, places, words, anchor=f"item-{item.id}")


def _editor(event: Event, item: AgendaItem, form: ItemForm, conflict: Any) -> str:
    ritual = item.ritual
    return render_template(
        "agenda/editor.html" if is_partial() else "agenda/item.html",
        event=event,
        item=item,
        form=form,
        conflict=conflict,
        ritual=ritual,
        ritual_form=EditRitualForm(ritual, formdata=None)
        if ritual
        else RitualForm(event.agenda_items, formdata=None),
        ritual_conflict=None,
    )
