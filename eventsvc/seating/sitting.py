"""Who has which seat, and what stands on it. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

from eventsvc.guests.models import Guest
from eventsvc.invitations.models import Answer, Invitation
from eventsvc.seating.models import SeatAssignment, SeatBlock
from eventsvc.seating.ordering import Seat


@dataclass(frozen=True)
class Sitting:
    """Who has a seat, and whether they come."""

    assignment: SeatAssignment
    guest: Guest
    invitation: Invitation | None

    @property
    def seat(self) -> Seat:
        return Seat(self.assignment.block_id, self.assignment.row, self.assignment.number)

    @property
    def label(self) -> str:
        return label(self.assignment.block, self.seat)

    @property
    def comes(self) -> bool:
        if self.invitation is None:
            return True
        return self.invitation.revoked_at is None and self.invitation.answer is not Answer.DECLINED


class Unsettled(NamedTuple):
    """Somebody whose seat must be looked at: `replaced` is whom they go for, `sitting` the seat that is in question,
    their own or that of the one replaced."""

    guest: Guest
    replaced: Guest | None
    sitting: Sitting | None


def label(block: SeatBlock, seat: Seat) -> str:
    """ "A-01-05": block, row from the stage, number from the left of the plan."""
    return f"{block.name}-{seat.row:02d}-{seat.number:02d}"
