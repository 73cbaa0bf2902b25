"""The activities of a campaign: the list by spaces, a page for each, how it stands, and the task made of it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import activity_operations as operations
from eventsvc.campaigns import activity_queries as queries
from eventsvc.campaigns import communication_queries, door_operations, door_queries, stall_queries
from eventsvc.campaigns.activity_forms import ActivityForm, DoorsForm, OutcomeForm
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityRole, ActivityState
from eventsvc.campaigns.activity_queries import SPACES, Wanted
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.visitors import queries as visitors
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.edits import attempt, carry_out, filled, save_form
from eventsvc.web.pagination import page_of

bp = Blueprint("activities", __name__, url_prefix="/events/<slug>/activities")

ON_A_PAGE = 60


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    wanted = Wanted(
        kind=word(ActivityKind, "kind"),
        state=word(ActivityState, "state"),
        stop_id=whole(request.args.get("stop")),
        agency=search("agency"),
        q=search(),
    )
    page = page_of(queries.rows(event, wanted), per_page=ON_A_PAGE)
    queries.grouped(page.items)
    return render_template(
        "activities/index.html",
        event=event,
        page=page,
        wanted=wanted,
        figures=queries.figures(event),
        kinds=ActivityKind,
        states=ActivityState,
        stops=queries.stops_of(event),
        agencies=queries.agencies(event),
        may_edit=may_edit(event),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    """A new activity; `space` in the address: a part of that."""
    event = event_or_404(slug, g.access)
    space_id = whole(request.args.get("space"))
    parent = queries.activity_of(event, space_id) if space_id else None
    form = ActivityForm(queries.spaces_of(event), queries.stops_of(event), parent=parent)
    made: list[Activity] = []
    is_saved, status, _conflict = save_form(
        form, lambda: made.append(operations.add_activity(event, **form.values, by=g.user)), lambda: form
    )
    if is_saved:
        flash(_("The activity is added."))
        return redirect(url_for(".show", slug=slug, activity_id=made[0].id))
    return render_template(
        "activities/edit.html", event=event, form=form, activity=None, conflict=None
    ), status


@bp.get("/<int:activity_id>")
@requires(Permission.READ_TASKS)
def show(slug, activity_id):
    event = event_or_404(slug, g.access)
    activity = queries.with_all(event, activity_id)
    return _show(event, activity, filled(OutcomeForm(formdata=None), activity))


@bp.route("/<int:activity_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, activity_id):
    event = event_or_404(slug, g.access)
    activity = queries.with_all(event, activity_id)
    spaces, stops = queries.spaces_of(event), queries.stops_of(event)
    form = ActivityForm(spaces, stops, activity)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_activity(activity, **form.values, version=form.version.data, by=g.user),
        lambda: ActivityForm(spaces, stops, queries.with_all(event, activity_id), formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, activity_id=activity_id))
    return render_template(
        "activities/edit.html", event=event, form=form, activity=activity, conflict=conflict
    ), status


@bp.post("/<int:activity_id>/outcome")
@requires(Permission.EDIT_TASKS)
def report(slug, activity_id):
    """How it stands; afterwards visitors and result."""
    event = event_or_404(slug, g.access)
    activity, form = queries.with_all(event, activity_id), OutcomeForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.report_activity(
            activity,
            state=form.state.data,
            visitors=form.visitors.data,
            result=form.result.data,
            version=form.version.data,
            by=g.user,
        ),
        lambda: filled(OutcomeForm(formdata=None), activity),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, activity_id=activity_id))
    return _show(event, queries.with_all(event, activity_id), form, conflict), status


@bp.post("/<int:activity_id>/move/<direction>")
@requires(Permission.EDIT_TASKS)
def move(slug, activity_id, direction):
    event = event_or_404(slug, g.access)
    if direction not in ("up", "down"):
        raise NotFound(_("There is nothing at this address."))
    activity = queries.activity_of(event, activity_id)
    carry_out(lambda: operations.move_activity(activity, up=direction == "up", by=g.user))
    return redirect(url_for(".show", slug=slug, activity_id=activity_id))


@bp.post("/<int:activity_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, activity_id):
    event = event_or_404(slug, g.access)
    activity = queries.activity_of(event, activity_id)
    if carry_out(
        lambda: operations.remove_activity(activity, version=version_seen(), by=g.user),
        _("The activity is removed."),
    ):
        return redirect(url_for(".index", slug=slug))
    return redirect(url_for(".show", slug=slug, activity_id=activity_id))


@bp.post("/<int:activity_id>/task")
@requires(Permission.EDIT_TASKS)
def make_task(slug, activity_id):
    """Charge those who lead and coordinate it, in one press."""
    event = event_or_404(slug, g.access)
    activity = queries.activity_of(event, activity_id)
    made: list[int] = []
    if carry_out(
        lambda: made.append(operations.make_task(activity, by=g.user).id),
        _("The agencies are charged with it as a task of the campaign."),
    ):
        return redirect(url_for("tasks.show", slug=slug, task_id=made[0]))
    return redirect(url_for(".show", slug=slug, activity_id=activity_id))


@bp.post("/<int:activity_id>/doors")
@requires(Permission.EDIT_TASKS)
def open_doors(slug, activity_id):
    """Open the doors to everybody: a page to register on and to count by taps for each sitting."""
    event = event_or_404(slug, g.access)
    activity = queries.with_all(event, activity_id)
    parts = _open_parts(event)
    form, status = DoorsForm(parts, activity), 422
    if form.validate_on_submit():
        chosen = [form.part.row] if form.part.row else door_queries.stops_among(parts)
        counts: list[int] = []
        refused = attempt(
            form,
            lambda: counts.append(
                door_operations.open_doors(activity, chosen, capacity=form.capacity.data, by=g.user)
            ),
        )
        if refused is None:
            _say_opened(counts[0])
            return redirect(url_for(".show", slug=slug, activity_id=activity_id, _anchor="doors"))
        status = refused
    shown = filled(OutcomeForm(formdata=None), activity)
    return _show(event, queries.with_all(event, activity_id), shown, doors_form=form), status


def may_edit(event: Event) -> bool:
    """Whether whoever looks may change what a campaign does, and it is not called off."""
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled


def _open_parts(event: Event) -> list[Event]:
    """Where whoever looks may open doors: every site of the event is theirs."""
    edits = g.access.to(Permission.EDIT_GUESTS)
    return [
        part for part in door_queries.parts_of(event) if edits.covers(part) and edits.site_ids(part) is None
    ]


def _say_opened(count: int) -> None:
    if count:
        flash(
            ngettext(
                "The doors are open for %(num)s sitting: give people the address of its page.",
                "The doors are open for %(num)s sittings: give people the addresses of their pages.",
                count,
            )
        )
    else:
        flash(_("They were open already: nothing is changed."), "info")


def _show(
    event: Event, activity: Activity, form: Any, conflict: Any = None, doors_form: DoorsForm | None = None
) -> str:
    within = [activity.id, *(part.id for part in activity.parts)]
    doors = door_queries.doors_of(activity)
    is_for_all = activity.kind in door_queries.OPEN_KINDS and activity.state is not ActivityState.CANCELLED
    parts = _open_parts(event) if may_edit(event) and is_for_all else []
    return render_template(
        "activities/show.html",
        event=event,
        activity=activity,
        form=form,
        conflict=conflict,
        leads=queries.names_of(activity, ActivityRole.LEAD),
        coordinating=queries.names_of(activity, ActivityRole.COORDINATING),
        has_stalls=activity.kind in SPACES,
        stalls=stall_queries.count_in(within),
        works=communication_queries.works_in(activity),
        doors=doors,
        figures=visitors.figures(doors),
        came=door_queries.came(event).get(activity.id),
        reads_doors=g.access.to(Permission.CHECK_IN_BY_NAME).covers(event),
        is_for_all=is_for_all,
        doors_form=(doors_form or DoorsForm(parts, activity, formdata=None)) if parts else None,
        may_edit=may_edit(event),
    )
