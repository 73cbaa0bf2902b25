"""Letters with a link that has died: called back, and written anew to whoever has the next one."""

import pytest
import sqlalchemy as sa

from eventsvc.announcements import operations, queries, sending_operations
from eventsvc.announcements.models import Audience
from eventsvc.coordinators import operations as coordinators
from eventsvc.coordinators import sending_operations as links
from eventsvc.db import atomic, db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.link_tests import sending_operations as telling
from eventsvc.secrets import unseal
from eventsvc.sites import link_operations
from eventsvc.sites.models import Site
from eventsvc.sites.reporter import of_site
from tests.link_tests import scenes

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def letters(state: DeliveryState) -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).where(Delivery.state == state).order_by(Delivery.id)))


def test_an_announcement_that_has_not_left_goes_to_the_new_contact(app, organizer):
    event = scenes.ready_event()
    site, other, _third = scenes.sites(event)
    made = operations.announce(
        event, text="Mở máy.", audience=Audience.CHOSEN, sites=[site, other], by=organizer
    )
    sending_operations.mail(made, by=organizer)
    sending_operations.remind(made, by=organizer)
    former = site.contact_email

    coordinators.hand_over(site, name="Bà Mới", phone=None, email="moi@xa.example.vn", reporter=of_site(site))
    assert {letter.recipient for letter in letters(DeliveryState.CANCELLED)} == {former}
    assert sending_operations.mail(made, by=organizer) == 1
    assert sending_operations.remind(made, by=organizer) == 1

    waiting = [each for each in letters(DeliveryState.QUEUED) if each.kind == "announcement"]
    new = [each for each in waiting if each.recipient == "moi@xa.example.vn"]
    assert len(new) == 2 and len(waiting) == 4
    assert {unseal(each.secrets["link"]) for each in new} == {unseal(site.token_sealed)}
    with atomic():
        new[0].state = DeliveryState.FAILED
    link_operations.renew_link(site, by=None)
    with pytest.raises(outbox.Overtaken):
        outbox.retry_now(new[0], by=None)
    link_operations.revoke_link(other, by=None)
    assert not [each for each in letters(DeliveryState.QUEUED) if each.kind == "announcement"]
    assert queries.readings([made])[made.id].reminded == 0


def test_what_was_told_of_a_link_test_is_told_anew_and_nobody_hears_of_what_never_came(app, organizer):
    event = scenes.ready_event()
    test = scenes.link_test(event, scenes.sites(event))
    site, other = [each.site for each in test.invited[:2]]
    telling.tell(test, by=organizer)
    was_sent = next(
        letter for letter in letters(DeliveryState.QUEUED) if letter.recipient == other.contact_email
    )
    with atomic():
        was_sent.state = DeliveryState.SENT
    row, sent = scenes.of(test, site), scenes.of(test, other)
    for each in (site, other):
        link_operations.renew_link(each, by=None)

    assert (row.told_sequence, row.told_email) == (None, None)
    assert sent.told_email == other.contact_email
    assert telling.tell(test, by=organizer) == 1
    (fresh,) = [each for each in letters(DeliveryState.QUEUED) if each.subject_id == row.id]
    assert unseal(fresh.secrets["link"]) == unseal(site.token_sealed) and fresh.kind == "link_test"


def test_no_letter_is_composed_with_a_link_that_died_since_the_site_was_loaded(app, organizer):
    event = scenes.ready_event()
    site, *_others = scenes.sites(event)
    link_operations.make_links(event, [site], by=None)
    dead = site.token_sealed
    link_operations.renew_link(site, by=None)
    fresh = site.token_sealed
    db.session.expire_all()
    held = db.session.get(Site, site.id)
    sa.orm.attributes.set_committed_value(held, "token_sealed", dead)  # as it was loaded before

    links.send_links(event, [held], by=organizer)

    (letter,) = letters(DeliveryState.QUEUED)
    assert unseal(letter.secrets["link"]) == unseal(fresh)
