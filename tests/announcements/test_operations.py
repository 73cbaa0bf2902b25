"""Announcements on both databases: who is told, who is written to, and what two people do at once."""

import pytest
import sqlalchemy as sa

from eventsvc.announcements import operations, queries, sending_operations
from eventsvc.announcements.models import Audience
from eventsvc.announcements.operations import NobodyToTell
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.sites import operations as sites
from eventsvc.sites.reporter import Reporter
from tests.link_tests import scenes


def test_an_announcement_goes_its_way_to_its_end(app, organizer):
    event = scenes.ready_event()
    hall = sites.add_main_site(event, name="Hội trường tỉnh", by=None)
    three = scenes.sites(event)
    with pytest.raises(NobodyToTell):
        operations.announce(event, text="x", audience=Audience.CLUSTER, cluster="Cụm 9", by=organizer)
    with pytest.raises(NobodyToTell):
        operations.announce(event, text="x", audience=Audience.CHOSEN, sites=[hall], by=organizer)

    made = operations.announce(
        event, text="Mở máy.", audience=Audience.CHOSEN, sites=[*three, three[0], hall], by=organizer
    )
    operations.mark_shown(three[0], up_to=queries.for_site(three[0])[0].id)
    read = queries.receipt_of(three[1], queries.for_site(three[1])[0].id)
    assert (
        operations.confirm_read(read, Reporter(three[1], "Bà Hoa")),
        operations.confirm_read(read, Reporter(three[1], "Ông An")),
    ) == (
        True,
        False,
    )
    assert sending_operations.mail(made, by=organizer) == 3
    assert queries.number(queries.to_remind(made)) == 2
    assert sending_operations.remind(made, by=organizer) == 2
    assert (sending_operations.mail(made, by=organizer), sending_operations.remind(made, by=organizer)) == (
        0,
        0,
    )

    assert queries.readings([made]) == {
        made.id: queries.Reading(sites=3, shown=2, read=1, mailed=3, reminded=2)
    }
    order = [receipt.read_by_name for receipt in db.session.scalars(queries.receipts_of(made))]
    assert order == [None, None, "Bà Hoa"]
    assert db.session.scalars(queries.announcements_of(event, {three[0].id})).all() == [made]
    assert db.session.scalars(queries.announcements_of(event, {hall.id})).all() == []
    assert (operations.withdraw(made, by=organizer), operations.withdraw(made, by=organizer)) == (True, False)
    assert queries.for_site(three[0]) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 5
