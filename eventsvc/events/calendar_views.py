"""The working calendar: which days are off, and what organizers have put right."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import DataRequired, InputRequired

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.events import calendar_operations, calendar_queries
from eventsvc.events.workdays import FIRST_YEAR, LAST_YEAR, PROVISIONAL_YEAR, days_off
from eventsvc.web.edits import attempt
from eventsvc.web.fields import DayField, LineField
from eventsvc.web.filters import current_locale
from eventsvc.web.pagination import number

bp = Blueprint("calendar_days", __name__, url_prefix="/calendar-days")

OFF, WORKED = "off", "worked"


class CalendarDayForm(FlaskForm):
    day = DayField(_l("Day"), [InputRequired(_l("Enter the day."))])
    kind = RadioField(
        _l("On this day people"),
        choices=[SelectChoice(OFF, _l("do not work")), SelectChoice(WORKED, _l("work (worked back)"))],
        default=OFF,
    )
    name = LineField(
        _l("What the day is called"), [DataRequired(_l("Enter what the day is called."))], most=200
    )
    source = LineField(_l("By which notice"), most=200)


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CREATE_EVENT)
def index():
    form = CalendarDayForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: _set(form))
        if status is None:
            flash(_("The calendar is put right; deadlines counted in working days follow it."))
            return redirect(url_for(".index", year=form.day.data.year))
    year = min(max(number("year", clock.today().year, LAST_YEAR), FIRST_YEAR), LAST_YEAR)
    put_right = calendar_queries.days_of(year)
    return render_template(
        "calendar_days/index.html",
        form=form,
        year=year,
        years=range(FIRST_YEAR, LAST_YEAR + 1),
        is_provisional=year >= PROVISIONAL_YEAR,
        put_right=put_right,
        holidays=[
            row for row in days_off(year, current_locale()) if row[0] not in {d.day for d in put_right}
        ],
    ), status


@bp.post("/<int:day_id>/remove")
@requires(Permission.CREATE_EVENT)
def remove(day_id):
    calendar_operations.remove_calendar_day(day_id, by=g.user)
    flash(_("The day is again what the calendar says."))
    return redirect(url_for(".index"))


def _set(form: Any) -> None:
    day: date = form.day.data
    calendar_operations.set_calendar_day(
        day,
        is_working=form.kind.data == WORKED,
        name=form.name.data,
        source=form.source.data or None,
        by=g.user,
    )
