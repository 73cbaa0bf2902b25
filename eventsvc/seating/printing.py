"""What is said on paper of a plan: plain values for templates/print/, in the language in force. Pure."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.guests.models import Guest
from eventsvc.organizations.letterhead import Letterhead
from eventsvc.people.models import Person
from eventsvc.seating.drawing import Chair, DrawnBlock, Hall
from eventsvc.seating.models import SeatingPlan
from eventsvc.seating.sitting import Sitting


def plan(plan: SeatingPlan, hall: Hall, *, paper: str) -> dict[str, Any]:
    """The hall seen from above with the names of those who sit in it; `paper` is a4 or a3."""
    return {
        "view": "plan",
        "paper": paper,
        "title": " – ".join([_("Seating plan"), plan.event.short_title]),
        "heading": _("Seating plan").upper(),
        "event": plan.event.title,
        "place": f"{plan.site.name} – {plan.name}",
        "printed": _printed(),
        "stage": _("Stage").upper(),
        "before": [_block(one) for one in hall.stage],
        "columns": [[_block(one) for one in column] for column in hall.columns],
        "behind": [_block(one) for one in hall.behind],
        "empty": _("No blocks yet"),
        "row": _("Seat row"),
        "closed": _("nobody gets it"),
        "legend": _("Seats are counted from the left of whoever looks at the stage."),
    }


def listed(
    plan: SeatingPlan, sittings: Sequence[Sitting], without: Sequence[Guest], *, head: Letterhead
) -> dict[str, Any]:
    """Who sits where, seat by seat, and who has no seat."""
    return {
        "view": "list",
        "title": " – ".join([_("List by seat"), plan.event.short_title]),
        "head": head._asdict(),
        "heading": _("List by seat").upper(),
        "event": plan.event.title,
        "place": f"{plan.site.name} – {plan.name}",
        "printed": _printed(),
        "columns": [_("No."), _("Seat"), _("Full name"), _("Position, organization")],
        "parts": [
            part
            for part in (
                _part("", [(each.label, each.guest, each.comes) for each in sittings]),
                _part(_("Without a seat"), [("", guest, True) for guest in without]),
            )
            if part["rows"] or not part["name"]
        ],
        "empty": _("Nobody has a seat yet."),
        "page": _("Page"),
    }


def plates(plan: SeatingPlan, people: Iterable[Person]) -> dict[str, Any]:
    """Name plates to be folded, with the name on both sides."""
    return {
        "title": " – ".join([_("Name plates"), plan.event.short_title]),
        "plates": [
            {
                "honorific": person.honorific or "",
                "name": person.full_name,
                "office": person.position or person.organization_name or "",
            }
            for person in people
        ],
        "empty": _("Nobody has a seat yet."),
    }


def chosen(
    sittings: Iterable[Sitting], *, blocks: Collection[int] = (), ranks: Collection[int] = ()
) -> list[Sitting]:
    """Those who come, in the order of their seats; only these blocks and ranks, when any are named."""
    return [
        each
        for each in sittings
        if each.comes
        and (not blocks or each.assignment.block_id in blocks)
        and (not ranks or (each.guest.rank is not None and each.guest.rank.id in ranks))
    ]


def _part(name: str, rows: Iterable[tuple[str, Guest, bool]]) -> dict[str, Any]:
    return {
        "name": name,
        "rows": [
            [
                str(number),
                seat,
                " ".join(
                    [guest.person.name_with_honorific, *([] if comes else ["(" + _("does not come") + ")"])]
                ),
                office(guest.person),
            ]
            for number, (seat, guest, comes) in enumerate(rows, start=1)
        ],
    }


def office(person: Person) -> str:
    return ", ".join(part for part in (person.position, person.organization_name) if part)


def _block(one: DrawnBlock) -> dict[str, Any]:
    return {
        "name": _("Block %(name)s", name=one.block.name),
        "rows": [[str(row), [_chair(chair) for chair in chairs]] for row, chairs in one.rows],
    }


def _chair(chair: Chair) -> dict[str, Any]:
    shown = chair.sitting if chair.sitting and chair.sitting.comes else None
    name = shown.guest.person.full_name if shown else ""
    return {"label": chair.label, "name": name, "is_closed": chair.is_closed}


def _printed() -> str:
    now = clock.now()
    return _("Printed at %(time)s, %(day)s", time=text.time_of_day(now), day=text.short_date(now))
