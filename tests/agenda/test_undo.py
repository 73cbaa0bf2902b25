"""Undoing the last edit, and returning to an old release, on both databases."""

import contextlib
from datetime import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsvc.agenda import operations, queries
from eventsvc.agenda.models import AgendaItem, ItemKind, RitualRole
from eventsvc.agenda.operations import Place
from eventsvc.agenda.operations.restoring import CannotUndo, EditedSince, NothingToRestore, NothingToUndo
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.people import operations as people
from eventsvc.sites import operations as sites
from tests import factories


def undo(event):
    return operations.undo(event, queries.last_edit(event).id, by=None)


def titles(event):
    return [item.title for item in sorted(event.agenda_items, key=lambda item: item.number)]


def person(event, name="Nguyễn Văn Mẫu"):
    return people.add_person(event.host_id, people.Details(full_name=name), by=None)


def test_an_undone_removal_has_its_item_again_with_key_place_and_ritual(app):
    event = factories.event()
    a, b, c = (factories.item(event, title) for title in "abc")
    key = b.key
    ritual = operations.add_ritual(event, title="Bấm nút", agenda_item=b, by=None)
    before = queries.values(event)
    operations.remove_item(b, by=None)
    assert titles(event) == ["a", "c"]

    undo(event)

    assert queries.values(event) == before
    assert titles(event) == ["a", "b", "c"]
    back = next(item for item in event.agenda_items if item.key == key)
    assert (back.number, back.ritual) == (2, ritual)


def test_undoing_goes_back_edit_by_edit_to_the_beginning(app):
    event = factories.event()
    someone, hall = person(event), factories.site(event)
    versions = [queries.values(event)]
    item = factories.item(event, "a")
    versions.append(queries.values(event))
    strand = operations.add_strand(event, name="Khu trưng bày", by=None)
    versions.append(queries.values(event))
    second = events.add_sitting(event, by=None)
    operations.edit_item(
        item,
        {"sitting": second, "strand": strand, "pinned_at": time(8, 15), "person": someone, "site": hall},
        by=None,
    )
    versions.append(queries.values(event))
    ritual = operations.add_ritual(event, title="Ký kết", agenda_item=item, by=None)
    versions.append(queries.values(event))
    places = [Place(RitualRole.SIGNATORY, "Ông Một", person=someone), Place(RitualRole.WITNESS, "Bà Hai")]
    operations.edit_ritual(ritual, {"copies": 4}, participants=places, by=None)
    versions.append(queries.values(event))
    operations.edit_ritual(ritual, {}, participants=places[::-1][:1], by=None)
    versions.append(queries.values(event))
    operations.remove_ritual(ritual, by=None)
    versions.append(queries.values(event))
    operations.remove_item(item, by=None)
    versions.append(queries.values(event))
    operations.remove_strand(strand, by=None)

    for version in reversed(versions):
        undo(event)
        assert queries.values(event) == version

    with pytest.raises(NothingToUndo):
        operations.undo(event, 1, by=None)


def test_a_strand_taken_out_between_others_comes_back_between_them(app):
    event = factories.event()
    one, two, three = (operations.add_strand(event, name=name, by=None) for name in ("một", "hai", "ba"))
    factories.item(event, "a", strand=one)
    factories.item(event, "c", strand=three)
    before = queries.values(event)
    operations.remove_strand(two, by=None)

    undo(event)

    assert queries.values(event) == before
    assert [strand.name for strand in event.strands] == ["một", "hai", "ba"]


def test_only_the_edit_that_was_seen_is_undone(app):
    event = factories.event()
    item = factories.item(event, "a")
    operations.edit_item(item, {"title": "b"}, by=None)
    seen = queries.last_edit(event).id
    operations.edit_item(item, {"title": "c"}, by=None)

    with pytest.raises(EditedSince) as refusal:
        operations.undo(event, seen, by=None)

    assert (refusal.value.code, refusal.value.status) == ("edited_since", 409)
    assert titles(event) == ["c"]


def test_the_edit_of_another_event_is_not_undone(app):
    event, other = factories.event(), factories.event()
    factories.item(event, "a")
    factories.item(other, "b")

    with pytest.raises(EditedSince):
        operations.undo(event, queries.last_edit(other).id, by=None)

    assert (titles(event), titles(other)) == (["a"], ["b"])


def test_what_something_else_changed_since_is_not_undone_and_nothing_is_half_done(app):
    event = factories.event()
    a, b = factories.item(event, "a"), factories.item(event, "b")
    operations.move_item(b, "up", by=None)
    with atomic():  # as an updated plan does: without the journal
        db.session.get(AgendaItem, a.id).title = "a của kế hoạch"

    with pytest.raises(CannotUndo):
        undo(event)

    assert titles(event) == ["b", "a của kế hoạch"]


def test_an_item_that_a_plan_put_in_the_gap_stands_after_the_one_brought_back(app):
    event = factories.event()
    factories.item(event, "a")
    gone = factories.item(event, "b")
    operations.remove_item(gone, by=None)
    with atomic():
        sitting = event.sittings[0]
        event.agenda_items.append(
            AgendaItem(sitting=sitting, number=2, kind=ItemKind.SPEECH, title="của kế hoạch")
        )

    undo(event)

    assert [(item.number, item.title) for item in event.agenda_items] == [
        (1, "a"),
        (2, "b"),
        (3, "của kế hoạch"),
    ]


def test_a_bridge_that_is_gone_cannot_be_brought_back_by_undoing(app):
    event = factories.event()
    hall = factories.site(event)
    item = factories.item(event, "a", site=hall)
    operations.edit_item(item, {"site": None}, by=None)
    sites.remove_site(hall, by=None)

    with pytest.raises(CannotUndo):
        undo(event)

    assert item.site is None


def test_who_saw_an_item_in_its_old_place_is_told_of_the_undone_move(app):
    event = factories.event()
    factories.item(event, "a")
    b = factories.item(event, "b")
    operations.move_item(b, "up", by=None)
    moves = b.moves

    undo(event)

    assert b.moves == moves + 1


def test_a_release_is_restored_as_one_edit_that_can_be_undone(app):
    event = factories.event()
    a, b = factories.item(event, "a"), factories.item(event, "b")
    operations.add_ritual(event, title="Bấm nút", agenda_item=b, by=None)
    release = operations.release(event, confirmed=True, by=None)
    first = queries.values(event)
    operations.remove_item(b, by=None)
    operations.edit_item(a, {"title": "A", "duration_minutes": 30}, by=None)
    factories.item(event, "c")
    second = queries.values(event)

    assert operations.restore(release, by=None) == 0

    assert queries.values(event) == first
    assert queries.unreleased_changes(event) == 0
    with pytest.raises(NothingToRestore):
        operations.restore(release, by=None)
    undo(event)
    assert queries.values(event) == second


def test_a_release_is_restored_without_the_bridge_and_the_sitting_that_are_gone(app):
    event = factories.event()
    hall, second = factories.site(event), events.add_sitting(event, by=None)
    a = factories.item(event, "a", site=hall)
    b = factories.item(event, "b", sitting=second)
    release = operations.release(event, confirmed=True, by=None)
    operations.edit_item(a, {"site": None, "title": "khác"}, by=None)
    operations.remove_item(b, by=None)
    sites.remove_site(hall, by=None)
    events.remove_sitting(second, by=None)

    assert operations.restore(release, by=None) == 2

    assert [(item.title, item.site) for item in event.agenda_items] == [("a", None)]


ACTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(0, 9)), max_size=12)


@given(acts=ACTS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_edits_are_undone_one_by_one(app, acts):
    event = factories.event()
    strand = operations.add_strand(event, name="Bên cạnh", by=None)
    versions = []
    for act in [(0, 0, 0), (0, 1, 1), *acts]:
        before = queries.values(event)
        edits = queries.last_edit(event).id
        with contextlib.suppress(DomainError):
            _act(event, strand, *act)
        if queries.last_edit(event).id != edits:
            versions.append(before)

    for version in reversed(versions):
        undo(event)
        assert queries.values(event) == version


def _act(event, strand, what, one, other):
    items = sorted(event.agenda_items, key=lambda item: (item.strand_id or 0, item.number))
    if what == 0 or not items:
        factories.item(event, f"mục {one}", strand=strand if other % 2 else None, number=one + 1)
        return
    item = items[one % len(items)]
    if what == 1:
        operations.place_item(item, number=other + 1, by=None)
    elif what == 2:
        operations.place_item(
            item, number=other + 1, sitting=event.sittings[0], strand=strand if other % 2 else None, by=None
        )
    elif what == 3:
        operations.edit_item(item, {"title": f"tên {other}", "duration_minutes": other + 1}, by=None)
    elif what == 4:
        operations.remove_item(item, by=None)
    elif what == 5:
        operations.add_ritual(event, title=f"nghi lễ {other}", agenda_item=item, by=None)
    elif event.rituals and what == 6:
        operations.edit_ritual(event.rituals[other % len(event.rituals)], {"agenda_item": item}, by=None)
    elif event.rituals:
        operations.remove_ritual(event.rituals[other % len(event.rituals)], by=None)
