"""What people type about a meeting, and who was there."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.tasks import labels as _words  # noqa: F401  (registers the words)
from eventsvc.tasks.duty_models import Meeting, MeetingAttendance, Period, Presence
from eventsvc.tasks.meeting_operations import Details, Mark
from eventsvc.text import clean, short_date
from eventsvc.web.fields import DayField, LineField, MomentField, RowField, TextField, VersionField

LONGEST_NAME, LONGEST_REASON = 200, 500


class MeetingForm(FlaskForm):
    version = VersionField()
    period = RowField(_l("Goes with the report"), empty=_l("no report: a meeting of its own"))
    subject = TextField(_l("What the meeting is about"), most=2000)
    held_on = DayField(_l("Held on"), [DataRequired(_l("Enter the day of the meeting."))])
    starts_at = MomentField(_l("Begins at"))
    place = LineField(_l("Place of the meeting"), most=1000)
    chair = LineField(_l("Chaired by"), most=200)
    chair_position = LineField(_l("Position of the chair"), most=200)
    report_heard = LineField(_l("Report heard"), most=1000)
    report_by = LineField(_l("Report made by"))
    attendance_text = TextField(_l("Who attended, in words"), most=5000)
    conclusions = TextField(_l("Conclusions"), most=50_000)

    SAME = (
        *("subject", "held_on", "starts_at", "place", "chair", "chair_position"),
        *("report_heard", "report_by", "attendance_text", "conclusions"),
    )

    def __init__(
        self,
        periods: Sequence[Period],
        meeting: Meeting | None = None,
        period: Period | None = None,
        **kwargs: Any,
    ) -> None:
        data: dict[str, Any] = {"period": period, "held_on": period.due_on if period else None}
        if period is not None:
            data["subject"] = _("Briefing: %(text)s", text=clean(period.duty.text))[:2000]
        if meeting is not None:
            data = {name: getattr(meeting, name) for name in (*self.SAME, "version", "period")}
        super().__init__(data=data, **kwargs)
        self.period.offer(periods, _period_words)

    @property
    def details(self) -> Details:
        return Details(**{name: self[name].data for name in self.SAME})


class ExpectForm(FlaskForm):
    names = TextField(
        _l("Agencies, one on each line"), [DataRequired(_l("Enter at least one agency."))], most=20_000
    )


class AttendanceForm(FlaskForm):
    """Who was there: three fields for each agency, named after its row. `too_long`: what to say of a field, by name."""

    edition = VersionField()
    """The version of the meeting that the page showed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.too_long: dict[str, str] = {}

    def marks(self, rows: Sequence[MeetingAttendance], typed: Mapping[str, str]) -> list[Mark]:
        """What was said of the agencies that the page showed; the others are left as they are."""
        return [
            Mark(
                row.id,
                _presence(typed[f"presence-{row.id}"]),
                self._line(f"who-{row.id}", typed, LONGEST_NAME),
                self._line(f"reason-{row.id}", typed, LONGEST_REASON),
            )
            for row in rows
            if f"presence-{row.id}" in typed
        ]

    def _line(self, name: str, typed: Mapping[str, str], most: int) -> str | None:
        words = "".join(c for c in clean(typed.get(name, "")) if c.isprintable())
        if len(words) > most:
            self.too_long[name] = _(
                "At most %(most)s characters, please; there are %(count)s.", most=most, count=len(words)
            )
        return words or None


class ConclusionForm(FlaskForm):
    agency = LineField(_l("Agency in charge"), [DataRequired(_l("Enter the agency."))], most=300)
    deadline = DayField(_l("Deadline"))


def _presence(typed: str) -> Presence | None:
    return Presence(typed) if typed in set(Presence) else None


def _period_words(period: Period) -> str:
    words = clean(period.duty.text)
    return f"{short_date(period.due_on)} – {words[:80]}{'…' if len(words) > 80 else ''}"
