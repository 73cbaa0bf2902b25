"""Text messages go through the same outbox by another way out."""

import json
from pathlib import Path

import pytest

from eventsvc.deliveries import channels, operations, transport
from eventsvc.deliveries.markers import marker
from eventsvc.deliveries.models import Channel, DeliveryState
from tests.deliveries.messages import queued

NUMBER = "+84501000007"


def written(app) -> list[dict]:
    lines = [path.read_text("utf-8") for path in sorted(Path(app.config["ZALO_FOLDER"]).glob("*.jsonl"))]
    return [json.loads(line) for line in "".join(lines).splitlines()]


def text(**changes):
    words = {"text_body": f"Kính mời. Trang: {marker('link')}", "secrets": {"link": "lien-ket"}}
    return queued(**{"channel": Channel.ZALO, "recipient": NUMBER, **words, **changes})


def test_a_text_message_becomes_a_line_of_the_file_once(app):
    delivery = text()

    assert operations.drain(worker="test:1") == 1
    assert operations.drain(worker="test:1") == 0

    (line,) = written(app)
    assert (line["id"], line["number"], line["text"]) == (
        delivery.message_id,
        NUMBER,
        "Kính mời. Trang: lien-ket",
    )
    assert delivery.state is DeliveryState.SENT
    assert not list(Path(app.config["MAIL_FOLDER"]).glob("*"))


def test_a_folder_that_cannot_be_written_is_tried_again_later(app):
    Path(app.config["ZALO_FOLDER"]).write_text("in the way")
    delivery, mail = text(), queued()

    operations.drain(worker="test:1")

    assert (delivery.state, delivery.error_code) == (DeliveryState.RETRY, "unreachable")
    assert mail.state is DeliveryState.SENT


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_line_cut_off_by_a_crash_spoils_no_other(app):
    text()
    operations.drain(worker="test:1")
    (path,) = Path(app.config["ZALO_FOLDER"]).glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b'{"at": "2026')
    text()

    operations.drain(worker="test:1")

    lines = path.read_bytes().splitlines()
    assert [line.startswith(b'{"at"') and line.endswith(b"}") for line in lines] == [True, False, True]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_number_that_is_none_goes_straight_to_the_phone_list(app):
    delivery = text(recipient="0501 không")

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "bad_number")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_another_service_takes_part_by_the_same_interface(app):
    class Refusing:
        def send(self, message: channels.TextMessage) -> None:
            raise transport.Refused("recipient", 550, f"5.2.1 {message.name}")

        def close(self) -> None:
            pass

    delivery = text()
    ways = channels.Ways(transport.transport_for(app), Refusing())

    operations.attempt(delivery.id, worker="test:1", ways=ways)

    assert (delivery.state, delivery.error_code) == (DeliveryState.FAILED, "mailbox_closed")
