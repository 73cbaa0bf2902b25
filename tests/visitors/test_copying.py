"""The open doors of last year, taken over: words and places, nobody who registered, and not open yet."""

from datetime import timedelta

import pytest

from eventsvc import clock
from eventsvc.events import operations as events
from eventsvc.visitors import copy_operations, operations, queries, rules
from eventsvc.visitors.rules import Registration
from tests import factories

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def next_year(fair):
    """A copy of the event a year later, with its main hall."""
    copy = events.copy_event(fair.event, title="Ngày hội năm sau", by=None)
    starts_at = fair.sitting.starts_at + timedelta(days=364)
    events.propose_time(copy.sittings[0], starts_at=starts_at, ends_at=None, by=None)
    factories.data_notice(copy)
    factories.main_site(copy)
    return copy


def test_words_and_places_come_along_moved_to_the_new_days_and_nobody_can_register_yet(fair, next_year):
    opens_at = clock.now() - timedelta(days=2)
    operations.edit_open_doors(fair.doors, {"opens_at": opens_at, "text": "Mời tham quan."}, by=None)
    operations.make_open_doors(
        fair.event, site=factories.site(fair.event), sitting=fair.sitting, title="Gian hàng huyện", by=None
    )
    fair.register()

    assert copy_operations.copy_open_doors(next_year, fair.event, by=None) == (1, 1)
    assert copy_operations.copy_open_doors(next_year, fair.event, by=None) == (0, 1)

    [copy] = queries.open_doors_of(next_year)
    assert (copy.title, copy.text, copy.capacity) == ("Triển lãm sản phẩm số", "Mời tham quan.", 2)
    assert copy.opens_at == opens_at + timedelta(days=364)
    assert queries.registered(copy).registered == 0
    assert rules.registration(copy, copy.opens_at) is Registration.STOPPED
    operations.open_again(copy, by=None)
    assert rules.registration(copy, copy.opens_at) is Registration.OPEN


def test_the_page_offers_earlier_events_that_had_some(signed_in, fair, next_year):
    page = signed_in.get(f"/events/{next_year.slug}/open-doors")
    taken = signed_in.submit(page.form("/copy"))

    assert [row[0] for row in taken.rows()] == ["Triển lãm sản phẩm số"]

    refused = signed_in.post(f"/events/{next_year.slug}/open-doors/copy", {"from": "khong-co"})
    assert refused.flashes == ["Chọn sự kiện trước để lấy lại các điểm mở cửa."]
    assert len(refused.rows()) == 1
