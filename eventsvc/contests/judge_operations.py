"""The jury: who is on it, by which link, whom they cannot judge, and the points that they give."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.contests import jury_rules, round_queries, score_queries
from eventsvc.contests.models import Contest, Entry, Judge, JudgeTie, Round, RoundKind, Score
from eventsvc.contests.round_operations import RoundClosed, hold_open
from eventsvc.contests.rules import is_visible
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, lock, lock_open

EDITABLE = frozenset({"name", "position", "organization_name", "email", "phone"})
MOST_JUDGES = 50


class NotOnTheJury(DomainError):
    code = "not_on_the_jury"


class OwnEntry(DomainError):
    """A member of the jury scoring their own pupil."""

    code = "own_entry"


class WrongPoints(Invalid):
    code = "wrong_points"


@atomic()
def add_judge(contest: Contest, *, name: str, by: Any, **details: Any) -> Judge:
    """A member of the jury, who has a link from now on; `details`: position, organization_name, email, phone."""
    lock_open(contest.event)
    lock(contest)
    unknown = details.keys() - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {', '.join(sorted(unknown))}")
    number = 1 + (
        db.session.scalar(sa.select(sa.func.max(Judge.number)).where(Judge.contest_id == contest.id)) or 0
    )
    if number > MOST_JUDGES:
        raise Invalid(_("At most %(most)s members of the jury, please.", most=MOST_JUDGES))
    judge = Judge(contest=contest, number=number, name=name, **details)
    _give_link(judge)
    _know_organization(judge)
    db.session.add(judge)
    db.session.flush()
    record(by, "judge.added", judge, event=contest.event)
    return judge


@atomic()
def edit_judge(judge: Judge, changes: Mapping[str, Any], *, version: int | None = None, by: Any) -> None:
    """Change what is known of them. Points they gave for entries of an organization that turns out to be their own do
    not count from then on."""
    lock_open(judge.contest.event)
    lock(judge, version)
    changed = assign(judge, changes, EDITABLE)
    if changed:
        _know_organization(judge)
        db.session.flush()
        record(by, "judge.edited", judge, event=judge.contest.event, changed=changed)


@atomic()
def new_link(judge: Judge, *, version: int | None = None, by: Any) -> None:
    """Another link; the old one opens nothing from now on. Whoever was taken off the jury is on it again."""
    lock_open(judge.contest.event)
    lock(judge, version)
    _give_link(judge)
    judge.revoked_at = None
    db.session.flush()
    record(by, "judge.link_made", judge, event=judge.contest.event)


@atomic()
def revoke(judge: Judge, *, version: int | None = None, by: Any) -> None:
    """Take somebody off the jury: the link opens nothing, and in rounds that are open their points do not count. Safe
    to repeat."""
    lock(judge, version)
    if judge.revoked_at is None:
        judge.revoked_at = clock.now()
        db.session.flush()
        record(by, "judge.revoked", judge, event=judge.contest.event)


@atomic()
def declare_tie(judge: Judge, entry: Entry, *, reason: str | None, by: Any) -> None:
    """The judge knows the entrant and does not judge the entry; points already given in open rounds go. Safe to
    repeat."""
    _require_same(judge, entry)
    open_ = [round_ for round_ in score_queries.open_rounds(judge.contest) if _is_inside(round_, entry)]
    if by is judge and not open_:
        raise RoundClosed(_("This round is closed; nothing in it can change any more."))
    for round_ in open_:
        hold_open(round_)
    _require_sitting(judge)
    tie = score_queries.tie_between(judge, entry)
    if tie is not None:
        tie.reason = reason
        return
    db.session.add(JudgeTie(judge_id=judge.id, entry_id=entry.id, reason=reason))
    db.session.execute(
        sa.delete(Score).where(
            Score.judge_id == judge.id,
            Score.entry_id == entry.id,
            Score.round_id.in_([round_.id for round_ in open_]),
        )
    )
    db.session.flush()
    record(by, "judge.tie_declared", judge, event=judge.contest.event, entry_id=entry.id)


@atomic()
def take_tie_back(judge: Judge, entry: Entry, *, by: Any) -> None:
    """The organizer found that there is no tie; the judge judges the entry after all. Safe to repeat."""
    lock(judge)
    tie = score_queries.tie_between(judge, entry)
    if tie is not None:
        db.session.delete(tie)
        db.session.flush()
        record(by, "judge.tie_taken_back", judge, event=judge.contest.event, entry_id=entry.id)


@atomic()
def give_points(round_: Round, judge: Judge, entry: Entry, points: Mapping[int, Decimal | None]) -> None:
    """Save what a judge gives an entry, by criterion; None takes points back. From nought to the most, by halves.

    Refused: an entry of their own organization or one they declared a tie with, a closed round, whoever is no
    longer on the jury. Safe to repeat.
    """
    contest = judge.contest
    contest.event.require_open()
    hold_open(round_)
    _require_sitting(judge)
    if round_.contest_id != judge.contest_id or round_.kind is not RoundKind.JURY:
        raise NotFound(_("There is no such round."))
    if not _is_inside(round_, entry) or not is_visible(entry):
        raise NotFound(_("This entry is not judged in this round."))
    require_no_tie(judge, entry)
    most = {criterion.id: criterion for criterion in contest.criteria}
    for criterion_id, given in points.items():
        if criterion_id not in most:
            raise NotFound(_("There is no such criterion."))
        if given is not None and not jury_rules.can_be_given(given, most[criterion_id].most_points):
            raise WrongPoints(
                _(
                    "“%(name)s”: from 0 to %(most)s, by halves.",
                    name=most[criterion_id].name,
                    most=most[criterion_id].most_points,
                ),
                field=f"c{criterion_id}",
            )
    if _write(round_, judge, entry, points):
        record(judge, "score.given", round_, event=contest.event, entry_id=entry.id)


def require_no_tie(judge: Judge, entry: Entry) -> None:
    """OwnEntry when the judge must not judge it."""
    if jury_rules.is_own(judge, entry):
        raise OwnEntry(
            _("This entry comes from your own organization. You do not judge it; the other members do.")
        )
    if score_queries.tie_between(judge, entry) is not None:
        raise OwnEntry(
            _("You have declared a tie with this entry. You do not judge it; the other members do.")
        )


def _write(round_: Round, judge: Judge, entry: Entry, points: Mapping[int, Decimal | None]) -> bool:
    mine = sa.select(Score).where(
        Score.round_id == round_.id, Score.judge_id == judge.id, Score.entry_id == entry.id
    )
    standing = {score.criterion_id: score for score in db.session.scalars(mine)}
    is_changed = False
    for criterion_id, given in points.items():
        score = standing.get(criterion_id)
        if given is None and score is not None:
            db.session.delete(score)
        elif given is not None and score is None:
            ids = {"round_id": round_.id, "judge_id": judge.id, "entry_id": entry.id}
            db.session.add(Score(**ids, criterion_id=criterion_id, points=given))
        elif score is not None and score.points != given:
            score.points, score.given_at = given, clock.now()
        else:
            continue
        is_changed = True
    db.session.flush()
    return is_changed


def _require_sitting(judge: Judge) -> None:
    # A row of its own: whoever takes the judge off holds it, and this waits for them.
    lock(judge)
    if judge.revoked_at is not None:
        raise NotOnTheJury(_("This link is no longer valid. Please ask the organizer."))


def _require_same(judge: Judge, entry: Entry) -> None:
    if entry.contest_id != judge.contest_id:
        raise NotFound(_("There is no such entry."))


def _is_inside(round_: Round, entry: Entry) -> bool:
    return any(row.entry_id == entry.id for row in round_queries.places_of(round_))


def _give_link(judge: Judge) -> None:
    token = secrets.new_token()
    judge.token_hash, judge.token_sealed = secrets.digest(token), secrets.seal(token)


def _know_organization(judge: Judge) -> None:
    """The organization that the words name, when there is one: entries of it are the judge's own."""
    event = judge.contest.event
    found = None
    if judge.organization_name:
        found = organizations.find(
            judge.organization_name, on=event.units_as_of, province_code=event.province_code
        )
    judge.organization = found
