"""What the messages of a batch are. Pure."""

from eventsvc.deliveries.models import Batch
from eventsvc.events.models import Event
from eventsvc.invitations import kinds


def told(batch: Batch) -> str:
    """The kind of its messages. Those begun as changes after the event was cancelled tell of its end."""
    cancelled_at = batch.event.cancelled_at
    return _told(batch.kind, cancelled_at is not None and batch.created_at >= cancelled_at)


def told_now(kind: str, event: Event) -> str:
    """What a batch of this kind would tell if it were begun now."""
    return _told(kind, event.is_cancelled)


def _told(kind: str, is_end: bool) -> str:
    return kinds.CANCELLATION if is_end and kind == kinds.UPDATE else kind
