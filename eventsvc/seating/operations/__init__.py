"""Every change to plans of halls and to who sits where.

All of them hold the event, so that two people who seat guests at once come one after the other; should two rows
meet all the same, the constraints of the table decide. The label of a seat stands in `Guest.seat` too, which
letters, passes and doors show: `assigning.write_labels` alone puts it there. A seat is no change of time or place:
nobody's calendar is touched.
"""

from eventsvc.seating.operations.assigning import SeatTaken
from eventsvc.seating.operations.plans import (
    Layout,
    SeatsInUse,
    add_block,
    add_plan,
    edit_block,
    edit_plan,
    note_print,
    remove_block,
    remove_plan,
)
from eventsvc.seating.operations.seats import (
    Filled,
    NoSeatFree,
    fix,
    give,
    keep,
    seat_again,
    seat_everybody,
    swap,
    take_away,
)

__all__ = [
    "Filled",
    "Layout",
    "NoSeatFree",
    "SeatTaken",
    "SeatsInUse",
    "add_block",
    "add_plan",
    "edit_block",
    "edit_plan",
    "fix",
    "give",
    "keep",
    "note_print",
    "remove_block",
    "remove_plan",
    "seat_again",
    "seat_everybody",
    "swap",
    "take_away",
]
