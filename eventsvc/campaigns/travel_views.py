"""How long the drive between two units takes: typed in a grid, or pasted from a spreadsheet."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.campaigns import roadshow_operations as operations
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.models import ClusterUnit
from eventsvc.campaigns.roadshow_forms import PasteForm
from eventsvc.campaigns.roadshow_operations.travel import MOST_MINUTES
from eventsvc.errors import DomainError
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt

bp = Blueprint("travel_times", __name__, url_prefix="/events/<slug>/travel-times")

_SEEN = re.compile(r"(\d{1,9})-(\d{1,9})=(\d{1,4})")
Pair = tuple[int, int]


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    return _page(event_or_404(slug, g.access))


@bp.post("")
@requires(Permission.EDIT_TASKS)
def save(slug):
    """The cells of the grid; `seen` says what it showed, so that nobody's work is undone."""
    event = event_or_404(slug, g.access)
    typed = {
        pair: request.form.get(_field(pair), "").strip()
        for pair in _pairs(queries.units_in_use(queries.clusters_of(event)))
        if _field(pair) in request.form
    }
    wrong = {pair for pair, words in typed.items() if words and _minutes(words) is None}
    if wrong:
        return _page(event, typed=typed, wrong=wrong), 422
    seen = {
        (int(first), int(second)): int(minutes)
        for first, second, minutes in _SEEN.findall(request.form.get("seen", "")[:100_000])
    }
    values = {pair: _minutes(words) for pair, words in typed.items()}
    try:
        count = operations.set_travel_times(event, values, seen=seen, by=g.user)
    except DomainError as refusal:
        return _page(event, typed=typed, said=str(refusal)), refusal.status
    flash(ngettext("%(num)s travel time is stored.", "%(num)s travel times are stored.", count))
    return redirect(url_for(".index", slug=slug))


@bp.post("/pasted")
@requires(Permission.EDIT_TASKS)
def paste(slug):
    event, form = event_or_404(slug, g.access), PasteForm()
    status: int | None = 422
    if form.validate_on_submit():
        counts: list[int] = []
        status = attempt(
            form,
            lambda: counts.append(operations.paste_travel_times(event, form.pasted.data or "", by=g.user)),
        )
        if status is None:
            flash(ngettext("%(num)s travel time is stored.", "%(num)s travel times are stored.", counts[0]))
            return redirect(url_for(".index", slug=slug))
    return _page(event, form=form), status


def _page(
    event: Event,
    *,
    typed: Mapping[Pair, str] | None = None,
    wrong: set[Pair] | None = None,
    said: str | None = None,
    form: PasteForm | None = None,
) -> Any:
    stored = queries.travel_times(event)
    units = queries.units_in_use(queries.clusters_of(event))
    shown = {pair: str(minutes) for pair, minutes in stored.items()} | dict(typed or {})
    return render_template(
        "travel_times/index.html",
        event=event,
        units=units,
        shown=shown,
        seen=",".join(f"{first}-{second}={minutes}" for (first, second), minutes in stored.items()),
        missing=sum(pair not in stored for pair in _pairs(units)),
        wrong=wrong or set(),
        said=said,
        most=MOST_MINUTES,
        form=form or PasteForm(formdata=None),
        may_edit=g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled,
    )


def _pairs(units: Sequence[ClusterUnit]) -> list[Pair]:
    ids = sorted(unit.id for unit in units)
    return [(first, second) for place, first in enumerate(ids) for second in ids[place + 1 :]]


def _field(pair: Pair) -> str:
    return f"minutes-{pair[0]}-{pair[1]}"


def _minutes(words: str) -> int | None:
    minutes = whole(words)
    return minutes if minutes is not None and minutes <= MOST_MINUTES else None
