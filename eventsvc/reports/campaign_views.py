"""The page of a campaign: how it stands, at a glance; and which events belong to it."""

from datetime import date

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import joining_operations
from eventsvc.campaigns.route_words import sentence
from eventsvc.campaigns.timeline import draw
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, EventKind
from eventsvc.events.permissions import event_or_404, visible_events
from eventsvc.feeds import campaign_queries as public_queries
from eventsvc.reports import campaign_labels, campaign_queries  # noqa: F401  (labels registers the words)
from eventsvc.reports.campaign_forms import JoinForm
from eventsvc.web.edits import attempt, carry_out

bp = Blueprint("campaigns", __name__, url_prefix="/events/<slug>/campaign")


@bp.get("")
@requires(Permission.READ_TASKS)
def show(slug):
    event = event_or_404(slug, g.access)
    return _page(event, None, 200)


@bp.post("/events")
@requires(Permission.EDIT_EVENT)
def join(slug):
    event = event_or_404(slug, g.access)
    form = JoinForm(_joinable(event))
    status = 422
    if form.validate_on_submit():
        status = attempt(form, lambda: joining_operations.join_campaign(form.event.row, event, by=g.user))
        if status is None:
            flash(_("“%(event)s” is now a part of the campaign.", event=form.event.row.short_title))
            return redirect(url_for(".show", slug=slug, _anchor="events"))
    return _page(event, form, status)


@bp.post("/events/<int:part_id>/leave")
@requires(Permission.EDIT_EVENT)
def leave(slug, part_id):
    event = event_or_404(slug, g.access)
    own = next((part for part in public_queries.parts_of(event) if part.id == part_id), None)
    if own is None:
        raise NotFound(_("There is nothing at this address."))
    carry_out(
        lambda: joining_operations.leave_campaign(own, event, by=g.user),
        _("“%(event)s” is no longer a part of the campaign.", event=own.short_title),
    )
    return redirect(url_for(".show", slug=slug, _anchor="events"))


def _joinable(event: Event) -> list[Event]:
    """Events that the actor may edit and that belong to no campaign yet; those of the same host first."""
    access = g.access.to(Permission.EDIT_EVENT)
    if not access.covers(event):
        return []
    free = visible_events(access).where(Event.part_of_id.is_(None), Event.kind != EventKind.CAMPAIGN)
    return sorted(db.session.scalars(free), key=lambda row: row.host_id != event.host_id)


def _page(event: Event, form: JoinForm | None, status: int):
    today = clock.today()
    standing = campaign_queries.standing(event, today)
    if form is None:
        form = JoinForm(_joinable(event), formdata=None)
    first, last = event.window_start, event.window_end
    return render_template(
        "campaigns/show.html",
        event=event,
        standing=standing,
        figures=standing.figures,
        drawing=draw(standing.spans, (first, last), today),
        days_to_go=(first - today).days if first else None,
        days_left=(last - today).days if last else None,
        sentence=sentence,
        state_of=lambda part: _state(part, today),
        first_day=public_queries.first_day,
        last_day=public_queries.last_day,
        form=form,
        links=_links(event) | (_rows_of_tasks(event) if standing.parts_have_tasks else {}),
    ), status


def _links(event: Event) -> dict[str, str | None]:
    """Where what is counted stands: the pages of those features that are there."""
    pages: dict[str, tuple[str, dict[str, str]]] = {
        "tasks": ("tasks.index", {"pressure": "past"}),
        "work": ("tasks.index", {"pressure": "past"}),
        "work_all": ("tasks.index", {}),
        "work_done": ("tasks.index", {"state": "done"}),
        "tasks_soon": ("tasks.index", {"pressure": "soon"}),
        "estimates": ("estimates.index", {"standing": "late"}),
        "estimates_all": ("estimates.index", {}),
        "handed_in": ("estimates.index", {"standing": "handed_in"}),
        "money": ("budgets.index", {}),
        "contests": ("contests.index", {}),
        "stops": ("roadshow.index", {}),
        "route": ("roadshow.index", {}),
        "activities": ("activities.index", {}),
        "activities_done": ("activities.index", {"state": "done"}),
        "undated": ("activities.index", {}),
        "works": ("communications.index", {}),
        "press": ("accreditations.index", {"state": "requested"}),
        "press_all": ("accreditations.index", {}),
        "honours": ("commendations.index", {"state": "proposed"}),
        "checked": ("commendations.index", {"state": "checked"}),
        "honours_all": ("commendations.index", {}),
        "notice": ("events.data_notice", {}),
        "results": ("results.show", {}),
    }
    return {
        word: url_for(page, slug=event.slug, **args) if page in current_app.view_functions else None
        for word, (page, args) in pages.items()
    }


def _rows_of_tasks(event: Event) -> dict[str, str | None]:
    """Where the tasks of the campaign and of its parts stand in one list."""
    pages = {"work": "overdue", "work_all": "all", "work_done": "done"}
    return {
        word: url_for("results.rows", slug=event.slug, figure=f"tasks.{figure}")
        for word, figure in pages.items()
    }


def _state(part: Event, today: date) -> tuple[str, str]:
    """How an event of the campaign stands, in a word and its colour."""
    first, last = public_queries.first_day(part), public_queries.last_day(part)
    if part.is_cancelled:
        return "err", _("Cancelled")
    if last and last < today and part.starts_at:
        return "ok", _("Was held (event)")
    if first and last and first <= today <= last and part.starts_at:
        return "info", _("Is being held")
    if part.is_time_approved:
        return "ok", _("Time approved (event)")
    return "warn", _("Time not approved yet (event)")
