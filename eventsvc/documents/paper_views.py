"""The papers of an event: the list, a paper with its history, its words, the paper itself as PDF and DOCX."""

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.documents import (
    circulation_operations,
    docx_file,
    fields,
    kinds,
    labels,  # noqa: F401  (registers the words)
    paper_messages,
    paper_operations,
    paper_queries,
    sheet,
)
from eventsvc.documents.models import Document, DocumentRecipient, DocumentState
from eventsvc.documents.paper_forms import (
    IssueForm,
    NewPaperForm,
    PaperForm,
    PaperRecipientForm,
    RecallForm,
    ReturnForm,
)
from eventsvc.documents.steps import WRITABLE, is_signer, wrong_step
from eventsvc.errors import NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web import papers
from eventsvc.web.arguments import whole
from eventsvc.web.edits import TOO_LATE, attempt, differences

bp = Blueprint("papers", __name__, url_prefix="/events/<slug>/papers")

LOCALE = "vi"


@bp.get("")
@requires(Permission.READ_EVENT)
def index(slug):
    """All papers for those who write them; for everybody else what has been issued."""
    event = event_or_404(slug, g.access)
    edits = g.access.to(Permission.EDIT_EVENT).covers(event)
    found = paper_queries.papers_of(event)
    shown = [paper for paper in found if edits or paper.issued_at is not None or is_signer(paper, g.user)]
    return render_template(
        "papers/index.html",
        event=event,
        papers=shown,
        readable={paper.id for paper in shown if edits or is_signer(paper, g.user)},
        titles={paper.id: sheet.filled_title(paper) for paper in shown},
        edits=edits,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    event = event_or_404(slug, g.access)
    form = NewPaperForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        made: list[Document] = []
        refused = attempt(
            form,
            lambda: made.append(paper_operations.add_paper(event, form.kind.data, {}, by=g.user)),
        )
        if refused is None:
            flash(_("A draft with the usual wording is ready. Adapt it, then submit it for signature."))
            return redirect(url_for(".edit", slug=slug, paper_id=made[0].id))
        status = refused
    return render_template("papers/new.html", event=event, form=form), status


@bp.get("/<int:paper_id>")
@requires(Permission.READ_EVENT)
def show(slug, paper_id):
    event, paper = readable(slug, paper_id)
    return page(event, paper)


@bp.route("/<int:paper_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, paper_id):
    event, paper = writable(slug, paper_id)
    if request.method == "GET" and paper.state not in WRITABLE:
        flash(str(wrong_step(paper)), "warning")
        return redirect(url_for(".show", slug=slug, paper_id=paper_id))
    form = _form(event, paper)
    conflict, status = None, 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        save = paper_operations.edit_paper
        status = attempt(form, lambda: save(paper, form.values, version=form.version.data, by=g.user))
        if status is None:
            flash(_("Saved."))
            return redirect(url_for(".show", slug=slug, paper_id=paper_id))
        if status == TOO_LATE and paper.state in WRITABLE:
            conflict = differences(form, _form(event, paper, formdata=None))
    return render_template(
        "papers/edit.html",
        event=event,
        paper=paper,
        form=form,
        conflict=conflict,
        known=fields.known(paper.kind),
        of_event=fields.OF_EVENT,
        symbol=kinds.usual_symbol(paper.kind, paper.issuer or "", paper.letterhead, paper.drafting_unit),
    ), status


@bp.post("/<int:paper_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    paper_operations.remove_paper(paper, version=None, by=g.user)
    flash(_("The draft is removed."))
    return redirect(url_for(".index", slug=slug))


# --- Nơi nhận -----------------------------------------------------------------------------------------------


@bp.post("/<int:paper_id>/recipients")
@requires(Permission.EDIT_EVENT)
def add_recipient(slug, paper_id):
    event, paper = writable(slug, paper_id)
    form = PaperRecipientForm()
    status: int | None = 422
    if form.validate_on_submit():
        add = paper_operations.add_recipient
        status = attempt(form, lambda: add(paper, **form.values, by=g.user))
        if status is None:
            flash(_("The recipient is added."))
            return redirect(url_for(".show", slug=slug, paper_id=paper_id, _anchor="recipients"))
    return page(event, paper, recipient=form), status


@bp.route("/<int:paper_id>/recipients/<int:paper_recipient_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def recipient(slug, paper_id, paper_recipient_id):
    event, paper = writable(slug, paper_id)
    row = recipient_or_404(paper, paper_recipient_id)
    form = PaperRecipientForm(obj=row)
    status: int | None = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        save = paper_operations.edit_recipient
        status = attempt(form, lambda: save(paper, row, **form.values, by=g.user))
        if status is None:
            flash(_("Saved."))
            return redirect(url_for(".show", slug=slug, paper_id=paper_id, _anchor="recipients"))
    return render_template(
        "papers/recipient.html", event=event, paper=paper, recipient=row, form=form
    ), status


@bp.post("/<int:paper_id>/recipients/<int:paper_recipient_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_recipient(slug, paper_id, paper_recipient_id):
    _event, paper = writable(slug, paper_id)
    paper_operations.remove_recipient(paper, recipient_or_404(paper, paper_recipient_id), by=g.user)
    flash(_("The recipient is removed."))
    return redirect(url_for(".show", slug=slug, paper_id=paper_id, _anchor="recipients"))


# --- The paper itself ---------------------------------------------------------------------------------------


@bp.get("/<int:paper_id>.pdf")
@requires(Permission.READ_EVENT)
def as_pdf(slug, paper_id):
    """The paper as it would go out now; for one of its recipients with ?recipient=."""
    event, paper = readable(slug, paper_id)
    values = _values(event, paper)
    return papers.paper(pdf.render(paper_messages.TEMPLATE, values), paper_messages.file_name(paper))


@bp.get("/<int:paper_id>.docx")
@requires(Permission.READ_EVENT)
def as_docx(slug, paper_id):
    event, paper = readable(slug, paper_id)
    answer = Response(docx_file.write(_values(event, paper)), content_type=docx_file.CONTENT_TYPE)
    name = paper_messages.file_name(paper, "docx")
    answer.headers["Content-Disposition"] = papers.disposition("attachment", name)
    return answer


def _values(event: Event, paper: Document) -> dict[str, Any]:
    chosen = whole(request.args.get("recipient"))
    row = recipient_or_404(paper, chosen) if chosen is not None else None
    with force_locale(LOCALE):
        committee = paper_queries.committee_above(event)
        common = sheet.common(paper, today=clock.today(), committee=committee)
        return common | sheet.own(paper, paper_messages.recipient_values(paper, row))


# --- Finding and showing ------------------------------------------------------------------------------------


def readable(slug: str, paper_id: int) -> tuple[Event, Document]:
    """The paper, for those who write papers and for the account that signs this one."""
    event = event_or_404(slug, g.access)
    paper = paper_queries.paper_of(event, paper_id)
    if not (g.access.to(Permission.EDIT_EVENT).covers(event) or is_signer(paper, g.user)):
        raise NotFound(_("There is no such paper."))
    return event, paper


def writable(slug: str, paper_id: int) -> tuple[Event, Document]:
    event = event_or_404(slug, g.access)
    return event, paper_queries.paper_of(event, paper_id)


def recipient_or_404(paper: Document, recipient_id: int) -> DocumentRecipient:
    for row in paper.recipients:
        if row.id == recipient_id:
            return row
    raise NotFound(_("There is no such recipient."))


def page(event: Event, paper: Document, **forms: Any) -> str:
    """The paper's page; `forms` are those that came back with errors."""
    edits = g.access.to(Permission.EDIT_EVENT).covers(event)
    names = paper_queries.user_names([step.by_user_id for step in paper.steps])
    accounts = paper_queries.user_names([paper.block.user_id]) if paper.block else {}
    signs = paper.block is None or paper.block.user_id is None or is_signer(paper, g.user)
    return render_template(
        "papers/show.html",
        event=event,
        paper=paper,
        state=DocumentState,
        title=sheet.filled_title(paper),
        lines=sheet.recipient_lines(paper),
        names=names,
        signer_account=accounts.get(paper.block.user_id) if paper.block else None,
        edits=edits and not event.is_cancelled,
        writes=edits and paper.state in WRITABLE and not event.is_cancelled,
        signs=signs and (edits or is_signer(paper, g.user)) and not event.is_cancelled,
        may_recall=edits,
        following=paper_queries.successor(paper),
        former=paper_queries.former(paper),
        messages=circulation_operations.messages_about(paper),
        forms={
            "recipient": PaperRecipientForm(formdata=None),
            "remark": ReturnForm(formdata=None),
            "issue": IssueForm(formdata=None, data={"issued_on": clock.today()}),
            "recall": RecallForm(formdata=None),
        }
        | forms,
    )


def _form(event: Event, paper: Document, **kwargs: Any) -> PaperForm:
    blocks = paper_queries.blocks_of(event.host)
    if paper.block is not None and paper.block not in blocks:
        blocks.append(paper.block)
    data = {"symbol": paper.series.symbol} if paper.series else {"symbol": _usual_symbol(paper)}
    return PaperForm(blocks, obj=paper, data=data, **kwargs)


def _usual_symbol(paper: Document) -> str:
    return kinds.usual_symbol(paper.kind, paper.issuer or "", paper.letterhead, paper.drafting_unit)
