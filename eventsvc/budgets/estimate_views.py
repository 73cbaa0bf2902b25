"""The estimates of the agencies: who is asked and who has handed in, each estimate, the files of all."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.budgets import estimate_operations as operations
from eventsvc.budgets import (
    estimate_papers,
    labels,  # noqa: F401  (words)
)
from eventsvc.budgets import estimate_queries as queries
from eventsvc.budgets.amounts import sentence_of_amount
from eventsvc.budgets.estimate_forms import (
    ApproveForm,
    AskForm,
    EstimateForm,
    SendBackForm,
    SettleForm,
    SpentForm,
)
from eventsvc.budgets.estimate_page_views import page_values, save_about
from eventsvc.budgets.estimate_queries import Standing
from eventsvc.budgets.models import BudgetEstimate
from eventsvc.budgets.queries import sources_of
from eventsvc.documents import docx_file, paper_queries
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.spreadsheets import writing
from eventsvc.tasks.assignment_queries import is_merged_away
from eventsvc.tasks.returns import OPEN_TO_EDIT
from eventsvc.web import labels as words
from eventsvc.web.arguments import search, version_seen, word
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.papers import disposition, paper

bp = Blueprint("estimates", __name__, url_prefix="/events/<slug>/estimates")

LOCALE = "vi"
MORE = ("more", "paste", "reckon")
"""What the buttons say that give the form more rows and store nothing."""


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug):
    event = event_or_404(slug, g.access)
    return _index(event, AskForm(formdata=None))


@bp.post("/asked")
@requires(Permission.EDIT_TASKS)
def ask(slug):
    event, form = event_or_404(slug, g.access), AskForm()
    status: int | None = 422
    if form.validate_on_submit():
        made: list[int] = []
        status = attempt(
            form,
            lambda: made.append(
                operations.ask_estimates(event, form.names.lines, due_on=form.due_on.data, by=g.user)
            ),
        )
        if status is None:
            flash(ngettext("%(num)s agency added.", "%(num)s agencies added.", made[0]))
            return redirect(url_for(".index", slug=slug))
    return _index(event, form), status


@bp.post("/remind")
@requires(Permission.EDIT_TASKS)
def remind(slug):
    event = event_or_404(slug, g.access)
    told: list[operations.Reminded] = []
    if carry_out(lambda: told.append(operations.remind(event, by=g.user))):
        flash(ngettext("%(num)s letter goes out.", "%(num)s letters go out.", told[0].messages))
        if told[0].without_address:
            shown = ", ".join(told[0].without_address[:10])
            flash(_("Without an address to write to: %(names)s.", names=shown), "warning")
    return redirect(url_for(".index", slug=slug))


@bp.get("/<int:estimate_id>")
@requires(Permission.EDIT_TASKS)
def show(slug, estimate_id):
    event = event_or_404(slug, g.access)
    return _page(event, queries.estimate_of(event, estimate_id))


@bp.route("/<int:estimate_id>/lines", methods=["GET", "POST"])
@requires(Permission.EDIT_TASKS)
def lines(slug, estimate_id):
    """Entered for an agency that has called."""
    event = event_or_404(slug, g.access)
    estimate = queries.estimate_of(event, estimate_id)
    sources = sources_of(event)
    form = EstimateForm(estimate, sources)
    deed = request.form.get("do", "")
    status, conflict = 200, None
    if deed in MORE:
        form = form.with_more_rows()
    else:
        is_saved, status, conflict = save_form(
            form,
            lambda: operations.save_lines(
                estimate,
                form.values,
                is_final=deed != "keep",
                note=form.note.data,
                by_name=form.by_name.data,
                version=form.version.data,
                by=g.user,
            ),
            lambda: EstimateForm(estimate, sources, formdata=None),
        )
        if is_saved:
            flash(_("Saved."))
            return redirect(url_for(".show", slug=slug, estimate_id=estimate_id))
    page = render_template(
        "estimates/lines.html",
        event=event,
        estimate=estimate,
        form=form,
        conflict=conflict,
        may_enter=estimate.state in OPEN_TO_EDIT,
        in_words=sentence_of_amount,
    )
    return page, status


@bp.post("/<int:estimate_id>/approve")
@requires(Permission.EDIT_TASKS)
def approve(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate = queries.estimate_of(event, estimate_id)
    form = ApproveForm(estimate, sources_of(event))
    return _saved(
        event,
        estimate,
        form,
        lambda: operations.approve_estimate(
            estimate,
            form.values,
            approved_by=form.approved_by.data,
            despite=form.despite.data,
            version=form.version.data,
            by=g.user,
        ),
        _("The estimate is approved."),
    )


@bp.post("/<int:estimate_id>/return")
@requires(Permission.EDIT_TASKS)
def send_back(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate, form = queries.estimate_of(event, estimate_id), SendBackForm()
    return _saved(
        event,
        estimate,
        form,
        lambda: operations.send_back(estimate, remark=form.remark.data, version=form.version.data, by=g.user),
        _("The estimate is sent back."),
    )


@bp.post("/<int:estimate_id>/spent")
@requires(Permission.EDIT_TASKS)
def spent(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate = queries.estimate_of(event, estimate_id)
    form = SpentForm(estimate)
    return _saved(
        event,
        estimate,
        form,
        lambda: operations.record_spending(estimate, form.values, version=form.version.data, by=g.user),
        _("What was spent is saved."),
    )


@bp.post("/<int:estimate_id>/settle")
@requires(Permission.EDIT_TASKS)
def settle(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate, form = queries.estimate_of(event, estimate_id), SettleForm()
    return _saved(
        event,
        estimate,
        form,
        lambda: operations.settle(
            estimate,
            day=form.settled_on.data,
            paper=form.settlement_paper.data,
            version=form.version.data,
            by=g.user,
        ),
        _("The estimate is settled."),
    )


@bp.post("/<int:estimate_id>/unsettle")
@requires(Permission.EDIT_TASKS)
def unsettle(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate = queries.estimate_of(event, estimate_id)
    carry_out(
        lambda: operations.take_back_settlement(estimate, version=version_seen(), by=g.user),
        _("The settlement is taken back."),
    )
    return redirect(url_for(".show", slug=slug, estimate_id=estimate_id))


@bp.post("/<int:estimate_id>/remove")
@requires(Permission.EDIT_TASKS)
def remove(slug, estimate_id):
    event = event_or_404(slug, g.access)
    estimate = queries.estimate_of(event, estimate_id)
    carry_out(
        lambda: operations.ask_no_longer(estimate, by=g.user),
        _("No estimate is expected of this agency any more."),
    )
    return redirect(url_for(".index", slug=slug))


@bp.get("/export.xlsx")
@requires(Permission.EDIT_TASKS)
def export(slug):
    """With the lines of every agency: for those who work with the money."""
    event = event_or_404(slug, g.access)
    with force_locale(LOCALE):
        found, today = queries.with_lines(event, clock.today()), clock.today()
        body = writing.workbook(
            estimate_papers.workbook(
                found,
                queries.by_source(event),
                queries.by_estimate(found),
                lambda row: words.label(queries.standing(row, today)),
            )
        )
    return _sent(body, writing.XLSX, f"{_name_of(event)}.xlsx")


@bp.get("/summary.pdf")
@requires(Permission.READ_TASKS)
def as_pdf(slug):
    event = event_or_404(slug, g.access)
    return paper(pdf.render("results.typ", _paper_of(event)), f"{_name_of(event)}.pdf")


@bp.get("/summary.docx")
@requires(Permission.READ_TASKS)
def as_docx(slug):
    event = event_or_404(slug, g.access)
    return _sent(docx_file.write(_paper_of(event)), docx_file.CONTENT_TYPE, f"{_name_of(event)}.docx")


def _paper_of(event: Event) -> dict[str, Any]:
    found = queries.with_lines(event, clock.today())
    return estimate_papers.chairs_sheet(
        event,
        found,
        queries.by_estimate(found),
        queries.by_source(event),
        today=clock.today(),
        committee=paper_queries.committee_above(event),
    )


def _name_of(event: Event) -> str:
    return f"Tổng hợp dự toán kinh phí – {event.short_title}"


def _sent(body: bytes, kind: str, name: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _index(event: Event, form: AskForm) -> Any:
    today = clock.today()
    filters = {"q": search(), "wanted": word(Standing, "standing")}
    page = paginate(queries.estimates_of(event, today, **filters))
    return render_template(
        "estimates/index.html",
        event=event,
        form=form,
        page=page,
        filters=filters,
        figures=queries.figures(event, today),
        sums=queries.by_estimate(page.items),
        total=queries.total_of(event, today, **filters),
        is_merged_away=is_merged_away,
        zero=queries.Totals(),
        standing=lambda row: queries.standing(row, today),
        standings=Standing,
        offered=queries.lines_to_offer(event),
        may_edit=_may_edit(event),
    )


def _saved(event: Event, estimate: BudgetEstimate, form: Any, save: Any, said: str) -> Any:
    is_saved, values, status = save_about(event, estimate, form, save, may_edit=_may_edit(event))
    if is_saved:
        flash(said)
        return redirect(url_for(".show", slug=event.slug, estimate_id=estimate.id))
    return render_template("estimates/show.html", **values), status


def _page(event: Event, estimate: BudgetEstimate) -> Any:
    return render_template("estimates/show.html", **page_values(event, estimate, may_edit=_may_edit(event)))


def _may_edit(event: Event) -> bool:
    return g.access.to(Permission.EDIT_TASKS).covers(event) and not event.is_cancelled
