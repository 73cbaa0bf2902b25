"""Entering for a site what it says on the telephone."""

import pytest
import sqlalchemy as sa

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.announcements import operations as announcements
from eventsvc.announcements import queries as announced
from eventsvc.announcements.models import Audience
from eventsvc.audit.models import AuditEntry
from eventsvc.coordinators import queries
from eventsvc.coordinators.models import LocalDelegate
from eventsvc.db import db
from eventsvc.sites import link_operations, link_queries, operations, report_queries
from eventsvc.sites.models import SiteLevel, SiteStatus
from tests import factories


@pytest.fixture
def site(app):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    operations.edit_site(site, {"contact_name": "Anh Bách", "contact_phone": "+84501234567"}, by=None)
    return site


@pytest.fixture
def desk(site):
    return f"/events/{site.event.slug}/sites/{site.code}/report"


def test_nothing_is_entered_before_it_is_said_who_told_it(site, desk, signed_in):
    signed_in.post(desk, {"spoke_with": ""}, status=422)
    page = signed_in.post(f"{desk}/steps", {"reach": "confirmed"})

    assert site.status is SiteStatus.UNCONFIRMED
    assert "Trước hết hãy ghi đã trao đổi với ai" in page.text
    assert "tel:+84501234567" in page.links()


def test_what_is_entered_says_who_told_it_and_who_typed_it(site, desk, signed_in, organizer):
    signed_in.post(desk, {"spoke_with": "Anh Bách"})
    group, *_others = groups = report_queries.count_groups(site.event)
    item = report_queries.check_items(site.event)[0]
    signed_in.post(f"{desk}/steps", {"reach": "ready"})
    signed_in.post(f"{desk}/checklist", {"tick": str(item.id)})
    signed_in.post(f"{desk}/head-count", {f"group_{each.id}": "5" for each in groups})
    signed_in.post(f"{desk}/faults", {"kind": "no_sound", "text": "Mất tiếng"})
    signed_in.post(f"{desk}/delegates", {"full_name": "Đinh Thị Ya Lan"})
    signed_in.submit(signed_in.get(f"{desk}/data").form("/data"), {"technician_name": "Anh Trí"})
    page = signed_in.get(desk)

    step, count = report_queries.steps_of(site)[0], report_queries.head_counts_of(site)[0]
    fault, named = report_queries.faults_of_site(site)[0], db.session.scalar(sa.select(LocalDelegate))
    for row in (step, count, fault.entries[0], named):
        assert (row.actor_kind, row.by_name, row.spoke_with) == ("user", organizer.name, "Anh Bách")
    assert f"{organizer.name} – đã trao đổi với Anh Bách" in page.text
    assert site.technician_name == "Anh Trí" and group.id and queries.delegates_of(site)[0].own


def test_what_was_read_out_on_the_telephone_is_confirmed_on_behalf(site, desk, signed_in, organizer):
    item = report_queries.check_items(site.event)[0]
    made = announcements.announce(
        site.event, text="Mở máy.", audience=Audience.CHOSEN, sites=[site], by=organizer
    )
    (receipt,) = announced.for_site(site)
    signed_in.post(desk, {"spoke_with": "Anh Bách"})
    for tapped in ("tick", "untick"):
        signed_in.post(f"{desk}/checklist", {tapped: str(item.id)})
    signed_in.post(f"{desk}/announcements/{receipt.id}/read")

    assert (receipt.read_by_name, receipt.spoke_with) == (organizer.name, "Anh Bách")
    said = "nhập thay, đã trao đổi với Anh Bách"
    assert said in signed_in.get(desk).text
    assert said in signed_in.get(f"/events/{site.event.slug}/announcements/{made.id}").text
    for action in ("announcement.read", "site.checked", "site.unchecked"):
        entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.action == action))
        assert (entry.actor_kind, entry.actor_id) == ("user", organizer.id) and entry.details["on_behalf"]


def test_no_address_of_an_account_reaches_whoever_holds_the_link(site, desk, signed_in, organizer):
    organizer.name = ""
    db.session.commit()
    link_operations.make_links(site.event, [site], by=None)
    signed_in.post(desk, {"spoke_with": "Anh Bách"})
    signed_in.post(f"{desk}/steps", {"reach": "ready"})
    signed_in.post(f"{desk}/faults", {"kind": "no_sound", "text": "Mất tiếng"})
    (fault,) = report_queries.faults_of_site(site)
    own = f"/s/{link_queries.link_of(site).rpartition('/')[2]}"

    for part in ("", f"/faults/{fault.id}"):
        page = signed_in.get(f"{own}{part}")
        assert organizer.email not in page.text and "Ban Tổ chức" in page.text
    assert fault.entries[0].by_name == "Ban Tổ chức"


def test_who_was_spoken_with_at_one_site_says_nothing_of_another(site, desk, signed_in):
    signed_in.post(desk, {"spoke_with": "Anh Bách"})
    other = factories.site_of(site.event, "535")

    signed_in.post(desk.replace(f"/{site.code}/", f"/{other.code}/") + "/steps", {"reach": "ready"})

    assert other.status is SiteStatus.UNCONFIRMED


def test_the_province_closes_a_site_and_opens_it_again(site, desk, signed_in):
    signed_in.post(desk, {"spoke_with": "Anh Bách"})
    signed_in.post(f"{desk}/steps", {"reach": "closed"})
    assert site.status is SiteStatus.CLOSED
    signed_in.post(f"{desk}/steps", {"reach": "connected"})
    assert site.status is SiteStatus.CLOSED

    signed_in.post(f"{desk}/steps", {"undo": "closed"})

    assert site.status is SiteStatus.CONFIRMED


def test_a_new_contact_by_telephone_kills_the_link_of_the_old_one(site, desk, signed_in):
    link_operations.make_links(site.event, [site], by=None)
    old = link_queries.link_of(site).rpartition("/")[2]
    signed_in.post(desk, {"spoke_with": "Anh Bách"})

    page = signed_in.submit(signed_in.get(f"{desk}/hand-over").form(), {"name": "Chị Sáu"})

    assert link_queries.site_by_token(old) is None and site.contact_name == "Chị Sáu"
    assert "chuyển liên kết mới trực tiếp" in page.text


def test_another_contact_entered_on_behalf_kills_the_link_of_the_old_one_once(site, desk, signed_in):
    link_operations.make_links(site.event, [site], by=None)
    first = link_queries.link_of(site)
    signed_in.post(desk, {"spoke_with": "Anh Bách"})

    def saved(part="data", **typed):
        return signed_in.submit(signed_in.get(f"{desk}/{part}").form(f"/{part}"), typed)

    saved(contact_name="anh  Bách", contact_phone="050 999 9999")
    assert link_queries.link_of(site) == first
    page = saved(contact_name="Chị Sáu")
    assert "Đầu mối điểm cầu đã thay đổi" in page.text and site.link_number == 2
    assert link_queries.link_of(site) != first
    saved("hand-over", name="Ông Bảy", phone="0501 111 222")
    assert site.link_number == 3

    own = f"/s/{link_queries.link_of(site).rpartition('/')[2]}/data"
    page = signed_in.get(own)
    assert "đề nghị dùng mục “Bàn giao”" in page.text
    signed_in.submit(page.form("/data"), {"contact_name": "Bà Tám", "contact_phone": "0501 333 444"})
    assert site.contact_name == "Bà Tám" and site.link_number == 3


def test_a_coordinator_with_an_account_enters_for_the_own_site_only(site, desk, client):
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=site.event_id, site_id=site.id)
    client.sign_in(user)
    other = desk.replace(f"/{site.code}/", "/535/")

    client.post(desk, {"spoke_with": "Anh Bách"})
    client.post(f"{desk}/steps", {"reach": "ready"})
    client.get(other, status=404)
    client.post(f"{other}/steps", {"reach": "ready"}, status=404)

    assert site.status is SiteStatus.READY
    assert factories.site_of(site.event, "535").status is SiteStatus.UNCONFIRMED


def test_what_is_mistyped_comes_back_with_its_sentence(site, desk, signed_in):
    signed_in.post(desk, {"spoke_with": "Anh Bách"})

    page = signed_in.post(f"{desk}/head-count", {}, status=422)
    assert page.errors and page.heading == site.name
    assert signed_in.post(f"{desk}/faults", {"kind": "nonsense"}, status=422).errors
