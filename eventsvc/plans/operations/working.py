"""The meeting whose conclusions a plan announces, with who was there; and the dates of a plan's time line."""

from typing import Any

import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.movements.models import Milestone
from eventsvc.plans.operations.rows import day, matched
from eventsvc.plans.work_queries import meeting_row
from eventsvc.rows import assign
from eventsvc.tasks.duty_models import Meeting, MeetingAttendance, Presence

Data = dict[str, Any]


def place_meeting(placing: Any, data: Data | None) -> None:
    """A meeting that stands is changed in place; a file that no longer tells of one does not take it away."""
    if not data:
        return
    place, chair, subject = (data.get(name) or {} for name in ("place", "chair", "subject"))
    attendees, heard = data.get("attendees") or {}, data.get("report_heard") or {}
    columns = {
        "held_on": day(data["date"]),
        "place": place.get("text"),
        "place_cite": place.get("cite"),
        "chair": chair.get("name"),
        "chair_position": chair.get("title"),
        "chair_cite": chair.get("cite"),
        "subject": subject.get("text"),
        "subject_cite": subject.get("cite"),
        "attendance_text": attendees.get("text"),
        "attendance_cite": attendees.get("cite"),
        "report_heard": heard.get("text"),
        "report_by": heard.get("by"),
        "report_cite": heard.get("cite"),
    }
    meeting = meeting_row(placing.event)
    if meeting is None:
        meeting = Meeting(event=placing.event, **columns)
        db.session.add(meeting)
    else:
        assign(meeting, columns)
    _attendances(placing, meeting, attendees)


def _attendances(placing: Any, meeting: Meeting, attendees: Data) -> None:
    """Who was there and who was not. Those of whom a file says nothing because nobody knows stay at the end."""
    wanted = [
        {"name": name, "presence": Presence.PRESENT, "text": None, "reason": None}
        for name in attendees.get("present") or []
    ] + [
        {
            "name": row["org"],
            "presence": Presence.ABSENT,
            "text": row.get("text"),
            "reason": row.get("reason"),
        }
        for row in attendees.get("absent") or []
    ]
    known = [row for row in meeting.attendances if row.presence is not None]
    unknown = [row for row in meeting.attendances if row.presence is None]
    pairs, surplus = matched(known, wanted, key="name")
    for row in surplus:
        meeting.attendances.remove(row)
    numbered = [row for row, _columns in pairs if row is not None] + unknown
    for row in numbered:  # two may never have the same number, not even on the way
        row.number = -row.id
    db.session.flush()
    for number, (row, columns) in enumerate(pairs, start=1):
        if row is not None and row.presence is Presence.EXCUSED and columns["presence"] is Presence.ABSENT:
            columns["presence"] = Presence.EXCUSED
        columns["organization"] = placing.organization(columns["name"])
        if row is None:
            meeting.attendances.append(MeetingAttendance(number=number, **columns))
        else:
            assign(row, {**columns, "number": number})
    for number, row in enumerate(unknown, start=len(pairs) + 1):
        row.number = number


def place_key_dates(placing: Any, rows: list[Data]) -> None:
    own = sa.select(Milestone).where(Milestone.event_id == placing.event.id).order_by(Milestone.number)
    standing = list(db.session.scalars(own))
    for number, row in enumerate(rows, start=1):
        columns = {
            "text": row["what"],
            "starts_on": day(row.get("date")),
            "ends_on": day(row.get("until")),
            "time_text": row.get("text"),
            "cite": row.get("cite"),
        }
        if number <= len(standing):
            assign(standing[number - 1], columns)
        else:
            db.session.add(Milestone(event_id=placing.event.id, number=number, **columns))
    for milestone in standing[len(rows) :]:
        db.session.delete(milestone)
