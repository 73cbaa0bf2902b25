"""Materials in a real browser: a file that is too large is told before it travels, the keyboard suffices."""

import pytest
from playwright.sync_api import expect

from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState
from eventsvc.agenda.operations import materials as operations
from eventsvc.db import db
from tests import factories
from tests.files.brought import PDF

MEGABYTE = 2**20


@pytest.fixture
def speech(app):
    organizer = factories.organizer()
    event = factories.approved_event(by=organizer)
    item = factories.item(event, "Phát biểu chỉ đạo", speaker="Sở Nội vụ")
    details = {"kind": MaterialKind.SPEECH, "title": "Bài phát biểu", "owner": "Sở Nội vụ"}
    made = operations.add_material(item, details, by=organizer)
    return organizer, made.id, f"/events/{event.slug}/materials"


def kept(material_id: int) -> Material:
    db.session.rollback()
    return db.session.get(Material, material_id)


def test_a_file_that_is_too_large_is_told_before_it_travels_and_nothing_typed_is_lost(
    app, page, sign_in, axe, speech, tmp_path
):
    app.config["FILE_LIMIT"] = MEGABYTE
    organizer, material_id, url = speech
    large, small = tmp_path / "to.pdf", tmp_path / "bài phát biểu.pdf"
    large.write_bytes(PDF + bytes(MEGABYTE))
    small.write_bytes(PDF)
    sign_in(page, organizer)
    page.goto(f"{url}/{material_id}")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    page.get_by_label("Nội dung mới của bản này").fill("Bản đầu")
    page.get_by_label("Hoặc một tệp").set_input_files(large)
    expect(page.get_by_role("alert")).to_contain_text("Tệp lớn hơn 1 MB")
    page.get_by_role("button", name="Thêm bản").click()
    axe(page)

    assert sent == [] and kept(material_id).versions == []
    expect(page.get_by_label("Nội dung mới của bản này")).to_have_value("Bản đầu")
    page.get_by_label("Hoặc một tệp").set_input_files(small)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Thêm bản").click()
    expect(page.get_by_text("Đã thêm bản 1.")).to_be_visible()
    (version,) = kept(material_id).versions
    assert (version.note, version.file.name) == ("Bản đầu", "bài phát biểu.pdf")


def test_the_keyboard_alone_brings_a_link_and_approves_it(page, sign_in, axe, speech):
    organizer, material_id, url = speech
    sign_in(page, organizer)
    page.goto(url)
    axe(page)
    page.get_by_role("link", name="Bài phát biểu", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Liên kết đến nơi lưu").focus()
    page.keyboard.type("https://luu-tru.example.vn/bai")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã thêm bản 1.")).to_be_visible()

    page.get_by_role("button", name="Duyệt", exact=True).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Duyệt", exact=True)).to_have_count(0)
    expect(page.get_by_text("Đã duyệt").first).to_be_visible()
    axe(page)
    assert kept(material_id).state is MaterialState.APPROVED
