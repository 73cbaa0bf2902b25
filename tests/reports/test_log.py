"""The log in words."""

import ast
from pathlib import Path

from eventsvc.checkins.models import Outcome
from eventsvc.events.models import TimeState
from eventsvc.reports import labels
from eventsvc.web.labels import label
from tests import factories
from tests.queries import counted

ROOT = Path(__file__).parent.parent.parent / "eventsvc"
OF_NO_EVENT = {"organizations.loaded", "password.set", "user.created", "user.disabled"}


def actions() -> set[str]:
    """Every action that the code writes to the audit trail."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "record",
                "_audit",
            ):
                found |= {a.value for a in node.args if isinstance(a, ast.Constant) and "." in str(a.value)}
    return {action for action in found if not action.startswith(("sign_in", "user", "password"))}


def test_every_action_of_an_event_has_words():
    assert actions() - set(labels.ACTIONS) - OF_NO_EVENT == set()


def test_the_log_says_who_did_what_in_words(signed_in, organizer):
    event = factories.event(by=organizer)

    page = signed_in.get(f"/events/{event.slug}/log")

    assert page.rows()[0][1:3] == ["Trần Thị Sáu", "Tạo sự kiện"]


def test_the_log_costs_the_same_for_one_entry_and_many(signed_in, organizer):
    event = factories.event(by=organizer)
    address = f"/events/{event.slug}/log"
    signed_in.get(address)
    with counted() as few:
        signed_in.get(address)
    for _number in range(20):
        factories.site(event, name=f"Hội trường {_number}")
    with counted() as many:
        signed_in.get(address)

    assert many.number == few.number


def test_a_deed_in_the_log_and_the_state_it_leads_to_have_words_of_their_own(app):
    """One message for both would make the scanner and the overview speak like the log."""
    with app.test_request_context():
        states = [TimeState.APPROVED, TimeState.PROPOSED, Outcome.CANCELLED]
        assert [str(label(state)) for state in states] == [
            "Đã duyệt thời gian", "Đã đề xuất thời gian", "Chương trình đã hủy"
        ]  # fmt: skip
        assert str(labels.action("event.cancelled")) == "Hủy sự kiện"
