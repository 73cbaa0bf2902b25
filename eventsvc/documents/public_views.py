"""The page behind the link in a message with a paper: the paper, and one button that says it has arrived."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventsvc import clock, pdf
from eventsvc.accounts.access import public
from eventsvc.documents import circulation_operations, paper_messages, paper_queries, sheet
from eventsvc.documents.models import Document, DocumentRecipient, DocumentState
from eventsvc.documents.paper_forms import AcknowledgeForm
from eventsvc.errors import DomainError, NotFound
from eventsvc.web import papers
from eventsvc.web.edits import attempt

bp = Blueprint("public_papers", __name__)

LOCALE = "vi"


class NoLongerKept(DomainError):
    """The paper names people whose data the event no longer shows by a link."""

    status, code = 410, "no_longer_kept"


@bp.route("/papers/<token>", methods=["GET", "POST"])
@public
def page(token):
    """Reading changes nothing: programs that scan mail follow links. Only the button does."""
    row, paper = _found(token)
    form = AcknowledgeForm(data={"version": paper.version})
    status: int | None = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(
            form,
            lambda: circulation_operations.acknowledge(row, form.name.data or "", version=form.version.data),
        )
        if status is None:
            flash(_("Thank you. The receipt is recorded."))
            return redirect(url_for(".page", token=token))
    following = paper_queries.successor(paper)
    return render_template(
        "papers/public.html",
        paper=paper,
        row=row,
        token=token,
        form=form,
        title=sheet.filled_title(paper),
        is_recalled=paper.state is DocumentState.RECALLED,
        replaced_by=following if following and following.state is DocumentState.ISSUED else None,
    ), status


@bp.get("/papers/<token>/paper.pdf")
@public
def as_pdf(token):
    row, paper = _found(token)
    if paper.state is not DocumentState.ISSUED:
        raise NotFound(_("There is nothing at this address."))
    with force_locale(LOCALE):
        committee = paper_queries.committee_above(paper.event) if paper.event else None
        values = sheet.common(paper, today=clock.today(), committee=committee)
        values |= sheet.own(paper, paper_messages.recipient_values(paper, row))
    return papers.paper(pdf.render(paper_messages.TEMPLATE, values), paper_messages.file_name(paper))


def _found(token: str) -> tuple[DocumentRecipient, Document]:
    found = paper_queries.recipient_by_token(token)
    if found is None or found[1].issued_at is None:
        raise NotFound(_("There is nothing at this address."))
    event = found[1].event
    if event and event.data_kept_until is not None and event.data_kept_until < clock.today():
        raise NoLongerKept(_("This link is no longer valid. Please ask whoever invited you."))
    return found
