"""Places, the queue for them and who moves up; on both databases, where two at once decide."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.checkins import operations as checkins
from eventsvc.checkins.models import Profile
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.events import operations as events
from eventsvc.guests.models import BadgeRole, Guest
from eventsvc.invitations.queries import audiences
from eventsvc.people.models import Person
from eventsvc.visitors import operations, queries
from eventsvc.visitors.models import OpenDoors, Visit, VisitState
from eventsvc.visitors.operations import AlreadyIn, Full, Registrant, RegistrationClosed
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted

REGISTERED, WAITING, CANCELLED = VisitState.REGISTERED, VisitState.WAITING, VisitState.CANCELLED


def _states(fair) -> list[VisitState]:
    return list(
        db.session.scalars(
            sa.select(Visit.state).where(Visit.open_doors_id == fair.doors.id).order_by(Visit.id)
        )
    )


def test_whoever_registers_is_a_guest_of_the_site_whose_pass_the_door_admits(fair):
    visit = fair.register("Nguyễn Thị Xem", organization="Trường THPT Trần Quốc Tuấn")
    _row, token = checkins.create_enrolment(
        fair.event, site=fair.main, name="Cửa 1", profile=Profile.SCAN, by=None
    )
    device, _secret = checkins.enrol(token)
    [code] = queries.codes([visit]).values()

    [answer] = checkins.record_scans(device, [scan(code, site=None)])

    assert answer["outcome"] == "admitted"
    assert answer["guest"]["name"] == "Nguyễn Thị Xem"
    guest = visit.guest
    assert (guest.site_id, guest.badge_role, guest.is_walk_in) == (fair.main.id, BadgeRole.GUEST, True)
    assert queries.registered(fair.doors)[:4] == (1, 0, 2, 1)
    with pytest.raises(AlreadyIn):
        operations.cancel(visit)


def test_no_invitation_goes_to_a_visitor(fair):
    fair.register()

    assert db.session.scalars(audiences.uninvited(fair.event)).all() == []


def test_the_third_for_two_places_waits_and_moves_up_when_somebody_cancels(fair):
    first, _second, third = fair.register(), fair.register(), fair.register(email="c@xem.example.vn")
    assert _states(fair) == [REGISTERED, REGISTERED, WAITING]
    assert queries.place_in_queue(third) == 1

    operations.cancel(first)
    operations.cancel(first)

    assert _states(fair) == [CANCELLED, REGISTERED, REGISTERED]
    assert third.placed_at is not None and third.guest.person.email == "c@xem.example.vn"
    written = db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()
    assert [each.intent for each in written] == [f"visit:{third.id}:waiting", f"visit:{third.id}:registered"]
    assert "một chỗ vừa trống" in written[1].text_body
    assert secrets.unseal(third.token_sealed) not in written[1].text_body + (written[1].calendar or "")
    assert written[1].calendar and written[1].inline_qr


def test_whoever_gives_the_place_up_is_on_no_list_any_more(fair):
    visit = fair.register()

    operations.cancel(visit)

    assert db.session.scalars(sa.select(Guest.id)).all() == []
    assert db.session.scalars(sa.select(Person.id)).all() == []
    assert queries.codes([visit]) == {}


def test_whom_a_door_has_seen_keeps_the_row_and_the_pass_opens_nothing(fair):
    visit = fair.register()
    [code] = queries.codes([visit]).values()
    _row, token = checkins.create_enrolment(
        fair.event, site=fair.main, name="Cửa 1", profile=Profile.SCAN, by=None
    )
    device, _secret = checkins.enrol(token)
    with operations.atomic():
        fair.sitting.doors_open_at = clock.now() + timedelta(minutes=20)
    assert checkins.record_scans(device, [scan(code, site=None)])[0]["outcome"] == "not_yet"

    operations.cancel(visit)

    assert visit.state is CANCELLED and visit.guest is not None
    assert queries.codes([visit]) == {}
    assert checkins.record_scans(device, [scan(code, site=None)])[0]["outcome"] == "revoked"


def test_somebody_waiting_comes_before_somebody_new(fair):
    for _visitor in range(3):
        fair.register()

    operations.edit_open_doors(fair.doors, {"capacity": 3}, by=None)
    late = fair.register()

    assert _states(fair) == [REGISTERED, REGISTERED, REGISTERED, WAITING]
    assert queries.place_in_queue(late) == 1
    operations.edit_open_doors(fair.doors, {"capacity": None}, by=None)
    assert set(_states(fair)) == {REGISTERED}


def test_the_same_person_keeps_the_same_place_and_a_family_may_share_a_telephone(fair):
    at_home = {"browser": "máy ở nhà"}
    mother = fair.register("Lê Thị Mẹ", phone="+84503000001", email="me@nha.example.vn", **at_home)

    again = fair.register("lê thị  mẹ", phone="+84503000001", **at_home)
    by_mail = fair.register("Lê Thị Mẹ", email="me@nha.example.vn", **at_home)
    child = fair.register("Lê Văn Con", phone="+84503000001", **at_home)

    assert again.id == by_mail.id == mother.id
    assert child.id != mother.id
    assert len(_states(fair)) == 2
    operations.cancel(mother)
    anew = fair.register("Lê Thị Mẹ", phone="+84503000001", **at_home)
    assert anew.id != mother.id
    assert fair.register("Lê Thị Mẹ", phone="+84503000001", **at_home).id == anew.id


def test_another_browser_never_gets_the_visit_and_letters_go_to_its_address_once_an_hour(fair, monkeypatch):
    known = {"phone": "+84503000001", "email": "me@nha.example.vn"}
    mother = fair.register("Lê Thị Mẹ", browser="máy ở nhà", **known)
    asks = fair.visitor("Lê Thị Mẹ", **known)
    by_phone = fair.visitor("Lê Thị Mẹ", phone="+84503000001")

    strangers = [operations.register(fair.doors, asks, browser=name) for name in ("b", "c")]
    for one in (asks, by_phone, fair.visitor("Không Ai")):
        operations.remind(fair.doors, one)

    tokens = {visit.token_hash for visit in (mother, *strangers)}
    assert len(tokens) == 3 and len(_letters()) == 1, "the first letter is not an hour old"
    later = clock.now() + timedelta(minutes=61)
    with operations.atomic():
        fair.sitting.ends_at = later + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    for one in (by_phone, asks, by_phone):
        operations.remind(fair.doors, one)
    assert [(each.subject_id, each.recipient) for each in _letters()] == [
        (mother.id, "me@nha.example.vn")
    ] * 2
    require = operations.require_standing
    assert [require(each) for each in _letters()] == [None, None]


def _letters() -> list[Delivery]:
    return list(db.session.scalars(sa.select(Delivery).order_by(Delivery.id)))


def test_without_a_waiting_list_the_last_place_is_the_last(fair):
    operations.edit_open_doors(fair.doors, {"has_waiting_list": False}, by=None)
    fair.register(), fair.register()

    with pytest.raises(Full):
        fair.register()
    assert _states(fair) == [REGISTERED, REGISTERED]


@pytest.mark.parametrize("why", ["stopped", "not_yet", "closed", "over", "cancelled", "sitting", "no_notice"])
def test_nobody_registers_when_it_is_closed(fair, why):
    now = clock.now()
    if why == "stopped":
        operations.stop(fair.doors, by=None)
    elif why == "not_yet":
        operations.edit_open_doors(fair.doors, {"opens_at": now + timedelta(hours=1)}, by=None)
    elif why == "closed":
        operations.edit_open_doors(fair.doors, {"closes_at": now - timedelta(minutes=1)}, by=None)
    elif why == "cancelled":
        events.cancel_event(fair.event, by=None)
    else:
        with operations.atomic():
            if why == "over":
                fair.sitting.starts_at, fair.sitting.ends_at = now - timedelta(hours=3), now
            elif why == "sitting":
                fair.sitting.cancelled_at = now
            else:
                fair.event.data_purpose = None

    with pytest.raises(RegistrationClosed):
        fair.register()
    assert _states(fair) == []


def test_an_organizer_who_cancels_tells_the_visitor_why(fair):
    visit = fair.register(email="a@xem.example.vn")

    operations.cancel(visit, reason="Hội trường phải sửa chữa", by=None)

    told = db.session.scalars(sa.select(Delivery).order_by(Delivery.id)).all()
    assert [(each.kind, each.state) for each in told] == [
        ("visit", DeliveryState.CANCELLED),
        ("visit_cancelled", DeliveryState.QUEUED),
    ]
    assert "Hội trường phải sửa chữa" in told[1].text_body


def test_place_and_time_stay_once_somebody_has_registered(fair):
    fair.register()
    other = factories.site(fair.event)

    with pytest.raises(operations.Invalid) as refusal:
        operations.edit_open_doors(fair.doors, {"site": other}, by=None)
    assert refusal.value.field == "site"


def test_figures_of_many_cost_what_those_of_one_do(fair):
    for number in range(4):
        operations.make_open_doors(
            fair.event, site=fair.main, sitting=fair.sitting, title=f"Gian {number}", by=None
        )
    queries.figures(queries.open_doors_of(fair.event))  # whatever is read once
    with counted() as one:
        queries.figures(queries.open_doors_of(fair.event)[:1])
    with counted() as all_of_them:
        queries.figures(queries.open_doors_of(fair.event))
    assert all_of_them.number == one.number


# --- At once ------------------------------------------------------------------------------------------------


def _at_once(app, acts):
    """Every act in a thread and session of its own, all let go together."""
    db.session.commit()
    together = Barrier(len(acts))

    def run(act):
        with app.app_context():
            together.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_twenty_for_the_last_place_and_one_gets_it(app, fair):
    fair.register()
    doors_id = fair.doors.id

    def coming(number):
        someone = Registrant(f"Người Vội {number}", phone=f"+8450400{number:04d}")
        return lambda: operations.register(db.session.get(OpenDoors, doors_id), someone).state

    states = _at_once(app, [coming(number) for number in range(20)])

    assert Counter(states) == Counter({REGISTERED: 1, WAITING: 19})
    assert queries.registered(fair.doors)[:2] == (2, 19)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 2


def test_two_cancel_at_once_and_two_move_up_in_order(app, fair):
    leaving = [fair.register().id, fair.register().id]
    waiting = [fair.register().id for _visitor in range(3)]

    _at_once(app, [lambda id=id: operations.cancel(db.session.get(Visit, id)) for id in leaving])

    states = dict(db.session.execute(sa.select(Visit.id, Visit.state)).all())
    assert [states[id] for id in leaving] == [CANCELLED, CANCELLED]
    assert [states[id] for id in waiting] == [REGISTERED, REGISTERED, WAITING]


def test_the_same_form_sent_eight_times_at_once_is_one_place(app, fair):
    doors_id, someone = fair.doors.id, fair.visitor("Trần Văn Bấm")

    def press():
        return operations.register(db.session.get(OpenDoors, doors_id), someone, browser="máy ở nhà").id

    ids = _at_once(app, [press] * 8)

    assert len(set(ids)) == 1
    assert _states(fair) == [REGISTERED]
