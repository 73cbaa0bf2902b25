"""Where a show stands: a table of single cases, and properties that hold whatever is pressed."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc import clock
from eventsvc.agenda.timing import lay_out
from eventsvc.stage import presses
from eventsvc.stage.models import Run, RunState
from eventsvc.stage.presses import NotNow, Press, UnknownItem
from eventsvc.stage.progress import ItemState, progress

EIGHT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam


def item(key, minutes=10, pinned_at=None):
    return SimpleNamespace(
        key=key, cue=key, title=f"Mục {key}", duration_minutes=minutes, pinned_at=pinned_at
    )


def plan(*items):
    return lay_out(EIGHT, items)


def new_run():
    return Run(state=RunState.WAITING, revision=0, undo=[], cues=[])


def at(minutes=0, seconds=0):
    return EIGHT + timedelta(minutes=minutes, seconds=seconds)


def words(moment):
    return clock.local(moment).strftime("%H:%M") if moment else None


def starts(slots, run, now):
    return [words(row.start) for row in progress(slots, run, now).rows]


def states(slots, run, now):
    return [row.state.value for row in progress(slots, run, now).rows]


# --- A table ------------------------------------------------------------------------------------------------


def test_before_anything_is_pressed_the_plan_is_expected():
    slots = plan(item("1"), item("2", 5), item("3"))

    show = progress(slots, None, at(-30))

    assert (show.state, show.behind, show.left) == (RunState.WAITING, 0, None)
    assert starts(slots, None, at(-30)) == ["08:00", "08:10", "08:15"]
    assert states(slots, None, at(-30)) == ["next", "to_come", "to_come"]


def test_a_show_that_does_not_begin_is_late_by_the_minute():
    slots = plan(item("1"), item("2"))

    assert starts(slots, None, at(4)) == ["08:04", "08:14"]
    assert progress(slots, None, at(4)).behind == 240
    assert progress(slots, None, at(3 * 24 * 60)).behind == 0  # long past, it is just a plan


def test_what_really_happened_moves_what_comes():
    slots, run = plan(item("1"), item("2", 5), item("3")), new_run()
    presses.press(run, slots, Press.START, at(2))

    show = progress(slots, run, at(5))

    assert [row.state for row in show.rows] == [ItemState.ON, ItemState.NEXT, ItemState.TO_COME]
    assert [words(row.start) for row in show.rows] == ["08:02", "08:12", "08:17"]
    assert (show.left, show.behind, words(show.expected_end)) == (7 * 60, 120, "08:27")


def test_an_item_over_its_time_pushes_what_comes_by_the_second():
    slots, run = plan(item("1"), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))

    show = progress(slots, run, at(12, 30))

    assert (show.left, show.behind) == (-150, 150)
    assert show.next.start == at(12, 30)


def test_an_item_ended_early_brings_the_rest_forward_but_not_before_a_pin():
    slots, run = plan(item("1"), item("2"), item("3", 10, time(8, 20)), item("4")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.NEXT, at(6))

    show = progress(slots, run, at(7))

    assert [words(row.start) for row in show.rows] == ["08:00", "08:06", "08:20", "08:30"]
    assert show.rows[0].over == -240
    assert (show.behind, show.rows[2].late) == (0, 0)


def test_a_pin_that_the_show_has_passed_carries_the_delay_and_says_so():
    slots, run = plan(item("1"), item("2", 10, time(8, 10)), item("3")), new_run()
    presses.press(run, slots, Press.START, at(4))

    show = progress(slots, run, at(5))

    assert [words(row.start) for row in show.rows] == ["08:04", "08:14", "08:24"]
    assert (show.rows[1].late, show.behind) == (240, 240)


def test_a_minute_given_and_a_minute_taken():
    slots, run = plan(item("1"), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.LONGER, at(1))
    presses.press(run, slots, Press.LONGER, at(1))
    assert starts(slots, run, at(1)) == ["08:00", "08:12"]

    presses.press(run, slots, Press.SHORTER, at(1))

    assert starts(slots, run, at(1)) == ["08:00", "08:11"]
    assert progress(slots, run, at(1)).left == 10 * 60


def test_while_held_nothing_counts_down_and_the_rest_waits():
    slots, run = plan(item("1"), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.HOLD, at(4))

    held = progress(slots, run, at(7))
    presses.press(run, slots, Press.RESUME, at(9))
    resumed = progress(slots, run, at(9))

    assert (held.left, held.ends_at, words(held.next.start)) == (360, None, "08:13")
    assert (resumed.left, words(resumed.ends_at), words(resumed.next.start)) == (360, "08:15", "08:15")


def test_next_while_held_ends_the_hold_with_the_item():
    slots, run = plan(item("1"), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.HOLD, at(4))
    presses.press(run, slots, Press.NEXT, at(9))

    assert (run.state, run.held_since, run.cues[0].held_seconds) == (RunState.RUNNING, None, 300)
    assert starts(slots, run, at(9)) == ["08:00", "08:09"]


def test_what_was_jumped_over_comes_next_and_a_jump_takes_back_a_skip():
    slots, run = plan(item("1"), item("2"), item("3"), item("4")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.SKIP, at(1), "4")
    presses.press(run, slots, Press.JUMP, at(5), "4")

    assert states(slots, run, at(6)) == ["done", "next", "to_come", "on"]
    assert starts(slots, run, at(6)) == ["08:00", "08:15", "08:25", "08:05"]


def test_the_item_that_is_on_is_cut_short_when_skipped():
    slots, run = plan(item("1"), item("2"), item("3")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.SKIP, at(3), "1")

    assert states(slots, run, at(3)) == ["skipped", "on", "next"]
    assert run.cues[0].ended_at == at(3)


def test_an_item_without_a_duration_leaves_what_follows_open_until_a_pin():
    slots = plan(item("1", None), item("2"), item("3", 10, time(9, 0)))
    run = new_run()
    presses.press(run, slots, Press.START, at(3))

    show = progress(slots, run, at(10))

    assert [words(row.start) for row in show.rows] == ["08:03", None, "09:00"]
    assert (show.left, show.ends_at) == (None, None)
    with pytest.raises(NotNow):
        presses.press(run, slots, Press.LONGER, at(11))


def test_a_release_during_the_show_is_met_by_key():
    slots, run = plan(item("1"), item("2"), item("3")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.NEXT, at(10))

    released = plan(item("1"), item("9", 5), item("3"))  # the item that is on is gone, another is new

    show = progress(released, run, at(12))
    assert [(row.item.key, row.state.value, row.is_gone) for row in show.rows] == [
        ("1", "done", False),
        ("2", "on", True),
        ("9", "next", False),
        ("3", "to_come", False),
    ]
    assert (show.left, words(show.next.start)) == (8 * 60, "08:20")
    presses.press(run, released, Press.NEXT, at(20))
    assert run.current_key == "9"


def test_an_ended_show_expects_nothing():
    slots, run = plan(item("1"), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.END, at(9))

    show = progress(slots, run, at(60))

    assert (show.state, show.current, show.next, show.behind) == (RunState.ENDED, None, None, -660)
    assert [row.start for row in show.rows] == [at(0), None]


@pytest.mark.parametrize(
    ("done", "refused", "key"),
    [
        ([], Press.NEXT, None),
        ([], Press.HOLD, None),
        ([], Press.END, None),
        ([], Press.LONGER, None),
        ([], Press.BACK, None),
        ([Press.START], Press.START, None),
        ([Press.START], Press.RESUME, None),
        ([Press.START], Press.JUMP, "1"),
        ([Press.START, Press.NEXT], Press.NEXT, None),
        ([Press.START, Press.NEXT], Press.JUMP, "1"),
        ([Press.START, Press.NEXT], Press.SKIP, "1"),
        ([Press.START, Press.NEXT], Press.SKIP, "2"),
        ([Press.START], Press.UNSKIP, "2"),
        ([Press.START, Press.HOLD], Press.HOLD, None),
        ([Press.START, Press.END], Press.NEXT, None),
        ([Press.START, Press.END], Press.JUMP, "2"),
        ([Press.START, Press.END], Press.SKIP, "2"),
    ],
)
def test_a_press_that_makes_no_sense_is_refused_and_changes_nothing(done, refused, key):
    slots, run = plan(item("1"), item("2")), new_run()
    for number, what in enumerate(done):
        presses.press(run, slots, what, at(number))
    before = presses._picture(run)

    with pytest.raises(NotNow):
        presses.press(run, slots, refused, at(9), key)

    assert presses._picture(run) == before


def test_an_item_of_no_stage_is_not_found():
    slots, run = plan(item("1")), new_run()

    for what in (Press.JUMP, Press.SKIP, Press.UNSKIP):
        with pytest.raises(UnknownItem):
            presses.press(run, slots, what, at(0), "elsewhere")


def test_an_item_keeps_at_least_a_minute():
    slots, run = plan(item("1", 2), item("2")), new_run()
    presses.press(run, slots, Press.START, at(0))
    presses.press(run, slots, Press.SHORTER, at(0))

    with pytest.raises(NotNow):
        presses.press(run, slots, Press.SHORTER, at(0))


# --- Properties ---------------------------------------------------------------------------------------------


@st.composite
def plans(draw, untimed=True):
    minutes = st.one_of(st.none(), st.integers(1, 60)) if untimed else st.integers(1, 60)
    pins = st.one_of(
        st.none(), st.none(), st.times(time(8), time(12)).map(lambda t: t.replace(second=0, microsecond=0))
    )
    count = draw(st.integers(1, 8))
    return plan(*[item(str(n), draw(minutes), draw(pins) if untimed else None) for n in range(count)])


steps = st.lists(
    st.tuples(st.sampled_from(list(Press)), st.integers(0, 900), st.integers(0, 8)), min_size=0, max_size=14
)


def go_through(slots, run, pressed):
    """Press what is allowed, at rising moments; the moment after the last."""
    now = at(-5)
    for what, seconds, number in pressed:
        now += timedelta(seconds=seconds)
        try:
            presses.press(run, slots, what, now, str(number))
        except (NotNow, UnknownItem):
            continue
    return now


@settings(max_examples=300, deadline=None)
@given(plans(), steps, st.integers(0, 600))
def test_expected_times_never_overlap_and_pins_hold(slots, pressed, later):
    run = new_run()
    now = go_through(slots, run, pressed) + timedelta(seconds=later)

    show = progress(slots, run, now)

    free = show.current.end if show.current else None
    for row in show.coming:
        if row.start is None:
            free = None
            continue
        assert free is None or row.start >= free, "two items at once"
        if show.state in (RunState.RUNNING, RunState.HELD):
            assert row.start >= now or row.start == show.current.end, "something expected in the past"
        if row.item.pinned_at is not None:
            assert row.start >= row.planned_start, "begun before its pin"
            assert row.late == (row.start - row.planned_start) // timedelta(seconds=1)
            if row.late and free is not None:
                assert row.start == free, "late without a reason"
        elif free is not None:
            assert row.start == free, "a linked item does not wait"
        free = row.end


@settings(max_examples=300, deadline=None)
@given(plans(), steps, st.integers(0, 600))
def test_the_plan_is_never_changed_and_every_item_has_one_state(slots, pressed, later):
    run, before = new_run(), [tuple(slot) for slot in slots]
    now = go_through(slots, run, pressed) + timedelta(seconds=later)

    show = progress(slots, run, now)

    assert [tuple(slot) for slot in slots] == before
    assert [row.item.key for row in show.rows] == [slot.item.key for slot in slots]
    counted = [row.state for row in show.rows]
    assert counted.count(ItemState.ON) == (run.state in (RunState.RUNNING, RunState.HELD))
    assert counted.count(ItemState.NEXT) <= 1
    assert len({cue.item_key for cue in run.cues}) == len(run.cues)


@settings(max_examples=300, deadline=None)
@given(plans(), steps)
def test_undoing_every_press_returns_through_every_state(slots, pressed):
    run, pictures, now = new_run(), [], at(-5)
    for what, seconds, number in pressed:
        if what is Press.BACK:
            continue
        now += timedelta(seconds=seconds)
        before = presses._picture(run)
        try:
            presses.press(run, slots, what, now, str(number))
        except (NotNow, UnknownItem):
            continue
        pictures.append(before)

    for before in reversed(pictures):
        presses.press(run, slots, Press.BACK, now)
        assert presses._picture(run) == before
    assert run.undo == []


@settings(max_examples=200, deadline=None)
@given(plans(untimed=False), st.data())
def test_skipping_an_item_brings_what_follows_forward_by_its_minutes(slots, data):
    run = new_run()
    presses.press(run, slots, Press.START, at(0))
    before = progress(slots, run, at(0))
    if not before.coming:
        return
    place = data.draw(st.integers(0, len(before.coming) - 1))
    skipped = before.coming[place]

    presses.press(run, slots, Press.SKIP, at(0), skipped.item.key)

    after = {row.item.key: row.start for row in progress(slots, run, at(0)).rows}
    for row in before.coming[:place]:
        assert after[row.item.key] == row.start
    for row in before.coming[place + 1 :]:
        assert row.start - after[row.item.key] == timedelta(minutes=skipped.item.duration_minutes)
    presses.press(run, slots, Press.UNSKIP, at(0), skipped.item.key)
    assert [row.start for row in progress(slots, run, at(0)).rows] == [row.start for row in before.rows]


@settings(max_examples=200, deadline=None)
@given(plans(untimed=False), st.integers(0, 3600), st.sampled_from([Press.LONGER, Press.SHORTER]))
def test_a_minute_given_or_taken_moves_what_follows_by_exactly_one(slots, seconds, what):
    run, now = new_run(), at(0, seconds)
    presses.press(run, slots, Press.START, at(0))
    before = progress(slots, run, now)
    if before.left < 60 or (what is Press.SHORTER and slots[0].item.duration_minutes == 1):
        return

    presses.press(run, slots, what, now)

    after = progress(slots, run, now)
    minute = timedelta(minutes=1 if what is Press.LONGER else -1)
    assert [row.start - minute for row in after.coming] == [row.start for row in before.coming]
    assert after.left - before.left == minute // timedelta(seconds=1)
    assert after.behind - before.behind == minute // timedelta(seconds=1)
