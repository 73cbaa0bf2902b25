"""The difference between two versions: complete, and told as people read it."""

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.agenda import changes, diff, news, release_labels, touches
from eventsvc.agenda.changes import What
from eventsvc.agenda.release_models import Touch
from eventsvc.agenda.snapshot import NOUNS
from tests.agenda.versions import item, part, ritual, row, sitting, version, versions

ROWS = st.dictionaries(
    st.text(max_size=3), st.dictionaries(st.text(max_size=2), st.integers(0, 3), max_size=3)
)
ANYTHING = st.fixed_dictionaries({noun: ROWS for noun in NOUNS})


def kinds(old, new):
    """What changed, by item."""
    found: dict = {}
    for change in changes.between(old, new):
        found.setdefault(change.key, []).append(change.what)
    return found


def words(app, old, new, key):
    """The sentences about an item, as an official reads them."""
    with app.test_request_context(), force_locale("vi"):
        return [release_labels.sentence(change) for change in changes.between(old, new) if change.key == key]


# --- Complete -----------------------------------------------------------------------------------------------


@given(ANYTHING, ANYTHING)
def test_the_difference_laid_on_the_one_gives_the_other_and_back(old, new):
    difference = diff.between(old, new)

    assert diff.applied(difference, old) == new
    assert diff.applied(difference.inverse, new) == old
    assert (difference.size == 0) == (old == new)


@given(versions(), versions())
def test_versions_of_agendas_are_made_of_each_other_by_their_difference(old, new):
    difference = diff.between(old, new)
    bare = [{noun: made[noun] for noun in NOUNS} for made in (old, new)]

    assert diff.applied(difference, old) == bare[1]
    assert diff.applied(difference.inverse, new) == bare[0]


@given(ANYTHING, ANYTHING, ANYTHING)
def test_a_difference_is_not_laid_on_rows_that_are_others(old, new, third):
    difference = diff.between(old, new)
    fits = all(
        third[noun].get(key) == was for noun, rows in difference.was.items() for key, was in rows.items()
    )

    if fits:
        diff.applied(difference, third)
    else:
        with pytest.raises(diff.DoesNotFit):
            diff.applied(difference, third)


@given(versions(), versions())
def test_whatever_differs_but_a_number_is_told(old, new):
    told = kinds(old, new)
    for key in {**old["items"], **new["items"]}:
        was, now = old["items"].get(key), new["items"].get(key)
        same = was is not None and now is not None and not diff.fields(was, now) - {"number"}
        if not same:
            assert told.get(key), key


@given(versions())
def test_a_version_differs_in_nothing_from_itself(made):
    assert changes.between(made, made) == []
    assert touches.touched(made, made) == set()
    assert not touches.is_programme_changed(made, made)


@given(st.lists(st.integers(0, 30), unique=True), st.randoms())
def test_the_fewest_items_are_called_moved(keys, random):
    before = [str(key) for key in keys]
    after = list(before)
    random.shuffle(after)

    moved = diff.moved(before, after)

    rest = [key for key in before if key not in moved]
    assert rest == [key for key in after if key not in moved]
    assert len(rest) == _longest([before.index(key) for key in after])


def _longest(numbers):
    """The length of the longest rising run, the slow and plain way."""
    best: list = []
    for place, number in enumerate(numbers):
        best.append(1 + max((best[p] for p in range(place) if numbers[p] < number), default=0))
    return max(best, default=0)


# --- As people read it --------------------------------------------------------------------------------------


def test_only_the_item_that_was_taken_elsewhere_has_moved():
    old, new = version(row("a", "b", "c", "d", "e")), version(row("b", "c", "d", "e", "a"))

    assert {key for key, what in kinds(old, new).items() if What.MOVED in what} == {"a"}


def test_what_stands_after_a_new_item_begins_later_and_has_not_moved():
    old, new = version(row("a", "b", "c")), version(row("a", "x", "b", "c"))

    assert kinds(old, new) == {"x": [What.ADDED], "b": [What.RETIMED], "c": [What.RETIMED]}
    assert [group.key for group in changes.grouped(changes.between(old, new)) if not group.follows] == ["x"]


def test_every_kind_of_change_of_an_item_is_told_in_one_sentence(app):
    old = version({"a": item(1, "Khai mạc", speaker="Ông Một", position="Giám đốc", site="main")})
    cases = {
        "Hủy; trước đây đứng thứ 1 trên sân khấu, Phiên 1, lúc 08:00.": {},
        "Chuyển từ thứ 1 trên sân khấu, Phiên 1 sang thứ 1 trên sân khấu, Phiên 2.": {"sitting": 2},
        "Tên cũ: “Khai mạc”.": {"title": "Khai mạc Lễ phát động"},
        "Bà Hai (Phó Giám đốc) thay Ông Một (Giám đốc).": {"speaker": "Bà Hai", "position": "Phó Giám đốc"},
        "Chưa có người thực hiện (trước là Ông Một (Giám đốc)).": {"speaker": None},
        "Chức vụ: “Chủ tịch” thay “Giám đốc”.": {"position": "Chủ tịch"},
        "Phát biểu từ hội trường chính thay vì IOC.": {"site": None},
        "Thời lượng 15 phút thay vì 10 phút.": {"duration_minutes": 15},
        "Chưa có thời lượng (trước là 10 phút).": {"duration_minutes": None},
        "Cố định đúng 08:00.": {"pinned_at": "08:00"},
        "Loại: “Chiếu phóng sự” thay “Phát biểu”.": {"kind": "clip"},
        "Không còn trong chương trình công khai.": {"is_public": False},
        "Số hiệu mục: “A1”.": {"cue": "A1"},
        "Lời dẫn MC: “Kính thưa quý vị”.": {"mc_line": "Kính thưa quý vị"},
    }

    for expected, values in cases.items():
        items = {"a": {**old["items"]["a"], **values}} if values else {}
        assert expected in words(app, old, version(items), "a"), expected


def test_times_are_told_with_their_reason(app):
    old = version(row("a", "b"))
    longer = version({**row("a", "b"), "a": item(1, "a", duration_minutes=20)})
    pinned = version({**row("a", "b"), "b": item(2, "b", pinned_at="08:30")})
    another_day = version(row("a"), sittings={"1": sitting(day=15)})

    assert words(app, old, longer, "b") == ["08:10 → 08:20, theo các mục đứng trước."]
    assert words(app, old, pinned, "b") == ["08:10 → 08:30.", "Cố định đúng 08:30."]
    assert words(app, version(row("a")), another_day, "a") == [
        "08:00 13/7/2023 → 08:00 15/7/2023, theo giờ của phiên."
    ]


def test_who_joins_leaves_changes_part_or_turn_in_a_ritual_is_told(app):
    one, two, three = (part(number=n, text=t, person_id=n) for n, t in ((1, "Một"), (2, "Hai"), (3, "Ba")))
    old = version(row("a"), {"nut": ritual("a", one, two, three, copies=2)})
    cases = {
        "Thêm Bốn: nhấn nút, thứ 4.": ritual("a", one, two, three, part(number=4, text="Bốn"), copies=2),
        "Một không tham gia nữa (trước: nhấn nút, thứ 1).": ritual(
            "a", {**two, "number": 1}, {**three, "number": 2}, copies=2
        ),
        "Ba: chứng kiến, thứ 1; trước: nhấn nút, thứ 3.": ritual(
            "a", one, two, {**three, "role": "witness", "number": 1}, copies=2
        ),
        "Ba: nhấn nút, thứ 1; trước: nhấn nút, thứ 3.": ritual(
            "a", {**three, "number": 1}, {**one, "number": 2}, {**two, "number": 3}, copies=2
        ),
        "“Bấm nút” – Số bản: “4” thay “2”.": ritual("a", one, two, three, copies=4),
        "Hai – Vị trí đứng: “Giữa bục”.": ritual("a", one, {**two, "stands_at": "Giữa bục"}, three, copies=2),
    }

    for expected, now in cases.items():
        assert words(app, old, version(row("a"), {"nut": now}), "a") == [expected]
    assert words(app, old, version(row("a")), "a") == ["Không còn nghi lễ “Bấm nút”."]


def test_the_most_important_change_comes_first():
    old = version(row("a", "b", "c", "d"))
    new = version(
        {**row("a", "b", "c"), "a": item(1, "a", mc_line="Lời dẫn"), "c": item(3, "c", speaker="Ông Một")}
    )

    groups = changes.grouped(changes.between(old, new))

    assert [(group.key, group.changes[0].what) for group in groups] == [
        ("d", What.CANCELLED),
        ("c", What.PERSON),
        ("a", What.NOTES),
    ]


def test_everybody_reads_nothing_internal():
    old = version({"a": item(1, "a"), "b": item(2, "Ẩn", is_public=False), "c": item(3, "c")})
    new = version(
        {
            "a": item(1, "a", mc_line="Lời dẫn", cue="A1", duration_minutes=20),
            "b": item(2, "Vẫn ẩn", is_public=False, speaker="Người kín"),
            "c": item(3, "c", is_public=False),
        },
        {"nut": ritual("a", part())},
    )

    assert [(change.what, change.key) for change in news.public(old, new)] == [(What.CANCELLED, "c")]


# --- Whom it touches ----------------------------------------------------------------------------------------


def touched(old, new):
    return {(t.person_id or t.site, t.key, t.how.value) for t in touches.touched(old, new)}


def test_of_a_first_release_everybody_named_is_added():
    made = version(
        {"a": item(1, "a", person_id=1, site="52"), "b": item(2, "b")},
        {"nut": ritual("b", part(person_id=2), part(number=2, person_id=1))},
    )

    assert touched(None, made) == {
        (1, "a", "added"),
        ("52", "a", "added"),
        (2, "b", "added"),
        (1, "b", "added"),
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({}, {(1, "a", "cancelled"), ("52", "a", "cancelled")}),
        ({"person_id": 2}, {(1, "a", "unnamed"), (2, "a", "named"), ("52", "a", "speaker")}),
        ({"site": "53"}, {(1, "a", "site"), ("52", "a", "unnamed"), ("53", "a", "named")}),
        ({"title": "khác"}, {(1, "a", "renamed"), ("52", "a", "renamed")}),
        ({"sitting": 2}, {(1, "a", "moved"), (1, "a", "retimed"), ("52", "a", "moved"), ("52", "a", "retimed")}),
        ({"duration_minutes": 20}, {(1, "a", "retimed"), ("52", "a", "retimed")}),
        ({"mc_line": "Lời dẫn", "sound_note": "Micro", "cue": "A1", "note": "x", "position": "Giám đốc"}, set()),
    ],
)  # fmt: skip
def test_exactly_those_whom_a_change_concerns_are_touched(now, expected):
    old = version(
        {"a": item(1, "a", person_id=1, site="52"), "z": item(2, "z", pinned_at="09:00", person_id=9)}
    )
    kept = {"z": {**old["items"]["z"], "number": 2}}
    new = version({**({"a": {**old["items"]["a"], **now}} if now else {}), **kept})

    assert touched(old, new) == expected


def test_of_a_ritual_those_are_touched_whose_part_changes():
    one, two, three = (part(number=n, text=str(n), person_id=n) for n in (1, 2, 3))
    old = version(row("a"), {"nut": ritual("a", one, two, three)})
    without = version(row("a"), {"nut": ritual("a", {**two, "number": 1}, {**three, "number": 2})})
    turned = version(
        row("a"), {"nut": ritual("a", {**three, "number": 1}, {**one, "number": 2}, {**two, "number": 3})}
    )
    copies = version(row("a"), {"nut": ritual("a", one, two, three, copies=3)})

    assert touched(old, without) == {(1, "a", "unnamed")}
    assert touched(old, turned) == {(3, "a", "ritual")}
    assert touched(old, copies) == {(1, "a", "ritual"), (2, "a", "ritual"), (3, "a", "ritual")}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (version(row("a", "b")), False),
        (version({**row("a", "b"), "b": item(2, "khác")}), False),
        (version(row("b", "a")), False),
        (version({**row("a", "b"), "x": item(3, "x", is_public=False)}), False),
        (version(row("a", "b", "c")), True),
        (version(row("a")), True),
        (version(row("a", "b"), sittings={"1": sitting("01:30"), "2": sitting(day=14)}), True),
        (version(row("a", "b"), sittings={"1": sitting(place="Nhà văn hóa"), "2": sitting(day=14)}), True),
    ],
)
def test_the_whole_programme_has_changed_when_it_begins_ends_or_is_elsewhere(new, expected):
    assert touches.is_programme_changed(version(row("a", "b")), new) is expected
    assert not touches.is_programme_changed(None, new)


def test_every_word_of_a_touch_and_of_a_change_has_words_for_people(app):
    from eventsvc.web import labels

    assert all(str(labels.label(word)) for word in (*Touch, *What))
    assert set(release_labels._SENTENCES) == set(What)
