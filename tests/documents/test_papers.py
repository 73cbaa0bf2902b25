"""A paper from its first draft to the revision that replaces it, and what is refused on the way."""

from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import docx
import pytest
import time_machine
from pypdf import PdfReader

from eventsvc import clock
from eventsvc.db import db
from eventsvc.documents import paper_operations, signature_operations, signing_operations
from eventsvc.documents.models import Document, DocumentState, NumberSeries
from eventsvc.errors import DomainError, StaleEdit
from eventsvc.events import operations as events
from tests import factories
from tests.documents import scenes
from tests.documents.scenes import words


@pytest.fixture
def event(app, organizer):
    return factories.approved_event(by=organizer, title="Lễ khai trương IOC tỉnh Quảng Ngãi")


def test_the_way_of_a_letter_from_draft_to_revision(event, signed_in):
    url = f"/events/{event.slug}/papers"
    symbol = f"{clock.today().year}"
    form = signed_in.get(f"/events/{event.slug}/signatures/new?form=1").form()
    assert form.fields["lines"].split() == [
        "TM.",
        "ỦY",
        "BAN",
        "NHÂN",
        "DÂN",
        "KT.",
        "CHỦ",
        "TỊCH",
        "PHÓ",
        "CHỦ",
        "TỊCH",
    ]
    signed_in.submit(form, {"name": "PCT ký thay", "signer": "Trần Thị Mẫu"})

    edit = signed_in.submit(signed_in.get(f"{url}/new").form(), {"kind": "invitation_letter"})
    assert edit.form().fields["symbol"] == "GM-UBND"
    block = next(b for b in edit.form().inputs["block"].value_options if b)
    page = signed_in.submit(
        edit.form(), {"block": block, "drafting_unit": "KGVX", "drafter": "PL", "copies": "300"}
    )
    paper = db.session.scalars(db.select(Document).where(Document.event_id == event.id)).one()
    here = f"{url}/{paper.id}"
    assert "- Như thành phần mời; - Lưu: VT, KGVX. PL.(300)" in page.text

    page = signed_in.submit(page.form("/submit"))
    page = signed_in.submit(page.form("/return"), {"remark": "Ghi rõ địa điểm."})
    assert "Ghi rõ địa điểm." in page.text
    form = signed_in.get(f"{here}/edit").form()
    page = signed_in.submit(form, {"body": form.fields["body"].replace("((địa điểm))", "Trung tâm IOC")})
    page = signed_in.submit(page.form("/submit"))
    page = signed_in.submit(page.form("/sign"))
    page = signed_in.submit(page.form("/issue"))
    assert "01/GM-UBND" in page.text

    paper_words = words(signed_in.http.get(f"{here}.pdf").data)
    written = signed_in.http.get(f"{here}.docx").data
    assert "Số: 01/GM-UBND" in paper_words and "Trung tâm IOC" in paper_words and symbol in paper_words
    assert "Trung tâm IOC." in "\n".join(p.text for p in docx.Document(BytesIO(written)).paragraphs)

    page = signed_in.submit(page.form("/recall"), {"reason": "Sai ngày."})
    assert "Văn bản này đã được thu hồi" in page.text
    page = signed_in.submit(page.form("/revise"))
    for step in ("/submit", "/sign", "/issue"):
        page = signed_in.submit(page.form(step))
    db.session.expire_all()
    first, second = db.session.scalars(db.select(Document).order_by(Document.id))
    assert [first.number, second.number] == ["01/GM-UBND", "02/GM-UBND"]
    assert (second.replaces_id, second.revision, first.state) == (first.id, 2, DocumentState.RECALLED)
    assert [step.state.value for step in first.steps] == [
        "draft", "submitted", "returned", "submitted", "signed", "issued", "recalled",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "state, step",
    [
        ("draft", "sign"), ("draft", "issue"), ("draft", "recall"), ("draft", "hand_back"), ("draft", "revise"),
        ("submitted", "issue"), ("submitted", "edit_paper"), ("submitted", "recall"),
        ("signed", "edit_paper"), ("signed", "submit"), ("signed", "take_back"),
        ("issued", "edit_paper"), ("issued", "submit"), ("issued", "sign"), ("issued", "hand_back"),
        ("issued", "allow_mail"), ("issued", "remove_paper"), ("issued", "add_recipient"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_step_out_of_order_is_refused_with_a_sentence(event, state, step):
    paper = getattr(scenes, state)(event)
    arguments = {
        "sign": {"version": None}, "issue": {}, "recall": {"reason": "Sai."}, "hand_back": {"remark": "Sửa."},
        "edit_paper": {"changes": {"title": "Khác"}, "version": None}, "submit": {"version": None},
        "allow_mail": {"allowed": True}, "remove_paper": {"version": None}, "add_recipient": {"text": "VT"},
    }  # fmt: skip
    room = signing_operations if hasattr(signing_operations, step) else paper_operations

    with pytest.raises(DomainError) as refusal:
        getattr(room, step)(paper, **arguments.get(step, {}), by=None)

    assert refusal.value.code == "wrong_step" and len(str(refusal.value)) > 20
    db.session.expire_all()
    assert paper.state == state


def test_only_the_account_of_the_signature_signs_returns_and_lets_mail_go(event, organizer):
    signer = factories.user(name="Chủ tịch")
    paper = scenes.submitted(event, user=signer)

    for by in (None, organizer):
        for step in (
            lambda by: signing_operations.sign(paper, version=None, by=by),
            lambda by: signing_operations.hand_back(paper, "Sửa.", by=by),
            lambda by: signing_operations.allow_mail(paper, True, by=by),
        ):
            with pytest.raises(DomainError) as refusal:
                step(by)
            assert refusal.value.code == "not_the_signer"

    signing_operations.allow_mail(paper, True, by=signer)
    signing_operations.sign(paper, version=None, by=signer)
    assert (paper.state, paper.mail_may_precede) == (DocumentState.SIGNED, True)
    signing_operations.hand_back(paper, "Sửa lại.", by=signer)
    assert (paper.state, paper.mail_may_precede, paper.signed_at) == (DocumentState.RETURNED, False, None)


def test_a_second_click_on_issue_gives_no_second_number(event):
    paper = scenes.signed(event)

    first = signing_operations.issue(paper, by=None).number
    again = signing_operations.issue(paper, by=None).number

    assert first == again == "01/GM-UBND"
    assert db.session.scalars(db.select(NumberSeries.last)).one() == 1


def test_two_issues_at_the_same_moment_get_two_numbers(app, event):
    ids = [scenes.signed(event).id for _ in range(4)]
    db.session.rollback()
    barrier, failures = Barrier(len(ids)), []

    def issue(paper_id):
        with app.app_context():
            try:
                paper = db.session.get_one(Document, paper_id)
                barrier.wait(60)
                signing_operations.issue(paper, by=None)
            except Exception as error:  # noqa: BLE001
                failures.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=issue, args=(paper_id,)) for paper_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.expire_all()
    numbers = sorted(db.session.scalars(db.select(Document.number)))
    assert failures == []
    assert numbers == [f"{number:02d}/GM-UBND" for number in range(1, 5)]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_numbers_begin_anew_each_year_and_never_go_back(event):
    with time_machine.travel("2026-12-31T10:00:00+07:00", tick=False):
        last = scenes.issued(event)
        series = last.series
        signature_operations.set_last_number(series, 40, by=None)
        with pytest.raises(DomainError, match="40"):
            signature_operations.set_last_number(series, 12, by=None)
        after_gap = scenes.issued(event)
    with time_machine.travel("2027-01-01T08:00:00+07:00", tick=False):
        new_year = scenes.issued(event)
        late = scenes.signed(event)
        with pytest.raises(DomainError):
            signing_operations.issue(late, issued_on=clock.today() - timedelta(days=1), by=None)
        with pytest.raises(DomainError):
            signing_operations.issue(late, issued_on=clock.today() + timedelta(days=1), by=None)

    assert [p.number for p in (last, after_gap, new_year)] == ["01/GM-UBND", "41/GM-UBND", "01/GM-UBND"]
    assert (new_year.year, late.number) == (2027, None)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("field, text", [("body", "Kính mời ((sđt riêng))."), ("title", "Dự ((họ tên))")])
def test_an_unknown_field_is_refused_by_name(event, signed_in, field, text):
    paper = scenes.draft(event)
    url = f"/events/{event.slug}/papers/{paper.id}/edit"

    page = signed_in.submit(signed_in.get(url).form(), {field: text}, status=422)

    assert any(name in error for error in page.errors for name in ("((sđt riêng))", "((họ tên))"))
    assert page.form().fields[field].strip() == text
    db.session.expire_all()
    assert text not in (paper.body, paper.title)


def test_two_people_at_one_paper_see_each_other(event, signed_in):
    paper = scenes.draft(event)
    form = signed_in.get(f"/events/{event.slug}/papers/{paper.id}/edit").form()
    paper_operations.edit_paper(paper, {"issued_place": "Bình Sơn"}, version=paper.version, by=None)

    page = signed_in.submit(form, {"issued_place": "Đức Phổ"}, status=409)

    assert "Bình Sơn" in page.text and page.form().fields["issued_place"] == "Đức Phổ"


def test_nobody_signs_what_has_changed_since_it_was_read(event):
    paper = scenes.submitted(event)
    read = paper.version
    signing_operations.take_back(paper, by=None)
    paper_operations.edit_paper(paper, {"body": "Khác hẳn"}, version=None, by=None)
    signing_operations.submit(paper, version=None, by=None)

    with pytest.raises(StaleEdit):
        signing_operations.sign(paper, version=read, by=None)


def test_a_signed_paper_keeps_its_lines_when_the_signature_changes(event):
    paper = scenes.signed(event)
    block = paper.block

    signature_operations.edit_block(
        block, name="Khác", lines=["CHỦ TỊCH"], signer="Người Khác", user=None, version=block.version, by=None
    )
    signature_operations.retire_block(block, by=None)

    assert signing_operations.issue(paper, by=None).signature[0] == "TM. ỦY BAN NHÂN DÂN"
    assert paper.signer_name == "Nguyễn Văn Mẫu"


def test_an_issued_paper_is_recalled_even_after_the_event_was_cancelled(event, organizer):
    paper = scenes.issued(event)
    events.cancel_event(event, by=organizer)

    signing_operations.recall(paper, "Hủy sự kiện.", by=organizer)

    assert paper.state is DocumentState.RECALLED


def test_those_who_only_read_see_what_was_issued_and_nothing_of_drafts(app, client, event):
    scenes.draft(event, title="Nháp mật")
    paper = scenes.issued(event, title="Đã ban hành")
    viewer = factories.user()
    factories.accounts.grant(viewer, factories.Role.VIEWER, event_id=event.id)
    client.sign_in(viewer)

    page = client.get(f"/events/{event.slug}/papers")

    assert "Đã ban hành" in page.text and "Nháp mật" not in page.text
    client.get(f"/events/{event.slug}/papers/{paper.id}", status=404)
    client.get(f"/events/{event.slug}/papers/{paper.id}.pdf", status=404)


def test_the_account_of_the_signature_reads_and_signs_with_no_right_but_to_read(app, client, event):
    signer = factories.user()
    factories.accounts.grant(signer, factories.Role.VIEWER, event_id=event.id)
    paper = scenes.submitted(event, user=signer)
    client.sign_in(signer)

    page = client.get(f"/events/{event.slug}/papers/{paper.id}")
    page = client.submit(page.form("/sign"))

    db.session.expire_all()
    assert paper.state is DocumentState.SIGNED
    assert (
        len(PdfReader(BytesIO(client.http.get(f"/events/{event.slug}/papers/{paper.id}.pdf").data)).pages)
        == 1
    )


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_list_costs_the_same_for_one_paper_and_for_many(event, signed_in):
    from tests.queries import counted

    scenes.issued(event)
    with counted() as one:
        signed_in.get(f"/events/{event.slug}/papers")
    for _ in range(12):
        scenes.issued(event)
    with counted() as many:
        signed_in.get(f"/events/{event.slug}/papers")

    assert one.number == many.number
