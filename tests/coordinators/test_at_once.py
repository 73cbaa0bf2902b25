"""Two telephones at one site's page in the same moment: nothing is lost, nobody meets a fault of ours."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import lxml.html
import pytest

from eventsvc.db import db
from eventsvc.sites import link_operations, link_queries, operations, report_queries
from eventsvc.sites.models import SiteLevel, SiteStatus
from tests import factories
from tests.pages import PageClient

TOGETHER = 4


@pytest.fixture
def site(app):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    link_operations.make_links(event, [site], by=None)
    return site


def _all_at_once(app, posts: list[tuple[str, dict[str, str]]]) -> list[int]:
    """Each post from a browser of its own; all leave together. The answers' states, in order."""
    start = Barrier(len(posts))
    clients = [PageClient(app) for _ in posts]
    fields = [client.csrf() for client in clients]
    db.session.rollback()

    def send(place: int) -> int:
        address, data = posts[place]
        with app.app_context():
            start.wait(timeout=30)
            return clients[place].http.post(address, data={"csrf_token": fields[place], **data}).status_code

    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(send, range(len(posts))))


def test_reports_that_come_together_are_all_kept(app, site):
    link = "/s/" + link_queries.link_of(site).rpartition("/")[2]
    groups, items = report_queries.count_groups(site.event), report_queries.check_items(site.event)
    counts = [{f"group_{group.id}": str(n) for group in groups} for n in (10, 20)]
    posts = [
        *((f"{link}/head-count", each) for each in counts),
        *((f"{link}/steps", {"reach": "ready"}) for _ in range(2)),
        *((f"{link}/checklist", {"tick": str(items[0].id)}) for _ in range(2)),
        *((f"{link}/faults", {"kind": "no_sound", "text": f"Máy {n}"}) for n in range(2)),
    ]

    assert _all_at_once(app, posts) == [302] * len(posts)

    db.session.expire_all()
    assert sorted(count.people for count in report_queries.head_counts_of(site)) == [30, 60]
    assert [step.milestone.value for step in report_queries.steps_of(site)].count("ready") == 1
    assert set(report_queries.checks_of(site)) == {items[0].id}
    assert len(report_queries.faults_of_site(site)) == 2
    assert (site.open_faults, site.status) == (2, SiteStatus.FAULT)


def test_of_two_who_save_the_same_form_the_second_sees_what_the_first_has_written(app, site):
    link = "/s/" + link_queries.link_of(site).rpartition("/")[2]
    page = lxml.html.fromstring(app.test_client().get(f"{link}/data").text)
    form = next(form for form in page.forms if (form.get("action") or "").endswith("/data"))
    filled = {name: value for name, value in form.form_values() if name != "csrf_token"}

    states = _all_at_once(
        app, [(f"{link}/data", {**filled, "contact_name": f"Ông Thứ {n}"}) for n in range(TOGETHER)]
    )

    db.session.expire_all()
    assert sorted(states) == [302] + [409] * (TOGETHER - 1)
    assert site.contact_name == f"Ông Thứ {states.index(302)}"


def test_a_fault_is_cleared_once_by_however_many(app, site):
    link = "/s/" + link_queries.link_of(site).rpartition("/")[2]
    _all_at_once(app, [(f"{link}/faults", {"kind": "power"})])
    (fault,) = report_queries.faults_of_site(site)

    assert _all_at_once(app, [(f"{link}/faults/{fault.id}/cleared", {})] * TOGETHER) == [302] * TOGETHER

    db.session.expire_all()
    assert [entry.state.value for entry in fault.entries] == ["open", "cleared"]
    assert (site.open_faults, site.status) == (0, SiteStatus.UNCONFIRMED)
