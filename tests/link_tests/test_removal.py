"""A site that is taken away while letters about it wait and calendars hold its link tests."""

import pytest

from eventsvc.announcements import operations as announcements
from eventsvc.announcements import sending_operations as announcing
from eventsvc.announcements.models import Audience
from eventsvc.coordinators import sending_operations as links
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.link_tests import operations, sending_operations
from eventsvc.link_tests.messages import CANCEL
from eventsvc.sites import operations as site_operations
from tests import factories
from tests.link_tests import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def waiting():
    letters = db.session.scalars(db.select(Delivery).where(Delivery.state == DeliveryState.QUEUED))
    return sorted((letter.recipient, letter.kind) for letter in letters)


def test_a_site_goes_only_when_no_calendar_holds_a_test_and_its_letters_go_with_it(app):
    event = scenes.ready_event()
    leaving, staying = scenes.sites(event, 2)
    test = scenes.link_test(event, [leaving, staying])
    by = factories.organizer()
    sending_operations.tell(test, by=by)
    links.send_links(event, [leaving, staying], by=by)
    made = announcements.announce(event, text="Có mặt trước 6 giờ 30.", audience=Audience.ALL, by=by)
    announcing.mail(made, by=by)
    before = waiting()

    with pytest.raises(site_operations.SiteInUse):
        site_operations.remove_site(leaving, by=by)
    assert waiting() == before and len(before) == 6

    operations.take_off(scenes.of(test, leaving), by=by)
    with pytest.raises(site_operations.SiteInUse):
        site_operations.remove_site(leaving, by=by)
    sending_operations.tell(test, by=by)
    left = leaving.contact_email
    site_operations.remove_site(leaving, by=by)

    assert [kind for recipient, kind in waiting() if recipient == left] == [CANCEL]
    assert [each for each in waiting() if each[0] != left] == [each for each in before if each[0] != left]
