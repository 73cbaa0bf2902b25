"""Khen thưởng: the proposals, their check and their decision, where they are read out, the list as a file."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.commendations import operations, papers, queries
from eventsvc.commendations.forms import ChosenForm, ItemForm, ProposalForm, RemarkForm, SeveralForm
from eventsvc.commendations.models import Commendation, CommendationState, NomineeKind
from eventsvc.commendations.operations import OPEN_TO_EDIT
from eventsvc.documents import docx_file, paper_queries
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.spreadsheets import writing
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition, paper

bp = Blueprint("commendations", __name__, url_prefix="/events/<slug>/commendations")

LOCALE = "vi"


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    return _index(event_or_404(slug, g.access))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def new(slug):
    event, form = event_or_404(slug, g.access), ProposalForm.of(None)
    is_saved, status, _conflict = save_form(
        form,
        lambda: operations.propose(event, form.proposal, by=g.user),
        lambda: ProposalForm.of(None, formdata=None),
    )
    if is_saved:
        flash(_("The proposal is entered."))
        return redirect(url_for(".index", slug=slug))
    return _new(event, form, SeveralForm(formdata=None)), status


@bp.post("/several")
@requires(Permission.EDIT_TASKS)
def several(slug):
    event, form = event_or_404(slug, g.access), SeveralForm()
    status: int | None = 422
    if form.validate_on_submit():
        made: list[tuple[int, int]] = []
        status = attempt(
            form,
            lambda: made.append(operations.propose_several(event, form.read.proposals, by=g.user)),
        )
        if status is None:
            say_how_many(*made[0])
            return redirect(url_for(".index", slug=slug))
    return _new(event, ProposalForm.of(None, formdata=None), form), status


@bp.get("/<int:commendation_id>")
@requires(Permission.READ_TASKS)
def show(slug, commendation_id):
    event = event_or_404(slug, g.access)
    return _page(event, queries.commendation_of(event, commendation_id), RemarkForm(formdata=None))


@bp.route("/<int:commendation_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def edit(slug, commendation_id):
    event = event_or_404(slug, g.access)
    row = queries.commendation_of(event, commendation_id)
    form = ProposalForm.of(row)
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.edit(row, form.values, version=form.version.data, by=g.user),
        lambda: ProposalForm.of(row, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".show", slug=slug, commendation_id=commendation_id))
    page = render_template(
        "commendations/edit.html",
        event=event,
        row=row,
        form=form,
        conflict=conflict,
        honours=queries.honours_of(event),
    )
    return page, status


@bp.post("/checked")
@requires(Permission.EDIT_TASKS)
def check(slug):
    """On behalf of the Department of Home Affairs."""
    event, form = event_or_404(slug, g.access), ChosenForm()
    return _all_at_once(
        event,
        form,
        lambda: operations.check_several(event, form.chosen, checked_by=form.checked_by.data, by=g.user),
        lambda count: ngettext("%(num)s proposal is checked.", "%(num)s proposals are checked.", count),
    )


@bp.post("/decided")
@requires(Permission.EDIT_TASKS)
def decide(slug):
    event, form = event_or_404(slug, g.access), ChosenForm()
    return _all_at_once(
        event,
        form,
        lambda: operations.decide_several(
            event,
            form.chosen,
            number=form.decision_number.data,
            day=form.decision_date.data,
            by=g.user,
        ),
        lambda count: ngettext("%(num)s proposal is decided.", "%(num)s proposals are decided.", count),
        touches_agenda=True,
    )


@bp.post("/<int:commendation_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, commendation_id):
    return _remarked(slug, commendation_id, operations.send_back, _("The proposal is sent back."))


@bp.post("/<int:commendation_id>/refuse")
@requires(Permission.EDIT_TASKS)
def refuse(slug, commendation_id):
    return _remarked(slug, commendation_id, operations.refuse, _("The proposal is refused."))


@bp.post("/<int:commendation_id>/withdraw")
@requires(Permission.EDIT_TASKS)
def withdraw(slug, commendation_id):
    return _pressed(slug, commendation_id, operations.withdraw, _("The proposal is withdrawn."))


@bp.post("/<int:commendation_id>/reopen")
@requires(Permission.EDIT_TASKS)
def reopen(slug, commendation_id):
    answer = _pressed(slug, commendation_id, operations.reopen, _("The proposal is open again."))
    _say_when_by_hand(event_or_404(slug, g.access))
    return answer


@bp.post("/agenda")
@requires(Permission.EDIT_TASKS)
def read_out(slug):
    event = event_or_404(slug, g.access)
    form = ItemForm(queries.items_for(event), None)
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: operations.read_out_at(event, form.item.row, overwrite=form.overwrite.data, by=g.user),
        )
        if status is None:
            flash(
                _("The list stands in the agenda.") if form.item.row else _("The list is out of the agenda.")
            )
            return redirect(url_for(".index", slug=slug))
    return _index(event, item_form=form), status


@bp.get("/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug):
    event = event_or_404(slug, g.access)
    with force_locale(LOCALE):
        body = writing.workbook(papers.workbook(queries.listed(event, **_filters()), words.label))
    return _sent(body, writing.XLSX, f"{_name_of(event)}.xlsx")


@bp.get("/list.docx")
@requires(Permission.READ_TASKS)
def as_docx(slug):
    event = event_or_404(slug, g.access)
    return _sent(docx_file.write(_paper_of(event)), docx_file.CONTENT_TYPE, f"{_name_of(event)}.docx")


@bp.get("/list.pdf")
@requires(Permission.READ_TASKS)
def as_pdf(slug):
    event = event_or_404(slug, g.access)
    return paper(pdf.render("results.typ", _paper_of(event)), f"{_name_of(event)}.pdf")


def say_how_many(new: int, known: int) -> None:
    flash(ngettext("%(num)s proposal is entered.", "%(num)s proposals are entered.", new))
    if known:
        flash(
            ngettext(
                "%(num)s was proposed already and is left out.",
                "%(num)s were proposed already and are left out.",
                known,
            ),
            "warning",
        )


def _paper_of(event: Event) -> dict[str, Any]:
    """What the filters of the list show; without a state, whatever is still to be decided, and those decided when
    nothing is."""
    filters = _filters()
    rows = queries.listed(event, **filters)
    if filters["state"] is None:
        open_ones = [
            row for row in rows if row.state in (CommendationState.PROPOSED, CommendationState.CHECKED)
        ]
        rows = open_ones or [row for row in rows if row.state is CommendationState.DECIDED]
    return papers.list_paper(event, rows, today=clock.today(), committee=paper_queries.committee_above(event))


def _name_of(event: Event) -> str:
    return f"{papers.TITLE} – {event.short_title}"


def _sent(body: bytes, kind: str, name: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _filters() -> dict[str, Any]:
    return {
        "q": search(),
        "state": word(CommendationState, "state"),
        "kind": word(NomineeKind, "kind"),
    }


def _index(event: Event, form: ChosenForm | None = None, item_form: ItemForm | None = None) -> Any:
    filters = _filters()
    items, current = queries.items_for(event), queries.item_of(event)
    figures = queries.figures(event)
    return render_template(
        "commendations/index.html",
        event=event,
        page=paginate(queries.commendations_of(event, **filters), per_page=100),
        filters=filters,
        figures=figures,
        total=sum(figures.values()),
        states=CommendationState,
        kinds=NomineeKind,
        form=form or ChosenForm(formdata=None),
        marked=form.marked if form is not None else set(),
        items=items,
        item=current,
        item_form=item_form or ItemForm(items, current, formdata=None),
        is_by_hand=current is not None and queries.is_by_hand(current),
        may_edit=_may_edit(event),
        open_to_check=OPEN_TO_EDIT,
    )


def _say_when_by_hand(event: Event) -> None:
    """The list of those decided has changed, and an item that somebody has written in does not follow it."""
    item = queries.item_of(event)
    if item is not None and queries.is_by_hand(item):
        flash(
            _(
                "“%(item)s” in the agenda was changed by hand and does not follow the list: put it right there.",
                item=item.title,
            ),
            "warning",
        )


def _all_at_once(event: Event, form: ChosenForm, act: Any, said: Any, *, touches_agenda: bool = False) -> Any:
    status: int | None = 422
    if form.validate_on_submit():
        counted: list[int] = []
        status = attempt(form, lambda: counted.append(act()))
        if status is None:
            flash(said(counted[0]))
            if touches_agenda:
                _say_when_by_hand(event)
            return redirect(url_for(".index", slug=event.slug))
    return _index(event, form), status


def _new(event: Event, form: ProposalForm, several_form: SeveralForm) -> str:
    return render_template(
        "commendations/new.html",
        event=event,
        form=form,
        several_form=several_form,
        honours=queries.honours_of(event),
    )


def _page(event: Event, row: Commendation, form: RemarkForm) -> str:
    if form.version.data is None:
        form.version.data = row.version
    return render_template(
        "commendations/show.html",
        event=event,
        row=row,
        form=form,
        may_edit=_may_edit(event),
        is_open=row.state in OPEN_TO_EDIT,
    )


def _remarked(slug: str, commendation_id: int, act: Any, said: str) -> Any:
    event, form = event_or_404(slug, g.access), RemarkForm()
    row = queries.commendation_of(event, commendation_id)
    is_saved, status, _conflict = save_form(
        form,
        lambda: act(row, remark=form.remark.data, version=form.version.data, by=g.user),
        lambda: RemarkForm(formdata=None, version=row.version),
    )
    if is_saved:
        flash(said)
        return redirect(url_for(".show", slug=slug, commendation_id=commendation_id))
    return _page(event, row, form), status


def _pressed(slug: str, commendation_id: int, act: Any, said: str) -> Any:
    event = event_or_404(slug, g.access)
    row = queries.commendation_of(event, commendation_id)
    carry_out(lambda: act(row, version=version_seen(), by=g.user), said)
    return redirect(url_for(".show", slug=slug, commendation_id=commendation_id))


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
