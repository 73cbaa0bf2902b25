"""What comes back from mail servers, and what it does to our messages: only with our own signature."""

import pytest
import sqlalchemy as sa

from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.deliveries import addresses, inbound, operations, queries
from eventsvc.deliveries.models import (
    Delivery,
    DeliveryState,
    InboundKind,
    InboundMail,
    InboundState,
    SuppressedAddress,
)
from eventsvc.deliveries.operations import receiving
from tests import factories
from tests.deliveries.letters import letter
from tests.deliveries.messages import queued

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

DOMAIN = "bo.example.vn"


@pytest.fixture
def signed(app):
    """Return paths are signed and come to a domain of their own."""
    app.config["BOUNCE_DOMAIN"] = DOMAIN
    return app


def sent(**fields) -> Delivery:
    """A message that has left."""
    delivery = queued(**fields)
    with atomic():
        delivery.state, delivery.attempts, delivery.sent_at = DeliveryState.SENT, 1, delivery.created_at
        delivery.first_tried_at = delivery.created_at
    return delivery


def returned(app, delivery, name="returned_no_such_address", **values) -> InboundMail:
    """The report about a message, at the address that it left with."""
    back = addresses.return_path(delivery.id, DOMAIN, app.config["TOKEN_KEY"])
    about = {"TO": back, "RECIPIENT": delivery.recipient, "MESSAGE_ID": delivery.message_id}
    return receiving.receive(letter(name, **(about | values)))


def state_of(delivery) -> tuple[str, str | None]:
    db.session.refresh(delivery)
    return delivery.state.value, delivery.error_code


def test_a_message_leaves_with_signed_addresses_that_nobody_else_is_shown(app, sink):
    app.config.update(BOUNCE_DOMAIN=DOMAIN, MAIL_REPLY_TO="traloi@example.vn")
    delivery = queued(subject_kind="invitation", subject_id=7)

    operations.drain(worker="test")

    envelope_sender, _recipients, _data = sink.accepted[0]
    key = app.config["TOKEN_KEY"]
    assert envelope_sender == addresses.return_path(delivery.id, DOMAIN, key)
    assert sink.messages[0]["Reply-To"] == addresses.reply_address("traloi@example.vn", "invitation", 7, key)
    assert sink.messages[0]["From"].addresses[0].addr_spec == app.config["MAIL_SENDER"]
    assert b"+invitation-7" not in _masked(delivery)


def _masked(delivery) -> bytes:
    from eventsvc.deliveries import handover

    return handover.as_masked_message(delivery).as_bytes()


@pytest.mark.parametrize("name", ["returned_no_such_address", "returned_by_exchange", "returned_by_qmail"])
def test_an_address_that_does_not_exist_is_not_written_to_again(signed, name):
    delivery = sent()

    report = returned(signed, delivery, name)

    assert (report.kind, report.state, report.outcome) == (
        InboundKind.BOUNCE,
        InboundState.APPLIED,
        "bounced",
    )
    assert state_of(delivery) == ("bounced", "no_such_address")
    assert delivery.last_error == "Địa chỉ không tồn tại."
    assert queries.is_suppressed(delivery.recipient)


@pytest.mark.parametrize(
    ("status", "diagnostic", "expected"),
    [
        ("5.2.1", "550 mailbox disabled", ("bounced", "mailbox_closed")),
        ("5.3.4", "552 too big", ("bounced", "too_large")),
        ("4.4.7", "delivery time expired", ("retry", "try_later")),
    ],
)
def test_other_failures_suppress_nobody(signed, status, diagnostic, expected):
    delivery = sent()

    returned(signed, delivery, STATUS=status, DIAGNOSTIC=diagnostic)

    assert state_of(delivery) == expected
    assert not queries.is_suppressed(delivery.recipient)


def test_a_policy_against_us_keeps_the_rest_back_and_suppresses_nobody(signed):
    event = factories.event()
    delivery, waiting = sent(event_id=event.id), queued(event_id=event.id)

    report = returned(signed, delivery, STATUS="5.7.1", DIAGNOSTIC="550 5.7.1 blocked")

    assert report.outcome == "paused"
    assert queries.pause_of(event.id).reason == "blocked_by_policy"
    assert operations.claim(waiting.id, worker="test") is None
    assert db.session.scalars(sa.select(SuppressedAddress)).all() == []


def test_a_delay_changes_nothing(signed):
    delivery = sent()
    back = addresses.return_path(delivery.id, DOMAIN, signed.config["TOKEN_KEY"])
    raw = letter("returned_no_such_address", TO=back, RECIPIENT=delivery.recipient, STATUS="4.4.1")

    report = receiving.receive(raw.replace(b"Action: failed", b"Action: delayed"))

    assert (report.state, report.outcome) == (InboundState.APPLIED, "delayed")
    assert state_of(delivery) == ("sent", None)


def test_an_address_that_forwards_elsewhere_is_not_the_one_that_is_missing(signed):
    delivery = sent()

    returned(signed, delivery, RECIPIENT="rieng@elsewhere.example.vn")

    assert state_of(delivery) == ("bounced", "no_such_address")
    assert not queries.is_suppressed(delivery.recipient)
    assert not queries.is_suppressed("rieng@elsewhere.example.vn")


@pytest.mark.parametrize("to", ["forged", "of another", "none"])
def test_a_forged_report_for_a_vip_has_no_effect(signed, to):
    vip, other = sent(recipient="bi.thu@tinhuy.example.vn"), sent()
    path = {
        "forged": addresses.return_path(vip.id, DOMAIN, "a-key-of-somebody-else"),
        "of another": addresses.return_path(other.id, DOMAIN, signed.config["TOKEN_KEY"]).replace(
            f"b+{other.id}.", f"b+{vip.id}."
        ),
        "none": "moi@quangngai.example.vn",
    }[to]

    report = returned(signed, vip, TO=path)

    assert report.state is InboundState.IGNORED
    assert report.outcome == ("unsigned" if to == "none" else "forged")
    assert state_of(vip) == ("sent", None)
    assert not queries.is_suppressed(vip.recipient)
    noticed = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_id == report.id)).all()
    assert noticed == ([] if to == "none" else ["inbound.forged"])


def test_without_a_domain_for_returns_a_person_decides_whether_a_report_is_genuine(app, organizer):
    event = factories.event()
    delivery = sent(event_id=event.id)

    report = returned(app, delivery, TO="moi@quangngai.example.vn")
    untouched = state_of(delivery)
    receiving.believe_bounce(report, by=organizer)

    assert untouched == ("sent", None)
    assert (report.state, report.outcome) == (InboundState.APPLIED, "bounced")
    assert state_of(delivery) == ("bounced", "no_such_address")
    with pytest.raises(receiving.AlreadySettled):
        receiving.believe_bounce(report, by=organizer)


def test_the_same_report_twice_is_one(signed):
    delivery = sent()

    first = returned(signed, delivery)
    again = returned(signed, delivery)

    assert again.id == first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(InboundMail)) == 1


def test_a_report_that_comes_after_somebody_sent_it_again_touches_nothing(signed, organizer):
    delivery = sent()
    with atomic():
        delivery.state = DeliveryState.FAILED
    operations.retry_now(delivery, by=organizer)

    report = returned(signed, delivery)

    assert (report.state, report.outcome) == (InboundState.IGNORED, "late")
    assert state_of(delivery)[0] == "queued"
    assert not queries.is_suppressed(delivery.recipient)


@pytest.mark.parametrize("name", ["out_of_office", "vacation_without_sender", "receipt"])
def test_an_automatic_reply_is_not_a_bounce(signed, name):
    delivery = sent()

    report = returned(signed, delivery, name)

    assert (report.kind, report.state) == (InboundKind.AUTO_REPLY, InboundState.IGNORED)
    assert state_of(delivery) == ("sent", None)


def test_five_megabytes_are_kept_to_their_limit(signed):
    delivery = sent()
    back = addresses.return_path(delivery.id, DOMAIN, signed.config["TOKEN_KEY"])
    raw = letter("returned_no_such_address", TO=back, RECIPIENT=delivery.recipient) + b"x" * 5_000_000

    report = receiving.receive(raw)

    assert (report.kind, report.outcome, report.is_cut) == (InboundKind.BOUNCE, "too_large", True)
    assert len(report.raw) == inbound.KEPT_OF_LARGE
    assert receiving.receive(raw[: inbound.WHOLE_LIMIT + 1]).id == report.id
    assert state_of(delivery) == ("sent", None)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 999, b"\xff\xfe: \x00\r\n\r\n\xed\xa0\x80", b"Content-Type: multipart/mixed\r\n" * 400],
)
def test_whatever_comes_in_is_kept(app, raw):
    report = receiving.receive(raw)

    db.session.expire_all()
    assert report.raw == raw
    assert report.state is InboundState.NEW
