"""The devices of an event, as people see, make and change them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts.models import ApiToken
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import bundle_queries, device_operations, operations
from eventsvc.checkins.device_operations import Told
from eventsvc.checkins.models import Device, Enrolment, Profile
from eventsvc.db import atomic, db
from eventsvc.halls import post_operations
from eventsvc.halls.models import Shift
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted


def at(hall, path=""):
    return f"/events/{hall.event.slug}/devices{path}"


def local(moment):
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M")


def enrolments():
    return db.session.scalars(sa.select(Enrolment).order_by(Enrolment.id)).all()


def tell(device, **told):
    kept = db.session.get(Device, device.id)
    words = {"device_clock": clock.now(), "waiting": 0, "bundle": bundle_queries.version(kept)}
    device_operations.tell(kept, Told(**{**words, "bundle_at": clock.now(), **told}))


# --- Enrolling ----------------------------------------------------------------------------------------------


def test_several_devices_of_a_site_are_numbered_and_have_its_hours(hall, signed_in):
    opens = clock.now().replace(second=0, microsecond=0)
    form = signed_in.get(at(hall, "/new")).form()

    page = signed_in.submit(
        form,
        {
            "name": "Cửa",
            "site": hall.school.code,
            "number": "3",
            "profile": "search",
            "opens_at": local(opens),
            "closes_at": local(opens + timedelta(hours=4)),
        },
    )

    assert page.flashes == ["Đã tạo 3 mã."]
    assert [(one.name, one.site_id, one.profile, one.opens_at, one.closes_at) for one in enrolments()] == [
        (f"Cửa {number}", hall.school.id, Profile.SEARCH, opens, opens + timedelta(hours=4))
        for number in (1, 2, 3)
    ]


def test_each_site_gets_its_devices_by_one_press(hall, signed_in):
    form = signed_in.get(at(hall, "/new")).form()

    signed_in.submit(form, {"name": "Cửa", "site": "*", "number": "2"})

    assert [(one.site_id, one.name) for one in enrolments()] == [
        (site.id, name) for site in (hall.main, hall.school) for name in ("Cửa 1", "Cửa 2")
    ]


def test_the_hours_of_the_doors_are_proposed_for_the_chosen_site(hall, signed_in):
    form = signed_in.get(at(hall, "/new")).form()

    typed = {**dict(form.fields), "name": "Cửa 1", "site": "main", "propose": "1"}
    page = signed_in.post(at(hall, "/new"), typed, status=200)
    linked = signed_in.get(at(hall, f"/new?site={hall.school.code}"))

    proposed = (
        local(hall.sitting.starts_at - timedelta(hours=2)),
        local(hall.sitting.ends_at + timedelta(hours=2)),
    )
    for shown in (page.form(), linked.form()):
        assert (shown.fields["opens_at"], shown.fields["closes_at"]) == proposed
    assert page.form().fields["name"] == "Cửa 1"
    assert linked.form().fields["site"] == hall.school.code
    assert enrolments() == []


WRONG = [
    ({"number": "0"}, "number"),
    ({"number": "21"}, "number"),
    ({"number": "x"}, "number"),
    ({"opens_at": "x"}, "opens_at"),
    ({"opens_at": "2026-11-22T08:00", "closes_at": "2026-11-22T08:00"}, "closes_at"),
    ({"site": "nowhere"}, "site"),
    ({"profile": "king"}, "profile"),
]


@pytest.mark.parametrize(("typed", "field"), WRONG)
def test_what_makes_no_sense_is_told_beside_its_field(hall, signed_in, typed, field):
    form = signed_in.get(at(hall, "/new")).form()

    page = signed_in.post(at(hall, "/new"), {**dict(form.fields), "name": "Cửa 1", **typed}, status=422)

    assert page.html.xpath("//*[@name=$name and @aria-invalid='true']", name=field)
    assert page.form().fields["name"] == "Cửa 1"
    assert enrolments() == []


def test_the_codes_are_printed_on_one_sheet_and_that_is_logged(hall, signed_in):
    for name in ("Cửa 1", "Cửa 2"):
        operations.create_enrolment(hall.event, site=hall.main, name=name, by=None)

    answer = signed_in._ask("POST", at(hall, "/enrolments/sheet.pdf"), data={"csrf_token": signed_in.csrf()})

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()))
    assert (entry.action, entry.details) == ("enrolments.printed", {"count": 2})


# --- How they stand -----------------------------------------------------------------------------------------


def test_the_list_says_of_each_device_how_it_stands(hall, signed_in):
    device = hall.device(name="Cửa 1")
    operations.record_scans(device, [scan(hall.code(hall.minh), seq=1)], device_clock=clock.now())
    tell(device, battery=76, is_charging=True)

    page = signed_in.get(at(hall))

    assert [row[:7] for row in page.rows()] == [
        [
            "Cửa 1 Chỉ quét mã",
            hall.main.name,
            f"vừa xong {clock.local(clock.now()):%H:%M %d/%m/%Y}",
            "danh sách mới nhất",
            "đồng hồ đúng giờ pin 76 %, đang sạc",
            "đang dùng",
            "1",
        ]
    ]


def test_what_is_wrong_stands_first_and_who_was_shut_out_last(hall, signed_in):
    out, fine, wrong = hall.device(name="A"), hall.device(name="B"), hall.device(name="C")
    operations.revoke_device(db.session.get(Device, out.id), by=None)
    tell(fine)
    tell(
        wrong,
        bundle="0123456789abcdef",
        bundle_at=clock.now() - timedelta(hours=3, minutes=5),
        waiting=12,
        battery=9,
        is_charging=False,
        device_clock=clock.now() + timedelta(minutes=47, seconds=30),
    )

    rows = signed_in.get(at(hall)).rows()

    assert [row[0].split()[0] for row in rows] == ["C", "B", "A"]
    assert rows[0][5] == "danh sách cũ 3 giờ 12 lượt chưa gửi đồng hồ nhanh 47 phút pin 9 %"
    assert [row[5] for row in rows[1:]] == ["đang dùng", "đã khóa"]


def test_devices_are_found_by_name_and_site(hall, signed_in):
    hall.device(name="Cửa chính"), hall.device(hall.school, name="Cổng sau")

    assert [row[0] for row in signed_in.get(at(hall, "?q=cua")).rows()] == ["Cửa chính Chỉ quét mã"]
    assert [row[0] for row in signed_in.get(at(hall, "?q=pham van dong")).rows()] == ["Cổng sau Chỉ quét mã"]
    assert "Không có thiết bị phù hợp" in signed_in.get(at(hall, "?q=zzz")).text


def test_many_devices_cost_what_two_cost(hall, signed_in):
    tell(hall.device()), tell(hall.device(hall.school))
    signed_in.get(at(hall))
    with counted() as few:
        signed_in.get(at(hall))
    for number in range(6):
        tell(hall.device(factories.site(hall.event, name=f"Xã {number}")))
        operations.create_enrolment(hall.event, site=hall.main, name="Cửa", by=None)

    with counted() as many:
        page = signed_in.get(at(hall))

    assert "Cửa" in page.text
    assert many.number <= few.number + 1  # the shelf of waiting codes


# --- Changing one -------------------------------------------------------------------------------------------


def test_a_device_gets_another_name_site_and_hours_and_its_token_goes_with_it(hall, signed_in):
    device = hall.device(name="Cửa 1")
    opens = clock.now().replace(second=0, microsecond=0)
    form = signed_in.get(at(hall, f"/{device.id}")).form(f"devices/{device.id}")

    page = signed_in.submit(
        form,
        {"name": "Cổng", "site": hall.school.code, "profile": "supervisor", "opens_at": local(opens)},
    )

    kept = db.session.get(Device, device.id)
    assert page.heading == "Cổng"
    assert (kept.name, kept.site_id, kept.profile, kept.opens_at, kept.closes_at) == (
        "Cổng",
        hall.school.id,
        Profile.SUPERVISOR,
        opens,
        None,
    )
    assert db.session.get(ApiToken, kept.token_id).site_id == hall.school.id
    entry = db.session.scalar(sa.select(AuditEntry).order_by(AuditEntry.id.desc()))
    assert (entry.action, entry.details) == (
        "device.edited",
        {"fields": ["name", "opens_at", "profile", "site"]},
    )


def test_what_a_device_tells_meanwhile_does_not_disturb_a_form_but_another_person_does(hall, signed_in):
    device = hall.device(name="Cửa 1")
    form = signed_in.get(at(hall, f"/{device.id}")).form(f"devices/{device.id}")
    tell(device, waiting=5)
    signed_in.submit(form, {"name": "Cửa 2"})

    late = signed_in.submit(form, {"name": "Cửa 3"}, status=409)

    assert db.session.get(Device, device.id).name == "Cửa 2"
    assert "Cửa 2" in late.text and late.form(f"devices/{device.id}").fields["name"] == "Cửa 3"


def test_a_device_that_was_shut_out_is_shown_and_changed_no_more(hall, signed_in):
    device = hall.device(name="Cửa 1")
    operations.revoke_device(db.session.get(Device, device.id), by=None)

    page = signed_in.get(at(hall, f"/{device.id}"))

    assert "đã khóa" in page.text
    assert not page.html.xpath("//input[@name='name']")


def test_the_shifts_at_the_doors_are_proposed_before_the_hours_of_the_sitting(hall, signed_in):
    post = post_operations.add_post(hall.main, name="Cửa chính", is_door=True, by=None)
    starts_at = (hall.sitting.starts_at - timedelta(minutes=45)).replace(second=0, microsecond=0)
    with atomic():
        db.session.add(
            Shift(post=post, person_name="A", starts_at=starts_at, ends_at=starts_at + timedelta(hours=3))
        )

    form = signed_in.get(at(hall, "/new?site=main")).form()

    assert (form.fields["opens_at"], form.fields["closes_at"]) == (
        local(starts_at),
        local(starts_at + timedelta(hours=3)),
    )
