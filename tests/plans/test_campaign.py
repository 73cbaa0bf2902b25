"""Plan 004: a campaign with its clusters, activities, contests and finale, and back to a file."""

from datetime import date

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import AgendaItem, ItemKind
from eventsvc.campaigns import roadshow_operations
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityRole
from eventsvc.campaigns.activity_operations import edit_activity
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.models import Cluster, ClusterUnit, Stop
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventForm, EventKind, EventRole
from eventsvc.events.queries import event_by_slug
from eventsvc.guests import operations as guests
from eventsvc.guests.models import GuestGroup
from eventsvc.movements.models import Milestone
from eventsvc.plans import operations, queries, schema
from eventsvc.plans.parsing import PlanRefused
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.tasks.models import Task
from tests.databases import ON_SQLITE
from tests.plans import plan


def load(content: bytes) -> tuple[Event, Event]:
    """The campaign of the file, and its finale."""
    slugs = operations.load_plan(content, by=None).slugs
    db.session.expire_all()
    campaign, finale = map(event_by_slug, slugs)
    return campaign, finale


def dumped(event: Event) -> dict:
    db.session.expire_all()
    return yaml.safe_load(queries.as_yaml(event))


def said(number: str = "004") -> dict:
    data = yaml.safe_load(plan(number))
    del data["source_file"]
    return data


def rows(model, event: Event) -> list:
    return list(db.session.scalars(sa.select(model).filter_by(event_id=event.id).order_by(model.id)))


def counts() -> list[int]:
    models = (
        Event,
        Cluster,
        ClusterUnit,
        Stop,
        Activity,
        Contest,
        Communication,
        Milestone,
        Task,
        AgendaItem,
    )
    return [
        db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (*models, GuestGroup)
    ]


def test_the_dump_is_the_file_and_loading_again_changes_nothing(app):
    campaign, _finale = load(plan("004"))
    assert dumped(campaign) == said()

    before = counts()
    for content in (plan("004"), queries.as_yaml(campaign).encode()):
        outcome = operations.load_plan(content, update=True, by=None)
        assert (outcome.created, outcome.differences) == (False, [])
    assert counts() == before == [2, 3, 11, 3, 19, 6, 3, 6, 34, 9, 5]


@ON_SQLITE
def test_every_noun_has_its_rows(app):
    campaign, finale = load(plan("004"))

    assert (campaign.kind, campaign.theme) == (EventKind.CAMPAIGN, "CHUYỂN ĐỔI SỐ - CHUYỂN ĐỔI XANH")
    assert (campaign.window_start, campaign.window_end) == (date(2024, 8, 1), date(2024, 10, 10))
    first, second, last = rows(Cluster, campaign)
    assert [len(row.units) for row in (first, second, last)] == [6, 5, 0]
    assert [row.units[0].name for row in (first, second)] == ["UBND huyện Định Quán", "UBND huyện Trảng Bom"]
    assert len({unit.organization_id for unit in rows(ClusterUnit, campaign)} - {None}) == 11
    assert [(s.unit and s.unit.name, s.days, s.starts_on) for s in rows(Stop, campaign)[:2]] == [
        ("UBND huyện Định Quán", 2, None), ("UBND huyện Trảng Bom", 2, None),
    ]  # fmt: skip

    found = rows(Activity, campaign)
    kinds = [row.kind for row in found]
    assert [kinds.count(kind) for kind in ActivityKind] == [4, 8, 1, 6, 0, 0, 0, 0]
    fair = next(row for row in found if (row.text or "").startswith("Xây dựng không gian văn hóa ẩm thực"))
    assert (fair.parent.key, fair.parent.name) == ("1.2", "Không gian kinh tế số")
    assert [one.name for one in fair.organizations if one.role is ActivityRole.LEAD] == [
        "Sở Văn hóa, Thể thao và Du lịch"
    ]
    assert len(rows(Contest, campaign)) == 6
    assert not any(row.is_public for row in found)
    assert [piece.channel for piece in rows(Communication, campaign)] == [
        Channel.OTHER, Channel.OTHER, Channel.LIVESTREAM,
    ]  # fmt: skip

    assert (finale.kind, finale.part_of, finale.host) == (EventKind.DX_DAY, campaign, campaign.host)
    assert [row.name for row in finale.organizations if row.role is EventRole.IMPLEMENTING] == [
        "Sở Thông tin và Truyền thông"
    ]
    assert [item.kind for item in finale.agenda_items].count(ItemKind.AWARD) == 1
    (hall,) = db.session.scalars(sa.select(Site).filter_by(event_id=finale.id, level=SiteLevel.MAIN))
    assert (hall.capacity, hall.hall) == (200, "Trung tâm Tổ chức Hội nghị và sự kiện tỉnh Đồng Nai")
    assert rows(Stop, campaign)[2].part is finale
    assert campaign.has_data_notice and finale.has_data_notice


CHANGED = (
    ("từ tháng 8/2024 đến ngày 10/10/2024.", "từ tháng 9/2024 đến ngày 10/10/2024."),
    ('window_start: "2024-08-01", window_end: "2024-10-10", status',
     'window_start: "2024-09-01", window_end: "2024-10-10", status'),
    ("    name: Cụm 1\n    days: 2\n    start_date: null\n    end_date: null",
     "    name: Cụm 1\n    days: 2\n    start_date: \"2024-09-10\"\n    end_date: \"2024-09-11\""),
    ("      - {org: UBND huyện Cẩm Mỹ, district_code: \"739\"}\n", ""),
    ("      - {org: UBND huyện Tân Phú, district_code: \"734\"}\n",
     "      - {org: UBND huyện Tân Phú, district_code: \"734\"}\n"
     "      - {org: UBND huyện Cẩm Mỹ, district_code: \"739\"}\n"),
    ("name: Không gian xã hội số", "name: Không gian xã hội số, an toàn"),
    ("count: 200,", "count: 250,"),
    ("Báo cáo kết quả cho UBND tỉnh: cuối tháng 10/2024.", "Báo cáo kết quả cho UBND tỉnh: giữa tháng 10/2024."),
    ("Giải đấu thể thao điện tử E-Sports", "Giải đấu thể thao điện tử"),
)  # fmt: skip


def test_a_changed_plan_is_taken_up_but_for_what_was_edited(app, organizer):
    campaign, finale = load(plan("004"))
    ids = {row.name: row.id for row in rows(ClusterUnit, campaign)}
    esports = next(row for row in rows(Activity, campaign) if row.key == "3.3")
    edit_activity(esports, name="Giải E-Sports học sinh", by=organizer)
    edits = {"short_title": "Ngày chuyển đổi số 2024", "form": EventForm.HYBRID}
    events.edit_event(campaign, edits, by=organizer)
    guests.add_group(finale, level=SiteLevel.MAIN, name="Đại biểu Trung ương", by=organizer)
    first = sorted(finale.agenda_items, key=lambda item: item.number)[0]
    agenda.edit_item(first, {"duration_minutes": 20}, by=organizer)

    shown = operations.load_plan(plan("004", *CHANGED), by=None)
    assert {d.path for d in shown.kept} == {"contests[3.3].name"}
    assert {d.path for d in shown.taken} == {
        "campaign_event.time.text", "campaign_event.time.window_start", "clusters[1].start_date",
        "clusters[1].end_date", "clusters[1].participants[UBND huyện Cẩm Mỹ]",
        "clusters[2].participants[UBND huyện Cẩm Mỹ]",
        "exhibition_spaces[1.3].name", "finale.attendees.count", "timeline[5].text",
    }  # fmt: skip
    operations.load_plan(plan("004", *CHANGED), update=True, by=None)

    db.session.expire_all()
    one, two, _last = rows(Cluster, campaign)
    assert (len(one.units), len(two.units), one.starts_on) == (7, 4, date(2024, 9, 10))
    assert {row.name: row.id for row in rows(ClusterUnit, campaign)} == ids
    now = dumped(campaign)
    assert campaign.short_title == now["campaign_event"]["short_name"] == "Ngày chuyển đổi số 2024"
    assert now["contests"][2]["name"] == "Giải E-Sports học sinh"
    assert now["finale"]["attendees"]["count"] == 250
    assert now["finale"]["attendees"]["groups"][-1] == "Đại biểu Trung ương"
    assert now["finale"]["agenda"][0]["duration_min"] == 20
    assert (campaign.window_start, campaign.form) == (date(2024, 9, 1), EventForm.HYBRID)


@ON_SQLITE
def test_the_theme_of_an_event_that_is_no_campaign_is_nobodys_but_the_organizers(app, organizer):
    slug = operations.load_plan(plan("001"), by=None).slugs[0]
    event = event_by_slug(slug)
    events.edit_event(event, {"theme": "Bảy ngày cao điểm"}, by=organizer)
    operations.load_plan(plan("001", ("duration_days: 7", "duration_days: 8")), update=True, by=None)

    db.session.expire_all()
    assert event.theme == "Bảy ngày cao điểm"


@ON_SQLITE
def test_an_edited_campaign_loads_again_to_the_same_dump(app, organizer):
    campaign, _finale = load(plan("004"))
    events.edit_event(campaign, {"title": "Hành trình số", "theme": "XANH"}, by=organizer)
    cluster = rows(Cluster, campaign)[0]
    roadshow_operations.edit_cluster(cluster, {"starts_on": date(2024, 9, 3), "days": 3}, by=organizer)
    edited = dumped(campaign)
    assert edited["clusters"][0]["end_date"] == "2024-09-05"
    edited["plan_id"] = "004-b"

    again, _its_finale = load(yaml.safe_dump(edited, allow_unicode=True).encode())

    assert dumped(again) == edited


def test_nothing_that_was_begun_is_taken_away_by_a_file(app, organizer):
    campaign, finale = load(plan("004"))
    without = said()
    del without["finale"]
    without["clusters"] = without["clusters"][:1]
    without["contests"] = []

    operations.load_plan(yaml.safe_dump(without, allow_unicode=True).encode(), update=True, by=None)

    db.session.expire_all()
    assert db.session.get(Event, finale.id) is not None
    assert [row.key for row in rows(Cluster, campaign)] == ["1", "finale"]
    assert len(rows(Contest, campaign)) == 6


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("{org: UBND huyện Cẩm Mỹ, district_code: \"739\"}", "{org: UBND huyện Tân Phú, district_code: \"734\"}",
         "clusters[2].participants[UBND huyện Tân Phú].org"),
        ("window_end: \"2024-10-10\", status", "window_end: \"2024-07-10\", status", "campaign_event.time.window_end"),
        ("start_date: null\n    end_date: null", "start_date: null\n    end_date: \"2024-09-11\"",
         "clusters[1].end_date"),
        ("days: 2", "days: 0", "clusters[1].days"),
        ("count: 200,", "count: 0,", "finale.attendees.count"),
        ("count: 200,", "count: -1,", "finale.attendees.count"),
        ("kind: award,", "kind: prize,", "finale.agenda[6].kind"),
        ("id: finale", "id: end", "finale"),
        ("campaign_event:", "event:\n  kind: other\ncampaign_event:", "event"),
        ("deadline_text: \"trước ngày khai mạc\"", "timing: {text: \"trước\"}, deadline_text: \"trước ngày khai mạc\"",
         "tasks[VI.6.3].deadline_text"),
        ("amount: null, fiscal_year: 2024}", "amount: -1, fiscal_year: 2024}", "budget[1].amount"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_with_its_line(speaking, old, new, field):
    with pytest.raises(PlanRefused) as caught:
        schema.read(plan("004", (old, new)))
    assert field in [problem.path for problem in caught.value.problems]
    assert all(problem.line for problem in caught.value.problems)


@ON_SQLITE
def test_a_unit_of_another_province_is_refused_and_nothing_stored(app):
    with pytest.raises(PlanRefused) as caught:
        operations.load_plan(plan("004", ('district_code: "734"', 'district_code: "525"')), by=None)

    assert (caught.value.problems[0].path, caught.value.problems[0].line) == (
        "clusters[1].participants[UBND huyện Tân Phú].district_code",
        52,
    )
    assert counts() == [0] * 11
