"""What a batch is for, in words for people."""

from eventsvc.deliveries import labels
from eventsvc.deliveries.models import Batch
from eventsvc.events.models import Event
from eventsvc.invitations import kinds


def kind(batch: Batch) -> str:
    """What the messages of the batch are. Those begun as changes after the event was cancelled tell of its end."""
    cancelled_at = batch.event.cancelled_at
    return labels.kind(_told(batch.kind, cancelled_at is not None and batch.created_at >= cancelled_at))


def choice(word: str, event: Event) -> str:
    """What a batch of this kind would be if it were begun now."""
    return labels.kind(_told(word, event.is_cancelled))


def _told(word: str, is_end: bool) -> str:
    return kinds.CANCELLATION if is_end and word == kinds.UPDATE else word
