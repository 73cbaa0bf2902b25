"""Who signs how, and which numbers have been given."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.documents import paper_queries, signature_operations
from eventsvc.documents.models import SignatureBlock
from eventsvc.documents.paper_forms import BlockForm, SeriesForm
from eventsvc.documents.wordings import SIGNATURE_FORMS
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.web.arguments import whole
from eventsvc.web.edits import attempt, save_form

bp = Blueprint("signatures", __name__, url_prefix="/events/<slug>/signatures")


@bp.get("")
@requires(Permission.EDIT_EVENT)
def index(slug):
    return _page(event_or_404(slug, g.access))


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def new(slug):
    event = event_or_404(slug, g.access)
    chosen = whole(request.args.get("form"))
    begun = SIGNATURE_FORMS[chosen] if chosen is not None and chosen < len(SIGNATURE_FORMS) else ()
    form = BlockForm(
        paper_queries.accounts_of(event.host),
        data={"lines": "\n".join(begun), "name": " – ".join(begun), "version": None},
    )
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        status = attempt(form, lambda: signature_operations.add_block(event.host, **form.values, by=g.user))
        if status is None:
            flash(_("The signature is added."))
            return redirect(url_for(".index", slug=slug))
    return render_template(
        "signatures/new.html", event=event, form=form, usual=list(enumerate(SIGNATURE_FORMS))
    ), status


@bp.route("/<int:block_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_EVENT)
def edit(slug, block_id):
    event = event_or_404(slug, g.access)
    block = paper_queries.block_of(event.host, block_id)
    form = _form(event, block)
    is_saved, status, conflict = save_form(
        form,
        lambda: signature_operations.edit_block(block, **form.values, version=form.version.data, by=g.user),
        lambda: _form(event, block, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".index", slug=slug))
    return render_template(
        "signatures/edit.html", event=event, block=block, form=form, conflict=conflict
    ), status


@bp.post("/<int:block_id>/retire")
@requires(Permission.EDIT_EVENT)
def retire(slug, block_id):
    event = event_or_404(slug, g.access)
    signature_operations.retire_block(paper_queries.block_of(event.host, block_id), by=g.user)
    flash(_("The signature is no longer offered."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/series/<int:series_id>")
@requires(Permission.EDIT_EVENT)
def series(slug, series_id):
    event = event_or_404(slug, g.access)
    found = paper_queries.series_by_id(event.host, series_id)
    form = SeriesForm()
    status: int | None = 422
    if form.validate_on_submit():
        status = attempt(form, lambda: signature_operations.set_last_number(found, form.last.data, by=g.user))
        if status is None:
            flash(_("Saved."))
            return redirect(url_for(".index", slug=slug, _anchor="numbers"))
    return _page(event, refused=(series_id, form)), status


def _page(event: Event, refused: tuple[int, SeriesForm] | None = None) -> str:
    rows = paper_queries.series_of(event.host)
    forms = {row.id: SeriesForm(formdata=None, prefix="", data={"last": row.last or None}) for row in rows}
    if refused is not None:
        forms[refused[0]] = refused[1]
    return render_template(
        "signatures/index.html",
        event=event,
        blocks=paper_queries.blocks_of(event.host),
        accounts=paper_queries.user_names([b.user_id for b in paper_queries.blocks_of(event.host)]),
        series=rows,
        forms=forms,
        refused=refused[1] if refused else None,
        following={row.id: paper_queries.next_number(row) for row in rows},
        year=clock.today().year,
    )


def _form(event: Event, block: SignatureBlock, **kwargs: Any) -> BlockForm:
    accounts = paper_queries.accounts_of(event.host)
    data = {
        "version": block.version,
        "name": block.name,
        "lines": "\n".join(block.lines),
        "signer": block.signer,
        "user": next((user for user in accounts if user.id == block.user_id), None),
    }
    return BlockForm(accounts, data=data, **kwargs)
