"""Tasks as an official sees them: the organizer's pages on a desk, the agency's page on a telephone."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.tasks import answer_operations, assignment_operations, operations
from eventsvc.tasks.models import Assignment, DeadlineKind
from eventsvc.tasks.operations import Details
from tests import factories


@pytest.fixture
def organizer(app):
    return factories.organizer()


@pytest.fixture
def event(app, organizer):
    event = factories.event(by=organizer)
    launch = factories.event(short_title="Lễ khai trương IOC", window_text="10-15/4/2022", by=organizer)
    districts = operations.add_task(
        event,
        Details(
            text="Tổng hợp, báo cáo kết quả hướng dẫn người dân trên địa bàn về Ủy ban nhân dân tỉnh.",
            key="IV.6.3",
            agency="UBND các huyện, thị xã, thành phố",
            coordinating=["Sở Thông tin và Truyền thông", "các đơn vị liên quan"],
            deadline=clock.today() + timedelta(days=3),
            deadline_kind=DeadlineKind.INCLUSIVE,
            report_to="UBND tỉnh",
            report_via="Sở Nội vụ",
        ),
        by=organizer,
    )
    operations.add_task(
        event,
        Details(
            text="Khai trương và đưa vào vận hành thử nghiệm Trung tâm điều hành thông minh tỉnh",
            key="II.3",
            agency="Sở Thông tin và Truyền thông",
            role_label="Cơ quan tham mưu",
            deadline_kind=DeadlineKind.QUARTER,
            window_start=date(2022, 1, 1),
            window_end=date(2022, 3, 31),
            more={"achieved_by_event_id": launch.id},
        ),
        by=organizer,
    )
    assignment_operations.expand(districts, by=organizer)
    rows = db.session.scalars(sa.select(Assignment).order_by(Assignment.id)).all()
    answer_operations.report_done(rows[0], "Đã hướng dẫn 1.250 người.", by_name="Lê Văn Ba", by=rows[0].asked)
    answer_operations.report_progress(rows[1], "Đang tổng hợp số liệu từ các xã.", by=rows[1].asked)
    return event


def test_tasks_can_be_read_and_used_by_everybody(app, event, organizer, sign_in, page, axe):
    sign_in(page, organizer)
    rows = db.session.scalars(sa.select(Assignment).order_by(Assignment.id)).all()
    base = f"/events/{event.slug}"
    paths = [
        f"{base}/tasks",
        f"{base}/tasks/{rows[0].task_id}",
        f"{base}/tasks/new",
        f"{base}/charging?task={rows[0].task_id}",
        f"{base}/assignments",
        f"{base}/assignments/{rows[0].id}",
    ]
    for path in paths:
        page.goto(path)
        axe(page)


def test_an_agency_reports_on_a_telephone(app, event, new_visitor, axe):
    row = db.session.scalars(sa.select(Assignment).order_by(Assignment.id.desc())).first()
    page = new_visitor(viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"/o/{secrets.unseal(row.asked.token_sealed)}/tasks")
    axe(page)

    page.get_by_role("link", name="IV.6.3").click()
    page.get_by_role("button", name="Đã nhận nhiệm vụ").click()
    page.get_by_label("Nội dung báo cáo").fill("Đã hoàn thành.")
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.get_by_text("Nội dung phản hồi đã được ghi nhận").wait_for()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    db.session.rollback()
    assert row.state.value == "reported"
