"""Sites: made from the tree, edited, found, removed."""

from datetime import date

import pytest
import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.sites import fault_operations as faults
from eventsvc.sites import operations, queries, reporter
from eventsvc.sites.models import MAIN, Site, SiteLevel
from eventsvc.sites.report_models import FaultKind
from tests import factories


def sites_of(event, *args, **kwargs):
    return list(db.session.scalars(queries.sites_of(event, *args, **kwargs)))


@pytest.fixture
def event(app):
    return factories.event()


@pytest.fixture
def whole_event(event):
    factories.main_site(event)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    operations.add_sites(event, SiteLevel.COMMUNE, by=None)
    return event


def test_the_tree_of_july_2023_gives_13_districts_and_173_communes(whole_event):
    sites = sites_of(whole_event)

    assert {level: sum(counts.values()) for level, counts in queries.tallies(whole_event).items()} == {
        SiteLevel.MAIN: 1,
        SiteLevel.DISTRICT: 13,
        SiteLevel.COMMUNE: 173,
    }
    assert [sites[0].code, sites[1].name, sites[14].level] == [
        MAIN,
        "Thành phố Quảng Ngãi",
        SiteLevel.COMMUNE,
    ]
    assert {site.parent_name for site in sites if site.level is SiteLevel.DISTRICT} == {"Tỉnh Quảng Ngãi"}
    below = {site.parent_name for site in sites if site.level is SiteLevel.COMMUNE}
    assert (len(below), "Huyện Lý Sơn" in below) == (12, False)


def test_ly_son_has_a_district_site_and_no_commune_site(whole_event):
    assert [site.name for site in sites_of(whole_event, within="536")] == ["Huyện Lý Sơn"]


def test_the_tree_of_today_has_96_communes_and_no_district(app):
    event = factories.event(units_as_of=date(2026, 1, 1))

    districts = operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    communes = operations.add_sites(event, SiteLevel.COMMUNE, by=None)

    assert (len(districts), len(communes)) == (0, 96)
    assert {site.parent_name for site in communes} == {"Tỉnh Quảng Ngãi"}


def test_making_the_sites_again_makes_only_the_missing_ones(whole_event):
    operations.remove_site(queries.site_by_code(whole_event, "536"), by=None)

    again = operations.add_sites(whole_event, SiteLevel.DISTRICT, by=None)
    more = operations.add_sites(whole_event, SiteLevel.COMMUNE, by=None)

    assert ([site.code for site in again], more) == (["536"], [])


def test_the_main_site_is_made_once(event):
    first = factories.main_site(event, "Trung tâm IOC")
    second = factories.main_site(event, "Hội trường")

    assert (second.id, second.name, second.code) == (first.id, "Trung tâm IOC", "main")


def test_another_hall_gets_a_code_of_its_own(event):
    codes = [factories.site(event, "Trường Đại học").code for _ in range(2)]

    assert codes == ["truong-dai-hoc", "truong-dai-hoc-2"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("binh thanh", {"Xã Bình Thạnh", "Xã Bình Thanh"}),
        ("Bình Thạnh", {"Xã Bình Thạnh", "Xã Bình Thanh"}),
        ("nguyen nghiem", {"Phường Nguyễn Nghiêm"}),
        ("21061", {"Xã Bình Trị"}),
        ("%", set()),
        ("khong co noi nay", set()),
    ],
)
def test_search_ignores_diacritics_and_finds_every_match(whole_event, q, expected):
    found = sites_of(whole_event, q=q)

    assert {site.name for site in found} == expected
    if q == "nguyen nghiem":
        assert len(found) == 2
    if q == "Bình Thạnh":
        assert found[0].name == "Xã Bình Thạnh"


def test_the_list_can_be_bounded_by_level_unit_and_reach(whole_event):
    main = queries.site_by_code(whole_event, MAIN)

    assert len(sites_of(whole_event, level=SiteLevel.DISTRICT)) == 13
    assert len(sites_of(whole_event, within="524")) == 23
    assert sites_of(whole_event, {main.id}) == [main]
    assert sites_of(whole_event, set()) == []


def test_faults_come_first_when_asked(whole_event):
    site = queries.site_by_code(whole_event, "536")
    faults.raise_fault(site, FaultKind.NO_SOUND, "Mất tiếng", reporter.of_site(site))

    assert sites_of(whole_event, attention_first=True)[0] == site


def test_an_edit_keeps_the_code_and_finds_the_new_name(whole_event):
    site = queries.site_by_code(whole_event, "536")

    operations.edit_site(site, {"name": "Điểm cầu Lý Sơn", "capacity": 80}, version=site.version, by=None)

    assert (site.code, site.capacity) == ("536", 80)
    assert sites_of(whole_event, q="diem cau ly son") == [site]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "site.edited")).one()
    assert entry.details == {"fields": ["capacity", "name"]}


def test_the_second_of_two_edits_is_stale(event):
    site = factories.main_site(event)
    seen = site.version
    operations.edit_site(site, {"hall": "Phòng 1"}, version=seen, by=None)

    with pytest.raises(StaleEdit):
        operations.edit_site(site, {"hall": "Phòng 2"}, version=seen, by=None)

    assert site.hall == "Phòng 1"


def test_a_site_with_guests_is_not_removed(event):
    site = factories.main_site(event)
    factories.data_notice(event)
    factories.guest(site, group=factories.group(event))

    with pytest.raises(DomainError) as refusal:
        operations.remove_site(site, by=None)

    assert refusal.value.code == "site_in_use"
    assert db.session.scalars(sa.select(Site.code)).all() == ["main"]
    assert "site.removed" not in db.session.scalars(sa.select(AuditEntry.action)).all()


def test_a_code_of_another_event_is_not_found(whole_event):
    other = factories.event()

    with pytest.raises(DomainError) as refusal:
        queries.site_by_code(other, "536")

    assert refusal.value.status == 404
