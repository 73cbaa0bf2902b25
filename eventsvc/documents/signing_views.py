"""Trình ký: the buttons of a paper's page, from submitting it to recalling it, and its way to those on "Nơi nhận"."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.documents import circulation_operations, paper_queries, signing_operations
from eventsvc.documents.paper_forms import IssueForm, RecallForm, ReturnForm, StepForm
from eventsvc.documents.paper_views import bp, page, readable, writable
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt


@bp.post("/<int:paper_id>/submit")
@requires(Permission.EDIT_EVENT)
def submit(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    form = StepForm()
    return _taken(
        slug,
        paper_id,
        lambda: signing_operations.submit(paper, version=form.seen.data, by=g.user),
        _("The paper lies before its signer."),
    )


@bp.post("/<int:paper_id>/take-back")
@requires(Permission.EDIT_EVENT)
def take_back(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    return _taken(
        slug,
        paper_id,
        lambda: signing_operations.take_back(paper, by=g.user),
        _("The paper is a draft again."),
    )


@bp.post("/<int:paper_id>/sign")
@requires(Permission.READ_EVENT)
def sign(slug, paper_id):
    _event, paper = readable(slug, paper_id)
    form = StepForm()
    return _taken(
        slug,
        paper_id,
        lambda: signing_operations.sign(paper, version=form.seen.data, by=g.user),
        _("The paper is signed."),
    )


@bp.post("/<int:paper_id>/return")
@requires(Permission.READ_EVENT)
def hand_back(slug, paper_id):
    event, paper = readable(slug, paper_id)
    form = ReturnForm()
    return _with_form(
        event,
        paper,
        form,
        "remark",
        lambda: signing_operations.hand_back(paper, form.remark.data or "", by=g.user),
        _("The paper is returned with your remarks."),
    )


@bp.post("/<int:paper_id>/allow-mail")
@requires(Permission.READ_EVENT)
def allow_mail(slug, paper_id):
    _event, paper = readable(slug, paper_id)
    allowed = request.form.get("allowed") == "1"
    return _taken(
        slug,
        paper_id,
        lambda: signing_operations.allow_mail(paper, allowed, by=g.user),
        _("Messages may go out before the paper is issued.")
        if allowed
        else _("Messages wait until the paper is issued."),
    )


@bp.post("/<int:paper_id>/issue")
@requires(Permission.EDIT_EVENT)
def issue(slug, paper_id):
    event, paper = writable(slug, paper_id)
    form = IssueForm()
    return _with_form(
        event,
        paper,
        form,
        "issue",
        lambda: signing_operations.issue(
            paper, issued_on=form.issued_on.data, version=form.seen.data, by=g.user
        ),
        _("The paper is issued."),
    )


@bp.post("/<int:paper_id>/recall")
@requires(Permission.EDIT_EVENT)
def recall(slug, paper_id):
    event, paper = writable(slug, paper_id)
    form = RecallForm()
    return _with_form(
        event,
        paper,
        form,
        "recall",
        lambda: signing_operations.recall(paper, form.reason.data or "", by=g.user),
        _("The paper is recalled."),
    )


@bp.post("/<int:paper_id>/revise")
@requires(Permission.EDIT_EVENT)
def revise(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    draft = signing_operations.revise(paper, by=g.user)
    flash(_("This draft replaces the paper once it is issued."))
    return redirect(url_for(".show", slug=slug, paper_id=draft.id))


@bp.post("/<int:paper_id>/send")
@requires(Permission.EDIT_EVENT)
def send(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    count = circulation_operations.send(paper, by=g.user)
    flash(ngettext("%(num)s message is queued.", "%(num)s messages are queued.", count))
    return redirect(url_for(".show", slug=slug, paper_id=paper_id, _anchor="recipients"))


@bp.post("/<int:paper_id>/send-again")
@requires(Permission.EDIT_EVENT)
def send_again(slug, paper_id):
    _event, paper = writable(slug, paper_id)
    seen = whole(request.form.get("seen"))
    count = circulation_operations.send_again(paper, seen=-1 if seen is None else seen, by=g.user)
    flash(ngettext("%(num)s message is queued.", "%(num)s messages are queued.", count))
    return redirect(url_for(".show", slug=slug, paper_id=paper_id, _anchor="recipients"))


def _taken(slug: str, paper_id: int, step: Callable[[], Any], words: str) -> Any:
    """Take a step that has no form of its own; what refuses it is told on the page it began on."""
    form = StepForm()
    refused = attempt(form, step)
    if refused is None:
        flash(words)
        return redirect(url_for(".show", slug=slug, paper_id=paper_id))
    event, paper = readable(slug, paper_id)
    return page(event, paper, step=form), refused


def _with_form(event: Any, paper: Any, form: Any, name: str, step: Callable[[], Any], words: str) -> Any:
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(form, step)
        if status is None:
            flash(words)
            return redirect(url_for(".show", slug=event.slug, paper_id=paper.id))
    return page(event, paper_queries.paper_of(event, paper.id), **{name: form}), status
