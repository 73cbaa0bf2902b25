"""What an event's overview shows of the nouns above it: figures and the next steps."""

from datetime import timedelta

from flask import Blueprint, g, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from eventsvc import clock
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.agenda import material_queries as materials
from eventsvc.agenda import queries as agenda
from eventsvc.events.models import Event
from eventsvc.movements import target_queries
from eventsvc.reports import queries
from eventsvc.tasks import obstacle_queries, report_queries
from eventsvc.tasks import queries as tasks
from eventsvc.web.navigation import Step

bp = Blueprint("overview", __name__)


@bp.app_template_global()
def event_numbers(event: Event) -> Markup:
    """The strip of figures on the overview, for those who may see them."""
    if not Access(g.actor, Permission.READ_BOARD).covers(event):
        return Markup()
    figures = {"counts": _counts(event), "present": queries.present(event)}
    return Markup(render_template("reports/numbers.html", event=event, **figures))


@bp.app_template_global()
def event_following(event: Event) -> Markup:
    """How a plan of work goes, at one glance: each figure leads to its rows."""
    if not Access(g.actor, Permission.READ_TASKS).covers(event):
        return Markup()
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    figures = {
        "totals": tasks.totals(event, today),
        "next_due": tasks.next_due(event, today),
        "obstacles": obstacle_queries.tally(event, today),
        "missing": report_queries.number_missing(event, monday, monday + timedelta(days=6)),
        "targets": target_queries.figures(event),
    }
    return Markup(render_template("reports/following.html", event=event, **figures))


@bp.app_template_global()
def event_agenda(event: Event) -> Markup:
    """The agenda in short: the draft for those who edit it, what was made known for all others."""
    edits = Access(g.actor, Permission.EDIT_EVENT).covers(event)
    programme = agenda.draft(event) if edits else agenda.released(event)
    return Markup(render_template("agenda/overview.html", event=event, programme=programme))


@bp.app_template_global()
def event_materials(event: Event) -> Markup:
    """What is missing of the speeches, clips and agreements that the agenda needs in hand, for those who work on
    the show: what has not been given yet is nobody else's business."""
    if not Access(g.actor, Permission.RUN_SHOW).covers(event):
        return Markup()
    entries = [entry for entry in materials.materials_of(event) if entry.item is not None]
    missing = [entry for entry in entries if entry.is_missing]
    return Markup(
        render_template("materials/overview.html", event=event, missing=missing, total=len(entries))
    )


@bp.app_template_global()
def event_steps(event: Event) -> list[Step]:
    """Agenda, sites, guests and invitations: what is still to be done, in the order of the work."""
    counts, slug = _counts(event), event.slug
    timed = bool(event.agenda_items) and all(item.duration_minutes for item in event.agenda_items)
    return [
        Step(_("Agenda with a duration for every item"), url_for("agenda.index", slug=slug), timed),
        Step(_("Set up the sites"), url_for("sites.index", slug=slug), counts.sites > 0),
        Step(_("Put guests on the list"), url_for("guests.index", slug=slug), counts.guests > 0),
        Step(
            _("Invite everybody"),
            url_for("invitations.index", slug=slug),
            counts.guests > 0 and counts.invited >= counts.guests,
        ),
        Step(_("Enrol phones for the doors"), url_for("devices.index", slug=slug), counts.devices > 0),
    ]


def _counts(event: Event) -> queries.Counts:
    if "event_counts" not in g or g.event_counts[0] != event.id:
        g.event_counts = (event.id, queries.counts([event])[event.id])
    return g.event_counts[1]
