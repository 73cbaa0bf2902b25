"""The organizer's pages: asking, telling, handing over, answering for others."""

import pytest

from eventsvc.accounts import operations as accounts
from eventsvc.accounts.permissions import Role
from eventsvc.db import db
from eventsvc.deliveries.models import DeliveryState
from eventsvc.events import operations as events
from eventsvc.guests import operations as guests
from eventsvc.invitations import operations, queries
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.people.operations import Details
from tests import factories
from tests.invitations import scenes
from tests.queries import counted


def address(event, path: str = "") -> str:
    return f"/events/{event.slug}/invitations{path}"


def test_everybody_is_invited_from_the_page_with_a_count(app, signed_in):
    event = scenes.ready_event()
    for _ in range(2):
        factories.guest(scenes.main_site(event))

    page = signed_in.submit(signed_in.get(address(event)).form("/invitations"))
    assert "0/2" in page.text and "Đang soạn" in page.text
    scenes.write_batches()
    page = signed_in.get(page.url)
    assert [delivery.state for delivery in scenes.deliveries()] == [DeliveryState.DRAFT] * 2
    page = signed_in.submit(page.form("/submit"))

    assert "Đợt gửi đang được gửi đi" in page.text
    assert [delivery.state for delivery in scenes.deliveries()] == [DeliveryState.QUEUED] * 2


def test_a_group_is_invited_from_its_row(app, signed_in):
    event = scenes.ready_event()
    leaders, press = factories.group(event, "Lãnh đạo."), factories.group(event, "Báo chí.")
    factories.guest(scenes.main_site(event), group=leaders)
    factories.guest(scenes.main_site(event), group=press)

    signed_in.post(address(event), {"group": press.id})
    scenes.write_batches()

    tallies = queries.tallies(event)
    assert (tallies.by_group[leaders.id].invited, tallies.by_group[press.id].invited) == (0, 1)


def test_a_group_or_site_of_another_event_does_not_exist(app, signed_in):
    event, other = scenes.ready_event(), scenes.ready_event()
    group = factories.group(other)
    factories.guest(scenes.main_site(event))

    signed_in.post(address(event), {"group": group.id}, status=404)
    signed_in.post(address(event), {"group": "1 OR 1"}, status=404)
    signed_in.post(address(event), {"site": "khong-co"}, status=404)

    assert scenes.deliveries() == []


def test_what_is_missing_stands_on_the_page(app, signed_in):
    event = factories.event()
    factories.main_site(event)
    factories.guest(factories.site_of(event, "main"))

    page = signed_in.get(address(event))
    after = signed_in.post(address(event))

    assert "Chưa thể gửi giấy mời" in page.text
    assert "Chưa thể gửi giấy mời" in after.text
    assert scenes.deliveries() == []


def test_the_list_shows_messages_and_answers_and_is_filtered_by_them(app, signed_in):
    event = scenes.ready_event()
    site = scenes.main_site(event)
    an, binh = factories.guest(site, "Nguyễn Văn An"), factories.guest(site, "Trần Thị Bình", emails=[])
    operations.invite(event, by=None)
    factories.guest(site, "Lê Văn Cường")
    operations.answer(
        queries.invitation_for(an), Answer.DECLINED, reason="Đi công tác", source=AnswerSource.PAGE
    )

    names = lambda query: [row[0] for row in signed_in.get(address(event, query)).rows(0)]  # noqa: E731

    assert names("") == ["Ông Nguyễn Văn An", "Ông Trần Thị Bình", "Ông Lê Văn Cường"]
    assert names("?answer=declined") == ["Ông Nguyễn Văn An"]
    assert names("?progress=by_hand") == ["Ông Trần Thị Bình"]
    assert names("?progress=uninvited") == ["Ông Lê Văn Cường"]
    assert names("?progress=queued") == ["Ông Nguyễn Văn An"]
    assert names("?q=tran+binh") == ["Ông Trần Thị Bình"]
    assert names(f"?site={site.code}&answer=needs_action") == ["Ông Trần Thị Bình"]
    assert names("?answer=garbage&progress=garbage") == names("")
    assert binh.id in {line.guest.id for line in queries.lines([binh])}


def test_tallies_are_those_of_a_recount(app):
    event = scenes.ready_event()
    school = factories.site(event)
    group = factories.group(event)
    one, two, three = (factories.guest(scenes.main_site(event), group=group) for _ in range(3))
    factories.guest(school, emails=[])
    operations.invite(event, by=None)
    scenes.send()
    factories.guest(school)
    operations.answer(queries.invitation_for(one), Answer.ACCEPTED, source=AnswerSource.PAGE)
    operations.answer(queries.invitation_for(two), Answer.TENTATIVE, source=AnswerSource.PAGE)
    operations.revoke_invitation(queries.invitation_for(three), by=None)

    tallies = queries.tallies(event)

    total = {name: number for name, number in tallies.total.as_dict().items() if number}
    assert total == {
        "guests": 5, "uninvited": 1, "by_hand": 1, "sent": 2, "revoked": 1, "accepted": 1, "tentative": 1,
        "needs_action": 1,
    }  # fmt: skip
    assert tallies.total.invited == 3
    assert tallies.by_group[group.id].sent == 2
    assert tallies.by_site[school.id].guests == 2


def test_the_update_names_the_exact_number_it_touches(app, signed_in):
    event = scenes.ready_event()
    for emails in (["a@example.vn"], ["b@example.vn"], []):
        factories.guest(scenes.main_site(event), emails=emails)
    operations.invite(event, by=None)
    scenes.send()
    events.edit_sitting(event.sittings[0], {"place": "Nhà văn hóa"}, by=None)

    page = signed_in.get(address(event))
    after = signed_in.submit(page.form("/updates"))

    assert "Cần thông báo cho 3 người" in page.text
    assert "Trong đó 1 người không có địa chỉ" in page.text
    assert "Thư sẽ được gửi tới 2 người" in page.text
    assert "0/2" in after.text
    scenes.write_batches()
    assert [d.kind for d in scenes.deliveries()] == ["invitation"] * 2 + ["invitation_update"] * 2


def test_the_list_to_hand_over_has_text_and_pass_of_each(app, signed_in):
    event = scenes.ready_event()
    guest = factories.guest(scenes.main_site(event), "Trần Thị Bình", emails=[])
    operations.invite(event, by=None)
    invitation = queries.invitation_for(guest)

    page = signed_in.get(address(event, "/by-hand"))

    [text] = [node.text for node in page.html.xpath("//pre")]
    assert "Ông Trần Thị Bình" in text
    assert scenes.link(invitation) in text
    [picture] = page.html.xpath("//main//img/@src")
    assert picture == address(event, f"/{invitation.id}/pass.svg")
    assert signed_in.http.get(picture).mimetype == "image/svg+xml"


def test_the_list_to_hand_over_is_searched_paged_and_unfolded_to_print(app, signed_in):
    event = scenes.ready_event()
    bridge = factories.site(event, "Huyện Lý Sơn")
    for number in range(21):
        factories.guest(scenes.main_site(event), f"Nguyễn Văn {'ABCDEGHIKLMNOPQRSTUVX'[number]}", emails=[])
    guest = factories.guest(bridge, "Trần Thị Bình", emails=[])
    operations.invite(event, by=None)
    operations.answer(
        queries.invitation_for(guest), Answer.ACCEPTED, reason=None, source=AnswerSource.STAFF, by=None
    )
    url = address(event, "/by-hand")

    def names(path: str) -> list[str]:
        return [
            node.text for node in signed_in.get(url + path).html.xpath("//main//section/h2 | //section//h2")
        ]

    first = signed_in.get(url)
    opened = signed_in.get(url + "?texts=1&q=binh")

    assert (len(names("")), len(names("?page=2"))) == (20, 2)
    assert first.html.xpath("//main//details/@open") == []
    assert "22 giấy mời cần giao tận tay" in first.text
    for found in ("?q=tran+thi", f"?site={bridge.code}", "?answer=accepted"):
        assert names(found) == ["Ông Trần Thị Bình"]
    assert len(opened.html.xpath("//main//details[@open]")) == 1
    assert names("?q=khong-co-ai") == []
    assert "Không tìm thấy ai" in signed_in.get(url + "?q=khong-co-ai").text


def test_an_empty_list_to_hand_over_is_a_page_someone_designed(app, signed_in):
    page = signed_in.get(address(scenes.ready_event(), "/by-hand"))

    assert "Không ai cần trao giấy mời trực tiếp" in page.text


def test_the_preview_is_what_would_be_sent_without_its_secrets(app, signed_in):
    event = scenes.ready_event()
    guest = factories.guest(scenes.main_site(event), "Trần Thị Bình")
    before = scenes.rows()

    page = signed_in.get(address(event, f"/preview?guest={guest.id}"))
    letter = signed_in.http.get(address(event, f"/preview?guest={guest.id}&part=html"))

    shown = page.html.xpath("string(//pre)")
    operations.invite(event, by=None)
    [delivery] = scenes.deliveries()
    assert "http://localhost/i/•••" in shown
    assert delivery.text_body.split("http://localhost/i/")[0] == shown.split("http://localhost/i/")[0]
    assert "Trần Thị Bình" in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert "script-src" not in letter.headers["Content-Security-Policy"]
    assert {k: v for k, v in before.items() if k == "delivery"} == {"delivery": []}


def test_an_answer_by_telephone_is_entered_and_kept_with_its_source(app, signed_in, organizer):
    invitation = scenes.invited()
    page = signed_in.get(address(invitation.event, f"/{invitation.id}"))

    page = signed_in.submit(page.form("/answer"), {"answer": "accepted", "reason": "Gọi lúc 9 giờ"})

    assert "Đã ghi nhận câu trả lời" in page.text
    db.session.refresh(invitation)
    [given] = invitation.answers
    assert (given.answer, given.source, given.by_user_id) == (
        Answer.ACCEPTED,
        AnswerSource.STAFF,
        organizer.id,
    )


def test_pass_and_message_are_renewed_from_the_page(app, signed_in):
    invitation = scenes.invited()
    scenes.send()
    before = scenes.code(invitation)
    page = signed_in.get(address(invitation.event, f"/{invitation.id}"))

    signed_in.submit(page.form("/pass"))
    for _ in range(2):
        signed_in.submit(page.form("/resend"))

    assert scenes.code(invitation) != before
    assert len(scenes.deliveries()) == 2


def test_withdrawing_and_inviting_again_from_the_page(app, signed_in):
    invitation = scenes.invited()
    page = signed_in.get(address(invitation.event, f"/{invitation.id}"))

    page = signed_in.submit(page.form("/revoke"))
    assert "Đã thu hồi" in page.text
    page = signed_in.submit(page.form("/restore"))

    db.session.refresh(invitation)
    assert invitation.revoked_at is None


def coordinator(site) -> object:
    user = factories.user()
    accounts.grant(user, Role.COORDINATOR, event_id=site.event_id, site_id=site.id)
    return user


def test_a_coordinator_sees_and_answers_for_the_own_site_only(app, client):
    event = scenes.ready_event()
    school = factories.site(event)
    here, there = (
        factories.guest(school, "Nguyễn Văn An"),
        factories.guest(scenes.main_site(event), "Trần Thị Bình"),
    )
    operations.invite(event, by=None)
    mine, other = queries.invitation_for(here), queries.invitation_for(there)
    client.sign_in(coordinator(school))

    page = client.get(address(event))

    assert "Nguyễn Văn An" in page.text
    assert "Trần Thị Bình" not in page.text
    client.post(address(event, f"/{mine.id}/answer"), {"answer": "accepted"})
    client.post(address(event, f"/{other.id}/answer"), {"answer": "accepted"}, status=404)
    client.get(address(event, f"/{other.id}"), status=404)
    client.get(address(event, f"/{other.id}/pass.svg"), status=404)
    client.post(address(event, f"/{other.id}/pass"), status=404)
    for path in ("", "/updates", f"/{mine.id}/resend", f"/{mine.id}/revoke"):
        client.post(address(event, path), status=404)
    db.session.refresh(mine)
    db.session.refresh(other)
    assert (mine.answer, other.answer) == (Answer.ACCEPTED, Answer.NEEDS_ACTION)


def test_the_organizer_of_another_province_finds_nothing(app, client):
    invitation = scenes.invited()
    client.sign_in(factories.organizer(organization=factories.another_host()))

    for path in ("", "/by-hand", "/preview", f"/{invitation.id}", f"/{invitation.id}/pass.svg"):
        client.get(address(invitation.event, path), status=404)


def test_an_invitation_of_another_event_is_not_found_under_this_one(app, signed_in):
    invitation, other = scenes.invited(), scenes.ready_event()

    signed_in.get(address(other, f"/{invitation.id}"), status=404)
    signed_in.post(address(other, f"/{invitation.id}/answer"), {"answer": "accepted"}, status=404)


@pytest.mark.parametrize("path", ["", "/by-hand", "/preview"])
def test_pages_cost_the_same_for_one_guest_and_for_three_hundred(app, signed_in, path):
    costs = []
    for size in (1, 300):
        event = scenes.ready_event()
        site = scenes.main_site(event)
        entries = [
            guests.Entry(Details(f"Người thứ {n}", emails=[f"a{n}@example.vn"] if n % 2 else []), site)
            for n in range(size)
        ]
        guests.add_guests(event, entries, by=None)
        operations.invite(event, by=None)
        url = address(event, path)
        signed_in.get(url)
        db.session.remove()
        with counted() as count:
            signed_in.get(url)
        costs.append(count.number)

    assert costs[0] == costs[1]


def test_people_whose_message_was_called_back_stand_on_the_list_to_hand_over(app, signed_in):
    event = scenes.ready_event()
    scenes.invited(event, full_name="Trần Thị Bình")
    assert "Trần Thị Bình" not in signed_in.get(address(event, "/by-hand")).text

    scenes.outbox.stop(event, by=None)

    assert "Trần Thị Bình" in signed_in.get(address(event, "/by-hand")).text
