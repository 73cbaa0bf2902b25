"""The pages of the sites: making 187 of them, who sees which, what is refused."""

import pytest

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.sites import (
    contact,
    fault_operations,
    link_operations,
    link_queries,
    operations,
    queries,
    report_operations,
    report_queries,
    step_operations,
)
from eventsvc.sites.models import Milestone, SiteLevel
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import Reporter
from tests import factories

EDITED = {"name": "Điểm cầu Lý Sơn", "number": "1"}


@pytest.fixture
def event(organizer):
    return factories.event(by=organizer)


def coordinator(event, *codes):
    user = factories.user()
    for code in codes:
        accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=factories.site_of(event, code).id)
    return user


def test_an_organizer_makes_the_main_site_and_187_in_three_presses(signed_in, event):
    page = signed_in.get(f"/events/{event.slug}/sites")
    assert "Chưa có điểm cầu" in page.text

    page = signed_in.get(f"/events/{event.slug}/sites/new")
    page = signed_in.submit(page.form(), {"name": "Trung tâm IOC tỉnh", "hall": "Tầng 1"})
    assert page.url == f"/events/{event.slug}/sites/main"

    page = signed_in.get(f"/events/{event.slug}/sites")
    assert "Tạo 13 điểm cầu cấp huyện" in page.text and "Tạo 173 điểm cầu cấp xã" in page.text
    page = signed_in.submit(page.form("/sites"))
    assert "Đã tạo 186 điểm cầu" in page.text
    assert len(page.rows()) == 60 and len(page.response.data) < 60_000
    page = signed_in.get(next(link for link in page.links() if "per_page=500" in link))

    assert len(page.rows()) == 187
    assert "187 điểm cầu" in page.text
    assert "Tạo 1" not in page.text


def test_the_list_is_filtered_by_words_district_and_level(signed_in, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    operations.add_sites(event, SiteLevel.COMMUNE, by=None)

    def names(query):
        page = signed_in.get(f"/events/{event.slug}/sites?{query}")
        return [" ".join(head.text_content().split()) for head in page.html.xpath("//tbody//th")]

    assert sorted(names("q=binh+thanh")) == ["Xã Bình ThanhHuyện Bình Sơn", "Xã Bình ThạnhHuyện Bình Sơn"]
    assert names("within=536") == ["Huyện Lý SơnĐiểm cầu cấp huyện"]
    assert len(names("level=district")) == 13
    assert len(names("level=nonsense&within=..&order=x&per_page=500")) == 186
    assert len(names("level=commune&page=3")) == 53
    assert "Không có điểm cầu nào phù hợp" in signed_in.get(f"/events/{event.slug}/sites?q=zzz").text


def test_a_site_is_edited_and_its_phone_is_read_as_people_write_it(signed_in, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    form = signed_in.get(f"/events/{event.slug}/sites/536").form()

    signed_in.submit(
        form,
        {
            "hall": "Hội trường UBND huyện",
            "contact_phone": "050 123 45 67",
            "contact_email": "Lyson@QuangNgai.example.vn",
            "capacity": "120",
            "map_url": "https://ban-do.example.vn/ly-son",
            "speaks": "y",
        },
    )

    site = factories.site_of(event, "536")
    assert (site.hall, site.contact_phone, site.contact_email) == (
        "Hội trường UBND huyện", "+84501234567", "lyson@quangngai.example.vn",
    )  # fmt: skip
    assert (site.capacity, site.speaks) == (120, True)
    assert "0501 234 567" in signed_in.get(f"/events/{event.slug}/sites?within=536").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Hãy nhập tên điểm cầu."),
        ("name", "x" * 1_000_000, "Tối đa 200 ký tự"),
        ("hall", "Phòng\x00họp", "ký tự không lưu được"),
        ("contact_phone", "gọi sau", "không phải là số điện thoại"),
        ("contact_phone", "12", "không phải là số điện thoại"),
        ("contact_email", "không có", "không phải là địa chỉ thư"),
        ("map_url", "javascript:alert(1)", "https://"),
        ("map_url", "https://[", "https://"),
        ("capacity", "-5", "từ 1 đến 100000"),
        ("capacity", "nhiều", "từ 1 đến 100000"),
        ("capacity", "9" * 40, "từ 1 đến 100000"),
        ("number", "", "Hãy nhập một số."),
    ],
)
def test_bad_input_is_told_beside_the_field_and_kept(signed_in, event, field, typed, sentence):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    form = signed_in.get(f"/events/{event.slug}/sites/536").form()
    before = factories.site_of(event, "536").version

    page = signed_in.submit(form, {field: typed}, status=422)

    assert [error for error in page.errors if sentence in error], page.errors
    kept = page.form().fields[field]
    assert kept == typed.replace("\x00", "")[: len(kept or "")] and bool(kept) == bool(typed)
    assert factories.site_of(event, "536").version == before


def test_two_people_saving_the_same_site_both_see_what_the_other_typed(signed_in, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    first = signed_in.get(f"/events/{event.slug}/sites/536").form()
    second = signed_in.get(f"/events/{event.slug}/sites/536").form()
    signed_in.submit(first, {"hall": "Phòng họp số 1"})

    page = signed_in.submit(second, {"hall": "Phòng họp số 2"}, status=409)

    assert page.rows() == [["Hội trường, phòng họp", "Phòng họp số 1", "Phòng họp số 2"]]
    assert page.form().fields["hall"] == "Phòng họp số 2"
    assert factories.site_of(event, "536").hall == "Phòng họp số 1"

    signed_in.submit(page.form())
    assert factories.site_of(event, "536").hall == "Phòng họp số 2"


def test_a_coordinator_sees_and_edits_only_their_sites(client, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    client.sign_in(coordinator(event, "536", "524"))

    page = client.get(f"/events/{event.slug}/sites")
    assert sorted(row[0] for row in page.rows()) == [
        "Huyện Bình SơnĐiểm cầu cấp huyện",
        "Huyện Lý SơnĐiểm cầu cấp huyện",
    ]
    client.submit(client.get(f"/events/{event.slug}/sites/536").form(), {"hall": "Hội trường"})
    assert factories.site_of(event, "536").hall == "Hội trường"

    client.get(f"/events/{event.slug}/sites/525", status=404)
    client.post(f"/events/{event.slug}/sites/525", EDITED, status=404)
    client.post(f"/events/{event.slug}/sites/536/remove", status=404)
    client.post(f"/events/{event.slug}/sites", {"level": "commune"}, status=404)
    client.get(f"/events/{event.slug}/sites/new", status=404)
    assert len(list(db.session.scalars(queries.sites_of(event)))) == 13


def test_nothing_of_another_organization_is_there(client, event):
    factories.main_site(event)
    client.sign_in(
        factories.organizer(organization=factories.organizations.host_for("75", event.units_as_of))
    )

    for path in ("", "/new", "/main"):
        client.get(f"/events/{event.slug}/sites{path}", status=404)
    client.post(f"/events/{event.slug}/sites/main/remove", status=404)
    assert factories.site_of(event, "main").name == "Trung tâm IOC tỉnh"


def test_a_code_of_another_event_is_not_there(signed_in, event):
    other = factories.event()
    factories.site(other, "Trường Đại học")

    signed_in.get(f"/events/{event.slug}/sites/truong-dai-hoc", status=404)
    assert signed_in.http.get(f"/events/{event.slug}/sites/%00").status_code == 404
    assert signed_in.http.get(f"/events/{event.slug}/sites?q=%00").status_code == 404
    signed_in.post(f"/events/{event.slug}/sites", {"level": "province"}, status=404)


def test_a_site_with_guests_is_not_removed_and_says_why(signed_in, event):
    site = factories.main_site(event)
    factories.data_notice(event)
    factories.guest(site, group=factories.group(event))

    page = signed_in.post(f"/events/{event.slug}/sites/main/remove", status=409)

    assert "Điểm cầu này đã có khách mời" in page.text


def test_a_cancelled_event_shows_its_sites_and_offers_no_change(signed_in, event):
    factories.main_site(event)
    factories.events.cancel_event(event, by=None)

    page = signed_in.get(f"/events/{event.slug}/sites")

    assert len(page.rows()) == 1
    assert not [link for link in page.links() if link.endswith(("/sites/main", "/sites/new"))]


def test_another_coordinator_gets_a_new_link_and_the_page_says_so(signed_in, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    operations.edit_site(site, {"contact_name": "Bà Đảo", "contact_phone": "+84501000536"}, by=None)
    link_operations.make_links(event, [site], by=None)
    old = link_queries.link_of(site)

    def saved(**typed):
        return signed_in.submit(signed_in.get(f"/events/{event.slug}/sites/536").form(), typed)

    page = saved(contact_email="dao@lyson.example.vn", contact_name="bà  Đảo", contact_phone="0501 000 537")
    assert "liên kết mới" not in page.text
    assert link_queries.link_of(factories.site_of(event, "536")) == old
    page = saved(contact_name="Ông Biển", contact_phone="0501 000 999", contact_email="")

    assert "Đầu mối điểm cầu đã thay đổi" in page.text
    assert link_queries.site_by_token(old.rpartition("/")[2]) is None
    assert link_queries.link_of(factories.site_of(event, "536")) not in (None, old)


@pytest.mark.parametrize(
    ("former", "now", "is_another"),
    [
        ({}, {"contact_name": "A", "contact_phone": "1"}, False),
        ({"contact_phone": "1"}, {"contact_phone": "1", "contact_email": "a@b.example.vn"}, False),
        ({"contact_phone": "1"}, {"contact_phone": "2"}, True),
        ({"contact_phone": "1", "contact_email": "a"}, {"contact_phone": "1"}, True),
        ({"contact_name": "Nguyễn Văn A"}, {"contact_name": "nguyễn  văn a."}, False),
        ({"contact_name": "Nguyễn Văn A"}, {"contact_name": "Lê B"}, True),
        ({"contact_name": "A", "contact_phone": "1"}, {"contact_name": "a", "contact_phone": "2"}, False),
        ({"contact_name": "A", "contact_phone": "1"}, {"contact_name": "B", "contact_phone": "1"}, True),
        ({"contact_name": "A", "contact_phone": "1"}, {"contact_phone": "2"}, True),
        ({"contact_name": "Nguyễn Văn A"}, {}, False),
    ],
)  # fmt: skip
def test_who_is_another_coordinator(former, now, is_another):
    empty = {"contact_name": None, "contact_phone": None, "contact_email": None}

    assert contact.is_another_contact(empty | former, empty | now) is is_another


def test_another_line_is_told_on_the_page_of_the_site_and_to_no_guest(signed_in, organizer):
    event = factories.approved_event(by=organizer, window_text=None)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    places = site.place_sequence
    link_operations.make_links(event, [site], by=None)
    operations.edit_site(site, {"meeting_id": "900 000"}, by=None)
    assert site.connection_changed_at is None  # nobody has seen it yet: no change
    address = f"/s/{link_queries.link_of(site).rpartition('/')[2]}"
    link_operations.mark_opened(site)
    form = signed_in.get(f"/events/{event.slug}/sites/536").form()

    signed_in.submit(form, {"meeting_id": "900 100", "backup_line": "4G", "host_name": "Ông Chủ tịch"})

    site = factories.site_of(event, "536")
    assert (site.meeting_id, site.place_sequence) == ("900 100", places)
    assert "trang của đầu mối điểm cầu có ghi rõ" in signed_in.get(f"/events/{event.slug}/sites/536").text
    page = signed_in.get(address)
    assert "Ban Tổ chức đã thay đổi lúc" in page.text and "900 100" in page.text


def test_the_page_of_a_site_shows_everything_that_was_reported(signed_in, event):
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site, told = (
        factories.site_of(event, "536"),
        Reporter(None, "Nguyễn Văn Trực", spoke_with="Lê Thị Sóng"),
    )
    step_operations.reach(site, Milestone.TESTED, told)
    step_operations.undo(site, Milestone.TESTED, told)
    fault_operations.raise_fault(site, FaultKind.POWER, "Cúp điện toàn xã", told)
    item = report_queries.check_items(event)[0]
    report_operations.tick(site, item, told)
    groups = report_queries.count_groups(event)
    people = [(groups[0], 5), (groups[1], 1000)]
    report_operations.report_head_count(site, event.sittings[0], people, told)

    text = signed_in.get(f"/events/{event.slug}/sites/536").text

    for words in (
        "Bỏ ghi nhận: Kết nối thử đạt",
        "nhập thay, đã trao đổi với Lê Thị Sóng",
        "Cúp điện toàn xã",
        "1.005",
        "Danh mục kiểm tra 1/10",
        "Chưa xử lý",
        item.text,
    ):
        assert words in text, words
