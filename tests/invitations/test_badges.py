"""Badges, passes on paper and the list of delegates: the QR is read back from the picture of the sheet."""

import json
from io import BytesIO

import pytest
import sqlalchemy as sa
import typst
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from eventsvc import pdf, secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.guests.models import BadgeRole, Rank
from eventsvc.invitations import badges, operations, pass_operations, queries
from eventsvc.invitations.badges import Shown, Size
from eventsvc.invitations.models import Answer, AnswerSource, Pass
from eventsvc.press import FOLDER
from tests import factories
from tests.pages import PageClient

LONG = "K’ Brel Nguyễn Hoàng Phước Thiện Tôn Nữ Quỳnh Thuỷ Ngọc Diễm"
OFFICE = (
    "Phó Giám đốc phụ trách, Chủ nhiệm Ủy ban chuyên trách về chuyển đổi số và cải cách hành chính",
    "Trung tâm Hỗ trợ doanh nghiệp nhỏ và vừa, Hiệp hội Doanh nghiệp các tỉnh miền Trung và Tây Nguyên, "
    "Văn phòng đại diện tại Quảng Ngãi và các huyện lân cận",
)

# What is printed is the same on both databases.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def event(app):
    return factories.data_notice(factories.approved_event())


@pytest.fixture
def hall(event):
    return factories.main_site(event)


def pictures(template, values):
    """The pages of a paper as pictures, with the fonts of the house."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"]
    )
    letters = json.dumps(pdf._printable(values), ensure_ascii=False)
    pages = typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=fonts,
        format="png",
        ppi=200,
        sys_inputs={"values": letters},
    )
    return [Image.open(BytesIO(page)) for page in (pages if isinstance(pages, list) else [pages])]


def codes_on(template, values):
    return {found.text for page in pictures(template, values) for found in zxingcpp.read_barcodes(page)}


def words_of(response):
    pages = [page.extract_text() for page in PdfReader(BytesIO(response.data)).pages]
    return " ".join(" ".join(pages).replace("\u200b", "").split())


def shown(event, site):
    """Nine people, more than one sheet of any size holds, each with a pass; one of the longest names."""
    guests = [
        factories.guest(
            site,
            LONG if number == 4 else None,
            honorific="Bà",
            position=OFFICE[0],
            organization_name=OFFICE[1],
        )
        for number in range(9)
    ]
    return [Shown(guest, secrets.unseal(operations.issue_pass(guest).code_sealed)) for guest in guests]


@pytest.mark.parametrize("size", list(Size))
def test_every_code_can_be_read_from_the_picture_of_its_sheet(event, hall, size):
    people = shown(event, hall)
    values = badges.sheets(event, people, size, lambda role: "ĐẠI BIỂU", "08 giờ 00 phút")

    template = "badges.typ" if size in (Size.SMALL, Size.LARGE) else "pass.typ"

    assert codes_on(template, values) == {each.code for each in people}
    printed = PdfReader(BytesIO(pdf.render(template, values)))
    said = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    assert LONG in said and "ĐẠI BIỂU" in said or size is Size.CARD and LONG in said
    per_sheet = {Size.SMALL: 8, Size.LARGE: 4, Size.CARD: 4, Size.ONE: 1}
    if size in per_sheet:
        assert len(printed.pages) == -(-9 // per_sheet[size])


def test_the_roles_have_a_colour_each_and_a_blank_badge_bears_the_word_alone(event, hall):
    words = {role: f"VAI {number}" for number, role in enumerate(BadgeRole)}

    values = badges.blank(event, BadgeRole.PRESS, 16, Size.SMALL, words.get)

    assert len(set(badges.COLOURS.values())) == len(BadgeRole)
    printed = PdfReader(BytesIO(pdf.render("badges.typ", values)))
    said = [page.extract_text() for page in printed.pages]
    assert [page.count("VAI 3") for page in said] == [8, 8]
    assert codes_on("badges.typ", values) == set()


def test_the_role_is_the_guests_own_before_that_of_the_group(event, hall):
    group = factories.group(event)
    own, of_group, of_nobody = (factories.guest(hall, group=group) for _ in range(3))
    with atomic():
        group.badge_role = BadgeRole.GUEST
        own.badge_role = BadgeRole.ORGANIZER
        of_nobody.group = None

    roles = [badges.role_of(guest) for guest in (own, of_group, of_nobody)]

    assert roles == [BadgeRole.ORGANIZER, BadgeRole.GUEST, BadgeRole.DELEGATE]


# --- The page -----------------------------------------------------------------------------------------------


def at(event, path=""):
    return f"/events/{event.slug}/badges{path}"


def test_badges_are_made_for_those_chosen_who_come_and_it_is_written_down(event, hall, signed_in):
    _an, binh, cuong = (factories.guest(hall, name) for name in ("Đỗ Văn An", "Đỗ Văn Bình", "Đỗ Văn Cường"))
    elsewhere = factories.guest(factories.site(event), "Đỗ Văn Dũng")
    operations.invite(event, by=None)
    operations.answer(queries.invitation_for(binh), Answer.DECLINED, reason="Bận", source=AnswerSource.PAGE)

    page = signed_in.get(at(event, "?site=main"))
    form = page.form("badges/sheets")
    everybody = signed_in.submit(form, {"size": "small"})
    ticked = signed_in.submit(form, {"size": "list", "guest": [str(cuong.id), str(elsewhere.id)]})

    assert [row[0] for row in page.rows()] == ["Ông Đỗ Văn An", "Ông Đỗ Văn Cường"]
    said = words_of(everybody.response)
    assert "Đỗ Văn An" in said and "Đỗ Văn Cường" in said and "ĐẠI BIỂU" in said
    assert "Đỗ Văn Bình" not in said and "Đỗ Văn Dũng" not in said
    assert "Đỗ Văn Cường" in (few := words_of(ticked.response)) and "Đỗ Văn An" not in few
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "passes.printed").order_by(AuditEntry.id)
    ).all()
    assert [entry.details for entry in entries] == [
        {"what": "small", "count": 2, "issued": 0}, {"what": "list", "count": 1, "issued": 0},
    ]  # fmt: skip


def test_whoever_has_no_pass_gets_one_when_a_badge_is_made_and_only_one(event, hall, signed_in):
    guest = factories.guest(hall)
    form = signed_in.get(at(event)).form("badges/sheets")

    signed_in.submit(form)
    signed_in.submit(form)

    assert db.session.scalar(sa.select(sa.func.count(Pass.id)).where(Pass.guest_id == guest.id)) == 1


def test_a_coordinator_makes_badges_for_the_own_site_alone(app, event, hall):
    school = factories.site(event)
    factories.guest(hall, "Đỗ Văn An")
    factories.guest(school, "Đỗ Văn Bình")
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=event.id, site_id=school.id)
    browser = PageClient(app).sign_in(user)

    sheet = browser.submit(browser.get(at(event)).form("badges/sheets"))

    assert "Đỗ Văn Bình" in (said := words_of(sheet.response)) and "Đỗ Văn An" not in said


def test_a_file_holds_so_many_people_and_the_page_says_so(event, hall, signed_in, monkeypatch):
    monkeypatch.setattr("eventsvc.invitations.badge_views.MOST", 2)
    for name in ("An", "Bình", "Cường"):
        factories.guest(hall, f"Đỗ Văn {name}")
    page = signed_in.get(at(event))

    second = signed_in.submit(page.form("badges/sheets"), {"part": "2"})

    assert [option.strip() for option in page.html.xpath("//select[@id='part']/option/text()")] == [
        "1/2: người thứ 1–2", "2/2: người thứ 3–3",
    ]  # fmt: skip
    assert "Đỗ Văn Cường" in (said := words_of(second.response)) and "Đỗ Văn Bình" not in said


def test_the_list_of_delegates_goes_by_group_then_rank_then_given_name(event, hall, signed_in):
    leaders = factories.group(event, "Lãnh đạo tỉnh")
    departments = factories.group(event, "Lãnh đạo các sở, ban, ngành")
    with atomic():
        high, low = (Rank(event_id=event.id, number=number, name=f"Cấp {number}") for number in (1, 2))
        db.session.add_all([high, low])
    for name, group, rank in (
        ("Trần Văn Bình", departments, None), ("Lê Thị Ánh", departments, None), ("Võ Văn Yên", departments, low),
        ("Nguyễn Thị Út", leaders, high), ("Phạm Văn Dũng", None, None),
    ):  # fmt: skip
        guest = factories.guest(hall, name, group=group)
        with atomic():
            guest.own_rank = rank

    listed = signed_in.post(at(event, "/delegates"))

    said = words_of(listed.response)
    order = [
        "DANH SÁCH ĐẠI BIỂU", "I. Lãnh đạo tỉnh", "Nguyễn Thị Út", "II. Lãnh đạo các sở, ban, ngành",
        "Võ Văn Yên", "Lê Thị Ánh", "Trần Văn Bình", "III. Đại biểu khác", "Phạm Văn Dũng", "05 đại biểu",
    ]  # fmt: skip
    places = [said.find(words) for words in order]
    assert -1 not in places and places == sorted(places), dict(zip(order, places, strict=True))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said


# --- The pass -----------------------------------------------------------------------------------------------


def test_the_pass_of_the_personal_link_bears_what_the_door_needs(event, hall, client):
    guest = factories.guest(hall, "Đỗ Văn An", position="Chủ tịch", organization_name="UBND xã Bình Thạnh")
    with atomic():
        guest.seat = "A-01-05"
    operations.invite(event, by=None)
    invitation = queries.invitation_for(guest)
    token = secrets.unseal(invitation.token_sealed)
    code = secrets.unseal(queries.live_pass(guest).code_sealed)

    paper = client.get(f"/i/{token}/pass.pdf")

    said = words_of(paper.response)
    for words in (
        "Ông Đỗ Văn An",
        "Chủ tịch",
        "UBND xã Bình Thạnh",
        "Trung tâm IOC tỉnh",
        "A-01-05",
        event.title,
    ):
        assert words in said
    assert code in said.replace("-", "")


def test_a_pass_taken_back_opens_no_door_and_there_is_no_paper_of_it(event, hall, client, organizer):
    guest = factories.guest(hall)
    operations.invite(event, by=None)
    invitation = queries.invitation_for(guest)
    token = secrets.unseal(invitation.token_sealed)

    pass_operations.revoke_pass(guest, by=organizer)
    pass_operations.revoke_pass(guest, by=organizer)

    assert queries.live_pass(guest) is None
    assert client.get(f"/i/{token}/pass.pdf", status=404).status == 404
    client.get(f"/i/{token}")  # the invitation itself stands
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("pass.revoked") == 1


def test_an_organizer_revokes_a_pass_from_the_page_of_the_invitation(event, hall, signed_in):
    guest = factories.guest(hall)
    operations.invite(event, by=None)
    invitation = queries.invitation_for(guest)

    page = signed_in.submit(
        signed_in.get(f"/events/{event.slug}/invitations/{invitation.id}").form("pass/revoke")
    )

    assert page.flashes == ["Mã QR không còn hiệu lực và chưa có mã mới."]
    assert queries.live_pass(guest) is None
