"""The table of outcomes line by line, the clamping of clocks, and that order of arrival does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc.checkins import rules
from eventsvc.checkins.models import Flag, Outcome, ScanKind, ScanMode
from eventsvc.checkins.rules import Doors, Facts, Seen

NOON = datetime(2023, 7, 15, 5, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
VALID = Facts(kind=ScanKind.ENTRY, mode=ScanMode.ONLINE, at=NOON, doors=Doors(NOON - HOUR, NOON + HOUR))
OFFLINE, MANUAL = ScanMode.OFFLINE, ScanMode.MANUAL
GONE = NOON - MINUTE

OFF_DUTY = rules.Doors(NOON + HOUR, None)
TABLE = [
    ("a valid pass", {}, Outcome.ADMITTED),
    ("nobody has the code", {"is_known": False}, Outcome.UNKNOWN),
    ("garbage in a cancelled event", {"is_known": False, "cancelled_at": GONE}, Outcome.UNKNOWN),
    ("a pass of another event", {"is_of_event": False}, Outcome.OTHER_EVENT),
    ("a site the device does not act for", {"acts_here": False}, Outcome.OTHER_SITE),
    ("expected elsewhere", {"is_expected_here": False}, Outcome.OTHER_SITE),
    (
        "expected elsewhere, by hand, no reason",
        {"is_expected_here": False, "mode": MANUAL},
        Outcome.OTHER_SITE,
    ),
    (
        "expected elsewhere, a reason but not by hand",
        {"is_expected_here": False, "has_reason": True},
        Outcome.OTHER_SITE,
    ),
    (
        "expected elsewhere, by hand with a reason",
        {"is_expected_here": False, "mode": MANUAL, "has_reason": True},
        Outcome.ADMITTED,
    ),
    (
        "expected elsewhere by now, let in offline",
        {"is_expected_here": False, "mode": OFFLINE, "decision": "admitted"},
        Outcome.ADMITTED,
    ),
    (
        "expected elsewhere, sent there offline",
        {"is_expected_here": False, "mode": OFFLINE, "decision": "other_site"},
        Outcome.OTHER_SITE,
    ),
    (
        "expected elsewhere, nothing said offline",
        {"is_expected_here": False, "mode": OFFLINE},
        Outcome.OTHER_SITE,
    ),
    (
        "too early by now, let in offline",
        {"at": NOON - 2 * HOUR, "mode": OFFLINE, "decision": "repeat"},
        Outcome.ADMITTED,
    ),
    ("too early, said to be in, but asked", {"at": NOON - 2 * HOUR, "decision": "admitted"}, Outcome.NOT_YET),
    (
        "revoked, let in by hand without network",
        {"revoked_at": GONE, "mode": MANUAL, "decision": "admitted"},
        Outcome.ADMITTED_REVOKED,
    ),
    ("before the doors open", {"at": NOON - 2 * HOUR}, Outcome.NOT_YET),
    ("as the doors open", {"at": NOON - HOUR}, Outcome.ADMITTED),
    ("as the doors close", {"at": NOON + HOUR}, Outcome.ADMITTED),
    ("after the doors have closed", {"at": NOON + 2 * HOUR}, Outcome.NOT_YET),
    ("no hours to be outside of", {"doors": Doors(None, None), "at": NOON + 999 * HOUR}, Outcome.ADMITTED),
    ("cancelled before", {"cancelled_at": GONE}, Outcome.CANCELLED),
    ("cancelled after", {"cancelled_at": NOON + MINUTE}, Outcome.ADMITTED),
    ("cancelled and too early", {"cancelled_at": GONE, "doors": Doors(NOON + HOUR, None)}, Outcome.CANCELLED),
    ("revoked before", {"revoked_at": GONE}, Outcome.REVOKED),
    ("revoked in this moment", {"revoked_at": NOON}, Outcome.REVOKED),
    ("revoked after", {"revoked_at": NOON + MINUTE}, Outcome.ADMITTED),
    (
        "revoked, by hand with a reason",
        {"revoked_at": GONE, "mode": MANUAL, "has_reason": True},
        Outcome.REVOKED,
    ),
    (
        "revoked, let in offline",
        {"revoked_at": GONE, "mode": OFFLINE, "decision": "admitted"},
        "admitted_revoked",
    ),
    ("revoked, offline, nothing said", {"revoked_at": GONE, "mode": OFFLINE}, Outcome.ADMITTED_REVOKED),
    (
        "revoked, refused offline",
        {"revoked_at": GONE, "mode": OFFLINE, "decision": "revoked"},
        Outcome.REVOKED,
    ),
    (
        "revoked, let in offline at another site",
        {"revoked_at": GONE, "mode": OFFLINE, "is_expected_here": False},
        Outcome.OTHER_SITE,
    ),
    ("leaving", {"kind": ScanKind.EXIT}, Outcome.EXITED),
    ("leaving after the doors have closed", {"kind": ScanKind.EXIT, "at": NOON + 9 * HOUR}, Outcome.EXITED),
    (
        "leaving before the device is on duty",
        {"kind": ScanKind.EXIT, "hours": OFF_DUTY},
        Outcome.NOT_YET,
    ),
    (
        "leaving, shown by a door off duty",
        {
            "kind": ScanKind.EXIT,
            "hours": OFF_DUTY,
            "mode": ScanMode.OFFLINE,
            "decision": "exited",
        },
        Outcome.EXITED,
    ),
    (
        "leaving, said online to be shown",
        {"kind": ScanKind.EXIT, "hours": OFF_DUTY, "decision": "exited"},
        Outcome.NOT_YET,
    ),
    (
        "leaving, shown as off duty",
        {
            "kind": ScanKind.EXIT,
            "hours": OFF_DUTY,
            "mode": ScanMode.OFFLINE,
            "decision": "not_yet",
        },
        Outcome.NOT_YET,
    ),
    ("leaving with garbage", {"kind": ScanKind.EXIT, "is_known": False}, Outcome.UNKNOWN),
    ("undoing", {"kind": ScanKind.ANNUL, "is_known": False, "acts_here": False}, Outcome.ANNULLED),
]


@pytest.mark.parametrize(
    ("changes", "expected"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE]
)
def test_standing(changes, expected):
    assert rules.standing(replace(VALID, **changes)) == expected


def seen(name="b", *, at=NOON, site=1, device=1, standing=Outcome.ADMITTED, outcome=None):
    return Seen(name, at, site, device, standing, outcome)


HERE = seen("a", at=NOON - 9 * MINUTE, device=2, outcome=Outcome.ADMITTED)
LEFT = seen("l", at=NOON - 5 * MINUTE, device=2, standing=Outcome.EXITED, outcome=Outcome.EXITED)
BESIDE = [
    ("nobody in", seen(), [], Outcome.ADMITTED),
    ("in by another door here", seen(), [HERE], Outcome.REPEAT),
    ("in elsewhere", seen(), [replace(HERE, site_id=2)], Outcome.CROSS_SITE),
    ("in elsewhere and here", seen(), [replace(HERE, site_id=2), HERE], Outcome.REPEAT),
    ("let in by this device a minute ago", seen(device=2, at=NOON - 8 * MINUTE), [HERE], Outcome.RESCAN),
    (
        "let in by this device longer ago",
        seen(device=2, at=NOON - 8 * MINUTE + timedelta(seconds=1)),
        [HERE],
        Outcome.REPEAT,
    ),
    (
        "this device has just called it a repeat",
        seen(device=2, at=NOON - 8 * MINUTE),
        [replace(HERE, outcome=Outcome.REPEAT)],
        Outcome.REPEAT,
    ),
    (
        "at the desk twice",
        seen(device=None),
        [seen("a", device=None, outcome=Outcome.ADMITTED)],
        Outcome.REPEAT,
    ),
    (
        "expected elsewhere, in there",
        seen(standing=Outcome.OTHER_SITE),
        [replace(HERE, site_id=2)],
        Outcome.CROSS_SITE,
    ),
    ("expected elsewhere, let in here by hand", seen(standing=Outcome.OTHER_SITE), [HERE], Outcome.REPEAT),
    (
        "only sent away before",
        seen(),
        [replace(HERE, site_id=2, standing=Outcome.OTHER_SITE)],
        Outcome.ADMITTED,
    ),
    ("too late, in already", seen(standing=Outcome.NOT_YET), [HERE], Outcome.NOT_YET),
    ("revoked, in already", seen(standing=Outcome.REVOKED), [HERE], Outcome.REVOKED),
    ("revoked but let in, in already", seen(standing=Outcome.ADMITTED_REVOKED), [HERE], Outcome.REPEAT),
    ("leaving, in", seen(standing=Outcome.EXITED), [HERE], Outcome.EXITED),
    (
        "in by another door a moment ago",
        seen(),
        [replace(HERE, effective_at=NOON - MINUTE / 2)],
        Outcome.REPEAT,
    ),
    ("left since", seen(), [HERE, LEFT], Outcome.ADMITTED),
    ("left elsewhere since", seen(), [replace(HERE, site_id=2), LEFT], Outcome.ADMITTED),
    ("left before coming in", seen(), [replace(LEFT, effective_at=NOON - HOUR), HERE], Outcome.REPEAT),
    (
        "leaves later, which is known already",
        seen(),
        [HERE, replace(LEFT, effective_at=NOON + HOUR)],
        Outcome.REPEAT,
    ),
    (
        "left and came again",
        seen(),
        [HERE, LEFT, replace(HERE, effective_at=NOON - 2 * MINUTE)],
        Outcome.REPEAT,
    ),
    ("only left", seen(), [LEFT], Outcome.ADMITTED),
]


@pytest.mark.parametrize(
    ("scan", "others", "expected"), [line[1:] for line in BESIDE], ids=[line[0] for line in BESIDE]
)
def test_outcome_beside_others(scan, others, expected):
    assert rules.decide(VALID, scan, others).outcome is expected


def test_an_exit_ends_what_was_before_it_from_its_time_on():
    again = replace(HERE, scan_id="c", effective_at=NOON)

    assert rules.since_last_exit([HERE, LEFT, again]) == [again]
    assert rules.since_last_exit([HERE, LEFT]) == []
    assert rules.since_last_exit([HERE, LEFT], before=HERE.order) == [HERE]
    assert rules.since_last_exit([HERE, LEFT], before=again.order) == []


def test_a_device_out_of_its_place_is_told_nothing_about_who_is_in():
    away = replace(VALID, acts_here=False)

    assert rules.decide(away, seen(standing=Outcome.OTHER_SITE), [HERE]) == (
        Outcome.OTHER_SITE,
        (Flag.ATTENTION,),
    )


def test_flags_are_apart_from_outcomes():
    near = replace(HERE, effective_at=NOON - timedelta(seconds=3))

    assert rules.decide(VALID, seen(), []).flags == ()
    assert rules.decide(VALID, seen(), [HERE]).flags == ()
    assert rules.decide(VALID, seen(), [near]).flags == (Flag.ORDER_UNCERTAIN,)
    assert rules.decide(VALID, seen(device=2), [near]).flags == ()
    assert rules.decide(VALID, seen(standing=Outcome.EXITED), [near]).flags == ()
    assert rules.decide(VALID, seen(), [HERE], is_time_suspect=True).flags == (
        Flag.CLOCK_SUSPECT,
        Flag.ORDER_UNCERTAIN,
    )
    assert rules.decide(replace(VALID, needs_attention=True), seen(), []).flags == (Flag.ATTENTION,)


AWAY = replace(HERE, scan_id="c", site_id=2, effective_at=NOON)
SENT_AWAY = replace(AWAY, standing=Outcome.OTHER_SITE)
TWO_SITES = [
    ("nobody", [], False),
    ("in at one", [HERE], False),
    ("in at one by two doors", [HERE, replace(HERE, scan_id="b", device_id=3)], False),
    ("in at two", [AWAY, HERE], True),
    ("in, then shown elsewhere", [HERE, SENT_AWAY], True),
    ("sent away, then in at the right one", [replace(SENT_AWAY, effective_at=NOON - HOUR), HERE], False),
    ("sent away from one, from another and in at a third", [
        replace(SENT_AWAY, effective_at=NOON - HOUR), replace(SENT_AWAY, effective_at=NOON - HOUR, site_id=3), HERE
    ], False),
    ("left, then in at another", [HERE, LEFT, AWAY], False),
    ("left another before", [replace(LEFT, effective_at=NOON - HOUR), HERE, AWAY], True),
    ("in here, in here again, in at another", [HERE, replace(HERE, scan_id="b"), AWAY], True),
    ("refused elsewhere", [HERE, replace(AWAY, standing=Outcome.REVOKED)], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("scans", "expected"), [line[1:] for line in TWO_SITES], ids=[line[0] for line in TWO_SITES]
)
def test_in_at_two_sites(scans, expected):
    assert rules.is_at_two_sites(scans) is expected


# --- Doors and sittings -----------------------------------------------------------------------------------


def sitting(number, start=None, end=None, opens=None, closes=None, cancelled=None):
    return SimpleNamespace(
        id=number, number=number, starts_at=start, ends_at=end, doors_open_at=opens, doors_close_at=closes,
        cancelled_at=cancelled,
    )  # fmt: skip


def test_doors_open_two_hours_before_and_close_two_hours_after_unless_somebody_says_otherwise():
    assert rules.doors(sitting(1, NOON, NOON + HOUR)) == (NOON - 2 * HOUR, NOON + 3 * HOUR)
    assert rules.doors(sitting(1, NOON)) == (NOON - 2 * HOUR, NOON + 12 * HOUR)
    assert rules.doors(sitting(1, NOON, NOON + HOUR, NOON - MINUTE, NOON + MINUTE)) == (
        NOON - MINUTE,
        NOON + MINUTE,
    )
    assert rules.doors(sitting(1)) == (None, None)


def test_the_sitting_is_the_one_whose_doors_are_open_else_the_nearest():
    morning = sitting(1, NOON - 4 * HOUR, NOON - 2 * HOUR)
    afternoon = sitting(2, NOON + HOUR, NOON + 3 * HOUR)
    tomorrow = sitting(3, NOON + 24 * HOUR, NOON + 26 * HOUR)
    all_three = [tomorrow, afternoon, morning]

    at = {
        hours: rules.sitting_at(all_three, NOON + hours * HOUR).number
        for hours in (-99, -3, -0.6, -0.4, 2, 6, 20, 99)
    }

    assert at == {-99: 1, -3: 1, -0.6: 1, -0.4: 2, 2: 2, 6: 2, 20: 3, 99: 3}
    assert rules.sitting_at([], NOON) is None
    assert rules.sitting_at([sitting(1, NOON, cancelled=GONE), tomorrow], NOON) is tomorrow
    assert rules.sitting_at([called_off := sitting(1, NOON, cancelled=GONE)], NOON) is called_off


# --- Places -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at_site", "reaches"), [(None, True), (1, True), (2, False)])
def test_an_annulment_reaches_the_scans_of_its_site(at_site, reaches):
    assert rules.undoes(at_site, 1) is reaches


@pytest.mark.parametrize(
    ("former", "stood"),
    [
        ([], False),
        ([(1, NOON)], True),
        ([(None, NOON)], True),
        ([(2, NOON)], False),
        ([(1, NOON - MINUTE)], False),
        ([(2, NOON - MINUTE), (1, NOON + HOUR)], True),
    ],
)
def test_a_device_that_was_moved_stood_where_it_stood(former, stood):
    assert rules.stood_at(former, 1, NOON) is stood


# --- Clocks -----------------------------------------------------------------------------------------------

CLOCKS = [
    ("right", NOON - MINUTE, timedelta(), NOON - MINUTE, False),
    ("ahead and measured", NOON + 46 * MINUTE, -47 * MINUTE, NOON - MINUTE, False),
    ("ahead, not measured", NOON + 3 * HOUR, timedelta(), NOON, True),
    ("a breath ahead", NOON + timedelta(seconds=4), timedelta(), NOON, False),
    ("before the list was made", NOON - 99 * HOUR, timedelta(), NOON - 24 * HOUR, True),
    ("no time at all", None, timedelta(), NOON, True),
    ("the end of time", rules.LATEST, HOUR, NOON, True),
    ("the beginning of time", rules.EARLIEST, -HOUR, NOON - 24 * HOUR, True),
]


@pytest.mark.parametrize(
    ("scanned", "offset", "at", "suspect"), [c[1:] for c in CLOCKS], ids=[c[0] for c in CLOCKS]
)
def test_effective_time(scanned, offset, at, suspect):
    found = rules.effective_time(scanned, offset, earliest=NOON - 24 * HOUR, arrival=NOON)

    assert found == (at, suspect)


COUNTERS = [
    ("agrees with the clock", NOON - MINUTE, timedelta(), MINUTE, False, NOON - MINUTE, False),
    ("the clock was set ahead since", NOON - 91 * MINUTE, timedelta(), MINUTE, False, NOON - MINUTE, True),
    ("the clock was set back since", NOON + 59 * MINUTE, timedelta(), MINUTE, False, NOON - MINUTE, True),
    ("the phone has slept", NOON - 91 * MINUTE, timedelta(), MINUTE, True, NOON - 91 * MINUTE, False),
    ("a steady clock cannot lag behind", NOON - MINUTE, timedelta(), HOUR, True, NOON - HOUR, True),
    ("no clock, but a counter", None, timedelta(), MINUTE, True, NOON - MINUTE, True),
    ("older than the list", NOON - HOUR, timedelta(), 99 * HOUR, False, NOON - 24 * HOUR, True),
    ("older than time", NOON - HOUR, timedelta(), timedelta(days=10**7), False, NOON - 24 * HOUR, True),
    ("no counter", NOON - MINUTE, timedelta(), None, True, NOON - MINUTE, False),
]


@pytest.mark.parametrize(
    ("scanned", "offset", "age", "steady", "at", "suspect"), [c[1:] for c in COUNTERS], ids=[c[0] for c in COUNTERS]
)  # fmt: skip
def test_a_counter_tells_the_age_of_a_scan_whatever_the_clock_did(scanned, offset, age, steady, at, suspect):
    found = rules.effective_time(
        scanned, offset, earliest=NOON - 24 * HOUR, arrival=NOON, age=age, is_steady=steady
    )

    assert found == (at, suspect)


@pytest.mark.parametrize(
    ("claimed", "measured", "steady"),
    [(None, timedelta(), False), (HOUR, HOUR, True), (HOUR, timedelta(), False), (-HOUR, HOUR, False)],
)
def test_a_clock_is_steady_that_is_as_far_off_as_it_was(claimed, measured, steady):
    assert rules.is_steady(claimed, measured) is steady


moments = st.datetimes(min_value=datetime.min, max_value=datetime.max, timezones=st.just(UTC))


ages = st.none() | st.timedeltas(min_value=timedelta())


@given(st.none() | moments, st.timedeltas(), moments, moments, ages, st.booleans())
def test_effective_time_never_leaves_what_is_possible(scanned, offset, earliest, arrival, age, steady):
    found = rules.effective_time(
        scanned, offset, earliest=earliest, arrival=arrival, age=age, is_steady=steady
    )

    assert min(earliest, arrival) <= found.at <= arrival


# --- Convergence ------------------------------------------------------------------------------------------

STANDINGS = [Outcome.ADMITTED, Outcome.ADMITTED_REVOKED, Outcome.OTHER_SITE, Outcome.REVOKED, Outcome.NOT_YET]
facts = st.lists(
    st.builds(
        lambda number, minutes, site, device, standing: Seen(
            f"{number:02}", NOON + minutes * MINUTE, site, device, standing
        ),
        st.integers(0, 30), st.integers(0, 6), st.integers(1, 3), st.integers(1, 4), st.sampled_from(STANDINGS),
    ),
    max_size=9, unique_by=lambda fact: fact.scan_id,
)  # fmt: skip


class Store:
    """The recording in small: facts are kept once by id and answered beside what is there."""

    def __init__(self):
        self.kept = {}

    def take(self, batch):
        for scan in sorted(batch, key=lambda scan: scan.order):
            if scan.scan_id not in self.kept:
                outcome = rules.decide(VALID, scan, self.kept.values()).outcome
                self.kept[scan.scan_id] = replace(scan, outcome=outcome)

    def reading(self):
        first = rules.first_entry(self.kept.values())
        return first and first.scan_id, rules.is_at_two_sites(self.kept.values())


@given(facts, st.data())
def test_any_order_repetition_and_split_of_uploads_ends_in_the_same_reading(scans, data):
    together, apart = Store(), Store()
    together.take(scans)
    for scan in data.draw(st.permutations([*scans, *scans, *scans])):
        apart.take([scan])

    assert apart.reading() == together.reading()
    for store in (together, apart):
        admitted = [one for one in store.kept.values() if one.outcome in rules.ADMITTING]
        is_in = rules.first_entry(store.kept.values()) is not None
        assert len(admitted) == (1 if is_in else 0)


@given(facts)
def test_the_first_entry_is_the_least_time_and_then_the_least_id(scans):
    entries = sorted(
        (s for s in scans if s.standing in rules.ADMITTING), key=lambda s: (s.effective_at, s.scan_id)
    )

    assert rules.first_entry(scans) == (entries[0] if entries else None)
