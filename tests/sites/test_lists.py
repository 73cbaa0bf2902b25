"""The list of sites: who is late and who comes first, its filters, its price for 1, 187 and 3,356 sites."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import atomic, db
from eventsvc.sites import (
    fault_operations,
    link_operations,
    operations,
    queries,
    readiness_queries,
    report_operations,
    report_queries,
    reporter,
    step_operations,
)
from eventsvc.sites.models import Milestone, Site, SiteLevel, SiteStatus
from eventsvc.sites.report_models import FaultKind
from eventsvc.text import fold
from tests import factories
from tests.queries import counted

START = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)
EVE = datetime(2023, 7, 13, 9, 0, tzinfo=UTC)  # 16:00: confirmation, test and rehearsal are over


@pytest.fixture
def event(organizer):
    made = factories.approved_event(starts_at=START, by=organizer)
    operations.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


@pytest.fixture
def eve(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: EVE)


def reach(event, code, *milestones):
    site = factories.site_of(event, code)
    for milestone in milestones:
        step_operations.reach(site, milestone, reporter.of_site(site))
    return site


def found(event, **how):
    return [site.code for site in db.session.scalars(queries.sites_of(event, **how))]


def test_red_comes_first_faults_then_the_most_missed_then_the_longest_overdue(event, eve):
    everything = (Milestone.TESTED, Milestone.REHEARSED)
    reach(event, "522", *everything)
    faulty = reach(event, "524", *everything)
    fault_operations.raise_fault(faulty, FaultKind.NO_SOUND, None, reporter.of_site(faulty))
    reach(event, "525", Milestone.REHEARSED)  # the test missed, days ago
    reach(event, "527", Milestone.TESTED)  # the rehearsal missed, an hour ago
    reach(event, "528", Milestone.CLOSED)
    moment = readiness_queries.dues_of(event), EVE

    order = found(event, attention_first=True)

    assert order[0] == "524"
    assert order[-4:] == ["525", "527", "522", "528"]
    assert found(event, late=moment, attention_first=True) == order[1:-2]
    assert queries.late_number(event, None, *moment) == 10


def test_a_row_says_what_was_missed_what_comes_next_and_what_was_reported(signed_in, event, eve):
    site = reach(event, "536", Milestone.TESTED)
    operations.edit_site(
        site,
        {"contact_name": "Bà Đảo", "contact_phone": "+84501000536", "technician_phone": "+84501000537"},
        by=None,
    )
    link_operations.make_links(event, [site], by=None)
    groups = report_queries.count_groups(event)
    report_operations.report_head_count(site, event.sittings[0], [(groups[0], 1200)], reporter.of_site(site))
    ready = reach(event, "535", *(set(Milestone) - {Milestone.CONNECTED, Milestone.CLOSED}))

    page = signed_in.get(f"/events/{event.slug}/sites?q=ly+son")
    (row,) = page.rows()

    assert row[0] == "Huyện Lý SơnĐiểm cầu cấp huyện"
    assert row[1] == "Đã kiểm tra"
    assert row[2] == "Chạy thử, tổng duyệt: quá hạn từ 15:00 13/07/2023"
    assert "Bà Đảo 0501 000 536" in row[4] and "0501 000 537" in row[4]
    assert row[5:] == ["chưa gửi", "1.20016:00 13/07/2023"]
    assert {"tel:+84501000536", "tel:+84501000537"} <= set(page.links())
    (row,) = signed_in.get(f"/events/{event.slug}/sites?q={ready.code}").rows()
    assert row[1:3] == ["Sẵn sàng", "Kết nối vào phòng họptrước 07:45 14/07/2023"]


def test_who_may_not_read_contacts_sees_no_telephone(client, event):
    operations.edit_site(
        factories.site_of(event, "536"), {"contact_name": "Bà Đảo", "contact_phone": "+84501000536"}, by=None
    )
    supervisor = factories.user()
    accounts.grant(supervisor, Role.SUPERVISOR, event_id=event.id, site_id=factories.site_of(event, "536").id)
    client.sign_in(supervisor)

    page = client.get(f"/events/{event.slug}/sites")

    assert "Huyện Lý Sơn" in page.text
    assert "Bà Đảo" not in page.text and not [link for link in page.links() if link.startswith("tel:")]


def test_counts_on_top_are_filters(signed_in, event, eve):
    reach(event, "536", Milestone.TESTED, Milestone.REHEARSED)
    operations.edit_site(factories.site_of(event, "524"), {"cluster": "Cụm biển & đảo"}, by=None)
    page = signed_in.get(f"/events/{event.slug}/sites")

    def rows(part):
        return len(signed_in.get(next(link for link in page.links() if part in link)).rows())

    assert (rows("status=tested"), rows("status=unconfirmed"), rows("late=1")) == (1, 12, 12)
    assert len(signed_in.get(f"/events/{event.slug}/sites?cluster=Cụm+biển+%26+đảo").rows()) == 1
    both = f"/events/{event.slug}/sites?late=1&status=tested"
    assert "Không có điểm cầu nào phù hợp" in signed_in.get(both).text


def add_communes(event, count, first=0):
    """So many communes more, as nobody could type them."""
    rows = [
        {
            "event_id": event.id, "version": 1, "code": f"9{number:05}", "name": f"Xã Bình Thạnh {number}",
            "folded": fold(f"Xã Bình Thạnh {number}"), "level": SiteLevel.COMMUNE, "number": number,
            "parent_code": f"p{number % 34}", "parent_name": f"Tỉnh {number % 34}", "speaks": False,
            "status": SiteStatus.CONFIRMED, "confirmed_at": START, "contact_phone": f"+8450{number:07}",
            "open_faults": 0, "link_number": 0, "place_sequence": 0, "created_at": START,
        }
        for number in range(first, first + count)
    ]  # fmt: skip
    with atomic():
        db.session.execute(sa.insert(Site), rows)


@pytest.mark.parametrize("query", ["per_page=500", "order=attention&late=1", "q=binh+thanh&page=2"])
def test_the_list_costs_the_same_queries_for_1_187_and_3356_sites(signed_in, event, eve, query):
    for site in list(db.session.scalars(queries.sites_of(event)))[1:]:
        operations.remove_site(site, by=None)
    address = f"/events/{event.slug}/sites?{query}"
    signed_in.get(address)
    numbers = []

    for more in (0, 186, 3356 - 187):
        if more:
            add_communes(event, more, first=more)
        with counted() as count:
            signed_in.get(address)
        numbers.append(count.number)

    assert len(set(numbers)) == 1 and numbers[0] <= 24, numbers


def test_totals_by_status_level_and_district_are_those_of_the_sites(event):
    add_communes(event, 300)

    districts = queries.districts_of(event)
    within = sum(len(found(event, within=code)) for code, _name in districts)

    assert len(found(event)) == within == 313
    assert sum(sum(one.values()) for one in queries.tallies(event).values()) == 313
