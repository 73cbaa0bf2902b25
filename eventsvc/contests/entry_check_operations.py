"""What an entry must be before it is written: within the hours, sound, and never past a child's guardian."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.audit.operations import user_id
from eventsvc.contests import rules
from eventsvc.contests.models import Contest, EntrantKind, Entry
from eventsvc.contests.rules import Registration
from eventsvc.db import db
from eventsvc.errors import DomainError, Invalid
from eventsvc.text import fold

SHORTEST_NAME = 3
"""Shorter names are parts of many words: they are not looked for in a title."""


class EntriesClosed(DomainError):
    """Nobody can enter or change an entry now; the page says why."""

    code = "entries_closed"


class TooMany(DomainError):
    code = "too_many_entries"


class Settled(DomainError):
    """The entry is decided or withdrawn; it cannot change any more."""

    code = "entry_settled"


@dataclass(frozen=True)
class Entered:
    """What was typed; telephones in E.164, addresses in lower case. `members`: names with days of birth."""

    title: str
    kind: EntrantKind
    name: str
    text: str | None = None
    link: str | None = None
    organization: str | None = None
    email: str | None = None
    phone: str | None = None
    born_on: date | None = None
    members: tuple[tuple[str, date | None], ...] = ()
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_email: str | None = None
    shows_work: bool = False

    @property
    def births(self) -> list[date | None]:
        if self.kind is EntrantKind.TEAM:
            return [born_on for _name, born_on in self.members]
        return [self.born_on]


def require_open(contest: Contest, by: Any) -> None:
    """The public enters within the hours; the organizer also enters what came on paper."""
    contest.event.require_open()
    now = clock.now()
    found = rules.registration(contest, now)
    if not contest.event.has_data_notice:
        raise EntriesClosed(
            _("Entries are not taken yet: the organizer has still to say what happens to your data.")
        )
    if user_id(by) is not None:
        return
    if not contest.activity.is_public or found is Registration.NOT_YET:
        raise EntriesClosed(_("Entries are not taken yet."))
    if found is Registration.CLOSED:
        raise EntriesClosed(_("Entries are closed."))


def require_changeable(entry: Entry, by: Any) -> None:
    if entry.state not in rules.OPEN_TO_EDIT:
        raise Settled(_("The entry has been decided on or withdrawn; it cannot be changed any more."))
    require_open(entry.contest, by)


def require_sound(contest: Contest, entered: Entered) -> None:
    """What the rules of the contest and the care for children ask."""
    now = clock.now()
    if contest.entrants not in {EntrantKind.EITHER, entered.kind} or entered.kind is EntrantKind.EITHER:
        raise Invalid(_("This contest is for others: see who enters."), field="kind")
    if entered.kind is EntrantKind.TEAM and not 2 <= len(entered.members) <= contest.most_members:
        raise Invalid(
            _("A team has from 2 to %(most)s members; name them all.", most=contest.most_members),
            field="members",
        )
    if any(born_on is not None and born_on > clock.local(now).date() for born_on in entered.births):
        raise Invalid(_("A day of birth lies in the future."), field=_birth_field(entered))
    if contest.takes_children and None in entered.births:
        raise Invalid(
            _("The day of birth is needed: it says whether a guardian has to agree."),
            field=_birth_field(entered),
        )
    if entered.link and not contest.takes_links:
        raise Invalid(_("This contest takes no links."), field="link")
    if not rules.is_child(contest, entered.births, now):
        if not entered.email and not entered.phone:
            raise Invalid(_("Give a telephone number or an e-mail address."), field="email")
        return
    if not contest.takes_children:
        raise Invalid(
            _("This contest is for those of %(age)s and older.", age=contest.adult_age),
            field=_birth_field(entered),
        )
    _require_guardian(entered)
    _require_no_names(entered)


def _require_guardian(entered: Entered) -> None:
    if not entered.guardian_name:
        raise Invalid(
            _("A child enters with a parent or guardian: enter the guardian's name."), field="guardian_name"
        )
    if not entered.guardian_email and not entered.guardian_phone:
        raise Invalid(
            _("Give the guardian's telephone or e-mail: without their consent the entry takes no part."),
            field="guardian_email",
        )
    if entered.guardian_email and entered.guardian_email == entered.email:
        raise Invalid(
            _("This is the child's own address. If the child has none, leave that one empty."),
            field="guardian_email",
        )
    if entered.guardian_phone and entered.guardian_phone == entered.phone:
        raise Invalid(
            _("This is the child's own number. If the child has none, leave that one empty."),
            field="guardian_phone",
        )


def _require_no_names(entered: Entered) -> None:
    """Title and school of a child's entry are read by everybody."""
    names = [fold(name) for name in (entered.name, *(name for name, _born_on in entered.members))]
    for field, said in (("title", entered.title), ("organization", entered.organization)):
        words = f" {fold(said or '')} "
        if any(len(name) >= SHORTEST_NAME and f" {name} " in words for name in names):
            raise Invalid(_("Everybody will read this: please leave the child's name out."), field=field)


def require_fewer(contest: Contest, entered: Entered, *, besides: Entry | None = None) -> None:
    """By the e-mail address; without one by the telephone; without either, by the guardian's and the name."""
    statement = sa.select(Entry).where(Entry.contest_id == contest.id, Entry.state.not_in(rules.ENDED))
    if besides is not None:
        statement = statement.where(Entry.id != besides.id)
    if entered.email:
        standing = db.session.scalars(statement.where(Entry.email == entered.email)).all()
    elif entered.phone:
        standing = db.session.scalars(statement.where(Entry.phone == entered.phone)).all()
    else:
        same = sa.or_(
            sa.and_(Entry.guardian_email.is_not(None), Entry.guardian_email == entered.guardian_email),
            sa.and_(Entry.guardian_phone.is_not(None), Entry.guardian_phone == entered.guardian_phone),
        )
        found = db.session.scalars(statement.where(same)).all()
        standing = [entry for entry in found if fold(entry.name) == fold(entered.name)]
    if len(standing) >= contest.most_entries_each:
        raise TooMany(
            _(
                "As many works as one may enter (%(most)s) have been handed in with this contact already.",
                most=contest.most_entries_each,
            ),
            field="email",
        )


def most_files(contest: Contest) -> int:
    return contest.most_files if contest.takes_files else 0


def too_many_files(contest: Contest) -> Invalid:
    if not contest.takes_files:
        return Invalid(_("This contest takes no files."), field="files")
    return Invalid(_("At most %(most)s files, please.", most=contest.most_files), field="files")


def _birth_field(entered: Entered) -> str:
    return "members" if entered.kind is EntrantKind.TEAM else "born_on"
