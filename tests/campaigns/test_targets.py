"""Figures of targets: who returns them, what is refused, what they add up to."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.campaigns import indicator_operations, target_operations, target_queries, target_unit_queries
from eventsvc.campaigns.indicator_operations import HasFigures
from eventsvc.campaigns.models import Comparator, TargetPeriod
from eventsvc.campaigns.target_operations import CountedTwice, NobodyMeant
from eventsvc.campaigns.target_periods import TargetStanding
from eventsvc.campaigns.target_queries import Figures
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NotOpenToEdit
from tests import factories
from tests.queries import counted

DISTRICTS = "UBND các huyện, thị xã, thành phố"


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(app):
    return factories.event()


@pytest.fixture
def at(monkeypatch):
    def set_day(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    return set_day


def target_for(event, by, **more):
    indicator = indicator_operations.add_indicator(event, {"text": "Phổ cập cáp quang"}, by=by)
    values = {
        "metric": "hộ gia đình có cáp quang",
        "comparator": Comparator.MINIMUM,
        "value": Decimal(70),
        "unit": "%",
    }
    return indicator_operations.add_target(indicator, values | more, by=by)


def reporter(target, name):
    return next(row for row in target_queries.reporters_of(target) if row.asked.name.endswith(name))


def state(target):
    return target_queries.states([target])[target.id]


def test_a_share_of_the_whole_is_parts_over_totals_by_district_and_over_all(event, by):
    target = target_for(event, by)
    assert target_operations.expect_figures(target, [DISTRICTS, "Sở Y tế"], by=by) == 14
    assert target_operations.expect_figures(target, ["Sở Y tế"], by=by) == 0
    big, small = reporter(target, "huyện Bình Sơn"), reporter(target, "huyện Lý Sơn")
    target_operations.hand_in(big, None, value=Decimal(600), total=Decimal(1000), by=by)
    target_operations.hand_in(small, None, value=Decimal(100), total=Decimal(100), by=by)

    units, rolled = target_unit_queries.by_unit(event, target, state(target).turn)

    assert rolled.whole.shown == Decimal("63.64")  # not 80, the mean of 60 % and 100 %
    assert [(unit.organization.name, unit.figure.shown, unit.is_reached) for unit in units[:2]] == [
        ("Huyện Lý Sơn", 100, True),
        ("Huyện Bình Sơn", 60, False),
    ]
    assert len(units) == 13 and units[2].figure is None
    assert state(target).is_reached is False
    assert target_queries.figures(event) == Figures(1, 0, 0, expected=14, handed_in=2, late=0)


def test_a_unit_is_not_counted_with_the_one_above_it(event, by):
    target = target_for(event, by)
    target_operations.expect_figures(target, ["UBND huyện Bình Sơn"], by=by)

    with pytest.raises(CountedTwice):
        target_operations.expect_figures(target, ["UBND các xã, phường, thị trấn"], by=by)
    with pytest.raises(NobodyMeant):
        target_operations.expect_figures(target, ["các đơn vị liên quan"], by=by)


def test_communes_add_up_to_their_districts(event, by):
    target = target_for(event, by, unit="hộ", value=Decimal(10))
    target_operations.expect_figures(target, ["UBND các xã, phường, thị trấn"], by=by)
    reporters = target_queries.reporters_of(target)
    sent = {}
    for number, row in enumerate(reporters[:40]):
        target_operations.hand_in(row, None, value=Decimal(number), by=row.asked)
        above = row.asked.organization.parent_code
        sent[above] = sent.get(above, 0) + number

    units, rolled = target_unit_queries.by_unit(event, target, state(target).turn)

    assert len(reporters) == 173
    assert {unit.organization.code: unit.figure.value for unit in units if unit.figure} == sent
    assert rolled.whole.value == sum(sent.values()) == state(target).newest.value


def test_without_districts_each_commune_stands_for_itself(app, by):
    event = factories.event(units_as_of=date(2025, 7, 2))
    target = target_for(event, by, unit="hộ")
    target_operations.expect_figures(target, ["UBND các xã, phường"], by=by)
    first, second = target_queries.reporters_of(target)[:2]
    target_operations.hand_in(first, None, value=Decimal(3), by=by)
    target_operations.hand_in(second, None, value=Decimal(4), by=by)

    units, rolled = target_unit_queries.by_unit(event, target, state(target).turn)

    assert [unit.figure.value for unit in units if unit.figure] == [4, 3]
    assert rolled.whole.value == 7 and len(units) > 90


@pytest.mark.parametrize(
    ("unit", "value", "total", "field"),
    [
        ("%", "5", None, "total"),
        ("%", "11", "10", "value"),
        ("%", "-1", "10", "value"),
        ("hộ", "-1", None, "value"),
    ],
)
def test_a_figure_that_makes_no_sense_is_refused(event, by, unit, value, total, field):
    target = target_for(event, by, unit=unit)
    target_operations.expect_figures(target, ["Sở Y tế"], by=by)

    with pytest.raises(Invalid) as refusal:
        target_operations.hand_in(
            reporter(target, "Sở Y tế"),
            None,
            value=Decimal(value),
            total=Decimal(total) if total else None,
            by=by,
        )
    assert refusal.value.field == field


def test_a_figure_comes_for_each_period_and_the_newest_counts(event, by, at):
    at(date(2026, 9, 10))
    target = target_for(
        event,
        by,
        unit="hộ",
        period=TargetPeriod.MONTHLY,
        starts_on=date(2026, 8, 10),
        due_on=date(2026, 12, 31),
    )
    target_operations.expect_figures(target, ["Sở Y tế", "Sở Tài chính"], by=by)
    health, finance = reporter(target, "Sở Y tế"), reporter(target, "Sở Tài chính")
    target_operations.hand_in(health, date(2026, 8, 1), value=Decimal(50), by=by)
    target_operations.hand_in(finance, date(2026, 9, 1), value=Decimal(20), by=by)

    now = state(target)

    assert [(level.figure.value, level.returned) for level in now.trend] == [(50, 1), (70, 1)]
    assert (now.is_reached, now.expected, now.handed_in, now.late) == (True, 2, 1, 0)
    with pytest.raises(Invalid):
        target_operations.hand_in(health, date(2026, 10, 1), value=Decimal(60), by=by)
    at(date(2026, 10, 1))
    september = now.trend[-1].turn
    lines = target_queries.lines(target, september, today=clock.today())
    assert {line.reporter.id: line.standing for line in lines} == {
        health.id: TargetStanding.LATE,
        finance.id: TargetStanding.HANDED_IN,
    }


def test_what_was_approved_is_not_changed_until_it_is_sent_back(event, by):
    target = target_for(event, by, unit="hộ")
    target_operations.expect_figures(target, ["Sở Y tế"], by=by)
    health = reporter(target, "Sở Y tế")
    row = target_operations.hand_in(health, None, value=Decimal(5), by=health.asked)
    returns.approve(row, event, by=by)

    with pytest.raises(NotOpenToEdit):
        target_operations.hand_in(health, None, value=Decimal(6), by=health.asked)
    returns.send_back(row, event, remark="Rà soát số liệu", by=by)
    assert state(target).newest is None
    target_operations.hand_in(health, None, value=Decimal(6), by=health.asked)

    assert state(target).newest.value == 6
    with pytest.raises(HasFigures):
        indicator_operations.remove_target(target, by=by)


def test_of_two_who_enter_a_first_figure_the_second_is_told(event, by):
    target = target_for(event, by, unit="hộ")
    target_operations.expect_figures(target, ["Sở Y tế"], by=by)
    health = reporter(target, "Sở Y tế")
    target_operations.hand_in(health, None, value=Decimal(5), version=0, by=health.asked)

    with pytest.raises(StaleEdit):
        target_operations.hand_in(health, None, value=Decimal(6), version=0, by=by)


def test_those_missing_are_reminded_once_a_day(event, by):
    target = target_for(event, by, unit="hộ", due_on=clock.today() - timedelta(days=1))
    target_operations.expect_figures(target, ["Sở Y tế", "Sở Tài chính", "Sở Nội vụ"], by=by)
    with atomic():
        for row in target_queries.reporters_of(target)[1:]:
            row.asked.email = f"vanphong{row.id}@quangngai.example.vn"
    done = target_queries.reporters_of(target)[1]
    target_operations.hand_in(done, None, value=Decimal(5), by=by)

    first, second = target_operations.remind(target, by=by), target_operations.remind(target, by=by)

    assert (first.messages, second.messages, len(first.without_address)) == (1, 0, 1)
    letter = db.session.scalars(sa.select(Delivery).where(Delivery.kind == "target_reminder")).one()
    assert "hộ gia đình có cáp quang" in letter.text_body and "Quá hạn" in letter.subject


def test_nobody_is_reminded_of_a_figure_under_a_dead_link(event, by):
    target = target_for(event, by, unit="hộ", due_on=clock.today() - timedelta(days=1))
    target_operations.expect_figures(target, ["Sở Y tế"], by=by)
    with atomic():
        reporter(target, "Sở Y tế").asked.email = "vanphong@quangngai.example.vn"
        event.data_kept_until = clock.today() - timedelta(days=1)
    assert target_operations.remind(target, by=by).messages == 0

    with atomic():
        event.data_kept_until = clock.today()
    assert target_operations.remind(target, by=by).messages == 1


def test_an_agency_enters_its_figure_on_its_own_page_and_no_other(event, by, client):
    target = target_for(event, by)
    target_operations.expect_figures(target, ["Sở Y tế", "Sở Tài chính"], by=by)
    health, finance = reporter(target, "Sở Y tế"), reporter(target, "Sở Tài chính")
    own = f"/o/{secrets.unseal(health.asked.token_sealed)}/targets"
    page = client.get(own)
    assert "Tối thiểu 70 % hộ gia đình có cáp quang" in page.text

    form = client.get(f"{own}/{health.id}").form(f"/targets/{health.id}")
    for value, total, words in (
        ("nhiều", "10", "không phải"),
        ("-5", "10", "nhỏ hơn 0"),
        ("11", "10", "lớn hơn"),
    ):
        refused = client.submit(form, {"value": value, "total": total}, status=422)
        assert words in refused.text and f'value="{value}"' in refused.response.text
    page = client.submit(form, {"value": "705", "total": "1.000"})

    assert "70,5 %" in page.text and "(705/1.000)" in page.text
    client.get(f"{own}/{finance.id}", status=404)
    client.get(f"{own}/{health.id}?period=2026-01-01", status=404)


def test_the_page_of_a_target_costs_the_same_for_one_and_for_many(event, by, client):
    client.sign_in(factories.organizer())
    target = target_for(event, by)
    address = f"/events/{event.slug}/targets/{target.id}"
    target_operations.expect_figures(target, ["UBND huyện Bình Sơn"], by=by)
    with counted() as few:
        client.get(address)
    target_operations.expect_figures(target, [DISTRICTS], by=by)
    with counted() as many:
        page = client.get(address)

    assert few.number == many.number
    assert "unit-map" in page.response.text and "UBND huyện Lý Sơn" in page.text
