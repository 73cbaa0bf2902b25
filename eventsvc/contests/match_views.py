"""One match of a bracket, one slot of a livestream: planned, played, put right."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import livestream_operations, match_operations, round_queries
from eventsvc.contests.models import Contest, Entry, LivestreamSlot, Match, Round
from eventsvc.contests.queries import entry_of
from eventsvc.contests.round_forms import PlanForm, ResultForm, SalesForm, SlotForm, shown
from eventsvc.contests.round_views import round_or_404
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import carry_out, save_form

bp = Blueprint(
    "contest_matches",
    __name__,
    url_prefix="/events/<slug>/contests/<int:contest_id>/rounds/<int:round_number>",
)


@bp.get("/matches/<int:level>/<int:match_number>")
@requires(Permission.EDIT_TASKS)
def show(slug, contest_id, round_number, level, match_number):
    return _match_page(*_match(slug, contest_id, round_number, level, match_number))


@bp.post("/matches/<int:level>/<int:match_number>/plan")
@requires(Permission.EDIT_TASKS)
def plan(slug, contest_id, round_number, level, match_number):
    found = _match(slug, contest_id, round_number, level, match_number)
    match, form = found[3], PlanForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: match_operations.plan_match(match, **form.values(), by=g.user),
        lambda: PlanForm(formdata=None).fill(match),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(_round_address(slug, match.round))
    return _match_page(*found, form, conflict), status


@bp.post("/matches/<int:level>/<int:match_number>/result")
@requires(Permission.EDIT_TASKS)
def result(slug, contest_id, round_number, level, match_number):
    found = _match(slug, contest_id, round_number, level, match_number)
    match, form = found[3], ResultForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: match_operations.save_result(match, **form.values(), by=g.user),
        lambda: ResultForm(formdata=None).fill(match),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(_round_address(slug, match.round))
    return _match_page(*found, form, conflict), status


@bp.post("/matches/<int:level>/<int:match_number>/not-played")
@requires(Permission.EDIT_TASKS)
def not_played(slug, contest_id, round_number, level, match_number):
    match = _match(slug, contest_id, round_number, level, match_number)[3]
    carry_out(
        lambda: match_operations.go_on_without_playing(match, version=version_seen(), by=g.user),
        _("The entry goes on without playing."),
    )
    return redirect(_round_address(slug, match.round))


@bp.post("/matches/<int:level>/<int:match_number>/clear")
@requires(Permission.EDIT_TASKS)
def clear(slug, contest_id, round_number, level, match_number):
    match = _match(slug, contest_id, round_number, level, match_number)[3]
    carry_out(
        lambda: match_operations.clear_result(match, version=version_seen(), by=g.user),
        _("The match is still to be played."),
    )
    return redirect(_round_address(slug, match.round))


@bp.route("/slots/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def slot(slug, contest_id, round_number, entry_id):
    found = _slot(slug, contest_id, round_number, entry_id)
    round_, entry, standing = found[2], found[3], found[4]
    form = shown(SlotForm(), standing)
    is_saved, status, conflict = save_form(
        form,
        lambda: livestream_operations.save_slot(round_, entry.id, **form.values(), by=g.user),
        lambda: shown_again(SlotForm, round_queries.slot_of(round_, entry.id)),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(_round_address(slug, round_))
    return _slot_page(*found, form, conflict), status


@bp.post("/slots/<int:entry_id>/sales")
@requires(Permission.EDIT_TASKS)
def sales(slug, contest_id, round_number, entry_id):
    found = _slot(slug, contest_id, round_number, entry_id)
    standing, form = found[4], SalesForm()
    if standing is None:
        raise NotFound(_("There is no such slot."))
    is_saved, status, conflict = save_form(
        form,
        lambda: livestream_operations.save_sales(standing, **form.values(), by=g.user),
        lambda: SalesForm(formdata=None).fill(standing),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(_round_address(slug, found[2]))
    return _slot_page(*found, form, conflict), status


@bp.post("/slots/<int:entry_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove_slot(slug, contest_id, round_number, entry_id):
    found = _slot(slug, contest_id, round_number, entry_id)
    standing = found[4]
    if standing is None:
        raise NotFound(_("There is no such slot."))
    carry_out(
        lambda: livestream_operations.remove_slot(standing, version=version_seen(), by=g.user),
        _("The slot is removed."),
    )
    return redirect(_round_address(slug, found[2]))


def _match(
    slug: str, contest_id: int, round_number: int, level: int, match_number: int
) -> tuple[Event, Contest, Round, Match]:
    event, contest, round_ = round_or_404(slug, contest_id, round_number)
    return event, contest, round_, round_queries.match_at(round_, level, match_number)


def _slot(
    slug: str, contest_id: int, round_number: int, entry_id: int
) -> tuple[Event, Contest, Round, Entry, LivestreamSlot | None]:
    event, contest, round_ = round_or_404(slug, contest_id, round_number)
    entry = entry_of(contest, entry_id)
    if all(row.entry_id != entry.id for row in round_queries.places_of(round_)):
        raise NotFound(_("This entry is not in the round."))
    return event, contest, round_, entry, round_queries.slot_of(round_, entry.id)


def _round_address(slug: str, round_: Round) -> str:
    return url_for("contest_rounds.show", slug=slug, contest_id=round_.contest_id, round_number=round_.number)


def _match_page(
    event: Event, contest: Contest, round_: Round, match: Match, sent: Any = None, conflict: Any = None
) -> str:
    plan_form = sent if isinstance(sent, PlanForm) else PlanForm(formdata=None).fill(match)
    result_form = sent if isinstance(sent, ResultForm) else ResultForm(formdata=None).fill(match)
    return render_template(
        "rounds/match.html",
        event=event,
        contest=contest,
        round=round_,
        match=match,
        plan_form=plan_form,
        result_form=result_form.named(match),
        conflict=conflict,
    )


def _slot_page(
    event: Event,
    contest: Contest,
    round_: Round,
    entry: Entry,
    slot: LivestreamSlot | None,
    sent: Any,
    conflict: Any = None,
) -> str:
    slot_form = sent if isinstance(sent, SlotForm) else shown_again(SlotForm, slot)
    sales_form = sent if isinstance(sent, SalesForm) else shown_again(SalesForm, slot)
    return render_template(
        "rounds/slot.html",
        event=event,
        contest=contest,
        round=round_,
        entry=entry,
        slot=slot,
        slot_form=slot_form,
        sales_form=sales_form,
        conflict=conflict,
    )


def shown_again(kind: Any, slot: LivestreamSlot | None) -> Any:
    form = kind(formdata=None)
    return form.fill(slot) if slot is not None else form
