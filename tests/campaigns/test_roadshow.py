"""Clusters, stops and the events made of them, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from threading import Barrier

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem
from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.models import Cluster, ClusterUnit, Stop
from eventsvc.campaigns.roadshow_operations import (
    SittingDetails,
    StopDetails,
    TaskDetails,
    TemplateDetails,
)
from eventsvc.campaigns.route import Wrong
from eventsvc.db import db
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events import operations as events
from eventsvc.events.models import Event, EventKind, EventRole, LegalBasis, TimeState
from eventsvc.sites.queries import site_by_code
from eventsvc.tasks import deadline_queries
from eventsvc.tasks.models import Assignment, Task
from tests import factories
from tests.campaigns import roadshows

TEMPLATE = TemplateDetails(
    title="((theme)): ((stop)) tại ((host))",
    agenda="roadshow",
    sittings=[
        SittingDetails(1, "Khai mạc", time(8), time(11, 30)),
        SittingDetails(1, "Không gian trải nghiệm", time(13, 30), time(17)),
        SittingDetails(2, "Hội thi và bế mạc", time(8), time(16)),
    ],
    tasks=[
        TaskDetails("Bố trí mặt bằng tại ((host))", "((host))", 10),
        TaskDetails("Bảo đảm an ninh ((stop))", "Công an tỉnh", 3),
        TaskDetails("Báo cáo kết quả", "((host))", -5),
    ],
)


@pytest.fixture
def campaign(app):
    return roadshows.campaign()


def _wrong(event) -> list[str]:
    return [finding.wrong.value for finding in queries.findings(event)]


def _days_due(event: Event) -> dict[str, date]:
    rows = db.session.execute(
        sa.select(Task.text, deadline_queries.due_day(event)).where(Task.event_id == event.id)
    )
    return dict(rows.all())


def test_the_eleven_districts_of_plan_004_stand_in_its_two_clusters_each_once(campaign):
    first, second, _finale = roadshows.clusters(campaign)

    units = [unit for cluster in queries.clusters_of(campaign) for unit in cluster.units]
    assert [len(first.units), len(second.units)] == [6, 5]
    assert [unit.name for unit in units if unit.is_host] == [roadshows.HOST_1, roadshows.HOST_2]
    assert sorted(unit.unit_code for unit in units) == [str(code) for code in (731, 732, *range(734, 743))]
    assert Wrong.UNIT_MISSING.value not in _wrong(campaign)


def test_the_districts_that_are_in_no_cluster_are_named(campaign):
    first = roadshow.make_cluster(campaign, name="Cụm 1", by=None)
    roadshow.set_units(first, host=roadshows.HOST_1, participants=[roadshows.CLUSTER_1], by=None)

    (missing,) = [each for each in queries.findings(campaign) if each.wrong is Wrong.UNIT_MISSING]
    assert missing.values == {
        "units": "Thành phố Biên Hòa, Huyện Trảng Bom, Huyện Cẩm Mỹ, Huyện Long Thành, Huyện Nhơn Trạch",
        "count": 5,
        "all": 11,
    }


def test_units_are_read_as_plans_write_them(campaign):
    cluster = roadshow.make_cluster(campaign, name="Cụm", by=None)

    roadshow.set_units(cluster, host=None, participants=["UBND huyện Định Quán, Trảng Bom"], by=None)
    assert [unit.name for unit in cluster.units] == ["UBND huyện Định Quán", "UBND huyện Trảng Bom"]

    roadshow.set_units(cluster, host="TP. Biên Hòa", participants=["UBND các huyện, thành phố"], by=None)
    assert len(cluster.units) == 11
    assert cluster.units[0].unit_code == "731"


def test_what_a_cluster_cannot_be_is_refused_in_a_sentence_with_the_name(campaign):
    first, second, _finale = roadshows.clusters(campaign)
    before = [unit.name for unit in second.units]

    def told(host: str | None, *names: str) -> tuple[str, str]:
        with pytest.raises(DomainError) as refusal:
            roadshow.set_units(second, host=host, participants=names, by=None)
        return refusal.value.code, str(refusal.value)

    code, words = told(roadshows.HOST_2, "UBND huyện Tân Phú")
    assert code == "unit_taken" and "UBND huyện Tân Phú (Cụm 1)" in words
    code, words = told(roadshows.HOST_2, "UBND huyện Ba Tơ")
    assert code == "unit_elsewhere" and "huyện Ba Tơ" in words and "Quảng Ngãi" in words
    assert told(None, "UBND huyện Không Có")[0] == "unit_unknown"
    assert [unit.name for unit in second.units] == before


def test_a_unit_moved_takes_its_stop_along_and_hosts_only_where_nobody_does(campaign):
    first, second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first)

    roadshow.move_unit(first.units[0], second, place=2, by=None)

    assert [unit.name for unit in second.units][:3] == [
        roadshows.HOST_2, "UBND huyện Định Quán", "UBND thành phố Biên Hòa"
    ]  # fmt: skip
    assert [unit.is_host for unit in second.units] == [True, False, False, False, False, False]
    assert (stop.cluster_id, stop.number) == (second.id, 1)
    assert [unit.number for unit in first.units] == [1, 2, 3, 4, 5]
    assert Wrong.NO_HOST.value in _wrong(campaign)


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"starts_on": date(2024, 7, 31)}, "outside_window"),
        ({"starts_on": date(2024, 10, 10)}, "outside_window"),  # two days: the second lies outside
        ({"days": 0}, "wrong_stop"),
        ({"closes": time(7)}, "wrong_stop"),
        ({"capacity": 0}, "wrong_stop"),
        ({"name": " "}, "wrong_stop"),
    ],
)
def test_a_stop_that_cannot_be_is_refused(campaign, details, code):
    first, _second, _finale = roadshows.clusters(campaign)

    with pytest.raises(DomainError) as refusal:
        roadshows.stop(first, **details)

    assert refusal.value.code == code
    assert queries.stops_of(campaign) == []


def test_a_stop_on_tet_is_refused_with_the_name_of_the_day(app):
    campaign = roadshows.campaign(window_start=date(2024, 1, 1), window_end=date(2024, 3, 31))
    cluster, _second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(cluster, date(2024, 2, 20))

    with pytest.raises(DomainError, match="Mùng hai Tết Nguyên Đán") as refusal:
        roadshow.move_stop(stop, date(2024, 2, 11), by=None)

    assert refusal.value.code == "stop_on_tet"
    assert stop.starts_on == date(2024, 2, 20)
    with pytest.raises(DomainError) as refusal:
        roadshow.edit_cluster(cluster, {"starts_on": date(2024, 2, 9), "days": 2}, by=None)
    assert (refusal.value.code, refusal.value.field) == ("stop_on_tet", "starts_on")


def test_one_press_makes_the_event_of_a_stop_with_all_that_every_stop_has(campaign):
    events.set_data_notice(
        campaign, purpose="Mời dự", legal_basis=LegalBasis.STATE_FUNCTION, controller="Sở TTTT",
        kept_until=date(2099, 1, 1), by=None,
    )  # fmt: skip
    roadshow.set_template(campaign, TEMPLATE, by=None)
    first, _second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first, place="Nhà văn hóa huyện", capacity=300)

    part = roadshow.make_event(stop, by=None)

    assert (part.kind, part.part_of, part.host) == (EventKind.ROADSHOW_STOP, campaign, campaign.host)
    assert (part.units_as_of, part.province_code) == (campaign.units_as_of, "75")
    assert part.title == "Ngày chuyển đổi số Đồng Nai: Chương trình Cụm 1 tại UBND huyện Định Quán"
    assert (part.window_start, part.window_end) == (date(2024, 9, 5), date(2024, 9, 6))
    assert part.has_data_notice
    assert [(s.title, s.time_state, f"{clock.local(s.starts_at):%d %H:%M}") for s in part.sittings] == [
        ("Khai mạc", TimeState.PROPOSED, "05 08:00"),
        ("Không gian trải nghiệm", TimeState.PROPOSED, "05 13:30"),
        ("Hội thi và bế mạc", TimeState.PROPOSED, "06 08:00"),
    ]
    main = site_by_code(part, "main")
    assert (main.name, main.capacity) == ("Nhà văn hóa huyện", 300)
    assert [row.name for row in part.organizations if row.role is EventRole.IMPLEMENTING] == [
        roadshows.HOST_1
    ]
    assert len([row for row in part.organizations if row.role is EventRole.COORDINATING]) == 5
    assert part.agenda_items and {item.sitting_id for item in part.agenda_items} == {part.sittings[0].id}
    assert _days_due(part) == {
        "Bố trí mặt bằng tại UBND huyện Định Quán": date(2024, 8, 26),
        "Bảo đảm an ninh Chương trình Cụm 1": date(2024, 9, 2),
        "Báo cáo kết quả": date(2024, 9, 11),
    }
    charged = db.session.scalars(sa.select(Assignment).join(Task).where(Task.event_id == part.id)).all()
    assert sorted(row.asked.name for row in charged) == ["Công an tỉnh", *[roadshows.HOST_1] * 2]
    assert (stop.part, queries.stop_of_part(part)) == (part, stop)


def test_making_events_twice_makes_nothing_twice(campaign):
    roadshow.set_template(campaign, TEMPLATE, by=None)
    first, second, finale = roadshows.clusters(campaign)
    one = roadshows.stop(first)
    roadshows.stop(second, date(2024, 9, 10))
    roadshows.stop(finale, None, unit=None, days=1)  # nobody knows the day yet
    part = roadshow.make_event(one, by=None)

    made = roadshow.make_ready_events(campaign, by=None)

    assert [each.short_title for each in made] == ["Chương trình Cụm 2"]
    assert roadshow.make_event(one, by=None) == part
    assert roadshow.make_ready_events(campaign, by=None) == []
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 3
    items = sa.select(sa.func.count(AgendaItem.id)).where(AgendaItem.event_id == part.id)
    count = db.session.scalar(items)
    roadshow.make_event(one, by=None)
    assert db.session.scalar(items) == count


def test_the_finale_has_its_own_hours_no_template_and_room_for_200(campaign):
    roadshow.set_template(campaign, TEMPLATE, by=None)
    *_clusters, finale = roadshows.clusters(campaign)
    stop = roadshows.stop(finale, date(2024, 10, 10), days=1, capacity=200, name="Lễ tổng kết")

    part = roadshow.make_event(stop, by=None)

    assert [(s.title, f"{clock.local(s.starts_at):%H:%M}") for s in part.sittings] == [(None, "08:00")]
    main = site_by_code(part, "main")
    assert (main.hall, main.capacity) == ("Trung tâm Tổ chức Hội nghị và sự kiện tỉnh", 200)
    assert (part.agenda_items, _days_due(part)) == ([], {})


def test_moving_a_stop_moves_its_event_the_deadlines_and_tells_invitees(campaign):
    roadshow.set_template(campaign, TEMPLATE, by=None)
    first, _second, _finale = roadshows.clusters(campaign)
    roadshow.edit_cluster(first, {"starts_on": date(2024, 9, 5)}, by=None)
    stop = roadshows.stop(first)
    part = roadshow.make_event(stop, by=None)
    for sitting in part.sittings:
        events.approve_time(sitting, by=None)
    revision, sequences = part.revision, [sitting.sequence for sitting in part.sittings]

    with pytest.raises(DomainError) as refusal:
        roadshow.move_stop(stop, date(2024, 9, 9), version=stop.version, by=None)
    assert refusal.value.code == "event_announced"
    assert (part.revision, f"{clock.local(part.sittings[0].starts_at):%d/%m}") == (revision, "05/09")

    roadshow.move_stop(stop, date(2024, 9, 9), version=stop.version, is_agreed=True, by=None)

    assert [f"{clock.local(s.starts_at):%d/%m %H:%M}" for s in part.sittings] == [
        "09/09 08:00", "09/09 13:30", "10/09 08:00"
    ]  # fmt: skip
    assert part.revision > revision
    assert [sitting.sequence for sitting in part.sittings] == [number + 1 for number in sequences]
    assert (part.window_text, part.window_start) == ("Từ ngày 09/9/2024 đến ngày 10/9/2024", date(2024, 9, 9))
    assert _days_due(part)["Bảo đảm an ninh Chương trình Cụm 1"] == date(2024, 9, 6)
    assert _days_due(part)["Báo cáo kết quả"] == date(2024, 9, 15)
    assert first.starts_on == date(2024, 9, 9)  # the days of the cluster go with its only stop

    again = part.revision
    roadshow.move_stop(stop, date(2024, 9, 9), by=None)
    assert part.revision == again


def test_a_stop_whose_event_is_called_off_troubles_nobody_and_can_be_taken_out(campaign):
    first, second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first, teams=["Đội văn nghệ"])
    part = roadshow.make_event(stop, by=None)
    roadshows.stop(second, teams=["Đội văn nghệ"])
    assert Wrong.TEAM_TWICE.value in _wrong(campaign)
    with pytest.raises(DomainError, match="hủy"):
        roadshow.remove_stop(stop, by=None)

    events.cancel_event(part, by=None)

    assert Wrong.TEAM_TWICE.value not in _wrong(campaign)
    with pytest.raises(StaleEdit):
        roadshow.remove_stop(stop, version=stop.version - 1, by=None)
    with pytest.raises(StaleEdit):
        roadshow.remove_cluster(first, version=first.version - 1, by=None)
    roadshow.remove_stop(stop, version=stop.version, by=None)
    assert [each.name for each in queries.stops_of(campaign)] == ["Chương trình Cụm 2"]
    assert part.part_of is campaign and part.is_cancelled


def test_a_stop_is_where_its_event_is_even_when_that_was_moved_by_hand(campaign):
    first, _second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first, days=1)
    (sitting,) = roadshow.make_event(stop, by=None).sittings
    starts_at = factories.clock.from_local(factories.datetime(2024, 9, 20, 9))
    events.propose_time(sitting, starts_at=starts_at, ends_at=None, by=None)

    assert queries.days_of(stop).starts_on == date(2024, 9, 20)
    roadshow.move_stop(stop, date(2024, 9, 21), by=None)

    assert f"{clock.local(sitting.starts_at):%d %H:%M}" == "21 09:00"


def test_who_saw_an_older_version_is_told_and_changes_nothing(campaign):
    first, _second, _finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first)
    seen = stop.version
    roadshow.move_stop(stop, date(2024, 9, 6), version=seen, by=None)

    with pytest.raises(StaleEdit):
        roadshow.move_stop(stop, date(2024, 9, 7), version=seen, by=None)
    with pytest.raises(StaleEdit):
        roadshow.edit_stop(stop, StopDetails(name="Khác"), version=seen, by=None)
    with pytest.raises(StaleEdit):
        roadshow.set_units(first, host=None, participants=[], version=first.version - 1, by=None)

    assert (stop.starts_on, stop.name) == (date(2024, 9, 6), "Chương trình Cụm 1")


def test_travel_times_are_kept_per_pair_either_way_and_as_pasted(campaign):
    first, second, _finale = roadshows.clusters(campaign)
    a, b, c = first.units[0].id, second.units[0].id, second.units[1].id

    assert roadshow.set_travel_times(campaign, {(b, a): 55, (a, c): 70}, seen={}, by=None) == 2
    assert queries.travel_times(campaign) == {(a, b): 55, (a, c): 70}
    with pytest.raises(DomainError) as refusal:
        roadshow.set_travel_times(campaign, {(a, b): -1}, by=None)
    assert refusal.value.code == "wrong_minutes"
    with pytest.raises(StaleEdit):
        roadshow.set_travel_times(campaign, {(a, b): 60}, seen={(a, b): 40}, by=None)
    roadshow.set_travel_times(campaign, {(a, c): None}, seen={(a, c): 70}, by=None)
    pasted = "\tĐịnh Quán\thuyện Trảng Bom\tUBND thành phố Biên Hòa\nĐịnh Quán\t-\t1h05\t90\n"
    assert roadshow.paste_travel_times(campaign, pasted, by=None) == 2

    assert queries.travel_times(campaign) == {(a, b): 65, (a, c): 90}


PEOPLE = 3


def _at_once(app, do) -> list[str]:
    ready = Barrier(PEOPLE)

    def one(number: int) -> str:
        with app.app_context():
            try:
                ready.wait()
                do(number)
            except DomainError as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "done"

    db.session.remove()
    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(one, range(PEOPLE)))


def test_organizers_at_once_get_one_event_and_sentences_for_the_rest(app, campaign):
    first, second, finale = roadshows.clusters(campaign)
    stop = roadshows.stop(first)
    ids = [first.id, second.id, finale.id]
    stop_id, version, event_id = stop.id, stop.version, campaign.id
    roadshow.set_units(first, host=roadshows.HOST_1, participants=[], by=None)

    taken = _at_once(
        app,
        lambda number: roadshow.add_units(db.session.get_one(Cluster, ids[number]), ["Tân Phú"], by=None),
    )
    made = _at_once(app, lambda _n: roadshow.make_event(db.session.get_one(Stop, stop_id), by=None))
    moved = _at_once(
        app,
        lambda n: roadshow.move_stop(
            db.session.get_one(Stop, stop_id), date(2024, 9, 10 + n), version=version + 1, by=None
        ),
    )
    named = _at_once(
        app,
        lambda _n: roadshow.make_cluster(db.session.get_one(Event, event_id), name="Cụm 3", key="3", by=None),
    )

    assert taken == ["done", "unit_taken", "unit_taken"]
    assert made == ["done"] * PEOPLE
    assert moved == ["done", "stale_edit", "stale_edit"]
    assert named == ["done"] * PEOPLE
    parts = db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.part_of_id == event_id))
    units = sa.select(sa.func.count(ClusterUnit.id)).where(ClusterUnit.unit_code == "734")
    assert (parts, db.session.scalar(units)) == (1, 1)
