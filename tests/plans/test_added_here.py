"""What organizers add to a plan that was loaded, or change in it, and a file that is loaded afterwards."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import yaml

from eventsvc import clock
from eventsvc.db import db
from eventsvc.plans import operations, queries
from eventsvc.plans.work_queries import keys_of
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks import operations as tasks
from eventsvc.tasks.duty_models import Duty, Rhythm
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task, TaskKind
from eventsvc.tasks.operations import Details
from tests.plans import plan
from tests.plans.test_loading import dumped, load

TURN = 'recurrence: {rrule: "FREQ=WEEKLY;BYDAY=MO", dtstart: "2021-12-27", until: null, kind: report, to: UBND tỉnh}'
WITHOUT_TURN = (f"    {TURN}\n", "")


def update(data) -> operations.Outcome:
    content = data if isinstance(data, bytes) else yaml.safe_dump(data, allow_unicode=True).encode()
    outcome = operations.load_plan(content, update=True, by=None)
    db.session.expire_all()
    return outcome


def standing(event) -> dict[int, tuple]:
    """Every task as it stands, by id."""
    found = db.session.scalars(sa.select(Task).where(Task.event_id == event.id)).all()
    return {
        task.id: (
            task.kind,
            task.key,
            task.number,
            task.text,
            task.deadline_kind,
            task.last_day,
            [(line.role, line.name) for line in task.assignees],
        )
        for task in found
    }


def added(event, kind, words, by, **details) -> int:
    return tasks.add_task(event, Details(text=words, agency="Sở Y tế", **details), kind=kind, by=by).id


@pytest.fixture
def conclusion(app, organizer):
    """A conclusion to which two directives, one with a step, were added without a number."""
    event = load(plan("003"))
    added(event, TaskKind.DIRECTIVE, "Rà soát nhân lực.", organizer, role=AssigneeRole.LEAD)
    second = added(
        event,
        TaskKind.DIRECTIVE,
        "Báo cáo kinh phí.",
        organizer,
        deadline=date(2022, 3, 1),
        deadline_kind=DeadlineKind.EXCLUSIVE,
        coordinating=["Sở Tài chính"],
    )
    step = Details(text="Lập dự toán.", agency="Sở Tài chính")
    tasks.add_task(event, step, parent=db.session.get(Task, second), by=organizer)
    db.session.expire_all()
    return event


def test_the_dump_with_tasks_of_no_number_changes_nothing(conclusion):
    before, content = standing(conclusion), queries.as_yaml(conclusion).encode()
    assert content.count(b"'#") == 2

    outcome = update(content)

    assert (outcome.created, outcome.differences) == (False, [])
    assert standing(conclusion) == before


def test_a_changed_dump_changes_what_it_changed_and_mixes_up_nothing(conclusion):
    before, data = standing(conclusion), dumped(conclusion)
    former, new = data["directives"][0]["text"], "Hoàn thành trước hạn."
    data["directives"][0]["text"] = new
    data["directives"].insert(0, data["directives"].pop())  # another order
    own = data["directives"][0]
    own["text"] = "Lời của tệp."

    outcome, again = update(data), update(data)

    assert [difference.new for difference in outcome.taken] == [new]
    assert [difference.path for difference in outcome.kept] == [f"directives[{own['id']}].text"]
    assert again.taken == []
    wanted = {id_: tuple(new if cell == former else cell for cell in row) for id_, row in before.items()}
    assert wanted != before
    assert standing(conclusion) == wanted


def test_what_was_added_here_survives_the_next_edition_of_the_plan(conclusion):
    before = standing(conclusion)
    edition = yaml.safe_load(plan("003"))
    gone = edition["directives"].pop(0)
    edition["directives"].append(
        {**edition["directives"][-1], "id": "9.z", "text": "Việc mới trong văn bản."}
    )

    for _again in range(2):
        update(edition)

    after = standing(conclusion)
    mine = {id_: row for id_, row in before.items() if row[1] is None and row[0] is not TaskKind.FOLLOW_UP}
    assert {id_: after[id_] for id_ in mine} == mine
    assert gone["id"] not in {row[1] for row in after.values()}
    assert [row[1] for row in after.values()].count("9.z") == 1
    numbers = [row[2] for row in after.values() if row[0] is TaskKind.DIRECTIVE]
    assert len(set(numbers)) == len(numbers)


def test_an_item_added_here_keeps_its_agency_in_its_role(app, organizer):
    event = load(plan("002"))
    mine = added(event, TaskKind.PLAN_ITEM, "Tổ chức hội thảo.", organizer, role=AssigneeRole.RESPONSIBLE)
    before = standing(event)[mine]

    outcome = update(plan("002", ("Thời gian: Tháng 9/2022.", "Thời gian: tháng 9/2022.")))

    assert len(outcome.taken) == 1
    assert standing(event)[mine] == before


def test_no_two_tasks_are_called_the_same():
    rows = [
        Task(id=1, number=1, key="#2"),
        Task(id=2, number=2),
        Task(id=3, number=2),
        Task(id=4, number=3, key="IV.1"),
    ]

    assert keys_of(rows) == {1: "#2", 2: "#4", 3: "#5", 4: "IV.1"}


def duty_of(event) -> Duty | None:
    db.session.expire_all()
    return db.session.scalar(sa.select(Duty).where(Duty.event_id == event.id))


def changed_to(duty, organizer, **changes) -> None:
    values = {
        "text": duty.text,
        "rhythm": duty.rhythm,
        "weekday": duty.weekday,
        "starts_on": duty.starts_on,
        "ends_on": clock.today() + timedelta(days=30),
        "report_to": duty.report_to,
    }
    duties.edit_duty(duty, duties.Details(**values | changes), by=organizer)


@pytest.mark.parametrize("agencies", [[], ["Sở Nội vụ"]])
def test_a_duty_goes_with_its_line_only_while_no_agency_has_it(app, organizer, agencies):
    event = load(plan("003"))
    duties.add_reporters(duty_of(event), agencies, by=organizer)

    update(plan("003", WITHOUT_TURN))

    kept = duty_of(event)
    assert [row.asked.name for row in kept.reporters] == agencies if agencies else kept is None


def test_a_duty_that_is_asked_for_when_needed_is_left_alone_by_files(app, organizer):
    event = load(plan("003"))
    changed_to(duty_of(event), organizer, rhythm=Rhythm.AD_HOC, weekday=None)

    update(plan("003", ("until: null", 'until: "2022-06-30"')))
    update(plan("003", WITHOUT_TURN))

    kept = duty_of(event)
    assert (kept.rhythm, kept.ends_on) == (Rhythm.AD_HOC, clock.today() + timedelta(days=30))


def test_a_duty_edited_here_stays_when_its_line_is_gone(app, organizer):
    event = load(plan("003"))
    changed_to(duty_of(event), organizer, report_to="Sở Nội vụ", ends_on=duty_of(event).starts_on)

    update(plan("003", WITHOUT_TURN))

    assert duty_of(event).report_to == "Sở Nội vụ"


def test_a_duty_added_here_stays(app, organizer):
    event = load(plan("003"))
    task = db.session.scalar(sa.select(Task).where(Task.event_id == event.id, Task.key == "4"))
    today = clock.today()
    details = duties.Details("Báo cáo tháng.", Rhythm.MONTHLY, today, today + timedelta(days=90))
    made = duties.add_duty(event, details, task=task, by=organizer).id

    update(plan("003", WITHOUT_TURN))

    assert [row.id for row in db.session.scalars(sa.select(Duty))] == [made]


def test_a_duty_longer_than_the_links_of_agencies_is_remarked_on(app):
    outcome = operations.load_plan(plan("003", ("until: null", 'until: "2099-01-01"')), by=None)

    assert len(outcome.remarks) == 1
    assert "01/01/2099" in outcome.remarks[0] and "lưu giữ dữ liệu cá nhân" in outcome.remarks[0]
