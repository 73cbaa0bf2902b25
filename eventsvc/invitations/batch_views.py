"""Batches: begin one, look through its drafts, check it, let it go, follow it, stop it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.audit.operations import user_id
from eventsvc.db import db
from eventsvc.deliveries import operations as outbox
from eventsvc.deliveries import queries as deliveries
from eventsvc.deliveries import refusals
from eventsvc.deliveries.models import Batch, BatchState, Delivery, DeliveryState
from eventsvc.errors import DomainError, Invalid, NotFound
from eventsvc.events.models import Event
from eventsvc.events.permissions import event_or_404
from eventsvc.events.queries import users_by_id
from eventsvc.guests import queries as guests
from eventsvc.invitations import (
    batch_kinds,
    batch_operations,
    batch_progress,
    batch_queries,
    kinds,
    preflight_messages,
)
from eventsvc.invitations.batch_forms import DraftForm
from eventsvc.sites import queries as sites
from eventsvc.web.arguments import search, whole, word
from eventsvc.web.edits import carry_out, save_form
from eventsvc.web.pagination import paginate
from eventsvc.web.snapshots import etag

bp = Blueprint("batches", __name__, url_prefix="/events/<slug>/batches")
bp.add_app_template_filter(batch_kinds.told, "batch_kind")
bp.add_app_template_filter(batch_kinds.told_now, "batch_kind_now")

MOST_TESTS = 999


@bp.get("")
@requires(Permission.SEND_MAIL)
def index(slug):
    event = event_or_404(slug, g.access)
    page = paginate(deliveries.batches_of(event.id), per_page=30)
    counts = deliveries.batch_counts(batch.id for batch in page.items)
    people = users_by_id({batch.created_by_id for batch in page.items if batch.created_by_id})
    return render_template(
        "batches/index.html",
        event=event,
        page=page,
        progress={batch.id: batch_progress.of(batch, counts[batch.id]) for batch in page.items},
        people=people,
        kinds=batch_operations.KINDS,
        groups=guests.groups_of(event),
        ranks=batch_queries.ranks_of(event),
        sites=list(db.session.scalars(sites.sites_of(event))),
    )


@bp.post("")
@requires(Permission.SEND_MAIL)
def start(slug):
    """Begin a batch: the field `kind`, and `group`, `site` or `rank` to narrow the scope."""
    event = event_or_404(slug, g.access)
    kind = request.form.get("kind", kinds.INVITATION)
    if kind not in batch_operations.KINDS:
        raise NotFound(_("There is nothing at this address."))
    return begin(event, kind, url_for(".index", slug=slug))


def begin(event: Event, kind: str, back: str) -> Response:
    """Begin a batch with the scope of the form and show it; a refusal is told where one came from."""
    try:
        batch = batch_operations.start(event, kind, **_scope(event), by=g.actor)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal), "error")
        return redirect(back)  # type: ignore[return-value]
    return redirect(url_for("batches.show", slug=event.slug, batch_id=batch.id))  # type: ignore[return-value]


@bp.get("/<int:batch_id>")
@requires(Permission.SEND_MAIL)
def show(slug, batch_id):
    event, batch = _found(slug, batch_id)
    state, q = word(DeliveryState, "state"), search()
    in_the_hand = batch.state in {BatchState.DRAFT, BatchState.WAITING}
    return render_template(
        "batches/show.html",
        event=event,
        batch=batch,
        state=state,
        q=q,
        states=DeliveryState,
        page=paginate(deliveries.of_batch(batch.id, state=state, q=q)),
        findings=preflight_messages.findings(batch) if in_the_hand else [],
        may_approve=user_id(g.actor) not in {None, batch.submitted_by_id},
        people=users_by_id({batch.created_by_id, batch.submitted_by_id, batch.released_by_id} - {None}),
        **_progress(batch),
    )


@bp.get("/<int:batch_id>/fragment")
@requires(Permission.SEND_MAIL)
def fragment(slug, batch_id):
    """How far the batch has come, for a page that looks again every few seconds."""
    event, batch = _found(slug, batch_id)
    seen = _progress(batch)
    pause = seen["pause"]
    tag = etag([seen["progress"].as_dict(), batch.state, pause and pause.reason])
    response = Response(mimetype="text/html")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    if not request.if_none_match.contains(tag):
        response.set_data(render_template("batches/progress.html", event=event, batch=batch, **seen))
    return response.make_conditional(request)


@bp.post("/<int:batch_id>/submit")
@requires(Permission.SEND_MAIL)
def submit(slug, batch_id):
    _event, batch = _found(slug, batch_id)

    def act() -> None:
        waits = batch_operations.submit(batch, by=g.actor) is BatchState.WAITING
        flash(
            _("The batch waits for a second person to let it go.") if waits else _("The batch is on its way.")
        )

    return _done(batch, act)


@bp.post("/<int:batch_id>/approve")
@requires(Permission.SEND_MAIL)
def approve(slug, batch_id):
    _event, batch = _found(slug, batch_id)
    return _done(batch, lambda: batch_operations.approve(batch, by=g.actor), _("The batch is on its way."))


@bp.post("/<int:batch_id>/send-back")
@requires(Permission.SEND_MAIL)
def send_back(slug, batch_id):
    _event, batch = _found(slug, batch_id)
    return _done(batch, lambda: outbox.send_back(batch, by=g.actor), _("The messages can be changed again."))


@bp.post("/<int:batch_id>/stop")
@requires(Permission.SEND_MAIL)
def stop(slug, batch_id):
    _event, batch = _found(slug, batch_id)

    def act() -> None:
        count = batch_operations.stop(batch, by=g.actor)
        flash(ngettext("%(num)s message is called back.", "%(num)s messages are called back.", count))

    return _done(batch, act)


@bp.post("/<int:batch_id>/pause")
@requires(Permission.SEND_MAIL)
def pause(slug, batch_id):
    _event, batch = _found(slug, batch_id)
    return _done(
        batch,
        lambda: outbox.pause_batch(batch, by=g.actor),
        _("Sending is paused. Nothing leaves from the next message on."),
    )


@bp.post("/<int:batch_id>/resume")
@requires(Permission.SEND_MAIL)
def resume(slug, batch_id):
    _event, batch = _found(slug, batch_id)
    return _done(batch, lambda: outbox.resume_batch(batch, by=g.actor), _("Sending goes on."))


@bp.route("/<int:batch_id>/drafts/<int:draft_id>", methods=["GET", "POST"])
@requires(Permission.SEND_MAIL)
def draft(slug, batch_id, draft_id):
    """The words of one draft; they cannot be changed any more once the batch is submitted."""
    event, batch, delivery = _draft(slug, batch_id, draft_id)
    form = DraftForm(delivery)
    is_saved, status, conflict = save_form(
        form,
        lambda: outbox.edit_draft(
            delivery, subject=form.subject.data, text=form.text.data, version=form.version.data, by=g.actor
        ),
        lambda: DraftForm(delivery, formdata=None),
    )
    if is_saved:
        flash(_("Saved."))
        return redirect(url_for(".draft", slug=slug, batch_id=batch_id, draft_id=draft_id))
    return render_template(
        "batches/draft.html",
        event=event,
        batch=batch,
        delivery=delivery,
        form=form,
        conflict=conflict,
        is_open=batch.state is BatchState.DRAFT
        and delivery.state in {DeliveryState.DRAFT, DeliveryState.HELD},
        number=deliveries.tests_of(delivery, user_id(g.actor)) + 1,
    ), status


@bp.post("/<int:batch_id>/drafts/<int:draft_id>/leave-out")
@requires(Permission.SEND_MAIL)
def leave_out(slug, batch_id, draft_id):
    _event, batch, delivery = _draft(slug, batch_id, draft_id)
    return _done(
        batch,
        lambda: outbox.leave_out(delivery, by=g.actor),
        _("The message is left out. The person stands on the list of invitations to hand over."),
    )


@bp.post("/<int:batch_id>/drafts/<int:draft_id>/hold")
@requires(Permission.SEND_MAIL)
def hold(slug, batch_id, draft_id):
    _event, batch, delivery = _draft(slug, batch_id, draft_id)
    return _done(
        batch,
        lambda: outbox.hold(delivery, by=g.actor),
        _("The message is held: it does not leave with the batch."),
    )


@bp.post("/<int:batch_id>/drafts/<int:draft_id>/unhold")
@requires(Permission.SEND_MAIL)
def unhold(slug, batch_id, draft_id):
    _event, batch, delivery = _draft(slug, batch_id, draft_id)
    return _done(batch, lambda: outbox.unhold(delivery, by=g.actor), _("The message is no longer held."))


@bp.post("/<int:batch_id>/drafts/<int:draft_id>/test")
@requires(Permission.SEND_MAIL)
def test(slug, batch_id, draft_id):
    """The message to one's own address."""
    event, batch, delivery = _draft(slug, batch_id, draft_id)
    number = whole(request.form.get("number"))
    if g.user is None or number is None or not 1 <= number <= MOST_TESTS:
        raise Invalid(_("The page is out of date. Load it again."))
    outbox.send_test(delivery, number=number, by=g.user)
    flash(_("A test letter is on its way to %(address)s.", address=g.user.email))
    return redirect(url_for(".draft", slug=event.slug, batch_id=batch.id, draft_id=draft_id))


def _progress(batch: Batch) -> dict[str, Any]:
    counts = deliveries.batch_counts([batch.id])[batch.id]
    pause = deliveries.pause_of_batch(batch) if batch.state is BatchState.RELEASED else None
    return {
        "progress": batch_progress.of(batch, counts),
        "pause": pause,
        "pause_words": refusals.words(pause.reason) if pause else "",
    }


def _found(slug: str, batch_id: int) -> tuple[Event, Batch]:
    event = event_or_404(slug, g.access)
    return event, deliveries.batch_or_404(event, batch_id)


def _draft(slug: str, batch_id: int, draft_id: int) -> tuple[Event, Batch, Delivery]:
    event, batch = _found(slug, batch_id)
    delivery = deliveries.delivery_or_404(event, draft_id)
    if delivery.batch_id != batch.id:
        raise NotFound(_("There is no such message."))
    return event, batch, delivery


def _done(batch: Batch, act: Callable[[], Any], words: str | None = None) -> Any:
    """Act, and say on the batch's page what came of it; a refusal is a sentence there, not another page."""
    address = url_for(".show", slug=batch.event.slug, batch_id=batch.id)
    carry_out(act, words)
    return redirect(address)


def _scope(event: Event) -> dict[str, Any]:
    """Whom the form names; NotFound for what this event does not have."""
    group_id, code, rank_id = (request.form.get(name) or None for name in ("group", "site", "rank"))
    scope: dict[str, Any] = {}
    if group_id is not None:
        number = whole(group_id)
        if number is None:
            raise NotFound(_("There is nothing at this address."))
        scope["group"] = guests.group_of(event, number)
    if code is not None:
        scope["site"] = sites.site_by_code(event, code)
    if rank_id is not None:
        number = whole(rank_id)
        scope["rank"] = batch_queries.rank_of(event, number) if number is not None else None
        if scope["rank"] is None:
            raise NotFound(_("There is nothing at this address."))
    return scope
