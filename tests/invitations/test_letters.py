"""Which letter goes to whom, what holds messages back, and the letters themselves one by one and all at once."""

import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from eventsvc import clock, pdf
from eventsvc.db import db
from eventsvc.documents import paper_operations, signing_operations
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.guests import rank_operations
from eventsvc.invitations import letter_operations, letters
from eventsvc.invitations.letter_models import Audience
from eventsvc.invitations.letter_queries import Letters
from tests import factories
from tests.documents import scenes as papers
from tests.documents.scenes import words
from tests.invitations import scenes
from tests.queries import counted

ALL = (Audience.PEOPLE, None)


@pytest.fixture
def event(app):
    return scenes.ready_event()


def rank(event, name="Thường trực Tỉnh ủy", **rules):
    return rank_operations.add_rank(event, name=name, rules=rank_operations.RankRules(**rules), by=None)


def guest_of(event, rank=None, **details):
    guest = factories.guest(scenes.main_site(event), **details)
    if rank is not None:
        _give(guest, rank)
    return guest


def _give(guest, rank):
    from eventsvc.db import atomic

    with atomic():
        guest.rank_id = rank.id
    db.session.expire_all()


def assign(event, wanted):
    return letter_operations.assign_letters(event, wanted, by=None)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_letters_nothing_is_enclosed_and_nothing_is_held_back(event):
    guest = guest_of(event)

    found = Letters(event)

    assert (found.for_guest(guest), found.for_organizations(), found.obstacle(guest)) == (None, None, None)
    assert found.enclosed_for_organization("Sở Nội vụ") is None


def test_a_rank_has_its_own_letter_and_everybody_else_the_one_for_all(event):
    high = rank(event)
    own, common = (
        papers.draft(event, title="Dự Lễ (thư riêng)"),
        papers.draft(event, title="Dự Lễ (thư chung)"),
    )
    leader, other = guest_of(event, high), guest_of(event)
    assert assign(event, {ALL: common, (Audience.PEOPLE, high.id): own}) == 2

    found = Letters(event)

    assert [found.paper(found.for_guest(guest)).id for guest in (leader, other)] == [own.id, common.id]
    assert assign(event, {ALL: common}) == 0
    assert assign(event, {(Audience.PEOPLE, high.id): None}) == 1
    db.session.expire_all()
    assert Letters(event).paper(Letters(event).for_guest(leader)).id == common.id


def test_messages_wait_for_the_issue_unless_the_signer_lets_them_go(event):
    invitation = scenes.invited(event, full_name="Nguyễn Văn Mẫu", position="Giám đốc")
    paper = papers.submitted(event)
    assign(event, {ALL: paper})

    held = Letters(event).obstacle(invitation.guest)
    assert held is not None and "chưa được ban hành" in held
    signing_operations.allow_mail(paper, True, by=None)
    early = Letters(event)
    assert (early.obstacle(invitation.guest), early.enclosed(invitation)) == (None, None)
    signing_operations.sign(paper, version=None, by=None)
    signing_operations.issue(paper, by=None)

    enclosed = Letters(event).enclosed(invitation)
    assert (enclosed.name, enclosed.template) == ("giay-moi.pdf", "letter.typ")
    text = words(pdf.render(enclosed.template, {**enclosed.common, **enclosed.own}))
    assert "kính mời: Ông Nguyễn Văn Mẫu, Giám đốc" in text and "Số: 01/GM-UBND" in text
    signing_operations.recall(paper, "Sai ngày.", by=None)
    after = Letters(event)
    assert "thu hồi" in (after.obstacle(invitation.guest) or "") and after.enclosed(invitation) is None


def test_a_revision_takes_the_place_of_what_it_replaces_once_it_is_issued(event):
    guest = guest_of(event)
    first = papers.issued(event)
    assign(event, {ALL: first})
    second = signing_operations.revise(first, by=None)

    assert Letters(event).paper(Letters(event).for_guest(guest)).id == first.id
    for step in (signing_operations.submit, signing_operations.sign, signing_operations.issue):
        step(second, version=None, by=None)

    assert Letters(event).paper(Letters(event).for_guest(guest)).id == second.id
    assert Letters(event).obstacle(guest) is None
    assert signing_operations.revise(first, by=None).id == second.id


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_does_not_belong_to_the_event_is_refused(event):
    other = scenes.ready_event(title="Sự kiện khác")
    official = papers.draft(event, kind=papers.DocumentKind.OFFICIAL_LETTER)

    for key, paper in (
        (ALL, papers.draft(other)),
        (ALL, official),
        ((Audience.PEOPLE, 999), papers.draft(event)),
    ):
        with pytest.raises(DomainError):
            assign(event, {key: paper})
    assert Letters(event).rows == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_loading_the_letters_costs_the_same_for_one_guest_and_for_many(event):
    high = rank(event)
    assign(event, {ALL: papers.issued(event), (Audience.PEOPLE, high.id): papers.issued(event)})
    first = scenes.invited(event)
    more = [scenes.invited(event) for _ in range(4)]

    def load(invitations):
        db.session.expire_all()
        everything = [
            (i.guest.person.full_name, i.guest.site.name, i.guest.group, i.guest.own_rank)
            for i in invitations
        ]
        assert everything
        with counted() as count:
            found = Letters(event)
            assert all(found.enclosed(i) and found.obstacle(i.guest) is None for i in invitations)
        return count.number

    assert load([first]) == load([first, *more])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_latest_day_counts_working_days_and_the_signer_of_the_rank_is_asked_for(app):
    start = clock.from_local(
        datetime(2027, 2, 15, 8, 0)
    )  # a Monday; nobody works for Tết from 4 to 10 February
    event = factories.approved_event(starts_at=start)
    high = rank(event, lead_workdays=5, signature_block=papers.block(event, signer="Chủ tịch Mẫu"))
    paper = papers.draft(event)

    assert letters.latest_day(event, None) == date(2027, 2, 3)
    assert letters.latest_day(event, high) == date(2027, 2, 1)
    signers = {high.signature_block_id: "Chủ tịch Mẫu"}
    told = letters.warnings(event, high, paper, today=date(2027, 2, 14), signers=signers)
    assert ["Chủ tịch Mẫu" in told[0], "Quá hạn" in told[1], len(told)] == [True, True, 2]


def test_the_page_says_who_gets_which_letter_and_gives_all_of_them(event, signed_in):
    high = rank(event)
    paper = papers.issued(event)
    names = ["Nguyễn Văn Một", "Trần #x$ Hai", "Lê ((họ tên)) Ba"]
    for name in names:
        guest_of(event, high, full_name=name)
    guest_of(event, full_name="Người Ngoài")
    url = f"/events/{event.slug}/letters"

    page = signed_in.get(url)
    page = signed_in.submit(page.form("/letters"), {f"rank_{high.id}": str(paper.id)})
    assert "1 đại biểu chưa có giấy mời" in page.text and "01/GM-UBND" in page.text
    (one,) = (link for link in page.links() if link.endswith("all.pdf"))
    whole = PdfReader(BytesIO(signed_in.http.get(one).data))
    archive = zipfile.ZipFile(BytesIO(signed_in.http.get(one.replace("all.pdf", "all.zip")).data))

    texts = [" ".join(p.extract_text().split()) for p in whole.pages]
    assert sorted(name for name in names for text in texts if name in text) == sorted(names)
    assert archive.testzip() is None and len(archive.namelist()) == 3
    assert sorted(n for n in names for f in archive.namelist() if n in words(archive.read(f))) == sorted(
        names
    )
    listed = signed_in.get(f"{url}/guests?q=Hai")
    (preview,) = (link for link in listed.links() if link.endswith(".pdf"))
    assert "Trần #x$ Hai" in words(signed_in.http.get(preview).data)


def test_an_invitee_opens_the_own_letter_once_it_is_issued(event, client):
    invitation = scenes.invited(event, full_name="Phạm Thị Mẫu")
    paper = papers.signed(event)
    assign(event, {ALL: paper})
    link = f"{scenes.link(invitation)}/letter.pdf"

    client.get(link, status=404)
    signing_operations.issue(paper, by=None)
    assert "Phạm Thị Mẫu" in words(client.http.get(link).data)
    signing_operations.recall(paper, "Hoãn.", by=None)
    client.get(link, status=404)
    client.get("/i/khong-co-that/letter.pdf", status=404)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_organization_is_asked_by_its_own_letter(event):
    assign(event, {(Audience.ORGANIZATIONS, None): papers.issued(event)})

    enclosed = Letters(event).enclosed_for_organization("Sở Nội vụ", due_on=date(2026, 12, 1), seats=3)

    text = words(pdf.render(enclosed.template, {**enclosed.common, **enclosed.own}))
    assert "kính mời: Đại diện Sở Nội vụ." in text
    assert "03 đại biểu; danh sách xin gửi chậm nhất ngày 01 tháng 12 năm 2026" in text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_edit_takes_back_what_a_signer_with_an_account_had_allowed(event):
    signer = factories.user()
    paper = papers.draft(event, user=signer)
    signing_operations.allow_mail(paper, True, by=signer)

    paper_operations.edit_paper(paper, {"body": "Nội dung khác"}, version=None, by=None)

    assert paper.mail_may_precede is False


def test_a_signed_letter_never_says_another_time_than_the_one_it_was_signed_with(event, signed_in):
    invitation = scenes.invited(event)
    paper = papers.issued(event, title="Dự ((nội dung))")
    assign(event, {ALL: paper})
    letters_page, url = f"/events/{event.slug}/letters", f"/events/{event.slug}/papers/{paper.id}.pdf"
    assert "Dự ((" not in signed_in.get(letters_page).text
    before = words(signed_in.http.get(url).data)
    assert Letters(event).enclosed(invitation) is not None

    sitting = event.sittings[0]
    later = {
        "starts_at": sitting.starts_at + timedelta(hours=2),
        "ends_at": sitting.ends_at + timedelta(hours=2),
    }
    events.propose_time(sitting, **later, by=None)
    events.approve_time(sitting, by=None)

    assert words(signed_in.http.get(url).data) == before
    assert Letters(event).enclosed(invitation) is None
    assert "lập giấy mời thay thế" in signed_in.get(letters_page).text
    revised = signing_operations.revise(paper, by=None)
    for step in (signing_operations.submit, signing_operations.sign, signing_operations.issue):
        step(revised, version=None, by=None)
    assert Letters(event).enclosed(invitation) is not None
    assert words(signed_in.http.get(f"/events/{event.slug}/papers/{revised.id}.pdf").data) != before
    assert "lập giấy mời thay thế" not in signed_in.get(letters_page).text
