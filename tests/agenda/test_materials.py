"""The papers of agenda items: who owes what until when, how far it is, what is missing first."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock
from eventsvc.agenda import material_queries as queries
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState, MaterialVersion
from eventsvc.agenda.material_rules import Urgency, due_before, suggested_kind, urgency
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.agenda.operations import materials as operations
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.errors import NotFound, StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import EventCancelled, Sitting
from eventsvc.files import operations as files
from eventsvc.files.models import File
from tests import factories
from tests.files.brought import PDF
from tests.queries import counted

TODAY = date(2026, 3, 10)
A, D, R, OK = MaterialState.AWAITED, MaterialState.DRAFT, MaterialState.REVIEWED, MaterialState.APPROVED


@pytest.fixture
def event(app, organizer):
    return factories.approved_event(by=organizer)


def material(item, title="Bài phát biểu", kind=MaterialKind.SPEECH, **details) -> Material:
    return operations.add_material(item, {"kind": kind, "title": title, **details}, by=None)


def with_link(event, made: Material, **details) -> Material:
    operations.add_version(event, made, link="https://luu-tru.example.vn/bai", **details, by=None)
    return made


def to(event, made: Material, state: MaterialState) -> Material:
    return operations.edit_material(event, made, {"state": state}, by=None)


def titles(entries) -> list[str]:
    return [entry.material.title for entry in entries]


# --- How pressing -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "state", "wanted"),
    [
        (date(2026, 3, 9), A, Urgency.OVERDUE),
        (date(2026, 3, 9), R, Urgency.OVERDUE),
        (date(2026, 3, 9), OK, Urgency.DONE),
        (date(2026, 3, 10), A, Urgency.TODAY),
        (date(2026, 3, 11), D, Urgency.SOON),
        (date(2026, 3, 13), A, Urgency.SOON),
        (date(2026, 3, 14), A, Urgency.AHEAD),
        (None, A, Urgency.NO_DAY),
        (None, OK, Urgency.DONE),
    ],
)
def test_the_last_day_is_still_in_time(due_on, state, wanted):
    assert urgency(Material(due_on=due_on, state=state), TODAY) is wanted


@pytest.mark.parametrize(
    ("day", "before", "wanted"),
    [
        (20, 3, date(2026, 3, 17)),
        (20, 10, date(2026, 3, 10)),
        (20, 30, TODAY),  # which has passed: today, not overdue from the start
        (8, 3, date(2026, 3, 8)),  # a sitting that has been held: its own day at the latest
        (None, 3, None),
    ],
)
def test_a_day_before_the_sitting(day, before, wanted):
    starts_at = datetime(2026, 3, day, 1, 0, tzinfo=UTC) if day else None

    assert due_before(AgendaItem(sitting=Sitting(starts_at=starts_at)), before, TODAY) == wanted


def test_the_day_is_that_of_vietnam():
    late = datetime(2026, 3, 19, 18, 0, tzinfo=UTC)  # one o'clock in the night of the 20th

    assert due_before(AgendaItem(sitting=Sitting(starts_at=late)), 3, TODAY) == date(2026, 3, 17)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (ItemKind.SPEECH, MaterialKind.SPEECH),
        (ItemKind.CLIP, MaterialKind.CLIP),
        (ItemKind.SIGNING, MaterialKind.AGREEMENT),
        (ItemKind.BREAK, MaterialKind.OTHER),
    ],
)
def test_an_item_suggests_what_it_needs(kind, wanted):
    assert suggested_kind(AgendaItem(kind=kind)) is wanted


# --- What is missing ----------------------------------------------------------------------------------------


def test_what_is_missing_comes_most_pressing_first_then_in_the_order_of_the_agenda(event):
    first, second = factories.item(event, "Khai mạc"), factories.item(event, "Phát biểu")
    today = clock.today()
    for item, title, days in (
        (second, "còn lâu", 30),
        (second, "không hạn", None),
        (first, "hôm nay", 0),
        (second, "quá hạn 1 ngày", -1),
        (first, "quá hạn 9 ngày", -9),
        (first, "sắp đến", 2),
    ):
        material(item, title, due_on=None if days is None else today + timedelta(days=days))
    done = with_link(event, material(first, "đã duyệt", due_on=today - timedelta(days=20)))
    to(event, done, OK)
    db.session.expire_all()

    assert titles(queries.missing(event)) == [
        "quá hạn 9 ngày", "quá hạn 1 ngày", "hôm nay", "sắp đến", "còn lâu", "không hạn",
    ]  # fmt: skip
    assert titles(queries.materials_of(event)) == [*titles(queries.missing(event)), "đã duyệt"]
    assert queries.missing(event)[0].days == -9


def test_equally_pressing_ones_come_in_the_order_of_the_agenda(event):
    first, second = factories.item(event, "Một"), factories.item(event, "Hai")
    for item, title in ((second, "2.1"), (first, "1.1"), (second, "2.2"), (first, "1.2")):
        material(item, title)

    assert titles(queries.missing(event)) == ["1.1", "1.2", "2.1", "2.2"]


def test_a_material_of_an_item_that_was_taken_out_is_kept_and_not_missed(event):
    item = factories.item(event)
    material(item, "giữ lại")
    agenda.remove_item(item, by=None)
    db.session.expire_all()

    (entry,) = queries.materials_of(event)
    assert (entry.material.title, entry.item, entry.is_missing) == ("giữ lại", None, False)
    assert queries.missing(event) == []


def test_counts_by_item_say_how_many_are_approved_of_how_many(event):
    one, two, _three = factories.item(event), factories.item(event), factories.item(event)
    to(event, with_link(event, material(one)), OK)
    material(one)
    to(event, with_link(event, material(two)), R)
    elsewhere = factories.approved_event()
    material(factories.item(elsewhere))

    assert queries.counts_by_item(event) == {one.key: (1, 2), two.key: (0, 1)}


def test_lists_cost_the_same_for_one_item_and_three_hundred(event):
    event_id = event.id

    def cost() -> list[int]:
        costs = []
        for ask in (
            queries.missing,
            queries.counts_by_item,
            queries.items_without,
            lambda event: [
                (entry.item.sitting.number, [version.file.name for version in entry.material.versions])
                for entry in queries.materials_of(event, with_versions=True)
            ],
        ):
            db.session.expire_all()
            of = db.session.get(type(event), event_id)
            with counted() as count:
                ask(of)
            costs.append(count.number)
        return costs

    def another(number: int) -> None:
        item = AgendaItem(
            event_id=event_id, sitting_id=event.sittings[0].id, number=number, kind=ItemKind.SPEECH, title="x"
        )
        db.session.add(item)
        db.session.flush()
        made = Material(
            event_id=event_id, item_key=item.key, number=1, kind=MaterialKind.SPEECH, title="x", state=D
        )
        file = File(event_id=event_id, name="a.pdf", media_type="application/pdf", size=1, sha256="0" * 64)
        made.versions.append(MaterialVersion(number=1, file=file))
        db.session.add(made)

    with atomic():
        another(1)
    small = cost()
    with atomic():
        for number in range(2, 301):
            another(number)
    large = cost()

    assert small == large and large[:2] == [1, 1]
    assert len(queries.missing(event)) == 300


# --- States and versions ------------------------------------------------------------------------------------


def test_the_first_version_makes_a_draft(event):
    made = material(factories.item(event))
    assert made.state is A

    added = operations.add_version(event, made, link="https://a.example.vn/", by=None)

    assert (made.state, added.was, added.version.number, added.needs_new_review) == (D, A, 1, False)


@pytest.mark.parametrize("state", [R, OK])
def test_a_new_version_needs_a_new_review(event, state):
    made = to(event, with_link(event, material(factories.item(event))), state)

    added = operations.add_version(event, made, link="https://b.example.vn/", by=None)

    assert (made.state, added.needs_new_review) == (D, True)


def test_nobody_approves_a_version_that_they_have_not_seen(event):
    made = with_link(event, material(factories.item(event)))
    seen = made.version
    with_link(event, made)  # a draft before and after: still another edition

    with pytest.raises(StaleEdit):
        operations.edit_material(event, made, {"state": OK}, version=seen, by=None)

    db.session.expire_all()
    assert made.state is D


@pytest.mark.parametrize("state", [D, R, OK])
def test_without_a_version_there_is_nothing_to_approve(event, state):
    made = material(factories.item(event))

    with pytest.raises(operations.NothingToApprove):
        to(event, made, state)

    db.session.expire_all()
    assert made.state is A


def test_only_the_newest_version_can_be_removed_and_nothing_stays_approved(event):
    made = with_link(event, material(factories.item(event)))
    brought = files.take_in(BytesIO(PDF), "bai.pdf")
    operations.add_version(event, made, brought=brought, by=None)
    to(event, made, OK)

    with pytest.raises(operations.NotTheNewest):
        operations.remove_version(event, queries.version_of(made, 1), by=None)
    operations.remove_version(event, queries.version_of(made, 2), by=None)

    db.session.expire_all()
    assert ([version.number for version in made.versions], made.state) == ([1], D)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(File)) == 0
    operations.remove_version(event, queries.version_of(made, 1), by=None)
    db.session.expire_all()
    assert (made.versions, made.state) == ([], A)


def test_a_removed_material_takes_its_versions_along(event):
    made = with_link(event, material(factories.item(event)))
    operations.add_version(event, made, brought=files.take_in(BytesIO(PDF), "bai.pdf"), by=None)

    operations.remove_material(event, made, by=None)

    for model in (Material, MaterialVersion, File):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_numbers_are_never_given_twice_to_one_item(event):
    item = factories.item(event)
    material(item)
    second = material(item)
    operations.remove_material(event, queries.material_of(event, second.id - 1), by=None)

    assert [material(item).number, second.number] == [3, 2]


# --- The standard set ---------------------------------------------------------------------------------------


@time_machine.travel(datetime(2026, 3, 10, 3, 0, tzinfo=UTC), tick=False)
def test_the_standard_set_has_one_material_for_every_item_that_has_none(app, organizer):
    starts = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
    event = factories.approved_event(starts_at=starts, by=organizer)
    later = events.add_sitting(event, by=None)  # its time is open
    factories.item(event, "Bí thư phát biểu", speaker="Sở Nội vụ")
    factories.item(event, "Chiếu clip", kind=ItemKind.CLIP)
    factories.item(event, "Nghỉ giải lao", kind=ItemKind.BREAK)
    factories.item(event, "Ký kết", kind=ItemKind.SIGNING, sitting=later)
    has_one = factories.item(event, "Đã có")
    material(has_one, "tự thêm")

    made = operations.add_standard_materials(event, list(MaterialKind), days_before=3, by=organizer)

    assert [(row.title, row.kind, row.owner, row.due_on, row.state) for row in made] == [
        ("Bí thư phát biểu", MaterialKind.SPEECH, "Sở Nội vụ", date(2026, 3, 17), A),
        ("Chiếu clip", MaterialKind.CLIP, None, date(2026, 3, 17), A),
        ("Ký kết", MaterialKind.AGREEMENT, None, None, A),
    ]
    assert operations.add_standard_materials(event, list(MaterialKind), days_before=3, by=organizer) == []


def test_the_standard_set_is_only_of_the_kinds_that_were_asked_for(event):
    factories.item(event, "Phát biểu")
    factories.item(event, "Chiếu clip", kind=ItemKind.CLIP)

    made = operations.add_standard_materials(event, [MaterialKind.CLIP], days_before=3, by=None)

    assert [row.title for row in made] == ["Chiếu clip"]


# --- What holds for every change ----------------------------------------------------------------------------


def test_every_change_is_in_the_log_by_ids_and_counts_alone(event, organizer):
    item = factories.item(event, speaker="Bà Trần Thị Kín")
    made = operations.add_material(
        item, {"kind": MaterialKind.SPEECH, "title": "Tên kín", "owner": "Bà Trần Thị Kín"}, by=organizer
    )
    operations.add_version(
        event, made, brought=files.take_in(BytesIO(PDF), "ten-kin.pdf"), note="kín", by=organizer
    )
    operations.edit_material(event, made, {"state": OK, "owner": "Ông Kín"}, by=organizer)
    operations.remove_version(event, queries.version_of(made, 1), by=organizer)
    operations.remove_material(event, made, by=organizer)
    operations.add_standard_materials(event, list(MaterialKind), days_before=3, by=organizer)

    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.startswith("material")).order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == [
        "material.added", "material.version_added", "material.edited", "material.version_removed",
        "material.removed", "materials.added",
    ]  # fmt: skip
    assert {(entry.event_id, entry.actor_id) for entry in entries} == {(event.id, organizer.id)}
    assert entries[2].details == {"fields": ["owner", "state"], "state": "approved"}
    assert "kín" not in str([entry.details for entry in entries]).casefold()


def test_an_unchanged_material_is_not_written_again(event):
    made = material(factories.item(event), "Bài")
    version = made.version

    operations.edit_material(event, made, {"title": "Bài"}, version=version, by=None)

    assert made.version == version


def test_a_cancelled_event_takes_nothing_any_more(event):
    item = factories.item(event)
    made = with_link(event, material(item))
    events.cancel_event(event, by=None)

    for change in (
        lambda: material(item),
        lambda: to(event, made, OK),
        lambda: with_link(event, made),
        lambda: operations.remove_version(event, queries.version_of(made, 1), by=None),
        lambda: operations.remove_material(event, made, by=None),
        lambda: operations.add_standard_materials(event, list(MaterialKind), days_before=3, by=None),
    ):
        with pytest.raises(EventCancelled):
            change()


def test_a_material_of_another_event_is_not_found(event):
    made = material(factories.item(factories.approved_event()))

    with pytest.raises(NotFound):
        queries.material_of(event, made.id)
