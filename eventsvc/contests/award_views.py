"""Awards for those who organize a contest: the final ranking, prizes, winners, the agenda of the finale, the files;
and the results for everybody."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import public, requires
from eventsvc.accounts.permissions import Permission
from eventsvc.contests import (
    award_operations,
    award_papers,
    award_queries,
    queries,
    ranking,
    ranking_queries,
    round_queries,
    rules,
)
from eventsvc.contests.award_forms import AgendaForm, GiveForm, ListForm
from eventsvc.contests.award_script import award_name
from eventsvc.contests.models import Contest
from eventsvc.contests.ranking import Prize
from eventsvc.contests.views import contest_or_404, may_edit
from eventsvc.documents import docx_file, paper_queries
from eventsvc.errors import Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.spreadsheets import writing
from eventsvc.web.arguments import version_seen
from eventsvc.web.edits import attempt, carry_out, save_form
from eventsvc.web.papers import disposition, paper

LOCALE = "vi"

bp = Blueprint("contest_awards", __name__, url_prefix="/events/<slug>/contests/<int:contest_id>/awards")
results = Blueprint("contest_results", __name__)
for each in (bp, results):
    each.add_app_template_filter(award_name, "award_name")


@bp.get("")
@requires(Permission.READ_TASKS)
def index(slug, contest_id):
    return _page(*contest_or_404(slug, contest_id))


@bp.post("/list")
@requires(Permission.EDIT_TASKS)
def save_list(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form = ListForm()
    is_saved, status, conflict = save_form(
        form,
        lambda: award_operations.set_awards(contest, form.rows, version=form.version.data, by=g.user),
        lambda: _list_form(contest),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug, contest_id=contest_id))
    return _page(event, contest, form, conflict), status


@bp.post("/give")
@requires(Permission.EDIT_TASKS)
def give(slug, contest_id):
    event, contest = contest_or_404(slug, contest_id)
    form = _give_form(contest, {})
    is_saved, status, conflict = save_form(
        form,
        lambda: award_operations.give_awards(contest, form.winners, version=form.version.data, by=g.user),
        lambda: _give_form(contest, {}, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug, contest_id=contest_id))
    return _page(event, contest, form, conflict), status


@bp.post("/agenda")
@requires(Permission.EDIT_TASKS)
def into_agenda(slug, contest_id):
    """Whoever writes into the agenda of an event must be allowed to edit that event."""
    event, contest = contest_or_404(slug, contest_id)
    form, status = _agenda_form(contest), 422
    if form.validate_on_submit():
        refused = attempt(form, lambda: _put(contest, form))
        if refused is None:
            flash(_("Saved. Release the agenda of the finale, so that the stage works from it."))
            return redirect(url_for(".index", slug=slug, contest_id=contest_id))
        status = refused
    return _page(event, contest, form), status


def _put(contest: Contest, form: AgendaForm) -> None:
    item = form.item.row
    if item is not None and not g.access.to(Permission.EDIT_EVENT).covers(item.event):
        raise Invalid(_("You may not edit the agenda of this event."), field="item")
    award_operations.hand_over_at(
        contest, item, overwrite=form.overwrite.data, version=form.version.data, by=g.user
    )


@bp.post("/publish")
@requires(Permission.EDIT_TASKS)
def publish(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: award_operations.publish_results(contest, version=version_seen(), by=g.user),
        _("Everybody reads the results now."),
    )
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.post("/take-back")
@requires(Permission.EDIT_TASKS)
def take_back(slug, contest_id):
    _event, contest = contest_or_404(slug, contest_id)
    carry_out(
        lambda: award_operations.take_results_back(contest, version=version_seen(), by=g.user),
        _("The results are no longer public."),
    )
    return redirect(url_for(".index", slug=slug, contest_id=contest_id))


@bp.get("/export.xlsx")
@requires(Permission.READ_TASKS)
def export(slug, contest_id):
    """The list for those who write the certificates: real names, for the organizers only."""
    _event, contest = contest_or_404(slug, contest_id)
    with force_locale(LOCALE):
        body = writing.workbook(award_papers.workbook(award_queries.awards_of(contest)))
    return _sent(body, writing.XLSX, f"{_name_of(contest)}.xlsx")


@bp.get("/list.docx")
@requires(Permission.READ_TASKS)
def as_docx(slug, contest_id):
    contest = contest_or_404(slug, contest_id)[1]
    return _sent(docx_file.write(_paper_of(contest)), docx_file.CONTENT_TYPE, f"{_name_of(contest)}.docx")


@bp.get("/list.pdf")
@requires(Permission.READ_TASKS)
def as_pdf(slug, contest_id):
    contest = contest_or_404(slug, contest_id)[1]
    return paper(pdf.render("results.typ", _paper_of(contest)), f"{_name_of(contest)}.pdf")


@results.get("/c/<contest_slug>/results")
@public
def show(contest_slug):
    """Who has won, for everybody, once the organizer has published it: public names only."""
    contest = queries.public_contest(contest_slug)
    if contest.results_published_at is None:
        raise NotFound(_("The results have not been published yet."))
    awards = [
        award
        for award in award_queries.awards_of(contest)
        if award.entry is not None and rules.is_visible(award.entry)
    ]
    return render_template(
        "awards/results.html",
        contest=contest,
        event=contest.event,
        awards=awards,
        slots=round_queries.public_slots(contest),
    )


def _paper_of(contest: Contest) -> dict[str, Any]:
    with force_locale(LOCALE):
        return award_papers.list_paper(
            contest,
            award_queries.awards_of(contest),
            today=clock.today(),
            committee=paper_queries.committee_above(contest.event),
        )


def _name_of(contest: Contest) -> str:
    return f"{award_papers.TITLE} – {contest.activity.name}"


def _sent(body: bytes, kind: str, name: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = disposition("attachment", name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _list_form(contest: Contest) -> ListForm:
    return ListForm.of(contest, award_queries.awards_of(contest), formdata=None)


def _give_form(contest: Contest, proposed: dict[int, int], **kwargs: Any) -> GiveForm:
    awards, entries = award_queries.awards_of(contest), queries.accepted_entries(contest)
    return GiveForm.of(contest, awards, entries, proposed, **kwargs)


def _agenda_form(contest: Contest, **kwargs: Any) -> AgendaForm:
    form = AgendaForm(**kwargs)
    form.item.offer(
        award_queries.items_for(contest.event), lambda item: f"{item.event.short_title}: {item.title}"
    )
    if "formdata" in kwargs or not form.is_submitted():
        form.version.data = contest.version
    return form


def _page(event: Event, contest: Contest, sent: Any = None, conflict: Any = None) -> str:
    awards = award_queries.awards_of(contest)
    final = ranking_queries.final(contest)
    proposed = ranking.proposal(final.places, [Prize(award.id, award.name) for award in awards])
    # A new list is proposed as a whole; once somebody has decided anything, nothing is proposed beside it.
    is_decided = any(award.entry_id is not None for award in awards)
    offered = {} if is_decided or not final.is_final else dict(proposed.winners)
    item = next((award.agenda_item for award in awards if award.agenda_item is not None), None)
    agenda_form = sent if isinstance(sent, AgendaForm) else _agenda_form(contest, formdata=None)
    if not isinstance(sent, AgendaForm):
        agenda_form.item.data = str(item.id) if item is not None else ""
    return render_template(
        "awards/index.html",
        event=event,
        contest=contest,
        awards=awards,
        final=final,
        proposed=offered,
        lost=[award for award in awards if award.entry and award_papers.winner_of(award) is None],
        undecided=[line.entry for line in final.lines if line.entry.id in proposed.undecided],
        item=item,
        script=award_queries.script_for(item) if item is not None else None,
        is_by_hand=award_queries.is_by_hand(item) if item is not None else False,
        list_form=sent if isinstance(sent, ListForm) else _list_form(contest),
        give_form=sent if isinstance(sent, GiveForm) else _give_form(contest, offered, formdata=None),
        agenda_form=agenda_form,
        conflict=conflict,
        edits=may_edit(event),
    )
