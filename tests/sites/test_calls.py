"""The call list: who stands on it and in what order, what comes of a call, who sees what."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.halls import operations as halls
from eventsvc.halls.models import ServiceKind
from eventsvc.halls.services import Deed
from eventsvc.sites import (
    call_operations,
    call_queries,
    fault_operations,
    operations,
    queries,
    readiness_queries,
    report_queries,
    reporter,
    step_operations,
)
from eventsvc.sites.call_models import CallOutcome, SiteCall
from eventsvc.sites.models import Milestone, SiteLevel, SiteStatus
from eventsvc.sites.readiness_models import Gate
from eventsvc.sites.report_models import FaultKind
from eventsvc.sites.reporter import Reporter
from tests import factories
from tests.queries import counted

START = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)
LATE = datetime(
    2023, 7, 12, 2, 0, tzinfo=UTC
)  # after two rules for sites and one for services, before the third


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=START)
    operations.add_all_sites(event, by=None)
    return event


@pytest.fixture
def later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATE)


def to_phone(event, now=LATE, **filters):
    dues = readiness_queries.dues_of(event)
    return list(db.session.scalars(call_queries.to_phone(event, None, dues, now, **filters)))


def pass_all(event, *, but=()):
    """Every site has been tested but those of these codes."""
    for site in db.session.scalars(queries.sites_of(event)):
        if site.code not in but:
            step_operations.reach(site, Milestone.TESTED, reporter.of_site(site))


def test_the_list_goes_by_district_and_holds_who_is_late_or_at_fault(event):
    pass_all(event, but=("524", "21040", "21043", "21028"))
    at_fault = factories.site_of(event, "522")
    fault_operations.raise_fault(at_fault, FaultKind.POWER, None, reporter.of_site(at_fault))
    closed = factories.site_of(event, "21028")
    step_operations.reach(closed, Milestone.CLOSED, reporter.of_site(closed))

    found = [site.code for site in to_phone(event)]

    assert found == ["522", "524", "21040", "21043"]
    assert [site.code for site in to_phone(event, START - timedelta(days=9))] == ["522"]
    rules = {rule.gate: rule.id for rule in readiness_queries.rules_of(event)}
    assert len(to_phone(event, rule_id=rules[Gate.REHEARSED])) == 185
    assert to_phone(event, rule_id=rules[Gate.SERVICE_CONFIRMED]) == []
    assert [site.code for site in to_phone(event, hours=24)] == found
    assert len(to_phone(event, hours=48)) == 185
    assert [site.code for site in to_phone(event, within="524")] == ["524", "21040", "21043"]


def test_without_districts_the_list_goes_by_cluster(event):
    pass_all(event, but=("522", "524", "525"))
    for code, cluster in (("522", "Cụm 2"), ("525", "Cụm 1")):
        operations.edit_site(factories.site_of(event, code), {"cluster": cluster}, by=None)

    assert [site.code for site in to_phone(event, by_district=False)] == ["525", "522", "524"]


def test_a_call_is_a_fact_and_confirms_in_the_name_of_whom_one_spoke_with(event):
    site, clerk = factories.site_of(event, "522"), factories.organizer()
    nobody, somebody = Reporter(clerk, "Lê Thị Trực"), Reporter(clerk, "Lê Thị Trực", "Trần Văn Ba")
    call_operations.record_call(site, CallOutcome.NO_ANSWER, nobody)
    call_operations.record_call(site, CallOutcome.NO_ANSWER, nobody)
    with pytest.raises(DomainError) as refusal:
        call_operations.record_call(site, CallOutcome.REACHED, nobody, confirms=True)
    call_operations.record_call(site, CallOutcome.REACHED, somebody, note="Đã rõ", confirms=True)

    assert refusal.value.field == "spoke_with" and site.status is SiteStatus.CONFIRMED
    assert db.session.scalar(db.select(db.func.count(SiteCall.id))) == 2
    last = call_queries.last_calls([site.id])[site.id]
    assert (last.outcome, last.spoke_with, last.note) == (CallOutcome.REACHED, "Trần Văn Ba", "Đã rõ")
    assert report_queries.steps_of(site)[0].spoke_with == "Trần Văn Ba"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_clerk_phones_and_writes_down_what_came_of_it(signed_in, event, later):
    pass_all(event, but=("524", "21043"))
    values = {"contact_name": "Trần Văn Ba", "contact_phone": "+84505551234"}
    operations.edit_site(factories.site_of(event, "21043"), values, by=None)
    home = f"/events/{event.slug}/readiness/calls"

    page = signed_in.get(f"{home}?within=524")
    assert [row[0].split()[0] for row in page.rows()] == ["Huyện", "Xã"]
    assert "tel:+84505551234" in page.links()
    assert "quá hạn từ 17:00 11/07/2023" in page.rows()[1][1]
    form = page.form("/21043?within=524")
    page = signed_in.post(form.get("action"), {"outcome": "no_answer", "note": "Gọi hai lần"})
    assert "Không nghe máy" in page.rows()[1][3] and "Gọi hai lần" in page.rows()[1][3]
    assert page.rows()[1][3].count("Trần Văn Ba") == 0

    page = signed_in.post(f"{home}/524", {"outcome": "confirmed"}, status=422)
    assert page.errors == ["Hãy ghi đã trao đổi với ai."]
    page = signed_in.submit(page.form("/524"), {"spoke_with": "Lý Thị Tư"}, status=422)
    assert "Hãy cho biết kết quả cuộc gọi." in page.text
    page = signed_in.post(f"{home}/524", {"outcome": "confirmed", "spoke_with": "Lý Thị Tư"})
    assert "Lý Thị Tư" in page.rows()[0][3]
    assert factories.site_of(event, "524").status is SiteStatus.CONFIRMED
    signed_in.post(f"{home}/524", {"outcome": "x" * 3000}, status=422)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_services_late_or_in_trouble_stand_below(signed_in, event, later):
    site, home = factories.site_of(event, "522"), f"/events/{event.slug}/readiness/calls?q=khong-co-ai"
    halls.add_service(
        site, ServiceKind.MEDICAL, on_duty_name="Hà Văn Y", on_duty_phone="+84505559876", by=None
    )
    power = halls.add_service(factories.site_of(event, "524"), ServiceKind.POWER, by=None)
    halls.tell(power, Deed.CONFIRM, by=None)

    page = signed_in.get(home)

    assert [site.name in row[0] for row in page.rows()] == [True] and "tel:+84505559876" in page.links()
    halls.report_problem(power, "Máy phát hỏng", by=None)
    page = signed_in.get(home)
    assert [row[0] for row in page.rows()] == [power.site.name, site.name]
    assert "Máy phát hỏng" in page.rows()[0][2]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_coordinator_phones_for_the_own_site_only(client, event, later):
    own, other = factories.site_of(event, "522"), factories.site_of(event, "524")
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=own.id)
    browser, home = client.sign_in(user), f"/events/{event.slug}/readiness/calls"

    page = browser.get(home)

    assert len(page.rows()) == 1 and own.name in page.text and other.name not in page.text
    browser.post(f"{home}/{other.code}", {"outcome": "reached"}, status=404)
    assert db.session.scalar(db.select(db.func.count(SiteCall.id))) == 0
    rules = f"/events/{event.slug}/readiness"
    assert "/13" not in browser.get(rules).text
    for url in (f"{rules}/rules/new", f"{rules}/checklist"):
        browser.get(url, status=404)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_list_costs_the_same_for_1_and_for_187_sites(signed_in, event, later):
    small = factories.approved_event(starts_at=START)
    operations.add_sites(small, SiteLevel.DISTRICT, by=None)
    pass_all(small, but=("522",))
    costs = []
    for one in (small, event):
        url = f"/events/{one.slug}/readiness/calls?per_page=500"
        signed_in.get(url)
        with counted() as count:
            page = signed_in.get(url)
        costs.append(count.number)

    assert len(page.html.xpath("//tbody/tr")) == 186
    assert costs[0] == costs[1]
