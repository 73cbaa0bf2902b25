"""The indicators of a plan: its order, its words, and the plan given back with what was changed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.movements import indicator_operations, target_chart, target_queries
from eventsvc.movements.models import Comparator, Target, TargetPeriod
from eventsvc.movements.target_figures import Figure, reached, roll_up
from eventsvc.movements.target_periods import turns
from tests import factories
from tests.plans import plan
from tests.plans.test_loading import dumped, load
from tests.queries import counted

# --- What figures come to (no database) ---------------------------------------------------------------------


counts = st.integers(0, 10**6).map(Decimal)
shares = st.tuples(counts, counts).map(lambda two: Figure(min(two), max(two)))
units = st.sampled_from(["Bình Sơn", "Lý Sơn", "Sơn Hà", None])


@given(st.lists(st.tuples(units, counts.map(Figure)), max_size=40))
def test_counts_add_up_to_the_sum_of_the_leaves(leaves):
    rolled = roll_up(leaves)

    for unit in {unit for unit, _figure in leaves}:
        assert rolled.parts[unit].value == sum(each.value for key, each in leaves if key == unit)
    assert (rolled.whole.value if rolled.whole else 0) == sum(each.value for _unit, each in leaves)


@given(st.lists(st.tuples(units, shares), min_size=1, max_size=40))
def test_a_share_is_the_sum_of_the_parts_over_the_sum_of_the_totals(leaves):
    rolled = roll_up(leaves)
    part = sum(each.value for _unit, each in leaves)
    total = sum(each.total for _unit, each in leaves)

    assert (rolled.whole.value, rolled.whole.total, rolled.whole.number) == (part, total, len(leaves))
    assert sum(each.total for each in rolled.parts.values()) == total
    if total:
        assert abs(rolled.whole.shown - part * 100 / total) <= Decimal("0.005")
    else:
        assert rolled.whole.shown is None


@pytest.mark.parametrize(
    ("comparator", "below", "same", "above"),
    [
        (Comparator.MINIMUM, False, True, True),
        (Comparator.MORE_THAN, False, False, True),
        (Comparator.EXACTLY, False, True, False),
    ],
)
def test_each_comparison_means_its_words(comparator, below, same, above):
    goal = Decimal("30")

    found = [reached(comparator, goal, Figure(Decimal(value))) for value in ("29.99", "30", "30.01")]

    assert found == [below, same, above]
    assert reached(comparator, goal, None) is None
    assert reached(comparator, goal, Figure(Decimal(0), Decimal(0))) is None


def test_a_share_is_compared_before_it_is_rounded():
    nearly = Figure(Decimal(299999), Decimal(1000000))

    assert nearly.shown == Decimal("30.00")
    assert reached(Comparator.MINIMUM, Decimal(30), nearly) is False


@given(
    st.sampled_from([TargetPeriod.WEEKLY, TargetPeriod.MONTHLY, TargetPeriod.QUARTERLY]),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.integers(0, 500),
    st.integers(0, 600),
)
def test_periods_lie_end_to_end_and_stop_with_the_last_day(period, first, length, later):
    last, today = first + timedelta(days=length), first + timedelta(days=later)

    found = turns(Target(period=period, starts_on=first, due_on=last), today)

    assert found[0].starts_on == first and found[-1].starts_on <= min(today, last)
    assert all(one.due_on <= last for one in found)
    for one, after in zip(found, found[1:], strict=False):
        assert after.starts_on == one.due_on + timedelta(days=1)
    assert found[-1].due_on >= min(today, last)


def test_no_period_has_begun_before_the_first_day():
    once = Target(period=None, starts_on=date(2026, 5, 1))

    assert turns(once, date(2026, 4, 30)) == []
    assert len(turns(once, date(2026, 5, 1))) == 1


def test_a_trend_is_drawn_within_its_frame():
    values = [("6", Decimal(0)), ("7", None), ("8", Decimal(140))]
    chart = target_chart.draw(values, Decimal(70), Decimal(20))

    assert [point.words for point in chart.points] == ["6", "8"]
    assert all(0 <= point.x <= chart.width and 0 <= point.y <= chart.height for point in chart.points)
    assert chart.points[1].y < chart.goal.y < chart.baseline.y < chart.points[0].y
    assert target_chart.draw([("6", None)], Decimal(70)) is None


# --- The indicators of plan 002 -----------------------------------------------------------------------------


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(app):
    return load(plan("002"))


def test_the_seven_indicators_stand_in_the_order_of_the_plan(event, client):
    client.sign_in(factories.organizer())
    page = client.get(f"/events/{event.slug}/indicators")
    words = [
        "Tối thiểu 70 % hộ gia đình có cáp quang",
        "Đúng 100 % thôn/bản phủ sóng băng rộng di động",
        "Trên 30 % người dân sử dụng ứng dụng định danh số",
        "Nghiên cứu tham mưu Chỉ thị",
        "Hỗ trợ doanh nghiệp nhỏ và vừa",
        "Đề án Phát triển đô thị thông minh",
        "Đẩy mạnh phát triển và đề xuất sử dụng các nền tảng số",
        "Tổng kết, đánh giá kết quả Triển khai thử nghiệm",
    ]
    places = [page.text.index(each) for each in words]

    assert places == sorted(places)
    assert len(page.html.xpath("//li[@class='indicator']")) == 7


def test_what_is_changed_on_the_pages_is_in_the_plan_given_back(event, client):
    client.sign_in(factories.organizer())
    before = dumped(event)
    first, second, *_rest = target_queries.indicators_of(event)
    target = first.targets[0]
    pages = f"/events/{event.slug}"

    form = client.get(f"{pages}/indicators/{second.id}").form(f"/{second.id}")
    client.submit(form, {"responsible": "Giám đốc Công an tỉnh"})
    form = client.get(f"{pages}/targets/{target.id}/edit").form("/edit")
    client.submit(form, {"value": "72,5", "baseline": "60.5", "checked_by": "Sở Thông tin và Truyền thông"})

    item = next(row for row in before["plan_items"] if row["id"] == "II.11")
    item["indicators"][1]["responsible"] = "Giám đốc Công an tỉnh"
    item["indicators"][0]["targets"][0] |= {
        "value": 72.5,
        "baseline": 60.5,
        "checked_by": "Sở Thông tin và Truyền thông",
    }
    assert dumped(event) == before
    assert "72,5" in client.get(f"{pages}/targets/{target.id}").text


def test_an_indicator_is_added_under_its_item_and_removed(event, client):
    client.sign_in(factories.organizer())
    pages = f"/events/{event.slug}/indicators"

    page = client.submit(client.get(f"{pages}/new").form("/new"), {"text": "Có 50 dịch vụ công trực tuyến."})
    added = target_queries.indicators_of(event)[-1]
    item = next(row for row in dumped(event)["plan_items"] if row["id"] == "II.11")

    assert "Có 50 dịch vụ công trực tuyến." in page.text
    assert item["indicators"][-1]["text"] == added.text and added.number == 8
    client.submit(client.get(f"{pages}/{added.id}").form("/remove"))
    assert len(target_queries.indicators_of(event)) == 7


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "bảy mươi"}, "Đây không phải là số"),
        ({"value": "-5"}, "nhỏ hơn 0"),
        ({"value": "100,01"}, "lớn hơn 100"),
        ({"value": "70,125"}, "Đây không phải là số"),
        ({"value": ""}, "mục tiêu"),
        ({"period": "weekly", "starts_on": ""}, "từ ngày nào"),
        ({"starts_on": "2026-06-01", "due_on": "2026-05-31"}, "Ngày kết thúc"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_and_what_was_typed_is_kept(event, client, typed, said):
    client.sign_in(factories.organizer())
    target = target_queries.indicators_of(event)[0].targets[0]

    form = client.get(f"/events/{event.slug}/targets/{target.id}/edit").form("/edit")
    page = client.submit(form, typed, status=422)

    assert said in " ".join(page.errors)
    kept = page.html.xpath("//input[@name='value']/@value")
    assert kept == [typed["value"]] if typed.get("value") else True
    db.session.expire_all()
    assert target.value == 70 and target.due_on is None


def test_figures_are_read_both_ways_and_printed_the_vietnamese_way(event, client):
    client.sign_in(factories.organizer())
    target = target_queries.indicators_of(event)[0].targets[0]
    address = f"/events/{event.slug}/targets/{target.id}"
    for typed, unit, stored, shown in (
        ("70,5", "%", "70.5", "70,5 %"),
        ("70.5", "%", "70.5", "70,5 %"),
        ("1.234", "hộ", "1234", "1.234 hộ"),
        ("1.234.567,8", "hộ", "1234567.8", "1.234.567,8 hộ"),
    ):
        form = client.get(f"{address}/edit").form("/edit")
        page = client.submit(form, {"value": typed, "unit": unit})
        db.session.expire_all()
        assert target.value == Decimal(stored)
        assert shown in page.text


def test_of_two_who_edit_the_targets_of_an_indicator_the_second_is_told(event, by):
    indicator = target_queries.indicators_of(event)[0]
    first, second = indicator.targets
    seen = indicator.version
    values = {name: getattr(first, name) for name in indicator_operations.TARGET}
    indicator_operations.edit_target(first, values | {"value": Decimal(75)}, version=seen, by=by)

    with pytest.raises(StaleEdit):
        indicator_operations.edit_target(first, values | {"value": Decimal(80)}, version=seen, by=by)
    with pytest.raises(StaleEdit):
        indicator_operations.edit_indicator(indicator, {"responsible": "Ông Bảy"}, version=seen, by=by)
    assert (first.value, second.value) == (75, 100)


def test_a_result_of_a_day_that_has_not_come_is_refused(event, by):
    indicator = target_queries.indicators_of(event)[3]

    with pytest.raises(Invalid):
        indicator_operations.edit_indicator(indicator, {"done_on": clock.today() + timedelta(days=1)}, by=by)


def test_the_list_costs_the_same_for_one_and_for_many(app, by, client):
    client.sign_in(factories.organizer())
    event = factories.event()
    address = f"/events/{event.slug}/indicators"
    values = {"comparator": Comparator.MINIMUM, "value": Decimal(7), "unit": "người"}

    def add(number):
        for _each in range(number):
            indicator = indicator_operations.add_indicator(event, {"text": "Phổ cập"}, by=by)
            indicator_operations.add_target(indicator, values, by=by)

    add(1)
    with counted() as few:
        client.get(address)
    add(20)
    with counted() as many:
        client.get(address)

    assert few.number == many.number


def test_the_overview_of_a_plan_of_work_tells_how_it_goes(event, by, client):
    client.sign_in(factories.organizer())
    address = f"/events/{event.slug}"
    page = client.get(address)
    figures = {link: words for words, link in _figures(page)}

    assert figures[f"{address}/tasks?state=done"] == "2/17 nhiệm vụ đã hoàn thành"
    assert figures[f"{address}/tasks?pressure=past"].endswith("quá hạn")
    assert figures[f"{address}/indicators"] == "0/3 mức đã đạt"
    for link in figures:
        client.get(link)


def _figures(page):
    return [
        (" ".join(node.text_content().split()), node.get("href"))
        for node in page.html.xpath("//a[contains(@class, 'stat')]")
    ]
