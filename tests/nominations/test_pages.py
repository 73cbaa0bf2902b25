"""The page of an organization, as its contact uses it on a phone: forms, lists, refusals, dead links."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock
from eventsvc.db import atomic, db
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Invitation
from eventsvc.nominations import naming_operations as naming
from eventsvc.nominations import sending_operations as sending
from eventsvc.nominations.models import Nomination, OrganizationInvitation
from tests import factories
from tests.nominations.asking import asked, link, person, ready_event

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

LIST = """TT,Họ và tên,Chức vụ,Điện thoại,Email
1,Bà Trần Thị Bích,Phó Giám đốc,0501 000 001,bich@so.example.vn
2,Ông Lê Văn Cường,Trưởng phòng,0501 000 002,
"""


def _names() -> list[str]:
    return sorted(guest.person.full_name for guest in db.session.scalars(sa.select(Guest)))


def test_the_page_says_who_invites_to_what_when_and_how_many_and_reading_changes_nothing(app, client):
    event = ready_event()
    invitation = asked(event, due_on=date(2099, 12, 5), note="Mặc lễ phục")
    before = db.session.execute(sa.select(OrganizationInvitation.__table__)).all()

    page = client.get(link(invitation))

    for words in ("Ủy ban nhân dân tỉnh Quảng Ngãi", "Sở Nội vụ", "Bà Lê Thị Nga, Chánh Văn phòng",
                  "Lễ phát động Phong trào chuyển đổi số", "Hội trường lớn, 52 Hùng Vương", "đã cử 0/2 người",
                  "đến hết ngày 05 tháng 12 năm 2099", "Mặc lễ phục"):  # fmt: skip
        assert words in page.text, words
    assert db.session.execute(sa.select(OrganizationInvitation.__table__)).all() == before


def test_receipt_a_name_a_correction_and_taking_it_back(app, client):
    invitation = asked(ready_event())
    url = link(invitation)

    page = client.submit(client.get(url).form("/receipt"), {"received_by": "Nga"})
    assert "Đã nhận giấy mời" in page.text
    page = client.submit(
        page.form("/people"), {"full_name": "nguyễn văn an", "honorific": "Ông", "phones": "0501 000 001"}
    )
    assert page.flashes == ["Đã đưa 1 người vào danh sách đại biểu."]
    (correct,) = [each for each in page.links() if "/people/" in each]
    page = client.submit(client.get(correct).form(), {"full_name": "Nguyễn Văn Ân"})
    assert _names() == ["Nguyễn Văn Ân"]
    page = client.submit(page.form("/withdraw"))
    assert _names() == [] and "Đã rút" in page.text


def test_after_the_last_day_the_page_says_what_a_correction_may_change(app, client):
    invitation = asked(ready_event(), due_on=clock.today())
    naming.name_people(invitation, [person()])
    url = f"{link(invitation)}/people/1"
    before = client.get(url).text
    with atomic():
        invitation.due_on = clock.today() - timedelta(days=1)

    page = client.get(url)
    refused = client.submit(page.form(), {"full_name": "Trần Thị Bích"}, status=422)

    told = "Hạn cử người đã hết: người mới được cử sẽ chờ Ban Tổ chức đồng ý."
    assert told in page.text and told not in before
    assert refused.errors == ["Như vậy là thành người khác. Hãy rút tên này rồi cử người khác thay vào."]
    assert refused.form().fields["full_name"] == "Trần Thị Bích"
    assert _names() == ["Nguyễn Văn An"]


def test_a_double_click_names_nobody_twice(app, client):
    invitation = asked(ready_event())
    form = client.get(link(invitation)).form("/people")

    for _press in range(2):
        client.submit(form, {"full_name": "Nguyễn Văn An"})

    assert _names() == ["Nguyễn Văn An"]


def test_two_at_one_correction_see_each_other(app, client):
    invitation = asked(ready_event())
    naming.name_people(invitation, [person()])
    url = f"{link(invitation)}/people/1"
    mine, theirs = client.get(url).form(), client.get(url).form()

    client.submit(theirs, {"position": "Giám đốc"})
    page = client.submit(mine, {"position": "Phó Giám đốc"}, status=409)

    assert "Giám đốc" in page.text and page.form().fields["position"] == "Phó Giám đốc"


def test_a_pasted_list_and_a_spreadsheet_name_the_same_people_once(app, client):
    invitation = asked(ready_event(), seats=5)
    url = link(invitation)
    pasted = "Bà Trần Thị Bích; Phó Giám đốc; 0501 000 001\n2. Ông Lê Văn Cường - Trưởng phòng\nPhòng Tổ chức"

    page = client.submit(client.get(url).form("/list"), {"pasted": pasted})
    assert page.flashes == [
        "Đã đưa 2 người vào danh sách đại biểu.",
        "Không tìm thấy họ tên trong các dòng: Phòng Tổ chức.",
    ]
    file = (BytesIO(LIST.encode()), "danh-sach.csv")
    page = client.post(f"{url}/list", {"file": file})

    assert page.flashes == [
        "Đã cử trước đó, không đưa vào lần nữa: Trần Thị Bích; Lê Văn Cường.",
    ]
    assert _names() == ["Lê Văn Cường", "Trần Thị Bích"]


@pytest.mark.parametrize(
    ("form", "values"),
    [
        ("people", {"full_name": ""}),
        ("people", {"full_name": "123"}),
        ("people", {"full_name": "An\x07"}),
        ("people", {"full_name": "Nguyễn Văn An", "phones": "không có số"}),
        ("people", {"full_name": "Nguyễn Văn An", "emails": "a b c"}),
        ("people", {"full_name": "Nguyễn Văn An", "emails": "an@so.example.vn; an.so.example.vn"}),
        ("people", {"full_name": "Nguyễn Văn An", "emails": "nguyễn.an@so.example.vn"}),
        ("people", {"full_name": "x" * 201}),
        ("list", {"pasted": ""}),
        ("list", {"pasted": "0501 000 001"}),
        ("list", {"pasted": "Nguyễn Văn An\n" * 60_000}),
        ("list", {"file": (BytesIO(b"%PDF-1.7 no list"), "danh-sach.xlsx")}),
        ("list", {"file": (BytesIO(b"PK\x03\x04 broken"), "danh-sach.xlsx")}),
        ("decline", {"reason": " "}),
        ("decline", {"reason": "..."}),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(app, client, form, values):
    invitation = asked(ready_event())

    page = client.post(f"{link(invitation)}/{form}", values, status=422)

    assert page.errors
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Nomination)) == 0


def test_whom_another_has_named_waits_with_a_sentence_that_names_nobody_else(app, client):
    event = ready_event()
    naming.name_people(asked(event, "Hội Khuyến học tỉnh"), [person("Nguyễn Văn An", "+84501000001")])
    invitation = asked(event)

    page = client.submit(
        client.get(link(invitation)).form("/people"), {"full_name": "Nguyễn Văn An", "phones": "0501000001"}
    )

    assert "Người này đã có trong danh sách đại biểu: Ban Tổ chức sẽ xem xét." in page.text
    assert "Khuyến học" not in page.text


def test_the_organizer_agrees_or_refuses_with_a_remark_that_the_organization_reads(app, client, organizer):
    event = ready_event()
    invitation = asked(event, seats=1)
    naming.name_people(invitation, [person("Lê An"), person("Lê Bình"), person("Lê Chi")])
    client.sign_in(organizer)
    url = f"/events/{event.slug}/organizations/waiting"
    page = client.get(url)
    assert [row[1] for row in page.rows()] == ["Lê Bình", "Lê Chi"]

    assert "Hãy ghi lý do" in client.post(url, {"action": "refuse", "nomination": ["2"]}).text
    client.post(url, {"action": "refuse", "nomination": ["2"], "remark": "Hội trường đã hết chỗ"})
    client.post(url, {"action": "approve", "nomination": ["3"]})

    assert _names() == ["Lê An", "Lê Chi"]
    assert "Hội trường đã hết chỗ" in client.get(link(invitation)).text


def test_who_has_been_invited_shows_the_answer_and_may_be_replaced(app, client):
    event = ready_event()
    invitation = asked(event)
    naming.name_people(invitation, [person("Nguyễn Văn An", "+84501000001")])
    invitations.invite(event, by=None)
    page = client.get(link(invitation))
    assert "Đã mời, chưa trả lời" in page.text
    (substitute,) = [each for each in page.links() if each.endswith("/substitute")]

    client.submit(client.get(substitute).form(), {"full_name": "Trần Thị Bích", "reason": "Đi công tác"})

    standing = db.session.scalars(sa.select(Invitation).where(Invitation.revoked_at.is_(None))).all()
    assert [each.guest.person.full_name for each in standing] == ["Trần Thị Bích"]


def test_dead_altered_and_foreign_links(app, client):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Sở Y tế")
    naming.name_people(second, [person()])
    url = link(first)

    assert client.get(f"{url}x", status=404).heading
    assert client.get(f"/o/{'x' * 500}", status=404).heading
    assert client.get(f"{url}/people/1", status=404).heading  # somebody else's
    assert client.get(f"{url}/letter.pdf", status=404).heading  # there is none
    sending.revoke(first, by=None)
    assert client.get(url, status=410).heading
    assert client.post(f"{url}/people", {"full_name": "Nguyễn Văn Ba"}, status=410).heading
    with time_machine.travel("2100-01-01"):  # the data is kept until the day before
        assert client.get(link(second), status=410).heading


def test_reminders_stop_by_one_press_without_a_form_field(app, client):
    invitation = asked(ready_event())
    url = f"{link(invitation)}/stop"

    client.get(url)
    assert invitation.reminders_stopped_at is None
    answer = client.http.post(url, data={"List-Unsubscribe": "One-Click"})
    db.session.rollback()

    assert answer.status_code == 200
    assert db.session.get(OrganizationInvitation, 1).reminders_stopped_at is not None


def test_after_too_many_requests_a_link_has_to_wait_and_another_does_not(app, client):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Sở Y tế")
    fields = {"csrf_token": client.csrf()}
    for _press in range(60):
        client.http.post(f"{link(first)}/people", data=fields)

    assert client.post(f"{link(first)}/people", status=429).heading
    assert client.post(f"{link(second)}/people", status=422).errors


def test_a_bulk_press_asks_reminds_and_dates_those_ticked(app, signed_in):
    event = ready_event()
    first, second = asked(event, "Sở Nội vụ"), asked(event, "Sở Y tế")
    url = f"/events/{event.slug}/organizations"

    page = signed_in.post(f"{url}/selected", {"action": "ask", "asked": [first.id]})
    assert page.flashes == ["Đã gửi thư tới 1 cơ quan, đơn vị."]
    page = signed_in.post(
        f"{url}/selected", {"action": "due", "asked": [first.id, second.id], "due_on": "2099-12-05"}
    )
    assert page.flashes == ["Đã đặt hạn cử cho 2 cơ quan, đơn vị."]
    assert {row.due_on for row in db.session.scalars(sa.select(OrganizationInvitation))} == {
        date(2099, 12, 5)
    }
    assert [row[1] for row in signed_in.get(f"{url}?state=draft").rows()] == ["Sở Y tếTrung tâm IOC tỉnh"]
    assert [row[1] for row in signed_in.get(f"{url}?q=so+noi").rows()] == ["Sở Nội vụTrung tâm IOC tỉnh"]
    assert "Hãy chọn ít nhất" in signed_in.post(f"{url}/selected", {"action": "ask"}).text
    assert link(second).rpartition("/")[2] in signed_in.get(f"{url}/texts").text


def test_an_organizer_sees_the_whole_of_one_organization(app, signed_in):
    event = ready_event()
    invitation = asked(event, seats=1)
    naming.name_people(invitation, [person("Lê An", "+84501000001"), person("Lê Bình")])
    sending.ask(event, asked_ids={invitation.id}, by=None)
    url = f"/events/{event.slug}/organizations/{invitation.id}"

    page = signed_in.get(url)
    assert [row[0] for row in page.rows(1)] == ["Lê An", "Lê Bình"]
    page = signed_in.submit(page.form("/handed-over"), {"how": "in_person", "carried_by": "Anh Tư"})
    assert "Anh Tư" in page.text
    old = link(invitation)
    signed_in.submit(page.form("/link"))
    assert signed_in.get(old, status=404).heading
    signed_in.submit(signed_in.get(url).form("/revoke"))
    page = signed_in.submit(signed_in.get(url).form("/restore"))
    assert signed_in.get(link(db.session.get(OrganizationInvitation, 1))).heading
    assert factories.site_of(event, "main").name in page.text
