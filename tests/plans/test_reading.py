"""What a plan file may be and say; what it may not, with the line and the field."""

import pytest
import yaml

from eventsvc.plans import schema
from eventsvc.plans.parsing import LARGEST, PlanRefused
from tests.plans import plan

PLANS = {number: plan(number) for number in ("000", "001", "002", "003", "004")}


def refused(content: bytes) -> list[tuple[int | None, str]]:
    """Line and field of every problem of a file."""
    with pytest.raises(PlanRefused) as caught:
        schema.read(content)
    assert all(str(problem.message) for problem in caught.value.problems)
    return [(problem.line, problem.path) for problem in caught.value.problems]


def line_of(content: bytes, words: str) -> int:
    """The line of the file that holds the words."""
    return next(n for n, line in enumerate(content.decode().splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("plan", "path", "words"),
    [
        ("000", "agenda[2].text", "{order: 2, kind: "),
        ("001", "agenda[2].text", "{order: 2, kind: "),
        ("002", "plan_items[II.2].title.text", "Quyết định phê duyệt Danh sách"),
        ("003", "directives[2.a.2].steps[2].deadline", 'deadline: "2021-12-21", deadline_semantics'),
    ],
)
def test_a_plan_is_read_as_it_is_written(speaking, plan, path, words):
    data, lines = schema.read(PLANS[plan])

    wanted = yaml.safe_load(PLANS[plan])
    del wanted["source_file"]
    event = data.pop("event")
    assert data == {key: value for key, value in wanted.items() if key != "event"}
    assert event == wanted.get("event", event)
    assert lines[path] == line_of(PLANS[plan], words)


def test_sections_without_a_place_are_named(speaking):
    changed = plan("004", ("clusters:", "stations:"), ("timeline:  ", "lifeline:  "))

    assert refused(changed) == [
        (line_of(changed, next(w for w in changed.decode().splitlines() if w.startswith(f"{name}:"))), name)
        for name in ("stations", "lifeline")
    ]


@pytest.mark.parametrize(
    ("old", "new", "field", "line"),
    [
        ('plan_id: "001"\n', "", "plan_id", 2),
        ("  short_name: Lễ phát động\n", "", "event.short_name", None),
        ("  kind: movement_launch_ceremony\n", "", "event.kind", None),
        ("kind: movement_launch_ceremony", "kind: party", "event.kind", "kind: party"),
        ("short_name: Lễ phát động", "short_name: null", "event.short_name", "short_name: null"),
        ("short_name: Lễ phát động", 'short_name: "  "', "event.short_name", "short_name:"),
        ("short_name: Lễ phát động", "short_name: [Lễ]", "event.short_name", "short_name:"),
        ("short_name: Lễ phát động", f"short_name: {'ă' * 201}", "event.short_name", "short_name:"),
        ("  short_name:", "  short_nam: x\n  short_name:", "event.short_nam", "short_nam: x"),
        ("speaker: null, start: null, duration_min: null}", "speaker: null, start: null, duration_min: -5}",
         "agenda[1].duration_min", "duration_min: -5"),
        ("speaker: null, start: null, duration_min: null}", "speaker: null, start: null, duration_min: 0}",
         "agenda[1].duration_min", "duration_min: 0"),
        ("speaker: null, start: null, duration_min: null}", "speaker: null, start: null, duration_min: ten}",
         "agenda[1].duration_min", "duration_min: ten"),
        ("start: null, duration_min", "start: 14:00, duration_min", "agenda[1].start", "start: 14:00"),
        ("{order: 2, kind: adoption, text", "{order: 7, kind: adoption, text", "agenda[7].order", "order: 7"),
        ("ritual: button_press", "ritual: ribbon", "agenda[4].ritual", "ritual: ribbon"),
        ('window_end: "2023-07-31"', 'window_end: "2023-06-30"', "event.time.window_end", "window_end:"),
        ('window_end: "2023-07-31"', 'window_end: "2023-02-30"', "event.time.window_end", "window_end:"),
        ('window_end: "2023-07-31"', "window_end: 2023-13-01", "event.time.window_end", "window_end:"),
        ("exact_start: null\n    exact_end: null", 'exact_start: "2023-07-20T08:00"\n    exact_end: "2023-07-20T07:30"',
         "event.time.exact_end", "exact_end:"),
        ("exact_end: null", 'exact_end: "2023-07-20T08:00"', "event.time.exact_end", "exact_end:"),
        ("district_bridges: 13, commune", "district_bridges: -13, commune", "event.scale.district_bridges", "scale:"),
        ("seats: null}", "seats: 0}", "delegates.by_site[main].groups[1].seats", "seats: 0"),
        ("- {id: IV.1.2,", "- {id: IV.1.1,", "tasks[IV.1.1].id", None),
        ("role: lead, coordinating: [\"các đơn vị", "role: boss, coordinating: [\"các đơn vị", "tasks[IV.1.1].role",
         "role: boss"),
        ('deadline: "2023-08-15", deadline_semantics', "deadline: null, deadline_semantics",
         "tasks[IV.6.3].deadline_semantics", "id: IV.6.3"),
        ("target_per_member: 7", "target_per_member: -7", "campaign.target_per_member", "target_per_member"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_its_line(speaking, old, new, field, line):
    content = plan("001", (old, new))

    problems = refused(content)

    assert [path for _line, path in problems] == [field]
    if isinstance(line, str):
        assert problems[0][0] == line_of(content, line)
    else:
        assert problems[0][0] is not None


@pytest.mark.parametrize("section", ["document", "event", "agenda", "delegates", "tasks"])
def test_a_missing_section_is_named(speaking, section):
    data = yaml.safe_load(PLANS["001"])
    del data[section]

    assert section in [path for _line, path in refused(yaml.safe_dump(data, allow_unicode=True).encode())]


@pytest.mark.parametrize("written", ['"Le\\0"', '"Lễ\\0 phát\\a động"', '"\\0"'])
def test_signs_that_no_database_stores_never_get_through(speaking, written):
    try:
        data, _lines = schema.read(plan("001", ("short_name: Lễ phát động", f"short_name: {written}")))
    except PlanRefused as refusal:
        assert [problem.path for problem in refusal.problems] == ["event.short_name"]
    else:
        assert data["event"]["short_name"].isprintable()


def test_every_problem_is_named_at_once(speaking):
    content = plan("001", ("kind: movement_launch_ceremony", "kind: party"))
    content = content.replace(b"duration_min: null}", b"duration_min: -5}", 2)

    fields = [path for _line, path in refused(content)]

    assert fields == ["event.kind", "agenda[1].duration_min", "agenda[2].duration_min"]


BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{n}: &{n} [{', '.join(['*' + p] * 8)}]\n" for p, n in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n# nothing\n",
        b"%PDF-1.7\n1 0 obj\n",
        b"PK\x03\x04\x14\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        PLANS["001"].decode().encode("utf-16"),
        "plan_id: Lễ".encode("cp1258", "replace"),
        b"plan_id: \xff\xfe",
        b"- a\n- b\n",
        b"just words",
        b"plan_id: [1, 2",
        b"plan_id: 'open",
        b"a: b: c\n",
        b"\tplan_id: 1\n",
        b"plan_id: \x07\n",
        b"--- {plan_id: a}\n--- {plan_id: b}\n",
        b"plan_id: !!python/object/apply:os.system [id]\n",
        b"plan_id: !!binary aGVsbG8=\n",
        b"plan_id: 2023-02-30\n",
        b"plan_id: a\nplan_id: b\n",
        b"? [a, b]\n: c\n",
        b"plan_id: " + b"9" * 5000,
        b"a: &x 1\nb: *x\n",
        BOMB.encode(),
        b"[" * 100_000,
        b"{a: " * 100_000,
        b"a: " + b"x" * LARGEST,
        b"document: 5\nevent: []\nagenda: {}\ntasks: x\ndelegates: 1\nplan_id: {}\n",
        b"agenda: [1, null, [x]]\n",
    ],
    ids=lambda content: repr(content[:24]),
)
def test_what_is_no_plan_file_is_refused_in_words(speaking, content):
    assert refused(content)


def test_the_sentences_are_vietnamese(speaking):
    with pytest.raises(PlanRefused) as caught:
        schema.read(plan("001", ("duration_min: null}", "duration_min: -5}")))

    assert str(caught.value) == "Dòng 62, agenda[1].duration_min: Giá trị này phải từ 1 trở lên."
