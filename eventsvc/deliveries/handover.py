"""From a row of the outbox to the message that leaves: secrets are opened and papers set here and nowhere before."""

from collections.abc import Callable

import flask_mail
from flask import current_app

from eventsvc import ical, pdf, qr, secrets
from eventsvc.db import db
from eventsvc.deliveries import addresses, markers
from eventsvc.deliveries.message import Message, Picture
from eventsvc.deliveries.models import Delivery, EnclosedPaper

QR_NAME = "pass-qr"
QR_SECRET = "pass_code"


def as_message(delivery: Delivery) -> Message:
    """The message with its tokens and its paper; ValueError when a secret is missing or no key opens it,
    CannotPrint when the paper could not be set in time."""
    opened = _opened(delivery)
    return _message(delivery, _filler(delivery, opened), opened.get(QR_SECRET), is_leaving=True)


def as_text(delivery: Delivery) -> str:
    """The words alone, with their tokens."""
    return _filler(delivery, _opened(delivery))(delivery.text_body)


def as_masked_message(delivery: Delivery) -> Message:
    """The message as others may see it: dots for every token, no pass."""
    return _message(delivery, markers.mask, None)


def paper_of(delivery: Delivery, told: Callable[[str], str] = markers.mask) -> flask_mail.Attachment | None:
    """The paper that goes with the message, as a PDF; None when there is none."""
    if delivery.paper_id is None:
        return None
    paper = db.session.get_one(EnclosedPaper, delivery.paper_id)
    values = {**paper.values, **(delivery.paper_values or {})}
    return flask_mail.Attachment(
        paper.name, "application/pdf", pdf.render(paper.template, _told(values, told))
    )


def _told(value, told: Callable[[str], str]):  # type: ignore[no-untyped-def]
    """The values of a paper with the tokens that stand in them filled in."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, dict):
        return {key: _told(part, told) for key, part in value.items()}
    if isinstance(value, list):
        return [_told(part, told) for part in value]
    return value


def _opened(delivery: Delivery) -> dict[str, str]:
    return {name: secrets.unseal(sealed) for name, sealed in delivery.secrets.items()}


def _filler(delivery: Delivery, opened: dict[str, str]) -> Callable[[str], str]:
    def told(text: str) -> str:
        try:
            return markers.fill(text, opened)
        except KeyError as missing:
            raise ValueError(f"delivery {delivery.id} has a marker without a secret: {missing}") from None

    return told


def _return_path(delivery: Delivery) -> str | None:
    """The signed address that a report about this message comes to; None when no domain is set up for them."""
    domain = current_app.config["BOUNCE_DOMAIN"]
    return addresses.return_path(delivery.id, domain, current_app.config["TOKEN_KEY"]) if domain else None


def _reply_to(delivery: Delivery) -> str | None:
    """The signed address that an answer to this message goes to, at the mailbox that is set up for answers."""
    mailbox = delivery.reply_to
    if not mailbox or mailbox != current_app.config["MAIL_REPLY_TO"] or delivery.subject_id is None:
        return mailbox
    kind, key = delivery.subject_kind or "", current_app.config["TOKEN_KEY"]
    return addresses.reply_address(mailbox, kind, delivery.subject_id, key)


def _message(
    delivery: Delivery, told: Callable[[str], str], pass_code: str | None, *, is_leaving: bool = False
) -> Message:
    stop_path = told(delivery.stop_path) if delivery.stop_path else None
    paper = paper_of(delivery, told)
    return Message(
        message_id=delivery.message_id,
        subject=delivery.subject,
        sender=(delivery.sender_name, delivery.sender),
        recipient=(delivery.recipient_name, delivery.recipient),
        text=told(delivery.text_body),
        html=told(delivery.html_body) if delivery.html_body else None,
        pictures=(Picture(QR_NAME, qr.png(pass_code)),) if delivery.inline_qr and pass_code else (),
        calendar=ical.fold(told(delivery.calendar)) if delivery.calendar else None,
        files=(paper,) if paper else (),
        reply_to=_reply_to(delivery) if is_leaving else delivery.reply_to,
        return_path=_return_path(delivery) if is_leaving else None,
        stop_url=f"{current_app.config['PUBLIC_URL']}{stop_path}" if stop_path else None,
    )
