"""Services, posts and shifts of a hall, and what follows from them: what is overdue, when the doors are open."""

from datetime import UTC, datetime, timedelta

import pytest

from eventsvc.db import db
from eventsvc.errors import DomainError, NotFound
from eventsvc.events import operations as events
from eventsvc.halls import operations, post_operations, queries, services
from eventsvc.halls.models import ServiceKind, ServiceState, Shift, StaffKind
from eventsvc.halls.post_operations import Person
from eventsvc.halls.services import Deed
from eventsvc.sites import operations as sites
from eventsvc.sites import readiness_queries, step_operations
from eventsvc.sites.models import Milestone, SiteLevel
from eventsvc.sites.reporter import Reporter
from tests import factories

STARTS = datetime(2023, 7, 14, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam


@pytest.fixture
def event(app):
    event = factories.approved_event(starts_at=STARTS)
    factories.main_site(event)
    sites.add_sites(event, SiteLevel.DISTRICT, by=None)
    return event


@pytest.fixture
def hall(event):
    return factories.site_of(event, "main")


def hour(hours: float) -> datetime:
    """So many hours after the start."""
    return STARTS + timedelta(hours=hours)


def shift(post, starts: float, ends: float, name: str = "Lê Thị Hòa", phone: str | None = None) -> Shift:
    [made] = post_operations.add_shifts(
        post, [Person(name, phone)], starts_at=hour(starts), ends_at=hour(ends), by=None
    )
    return made


def test_the_usual_list_names_the_agencies_of_the_province_and_comes_once(hall):
    assert operations.use_usual(hall, by=None) == 8
    assert operations.use_usual(hall, by=None) == 0

    [found] = queries.summaries(hall.event, [hall])
    assert {service.kind: service.agency_name for service in found.services} == {
        ServiceKind.POWER: None,
        ServiceKind.BACKUP_POWER: None,
        ServiceKind.MEDICAL: "Sở Y tế",
        ServiceKind.POLICE: None,  # the list has the police of Đồng Nai only
        ServiceKind.FIRE: None,
        ServiceKind.WIFI: "Viễn thông Quảng Ngãi",
        ServiceKind.SCREEN: None,
        ServiceKind.SOUND: None,
    }
    medical = next(one for one in found.services if one.kind is ServiceKind.MEDICAL)
    assert medical.organization.code == "51-so-y-te"


def test_a_service_goes_its_way_and_back(hall):
    service = operations.add_service(hall, ServiceKind.MEDICAL, agency_name="sở y tế", by=None)
    states = []
    for deed in (Deed.ARRIVE, Deed.ARRIVE, Deed.FINISH, Deed.BACK, Deed.BACK, Deed.BACK, Deed.CONFIRM):
        operations.tell(service, deed, by=None)
        states.append(service.state.value)

    assert states == ["present", "present", "done", "present", "confirmed", "planned", "confirmed"]
    assert service.present_at is None and service.confirmed_at is not None
    operations.report_problem(service, "Xe cứu thương hỏng", by=None)
    assert not operations.tell(service, Deed.ARRIVE, by=None)
    operations.tell(service, Deed.SOLVE, by=None)
    assert (service.state, service.problem) == (ServiceState.CONFIRMED, "Xe cứu thương hỏng")


def test_what_the_database_calls_missed_is_what_the_rules_say(event, hall):
    commune = factories.site_of(event, "536")
    for site in (hall, commune):
        for deeds in ([], [Deed.CONFIRM], [Deed.ARRIVE], [Deed.ARRIVE, Deed.FINISH]):
            service = operations.add_service(site, ServiceKind.OTHER, by=None)
            for deed in deeds:
                operations.tell(service, deed, by=None)
    operations.report_problem(
        service, "Mất điện", by=None
    ) if service.state is not ServiceState.DONE else None
    dues = readiness_queries.dues_of(event)
    for now in sorted({due.at + timedelta(seconds=late) for due in dues for late in (-1, 0)}):
        halls = queries.summaries(event, [hall, commune])
        expected = {
            (one.id, late[0].rule.gate)
            for found in halls
            for one in found.services
            if (late := services.missed(one, dues, now))
        }
        told = queries.missed_services(event, now)
        assert {(one.service.id, one.due.rule.gate) for one in told} == expected
    assert len(told) == 4
    assert len(queries.missed_services(event, now, site_ids=[commune.id])) == 2
    step_operations.reach(commune, Milestone.CLOSED, Reporter(None))
    assert {one.service.site_id for one in queries.missed_services(event, now)} == {hall.id}


def test_the_doors_are_open_as_long_as_somebody_stands_there_around_the_sitting(event, hall):
    door = post_operations.add_post(hall, name="Cửa 1", is_door=True, by=None)
    side = post_operations.add_post(hall, name="Cửa 2", is_door=True, by=None)
    desk = post_operations.add_post(hall, name="Bàn kỹ thuật", by=None)
    shift(door, -1, 0.5)
    shift(side, 0.5, 3)
    shift(desk, -5, 9)
    shift(door, 24, 25)
    second, evening = events.add_sitting(event, by=None), events.add_sitting(event, by=None)
    events.propose_time(evening, starts_at=hour(11), ends_at=hour(13), by=None)

    other = factories.site_of(event, "536")
    found = queries.door_hours([hall.id, other.id], event.sittings[0])
    assert found == {hall.id: (hour(-1), hour(3))}
    assert queries.door_hours([hall.id], second) == {}
    assert queries.door_hours([hall.id], evening) == {}
    [summary] = queries.summaries(event, [hall])
    assert [span for _sitting, span in summary.hours] == [(hour(-1), hour(3))]
    assert [span for _sitting, span in summary.sittings_with_hours] == [(hour(-1), hour(3)), None, None]
    shift(side, 9.5, 14)
    assert queries.door_hours([hall.id], evening) == {hall.id: (hour(9.5), hour(14))}
    assert queries.door_hours([hall.id], event.sittings[0]) == found


def test_of_many_people_one_who_is_refused_stops_them_all(hall):
    door = post_operations.add_post(hall, name="Cửa 1", is_door=True, needed=2, by=None)
    shift(door, -1, 1, "Lê Thị Hòa")
    people = [Person("Trần Văn Bình", "+84501000001", "Tỉnh đoàn"), Person("lê thị hoà")]

    with pytest.raises(DomainError) as refusal:
        post_operations.add_shifts(door, people, starts_at=hour(0), ends_at=hour(2), by=None)

    assert refusal.value.code == "at_two_shifts" and refusal.value.field == "people"
    db.session.refresh(door)
    assert [one.person_name for one in door.shifts] == ["Lê Thị Hòa"]
    made = post_operations.add_shifts(
        door, people[:1], starts_at=hour(0), ends_at=hour(2), kind=StaffKind.VOLUNTEER, by=None
    )
    assert [one.agency_name for one in made] == ["Tỉnh đoàn"]


@pytest.mark.parametrize(("starts", "ends"), [(1, 1), (2, 1), (0, 25)])
def test_impossible_times_are_refused(hall, starts, ends):
    door = post_operations.add_post(hall, name="Cửa 1", by=None)
    made = shift(door, 0, 1)

    for refused in (
        lambda: shift(door, starts, ends, "Người khác"),
        lambda: post_operations.edit_shift(made, {"starts_at": hour(starts), "ends_at": hour(ends)}, by=None),
    ):
        with pytest.raises(DomainError) as refusal:
            refused()
        assert refusal.value.field == "ends_at"


@pytest.mark.parametrize("needed", [0, -1, 10**9])
def test_an_impossible_number_of_people_is_refused(hall, needed):
    with pytest.raises(DomainError) as refusal:
        post_operations.add_post(hall, name="Cửa 1", needed=needed, by=None)

    assert refusal.value.field == "needed"


def test_somebody_else_at_the_post_is_not_there_yet(event, hall):
    door = post_operations.add_post(hall, name="Cửa 1", by=None)
    other = post_operations.add_post(factories.site_of(event, "536"), name="Cửa 1", by=None)
    made = shift(door, 0, 1)
    assert post_operations.mark_present(made, by=None) and not post_operations.mark_present(made, by=None)

    post_operations.edit_shift(made, {"person_phone": "+84501000001"}, by=None)
    assert made.present_at is not None
    post_operations.edit_shift(made, {"person_name": "Trần Văn Bình"}, by=None)
    assert made.present_at is None
    with pytest.raises(DomainError):
        post_operations.edit_shift(made, {"post": other}, by=None)


def test_who_stands_at_two_halls_at_once_is_found(event, hall):
    there = factories.site_of(event, "536")
    shift(post_operations.add_post(hall, name="Cửa 1", by=None), 0, 2, phone="+84501000001")
    shift(post_operations.add_post(there, name="Cửa", by=None), 1, 3, phone="+84501000001")
    shift(post_operations.add_post(there, name="Sân", by=None), 1, 3, phone="+84501000002")

    [found] = queries.summaries(event, [hall])

    assert [one.post.name for one in queries.elsewhere(found)] == ["Cửa", "Sân"]
    assert queries.elsewhere(found, site_ids=[hall.id]) == []


def test_what_is_another_halls_is_not_found_here(event, hall):
    there = factories.site_of(event, "536")
    service = operations.add_service(there, ServiceKind.POWER, by=None)
    post = post_operations.add_post(there, name="Cửa", by=None)
    made = shift(post, 0, 1)

    for find, key in ((queries.service_of, service), (queries.post_of, post), (queries.shift_of, made)):
        assert find(there, key.id) == key
        with pytest.raises(NotFound):
            find(hall, key.id)
