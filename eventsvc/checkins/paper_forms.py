"""What people say about paper lists: which to print, and who was ticked on one."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, ValidationError
from wtforms.validators import InputRequired

from eventsvc import clock
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.checkins.paper_operations import MOST_BLANK, Tick, WalkIn
from eventsvc.checkins.paper_queries import Line
from eventsvc.events.models import Sitting
from eventsvc.invitations.rules import sitting_name
from eventsvc.sites.models import Site
from eventsvc.text import short_date, time_of_day
from eventsvc.web.fields import ClockField, LineField, MomentField, NumberField, RowField


class PrintForm(FlaskForm):
    site = RowField(_l("Site to print for"), empty=_l("all sites"))
    sitting = RowField(_l("Sitting"))
    blank_lines = NumberField(
        _l("Blank lines for people who are not on the list"),
        [InputRequired(_l("Enter a number."))],
        least=0,
        most=MOST_BLANK,
        default=10,
    )

    def __init__(
        self, sites: Sequence[Site], sittings: Sequence[Sitting], now: Sitting | None, **kwargs: Any
    ) -> None:
        super().__init__(data={"sitting": now, "blank_lines": 10}, **kwargs)
        self.site.offer(sites, lambda site: site.name)
        self.sitting.offer(sittings, _sitting_words)


class EnterForm(FlaskForm):
    """The time of the sheet; the lines are added for each sheet."""

    at = MomentField(
        _l("When they came, unless a line says otherwise"),
        [InputRequired(_l("Enter a day and a time."))],
        format="%Y-%m-%dT%H:%M",
    )

    lines: Sequence[Line] = ()
    blanks: Sequence[int] = ()

    def validate_at(self, field: MomentField) -> None:
        if field.data is not None and field.data > clock.now():
            raise ValidationError(_("This time has not come yet."))

    @property
    def ticks(self) -> list[Tick]:
        return [
            Tick(line.guest_id, self._moment(self[f"time_{line.guest_id}"].data))
            for line in self.lines
            if self[f"came_{line.guest_id}"].data
        ]

    @property
    def walk_ins(self) -> list[WalkIn]:
        return [
            WalkIn(
                line,
                self[f"name_k{line}"].data,
                self[f"organization_k{line}"].data,
                self._moment(self[f"time_k{line}"].data),
            )
            for line in self.blanks
            if self[f"name_k{line}"].data
        ]

    def _moment(self, written: time | None) -> datetime:
        """The time of the line on the day of the sheet; else the time of the sheet."""
        assert self.at.data is not None
        if written is None:
            return self.at.data
        return clock.from_local(datetime.combine(clock.local(self.at.data).date(), written))


def enter_form(sheet: PaperSheet, lines: Sequence[Line], blanks: Sequence[int], **kwargs: Any) -> EnterForm:
    """The form of one sheet: a box and a time for each line that can still be ticked, and the blank lines."""
    open_lines = [line for line in lines if line.may_be_ticked]
    fields: dict[str, Any] = {"lines": open_lines, "blanks": blanks}
    for line in open_lines:
        fields[f"came_{line.guest_id}"] = BooleanField(_l("came"))
        fields[f"time_{line.guest_id}"] = ClockField(_l("Time of entry"))
    for number in blanks:
        fields[f"name_k{number}"] = LineField(_l("Full name"), most=200)
        fields[f"organization_k{number}"] = LineField(_l("Agency"), most=300)
        fields[f"time_k{number}"] = ClockField(_l("Time of entry"))
    form_class = type("SheetForm", (EnterForm,), fields)
    starts_at = sheet.sitting.starts_at
    usual = starts_at if starts_at is not None and starts_at <= clock.now() else sheet.printed_at
    form: EnterForm = form_class(data={"at": usual}, **kwargs)
    return form


def _sitting_words(sitting: Sitting) -> str:
    if sitting.starts_at is None:
        return sitting_name(sitting)
    return f"{sitting_name(sitting)} – {time_of_day(sitting.starts_at)}, {short_date(sitting.starts_at)}"
