"""The messages of an event as they were and will be sent, and the folder they land in without a mail server."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventsvc import ical
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.deliveries import handover, labels, markers, messages, operations, outbox, queries, refusals
from eventsvc.deliveries.models import UNSENT, Delivery, DeliveryState
from eventsvc.errors import Invalid, NotFound
from eventsvc.events.permissions import event_or_404
from eventsvc.web import papers
from eventsvc.web.edits import carry_out
from eventsvc.web.navigation import may
from eventsvc.web.pagination import Page, number, paginate

bp = Blueprint("deliveries", __name__)
bp.add_app_template_filter(labels.kind, "message_kind")

# A message's HTML has its styles inside; it may show itself and do nothing else.
MESSAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
NO_PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 33 33' width='264' height='264'%3E"
    "%3Cpath fill='%23ddd' d='M0 0h33v33H0z'/%3E%3Ctext x='16.5' y='20' font-size='9' "
    "text-anchor='middle'%3EQR%3C/text%3E%3C/svg%3E"
)


@bp.app_context_processor
def alarms() -> dict[str, Any]:
    """What every page of an event tells those who send its messages: that a server takes none of them."""
    return {"mail_alarms": _alarms}


def _alarms(event: Any) -> list[tuple[str, str, str]]:
    """For each pause that a server caused: which messages wait, why, and the page where they go on."""
    if not may("send_mail", event):
        return []
    return [
        (
            _("batch “%(name)s”", name=batch.name) if batch else _("all messages"),
            refusals.words(pause.reason),
            url_for("batches.show", slug=event.slug, batch_id=batch.id)
            if batch
            else url_for("deliveries.index", slug=event.slug),
        )
        for pause, batch in queries.pauses_of(event.id)
        if pause.reason not in refusals.BY_PEOPLE
    ]


@bp.get("/events/<slug>/deliveries")
@requires(Permission.SEND_MAIL)
def index(slug):
    event = event_or_404(slug, g.access)
    chosen = request.args.get("state", "")
    state = DeliveryState(chosen) if chosen in set(DeliveryState) else None
    q = request.args.get("q", "")[:200]
    pause = queries.pause_of(event.id)
    counts = queries.state_counts(event.id)
    return render_template(
        "deliveries/index.html",
        event=event,
        page=paginate(queries.of_event(event.id, state=state, q=q)),
        counts=counts,
        unsent=sum(counts.get(unsent, 0) for unsent in UNSENT),
        states=DeliveryState,
        state=state,
        q=q,
        pause=pause,
        pause_words=refusals.words(pause.reason) if pause else "",
        kind_of=labels.kind,
    )


@bp.get("/events/<slug>/deliveries/<int:delivery_id>")
@requires(Permission.SEND_MAIL)
def show(slug, delivery_id):
    event, delivery = _found(slug, delivery_id)
    stem = messages.resend_stem(delivery)
    return render_template(
        "deliveries/show.html",
        event=event,
        delivery=delivery,
        text=markers.mask(delivery.text_body),
        entries=ical.read(ical.fold(delivery.calendar)) if delivery.calendar else [],
        method=ical.method(ical.fold(delivery.calendar)) if delivery.calendar else "",
        kind=labels.kind(delivery.kind),
        can_resend=delivery.state in {DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.BOUNCED},
        resend_number=queries.resend_count(stem) + 1,
    )


@bp.get("/events/<slug>/deliveries/<int:delivery_id>/body")
@requires(Permission.SEND_MAIL)
def body(slug, delivery_id):
    _event, delivery = _found(slug, delivery_id)
    return _framed(markers.mask(delivery.html_body or ""))


@bp.get("/events/<slug>/deliveries/<int:delivery_id>/message.eml")
@requires(Permission.SEND_MAIL)
def raw(slug, delivery_id):
    _event, delivery = _found(slug, delivery_id)
    if delivery.error_code == "bad_address":
        raise NotFound(_("No message could be made for this address."))
    return _download(handover.as_masked_message(delivery).as_bytes(), f"{slug}-{delivery.id}.eml")


@bp.get("/events/<slug>/deliveries/<int:enclosing_id>/paper.pdf")
@requires(Permission.SEND_MAIL)
def paper(slug, enclosing_id):
    """The paper that goes with the message, without the recipient's tokens."""
    _event, delivery = _found(slug, enclosing_id)
    enclosed = handover.paper_of(delivery)
    if enclosed is None:
        raise NotFound(_("There is nothing at this address."))
    return papers.paper(enclosed.data, f"{slug}-{delivery.id}.pdf")


@bp.post("/events/<slug>/deliveries/<int:delivery_id>/retry")
@requires(Permission.SEND_MAIL)
def retry(slug, delivery_id):
    _event, delivery = _found(slug, delivery_id)
    return _done(
        lambda: operations.retry_now(delivery, by=g.actor), _("The message is tried again now."), delivery
    )


@bp.post("/events/<slug>/deliveries/<int:delivery_id>/cancel")
@requires(Permission.SEND_MAIL)
def cancel(slug, delivery_id):
    _event, delivery = _found(slug, delivery_id)
    return _done(lambda: operations.cancel(delivery, by=g.actor), _("The message is called back."), delivery)


@bp.post("/events/<slug>/deliveries/<int:delivery_id>/resend")
@requires(Permission.SEND_MAIL)
def resend(slug, delivery_id):
    _event, delivery = _found(slug, delivery_id)
    count = queries.resend_count(messages.resend_stem(delivery))
    which = request.form.get("number", "")
    if not which.isascii() or not which.isdigit() or not 1 <= int(which[:9]) <= count + 1:
        raise Invalid(_("The page is out of date. Load it again."))
    return _done(
        lambda: operations.resend(delivery, number=int(which), by=g.actor),
        _("The message is sent once more."),
        delivery,
    )


@bp.post("/events/<slug>/deliveries/pause")
@requires(Permission.SEND_MAIL)
def pause(slug):
    event = event_or_404(slug, g.access)
    operations.pause(event, by=g.actor)
    flash(_("Sending is paused. Nothing leaves from the next message on."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/deliveries/resume")
@requires(Permission.SEND_MAIL)
def resume(slug):
    event = event_or_404(slug, g.access)
    operations.resume(event, by=g.actor)
    flash(_("Sending goes on."))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/deliveries/stop")
@requires(Permission.SEND_MAIL)
def stop(slug):
    event = event_or_404(slug, g.access)
    count = operations.stop(event, by=g.actor)
    flash(ngettext("%(num)s message is called back.", "%(num)s messages are called back.", count))
    return redirect(url_for(".index", slug=slug))


@bp.post("/events/<slug>/deliveries/release")
@requires(Permission.SEND_MAIL)
def release(slug):
    event = event_or_404(slug, g.access)
    count = operations.release(event, by=g.actor)
    flash(ngettext("%(num)s message may go.", "%(num)s messages may go.", count))
    return redirect(url_for(".index", slug=slug))


# The folder holds the mail of every event: for those who organize them all, and in development only.
@bp.get("/mail")
@requires(Permission.CREATE_EVENT)
def folder():
    found = outbox.names(_folder())
    size = 50
    page = number("page", 1, 10**6)
    shown = found[(page - 1) * size : page * size]
    letters = [outbox.letter(_folder(), name) for name in shown]
    return render_template("deliveries/folder.html", page=Page(letters, len(found), page, size))


@bp.get("/mail/<name>")
@requires(Permission.CREATE_EVENT)
def letter(name):
    return render_template("deliveries/letter.html", letter=outbox.letter(_folder(), name))


@bp.get("/mail/<name>/body")
@requires(Permission.CREATE_EVENT)
def letter_body(name):
    return _framed(outbox.letter(_folder(), name).html)


@bp.get("/mail/<name>.eml")
@requires(Permission.CREATE_EVENT)
def letter_file(name):
    return _download(outbox.letter(_folder(), name).data, f"{name}.eml")


def _found(slug: str, delivery_id: int) -> tuple[Any, Delivery]:
    event = event_or_404(slug, g.access)
    return event, queries.delivery_or_404(event, delivery_id)


def _done(act: Any, words: str, delivery: Delivery) -> Any:
    """Act, and say on the message's page what came of it; a refusal is a sentence there, not another page."""
    address = url_for(".show", slug=delivery.event.slug, delivery_id=delivery.id)
    carry_out(act, words)
    return redirect(address)


def _framed(html: str) -> Response:
    response = Response(html.replace(f"cid:{handover.QR_NAME}", NO_PICTURE), mimetype="text/html")
    response.headers["Content-Security-Policy"] = MESSAGE_POLICY
    return response


def _download(data: bytes, name: str) -> Response:
    response = Response(data, mimetype="message/rfc822")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _folder() -> Path:
    """Where messages land; there is no such page in production or beside a mail server."""
    if current_app.config["MAIL_SERVER"] or current_app.config["ENV"] != "development":
        raise NotFound(_("There is nothing at this address."))
    return Path(current_app.config["MAIL_FOLDER"])
