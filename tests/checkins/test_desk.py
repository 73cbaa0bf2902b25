"""The desk on a laptop, as people use it without script: search, in, out, a pass, a walk-in, a badge."""

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from pypdf import PdfReader

from eventsvc import clock
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import desk_queries, desk_search_queries, operations, queries
from eventsvc.checkins.models import Profile, Scan, ScanMode
from eventsvc.db import atomic, db
from eventsvc.guests import operations as guests
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations as invitations
from eventsvc.invitations.models import Pass
from eventsvc.people import operations as people
from eventsvc.people.operations import Details
from tests import factories
from tests.checkins.conftest import scan
from tests.pages import PageClient
from tests.queries import counted


@pytest.fixture
def coordinator(app, hall):
    """Signed in for the school alone."""
    user = factories.user("hieutruong@quangngai.example.vn")
    accounts.grant(user, Role.COORDINATOR, event_id=hall.event.id, site_id=hall.school.id)
    return PageClient(app).sign_in(user)


def at(hall, path=""):
    return f"/events/{hall.event.slug}/checkins{path}"


def panel(page):
    """What the large answer beside the list says."""
    return " ".join(page.html.get_element_by_id("answer").text_content().split())


def names(hall, q, site_ids=None):
    hits = desk_queries.found(hall.event, hall.sitting, q, site_ids)
    return [hit.guest.person.full_name for hit in hits.listed]


def actions():
    return db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()


# --- Searching ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, found",
    [
        ("nguyen van", ["Nguyễn Văn Minh"]),
        ("minh ngu", ["Nguyễn Văn Minh"]),
        ("NGUYỄN", ["Nguyễn Văn Minh"]),
        ("n v m", ["Nguyễn Văn Minh"]),
        ("nvm", ["Nguyễn Văn Minh"]),
        ("l v t", ["Lê Văn Tám"]),
        ("van", ["Nguyễn Văn Minh", "Lê Văn Tám"]),
        ("minh so y te", ["Nguyễn Văn Minh"]),
        ("inh", []),
        ("guyen", []),
        ("van minh tam", []),
        ("vnm", []),
        ("%", []),
        ("*", []),
        ("_an", []),
        ("'; --", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_words_in_any_order(hall, typed, found):
    assert names(hall, typed) == found


def test_whoever_is_renamed_is_found_by_the_new_words_and_initials_alone(hall):
    people.edit_person(hall.minh.person, Details(full_name="Phạm Quốc Bảo"), by=factories.organizer())

    assert [names(hall, typed) for typed in ("nvm", "minh", "pqb", "bao")] == [
        [], [], ["Phạm Quốc Bảo"], ["Phạm Quốc Bảo"]
    ]  # fmt: skip


def test_those_found_stand_by_given_name_and_no_more_than_twenty(hall):
    for given in ("Vinh", "An", "Ánh", "Đức", "Dũng", "Ưng"):
        factories.guest(hall.main, full_name=f"Phạm Quốc {given}")
    for number in range(20):
        factories.guest(hall.main, full_name=f"Bùi Thu Ba {number}")

    assert names(hall, "pham quoc") == [
        f"Phạm Quốc {given}" for given in ["An", "Ánh", "Dũng", "Đức", "Ưng", "Vinh"]
    ]
    assert len(names(hall, "ba")) == 20
    assert not desk_queries.found(hall.event, hall.sitting, "ba").has_more
    factories.guest(hall.main, full_name="Bùi Thu Ba cuối")
    assert desk_queries.found(hall.event, hall.sitting, "ba").has_more


def test_enough_people_of_these_initials_hide_nobody_whose_word_begins_so(hall):
    def guest(name, office):
        factories.guest(hall.main, full_name=name, organization_name=office)

    many = [f"Nguyễn Văn M{letter}" for letter in "abcdefghijklmnopqrstu"]
    early, late = "Trần Thị An", "Trần Thị Yến"
    for name in many:
        guest(name, "Sở Y tế")
    for name in (early, late):
        guest(name, "Công ty NVM")

    assert names(hall, "nvm") == [early, *many[:9], "Nguyễn Văn Minh", *many[9:18]]


@pytest.mark.parametrize("near, far", [(1, 2), (2, 12), (9, 90)])
def test_however_far_the_walk_goes_the_same_people_are_found(hall, monkeypatch, near, far):
    for number, family in enumerate(("Vũ", "Lý") * 15):
        factories.guest(hall.main, full_name=f"{family} Thu Ba {number:02}")
    monkeypatch.setattr(desk_search_queries, "_NEAR", near)
    monkeypatch.setattr(desk_search_queries, "_FAR", far)

    assert names(hall, "thu ba") == [
        f"{'Lý' if number % 2 else 'Vũ'} Thu Ba {number:02}" for number in range(20)
    ]
    assert names(hall, "ba ly") == [f"Lý Thu Ba {number:02}" for number in range(1, 30, 2)]
    assert names(hall, "minh van") == ["Nguyễn Văn Minh"]
    assert names(hall, "minh xuan") == []


def test_a_search_stays_right_when_people_are_edited_removed_or_of_another_event(hall):
    other = factories.main_site(factories.approved_event(title="Chương trình khác"))
    factories.guest(other, full_name="Nguyễn Văn Minh")
    with atomic():
        people.edit_person(hall.minh.person, Details(full_name="Đặng Thùy Trâm"), by=None)
    guests.remove_guest(hall.hoa, by=None)

    assert names(hall, "nguyen van minh") == []
    assert names(hall, "tram dang") == ["Đặng Thùy Trâm"]
    assert names(hall, "hoa") == []
    assert names(hall, "tram", frozenset({hall.school.id})) == []
    assert names(hall, "tam", frozenset({hall.school.id})) == ["Lê Văn Tám"]


def test_a_hit_says_where_when_and_what_they_answered(hall, signed_in):
    with atomic():
        hall.minh.seat, hall.minh.attention = "A12", "Đi xe lăn"
    operations.record_scans(hall.device(hall.school, profile=Profile.SEARCH, name="Cửa trường"), [
        scan(hall.code(hall.minh), site=hall.school.code, mode="manual", reason="Đi cùng đoàn")
    ])  # fmt: skip

    [row] = signed_in.get(at(hall, "?q=minh")).rows()

    assert row[0] == "Ông Nguyễn Văn Minh Đi xe lăn".replace(" Đi xe lăn", "Đi xe lăn")
    assert row[1] == "Giám đốcSở Y tế"
    assert row[2] == f"{hall.main.name}Ghế A12"
    assert row[3].startswith("đã vào lúc") and row[3].endswith(hall.school.name)


def test_the_fragment_holds_the_list_alone_and_costs_the_same_for_one_and_for_twenty(hall, signed_in):
    def cost(q):
        address = at(hall, f"/found?q={q}")
        with counted() as count:
            text = signed_in._ask("GET", address).text
        assert "<html" not in text
        return count.number

    operations.check_in_by_name(hall.minh, hall.sitting, hall.main, by=factories.organizer())
    one = cost("minh")
    for number in range(30):
        guest = factories.guest(hall.main, full_name=f"Trương Đại {number}")
        if number % 2:
            operations.record_scans(hall.device(), [scan(hall.code(guest))])

    assert cost("truong dai") <= one  # PostgreSQL asks once less when enough are near the beginning
    assert cost("") > 0


# --- In and out ---------------------------------------------------------------------------------------------


def test_one_press_checks_in_and_the_answer_stands_beside_the_list(hall, signed_in):
    found = signed_in.get(at(hall, "?q=van+minh"))

    page = signed_in.submit(found.form(f"guests/{hall.minh.id}/enter?sitting=1&site=main"))

    assert [row[0] for row in found.rows()] == ["Ông Nguyễn Văn Minh"]
    assert panel(page).startswith("Đã vào Ông Nguyễn Văn Minh Giám đốc, Sở Y tế")
    assert [row[0] for row in page.rows()] == ["Ông Nguyễn Văn Minh"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert actions()[-1] == "scan.entered_by_hand"
    again = signed_in.submit(found.form(f"guests/{hall.minh.id}/enter?sitting=1&site=main"))
    assert "Đã vào lúc" in panel(again)
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_a_press_from_the_script_is_answered_by_the_panel_alone(hall, signed_in):
    response = signed_in.http.post(
        at(hall, f"/guests/{hall.minh.id}/enter?sitting=1&site=main"),
        data={"csrf_token": signed_in.csrf()},
        headers={"X-Part": "answer"},
        follow_redirects=True,
    )

    assert response.headers["X-Part"] == "answer"
    assert "Nguyễn Văn Minh" in response.text and "fresh-figures" in response.text
    assert "<html" not in response.text


def test_somebody_of_another_site_needs_a_reason_at_the_desk_itself(hall, signed_in):
    found = signed_in.get(at(hall, "?q=tam&site=main"))
    asked = signed_in.submit(found.form(f"guests/{hall.tam.id}/enter?sitting=1&site=main"))
    refused = signed_in.submit(asked.form("admit?sitting=1&site=main"), status=422)
    done = signed_in.submit(refused.form("admit?sitting=1&site=main"), {"reason": "Đi cùng đoàn"})

    assert panel(asked).startswith("Thuộc điểm cầu khác Ông Lê Văn Tám")
    assert refused.errors == ["Vui lòng nêu lý do để hồ sơ được rõ ràng."]
    assert panel(done).startswith("Đã vào Ông Lê Văn Tám")
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_a_pass_read_at_the_desk_is_answered_as_at_any_door(hall, signed_in):
    code = hall.code(hall.minh)
    shown = signed_in.get(at(hall, f"?q={code.lower()}&site=main"))
    inside = signed_in.submit(shown.form("codes?sitting=1&site=main"))
    unknown = signed_in.post(at(hall, "/codes?site=main"), {"code": "0" * 26})
    nothing = signed_in.post(at(hall, "/codes?site=main"), {"code": "  "})

    assert panel(inside).startswith("Đã vào Ông Nguyễn Văn Minh")
    assert panel(unknown).startswith("Không hợp lệ Không có khách nào mang mã này.")
    assert panel(nothing).startswith("Sẵn sàng")
    row = db.session.scalar(sa.select(Scan).where(Scan.guest_id == hall.minh.id))
    assert (row.mode, row.actor_kind, row.site_id) == (ScanMode.ONLINE, "user", hall.main.id)
    assert code not in shown.url


def test_who_goes_out_is_in_but_not_inside_and_may_come_again(hall, signed_in):
    signed_in.post(at(hall, f"/guests/{hall.minh.id}/enter?site=main"))
    out = signed_in.post(at(hall, f"/guests/{hall.minh.id}/leave?site=main"))
    found = signed_in.get(at(hall, "?q=minh"))

    assert panel(out).startswith("Đã ra Ông Nguyễn Văn Minh")
    assert [" ".join(node.text_content().split()) for node in out.html.find_class("stat")[:2]] == [
        "1/3 đại biểu đã có mặt", "0 đang ở trong",
    ]  # fmt: skip
    assert "đã ra ngoài" in found.rows()[0][3]
    signed_in.submit(found.form("enter?sitting=1&site=main"))
    assert queries.inside_counts(hall.sitting) == {hall.main.id: 1}
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_the_day_of_a_person_is_a_line_of_time_in_words(hall, signed_in, organizer):
    operations.record_scans(hall.device(name="Cửa 1"), [scan(hall.code(hall.minh), minutes_ago=5)])
    signed_in.post(at(hall, f"/guests/{hall.minh.id}/leave?site=main"))
    signed_in.post(at(hall, f"/guests/{hall.minh.id}/annul?site=main"), {"reason": "Quét nhầm"})

    page = signed_in.get(at(hall, f"/guests/{hall.minh.id}"))
    lines = [" ".join(line.text_content().split()) for line in page.html.find_class("timeline")[0]]

    assert ["Cửa 1 · ngoại tuyến" in lines[0], "đã hủy lúc" in lines[0]] == [True, True]
    assert "Ra Đã ra" in lines[1] and "bàn đón tiếp" in lines[1]
    assert "Lý do: Quét nhầm" in lines[2]


def test_a_coordinator_sees_scans_and_people_of_their_site_alone(hall, coordinator, signed_in):
    signed_in.post(at(hall, f"/guests/{hall.minh.id}/enter?site=main"))
    foreign = db.session.scalar(sa.select(Scan.id))

    coordinator.get(at(hall, f"/answers/{foreign}"), status=404)
    coordinator.get(at(hall, f"?done={foreign}"), status=404)
    coordinator.post(at(hall, f"/guests/{hall.minh.id}/enter"), status=404)
    coordinator.post(at(hall, f"/guests/{hall.minh.id}/leave"), status=404)
    coordinator.post(at(hall, f"/guests/{hall.minh.id}/badge"), status=404)
    coordinator.post(at(hall, f"/answers/{foreign}/admit"), {"reason": "x"}, status=404)
    asked = coordinator.post(at(hall, "/codes?site=main"), {"code": hall.code(hall.hoa)})
    assert panel(asked).startswith(f"Thuộc điểm cầu khác dự tại {hall.main.name}")
    assert "Hoa" not in panel(asked)
    letin = coordinator.submit(
        asked.form("admit?sitting=1&site=" + hall.school.code), {"reason": "Đi cùng đoàn"}
    )
    assert panel(letin).startswith("Đã vào Bà Trần Thị Hoa")
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1, hall.school.id: 1}


# --- Without an invitation ----------------------------------------------------------------------------------


def test_a_walk_in_is_listed_and_let_in_by_one_scan(hall, signed_in):
    form = signed_in.get(at(hall, "/walk-in?q=Võ+Văn+Bình&site=main")).form("walk-in?sitting=1&site=main")
    refused = signed_in.submit(form, {"name": " "}, status=422)
    values = {"name": "Võ Văn Bình", "honorific": "Ông", "position": "Trưởng phòng", "organization": "Sở Tư pháp",
              "host": "Bà Hoa"}  # fmt: skip
    page = signed_in.submit(refused.form("walk-in?sitting=1&site=main"), values)

    assert form.fields["name"] == "Võ Văn Bình"
    assert refused.errors == ["Hãy nhập họ và tên."]
    assert panel(page).startswith("Đã vào Ông Võ Văn Bình Trưởng phòng, Sở Tư pháp")
    guest = db.session.scalar(sa.select(Guest).where(Guest.is_walk_in))
    assert (guest.note, guest.site_id, guest.person.position) == ("Bà Hoa", hall.main.id, "Trưởng phòng")
    row = db.session.scalar(sa.select(Scan).where(Scan.guest_id == guest.id))
    assert (row.mode, row.outcome.value, row.reason) == (ScanMode.MANUAL, "admitted", "Bà Hoa")
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_a_walk_in_with_the_name_of_a_guest_is_asked_about_first(hall, signed_in):
    form = signed_in.get(at(hall, "/walk-in?site=main")).form("walk-in?sitting=1&site=main")
    asked = signed_in.submit(form, {"name": "nguyen van minh"}, status=422)

    assert "Có phải một trong những người sau không?" in asked.text
    assert "Giám đốc, Sở Y tế" in asked.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 3
    added = signed_in.submit(asked.form("walk-in?sitting=1&site=main"), {"name": "Nguyễn Văn Minh"})
    assert panel(added).startswith("Đã vào Nguyễn Văn Minh")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Guest)) == 4
    taken = signed_in.submit(asked.form(f"guests/{hall.minh.id}/enter?sitting=1&site=main"))
    assert panel(taken).startswith("Đã vào Ông Nguyễn Văn Minh")


def test_a_middle_name_left_out_is_recognised_in_the_same_organization(hall):
    def alike(*words):
        return [hit.guest.id for hit in desk_queries.alike(hall.event, hall.sitting, *words)]

    assert alike("Nguyễn Xuân Minh", "Sở Y tế") == [hall.minh.id]
    assert alike("Nguyễn Xuân Minh", "Sở Tư pháp") == []
    assert alike("Minh Văn Nguyễn", None) == [hall.minh.id]
    assert alike("!!", None) == []


# --- Badges -------------------------------------------------------------------------------------------------


def test_a_badge_is_printed_with_one_press_in_the_size_chosen_once(hall, signed_in):
    sheet = signed_in.post(at(hall, f"/guests/{hall.minh.id}/badge"))
    signed_in.post(at(hall, "/badge-size?site=main"), {"size": "large"})
    larger = signed_in.post(at(hall, f"/guests/{hall.hoa.id}/badge"))

    assert sheet.response.mimetype == "application/pdf"
    assert "Nguyễn Văn Minh" in "".join(
        p.extract_text() for p in PdfReader(BytesIO(sheet.response.data)).pages
    )
    assert larger.response.mimetype == "application/pdf"
    assert db.session.scalars(sa.select(Pass.guest_id).order_by(Pass.guest_id)).all() == [
        hall.minh.id,
        hall.hoa.id,
    ]
    printed = db.session.scalars(
        sa.select(AuditEntry.details).where(AuditEntry.action == "passes.printed").order_by(AuditEntry.id)
    ).all()
    assert [(entry["what"], entry["issued"]) for entry in printed] == [("small", 1), ("large", 1)]
    assert "Cỡ thẻ: 90 × 125 mm" in signed_in.get(at(hall)).text


def test_a_page_with_thousands_in_costs_what_it_costs_with_one(hall, signed_in):
    def cost():
        address = at(hall)
        with counted() as count:
            signed_in.get(address)
        return count.number

    operations.record_scans(hall.device(), [scan(hall.code(hall.minh))])
    cost()  # the first look reads everything
    one = cost()
    others = [factories.guest(hall.main, full_name=f"Trương Đại {number}") for number in range(60)]
    device = hall.device()
    operations.record_scans(device, [scan(hall.code(guest)) for guest in others])

    cost()  # the first after scans reads those
    assert cost() == one


def test_the_revoked_are_told_in_red_with_nobody_let_in(hall, signed_in):
    code = hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)
    with atomic():
        hall.sitting.doors_close_at = clock.now() + timedelta(hours=3)

    page = signed_in.post(at(hall, "/codes?site=main"), {"code": code})

    assert panel(page).startswith("Mã đã thu hồi Ông Nguyễn Văn Minh")
    assert page.html.find_class("desk-answer--err")
    assert queries.head_counts(hall.event, hall.sitting) == {}
