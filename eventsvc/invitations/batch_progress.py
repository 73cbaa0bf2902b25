"""How far a batch has come, in figures. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from eventsvc.deliveries.models import Batch, DeliveryState


@dataclass(frozen=True)
class BatchProgress:
    """`composed` of `total` messages are written; each of them is in one of the figures that follow. `called_back` also
    counts those that were stopped here and written anew in a later batch."""

    total: int
    composed: int
    drafts: int
    held: int
    waiting: int
    sent: int
    failed: int
    called_back: int

    @property
    def leaving(self) -> int:
        """Those that were let go and not called back."""
        return self.waiting + self.sent + self.failed

    @property
    def done(self) -> int:
        return self.sent + self.failed

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def of(batch: Batch, counts: Mapping[DeliveryState, int]) -> BatchProgress:
    def sum_of(*states: DeliveryState) -> int:
        return sum(counts.get(state, 0) for state in states)

    composed = max(batch.composed, sum(counts.values()))
    drafts, held = sum_of(DeliveryState.DRAFT), sum_of(DeliveryState.HELD)
    waiting = sum_of(
        DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRY, DeliveryState.UNCERTAIN
    )
    sent = sum_of(DeliveryState.SENT)
    failed = sum_of(DeliveryState.FAILED, DeliveryState.BOUNCED)
    rest = composed - drafts - held - waiting - sent - failed
    return BatchProgress(
        max(batch.total, composed), composed, drafts, held, waiting, sent, failed, called_back=rest
    )
