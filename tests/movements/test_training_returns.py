"""Training per group: who returns learners, and what comes of it."""

from datetime import timedelta

import pytest

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.movements import operations as movements
from eventsvc.movements import training_queries as queries
from eventsvc.movements import training_return_operations as operations
from eventsvc.movements.guidance_rollup import Wanted
from eventsvc.tasks import return_operations as returns
from eventsvc.tasks.return_operations import NotOpenToEdit
from eventsvc.tasks.returns import ReturnState
from tests import factories
from tests.queries import counted

LINES = (
    ("Sở Giáo dục và Đào tạo", ["công chức, viên chức ngành giáo dục", "học sinh trên toàn tỉnh"]),
    ("UBND các xã, phường, thị trấn", ["cán bộ, công chức và toàn dân trên địa bàn"]),
)


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(by):
    event = factories.event()
    described(event, by, None)
    return event


def described(event, by, deadline):
    movements.save_training(
        event, {"platform": "chuyên trang Chuyển đổi số", "deadline": deadline}, LINES, by=by
    )


def all_returns(event, **filters):
    return db.session.scalars(queries.returns_of(queries.required_training(event), **filters)).all()


def handed_in(row, event, learners=200, completed=150, by=None):
    operations.hand_in(row, event, learners=learners, completed=completed, by=by or row.asked)


def test_each_organization_that_a_line_means_returns_each_of_its_groups_once(event, by):
    assert operations.expect_returns(event, by=by) == 2 + 173
    assert operations.expect_returns(event, by=by) == 0

    groups = queries.groups_of(queries.required_training(event))
    assert [group.sums.expected for group in groups] == [1, 1, 173]


def test_it_is_handed_in_sent_back_approved_and_closed_to_changes(event, by):
    operations.expect_returns(event, by=by)
    first, second, *_others = all_returns(event)
    handed_in(first, event)
    handed_in(second, event, 100, 30, by=by)
    returns.send_back(second, event, remark="Kiểm tra lại", by=by)

    assert queries.figures(event)[:7] == (175, 1, 0, 0, 200, 150, 75.0)
    assert operations.approve_all(queries.required_training(event), event, by=by) == 1
    with pytest.raises(NotOpenToEdit):
        handed_in(first, event)
    with pytest.raises(NotOpenToEdit):
        operations.expect_no_longer(second, event, by=by)
    assert second.on_behalf_by_id == by.id
    assert [row.id for row in all_returns(event, wanted=Wanted.APPROVED)] == [first.id]
    assert len(all_returns(event, wanted=Wanted.MISSING)) == 174


def test_more_who_completed_than_learn_is_refused(event, by):
    operations.expect_returns(event, by=by)
    row = all_returns(event)[0]

    with pytest.raises(Invalid) as refusal:
        handed_in(row, event, 10, 11)

    assert refusal.value.field == "completed" and row.state is ReturnState.MISSING


def test_the_last_day_is_in_time_and_the_day_after_is_late(event, by):
    described(event, by, clock.today())
    operations.expect_returns(event, by=by)
    first, second, *_others = all_returns(event)
    handed_in(first, event)
    assert queries.figures(event).late == 0

    described(event, by, clock.today() - timedelta(days=1))
    handed_in(second, event)
    assert queries.figures(event).late == 175


def test_an_organization_hands_in_on_its_own_page_and_keeps_what_it_typed(event, by, client):
    operations.expect_returns(event, by=by)
    row, _second, stranger, *_others = all_returns(event)
    address = f"/o/{secrets.unseal(row.asked.token_sealed)}/training"

    form = client.get(f"{address}/{row.id}").form(f"/{row.id}")
    refused = client.submit(form, {"learners": "hai trăm", "completed": "3"}, status=422)
    assert refused.form(f"/{row.id}").fields["learners"] == "hai trăm"
    page = client.submit(form, {"learners": "200", "completed": "150"})

    assert "75,0 %" in page.text and "học sinh trên toàn tỉnh" in page.text
    client.get(f"{address}/{stranger.id}", status=404)


def test_the_list_costs_the_same_for_a_few_and_for_many(event, by, client):
    client.sign_in(factories.organizer())
    address = f"/events/{event.slug}/training-returns"
    movements.save_training(event, {}, LINES[:1], by=by)
    operations.expect_returns(event, by=by)
    with counted() as few:
        client.get(address)
    described(event, by, None)
    operations.expect_returns(event, by=by)
    with counted() as many:
        page = client.get(address)

    assert few.number == many.number
    assert "UBND" in page.text
    client.get(f"{address}/export.xlsx")
