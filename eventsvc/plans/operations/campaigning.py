"""What a campaign does, as its plan has it: spaces, drill, contests, communication, the time line."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from eventsvc.campaigns.activity_models import (
    Activity,
    ActivityContent,
    ActivityKind,
    ActivityOrganization,
    ActivityRole,
    Stall,
)
from eventsvc.campaigns.communication_models import Channel, Communication
from eventsvc.contests import award_operations
from eventsvc.contests.models import Contest
from eventsvc.contests.operations import open_contest
from eventsvc.db import db
from eventsvc.errors import DomainError
from eventsvc.movements.models import Milestone
from eventsvc.plans import campaign_queries as queries
from eventsvc.plans.following_queries import rows_of
from eventsvc.plans.operations.charging import charge_agencies
from eventsvc.plans.operations.routing import place_clusters
from eventsvc.plans.operations.rows import clock_time, day, matched
from eventsvc.plans.parsing import refusal
from eventsvc.rows import assign, by_place

Data = dict[str, Any]


def place_campaign(placing: Any, data: Data) -> None:
    """Everything of a campaign but its finale; rows that stand are changed in place."""
    place_clusters(placing, data.get("clusters") or [])
    _spaces(placing, data.get("exhibition_spaces") or [])
    _drill(placing, data.get("security_drill"))
    _contests(placing, data.get("contests") or [])
    db.session.flush()
    _others(placing, data.get("activities") or [])
    _communication(placing, data.get("communication") or [])
    _timeline(placing, data.get("timeline") or [], data.get("timeline_cite"))
    db.session.flush()
    charge_agencies(placing)


# --- Activities --------------------------------------------------------------------------------------------


def _top(placing: Any, kind: ActivityKind) -> list[Activity]:
    return queries.top(rows_of(Activity, placing.event), kind)


def _next_number(placing: Any) -> int:
    last = sa.select(sa.func.max(Activity.number)).where(
        Activity.event_id == placing.event.id, Activity.parent_id.is_(None)
    )
    db.session.flush()
    return (db.session.scalar(last) or 0) + 1


def _place(
    placing: Any, kind: ActivityKind | None, standing: Sequence[Activity], rows: list[Data]
) -> list[tuple[Activity, Data]]:
    """Activities by their number in the plan; one that something hangs on is never taken away. Without a `kind` each
    line says its own."""
    keys = queries.keys_of(rows_of(Activity, placing.event))
    called = {keys[row.id]: row for row in standing}
    wanted = {row["id"] for row in rows}
    for key, activity in called.items():
        if key not in wanted and not _is_in_use(activity):
            db.session.delete(activity)
    placed = []
    for row in rows:
        activity = called.get(row["id"])
        values = _told(row) | {"name": row["name"], "kind": kind or ActivityKind(row["kind"])}
        if activity is None:
            values |= {"number": _next_number(placing), "key": row["id"]}
            activity = Activity(event=placing.event, **values)
            db.session.add(activity)
        else:
            assign(activity, values)
        _contents(activity, row)
        placed.append((activity, row))
    return placed


def _is_in_use(activity: Activity) -> bool:
    ids = sa.select(Activity.id).where(sa.or_(Activity.id == activity.id, Activity.parent_id == activity.id))
    held = sa.or_(
        sa.exists().where(Stall.activity_id.in_(ids)),
        sa.exists().where(Contest.activity_id.in_(ids)),
        sa.exists().where(Communication.activity_id.in_(ids)),
    )
    return db.session.scalar(sa.select(held)) or activity.task_id is not None


def _told(row: Data) -> Data:
    """What may be said of any activity, in its columns."""
    time = row.get("time") or {}
    said = {name: (row.get(name) or {}).get("text") for name in ("place", "participants", "product")}
    return said | {
        "text": row.get("text"),
        "time_text": time.get("text"),
        "starts_on": day(time.get("start")),
        "ends_on": day(time.get("end")),
        "opens": clock_time(time.get("opens")),
        "closes": clock_time(time.get("closes")),
        "cite": row.get("cite"),
        "note": row.get("note"),
    }


def _contents(activity: Activity, row: Data) -> None:
    wanted = [one["text"] for one in row.get("contents") or []]
    if [one.text for one in activity.contents] != wanted:
        by_place(activity.contents, ActivityContent, [{"text": words} for words in wanted])
        flag_modified(activity, "name")  # its version rises: its lists belong to its form


def _charge(placing: Any, activity: Activity, leads: list[str], coordinating: list[str]) -> None:
    named = [(ActivityRole.LEAD, name) for name in leads]
    named += [(ActivityRole.COORDINATING, name) for name in coordinating]
    if [(one.role, one.name) for one in activity.organizations] == named:
        return
    known = {one.name: one.organization_id for one in activity.organizations}
    wanted = [
        {
            "role": role,
            "name": name,
            "organization_id": known[name] if name in known else placing.organization_id(name),
        }
        for role, name in named
    ]
    by_place(activity.organizations, ActivityOrganization, wanted)
    flag_modified(activity, "name")


def _spaces(placing: Any, rows: list[Data]) -> None:
    kind = ActivityKind.EXHIBITION_SPACE
    for space, row in _place(placing, kind, _top(placing, kind), rows):
        _charge(placing, space, row.get("lead") or [], row.get("coordinating") or [])
        exhibits, standing = row.get("activities") or [], list(space.parts)
        pairs, surplus = matched(
            standing,
            [{"text": exhibit["text"]} for exhibit in exhibits],
            key="text",
            names=[queries.called(part) for part in standing],
        )
        for part in surplus:
            if not _is_in_use(part):
                space.parts.remove(part)
        for number, ((part, _columns), exhibit) in enumerate(zip(pairs, exhibits, strict=True), start=1):
            _exhibit(placing, space, part, number, exhibit)
        left = [part for part in surplus if part in space.parts]
        for number, part in enumerate(left, start=len(exhibits) + 1):
            assign(part, {"number": number})


def _exhibit(placing: Any, space: Activity, part: Activity | None, number: int, row: Data) -> None:
    assigned = row.get("assigned") or {}
    values = _told(row) | {
        "number": number,
        "name": row.get("name") or queries.short_words(row["text"]),
        "assigned": assigned.get("text"),
    }
    if part is None:
        part = Activity(event=placing.event, kind=ActivityKind.EXHIBIT, **values)
        space.parts.append(part)
    elif part.text is None and row["text"] == part.name:
        assign(part, values | {"text": None, "name": part.name})  # it came later and has a name alone
    else:
        assign(part, values)
    _contents(part, row)
    _charge(placing, part, assigned.get("lead") or [], assigned.get("coordinating") or [])


def _drill(placing: Any, row: Data | None) -> None:
    """The drill of the plan is the first; further ones stand among the other activities."""
    drill = next(iter(_top(placing, ActivityKind.DRILL)), None)
    if not row:
        if drill is not None and not _is_in_use(drill):
            db.session.delete(drill)
        return
    values = _told(row) | {"name": row["name"]}
    if drill is None:
        values |= {"number": _next_number(placing), "kind": ActivityKind.DRILL}
        drill = Activity(event=placing.event, **values)
        db.session.add(drill)
    else:
        assign(drill, values)
    _contents(drill, row)
    _charge(placing, drill, row.get("lead") or [], row.get("coordinating") or [])


def _contests(placing: Any, rows: list[Data]) -> None:
    """Contests with their prizes. What is said here about entries, jury and vote, no file speaks of: it stays."""
    kind = ActivityKind.CONTEST
    standing = _top(placing, kind)
    known = {row.id for row in standing}
    for activity, row in _place(placing, kind, standing, rows):
        leads = [row["lead"]] if row.get("lead") else []
        _charge(placing, activity, leads + (row.get("with") or []), row.get("coordinating") or [])
        db.session.flush()
        if activity.id not in known or row.get("awards"):
            _awards(placing, open_contest(activity, by=placing.by), row)


def _awards(placing: Any, contest: Contest, row: Data) -> None:
    lines = [
        award_operations.Line(one["name"], one.get("prize"), one.get("amount"), one.get("presenter"))
        for one in row.get("awards") or []
    ]
    if not lines:
        return
    try:
        award_operations.set_awards(contest, lines, by=placing.by)
    except DomainError as error:
        path = f"contests[{row['id'][:40]}].awards"
        raise refusal(str(error), line=placing.lines.get(path), path=path) from None


def _others(placing: Any, rows: list[Data]) -> None:
    """What has no section of its own: performances, seminars, further drills. The drill of the plan stands by now."""
    standing = queries.others(rows_of(Activity, placing.event))
    for activity, row in _place(placing, None, standing, rows):
        assign(activity, {"assigned": row.get("assigned")})
        _charge(placing, activity, row.get("lead") or [], row.get("coordinating") or [])


# --- Communication and the time line -----------------------------------------------------------------------


def _communication(placing: Any, rows: list[Data]) -> None:
    """Pieces of work in their order. One that is reported on is never taken away by a file."""
    standing = rows_of(Communication, placing.event)
    pairs, surplus = matched(standing, [{"text": row["text"]} for row in rows], key="text")
    for piece in surplus:
        if piece.done_on is None and piece.activity_id is None:
            db.session.delete(piece)
            standing.remove(piece)
    for piece in standing:  # two may never have the same number, not even on the way
        piece.number = -piece.id
    db.session.flush()
    for number, ((piece, _columns), row) in enumerate(zip(pairs, rows, strict=True), start=1):
        channel = Channel(row["channel"]) if row.get("channel") else queries.channel_of(row["text"])
        columns = {
            "number": number,
            "text": row["text"],
            "channel": channel,
            "owner": row.get("owner"),
            "starts_on": day(row.get("start")),
            "ends_on": day(row.get("end")),
            "cite": row.get("cite"),
        }
        if piece is None:
            db.session.add(Communication(event=placing.event, **columns))
        else:
            assign(piece, columns)
    left = [piece for piece in standing if piece.number < 0]
    for number, piece in enumerate(left, start=len(rows) + 1):
        piece.number = number


def _timeline(placing: Any, rows: list[Data], cite: str | None) -> None:
    standing = rows_of(Milestone, placing.event)
    for number, row in enumerate(rows, start=1):
        columns = {
            "text": row["text"],
            "starts_on": day(row.get("window_start")),
            "ends_on": day(row.get("window_end")),
            "time_text": row.get("precision"),
            "cite": cite,
        }
        if number <= len(standing):
            assign(standing[number - 1], columns)
        else:
            db.session.add(Milestone(event_id=placing.event.id, number=number, **columns))
    for milestone in standing[len(rows) :]:
        db.session.delete(milestone)
