"""What organizers add to a campaign that was loaded, bad files, and the links of the agencies it names."""

from datetime import date, time

import pytest
import sqlalchemy as sa
import yaml

from eventsvc import clock, secrets
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns.activity_models import Activity, ActivityKind, ActivityRole
from eventsvc.campaigns.activity_operations import add_activity, edit_activity
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.campaigns.communication_operations import add_work
from eventsvc.campaigns.models import Cluster, Stop, StopTeam
from eventsvc.campaigns.roadshow_operations import StopDetails
from eventsvc.contests import entry_operations
from eventsvc.contests.award_operations import Line, set_awards
from eventsvc.contests.entry_operations import Entered
from eventsvc.contests.models import Award, Contest, EntrantKind, Entry
from eventsvc.contests.operations import make_contest
from eventsvc.db import db
from eventsvc.nominations.models import OrganizationInvitation
from eventsvc.nominations.sending_operations import revoke
from eventsvc.plans import operations, queries, schema
from eventsvc.plans.parsing import PlanRefused
from tests.databases import ON_SQLITE
from tests.plans import plan
from tests.plans.test_campaign import CHANGED, counts, dumped, load, rows, said

LIVE = 'text: "Tổ chức chương trình Livestream'
OWNER = (LIVE, f"owner: Báo Đồng Nai, {LIVE}")


def links(event) -> dict[str, OrganizationInvitation]:
    return {row.name: row for row in rows(OrganizationInvitation, event)}


@ON_SQLITE
def test_whoever_the_plan_names_gets_a_link_and_keeps_it(app, client):
    campaign, _finale = load(plan("004", OWNER))

    given = links(campaign)
    assert {"Công an tỉnh", "Sở Thông tin và Truyền thông", "Báo Đồng Nai", "Sở Nội vụ"} <= given.keys()
    districts = [row for row in given.values() if row.organization and row.organization.level]
    assert len(districts) == 11
    assert not [name for name in given if "liên quan" in name or name.startswith("các ")]
    assert not any(row.is_invited for row in given.values())
    token = secrets.unseal(given["Báo Đồng Nai"].token_sealed)
    assert "Tổ chức chương trình Livestream" in client.get(f"/o/{token}/communications").text

    revoke(given["Sở Nội vụ"], by=None)
    operations.load_plan(plan("004", OWNER, *CHANGED), update=True, by=None)
    db.session.expire_all()
    again = links(campaign)
    assert {name: row.token_hash for name, row in again.items()} == {
        n: r.token_hash for n, r in given.items()
    }
    assert again["Sở Nội vụ"].revoked_at is not None


@pytest.fixture
def enriched(app, organizer):
    """Plan 004 with what organizers add on its pages; the campaign and its dump."""
    campaign, _finale = load(plan("004"))
    first, second, _last = rows(Cluster, campaign)
    stop = first.stops[0]
    details = StopDetails(
        stop.name, stop.unit, "Nhà văn hóa huyện", date(2024, 9, 5), 2, time(8), time(17), 300
    )
    roadshow.edit_stop(stop, details, by=organizer)
    unit = next(one for one in first.units if not one.is_host)
    further = StopDetails("Chợ đêm Tân Phú", unit, starts_on=date(2024, 9, 7), teams=["Đội văn nghệ tỉnh"])
    roadshow.make_stop(first, further, by=organizer)
    roadshow.make_cluster(campaign, name="Cụm 3", days=1, note="Khu công nghiệp", by=organizer)
    roadshow.remove_stop(second.stops[0], by=organizer)
    agencies = [(ActivityRole.LEAD, "Sở Khoa học và Công nghệ"), (ActivityRole.LEAD, "Sở Công Thương")]
    space = next(row for row in rows(Activity, campaign) if row.key == "1.2")
    edit_activity(space, place="Sân vận động huyện", opens=time(8), closes=time(21), by=organizer)
    add_activity(
        campaign, kind=ActivityKind.SEMINAR, name="Hội thảo dữ liệu số", organizations=agencies,
        contents=["Dữ liệu mở"], starts_on=date(2024, 9, 20), by=organizer,
    )  # fmt: skip
    add_activity(campaign, kind=ActivityKind.DRILL, name="Diễn tập lần hai", by=organizer)
    add_activity(campaign, kind=ActivityKind.EXHIBIT, name="Gian hàng ngân hàng", parent=space, by=organizer)
    esports = next(row for row in rows(Activity, campaign) if row.key == "3.3")
    edit_activity(esports, organizations=agencies, by=organizer)
    contest = next(one for one in rows(Contest, campaign) if one.activity is esports)
    set_awards(contest, [Line("Giải Nhất", "Cúp", 10_000_000), Line("Giải Nhì", None, 0)], by=organizer)
    own = make_contest(campaign, name="Cuộc thi ảnh", by=organizer)
    entered = Entered(
        "Tháp nước", EntrantKind.PERSON, "Người Lớn", born_on=date(1990, 1, 2), email="lon@dongnai.example.vn"
    )
    entry_operations.enter(own, entered, brought=[], by=organizer)
    add_work(campaign, channel=Channel.PRESS, text="Loạt bài", owner="Báo Đồng Nai", by=organizer)
    return campaign


def standing(campaign) -> list:
    db.session.expire_all()
    models = (Cluster, Stop, Activity, Contest, Communication)
    found = [(row.id, row.version, row.number if model is not Contest else 0) for model in models
             for row in rows(model, campaign)]  # fmt: skip
    others = [
        db.session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Entry, Award, StopTeam)
    ]
    return [*found, *others]


def test_the_dump_gives_back_what_was_added_and_changes_nothing(enriched, organizer):
    before, data = standing(enriched), dumped(enriched)

    assert [stop["name"] for stop in data["clusters"][0]["stops"]][1] == "Chợ đêm Tân Phú"
    assert data["clusters"][-1]["name"] == "Cụm 3"
    assert [row["name"] for row in data["activities"]] == ["Hội thảo dữ liệu số", "Diễn tập lần hai"]
    assert data["exhibition_spaces"][1]["activities"][-1]["text"] == "Gian hàng ngân hàng"
    esports = next(row for row in data["contests"] if row["id"] == "3.3")
    assert (esports["with"], esports["awards"][0]["amount"]) == (["Sở Công Thương"], 10_000_000)
    assert data["contests"][-1]["name"] == "Cuộc thi ảnh"
    assert data["communication"][-1]["owner"] == "Báo Đồng Nai"

    for content in (queries.as_yaml(enriched).encode(), plan("004")):
        outcome = operations.load_plan(content, update=True, by=None)
        assert (outcome.created, outcome.taken) == (False, [])
        assert standing(enriched) == before

    data["plan_id"] = "004-b"
    again, _finale = load(yaml.safe_dump(data, allow_unicode=True).encode())
    assert dumped(again) == data


def test_the_next_edition_of_the_plan_takes_away_nothing_that_was_added(enriched):
    before, data = counts(), dumped(enriched)

    for _again in range(2):
        operations.load_plan(plan("004", *CHANGED), update=True, by=None)
        assert counts() == before

    now = dumped(enriched)
    assert now["activities"] == data["activities"]
    assert now["contests"][-1] == data["contests"][-1]
    assert now["clusters"][0]["stops"] == data["clusters"][0]["stops"]
    assert now["exhibition_spaces"][2]["name"] == "Không gian xã hội số, an toàn"


@ON_SQLITE
def test_a_stop_of_which_nobody_said_anything_follows_its_cluster(app, organizer):
    campaign, _finale = load(plan("004"))
    operations.load_plan(plan("004", *CHANGED), update=True, by=None)

    db.session.expire_all()
    assert [stop.starts_on for stop in rows(Stop, campaign)] == [date(2024, 9, 10), None, None]


NEW_YEAR = ('    start_date: null\n    end_date: null\n    host: {org: UBND huyện Định',
            '    start_date: "2024-02-10"\n    end_date: "2024-02-11"\n    host: {org: UBND huyện Định')  # fmt: skip
EARLY = ('window_start: "2024-08-01", window_end: "2024-10-10", status',
         'window_start: "2024-01-01", window_end: "2024-10-10", status')  # fmt: skip
CONTEST = 'name: "Giải đấu thể thao điện tử E-Sports"'


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ([NEW_YEAR, EARLY], "clusters[1].start_date", "10/02/2024"),
        ([NEW_YEAR], "clusters[1].start_date", "01/8/2024"),
        ([("{name: Trung tâm Tổ chức Hội nghị và sự kiện tỉnh Đồng Nai, cite: II.2.b}\n  date: null ",
           "{name: Trung tâm Tổ chức Hội nghị và sự kiện tỉnh Đồng Nai, cite: II.2.b}\n  date: \"2024-02-10\" "),
          EARLY], "finale.date", "10/02/2024"),
        ([('{org: UBND huyện Cẩm Mỹ, district_code: "739"}', '{org: UBND TP Long Khánh, district_code: null}')],
         "clusters[2].participants[UBND TP Long Khánh].org", "Cụm 1"),
        ([('{org: UBND huyện Tân Phú, district_code: "734"}', '{org: UBND huyện Tân Phú, district_code: "525"}')],
         "clusters[1].participants[UBND huyện Tân Phú].district_code", "525"),
        ([('{org: UBND huyện Tân Phú, district_code: "734"}', '{org: UBND huyện Mộ Đức, district_code: null}')],
         "clusters[1].participants[UBND huyện Mộ Đức].org", "UBND huyện Mộ Đức"),
        ([(CONTEST, f"jury: ba người, {CONTEST}")], "contests[3.3].jury", ""),
        ([(CONTEST, f"awards: [{{name: Giải Nhất, amount: -1}}], {CONTEST}")], "contests[3.3].awards[1].amount", "0"),
        ([("amount: null, fiscal_year: 2024}", "amount: -1, fiscal_year: 2024}")], "budget[1].amount", "0"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_the_place_and_nothing_is_stored(app, changes, field, words):
    with pytest.raises(PlanRefused) as caught:
        operations.load_plan(plan("004", *changes), by=None)

    (problem,) = [one for one in caught.value.problems if one.path == field]
    assert problem.line
    assert words in problem.message
    assert counts() == [0] * 11


@ON_SQLITE
def test_a_bad_new_edition_changes_nothing(app, organizer):
    campaign, _finale = load(plan("004"))
    before = dumped(campaign)

    with pytest.raises(PlanRefused):
        operations.load_plan(plan("004", NEW_YEAR, *CHANGED[5:]), update=True, by=None)

    assert dumped(campaign) == before == said()


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("    name: Cụm 1\n", "    name: Cụm 1\n    stops: [{name: Chợ, opens: \"17:00\", closes: \"08:00\"}]\n",
         "clusters[1].stops[1].closes"),
        ("    name: Tổng kết\n", "    name: Tổng kết\n    stops: [{name: Chợ}]\n", "clusters[finale].stops"),
        ("contests:                 # III.3\n",
         "activities:\n  - {id: a, kind: seminar, name: Hội thảo, time: {start: \"2024-09-02\", end: \"2024-09-01\"}}\n"
         "contests:\n", "activities[a].time.end"),
        ("contests:                 # III.3\n", "activities:\n  - {id: a, kind: contest, name: Thi}\ncontests:\n",
         "activities[a].kind"),
    ],
)  # fmt: skip
def test_what_is_said_of_stops_and_activities_makes_sense(speaking, old, new, field):
    with pytest.raises(PlanRefused) as caught:
        schema.read(plan("004", (old, new)))
    assert field in [problem.path for problem in caught.value.problems]


def at_the_market(day: str, unit: str = "UBND huyện Định Quán") -> bytes:
    """Plan 004 with a stop of its own in Cụm 1."""
    stop = f'{{name: Chợ, unit: {unit}, start_date: "{day}", days: 2, opens: "08:00", closes: "17:00"}}'
    return plan("004", ("    name: Cụm 1\n", f"    name: Cụm 1\n    stops: [{stop}]\n"))


@ON_SQLITE
def test_a_stop_that_a_file_moves_takes_its_event_along(app, organizer):
    campaign, _finale = load(at_the_market("2024-09-05"))
    part = roadshow.make_event(rows(Stop, campaign)[0], by=organizer)
    assert dumped(campaign)["clusters"][0]["stops"][0]["start_date"] == "2024-09-05"

    operations.load_plan(at_the_market("2024-09-12"), update=True, by=None)

    db.session.expire_all()
    assert (part.window_start, part.window_end) == (date(2024, 9, 12), date(2024, 9, 13))
    assert clock.local(part.sittings[0].starts_at).date() == date(2024, 9, 12)
    assert rows(Stop, campaign)[0].part is part


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "field"),
    [
        (at_the_market("2024-09-05", "UBND huyện Trảng Bom"), "clusters[1].stops[1].unit"),
        (at_the_market("2024-12-05"), "clusters[1].stops[1].start_date"),
    ],
)
def test_a_stop_is_at_a_unit_of_its_cluster_and_within_the_campaign(app, content, field):
    with pytest.raises(PlanRefused) as caught:
        operations.load_plan(content, by=None)

    assert [problem.path for problem in caught.value.problems] == [field]
    assert caught.value.problems[0].line
    assert counts() == [0] * 11
