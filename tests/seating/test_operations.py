"""Who sits where: by the order of protocol, by hand, after a substitution; on both databases."""

import threading

import pytest
import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.guests.models import Guest, Rank
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.invitations import substitution_operations
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.people.operations import Details
from eventsvc.seating import operations, queries
from eventsvc.seating.models import BlockKind, SeatAssignment
from eventsvc.seating.operations import Layout, NoSeatFree, SeatsInUse, SeatTaken
from eventsvc.seating.ordering import Seat
from tests import factories
from tests.queries import counted


@pytest.fixture
def hall(app):
    """A hall of two rows of three seats."""
    event = factories.data_notice(factories.approved_event())
    site = factories.main_site(event)
    return operations.add_plan(site, name="Hội trường lớn", layout=Layout(rows=2, centre=3), by=None)


def add(hall, name, *, rank=None, number=None, group=None):
    guest = factories.guest(hall.site, name, group=group)
    with atomic():
        guest.own_rank, guest.protocol_number = rank, number
    return guest


def rank(hall, number):
    with atomic():
        made = Rank(event_id=hall.event_id, number=number, name=f"Cấp {number}")
        db.session.add(made)
    return made


def seats(hall):
    """Names by the labels of their seats, as the plan and as the guests' own rows have them."""
    db.session.expire_all()
    given = {each.label: each.guest.person.full_name for each in queries.sittings(hall)}
    said = db.session.scalars(sa.select(Guest).where(Guest.seat.is_not(None)))
    assert given == {guest.seat: guest.person.full_name for guest in said}
    return given


def block(hall, number=0):
    return hall.blocks[number]


def place(hall, row, number):
    return Seat(block(hall).id, row, number)


def test_the_highest_sits_in_the_middle_of_the_front_and_the_next_on_the_right(hall):
    first, second = rank(hall, 1), rank(hall, 2)
    add(hall, "Phạm Văn Bốn")
    add(hall, "Lê Văn Ba", rank=second)
    add(hall, "Trần Thị Hai", rank=first, number=2)
    add(hall, "Nguyễn Văn Nhất", rank=first, number=1)

    filled = operations.seat_everybody(hall, by=None)

    assert filled == (4, 4, 0)
    assert seats(hall) == {
        "A-01-02": "Nguyễn Văn Nhất",
        "A-01-03": "Trần Thị Hai",
        "A-01-01": "Lê Văn Ba",
        "A-02-02": "Phạm Văn Bốn",
    }


def test_seating_everybody_again_changes_nothing_and_leaves_no_entry(hall):
    add(hall, "Nguyễn Văn Nhất")
    operations.seat_everybody(hall, by=None)
    version, entries = (
        db.session.scalar(sa.select(Guest.version)),
        db.session.scalar(sa.select(sa.func.count(AuditEntry.id))),
    )

    assert operations.seat_everybody(hall, by=None) == (1, 0, 0)

    assert db.session.scalar(sa.select(Guest.version)) == version
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == entries


def test_seating_everybody_puts_the_label_right_that_somebody_has_typed_over(hall):
    guest = add(hall, "Nguyễn Văn Nhất")
    operations.seat_everybody(hall, by=None)
    with atomic():
        guest.seat = "Hàng đầu"

    operations.seat_everybody(hall, by=None)

    assert seats(hall) == {"A-01-02": "Nguyễn Văn Nhất"}


def test_whoever_declined_or_was_called_back_gives_up_the_seat_and_a_fixed_one_stays(hall):
    names = ("Đỗ Văn An", "Đỗ Văn Bình", "Đỗ Văn Cường", "Đỗ Văn Dũng")
    guests = [add(hall, name, number=number) for number, name in enumerate(names, 1)]
    invitations.invite(hall.event, by=None)
    operations.seat_everybody(hall, by=None)
    operations.fix(hall, guests[3], True, by=None)
    declined, revoked = (invitation_queries.invitation_for(guest) for guest in guests[:2])
    invitations.answer(declined, Answer.DECLINED, reason="Bận", source=AnswerSource.PAGE)
    invitations.revoke_invitation(revoked, by=None)

    operations.seat_everybody(hall, by=None)

    assert seats(hall) == {"A-01-02": "Đỗ Văn Cường", "A-02-02": "Đỗ Văn Dũng"}


def test_a_seat_changes_nobodys_calendar(hall):
    guest = add(hall, "Nguyễn Văn Nhất")
    invitations.invite(hall.event, by=None)

    operations.seat_everybody(hall, by=None)

    assert guest.seat == "A-01-02" and guest.place_sequence == 0
    assert invitation_queries.overtaken(hall.event).total == 0


def test_a_block_kept_for_a_group_is_filled_with_its_people_first(hall):
    press, others = factories.group(hall.event, "Cơ quan báo chí"), factories.group(hall.event, "Khách mời")
    changes = {"name": "B", "offset": 1, "rows": 1, "seats_per_row": 1, "group_id": press.id}
    operations.add_block(hall, changes, by=None)
    add(hall, "Bùi Văn Ảnh", group=press, number=1)
    add(hall, "Bùi Văn Báo", group=press, number=2)
    add(hall, "Cao Thị Khách", group=others)

    operations.seat_everybody(hall, by=None)

    assert seats(hall) == {
        "B-01-01": "Bùi Văn Ảnh", "A-01-02": "Bùi Văn Báo", "A-01-03": "Cao Thị Khách",
    }  # fmt: skip


def test_the_presidium_is_given_by_hand_alone(hall):
    operations.add_block(
        hall, {"name": "CT", "kind": BlockKind.PRESIDIUM, "rows": 1, "seats_per_row": 3}, by=None
    )
    chair = add(hall, "Nguyễn Văn Nhất")
    operations.seat_everybody(hall, by=None)
    assert seats(hall) == {"A-01-02": "Nguyễn Văn Nhất"}

    operations.give(hall, Seat(block(hall, 1).id, 1, 2), chair, by=None)
    operations.seat_everybody(hall, by=None)

    assert seats(hall) == {"CT-01-02": "Nguyễn Văn Nhất"}


def test_who_finds_no_seat_is_counted_and_listed(hall):
    for number in range(8):
        add(hall, f"Nguyễn Văn Số {number}", number=number + 1)

    filled = operations.seat_everybody(hall, by=None)

    assert filled == (6, 6, 2)
    without = db.session.scalars(queries.without_seat(hall)).all()
    assert [guest.person.full_name for guest in without] == ["Nguyễn Văn Số 6", "Nguyễn Văn Số 7"]
    assert queries.counts([hall])[hall.id] == (6, 6, 2)


def test_seats_are_given_taken_and_exchanged_by_hand(hall):
    an, binh = add(hall, "Đỗ Văn An"), add(hall, "Đỗ Văn Bình")
    operations.give(hall, place(hall, 1, 1), an, by=None)
    operations.give(hall, place(hall, 2, 3), binh, by=None)
    with pytest.raises(SeatTaken, match="Đỗ Văn An"):
        operations.give(hall, place(hall, 1, 1), binh, by=None)

    operations.swap(hall, place(hall, 1, 1), binh, by=None)
    assert seats(hall) == {"A-01-01": "Đỗ Văn Bình", "A-02-03": "Đỗ Văn An"}

    operations.take_away(hall, binh, by=None)
    operations.give(hall, place(hall, 1, 1), an, by=None)
    assert seats(hall) == {"A-01-01": "Đỗ Văn An"}


def test_a_guest_of_another_site_gets_no_seat_here(hall):
    stranger = factories.guest(factories.site(hall.event))

    with pytest.raises(Invalid):
        operations.give(hall, place(hall, 1, 1), stranger, by=None)


def test_a_block_cannot_lose_a_chair_that_somebody_sits_on_and_its_name_stands_on_the_seats(hall):
    operations.give(hall, place(hall, 2, 3), add(hall, "Đỗ Văn An"), by=None)
    with pytest.raises(SeatsInUse, match="A-02-03"):
        operations.edit_block(block(hall), {"rows": 1}, by=None)
    with pytest.raises(SeatsInUse):
        operations.edit_block(block(hall), {"closed": ["2-3"]}, by=None)

    operations.edit_block(block(hall), {"name": "VIP", "rows": 3}, by=None)
    assert seats(hall) == {"VIP-02-03": "Đỗ Văn An"}

    operations.remove_block(block(hall), by=None)
    assert seats(hall) == {}


def test_a_plan_that_is_removed_takes_its_labels_along(hall):
    guest = add(hall, "Đỗ Văn An")
    operations.give(hall, place(hall, 1, 1), guest, by=None)

    operations.remove_plan(hall, by=None)

    assert db.session.scalar(sa.select(Guest.seat)) is None
    assert db.session.scalar(sa.select(sa.func.count(SeatAssignment.id))) == 0


# --- After a substitution -------------------------------------------------------------------------------


@pytest.fixture
def substitute(hall):
    """The deputy of the highest guest, from the same group; four more sit already, one seat is free."""
    leaders = factories.group(hall.event, "Lãnh đạo tỉnh")
    with atomic():
        leaders.rank = rank(hall, 1)
    chief = add(hall, "Nguyễn Văn Trưởng", group=leaders)
    for number in range(4):
        add(hall, f"Lê Văn Số {number}", rank=None, number=number + 1)
    operations.seat_everybody(hall, by=None)
    invitations.invite(hall.event, by=None)
    substitution = substitution_operations.request_substitution(
        invitation_queries.invitation_for(chief),
        details=Details(full_name="Trần Thị Phó", emails=["pho@quangngai.example.vn"]),
        source=SubstitutionSource.INVITEE,
    )
    return substitution.substitute.guest


def test_a_substitute_waits_to_be_settled_and_nobody_moves_onto_the_seat(hall, substitute):
    operations.seat_everybody(hall, by=None)

    [(guest, replaced, sitting)] = queries.to_settle(hall)
    assert guest is substitute and substitute.seat is None
    assert (replaced.person.full_name, sitting.label) == ("Nguyễn Văn Trưởng", "A-01-02")
    assert [each.label for each in queries.sittings(hall) if not each.comes] == ["A-01-02"]


def test_a_substitute_who_keeps_the_seat_is_fixed_there(hall, substitute):
    operations.keep(hall, substitute, by=None)

    assert queries.to_settle(hall) == []
    operations.seat_everybody(hall, by=None)
    assert seats(hall)["A-01-02"] == "Trần Thị Phó"


def test_a_substitute_is_seated_again_by_the_own_rank_and_not_by_that_of_the_group(hall, substitute):
    operations.seat_again(hall, substitute, by=None)

    assert queries.to_settle(hall) == []
    assert (
        seats(hall)["A-02-01"] == "Trần Thị Phó"
    )  # below all who have a number, though the best seat is free
    operations.seat_everybody(hall, by=None)
    assert seats(hall)["A-01-02"] == "Lê Văn Số 0"
    assert seats(hall)["A-02-03"] == "Trần Thị Phó"


def test_a_substitute_with_a_rank_of_their_own_sits_by_it(hall, substitute):
    with atomic():
        substitute.own_rank = rank(hall, 2)

    operations.seat_again(hall, substitute, by=None)

    assert seats(hall)["A-01-02"] == "Trần Thị Phó"


def test_a_full_hall_says_so(hall):
    for number in range(6):
        add(hall, f"Lê Văn Số {number}", number=1)
    operations.seat_everybody(hall, by=None)
    late = add(hall, "Trần Thị Muộn")

    with pytest.raises(NoSeatFree):
        operations.seat_again(hall, late, by=None)


# --- Many, and at once ----------------------------------------------------------------------------------


def test_a_thousand_guests_are_seated_in_a_few_statements(hall):
    operations.add_block(hall, {"name": "B", "offset": 1, "rows": 50, "seats_per_row": 20}, by=None)
    few, many = 3, 997
    _add_many(hall, few)
    with counted() as for_few:
        operations.seat_everybody(hall, by=None)
    _add_many(hall, many)

    with counted() as for_many:
        filled = operations.seat_everybody(hall, by=None)

    assert filled.seated == few + many and filled.without == 0
    # Two guests of one seat and two seats of one guest cannot be: the labels are as many as the guests.
    assert db.session.scalar(sa.select(sa.func.count(sa.distinct(Guest.seat)))) == few + many
    assert for_many.number <= for_few.number + 3, (for_few.number, for_many.number)


def _add_many(hall, number):
    from eventsvc.guests import operations as guests

    entries = [
        guests.Entry(guests.Details(full_name=f"Nguyễn Thị {chr(65 + each % 26)} {each}"), hall.site)
        for each in range(number)
    ]
    guests.add_guests(hall.event, entries, by=None)


def test_of_two_who_give_out_one_seat_at_once_one_is_told(app, hall):
    guests = [add(hall, "Đỗ Văn An").id, add(hall, "Đỗ Văn Bình").id]
    plan_id, wanted = hall.id, place(hall, 1, 2)
    db.session.remove()
    start, told = threading.Barrier(2), []

    def give(guest_id):
        with app.app_context():
            plan, guest = db.session.get(type(hall), plan_id), db.session.get(Guest, guest_id)
            start.wait()
            try:
                operations.give(plan, wanted, guest, by=None)
            except SeatTaken as refusal:
                told.append(str(refusal))
            db.session.remove()

    threads = [threading.Thread(target=give, args=(guest_id,)) for guest_id in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1 and "Đỗ Văn" in told[0]
    assert db.session.scalar(sa.select(sa.func.count(SeatAssignment.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Guest.id)).where(Guest.seat == "A-01-02")) == 1


def test_the_table_itself_refuses_a_second_guest_on_a_chair(app, hall):
    """Should somebody not have waited for the event: the constraint answers with the same refusal."""
    an, binh = add(hall, "Đỗ Văn An"), add(hall, "Đỗ Văn Bình")
    operations.give(hall, place(hall, 1, 1), an, by=None)

    with pytest.raises(SeatTaken), atomic():
        operations.seats.place(hall, place(hall, 1, 1), binh, is_fixed=True)

    assert seats(hall) == {"A-01-01": "Đỗ Văn An"}
