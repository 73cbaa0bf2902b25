"""The paper behind an event: number, signature, what it rests on, who receives it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.documents import labels, operations  # noqa: F401  (labels registers the words)
from eventsvc.documents.forms import DocumentForm, RecipientForm
from eventsvc.documents.models import DocumentRecipient
from eventsvc.errors import NotFound
from eventsvc.events.permissions import event_or_404
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.web.edits import save_form

bp = Blueprint("documents", __name__, url_prefix="/events/<slug>/documents")


@bp.get("")
@requires(Permission.READ_EVENT)
def index(slug):
    event = event_or_404(slug, g.access)
    return render_template("documents/index.html", event=event, document=event.document, form=RecipientForm())


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug):
    event = event_or_404(slug, g.access)
    form = DocumentForm(obj=event.document, data={"title": event.title})
    is_saved, status, conflict = save_form(
        form,
        lambda: operations.save_document(event, form.values, version=form.version.data, by=g.user),
        lambda: DocumentForm(obj=event.document, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template("documents/edit.html", event=event, form=form, conflict=conflict), status


@bp.post("/recipients")
@requires(Permission.EDIT_EVENT)
def add_recipient(slug):
    event = event_or_404(slug, g.access)
    _document_or_404(event)
    form = RecipientForm()
    if form.validate_on_submit():
        named = _named(event, form.text.data)
        operations.add_recipient(event, **form.values, organization=named, by=g.user)
        flash(_("The recipient is added."))
        return redirect(url_for(".index", slug=slug, _anchor="recipients"))
    page = render_template("documents/index.html", event=event, document=event.document, form=form)
    return page, 422


@bp.route("/recipients/<int:recipient_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def recipient(slug, recipient_id):
    event = event_or_404(slug, g.access)
    row = _recipient_or_404(event, recipient_id)
    form = RecipientForm(obj=row)
    if form.validate_on_submit():
        named = _named(event, form.text.data)
        operations.edit_recipient(event, row, **form.values, organization=named, by=g.user)
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug, _anchor="recipients"))
    page = render_template("documents/recipient.html", event=event, recipient=row, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/recipients/<int:recipient_id>/remove")
@requires(Permission.EDIT_EVENT)
def remove_recipient(slug, recipient_id):
    event = event_or_404(slug, g.access)
    operations.remove_recipient(event, _recipient_or_404(event, recipient_id), by=g.user)
    flash(_("The recipient is removed."))
    return redirect(url_for(".index", slug=slug, _anchor="recipients"))


def _named(event: Any, words: str) -> Organization | None:
    """The organization that a line names, without "(để báo cáo)"."""
    on, province = event.units_as_of, event.province_code
    return organizations.find(words, on=on, province_code=province) or organizations.find(
        words.partition("(")[0], on=on, province_code=province
    )


def _document_or_404(event: Any) -> Any:
    if event.document is None:
        raise NotFound(_("No paper is written down for this event yet."))
    return event.document


def _recipient_or_404(event: Any, recipient_id: int) -> DocumentRecipient:
    for row in _document_or_404(event).recipients:
        if row.id == recipient_id:
            return row
    raise NotFound(_("There is no such recipient."))
