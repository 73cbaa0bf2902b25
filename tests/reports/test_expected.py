"""One number everywhere: who is expected, with a walk-in, a visitor, a deputy and somebody called back on the list."""

import pytest

from eventsvc import clock
from eventsvc.checkins import closing_queries, desk_queries, device_queries
from eventsvc.checkins import operations as checkins
from eventsvc.checkins import queries as checkin_queries
from eventsvc.checkins.models import Profile
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.people.operations import Details
from eventsvc.reports import attendance_queries, board_queries, queries, site_board_queries
from eventsvc.visitors import operations as visitors
from eventsvc.visitors.operations import Registrant
from tests import factories
from tests.checkins.conftest import hall, scan  # noqa: F401


@pytest.fixture
def mixed(hall):  # noqa: F811
    """Three guests (two of the main hall), of whom one is in and one sends a deputy; somebody called back, who came all
    the same on the word of a supervisor; a walk-in and a visitor, both in."""
    factories.data_notice(hall.event)
    invited = [invitations.invite_guest(guest, by=None) for guest in (hall.minh, hall.hoa, hall.tam)]
    deputy = substitutions.request_substitution(
        invited[1], details=Details(full_name="Lê Thị Thay"), source=SubstitutionSource.STAFF, by=None
    )
    assert deputy.substitute is not None, "of a rank whose substitutes need no approval"
    back = factories.guest(hall.main, full_name="Phan Văn Thôi")
    code = hall.code(back)
    head = hall.device(profile=Profile.SUPERVISOR)
    doors = visitors.make_open_doors(
        hall.event, site=hall.main, sitting=hall.sitting, title="Triển lãm", capacity=5, by=None
    )
    visit = visitors.register(doors, Registrant("Người Xem", phone="+84503000001"))
    batch = [
        scan(hall.code(hall.minh)),
        scan(code),
        scan(hall.code(visit.guest)),
        scan(None, name="Trần Vãng Lai", organization="Báo Quảng Ngãi", reason="Khách mời thêm"),
    ]
    told = checkins.record_scans(head, batch, device_clock=clock.now())
    assert [one["outcome"] for one in told] == ["admitted"] * 4
    invitations.revoke_invitation(invitations.invite_guest(back, by=None), by=None)
    return hall


def test_everything_that_shows_who_is_expected_says_the_same(mixed):
    event, sitting = mixed.event, mixed.sitting
    main, school = mixed.main, mixed.school
    wanted = {main.id: 2, school.id: 1}
    ids, names = set(wanted), {main.id: main.code, school.id: school.code}
    by_code = {names[site_id]: number for site_id, number in wanted.items()}

    assert {row.site.id: row.expected for row in checkin_queries.board_rows(event, sitting)} == wanted
    assert {each.site.id: each.expected for each in closing_queries.counts(event, sitting)} == wanted
    assert {
        each.site.id: each.expected for each in device_queries.door_readiness(event, clock.now())
    } == wanted
    assert {site_id: pair[0] for site_id, pair in queries.site_figures(event, ids).items()} == wanted
    assert {line.code: line.expected for line in site_board_queries.site_board(event).lines} == by_code
    assert {tile.code: tile.expected for tile in board_queries.board(event).tiles} == by_code
    found = attendance_queries.attendance(event, sitting)
    assert {row.key: row.figures.invited for row in found.by_site} == by_code
    for reach, number in ((None, 3), ({main.id}, 2), ({school.id}, 1), (set(), 0)):
        assert desk_queries.totals(event, sitting, reach).expected == number


def test_whoever_is_in_without_being_expected_stands_apart(mixed):
    found = attendance_queries.attendance(mixed.event, mixed.sitting).all

    assert (found.invited, found.present, found.walk_ins, found.replaced) == (3, 1, 3, 1)
    board = board_queries.board(mixed.event)
    assert (
        board.present
        == found.present + found.walk_ins
        == desk_queries.totals(mixed.event, mixed.sitting).present
    )


def test_nobody_but_the_guests_of_a_site_makes_its_guests_complete(mixed):
    """Minh is in, of two; so are somebody called back, a visitor, a walk-in and the guest of the other site."""
    checkins.record_scans(
        mixed.device(profile=Profile.SEARCH),
        [scan(mixed.code(mixed.tam), mode="manual", reason="Đi cùng đoàn")],
    )
    wanted = {mixed.main.code: (1, 4, 2), mixed.school.code: (0, 0, 1)}
    shown = board_queries.board(mixed.event)
    lines = site_board_queries.site_board(mixed.event).lines

    assert {tile.code: (tile.came, tile.others, tile.expected) for tile in shown.tiles} == wanted
    assert {line.code: (line.came, line.others, line.expected) for line in lines} == wanted
    assert (shown.came, shown.others, shown.expected, shown.present) == (1, 4, 3, 5)
    told = desk_queries.totals(mixed.event, mixed.sitting)
    assert (told.present, told.others, told.expected) == (5, 4, 3)
    assert desk_queries.totals(mixed.event, mixed.sitting, [mixed.school.id]).others == 0
