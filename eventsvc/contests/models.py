"""Contests of a campaign: entries of persons and teams, rounds, jury, public vote, awards."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc import clock
from eventsvc.agenda.models import AgendaItem
from eventsvc.campaigns.activity_models import Activity
from eventsvc.db import Word, db
from eventsvc.events.models import Event
from eventsvc.files.models import File
from eventsvc.organizations.models import Organization


class EntrantKind(StrEnum):
    PERSON = "person"
    TEAM = "team"
    EITHER = "either"


class Contest(db.Model):
    """The contest that an activity of the kind "contest" is: who may enter until when with what, and who votes.

    `file_limit` in bytes. Ages are counted on the day the contest opens; under `adult_age` a guardian has to agree.
    `results_published_at`: from then on everybody reads the results.
    """

    __table_args__ = (
        sa.CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="hours"),
        sa.CheckConstraint(
            "vote_closes_at IS NULL OR vote_opens_at IS NULL OR vote_closes_at > vote_opens_at",
            name="vote_hours",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="CASCADE"), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    rules: Mapped[str | None]
    entrants: Mapped[EntrantKind] = mapped_column(Word(EntrantKind), default=EntrantKind.EITHER)
    takes_children: Mapped[bool] = mapped_column(default=True)
    adult_age: Mapped[int] = mapped_column(default=18)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    most_members: Mapped[int] = mapped_column(default=10)
    most_entries_each: Mapped[int] = mapped_column(default=1)
    takes_files: Mapped[bool] = mapped_column(default=True)
    takes_links: Mapped[bool] = mapped_column(default=True)
    most_files: Mapped[int] = mapped_column(default=3)
    file_limit: Mapped[int] = mapped_column(default=20 * 1024 * 1024)
    vote_opens_at: Mapped[datetime | None]
    vote_closes_at: Mapped[datetime | None]
    vote_weight: Mapped[int] = mapped_column(default=0)
    """How much of a hundred the public vote counts in the final ranking; the jury the rest."""
    shows_votes: Mapped[bool] = mapped_column(default=False)
    """Whether everybody sees the counts before the vote has closed."""
    results_published_at: Mapped[datetime | None]
    shows_schools: Mapped[bool] = mapped_column(default=False)
    """Whether the school or agency of an entrant stands beside the public name."""
    entries_shown_at: Mapped[datetime | None]
    """From then on everybody reads the list of accepted entries."""
    event: Mapped[Event] = relationship()
    activity: Mapped[Activity] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(
        cascade="all, delete-orphan", order_by="Criterion.number", back_populates="contest"
    )
    rounds: Mapped[list["Round"]] = relationship(
        cascade="all, delete-orphan", order_by="Round.number", back_populates="contest"
    )


class Criterion(db.Model):
    """What the jury gives points for, each from 0 to `most_points`."""

    __table_args__ = (
        sa.UniqueConstraint("contest_id", "number"),
        sa.CheckConstraint("most_points > 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    most_points: Mapped[int] = mapped_column(default=10)
    contest: Mapped[Contest] = relationship(back_populates="criteria")


class RoundKind(StrEnum):
    JURY = "jury"
    BRACKET = "bracket"
    """Two against each other, the winner goes on."""
    LIVESTREAM = "livestream"
    """Each in a slot of its own, ranked by what it sold or how many watched."""


class Round(db.Model):
    """One round of a contest; closing it fixes who goes on to the next."""

    __table_args__ = (sa.UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[RoundKind] = mapped_column(Word(RoundKind), default=RoundKind.JURY)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    advancing: Mapped[int | None]
    """How many go on; none after the last round."""
    closed_at: Mapped[datetime | None]
    contest: Mapped[Contest] = relationship(back_populates="rounds")
    places: Mapped[list["RoundEntry"]] = relationship(cascade="all, delete-orphan", order_by="RoundEntry.id")


class EntryState(StrEnum):
    AWAITING_CONSENT = "awaiting_consent"
    """A child's entry whose guardian has not agreed yet: nobody judges or sees it."""
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Entry(db.Model):
    """What one person or team enters. `public_name` is what everybody may read: never the name of a child.

    The entrant opens the entry by a secret link; the guardian of a child agrees by another one.
    """

    __table_args__ = (
        sa.UniqueConstraint("contest_id", "number"),
        sa.Index(None, "contest_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str | None]
    link: Mapped[str | None] = mapped_column(sa.String(2000))
    kind: Mapped[EntrantKind] = mapped_column(Word(EntrantKind))
    name: Mapped[str] = mapped_column(sa.String(200))
    public_name: Mapped[str] = mapped_column(sa.String(200))
    organization_name: Mapped[str | None] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    born_on: Mapped[date | None]
    is_child: Mapped[bool] = mapped_column(default=False)
    guardian_name: Mapped[str | None] = mapped_column(sa.String(200))
    guardian_phone: Mapped[str | None] = mapped_column(sa.String(40))
    guardian_email: Mapped[str | None] = mapped_column(sa.String(254))
    guardian_agreed_at: Mapped[datetime | None]
    guardian_refused_at: Mapped[datetime | None]
    is_paper_consent: Mapped[bool] = mapped_column(default=False)
    """The organizer holds the guardian's signature on paper."""
    shows_work: Mapped[bool] = mapped_column(default=False)
    """Whether text, link and pictures may be shown to everybody: an adult says so when entering, for a child the
    guardian."""
    guardian_token_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    guardian_token_sealed: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    state: Mapped[EntryState] = mapped_column(Word(EntryState), default=EntryState.SUBMITTED)
    remark: Mapped[str | None]
    submitted_at: Mapped[datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[datetime | None]
    actor_kind = "entry"
    contest: Mapped[Contest] = relationship()
    organization: Mapped[Organization | None] = relationship()
    members: Mapped[list["EntryMember"]] = relationship(
        cascade="all, delete-orphan", order_by="EntryMember.number"
    )
    files: Mapped[list["EntryFile"]] = relationship(cascade="all, delete-orphan", order_by="EntryFile.number")


class EntryMember(db.Model):
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    born_on: Mapped[date | None]


class EntryFile(db.Model):
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("file.id"))
    file: Mapped[File] = relationship()


class RoundEntry(db.Model):
    """An entry in a round; `place` and `goes_on` are set when the round is closed."""

    __table_args__ = (sa.UniqueConstraint("round_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    points: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 2))
    place: Mapped[int | None]
    goes_on: Mapped[bool | None]
    entry: Mapped[Entry] = relationship()


class Match(db.Model):
    """Two entries against each other in a bracket. `level` 1 is played first; the winner goes to the match of the next
    level whose `number` is half of this one's, rounded up. No second entry: the first goes on without playing."""

    __table_args__ = (
        sa.UniqueConstraint("round_id", "level", "number"),
        sa.CheckConstraint("first_id IS NULL OR first_id <> second_id", name="two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    level: Mapped[int]
    number: Mapped[int]
    first_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    second_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    first_score: Mapped[int | None]
    second_score: Mapped[int | None]
    winner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime | None]
    place: Mapped[str | None] = mapped_column(sa.String(200))
    round: Mapped[Round] = relationship()
    first: Mapped[Entry | None] = relationship(foreign_keys=[first_id])
    second: Mapped[Entry | None] = relationship(foreign_keys=[second_id])
    winner: Mapped[Entry | None] = relationship(foreign_keys=[winner_id])


class LivestreamSlot(db.Model):
    """When and where an entry goes on the air, and afterwards how many watched, ordered and for how much (đồng)."""

    __table_args__ = (
        sa.UniqueConstraint("round_id", "entry_id"),
        sa.CheckConstraint("ends_at > starts_at", name="hours"),
        sa.CheckConstraint("viewers >= 0 AND orders >= 0 AND revenue >= 0", name="figures"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    channel: Mapped[str | None] = mapped_column(sa.String(200))
    url: Mapped[str | None] = mapped_column(sa.String(2000))
    viewers: Mapped[int | None]
    orders: Mapped[int | None]
    revenue: Mapped[int | None] = mapped_column(sa.BigInteger)
    round: Mapped[Round] = relationship()
    entry: Mapped[Entry] = relationship()


class Judge(db.Model):
    """A member of the jury; judges by a secret link. Nobody scores an entry of their own organization."""

    __table_args__ = (sa.UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[str | None] = mapped_column(sa.String(200))
    organization_name: Mapped[str | None] = mapped_column(sa.String(300))
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    token_sealed: Mapped[str]
    revoked_at: Mapped[datetime | None]
    actor_kind = "judge"
    contest: Mapped[Contest] = relationship()
    organization: Mapped[Organization | None] = relationship()


class JudgeTie(db.Model):
    """A judge knows the entrant (teacher, relative): the judge does not score this entry."""

    __table_args__ = (sa.UniqueConstraint("judge_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("judge.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str | None] = mapped_column(sa.String(300))


class Score(db.Model):
    """Points of one judge for one entry by one criterion in one round."""

    __table_args__ = (
        sa.UniqueConstraint("round_id", "judge_id", "entry_id", "criterion_id"),
        sa.CheckConstraint("points >= 0", name="points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("round.id", ondelete="CASCADE"))
    judge_id: Mapped[int] = mapped_column(sa.ForeignKey("judge.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id", ondelete="CASCADE"), index=True)
    points: Mapped[Decimal] = mapped_column(sa.Numeric(6, 2))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class Vote(db.Model):
    """A vote of the public, one a voter in a contest. The voter is a keyed hash of the e-mail address that confirms
    it; `network` one of the network it came from, so that a flood can be seen and struck out."""

    __table_args__ = (
        sa.UniqueConstraint("contest_id", "voter"),
        sa.Index(None, "contest_id", "network", "cast_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    voter: Mapped[str] = mapped_column(sa.String(64))
    network: Mapped[str] = mapped_column(sa.String(64))
    cast_at: Mapped[datetime] = mapped_column(default=clock.now)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    struck_out_at: Mapped[datetime | None]
    struck_out_reason: Mapped[str | None] = mapped_column(sa.String(300))


class Award(db.Model):
    """A prize of a contest and who wins it; handed over at an item of the finale's agenda."""

    __table_args__ = (sa.UniqueConstraint("contest_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    prize: Mapped[str | None] = mapped_column(sa.String(300))
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="SET NULL"), index=True)
    agenda_item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("agenda_item.id", ondelete="SET NULL"), index=True
    )
    presenter: Mapped[str | None] = mapped_column(sa.String(300))
    contest: Mapped[Contest] = relationship()
    entry: Mapped[Entry | None] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()


class AwardScript(db.Model):
    """What the awards have written into an item of an agenda: what stands there otherwise was written by hand."""

    __table_args__ = (sa.UniqueConstraint("agenda_item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(sa.ForeignKey("agenda_item.id", ondelete="CASCADE"))
    mc_line: Mapped[str | None]
    screen_note: Mapped[str | None]
    agenda_item: Mapped[AgendaItem] = relationship()
