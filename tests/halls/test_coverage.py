"""Where people are missing, and who is at two places: against counting minute by minute."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from eventsvc import clock
from eventsvc.halls import coverage, opening
from eventsvc.halls.coverage import Gap
from eventsvc.text import same_words

MIDNIGHT = clock.from_local(datetime(2023, 7, 15))
NAMES = ("Lê Thị Hòa", "Lê Thị Hoà", "LÊ THỊ HÒA", "Trần Văn Bình")


def at(hour: float) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


def sitting_of(starts_at, ends_at, opens=None, closes=None):
    return SimpleNamespace(starts_at=starts_at, ends_at=ends_at, doors_open_at=opens, doors_close_at=closes)


def shift(starts: float, ends: float, name: str = "Lê Thị Hòa", phone: str | None = None):
    return SimpleNamespace(starts_at=at(starts), ends_at=at(ends), person_name=name, person_phone=phone)


shifts = st.builds(
    lambda start, length, name, phone: shift(start / 2, (start + length) / 2, name, phone),
    st.integers(0, 47),
    st.integers(1, 12),
    st.sampled_from(NAMES),
    st.sampled_from([None, "+84501", "+84502"]),
)


def _there(rota, half_hour: int) -> int:
    return sum(one.starts_at <= at(half_hour / 2) < one.ends_at for one in rota)


def test_a_door_without_somebody_from_half_past_seven_to_eight():
    assert coverage.gaps([shift(7, 7.5), shift(8, 9)], 1) == [Gap(at(7.5), at(8), 0)]


def test_the_night_between_two_days_is_no_gap():
    assert coverage.gaps([shift(7, 11), shift(31, 35)], 1) == []


def test_one_of_two_is_said_with_the_number_there():
    assert coverage.gaps([shift(7, 9), shift(8, 9)], 2) == [Gap(at(7), at(8), 1)]


@given(st.lists(shifts, max_size=8), st.integers(1, 3))
def test_gaps_are_the_half_hours_with_too_few_people(rota, needed):
    found = coverage.gaps(rota, needed)

    within = set()
    for day in {clock.local(one.starts_at).date() for one in rota}:
        same = [one for one in rota if clock.local(one.starts_at).date() == day]
        first, last = min(one.starts_at for one in same), max(one.ends_at for one in same)
        within |= {half for half in range(130) if first <= at(half / 2) < last}
    lacking = {half: _there(rota, half) for half in within if _there(rota, half) < needed}
    told = {
        half: gap.there for gap in found for half in range(130) if gap.starts_at <= at(half / 2) < gap.ends_at
    }
    assert told == lacking
    assert all(
        earlier.ends_at < later.starts_at or earlier.there != later.there
        for earlier, later in zip(found, found[1:], strict=False)
    )


@given(st.lists(shifts, max_size=8))
def test_clashes_are_the_pairs_of_one_person_that_overlap(rota):
    found = {frozenset((id(one.first), id(one.second))) for one in coverage.clashes(rota)}

    expected = {
        frozenset((id(one), id(other)))
        for place, one in enumerate(rota)
        for other in rota[place + 1 :]
        if same_words(one.person_name) == same_words(other.person_name)
        and not (one.person_phone and other.person_phone and one.person_phone != other.person_phone)
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    }
    assert found == expected


@given(st.lists(st.tuples(st.integers(-30, 60), st.integers(1, 20)), max_size=6))
def test_doors_are_open_from_the_first_start_to_the_last_end_around_the_sitting(times):
    sitting = sitting_of(at(8), at(10))
    spans = [(at(start), at(start + length)) for start, length in times]

    hours = opening.door_hours(spans, sitting)

    own = [span for span in spans if span[0] < at(12) and span[1] > at(6)]
    assert hours == ((min(s for s, _e in own), max(e for _s, e in own)) if own else None)


def test_the_shifts_of_the_morning_say_nothing_about_the_doors_of_the_evening():
    morning, evening = sitting_of(at(8), at(10)), sitting_of(at(19), at(21))
    shifts = [(at(7), at(8.5)), (at(8.5), at(10))]

    assert opening.door_hours(shifts, morning) == (at(7), at(10))
    assert opening.door_hours(shifts, evening) is None
    assert opening.door_hours([*shifts, (at(18), at(20))], evening) == (at(18), at(20))
    assert opening.door_hours(shifts, sitting_of(at(19), at(21), opens=at(9.5))) == (at(8.5), at(10))
    assert opening.door_hours(shifts, sitting_of(at(8), at(10), closes=at(8.5))) == (at(7), at(8.5))


def test_a_sitting_without_a_time_has_no_hours():
    sitting = sitting_of(None, None)

    assert (
        opening.door_hours([(datetime(2023, 7, 15, tzinfo=UTC), datetime(2023, 7, 16, tzinfo=UTC))], sitting)
        is None
    )
