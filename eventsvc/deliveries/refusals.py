"""What a mail server's refusal means: try again, give up, or stop everything; and its words for people."""

import re
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

STOPPED = "stopped"
"""A message that was called back together with its batch: whom it was for has not been told."""

OVERTAKEN = "overtaken"
"""A message that a worker had in its hands when something newer took its place: it is not tried again."""

CALLED_OFF = "event_cancelled"
"""A message that was written before its event was cancelled, and had not left."""

CALLED_OFF_LATE = "event_cancelled_late"
"""The same, after an attempt of which nobody knows whether it arrived."""

BY_PEOPLE = {"by_organizer", ""}
"""Why messages are paused when somebody wanted it; anything else is an alarm."""

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")


# What our own mail server says of us and not of the recipient: nobody's message would be taken (RFC 4954).
_OF_SENDER = {"7.8", "7.9", "7.11"}


class Verdict(StrEnum):
    LATER = "later"
    NEVER = "never"
    NO_SUCH_ADDRESS = "no_such_address"
    PAUSE = "pause"
    PAUSE_ALL = "pause_all"


@dataclass(frozen=True)
class Refusal:
    """A verdict and the code under which people find the reason."""

    verdict: Verdict
    code: str


def judge(stage: str, status: int, reply: str) -> Refusal:
    """Read an SMTP reply to MAIL ("sender"), to RCPT ("recipient") or to the message itself."""
    enhanced = _ENHANCED.search(reply)
    subject = f"{enhanced[2]}.{enhanced[3]}" if enhanced else ""
    if status < 500:
        return Refusal(Verdict.LATER, "mailbox_full" if subject == "2.2" else "try_later")
    if subject.startswith("7."):
        everything = stage == "sender" or subject in _OF_SENDER
        return Refusal(Verdict.PAUSE_ALL if everything else Verdict.PAUSE, "blocked_by_policy")
    if stage == "sender":
        return Refusal(Verdict.PAUSE_ALL, "sender_refused")
    if subject.startswith("1."):
        return Refusal(Verdict.NO_SUCH_ADDRESS, "no_such_address")
    if subject == "2.2":
        return Refusal(Verdict.NEVER, "mailbox_full")
    if subject == "2.1":
        return Refusal(Verdict.NEVER, "mailbox_closed")
    if subject.startswith("3.4") or status == 552:
        return Refusal(Verdict.NEVER, "too_large")
    if stage == "recipient" and not enhanced and status in {550, 551, 553}:
        return Refusal(Verdict.NO_SUCH_ADDRESS, "no_such_address")
    return Refusal(Verdict.NEVER, "refused")


WORDS = {
    "try_later": _l("The recipient's server asked us to try later."),
    "mailbox_full": _l("The recipient's mailbox is full."),
    "mailbox_closed": _l("The recipient's mailbox is closed."),
    "no_such_address": _l("The address does not exist."),
    "bad_address": _l("The address cannot be written in a message."),
    "bad_number": _l("The telephone number is not complete."),
    "suppressed": _l("An earlier message to this address came back: the address does not exist."),
    "blocked_by_policy": _l("The server takes no messages from us: sending is paused."),
    "sender_refused": _l("The mail server does not accept our sender address: sending is paused."),
    "by_organizer": _l("Paused by an organizer."),
    "restored": _l(
        "The service was restored from a backup: some of these messages may have been sent after it was made."
    ),
    OVERTAKEN: _l("A newer message has taken its place."),
    CALLED_OFF: _l("The event has been cancelled: this message no longer leaves."),
    CALLED_OFF_LATE: _l(
        "The event has been cancelled: it is not sent again, but it may have arrived before."
    ),
    "too_large": _l("The message is too large for the recipient's server."),
    "refused": _l("The recipient's server refused the message."),
    "unreachable": _l("The mail server could not be reached."),
    "timed_out": _l("The mail server did not answer in time."),
    "dropped": _l("The connection to the mail server broke."),
    "reply_lost": _l("The message was handed over, but the answer was lost: it is sent once more."),
    "gave_up": _l("All attempts failed. Please phone."),
    "too_late": _l("It is too late to send this. Please phone."),
    "broken": _l("The message could not be put together."),
    "cannot_print": _l("The letter that goes with it could not be made in time: it is tried again."),
    "stopped": _l("Stopped with its batch."),
}


def words(code: str | None) -> str:
    """The reason as a sentence; empty when there is none."""
    return str(WORDS.get(code, code)) if code else ""
