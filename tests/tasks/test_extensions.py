from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.tasks import assignment_operations, extension_operations, operations
from eventsvc.tasks.models import Assignment, DeadlineKind, Extension, ExtensionState
from eventsvc.tasks.operations import Details
from tests import factories

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


@pytest.fixture
def made(event, organizer):
    task = operations.add_task(
        event,
        Details(
            text="Báo cáo.",
            agency="Sở Nội vụ",
            coordinating=["Sở Y tế"],
            deadline=day(10),
            deadline_kind=DeadlineKind.INCLUSIVE,
        ),
        by=organizer,
    )
    assignment_operations.expand(task, by=organizer)
    for row in rows(task):
        row.asked.email = f"donvi{row.id}@donvi.example.vn"
    db.session.commit()
    return task


def day(ahead) -> date:
    return clock.today() + timedelta(days=ahead)


def rows(task):
    return list(
        db.session.scalars(sa.select(Assignment).where(Assignment.task_id == task.id).order_by(Assignment.id))
    )


def told():
    return [mail.recipient for mail in db.session.scalars(sa.select(Delivery).order_by(Delivery.id))]


def test_an_agency_asks_and_gets_more_time_for_itself_alone(event, made, client, signed_in):
    row, other = rows(made)
    url = f"/o/{secrets.unseal(row.asked.token_sealed)}/tasks/{row.id}"
    form = client.get(url).form("/more-time")
    client.submit(form, {"until": day(20).isoformat(), "reason": "Chờ số liệu"})
    page = signed_in.get(f"/events/{event.slug}/extensions")
    assert f"Đề nghị gia hạn đến {day(20):%d/%m/%Y} (hạn hiện nay: {day(10):%d/%m/%Y})" in page.text
    (asked,) = db.session.scalars(sa.select(Extension)).all()

    signed_in.submit(page.form("/grant"))

    db.session.expire_all()
    assert (row.extended_to, other.extended_to, made.extended_to) == (day(20), None, None)
    assert asked.state is ExtensionState.GRANTED
    assert told() == [row.asked.email]
    with pytest.raises(extension_operations.AlreadyDecided):
        extension_operations.refuse(asked, remark="Không", by=None)


def test_a_refusal_needs_a_reason_and_keeps_the_last_day(event, made, signed_in):
    row = rows(made)[0]
    asked = extension_operations.ask(row, day(20), "Chờ số liệu", by=row.asked)
    url = f"/events/{event.slug}/extensions"

    refused = signed_in.post(
        f"{url}/{asked.id}/refuse", {f"request{asked.id}-version": asked.version}, status=422
    )
    assert "Hãy nêu lý do không gia hạn." in refused.errors
    signed_in.post(
        f"{url}/{asked.id}/refuse", {f"request{asked.id}-remark": "Gấp", f"request{asked.id}-audience": "one"}
    )

    db.session.expire_all()
    assert (row.extended_to, asked.state) == (None, ExtensionState.REFUSED)
    assert told() == [row.asked.email]


def test_more_time_for_all_is_told_to_all_and_shows_the_first_deadline(event, made, signed_in):
    row = rows(made)[0]
    extension_operations.extend(made, day(12), "Riêng", assignment=row, by=None)
    url = f"/events/{event.slug}/extensions/tasks/{made.id}"

    page = signed_in.submit(signed_in.get(url).form(), {"until": day(30).isoformat(), "reason": "Chung"})

    assert f"gia hạn đến {day(30):%d/%m/%Y} (hạn đầu: {day(10):%d/%m/%Y})" in page.text
    assert extension_operations.due_day_of(made, row) == day(30)
    assert len(told()) == 3


def test_more_time_for_all_after_somebody_else_saved_is_a_second_press(event, made, signed_in, organizer):
    url = f"/events/{event.slug}/extensions/tasks/{made.id}"
    form = signed_in.get(url).form()
    extension_operations.extend(made, day(15), "Người khác", by=organizer)
    values = {"until": day(30).isoformat(), "reason": "Chung"}

    page = signed_in.submit(form, values, status=409)
    assert f"{day(15):%d/%m/%Y}" in page.text and "Chung" in page.text
    signed_in.submit(page.form())

    db.session.expire_all()
    assert made.extended_to == day(30)


@pytest.mark.parametrize(
    ("ahead", "sentence"),
    [
        (-1, "Ngày này đã qua: hãy chọn hôm nay hoặc ngày sau đó."),
        (10, "hãy chọn ngày sau đó."),
        (9, "hãy chọn ngày sau đó."),
    ],
)
def test_more_time_into_the_past_or_before_the_last_day_is_refused(event, made, signed_in, ahead, sentence):
    url = f"/events/{event.slug}/extensions/tasks/{made.id}"

    page = signed_in.submit(
        signed_in.get(url).form(), {"until": day(ahead).isoformat(), "reason": "Chung"}, status=422
    )

    assert len(page.errors) == 1 and page.errors[0].endswith(sentence)
    db.session.expire_all()
    assert made.extended_to is None
