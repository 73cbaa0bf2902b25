"""Every change of a contest itself: made, edited, its criteria, its public pages."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import clock
from eventsvc.audit.operations import record
from eventsvc.campaigns.activity_models import Activity, ActivityKind
from eventsvc.contests.models import Contest, Criterion, EntrantKind, Entry, Score
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.rows import assign, by_place, lock, lock_open
from eventsvc.text import slugify

EDITABLE = frozenset(
    {
        "rules",
        "entrants",
        "takes_children",
        "adult_age",
        "opens_at",
        "closes_at",
        "most_members",
        "most_entries_each",
        "takes_files",
        "takes_links",
        "most_files",
        "file_limit",
        "shows_schools",
        "vote_opens_at",
        "vote_closes_at",
        "vote_weight",
    }
)
OF_THE_ACTIVITY = frozenset({"name", "text", "is_public"})
MOST_CRITERIA = 20
MOST_POINTS = 100
LONGEST_SLUG = 90


class HasEntries(DomainError):
    """What cannot change or go any more once people have entered."""

    code = "has_entries"


class HasScores(DomainError):
    code = "has_scores"


@atomic()
def make_contest(event: Event, *, name: str, by: Any, **columns: Any) -> Contest:
    """A contest with the activity that it is in the campaign; `columns` as in `edit_contest`."""
    lock_open(event)
    last = sa.select(sa.func.max(Activity.number)).where(
        Activity.event_id == event.id, Activity.parent_id.is_(None), Activity.kind == ActivityKind.CONTEST
    )
    activity = Activity(
        event_id=event.id,
        number=(db.session.scalar(last) or 0) + 1,
        kind=ActivityKind.CONTEST,
        name=name,
    )
    db.session.add(activity)
    db.session.flush()
    return open_contest(activity, by=by, **columns)


@atomic()
def open_contest(activity: Activity, *, by: Any, **columns: Any) -> Contest:
    """The contest of an activity, which the plan has brought or somebody has entered. Safe to repeat."""
    event = activity.event
    lock_open(event)
    lock(activity)
    if activity.kind is not ActivityKind.CONTEST:
        raise Invalid(_("This activity is no contest."))
    known = db.session.scalar(sa.select(Contest).where(Contest.activity_id == activity.id))
    if known is not None:
        return known
    contest = _stored(event, activity)
    _set(contest, columns)
    db.session.flush()
    record(by, "contest.made", contest, event=event, activity_id=activity.id)
    return contest


@atomic()
def edit_contest(
    contest: Contest, changes: Mapping[str, Any], *, version: int | None = None, by: Any
) -> Contest:
    """Change what is said about it. Ages and who may enter stay as they are once somebody has entered."""
    lock_open(contest.event)
    lock(contest, version)
    before = (contest.entrants, contest.takes_children, contest.adult_age)
    opened = contest.opens_at
    changed = _set(contest, changes)
    if not changed:
        return contest
    if _has_entries(contest):
        _require_wider(contest, before, opened)
    flag_modified(contest, "slug")  # raises the version: name and text of the activity belong to the form
    db.session.flush()
    record(by, "contest.edited", contest, event=contest.event, changed=changed)
    return contest


@atomic()
def set_criteria(
    contest: Contest, criteria: Sequence[tuple[str, int]], *, version: int | None = None, by: Any
) -> None:
    """What the jury gives points for, in this order: name and most points. Not once points were given."""
    lock_open(contest.event)
    lock(contest, version)
    if len(criteria) > MOST_CRITERIA:
        raise Invalid(_("At most %(most)s criteria, please.", most=MOST_CRITERIA), field="criteria")
    wanted: list[dict[str, Any]] = [
        {"name": name, "most_points": most_points} for name, most_points in criteria
    ]
    for each in wanted:
        if not 1 <= each["most_points"] <= MOST_POINTS:
            raise Invalid(
                _("The most points of a criterion lie between 1 and %(most)s.", most=MOST_POINTS),
                field="criteria",
            )
    if [(row.name, row.most_points) for row in contest.criteria] == list(criteria):
        return
    for round_ in contest.rounds:
        lock(round_)  # which every judge holds who gives points
    if _has_scores(contest):
        raise HasScores(_("Points have been given by these criteria; they cannot change any more."))
    by_place(contest.criteria, Criterion, wanted)
    flag_modified(contest, "slug")  # raises the version: the criteria belong to it
    db.session.flush()
    record(by, "contest.criteria_set", contest, event=contest.event, count=len(wanted))


@atomic()
def show_entries(contest: Contest, *, by: Any) -> None:
    """From now on everybody reads the accepted entries; safe to repeat."""
    lock_open(contest.event)
    lock(contest)
    if not contest.activity.is_public:
        raise Invalid(_("The contest has no public page yet: say first that everybody may read about it."))
    if contest.entries_shown_at is None:
        contest.entries_shown_at = clock.now()
        record(by, "contest.entries_shown", contest, event=contest.event)


@atomic()
def hide_entries(contest: Contest, *, by: Any) -> None:
    """Nobody but the organizer reads the list any more; safe to repeat."""
    lock(contest)
    if contest.entries_shown_at is not None:
        contest.entries_shown_at = None
        record(by, "contest.entries_hidden", contest, event=contest.event)


@atomic()
def remove_contest(contest: Contest, *, version: int | None = None, by: Any) -> None:
    """Take a contest out that nobody has entered; its activity stays in the campaign."""
    event = contest.event
    lock_open(event)
    lock(contest, version)
    if _has_entries(contest):
        raise HasEntries(_("People have entered this contest; it cannot be removed any more."))
    record(by, "contest.removed", contest, event=event)
    db.session.delete(contest)


def _set(contest: Contest, changes: Mapping[str, Any]) -> list[str]:
    """Set what differs in the contest and its activity, and see that it makes sense."""
    of_activity = {name: value for name, value in changes.items() if name in OF_THE_ACTIVITY}
    own = {name: value for name, value in changes.items() if name not in OF_THE_ACTIVITY}
    activity = contest.activity  # loaded before anything is set: a query would write what is not checked yet
    changed = assign(contest, own, EDITABLE) + assign(activity, of_activity, OF_THE_ACTIVITY)
    if contest.opens_at and contest.closes_at and contest.closes_at <= contest.opens_at:
        raise Invalid(_("The contest closes before it opens."), field="closes_at")
    if contest.vote_opens_at and contest.vote_closes_at and contest.vote_closes_at <= contest.vote_opens_at:
        raise Invalid(_("The vote ends before it begins."), field="vote_closes_at")
    limit = current_app.config["FILE_LIMIT"]
    if contest.file_limit is not None and contest.file_limit > limit:
        raise Invalid(
            _("This server takes files of at most %(limit)s MB.", limit=limit // 2**20), field="file_limit"
        )
    return changed


def _require_wider(contest: Contest, before: tuple[EntrantKind, bool, int], opened: Any) -> None:
    """With entries in, nobody who has entered may be shut out, nor counted a child or an adult all of a sudden."""
    entrants, takes_children, adult_age = before
    if contest.entrants not in {entrants, EntrantKind.EITHER}:
        raise HasEntries(
            _("People have entered already; whoever could enter must still be able to."), field="entrants"
        )
    if takes_children and not contest.takes_children:
        raise HasEntries(
            _("People have entered already; whoever could enter must still be able to."),
            field="takes_children",
        )
    if contest.adult_age != adult_age:
        raise HasEntries(_("People have entered already; the age can no longer change."), field="adult_age")
    if opened is not None and (contest.opens_at is None or _day(contest.opens_at) != _day(opened)):
        raise HasEntries(
            _(
                "People have entered already, and their age was counted on the first day; it can no longer change."
            ),
            field="opens_at",
        )


def _day(moment: Any) -> Any:
    return clock.local(moment).date()


def _has_entries(contest: Contest) -> bool:
    return db.session.scalar(sa.select(Entry.id).where(Entry.contest_id == contest.id).limit(1)) is not None


def _has_scores(contest: Contest) -> bool:
    statement = sa.select(Score.id).join(Entry, Entry.id == Score.entry_id)
    return db.session.scalar(statement.where(Entry.contest_id == contest.id).limit(1)) is not None


def _stored(event: Event, activity: Activity) -> Contest:
    """A new contest under the first free address, also when someone takes that one in the same moment."""
    stem = slugify(activity.name)[:LONGEST_SLUG].strip("-") or "cuoc-thi"
    while True:
        contest = Contest(event=event, activity=activity, slug=_free_slug(stem))
        try:
            with db.session.begin_nested():
                db.session.add(contest)
                db.session.flush()
        except sa.exc.IntegrityError as fault:
            if "slug" not in str(fault.orig):
                raise
        else:
            return contest


def _free_slug(stem: str) -> str:
    statement = sa.select(Contest.slug).where(Contest.slug.startswith(stem, autoescape=True))
    taken = set(db.session.scalars(statement))
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
