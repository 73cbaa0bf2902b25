"""Residents guided: totals, rates and a map for the province, each return with its figures, on behalf after a call."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.movements import (
    guidance_chart,
    guidance_map,
    guidance_operations,
    guidance_reminder_operations,
    guidance_rollup,
    labels,  # noqa: F401  (words)
    queries,
)
from eventsvc.movements import guidance_queries as returned
from eventsvc.movements.guidance_forms import (
    CloseForm,
    ExpectForm,
    RemarkForm,
    figures_form,
    skill_words,
    today_in,
)
from eventsvc.movements.guidance_queries import District
from eventsvc.movements.guidance_rollup import Line, Wanted
from eventsvc.movements.models import Movement
from eventsvc.movements.return_models import GuidanceReturn
from eventsvc.organizations.models import Level
from eventsvc.spreadsheets import writing
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.returns import OPEN_TO_EDIT, ReturnState
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, whole, word
from eventsvc.web.edits import carry_out, filled, save_form
from eventsvc.web.filters import short_unit
from eventsvc.web.pagination import page_of
from eventsvc.web.papers import disposition

bp = Blueprint("guidance", __name__, url_prefix="/events/<slug>/guidance")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    movement, today = queries.movement_of(event), clock.today()
    lines = returned.lines_of(movement) if movement else []
    if movement is None or not lines:
        return render_template(
            "guidance/empty.html",
            event=event,
            movement=movement,
            form=ExpectForm(formdata=None),
            may_edit=_may_edit(event),
        )
    due, target = movement.report_due, returned.target_of(movement)
    filters = {
        "q": search(),
        "wanted": word(Wanted, "wanted"),
        "above": whole(request.args.get("district")),
    }
    districts = returned.districts_of(movement, lines, today)
    charted = returned.charted(movement)
    shown = guidance_rollup.chosen(lines, **filters, due=due, today=today)
    return render_template(
        "guidance/index.html",
        event=event,
        movement=movement,
        target=target,
        span=returned.span_of(movement),
        page=page_of(shown),
        filters=filters,
        wanted=Wanted,
        districts=districts,
        names={district.asked_id: district.name for district in districts},
        sums=guidance_rollup.total(lines, due, today),
        chosen=guidance_rollup.total(shown, due, today),
        levels=guidance_rollup.by_level(lines, due, today),
        map=_map(event, movement, lines, districts),
        by_day=guidance_chart.columns([(f"{day:%d/%m}", number) for day, number in charted.by_day]),
        by_skill=_by_skill(movement, charted.by_skill),
        is_late=lambda line: line.is_late(due, today),
        may_edit=_may_edit(event),
        form=ExpectForm(formdata=None),
    )


@bp.post("/expected")
@requires(Permission.EDIT_TASKS)
def expect(slug):
    event, form = event_or_404(slug, g.access), ExpectForm()
    made: list[int] = []
    done = form.validate_on_submit() and carry_out(
        lambda: made.append(
            guidance_operations.expect_returns(event, with_districts=form.with_districts.data, by=g.user)
        )
    )
    if done:
        flash(ngettext("%(num)s return is awaited now.", "%(num)s returns are awaited now.", made[0]))
    return redirect(url_for(".index", slug=slug))


@bp.post("/approved")
@requires(Permission.EDIT_TASKS)
def approve_all(slug):
    """What districts have passed on, of all or of one of them."""
    event = event_or_404(slug, g.access)
    movement, above = returned.required_movement(event), whole(request.form.get("district"))
    done: list[int] = []
    if carry_out(lambda: done.append(guidance_operations.approve_all(movement, above=above, by=g.user))):
        flash(ngettext("%(num)s return is approved.", "%(num)s returns are approved.", done[0]))
    return redirect(url_for(".index", slug=slug))


@bp.post("/reminders")
@requires(Permission.EDIT_TASKS)
def remind(slug):
    event = event_or_404(slug, g.access)
    movement = returned.required_movement(event)
    done: list[Any] = []
    if carry_out(lambda: done.append(guidance_reminder_operations.remind(movement, by=g.user))):
        flash(ngettext("%(num)s reminder queued.", "%(num)s reminders queued.", done[0].messages))
        if done[0].without_address:
            flash(
                ngettext(
                    "%(num)s unit has no address to write to; please phone.",
                    "%(num)s units have no address to write to; please phone.",
                    len(done[0].without_address),
                ),
                "error",
            )
    return redirect(url_for(".index", slug=slug))


@bp.get("/<int:return_id>")
@requires(Permission.READ_TASKS)
def show(slug, return_id):
    event = event_or_404(slug, g.access)
    return _page(event, returned.return_of(event, return_id))


@bp.post("/<int:return_id>/figures")
@requires(Permission.EDIT_TASKS)
def enter(slug, return_id):
    """Entered and handed in for a unit that has called."""
    event = event_or_404(slug, g.access)
    row = returned.return_of(event, return_id)
    form = figures_form(row)
    return _saved(
        event,
        row,
        form,
        lambda: guidance_operations.hand_in(
            row, form.entered, by_name=form.by_name.data or None, version=form.version.data, by=g.user
        ),
        lambda: filled(figures_form(row, None), row),
    )


@bp.post("/<int:return_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, return_id):
    event = event_or_404(slug, g.access)
    row, form = returned.return_of(event, return_id), RemarkForm()
    return _saved(
        event,
        row,
        form,
        lambda: returns.send_back(row, event, remark=form.remark.data, version=form.version.data, by=g.user),
        lambda: RemarkForm(formdata=None, version=row.version),
    )


@bp.post("/<int:return_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, return_id):
    event = event_or_404(slug, g.access)
    row = returned.return_of(event, return_id)
    carry_out(
        lambda: returns.approve(row, event, version=version_seen(), by=g.user), _("The return is approved.")
    )
    return redirect(url_for(".show", slug=slug, return_id=return_id))


@bp.post("/<int:return_id>/close")
@requires(Permission.EDIT_TASKS)
def close(slug, return_id):
    event = event_or_404(slug, g.access)
    row, form, stays = returned.return_of(event, return_id), CloseForm(), list[bool]()
    is_saved, status, conflict = save_form(
        form,
        lambda: stays.append(
            guidance_operations.close_return(
                row, reason=form.reason.data, version=form.version.data, by=g.user
            )
        ),
        lambda: CloseForm(formdata=None, version=row.version),
    )
    if is_saved:
        flash(_("Nothing more is awaited of this unit."))
        return redirect(
            url_for(".show", slug=slug, return_id=return_id) if stays[0] else url_for(".index", slug=slug)
        )
    return _page(event, row, form, conflict), status


@bp.get("/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug):
    event = event_or_404(slug, g.access)
    movement = returned.required_movement(event)
    with force_locale("vi"):
        body = writing.workbook(_sheets(movement))
    response = Response(body, mimetype=writing.XLSX)
    response.headers["Content-Disposition"] = disposition("attachment", f"huong-dan-{event.slug}.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response


def _sheets(movement: Movement) -> list[writing.Sheet]:
    today, due, target = clock.today(), movement.report_due, returned.target_of(movement)
    lines = returned.lines_of(movement)
    districts = returned.districts_of(movement, lines, today)
    names = {district.asked_id: district.name for district in districts}
    numbers = (
        (str(_("Members of the community digital teams")), 14),
        (str(_("Members who reached the target")), 14),
        (str(_("Residents guided")), 14),
        (str(_("Share of the target (residents)")), 14),
    )
    units = [
        (
            names.get(line.above or 0, ""),
            line.name,
            str(words.label(line.state)),
            str(_("Late (return)")) if line.is_late(due, today) else "",
            clock.local(line.submitted_at).date() if line.submitted_at else None,
            line.members,
            line.reached,
            line.residents,
            guidance_rollup.percent(line.residents, (line.members or 0) * (target or 0)),
        )
        for line in lines
    ]
    columns = (
        (str(_("District")), 30),
        (str(_("Administrative unit")), 40),
        (str(_("State")), 16),
        (str(_("Time limit kept")), 12),
        (str(_("Handed in (when)")), 14),
        *numbers,
    )
    sheets = [writing.Sheet(str(_("Residents guided")), columns, units)]
    if districts:
        rows = [
            (
                district.name,
                district.sums.expected,
                district.sums.handed_in,
                district.sums.late,
                district.sums.approved,
                district.sums.members,
                district.sums.reached,
                district.sums.residents,
                district.sums.rate(target),
            )
            for district in districts
        ]
        heads = (
            (str(_("District")), 40),
            (str(_("Returns awaited")), 12),
            (str(_("Handed in")), 12),
            (str(_("Late (return)")), 12),
            (str(_("Approved (report)")), 12),
            *numbers,
        )
        sheets.append(writing.Sheet(str(_("By district")), heads, rows))
    return sheets


def _map(event: Event, movement: Movement, lines: list[Line], districts: list[District]) -> guidance_map.Map:
    """By district; in two tiers by commune."""
    target, today = returned.target_of(movement), clock.today()
    if districts:
        each = [(district.code, district.name, district.sums) for district in districts]
    else:
        each = [
            (line.code or str(line.id), line.name, guidance_rollup.of_one(line, movement.report_due, today))
            for line in lines
            if line.level is Level.COMMUNE
        ]
    units = {
        code: guidance_map.Unit(
            code,
            name,
            short_unit(_capital(name.removeprefix("UBND "))),
            sums.rate(target),
            sums.residents,
            sums.handed_in,
            sums.expected,
        )
        for code, name, sums in each
    }
    return guidance_map.drawing(units, event.province_code, event.units_as_of)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _by_skill(movement: Movement, counted: list[tuple[int | None, int]]) -> list[tuple[str, int]]:
    skills = {skill.id: skill for skill in movement.skills}
    return [
        (skill_words(skills.get(skill_id) if skill_id else None), number)
        for skill_id, number in counted
        if skill_id or number
    ]


def _saved(event: Event, row: GuidanceReturn, form: Any, save: Any, stored: Any) -> Any:
    is_saved, status, conflict = save_form(form, save, stored)
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=event.slug, return_id=row.id))
    return _page(event, row, form, conflict), status


def _page(event: Event, row: GuidanceReturn, sent: Any = None, conflict: Any = None) -> str:
    def form(kind: Any) -> Any:
        return sent if isinstance(sent, kind) else kind(formdata=None, version=row.version)

    typed = sent is not None and hasattr(sent, "keys")
    figures = sent if typed else filled(figures_form(row, None), row)
    unit = row.asked.organization
    return render_template(
        "guidance/show.html",
        event=event,
        row=row,
        figures=figures,
        today_in=today_in(figures.days),
        skill_words=skill_words,
        target=returned.target_of(row.movement),
        residents=sum(count.residents for count in row.counts),
        is_late=guidance_rollup.is_late(row.state, row.submitted_at, row.movement.report_due, clock.today()),
        ended_on=unit.valid_to if unit and unit.valid_to and unit.valid_to < clock.today() else None,
        is_open=row.state in OPEN_TO_EDIT,
        states=ReturnState,
        remark_form=form(RemarkForm),
        close_form=form(CloseForm),
        conflict=conflict,
        may_edit=_may_edit(event),
    )


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
