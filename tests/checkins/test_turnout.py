"""Who is in, kept between looks, is what all facts say: whatever came, in whatever order, and whatever was undone."""

from collections import Counter
from random import Random
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins import operations, queries, turnout_queries
from eventsvc.checkins.models import Scan, StoreEpoch
from eventsvc.checkins.turnout import STEP
from eventsvc.db import atomic, db
from eventsvc.guests.models import Guest
from eventsvc.invitations import queries as invitation_queries
from eventsvc.invitations.models import Invitation
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted


def kept(hall):
    return turnout_queries.turnout(hall.event, hall.sitting)


def recount(hall):
    """By the statements over all scans that everything else uses."""
    first = queries.first_entries(hall.sitting)
    entries = db.session.execute(sa.select(first.c.site_id, first.c.effective_at)).all()
    received = db.session.execute(
        sa.select(Scan.site_id, sa.func.max(Scan.received_at))
        .where(Scan.sitting_id == hall.sitting.id, Scan.site_id.is_not(None))
        .group_by(Scan.site_id)
    )
    others = queries.other_counts(hall.event, hall.sitting)
    exits = sa.select(sa.func.count()).where(Scan.kind == "exit", Scan.sitting_id == hall.sitting.id)
    return {
        "expected": invitation_queries.expected(hall.event),
        "people": queries.head_counts(hall.event, hall.sitting),
        "others": {site_id: number for site_id, number in others.items() if number},
        "last_at": {site: max(at for here, at in entries if here == site) for site, _at in entries},
        "inside": queries.inside_counts(hall.sitting),
        "received_at": {site_id: at for site_id, at in received},
        "by_time": dict(Counter(int(at.timestamp()) // STEP for _site, at in entries)),
        "has_exits": db.session.scalar(exits) > 0,
    }


def test_after_every_upload_the_figures_are_those_of_a_recount(hall):
    chance = Random(26)
    doors = {"main": hall.device(), "school": hall.device(hall.school)}
    people = [hall.minh, hall.hoa, hall.tam]
    people += [factories.guest(chance.choice([hall.main, hall.school])) for _each in range(9)]
    codes = [hall.code(guest) for guest in people]
    sent = []
    for number in range(40):
        site = chance.choice(list(doors))
        kind = chance.choice(["entry", "entry", "entry", "exit", "annul"])
        one = scan(chance.choice(codes), minutes_ago=chance.randrange(0, 90), site=site, kind=kind,
                   mode="offline", decision="admitted")  # fmt: skip
        if kind == "annul" and sent:
            one |= {"code": None, "annuls": chance.choice([*sent, str(uuid4())]), "reason": "nhầm"}
            operations.record_scans(hall.device(name=f"Trưởng cửa {number}"), [one], device_clock=clock.now())
        else:
            operations.record_scans(doors[site], [one], device_clock=clock.now())
            sent.append(one["scan_id"])
        if number % 3 == 0:
            assert vars(kept(hall)) == recount(hall)

    assert vars(kept(hall)) == recount(hall)
    assert sum(kept(hall).people.values()) > 3


def test_an_annulment_puts_the_second_entry_first_and_the_last_one_out(hall):
    boss = factories.organizer()
    for guest, site in ((hall.hoa, hall.main), (hall.minh, hall.main), (hall.minh, hall.school)):
        operations.check_in_by_name(guest, hall.sitting, site, by=boss, reason="đứng nhầm hàng")
    before = kept(hall).people

    operations.annul_entries(hall.minh, hall.sitting, by=boss, reason="nhầm", site_ids={hall.main.id})
    between = kept(hall).people
    operations.annul_entries(hall.minh, hall.sitting, by=boss, reason="nhầm")

    assert before == {hall.main.id: 2}
    assert between == {hall.main.id: 1, hall.school.id: 1}
    assert kept(hall).people == {hall.main.id: 1}
    assert vars(kept(hall)) == recount(hall)


def test_others_follow_the_lists_without_a_scan(hall):
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh)), scan(hall.code(hall.hoa))],
                            device_clock=clock.now())  # fmt: skip
    before = kept(hall)

    with atomic():
        db.session.execute(sa.update(Guest).where(Guest.id == hall.minh.id).values(site_id=hall.school.id))
        db.session.execute(sa.update(Guest).where(Guest.id == hall.tam.id).values(site_id=hall.main.id))
    moved = kept(hall)

    assert (before.expected, before.others) == ({hall.main.id: 2, hall.school.id: 1}, {})
    assert (moved.expected, moved.others) == (before.expected, {hall.main.id: 1})
    assert vars(moved) == recount(hall)


def test_a_revoked_invitation_makes_whoever_is_in_one_of_the_others(hall):
    operations.record_scans(hall.device(), [scan(hall.code(hall.minh))], device_clock=clock.now())
    kept(hall)

    with atomic():
        secret = {"uid": "1@example.vn", "token_hash": "0" * 64, "token_sealed": "-"}
        db.session.add(Invitation(event=hall.event, guest=hall.minh, revoked_at=clock.now(), **secret))

    assert kept(hall).others == {hall.main.id: 1}
    assert vars(kept(hall)) == recount(hall)


def lose_the_last(hall):
    """As a backup does that was made before it."""
    with atomic():
        last = db.session.scalar(sa.select(sa.func.max(Scan.id)))
        db.session.execute(sa.delete(Scan).where(Scan.id == last))


def bring_another(hall):
    lose_the_last(hall)
    operations.record_scans(hall.device(), [scan(hall.code(hall.hoa))], device_clock=clock.now())


def slip_one_in(hall):
    """With a number before all others, as PostgreSQL shows one that was long in coming."""
    bring_another(hall)
    with atomic():
        row = db.session.execute(sa.select(Scan.__table__).limit(1)).mappings().one()
        db.session.execute(
            sa.insert(Scan.__table__),
            dict(row) | {"id": -5000, "scan_id": str(uuid4()), "guest_id": hall.tam.id},
        )


def begin_another_life(hall):
    """Another of the two scans is lost, which the devices have not sent again."""
    with atomic():
        db.session.execute(sa.update(StoreEpoch).values(value=uuid4().hex))
        first = sa.select(sa.func.min(Scan.id)).scalar_subquery()
        db.session.execute(sa.update(Scan).where(Scan.id == first).values(guest_id=hall.tam.id))


@pytest.mark.parametrize("happens", [lose_the_last, bring_another, slip_one_in, begin_another_life])
def test_a_store_with_another_past_is_read_from_the_beginning(hall, happens):
    door = hall.device()
    for guest in (hall.hoa, hall.minh):
        operations.record_scans(door, [scan(hall.code(guest))], device_clock=clock.now())
    kept(hall)

    happens(hall)

    assert vars(kept(hall)) == recount(hall)


def test_what_is_not_committed_is_nobody_elses(hall):
    door = hall.device()
    one = scan(hall.code(hall.minh))
    kept(hall)

    with pytest.raises(ZeroDivisionError), atomic():
        operations.record_scans(door, [one], device_clock=clock.now())
        assert sum(kept(hall).people.values()) == 1
        raise ZeroDivisionError

    assert kept(hall).people == {}


def test_a_look_at_nothing_new_costs_two_statements_and_one_at_a_few_scans_three(hall):
    door = hall.device()
    kept(hall)
    hall.event.id, hall.sitting.id  # noqa: B018 - what is loaded is not counted

    with counted() as nothing:
        kept(hall)
    operations.record_scans(
        door, [scan(hall.code(hall.minh)), scan(hall.code(hall.hoa))], device_clock=clock.now()
    )
    hall.event.id, hall.sitting.id  # noqa: B018
    with counted() as few:
        kept(hall)

    assert (nothing.number, few.number) == (2, 3)
