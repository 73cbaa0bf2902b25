"""What a phone decides without network is what the server would: the same cases through both, in a real browser."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventsvc import secrets, text
from eventsvc.checkins import rules
from eventsvc.checkins.models import Outcome, ScanKind, ScanMode
from eventsvc.checkins.rules import Doors, Facts, Seen
from eventsvc.events import sitting_rules
from tests import programs

MODULES = Path(__file__).resolve().parent.parent.parent / "eventsvc" / "static"
HALL = "http://hall.example.vn"
NOON = datetime(2026, 12, 19, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CASES = 4000


@pytest.fixture(scope="module")
def phone(playwright):
    """A page without anything but our modules, served from the disk."""
    browser = playwright.chromium.launch(
        executable_path=programs.chromium(), args=["--no-sandbox", "--disable-gpu"]
    )
    page = browser.new_page()

    def serve(route):
        path = MODULES / route.request.url.removeprefix(f"{HALL}/")
        if path.is_file():
            return route.fulfill(path=path, content_type="text/javascript")
        return route.fulfill(body="<!doctype html><title>phone</title>", content_type="text/html")

    page.route(f"{HALL}/**", serve)
    page.goto(f"{HALL}/")
    yield page
    browser.close()


def on_the_phone(phone, module, expression, cases):
    """What the expression in `rules` and `one` says to each case."""
    program = f"""async (cases) => {{
        const rules = await import("/js/{module}.js");
        return cases.map((one) => {expression});
    }}"""
    return phone.evaluate(program, cases)


def differences(cases, here, there):
    return [(case, one, other) for case, one, other in zip(cases, here, there, strict=True) if one != other][
        :3
    ]


def millis(moment):
    return None if moment is None else round(moment.timestamp() * 1000)


def near(chance, *, or_none=True):
    """A moment about noon, often the same as another one, sometimes none."""
    if or_none and chance.random() < 0.35:
        return None
    return NOON + chance.choice([-7200, -61, -60, -59, -5, -1, 0, 0, 0, 1, 59, 60, 61, 7200]) * SECOND


def some_doors(chance):
    return Doors(near(chance), near(chance))


def some_facts(chance):
    return Facts(
        kind=chance.choice([ScanKind.ENTRY] * 4 + [ScanKind.EXIT, ScanKind.ANNUL]),
        mode=chance.choice(list(ScanMode)),
        at=near(chance, or_none=False),
        is_known=chance.random() < 0.9,
        is_of_event=chance.random() < 0.95,
        acts_here=chance.random() < 0.9,
        is_expected_here=chance.random() < 0.7,
        has_reason=chance.random() < 0.5,
        doors=some_doors(chance) if chance.random() < 0.5 else Doors(None, None),
        hours=some_doors(chance) if chance.random() < 0.5 else Doors(None, None),
        cancelled_at=near(chance) if chance.random() < 0.3 else None,
        revoked_at=near(chance) if chance.random() < 0.4 else None,
        decision=chance.choice([None, *[outcome.value for outcome in Outcome], "unsent"]),
    )


def as_told(facts):
    return {
        "kind": facts.kind.value,
        "mode": facts.mode.value,
        "at": millis(facts.at),
        "isKnown": facts.is_known,
        "isOfEvent": facts.is_of_event,
        "actsHere": facts.acts_here,
        "isExpectedHere": facts.is_expected_here,
        "hasReason": facts.has_reason,
        "doors": {"opens": millis(facts.doors.opens), "closes": millis(facts.doors.closes)},
        "hours": {"opens": millis(facts.hours.opens), "closes": millis(facts.hours.closes)},
        "cancelledAt": millis(facts.cancelled_at),
        "revokedAt": millis(facts.revoked_at),
        "decision": facts.decision,
    }


def some_seen(chance, standing=None):
    standings = [Outcome.ADMITTED] * 4 + [Outcome.ADMITTED_REVOKED, Outcome.EXITED, Outcome.OTHER_SITE]
    return Seen(
        scan_id=f"{chance.randrange(16**6):06x}",
        effective_at=near(chance, or_none=False),
        site_id=chance.choice([1, 1, 2]),
        device_id=chance.choice([7, 7, 8, None]),
        standing=standing or chance.choice(standings),
        outcome=chance.choice([Outcome.ADMITTED, Outcome.ADMITTED, Outcome.REPEAT, Outcome.RESCAN]),
    )


def seen_as_told(seen):
    return {
        "scan_id": seen.scan_id,
        "at": millis(seen.effective_at),
        "site": seen.site_id,
        "device": seen.device_id,
        "standing": seen.standing.value,
        "outcome": seen.outcome.value,
    }


def test_a_scan_alone_is_worth_the_same(phone):
    chance = random.Random(1)
    cases = [some_facts(chance) for _number in range(CASES)]

    there = on_the_phone(phone, "scan-rules", "rules.standing(one)", [as_told(facts) for facts in cases])

    here = [rules.standing(facts).value for facts in cases]
    assert differences(cases, here, there) == []
    assert set(here) == {outcome.value for outcome in Outcome} - {"rescan", "repeat", "cross_site"}


def test_a_scan_beside_others_gets_the_same_answer(phone):
    chance = random.Random(2)
    cases = []
    for _number in range(CASES):
        facts = some_facts(chance)
        if chance.random() < 0.7:
            facts = replace(facts, kind=ScanKind.ENTRY, is_known=True, is_of_event=True, cancelled_at=None)
        scan = some_seen(chance, rules.standing(facts))
        cases.append((facts, scan, [some_seen(chance) for _other in range(chance.randrange(5))]))
    told = [
        [as_told(facts), seen_as_told(scan), [seen_as_told(one) for one in others]]
        for facts, scan, others in cases
    ]

    there = on_the_phone(phone, "scan-rules", "rules.decide(...one)", told)

    here = [rules.decide(facts, scan, others).outcome.value for facts, scan, others in cases]
    assert differences(cases, here, there) == []
    assert set(here) == {outcome.value for outcome in Outcome}


@dataclass(frozen=True)
class Sitting:
    id: int
    number: int
    starts_at: datetime | None
    ends_at: datetime | None
    doors_open_at: datetime | None
    doors_close_at: datetime | None
    cancelled_at: datetime | None


def some_sitting(chance, number):
    start = NOON + chance.randrange(-30, 30) * timedelta(minutes=10) if chance.random() < 0.85 else None
    end = start + chance.choice([60, 90]) * 60 * SECOND if start and chance.random() < 0.7 else None
    return Sitting(
        id=100 - number,
        number=number,
        starts_at=start,
        ends_at=end,
        doors_open_at=start - 1800 * SECOND if start and chance.random() < 0.3 else None,
        doors_close_at=start + 5400 * SECOND if start and chance.random() < 0.2 else None,
        cancelled_at=NOON if chance.random() < 0.2 else None,
    )


def test_a_moment_belongs_to_the_same_sitting(phone):
    chance = random.Random(3)
    cases = []
    for _number in range(CASES):
        sittings = [some_sitting(chance, number) for number in range(1, chance.randrange(1, 5))]
        of_site = {
            one.id: (one.starts_at - 2700 * SECOND, one.starts_at + 3600 * SECOND)
            for one in sittings
            if one.starts_at and chance.random() < 0.3
        }
        cases.append((sittings, NOON + chance.randrange(-400, 400) * timedelta(minutes=1), of_site))

    def told(sittings, at, of_site):
        rows = []
        for one in sittings:
            hours = sitting_rules.doors(one, of_site.get(one.id))
            moments = {
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
                "cancelled_at": one.cancelled_at,
                "opens_at": hours.opens,
                "closes_at": hours.closes,
            }
            row = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
            rows.append({"number": one.number, **row})
        return [rows, millis(at)]

    there = on_the_phone(
        phone, "scan-rules", "rules.sittingAt(...one)?.number ?? null", [told(*case) for case in cases]
    )

    found = [sitting_rules.sitting_at(*case) for case in cases]
    assert differences(cases, [one.number if one else None for one in found], there) == []


def test_a_code_is_read_alike_however_it_is_typed(phone):
    chance = random.Random(4)
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyzOoIiLlUu"
    strange = [
        " ",
        "-",
        "\t",
        "\u00a0",
        "\u3000",
        "０",
        "Ａ",
        "ß",
        "ı",
        "İ",
        "\ufeff",
        "\x00",
        "é",
        "\x1f",
        "–",
    ]
    cases = ["", "x" * 201, secrets.new_code().lower()]
    for _number in range(CASES):
        typed = [chance.choice(letters) for _letter in range(chance.choice([25, 26, 26, 26, 26, 27]))]
        for _place in range(chance.randrange(4)):
            typed.insert(chance.randrange(len(typed)), chance.choice(strange))
        cases.append("".join(typed))

    there = on_the_phone(phone, "scan-rules", "rules.normalCode(one)", cases)

    here = [secrets.normal_code(typed) for typed in cases]
    assert differences(cases, here, there) == []
    assert sum(code is not None for code in here) > CASES / 20


def test_names_are_searched_in_the_same_form(phone):
    cases = [
        "Nguyễn Thị Ánh", "ĐẶNG  Văn-Đức", "Ðặng (Đinh)", "H’Hen Niê", "Y Blôm", "Trần Thuỷ", "Lò Văn Ố.", "", "  ",
        "Ủy ban nhân dân xã Phú Hòa Đông",
    ]  # fmt: skip

    there = on_the_phone(phone, "scan-list", "rules.fold(one)", cases)

    assert differences(cases, [text.fold(one) for one in cases], there) == []


def test_a_clock_that_was_set_is_put_right_by_the_counter_as_the_server_does(phone):
    """What the clock says now, and what the counter makes of the last answer. A counter that is behind has slept."""
    chance = random.Random(6)
    cases = [
        {"clock": millis(NOON + chance.randint(-99, 99) * SECOND), "counter": millis(near(chance))}
        for _each in range(CASES)
    ]

    there = on_the_phone(phone, "scan-rules", "rules.trueTime(one.clock, one.counter)", cases)

    here = []
    for case in cases:
        clock, counter = case["clock"], case["counter"]
        ahead = counter is not None and rules.has_jumped(
            timedelta(milliseconds=clock), timedelta(milliseconds=counter)
        )
        here.append(counter if ahead and counter > clock else clock)
    assert differences(cases, here, there) == []
    assert {case["counter"] for case, said in zip(cases, there, strict=True) if said != case["clock"]} - {
        None
    }
