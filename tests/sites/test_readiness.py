"""The rules of readiness: edited, copied, counted; when each falls due."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc import clock
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.sites import (
    operations,
    queries,
    readiness,
    readiness_operations,
    readiness_queries,
    reporter,
    step_operations,
)
from eventsvc.sites.models import Milestone, Site, SiteLevel
from eventsvc.sites.readiness import AT_SITES, due_at
from eventsvc.sites.readiness_models import Gate, ReadinessRule
from tests import factories
from tests.queries import counted

FEW = settings(max_examples=60, deadline=None)
START = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam
BASE = {"level": None, "days_before": None, "at_minutes": None, "minutes_before": None, "remind_hours": None}
ON_DAYS = st.tuples(st.integers(0, 60), st.integers(0, 24 * 60 - 1)).map(
    lambda pair: {"days_before": pair[0], "at_minutes": pair[1]}
)
IN_MINUTES = st.integers(-240, 1440).map(lambda minutes: {"minutes_before": minutes})
RULES = st.builds(
    lambda moment, gate, level, hours: BASE | moment | {"gate": gate, "level": level, "remind_hours": hours},
    st.one_of(ON_DAYS, IN_MINUTES),
    st.sampled_from(Gate),
    st.sampled_from([None, *SiteLevel]),
    st.one_of(st.none(), st.integers(1, 168)),
)
STARTS = st.datetimes(datetime(2022, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=START)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@FEW
@given(RULES, STARTS)
def test_a_rule_moves_with_its_event_and_means_a_time_in_vietnam(columns, starts_at):
    rule = ReadinessRule(**columns)
    at = due_at(rule, starts_at)

    assert due_at(rule, starts_at + timedelta(days=3)) == at + timedelta(days=3)
    if columns["days_before"] is None:
        assert starts_at - at == timedelta(minutes=columns["minutes_before"])
    else:
        local = clock.local(at)
        assert local.date() == clock.local(starts_at).date() - timedelta(days=columns["days_before"])
        assert local.time() == time(*divmod(columns["at_minutes"], 60))


@FEW
@given(st.lists(RULES, max_size=8), STARTS, st.integers(-5000, 5000))
def test_nothing_is_reminded_of_outside_its_hours_or_for_services(many, starts_at, minutes):
    now = starts_at + timedelta(minutes=minutes)
    dues = readiness.dues([ReadinessRule(number=n, **columns) for n, columns in enumerate(many)], starts_at)

    for due, is_late in readiness.reminders(dues, now):
        assert due.rule.gate in AT_SITES and due.rule.remind_hours is not None
        if is_late:
            assert due.rule.days_before is not None
            assert timedelta(0) <= now - due.at < timedelta(hours=24)
        else:
            assert timedelta(0) < due.at - now <= timedelta(hours=due.rule.remind_hours)


@FEW
@given(
    st.lists(RULES, max_size=6),
    st.sampled_from(SiteLevel),
    st.sets(st.sampled_from([*AT_SITES.values(), "closed_at"])),
    st.integers(-3000, 3000),
    st.integers(0, 72),
)
def test_what_falls_due_is_what_will_be_missed_and_is_not_yet(many, level, reached, minutes, hours):
    site = SimpleNamespace(level=level, closed_at=None, **{name: None for name in AT_SITES.values()})
    for name in reached:
        setattr(site, name, START)
    rules = [ReadinessRule(id=n, number=n, **columns) for n, columns in enumerate(many, start=1)]
    dues, now = readiness.dues(rules, START), START + timedelta(minutes=minutes)

    late, soon = readiness.missed(site, dues, now), readiness.falling_due(site, dues, now, hours)

    assert not set(late) & set(soon)
    assert set(late) | set(soon) == set(readiness.missed(site, dues, now + timedelta(hours=hours)))


def test_the_database_counts_as_the_rules_say_for_any_rules(event):
    operations.add_main_site(event, name="Trung tâm hội nghị", by=None)
    sites = list(db.session.scalars(queries.sites_of(event)))
    for number, site in enumerate(sites):
        for milestone in list(Milestone)[: number % 8]:
            step_operations.reach(site, milestone, reporter.of_site(site))

    @settings(max_examples=30, deadline=None)
    @given(st.lists(RULES, min_size=1, max_size=6), st.integers(-3000, 3000))
    def same(many, minutes):
        rules = [ReadinessRule(id=n, number=n, **columns) for n, columns in enumerate(many, start=1)]
        dues, now = readiness.dues(rules, START), START + timedelta(minutes=minutes)
        counted_there = dict(
            db.session.execute(
                db.select(Site.id, readiness_queries.missed_number(dues, now)).where(
                    Site.event_id == event.id
                )
            ).all()
        )
        figures = readiness_queries.figures(event, rules)

        assert counted_there == {site.id: len(readiness.missed(site, dues, now)) for site in sites}
        for due in dues:
            if due.rule.gate in AT_SITES:
                asked = [site for site in sites if due.concerns(site.level)]
                passed = [site for site in asked if due.is_passed_by(site)]
                still = [site for site in asked if site not in passed and site.closed_at is None]
                found = figures[due.rule.id]
                assert (found.concerned, found.passed, found.open) == (len(asked), len(passed), len(still))

    same()


def test_two_people_change_a_rule_and_the_second_is_told(event):
    rule = readiness_queries.rules_of(event)[1]
    columns = {name: getattr(rule, name) for name in readiness_operations.COLUMNS}
    readiness_operations.edit_rule(rule, columns | {"days_before": 4}, version=rule.version, by=None)

    with pytest.raises(StaleEdit):
        readiness_operations.edit_rule(rule, columns | {"days_before": 2}, version=1, by=None)

    assert rule.days_before == 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"days_before": 61}, "days_before"),
        ({"days_before": -1}, "days_before"),
        ({"remind_hours": 0}, "remind_hours"),
        ({"remind_hours": 169}, "remind_hours"),
        ({"days_before": None, "at_minutes": None, "minutes_before": 1441}, "minutes_before"),
        ({"days_before": None, "at_minutes": None, "minutes_before": -241}, "minutes_before"),
        ({"minutes_before": 5}, "kind"),
        ({"at_minutes": None}, "kind"),
        ({"level": None}, "gate"),
    ],
)
def test_a_rule_that_makes_no_sense_or_is_there_already_is_refused(event, changes, field):
    columns = BASE | {"gate": Gate.TESTED, "level": SiteLevel.DISTRICT, "days_before": 2, "at_minutes": 900}

    with pytest.raises(DomainError) as refusal:
        readiness_operations.add_rule(event, columns | changes, by=None)

    assert refusal.value.field == field
    assert len(readiness_queries.rules_of(event)) == len(readiness.USUAL_RULES)


def test_the_rules_of_another_event_take_the_place_of_these(event):
    other = factories.event(title="Lễ phát động năm trước")
    readiness_operations.add_rule(
        other, BASE | {"gate": Gate.READY, "minutes_before": 45, "remind_hours": 3}, by=None
    )
    empty = factories.event(title="Hội nghị chưa có mốc")

    with pytest.raises(DomainError):
        readiness_operations.copy_rules(event, empty, by=None)
    assert readiness_operations.copy_rules(event, other, by=None) == 1
    assert readiness_operations.copy_rules(event, other, by=None) == 1
    (rule,) = readiness_queries.rules_of(event)
    assert (rule.gate, rule.minutes_before, rule.remind_hours) == (Gate.READY, 45, 3)
    assert readiness_operations.use_usual_rules(empty, by=None) == len(readiness.USUAL_RULES)
    assert readiness_operations.use_usual_rules(empty, by=None) == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_shows_the_rules_in_words_and_figures(signed_in, event, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2023, 7, 12, 2, 0, tzinfo=UTC))
    sites = list(db.session.scalars(queries.sites_of(event)))
    step_operations.reach(sites[0], Milestone.TESTED, reporter.of_site(sites[0]))

    page = signed_in.get(f"/events/{event.slug}/readiness")

    row = page.rows()[1]
    assert row[1:5] == ["mọi điểm cầu", "trước 3 ngày, 17:00", "Thứ Ba, 11/7/2023, 17:00", "1/13"]
    assert row[5].startswith("12 quá hạn") and row[6] == "trước 24 giờ"
    assert any("readiness/calls?rule=" in link for link in page.links())
    assert page.rows()[3][5].startswith("13 chưa hoàn thành")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_rule_is_typed_in_words_refused_in_words_and_removed(signed_in, event):
    home = f"/events/{event.slug}/readiness"
    form = signed_in.get(f"{home}/rules/new").form()
    page = signed_in.submit(form, {"gate": "ready", "level": "district", "days_before": "61"}, status=422)
    assert page.errors == ["Hãy nhập số nguyên từ 0 đến 60.", "Hãy nhập giờ trong ngày."]
    values = {"kind": "minutes", "days_before": "", "minutes_before": "-15", "remind_hours": "2"}
    page = signed_in.submit(page.form(), values)
    assert "sau khi bắt đầu 15 phút" in page.text

    rule = readiness_queries.rules_of(event)[-1]
    assert (rule.level, rule.minutes_before, rule.remind_hours) == (SiteLevel.DISTRICT, -15, 2)
    stale = signed_in.get(f"{home}/rules/{rule.id}").form()
    signed_in.submit(stale, {"minutes_before": "20"})
    page = signed_in.submit(stale, {"minutes_before": "25"}, status=409)
    assert "25" in page.rows()[0][2] and "20" in page.rows()[0][1]
    signed_in.submit(page.form("/remove"))
    assert len(readiness_queries.rules_of(event)) == len(readiness.USUAL_RULES)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_rules_of_an_event_without_a_time_have_no_moment(signed_in, organizer):
    event = factories.event(window_start=date(2023, 7, 1), window_end=date(2023, 7, 31))
    page = signed_in.get(f"/events/{event.slug}/readiness")
    page = signed_in.submit(page.form("/usual"))

    assert {row[3] for row in page.rows()} == {"chưa có thời gian"}
    assert page.rows()[0][2] == "trước 5 ngày, 17:00" and page.rows()[-1][2] == "khi bắt đầu sự kiện"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_costs_the_same_for_1_site_and_for_187(signed_in, organizer):
    small, large = factories.approved_event(starts_at=START), factories.approved_event(starts_at=START)
    operations.add_site(small, name="Trường Đại học Phạm Văn Đồng", by=None)
    operations.add_all_sites(large, by=None)
    costs = []
    for event in (small, large):
        signed_in.get(f"/events/{event.slug}/readiness")
        with counted() as count:
            signed_in.get(f"/events/{event.slug}/readiness")
        costs.append(count.number)

    assert costs[0] == costs[1]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_rules_are_taken_from_an_event_of_the_same_host_only(signed_in, event):
    other = factories.approved_event(starts_at=START, short_title="Lễ công bố IOC 2022")
    operations.add_main_site(other, name="Hội trường T50", by=None)
    for rule in readiness_queries.rules_of(other)[1:]:
        readiness_operations.remove_rule(rule, by=None)
    home = f"/events/{event.slug}/readiness"

    page = signed_in.post(f"{home}/rules/copy", {"source": "khong-co"})
    assert "Hãy chọn sự kiện có các mốc cần lấy." in page.text
    page = signed_in.submit(signed_in.get(home).form("/copy"), {"source": other.slug})

    assert len(page.rows()) == 1
