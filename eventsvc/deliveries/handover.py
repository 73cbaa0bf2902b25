"""From a row of the outbox to the message that leaves: secrets are opened here and nowhere before."""

from flask import current_app

from eventsvc import ical, qr, secrets
from eventsvc.deliveries import markers
from eventsvc.deliveries.message import Message, Picture
from eventsvc.deliveries.models import Delivery

QR_NAME = "pass-qr"
QR_SECRET = "pass_code"


def as_message(delivery: Delivery) -> Message:
    """The message with its tokens; ValueError when a secret is missing or no key opens it."""
    opened = {name: secrets.unseal(sealed) for name, sealed in delivery.secrets.items()}
    try:
        return _message(delivery, lambda text: markers.fill(text, opened), opened.get(QR_SECRET))
    except KeyError as missing:
        raise ValueError(f"delivery {delivery.id} has a marker without a secret: {missing}") from None


def as_masked_message(delivery: Delivery) -> Message:
    """The message as others may see it: dots for every token, no pass."""
    return _message(delivery, markers.mask, None)


def _message(delivery: Delivery, told, pass_code: str | None) -> Message:  # type: ignore[no-untyped-def]
    stop_path = told(delivery.stop_path) if delivery.stop_path else None
    return Message(
        message_id=delivery.message_id,
        subject=delivery.subject,
        sender=(delivery.sender_name, delivery.sender),
        recipient=(delivery.recipient_name, delivery.recipient),
        text=told(delivery.text_body),
        html=told(delivery.html_body) if delivery.html_body else None,
        pictures=(Picture(QR_NAME, qr.png(pass_code)),) if delivery.inline_qr and pass_code else (),
        calendar=ical.fold(told(delivery.calendar)) if delivery.calendar else None,
        reply_to=delivery.reply_to,
        stop_url=f"{current_app.config['PUBLIC_URL']}{stop_path}" if stop_path else None,
    )
