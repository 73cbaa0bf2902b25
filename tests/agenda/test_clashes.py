"""Clashes of an agenda: each kind by itself, and what holds for any agenda."""

import time as stopwatch
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc.agenda import operations, queries
from eventsvc.agenda.clash_words import sentence
from eventsvc.agenda.clashes import Code, Level, find, worst
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.agenda.operations import Place
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.events.models import TimeState
from eventsvc.people import operations as people
from eventsvc.text import fold
from tests import factories
from tests.agenda.agendas import EIGHT, Hall, Item, Ritual, Sitting, Strand, at, bridge, person, pin, stage
from tests.agenda.agendas import Place as Row
from tests.queries import counted

PRESSER, SIGNATORY, WITNESS = RitualRole.PRESSER, RitualRole.SIGNATORY, RitualRole.WITNESS


def codes(parts, *, rituals=(), **more):
    return [clash.code for clash in find(parts, rituals, **more)]


def beside(first: Item, second: Item, **sitting) -> list:
    """Two items, the one on the stage and the other in a strand of the same sitting."""
    day = Sitting(**sitting)
    return [stage(day, first), stage(day, second, strand=Strand())]


# --- Two at once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "expected"),
    [("08:00", 10), ("08:09", 1), ("08:10", 0), ("08:30", 0), ("07:55", 5), ("07:50", 0)],
)
def test_a_person_in_two_items_at_once_blocks(starts, expected):
    """Ten minutes from eight on the stage, ten minutes from `starts` beside it."""
    parts = beside(person(Item("Khai mạc"), 7), person(Item("Trưng bày", pinned_at=pin(starts)), 7))

    found = [clash for clash in find(parts) if clash.level is Level.BLOCK]

    assert [(clash.code, clash.values["minutes"]) for clash in found] == (
        [(Code.SAME_PERSON, expected)] if expected else []
    )
    assert [clash.keys for clash in found] == [
        (parts[0].slots[0].item.key, parts[1].slots[0].item.key) for _one in found
    ]


def test_someone_who_speaks_here_and_presses_there_at_once_blocks():
    ritual = Ritual(participants=[Row(PRESSER, "Ông Nguyễn Văn Mẫu", 7)])
    parts = beside(person(Item("Khai mạc"), 7), Item("Nhấn nút", ritual=ritual))

    assert codes(parts) == [Code.SAME_PERSON]


def test_one_person_may_hold_several_roles_one_after_another_and_speak_in_the_item_of_a_ritual():
    speech = person(Item("Phát biểu"), 7)
    press = person(Item("Nhấn nút", ritual=Ritual(participants=[Row(PRESSER, "Nguyễn Văn Mẫu", 7)])), 7)
    sign = Item("Ký kết", ritual=Ritual(participants=[Row(WITNESS, "Nguyễn Văn Mẫu", 7)]))
    part = stage(Sitting(), speech, press, sign)

    assert codes([part], rituals=[press.ritual, sign.ritual]) == []


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("Ông Lê Văn Thử", "Đ/c LÊ VĂN THỬ, Giám đốc Sở", [Code.SAME_NAME]),
        ("Ông Lê Văn Thử", "Ông Lê Văn Thứ", []),
        ("Ông Lê Văn Thử", None, []),
    ],
)
def test_a_name_in_words_twice_at_once_needs_a_confirmation(first, second, expected):
    parts = beside(Item(speaker=first), Item(speaker=second))

    assert codes(parts) == expected


def test_homonyms_that_the_house_can_tell_apart_do_not_clash_but_a_name_in_words_may_be_either():
    known = beside(person(Item(), 7), person(Item(), 8))
    half_known = beside(person(Item(), 7), Item(speaker="Ông Nguyễn Văn Mẫu"))

    assert (codes(known), codes(half_known)) == ([], [Code.SAME_NAME])


def test_an_organization_may_be_in_two_places():
    assert codes(beside(Item(speaker="Sở Y tế", organization_id=3), Item(speaker="Sở Y tế"))) == []


def test_a_bridge_cannot_speak_in_two_items_but_the_main_hall_has_room():
    assert codes(beside(bridge(Item(), 4), bridge(Item(), 4))) == [Code.SAME_SITE]
    assert codes(beside(bridge(Item(), 4), bridge(Item(), 5))) == []
    assert codes(beside(bridge(Item(), 4, code="main"), bridge(Item(), 4, code="main"))) == []


@pytest.mark.parametrize(
    ("stage_place", "strand_place", "hall", "expected"),
    [
        ("Hội trường 1", "hội trường 1", None, [Code.SAME_PLACE]),
        ("Hội trường 1", "Hội trường 2", None, []),
        ("Hội trường 1", None, None, []),
        (None, None, None, []),
        (None, "Hội trường A", Hall("Trung tâm IOC", "main", "Hội trường A"), [Code.SAME_PLACE]),
        ("Trung tâm IOC", "Hội trường A", Hall("Trung tâm IOC", "main", "Hội trường A"), [Code.SAME_PLACE]),
        (None, "Sảnh", Hall("Trung tâm IOC", "main", "Hội trường A"), []),
    ],
)
def test_two_things_in_one_place_at_once_block(stage_place, strand_place, hall, expected):
    day = Sitting(place=stage_place)
    parts = [stage(day, Item("a"), Item("b")), stage(day, Item("c"), strand=Strand(place=strand_place))]

    assert codes(parts, hall=hall) == expected


def test_a_strand_may_use_the_stage_before_and_after():
    day = Sitting(place="Hội trường")
    parts = [
        stage(day, Item(duration_minutes=30)),
        stage(day, Item(pinned_at=pin("07:30"), duration_minutes=30), Item(pinned_at=pin("08:30")),
              strand=Strand(place="Hội trường")),
    ]  # fmt: skip

    assert Code.SAME_PLACE not in codes(parts)


def test_two_sittings_of_one_hall_clash_even_before_they_have_items():
    first, second = Sitting(place="Hội trường"), Sitting(at(60), at(180), place="Hội trường", number=2)

    (clash,) = [c for c in find([stage(first), stage(second)]) if c.level is Level.BLOCK]

    assert (clash.code, clash.keys, clash.values["minutes"]) == (Code.SAME_PLACE, (), 60)


def test_an_item_that_begins_before_the_one_before_it_ends_blocks():
    part = stage(Sitting(), Item("a", 30), Item("b", 10, pin("08:20")), Item("c", 5, pin("08:30")))

    (clash,) = find([part])

    assert (clash.level, clash.code, clash.values["minutes"]) == (Level.BLOCK, Code.OVERLAP, 10)
    assert clash.keys == (part.slots[0].item.key, part.slots[1].item.key)


@pytest.mark.parametrize("duration", [None, 10])
def test_what_ends_at_no_known_time_is_at_the_same_time_as_nothing(duration):
    parts = beside(person(Item(duration_minutes=None), 7), person(Item(duration_minutes=duration), 7))

    assert Code.SAME_PERSON not in codes(parts)


# --- Rituals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([Row(PRESSER, "A", 1), Row(PRESSER, "A", 1)], [Code.TWICE_IN_RITUAL]),
        ([Row(SIGNATORY, "A", 1), Row(WITNESS, "A", 1)], [Code.TWICE_IN_RITUAL]),
        ([Row(SIGNATORY, "A", 1), Row(WITNESS, "A", 2)], []),
        ([Row(SIGNATORY, "Bà Trần Thị Thử"), Row(WITNESS, "Trần Thị Thử")], [Code.NAME_TWICE_IN_RITUAL]),
        ([Row(SIGNATORY, "Trần Thị Thử", 1), Row(WITNESS, "Trần Thị Thử")], [Code.NAME_TWICE_IN_RITUAL]),
        ([Row(PRESSER, "Sở Y tế", None, "Sở Y tế"), Row(WITNESS, "Sở Y tế", None, "Sở Y tế")], []),
    ],
)
def test_the_same_person_twice_in_one_ritual(rows, expected):
    assert codes([], rituals=[Ritual(participants=rows)]) == expected


@pytest.mark.parametrize(("expected", "is_said"), [(None, False), (0, True), (1, False), (2, True)])
def test_fewer_or_more_people_than_expected_need_a_confirmation(expected, is_said):
    ritual = Ritual(participants=[Row(PRESSER, "A", 1)], expected_pressers=expected)

    found = find([], [ritual])

    assert [(c.level, c.code, c.values["named"], c.values["expected"]) for c in found] == (
        [(Level.CONFIRM, Code.RITUAL_COUNT, 1, expected)] if is_said else []
    )


# --- Sittings and items -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "buffer", "expected"),
    [
        (110, 10, []),
        (115, 10, [(Code.BUFFER_USED, 5)]),
        (120, 10, [(Code.BUFFER_USED, 10)]),
        (121, 10, [(Code.TOO_LONG, 1)]),
        (120, 0, []),
    ],
)
def test_a_sitting_fits_uses_its_buffer_or_is_too_long(minutes, buffer, expected):
    found = find([stage(Sitting(buffer_minutes=buffer), Item(duration_minutes=minutes))])

    assert [(clash.code, clash.values["minutes"]) for clash in found] == expected


def test_a_sitting_without_an_approved_time_or_with_nothing_on_the_stage():
    found = find([stage(Sitting(time_state=TimeState.PROPOSED))])

    assert [(clash.level, clash.code, clash.keys) for clash in found] == [
        (Level.CONFIRM, Code.TIME_NOT_APPROVED, ()),
        (Level.CONFIRM, Code.EMPTY_STAGE, ()),
    ]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([Item(), Item(pinned_at=pin("08:15"))], [Code.GAP]),
        ([Item(duration_minutes=None)], [Code.NO_DURATION]),
        ([Item(kind=ItemKind.BUTTON_CEREMONY)], [Code.NO_RITUAL]),
        ([Item(kind=ItemKind.SIGNING)], [Code.NO_RITUAL]),
        ([Item(kind=ItemKind.SIGNING, ritual=Ritual())], []),
        ([Item(kind=ItemKind.SPEECH)], [Code.NOBODY_NAMED]),
        ([Item(kind=ItemKind.SPEECH, speaker="Lãnh đạo UBND tỉnh")], []),
        ([Item(pinned_at=pin("07:30"))], [Code.OUTSIDE_SITTING]),
        ([Item(duration_minutes=120), Item(pinned_at=pin("10:00"))], [Code.OUTSIDE_SITTING]),
        ([Item(duration_minutes=90), Item(pinned_at=pin("09:30"))], []),
    ],
)
def test_hints(items, expected):
    found = find([stage(Sitting(), *items)])

    assert [clash.code for clash in found if clash.level is Level.HINT] == expected


def test_nothing_clashes_in_a_sitting_that_is_called_off_but_its_items_are_pointed_at():
    press = Item("c", ritual=Ritual(participants=[Row(PRESSER, "A", 1)] * 2))
    day = Sitting(cancelled_at=EIGHT, place="Hội trường")
    parts = [stage(day, person(Item("a"), 7), person(Item("b", pinned_at=pin("08:01")), 7), press)]

    found = find(parts, [press.ritual])

    assert [(clash.level, clash.code, len(clash.keys)) for clash in found] == [
        (Level.HINT, Code.SITTING_CANCELLED, 3)
    ]


def test_papers_that_are_not_approved_need_a_confirmation():
    part = stage(Sitting(), Item("a"))
    key = part.slots[0].item.key
    papers = [
        SimpleNamespace(item_key=key, title="Bài phát biểu", state=MaterialState.REVIEWED),
        SimpleNamespace(item_key=key, title="Clip", state=MaterialState.APPROVED),
        SimpleNamespace(item_key="gone", title="Biên bản", state=MaterialState.AWAITED),
    ]

    found = find([part], materials=papers)

    assert [(clash.level, clash.code, clash.keys, clash.values["material"]) for clash in found] == [
        (Level.CONFIRM, Code.MATERIAL_NOT_APPROVED, (key,), "Bài phát biểu")
    ]


def test_the_worst_stands_first_and_decides():
    first = Item("a", kind=ItemKind.SPEECH)
    part = stage(Sitting(time_state=TimeState.OPEN), first, Item("b", pinned_at=pin("08:05")))

    found = find([part])

    assert [clash.level for clash in found] == [Level.BLOCK, Level.CONFIRM, Level.HINT]
    assert (worst(found), worst(found[1:]), worst([])) == (Level.BLOCK, Level.CONFIRM, None)


# --- Any agenda ---------------------------------------------------------------------------------------------

AGENDAS = st.lists(
    st.lists(
        st.builds(
            lambda minutes, pinned, who, site: (minutes, pinned, who, site),
            st.one_of(st.none(), st.integers(1, 40)),
            st.one_of(st.none(), st.integers(0, 119)),
            st.one_of(st.none(), st.integers(1, 4)),
            st.one_of(st.none(), st.integers(1, 3)),
        ),
        max_size=6,
    ),
    min_size=1,
    max_size=4,
)


def laid(agenda, *, apart: int = 0):
    """The parts of an agenda of rows: the stage, then strands, each `apart` minutes after the one before it."""
    parts = []
    for number, rows in enumerate(agenda):
        sitting = Sitting(at(number * apart), at(number * apart + 120))
        items = []
        for minutes, pinned, who, site in rows:
            item = Item(f"{number}.{len(items)}", minutes)
            if pinned is not None and not apart:
                item.pinned_at = (EIGHT + timedelta(minutes=pinned, hours=7)).time()
            if who is not None:
                person(item, who, f"Người Thứ {who}")
            if site is not None:
                bridge(item, site)
            items.append(item)
        parts.append(stage(sitting, *items, strand=Strand() if number else None))
    return parts


def pairs(parts, code):
    return {frozenset(clash.keys) for clash in find(parts) if clash.code is code}


def truly_at_once(parts, name):
    """By comparing everything with everything."""
    slots = [slot for part in parts for slot in part.slots if slot.start and slot.end]
    return {
        frozenset({one.item.key, other.item.key})
        for one in slots
        for other in slots
        if one is not other
        and getattr(one.item, name) is not None
        and getattr(one.item, name) == getattr(other.item, name)
        and one.start < other.end
        and other.start < one.end
    }


@given(AGENDAS)
def test_every_two_at_once_are_found_and_none_is_invented(agenda):
    parts = laid(agenda)

    assert pairs(parts, Code.SAME_PERSON) == truly_at_once(parts, "person_id")
    assert pairs(parts, Code.SAME_SITE) == truly_at_once(parts, "site_id")


@given(AGENDAS)
def test_every_minute_that_is_reported_is_shared(agenda):
    parts = laid(agenda)
    slots = {slot.item.key: slot for part in parts for slot in part.slots}

    for clash in find(parts):
        if clash.code in {Code.SAME_PERSON, Code.SAME_SITE}:
            first, second = (slots[key] for key in clash.keys)
            assert clash.values["start"] == max(first.start, second.start)
            assert clash.values["end"] == min(first.end, second.end)
            assert clash.values["minutes"] > 0
        elif clash.code is Code.OVERLAP:
            first, second = (slots[key] for key in clash.keys)
            assert second.item.pinned_at is not None
            assert first.end - second.start == timedelta(minutes=clash.values["minutes"])


@given(AGENDAS)
def test_it_is_the_same_from_either_side(agenda):
    parts = laid(agenda)

    for code in (Code.SAME_PERSON, Code.SAME_SITE, Code.SAME_NAME, Code.OVERLAP):
        assert pairs(parts, code) == pairs(parts[::-1], code)


@given(AGENDAS)
def test_moving_apart_clears_it(agenda):
    """The same agenda with every part beginning when nobody can still be in the one before it, nothing pinned."""
    parts = laid(agenda, apart=6 * 40)

    assert not {Code.SAME_PERSON, Code.SAME_SITE, Code.SAME_NAME, Code.OVERLAP} & set(codes(parts))


PLACES = st.sampled_from(["Hội trường 1", "hội trường 1", "Sảnh", "Quảng trường", None])


@given(AGENDAS, st.data())
@settings(max_examples=60)
def test_one_place_is_used_by_two_only_where_they_share_time(agenda, data):
    parts = laid(agenda)
    for part in parts:
        (part.strand or part.sitting).place = data.draw(PLACES)
    where = [fold((part.strand or part.sitting).place or "") for part in parts]
    times = [[(s.start, s.end) for s in part.slots if s.start and s.end] for part in parts]
    if not times[0]:
        times[0] = [(parts[0].sitting.starts_at, parts[0].sitting.ends_at)]
    expected = {
        (one, other)
        for one in range(len(parts))
        for other in range(one + 1, len(parts))
        if where[one] and where[one] == where[other]
        if any(a < d and c < b for a, b in times[one] for c, d in times[other])
    }
    found = [clash.values for clash in find(parts) if clash.code is Code.SAME_PLACE]
    number = {part.sitting: at for at, part in enumerate(parts)}

    assert len(found) == len(expected)
    assert {(number[v["sitting"]], number[v["other_sitting"]]) for v in found} == expected


def _in_strands(number):
    day, strands = Sitting(ends_at=at(24 * 60)), [None, *(Strand(place=f"Gian {n}") for n in range(5))]
    return [
        stage(day, *(bridge(person(Item(duration_minutes=4), n % 40, f"Người Thứ {n % 40}"), n % 30)
                     for n in range(number // 6)), strand=strand)
        for strand in strands
    ]  # fmt: skip


def _all_at_eight(number):
    day = Sitting(ends_at=at(24 * 60))
    return [stage(day, *(person(Item(pinned_at=pin("08:00")), 1) for _n in range(number)))]


@pytest.mark.parametrize("agenda", [_in_strands, _all_at_eight])
def test_eight_times_the_items_take_no_more_than_their_share_of_work(agenda):
    """By the clock of the processor, which does not run while others are served. In pairs it would be 64 times."""

    def least_work(parts):
        times = []
        for _round in range(5):
            began = stopwatch.thread_time()
            assert find(parts)
            times.append(stopwatch.thread_time() - began)
        return min(times)

    assert least_work(agenda(2400)) < 20 * least_work(agenda(300))


# --- Of an event --------------------------------------------------------------------------------------------


def someone(event, name="Nguyễn Văn Mẫu"):
    return people.add_person(event.host_id, people.Details(full_name=name), by=None)


def test_the_clashes_of_an_event_are_sentences_that_name_items_minutes_and_people(app):
    event = factories.approved_event(minutes=60)
    him = someone(event)
    aside = operations.add_strand(event, name="Không gian DN", by=None)
    factories.item(event, "Khai mạc", 20, person=him, speaker="Ông Nguyễn Văn Mẫu")
    factories.item(event, "Giới thiệu", 30, strand=aside, person=him, speaker="Ông Nguyễn Văn Mẫu")
    press = factories.item(event, "Nhấn nút", None, kind=ItemKind.BUTTON_CEREMONY)
    ritual = operations.add_ritual(event, title="Khai trương", agenda_item=press, by=None)
    operations.edit_ritual(
        ritual, {"expected_pressers": 3}, participants=[Place(PRESSER, "Bà Trần Thị Thử")], by=None
    )

    with app.test_request_context():
        said = [(clash.level.value, sentence(clash)) for clash in queries.clashes(event)]

    assert said == [
        (
            "block",
            "Nguyễn Văn Mẫu phải có mặt cùng lúc ở “Khai mạc” và “Giới thiệu”, 08:00–08:20 (20 phút).",
        ),
        ("confirm", "“Khai trương”: số người nhấn nút đã nêu là 1, dự kiến 3."),
        ("hint", "“Nhấn nút” chưa có thời lượng: chưa biết các mục sau bắt đầu lúc nào."),
    ]


def crowded(number):
    """An event of so many items, each with a ritual, and as many rituals without an item; one paper is awaited."""
    event = factories.approved_event(minutes=600)
    him, hall = someone(event), factories.main_site(event)
    for place in range(number):
        item = factories.item(event, f"Mục {place}", 5, person=him, site=hall)
        ritual = operations.add_ritual(event, title=f"Nghi lễ {place}", agenda_item=item, by=None)
        rows = [Place(WITNESS, f"Người {place}", person=him)]
        operations.edit_ritual(ritual, {}, participants=rows, by=None)
        operations.add_ritual(event, title=f"Chưa xếp {place}", by=None)
    with atomic():
        paper = Material(event_id=event.id, item_key=item.key, number=1, kind=MaterialKind.CLIP, title="Clip")
        db.session.add(paper)
    return event


def test_clashes_cost_the_same_queries_for_few_and_many(app):
    cost = []
    for event in (crowded(3), crowded(30)):
        db.session.expire_all()
        with counted() as sent:
            found = queries.clashes(event)
        cost.append(sent.number)
        assert [clash.code for clash in found] == [Code.MATERIAL_NOT_APPROVED]

    assert cost[1] <= cost[0] <= 12  # the second finds some rows known already


def test_a_sitting_with_no_place_takes_place_in_the_main_hall(app):
    event = factories.approved_event()
    sitting = event.sittings[0]
    second = events.add_sitting(event, by=None)
    events.propose_time(second, starts_at=sitting.starts_at, ends_at=sitting.ends_at, by=None)
    factories.main_site(event, "Trung tâm IOC tỉnh")

    (clash,) = [clash for clash in queries.clashes(event) if clash.level is Level.BLOCK]

    with app.test_request_context():
        assert sentence(clash) == (
            "Trung tâm IOC tỉnh được dùng cùng lúc cho Phiên 1 và Phiên 2, 08:00–09:30 (90 phút)."
        )


def test_every_kind_of_clash_has_a_sentence(app):
    wrong = Item("Ký", kind=ItemKind.SIGNING, pinned_at=pin("07:00"), duration_minutes=None)
    day = Sitting(time_state=TimeState.OPEN, place="Hội trường", buffer_minutes=30)
    twice = [Row(PRESSER, "A", 1)] * 2 + [Row(WITNESS, "B")] * 2
    ritual = Ritual(
        participants=twice,
        expected_pressers=1,
        expected_signatories=2,
        expected_witnesses=3,
        agenda_item=wrong,
    )
    parts = [
        stage(day, wrong, Item("Mở", pinned_at=pin("08:00")), Item("Bấm", 100, kind=ItemKind.BUTTON_CEREMONY),
              person(Item("Nói", pinned_at=pin("09:00")), 7), Item("Kết", pinned_at=pin("09:30"), speaker="Ông C")),
        stage(day, bridge(person(Item("Xem", 180), 7), 4), strand=Strand("Gian A", "Hội trường")),
        stage(day, bridge(Item("Thử", 5, speaker="Ông C"), 4), Item("Lâu", 5, pin("09:30"), speaker="Ông C"),
              Item("Hát", kind=ItemKind.SPEECH), strand=Strand("Gian B")),
        stage(Sitting(cancelled_at=EIGHT, number=2), Item("Thôi")),
        stage(Sitting(at(600), at(700), number=3)),
        stage(Sitting(at(800), at(900), 30, number=4), Item("Đủ", 90)),
    ]  # fmt: skip
    paper = SimpleNamespace(item_key=wrong.key, title="Biên bản", state=MaterialState.AWAITED)

    with app.test_request_context():
        found = find(parts, [ritual], materials=[paper])
        said = [sentence(clash) for clash in found]

    assert {clash.code for clash in found} == set(Code)
    assert all("%(" not in words and words for words in said)
    assert len(set(said)) == len(said)
