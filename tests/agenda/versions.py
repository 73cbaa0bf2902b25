"""Versions of an agenda as plain values, without a database."""

from hypothesis import strategies as st

WORDS = st.sampled_from(["Khai mạc", "Phát biểu", "Trao giải", "Ký kết", "Bế mạc", None])
KEYS = st.sampled_from(["a", "b", "c", "d", "e", "f"])


def item(number=1, title="Phát biểu", **values):
    """One row of an item; every value optional."""
    row = {
        "sitting": 1, "strand": None, "number": number, "kind": "speech", "pinned_at": None, "site": None,
        "cue": None, "title": title, "duration_minutes": 10, "is_public": True, "speaker": None,
        "position": None, "person_id": None, "organization_id": None, "mc_line": None, "sound_note": None,
        "light_note": None, "screen_note": None, "line_note": None, "reception_note": None, "note": None,
        "printed_start": None, "cite": None,
    }  # fmt: skip
    assert values.keys() <= row.keys()
    return {**row, **values}


def part(role="presser", number=1, text="Ông Một", **values):
    row = {
        "role": role, "number": number, "text": text, "position": None, "stands_at": None, "cue": None,
        "organization_name": None, "organization_id": None, "person_id": None,
    }  # fmt: skip
    assert values.keys() <= row.keys()
    return {**row, **values}


def ritual(item_key="a", *participants, **values):
    row = {
        "item": item_key, "number": 1, "title": "Bấm nút", "title_cite": None, "subject": None,
        "subject_cite": None, "copies": None, "setting": None, "expected_pressers": None,
        "expected_signatories": None, "expected_witnesses": None, "participants": list(participants),
    }  # fmt: skip
    assert values.keys() <= row.keys()
    return {**row, **values}


def sitting(starts="01:00", ends="02:30", day=13, **values):
    return {
        "title": None, "place": "Hội trường", "starts_at": f"2023-07-{day:02d}T{starts}:00+00:00",
        "ends_at": f"2023-07-{day:02d}T{ends}:00+00:00", "buffer_minutes": 0, "time_state": "approved",
        "cancelled_at": None, **values,
    }  # fmt: skip


def version(items=None, rituals=None, strands=None, sittings=None, **around):
    """A version laid out: the times are reckoned as a release reckons them."""
    from eventsvc.agenda import frozen

    made = {
        "strands": strands or {}, "items": items or {}, "rituals": rituals or {},
        "sittings": sittings or {"1": sitting(), "2": sitting(day=14)}, "sites": {"main": "IOC"}, "people": {},
        **around,
    }  # fmt: skip
    return {**made, "times": frozen.times(frozen.as_it_was(made))}


def row(*titles, **values):
    """Items with these titles in a row; the key of each is its title."""
    return {title: item(number, title, **values) for number, title in enumerate(titles, 1)}


@st.composite
def versions(draw):
    """Any version: some of six items in any order on two sittings, with a ritual or none."""
    people = st.sampled_from([None, 1, 2, 3])
    keys = draw(st.lists(KEYS, unique=True))
    items = {}
    places: dict = {}
    for key in keys:
        where = (draw(st.sampled_from([1, 2])), draw(st.sampled_from([None, None, 1])))
        places[where] = places.get(where, 0) + 1
        items[key] = item(
            places[where],
            draw(WORDS) or key,
            sitting=where[0],
            strand=where[1],
            duration_minutes=draw(st.sampled_from([None, 5, 10])),
            pinned_at=draw(st.sampled_from([None, None, "08:15"])),
            is_public=draw(st.booleans()),
            speaker=draw(WORDS),
            person_id=draw(people),
            site=draw(st.sampled_from([None, "main"])),
            mc_line=draw(WORDS),
        )
    rituals = {}
    if keys and draw(st.booleans()):
        roles = draw(st.lists(st.sampled_from(["presser", "witness"]), max_size=3))
        rows = [
            part(role, number, draw(WORDS) or "Bà Hai", person_id=draw(people))
            for number, role in enumerate(roles, 1)
        ]
        rituals["nut"] = ritual(draw(st.sampled_from([*keys, None])), *rows)
    return version(items, rituals, {"1": {"name": "Trưng bày", "place": draw(WORDS)}})
