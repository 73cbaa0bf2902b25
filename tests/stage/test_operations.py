"""Pressing, undoing, telling the stage something: on both databases, by one operator and by several at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock, secrets
from eventsvc.accounts.permissions import Role
from eventsvc.accounts.queries import screen_tokens
from eventsvc.agenda import operations as agenda
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.events import operations as events
from eventsvc.events.models import EventCancelled, Sitting
from eventsvc.stage import operations, queries
from eventsvc.stage.models import Cue, Run, RunState
from eventsvc.stage.operations import Overtaken
from eventsvc.stage.presses import NotNow, Press, UnknownItem
from tests import factories
from tests.queries import counted


def test_a_show_is_run_from_its_first_item_to_its_end(show):
    someone = factories.organizer()

    show.press(Press.START, by=someone)
    assert show.states() == ["on", "next", "to_come", "to_come"]
    show.press(Press.NEXT, by=someone)
    show.press(Press.SKIP, show.keys[2], by=someone)
    show.press(Press.NEXT, by=someone)
    assert show.states() == ["done", "done", "skipped", "on"]
    show.press(Press.END, by=someone)

    assert show.states() == ["done", "done", "skipped", "done"]
    assert (show.run.state, show.run.current_key, show.run.revision) == (RunState.ENDED, None, 5)
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.like("run.%")).order_by(AuditEntry.id)
    ).all()
    actions = ["run.started", "run.advanced", "run.item_skipped", "run.advanced", "run.ended"]
    assert [(entry.action, entry.actor_id, entry.event_id) for entry in entries] == [
        (action, someone.id, show.event.id) for action in actions
    ]
    assert [entry.details["revision"] for entry in entries] == [1, 2, 3, 4, 5]


def test_words_sent_with_a_press_that_names_no_item_do_not_reach_the_log(show):
    show.press(Press.START, "Ông Nguyễn Văn A " * 1000)
    show.press(Press.NEXT, "0905 123 456")

    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action.like("run.%")).order_by(AuditEntry.id)
    ).all()
    assert [entry.details["item"] for entry in entries] == show.keys[:2]


def test_what_goes_on_beside_the_stage_is_not_run(show):
    show.press(Press.START)

    stage = queries.stage(show.event)

    assert [row.item.key for row in stage.progress.rows] == show.keys
    assert [(one.strand.name, one.slot.item.title) for one in stage.beside] == [
        ("Không gian trưng bày", "Trải nghiệm dịch vụ công")
    ]
    with pytest.raises(UnknownItem):
        show.press(Press.JUMP, show.beside.key)


def test_a_press_for_an_earlier_state_is_refused_and_does_nothing(show):
    show.press(Press.START)
    show.press(Press.NEXT, revision=1)

    with pytest.raises(Overtaken):
        show.press(Press.NEXT, revision=1)

    assert show.states() == ["done", "on", "next", "to_come"]
    assert show.revision == 2


def test_a_show_is_not_started_twice(show):
    show.press(Press.START)

    with pytest.raises(Overtaken):
        show.press(Press.START, revision=0)
    with pytest.raises(NotNow):
        show.press(Press.START)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 1


def test_a_wrong_press_is_taken_back_with_its_times(show):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        show.press(Press.START)
        traveller.shift(timedelta(minutes=4))
        begun = show.run.cues[0].started_at
        show.press(Press.NEXT)
        traveller.shift(timedelta(seconds=20))
        show.press(Press.BACK)

    assert show.states() == ["on", "next", "to_come", "to_come"]
    assert [(cue.item_key, cue.started_at, cue.ended_at) for cue in show.run.cues] == [
        (show.keys[0], begun, None)
    ]
    assert show.revision == 3, "a view must see that something is new"


def test_an_ended_show_can_be_taken_up_again(show):
    show.press(Press.START)
    show.press(Press.END)
    with pytest.raises(NotNow):
        show.press(Press.NEXT)

    show.press(Press.BACK)

    assert (show.run.state, show.states()[0]) == (RunState.RUNNING, "on")


def test_an_item_of_another_event_is_on_no_stage(show):
    other = factories.approved_event(short_title="Lễ ký kết")
    foreign = factories.item(other)

    for what in (Press.JUMP, Press.SKIP, Press.UNSKIP):
        with pytest.raises(UnknownItem):
            show.press(what, foreign.key)

    assert show.run is None, "a refused press leaves nothing behind"


def test_an_item_removed_during_the_show_stays_on_until_the_next_press(show):
    show.press(Press.START)
    agenda.remove_item(show.items[0], by=None)
    added = factories.item(show.event, "Tặng hoa", 5)

    rows = queries.stage(show.event).progress.rows
    assert [(row.item.title, row.state.value, row.is_gone) for row in rows][0] == ("Khai mạc", "on", True)
    assert rows[-1].item.key == added.key
    show.press(Press.NEXT)

    assert [row.state.value for row in queries.stage(show.event).progress.rows][:2] == ["done", "on"]
    assert [(actual.title, actual.started_at is not None) for actual in queries.actuals(show.event)][:2] == [
        ("Khai mạc", True),
        ("Phát biểu của điểm cầu", True),
    ]


def test_actual_times_are_kept_for_the_report(show):
    with time_machine.travel(show.sitting.starts_at, tick=False) as traveller:
        show.press(Press.START)
        traveller.shift(timedelta(minutes=12))
        show.press(Press.NEXT)
        traveller.shift(timedelta(minutes=7))
        show.press(Press.SKIP, show.keys[2])
        show.press(Press.END)

    rows = queries.actuals(show.event)

    start = show.sitting.starts_at
    minutes = lambda moment: None if moment is None else (moment - start) // timedelta(minutes=1)  # noqa: E731
    assert [
        (
            row.cue,
            row.planned_minutes,
            minutes(row.started_at),
            minutes(row.ended_at),
            row.over,
            row.is_skipped,
        )
        for row in rows
    ] == [
        ("01", 10, 0, 12, 120, False),
        ("02", 10, 12, 19, -180, False),
        ("03", 10, None, None, None, True),
        ("04", 10, None, None, None, False),
    ]
    assert [minutes(row.planned_start) for row in rows] == [0, 10, 20, 30]


def test_a_cancelled_event_is_not_run(show):
    events.cancel_event(show.event, by=None)

    with pytest.raises(EventCancelled):
        show.press(Press.START)
    with pytest.raises(EventCancelled):
        operations.make_link(show.event, by=None)


# --- Messages and links -------------------------------------------------------------------------------------


def test_a_message_is_shown_replaced_and_cleared(show):
    operations.say(show.sitting, "  Xin kéo dài\n một phút ", by=None)
    assert show.run.message == "Xin kéo dài một phút"
    assert (show.run.revision, show.run.state) == (0, RunState.WAITING)

    operations.say(show.sitting, "Mời đại biểu", seen=show.run.message_at, by=None)
    operations.say(show.sitting, "", seen=show.run.message_at, by=None)

    assert (show.run.message, show.run.message_at) == (None, None)
    actions = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.action.like("run.message%")).order_by(AuditEntry.id)
    )
    assert list(actions) == ["run.message_sent", "run.message_sent", "run.message_cleared"]


def test_a_message_of_somebody_else_is_not_overwritten_unseen(show):
    operations.say(show.sitting, "Tạm dừng phần ký kết", by=None)

    with pytest.raises(Overtaken, match="Tạm dừng phần ký kết"):
        operations.say(show.sitting, "Mời đại biểu", seen=None, by=None)

    assert show.run.message == "Tạm dừng phần ký kết"


def test_a_message_does_not_overtake_a_press(show):
    show.press(Press.START)
    operations.say(show.sitting, "Còn năm phút", by=None)

    show.press(Press.NEXT, revision=1)

    assert show.run.message == "Còn năm phút"


def test_a_message_has_at_most_200_characters(show):
    with pytest.raises(Invalid):
        operations.say(show.sitting, "ă" * 201, by=None)

    operations.say(show.sitting, "ă" * 200, by=None)


def test_a_link_opens_until_it_is_revoked_or_a_week_after_the_end(show):
    link = operations.make_link(show.event, name="MC", by=None)
    token = secrets.unseal(link.token_sealed)
    assert queries.event_id_of_link(token) == show.event.id
    assert screen_tokens(show.event.id, Role.STAGE) == [link] and screen_tokens(show.event.id) == []

    with time_machine.travel(show.sitting.ends_at + timedelta(days=8)):
        assert queries.event_id_of_link(token) is None
    operations.revoke_link(show.event, link, by=None)

    assert queries.event_id_of_link(token) is None
    assert queries.event_id_of_link("nothing") is None


# --- Several at once ----------------------------------------------------------------------------------------

OPERATORS = 6


@pytest.mark.parametrize("what", [Press.START, Press.NEXT, Press.LONGER, Press.BACK])
def test_of_operators_pressing_at_once_exactly_one_is_heard(app, show, what):
    if what is not Press.START:
        show.press(Press.START)
    if what is Press.BACK:
        show.press(Press.NEXT)
    revision, sitting_id = show.revision, show.sitting.id
    db.session.commit()
    together = Barrier(OPERATORS)

    def operate(_number):
        with app.app_context():
            sitting = db.session.get_one(Sitting, sitting_id)
            together.wait()
            try:
                operations.press(sitting, what, revision=revision, by=None)
            except Overtaken:
                return "overtaken"
            return "heard"

    with ThreadPoolExecutor(OPERATORS) as operators:
        answers = sorted(operators.map(operate, range(OPERATORS)))

    db.session.rollback()
    assert answers == ["heard"] + ["overtaken"] * (OPERATORS - 1)
    assert show.revision == revision + 1
    on = {
        Press.START: "Khai mạc",
        Press.NEXT: "Phát biểu của điểm cầu",
        Press.LONGER: "Khai mạc",
        Press.BACK: "Khai mạc",
    }
    assert queries.stage(show.event).progress.current.item.title == on[what]
    assert sum(cue.given_minutes for cue in show.run.cues) == (1 if what is Press.LONGER else 0)


def test_an_operator_and_somebody_with_a_message_do_not_wait_for_ever(app, show):
    sitting_id = show.sitting.id
    db.session.commit()
    together = Barrier(2)

    def do(number):
        with app.app_context():
            sitting = db.session.get_one(Sitting, sitting_id)
            together.wait()
            if number:
                operations.say(sitting, "Mời đại biểu ổn định", by=None)
            else:
                operations.press(sitting, Press.START, revision=0, by=None)

    with ThreadPoolExecutor(2) as people:
        list(people.map(do, range(2)))

    db.session.rollback()
    assert (show.run.message, show.run.state) == ("Mời đại biểu ổn định", RunState.RUNNING)


def test_a_stage_costs_the_same_for_4_items_and_60(show):
    show.press(Press.START)
    db.session.expire_all()
    with counted() as few:
        queries.stage(show.event)
    for number in range(56):
        factories.item(show.event, f"Mục {number}", 1)
    for _number in range(20):
        show.press(Press.NEXT)
    event_id = show.event.id
    db.session.rollback()
    db.session.expire_all()
    event = db.session.get_one(type(show.event), event_id)
    with counted() as many:
        queries.stage(event)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cue)) == 21
    assert many.number <= few.number
