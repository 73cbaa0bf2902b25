"""The demo's agenda: what a stranger sees first has to be whole, sound and released."""

from datetime import date, datetime, time

import pytest

from eventsvc import clock
from eventsvc.agenda import queries as agenda
from eventsvc.agenda.clashes import Level
from eventsvc.agenda.material_models import Material, MaterialState
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import operations as plans
from eventsvc.system import demo_agenda
from eventsvc.system.demo_operations import PLAN, SLUG, UNITS_AS_OF
from tests import factories

DAY = date(2030, 7, 18)


@pytest.fixture
def event(app):
    user = factories.organizer()
    plans.load_plan(PLAN.read_bytes(), as_of=UNITS_AS_OF, by=user)
    made = event_by_slug(SLUG)
    sitting = made.sittings[0]
    begins, ends = (clock.from_local(datetime.combine(DAY, hour)) for hour in (time(8), time(9, 30)))
    events.propose_time(sitting, starts_at=begins, ends_at=ends, by=user)
    events.approve_time(sitting, by=user)
    demo_agenda.write_agenda(made, DAY, by=user)
    return made


def test_the_demo_has_a_running_order_on_the_stage_and_an_exhibition_beside_it(event):
    stage, beside = agenda.released(event)

    assert [(clock.local(slot.start).strftime("%H:%M"), slot.item.cue) for slot in stage.slots] == [
        ("08:00", "K01"), ("08:10", "K02"), ("08:15", "K03"), ("08:22", "K04"), ("08:42", "K05"),
        ("08:47", "K06"), ("08:52", "K07"), ("08:55", "K08"), ("09:10", "K09"),
    ]  # fmt: skip
    assert stage.slots[0].item.pinned_at == time(8)
    assert [slot.item.site.name for slot in stage.slots if slot.item.site] == [
        "Thành phố Quảng Ngãi", "Huyện Lý Sơn",
    ]  # fmt: skip
    assert [slot.item.cue for slot in stage.slots if not slot.item.is_public] == ["K07"]
    assert all(slot.item.mc_line for slot in stage.slots if slot.item.is_public)
    assert [(place.stands_at, bool(place.cue)) for place in stage.slots[7].item.ritual.participants] == [
        ("Giữa bục, bên trái", True), ("Giữa bục, bên phải", True),
    ]  # fmt: skip
    assert (beside.strand.name, len(beside.slots)) == ("Khu trưng bày, hướng dẫn dịch vụ số", 1)


def test_the_demo_is_released_and_nothing_in_it_clashes(event):
    assert (agenda.last_release(event).number, agenda.unreleased_changes(event)) == (1, 0)
    assert [clash for clash in agenda.clashes(event) if clash.level is Level.BLOCK] == []


def test_of_the_demos_papers_one_is_approved_and_two_are_awaited(event):
    rows = db.session.scalars(db.select(Material).order_by(Material.id)).all()

    assert [row.state for row in rows] == [
        MaterialState.APPROVED, MaterialState.AWAITED, MaterialState.AWAITED,
    ]  # fmt: skip
    assert all(row.item is not None for row in rows)
