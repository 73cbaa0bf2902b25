"""The pages of faults: open ones first, taken, spoken of and cleared, on behalf; who sees which."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.sites import fault_operations, operations, reporter
from eventsvc.sites.models import Site, SiteLevel, SiteStatus
from eventsvc.sites.report_models import Fault, FaultKind, FaultState
from tests import factories
from tests.queries import counted

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(organizer):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def site(event):
    site = factories.site_of(event, "536")
    operations.edit_site(site, {"contact_name": "Bà Sáu", "contact_phone": "+84502551234"}, by=None)
    return site


def fault_at(site, kind=FaultKind.NO_SOUND, text="Mất tiếng") -> Fault:
    return fault_operations.raise_fault(site, kind, text, reporter.of_site(site))


def test_a_fault_is_raised_on_behalf_taken_spoken_of_and_cleared(signed_in, event, site):
    home = f"/events/{event.slug}/faults"
    form = signed_in.get(f"{home}/new?site=536").form()
    assert form.fields["site"] == str(site.id)
    page = signed_in.submit(form, {"kind": "power", "text": "Mất điện", "spoke_with": "Bà Sáu"})
    assert site.status is SiteStatus.FAULT

    page = signed_in.submit(page.form("/take"), {"owner": "Điện lực Lý Sơn", "remark": "Đang đến"})
    page = signed_in.submit(page.form("/comment"), {"words": "Còn 10 phút", "spoke_with": "Ông Hải"})
    page = signed_in.submit(page.form("/clear"), {"done": "Đã có điện"})

    assert site.status is SiteStatus.UNCONFIRMED
    said = [(row[1], row[2]) for row in page.rows()]
    assert [words for _state, words in said] == ["Mất điện", "Đang đến", "Còn 10 phút", "Đã có điện"]
    assert "Điện lực Lý Sơn" in said[1][0]
    people = [row[3] for row in page.rows()]
    assert "Bà Sáu" in people[0] and "Ông Hải" in people[2] and "Ông Hải" not in people[3]
    forms = [form.get("action") for form in page.html.forms]
    assert not any(action and action.endswith(("/take", "/clear")) for action in forms)
    assert "Mất điện" in signed_in.get(home).text


def test_what_nobody_sees_to_stands_first_and_how_long(signed_in, event, site):
    cleared, taken, fresh = fault_at(site), fault_at(site, FaultKind.POWER), fault_at(site, FaultKind.OTHER)
    fault_operations.clear_fault(cleared, reporter.of_site(site))
    fault_operations.take_fault(taken, "Điện lực", reporter.of_site(site))
    fresh.raised_at = clock.now() - timedelta(minutes=47, seconds=5)
    db.session.commit()
    home = f"/events/{event.slug}/faults"

    rows = signed_in.get(home).rows()

    kinds = [row[1].partition(":")[0] for row in rows]
    assert kinds == ["Sự cố khác", "Mất điện", "Mất tiếng"]
    assert rows[0][3].startswith("47 phút")
    assert len(signed_in.get(f"{home}?state=cleared").rows()) == 1
    assert len(signed_in.get(f"{home}?kind=power&q=ly+son&within=536").rows()) == 1
    assert "Không có sự cố nào phù hợp" in signed_in.get(f"{home}?q=binh+son").text
    assert len(signed_in.get(f"{home}?kind=x&state=y&within=..&page=-1").rows()) == 3


def test_a_second_tap_makes_no_second_fault_and_nobody_reports_without_end(site, organizer, monkeypatch):
    first = fault_at(site)
    assert fault_at(site) is first and site.open_faults == 1 and len(first.entries) == 1
    assert fault_at(site, FaultKind.POWER) is not first and fault_at(site, text=None) is not first
    clerk = reporter.of_account(organizer, "Bà Sáu")
    assert fault_operations.raise_fault(site, first.kind, first.text, clerk) is not first
    fault_operations.clear_fault(first, reporter.of_site(site))
    again = fault_at(site)
    assert again is not first and site.open_faults == 4
    at = clock.now() + timedelta(seconds=31)
    monkeypatch.setattr(clock, "now", lambda: at)

    for _each in range(16):
        at += timedelta(seconds=31)
        fault_at(site)
    with pytest.raises(fault_operations.TooManyFaults):
        fault_at(site, text="Mất hình")
    assert site.open_faults == 20


BAD = {
    "no site": {"site": ""},
    "a site that is none": {"site": "999999"},
    "an unknown kind": {"kind": "earthquake"},
    "no kind": {"kind": ""},
    "too many words": {"text": "Ă" * 2001},
}


@pytest.mark.parametrize("change", BAD.values(), ids=list(BAD))
def test_a_fault_that_cannot_be_is_refused(signed_in, event, site, change):
    values = {"site": str(site.id), "kind": "power", "text": "Mất điện", "spoke_with": ""} | change

    page = signed_in.post(f"/events/{event.slug}/faults/new", values, status=422)

    assert page.errors and db.session.scalars(sa.select(Fault)).all() == []


def test_a_site_of_another_event_has_no_fault_here(signed_in, event, site):
    other = factories.approved_event()
    operations.add_sites(other, SiteLevel.DISTRICT, by=None)
    stranger = factories.site_of(other, "536")
    fault = fault_at(stranger)

    values = {"site": str(stranger.id), "kind": "power"}
    signed_in.post(f"/events/{event.slug}/faults/new", values, status=422)
    signed_in.get(f"/events/{event.slug}/faults/{fault.id}", status=404)
    signed_in.post(f"/events/{event.slug}/faults/{fault.id}/clear", {}, status=404)


def test_a_fault_that_is_over_is_not_taken_and_needs_a_name(signed_in, event, site):
    fault = fault_at(site)
    home = f"/events/{event.slug}/faults/{fault.id}"
    assert signed_in.post(f"{home}/take", {"owner": " "}, status=422).errors
    assert signed_in.post(f"{home}/comment", {"words": ""}, status=422).errors
    fault_operations.clear_fault(fault, reporter.of_site(site))

    page = signed_in.post(f"{home}/take", {"owner": "VNPT"}, status=422)

    assert "Sự cố này đã được khắc phục" in page.text
    assert fault.state is FaultState.CLEARED


def test_a_coordinator_sees_and_reports_the_own_faults_and_a_supervisor_no_telephone(
    app, client, event, site
):
    other = factories.site_of(event, "534")
    own, foreign = fault_at(site), fault_at(other)
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=site.id)
    client.sign_in(user)
    home = f"/events/{event.slug}/faults"

    assert len(client.get(home).rows()) == 1
    assert "0502 551 234" in client.get(f"{home}/{own.id}").text
    client.get(f"{home}/{foreign.id}", status=404)
    client.post(f"{home}/new", {"site": str(other.id), "kind": "power"}, status=422)
    client.post(f"{home}/{foreign.id}/clear", {}, status=404)
    client.post(f"{home}/{own.id}/clear", {"done": "Xong"})
    assert (own.state, foreign.state) == (FaultState.CLEARED, FaultState.OPEN)

    door = factories.user()
    accounts.grant(door, Role.SUPERVISOR, event_id=event.id, site_id=site.id)
    client.sign_in(door)
    page = client.get(f"{home}/{own.id}")
    assert "551 234" not in page.text and "Bà Sáu" not in page.html.xpath("string(//dl)")


def test_the_list_costs_the_same_for_3_and_for_40(signed_in, event):
    sites = list(db.session.scalars(sa.select(Site).order_by(Site.id)))[:13]
    costs = []
    for number in (3, 37):
        for each in range(number):
            fault_at(sites[each % 13], text=f"Mất tiếng {number}.{each}")
        db.session.expire_all()
        with counted() as count:
            page = signed_in.get(f"/events/{event.slug}/faults")
        costs.append((count.number, len(page.rows())))

    assert costs == [(costs[0][0], 3), (costs[0][0], 40)]
