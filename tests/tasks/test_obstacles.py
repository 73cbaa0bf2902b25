"""Difficulties on the way: raised with a proposal, a clock of working days, an answer."""

from datetime import UTC, date, datetime

import pytest

from eventsvc import clock, secrets
from eventsvc.db import atomic, db
from eventsvc.errors import NotFound, StaleEdit
from eventsvc.events.calendar_operations import DayTaken, set_calendar_day
from eventsvc.nominations.operations import charge_organizations
from eventsvc.tasks import obstacle_operations, obstacle_queries, operations
from eventsvc.tasks.models import Anchor, DeadlineKind, EntryKind, TaskEntry
from eventsvc.tasks.obstacle_models import ObstacleState
from eventsvc.tasks.obstacle_operations import ObstacleClosed
from eventsvc.tasks.operations import Details
from tests import factories


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(app):
    return factories.event()


@pytest.fixture
def health(event, by):
    return charge_organizations(event, [("Sở Y tế", None)], by=by)[0]


def at(monkeypatch, day: date) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 2, tzinfo=UTC))


def raised(event, asked, by, **more):
    return obstacle_operations.raise_obstacle(
        event, words="Thiếu thiết bị", proposal="Đề nghị bổ sung", asked=asked, by=by, **more
    )


def test_the_answer_is_due_three_working_days_later_with_tet_between(event, health, by, monkeypatch):
    at(monkeypatch, date(2022, 1, 28))

    obstacle = raised(event, health, by)

    assert (obstacle.due_on, obstacle.answered_by) == (date(2022, 2, 9), None)


def test_the_rule_of_the_event_says_who_answers_and_how_fast(event, health, by, monkeypatch):
    rule = operations.add_task(event, Details(text="Trình UBND tỉnh", agency="Văn phòng UBND tỉnh"), by=by)
    with atomic():
        rule.deadline_kind, rule.offset_days, rule.anchor = DeadlineKind.WORKING_DAYS, 5, Anchor.OBSTACLE
    at(monkeypatch, date(2021, 12, 27))

    obstacle = raised(event, health, by)

    assert (obstacle.due_on, obstacle.answered_by) == (date(2022, 1, 4), "Văn phòng UBND tỉnh")


def test_the_clock_follows_the_calendar_as_it_was_put_right(event, health, by, monkeypatch):
    set_calendar_day(date(2021, 12, 28), is_working=False, name="Nghỉ đột xuất", by=by)
    at(monkeypatch, date(2021, 12, 27))

    assert raised(event, health, by).due_on == date(2021, 12, 31)
    with pytest.raises(DayTaken):
        set_calendar_day(date(2021, 12, 28), is_working=True, name="Làm bù", by=by)


def test_it_is_overdue_until_it_is_laid_before_the_leaders(event, health, by, monkeypatch):
    at(monkeypatch, date(2021, 12, 27))
    obstacle = raised(event, health, by)
    on_the_day, after = obstacle.due_on, date(2022, 1, 5)

    assert obstacle_queries.tally(event, on_the_day).overdue == 0
    assert obstacle_queries.tally(event, after).overdue == 1
    obstacle_operations.lay_before_leaders(obstacle, by=by)
    assert obstacle_queries.tally(event, after) == obstacle_queries.Tally(submitted=1)


def test_a_decision_stands_in_the_history_of_the_task_and_ends_it(event, health, by):
    task = operations.add_task(event, Details(text="Lắp đặt IOC", agency="Sở Y tế"), by=by)
    obstacle = raised(event, health, by, task=task)

    obstacle_operations.decide_obstacle(obstacle, "Giao Sở Tài chính bố trí", version=obstacle.version, by=by)

    kinds = [
        row.kind for row in db.session.query(TaskEntry).filter_by(task_id=task.id).order_by(TaskEntry.id)
    ]
    assert kinds[-2:] == [EntryKind.OBSTACLE, EntryKind.DECISION]
    assert obstacle.state is ObstacleState.DECIDED
    with pytest.raises(ObstacleClosed):
        obstacle_operations.withdraw_obstacle(obstacle, by=by)


def test_of_two_decisions_the_second_person_is_told(event, health, by):
    obstacle = raised(event, health, by)
    seen = obstacle.version
    obstacle_operations.lay_before_leaders(obstacle, by=by)

    with pytest.raises(StaleEdit):
        obstacle_operations.decide_obstacle(obstacle, "Đồng ý", version=seen, by=by)


def test_an_agency_raises_reads_and_withdraws_on_its_own_page_alone(event, health, by, client):
    other = charge_organizations(event, [("Sở Tài chính", None)], by=by)[0]
    operations.add_task(event, Details(text="Lắp đặt IOC", agency="Sở Y tế"), by=by)
    raised(event, health, by)
    mine, theirs = (f"/o/{secrets.unseal(asked.token_sealed)}/obstacles" for asked in (health, other))

    page = client.get(f"{mine}/new")
    page = client.submit(page.form(), {"words": "Đường truyền yếu", "proposal": "Đề nghị VNPT hỗ trợ"})

    assert "Đường truyền yếu" in page.text and "Thiếu thiết bị" in page.text
    assert "Đường truyền yếu" not in client.get(theirs).text
    with pytest.raises(NotFound):
        obstacle_queries.own_obstacle(other, obstacle_queries.own_obstacles(health)[0].id)


def test_an_obstacle_without_a_proposal_is_refused_and_what_was_typed_is_kept(event, health, client):
    address = f"/o/{secrets.unseal(health.token_sealed)}/obstacles/new"

    page = client.submit(
        client.get(address).form(), {"words": "Đường truyền yếu", "proposal": " "}, status=422
    )

    assert "Cần nêu đề xuất." in page.text
    assert page.form().fields["words"].strip() == "Đường truyền yếu"
