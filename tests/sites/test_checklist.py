"""The checklist and the kinds of people: edited by the organizer, with what sites have said about them."""

from datetime import UTC, datetime

import pytest

from eventsvc.errors import DomainError, StaleEdit
from eventsvc.sites import (
    checklist_operations,
    count_group_operations,
    operations,
    report_operations,
    report_queries,
    reporter,
)
from eventsvc.sites.models import SiteLevel
from eventsvc.sites.report_models import CheckGroup
from tests import factories


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=datetime(2023, 7, 14, 1, 0, tzinfo=UTC))
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def site(event):
    return factories.site_of(event, "536")


def sounds(event):
    return [item.text for item in report_queries.check_items(event) if item.group is CheckGroup.SOUND]


def test_a_line_moves_within_its_group_only(event):
    before = sounds(event)
    last = report_queries.check_items(event)[-1]
    for _again in range(5):
        checklist_operations.move_item(last, up=True, by=None)
    assert sounds(event) == [before[2], before[0], before[1]]
    checklist_operations.move_item(last, up=False, by=None)

    assert sounds(event) == [before[0], before[2], before[1]]
    assert len({item.number for item in report_queries.check_items(event)}) == 10


def test_a_line_goes_with_the_ticks_that_sites_have_set(event, site):
    first, second, *_others = report_queries.check_items(event)
    for item in (first, second):
        report_operations.tick(site, item, reporter.of_site(site))

    assert checklist_operations.remove_item(first, by=None) == 1
    assert set(report_queries.checks_of(site)) == {second.id}
    assert report_queries.tick_numbers(event) == {second.id: 1}


def test_a_line_is_not_written_twice_nor_over_what_another_wrote(event):
    first, second, *_others = report_queries.check_items(event)
    with pytest.raises(DomainError):
        checklist_operations.add_item(event, CheckGroup.OTHER, second.text.upper(), by=None)
    checklist_operations.edit_item(
        first, group=CheckGroup.OTHER, text="Máy phát điện", version=first.version, by=None
    )
    with pytest.raises(StaleEdit):
        checklist_operations.edit_item(
            first, group=CheckGroup.OTHER, text="Máy nổ", version=first.version - 1, by=None
        )

    assert first.text == "Máy phát điện"


def test_kinds_are_renamed_and_moved_while_old_counts_keep_their_names(event, site):
    kinds = report_queries.count_groups(event)
    count = report_operations.report_head_count(
        site, event.sittings[0], [(kind, 5) for kind in kinds], reporter.of_site(site)
    )
    count_group_operations.rename_kind(event, kinds[0], "Khách mời", by=None)
    count_group_operations.move_kind(event, kinds[0], up=False, by=None)
    count_group_operations.move_kind(event, kinds[0], up=False, by=None)
    count_group_operations.move_kind(event, kinds[0], up=False, by=None)
    count_group_operations.remove_kind(event, kinds[1], by=None)
    count_group_operations.add_kind(event, "Học sinh", by=None)

    assert [kind.name for kind in report_queries.count_groups(event)] == [
        "Người dân",
        "Khách mời",
        "Học sinh",
    ]
    assert [part.name for part in count.parts] == ["Lãnh đạo", "Đại biểu, cán bộ", "Người dân"]
    with pytest.raises(DomainError):
        count_group_operations.add_kind(event, "khách mời", by=None)


def test_the_last_kind_stays(event):
    first, *others = report_queries.count_groups(event)
    for kind in others:
        count_group_operations.remove_kind(event, kind, by=None)
    with pytest.raises(DomainError) as refusal:
        count_group_operations.remove_kind(event, first, by=None)

    assert refusal.value.code == "last_kind"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_lists_are_edited_on_one_page(signed_in, event, site):
    home = f"/events/{event.slug}/readiness/checklist"
    page = signed_in.get(home)
    page = signed_in.submit(page.form("/checklist"), {"group": "other", "text": "Máy phát điện dự phòng"})
    assert "Máy phát điện dự phòng" in page.text
    page = signed_in.submit(page.form("/checklist"), {"text": ""}, status=422)
    assert page.errors == ["Hãy nhập nội dung kiểm tra."]

    item = report_queries.check_items(event)[0]
    report_operations.tick(site, item, reporter.of_site(site))
    page = signed_in.get(f"{home}/{item.id}")
    assert "1 điểm cầu đã đánh dấu mục này" in page.text
    words = item.text
    page = signed_in.submit(page.form("/remove"))
    assert words not in page.text

    page = signed_in.submit(page.form("/people"), {"name": "Học sinh"})
    assert "Học sinh" in page.text
    kind = report_queries.count_groups(event)[-1]
    page = signed_in.submit(signed_in.get(f"/events/{event.slug}/readiness/people/{kind.id}").form())
    page = signed_in.submit(page.form(f"/people/{kind.id}/move/up"))
    assert [each.name for each in report_queries.count_groups(event)][2] == "Học sinh"
