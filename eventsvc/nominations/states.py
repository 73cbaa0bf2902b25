"""How far an organization has come from being asked to its people holding their codes. Pure: facts in, state out."""

from dataclasses import dataclass
from enum import StrEnum


class AskingState(StrEnum):
    """Where an invitation of an organization stands, in the order of its life."""

    DRAFT = "draft"
    ISSUED = "issued"
    ON_ITS_WAY = "on_its_way"
    UNDELIVERED = "undelivered"
    DELIVERED = "delivered"
    NO_REPLY = "no_reply"
    ACKNOWLEDGED = "acknowledged"
    NOMINATED_PART = "nominated_part"
    NOMINATED = "nominated"
    TOKENS_SENT = "tokens_sent"
    DECLINED = "declined"
    REVOKED = "revoked"


# Nothing has been heard, so that a reminder makes sense.
SILENT = frozenset(
    {AskingState.ON_ITS_WAY, AskingState.DELIVERED, AskingState.NO_REPLY, AskingState.ACKNOWLEDGED}
)


class Delivered(StrEnum):
    """What became of the newest message to the contact."""

    NOT_WRITTEN = "not_written"
    WAITING = "waiting"
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True)
class Facts:
    """What is known of one organization's invitation.

    `quota` is the sum of the stated seats, None when one of its slots states none; `named` are those who are on the
    guest list by its word, `waiting` those an organizer has yet to decide on, `invited` those who have been sent
    their own link and code; `chased` counts reminders.
    """

    quota: int | None = None
    named: int = 0
    waiting: int = 0
    invited: int = 0
    chased: int = 0
    message: Delivered = Delivered.NOT_WRITTEN
    is_letter_issued: bool = False
    is_handed_over: bool = False
    is_acknowledged: bool = False
    is_declined: bool = False
    is_revoked: bool = False

    @property
    def is_told(self) -> bool:
        return self.message is not Delivered.NOT_WRITTEN or self.is_handed_over

    @property
    def is_silent(self) -> bool:
        """Asked, and neither people nor a refusal came back."""
        return self.is_told and state_of(self) in SILENT


def state_of(facts: Facts) -> AskingState:
    """The state: what was heard last from the organization stands before what was sent to it."""
    if facts.is_revoked:
        return AskingState.REVOKED
    if facts.is_declined:
        return AskingState.DECLINED
    if facts.named or facts.waiting:
        return _with_names(facts)
    if facts.is_acknowledged:
        return AskingState.ACKNOWLEDGED
    return _unanswered(facts)


def _with_names(facts: Facts) -> AskingState:
    if facts.quota is not None and facts.named < facts.quota:
        return AskingState.NOMINATED_PART
    if not facts.named:
        return AskingState.NOMINATED_PART
    return AskingState.TOKENS_SENT if facts.invited >= facts.named else AskingState.NOMINATED


def _unanswered(facts: Facts) -> AskingState:
    if facts.message is Delivered.FAILED and not facts.is_handed_over:
        return AskingState.UNDELIVERED
    if not facts.is_told:
        return AskingState.ISSUED if facts.is_letter_issued else AskingState.DRAFT
    if facts.chased:
        return AskingState.NO_REPLY
    if facts.message is Delivered.WAITING and not facts.is_handed_over:
        return AskingState.ON_ITS_WAY
    return AskingState.DELIVERED
