"""Every change to the agenda and its rituals, on both databases."""

from datetime import time, timedelta

import pytest

from eventsvc.agenda import operations, queries
from eventsvc.agenda.models import AgendaItem, ItemKind, RitualRole
from eventsvc.agenda.operations.items import MovedMeanwhile
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events import operations as events
from tests import factories
from tests.queries import counted


def titles(event):
    return [(item.number, item.title) for item in event.agenda_items]


def test_items_are_added_moved_and_removed_in_order(app):
    event = factories.event()
    a, b, c = (factories.item(event, title) for title in "abc")

    operations.move_item(c, "up", by=None)
    assert titles(event) == [(1, "a"), (2, "c"), (3, "b")]
    operations.move_item(a, "up", by=None)
    operations.move_item(b, "down", by=None)
    assert titles(event) == [(1, "a"), (2, "c"), (3, "b")]
    operations.move_item(a, "down", by=None)
    operations.remove_item(c, by=None)
    assert titles(event) == [(1, "a"), (2, "b")]


def test_an_item_moves_to_the_end_of_another_sitting(app):
    event = factories.event()
    second = events.add_sitting(event, by=None)
    a, b = factories.item(event, "a"), factories.item(event, "b")
    factories.item(event, "c", sitting=second)

    operations.edit_item(a, {"sitting": second}, by=None)

    assert {(i.sitting.number, i.number, i.title) for i in event.agenda_items} == {
        (1, 1, "b"),
        (2, 1, "c"),
        (2, 2, "a"),
    }
    assert b.number == 1


@pytest.mark.parametrize("minutes", [-5, 0, 1441])
def test_a_duration_outside_a_day_is_refused(app, minutes):
    event = factories.event()

    with pytest.raises(DomainError) as refusal:
        factories.item(event, minutes=minutes)

    assert (refusal.value.code, refusal.value.field) == ("wrong_duration", "duration_minutes")
    assert event.agenda_items == []


def test_the_second_of_two_edits_of_an_item_is_stale(app):
    item = factories.item(factories.event())
    seen = item.version
    operations.edit_item(item, {"title": "Khai mạc"}, version=seen, by=None)

    with pytest.raises(StaleEdit):
        operations.edit_item(item, {"title": "Bế mạc"}, version=seen, by=None)

    assert item.title == "Khai mạc"


def test_changing_the_agenda_is_no_news_for_the_event_form(app):
    event = factories.event()
    version, revision = event.version, event.revision

    factories.item(event)

    assert (event.version, event.revision) == (version, revision)


def test_a_ritual_keeps_its_people_by_role_and_outlives_its_item(app):
    event = factories.event()
    item = factories.item(event, "Nghi thức nhấn nút", kind=ItemKind.BUTTON_CEREMONY)
    ritual = operations.add_ritual(event, title="Nghi lễ phát động", agenda_item=item, by=None)
    host = factories.host()
    seen = ritual.version

    operations.edit_ritual(
        ritual,
        {"expected_pressers": 2},
        participants=[
            (RitualRole.PRESSER, "Lãnh đạo UBND tỉnh", "UBND tỉnh", host),
            (RitualRole.WITNESS, "Đại diện Sở", None, None),
            (RitualRole.PRESSER, "Lãnh đạo Ban Chỉ đạo", "Ban Chỉ đạo", None),
        ],
        version=seen,
        by=None,
    )

    assert [(p.role, p.number, p.text) for p in ritual.participants] == [
        (RitualRole.PRESSER, 1, "Lãnh đạo UBND tỉnh"),
        (RitualRole.PRESSER, 2, "Lãnh đạo Ban Chỉ đạo"),
        (RitualRole.WITNESS, 1, "Đại diện Sở"),
    ]
    with pytest.raises(StaleEdit):
        operations.edit_ritual(ritual, {}, participants=[], version=seen, by=None)
    operations.remove_item(item, by=None)
    assert (ritual.agenda_item, len(ritual.participants)) == (None, 3)
    operations.remove_ritual(ritual, by=None)
    assert event.rituals == []


# --- Places, pins, strands ------------------------------------------------------------------------------------


def starts(event):
    return [
        (slot.item.title, (slot.start - event.starts_at) // timedelta(minutes=1))
        for part in queries.draft(event)
        for slot in part.slots
    ]


def test_moving_one_item_makes_no_edit_of_another_stale(app):
    event = factories.approved_event()
    a, b, c = (factories.item(event, title) for title in "abc")
    seen = {item.title: item.version for item in (a, b, c)}

    operations.place_item(c, number=1, by=None)

    assert titles(event) == [(1, "c"), (2, "a"), (3, "b")]
    operations.edit_item(a, {"title": "A"}, version=seen["a"], by=None)
    operations.edit_item(c, {"title": "C"}, version=seen["c"], by=None)
    db.session.expire_all()
    assert titles(event) == [(1, "C"), (2, "A"), (3, "b")]


def test_the_second_of_two_moves_of_one_item_is_refused_and_says_where_it_stands(app):
    event = factories.approved_event()
    item, *_ = (factories.item(event, title) for title in "abc")
    seen = item.moves
    operations.place_item(item, number=3, moves=seen, by=None)

    with pytest.raises(MovedMeanwhile) as refusal:
        operations.place_item(item, number=2, moves=seen, by=None)

    assert "nay là mục số 3" in str(refusal.value)
    assert titles(event) == [(1, "b"), (2, "c"), (3, "a")]


def test_an_item_goes_to_a_strand_and_both_lists_close_up(app):
    event = factories.approved_event()
    fair = operations.add_strand(event, name="Không gian triển lãm", place="Sân trước", by=None)
    a, b, c = (factories.item(event, title) for title in "abc")

    operations.place_item(b, number=1, sitting=event.sittings[0], strand=fair, by=None)
    operations.edit_item(c, {"strand": fair}, by=None)

    stage, beside = queries.draft(event)
    assert [slot.item.title for slot in stage.slots] == ["a"]
    assert (beside.strand.name, [slot.item.title for slot in beside.slots]) == (
        "Không gian triển lãm",
        ["b", "c"],
    )
    assert starts(event) == [("a", 0), ("b", 0), ("c", 10)]
    with pytest.raises(DomainError) as refusal:
        operations.remove_strand(fair, by=None)
    assert refusal.value.code == "strand_in_use"


def test_shifting_makes_an_item_and_all_after_it_later(app):
    event = factories.approved_event()
    a, b, c, d = (factories.item(event, title) for title in "abcd")
    operations.edit_item(d, {"pinned_at": time(8, 40)}, by=None)
    assert starts(event) == [("a", 0), ("b", 10), ("c", 20), ("d", 40)]

    operations.shift_items(b, 10, by=None)
    assert starts(event) == [("a", 0), ("b", 20), ("c", 30), ("d", 50)]

    operations.shift_items(b, -10, by=None)
    assert starts(event) == [("a", 0), ("b", 10), ("c", 20), ("d", 40)]


@pytest.mark.parametrize("minutes", [0, 721, -721])
def test_a_shift_of_nothing_or_of_days_is_refused(app, minutes):
    item = factories.item(factories.approved_event())

    with pytest.raises(DomainError) as refusal:
        operations.shift_items(item, minutes, by=None)

    assert (refusal.value.code, refusal.value.field) == ("wrong_shift", "minutes")


def test_what_begins_at_no_known_time_is_not_shifted(app):
    item = factories.item(factories.event())

    with pytest.raises(DomainError) as refusal:
        operations.shift_items(item, 10, by=None)

    assert refusal.value.code == "time_unknown"


def test_stretching_fills_the_sitting_up_to_its_buffer_and_pins_hold(app):
    event = factories.approved_event(minutes=90)
    event.sittings[0].buffer_minutes = 10
    db.session.commit()
    a, b, c = (factories.item(event, title, minutes) for title, minutes in (("a", 10), ("b", 20), ("c", 5)))
    operations.edit_item(c, {"pinned_at": time(9, 0)}, by=None)

    assert operations.stretch_items(event, event.sittings[0], by=None) == 3

    assert [item.duration_minutes for item in event.agenda_items] == [20, 40, 20]
    assert queries.draft(event)[0].fit.over == -10


def test_more_items_than_minutes_are_not_stretched(app):
    event = factories.approved_event(minutes=2)
    for title in "abc":
        factories.item(event, title)

    with pytest.raises(DomainError) as refusal:
        operations.stretch_items(event, event.sittings[0], by=None)

    assert refusal.value.code == "will_not_fit"
    assert [item.duration_minutes for item in event.agenda_items] == [10, 10, 10]


def test_an_item_holds_one_ritual(app):
    event = factories.event()
    item = factories.item(event)
    operations.add_ritual(event, title="Nhấn nút", agenda_item=item, by=None)

    with pytest.raises(DomainError) as refusal:
        operations.add_ritual(event, title="Ký kết", agenda_item=item, by=None)

    assert (refusal.value.field, len(event.rituals)) == ("agenda_item", 1)


def test_an_edit_is_kept_with_what_it_changed_and_nothing_else(app):
    event = factories.event()
    item, other = factories.item(event, "a"), factories.item(event, "b")

    operations.edit_item(item, {"title": "Khai mạc"}, by=None)
    edit = queries.last_edit(event)
    assert (edit.action, list(edit.before["items"]), list(edit.after["items"])) == (
        "agenda_item.edited", [item.key], [item.key],
    )  # fmt: skip
    assert edit.before["items"][item.key]["title"] == "a"
    assert edit.after["items"][item.key]["title"] == "Khai mạc"

    operations.edit_item(item, {"title": "Khai mạc"}, by=None)
    assert queries.last_edit(event) is edit

    key = other.key
    operations.remove_item(other, by=None)
    removal = queries.last_edit(event)
    assert removal.after["items"] == {key: None}


def test_the_draft_costs_the_same_for_3_items_and_for_60(app):
    def cost(count):
        event = factories.approved_event()
        for number in range(count):
            factories.item(event, f"Mục {number}")
        db.session.expire_all()
        event.title  # noqa: B018  (loaded again before counting)
        with counted() as statements:
            queries.draft(event)
        return statements.number

    assert cost(3) == cost(60)
    assert db.session.query(AgendaItem).count() == 63
