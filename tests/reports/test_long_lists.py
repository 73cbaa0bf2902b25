"""With 187 sites no page grows without end: lists come in pages, and signing goes district by district."""

import pytest

from eventsvc.checkins import operations as checkins
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic
from eventsvc.sites.models import SiteLevel
from tests import factories

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    """Fifty-two communes in two districts, each with a guest, a device and a code that waits for a phone."""
    event = factories.approved_event()
    with atomic():
        for number in range(52):
            district = "534" if number < 7 else "535"
            site = factories.site(event, name=f"Xã {number}")
            site.level, site.parent_code, site.parent_name = SiteLevel.COMMUNE, district, f"Huyện {district}"
            factories.guest(site)
            for door in (1, 2):
                _row, token = checkins.create_enrolment(
                    event, site=site, name=f"Cửa {door}", profile=Profile.SCAN, by=None
                )
            checkins.enrol(token)
    return event


def test_fifty_lines_a_page_and_signing_by_district(signed_in, event):
    here = f"/events/{event.slug}"
    for place in ("attendance", "checkins/closings", "devices", "devices/readiness"):
        table = 1 if place == "devices" else 0  # the codes that wait for a phone stand above the devices
        first, second = (signed_in.get(f"{here}/{place}?page={page}") for page in (1, 2))
        assert len(first.rows(table)) == 50, place
        assert len(second.rows(table)) in (2, 3), place  # the sums of attendance know the main hall, too
        assert any(link.endswith("page=2") for link in first.links()), place

    devices = signed_in.get(f"{here}/devices")
    assert len(devices.rows(0)) == 20 and "Còn 32 mã nữa" in devices.text
    assert len(signed_in.get(f"{here}/devices?within=534").rows(0)) == 7

    several = f"{here}/checkins/closings/several"
    one = signed_in.get(f"{several}?within=534")
    assert (len(signed_in.get(several).rows()), len(one.rows())) == (52, 7)
    assert one.form("within=534") is not None, "the refused form comes back to the same district"
