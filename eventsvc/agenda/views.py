"""The agenda as organizers work on it, its rituals, and the programme that everybody may read."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import labels, operations, queries  # noqa: F401  (labels registers the words)
from eventsvc.agenda.forms import EditRitualForm, ItemForm, RitualForm
from eventsvc.agenda.models import AgendaItem, Ritual
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import event_by_slug
from eventsvc.web.edits import TOO_LATE, attempt, differences

bp = Blueprint("agenda", __name__)


@bp.route("/events/<slug>/agenda", methods=["GET"])
@requires(Permission.READ_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    return _page(event, ItemForm(event), RitualForm(event))


@bp.post("/events/<slug>/agenda/items")
@requires(Permission.EDIT_EVENT)
def add(slug):
    event = event_or_404(slug, g.access)
    form = ItemForm(event)
    if form.validate_on_submit():
        items = []
        status = attempt(form, lambda: items.append(operations.add_item(event, **form.values, by=g.user)))
        if status is None:
            flash(_("The item stands at the end of the agenda."))
            return redirect(url_for(".index", slug=slug, _anchor=f"item-{items[0].id}"))
    return _page(event, form, RitualForm(event, formdata=None))


@bp.route("/events/<slug>/agenda/items/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def item(slug, item_id):
    event = event_or_404(slug, g.access)
    item = _item_or_404(event, item_id)
    form = ItemForm(event, item)
    conflict, status = None, 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form, lambda: operations.edit_item(item, form.values, version=form.version.data, by=g.user)
        )
        if status is None:
            flash(_("Saved. The times that follow have moved along."))
            return redirect(url_for(".index", slug=slug, _anchor=f"item-{item_id}"))
        if status == TOO_LATE:
            conflict = differences(form, ItemForm(event, item, formdata=None))
    return render_template("agenda/item.html", event=event, item=item, form=form, conflict=conflict), status


@bp.post("/events/<slug>/agenda/items/<int:item_id>/<any(up, down):direction>")
@requires(Permission.EDIT_EVENT)
def move(slug, item_id, direction):
    item = _item_or_404(event_or_404(slug, g.access), item_id)
    operations.move_item(item, direction, by=g.user)
    flash(_("“%(title)s” is now item %(number)s.", title=item.title[:80], number=item.number))
    return redirect(url_for(".index", slug=slug, _anchor=f"item-{item_id}"))


@bp.post("/events/<slug>/agenda/items/<int:item_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, item_id):
    operations.remove_item(_item_or_404(event_or_404(slug, g.access), item_id), by=g.user)
    flash(_("The item is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/rituals")
@requires(Permission.EDIT_EVENT)
def add_ritual(slug):
    event = event_or_404(slug, g.access)
    form = RitualForm(event)
    if form.validate_on_submit():
        ritual = operations.add_ritual(
            event, title=form.ritual_title.data, agenda_item=form.agenda_item.row, by=g.user
        )
        flash(_("The ritual is added. Next: who takes part."))
        return redirect(url_for(".ritual", slug=slug, ritual_id=ritual.id))
    return _page(event, ItemForm(event, formdata=None), form)


@bp.route("/events/<slug>/rituals/<int:ritual_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def ritual(slug, ritual_id):
    event = event_or_404(slug, g.access)
    ritual = _ritual_or_404(event, ritual_id)
    form = EditRitualForm(ritual)
    conflict, status = None, 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.edit_ritual(
                ritual, form.changes, participants=form.people, version=form.version.data, by=g.user
            ),
        )
        if status is None:
            flash(_("Saved."))
            return redirect(url_for(".index", slug=slug, _anchor=f"ritual-{ritual_id}"))
        if status == TOO_LATE:
            conflict = differences(form, EditRitualForm(ritual, formdata=None))
    return render_template(
        "agenda/ritual.html", event=event, ritual=ritual, form=form, conflict=conflict
    ), status


@bp.post("/events/<slug>/rituals/<int:ritual_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_ritual(slug, ritual_id):
    operations.remove_ritual(_ritual_or_404(event_or_404(slug, g.access), ritual_id), by=g.user)
    flash(_("The ritual is removed."))
    return redirect(url_for(".index", slug=slug))


@bp.get("/p/<slug>")
@public
def programme(slug):
    """What everybody may know: what, when, where and in which order. Never who is invited."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(_("There is no such event."))
    return render_template(
        "agenda/programme.html", event=event, programme=queries.public(queries.released(event))
    )


def _page(event: Event, form: ItemForm, ritual_form: RitualForm):
    status = 422 if form.errors or ritual_form.errors else 200
    page = render_template(
        "agenda/index.html",
        event=event,
        programme=queries.draft(event),
        form=form,
        ritual_form=ritual_form,
    )
    return page, status


def _item_or_404(event: Event, item_id: int) -> AgendaItem:
    for item in event.agenda_items:
        if item.id == item_id:
            return item
    raise NotFound(_("There is no such agenda item."))


def _ritual_or_404(event: Event, ritual_id: int) -> Ritual:
    for ritual in event.rituals:
        if ritual.id == ritual_id:
            return ritual
    raise NotFound(_("There is no such ritual."))
