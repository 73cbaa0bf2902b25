"""Who came and who did not: sums for everybody who reads the board, names for those who may know them."""

from collections.abc import Callable, Iterable, Iterator

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc.accounts.access import confirmed_lately, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.checkins import absence_operations
from eventsvc.checkins import queries as checkins
from eventsvc.checkins.absence_operations import Mark
from eventsvc.errors import NotFound
from eventsvc.events.models import Event, Sitting
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.reports import (
    attendance_file_queries,
    attendance_labels,  # noqa: F401  (registers the words)
    attendance_operations,
    attendance_queries,
)
from eventsvc.reports.attendance import Attendance, Excuse, Line, Organization, Presence, Row
from eventsvc.reports.attendance_forms import AbsenceForm
from eventsvc.sites.models import SiteLevel
from eventsvc.spreadsheets import writing
from eventsvc.text import fold
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import attempt
from eventsvc.web.labels import label
from eventsvc.web.pagination import page_of
from eventsvc.web.papers import disposition

bp = Blueprint("attendance", __name__, url_prefix="/events/<slug>/attendance")

LOCALE = "vi"
MOST_AT_ONCE = 500
DIVISIONS = ("site", "level", "district", "group")


@bp.get("")
@requires(Permission.READ_BOARD)
def index(slug):
    event = event_or_404(slug, g.access)
    sitting = _sitting(event)
    found = attendance_queries.attendance(event, sitting)
    by = request.args.get("by", "")
    by = by if by in DIVISIONS else DIVISIONS[0]
    q = search()
    rows = [row for row in _rows(found, by) if fold(q) in fold(row.name)]
    return render_template(
        "reports/attendance.html",
        event=event,
        sitting=sitting,
        found=found,
        by=by,
        q=q,
        levels={level.value: label(level) for level in SiteLevel},
        page=page_of(rows),
        **_rights(event),
    )


@bp.get("/organizations")
@requires(Permission.READ_BOARD)
def organizations(slug):
    event = event_or_404(slug, g.access)
    return _organizations_page(event, AbsenceForm(formdata=None))


@bp.post("/organizations")
@requires(Permission.EDIT_GUESTS)
def mark_organizations(slug):
    """Those ticked are absent, with an excuse or without; or what was written down about them is taken back."""
    event = _whole_event(slug)
    sitting = _one_sitting(event)
    ticked, form = set(request.form.getlist("organization")[:MOST_AT_ONCE]), AbsenceForm()
    found = attendance_queries.attendance(event, sitting)
    chosen = [one for one in found.by_organization if one.key and one.key in ticked]
    seen = _seen()
    marks = [
        mark._replace(seen=seen.get(one.key) if mark.organization_id else None)
        for one in chosen
        for mark in _marks(one, found, form.reason.data or one.proposed or "")
    ]
    if (status := _carry_out(sitting, marks, form)) is not None:
        return _organizations_page(event, form, ticked), status
    return redirect(url_for(".organizations", slug=slug, **_asked()))


@bp.get("/people")
@requires(Permission.READ_GUESTS)
def people(slug):
    event = event_or_404(slug, g.access)
    return _people_page(event, AbsenceForm(formdata=None))


@bp.post("/people")
@requires(Permission.EDIT_GUESTS)
def mark_people(slug):
    event = event_or_404(slug, g.access)
    reach, sitting = g.access.site_ids(event), _one_sitting(event)
    ticked, form = set(request.form.getlist("guest")[:MOST_AT_ONCE]), AbsenceForm()
    chosen = [
        line
        for line in attendance_queries.attendance(event, sitting).lines
        if str(line.guest_id) in ticked and (reach is None or line.site_id in reach)
    ]
    seen = _seen()
    marks = [
        Mark(form.reason.data or line.proposed or "", line.guest_id, seen=seen.get(str(line.guest_id)))
        for line in chosen
    ]
    if (status := _carry_out(sitting, marks, form)) is not None:
        return _people_page(event, form, ticked), status
    return redirect(url_for(".people", slug=slug, **_asked()))


@bp.post("/export.xlsx")
@requires(Permission.EDIT_GUESTS)
@confirmed_lately("attendance.index")
def as_workbook(slug):
    """Sums and lists as a spreadsheet, for those who work on all sites; posted, because it is written down who has
    them. Others print lists on paper."""
    event = _whole_event(slug)
    sitting = _sitting(event)
    with force_locale(LOCALE):
        book = attendance_file_queries.read(event, sitting, label)
        body = writing.workbook(attendance_file_queries.sheets(book))
    attendance_operations.note_export(
        event, sitting, what="xlsx", rows=book.people, scans=len(book.scans), by=g.actor
    )
    return _sent(Response(body, mimetype=writing.XLSX), event, sitting, "xlsx")


@bp.post("/export.csv")
@requires(Permission.EDIT_GUESTS)
@confirmed_lately("attendance.index")
def as_csv(slug):
    """Everybody, one row a guest, or with `what=scans` every scan: sent while it is read, however many there are."""
    event = _whole_event(slug)
    sitting = _sitting(event)
    of_scans = request.form.get("what") == "scans"
    sittings = [sitting] if sitting else event.standing_sittings
    total = attendance_queries.number_of_scans(sittings) if of_scans else 0
    with force_locale(LOCALE):
        book = attendance_file_queries.read(event, sitting, label, with_scans=False)
    what = "csv_scans" if of_scans else "csv"
    attendance_operations.note_export(event, sitting, what=what, rows=book.people, scans=total, by=g.actor)
    event_id, sitting_ids = event.id, [one.id for one in sittings]

    def lines() -> Iterator[str]:
        with force_locale(LOCALE):
            rows = (
                attendance_file_queries.scan_rows(event_id, sitting_ids, book) if of_scans else book.everybody
            )
            yield from writing.csv(rows)

    name = "scans.csv" if of_scans else "csv"
    return _sent(
        Response(stream_with_context(lines()), content_type="text/csv; charset=utf-8"), event, sitting, name
    )


def _sent(response: Response, event: Event, sitting: Sitting | None, ending: str) -> Response:
    which = f"phien-{sitting.number}" if sitting else "tat-ca-cac-phien"
    name = f"diem-danh-{event.slug}-{which}" + ("-luot-quet.csv" if ending == "scans.csv" else f".{ending}")
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _whole_event(slug: str) -> Event:
    """The event, for whoever reaches all its sites."""
    event = event_or_404(slug, g.access)
    if g.access.site_ids(event) is not None:
        raise NotFound(_("There is nothing at this address."))
    return event


def _sitting(event: Event) -> Sitting | None:
    """The sitting that the address names; `0` is all of them together; unnamed, the one that matters now."""
    asked = whole(request.args.get("sitting"))
    if asked == 0:
        return None
    found = next((sitting for sitting in event.sittings if sitting.number == asked), None)
    return found or checkins.present_sitting(event)


def _one_sitting(event: Event) -> Sitting:
    sitting = _sitting(event)
    if sitting is None:
        raise NotFound(_("Choose one sitting: absences belong to it."))
    return sitting


def _seen() -> dict[str, int | None]:
    """The stamps of the notes that the page has shown, by whom they are about."""
    told = (value.rpartition(":") for value in request.form.getlist("seen")[:MOST_AT_ONCE])
    return {key: whole(stamp) for key, _colon, stamp in told}


def _asked() -> dict[str, str]:
    """The filters of the page, for going back to it."""
    return {
        name: request.args[name]
        for name in ("sitting", "presence", "q", "page", "which")
        if name in request.args
    }


def _rights(event: Event) -> dict[str, bool]:
    edits = g.access.to(Permission.EDIT_GUESTS)
    return {
        "sees_names": g.access.to(Permission.READ_GUESTS).covers(event),
        "prints": g.access.to(Permission.CHECK_IN_BY_NAME).covers(event),
        "edits": edits.covers(event),
        "edits_all": edits.covers(event) and edits.site_ids(event) is None,
    }


def _rows(found: Attendance, by: str) -> list[Row]:
    divisions: dict[str, Callable[[], list[Row]]] = {
        "site": lambda: found.by_site,
        "level": lambda: found.by_level,
        "district": lambda: found.by_district,
        "group": lambda: found.by_group,
    }
    return divisions[by]()


def _carry_out(sitting: Sitting, marks: list[Mark], form: AbsenceForm) -> int | None:
    """Do what the button says; None when it was done, else the status of the refusal in the form."""
    if not form.validate_on_submit():
        return 422
    if not marks:
        form.form_errors.append(_("Tick who is meant first."))
        return 422
    act, done = request.form.get("act", ""), []
    if act not in ("excused", "unexcused", "withdraw"):
        form.form_errors.append(_("Choose one from the list."))
        return 422

    def save() -> None:
        if act == "withdraw":
            done.append(absence_operations.withdraw(sitting, marks, by=g.user))
        else:
            done.append(absence_operations.mark(sitting, marks, is_excused=act == "excused", by=g.user))

    refused = attempt(form, save)
    if refused is None:
        words = ngettext("%(num)s absence noted.", "%(num)s absences noted.", done[0])
        if act == "withdraw":
            words = ngettext("%(num)s absence taken back.", "%(num)s absences taken back.", done[0])
        flash(words)
    return refused


def _marks(one: Organization, found: Attendance, reason: str) -> list[Mark]:
    """The organization as a whole; where it is known by name only, each of its guests who is not in."""
    if one.id is not None:
        return [Mark(reason, organization_id=one.id)]
    return [
        Mark(reason or line.proposed or "", guest_id=line.guest_id)
        for line in found.lines
        if line.organization == one.key and line.is_invited and not line.is_in
    ]


def _organizations_page(event: Event, form: AbsenceForm, ticked: set[str] | None = None) -> str:
    sitting, q, which = _sitting(event), search(), request.args.get("which", "absent")
    found = attendance_queries.attendance(event, sitting)
    rows = [one for one in found.by_organization if _is_shown(one, which) and fold(q) in fold(one.name)]
    page = page_of(rows)
    return render_template(
        "reports/attendance_organizations.html",
        event=event,
        sitting=sitting,
        found=found,
        page=page,
        users=_noted_by(one.excuse for one in page.items),
        q=q,
        which=which,
        form=form,
        ticked=ticked or set(),
        explained=_explained(event, found),
        **_rights(event),
    )


def _explained(event: Event, found: Attendance) -> set[str]:
    """The organizations whose reasons this reader may know: of those who edit, whoever has guests at their sites."""
    edits = g.access.to(Permission.EDIT_GUESTS)
    if not edits.covers(event):
        return set()
    reach = edits.site_ids(event)
    if reach is None:
        return {one.key for one in found.by_organization}
    return {line.organization for line in found.lines if line.site_id in reach and not line.is_walk_in}


def _noted_by(excuses: Iterable[Excuse | None]) -> dict[int, str]:
    """The names of those who wrote them down, by id."""
    found = users_by_id({one.by_id for one in excuses if one is not None and one.by_id is not None})
    return {user.id: user.name or user.email.partition("@")[0] for user in found.values()}


def _is_shown(one: Organization, which: str) -> bool:
    return bool(one.key) if which == "all" else bool(one.key) and one.is_absent


def _people_page(event: Event, form: AbsenceForm, ticked: set[str] | None = None) -> str:
    sitting, q = _sitting(event), search()
    presence = word(Presence, "presence") or Presence.NOT_CALLED
    found = attendance_queries.attendance(event, sitting)
    reach = g.access.to(Permission.READ_GUESTS).site_ids(event)
    lines: dict[int, Line] = {
        line.guest_id: line for line in found.only(presence) if reach is None or line.site_id in reach
    }
    page = page_of([i for i in attendance_queries.ordered(event, q) if i in lines])
    return render_template(
        "reports/attendance_people.html",
        event=event,
        sitting=sitting,
        presence=presence,
        presences=list(Presence),
        lines=lines,
        names=attendance_queries.names(event, page.items),
        users=_noted_by(lines[each].excuse for each in page.items),
        site_names={site.id: site.name for site in found.sites},
        page=page,
        q=q,
        form=form,
        ticked=ticked or set(),
        **_rights(event),
    )
