"""Many sites at once: chosen by ticks or by the filter, looked at, changed together or not at all."""

import pytest
import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound, StaleEdit
from eventsvc.sites import bulk_operations, operations, report_queries, reporter, step_operations
from eventsvc.sites.bulk_plan import BulkPlan
from eventsvc.sites.models import Milestone, Site, SiteLevel, SiteStatus
from eventsvc.sites.reporter import Reporter
from tests import factories
from tests.queries import counted

PHONE_ROUND = Reporter(None, "Nguyễn Văn Trực", spoke_with="Các đầu mối cụm 1")


@pytest.fixture
def event(organizer):
    made = factories.event(by=organizer)
    operations.add_sites(made, SiteLevel.DISTRICT, by=None)
    return made


def seen(*sites):
    return {site.id: site.version for site in sites}


def entries(event):
    statement = sa.select(AuditEntry).where(AuditEntry.event_id == event.id).order_by(AuditEntry.id)
    rows = db.session.scalars(statement)
    return [(row.action, row.details) for row in rows if row.action.startswith("sites.") and row.details]


def test_many_sites_are_changed_in_one_go_with_one_line_in_the_log(event):
    sites = [factories.site_of(event, code) for code in ("524", "525", "536")]
    plan = BulkPlan({"cluster": "Cụm 1", "video_platform": "VNPT Meeting"}, first_number=20)

    assert bulk_operations.edit_sites(event, seen(*sites), plan, Reporter(None)) == 3

    assert [(site.cluster, site.video_platform, site.number) for site in sites] == [
        ("Cụm 1", "VNPT Meeting", 20),
        ("Cụm 1", "VNPT Meeting", 21),
        ("Cụm 1", "VNPT Meeting", 22),
    ]
    assert factories.site_of(event, "527").cluster is None
    assert entries(event)[-1] == (
        "sites.edited",
        {"fields": ["cluster", "number", "video_platform"], "count": 3},
    )


def test_another_edition_of_one_site_refuses_all_of_them(event):
    sites = [factories.site_of(event, code) for code in ("524", "525")]
    before = seen(*sites)
    operations.edit_site(sites[1], {"hall": "Phòng họp"}, by=None)

    with pytest.raises(StaleEdit) as refusal:
        bulk_operations.edit_sites(event, before, BulkPlan({"cluster": "Cụm 1"}), Reporter(None))

    assert "Huyện Trà Bồng" in str(refusal.value)
    assert [factories.site_of(event, code).cluster for code in ("524", "525")] == [None, None]


def test_a_site_of_another_event_refuses_all_of_them(event):
    own, foreign = factories.site_of(event, "524"), factories.site(factories.event())

    with pytest.raises(NotFound):
        bulk_operations.edit_sites(event, seen(own, foreign), BulkPlan({"cluster": "C"}), Reporter(None))

    assert [
        site.cluster for site in db.session.scalars(sa.select(Site).where(Site.cluster.is_not(None)))
    ] == []


def test_a_value_that_the_database_refuses_leaves_nothing_half_written(event):
    sites = [factories.site_of(event, code) for code in ("524", "525")]

    with pytest.raises((DomainError, sa.exc.IntegrityError)):
        bulk_operations.edit_sites(
            event, seen(*sites), BulkPlan({"cluster": "Cụm 1", "capacity": 0}), Reporter(None)
        )

    assert factories.site_of(event, "524").cluster is None


def test_a_round_of_calls_is_a_step_of_each_site_and_one_line_in_the_log(event):
    first, second, ended = (factories.site_of(event, code) for code in ("524", "525", "536"))
    step_operations.reach(first, Milestone.CONFIRMED, reporter.of_site(first))
    step_operations.reach(ended, Milestone.CLOSED, reporter.of_site(ended))
    plan = BulkPlan(milestone=Milestone.TESTED)

    assert plan.touched([first, second, ended]) == 2
    assert bulk_operations.edit_sites(event, seen(first, second, ended), plan, PHONE_ROUND) == 2

    assert [site.status for site in (first, second, ended)] == [
        SiteStatus.TESTED,
        SiteStatus.TESTED,
        SiteStatus.CLOSED,
    ]
    step = report_queries.steps_of(second)[0]
    assert (step.by_name, step.spoke_with) == ("Nguyễn Văn Trực", "Các đầu mối cụm 1")
    assert entries(event)[-1] == (
        "sites.step_reached",
        {"milestone": "tested", "count": 2, "on_behalf": True},
    )


def test_ticked_sites_are_previewed_and_then_changed(signed_in, event):
    address = f"/events/{event.slug}/sites"
    page = signed_in.post(f"{address}/bulk", {"site": ["524", "536"]})
    assert "Đã chọn 2 điểm cầu: Huyện Bình Sơn, Huyện Lý Sơn" in page.text

    page = signed_in.submit(page.form("/save"), {"cluster": "Cụm 1", "speaks": "yes"})
    assert page.rows() == [
        ["Cụm điểm cầu", "Cụm 1", "2"],
        ["Có đại biểu phát biểu từ điểm cầu này", "có", "2"],
    ]
    assert factories.site_of(event, "536").cluster is None

    form = page.form("/save")
    page = signed_in.submit(form, {"cluster": "Cụm 2"} | {})
    assert factories.site_of(event, "536").cluster is None, "saved what nobody has looked at"
    page = signed_in.post(f"{address}/bulk/save", dict(page.form("/save").form_values()) | {"act": "save"})

    assert "Đã thay đổi 2 điểm cầu" in page.text
    assert [(s.cluster, s.speaks) for s in (factories.site_of(event, c) for c in ("524", "536", "525"))] == [
        ("Cụm 2", True),
        ("Cụm 2", True),
        (None, False),
    ]


def test_all_that_the_filter_shows_is_chosen_and_a_stale_choice_is_shown_anew(signed_in, event):
    address = f"/events/{event.slug}/sites"
    link = next(link for link in signed_in.get(f"{address}?q=huyen").links() if "/bulk?" in link)
    page = signed_in.get(link)
    assert "Đã chọn 11 điểm cầu" in page.text
    page = signed_in.submit(page.form("/save"), {"meeting_id": "900 100"})
    operations.edit_site(factories.site_of(event, "536"), {"hall": "Phòng họp"}, by=None)
    fields = dict(page.form("/save").form_values()) | {"act": "save"}

    page = signed_in.post(f"{address}/bulk/save", fields, status=409)

    assert "1 điểm cầu trong số này: Huyện Lý Sơn" in page.text
    assert factories.site_of(event, "524").meeting_id is None
    signed_in.post(f"{address}/bulk/save", dict(page.form("/save").form_values()) | {"act": "save"})
    assert factories.site_of(event, "536").meeting_id == "900 100"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Hãy nhập nội dung cần thay đổi"),
        ({"milestone": "tested"}, "đã trao đổi với ai"),
        ({"capacity": "-1"}, "từ 1 đến 100000"),
        ({"meeting_url": "javascript:alert(1)"}, "https://"),
        ({"hall": "Phòng họp", "emptied": "hall"}, "không làm cả hai"),
    ],
)
def test_what_makes_no_sense_is_told_and_kept(signed_in, event, typed, sentence):
    form = signed_in.post(f"/events/{event.slug}/sites/bulk", {"site": "536"}).form("/save")

    page = signed_in.submit(form, typed, status=422)

    assert sentence in page.text
    assert page.form("/save").fields["chosen"] == form.fields["chosen"]


def test_a_coordinator_and_a_made_up_choice_reach_nothing(signed_in, client, event):
    other = factories.site(factories.event())
    address = f"/events/{event.slug}/sites/bulk"

    signed_in.post(address, {"site": other.code}, status=404)
    signed_in.post(f"{address}/save", {"chosen": f"{other.id}.1", "cluster": "C"}, status=404)
    page = signed_in.post(address, {})

    assert "Hãy đánh dấu các điểm cầu" in page.text
    signed_in.post(f"{address}/save", {"chosen": "x.y 9" + "9" * 50})


def test_changing_many_costs_no_query_more_than_its_own_row_for_each_site(event):
    sites = list(db.session.scalars(sa.select(Site).where(Site.event_id == event.id)))
    numbers = []
    for chosen in (sites[:1], sites):
        before, plan = seen(*chosen), BulkPlan({"cluster": f"Cụm {len(chosen)}"})
        with counted() as count:
            bulk_operations.edit_sites(event, before, plan, Reporter(None))
        numbers.append(count.number - len(chosen))

    assert numbers[0] == numbers[1]
