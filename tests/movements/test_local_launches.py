"""Launches that agencies hold at home: expected, registered, reported, and who has not."""

from datetime import timedelta

import pytest

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.movements import launch_operations, launch_queries
from eventsvc.movements.launch_operations import NobodyMeant
from eventsvc.movements.launch_queries import Figures, Standing
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


def launches(event):
    return db.session.scalars(launch_queries.launches_of(event)).all()


def reported(launch, by, **more):
    values = {"held_on": clock.today(), "participants": 120, "summary": "Mít tinh"} | more
    launch_operations.report_launch(launch, **values, by=by)


def test_a_collective_line_expects_one_of_every_district_and_twice_changes_nothing(event, by):
    first = launch_operations.expect_launches(event, [DISTRICTS, "Sở Y tế"], by=by)
    second = launch_operations.expect_launches(event, ["Sở Y tế", DISTRICTS], by=by)

    assert (first, second) == (14, 0)
    assert launch_queries.figures(event) == Figures(expected=14, silent=14)


def test_words_that_mean_nobody_are_refused(event, by):
    with pytest.raises(NobodyMeant):
        launch_operations.expect_launches(event, ["các đơn vị liên quan"], by=by)


def test_it_is_registered_reported_sent_back_and_approved(event, by):
    launch_operations.expect_launches(event, ["Sở Y tế", "Sở Tài chính"], by=by)
    finance, health = sorted(launches(event), key=lambda row: row.asked.name)
    plan = {"planned_on": clock.today() + timedelta(days=3), "form": "Mít tinh", "place": None}

    launch_operations.register_launch(health, plan, by=health.asked)
    assert launch_queries.standing(health) is Standing.REGISTERED
    reported(health, health.asked)
    returns.send_back(health, event, remark="Bổ sung số người", by=by)
    assert launch_queries.standing(health) is Standing.RETURNED
    reported(health, health.asked, participants=80)
    returns.approve(health, event, by=by)

    assert launch_queries.figures(event) == Figures(2, silent=1, reported=1, approved=1, participants=80)
    with pytest.raises(NotOpenToEdit):
        launch_operations.register_launch(health, plan, by=health.asked)
    with pytest.raises(NotOpenToEdit):
        reported(health, health.asked)
    launch_operations.expect_no_longer(finance, by=by)
    assert [row.asked.name for row in launches(event)] == ["Sở Y tế"]


def test_a_report_on_a_day_that_has_not_come_is_refused(event, by):
    launch_operations.expect_launches(event, ["Sở Y tế"], by=by)

    with pytest.raises(Invalid):
        reported(launches(event)[0], by, held_on=clock.today() + timedelta(days=1))


def test_of_two_who_report_the_second_is_told(event, by):
    launch_operations.expect_launches(event, ["Sở Y tế"], by=by)
    launch = launches(event)[0]
    seen = launch.version
    reported(launch, by, version=seen)

    with pytest.raises(StaleEdit):
        reported(launch, by, version=seen)


def test_an_agency_registers_and_reports_on_its_own_page(event, by, client):
    launch_operations.expect_launches(event, ["Sở Y tế"], by=by)
    launch = launches(event)[0]
    address = f"/o/{secrets.unseal(launch.asked.token_sealed)}/launch"
    day = clock.today().isoformat()

    page = client.submit(client.get(address).form("/plan"), {"planned_on": day, "place": "Sân vận động"})
    page = client.submit(
        page.form("/report"), {"held_on": day, "participants": "45", "summary": "Đã tổ chức"}
    )

    assert "Đã báo cáo" in page.text and "Sân vận động" in page.text
    assert client.get("/o/khong-co/launch", status=404)


def test_the_list_costs_the_same_for_one_and_for_many(event, by, client):
    client.sign_in(factories.organizer())
    address = f"/events/{event.slug}/local-launches"
    launch_operations.expect_launches(event, ["Sở Y tế"], by=by)
    with counted() as few:
        client.get(address)
    launch_operations.expect_launches(event, [DISTRICTS], by=by)
    with counted() as many:
        page = client.get(address)

    assert few.number == many.number
    assert "UBND huyện Bình Sơn" in page.text
