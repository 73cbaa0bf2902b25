"""Every change of the outbox: what people decide, and what the worker does with it."""

from eventsvc.deliveries.operations.pausing import (
    pause,
    resume,
)
from eventsvc.deliveries.operations.queueing import (
    AlreadyGone,
    TooLate,
    call_back,
    cancel,
    queue,
    queue_many,
    release,
    resend,
    retry_now,
    stop,
)
from eventsvc.deliveries.operations.sending import (
    Claim,
    attempt,
    claim,
    drain,
    record_break,
    record_failure,
    record_refusal,
    record_sent,
    record_uncertain,
)

__all__ = [
    "AlreadyGone",
    "Claim",
    "TooLate",
    "attempt",
    "call_back",
    "cancel",
    "claim",
    "drain",
    "pause",
    "queue",
    "queue_many",
    "record_break",
    "record_failure",
    "record_refusal",
    "record_sent",
    "record_uncertain",
    "release",
    "resend",
    "resume",
    "retry_now",
    "stop",
]
