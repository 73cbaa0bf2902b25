from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.tasks import assignment_operations, operations
from eventsvc.tasks.models import AssigneeRole, Assignment, AssignmentState, Task
from eventsvc.tasks.operations import Details
from tests import factories

DISTRICTS = "UBND các huyện, thị xã, thành phố"


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def task(event, text="Báo cáo kết quả.", by=None, **details):
    details.setdefault("agency", DISTRICTS)
    return operations.add_task(event, Details(text=text, **details), by=by)


def standing(made):
    rows = db.session.scalars(
        sa.select(Assignment).where(Assignment.task_id == made.id, Assignment.left_at.is_(None))
    )
    return {row.asked.name: row for row in rows}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_expanding_again_adds_nobody_and_keeps_what_was_said(event, organizer):
    made = task(event, coordinating=["UBND huyện Bình Sơn", "Sở Nội vụ", "các đơn vị liên quan"])

    assert assignment_operations.expand(made, by=organizer) == 14
    standing(made)["UBND huyện Bình Sơn"].state = AssignmentState.RECEIVED
    db.session.commit()

    assert assignment_operations.expand(made, by=organizer) == 0
    found = standing(made)
    assert len(found) == 14
    assert found["UBND huyện Bình Sơn"].state is AssignmentState.RECEIVED
    assert found["UBND huyện Bình Sơn"].role is AssigneeRole.RESPONSIBLE
    assert found["Sở Nội vụ"].role is AssigneeRole.COORDINATING
    assert {row.asked.is_invited for row in found.values()} == {False}


def test_two_people_who_expand_at_once_charge_everybody_once(app, event, organizer):
    made = task(event)
    task_id, barrier, counts = made.id, Barrier(2), []
    db.session.remove()

    def expand():
        with app.app_context():
            barrier.wait()
            counts.append(assignment_operations.expand(db.session.get(Task, task_id), by=None))
            db.session.remove()

    people = [Thread(target=expand) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(counts) == [0, 13]
    assert db.session.scalar(sa.select(sa.func.count(Assignment.id))) == 13
    assert db.session.scalar(sa.select(sa.func.count(OrganizationInvitation.id))) == 13


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_was_taken_off_does_not_come_back_by_expanding(event, organizer):
    made = task(event)
    assignment_operations.expand(made, by=organizer)
    assignment_operations.take_off(standing(made)["UBND huyện Lý Sơn"], by=organizer)

    assert assignment_operations.expand(made, by=organizer) == 0
    assert "UBND huyện Lý Sơn" not in standing(made)

    line = made.assignees[0]
    assert assignment_operations.charge_by_name(made, line, ["UBND huyện Lý Sơn"], by=organizer) == 1
    assert len(standing(made)) == 13


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_agency_merged_away_passes_its_task_on_and_is_never_counted_twice(event, organizer):
    made = task(event, agency="Sở Thông tin và Truyền thông", coordinating=["Sở Nội vụ"])
    assignment_operations.expand(made, by=organizer)
    old = standing(made)["Sở Thông tin và Truyền thông"]

    heir = assignment_operations.pass_on(old, "Sở Khoa học và Công nghệ", by=organizer)
    again = assignment_operations.pass_on(old, "Sở Khoa học và Công nghệ", by=organizer)

    assert heir.id == again.id
    assert sorted(standing(made)) == ["Sở Khoa học và Công nghệ", "Sở Nội vụ"]
    assert standing(made)["Sở Khoa học và Công nghệ"].role is AssigneeRole.RESPONSIBLE
    assert assignment_operations.expand(made, by=organizer) == 0
    assert sorted(standing(made)) == ["Sở Khoa học và Công nghệ", "Sở Nội vụ"]
    both = assignment_operations.pass_on(
        standing(made)["Sở Nội vụ"], "Sở Khoa học và Công nghệ", by=organizer
    )
    assert both.id == heir.id
    assert list(standing(made)) == ["Sở Khoa học và Công nghệ"]
    with pytest.raises(DomainError):
        assignment_operations.pass_on(both, "Sở Khoa học và Công nghệ", by=organizer)
