"""The rounds of a contest: their list, one of them with its bracket, slots or matrix, closing it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import (
    brackets,
    match_operations,
    ranking,
    round_operations,
    round_queries,
    score_queries,
)
from eventsvc.contests.models import Contest, Round, RoundKind
from eventsvc.contests.round_forms import RoundForm
from eventsvc.contests.round_queries import Standing
from eventsvc.contests.views import contest_or_404, may_edit
from eventsvc.events.models import Event
from eventsvc.web.arguments import version_seen, whole
from eventsvc.web.edits import attempt, carry_out, save_form

bp = Blueprint("contest_rounds", __name__, url_prefix="/events/<slug>/contests/<int:contest_id>/rounds")


def round_or_404(slug: str, contest_id: int, round_number: int) -> tuple[Event, Contest, Round]:
    event, contest = contest_or_404(slug, contest_id)
    return event, contest, round_queries.round_of(contest, round_number)


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    return _index(event, contest, RoundForm(formdata=None))


@bp.post("")
@requires(Permission.EDIT_TASKS)
def add(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form, status = RoundForm(), 422
    if form.validate_on_submit():
        refused = attempt(form, lambda: round_operations.add_round(contest, **form.changes, by=g.user))
        if refused is None:
            flash(_("The round is added."))
            return redirect(url_for(".index", slug=slug, contest_id=contest_id))
        status = refused
    return _index(event, contest, form), status


@bp.get("/<int:round_number>")
@requires(Permission.READ_TASKS)
def show(slug, contest_id, round_number):
    return _page(*round_or_404(slug, contest_id, round_number))


@bp.route("/<int:round_number>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, contest_id, round_number):
    event, contest, round_ = round_or_404(slug, contest_id, round_number)
    form = RoundForm.of(round_)
    is_saved, status, conflict = save_form(
        form,
        lambda: round_operations.edit_round(round_, form.changes, version=form.version.data, by=g.user),
        lambda: RoundForm(formdata=None).fill(round_),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(_address(round_, slug))
    return render_template(
        "rounds/edit.html", event=event, contest=contest, round=round_, form=form, conflict=conflict
    ), status


@bp.post("/<int:round_number>/take")
@requires(Permission.EDIT_TASKS)
def take(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)

    def act() -> None:
        count = round_operations.take_entries(round_, by=g.user)
        flash(ngettext("%(num)s entry taken in.", "%(num)s entries taken in.", count))

    carry_out(act)
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/empty")
@requires(Permission.EDIT_TASKS)
def empty(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    carry_out(lambda: round_operations.empty_round(round_, by=g.user), _("Nobody is in this round any more."))
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/close")
@requires(Permission.EDIT_TASKS)
def close(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    chosen = [entry_id for entry_id in map(whole, request.form.getlist("chosen")) if entry_id is not None]
    carry_out(
        lambda: round_operations.close_round(
            round_,
            chosen=chosen,
            although_missing=request.form.get("although_missing") == "1",
            version=version_seen(),
            by=g.user,
        ),
        _("The round is closed."),
    )
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/reopen")
@requires(Permission.EDIT_TASKS)
def reopen(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    carry_out(
        lambda: round_operations.reopen_round(round_, version=version_seen(), by=g.user),
        _("The round is open again."),
    )
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    version = version_seen()
    if carry_out(
        lambda: round_operations.remove_round(round_, version=version, by=g.user), _("The round is removed.")
    ):
        return redirect(url_for(".index", slug=slug, contest_id=contest_id))
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/draw")
@requires(Permission.EDIT_TASKS)
def draw(slug, contest_id, round_number):
    """The order is what stands in the fields "seed-…": 1 for the strongest."""
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    typed = {
        row.entry_id: whole(request.form.get(f"seed-{row.entry_id}", "").strip())
        for row in round_queries.places_of(round_)
    }
    seeds = {entry_id: seed for entry_id, seed in typed.items() if seed is not None}
    if len(set(seeds.values())) != len(seeds):
        flash(_("Two entries have the same place in the order."), "error")
    else:
        order = sorted(seeds, key=lambda entry_id: seeds[entry_id])
        carry_out(lambda: match_operations.draw_bracket(round_, order, by=g.user), _("The bracket is drawn."))
    return redirect(_address(round_, slug))


@bp.post("/<int:round_number>/undraw")
@requires(Permission.EDIT_TASKS)
def undraw(slug, contest_id, round_number):
    _event, _contest, round_ = round_or_404(slug, contest_id, round_number)
    carry_out(lambda: match_operations.take_draw_back(round_, by=g.user), _("The draw is taken back."))
    return redirect(_address(round_, slug))


def _address(round_: Round, slug: str) -> str:
    return url_for("contest_rounds.show", slug=slug, contest_id=round_.contest_id, round_number=round_.number)


def _index(event: Event, contest: Contest, form: RoundForm) -> str:
    return render_template(
        "rounds/index.html",
        event=event,
        contest=contest,
        rounds=round_queries.rounds_of(contest),
        counts=round_queries.counts(contest),
        form=form,
        edits=may_edit(event),
    )


def _page(event: Event, contest: Contest, round_: Round) -> str:
    rows = round_queries.places_of(round_)
    standing = round_queries.standing(round_)
    cut = ranking.cut(standing.places, round_.advancing)
    return render_template(
        "rounds/show.html",
        event=event,
        contest=contest,
        round=round_,
        rows=_ordered(rows, standing),
        standing=standing,
        shares=_shared(standing),
        cut=cut,
        to_take=len(round_queries.to_take(round_)) if round_.closed_at is None else 0,
        before=round_queries.round_before(round_),
        kinds=RoundKind,
        edits=may_edit(event),
        **_details(contest, round_, rows),
    )


def _details(contest: Contest, round_: Round, rows: list[Any]) -> dict[str, Any]:
    """What only a round of this kind shows."""
    empty: dict[str, Any] = {
        "levels": {},
        "walkovers": set(),
        "slots": {},
        "judges": [],
        "judged": {},
        "expected": {},
    }
    if round_.kind is RoundKind.BRACKET:
        levels: dict[int, list[Any]] = {}
        for match in round_queries.matches_of(round_):
            levels.setdefault(match.level, []).append(match)
        bracket = round_queries.bracket_of(round_)
        gone = round_queries.withdrawn_of(rows)
        walkovers = {place for place in bracket if brackets.without_playing(bracket, place, gone) is not None}
        return empty | {"levels": levels, "walkovers": walkovers}
    if round_.kind is RoundKind.LIVESTREAM:
        return empty | {"slots": {slot.entry_id: slot for slot in round_queries.slots_of(round_)}}
    entries, judges = [row.entry for row in rows], score_queries.judges_of(contest)
    return empty | {
        "judges": [judge for judge in judges if judge.revoked_at is None],
        "judged": score_queries.judged(round_, entries),
        "expected": score_queries.expected(judges, entries, score_queries.ties_of(contest)),
    }


def _ordered(rows: list[Any], standing: Standing) -> list[Any]:
    order = {entry_id: number for number, entry_id in enumerate(standing.ordered)}
    return sorted(rows, key=lambda row: order.get(row.entry_id, len(order)))


def _shared(standing: Standing) -> set[int]:
    """Entries whose place is that of another one too."""
    places = [place for place in standing.places.values() if place is not None]
    return {
        entry for entry, place in standing.places.items() if place is not None and places.count(place) > 1
    }
