"""Proposals for commendation on their way to the decision, and onto the stage."""

from datetime import date
from threading import Barrier, Thread

import pytest

from eventsvc import clock
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind
from eventsvc.commendations import operations, queries
from eventsvc.commendations.models import Commendation, CommendationState, NomineeKind
from eventsvc.commendations.operations import AlreadyProposed, NobodyDecided, NotNow, WrittenByHand
from eventsvc.commendations.pasting import Proposal
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound, StaleEdit
from eventsvc.events.models import Event, EventKind, EventStatus
from eventsvc.nominations.operations import charge_organizations
from tests import factories

HONOUR = "Bằng khen của Chủ tịch UBND tỉnh"
State = CommendationState


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def campaign(app):
    return factories.event(kind=EventKind.CAMPAIGN)


@pytest.fixture
def item(campaign):
    finale = factories.event()
    with atomic():
        finale.part_of_id = campaign.id
    return factories.item(finale, "Vinh danh tập thể, cá nhân", kind=ItemKind.RECOGNITION)


def proposal(name="Sở Y tế", kind=NomineeKind.COLLECTIVE, form=HONOUR, **more):
    return Proposal(kind, name, "Dẫn đầu về dịch vụ công trực tuyến", form, **more)


def person(name, position="Phó Giám đốc", organization="Sở Y tế", **more):
    return proposal(name, NomineeKind.INDIVIDUAL, position=position, organization_name=organization, **more)


def seen(*rows):
    return [(row.id, row.version) for row in rows]


def decided(event, by, *proposals):
    rows = [operations.propose(event, each, by=by) for each in proposals]
    operations.check_several(event, seen(*rows), checked_by="Sở Nội vụ", by=by)
    operations.decide_several(event, seen(*rows), number="1234/QĐ-UBND", day=date(2024, 10, 1), by=by)
    return rows


def test_from_the_proposal_of_an_agency_to_the_decision(campaign, by):
    (health, home) = charge_organizations(campaign, [("Sở Y tế", None), ("Sở Nội vụ", None)], by=by)
    row = operations.propose(campaign, person("Trần Văn An"), proposed_by=health, by=health)
    operations.send_back(row, remark="Nêu rõ thành tích", by=home)
    assert (row.state, row.remark) == (State.RETURNED, "Nêu rõ thành tích")
    operations.edit(row, {"achievement": "Hướng dẫn 300 người dân"}, version=row.version, by=health)
    assert row.state is State.PROPOSED
    assert operations.check_several(campaign, seen(row), by=home) == 1
    assert operations.check_several(campaign, seen(row), by=home) == 0
    assert (row.state, row.checked_by, row.remark) == (State.CHECKED, "Sở Nội vụ", None)
    with pytest.raises(NotNow):
        operations.edit(row, {"achievement": "Khác"}, by=health)
    with pytest.raises(NotNow):
        operations.withdraw(row, by=health)

    for number, day in ((None, clock.today()), ("  ", clock.today()), ("12/QĐ-UBND", None)):
        with pytest.raises(Invalid):
            operations.decide_several(campaign, seen(row), number=number, day=day, by=by)
    operations.decide_several(campaign, seen(row), number=" 12/QĐ-UBND ", day=clock.today(), by=by)

    assert (row.state, row.decision_number) == (State.DECIDED, "12/QĐ-UBND")
    for late in (operations.withdraw, lambda r, by: operations.refuse(r, remark="Sai", by=by)):
        with pytest.raises(NotNow):
            late(row, by=by)
    operations.reopen(row, by=by)
    assert (row.state, row.decision_number, row.decision_date) == (State.CHECKED, None, None)


def test_only_what_was_checked_is_decided_and_all_of_it_or_nothing(campaign, by):
    first, second = (operations.propose(campaign, proposal(name), by=by) for name in ("Sở Y tế", "Sở Nội vụ"))
    with pytest.raises(Invalid):
        operations.check_several(campaign, seen(first), checked_by=" ", by=by)
    operations.check_several(campaign, seen(first), checked_by="Sở Nội vụ", by=by)

    with pytest.raises(NotNow, match="2"):
        operations.decide_several(campaign, seen(first, second), number="1", day=clock.today(), by=by)
    with pytest.raises(StaleEdit):
        operations.decide_several(
            campaign, [(first.id, first.version - 1)], number="1", day=clock.today(), by=by
        )
    with pytest.raises(NotFound):
        operations.check_several(factories.event(), seen(first), checked_by="Sở Nội vụ", by=by)

    db.session.expire_all()
    assert [row.state for row in queries.listed(campaign)] == [State.CHECKED, State.PROPOSED]


def test_the_same_honour_is_proposed_once_and_again_once_it_was_refused(campaign, by):
    row = operations.propose(campaign, proposal("Sở Y Tế"), by=by)
    with pytest.raises(AlreadyProposed):
        operations.propose(campaign, proposal("Sở Y tế"), by=by)
    counted = operations.propose_several(
        campaign,
        [proposal(), proposal("Kênh Đồng quê", NomineeKind.CHANNEL), proposal(form="Giấy khen")],
        by=by,
    )
    assert counted == (2, 1)
    operations.refuse(row, remark="Đã được khen trong năm", by=by)
    operations.propose(campaign, proposal(), by=by)
    with pytest.raises(AlreadyProposed):
        operations.reopen(row, by=by)

    assert [row.number for row in queries.listed(campaign)] == [1, 2, 3, 4]
    assert queries.figures(campaign)[State.REFUSED] == 1


def test_those_decided_are_read_out_in_order_and_the_item_follows(campaign, item, by):
    with pytest.raises(NobodyDecided):
        operations.read_out_at(campaign, item, by=by)
    decided(
        campaign, by, person("Trần Thị Bình"), person("Lê Văn An"), proposal("Kênh Đồng quê", NomineeKind.CHANNEL),
        proposal("Sở Y tế"), proposal("Công an tỉnh"),
    )  # fmt: skip
    operations.read_out_at(campaign, item, by=by)

    assert item.mc_line == (
        "Công bố Quyết định số 1234/QĐ-UBND ngày 01 tháng 10 năm 2024 về khen thưởng.\n"
        f"Các tập thể được tặng {HONOUR}:\n1. Công an tỉnh.\n2. Sở Y tế.\n"
        f"Các kênh truyền thông cộng đồng được tặng {HONOUR}:\n1. Kênh Đồng quê.\n"
        f"Các cá nhân được tặng {HONOUR}:\n"
        "1. Lê Văn An, Phó Giám đốc, Sở Y tế.\n2. Trần Thị Bình, Phó Giám đốc, Sở Y tế."
    )
    (late,) = decided(campaign, by, person("Phạm Văn Ấn", form="Giấy khen"))
    assert "2. Phạm Văn Ấn, Phó Giám đốc, Sở Y tế – Giấy khen." in item.mc_line
    operations.reopen(late, by=by)
    assert "Phạm Văn Ấn" not in item.mc_line + item.screen_note
    operations.read_out_at(campaign, None, by=by)
    assert (item.mc_line, item.screen_note) == (None, None)


def test_what_somebody_wrote_by_hand_is_not_written_over(campaign, item, by):
    agenda.edit_item(item, {"mc_line": "Kính thưa quý vị"}, by=by)
    (row,) = decided(campaign, by, proposal())

    with pytest.raises(WrittenByHand):
        operations.read_out_at(campaign, item, by=by)
    db.session.expire_all()
    assert (item.mc_line, row.agenda_item) == ("Kính thưa quý vị", None)
    operations.read_out_at(campaign, item, overwrite=True, by=by)
    assert "Sở Y tế" in item.mc_line
    agenda.edit_item(item, {"mc_line": f"{item.mc_line}\nXin chúc mừng!"}, by=by)
    decided(campaign, by, proposal("Công an tỉnh"))

    assert item.mc_line.endswith("Xin chúc mừng!") and "Công an tỉnh" not in item.mc_line


def test_the_item_stays_chosen_while_a_decision_is_put_right(campaign, item, by):
    (row,) = decided(campaign, by, proposal())
    operations.read_out_at(campaign, item, by=by)

    operations.reopen(row, by=by)
    assert (item.mc_line, queries.item_of(campaign)) == (None, item)
    operations.decide_several(campaign, seen(row), number="1235/QĐ-UBND", day=clock.today(), by=by)

    assert "1235/QĐ-UBND" in item.mc_line and row.agenda_item is item
    operations.read_out_at(campaign, None, by=by)
    assert queries.item_of(campaign) is None


def test_the_list_moves_out_of_a_finale_that_was_cancelled(campaign, item, by):
    (row,) = decided(campaign, by, proposal())
    operations.read_out_at(campaign, item, by=by)
    another = factories.event()
    with atomic():
        another.part_of_id = campaign.id
        item.event.status = EventStatus.CANCELLED
    instead = factories.item(another, "Vinh danh", kind=ItemKind.RECOGNITION)

    operations.read_out_at(campaign, instead, by=by)

    assert row.agenda_item is instead and "Sở Y tế" in instead.mc_line
    assert "Sở Y tế" in item.mc_line


def test_an_item_of_another_kind_or_of_another_campaign_is_refused(campaign, item, by):
    decided(campaign, by, proposal())
    speech = factories.item(item.event, "Phát biểu")
    elsewhere = factories.item(factories.event(), "Vinh danh", kind=ItemKind.RECOGNITION)

    for wrong in (speech, elsewhere):
        with pytest.raises(Invalid):
            operations.read_out_at(campaign, wrong, by=by)
    assert queries.items_for(campaign) == [item]


def test_two_who_propose_at_once_propose_the_same_once(app, campaign, by):
    event_id, barrier, came = campaign.id, Barrier(2), []
    db.session.remove()

    def run():
        with app.app_context():
            barrier.wait()
            try:
                operations.propose(db.session.get(Event, event_id), proposal(), by=None)
                came.append("done")
            except DomainError as refusal:
                came.append(refusal.code)
            finally:
                db.session.remove()

    people = [Thread(target=run) for _each in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()

    assert sorted(came) == ["already_proposed", "done"]
    assert [row.number for row in db.session.query(Commendation)] == [1]
