"""The pages of materials as organizers use them: forms alone, files that are wrong, two people at once."""

import os
import re
import unicodedata
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.agenda import material_queries as queries
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.material_models import Material, MaterialKind, MaterialState
from eventsvc.agenda.models import ItemKind
from eventsvc.agenda.operations import materials as operations
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.files import operations as files
from tests import factories
from tests.databases import ON_SQLITE
from tests.files.brought import NOT_TAKEN, PDF, photograph, picture

MEGABYTE = 2**20
A, D, R, OK = MaterialState.AWAITED, MaterialState.DRAFT, MaterialState.REVIEWED, MaterialState.APPROVED


@pytest.fixture
def event(app, organizer):
    return factories.approved_event(by=organizer)


@pytest.fixture
def url(event):
    return f"/events/{event.slug}/materials"


@pytest.fixture
def made(event) -> Material:
    item = factories.item(event, "Phát biểu chỉ đạo", speaker="Sở Nội vụ")
    return operations.add_material(
        item, {"kind": MaterialKind.SPEECH, "title": "Bài phát biểu chỉ đạo", "owner": "Sở Nội vụ"}, by=None
    )


def bring(client, page, content: bytes, name: str, status: int = 200, **values):
    return client.submit(page.form("/versions"), {"file": (BytesIO(content), name), **values}, status=status)


def fresh(material: Material) -> Material:
    db.session.expire_all()
    return db.session.get(Material, material.id)


# --- One material from the first line to the last -----------------------------------------------------------


def test_a_speech_from_being_awaited_to_being_approved_by_the_forms_alone(event, url, signed_in, organizer):
    item = factories.item(event, "Phát biểu chỉ đạo của lãnh đạo tỉnh", speaker="VNPT Quảng Ngãi")
    due = clock.today() + timedelta(days=2)

    form = signed_in.get(f"{url}/new?item={item.key}").form()
    assert (form.fields["kind"], form.fields["title"]) == ("speech", item.title)
    assert (form.fields["item"], form.fields["owner"]) == (str(item.id), "VNPT Quảng Ngãi")
    page = signed_in.submit(form, {"due_on": due.isoformat(), "note": "In 02 bản"})

    (entry,) = queries.materials_of(event)
    assert (entry.item.key, entry.material.organization.name) == (item.key, "Viễn thông Quảng Ngãi")
    assert (entry.material.state, entry.material.due_on, entry.material.note) == (A, due, "In 02 bản")
    assert "Còn 2 ngày" in page.text and "Chờ gửi" in page.text

    page = bring(signed_in, page, PDF, "bài phát biểu.pdf", note="Bản đầu")
    assert page.flashes == ["Đã thêm bản 1."] and "Dự thảo" in page.text
    assert [row[:3] for row in page.rows()] == [["1", "bài phát biểu.pdf (1 KB)", "Bản đầu"]]
    assert organizer.name in page.rows()[0][3]

    page = signed_in.submit(_form_with(page, "reviewed"))
    page = signed_in.submit(_form_with(page, "approved"))
    assert fresh(entry.material).state is OK

    form = page.form("/versions")
    page = signed_in.submit(form, {"link": "https://luu-tru.example.vn/ban-2"})
    assert page.flashes == [
        "Đã thêm bản 2. Kết quả rà soát, duyệt của bản trước không còn hiệu lực: tài liệu trở lại dự thảo "
        "và cần được duyệt lại."
    ]
    assert fresh(entry.material).state is D
    assert [row[0] for row in page.rows()] == ["2", "1"]
    assert "https://luu-tru.example.vn/ban-2" in page.links()

    page = signed_in.submit(page.form("/versions/2/remove"))
    assert [version.number for version in fresh(entry.material).versions] == [1]
    page = signed_in.submit(page.form(f"materials/{entry.material.id}/remove"))
    assert queries.materials_of(event) == [] and "Chưa có tài liệu" in page.text


def _form_with(page, state: str):
    return next(form for form in page.html.forms if "state" in form.fields and form.fields["state"] == state)


def test_the_list_puts_what_is_missing_first_and_says_so_in_words(event, url, signed_in):
    today = clock.today()
    item = factories.item(event, "Ký kết", kind=ItemKind.SIGNING)
    for title, days, owner in (("còn xa", 20, "Sở Y tế"), ("quá hạn", -3, "Sở Nội vụ"), ("hôm nay", 0, None)):
        details = {"title": title, "owner": owner, "due_on": today + timedelta(days=days)}
        operations.add_material(item, {"kind": MaterialKind.AGREEMENT, **details}, by=None)
    done = operations.add_material(item, {"kind": MaterialKind.AGREEMENT, "title": "xong"}, by=None)
    operations.add_version(event, done, link="https://a.example.vn/", by=None)
    operations.edit_material(event, done, {"state": OK}, by=None)

    page = signed_in.get(url)

    shown = [(row[1].removesuffix("Biên bản thỏa thuận"), row[3][10:], row[4]) for row in page.rows()]
    assert shown == [
        ("quá hạn", "Quá hạn 3 ngày", "Chờ gửi"),
        ("hôm nay", "Hạn hôm nay", "Chờ gửi"),
        ("còn xa", "Còn 20 ngày", "Chờ gửi"),
    ]
    assert page.html.xpath("//tr[1]//*[contains(@class,'state--err')]")
    assert [row[1].removesuffix("Biên bản thỏa thuận") for row in page.rows(1)] == ["xong"]
    for query, wanted in (
        ("?state=approved", ["xong"]),
        ("?owner=Sở+Y+tế", ["còn xa"]),
        ("?state=awaited&owner=Sở+Nội+vụ", ["quá hạn"]),
        ("?state=nonsense", ["quá hạn", "hôm nay", "còn xa", "xong"]),
    ):
        page = signed_in.get(url + query)
        names = [name.text_content() for name in page.html.xpath("//tbody//th/a")]
        assert names == wanted, query
    assert "Không có tài liệu phù hợp" in signed_in.get(f"{url}?state=reviewed").text


def test_the_standard_set_is_added_in_one_press(event, url, signed_in):
    factories.item(event, "Bí thư phát biểu")
    factories.item(event, "Chiếu clip", kind=ItemKind.CLIP)
    page = signed_in.get(url)
    assert "2 mục phát biểu, clip, ký kết chưa có tài liệu" in page.text

    refused = signed_in.submit(page.form("/standard"), {"days_before": "-1"}, status=422)
    assert refused.errors == ["Hãy nhập số nguyên từ 1 đến 90."] and queries.materials_of(event) == []
    page = signed_in.submit(refused.form("/standard"), {"days_before": "2"})

    assert page.flashes == ["Đã thêm 2 tài liệu."]
    day = clock.local(event.sittings[0].starts_at).date() - timedelta(days=2)
    assert {entry.material.due_on for entry in queries.missing(event)} == {day}
    assert "chưa có tài liệu" not in page.text


def test_the_event_page_lists_what_is_missing(event, made, url, signed_in):
    operations.edit_material(event, made, {"due_on": clock.today() - timedelta(days=2)}, by=None)

    page = signed_in.get(f"/events/{event.slug}")
    assert "Tài liệu còn thiếu" in page.text and "1/1 tài liệu chưa được duyệt" in page.text
    assert "Quá hạn 2 ngày Bài phát biểu chỉ đạo" in page.text
    assert f"{url}/{made.id}" in page.links() and url in page.links()

    operations.add_version(event, made, link="https://a.example.vn/", by=None)
    operations.edit_material(event, made, {"state": OK}, by=None)
    assert "Tất cả đã được duyệt." in signed_in.get(f"/events/{event.slug}").text


def test_a_material_whose_item_was_taken_out_is_shown_as_such(event, made, url, signed_in):
    agenda.remove_item(made.item, by=None)

    assert "Không còn trong chương trình" in signed_in.get(url).text
    assert "được đưa ra khỏi chương trình" in signed_in.get(f"{url}/{made.id}").text


# --- Bad input ----------------------------------------------------------------------------------------------


SOME_NOT_TAKEN = (
    "empty", "HTML called PDF", "PDF called Word", "ending turned around", "drawing", "archive", "half a picture",
    "picture of too many pixels",
)  # fmt: skip


@ON_SQLITE
@pytest.mark.parametrize("case", SOME_NOT_TAKEN)
def test_a_wrong_file_is_refused_beside_its_field_and_the_note_is_kept(event, made, url, signed_in, case):
    name, content = NOT_TAKEN[case]

    page = bring(signed_in, signed_in.get(f"{url}/{made.id}"), content, name, 422, note="Bản đầu")

    assert len(page.errors) == 1 and page.form("/versions").fields["note"] == "Bản đầu"
    assert page.html.xpath("//input[@type='file'][@aria-invalid='true']")
    assert (fresh(made).versions, fresh(made).state) == ([], A)


@ON_SQLITE
@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("javascript:alert(1)", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("JavaScript:alert(1)//https://a.vn", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("data:text/html,<script>", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("http://khong-an-toan.example.vn/", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("//a.example.vn", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("https://", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("https://a b.vn", "Hãy nhập đầy đủ địa chỉ trang, bắt đầu bằng https://."),
        ("", "Hãy chọn tệp hoặc ghi liên kết."),
    ],
)
def test_a_wrong_link_is_refused_beside_its_field(event, made, url, signed_in, link, wanted):
    form = signed_in.get(f"{url}/{made.id}").form("/versions")

    page = signed_in.submit(form, {"link": link, "note": "Bản đầu"}, status=422)

    assert page.errors == [wanted]
    assert (page.form("/versions").fields["link"], page.form("/versions").fields["note"]) == (link, "Bản đầu")
    assert fresh(made).versions == []


def test_a_file_and_a_link_are_two_versions(event, made, url, signed_in):
    page = signed_in.get(f"{url}/{made.id}")

    page = bring(signed_in, page, PDF, "bai.pdf", 422, link="https://a.example.vn/")

    assert page.errors == ["Chỉ gửi một tệp hoặc một liên kết; phần còn lại hãy thêm thành một bản riêng."]
    assert fresh(made).versions == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("title", "", "Hãy nhập tên tài liệu."),
        ("title", "x" * 301, "Tối đa 300 ký tự; hiện có 301."),
        ("due_on", "2026-02-30", None),
        ("due_on", "1999-12-31", None),
        ("kind", "nonsense", None),
        ("item", "999999", None),
        ("item", "", None),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_everything_else_is_kept(
    event, url, signed_in, field, value, wanted
):
    item = factories.item(event)
    form = signed_in.get(f"{url}/new?item={item.key}").form()
    sent = {"item": str(item.id), "kind": "clip", "title": "Clip", "owner": "Sở Y tế", field: value}
    fields = {**dict(form.form_values()), **sent}

    page = signed_in.post(f"{url}/new", fields, status=422)

    assert len(page.errors) == 1 and page.errors[0]
    assert wanted is None or page.errors == [wanted] or field == "title"
    assert page.form().fields["owner"] == "Sở Y tế"
    assert queries.materials_of(event) == []


def test_a_material_without_a_version_cannot_be_approved(event, made, url, signed_in):
    form = signed_in.get(f"{url}/{made.id}/edit").form()

    page = signed_in.submit(form, {"state": "approved"}, status=422)

    assert page.errors == ["Chưa có bản nào để rà soát hoặc duyệt. Hãy thêm tệp hoặc liên kết trước."]
    assert fresh(made).state is A


class Endless:
    """The body of a request with a file of so many bytes, made as it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self.parts, self.size, self.tail, self.read_so_far, self.at = head, size, tail, 0, 0
        self.length = len(head) + size + len(tail)

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole body was asked for at once"
        self.read_so_far += size
        found, self.parts = self.parts[:size], self.parts[size:]
        if len(found) < size and self.size:
            more = min(size - len(found), self.size)
            found, self.size = found + bytes(more), self.size - more
        if len(found) < size:
            more = self.tail[: size - len(found)]
            found, self.tail = found + more, self.tail[len(more) :]
        return found

    def readline(self, size: int = -1) -> bytes:
        return self.read(size)

    def tell(self) -> int:
        return self.at

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        self.at = self.length if whence == os.SEEK_END else place
        return self.at

    def close(self) -> None:
        pass


def _body(size: int, **fields: str) -> Endless:
    parts = [f'--xyz\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append('--xyz\r\nContent-Disposition: form-data; name="file"; filename="to.pdf"\r\n\r\n%PDF-1.7\n')
    return Endless("".join(parts).encode(), size, b"\r\n--xyz--\r\n")


def _send(client, url: str, body: Endless):
    with client.app.app_context():
        response = client.http.post(
            url,
            input_stream=body,
            content_length=body.length,
            content_type="multipart/form-data; boundary=xyz",
        )
    db.session.rollback()
    return response


@ON_SQLITE
def test_a_file_of_200_mb_is_refused_at_once_with_what_was_typed(app, event, made, url, signed_in):
    csrf = signed_in.csrf()
    body = _body(200 * MEGABYTE, csrf_token=csrf, note="Bản đầu", link="")

    response = _send(signed_in, f"{url}/{made.id}/versions", body)

    page = signed_in._checked(response, 413)
    assert page.errors == [
        "Tệp lớn hơn 100 MB là mức tối đa được nhận. Chưa lưu gì. Hãy rút gọn tệp, hoặc để tệp ở nơi khác "
        "và gửi liên kết."
    ]
    assert page.form("/versions").fields["note"] == "Bản đầu"
    assert body.read_so_far <= MEGABYTE
    assert fresh(made).versions == [] and not Path(app.config["FILES_FOLDER"]).exists()


@ON_SQLITE
def test_a_file_just_beyond_the_limit_is_refused_like_a_large_one(app, event, made, url, signed_in):
    app.config["FILE_LIMIT"] = 2 * MEGABYTE
    body = _body(2 * MEGABYTE, csrf_token=signed_in.csrf(), note="Bản đầu", link="")

    page = signed_in._checked(_send(signed_in, f"{url}/{made.id}/versions", body), 413)

    assert "2 MB" in page.errors[0] and page.form("/versions").fields["note"] == "Bản đầu"


@ON_SQLITE
@pytest.mark.parametrize("fields", [{}, {"csrf_token": "x"}], ids=["none", "wrong"])
def test_a_large_file_without_the_csrf_field_is_refused_as_any_other(event, made, url, signed_in, fields):
    body = _body(200 * MEGABYTE, **fields)

    assert _send(signed_in, f"{url}/{made.id}/versions", body).status_code == 400
    assert body.read_so_far <= MEGABYTE


@ON_SQLITE
def test_a_large_form_without_a_boundary_or_with_a_broken_one_is_no_fault_of_ours(
    event, made, url, signed_in
):
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ế"):
        body = _body(200 * MEGABYTE, csrf_token=signed_in.csrf())
        with signed_in.app.app_context():
            response = signed_in.http.post(
                f"{url}/{made.id}/versions", input_stream=body, content_length=body.length, content_type=kind
            )
        assert response.status_code == 400


@ON_SQLITE
def test_other_forms_take_no_more_than_before(event, url, signed_in):
    body = _body(200 * MEGABYTE, csrf_token=signed_in.csrf())

    assert _send(signed_in, f"{url}/new", body).status_code == 413
    assert body.read_so_far == 0


# --- Getting a version --------------------------------------------------------------------------------------


def _kept(event, made, content: bytes, name: str) -> str:
    added = operations.add_version(event, made, brought=files.take_in(BytesIO(content), name), by=None)
    return f"/events/{event.slug}/materials/{made.id}/versions/{added.version.number}"


def test_a_version_is_sent_to_be_saved_under_its_own_name(event, made, signed_in):
    where = _kept(event, made, PDF, unicodedata.normalize("NFD", 'Bài "phát biểu".pdf'))

    response = signed_in.get(where).response

    assert response.data == PDF and response.mimetype == "application/pdf"
    name = "B%C3%A0i%20ph%C3%A1t%20bi%E1%BB%83u%20.pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{name}")
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@ON_SQLITE
def test_parts_of_a_clip_can_be_asked_for(event, made, signed_in):
    where = _kept(event, made, PDF, "bai.pdf")
    with signed_in.app.app_context():
        part = signed_in.http.get(where, headers={"Range": "bytes=0-3"})
        beyond = signed_in.http.get(where, headers={"Range": f"bytes={len(PDF)}-"})

    assert (part.status_code, part.data) == (206, b"%PDF")
    assert beyond.status_code == 416


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "name", "is_shown"),
    [(photograph(), "anh.jpg", True), (picture("PNG"), "anh.png", True), (PDF, "bai.pdf", False)],
    ids=["photograph", "picture", "PDF"],
)
def test_only_pictures_are_shown_in_place(event, made, signed_in, content, name, is_shown):
    where = _kept(event, made, content, name)

    with signed_in.app.app_context():
        response = signed_in.http.get(f"{where}?show=1")

    assert response.headers["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    assert re.search(r"default-src 'none'.*sandbox", response.headers["Content-Security-Policy"])


def test_what_is_not_there_is_not_found(app, event, made, url, signed_in):
    link = operations.add_version(event, made, link="https://a.example.vn/", by=None)
    where = _kept(event, made, PDF, "bai.pdf")
    other = factories.approved_event(title="Lễ khác", short_title="Lễ khác")
    theirs = operations.add_material(
        factories.item(other), {"kind": MaterialKind.CLIP, "title": "Clip"}, by=None
    )
    _kept(other, theirs, PDF, "bai.pdf")

    for address in (
        f"{url}/{theirs.id}",
        f"{url}/{theirs.id}/edit",
        f"{url}/{theirs.id}/versions/1",
        f"{url}/{made.id}/versions/{link.version.number}",  # which is no file
        f"{url}/{made.id}/versions/3",
        f"{url}/{made.id}/versions/0",
        f"{url}/999999",
    ):
        assert signed_in.get(address, status=404)
    stranger = factories.organizer(organization=factories.another_host())
    signed_in.sign_in(stranger)
    assert signed_in.get(where, status=404)
    for path in Path(app.config["FILES_FOLDER"]).rglob("*"):
        if path.is_file():
            os.unlink(path)
    signed_in.sign_in(factories.organizer())
    assert "không còn trên máy chủ" in signed_in.get(where, status=404).text


# --- Two people at once -------------------------------------------------------------------------------------


def test_two_people_editing_a_material_see_each_other(event, made, url, signed_in):
    form = signed_in.get(f"{url}/{made.id}/edit").form()
    operations.edit_material(
        event, made, {"title": "Của người khác", "due_on": date(2027, 1, 2), "state": A}, by=None
    )

    page = signed_in.submit(form, {"title": "Của tôi"}, status=409)

    assert ["Tên tài liệu", "Của người khác", "Của tôi"] in page.rows()
    assert page.form().fields["title"] == "Của tôi"
    signed_in.submit(page.form())
    assert fresh(made).title == "Của tôi"


def test_whoever_approves_has_seen_the_newest_version(event, made, url, signed_in):
    operations.add_version(event, made, link="https://a.example.vn/1", by=None)
    page = signed_in.get(f"{url}/{made.id}")
    operations.add_version(event, made, link="https://a.example.vn/2", by=None)

    signed_in.submit(_form_with(page, "approved"), status=409)

    assert fresh(made).state is D


def test_versions_of_two_people_stand_beside_each_other(event, made, url, signed_in):
    page = signed_in.get(f"{url}/{made.id}")
    operations.add_version(event, made, link="https://a.example.vn/1", by=None)

    page = bring(signed_in, page, PDF, "bai.pdf")

    assert [row[0] for row in page.rows()] == ["2", "1"]


def test_a_version_of_what_somebody_removed_is_told(event, made, url, signed_in):
    page = signed_in.get(f"{url}/{made.id}")
    operations.remove_material(event, made, by=None)

    bring(signed_in, page, PDF, "bai.pdf", 404)


def test_a_cancelled_event_takes_no_file(app, event, made, url, signed_in):
    page = signed_in.get(f"{url}/{made.id}")
    events.cancel_event(event, by=None)

    bring(signed_in, page, PDF, "bai.pdf", 409)

    assert not Path(app.config["FILES_FOLDER"]).exists()
    shown = signed_in.get(f"{url}/{made.id}")
    assert not [form for form in shown.html.forms if "/materials/" in (form.get("action") or "")]


def test_leaders_see_no_speech_before_it_is_given(event, made, url, client):
    viewer = factories.user()
    accounts.grant(viewer, Role.VIEWER, event_id=event.id)
    where = _kept(event, made, PDF, "bai.pdf")
    reader = client.sign_in(viewer)

    for address in (url, f"{url}/{made.id}", where):
        reader.get(address, status=404)
    assert made.title not in reader.get(f"/events/{event.slug}").text
    assert url not in reader.get(f"/events/{event.slug}/agenda").links()


def test_reading_is_for_those_who_run_the_show_and_writing_for_organizers(event, made, url, client):
    viewer = factories.user()
    accounts.grant(viewer, Role.STAGE, event_id=event.id)
    where = _kept(event, made, PDF, "bai.pdf")
    reader = client.sign_in(viewer)

    page = reader.get(f"{url}/{made.id}")
    assert not [form for form in page.html.forms if "/materials/" in (form.get("action") or "")]
    assert reader.get(where).response.data == PDF
    assert not [link for link in reader.get(url).links() if link.endswith(("/edit", "/new"))]
    reader.post(f"{url}/{made.id}/versions", {"link": "https://a.example.vn/"}, status=404)
