"""Reports of periods: by the agency's link and on its behalf, agreed and sent back, and who is reminded of them."""

import threading
from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.nominations import operations as nominations
from eventsvc.tasks import duty_operations as duties
from eventsvc.tasks import nudge_operations, report_operations, return_operations
from eventsvc.tasks import report_queries as queries
from eventsvc.tasks.duty_models import Period, PeriodReport
from eventsvc.tasks.obstacle_models import Obstacle
from eventsvc.tasks.returns import ReturnState
from tests import factories
from tests.queries import counted
from tests.tasks import reporting
from tests.world import PAPER

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WORDS = {
    "done": "Đã hoàn thành cấu hình phòng họp.",
    "planned": "Chạy thử.",
    "proposals": "Bổ sung đường truyền.",
}


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


@pytest.fixture
def duty(event):
    """A duty of three, the first of whom has an address, whose report is due today."""
    made = reporting.duty(event)
    reporting.with_address(made.reporters[0].asked)
    return made


def period(duty):
    return reporting.reports(duty)[0].period


def page_of(duty, report=None):
    stem = f"/events/{duty.event.slug}/duties/{duty.id}/periods/{period(duty).id}"
    return f"{stem}/reports/{report.id}" if report else stem


def local(day, hour=9):
    return clock.from_local(datetime.combine(day, time(hour)))


def letters():
    return db.session.scalars(
        sa.select(Delivery).where(Delivery.kind == "duty_reminder").order_by(Delivery.id)
    ).all()


# --- On the own page ----------------------------------------------------------------------------------------


@ON_SQLITE
def test_nothing_new_in_one_tap(client, duty):
    report = reporting.report(duty)
    link = reporting.link(report.asked)

    page = client.submit(client.get(link).form("/unchanged"))

    assert page.flashes == ["Đã nộp: kỳ này không có phát sinh. Xin cảm ơn."]
    assert "Hiện không có báo cáo phải nộp" in page.text
    report = reporting.report(duty)
    assert (report.state, report.is_unchanged, report.on_behalf_by_id) == (ReturnState.SUBMITTED, True, None)
    client.post(f"{link}/{report.id}/unchanged")
    assert reporting.report(duty).version == report.version


@ON_SQLITE
def test_a_report_starts_empty_is_handed_in_with_a_file_and_changed_until_it_is_approved(
    client, signed_in, duty
):
    report = reporting.report(duty)
    link = f"{reporting.link(report.asked)}/{report.id}"
    form = client.get(link).form(f"/reports/{report.id}")
    assert {name: form.fields[name].strip() for name in WORDS} == dict.fromkeys(WORDS, "")

    client.submit(form, WORDS | {"by_name": "Lê Thị Nga", "file": (BytesIO(PAPER), "bao-cao.pdf")})
    report = reporting.report(duty)
    assert (report.state, report.done, report.submitted_by) == (
        ReturnState.SUBMITTED,
        WORDS["done"],
        "Lê Thị Nga",
    )
    assert report.file.name == "bao-cao.pdf"
    assert client.get(f"{link}/file").response.data == PAPER
    client.submit(client.get(link).form(f"/reports/{report.id}"), {"done": "Đã sửa."})
    report = reporting.report(duty)
    assert (report.done, report.planned, report.file.name) == ("Đã sửa.", "Chạy thử.", "bao-cao.pdf")

    report_operations.approve(report, by=None)

    page = client.get(link)
    assert "Đã duyệt" in page.text and not page.html.xpath("//textarea")
    client.post(link, WORDS | {"version": str(report.version)}, status=422)
    assert reporting.report(duty).done == "Đã sửa."


@ON_SQLITE
def test_an_empty_report_and_a_wrong_file_are_refused(client, duty):
    report = reporting.report(duty)
    link = f"{reporting.link(report.asked)}/{report.id}"

    empty = client.submit(client.get(link).form(f"/reports/{report.id}"), {"done": "  "}, status=422)
    wrong = client.submit(
        client.get(link).form(f"/reports/{report.id}"),
        {"done": "Chữ giữ lại", "file": (BytesIO(b"MZ"), "x.exe")},
        status=422,
    )

    assert any("Không có phát sinh" in error for error in empty.errors)
    assert wrong.errors and "Chữ giữ lại" in wrong.text
    assert reporting.report(duty).state is ReturnState.MISSING


@ON_SQLITE
def test_another_organization_finds_nothing(client, duty):
    mine, other = reporting.reports(duty)[:2]
    link = f"{reporting.link(other.asked)}/{mine.id}"

    client.get(link, status=404)
    client.post(link, WORDS, status=404)
    client.post(f"{link}/unchanged", status=404)
    client.get(f"{link}/file", status=404)
    client.get(f"/o/{'x' * 43}/reports", status=404)
    assert mine.state is ReturnState.MISSING


@ON_SQLITE
def test_two_people_at_one_report_neither_loses_a_word(client, duty):
    report = reporting.report(duty)
    link = f"{reporting.link(report.asked)}/{report.id}"
    first, second = (
        client.get(link).form(f"/reports/{report.id}"),
        client.get(link).form(f"/reports/{report.id}"),
    )

    client.submit(first, {"done": "Người thứ nhất."})
    page = client.submit(second, {"done": "Người thứ hai."}, status=409)

    assert "Người thứ nhất." in page.text and "Người thứ hai." in page.text
    assert reporting.report(duty).done == "Người thứ nhất."


@ON_SQLITE
def test_what_was_sent_back_says_why_and_is_handed_in_again(client, duty):
    report = reporting.report(duty)
    report_operations.submit(report, WORDS, by=report.asked)
    report_operations.send_back(report, remark="Thiếu số liệu tuần.", by=None)
    link = reporting.link(report.asked)

    page = client.get(link)
    assert "Thiếu số liệu tuần." in page.text
    client.submit(client.get(f"{link}/{report.id}").form(f"/reports/{report.id}"), {"done": "Đủ số liệu."})

    assert reporting.report(duty).state is ReturnState.SUBMITTED


# --- The organizer ------------------------------------------------------------------------------------------


@ON_SQLITE
def test_on_behalf_is_written_down(signed_in, organizer, duty):
    first, second = reporting.reports(duty)[:2]

    signed_in.submit(signed_in.get(page_of(duty, first)).form(f"/reports/{first.id}"), WORDS)
    signed_in.post(f"{page_of(duty, second)}/unchanged")

    db.session.expire_all()
    assert [row.on_behalf_by_id for row in reporting.reports(duty)] == [organizer.id, organizer.id, None]
    said = db.session.scalars(
        sa.select(AuditEntry.actor_id).where(AuditEntry.action == "period_report.submitted")
    ).all()
    assert said == [organizer.id, organizer.id]
    assert "nộp thay" in signed_in.get(page_of(duty)).text


@ON_SQLITE
def test_many_are_approved_at_once_and_what_is_missing_is_not(signed_in, duty):
    first, second, third = reporting.reports(duty)
    report_operations.submit(first, WORDS, by=first.asked)
    report_operations.report_no_change(second, by=second.asked)

    ticked = [f"{row.id}-{row.version}" for row in (first, second, third)]
    page = signed_in.post(f"{page_of(duty)}/approve", {"report": [*ticked, "x", f"{first.id}"]})

    assert page.flashes == ["Đã duyệt 2 báo cáo."]
    db.session.expire_all()
    assert [row.state.value for row in reporting.reports(duty)] == ["approved", "approved", "missing"]
    with pytest.raises(return_operations.NothingHandedIn):
        report_operations.approve(third, by=None)


@ON_SQLITE
def test_what_was_put_right_after_it_was_read_is_not_approved(signed_in, duty):
    first, second = reporting.reports(duty)[:2]
    for row in (first, second):
        report_operations.submit(row, WORDS, by=row.asked)
    read = signed_in.get(page_of(duty, second)).form("/approve")
    ticked = [f"{row.id}-{row.version}" for row in (first, second)]
    report_operations.submit(second, WORDS | {"done": "Chưa làm được gì."}, by=second.asked)

    page = signed_in.post(f"{page_of(duty)}/approve", {"report": ticked})
    again = signed_in.submit(read)

    assert page.flashes == [
        "Đã duyệt 1 báo cáo.",
        "1 báo cáo đã được sửa sau khi bạn mở trang này: đề nghị đọc lại trước khi duyệt.",
    ]
    assert again.flashes == page.flashes[1:]
    db.session.expire_all()
    assert [row.state.value for row in reporting.reports(duty)[:2]] == ["approved", "submitted"]


@ON_SQLITE
def test_an_obstacle_is_entered_from_a_report(signed_in, duty, organizer):
    report = reporting.reports(duty)[0]
    report_operations.submit(report, WORDS | {"proposals": "Đề nghị bổ sung đường truyền."}, by=report.asked)
    page = signed_in.get(page_of(duty, report))
    link = next(url for url in page.links() if "/obstacles/new" in url)

    form = signed_in.get(link).form()
    signed_in.submit(form, {"words": "Đường truyền yếu ở hai xã."})

    [obstacle] = db.session.scalars(sa.select(Obstacle))
    assert (obstacle.period_report_id, obstacle.organization_invitation_id) == (
        report.id,
        report.organization_invitation_id,
    )
    assert obstacle.proposal == "Đề nghị bổ sung đường truyền."


@ON_SQLITE
def test_it_is_sent_back_only_with_a_remark_and_only_when_handed_in(signed_in, duty):
    first, second = reporting.reports(duty)[:2]
    report_operations.submit(first, WORDS, by=first.asked)
    page = signed_in.get(page_of(duty, first))

    assert signed_in.submit(page.form("/send-back"), {"remark": " "}, status=422).errors
    signed_in.submit(page.form("/send-back"), {"remark": "Bổ sung số liệu."})
    version = str(reporting.reports(duty)[1].version)
    signed_in.post(f"{page_of(duty, second)}/send-back", {"remark": "Sai", "edition": version}, status=422)

    db.session.expire_all()
    assert [(row.state.value, row.remark) for row in reporting.reports(duty)[:2]] == [
        ("returned", "Bổ sung số liệu."),
        ("missing", None),
    ]


@ON_SQLITE
def test_the_list_is_filtered_and_costs_the_same_for_three_and_sixty(signed_in, duty):
    first, second, third = reporting.reports(duty)
    report_operations.submit(first, WORDS, by=first.asked)
    report_operations.report_no_change(second, by=second.asked)
    report_operations.approve(second, by=None)

    def names(show):
        rows = signed_in.get(f"{page_of(duty)}?show={show}").rows()
        return [row[0] for row in rows]

    assert names("missing") == [third.asked.name]
    assert names("submitted") == [first.asked.name]
    assert names("approved") == names("unchanged") == [second.asked.name]
    assert len(names("nonsense")) == 3
    assert "tel:+84501234567" in signed_in.get(page_of(duty)).html.xpath("//a/@href")
    with counted() as few:
        signed_in.get(page_of(duty))
    duties.add_reporters(duty, [f"Trung tâm mẫu {n}" for n in range(57)], by=None)
    with counted() as many:
        signed_in.get(page_of(duty))
    assert many.number == few.number


@ON_SQLITE
def test_late_follows_from_the_days_alone(duty, monkeypatch):
    first, second, third = reporting.reports(duty)
    report_operations.submit(first, WORDS, by=first.asked)
    tomorrow = local(clock.today() + timedelta(days=1), 0)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    report_operations.submit(second, WORDS, by=second.asked)

    late = db.session.scalars(queries.reports_of(period(duty), queries.Shown.LATE)).all()

    assert late == [second, third]
    assert queries.number_late(period(duty), clock.today()) == 1


def test_two_hand_in_at_once_and_one_of_them_is_told(app, duty):
    """With the same version in hand, of two that save together one is refused."""
    report = reporting.report(duty)
    report_id, version, outcomes = report.id, report.version, []
    start = threading.Barrier(2)

    def work(words):
        with app.app_context():
            row = db.session.get(PeriodReport, report_id)
            start.wait()
            try:
                report_operations.submit(row, {"done": words}, version=version, by=row.asked)
                outcomes.append("saved")
            except DomainError as refusal:
                outcomes.append(refusal.code)
            finally:
                db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=work, args=(f"Bản {n}",)) for n in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(outcomes) == ["saved", "stale_edit"]


# --- Reminders ----------------------------------------------------------------------------------------------


@pytest.fixture
def three(event):
    """A duty due in two days; everybody has an address. The first has reported, the second wants no reminders."""
    made = reporting.duty(event, reporting.weekly(clock.today() + timedelta(days=2)))
    for row in made.reporters:
        reporting.with_address(row.asked)
    first, second, _third = reporting.reports(made)
    report_operations.report_no_change(first, by=first.asked)
    nominations.stop_reminders(second.asked)
    return made


def test_the_missing_alone_are_written_to_once_before_and_once_after_the_day(three):
    due = period(three).due_on
    silent = reporting.reports(three)[2].asked
    runs = [
        (due - timedelta(days=2), 9, 0),
        (due - timedelta(days=1), 7, 0),
        (due - timedelta(days=1), 8, 1),
        (due - timedelta(days=1), 9, 0),
        (due, 9, 0),
        (due + timedelta(days=1), 9, 1),
        (due + timedelta(days=2), 9, 0),
        (due + timedelta(days=30), 9, 0),
    ]

    counts = [nudge_operations.nudge_missing(local(day, hour)) for day, hour, _wanted in runs]

    assert counts == [wanted for _day, _hour, wanted in runs]
    assert [(each.recipient, each.subject.split(":")[0]) for each in letters()] == [
        (silent.email, "Sắp đến hạn báo cáo"),
        (silent.email, "Quá hạn báo cáo"),
    ]
    assert "/reports" in letters()[0].text_body and letters()[0].stop_path.endswith("/reports/stop")


@ON_SQLITE
def test_one_letter_tells_of_everything_that_an_organization_owes(event, three):
    other = reporting.duty(
        event, reporting.weekly(clock.today() + timedelta(days=2), text="Báo cáo chỉ tiêu")
    )

    nudge_operations.nudge_missing(local(period(three).due_on))

    words = {each.recipient_name: each.text_body for each in letters()}
    silent = reporting.reports(other)
    assert len(words) == 1 and len(letters()) == 2  # everybody is called by the same contact
    both = [each for each in letters() if "IOC" in each.text_body]
    assert [("Báo cáo chỉ tiêu" in each.text_body) for each in both] == [True]
    assert len(silent) == 3


@ON_SQLITE
def test_nobody_is_reminded_of_what_is_not_tracked_stopped_or_called_off(event):
    due = clock.today() + timedelta(days=1)
    untracked = reporting.duty(event, reporting.weekly(due), tracked_from=due + timedelta(days=3))
    stopped = reporting.duty(event, reporting.weekly(due))
    for row in (*untracked.reporters, *stopped.reporters):
        reporting.with_address(row.asked)
    reports = reporting.reports(stopped)
    report_operations.report_no_change(reports[0], by=reports[0].asked)
    duties.stop_duty(stopped, by=None)
    off = factories.event(title="Sẽ hủy")
    called_off = reporting.duty(off, reporting.weekly(due))
    for row in called_off.reporters:
        reporting.with_address(row.asked)
    events.cancel_event(off, by=None)

    assert nudge_operations.nudge_missing(local(due)) == 0
    assert nudge_operations.nudge_missing(local(due + timedelta(days=1))) == 0
    assert letters() == []


@ON_SQLITE
def test_by_hand_once_and_those_without_an_address_are_named(signed_in, duty):
    first = signed_in.submit(signed_in.get(page_of(duty)).form("/nudge"))
    second = signed_in.submit(signed_in.get(page_of(duty)).form("/nudge"))

    assert "Đã xếp gửi 1 thư đôn đốc." in first.flashes
    assert any("Sở Tài chính; Ban Quản lý Mẫu" in words for words in first.flashes)
    assert any("Không gửi thêm thư" in words for words in second.flashes)
    assert len(letters()) == 1


def test_two_workers_write_one_letter(app, three):
    moment = local(period(three).due_on)
    start = threading.Barrier(3)

    def work():
        with app.app_context():
            start.wait()
            nudge_operations.nudge_missing(moment)
            db.session.remove()

    db.session.commit()
    threads = [threading.Thread(target=work) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(letters()) == 1


@ON_SQLITE
def test_reminders_are_stopped_by_the_link_of_the_letter(client, duty):
    asked = reporting.report(duty).asked
    link = reporting.link(asked)

    client.submit(client.get(f"{link}/stop").form("/stop"))

    db.session.expire_all()
    assert asked.reminders_stopped_at is not None
    assert nudge_operations.nudge_period(db.session.get(Period, period(duty).id), by=None).messages == 0
