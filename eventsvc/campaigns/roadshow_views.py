"""The route of a campaign: its clusters with their units and stops, what is wrong, and the days it takes."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import roadshow_operations as operations
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.models import Cluster, Stop
from eventsvc.campaigns.roadshow_forms import ClusterForm, MoveStopForm, MoveUnitForm, StopForm
from eventsvc.campaigns.route import Wrong, checks, missing_units
from eventsvc.campaigns.route_words import sentence
from eventsvc.campaigns.strip import weeks
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import version_seen, whole
from eventsvc.web.edits import carry_out, save_form
from eventsvc.web.filters import current_locale

bp = Blueprint("roadshow", __name__, url_prefix="/events/<slug>/roadshow")

STEPS = {"earlier": -1, "later": 1}


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    clusters, units = queries.clusters_of(event), queries.units_of_province(event)
    route = queries.route_of(event, clusters, units)
    found = checks(route)
    stops = [stop for cluster in clusters for stop in cluster.stops]
    wrong = {finding.halt_id for finding in found if finding.is_error}
    return render_template(
        "roadshow/index.html",
        event=event,
        clusters=clusters,
        units=len(units),
        missing=missing_units(route),
        findings=[(finding, sentence(finding)) for finding in found],
        stops={stop.id: stop for stop in stops},
        when={stop.id: queries.days_of(stop) for stop in stops},
        wrong=wrong,
        weeks=weeks(route.window, route.halts, route.overrides, current_locale()),
        ready=len(queries.ready(clusters, found)),
        has_template=queries.template_of(event) is not None,
        may_edit=_may_edit(event),
    )


# --- Clusters ---------------------------------------------------------------------------------------------


@bp.route("/clusters/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new_cluster(slug):
    return _cluster(event_or_404(slug, g.access), None)


@bp.route("/clusters/<int:cluster_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def cluster(slug, cluster_id):
    event = event_or_404(slug, g.access)
    return _cluster(event, queries.cluster_of(event, cluster_id))


@bp.post("/clusters/<int:cluster_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_cluster(slug, cluster_id):
    event = event_or_404(slug, g.access)
    row = queries.cluster_of(event, cluster_id)
    carry_out(
        lambda: operations.remove_cluster(row, version=version_seen(), by=g.user),
        _("The cluster is removed."),
    )
    return redirect(url_for(".index", slug=slug))


@bp.post("/units/<int:unit_id>/move")
@requires(Permission.EDIT_TASKS)
def move_unit(slug, unit_id):
    """Into another cluster (`cluster`), or one place up or down in its own (`place`)."""
    event = event_or_404(slug, g.access)
    unit = queries.unit_of(event, unit_id)
    place, former = whole(request.form.get("place")), unit.cluster
    form = MoveUnitForm(queries.clusters_of(event))
    target = former if place else form.cluster.row if form.validate_on_submit() else None
    if target is None:
        flash(_("Choose one from the list."), "error")
    else:
        carry_out(
            lambda: operations.move_unit(unit, target, place=place, by=g.user),
            None if place else _("%(unit)s is in %(cluster)s now.", unit=unit.name, cluster=target.name),
        )
    return redirect(url_for(".cluster", slug=slug, cluster_id=former.id, _anchor="units"))


# --- Stops ------------------------------------------------------------------------------------------------


@bp.route("/clusters/<int:cluster_id>/stops/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new_stop(slug, cluster_id):
    event = event_or_404(slug, g.access)
    of = queries.cluster_of(event, cluster_id)
    form = StopForm(of)
    made: list[Stop] = []
    is_saved, status, _conflict = save_form(
        form,
        lambda: made.append(operations.make_stop(of, form.details, by=g.user)),
        lambda: StopForm(of, formdata=None),
    )
    if is_saved:
        flash(_("The stop is added."))
        return _back(event, made[0])
    page = render_template(
        "roadshow/stop.html", event=event, cluster=of, stop=None, form=form, conflict=None, known=None
    )
    return page, status


@bp.route("/stops/<int:stop_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def stop(slug, stop_id):
    event = event_or_404(slug, g.access)
    row = queries.stop_of(event, stop_id)
    known, former = queries.announced(row), queries.days_of(row).starts_on
    form = StopForm(row.cluster, row, is_announced=known is not None)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit_stop(
            row, form.details, version=form.version.data, is_agreed=form.agrees, by=g.user
        ),
        lambda: StopForm(row.cluster, row, formdata=None, is_announced=known is not None),
    )
    if is_saved:
        flash(_("Saved."))
        if former != queries.days_of(row).starts_on:
            _say_what_is_left(row, known)
        return _back(event, row)
    page = render_template(
        "roadshow/stop.html",
        event=event,
        cluster=row.cluster,
        stop=row,
        form=form,
        conflict=conflict,
        known=known,
    )
    return page, status


@bp.post("/stops/<int:stop_id>/move")
@requires(Permission.EDIT_TASKS)
def move(slug, stop_id):
    """To the day that was typed or dropped on, or one day earlier or later (`step`)."""
    event = event_or_404(slug, g.access)
    row, form = queries.stop_of(event, stop_id), MoveStopForm()
    step = STEPS.get(request.form.get("step", ""))
    former = queries.days_of(row).starts_on
    if step and former:
        day, version = former + timedelta(days=step), version_seen()
    elif form.validate_on_submit():
        day, version = form.starts_on.data, form.version.data
    else:
        flash(_("Enter the day to which the stop moves."), "error")
        return redirect(url_for(".index", slug=slug))
    is_agreed, is_from_strip = "is_agreed" in request.form, request.form.get("from") == "strip"
    known = queries.announced(row)
    try:
        operations.move_stop(row, day, version=version, is_agreed=is_agreed, by=g.user)
    except operations.EventAnnounced:
        came_from = {"from": "strip"} if is_from_strip else {}
        return redirect(url_for(".moving", slug=slug, stop_id=stop_id, to=day.isoformat(), **came_from))
    except DomainError as refusal:
        flash(str(refusal), "error")
    else:
        flash(_("“%(stop)s” begins on %(day)s.", stop=row.name, day=f"{day:%d/%m/%Y}"))
        if day != former:
            _say_what_is_left(row, known)
    return _back(event, row, on_strip=is_from_strip)


@bp.get("/stops/<int:stop_id>/moving")
@requires(Permission.EDIT_TASKS)
def moving(slug, stop_id):
    """What moving the stop to a day (`to`) means for those who have heard of its event; asked before it is done."""
    event = event_or_404(slug, g.access)
    row, day = queries.stop_of(event, stop_id), _day(request.args.get("to", ""))
    known, former = queries.announced(row), queries.days_of(row).starts_on
    if day is None or known is None or former is None:
        return redirect(url_for(".index", slug=slug, _anchor=f"stop-{stop_id}"))
    return render_template(
        "roadshow/moving.html",
        event=event,
        stop=row,
        known=known,
        former=former,
        day=day,
        is_from_strip=request.args.get("from") == "strip",
    )


@bp.post("/stops/<int:stop_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_stop(slug, stop_id):
    event = event_or_404(slug, g.access)
    row = queries.stop_of(event, stop_id)
    carry_out(
        lambda: operations.remove_stop(row, version=version_seen(), by=g.user), _("The stop is removed.")
    )
    return redirect(url_for(".index", slug=slug))


@bp.post("/stops/<int:stop_id>/event")
@requires(Permission.EDIT_TASKS)
def make_event(slug, stop_id):
    event = event_or_404(slug, g.access)
    row = queries.stop_of(event, stop_id)
    made: list[Event] = []
    if carry_out(lambda: made.append(operations.make_event(row, by=g.user))):
        flash(_("The event is made, with its sittings, tasks and agenda. Its times wait to be approved."))
        return redirect(url_for("events.show", slug=made[0].slug))
    return redirect(url_for(".index", slug=slug, _anchor=f"stop-{stop_id}"))


@bp.post("/events")
@requires(Permission.EDIT_TASKS)
def make_events(slug):
    """An event of every stop that is ready."""
    event = event_or_404(slug, g.access)
    made: list[Event] = []
    if carry_out(lambda: made.extend(operations.make_ready_events(event, by=g.user))):
        flash(ngettext("%(num)s event is made.", "%(num)s events are made.", len(made)))
    return redirect(url_for(".index", slug=slug))


# --- What the pages above are made of ---------------------------------------------------------------------


def _cluster(event: Event, row: Cluster | None) -> Any:
    clusters, units = queries.clusters_of(event), queries.units_of_province(event)
    taken = {unit.unit_code for each in clusters for unit in each.units}
    free = [unit for unit in units if unit.code not in taken]
    form = ClusterForm(row, free)
    kept: list[Cluster] = []
    is_saved, status, conflict = save_form(
        form,
        lambda: kept.append(
            operations.enter_cluster(
                event,
                row,
                form.values,
                host=form.host_name,
                participants=form.participant_names,
                version=form.version.data,
                by=g.user,
            )
        ),
        lambda: ClusterForm(row, free, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=event.slug, _anchor=f"cluster-{kept[0].id}"))
    others = [each for each in clusters if row is None or each.id != row.id]
    page = render_template(
        "roadshow/cluster.html",
        event=event,
        cluster=row,
        form=form,
        conflict=conflict,
        others=others,
        move_form=MoveUnitForm(others, formdata=None),
    )
    return page, status


def _back(event: Event, row: Stop, *, on_strip: bool = False) -> Any:
    """To the stop on the page of the route, or to its day on the strip, with what is wrong about it now."""
    for finding in queries.findings(event):
        if finding.halt_id == row.id and finding.wrong is not Wrong.NO_DAY:
            flash(sentence(finding), "error" if finding.is_error else "warning")
    day = queries.days_of(row).starts_on
    anchor = f"on-{day.isoformat()}" if on_strip and day else f"stop-{row.id}"
    return redirect(url_for(".index", slug=event.slug, _anchor=anchor))


def _say_what_is_left(row: Stop, known: queries.Announced | None) -> None:
    """After an announced event was moved: what is to be done so that everybody hears of it."""
    if known is None:
        return
    if known.approved:
        flash(_("The times of its event wait to be approved again."), "warning")
    if known.invited:
        flash(
            ngettext(
                "%(num)s invitee is to be told of the new day: on the page “Invitations” of the event.",
                "%(num)s invitees are to be told of the new day: on the page “Invitations” of the event.",
                known.invited,
            ),
            "warning",
        )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
