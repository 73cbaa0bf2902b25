"""How far the asking has come, in figures; pure."""

from dataclasses import dataclass, field, fields
from enum import StrEnum

from eventsvc.invitations.models import Answer
from eventsvc.sites.models import SiteLevel


class Progress(StrEnum):
    """How far the asking of one guest has come."""

    UNINVITED = "uninvited"
    BY_HAND = "by_hand"
    HANDED = "handed"
    DRAFTED = "drafted"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    REVOKED = "revoked"


@dataclass
class Tally:
    """How many guests have been asked, reached and heard from."""

    guests: int = 0
    uninvited: int = 0
    by_hand: int = 0
    handed: int = 0
    drafted: int = 0
    queued: int = 0
    sent: int = 0
    failed: int = 0
    revoked: int = 0
    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    needs_action: int = 0

    @property
    def invited(self) -> int:
        return self.guests - self.uninvited - self.revoked

    def add(self, progress: Progress, answer: Answer | None, number: int) -> None:
        self.guests += number
        setattr(self, progress.value, getattr(self, progress.value) + number)
        if answer is not None and progress is not Progress.REVOKED:
            setattr(self, answer.value, getattr(self, answer.value) + number)

    def as_dict(self) -> dict[str, int]:
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass
class Tallies:
    """The whole event, and its parts: by group (None: in no group), by level of site, by site."""

    total: Tally = field(default_factory=Tally)
    by_group: dict[int | None, Tally] = field(default_factory=dict)
    by_level: dict[SiteLevel, Tally] = field(default_factory=dict)
    by_site: dict[int, Tally] = field(default_factory=dict)


@dataclass(frozen=True)
class Overtaken:
    """How many were told something that has changed since, how many of them cannot be written to, and how many of them
    only need to hear of the programme."""

    total: int
    by_hand: int
    programme: int = 0

    @property
    def by_mail(self) -> int:
        return self.total - self.by_hand
