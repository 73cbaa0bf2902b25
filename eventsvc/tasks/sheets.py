"""Every assignment of an event as a spreadsheet: one row an agency and task. Pure: rows go in, bytes come out."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.tasks import wording
from eventsvc.tasks.deadlines import Pressure, pressure
from eventsvc.tasks.filters import FINISHED, Row

Label = Callable[[Any], Any]
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (30, 9, 60, 16, 26, 13, 20, 13, 12, 50, 26)


def workbook(rows: Sequence[Row], today: date, label: Label) -> bytes:
    """No cell is a formula or a link, whatever somebody has typed; days are days. `label` gives the words of states."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(
        packed,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet(_("Tasks by agency")[:31])
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top", "text_wrap": True, "border": 1}
    heading = book.add_format(base | {"bold": True, "align": "center", "bg_color": "#F4F0E6"})
    words = book.add_format(base | {"num_format": "@"})
    late = book.add_format(base | {"num_format": "@", "font_color": "#971B1E", "bold": True})
    day = book.add_format(base | {"num_format": "dd/mm/yyyy"})
    for place, (name, width) in enumerate(zip(_headings(), WIDTHS, strict=True)):
        sheet.write_string(0, place, name, heading)
        sheet.set_column(place, place, width)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(_cells(row, today, label)):
            if isinstance(value, date):
                sheet.write_datetime(line, place, value, day)
            else:
                is_late = place == 6 and _is_late(row, today)
                sheet.write_string(line, place, value or "", late if is_late else words)
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(WIDTHS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return packed.getvalue()


def _headings() -> tuple[str, ...]:
    return (
        _("Agency"),
        _("No."),
        _("What is to be done"),
        _("Role"),
        _("Deadline"),
        _("Last day"),
        _("State"),
        _("Answered on"),
        _("Done on"),
        _("What the agency said"),
        _("Report to"),
    )


def _cells(row: Row, today: date, label: Label) -> tuple[str | date | None, ...]:
    assignment, task = row.assignment, row.assignment.task
    state = str(label(assignment.state))
    return (
        assignment.asked.name,
        task.key or "",
        task.text,
        str(label(assignment.role)),
        wording.due_words(task),
        row.last_day,
        f"{state} ({_('overdue')})" if _is_late(row, today) else state,
        clock.local(assignment.answered_at).date() if assignment.answered_at else None,
        assignment.done_on,
        assignment.answer,
        wording.route(task),
    )


def _is_late(row: Row, today: date) -> bool:
    task = row.assignment.task
    is_past = pressure(row.last_day, today, task.state) is Pressure.PAST
    return is_past and row.assignment.state not in FINISHED
