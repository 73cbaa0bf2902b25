"""Estimates: asked for, handed in, approved, spent and settled; who may not, and when."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.budgets import estimate_operations as operations
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets import operations as sources
from eventsvc.budgets.amounts import MOST, Line
from eventsvc.budgets.estimate_operations import (
    AboveEstimate,
    AboveSource,
    AlreadySettled,
    AlreadySpent,
    NobodyMeant,
    OwnEstimate,
)
from eventsvc.budgets.estimate_queries import Figures, Standing, Totals
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.errors import DomainError, Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.nominations import operations as nominations
from eventsvc.nominations.operations import Contact
from eventsvc.tasks.return_operations import NotOpenToEdit
from tests import factories

DISTRICTS = "UBND các huyện, thị xã, thành phố"


@pytest.fixture
def by(app):
    return factories.user()


@pytest.fixture
def event(app):
    return factories.event()


def estimates(event):
    return db.session.scalars(queries.estimates_of(event, clock.today())).all()


def asked(event, by, name="Sở Y tế", **more):
    operations.ask_estimates(event, [name], by=by, **more)
    return next(row for row in estimates(event) if row.asked.name == name)


def source(event, amount, text="Ngân sách tỉnh"):
    return sources.add_source(event, {"text": text, "amount": amount}, by=None)


def line(price=10_000_000, quantity=1, of=None, text="Thuê sân khấu"):
    return Line(text, "bộ", Decimal(quantity), price, of.id if of else None)


def hand_in(estimate, *lines, **more):
    operations.save_lines(estimate, lines, is_final=True, by=estimate.asked, **more)


def approve(estimate, by, *amounts, **more):
    granted = [(a, row.source_id) for a, row in zip(amounts, estimate.lines, strict=True)]
    operations.approve_estimate(estimate, granted, by=by, **more)


def test_a_collective_line_asks_every_district_and_twice_changes_only_the_day(event, by):
    due = clock.today() + timedelta(days=9)

    first = operations.ask_estimates(event, [DISTRICTS, "Sở Y tế"], by=by)
    second = operations.ask_estimates(event, ["Sở Y tế", DISTRICTS], due_on=due, by=by)

    assert (first, second) == (14, 0)
    db.session.expire_all()
    assert {row.due_on for row in estimates(event)} == {due}
    with pytest.raises(NobodyMeant):
        operations.ask_estimates(event, ["các đơn vị liên quan"], by=by)


def test_money_from_the_first_line_to_the_settlement(event, by):
    money = source(event, 100_000_000)
    estimate = asked(event, by)
    hand_in(estimate, line(30_000_000, "1.5", money), line(5_000, 3, None, "Nước uống"), by_name="Bà Tư")
    assert [row.amount for row in estimate.lines] == [45_000_000, 15_000]

    approve(estimate, by, 40_000_000, 15_000)
    operations.record_spending(estimate, [38_000_000, None], by=estimate.asked)
    with pytest.raises(Invalid, match="số đã chi"):
        operations.settle(estimate, day=clock.today(), paper="12/QĐ-STC", by=by)
    operations.record_spending(estimate, [38_000_000, 0], by=estimate.asked)
    before = queries.by_source(event)
    operations.settle(estimate, day=clock.today(), paper="12/QĐ-STC", by=by)

    assert [(row.source, row.left) for row in before] == [(money, 60_000_000), (None, None)]
    of_money, unnamed = queries.by_source(event)
    assert of_money.totals == Totals(45_000_000, 40_000_000, 38_000_000, 38_000_000, 38_000_000)
    assert of_money.left == 62_000_000
    assert unnamed.totals == Totals(estimated=15_000, approved=15_000)
    assert queries.by_estimate([estimate])[estimate.id].approved == 40_015_000
    assert queries.in_all([of_money, unnamed]).estimated == 45_015_000
    for refused in (
        lambda: approve(estimate, by, 1, 1),
        lambda: operations.record_spending(estimate, [1, 1], by=by),
        lambda: operations.send_back(estimate, remark="Sai", by=by),
        lambda: operations.settle(estimate, day=clock.today(), paper="13", by=by),
    ):
        with pytest.raises(AlreadySettled):
            refused()
    operations.take_back_settlement(estimate, by=by)
    assert queries.standing(estimate, clock.today()) is Standing.APPROVED


def test_a_draft_is_kept_and_does_not_count(event, by):
    estimate = asked(event, by)
    operations.save_lines(estimate, [line()], is_final=False, by=estimate.asked)

    assert queries.standing(estimate, clock.today()) is Standing.AWAITED
    assert queries.by_estimate([estimate]) == {estimate.id: Totals()}
    with pytest.raises(Invalid):
        operations.save_lines(estimate, [], is_final=True, by=estimate.asked)


def test_who_is_late_and_who_was_sent_back(event, by):
    yesterday = clock.today() - timedelta(days=1)
    late, returned, early = (
        asked(event, by, name, due_on=yesterday) for name in ("Sở Y tế", "Sở Tài chính", "Sở Nội vụ")
    )
    hand_in(returned, line())
    operations.send_back(returned, remark="Thiếu đơn giá", by=by)
    hand_in(early, line())

    today = clock.today()
    assert [queries.standing(row, today) for row in (late, returned, early)] == [
        Standing.LATE, Standing.SENT_BACK, Standing.HANDED_IN,
    ]  # fmt: skip
    assert queries.figures(event, today) == Figures(expected=3, late=1, handed_in=1, sent_back=1)
    for each in Standing:
        found = db.session.scalars(queries.estimates_of(event, today, wanted=each)).all()
        assert [queries.standing(row, today) for row in found] == [each] * len(found)


def test_more_than_the_source_holds_is_approved_only_knowingly(event, by):
    money = source(event, 50_000_000)
    first, second = asked(event, by), asked(event, by, "Sở Tài chính")
    hand_in(first, line(30_000_000, 1, money))
    hand_in(second, line(30_000_000, 1, money))
    approve(first, by, 30_000_000)

    with pytest.raises(AboveSource, match=r"vượt 10\.000\.000 đồng"):
        approve(second, by, 30_000_000)
    db.session.refresh(second)
    assert second.lines[0].approved is None
    approve(second, by, 30_000_000, despite=True)

    assert queries.by_source(event)[0].left == -10_000_000
    approve(first, by, 0, despite=False)  # less is no trouble, whatever stands beside it
    assert queries.by_source(event)[0].left == 20_000_000


def test_what_is_approved_stays_until_it_is_sent_back_and_what_is_spent_forever(event, by):
    estimate = asked(event, by)
    hand_in(estimate, line())
    approve(estimate, by, 9_000_000)
    with pytest.raises(NotOpenToEdit):
        hand_in(estimate, line(1))
    operations.send_back(estimate, remark="Giảm số lượng", by=by)
    hand_in(estimate, line(8_000_000))
    assert estimate.lines[0].approved is None
    approve(estimate, by, 8_000_000)
    operations.record_spending(estimate, [1], by=by)

    with pytest.raises(AlreadySpent):
        operations.send_back(estimate, remark="Sai", by=by)
    with pytest.raises(NotOpenToEdit):
        operations.ask_no_longer(estimate, by=by)


def test_more_than_was_asked_for_is_approved_only_knowingly_and_by_somebody_else(event, by):
    estimate = asked(event, by)
    hand_in(estimate, line(10_000_000))

    with pytest.raises(AboveEstimate, match=r"Dòng 1: vượt số đề nghị 90\.000\.000 đồng"):
        approve(estimate, by, 100_000_000)
    with pytest.raises(OwnEstimate):
        approve(estimate, estimate.asked, 10_000_000)
    approve(estimate, by, 11_000_000, despite=True)

    assert (estimate.lines[0].approved, estimate.approved_by) == (11_000_000, by.name)


def test_a_source_stays_while_money_of_it_is_approved(event, by):
    money = source(event, 50_000_000)
    estimate = asked(event, by)
    hand_in(estimate, line(of=money))
    approve(estimate, by, 10_000_000)

    with pytest.raises(sources.SourceInUse):
        sources.remove_source(money, by=by)
    operations.send_back(estimate, remark="Chọn nguồn khác", by=by)
    sources.remove_source(money, by=by)

    db.session.refresh(estimate)
    assert estimate.lines[0].source is None


def test_lines_that_were_handed_in_are_not_emptied_by_keeping_them(event, by):
    estimate = asked(event, by)
    hand_in(estimate, line())

    with pytest.raises(Invalid):
        operations.save_lines(estimate, [], is_final=False, by=estimate.asked)

    db.session.refresh(estimate)
    assert len(estimate.lines) == 1


def test_the_sums_by_source_by_agency_and_by_state_are_those_of_the_lines(event, by):
    money, today = source(event, 90_000_000), clock.today()
    rows = [asked(event, by, name) for name in ("Sở Y tế", "Sở Tài chính", "Sở Nội vụ", "Công an tỉnh")]
    for place, each in enumerate(rows, start=1):
        hand_in(each, line(1_000_000 * place, 1, money), line(100_000 * place))
    approve(rows[0], by, 900_000, 50_000)
    approve(rows[1], by, 2_000_000, 200_000)
    operations.record_spending(rows[1], [1_800_000, 0], by=by)
    operations.settle(rows[1], day=today, paper="12/QĐ-STC", by=by)
    operations.send_back(rows[2], remark="Sai", by=by)

    total = queries.total_of(event, today)
    assert total == Totals(7_700_000, 3_150_000, 1_800_000, 1_800_000, 2_750_000)
    for parts in (
        [row.totals for row in queries.by_source(event)],
        queries.by_estimate(rows).values(),
        [queries.total_of(event, today, wanted=each) for each in Standing],
    ):
        summed = Totals()
        for part in parts:
            summed = summed.plus(part)
        assert summed == total
    assert queries.total_of(event, today, q="y te").estimated == 1_100_000


@pytest.mark.parametrize(
    "wrong",
    [
        line(-1),
        line(1, 0),
        line(1, "-0.5"),
        line(MOST, 2),
        Line("Nước", None, Decimal(1), 1, source_id=999_999),
    ],
)
def test_what_no_form_lets_through_is_refused_below_it_too(event, by, wrong):
    estimate = asked(event, by)

    with pytest.raises(DomainError):
        hand_in(estimate, wrong)

    assert estimate.lines == []


def test_of_two_who_save_the_second_is_told(event, by):
    estimate = asked(event, by)
    hand_in(estimate, line())
    seen = estimate.version
    hand_in(estimate, line(11_000_000), version=seen)  # nothing but a line differs
    with pytest.raises(StaleEdit):
        hand_in(estimate, line(12_000_000), version=seen)
    seen = estimate.version
    approve(estimate, by, 11_000_000, version=seen)
    with pytest.raises(StaleEdit):
        approve(estimate, by, 1, version=seen)
    with pytest.raises(StaleEdit):
        operations.approve_estimate(estimate, [(1, None), (2, None)], by=by)

    assert [row.approved for row in estimate.lines] == [11_000_000]


def test_those_who_owe_one_are_written_to_once_a_day(event, by):
    owing, done = asked(event, by), asked(event, by, "Sở Tài chính")
    asked(event, by, "Sở Nội vụ")
    for row in (owing, done):
        nominations.edit_invitation(
            row.asked,
            contact=Contact(name="Bà Tư", email=f"vp{row.id}@donvi.example.vn"),
            due_on=None,
            note=None,
            by=by,
        )
    hand_in(done, line())

    first, again = operations.remind(event, by=by), operations.remind(event, by=by)

    assert (first.messages, first.without_address, again.messages) == (1, ("Sở Nội vụ",), 0)
    letter = db.session.scalars(sa.select(Delivery).where(Delivery.kind == "estimate_reminder")).one()
    assert (letter.recipient, letter.subject_id) == (owing.asked.email, owing.asked.id)
    assert "Đề nghị gửi dự toán kinh phí" in letter.subject and "/estimate" in letter.text_body


def at_once(app, *acts):
    """Each act in a thread of its own, all at the same moment; the names of what they were refused with."""
    barrier, came = Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            barrier.wait()
            try:
                act()
                came.append("done")
            except DomainError as refusal:
                came.append(type(refusal).__name__)
            finally:
                db.session.remove()

    people = [Thread(target=run, args=(act,)) for act in acts]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return sorted(came)


def test_two_who_ask_at_once_ask_each_agency_once(app, event, by):
    event_id = event.id
    db.session.remove()

    def ask():
        operations.ask_estimates(db.session.get(Event, event_id), ["Sở Y tế", "Sở Nội vụ"], by=None)

    assert at_once(app, ask, ask) == ["done", "done"]
    names = sorted(row.asked.name for row in estimates(db.session.get(Event, event_id)))
    assert names == ["Sở Nội vụ", "Sở Y tế"]


def test_two_who_approve_at_once_cannot_spend_a_source_twice(app, event, by):
    money = source(event, 50_000_000)
    first, second = asked(event, by), asked(event, by, "Sở Tài chính")
    for row in (first, second):
        hand_in(row, line(30_000_000, 1, money))
    ids, source_id = (first.id, second.id), money.id
    db.session.remove()

    def approving(estimate_id):
        def act():
            row = db.session.get(BudgetEstimate, estimate_id)
            operations.approve_estimate(row, [(30_000_000, source_id)], by=None)

        return act

    assert at_once(app, *(approving(each) for each in ids)) == ["AboveSource", "done"]
