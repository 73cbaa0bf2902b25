"""Plans, lists by seat and name plates on paper. Posted, because every list of people that leaves is written down."""

from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.organizations import queries as organizations
from eventsvc.seating import drawing, operations, printing, queries
from eventsvc.seating.models import SeatingPlan
from eventsvc.seating.sitting import Sitting
from eventsvc.web import papers
from eventsvc.web.arguments import whole

bp = Blueprint("seating_papers", __name__, url_prefix="/events/<slug>/seating")

LOCALE = "vi"
"""Papers are in Vietnamese, whatever language the reader of the pages has chosen."""
MOST_PLATES = 300


@bp.post("/<int:plan_id>/plan.pdf")
@requires(Permission.READ_GUESTS)
def print_plan(slug, plan_id):
    """The hall with names, on A4 or, with `paper=a3`, on A3."""
    event, plan = _plan(slug, plan_id)
    sittings = queries.sittings(plan)
    paper = "a3" if request.form.get("paper") == "a3" else "a4"
    with force_locale(LOCALE):
        values = printing.plan(plan, drawing.hall(plan.blocks, sittings), paper=paper)
        name = " – ".join([_("Seating plan"), plan.name, event.short_title]) + ".pdf"
    return _printed(plan, "plan", len(sittings), "seating.typ", values, name)


@bp.post("/<int:plan_id>/list.pdf")
@requires(Permission.READ_GUESTS)
def print_list(slug, plan_id):
    """Who sits where, and everybody who has no seat."""
    event, plan = _plan(slug, plan_id)
    sittings, without = queries.sittings(plan), list(db.session.scalars(queries.without_seat(plan)))
    with force_locale(LOCALE):
        values = printing.listed(
            plan, sittings, without, head=organizations.letterhead_of(event.host, event.units_as_of)
        )
        name = " – ".join([_("List by seat"), plan.name, event.short_title]) + ".pdf"
    return _printed(plan, "list", len(sittings) + len(without), "seating.typ", values, name)


@bp.route("/<int:plan_id>/plates", methods=["GET", "POST"])
@requires(Permission.READ_GUESTS)
def plates(slug, plan_id):
    """Name plates of everybody who comes, or of the chosen blocks and ranks; so many a file, by its number `part`."""
    event, plan = _plan(slug, plan_id)
    sittings = queries.sittings(plan)
    blocks, ranks = _chosen("block"), _chosen("rank")
    people = [each.guest.person for each in printing.chosen(sittings, blocks=blocks, ranks=ranks)]
    if request.method != "POST":
        standing = printing.chosen(sittings)
        return render_template(
            "seating/plates.html", event=event, plan=plan, count=len(standing), most=MOST_PLATES,
            ranks=_ranks(standing), parts=max(1, -(-len(standing) // MOST_PLATES)),
        )  # fmt: skip
    part = max(whole(request.form.get("part")) or 1, 1)
    people = people[(part - 1) * MOST_PLATES : part * MOST_PLATES]
    with force_locale(LOCALE):
        values = printing.plates(plan, people)
        name = " – ".join([_("Name plates"), plan.name, event.short_title]) + ".pdf"
    return _printed(plan, "plates", len(people), "name_plates.typ", values, name)


def _printed(
    plan: SeatingPlan, what: str, count: int, template: str, values: dict[str, Any], name: str
) -> Any:
    body = pdf.render(template, values)
    operations.note_print(plan, what, count, by=g.actor)
    return papers.paper(body, name)


def _chosen(name: str) -> set[int]:
    """The ids ticked under this name."""
    return {number for typed in request.form.getlist(name) if (number := whole(typed)) is not None}


def _ranks(sittings: list[Sitting]) -> list[Any]:
    """The ranks of those who sit here, the highest first."""
    found = {each.guest.rank.id: each.guest.rank for each in sittings if each.guest.rank is not None}
    return sorted(found.values(), key=lambda rank: rank.number)


def _plan(slug: str, plan_id: int) -> tuple[Event, SeatingPlan]:
    event = event_or_404(slug, g.access)
    return event, queries.plan_of(event, plan_id, g.access.site_ids(event))
