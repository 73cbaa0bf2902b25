"""An event from an uploaded plan, edited on its pages, and the edits in its dump."""

import io

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.agenda import operations as agenda
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.organizations import queries as organizations
from eventsvc.plans import operations, queries
from eventsvc.tasks.queries import tasks_of
from tests import factories
from tests.plans import plan


def upload(browser, content: bytes, *, status: int = 200, **values):
    """Choose a file on the page and send it."""
    form = browser.get("/plans/new").form("/plans/new")
    return browser.submit(form, {"file": (io.BytesIO(content), "plan.yaml"), **values}, status=status)


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Event))


def facts(page) -> dict[str, str]:
    return {
        row.xpath("string(dt)").strip(): " ".join(row.xpath("string(dd)").split())
        for row in page.html.xpath("//dl/div")
    }


def test_a_plan_is_uploaded_looked_at_and_confirmed(signed_in):
    preview = upload(signed_in, plan("001"))

    assert facts(preview) == {
        "Địa chỉ": "le-phat-dong-2023", "Điểm cầu chính": "1", "Điểm cầu cấp huyện": "13",
        "Điểm cầu cấp xã": "173", "Mục chương trình": "5", "Thành phần mời": "11", "Nhiệm vụ": "23",
    }  # fmt: skip
    assert count() == 0

    page = signed_in.submit(preview.form("/plans"))

    assert page.url == "/events/le-phat-dong-2023"
    assert count() == 1
    event = event_by_slug("le-phat-dong-2023")
    wanted = yaml.safe_load(plan("001"))
    del wanted["source_file"]
    assert queries.as_data(event) == wanted


def test_a_plan_of_work_and_conclusions_are_uploaded_too(signed_in):
    preview = upload(signed_in, plan("002"))
    assert facts(preview) == {
        "Địa chỉ": "hoat-dong-cua-ban-chi-dao-chuyen-doi-so-2022", "Nội dung kế hoạch": "11",
        "Chỉ tiêu của kế hoạch": "7", "Nhiệm vụ": "6",
    }  # fmt: skip
    page = signed_in.submit(preview.form("/plans"))
    assert page.url == "/events/hoat-dong-cua-ban-chi-dao-chuyen-doi-so-2022"

    preview = upload(signed_in, plan("003"))
    assert facts(preview)["Nội dung chỉ đạo"] == "11"
    page = signed_in.submit(preview.form("/plans"))

    assert page.heading.startswith("Cuộc họp nghe báo cáo")
    assert count() == 2
    assert upload(signed_in, plan("003")).heading == page.heading


def test_the_units_of_another_day_are_kept_through_the_preview(signed_in):
    preview = upload(signed_in, plan("000"), as_of="2024-01-15")

    signed_in.submit(preview.form("/plans"))

    assert str(event_by_slug("le-khai-truong-2022").units_as_of) == "2024-01-15"


def test_a_bad_file_comes_back_with_line_and_field(signed_in):
    bad = plan("001", ("duration_min: null}", "duration_min: -5}"), ("  short_name: Lễ phát động\n", ""))

    page = upload(signed_in, bad, status=422)

    assert [row[1:] for row in page.rows()] == [
        ["event.short_name", "Thiếu trường thông tin này."],
        ["agenda[1].duration_min", "Giá trị này phải từ 1 trở lên."],
    ]
    assert page.rows()[1][0] == "61"
    assert count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"\0" * 100,
        b"x" * 1_100_000,
        b"a: *b\n",
        plan("004", ("clusters:", "stations:")),
        "é".encode("latin-1"),
    ],
)
def test_what_is_no_plan_is_refused_on_the_page(signed_in, content):
    page = upload(signed_in, content, status=422)

    assert page.rows() and page.rows()[0][2]
    assert count() == 0


def test_no_file_is_a_sentence(signed_in):
    page = signed_in.post("/plans/new", {"as_of": "2023-02-30"}, status=422)

    assert len(page.errors) == 2


def test_a_plan_of_another_host_is_refused(app, client):
    stranger = factories.organizer(organization=organizations.host_for("75", factories.UNITS_AS_OF))
    client.sign_in(stranger)

    page = upload(client, plan("001"), status=422)

    assert page.rows()[0][1:] == [
        "event.host.text", "Ông/bà không phải là người tổ chức của “Ủy ban nhân dân tỉnh Quảng Ngãi”.",
    ]  # fmt: skip
    client.post("/plans", {"content": plan("001").decode()}, status=422)
    assert count() == 0


def test_someone_who_makes_no_events_finds_no_page(app, client):
    event = factories.event()
    client.sign_in(factories.owner(event))

    client.get("/plans/new", status=404)
    client.post("/plans", {"content": plan("001").decode()}, status=404)


def test_the_confirmed_file_is_checked_again(signed_in):
    preview = upload(signed_in, plan("001"))

    page = signed_in.submit(preview.form("/plans"), {"content": "plan_id: x"}, status=422)

    assert page.rows()
    signed_in.post("/plans", {"content": ""}, status=422)
    assert count() == 0


def test_a_plan_loaded_before_shows_what_changes_and_what_stays(signed_in, organizer):

    operations.load_plan(plan("001"), by=organizer)
    event = event_by_slug("le-phat-dong-2023")
    agenda.edit_item(event.agenda_items[0], {"title": "Khai mạc."}, by=organizer)
    changed = plan(
        "001",
        ("Tuyên bố lý do và giới thiệu đại biểu.", "Tuyên bố lý do."),
        ("Kết thúc Lễ phát động phong trào.", "Bế mạc."),
    )

    preview = upload(signed_in, changed)

    assert preview.rows() == [
        ["agenda[1].text", "Khai mạc.", "Tuyên bố lý do.", "Đã chỉnh sửa tại đây: giữ nguyên"],
        ["agenda[5].text", "Kết thúc Lễ phát động phong trào.", "Bế mạc.", "Sẽ cập nhật"],
    ]
    signed_in.submit(preview.form("/plans"))
    db.session.expire_all()
    assert [item.title for item in event.agenda_items][::4] == ["Khai mạc.", "Bế mạc."]


def test_what_is_edited_on_the_pages_is_in_the_dump(signed_in, organizer):
    operations.load_plan(plan("001"), by=organizer)
    event = event_by_slug("le-phat-dong-2023")
    base = f"/events/{event.slug}"
    item, task = event.agenda_items[2], tasks_of(event)[18]
    recipient = event.document.recipients[0]

    def edit(path: str, **values):
        signed_in.submit(signed_in.get(f"{base}{path}").form(), values)

    edit("/edit", title="Lễ phát động toàn dân chuyển đổi số", venue="Hội trường T50")
    edit(f"/agenda/items/{item.id}", title="Chủ tịch UBND tỉnh phát biểu.", duration_minutes="15")
    edit(
        f"/tasks/{task.id}/edit",
        text="Báo cáo kết quả triển khai.",
        deadline="2023-08-20",
        deadline_kind="exclusive",
    )
    edit(f"/documents/recipients/{recipient.id}", text="Ủy ban Quốc gia về chuyển đổi số")
    edit("/documents/edit", number="113/KH-UBND")
    edit("/movement/edit", value="8")
    edit("/movement/training", platform="Nền tảng học trực tuyến mở")

    answer = signed_in.get(f"{base}/plan.yaml")
    now = yaml.safe_load(answer.text)
    assert answer.response.headers["Content-Disposition"] == 'attachment; filename="le-phat-dong-2023.yaml"'
    assert now["event"]["title"] == "Lễ phát động toàn dân chuyển đổi số"
    assert now["event"]["venues"][0]["text"] == "Hội trường T50"
    assert (now["agenda"][2]["text"], now["agenda"][2]["duration_min"]) == (
        "Chủ tịch UBND tỉnh phát biểu.",
        15,
    )
    assert now["tasks"][18]["text"] == "Báo cáo kết quả triển khai."
    assert (now["tasks"][18]["deadline"], now["tasks"][18]["deadline_semantics"]) == (
        "2023-08-20",
        "exclusive",
    )
    assert now["document"]["recipients"][0]["text"] == "Ủy ban Quốc gia về chuyển đổi số"
    assert now["document"]["number"] == "113/KH-UBND"
    assert now["campaign"]["target_per_member"] == 8
    assert now["training"]["platform"] == "Nền tảng học trực tuyến mở"
    before = yaml.safe_load(plan("001"))
    for section in ("purposes", "requirements", "rituals", "delegates", "follow_up", "source_anomalies"):
        assert now[section] == before[section]
    assert now["event"]["implementing"] == before["event"]["implementing"]
    assert now["training"]["target_groups"] == before["training"]["target_groups"]


def test_the_dump_is_for_those_who_see_the_tasks(app, client, organizer):
    from eventsvc.accounts import operations as accounts
    from eventsvc.accounts.permissions import Role

    event = factories.event(by=organizer)
    viewer, reception = factories.user(), factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    accounts.grant(reception, Role.RECEPTION, event_id=event.id)

    client.sign_in(viewer).get(f"/events/{event.slug}/plan.yaml")
    client.sign_in(reception).get(f"/events/{event.slug}/plan.yaml", status=404)


def test_the_contents_are_for_those_who_see_the_tasks_and_confirming_for_organizers(app, client, organizer):
    from eventsvc.accounts import operations as accounts
    from eventsvc.accounts.permissions import Role

    slugs = [operations.load_plan(plan(number), by=organizer).slugs[0] for number in ("000", "002")]
    event = event_by_slug(slugs[1])
    viewer, reception = factories.user(), factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    accounts.grant(reception, Role.RECEPTION, event_id=event.id)
    address = client.sign_in(organizer).get(f"/events/{event.slug}/plan").form("/achieved-by").get("action")

    client.sign_in(reception).get(f"/events/{event.slug}/plan", status=404)
    page = client.sign_in(viewer).get(f"/events/{event.slug}/plan")

    assert "Mốc thời gian" not in page.text and "Có thể được thực hiện bằng" in page.text
    assert not page.html.xpath("//form[contains(@action, 'achieved-by')]")
    client.post(address, status=404)
