"""Paper lists: print them, find one by its number, enter who was ticked."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import (
    labels,  # noqa: F401  (labels registers the words)
    paper_operations,
    paper_printing,
    paper_queries,
    queries,
    rules,
)
from eventsvc.checkins.attendance_models import PaperSheet
from eventsvc.checkins.models import Outcome
from eventsvc.checkins.paper_forms import EnterForm, PrintForm, enter_form
from eventsvc.checkins.paper_operations import Entered
from eventsvc.checkins.paper_queries import Line
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.sites.queries import sites_of
from eventsvc.web import papers
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt
from eventsvc.web.labels import label
from eventsvc.web.pagination import paginate

bp = Blueprint("paper_sheets", __name__, url_prefix="/events/<slug>/checkins/paper")

MOST_LINES, HEAD_LINES = 1500, 10
"""Lines in one file, and what the head of a sheet counts for: somebody waits for it. More are several files."""
MOST_SHEETS = 1000
MOST_NAMED = 8


class File(NamedTuple):
    """Sheets that are printed together."""

    first: int
    last: int
    sheets: int
    people: int


@bp.route("", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def index(slug):
    """Make sheets, and the list of them; `first` and `last` offer those just made as files, `number` opens one."""
    event = event_or_404(slug, g.access)
    asked = whole(request.args.get("number"))
    if asked:
        return redirect(url_for(".show", slug=slug, sheet_number=asked))
    reach = g.access.site_ids(event)
    sites = db.session.scalars(sites_of(event, reach)).all()
    form = PrintForm(sites, queries.sittings_of(event), queries.present_sitting(event))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        chosen = [form.site.row] if form.site.row else sites
        made: list[PaperSheet] = []
        refused = attempt(
            form,
            lambda: made.extend(
                paper_operations.print_sheets(
                    event, form.sitting.row, chosen, blank_lines=form.blank_lines.data, by=g.user
                )
            ),
        )
        if refused is None:
            first, last = (made[0].number, made[-1].number) if made else (None, None)
            return redirect(url_for(".index", slug=slug, first=first, last=last, _anchor="files"))
        status = refused
    page = paginate(paper_queries.sheets_of(event, reach), per_page=50)
    people = users_by_id({sheet.entered_by_id for sheet in page.items if sheet.entered_by_id})
    return (
        render_template(
            "checkins/paper.html",
            event=event,
            form=form,
            has_sites=bool(sites),
            page=page,
            people=people,
            files=_files(event, reach),
        ),
        status,
    )


@bp.post("/file")
@requires(Permission.CHECK_IN_BY_NAME)
def file(slug):
    """The sheets from `first` to `last` as a PDF, as they were made; posted, because it is written down who has it."""
    event = event_or_404(slug, g.access)
    first, last = whole(request.form.get("first")) or 0, whole(request.form.get("last")) or 0
    sheets = paper_queries.sheets_between(event, first, last, g.access.site_ids(event))[:MOST_SHEETS]
    if not sheets:
        flash(_("There is no sheet with this number."), "error")
        return redirect(url_for(".index", slug=slug))
    within = _together(sheets)[0]
    sheets = [sheet for sheet in sheets if sheet.number <= within.last]
    guests = paper_queries.guests_by_id({each for sheet in sheets for each in sheet.guest_ids})
    with force_locale(paper_operations.LOCALE):
        values = paper_printing.values(event, sheets, guests)
        numbers = str(sheets[0].number) if len(sheets) == 1 else f"{sheets[0].number}–{sheets[-1].number}"
        name = " – ".join([_("Paper list"), numbers, event.short_title]) + ".pdf"
    body = pdf.render("paper_sheet.typ", values)
    paper_operations.note_printing(event, sheets, by=g.actor)
    return papers.paper(body, name)


@bp.route("/<int:sheet_number>", methods=["GET", "POST"])
@requires(Permission.CHECK_IN_BY_NAME)
def show(slug, sheet_number):
    """The lines as they were printed, to be ticked; what was entered before stands beside them."""
    event = event_or_404(slug, g.access)
    sheet = paper_queries.sheet_or_404(event, sheet_number, g.access.site_ids(event))
    lines = paper_queries.lines_of(sheet)
    walked_in = paper_queries.walk_ins_of(sheet, sheet.blank_lines)
    blanks = [number for number in range(1, sheet.blank_lines + 1) if number not in walked_in]
    form = enter_form(sheet, lines, blanks)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        done: list[Entered] = []
        refused = attempt(
            form,
            lambda: done.append(paper_operations.enter(sheet, form.ticks, form.walk_ins, by=g.user)),
        )
        if refused is None:
            _tell(done[0], lines)
            return redirect(url_for(".show", slug=slug, sheet_number=sheet_number))
        status = refused
    return _page(event, sheet, lines, walked_in, form), status


def _page(event: Event, sheet: PaperSheet, lines: list[Line], walked_in: dict, form: EnterForm) -> str:
    ids = {each for each in (sheet.entered_by_id, sheet.printed_by_id) if each}
    return render_template(
        "checkins/paper_sheet.html",
        event=event,
        sheet=sheet,
        lines=lines,
        walked_in=walked_in,
        form=form,
        people=users_by_id(ids),
        admitting=rules.ADMITTING,
        already_in=rules.ALREADY_IN,
        now=clock.now(),
    )


def _tell(entered: Entered, lines: Sequence[Line]) -> None:
    """What became of the sheet, in words."""
    told = []
    if entered.recorded:
        told.append(ngettext("%(num)s person is recorded.", "%(num)s people are recorded.", entered.recorded))
    if entered.were_in:
        told.append(ngettext("%(num)s was in already.", "%(num)s were in already.", entered.were_in))
    if told:
        flash(" ".join(told))
    elif not entered.refused:
        flash(_("Nothing new was ticked. The sheet is marked as entered."), "info")
    if entered.refused:
        names = {line.guest_id: line.guest.person.full_name for line in lines if line.guest}
        some = [_refused(names, *each) for each in entered.refused[:MOST_NAMED]]
        more = ["…"] if len(entered.refused) > MOST_NAMED else []
        words = ngettext(
            "%(num)s person was not let in:", "%(num)s people were not let in:", len(entered.refused)
        )
        flash(" ".join([words, "; ".join([*some, *more])]), "warning")


def _refused(names: dict[int, str], guest_id: int, outcome: Outcome) -> str:
    name = names.get(guest_id) or _("a person in a blank line")
    return f"{name} ({str(label(outcome)).lower()})"


def _files(event: Event, reach: frozenset[int] | None) -> list[File]:
    first, last = whole(request.args.get("first")) or 0, whole(request.args.get("last")) or 0
    if not 0 < first <= last:
        return []
    return _together(paper_queries.sheets_between(event, first, last, reach)[:MOST_SHEETS])


def _together(sheets: Sequence[PaperSheet]) -> list[File]:
    """The sheets in files of a bearable length, none of them torn."""
    files: list[File] = []
    lines = 0
    for sheet in sheets:
        people = len(sheet.guest_ids)
        own = people + sheet.blank_lines + HEAD_LINES
        if files and lines + own <= MOST_LINES:
            files[-1] = File(files[-1].first, sheet.number, files[-1].sheets + 1, files[-1].people + people)
            lines += own
        else:
            files.append(File(sheet.number, sheet.number, 1, people))
            lines = own
    return files
