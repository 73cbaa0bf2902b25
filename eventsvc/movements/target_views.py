"""One target: how it stands, who has returned its figure and who has not, by district and over time."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import indicator_operations, labels, target_chart, target_map  # noqa: F401
from eventsvc.movements import target_operations as operations
from eventsvc.movements import target_queries as queries
from eventsvc.movements import target_unit_queries as by_unit
from eventsvc.movements.models import Target, TargetPeriod
from eventsvc.movements.target_forms import FigureForm, PutRightForm, ReportersForm, TargetForm
from eventsvc.movements.target_periods import ONCE, TargetStanding, Turn, turn_of, turns
from eventsvc.movements.target_words import period_of, turn_words
from eventsvc.spreadsheets import writing
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.returns import HANDED_IN, OPEN_TO_EDIT
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.filters import short_unit
from eventsvc.web.pagination import page_of
from eventsvc.web.papers import disposition

bp = Blueprint("targets", __name__, url_prefix="/events/<slug>/targets")

LONGEST_TREND = 26
"""So many of the latest periods are drawn."""


@bp.route("/new/<int:indicator_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug, indicator_id):
    event = event_or_404(slug, g.access)
    indicator = queries.indicator_of(event, indicator_id)
    form = TargetForm.of(None, indicator.version)
    is_saved, status, conflict = save_form(
        form,
        lambda: indicator_operations.add_target(indicator, form.values, version=form.version.data, by=g.user),
        lambda: TargetForm.of(None, indicator.version, formdata=None),
    )
    if is_saved:
        flash(_("The target is added."))
        return redirect(url_for("indicators.index", slug=slug, _anchor=f"indicator-{indicator.id}"))
    page = render_template(
        "targets/edit.html", event=event, indicator=indicator, target=None, form=form, conflict=conflict
    )
    return page, status


@bp.get("/<int:target_id>")
@requires(Permission.READ_TASKS)
def show(slug, target_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    return _page(event, target, ReportersForm(formdata=None, names=_names_to_offer(target)))


@bp.route("/<int:target_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, target_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    indicator = target.indicator
    form = TargetForm.of(target, indicator.version)
    is_saved, status, conflict = save_form(
        form,
        lambda: indicator_operations.edit_target(target, form.values, version=form.version.data, by=g.user),
        lambda: _stored(target),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, target_id=target_id))
    page = render_template(
        "targets/edit.html", event=event, indicator=indicator, target=target, form=form, conflict=conflict
    )
    return page, status


@bp.post("/<int:target_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, target_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    if carry_out(lambda: indicator_operations.remove_target(target, by=g.user), _("The target is removed.")):
        return redirect(url_for("indicators.index", slug=slug))
    return redirect(url_for(".show", slug=slug, target_id=target_id))


@bp.post("/<int:target_id>/expected")
@requires(Permission.EDIT_TASKS)
def expect(slug, target_id):
    event = event_or_404(slug, g.access)
    target, form = queries.target_of(event, target_id), ReportersForm()
    status: int | None = 422
    if form.validate_on_submit():
        made: list[int] = []
        status = attempt(
            form, lambda: made.append(operations.expect_figures(target, form.names.lines, by=g.user))
        )
        if status is None:
            flash(ngettext("%(num)s organization added.", "%(num)s organizations added.", made[0]))
            return redirect(url_for(".show", slug=slug, target_id=target_id))
    return _page(event, target, form), status


@bp.post("/<int:target_id>/remind")
@requires(Permission.EDIT_TASKS)
def remind(slug, target_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    done: list[operations.Reminded] = []
    if carry_out(lambda: done.append(operations.remind(target, by=g.user))):
        number = done[0].messages
        flash(
            ngettext(
                "A letter to %(num)s organization is on its way.",
                "Letters to %(num)s organizations are on their way.",
                number,
            )
            if number
            else _("Nobody was written to: whoever has an address was reminded today already.")
        )
        if done[0].without_address:
            flash(_("Without an address: %(names)s.", names="; ".join(done[0].without_address)), "error")
    return redirect(url_for(".show", slug=slug, target_id=target_id))


@bp.get("/<int:target_id>/reporters/<int:target_reporter_id>")
@requires(Permission.READ_TASKS)
def reporter(slug, target_id, target_reporter_id):
    """What one organization has returned for a period."""
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    one = queries.reporter_of(target, target_reporter_id)
    return _reporter_page(event, target, one, turn_or_404(target))


@bp.post("/<int:target_id>/reporters/<int:target_reporter_id>/figure")
@requires(Permission.EDIT_TASKS)
def enter(slug, target_id, target_reporter_id):
    """Entered for an organization that has called."""
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    one = queries.reporter_of(target, target_reporter_id)
    turn = turn_or_404(target)
    form = FigureForm.of(one, None)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.hand_in(one, turn.key if turn else None, **form.values, by=g.user),
        lambda: FigureForm.of(one, queries.return_for(one, turn) if turn else None, formdata=None),
    )
    if is_saved:
        flash(_("The figure is handed in."))
        return redirect(_reporter_url(event, target, one.id, turn))
    return _reporter_page(event, target, one, turn, form=form, conflict=conflict), status


@bp.post("/<int:target_id>/reporters/<int:target_reporter_id>/remove")
@requires(Permission.EDIT_TASKS)
def drop(slug, target_id, target_reporter_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    one = queries.reporter_of(target, target_reporter_id)
    carry_out(
        lambda: operations.expect_no_figure(one, by=g.user),
        _("No figure is expected of this organization any more."),
    )
    return redirect(url_for(".show", slug=slug, target_id=target_id))


@bp.post("/<int:target_id>/returns/<int:target_return_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, target_id, target_return_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    row = queries.return_of(target, target_return_id)
    carry_out(
        lambda: returns.approve(row, event, version=version_seen(), by=g.user), _("The figure is approved.")
    )
    return redirect(url_for(".reporter", slug=slug, **_place_of(target, row)))


@bp.post("/<int:target_id>/returns/<int:target_return_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, target_id, target_return_id):
    event = event_or_404(slug, g.access)
    target = queries.target_of(event, target_id)
    row, form = queries.return_of(target, target_return_id), PutRightForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: returns.send_back(row, event, remark=form.remark.data, version=form.version.data, by=g.user),
        lambda: PutRightForm(formdata=None, version=row.version),
    )
    if is_saved:
        flash(_("The figure is sent back."))
        return redirect(url_for(".reporter", slug=slug, **_place_of(target, row)))
    one = queries.reporter_of(target, row.reporter_id)
    turn = turn_of(target, row.period_start, clock.today())
    return _reporter_page(event, target, one, turn, remark_form=form, conflict=conflict), status


@bp.get("/<int:target_id>/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug, target_id):
    event = event_or_404(slug, g.access)
    target, today = queries.target_of(event, target_id), clock.today()
    turn = turn_or_404(target)
    with force_locale("vi"):
        columns = (
            (str(_("Organization")), 40),
            (str(_("State")), 18),
            (str(_("Figure")), 16),
            (str(_("Out of how many")), 16),
            (str(_("Share (%)")), 12),
            (str(_("Handed in on")), 14),
            (str(_("Note on the figure")), 50),
        )
        rows = [_cells(line) for line in queries.lines(target, turn, today=today)]
        body = writing.workbook([writing.Sheet(str(_("Target")), columns, rows)])
    response = Response(body, mimetype=writing.XLSX)
    name = f"chi-tieu-{event.slug}-{target.id}.xlsx"
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


# --- What the views are made of -----------------------------------------------------------------------------


def may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled


def turn_or_404(target: Target) -> Turn | None:
    """The period that the address names, the latest without one; NotFound for one that has not begun."""
    typed = request.args.get("period", "")
    try:
        day = date.fromisoformat(typed) if typed else None
    except ValueError:
        raise NotFound(_("There is nothing at this address.")) from None
    turn = turn_of(target, day, clock.today())
    if day is not None and turn is None:
        raise NotFound(_("There is nothing at this address."))
    return turn


def chart_of(state: queries.State) -> target_chart.Chart | None:
    """The trend of a target; nothing to be drawn of a figure that comes once."""
    target = state.target
    if target.period in (None, TargetPeriod.ONCE) or len(state.trend) < 2:
        return None
    latest = state.trend[-LONGEST_TREND:]
    points = [(turn_words(each.turn), each.figure.shown if each.figure else None) for each in latest]
    return target_chart.draw(points, target.value, target.baseline)


def _page(event: Event, target: Target, form: ReportersForm) -> str:
    today, turn = clock.today(), turn_or_404(target)
    filters = {"q": search(), "wanted": word(TargetStanding, "standing")}
    everybody = queries.lines(target, turn, today=today)
    chosen = queries.lines(target, turn, **filters, today=today) if any(filters.values()) else everybody
    units, rolled = by_unit.by_unit(event, target, turn)
    cells = [
        target_map.Cell(
            unit.organization.code,
            unit.organization.name,
            unit.figure.shown if unit.figure else None,
            unit.is_reached,
        )
        for unit in units
    ]
    names = {unit.organization.code: short_unit(unit.organization.name) for unit in units}
    state = queries.states([target], today)[target.id]
    return render_template(
        "targets/show.html",
        event=event,
        target=target,
        indicator=target.indicator,
        state=state,
        turn=turn,
        turns=[(each, turn_words(each)) for each in reversed(turns(target, today))],
        turn_words=turn_words,
        period_of=period_of,
        chart=chart_of(state),
        trend=list(reversed(state.trend[-LONGEST_TREND:])),
        units=units,
        rolled=rolled,
        map=target_map.draw(cells, event.province_code, event.units_as_of, names),
        counts={each: sum(line.standing is each for line in everybody) for each in TargetStanding},
        late=sum(line.is_late for line in everybody),
        total=len(everybody),
        standings=TargetStanding,
        page=page_of(chosen),
        filters=filters,
        form=form,
        may_edit=may_edit(event),
    )


def _reporter_page(
    event: Event,
    target: Target,
    one: Any,
    turn: Turn | None,
    *,
    form: FigureForm | None = None,
    remark_form: PutRightForm | None = None,
    conflict: Any = None,
) -> str:
    row = queries.return_for(one, turn) if turn else None
    version = row.version if row else 0
    return render_template(
        "targets/reporter.html",
        event=event,
        target=target,
        indicator=target.indicator,
        reporter=one,
        turn=turn,
        period=period_of(turn),
        when=turn_words(turn),
        line=queries.line_of(target, one, row, turn, clock.today()),
        form=form or FigureForm.of(one, row, formdata=None),
        remark_form=remark_form or PutRightForm(formdata=None, version=version),
        conflict=conflict,
        is_open=row is None or row.state in OPEN_TO_EDIT,
        is_handed_in=row is not None and row.state in HANDED_IN,
        may_edit=may_edit(event),
    )


def _stored(target: Target) -> TargetForm:
    db.session.refresh(target)
    return TargetForm.of(target, target.indicator.version if target.indicator else 0, formdata=None)


def _place_of(target: Target, row: Any) -> dict[str, Any]:
    period = None if row.period_start == ONCE else row.period_start.isoformat()
    return {"target_id": target.id, "target_reporter_id": row.reporter_id, "period": period}


def _reporter_url(event: Event, target: Target, reporter_id: int, turn: Turn | None) -> str:
    return url_for(
        ".reporter",
        slug=event.slug,
        target_id=target.id,
        target_reporter_id=reporter_id,
        period=period_of(turn),
    )


def _names_to_offer(target: Target) -> str:
    return target.returned_by or ""


def _cells(line: queries.Line) -> tuple[Any, ...]:
    row, figure = line.row, line.figure
    is_part = figure is not None and figure.total is not None
    return (
        line.reporter.asked.name,
        str(words.label(line.standing)),
        _number(row.value if row else None),
        _number(row.total if row else None),
        _number(figure.shown) if figure is not None and is_part else None,
        clock.local(row.submitted_at).date() if row is not None and row.submitted_at else None,
        row.note if row else None,
    )


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
