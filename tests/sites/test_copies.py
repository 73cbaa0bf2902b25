"""Sites that learn from those of an earlier event, also across the mergers of units."""

from datetime import date

import pytest
import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.organizations.successors import Successor, successors
from eventsvc.sites import (
    copy_operations,
    copy_queries,
    link_operations,
    operations,
    queries,
    report_operations,
    report_queries,
    reporter,
)
from eventsvc.sites.copy_operations import CopyChoice
from eventsvc.sites.copy_proposals import fillings, propose
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.sites.report_models import CheckGroup, CheckItem
from tests import factories

BEFORE, AFTER = date(2023, 7, 15), date(2026, 1, 1)
LY_SON = {
    "hall": "Hội trường A", "address": "Thôn Đông", "contact_name": "Nguyễn Văn Đảo",
    "contact_phone": "+84501000536", "technician_name": "Lê Thị Sóng", "technician_phone": "+84501000537",
    "host_name": "Phạm Thị Khơi", "host_position": "Chủ tịch", "host_phone": "+84501000538", "cluster": "Đảo",
    "video_platform": "VNPT Meeting", "backup_line": "4G", "capacity": 90,
}  # fmt: skip


def site(id, name, code="21000", level=SiteLevel.COMMUNE, **columns):
    return Site(id=id, name=name, code=code, level=level, **columns)


# --- What became of units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "since", "until", "expected"),
    [
        ("21538", BEFORE, AFTER, [("21538", True)]),  # Xã Ba Xa, unchanged
        ("536", BEFORE, AFTER, [("21548", True)]),  # huyện Lý Sơn, now a special zone
        ("21025", BEFORE, AFTER, [("21025", False)]),  # the code of Phường Nguyễn Nghiêm, used for Cẩm Thành
        ("21142", BEFORE, AFTER, [("21136", False), ("21157", False)]),  # Xã Trà Bùi, divided
        ("21253", BEFORE, date(2025, 3, 1), [("21262", False)]),  # Nghĩa Phú, merged into An Phú
        ("21253", BEFORE, AFTER, [("21034", False)]),  # and with it once more
        ("26071", date(2024, 8, 15), date(2025, 3, 1), []),  # Xuân Trung, not known where to
        ("26116", date(2025, 8, 1), date(2026, 6, 1), [("26116", True)]),  # Xã Tân Phú, now a ward
        ("21025", AFTER, BEFORE, []),  # nothing is followed back
        ("522", BEFORE, BEFORE, [("522", True)]),
    ],
)
def test_a_unit_is_followed_through_mergers(code, since, until, expected):
    assert successors(code, since, until) == [Successor(*one) for one in expected]


# --- Who learns from whom (pure) ------------------------------------------------------------------------------


def test_a_hall_is_known_by_its_name_unless_two_bear_it():
    other = SiteLevel.OTHER
    new = [site(1, "Trường A", "a", other), site(2, "Trường B", "b", other), site(3, "Trường b.", "c", other)]
    earlier = [site(11, "TRƯỜNG A", "x", other), site(12, "Trường B", "y", other)]

    known = propose(new, earlier, BEFORE, BEFORE, successors)

    assert [(one.site.id, one.own.id) for one in known.found] == [(1, 11)]
    assert [one.id for one in known.new] == [2, 3]
    assert [gone.site.id for gone in known.gone] == [12]


def test_only_what_is_empty_is_filled_and_no_number_is_put_beside_anothers_name():
    former = site(
        1,
        "Xã A",
        contact_name="Ông Cũ",
        contact_phone="+84501",
        hall="Hội trường",
        capacity=50,
        host_name="Bà Chủ",
    )
    new = site(2, "Xã A", contact_name="Bà Mới", capacity=70, host_name="Ông Chủ")

    def names(**how):
        return {one.name: one.value for one in fillings(new, former, **how)}

    assert names(overwrites=False, with_contacts=True) == {"hall": "Hội trường"}
    assert names(overwrites=True, with_contacts=True) == {
        "hall": "Hội trường", "capacity": 50, "contact_name": "Ông Cũ", "contact_phone": "+84501",
        "host_name": "Bà Chủ",
    }  # fmt: skip
    assert names(overwrites=True, with_contacts=False) == {"hall": "Hội trường", "capacity": 50}


# --- Between two events ---------------------------------------------------------------------------------------


@pytest.fixture
def earlier(organizer):
    event = factories.event(by=organizer, short_title="Lễ năm 2023")
    operations.add_all_sites(event, by=None)
    operations.edit_site(factories.site_of(event, "536"), LY_SON, by=None)
    for code, name in (("21025", "Nguyễn Thị Nghiêm"), ("21031", "Trần Văn Lộ")):
        operations.edit_site(
            factories.site_of(event, code),
            {"contact_name": name, "contact_phone": f"+8450{code}99", "hall": "Nhà văn hóa"},
            by=None,
        )
    return event


@pytest.fixture
def event(earlier, organizer):
    made = factories.event(by=organizer, units_as_of=AFTER, short_title="Lễ năm 2026")
    operations.add_all_sites(made, by=None)
    return made


def pairs_of(known):
    return {one.site.id: one.own.id for one in known.found if one.own is not None}


def test_a_merged_unit_is_offered_every_predecessor_and_given_none(event, earlier):
    known = copy_queries.proposals(event, earlier)
    cam_thanh = next(one for one in known.found if one.site.name == "Phường Cẩm Thành")

    assert cam_thanh.own is None
    assert {former.name for former in cam_thanh.merged} == {
        "Phường Chánh Lộ",
        "Phường Nghĩa Chánh",
        "Phường Nguyễn Nghiêm",
        "Phường Trần Hưng Đạo",
    }
    assert {one.site.name for one in known.found if one.own is not None} == {"Xã Ba Xa", "Đặc khu Lý Sơn"}
    assert len(known.new) == 40  # those that were Kon Tum's, which had no site in the earlier event
    gone = {one.site.name: one.successors for one in known.gone}
    assert gone["Xã Trà Bùi"] == ("Xã Cà Đam", "Xã Tây Trà Bồng")
    assert gone["Huyện Bình Sơn"] == ()


def test_filling_in_leaves_the_earlier_event_as_it_was_and_keeps_its_names(event, earlier):
    known = copy_queries.proposals(event, earlier)
    target = next(one.site for one in known.found if one.site.name == "Phường Cẩm Thành")
    former = factories.site_of(earlier, "21031")
    pairs = pairs_of(known) | {target.id: former.id}

    assert copy_operations.copy_sites(event, earlier, CopyChoice(pairs, with_contacts=True), by=None) == 2

    ly_son = factories.site_of(event, "21548")
    assert {name: getattr(ly_son, name) for name in LY_SON} == LY_SON
    assert (target.contact_name, target.hall) == ("Trần Văn Lộ", "Nhà văn hóa")
    assert (factories.site_of(earlier, "536").name, ly_son.name) == ("Huyện Lý Sơn", "Đặc khu Lý Sơn")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "sites.copied")).one()
    assert entry.details == {"count": 2, "source": earlier.id, "lists": False}
    again = copy_operations.copy_sites(event, earlier, CopyChoice(pairs, with_contacts=True), by=None)
    assert again == 0


def test_a_pair_that_is_not_proposed_is_refused_and_nothing_is_written(event, earlier):
    ly_son, other = factories.site_of(event, "21548"), factories.site_of(event, "21538")
    pairs = {
        ly_son.id: factories.site_of(earlier, "536").id,
        other.id: factories.site_of(earlier, "21025").id,
    }

    with pytest.raises(DomainError):
        copy_operations.copy_sites(event, earlier, CopyChoice(pairs), by=None)

    assert factories.site_of(event, "21548").hall is None


def test_another_coordinator_gets_another_link(event, earlier):
    ly_son = factories.site_of(event, "21548")
    operations.edit_site(ly_son, {"contact_name": "Bà Mới", "contact_phone": "+84501999999"}, by=None)
    link_operations.make_links(event, [ly_son], by=None)
    old = ly_son.token_hash
    pairs = {ly_son.id: factories.site_of(earlier, "536").id}

    copy_operations.copy_sites(event, earlier, CopyChoice(pairs, with_contacts=True), by=None)
    assert (ly_son.contact_name, ly_son.token_hash) == ("Bà Mới", old)
    choice = CopyChoice(pairs, overwrites=True, with_contacts=True)
    copy_operations.copy_sites(event, earlier, choice, by=None)

    assert ly_son.contact_name == "Nguyễn Văn Đảo"
    assert ly_son.token_hash not in (None, old)


def test_checklist_kinds_and_rules_come_along_until_somebody_has_ticked(event, earlier):
    with atomic():
        db.session.add(
            CheckItem(event_id=earlier.id, number=99, group=CheckGroup.OTHER, text="Hoa trang trí")
        )
    choice = CopyChoice({}, with_lists=True)

    copy_operations.copy_sites(event, earlier, choice, by=None)

    items = report_queries.check_items(event)
    assert (len(items), items[-1].text) == (11, "Hoa trang trí")
    site = factories.site_of(event, "21548")
    report_operations.tick(site, items[0], reporter.of_site(site))
    with pytest.raises(DomainError) as refusal:
        copy_operations.copy_sites(event, earlier, choice, by=None)
    assert refusal.value.code == "checklist_in_use"


def test_1_and_95_sites_of_dong_nai_know_themselves_again_as_wards(app):
    host = factories.organizations.host_for("75", date(2025, 8, 1))
    first = factories.event(host=host, units_as_of=date(2025, 8, 1))
    second = factories.event(
        host=factories.organizations.host_for("75", date(2026, 6, 1)), units_as_of=date(2026, 6, 1)
    )
    for one in (first, second):
        operations.add_all_sites(one, by=None)

    known = copy_queries.proposals(second, first)

    assert (len(known.found), known.new, known.gone) == (95, [], [])
    renamed = {one.own.name: one.site.name for one in known.found if one.own.name != one.site.name}
    assert len(renamed) == 10 and renamed["Xã Tân Phú"] == "Phường Tân Phú"


# --- The pages ------------------------------------------------------------------------------------------------


def test_an_organizer_looks_first_and_then_takes_over(signed_in, event, earlier):
    address = f"/events/{event.slug}/sites/copy"
    link = next(link for link in signed_in.get(address).links() if f"from={earlier.slug}" in link)
    page = signed_in.get(link)

    assert "Đầu mối điểm cầu: Nguyễn Văn Đảo" in page.text and "0501 000 536" in page.text
    assert "40 điểm cầu của sự kiện này không có điểm cầu tương ứng" in page.text
    assert "Xã Trà Bùi (Huyện Trà Bồng): đã sáp nhập vào Xã Cà Đam, Xã Tây Trà Bồng" in page.text
    assert factories.site_of(event, "21548").hall is None
    page = signed_in.submit(page.form("/copy"))

    assert "Đã điền thông tin cho 1 điểm cầu" in page.text
    assert factories.site_of(event, "21548").contact_phone == "+84501000536"
    assert factories.site_of(event, "21025").contact_name is None, "never silently one of several"


def test_events_of_others_and_out_of_reach_are_no_source(client, event, earlier):
    foreign = factories.event(host=factories.another_host())
    factories.site(foreign)
    owner = factories.user()
    accounts.grant(owner, Role.OWNER, event_id=event.id)
    client.sign_in(owner)
    address = f"/events/{event.slug}/sites/copy"

    assert "Chưa có sự kiện trước" in client.get(address).text
    for slug in (earlier.slug, foreign.slug, event.slug, "khong-co"):
        client.get(f"{address}?from={slug}", status=404)
        client.post(address, {"from": slug}, status=404)


def test_district_totals_equal_site_totals_with_three_and_with_two_tiers(event, earlier):
    for one, count in ((earlier, 186), (event, 96)):
        whole = len(list(db.session.scalars(queries.sites_of(one))))
        by_unit = [
            len(list(db.session.scalars(queries.sites_of(one, within=code))))
            for code, _name in queries.districts_of(one)
        ]
        by_status = sum(sum(found.values()) for found in queries.tallies(one).values())
        assert (whole, sum(by_unit), by_status) == (count, count, count)
