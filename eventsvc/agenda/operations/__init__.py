"""Every change to the agenda, what goes on beside it, and its rituals."""

from eventsvc.agenda.operations.items import (
    add_item,
    edit_item,
    move_item,
    place_item,
    remove_item,
    shift_items,
    stretch_items,
)
from eventsvc.agenda.operations.releases import release
from eventsvc.agenda.operations.restoring import restore, undo
from eventsvc.agenda.operations.rituals import Place, add_ritual, edit_ritual, remove_ritual
from eventsvc.agenda.operations.strands import add_strand, edit_strand, remove_strand

__all__ = [
    "Place",
    "add_item",
    "add_ritual",
    "add_strand",
    "edit_item",
    "edit_ritual",
    "edit_strand",
    "move_item",
    "place_item",
    "release",
    "remove_item",
    "remove_ritual",
    "remove_strand",
    "restore",
    "shift_items",
    "stretch_items",
    "undo",
]
