"""The rituals in an agenda: under the row of their item, or on a page of their own."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import operations
from eventsvc.agenda.builder_views import bp, changed, done, is_partial, page, place_of
from eventsvc.agenda.models import Ritual
from eventsvc.agenda.ritual_forms import EditRitualForm, RitualForm
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.edits import attempt, save_form


@bp.post("/events/<slug>/rituals")
@requires(Permission.EDIT_EVENT)
def add_ritual(slug):
    event = event_or_404(slug, g.access)
    form = RitualForm(event.agenda_items)
    rituals: list[Ritual] = []
    if form.validate_on_submit() and attempt(form, lambda: rituals.append(_added(event, form))) is None:
        said = _("The ritual is added. Next: who takes part.")
        if is_partial():
            return _answer(rituals[0], EditRitualForm(rituals[0], formdata=None), said=said)
        flash(said)
        return redirect(url_for(".ritual", slug=slug, ritual_id=rituals[0].id))
    if is_partial():
        return render_template("agenda/new_ritual.html", event=event, ritual_form=form), 422
    return page(event, ritual=form, status=422)


@bp.route("/events/<slug>/rituals/<int:ritual_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def ritual(slug, ritual_id):
    """Who takes part. Buttons of the form add, move and take out a row; nothing is stored by them."""
    event = event_or_404(slug, g.access)
    ritual = _ritual_or_404(event, ritual_id)
    form = EditRitualForm(ritual)
    deed = request.form.get("rows", "")
    if deed:
        place = form.rearrange(deed)
        return _form(ritual, form, focus=place), 200 if place is not None else 422
    before = ritual.agenda_item
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_ritual(
            ritual, form.changes, participants=form.people, version=form.version.data, by=g.user
        ),
        lambda: EditRitualForm(ritual, formdata=None),
    )
    if is_saved:
        if is_partial():
            return _answer(ritual, EditRitualForm(ritual, formdata=None), said=_("Saved."), before=before)
        return done(event, [], _("Saved."), anchor=f"ritual-{ritual_id}")
    return _form(ritual, form, conflict), status


@bp.post("/events/<slug>/rituals/<int:ritual_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_ritual(slug, ritual_id):
    event = event_or_404(slug, g.access)
    operations.remove_ritual(_ritual_or_404(event, ritual_id), by=g.user)
    return done(event, [], _("The ritual is removed."))


def _added(event: Event, form: RitualForm) -> Ritual:
    return operations.add_ritual(
        event, title=form.ritual_title.data, agenda_item=form.agenda_item.row, by=g.user
    )


def _form(ritual: Ritual, form: EditRitualForm, conflict: Any = None, focus: int | None = None) -> str:
    return render_template(
        "agenda/ritual_form.html" if is_partial() else "agenda/ritual.html",
        event=ritual.event,
        ritual=ritual,
        ritual_form=form,
        ritual_conflict=conflict,
        focus=focus,
    )


def _answer(ritual: Ritual, form: EditRitualForm, *, said: str, before: Any = None) -> Any:
    """The form as it is stored now, and the tables whose rows speak of it."""
    places = {place_of(item) for item in (before, ritual.agenda_item) if item is not None}
    context = {"ritual": ritual, "ritual_form": form, "ritual_conflict": None, "focus": None}
    return changed(ritual.event, places, said=said, extra="agenda/ritual_form.html", **context)


def _ritual_or_404(event: Event, ritual_id: int) -> Ritual:
    for ritual in event.rituals:
        if ritual.id == ritual_id:
            return ritual
    raise NotFound(_("There is no such ritual."))
