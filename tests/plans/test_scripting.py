"""The running order in a plan file: pins, cues, bridges, what goes on beside the stage, notes, places in rituals."""

import copy
from datetime import time
from typing import Any

import pytest
import yaml

from eventsvc.agenda import operations as agenda
from eventsvc.agenda import queries as agendas
from eventsvc.agenda.models import ItemKind
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.plans import operations, queries
from eventsvc.plans.parsing import PlanRefused
from tests.plans.test_whole import MINIMAL

SCRIPT: dict[str, Any] = copy.deepcopy(MINIMAL)
SCRIPT["event"]["time"]["buffer_min"] = 10
SCRIPT["event"]["strands"] = [{"order": 1, "name": "Triển lãm", "place": "Sảnh tầng 1"}]
SCRIPT["event"]["venues"] = [{"role": "main", "text": "Trung tâm IOC"}]
SCRIPT["agenda"] = [
    {
        "order": 1, "kind": "opening", "text": "Khai mạc", "cue": "K1", "pinned": "08:00", "duration_min": 10,
        "speaker": "Bà Võ Thị Mai", "position": "MC", "mc_line": "Kính thưa quý vị!", "sound": "Nhạc nền",
        "light": "Sáng dần", "screen": "Phông chính", "line": "Mở các điểm cầu", "reception": "Mời vào chỗ",
    },
    {"order": 2, "kind": "signing", "text": "Ký kết", "ritual": "signing", "site": "main"},
    {"order": 3, "kind": "other", "text": "Chuẩn bị bàn ký", "public": False},
    {"order": 4, "kind": "demo", "text": "Tham quan gian hàng", "strand": 1, "duration_min": 30},
]  # fmt: skip
SCRIPT["rituals"] = [
    {
        "id": "signing",
        "title": {"text": "Lễ ký"},
        "signatories": [
            {
                "order": 1,
                "text": "Bên A",
                "position": "Giám đốc",
                "stands_at": "Bên trái bàn",
                "cue": "Hết lời dẫn",
            }
        ],
        "copies": 4,
        "setting": "Bàn phủ khăn xanh, hai bút",
    }
]


def load(data: dict[str, Any], **options: Any) -> tuple[Event, Any]:
    content = yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()
    outcome = operations.load_plan(content, by=None, **options)
    db.session.expire_all()
    event = event_by_slug(outcome.slugs[0])
    assert event is not None
    return event, outcome


def dumped(event: Event) -> dict[str, Any]:
    db.session.expire_all()
    return yaml.safe_load(queries.as_yaml(event))


def changed(**fields: Any) -> dict[str, Any]:
    """The same file with some fields of its first item changed."""
    data = copy.deepcopy(SCRIPT)
    data["agenda"][0] |= fields
    return data


def test_a_running_order_is_placed_and_comes_out_as_it_went_in(app):
    event, _outcome = load(SCRIPT)

    first, signing, hidden, beside = (slot.item for part in agendas.draft(event) for slot in part.slots)
    assert (first.pinned_at, first.cue, first.position) == (time(8), "K1", "MC")
    assert (first.sound_note, first.light_note, first.screen_note) == (
        "Nhạc nền", "Sáng dần", "Phông chính",
    )  # fmt: skip
    assert (first.line_note, first.reception_note) == ("Mở các điểm cầu", "Mời vào chỗ")
    assert (signing.site.code, signing.ritual.copies) == ("main", 4)
    assert (hidden.is_public, first.is_public) == (False, True)
    assert (beside.strand.name, beside.number) == ("Triển lãm", 1)
    assert event.sittings[0].buffer_minutes == 10
    assert dumped(event) == SCRIPT


def test_the_same_file_again_changes_nothing(app):
    event, _outcome = load(SCRIPT)

    _event, again = load(SCRIPT, update=True)

    assert (again.differences, agendas.last_edit(event)) == ([], None)


def test_what_nobody_said_is_not_in_the_file(app):
    event, _outcome = load(MINIMAL)

    agenda.add_item(event, kind=ItemKind.CLOSING, title="Bế mạc", by=None)

    assert dumped(event)["agenda"] == [
        {
            "order": 1, "kind": "closing", "text": "Bế mạc", "speaker": None, "start": None,
            "duration_min": None,
        }
    ]  # fmt: skip


def test_a_changed_file_is_taken_up_but_never_over_what_an_organizer_edited(app):
    event, _outcome = load(SCRIPT)
    item = agendas.draft(event)[0].slots[0].item
    agenda.edit_item(item, {"pinned_at": time(8, 30), "sound_note": "Nhạc hiệu"}, by=None)

    _event, outcome = load(changed(pinned="09:00", sound="Im lặng", light="Sáng hết"), update=True)

    item = agendas.draft(event)[0].slots[0].item
    assert (item.pinned_at, item.sound_note, item.light_note) == (time(8, 30), "Nhạc hiệu", "Sáng hết")
    assert {difference.path for difference in outcome.kept} == {"agenda[1].pinned", "agenda[1].sound"}


def test_pins_and_notes_of_an_organizer_stay_when_the_file_is_silent_about_them(app):
    event, _outcome = load(SCRIPT)
    closing = agendas.draft(event)[0].slots[2].item
    agenda.edit_item(closing, {"pinned_at": time(9), "mc_line": "Xin mời!", "is_public": True}, by=None)

    load(changed(duration_min=12), update=True)

    closing = agendas.draft(event)[0].slots[2].item
    assert (closing.pinned_at, closing.mc_line, closing.is_public) == (time(9), "Xin mời!", True)


def test_a_file_in_another_order_makes_no_edit_of_an_item_stale(app):
    event, _outcome = load(SCRIPT)
    before = {item.title: (item.version, item.key) for item in event.agenda_items}
    data = copy.deepcopy(SCRIPT)
    data["agenda"][1], data["agenda"][2] = data["agenda"][2], data["agenda"][1]
    for order, item in enumerate(data["agenda"], 1):
        item["order"] = order

    load(data, update=True)

    assert [slot.item.title for slot in agendas.draft(event)[0].slots] == [
        "Khai mạc", "Chuẩn bị bàn ký", "Ký kết",
    ]  # fmt: skip
    assert {item.title: (item.version, item.key) for item in event.agenda_items} == before
    assert dumped(event) == data


def test_an_update_can_be_undone(app):
    event, _outcome = load(SCRIPT)
    load(changed(cue="K9", text="Chào mừng"), update=True)

    agenda.undo(event, agendas.last_edit(event).id, by=None)

    assert dumped(event) == SCRIPT


def test_a_strand_that_leaves_the_file_goes_with_its_items_and_stays_for_those_of_an_organizer(app):
    event, _outcome = load(SCRIPT)
    data = copy.deepcopy(SCRIPT)
    del data["event"]["strands"], data["agenda"][3]

    load(data, update=True)
    assert (event.strands, len(event.agenda_items)) == ([], 3)

    event, _outcome = load(SCRIPT, update=True)
    agenda.add_item(event, kind=ItemKind.OTHER, title="Giao lưu", strand=event.strands[0], by=None)
    load(data, update=True)
    db.session.expire_all()
    assert [(item.title, item.strand.name) for item in event.agenda_items if item.strand] == [
        ("Giao lưu", "Triển lãm")
    ]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"site": "nowhere"}, "agenda[1].site"),
        ({"strand": 2}, "agenda[1].strand"),
        ({"strand": 1}, "agenda[2].order"),
        ({"pinned": "25:00"}, "agenda[1].pinned"),
        ({"pinned": 800}, "agenda[1].pinned"),
        ({"cue": "x" * 13}, "agenda[1].cue"),
        ({"public": True}, "agenda[1].public"),
        ({"public": "false"}, "agenda[1].public"),
        ({"strand": 0}, "agenda[1].strand"),
    ],
)
def test_what_cannot_be_is_refused_with_line_and_field_and_nothing_is_stored(app, change, path):
    with pytest.raises(PlanRefused) as refused:
        load(changed(**change))

    assert [(problem.path, problem.line is not None) for problem in refused.value.problems] == [(path, True)]
    assert db.session.scalar(db.select(db.func.count()).select_from(Event)) == 0
