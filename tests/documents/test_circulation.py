"""An issued paper on its way to those on "Nơi nhận": sent once, confirmed by them, sent again, taken back."""

import re
from datetime import timedelta

import pytest

from eventsvc import clock, secrets
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery, DeliveryState
from eventsvc.documents import circulation_operations, paper_operations, signing_operations
from eventsvc.documents.models import DocumentKind, DocumentRecipient
from eventsvc.errors import DomainError
from tests import factories
from tests.documents import scenes
from tests.documents.scenes import words
from tests.invitations.scenes import rows, send

ADDRESSES = ("vanthu.snv@quangngai.example.vn", "vanthu.stc@quangngai.example.vn")


@pytest.fixture
def paper(app, organizer):
    event = factories.approved_event(by=organizer)
    paper = scenes.draft(
        event, kind=DocumentKind.OFFICIAL_LETTER, symbol="UBND-KGVX", title="phối hợp tổ chức Lễ"
    )
    for name, email in zip(("Sở Nội vụ", "Sở Tài chính"), ADDRESSES, strict=True):
        paper_operations.add_recipient(paper, text=name, purpose="để biết", email=email, by=None)
    for step in (signing_operations.submit, signing_operations.sign, signing_operations.issue):
        step(paper, version=None, by=None)
    return paper


def link(row: DocumentRecipient) -> str:
    return f"/papers/{secrets.unseal(row.token_sealed)}"


def with_address(paper) -> list[DocumentRecipient]:
    db.session.expire_all()
    return [row for row in paper.recipients if row.email]


def test_the_paper_goes_out_enclosed_and_a_second_click_sends_nothing(paper, signed_in):
    url = f"/events/{paper.event.slug}/papers/{paper.id}"

    page = signed_in.submit(signed_in.get(url).form("/send"))
    signed_in.post(f"{url}/send")
    messages = send()

    assert sorted(message["To"].addresses[0].addr_spec for message in messages) == sorted(ADDRESSES)
    assert "chưa xác nhận" in page.text
    for message in messages:
        (enclosed,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
        assert enclosed.get_filename() == "01-ubnd-kgvx.pdf"
        text = words(enclosed.get_payload(decode=True))
        assert "Số: 01/UBND-KGVX" in text and "Kính gửi: Sở" in text
        assert re.search(r"/papers/[\w-]{22}\b", message.get_body(("plain",)).get_content())
        assert message["Subject"] == "Công văn số 01/UBND-KGVX: phối hợp tổ chức Lễ"


def test_only_the_button_confirms_the_receipt_and_the_first_word_counts(paper, client):
    circulation_operations.send(paper, by=None)
    row = with_address(paper)[0]
    before = rows()

    page = client.get(link(row))
    assert client.http.get(f"{link(row)}/paper.pdf").data.startswith(b"%PDF")
    assert rows() == before
    client.submit(page.form(), {"name": "Lê Văn Thư"})
    client.submit(page.form(), {"name": "Người khác"})

    db.session.expire_all()
    assert (row.acknowledged_by, row.acknowledged_at is not None) == ("Lê Văn Thư", True)
    assert "Lê Văn Thư" in client.get(link(row)).text
    client.get("/papers/khong-co-that", status=404)
    client.get("/papers/" + "x" * 500, status=404)


def test_sending_again_reaches_only_those_who_have_not_confirmed(paper, signed_in):
    circulation_operations.send(paper, by=None)
    send()
    silent, confirmed = with_address(paper)
    circulation_operations.acknowledge(confirmed, "Văn thư")
    form = signed_in.get(f"/events/{paper.event.slug}/papers/{paper.id}").form("/send-again")

    signed_in.submit(form)
    signed_in.submit(form)

    again = db.session.scalars(db.select(Delivery).where(Delivery.intent.contains(":again:"))).all()
    assert [delivery.recipient for delivery in again] == [silent.email]


def test_a_recall_tells_all_who_were_sent_the_paper_and_its_page_says_so(paper, client):
    circulation_operations.send(paper, by=None)
    first, second = with_address(paper)
    db.session.rollback()

    signing_operations.recall(paper, "Sai thời gian.", by=None)

    states = {d.kind + d.recipient: d.state for d in db.session.scalars(db.select(Delivery))}
    assert [states["paper" + email] for email in ADDRESSES] == [DeliveryState.CANCELLED] * 2
    told = [
        message for message in send() if "Thu hồi" in message["Subject"] or "thu hồi" in message["Subject"]
    ]
    assert len(told) == 2 and all("Sai thời gian." in m.get_body(("plain",)).get_content() for m in told)
    assert "Văn bản này đã được thu hồi" in client.get(link(first)).text
    client.get(f"{link(first)}/paper.pdf", status=404)
    with pytest.raises(DomainError):
        circulation_operations.acknowledge(second, "Muộn")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_not_issued_or_has_no_address_cannot_be_sent(paper):
    with pytest.raises(DomainError) as early:
        circulation_operations.send(scenes.signed(paper.event), by=None)
    with pytest.raises(DomainError) as nobody:
        circulation_operations.send(scenes.issued(paper.event), by=None)

    assert (early.value.code, nobody.value.code) == ("wrong_step", "nobody_to_send_to")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_issued_paper_keeps_its_recipients_but_an_address_may_be_mended(paper):
    row = with_address(paper)[0]
    edit = paper_operations.edit_recipient

    edit(paper, row, text=row.text, purpose=row.purpose, email="moi@quangngai.example.vn", by=None)
    with pytest.raises(DomainError):
        edit(paper, row, text="Nơi khác", purpose=None, email=row.email, by=None)
    with pytest.raises(DomainError):
        paper_operations.remove_recipient(paper, row, by=None)

    db.session.expire_all()
    assert (row.text, row.email) == ("Sở Nội vụ", "moi@quangngai.example.vn")


def test_the_link_of_a_paper_opens_no_longer_than_the_data_of_the_event_are_kept(paper, client):
    circulation_operations.send(paper, by=None)
    address = link(with_address(paper)[0])
    client.get(address)
    with atomic():
        factories.data_notice(paper.event).data_kept_until = clock.today() - timedelta(days=1)

    for path in (address, f"{address}/paper.pdf"):
        client.get(path, status=410)
