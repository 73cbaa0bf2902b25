"""An item moved there and back, an agenda shifted there and back: everything is as it was, on both databases."""

import random
from datetime import time

import pytest

from eventsvc.agenda import operations, queries
from eventsvc.db import db
from eventsvc.events import operations as events
from tests import factories


def standing(event):
    """What stands where and when, read afresh."""
    db.session.expire_all()
    return [
        (part.sitting.number, part.strand and part.strand.name, slot.item.title, slot.start, slot.end)
        for part in queries.draft(event)
        for slot in part.slots
    ]


@pytest.fixture
def event(app):
    """Four items on the stage, one of them pinned, two beside it, and two in a second sitting without a time."""
    event = factories.approved_event(minutes=240)
    second = events.add_sitting(event, by=None)
    strand = operations.add_strand(event, name="Trưng bày", by=None)
    for number, pin in enumerate((None, None, time(8, 45), None)):
        factories.item(event, f"Sân khấu {number}", 10 + number, pinned_at=pin)
    for number in range(2):
        factories.item(event, f"Bên cạnh {number}", 20, strand=strand)
        factories.item(event, f"Phiên hai {number}", 5, sitting=second)
    return event


def test_an_item_moved_within_its_list_and_back_stands_where_it_stood(event):
    before = standing(event)
    stage = [item for item in event.agenda_items if item.title.startswith("Sân khấu")]
    for item in stage:
        number = item.number
        for to in (1, 2, 3, 4):
            operations.place_item(item, number=to, by=None)
            assert sorted(row[2] for row in standing(event)) == sorted(row[2] for row in before)
            operations.place_item(item, number=number, by=None)

            assert standing(event) == before


def test_an_item_moved_to_another_sitting_or_strand_and_back_stands_where_it_stood(event):
    before = standing(event)
    (strand,), (first, second) = event.strands, event.sittings
    for item in list(event.agenda_items):
        home = (item.sitting, item.strand, item.number)
        for sitting, there in ((first, None), (first, strand), (second, None)):
            operations.place_item(item, sitting=sitting, strand=there, number=1, by=None)
            operations.place_item(item, sitting=home[0], strand=home[1], number=home[2], by=None)

            assert standing(event) == before


def test_up_and_down_again_is_where_it_was(event):
    before = standing(event)
    for item in [item for item in event.agenda_items if item.number > 1]:
        operations.move_item(item, "up", by=None)
        operations.move_item(item, "down", by=None)

        assert standing(event) == before


@pytest.mark.parametrize("minutes", [1, 10, 75, -30])
def test_shifted_there_and_back_every_time_is_as_it_was(event, minutes):
    before = standing(event)
    for item in [item for item in event.agenda_items if item.title.startswith("Sân khấu")]:
        operations.shift_items(item, minutes, by=None)
        assert standing(event) != before
        operations.shift_items(item, -minutes, by=None)

        assert standing(event) == before


def test_many_moves_at_random_lose_nothing_and_leave_no_hole(event):
    chance = random.Random(20220414)
    titles = sorted(row[2] for row in standing(event))
    for _move in range(40):
        item = chance.choice(event.agenda_items)
        sitting = chance.choice(event.sittings)
        strand = chance.choice([None, *event.strands])
        operations.place_item(item, sitting=sitting, strand=strand, number=chance.randint(1, 9), by=None)

        lists = {}
        for each in event.agenda_items:
            lists.setdefault((each.sitting_id, each.strand_id), []).append(each.number)
        assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in lists.values())
        assert sorted(row[2] for row in standing(event)) == titles
