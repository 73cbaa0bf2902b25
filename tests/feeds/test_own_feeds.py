"""Calendars of one person, one organization, one site: what each tells, to whom, and what it never tells."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock, ical, secrets
from eventsvc.agenda import operations as agenda
from eventsvc.agenda.models import ItemKind, RitualRole
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.feeds import operations, queries
from eventsvc.feeds.models import Feed, FeedKind
from eventsvc.guests import operations as guests
from eventsvc.guests.models import Guest
from eventsvc.invitations import entries as invited
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invitation_queries
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations.models import Answer, AnswerSource
from eventsvc.invitations.substitution_models import SubstitutionSource
from eventsvc.nominations import operations as nominations
from eventsvc.nominations import sending_operations as sending
from eventsvc.nominations.models import Nomination, NominationState, OrganizationInvitation
from eventsvc.nominations.operations import Contact
from eventsvc.people.operations import Details
from eventsvc.sites import operations as sites
from tests import factories
from tests.calendars import agreed
from tests.queries import counted

START = datetime(2030, 7, 15, 1, 0, tzinfo=UTC)  # eight in the morning in Vietnam
LINK = "//a[starts-with(@href, 'webcal:')]"


@pytest.fixture
def event(app):
    made = factories.data_notice(factories.approved_event(starts_at=START, venue="Trung tâm IOC"))
    factories.main_site(made)
    return made


@pytest.fixture
def guest(event) -> Guest:
    """Somebody at a bridge, invited, with contacts that must not leak."""
    bridge = factories.site(event, "Huyện Lý Sơn")
    sites.edit_site(bridge, {"hall": "Hội trường UBND", "contact_phone": "+84500111222"}, by=None)
    made = factories.guest(bridge, "Võ Thị Mai", emails=["mai@rieng.example.vn"], phones=["+84500333444"])
    invitations.invite(event, by=None)
    return made


def invitation_of(guest: Guest):
    return invitation_queries.invitation_for(guest)


def feed_of(guest: Guest) -> str:
    """The address of a new feed of the guest."""
    return f"/calendar/{operations.renew_own_feed(invitation_of(guest), by=invitation_of(guest))[1]}.ics"


def read(client, url, **headers):
    response = client.http.get(url, headers=headers)
    assert response.status_code == 200
    return response


def shown(client, url) -> list[dict]:
    """What four parsers see alike."""
    facts = agreed(read(client, url).data)
    assert facts["method"] == "PUBLISH"
    return facts["events"]


def later(minutes: int):
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False)


# --- A person -------------------------------------------------------------------------------------------------


def test_a_persons_feed_has_their_sittings_at_their_site_as_the_invitation_tells_them(client, event, guest):
    (entry,) = shown(client, feed_of(guest))
    (mailed,) = invited.entries(
        invitation_of(guest), event.sittings, link="https://x.example.vn/i/t", sender="a@b.example.vn"
    )

    assert (entry["summary"], entry["start"], entry["end"]) == (
        "Lễ phát động", "2030-07-15T01:00:00Z", "2030-07-15T02:30:00Z",
    )  # fmt: skip
    assert entry["location"] == "Điểm cầu huyện Lý Sơn: Hội trường UBND"
    assert (entry["status"], entry["transparency"]) == ("CONFIRMED", "OPAQUE")
    assert (entry["uid"], entry["sequence"]) == (mailed.uid, mailed.sequence)
    assert entry["url"] == f"http://localhost/p/{event.slug}"
    assert entry["description"] == f"{event.title}\n{event.host.name}"


def test_a_shared_calendar_gives_away_nobody_and_opens_nothing(client, event, guest):
    invitation = invitation_of(guest)
    body = ical.unfold(read(client, feed_of(guest)).data)

    hidden = [
        "ATTENDEE", "/i/", "Võ Thị Mai", "mai@rieng", "500333444", "500111222",
        secrets.unseal(invitation.token_sealed),
        secrets.unseal(invitation_queries.live_pass(guest).code_sealed),
    ]  # fmt: skip
    assert [word for word in hidden if word in body] == []


def test_before_a_time_is_approved_the_window_stands_as_days_that_leave_one_free(client, app):
    event = factories.data_notice(factories.event())
    guest = factories.guest(factories.main_site(event))
    with atomic():
        invitation = invitations.telling.add_invitations(event, {guest.id: 0})
    assert invitation

    (entry,) = shown(client, feed_of(guest))

    assert (entry["start"], entry["end"]) == ("2023-07-01", "2023-08-01")
    assert (entry["status"], entry["transparency"]) == ("TENTATIVE", "TRANSPARENT")


OFF = {
    "the sitting is called off": lambda event, guest: (
        events.add_sitting(event, by=None),
        events.cancel_sitting(event.sittings[0], by=None),
    ),
    "the event is called off": lambda event, guest: events.cancel_event(event, by=None),
    "the person is not asked any more": lambda event, guest: invitations.revoke_invitation(
        invitation_of(guest), by=None
    ),
}


@pytest.mark.parametrize("why", OFF)
def test_what_is_called_off_stays_as_cancelled_with_a_higher_sequence(client, event, guest, why):
    factories.item(event, "Tham luận", 10, person=guest.person)
    url = feed_of(guest)
    before = shown(client, url)

    with later(5):
        OFF[why](event, guest)
    after = shown(client, url)

    assert [(e["uid"], e["status"]) for e in before] == [(e["uid"], "CONFIRMED") for e in after]
    assert {e["status"] for e in after} == {"CANCELLED"}
    assert after[0]["sequence"] > before[0]["sequence"]


def test_the_items_in_which_they_speak_or_press_are_told_and_nobody_elses(client, event, guest):
    factories.item(event, "Tham luận của xã", 10, person=guest.person, is_public=False)
    factories.item(event, "Phát biểu khai mạc", 10, speaker="Trần Văn Khác")
    button = factories.item(event, "Nhấn nút", 5, kind=ItemKind.BUTTON_CEREMONY, note="Chỉ nội bộ")
    ritual = agenda.add_ritual(event, title="Nghi lễ phát động", agenda_item=button, by=None)
    place = agenda.Place(RitualRole.PRESSER, "Võ Thị Mai")
    agenda.edit_ritual(ritual, {}, participants=[place], by=None)
    with atomic():
        ritual.participants[0].person_id = guest.person_id

    entries = shown(client, feed_of(guest))

    assert [(e["summary"], e["start"]) for e in entries] == [
        ("Lễ phát động", "2030-07-15T01:00:00Z"),
        ("Tham luận của xã", "2030-07-15T01:00:00Z"),
        ("Nhấn nút", "2030-07-15T01:20:00Z"),
    ]
    assert len({e["uid"] for e in entries}) == 3


def test_an_unchanged_feed_is_equal_to_the_byte_and_answers_304_however_it_is_asked(client, event, guest):
    factories.item(event, "Tham luận", 10, person=guest.person)
    url = feed_of(guest)
    first = read(client, url)
    tag = first.headers["ETag"]

    with later(60 * 24 * 3):
        queries._written.cache_clear()
        again = read(client, url)
        head = client.http.head(url)
        asked = [
            client.http.get(url, headers=headers)
            for headers in (
                {"If-None-Match": tag},
                {"If-None-Match": f"W/{tag}"},
                {"If-None-Match": f'"other", {tag[:-1]}-gzip"'},  # as Apache marks what it compressed
                {"If-Modified-Since": first.headers["Last-Modified"]},
            )
        ]

    assert again.data == first.data
    assert [(r.status_code, r.data) for r in asked] == [(304, b"")] * 4
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == tag and int(head.headers["Content-Length"]) == len(first.data)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in first.data and b"X-PUBLISHED-TTL:PT6H" in first.data


def moved(guest: Guest) -> None:
    person = guest.person
    guests.edit_guest(
        guest, details=Details(full_name=person.full_name, emails=person.emails, phones=person.phones),
        site=factories.site_of(guest.event, "main"), group=None, seat=None, note=None, attention=None, by=None,
    )  # fmt: skip


@pytest.mark.parametrize("change", ["hall", "moved", "title", "time", "taken back"])
def test_every_change_gives_another_tag_and_a_later_time(client, event, guest, change):
    url, sitting = feed_of(guest), event.sittings[0]
    first = read(client, url)
    changes = {
        "hall": lambda: sites.edit_site(guest.site, {"hall": "Nhà văn hóa"}, by=None),
        "moved": lambda: moved(guest),
        "title": lambda: events.edit_sitting(sitting, {"title": "Phiên khai mạc"}, by=None),
        "time": lambda: (
            events.propose_time(sitting, starts_at=START + timedelta(hours=1), ends_at=None, by=None),
            events.approve_time(sitting, by=None),
        ),
        "taken back": lambda: invitations.revoke_invitation(invitation_of(guest), by=None),
    }

    with later(3):
        changes[change]()
        at = clock.now().replace(microsecond=0)
    second = client.http.get(url, headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert second.status_code == 200
    assert second.headers["ETag"] != first.headers["ETag"]
    assert second.last_modified == at
    assert ical.read(second.data)[0].last_changed == at


def test_an_answer_changes_nothing_in_the_calendar(client, event, guest):
    url = feed_of(guest)
    first = read(client, url)

    with later(2):
        invitations.answer(
            invitation_of(guest), Answer.ACCEPTED, reason=None, source=AnswerSource.PAGE, by=None
        )

    assert read(client, url).data == first.data


def test_a_feed_costs_the_same_for_1_and_for_60_items(client, event, guest):
    factories.item(event, "Một", 1, person=guest.person)
    url = feed_of(guest)
    db.session.expire_all()
    with counted() as one:
        read(client, url)
    for number in range(59):
        factories.item(event, f"Mục {number}", 1, person=guest.person)
    db.session.expire_all()

    with counted() as many:
        read(client, url)

    assert many.number == one.number


# --- Made, renewed, taken back ----------------------------------------------------------------------------------


def own_page(guest: Guest) -> str:
    return f"/i/{secrets.unseal(invitation_of(guest).token_sealed)}/feed"


def test_an_invitee_makes_a_calendar_whose_links_are_shown_once(client, event, guest):
    page = client.submit(client.get(own_page(guest)).form(f"{own_page(guest)}"))
    address = page.html.xpath("string(//*[@id='feed-address'])")
    google, outlook = (
        page.html.xpath(f"string(//a[contains(@href, '{name}')]/@href)") for name in ("google", "outlook")
    )
    again = client.get(own_page(guest))

    assert page.html.xpath(f"string({LINK}/@href)") == address.replace("http://", "webcal://")
    assert unquote(google).endswith("?cid=" + address.replace("http://", "webcal://"))
    assert f"?url={address}&name=Lễ phát động" in unquote(outlook)
    assert address not in again.text and again.html.xpath(LINK) == []
    assert client.http.get(address).status_code == 200
    token = address.rpartition("/")[2].removesuffix(".ics")
    kept = db.session.scalars(sa.select(Feed)).one()
    assert kept.kind is FeedKind.PERSON and kept.name == ""
    assert token not in str([getattr(kept, column.key) for column in Feed.__table__.columns])
    made = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "feed.created")).one()
    assert (made.actor_kind, made.actor_id) == ("invitee", invitation_of(guest).id)
    assert token not in str(made.details)


def test_a_second_press_makes_a_new_address_and_the_old_one_is_not_found(client, event, guest):
    first = feed_of(guest)
    second = feed_of(guest)

    assert client.http.get(first).status_code == 404
    assert client.http.get(second).status_code == 200

    client.post(f"{own_page(guest)}/stop", follow=True)

    assert client.http.get(second).status_code == 404


def test_what_is_no_longer_kept_is_gone_from_calendars_as_from_pages(client, event, guest):
    url = feed_of(guest)
    site_url = f"/calendar/{of_site(guest.site)}.ics"
    with atomic():
        event.data_kept_until = clock.today() - timedelta(days=1)

    statuses = [client.http.get(address).status_code for address in (url, own_page(guest))]

    assert statuses == [410, 410]
    assert client.http.get(site_url).status_code == 200  # names nobody


def test_who_is_not_asked_any_more_makes_no_calendar(client, event, guest):
    page = own_page(guest)
    invitations.revoke_invitation(invitation_of(guest), by=None)

    assert client.http.get(page).status_code == 410
    client.post(page, status=410)
    client.post("/i/nobody/feed", status=404)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Feed)) == 0


def test_no_token_is_logged(client, event, guest, capfd, caplog, monkeypatch):
    token = feed_of(guest).removeprefix("/calendar/").removesuffix(".ics")
    monkeypatch.setattr(queries, "_written", lambda *_: 1 / 0)

    client.app.config["PROPAGATE_EXCEPTIONS"] = False
    statuses = [client.http.get(f"/calendar/{word}.ics").status_code for word in (token, f"{token}x")]

    out = capfd.readouterr()
    assert statuses == [500, 404]
    assert token not in out.out + out.err + caplog.text


# --- An organization ----------------------------------------------------------------------------------------------


def asked(site, name="Sở Y tế", seats: int | None = 3) -> OrganizationInvitation:
    """An organization with places at a site."""
    return nominations.ask_organization(
        site.event, name=name, request=nominations.Request(site, label=site.name, seats=seats), by=None
    )


def page_of(row: OrganizationInvitation) -> str:
    return f"/o/{secrets.unseal(row.token_sealed)}/feed"


def name_one(row: OrganizationInvitation, slot, state: NominationState) -> None:
    person = factories.guest(slot.site).person
    with atomic():
        db.session.add(
            Nomination(
                event_id=row.event_id,
                organization_invitation_id=row.id,
                slot_id=slot.id,
                person_id=person.id,
                state=state,
            )  # fmt: skip
        )


def test_an_organizations_feed_tells_where_its_people_are_expected_and_how_many_it_has_named(client, event):
    row = asked(factories.site_of(event, "main"))
    assert asked(factories.site(event, "Huyện Lý Sơn"), seats=None) is row
    here, there = row.slots
    made = client.submit(client.get(page_of(row)).form(page_of(row)))
    url = made.html.xpath("string(//*[@id='feed-address'])")
    before = shown(client, url)

    with later(5):
        name_one(row, here, NominationState.ACCEPTED)
        name_one(row, here, NominationState.WAITING)
        name_one(row, here, NominationState.REFUSED)
        name_one(row, there, NominationState.ACCEPTED)
    after = shown(client, url)

    assert [(e["location"], e["description"].split("\n")[-1]) for e in before] == [
        ("Trung tâm IOC tỉnh: Trung tâm IOC", "Đã cử 0/3 người"),
        ("Điểm cầu huyện Lý Sơn", "Đã cử 0 người"),
    ]
    assert [e["description"].split("\n")[-1] for e in after] == [
        "Đã cử 1/3 người; chờ duyệt 1 người",
        "Đã cử 1 người",
    ]
    assert [e["uid"] for e in after] == [e["uid"] for e in before]
    assert all(a["sequence"] > b["sequence"] for a, b in zip(after, before, strict=True))
    assert "Nguyễn Văn Mẫu" not in ical.unfold(read(client, url).data)


def test_a_link_taken_back_leaves_cancelled_sittings_and_no_page(client, event):
    row = asked(factories.site_of(event, "main"))
    url = f"/calendar/{operations.renew_own_feed(row, by=row)[1]}.ics"

    with later(2), atomic():
        row.revoked_at = clock.now()

    assert [e["status"] for e in shown(client, url)] == ["CANCELLED"]
    assert client.http.get(page_of(row)).status_code == 410
    assert client.http.get("/o/nobody/feed").status_code == 404


RENEWED = {
    "another link": lambda row: nominations.renew_link(row, by=None),
    "another contact": lambda row: nominations.edit_invitation(
        row, contact=Contact("Ông Lý Văn Khôi", phone="+84500777888"), due_on=None, note=None, by=None
    ),
    "taken back and asked again": lambda row: (
        sending.revoke(row, by=None),
        nominations.restore_invitation(row, by=None),
    ),
}


@pytest.mark.parametrize("why", RENEWED)
def test_a_renewed_link_ends_the_calendar_made_by_the_old_one(client, event, why):
    row = nominations.ask_organization(
        event,
        name="Sở Y tế",
        request=nominations.Request(factories.site_of(event, "main"), seats=3),
        contact=Contact("Bà Lê Thị Nga"),
        by=None,
    )
    other = asked(factories.site_of(event, "main"), "Sở Nội vụ")
    old, others = (f"/calendar/{operations.renew_own_feed(each, by=each)[1]}.ics" for each in (row, other))
    assert client.http.get(old).status_code == 200

    RENEWED[why](row)
    page = client.get(page_of(row))
    made = client.submit(page.form(page_of(row)))

    assert [client.http.get(url).status_code for url in (old, others)] == [404, 200]
    assert "Đã có lịch theo dõi" not in page.text
    new = made.html.xpath("string(//*[@id='feed-address'])")
    assert client.http.get(new).status_code == 200
    assert queries.made_by_invitees(event) == {FeedKind.ORGANIZATION: 2}


def test_who_is_no_longer_asked_is_told_nothing_newer(client, event, guest):
    row = asked(guest.site)
    urls = [feed_of(guest), f"/calendar/{operations.renew_own_feed(row, by=row)[1]}.ics"]
    with later(2):
        invitations.revoke_invitation(invitation_of(guest), by=None)
        sending.revoke(row, by=None)
    assert [[e["status"] for e in shown(client, url)] for url in urls] == [["CANCELLED"], ["CANCELLED"]]

    with later(4):
        sites.edit_site(guest.site, {"hall": "Hội trường bí mật"}, by=None)

    for url in urls:
        calendar = read(client, url).data
        assert b"BEGIN:VEVENT" not in calendar and "bí mật" not in ical.unfold(calendar)


def test_a_substitute_gets_a_calendar_of_their_own_and_the_old_one_is_called_off(client, event, guest):
    old = feed_of(guest)

    with later(2):
        asked_for = substitutions.request_substitution(
            invitation_of(guest), details=Details("Đỗ Văn Tám"), source=SubstitutionSource.INVITEE
        )
    deputy = asked_for.substitute
    new = f"/calendar/{operations.renew_own_feed(deputy, by=deputy)[1]}.ics"

    assert [[e["status"] for e in shown(client, url)] for url in (old, new)] == [["CANCELLED"], ["CONFIRMED"]]
    client.post(f"{own_page(guest)}", status=410)


# --- A site -------------------------------------------------------------------------------------------------------


def of_site(site) -> str:
    feed = operations.create_feed(site.event, kind=FeedKind.SITE, name="Điểm cầu", site=site, by=None)
    return feed[1]


def test_a_sites_feed_tells_its_sittings_and_when_it_speaks_as_released(client, event):
    bridge, other = factories.site(event, "Huyện Lý Sơn"), factories.site(event, "Huyện Minh Long")
    factories.item(event, "Khai mạc", 10)
    speaks = factories.item(event, "Lý Sơn phát biểu", 5, site=bridge, line_note="Mở mic trước 1 phút")
    factories.item(event, "Minh Long phát biểu", 5, site=other)
    url = f"/calendar/{of_site(bridge)}.ics"
    with later(1):
        agenda.release(event, confirmed=True, by=None)
    factories.item(event, "Chưa công bố", 5, site=bridge)
    released = shown(client, url)

    with later(5):
        agenda.remove_item(speaks, by=None)
        agenda.release(event, confirmed=True, by=None)
    after = shown(client, url)

    assert [(e["summary"], e["start"], e["location"]) for e in released] == [
        ("Lễ phát động", "2030-07-15T01:00:00Z", "Điểm cầu huyện Lý Sơn"),
        ("Lý Sơn phát biểu", "2030-07-15T01:10:00Z", "Điểm cầu Huyện Lý Sơn"),
    ]
    assert released[1]["description"].split("\n")[-1] == "Đường truyền: Mở mic trước 1 phút"
    assert [(e["summary"], e["status"]) for e in after] == [
        ("Lễ phát động", "CONFIRMED"),
        ("Chưa công bố", "CONFIRMED"),
        ("Lý Sơn phát biểu", "CANCELLED"),
    ]


def test_the_organizer_makes_a_calendar_for_a_site_and_sees_how_many_invitees_have_one(
    signed_in, event, guest
):
    feed_of(guest)
    form = signed_in.get(f"/events/{event.slug}/feeds").form(f"/events/{event.slug}/feeds")
    refused = signed_in.submit(form, {"name": "Tổ kỹ thuật", "kind": "site"}, status=422)
    page = signed_in.submit(form, {"name": "Tổ kỹ thuật", "kind": "site", "site": str(guest.site_id)})

    assert refused.errors == ["Hãy chọn điểm cầu mà lịch này dành cho."]
    assert [row[:2] for row in page.rows()] == [["Tổ kỹ thuật", "Huyện Lý Sơn"]]
    assert "1 của cá nhân, 0 của cơ quan" in page.text
    signed_in.post(f"/events/{event.slug}/feeds", {"name": "x", "kind": "person"}, status=422)


def test_days_of_a_window_are_told_to_sites_and_organizations_too(client, app):
    event = factories.data_notice(factories.event())
    hall = factories.main_site(event)
    row = asked(hall)
    urls = [f"/calendar/{of_site(hall)}.ics", f"/calendar/{operations.renew_own_feed(row, by=row)[1]}.ics"]

    for url in urls:
        (entry,) = shown(client, url)
        assert (date.fromisoformat(entry["start"]), entry["status"]) == (event.window_start, "TENTATIVE")


def test_the_calendar_of_a_site_that_is_taken_away_or_revoked_is_not_found(client, event):
    bridge, other = factories.site(event, "Huyện Lý Sơn"), factories.site(event, "Huyện Minh Long")
    urls = [f"/calendar/{of_site(each)}.ics" for each in (bridge, other)]
    assert [client.http.get(url).status_code for url in urls] == [200, 200]

    sites.remove_site(bridge, by=None)
    operations.revoke_feed(queries.feeds_of(event)[-1], by=None)

    assert [client.http.get(url).status_code for url in urls] == [404, 404]
