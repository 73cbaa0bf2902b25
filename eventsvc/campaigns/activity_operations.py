"""Every change to the activities of a campaign: what is held, by whom, where and when; what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.campaigns import activity_queries as queries
from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityContent,
    ActivityKind,
    ActivityOrganization,
    ActivityRole,
    ActivityState,
    Stall,
)
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.rows import assign, by_place, lock, lock_open, renumber
from eventsvc.tasks.assignment_operations import expand
from eventsvc.tasks.models import AssigneeRole, DeadlineKind, Task
from eventsvc.tasks.operations import Details, add_task

COLUMNS = frozenset(
    {
        "parent", "stop", "kind", "key", "name", "text", "assigned", "participants", "product", "place",
        "time_text", "starts_on", "ends_on", "opens", "closes", "is_public", "state", "visitors", "result",
        "cite", "note",
    }
)  # fmt: skip
LONGEST_NAME = 300

Charged = Sequence[tuple[ActivityRole, str]]


class WrongDays(Invalid):
    code = "wrong_days"


class WrongPlace(Invalid):
    """It cannot be a part of that, or take place there."""

    code = "wrong_place"


class NobodyInTheLead(DomainError):
    code = "nobody_in_the_lead"


class HasStalls(DomainError):
    code = "has_stalls"


@atomic()
def add_activity(
    event: Event,
    *,
    organizations: Charged = (),
    contents: Sequence[str] = (),
    by: Any,
    **columns: Any,
) -> Activity:
    """A new activity at the end of its list: that of the campaign, or of its `parent`. `organizations` as printed,
    leads first; `contents` in the words of the plan."""
    lock_open(event)
    activity = Activity(event=event, number=0, kind=ActivityKind.OTHER, state=ActivityState.PLANNED)
    assign(activity, columns, COLUMNS)
    with db.session.no_autoflush:
        _require_sense(activity)
        activity.number = _last_number(event, activity.parent) + 1
        _charge(activity, organizations)
        by_place(activity.contents, ActivityContent, _contents(contents))
    db.session.add(activity)
    db.session.flush()
    record(by, "activity.added", activity, event=event, kind=activity.kind.value)
    return activity


@atomic()
def edit_activity(
    activity: Activity,
    *,
    organizations: Charged | None = None,
    contents: Sequence[str] | None = None,
    version: int | None = None,
    by: Any,
    **columns: Any,
) -> Activity:
    """Change it; whoever is not named stays. Moved to another space it stands last there. StaleEdit when `version` is
    no longer the activity's."""
    lock_open(activity.event)
    lock(activity, version)
    former = activity.parent_id
    with db.session.no_autoflush:
        changed = assign(activity, columns, COLUMNS)
        _require_sense(activity)
    if former != (activity.parent.id if activity.parent else None):
        activity.number = _last_number(activity.event, activity.parent) + 1
    if organizations is not None and _printed(activity) != _tidied(organizations):
        _charge(activity, organizations)
        changed.append("organizations")
    if contents is not None and [row.text for row in activity.contents] != [
        row["text"] for row in _contents(contents)
    ]:
        by_place(activity.contents, ActivityContent, _contents(contents))
        changed.append("contents")
    if changed:
        sa.orm.attributes.flag_modified(
            activity, "name"
        )  # its lists belong to the form: they raise the version, too
        db.session.flush()
        record(by, "activity.edited", activity, event=activity.event, changed=sorted(changed))
    return activity


@atomic()
def report_activity(
    activity: Activity,
    *,
    state: ActivityState,
    visitors: int | None = None,
    result: str | None = None,
    version: int | None = None,
    by: Any,
) -> None:
    """How it stands; afterwards, how many came and what came of it."""
    values = {"state": state, "visitors": visitors, "result": result or None}
    lock_open(activity.event)
    lock(activity, version)
    if visitors is not None and visitors < 0:
        raise Invalid(_("There cannot be fewer than none."), field="visitors")
    if assign(activity, values, COLUMNS):
        db.session.flush()
        record(by, "activity.reported", activity, event=activity.event, state=state.value)


@atomic()
def move_activity(activity: Activity, *, up: bool, by: Any) -> None:
    """Exchange it with the one above or below it in its list; at the end of the list nothing happens."""
    lock_open(activity.event)
    lock(activity)
    beside = queries.beside(activity)
    here = beside.index(activity)
    there = here - 1 if up else here + 1
    if 0 <= there < len(beside):
        beside[here], beside[there] = beside[there], beside[here]
        renumber(beside)
        record(by, "activity.moved", activity, event=activity.event, up=up)


@atomic()
def remove_activity(activity: Activity, *, version: int | None = None, by: Any) -> None:
    """Take it away with its parts. HasStalls while stalls stand in it: they have owners."""
    event, parent_id = activity.event, activity.parent_id
    lock_open(event)
    lock(activity, version)
    within = sa.select(Activity.id).where(
        sa.or_(Activity.id == activity.id, Activity.parent_id == activity.id)
    )
    stalls = db.session.scalar(
        sa.select(sa.func.count()).select_from(Stall).where(Stall.activity_id.in_(within))
    )
    if stalls:
        raise HasStalls(_("Stalls stand in it; remove them first, or call the activity off."))
    record(by, "activity.removed", activity, event=event)
    db.session.delete(activity)
    db.session.flush()
    renumber(queries.siblings(event, parent_id))


@atomic()
def make_task(activity: Activity, *, by: Any) -> Task:
    """A task of the campaign for those who lead and coordinate it, who are charged with it. Safe to repeat: the task
    that was made stays."""
    event = activity.event
    lock_open(event)
    lock(activity)
    if activity.task is not None:
        return activity.task
    leads = queries.names_of(activity, ActivityRole.LEAD)
    if not leads:
        raise NobodyInTheLead(_("Say first who is in the lead of this activity."))
    last = activity.ends_on or activity.starts_on
    task = add_task(
        event,
        Details(
            text=_words(activity),
            agency=leads[0],
            role=AssigneeRole.LEAD,
            beside=leads[1:],
            coordinating=queries.names_of(activity, ActivityRole.COORDINATING),
            deadline=last,
            deadline_kind=DeadlineKind.INCLUSIVE if last else None,
            more={"cite": activity.cite} if activity.cite else {},
        ),
        by=by,
    )
    expand(task, by=by)
    activity.task = task
    db.session.flush()
    record(by, "activity.made_a_task", activity, event=event, task=task.id)
    return task


# --- What the operations above are made of -----------------------------------------------------------------


def _require_sense(activity: Activity) -> None:
    if not text.same_words(activity.name or ""):
        raise Invalid(_("Enter the name of the activity."), field="name")
    days = activity.starts_on, activity.ends_on
    if _is_turned(*days):
        raise WrongDays(_("The last day lies before the first."), field="ends_on")
    if activity.opens and activity.closes and activity.closes <= activity.opens:
        raise WrongDays(_("It closes before it opens."), field="closes")
    if activity.visitors is not None and activity.visitors < 0:
        raise Invalid(_("There cannot be fewer than none."), field="visitors")
    event_id = activity.event.id
    if activity.stop is not None and activity.stop.event_id != event_id:
        raise WrongPlace(_("This stop belongs to another campaign."), field="stop")
    parent = activity.parent
    if parent is None:
        return
    if parent.event_id != event_id:
        raise WrongPlace(_("This space belongs to another campaign."), field="parent")
    if parent is activity or parent.parent_id is not None or activity.id and queries.has_parts(activity):
        raise WrongPlace(_("A part has no parts of its own: choose a space."), field="parent")


def _is_turned(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


def _last_number(event: Event, parent: Activity | None) -> int:
    beside = Activity.parent_id == parent.id if parent is not None else Activity.parent_id.is_(None)
    last = sa.select(sa.func.max(Activity.number)).where(Activity.event_id == event.id, beside)
    return db.session.scalar(last) or 0


def _tidied(wanted: Charged) -> list[tuple[ActivityRole, str]]:
    """Each once, leads first; no line without a letter."""
    found: dict[str, tuple[ActivityRole, str]] = {}
    for role, name in sorted(wanted, key=lambda one: one[0] is not ActivityRole.LEAD):
        called = text.clean(name)
        if len(called) > LONGEST_NAME:
            raise Invalid(
                _("The name of an agency has at most %(most)s characters.", most=LONGEST_NAME),
                field="leads" if role is ActivityRole.LEAD else "coordinating",
            )
        if key := text.same_words(called):
            found.setdefault(key, (role, called))
    return list(found.values())


def _printed(activity: Activity) -> list[tuple[ActivityRole, str]]:
    return [(row.role, row.name) for row in activity.organizations]


def _charge(activity: Activity, wanted: Charged) -> None:
    """The agencies as printed, each with its organization when one is known by that name."""
    event = activity.event
    known = {row.name: row.organization for row in activity.organizations}
    rows = [
        {
            "role": role,
            "name": name,
            "organization": known[name]
            if name in known
            else organizations.find(name, on=event.units_as_of, province_code=event.province_code),
        }
        for role, name in _tidied(wanted)
    ]
    by_place(activity.organizations, ActivityOrganization, rows)


def _contents(wanted: Sequence[str]) -> list[dict[str, str]]:
    return [{"text": tidy} for words in wanted if (tidy := text.clean(words))]


def _words(activity: Activity) -> str:
    """What the agencies are to do, in the words of the campaign."""
    called = f"{activity.key} {activity.name}" if activity.key else activity.name
    if activity.parent is not None:
        called = f"{activity.parent.name}: {called}"
    if activity.place:
        return _("Carry out the activity “%(name)s” at %(place)s.", name=called, place=activity.place)
    return _("Carry out the activity “%(name)s”.", name=called)
