import pytest

from eventsvc.db import db
from eventsvc.documents import operations
from eventsvc.documents.models import DocumentKind
from tests import factories


@pytest.fixture
def event(app, organizer):
    event = factories.event(by=organizer)
    paper = {"kind": DocumentKind.PLAN, "title": "Tổ chức Lễ phát động"}
    operations.save_document(event, paper, version=None, by=organizer)
    return event


def test_the_paper_is_written_down_and_shown(app, organizer, signed_in):
    event = factories.event(by=organizer)
    empty = signed_in.get(f"/events/{event.slug}/documents")
    assert "Chưa có văn bản" in empty.text

    form = signed_in.get(f"/events/{event.slug}/documents/edit").form()
    page = signed_in.submit(
        form,
        {
            "title": "Tổ chức Lễ phát động Phong trào chuyển đổi số",
            "number": "113/KH-UBND",
            "issued_on": "2023-07-12",
            "signer_title": "CHỦ TỊCH",
            "signer_name": "Nguyễn Văn Mẫu",
        },
    )

    assert page.heading == "Kế hoạch: Tổ chức Lễ phát động Phong trào chuyển đổi số"
    assert "113/KH-UBND" in page.text
    assert "ngày 12 tháng 7 năm 2023" in page.text
    assert "CHỦ TỊCH" in page.text


def test_recipients_are_added_changed_and_removed(event, signed_in):
    url = f"/events/{event.slug}/documents"
    for text in ("Thường trực Tỉnh ủy", "Các sở, ban, ngành", "Lưu: VT, KGVX."):
        page = signed_in.submit(signed_in.get(url).form("/recipients"), {"text": text, "purpose": ""})
    assert [row[1] for row in page.rows()] == ["Thường trực Tỉnh ủy", "Các sở, ban, ngành", "Lưu: VT, KGVX."]

    first, second, _last = event.document.recipients
    edit = signed_in.get(f"{url}/recipients/{second.id}").form()
    signed_in.submit(edit, {"text": "Các hội, đoàn thể tỉnh", "purpose": "để biết"})
    page = signed_in.post(f"{url}/recipients/{first.id}/remove")

    assert [row[:3] for row in page.rows()] == [
        ["1", "Các hội, đoàn thể tỉnh", "để biết"], ["2", "Lưu: VT, KGVX.", "–"],
    ]  # fmt: skip
    db.session.expire_all()
    assert [row.number for row in event.document.recipients] == [1, 2]
    assert event.document.recipients[0].organization_id is not None


def test_an_empty_recipient_comes_back_with_a_sentence(event, signed_in):
    form = signed_in.get(f"/events/{event.slug}/documents").form("/recipients")

    page = signed_in.submit(form, {"text": " ", "purpose": "để biết"}, status=422)

    assert page.errors == ["Hãy nhập nơi nhận văn bản."]
    assert page.form("/recipients").fields["purpose"] == "để biết"


def test_two_people_editing_the_paper_see_each_other(event, signed_in):
    form = signed_in.get(f"/events/{event.slug}/documents/edit").form()
    operations.save_document(event, {"number": "99/KH-UBND"}, version=event.document.version, by=None)

    page = signed_in.submit(form, {"number": "12/KH-UBND"}, status=409)

    assert "99/KH-UBND" in page.text
    assert page.form().fields["number"] == "12/KH-UBND"
    db.session.expire_all()
    assert event.document.number == "99/KH-UBND"


def test_two_people_writing_down_the_first_paper_see_each_other(organizer, signed_in):
    event = factories.event(by=organizer)
    form = signed_in.get(f"/events/{event.slug}/documents/edit").form()
    first = {"kind": DocumentKind.PLAN, "title": "Tổ chức Lễ phát động", "number": "99/KH-UBND"}
    operations.save_document(event, first, version=None, by=None)

    page = signed_in.submit(form, {"number": "12/KH-UBND"}, status=409)

    assert "99/KH-UBND" in page.text
    db.session.expire_all()
    assert event.document.number == "99/KH-UBND"


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_papers_of_another_host_are_nowhere(app, client, event, method):
    from eventsvc.organizations import queries as organizations

    stranger = factories.organizer(organization=organizations.host_for("75", factories.UNITS_AS_OF))
    client.sign_in(stranger)

    getattr(client, method)(f"/events/{event.slug}/documents/edit", status=404)
    client.get(f"/events/{event.slug}/documents", status=404)


def test_a_cancelled_event_keeps_its_paper_as_it_is(event, signed_in, organizer):
    from eventsvc.events import operations as events

    form = signed_in.get(f"/events/{event.slug}/documents/edit").form()
    events.cancel_event(event, by=organizer)

    signed_in.submit(form, {"number": "1/KH-UBND"}, status=422)

    db.session.expire_all()
    assert event.document.number is None
