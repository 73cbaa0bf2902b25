"""How far an organization has come: every state by the facts that make it."""

import pytest

from eventsvc.nominations.states import AskingState, Delivered, Facts, state_of

LEFT = {"message": Delivered.LEFT}


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, AskingState.DRAFT),
        ({"is_letter_issued": True}, AskingState.ISSUED),
        ({"message": Delivered.WAITING}, AskingState.ON_ITS_WAY),
        ({"message": Delivered.FAILED}, AskingState.UNDELIVERED),
        ({"message": Delivered.FAILED, "is_handed_over": True}, AskingState.DELIVERED),
        ({"is_handed_over": True}, AskingState.DELIVERED),
        (LEFT, AskingState.DELIVERED),
        ({**LEFT, "chased": 2}, AskingState.NO_REPLY),
        ({**LEFT, "chased": 2, "is_acknowledged": True}, AskingState.ACKNOWLEDGED),
        ({**LEFT, "quota": 3, "named": 2, "is_acknowledged": True}, AskingState.NOMINATED_PART),
        ({**LEFT, "quota": 3, "waiting": 1}, AskingState.NOMINATED_PART),
        ({**LEFT, "quota": 2, "named": 2}, AskingState.NOMINATED),
        ({**LEFT, "quota": None, "named": 1}, AskingState.NOMINATED),
        ({**LEFT, "quota": 2, "named": 2, "invited": 2}, AskingState.TOKENS_SENT),
        ({**LEFT, "quota": 2, "named": 2, "invited": 1}, AskingState.NOMINATED),
        ({**LEFT, "is_declined": True, "chased": 1}, AskingState.DECLINED),
        ({**LEFT, "is_declined": True, "is_revoked": True}, AskingState.REVOKED),
    ],
)
def test_what_was_heard_last_stands_before_what_was_sent(facts, state):
    assert state_of(Facts(**facts)) is state


@pytest.mark.parametrize(
    ("facts", "silent"),
    [
        ({}, False),
        (LEFT, True),
        ({**LEFT, "is_acknowledged": True}, True),
        ({**LEFT, "named": 1}, False),
        ({**LEFT, "waiting": 1}, False),
        ({**LEFT, "is_declined": True}, False),
        ({"message": Delivered.FAILED}, False),
    ],
)
def test_silent_is_who_was_told_and_sent_neither_names_nor_a_refusal(facts, silent):
    assert Facts(**facts).is_silent is silent
