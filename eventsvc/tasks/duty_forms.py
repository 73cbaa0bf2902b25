"""What people type about a duty to report, who has it and until when."""

import re
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectChoice, SelectField
from wtforms.validators import DataRequired, StopValidation

from eventsvc import clock
from eventsvc.tasks import labels as _words  # noqa: F401  (registers the words)
from eventsvc.tasks.duty_models import Duty, Rhythm
from eventsvc.tasks.duty_operations import Details
from eventsvc.web.arguments import whole
from eventsvc.web.fields import DayField, LineField, NumberField, TextField, VersionField, WordField

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
MOST_DAYS = 120
_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})")


class DutyForm(FlaskForm):
    version = VersionField()
    text = TextField(_l("What is to be reported"), [DataRequired(_l("Enter what is to be reported."))])
    report_to = LineField(_l("Report to"))
    report_via = LineField(_l("By way of"))
    rhythm = WordField(_l("How often"), Rhythm, default=Rhythm.WEEKLY)
    weekday = SelectField(_l("Day of the week"), validate_choice=False)
    month_day = NumberField(_l("Day of the month"), most=31)
    days = TextField(_l("Days on which it is due"), most=3000)
    starts_on = DayField(_l("First day of the duty"), [DataRequired(_l("Enter the first day."))])
    ends_on = DayField(
        _l("Last day of the duty"), [DataRequired(_l("A duty has an end: enter its last day."))]
    )
    has_meeting = BooleanField(_l("A briefing meeting goes with each report"))
    names = TextField(_l("Who reports"), most=20_000)
    note = TextField(_l("Note for the organizers"), most=2000)

    SAME = ("text", "report_to", "report_via", "rhythm", "starts_on", "ends_on", "has_meeting", "note")

    def __init__(self, duty: Duty | None = None, **kwargs: Any) -> None:
        super().__init__(data=self._stored(duty) if duty else {"starts_on": clock.today()}, **kwargs)
        self.cite = duty.cite if duty else None
        self.weekday.choices = [SelectChoice(str(number), words) for number, words in enumerate(WEEKDAYS)]
        if duty is not None:
            del self.names

    @classmethod
    def _stored(cls, duty: Duty) -> dict[str, Any]:
        values = {name: getattr(duty, name) for name in (*cls.SAME, "version", "month_day")}
        days = [date.fromisoformat(day) for day in duty.days or ()]
        return values | {
            "weekday": str(duty.weekday or 0),
            "days": "\n".join(f"{day:%d/%m/%Y}" for day in days),
        }

    def validate_days(self, field: Any) -> None:
        if self.rhythm.data is not Rhythm.BY_DATE:
            return
        unread = [line for line in field.lines if read_day(line) is None]
        if unread:
            raise StopValidation(
                _("This is not a day: %(words)s. One on each line, please: 30/11/2026.", words=unread[0][:40])
            )
        if len(field.lines) > MOST_DAYS:
            raise StopValidation(_("At most %(most)s days, please.", most=MOST_DAYS))

    @property
    def details(self) -> Details:
        return Details(
            **{name: self[name].data for name in self.SAME},
            weekday=whole(self.weekday.data),
            month_day=self.month_day.data,
            days=[day for line in self.days.lines if (day := read_day(line)) is not None],
            cite=self.cite,
        )


class ReportersForm(FlaskForm):
    names = TextField(
        _l("Agencies, one on each line"), [DataRequired(_l("Enter at least one agency."))], most=20_000
    )
    since = DayField(_l("Has the duty from"))


class LeaveForm(FlaskForm):
    until = DayField(_l("Has the duty until"), [DataRequired(_l("Enter the last day."))])


class PeriodForm(FlaskForm):
    """A report that is asked for now."""

    title = LineField(_l("What this report is about"), most=200)
    due_on = DayField(_l("Due on"), [DataRequired(_l("Enter the day."))])


def read_day(words: str) -> date | None:
    """The day that somebody typed: 30/11/2026, 30.11.2026 or 2026-11-30; None for anything else."""
    found = _DAY.fullmatch(words.strip())
    if found is None:
        return None
    day, month, year = found[1] or found[6], found[2] or found[5], found[3] or found[4]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
