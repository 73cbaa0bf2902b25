import io
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.files.models import File
from eventsvc.nominations import operations as nominations
from eventsvc.nominations import sending_operations
from eventsvc.tasks import answer_operations, assignment_operations, operations, telling_operations
from eventsvc.tasks.models import Assignment, AssignmentState, EntryKind, TaskEntry, TaskPaper, TaskState
from eventsvc.tasks.operations import Details
from tests import factories

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


@pytest.fixture
def made(event, organizer):
    task = operations.add_task(
        event,
        Details(text="Báo cáo kết quả.", agency="Sở Nội vụ", coordinating=["Sở Y tế"], key="IV.1"),
        by=organizer,
    )
    assignment_operations.expand(task, by=organizer)
    return task


def of(made, name="Sở Nội vụ"):
    rows = db.session.scalars(sa.select(Assignment).where(Assignment.task_id == made.id)).all()
    return next(row for row in rows if row.asked.name == name)


def page_of(row):
    return f"/o/{secrets.unseal(row.asked.token_sealed)}/tasks"


def mail_to(row, address="vanthu@donvi.example.vn"):
    row.asked.email = address
    db.session.commit()


def mails(kind):
    return list(db.session.scalars(sa.select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))


@ONCE
def test_an_agency_answers_on_its_own_page_without_an_account(event, made, client):
    row = of(made)
    url = page_of(row)
    listed = client.get(url)
    assert "IV.1. Báo cáo kết quả." in listed.text and "1 nhiệm vụ chờ báo cáo" in listed.text
    page = client.get(f"{url}/{row.id}")

    client.submit(page.form("/receive"))
    page = client.get(f"{url}/{row.id}")
    assert "Đã tiếp nhận" in page.text
    client.submit(
        page.form("/answer"), {"saying": "progress", "text": "Đã làm một nửa.", "by_name": "Lê Văn Ba"}
    )
    page = client.get(f"{url}/{row.id}")
    page = client.submit(
        page.form("/answer"),
        {
            "saying": "done",
            "text": "Đã xong.",
            "done_on": clock.today().isoformat(),
            "file": (io.BytesIO(PDF), "bao-cao.pdf"),
        },
    )

    assert "Xin cảm ơn" in page.text and "bao-cao.pdf" in page.text
    db.session.expire_all()
    assert (row.state, row.answer, row.done_on) == (AssignmentState.REPORTED, "Đã xong.", clock.today())
    kinds = [
        entry.kind
        for entry in db.session.scalars(sa.select(TaskEntry).where(TaskEntry.assignment_id == row.id))
    ]
    assert kinds == [
        EntryKind.ASSIGNED, EntryKind.RECEIVED, EntryKind.PROGRESS, EntryKind.REPORTED, EntryKind.PAPER,
    ]  # fmt: skip
    paper = db.session.scalars(sa.select(TaskPaper)).one()
    assert client.get(f"{url}/{row.id}/papers/{paper.id}").response.data == PDF
    assert of(made, "Sở Y tế").state is AssignmentState.ASSIGNED

    operations.remove_task(made, by=None)
    assert [
        db.session.scalar(sa.select(sa.func.count(table.id))) for table in (Assignment, TaskPaper, File)
    ] == [0] * 3


@ONCE
def test_nothing_of_another_agency_is_on_the_page(event, made, client, organizer):
    row, other = of(made), of(made, "Sở Y tế")
    answer_operations.report_progress(other, "Điều bí mật", by=other.asked)
    answer_operations.comment(made, "Nói riêng với nhau", is_internal=True, by=organizer)
    answer_operations.comment(made, "Gửi các cơ quan", by=organizer)

    page = client.get(f"{page_of(row)}/{row.id}")

    assert "Gửi các cơ quan" in page.text
    assert "Điều bí mật" not in page.text and "Nói riêng" not in page.text
    client.get(f"{page_of(row)}/{other.id}", status=404)
    client.post(f"{page_of(row)}/{other.id}/receive", status=404)
    client.get("/o/khong-co/tasks", status=404)


@ONCE
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"saying": "declined", "text": " "}, "Hãy nêu lý do đề nghị giao cơ quan khác."),
        ({"saying": "progress", "text": ""}, "Hãy nêu tiến độ thực hiện."),
        ({"saying": "done", "done_on": "2099-01-01"}, "Ngày này chưa đến."),
        ({"saying": "progress", "text": "a" * 10_001}, "Tối đa 10000 ký tự; hiện có 10001."),
        ({"saying": "done", "text": "Xong", "file": (io.BytesIO(b"MZ\x00"), "a.exe")}, None),
    ],
)
def test_what_cannot_be_taken_is_refused_and_kept(event, made, client, typed, error):
    row = of(made)
    form = client.get(f"{page_of(row)}/{row.id}").form("/answer")

    page = client.submit(form, typed, status=422)

    assert error is None or page.errors == [error]
    assert page.errors
    db.session.expire_all()
    assert row.state is AssignmentState.ASSIGNED


@ONCE
def test_a_dropped_task_takes_no_answer(event, made, client, organizer):
    row = of(made)
    form = client.get(f"{page_of(row)}/{row.id}").form("/answer")
    operations.close_task(made, TaskState.DROPPED, reason="Trùng nhiệm vụ", by=organizer)

    page = client.submit(form, {"saying": "done", "text": "Xong"}, status=422)

    assert "Nhiệm vụ này không còn phải thực hiện." in page.text


def test_of_two_answers_at_once_the_second_is_told_of_the_first(app, event, made):
    row = of(made)
    row_id, version, barrier, came = row.id, row.version, Barrier(2), []
    db.session.remove()

    def answer(words):
        with app.app_context():
            mine = db.session.get(Assignment, row_id)
            barrier.wait()
            try:
                answer_operations.report_done(mine, words, version=version, by=mine.asked)
                came.append(words)
            except StaleEdit:
                came.append("stale")
            db.session.remove()

    people = [Thread(target=answer, args=(words,)) for words in ("Một", "Hai")]
    for person in people:
        person.start()
    for person in people:
        person.join()

    (kept,) = set(came) - {"stale"}
    assert sorted(came) == sorted([kept, "stale"])
    assert db.session.get(Assignment, row_id).answer == kept


@ONCE
def test_an_agency_gets_one_message_with_all_its_new_tasks(event, made, organizer):
    second = operations.add_task(event, Details(text="Việc thứ hai.", agency="Sở Nội vụ"), by=organizer)
    assignment_operations.expand(second, by=organizer)
    mail_to(of(made))

    told = telling_operations.tell(event, by=organizer)
    again = telling_operations.tell(event, by=organizer)

    assert (told.messages, told.without_address, again.messages) == (1, ("Sở Y tế",), 0)
    (mail,) = mails("task_assigned")
    assert "Báo cáo kết quả." in mail.text_body and "Việc thứ hai." in mail.text_body
    assert "[[secret:link]]" in mail.text_body
    assert mail.subject == "Giao 2 nhiệm vụ mới – Lễ phát động"


@ONCE
def test_nobody_is_written_to_whose_link_is_taken_back_and_they_are_named(event, made, signed_in):
    other, unlinked = of(made), of(made, "Sở Y tế")
    mail_to(other)
    mail_to(unlinked, "soyte@donvi.example.vn")
    sending_operations.revoke(unlinked.asked, by=None)
    page = signed_in.get(f"/events/{event.slug}/assignments")
    assert "liên kết đã bị thu hồi" in page.text

    page = signed_in.submit(page.form("/tell"))

    assert [mail.recipient for mail in mails("task_assigned")] == [other.asked.email]
    assert any("đã bị thu hồi" in words and "Sở Y tế" in words for words in page.flashes), page.flashes
    nominations.restore_invitation(unlinked.asked, by=None)
    told = telling_operations.tell(event, by=None)
    assert (told.messages, told.link_taken_back) == (1, ())


@ONCE
def test_what_is_sent_back_comes_with_the_remark_by_mail(event, made, signed_in):
    row = of(made)
    mail_to(row)
    answer_operations.report_done(row, "Xong", by=row.asked)
    url = f"/events/{event.slug}/assignments/{row.id}"
    form = signed_in.get(url).form("/send-back")

    page = signed_in.submit(form, {"remark": "Thiếu số liệu."})

    assert "Trả lại" in page.text
    (mail,) = mails("task_returned")
    assert "Nội dung cần hoàn thiện: Thiếu số liệu." in mail.text_body
    row = of(made)
    answer_operations.report_done(row, "Đã bổ sung", by=row.asked)
    signed_in.submit(signed_in.get(url).form("/accept"))
    db.session.expire_all()
    assert row.state is AssignmentState.ACCEPTED
    with pytest.raises(DomainError):
        answer_operations.report_progress(row, "Thêm", by=row.asked)


@ONCE
def test_an_answer_on_behalf_says_who_entered_it(event, made, signed_in, organizer):
    row = of(made)
    url = f"/events/{event.slug}/assignments/{row.id}"

    page = signed_in.submit(
        signed_in.get(url).form("/answer"),
        {"saying": "done", "text": "Báo qua điện thoại", "by_name": "Lê Văn Ba"},
    )

    assert "Đã nhập thay Sở Nội vụ." in page.text
    entry = db.session.scalars(sa.select(TaskEntry).where(TaskEntry.kind == EntryKind.REPORTED)).one()
    assert (entry.actor_kind, entry.actor_id, entry.by_name) == ("user", organizer.id, "Lê Văn Ba")


def reminded(event, organizer, *, last, told, now):
    task = operations.add_task(
        event, Details(text="Báo cáo.", agency="Sở Nội vụ", deadline=last), by=organizer
    )
    assignment_operations.expand(task, by=organizer)
    row = of(task)
    row.asked.email, row.told_at = "vanthu@donvi.example.vn", told
    db.session.commit()
    return telling_operations.remind(event, now)


@pytest.mark.parametrize(
    "ahead, count", [(8, 0), (7, 1), (5, 1), (4, 0), (1, 1), (0, 1), (-1, 1), (-4, 0), (-20, 0)]
)
@ONCE
def test_the_silent_are_reminded_on_the_chosen_days_and_caught_up_for_two(event, organizer, ahead, count):
    now = clock.now()

    sent = reminded(
        event, organizer, last=clock.today() + timedelta(days=ahead), told=now - timedelta(days=40), now=now
    )

    assert sent == count
    assert telling_operations.remind(event, now + timedelta(minutes=30)) == 0
    assert len(mails("task_reminder")) == count


def test_two_workers_remind_once(app, event, organizer):
    now = clock.now()
    last = clock.today() + timedelta(days=30)
    reminded(event, organizer, last=last, told=now - timedelta(days=40), now=now)
    event_id, barrier, counts = event.id, Barrier(2), []
    db.session.remove()

    def remind():
        with app.app_context():
            own = db.session.get(type(event), event_id)
            barrier.wait()
            counts.append(telling_operations.remind(own, now + timedelta(days=23)))
            db.session.remove()

    workers = [Thread(target=remind) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(counts) == [0, 1]
    assert len(mails("task_reminder")) == 1


@ONCE
def test_who_has_reported_or_wants_no_reminders_is_left_alone(event, organizer, client):
    now = clock.now()
    last = clock.today() + timedelta(days=30)
    reminded(event, organizer, last=last, told=now, now=now)
    row = db.session.scalars(sa.select(Assignment)).one()

    stop = f"{page_of(row)}/stop"
    client.submit(client.get(stop).form("/stop"))
    assert telling_operations.remind(event, now + timedelta(days=23)) == 0
    row.asked.reminders_stopped_at = None
    db.session.commit()
    answer_operations.report_done(row, "Xong", by=row.asked)

    assert telling_operations.remind(event, now + timedelta(days=23)) == 0


@ONCE
def test_nobody_is_reminded_once_the_links_are_dead(event, organizer):
    now = clock.now()
    event.data_kept_until = clock.today() + timedelta(days=22)
    db.session.commit()
    last = clock.today() + timedelta(days=30)

    assert reminded(event, organizer, last=last, told=now, now=now + timedelta(days=23)) == 0
    event.data_kept_until = clock.today() + timedelta(days=23)
    db.session.commit()
    assert telling_operations.remind(event, now + timedelta(days=23)) == 1


@ONCE
def test_the_days_of_reminders_are_chosen_per_event(event, signed_in, organizer):
    url = f"/events/{event.slug}/charging/reminders"
    form = signed_in.get(url).form()
    assert (form.fields["before"], form.fields["after"]) == ("7, 1", "1, 7")

    refused = signed_in.submit(form, {"before": "bảy"}, status=422)
    assert refused.errors == ["Hãy nhập các số ngày, cách nhau bằng dấu phẩy."]
    signed_in.submit(refused.form(), {"before": "3", "after": ""})

    db.session.expire_all()
    assert telling_operations.reminder_days(event) == [-3]
