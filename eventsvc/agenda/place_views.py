"""What is done to a whole sitting or strand: kept free, shifted, stretched; strands themselves."""

from flask import g, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.agenda import operations
from eventsvc.agenda.builder_views import bp, done, page, refused, sitting_or_404
from eventsvc.agenda.forms import BufferForm, ShiftForm, StrandForm
from eventsvc.agenda.models import AgendaItem, Strand
from eventsvc.errors import DomainError, Invalid, NotFound, StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import whole
from eventsvc.web.edits import save_form


@bp.route("/events/<slug>/agenda/sittings/<int:number>/buffer", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def buffer(slug, number):
    """The minutes kept free. A page loaded anew after a refusal is the agenda."""
    event = event_or_404(slug, g.access)
    sitting = sitting_or_404(event, number)
    if request.method == "GET":
        return page(event)
    form = BufferForm(sitting)
    try:
        _require(form)
        minutes = form.buffer_minutes.data or 0
        events.edit_sitting(sitting, {"buffer_minutes": minutes}, version=form.version.data, by=g.user)
    except StaleEdit:
        return refused(
            event,
            StaleEdit(
                _(
                    "Someone else has changed this sitting: %(stored)s minutes are kept free now, you typed %(typed)s.",
                    stored=sitting.buffer_minutes,
                    typed=form.buffer_minutes.data or 0,
                )
            ),
        )
    except DomainError as refusal:
        return refused(event, refusal)
    words = ngettext("%(num)s minute is kept free.", "%(num)s minutes are kept free.", minutes)
    places = {(sitting.id, strand.id if strand else None) for strand in (None, *event.strands)}
    return done(event, places, words, anchor=f"part-{number}-0")


@bp.post("/events/<slug>/agenda/sittings/<int:number>/shift")
@requires(Permission.EDIT_EVENT)
def shift(slug, number):
    """Let everything from a row on begin later, or earlier."""
    event = event_or_404(slug, g.access)
    form = ShiftForm()
    try:
        sitting, strand = sitting_or_404(event, number), _strand_of(event)
        _require(form)
        item = _standing_at(event, sitting, strand, form.number.data)
        operations.shift_items(item, form.minutes.data, by=g.user)
    except DomainError as refusal:
        return refused(event, refusal)
    words = _(
        "From item %(number)s on, everything begins %(minutes)s minutes later.",
        number=form.number.data,
        minutes=form.minutes.data,
    )
    if form.minutes.data < 0:
        words = _(
            "From item %(number)s on, everything begins %(minutes)s minutes earlier.",
            number=form.number.data,
            minutes=-form.minutes.data,
        )
    return done(event, {(sitting.id, strand.id if strand else None)}, words, anchor=f"item-{item.id}")


@bp.post("/events/<slug>/agenda/sittings/<int:number>/stretch")
@requires(Permission.EDIT_EVENT)
def stretch(slug, number):
    """Give the items durations that fill the planned time."""
    event = event_or_404(slug, g.access)
    try:
        sitting, strand = sitting_or_404(event, number), _strand_of(event)
        count = operations.stretch_items(event, sitting, strand, by=g.user)
    except DomainError as refusal:
        return refused(event, refusal)
    words = ngettext(
        "%(num)s item has another duration now; the whole fills its time.",
        "%(num)s items have another duration now; the whole fills its time.",
        count,
    )
    anchor = f"part-{number}-{strand.number if strand else 0}"
    return done(event, {(sitting.id, strand.id if strand else None)}, words, anchor=anchor)


@bp.post("/events/<slug>/agenda/strands")
@requires(Permission.EDIT_EVENT)
def add_strand(slug):
    event = event_or_404(slug, g.access)
    form = StrandForm()
    if form.validate_on_submit():
        strand = operations.add_strand(event, **form.values, by=g.user)
        words = _(
            "“%(name)s” goes on beside the stage. Items can be added and dragged there.", name=strand.name
        )
        return done(event, [], words, anchor=f"part-1-{strand.number}")
    return page(event, strand=form, status=422)


@bp.route("/events/<slug>/agenda/strands/<int:strand_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def strand(slug, strand_id):
    event = event_or_404(slug, g.access)
    strand = _strand_or_404(event, strand_id)
    form = StrandForm(strand)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_strand(strand, form.values, version=form.version.data, by=g.user),
        lambda: StrandForm(strand, formdata=None),
    )
    if is_saved:
        return done(event, [], _("Saved."), anchor=f"part-1-{strand.number}")
    return render_template(
        "agenda/strand.html", event=event, strand=strand, form=form, conflict=conflict
    ), status


@bp.post("/events/<slug>/agenda/strands/<int:strand_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_strand(slug, strand_id):
    event = event_or_404(slug, g.access)
    try:
        operations.remove_strand(_strand_or_404(event, strand_id), by=g.user)
    except DomainError as refusal:
        return refused(event, refusal)
    return done(event, [], _("The strand is removed."))


def _require(form) -> None:
    """Refuse a small form with the sentences of its fields."""
    if not form.validate_on_submit():
        sentences = [f"{form[name].label.text}: {errors[0]}" for name, errors in form.errors.items() if name]
        raise Invalid(" ".join(sentences))


def _strand_of(event: Event) -> Strand | None:
    """The strand that a form names, none for the stage."""
    named = request.form.get("strand", "")
    return _strand_or_404(event, whole(named) or 0) if named else None


def _strand_or_404(event: Event, strand_id: int) -> Strand:
    for strand in event.strands:
        if strand.id == strand_id:
            return strand
    raise NotFound(_("There is no such strand."))


def _standing_at(event: Event, sitting: Sitting, strand: Strand | None, number: int) -> AgendaItem:
    for item in event.agenda_items:
        if (item.sitting_id, item.strand, item.number) == (sitting.id, strand, number):
            return item
    raise NotFound(_("There is no item %(number)s here.", number=number))
