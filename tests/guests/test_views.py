"""The guest list as an organizer works with it."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.guests import import_operations
from eventsvc.guests.models import Guest, GuestGroup, GuestImport, ImportState, Slot
from eventsvc.people.models import Person
from tests import factories
from tests.queries import counted

DATA = Path(__file__).parent / "data"
MAIN_LIST = DATA / "01_diem_cau_tinh_le_khai_truong.xlsx"


@pytest.fixture
def event(app):
    made = factories.data_notice(factories.event())
    factories.main_site(made)
    return made


def upload(content: bytes, name: str):
    return {"file": (io.BytesIO(content), name)}


def names(event):
    rows = db.session.scalars(
        sa.select(Person.full_name)
        .join(Guest, Guest.person_id == Person.id)
        .where(Guest.event_id == event.id)
        .order_by(Person.sort_key)
    )
    return list(rows)


def how_many(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_spreadsheet_is_previewed_row_by_row_and_stored_only_when_confirmed(signed_in, event):
    address = f"/events/{event.slug}/guests/imports/new"

    preview = signed_in.submit(signed_in.get(address).form(), upload(MAIN_LIST.read_bytes(), "moi.xlsx"))

    assert len(preview.rows()) == 13
    where, fate, name = preview.rows()[7][:3]
    assert (where, fate.split(" — ")[0], name) == (
        "Danh sách, 17",
        "Trùng dòng phía trên",
        "Nguyễn Đình Tường",
    )
    assert (how_many(Guest), how_many(Person), how_many(Slot)) == (0, 0, 0)

    listed = signed_in.submit(preview.form("/confirm"))

    assert listed.flashes == ["Đã thêm 12 dòng vào danh sách khách mời."]
    assert (how_many(Guest), how_many(Person), how_many(Slot)) == (9, 9, 3)
    assert names(event)[:3] == ["Đỗ Thị Kim Chi", "Phạm Thị Thùy Dung", "Trần Quốc Khải"]
    assert [
        group.name for group in db.session.scalars(sa.select(GuestGroup).order_by(GuestGroup.number))
    ] == [
        "Lãnh đạo tỉnh",
        "Các sở, ban, ngành",
        "Doanh nghiệp",
    ]


def test_the_same_file_again_adds_nothing(signed_in, event):
    address = f"/events/{event.slug}/guests/imports/new"
    for _time in range(2):
        preview = signed_in.submit(signed_in.get(address).form(), upload(MAIN_LIST.read_bytes(), "moi.xlsx"))
        listed = signed_in.submit(preview.form("/confirm"))

    assert listed.flashes == ["Đã thêm 0 dòng vào danh sách khách mời."]
    assert (how_many(Guest), how_many(Slot), how_many(GuestGroup)) == (9, 3, 3)


def test_what_is_left_of_an_ended_import_holds_no_names(signed_in, event):
    address = f"/events/{event.slug}/guests/imports/new"
    preview = signed_in.submit(signed_in.get(address).form(), upload(MAIN_LIST.read_bytes(), "moi.xlsx"))

    signed_in.submit(preview.form("/discard"))

    assert how_many(Guest) == 0
    assert db.session.scalars(sa.select(GuestImport)).one().parsed is None
    signed_in.get(preview.url, status=404)


def test_a_second_press_of_confirm_changes_nothing(signed_in, event):
    address = f"/events/{event.slug}/guests/imports/new"
    preview = signed_in.submit(signed_in.get(address).form(), upload(MAIN_LIST.read_bytes(), "moi.xlsx"))
    signed_in.submit(preview.form("/confirm"))

    signed_in.post(f"{preview.url}/confirm", status=404)

    assert how_many(Guest) == 9


def test_who_discards_an_import_that_was_just_confirmed_is_told_so(app, event):
    parsed = import_operations.read(event, "moi.xlsx", MAIN_LIST.read_bytes())
    started = import_operations.start_import(event, parsed, site=factories.site_of(event, "main"), by=None)
    import_operations.confirm_import(started, by=None)

    with pytest.raises(import_operations.ImportEnded):
        import_operations.discard_import(started, by=None)

    assert started.state is ImportState.CONFIRMED


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7 renamed", "danh-sach.xlsx"),
        (b"PK\x03\x04 not really a zip", "danh-sach.xlsx"),
        (b"", "danh-sach.xlsx"),
        (b"a letter", "danh-sach.doc"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_in_a_sentence(signed_in, event, content, name):
    form = signed_in.get(f"/events/{event.slug}/guests/imports/new").form()

    page = signed_in.submit(form, upload(content, name), status=422)

    assert len(page.errors) == 1 and page.errors[0].endswith(".")
    assert how_many(GuestImport) == 0


def test_nothing_is_imported_before_the_notice_on_personal_data(signed_in, app):
    event = factories.event()
    factories.main_site(event)
    form = signed_in.get(f"/events/{event.slug}/guests/imports/new").form()

    page = signed_in.submit(form, upload(MAIN_LIST.read_bytes(), "moi.xlsx"), status=422)

    assert page.errors == [
        "Trước khi nhập danh sách, cần ghi rõ dữ liệu cá nhân dùng để làm gì, căn cứ nào, "
        "ai chịu trách nhiệm và lưu đến bao giờ."
    ]
    assert how_many(GuestImport) == 0


def test_a_person_is_added_changed_and_taken_off(signed_in, event):
    form = signed_in.get(f"/events/{event.slug}/guests/new").form()
    typed = {
        "full_name": " lê  Thị Bích Ngọc",
        "phones": "0500 000 102; 0255.3822.123",
        "emails": "Ngoc@Example.vn",
    }

    listed = signed_in.submit(form, typed)

    guest = db.session.scalars(sa.select(Guest)).one()
    assert guest.person.phones == ["+84500000102", "+842553822123"]
    assert guest.person.emails == ["ngoc@example.vn"]
    assert "lê Thị Bích Ngọc" in listed.text

    edit = signed_in.get(f"/events/{event.slug}/guests/{guest.id}")
    signed_in.submit(edit.form(), {"full_name": "Lê Thị Bích Ngọc", "phones": "0500 000 102"})
    assert db.session.get(Person, guest.person_id).phones == ["+84500000102"]

    signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/{guest.id}").form("/remove"))
    assert (how_many(Guest), how_many(Person)) == (0, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "12345"}, "full_name"),
        ({"full_name": "Lê" * 500_000}, "full_name"),
        ({"full_name": "Lê Văn An", "phones": "số nhà 5"}, "phones"),
        ({"full_name": "Lê Văn An", "emails": "không có"}, "emails"),
        ({"full_name": "Lê Văn An", "site": "999999"}, "site"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(signed_in, event, typed, field):
    form = signed_in.get(f"/events/{event.slug}/guests/new").form()
    data = {**{name: value for name, value in form.form_values()}, **typed}

    page = signed_in.post(f"/events/{event.slug}/guests/new", data, status=422)

    assert how_many(Guest) == 0
    if page.status == 422:
        assert page.html.xpath(f"//*[@name='{field}'][@aria-invalid='true']")
        assert page.form().fields["full_name"] == typed["full_name"]


def test_search_ignores_diacritics_and_finds_every_match(signed_in, event):
    site = event_site(event)
    for name in ("Phan Thị Hồng Ân", "Phạm Văn Ấn", "Phạm Văn Ẩn", "Trương Lan"):
        factories.guest(site, name, honorific=None)

    page = signed_in.get(f"/events/{event.slug}/guests?q=an")

    assert [row[0] for row in page.rows(0)] == ["Phan Thị Hồng Ân", "Phạm Văn Ẩn", "Phạm Văn Ấn"]


def test_the_list_costs_the_same_for_one_guest_and_many(signed_in, event):
    site = event_site(event)
    address = f"/events/{event.slug}/guests?per_page=500"
    factories.guest(site)
    signed_in.get(address)
    with counted() as few:
        signed_in.get(address)
    for _number in range(60):
        factories.guest(site)
    with counted() as many:
        signed_in.get(address)

    assert many.number == few.number


def test_guests_of_another_event_are_not_found(signed_in, event):
    other = factories.event(short_title="Hội nghị khác", host=factories.another_host())
    stranger = factories.guest(factories.main_site(other))

    signed_in.get(f"/events/{event.slug}/guests/{stranger.id}", status=404)
    signed_in.get(f"/events/{other.slug}/guests", status=404)
    signed_in.post(f"/events/{event.slug}/guests/{stranger.id}/remove", status=404)

    assert how_many(Guest) == 1


def event_site(event):
    return factories.site_of(event, "main")


def test_the_same_person_typed_twice_is_told_and_stands_once(signed_in, event):
    typed = {"full_name": "Lê Thị Bích Ngọc", "organization_name": "Sở Y tế", "emails": "ngoc@example.vn"}
    signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/new").form(), typed)

    page = signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/new").form(), typed, status=422)

    assert page.errors == ["Lê Thị Bích Ngọc đã có trong danh sách khách mời, tại Trung tâm IOC tỉnh."]
    assert how_many(Guest) == 1

    homonym = {**typed, "emails": "ngoc.khac@example.vn"}
    signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/new").form(), homonym)
    assert how_many(Guest) == 2


def test_a_group_is_added_changed_and_removed_and_its_name_is_its_own(signed_in, event):
    address = f"/events/{event.slug}/guests/groups/new"
    typed = {"level": "commune", "name": "Cán bộ, công chức cấp xã"}
    signed_in.submit(signed_in.get(address).form(), typed)

    page = signed_in.submit(signed_in.get(address).form(), typed, status=422)
    assert page.errors == ["Ở cấp này đã có nhóm mang tên đó."]

    group = db.session.scalars(sa.select(GuestGroup)).one()
    signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/groups/{group.id}").form(), {"seats": "3"})
    assert db.session.get(GuestGroup, group.id).seats == 3
    signed_in.submit(signed_in.get(f"/events/{event.slug}/guests/groups/{group.id}").form("/remove"))
    assert how_many(GuestGroup) == 0


def test_the_guest_list_of_a_cancelled_event_stays_as_it_is(signed_in, event):
    guest = factories.guest(event_site(event), "Lê Văn An")
    events.cancel_event(event, by=None)

    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/guests/new").form(), {"full_name": "Trần Văn Bình"}, status=409
    )
    signed_in.post(f"/events/{event.slug}/guests/{guest.id}/remove", status=409)

    assert "Sự kiện này đã hủy, không thể thay đổi nữa." in page.text
    assert names(event) == ["Lê Văn An"]
