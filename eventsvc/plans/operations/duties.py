"""A directive of a plan that is repeated is a duty to report."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.plans import queries
from eventsvc.plans.meanings import Turn, rule_of, turn_of
from eventsvc.plans.operations.rows import day
from eventsvc.rows import assign
from eventsvc.tasks.duty_models import Duty, DutyReporter, Period
from eventsvc.tasks.models import Task

Data = dict[str, Any]
_BRIEFINGS = ("hop truc bao", "hop giao ban")


def place_duties(placing: Any, placed: list[tuple[Task, Data]], former: dict[int, str]) -> None:
    """The first duty of each directive is what the file says of it; `former`: what files called the tasks until now.

    Only a duty that the file made, that stands as files can say it and that no agency has goes with its line.
    """
    own = sa.select(Duty).where(Duty.event_id == placing.event.id).order_by(Duty.number, Duty.id)
    standing = list(db.session.scalars(own))
    of_task: dict[int | None, Duty] = {}
    for duty in reversed(standing):
        of_task[duty.task_id] = duty
    marks = queries.marks_of(placing.event.document)
    last = max((duty.number for duty in standing), default=0)
    for task, row in placed:
        turn, duty = row.get("recurrence") or {}, of_task.get(task.id)
        if not turn.get("rrule") or not turn.get("dtstart"):
            was_in_file = f"directives[{former.get(task.id)}].recurrence.rrule" in marks
            if (
                duty is not None
                and not turn
                and was_in_file
                and _is_said_by_files(duty)
                and not _is_had(duty)
            ):
                db.session.delete(duty)
            continue
        columns = _columns(turn)
        if duty is not None:
            if columns["ends_on"] is None or columns["ends_on"] >= columns["starts_on"]:
                assign(duty, columns)  # one day from the file and one edited here may contradict each other
            continue
        last += 1
        words = text.fold(task.text)
        db.session.add(
            Duty(
                event=placing.event,
                number=last,
                task=task,
                text=task.text,
                report_via=task.report_via,
                days=[],
                tracked_from=clock.today(),
                has_meeting=any(briefing in words for briefing in _BRIEFINGS),
                cite=task.cite,
                **columns,
            )
        )


def remarks_on_duties(event: Event) -> list[str]:
    """Duties that go on after the links on which agencies report have died."""
    if event.data_kept_until is None:
        return []
    late = sa.select(Duty).where(Duty.event_id == event.id, Duty.ends_on > event.data_kept_until)
    return [
        _(
            "Reports on “%(text)s” are asked for until %(last)s, but the links of agencies work until %(day)s, the "
            "last day on which personal data is kept: end the duty earlier, or keep the data longer.",
            text=f"{duty.text[:99]}…" if len(duty.text) > 100 else duty.text,
            last=f"{duty.ends_on:%d/%m/%Y}",
            day=f"{event.data_kept_until:%d/%m/%Y}",
        )
        for duty in db.session.scalars(late.order_by(Duty.number))
    ]


def _columns(turn: Data) -> Data:
    rule = turn_of(turn["rrule"])
    assert rule is not None  # the schema has read it
    return {
        "rhythm": rule.rhythm,
        "weekday": rule.weekday,
        "month_day": rule.month_day,
        "starts_on": day(turn["dtstart"]),
        "ends_on": day(turn.get("until")),
        "report_to": turn.get("to"),
    }


def _is_said_by_files(duty: Duty) -> bool:
    """Not of chosen days, and not whenever it is asked for: an organizer made it so."""
    return rule_of(Turn(duty.rhythm, duty.weekday, duty.month_day)) is not None


def _is_had(duty: Duty) -> bool:
    """Whether an agency has or had it: there may be reports."""
    periods = sa.exists().where(Period.duty_id == duty.id)
    reporters = sa.exists().where(DutyReporter.duty_id == duty.id)
    return db.session.scalar(sa.select(sa.or_(periods, reporters))) or False
