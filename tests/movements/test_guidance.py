"""Residents guided: what communes return, districts pass on and the province sums up."""

from datetime import date, timedelta

import pytest

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.movements import guidance_operations as operations
from eventsvc.movements import guidance_queries as queries
from eventsvc.movements import operations as movements
from eventsvc.movements.guidance_operations import Entered, OutsideTheDays
from eventsvc.organizations.models import Level
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NothingHandedIn, NotOpenToEdit
from eventsvc.tasks.returns import ReturnState
from tests import factories
from tests.queries import counted

TWO_TIERS = date(2025, 7, 15)


@pytest.fixture
def by(app):
    return factories.user()


def start_movement(event, by, *, start=None, due=None, skills=("Dịch vụ công", "Thanh toán")):
    start = start or clock.today() - timedelta(days=2)
    return movements.save_movement(
        event,
        {"name": "07 ngày - 07 người dân", "start_date": start, "duration_days": 7,
         "report_due": due or clock.today() + timedelta(days=5)},
        {"actor": "mỗi thành viên", "value": 7, "unit": "người dân", "comparator": "minimum"},
        skills,
        by=by,
    )  # fmt: skip


@pytest.fixture
def event(app):
    return factories.event()


@pytest.fixture
def movement(event, by):
    return start_movement(event, by)


def rows(movement):
    return {line.name: queries.return_of(movement.event, line.id) for line in queries.lines_of(movement)}


def entered(movement, residents=14, *, members=2, reached=2, day=None):
    key = (day or movement.start_date, movement.skills[0].id)
    return Entered({key: residents}, members=members, reached=reached)


def test_every_commune_of_2023_returns_through_its_district_and_twice_changes_nothing(event, movement, by):
    first = operations.expect_returns(event, by=by)
    second = operations.expect_returns(event, by=by)
    lines = queries.lines_of(movement)
    districts = queries.districts_of(movement, lines, clock.today())

    assert (first, second) == (173, 0)
    assert {line.level for line in lines} == {Level.COMMUNE}
    assert all(line.above for line in lines)
    assert len(districts) == 13
    assert [district.name for district in districts if not district.sums.expected] == ["UBND huyện Lý Sơn"]
    assert sum(district.sums.expected for district in districts) == 173


def test_districts_return_for_their_own_teams_when_asked_to(event, movement, by):
    assert operations.expect_returns(event, with_districts=True, by=by) == 186

    sums = {
        one.name: one.sums
        for one in queries.districts_of(movement, queries.lines_of(movement), clock.today())
    }
    assert sums["UBND huyện Lý Sơn"].expected == 1


def test_in_two_tiers_communes_return_to_the_province(by):
    event = factories.event(units_as_of=TWO_TIERS)
    movement = start_movement(event, by)
    assert operations.expect_returns(event, by=by) == 96
    lines = queries.lines_of(movement)
    row = queries.return_of(event, lines[0].id)

    operations.hand_in(row, entered(movement), by=row.asked)

    assert not queries.districts_of(movement, lines, clock.today())
    assert {line.above for line in lines} == {None}
    assert operations.approve_all(movement, by=by) == 1
    assert queries.figures(event).residents == 14


def test_the_page_of_two_tiers_shows_every_commune_on_the_map(by, client):
    event = factories.event(units_as_of=TWO_TIERS)
    operations.expect_returns(start_movement(event, by).event, by=by)
    client.sign_in(factories.organizer())

    page = client.get(f"/events/{event.slug}/guidance")

    assert len(page.html.xpath("//svg[contains(@class, 'rate-map')]//text[@class='r__rate']")) == 96
    assert "Bản đồ theo xã, phường, đặc khu" in page.text


def test_a_skill_in_which_residents_were_guided_is_not_removed(event, movement, by):
    operations.expect_returns(event, by=by)
    row = next(iter(rows(movement).values()))
    key = (movement.start_date, movement.skills[1].id)
    operations.save_figures(row, Entered({key: 4}), by=row.asked)

    with pytest.raises(Invalid):
        movements.save_movement(event, {}, {}, ["Dịch vụ công"], by=by)
    assert queries.figures(event).expected == 173 and len(row.counts) == 1


def test_a_return_goes_from_the_commune_through_the_district_to_the_province(event, movement, by):
    operations.expect_returns(event, by=by)
    row = next(iter(rows(movement).values()))
    district = row.above

    operations.save_figures(row, entered(movement, 3, members=None, reached=None), by=row.asked)
    assert row.state is ReturnState.MISSING
    with pytest.raises(NothingHandedIn):
        operations.forward(row, by=district)
    operations.hand_in(row, entered(movement), by_name="Bà Tám", by=row.asked)
    operations.send_back_below(row, remark="Kiểm tra lại", by=district)
    assert row.state is ReturnState.RETURNED
    operations.hand_in(row, entered(movement, 21, members=3, reached=2), by=row.asked)
    assert operations.forward_all(district) == 1
    with pytest.raises(NotOpenToEdit):
        operations.save_figures(row, entered(movement, 99), by=row.asked)
    with pytest.raises(NothingHandedIn):
        operations.send_back_below(row, remark="Muộn rồi", by=district)
    assert operations.approve_all(movement, above=district.id, by=by) == 1

    assert queries.figures(event) == queries.Figures(173, 1, 0, 1, 3, 21, 100.0, 2, 66.7)
    returns.send_back(row, event, remark="Bổ sung", by=by)
    operations.hand_in(row, entered(movement, 7), by=by)
    assert row.on_behalf_by_id == by.id


def test_what_makes_no_sense_is_refused_in_a_sentence(event, movement, by):
    operations.expect_returns(event, by=by)
    row = next(iter(rows(movement).values()))

    with pytest.raises(OutsideTheDays, match="không phải ngày"):
        operations.hand_in(row, entered(movement, day=movement.start_date + timedelta(days=7)), by=row.asked)
    with pytest.raises(Invalid) as refusal:
        operations.hand_in(row, entered(movement, members=2, reached=3), by=row.asked)
    assert refusal.value.field == "reached"
    with pytest.raises(Invalid):
        operations.hand_in(row, entered(movement, -1), by=row.asked)
    with pytest.raises(Invalid) as refusal:
        operations.hand_in(row, Entered({}), by=row.asked)
    assert refusal.value.field == "members"
    assert row.state is ReturnState.MISSING and not row.counts


def test_of_two_who_enter_at_once_the_second_is_told(event, movement, by):
    operations.expect_returns(event, by=by)
    row = next(iter(rows(movement).values()))
    seen = row.version
    operations.save_figures(row, entered(movement, 5), version=seen, by=row.asked)

    with pytest.raises(StaleEdit):
        operations.save_figures(row, entered(movement, 6), version=seen, by=row.asked)


def test_the_last_day_is_in_time_and_the_day_after_is_late(event, by):
    movement = start_movement(event, by, start=clock.today() - timedelta(days=9), due=clock.today())
    operations.expect_returns(event, by=by)
    first, second, *_others = rows(movement).values()
    operations.hand_in(first, entered(movement), by=first.asked)
    assert queries.figures(event).late == 0

    movements.save_movement(
        event, {"report_due": clock.today() - timedelta(days=1)}, {}, ["Dịch vụ công", "Thanh toán"], by=by
    )
    operations.hand_in(second, entered(movement), by=second.asked)

    assert queries.figures(event)[:3] == (173, 2, 173)


def test_a_commune_merged_away_keeps_what_it_returned_and_is_counted_once(event, movement, by):
    operations.expect_returns(event, by=by)
    gone, empty, successor, *_others = rows(movement).values()
    operations.save_figures(gone, entered(movement, 10), by=gone.asked)

    assert operations.close_return(gone, reason="Đã sáp nhập", by=by) is True
    assert operations.close_return(empty, reason="Đã sáp nhập", by=by) is False
    operations.hand_in(successor, entered(movement, 20), by=successor.asked)

    figures = queries.figures(event)
    assert (figures.expected, figures.handed_in, figures.residents) == (172, 2, 30)
    assert gone.remark == "Đã sáp nhập"
    with pytest.raises(NotOpenToEdit):
        operations.save_figures(gone, entered(movement, 11), by=gone.asked)


def link(asked):
    return f"/o/{secrets.unseal(asked.token_sealed)}/guidance"


def test_a_commune_enters_today_in_three_taps_and_text_is_refused_beside_its_field(
    event, movement, by, client
):
    operations.expect_returns(event, by=by)
    row = next(iter(rows(movement).values()))
    name = f"c-{clock.today():%Y%m%d}-{movement.skills[0].id}"

    page = client.submit(client.get(link(row.asked)).form("/figures"), {name: "12"})
    assert "12" in page.text
    db.session.expire_all()
    assert [count.residents for count in row.counts] == [12]

    form = client.get(link(row.asked)).form("/figures")
    refused = client.submit(form, {name: "mười hai"}, status=422)
    assert refused.form("/figures").fields[name] == "mười hai"
    assert f"{clock.today():%d/%m/%Y}, Dịch vụ công" in refused.text
    fields = dict(form.form_values()) | {"members": "2", "reached": "1", "hand_in": "1"}
    page = client.post(f"{link(row.asked)}/figures", fields)
    assert "Đã nộp" in page.text


def test_a_district_sees_its_own_communes_and_passes_them_on(event, movement, by, client):
    operations.expect_returns(event, by=by)
    row, *others = rows(movement).values()
    stranger = next(one for one in others if one.above_id != row.above_id)
    operations.hand_in(row, entered(movement), by=row.asked)
    address = link(row.above)

    page = client.get(address)
    assert row.asked.name in page.text and stranger.asked.name not in page.text
    client.get(f"{address}/{stranger.id}", status=404)
    page = client.submit(client.get(f"{address}/{row.id}").form("/return"), {"remark": "Thiếu ngày cuối"})
    db.session.expire_all()
    assert row.state is ReturnState.RETURNED
    assert "Thiếu ngày cuối" in client.get(link(row.asked)).text


def test_the_page_of_the_province_costs_the_same_for_one_return_and_for_173(event, movement, by, client):
    client.sign_in(factories.organizer())
    operations.expect_returns(event, by=by)
    address = f"/events/{event.slug}/guidance"
    with counted() as few:
        client.get(address)
    for row in list(rows(movement).values())[:12]:
        operations.hand_in(row, entered(movement), by=row.asked)
    with counted() as many:
        page = client.get(address)

    assert few.number == many.number
    assert "Lý Sơn" in page.text
    assert len(page.html.xpath("//svg[contains(@class, 'rate-map')]//text[@class='r__rate']")) == 13
    shown = client.get(f"{address}?wanted=handed_in&q=tra").text
    assert "UBND" in shown
    client.get(f"{address}/export.xlsx")
