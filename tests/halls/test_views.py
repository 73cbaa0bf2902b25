"""The pages of halls, as an organizer and people of single sites use them."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.halls import operations, people_lines, post_operations, queries
from eventsvc.halls.models import Post, Service, ServiceKind, ServiceState, Shift
from eventsvc.halls.people_lines import Line
from eventsvc.halls.post_operations import Person
from eventsvc.sites import operations as sites
from eventsvc.sites.models import SiteLevel
from tests import factories
from tests.queries import counted

STARTS = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)
PEOPLE = "STT\tHọ tên\tĐiện thoại\tĐơn vị\n1\tLê Thị Hòa\t0501 000 001\tTỉnh đoàn\n2. Trần Văn Bình; Sở Y tế"


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=STARTS)
    factories.main_site(event)
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def hall(event):
    return factories.site_of(event, "main")


@pytest.fixture
def here(event):
    return f"/events/{event.slug}/halls/main"


def _of_site(event, role: Role, code: str = "536"):
    someone = factories.user()
    accounts.grant(someone, role, event_id=event.id, site_id=factories.site_of(event, code).id)
    return someone


def test_from_the_usual_list_to_a_service_on_the_spot(event, hall, here, signed_in):
    page = signed_in.submit(signed_in.get(here).form("/usual"))
    assert "Đã thêm 8 công tác bảo đảm." in page.flashes
    medical = next(row for row in page.rows() if row[0].startswith("Y tế"))
    assert medical[1] == "Sở Y tế" and "quá hạn" in medical[3]

    service = db.session.scalar(db.select(Service).where(Service.kind == ServiceKind.MEDICAL))
    form = signed_in.get(f"{here}/services/{service.id}").form()
    typed = {
        "on_duty_name": "Bác sĩ Phạm Văn Mẫu",
        "on_duty_phone": "0501 000 009",
        "detail": "01 xe cứu thương",
    }
    page = signed_in.submit(form, typed)
    assert "tel:+84501000009" in page.links()
    page = signed_in.post(f"{here}/services/{service.id}/tell", {"deed": "arrive"})
    page = signed_in.submit(
        signed_in.get(f"{here}/services/{service.id}/problem").form(), {"problem": "Xe hỏng"}
    )
    index = signed_in.get(f"/events/{event.slug}/halls")
    assert "1 công tác bảo đảm đang có sự cố" in index.text and "Xe hỏng" in index.text
    signed_in.post(f"{here}/services/{service.id}/tell", {"deed": "solve"})
    db.session.refresh(service)
    assert service.state is ServiceState.PRESENT
    index = signed_in.get(f"/events/{event.slug}/halls")
    assert "1/8 đã xác nhận, 1 đã có mặt" in index.rows()[0][1] and "Xe hỏng" not in index.text


def test_pasted_people_stand_at_the_door_and_the_doors_are_open(event, hall, here, signed_in):
    page = signed_in.submit(
        signed_in.get(f"{here}/posts/new").form(), {"name": "Cửa số 1", "is_door": "y", "needed": "2"}
    )
    form = page.form()
    assert (form.fields["starts_at"], form.fields["ends_at"]) == ("2023-07-14T07:00", "2023-07-14T09:30")
    page = signed_in.submit(form, {"people": PEOPLE, "ends_at": "2023-07-14T08:30"})

    assert [(row[1], row[2]) for row in page.rows()] == [
        ("Lê Thị Hòa 0501 000 001", "Tỉnh đoànCán bộ"),
        ("Trần Văn Bình", "Sở Y tếCán bộ"),
    ]
    assert "07:00–08:30 14/07/2023" in page.text and "thiếu người" not in page.text
    shift = db.session.scalar(db.select(Shift).where(Shift.person_name == "Trần Văn Bình"))
    form = signed_in.get(f"{here}/shifts/{shift.id}").form()
    page = signed_in.submit(form, {"starts_at": "2023-07-14T07:30"})
    assert "thiếu người từ 07:00 đến 07:30: có 1/2" in page.text
    page = signed_in.post(f"{here}/shifts/{shift.id}/present")
    assert "từ" in next(row for row in page.rows() if row[1] == "Trần Văn Bình")[3]


BAD = (
    ({"people": "Lê Thị Hòa; 0501 000 001\nTrần Văn Bình; 12"}, "Dòng 2: “12” không phải là số điện thoại."),
    ({"people": "Lê Thị Hòa\n; 0501 000 001"}, "Dòng 2: chưa có họ tên."),
    ({"people": "Lê Thị Hòa\n\nLÊ THỊ HOÀ"}, "Dòng 3: trùng với người ở dòng 1."),
    ({"people": "a" * 1_000_000}, "Tối đa"),
    ({"people": "Lê Thị Hòa\n" * 201}, "Mỗi lần nhập tối đa 200 dòng."),
    ({"people": " "}, "Hãy nhập ít nhất một người."),
    ({"people": "Lê Thị Hòa", "starts_at": "2023-07-14T09:30"}, "sau"),
    ({"people": "Lê Thị Hòa", "ends_at": "2023-07-14T06:00"}, "sau"),
    ({"people": "Lê Thị Hòa", "ends_at": "2023-07-16T06:00"}, "một ngày"),
    ({"people": "Lê Thị Hòa", "ends_at": "9999-99-99T06:00"}, "Ví dụ"),
    ({"people": "Lê Thị\x00 Hòa"}, "không"),
)


def test_one_bad_line_and_nobody_is_entered(event, hall, here, signed_in):
    post = post_operations.add_post(hall, name="Cửa 1", by=None)
    page = signed_in.get(f"{here}/posts/{post.id}/shifts/new")

    for values, sentence in BAD:
        answer = signed_in.submit(page.form(), values, status=422)
        assert sentence in " ".join(answer.errors), (str(values)[:60], answer.errors)
    assert db.session.scalars(db.select(Shift)).all() == []


def test_an_impossible_number_of_people_is_told_beside_the_field(event, hall, here, signed_in):
    form = signed_in.get(f"{here}/posts/new").form()

    for needed in ("0", "-1", "1000000000", "x", ""):
        answer = signed_in.submit(form, {"name": "Cửa 1", "needed": needed}, status=422)
        assert len(answer.errors) == 1, needed
    assert db.session.scalars(db.select(Post)).all() == []


def test_people_of_a_site_reach_their_own_hall_only(event, hall, app, client):
    own = factories.site_of(event, "536")
    theirs = operations.add_service(hall, ServiceKind.POWER, on_duty_phone="+84501000008", by=None)
    operations.add_service(own, ServiceKind.POWER, on_duty_phone="+84501000007", by=None)
    post = post_operations.add_post(hall, name="Cửa 1", by=None)
    client.sign_in(_of_site(event, Role.COORDINATOR))

    page = client.get(f"/events/{event.slug}/halls")
    assert own.name in page.text and hall.name not in page.text and "Điện lưới – Trung tâm" not in page.text
    assert "tel:+84501000007" in client.get(f"/events/{event.slug}/halls/536").links()
    for path in ("", f"/services/{theirs.id}", f"/posts/{post.id}", "/services/new"):
        client.get(f"/events/{event.slug}/halls/main{path}", status=404)
    client.get(f"/events/{event.slug}/halls/536/services/{theirs.id}", status=404)
    client.post(f"/events/{event.slug}/halls/536/posts/{post.id}/remove", status=404)
    assert len(queries.posts_of(hall)) == 1


def test_a_supervisor_sees_who_is_on_duty_without_telephones(event, app, client):
    own = factories.site_of(event, "536")
    operations.add_service(
        own, ServiceKind.MEDICAL, on_duty_name="Bác sĩ Mẫu", on_duty_phone="+84501000007", by=None
    )
    client.sign_in(_of_site(event, Role.SUPERVISOR))

    page = client.get(f"/events/{event.slug}/halls/536")

    assert "Bác sĩ Mẫu" in page.text and "0501" not in page.response.text
    paper = client.submit(page.form("/duty.pdf"))
    text = PdfReader(BytesIO(paper.response.data)).pages[0].extract_text()
    assert "Bác sĩ Mẫu" in text and "0501" not in text


def test_the_duty_list_has_everybody_with_telephone(event, hall, here, signed_in):
    operations.add_service(
        hall, ServiceKind.POWER, agency_name="Điện lực", on_duty_name="Võ Văn Điện", by=None
    )
    post = post_operations.add_post(hall, name="Cửa số 1", is_door=True, needed=2, by=None)
    people = [Person("Lê Thị Hòa", "+84501000001", "Tỉnh đoàn"), Person("Trần Văn Bình")]
    post_operations.add_shifts(post, people, starts_at=STARTS, ends_at=STARTS + timedelta(hours=2), by=None)

    answer = signed_in.submit(signed_in.get(here).form("/duty.pdf"))

    text = " ".join(PdfReader(BytesIO(answer.response.data)).pages[0].extract_text().split())
    for words in ("BẢNG PHÂN CÔNG TRỰC", "Võ Văn Điện", "Cửa số 1 (cần 02 người cùng lúc)", "08:00–10:00",
                  "0501 000 001", "Trần Văn Bình"):  # fmt: skip
        assert words in text, words


def test_one_hall_costs_as_many_statements_as_many(event, hall, app, signed_in):
    def statements() -> int:
        with counted() as count:
            signed_in.get(f"/events/{event.slug}/halls")
        return count.number

    def fill(site) -> None:
        operations.use_usual(site, by=None)
        post = post_operations.add_post(site, name="Cửa", is_door=True, by=None)
        post_operations.add_shifts(
            post, [Person("Lê Thị Hòa")], starts_at=STARTS, ends_at=STARTS + timedelta(hours=1), by=None
        )

    fill(hall)
    statements()
    one = statements()
    for code in ("522", "536", "524"):
        fill(factories.site_of(event, code))
    assert statements() == one


def test_another_hall_is_found_by_name(event, hall, signed_in):
    page = signed_in.get(f"/events/{event.slug}/halls?q=ly+son")

    assert f"/events/{event.slug}/halls/536" in page.links()


def test_lines_are_read_whatever_divides_them():
    read = people_lines.read(
        "Họ tên; SĐT\n1. Lê Thị Hòa | Tỉnh đoàn | 0501000001\n- Võ Bình, Sở Y tế, Phòng Y\n\nAn 3"
    )

    assert read.people == [
        Line("Lê Thị Hòa", "+84501000001", "Tỉnh đoàn"),
        Line("Võ Bình", None, "Sở Y tế, Phòng Y"),
        Line("An 3", None, None),
    ]
    assert read.complaints == []
