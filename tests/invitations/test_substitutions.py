"""Going in somebody's place: who may be named, who must agree, and what every message and pass says afterwards."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import operations as checkins
from eventsvc.db import atomic, db
from eventsvc.errors import DomainError
from eventsvc.events import operations as events
from eventsvc.guests import rank_operations as ranks
from eventsvc.guests.models import Guest
from eventsvc.invitations import operations, protocol_queries, queries
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations import substitution_queries as found
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionSource, SubstitutionState
from eventsvc.people.operations import Details
from tests import factories
from tests.invitations import scenes
from tests.queries import counted

ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
DEPUTY = Details(
    full_name="Lê Thị Thay",
    honorific="Bà",
    position="Phó Chủ tịch",
    organization_name="UBND xã Bình Thạnh",
    emails=["le.thay@quangngai.example.vn"],
)


def entry_of(message) -> tuple:
    """(To, METHOD, UID, SEQUENCE, STATUS) of the calendar object in a message."""
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (entry,) = calendar.walk("VEVENT")
    uid, sequence, status = str(entry["UID"]), int(entry["SEQUENCE"]), str(entry["STATUS"])
    return message["To"].addresses[0].addr_spec, str(calendar["METHOD"]), uid, sequence, status


def head_of(event, **details) -> Invitation:
    """Somebody of a rank whose substitutes need approval, with a seat, invited and told."""
    rank = ranks.use_usual_ranks(event, by=None)[0]
    group = factories.group(event)
    ranks.give_ranks(event, {group.id: rank.id}, by=None)
    guest = factories.guest(
        scenes.main_site(event), "Trần Văn Trưởng", group=group, position="Chủ tịch", **details
    )
    with atomic():
        guest.seat = "A1"
    return operations.invite_guest(guest, by=None)


def name(invitation, details=DEPUTY, source=SubstitutionSource.INVITEE, **words) -> Substitution:
    return substitutions.request_substitution(invitation, details=details, source=source, **words)


# --- The story ----------------------------------------------------------------------------------------------


def test_a_head_names_a_deputy_who_is_refused_and_then_agreed_to(app, client):
    event, organizer = scenes.ready_event(), factories.organizer()
    head = head_of(event, emails=["tran.truong@quangngai.example.vn"])
    [first] = scenes.send()
    operations.answer(head, Answer.ACCEPTED, source=AnswerSource.PAGE)
    old_code, old_link = scenes.code(head), scenes.link(head)

    refused = name(head, reason="Đi công tác", authority="Giấy ủy quyền số 12/GUQ-UBND")
    assert refused.state is SubstitutionState.WAITING
    assert scenes.code(head) == old_code and len(scenes.send()) == 1, "nothing happens before somebody agrees"
    substitutions.refuse(refused, remark="Đề nghị cử Phó Chủ tịch thường trực", by=organizer)
    [_first, told] = scenes.send()
    assert told["To"].addresses[0].addr_spec == "tran.truong@quangngai.example.vn"
    assert "Đề nghị cử Phó Chủ tịch thường trực" in told.get_body().get_content()

    agreed = name(head)
    new = substitutions.approve(agreed, by=organizer)

    messages = scenes.send()[2:]
    to_old = next(each for each in messages if "truong" in each["To"].addresses[0].addr_spec)
    to_new = next(each for each in messages if "thay" in each["To"].addresses[0].addr_spec)
    address, method, uid, sequence, _status = entry_of(first)
    assert (address, method) == ("tran.truong@quangngai.example.vn", "REQUEST")
    assert entry_of(to_old) == (address, "CANCEL", uid, sequence + 1, "CANCELLED")
    assert entry_of(to_new)[:2] == ("le.thay@quangngai.example.vn", "REQUEST")
    assert entry_of(to_new)[2] != uid and entry_of(to_new)[4] == "CONFIRMED"
    assert len(messages) == 2
    assert "Bà Lê Thị Thay" in to_old.get_body(["plain"]).get_content()
    assert "thay Ông Trần Văn Trưởng" in to_new.get_body(["plain"]).get_content()

    assert (head.answer, head.answers[-1].answer) == (Answer.DECLINED, Answer.DECLINED)
    assert "Lê Thị Thay" in head.answers[-1].reason
    assert queries.live_pass(head.guest) is None and head.revoked_at is not None
    assert scenes.code(new) != old_code
    assert (new.guest.site_id, new.guest.group_id) == (head.guest.site_id, head.guest.group_id)
    assert (new.guest.seat, new.guest.seat_needs_review) == (None, True)
    assert (head.guest.seat, head.guest.seat_needs_review) == (None, False)
    assert new.guest.rank_id is None and new.guest.protocol_number is None
    assert (agreed.state, agreed.substitute_id, agreed.decided_by_id) == (
        SubstitutionState.APPROVED, new.id, organizer.id,
    )  # fmt: skip
    client.get(scenes.link(new))
    gone = client.get(old_link, status=410)
    assert gone.heading == "Đã có người đi thay Ông/Bà"
    assert gone.html.findtext(".//title").strip().startswith("Giấy mời đã chuyển cho người đi thay")
    assert "Lê Thị Thay" not in gone.text
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {
        "substitution.requested",
        "substitution.refused",
        "substitution.approved",
        "guest.replaced",
    } <= actions


def test_without_a_rank_that_asks_for_approval_it_takes_effect_at_once(app):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    scenes.send()

    made = name(invitation)

    assert made.state is SubstitutionState.APPROVED
    assert {entry_of(message)[:2] for message in scenes.send()[1:]} == {
        (invitation.guest.person.email, "CANCEL"),
        (DEPUTY.emails[0], "REQUEST"),
    }


def test_whoever_was_never_reached_gets_no_cancellation(app):
    """The message to the head is called back while it waits; the deputy without an address is asked by hand."""
    invitation = scenes.invited(full_name="Trần Văn Trưởng")

    made = name(invitation, replace(DEPUTY, emails=[], phones=["+84501000222"]))

    assert scenes.send() == []
    by_hand = db.session.scalars(queries.by_hand(invitation.event)).all()
    assert [each.id for each in by_hand] == [made.substitute_id]


def test_a_substitute_sends_one_in_turn_and_the_first_may_come_after_all(app):
    event = scenes.ready_event()
    first = scenes.invited(event, full_name="Trần Văn Trưởng", organization_name="UBND xã Bình Thạnh")
    scenes.send()
    second = name(first).substitute
    old_uid = first.uid

    third = name(
        second, replace(DEPUTY, full_name="Võ Thị Kế", emails=["vo.ke@quangngai.example.vn"])
    ).substitute
    back = name(
        third, Details(full_name="Trần Văn Trưởng", organization_name="UBND xã Bình Thạnh")
    ).substitute

    assert back.id == first.id and back.revoked_at is None and back.uid == old_uid
    assert (back.answer, back.former_answer) == (Answer.NEEDS_ACTION, Answer.DECLINED)
    assert [each.revoked_at is None for each in (first, second, third)] == [True, False, False]
    assert queries.live_pass(first.guest) is not None
    places = found.for_guests([first.guest_id, second.guest_id, third.guest_id])
    assert places[first.guest_id].goes_for.id == third.guest_id
    assert places[first.guest_id].replaced_by is None
    assert places[third.guest_id].replaced_by.id == first.guest_id
    for_others = sa.select(Guest.id).where(protocol_queries.goes_for_another())
    assert set(db.session.scalars(for_others)) == {second.guest_id, third.guest_id}
    told = [entry_of(each) for each in scenes.send()]
    assert [(method, sequence) for _to, method, uid, sequence, _status in told if old_uid in uid] == [
        ("REQUEST", 1), ("CANCEL", 2), ("REQUEST", 3),
    ]  # fmt: skip


def test_the_old_code_is_turned_away_at_the_door_and_the_new_one_lets_in(app):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    old = scenes.code(invitation)
    substitute = name(invitation).substitute

    assert [scan(invitation.event, code) for code in (old, scenes.code(substitute))] == [
        "revoked",
        "admitted",
    ]


def scan(event, code: str) -> str:
    events.edit_sitting(event.sittings[0], {"doors_open_at": clock.now() - timedelta(minutes=5)}, by=None)
    _enrolment, token = checkins.create_enrolment(event, site=scenes.main_site(event), name="Cửa", by=None)
    device = checkins.enrol(token)[0]
    body = {
        "scan_id": str(uuid4()),
        "seq": 1,
        "code": code,
        "site": "main",
        "kind": "entry",
        "mode": "online",
    }
    moment = {"sitting": 1, "scanned_at": clock.now().isoformat()}
    (result,) = checkins.record_scans(device, [{**body, **moment}], device_clock=clock.now())
    return result["outcome"]


# --- Refusals -----------------------------------------------------------------------------------------------


def _own_name(invitation):
    name(invitation, Details(full_name="trần văn TRƯỞNG", emails=invitation.guest.person.emails))


def _own_name_without_more(invitation):
    name(invitation, Details(full_name="Trần Văn Trưởng"))


def _listed(invitation):
    scenes.invited(invitation.event, full_name="Lê Thị Thay", emails=DEPUTY.emails)
    name(invitation)


def _listed_but_not_asked(invitation):
    factories.guest(scenes.main_site(invitation.event), "Lê Thị Thay", emails=DEPUTY.emails)
    name(invitation)


def _withdrawn_by_the_organizer(invitation):
    deputy = scenes.invited(invitation.event, full_name="Lê Thị Thay", emails=DEPUTY.emails)
    operations.revoke_invitation(deputy, by=None)
    name(invitation)


def _taken_back(invitation):
    operations.revoke_invitation(invitation, by=None)
    name(invitation)


def _begun(invitation):
    sitting = invitation.event.sittings[0]
    events.propose_time(sitting, starts_at=clock.now() - timedelta(minutes=1), ends_at=clock.now(), by=None)
    events.approve_time(sitting, by=None)
    name(invitation)


def _cancelled(invitation):
    events.cancel_event(invitation.event, by=None)
    name(invitation)


def _twice(invitation):
    ask_for_approval(invitation)
    name(invitation)
    name(invitation, replace(DEPUTY, full_name="Võ Thị Kế"))


def _no_letters(invitation):
    name(invitation, replace(DEPUTY, full_name=" 12 - "))


def _too_long(invitation):
    name(invitation, replace(DEPUTY, full_name="Lê " * 100))


def _decided(invitation):
    ask_for_approval(invitation)
    made = name(invitation)
    substitutions.withdraw(made, by=invitation)
    substitutions.approve(made, by=None)


def _listed_meanwhile(invitation):
    ask_for_approval(invitation)
    made = name(invitation)
    scenes.invited(invitation.event, full_name="Lê Thị Thay", emails=DEPUTY.emails)
    substitutions.approve(made, by=None)


def _refused_without_a_word(invitation):
    ask_for_approval(invitation)
    substitutions.refuse(name(invitation), remark=" \n ", by=None)


def ask_for_approval(invitation):
    event = invitation.event
    rank = ranks.add_rank(event, name="Cao", rules=ranks.RankRules(substitutes_need_approval=True), by=None)
    with atomic():
        invitation.guest.own_rank = rank


REFUSALS = {
    _own_name: "own_substitute",
    _own_name_without_more: "own_substitute",
    _listed: "substitute_listed",
    _listed_but_not_asked: "substitute_listed",
    _withdrawn_by_the_organizer: "substitute_listed",
    _taken_back: "invitation_revoked",
    _begun: "event_begun",
    _cancelled: "event_cancelled",
    _twice: "substitution_waiting",
    _no_letters: "invalid",
    _too_long: "invalid",
    _decided: "substitution_decided",
    _listed_meanwhile: "substitute_listed",
    _refused_without_a_word: "invalid",
}


@ON_SQLITE
@pytest.mark.parametrize("ask", REFUSALS, ids=lambda ask: ask.__name__.strip("_"))
def test_what_is_refused_says_why_and_changes_nothing(app, ask):
    invitation = scenes.invited(full_name="Trần Văn Trưởng", organization_name="UBND xã Bình Thạnh")

    with pytest.raises(DomainError) as refusal:
        ask(invitation)

    assert refusal.value.code == REFUSALS[ask] and len(str(refusal.value)) > 10
    db.session.rollback()
    made = sa.select(sa.func.count()).where(Substitution.state == SubstitutionState.APPROVED)
    assert db.session.scalar(made) == 0


@ON_SQLITE
def test_staff_may_name_somebody_on_the_list_who_has_not_been_asked(app):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    listed = factories.guest(factories.site(invitation.event), "Lê Thị Thay", emails=DEPUTY.emails)

    made = name(invitation, source=SubstitutionSource.STAFF, by=factories.organizer())

    assert made.substitute.guest_id == listed.id
    assert listed.site_id == invitation.guest.site_id
    assert invitation.answers[-1].source is AnswerSource.STAFF


@ON_SQLITE
def test_a_name_cannot_write_headers_or_entries(app):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    scenes.send()
    bad = replace(
        DEPUTY,
        full_name="Lê Thị\r\nBcc: ai.do@example.vn\r\nBEGIN:VEVENT",
        position="=?utf-8?q?=0d=0aBcc:_x@example.vn?=",
        honorific="Bà\nX: y",
    )

    name(invitation, bad, reason="a\r\nBEGIN:VALARM", authority="((rsvp_link)) [[secret:link]]")

    for message in scenes.send()[1:]:
        assert message["Bcc"] is None and message["X"] is None
        entry_of(message)  # one entry, whole


def test_of_two_who_name_somebody_at_once_one_is_told_so(app):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    ask_for_approval(invitation)
    identity, start, outcomes = invitation.id, threading.Barrier(2), []

    def ask(full_name: str) -> None:
        with app.app_context():
            mine = db.session.get(Invitation, identity)
            start.wait()
            try:
                outcomes.append(name(mine, replace(DEPUTY, full_name=full_name)).state.value)
            except DomainError as refusal:
                outcomes.append(refusal.code)
            db.session.remove()

    threads = [threading.Thread(target=ask, args=(each,)) for each in ("Lê Thị Một", "Lê Thị Hai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["substitution_waiting", "waiting"]


# --- Pages --------------------------------------------------------------------------------------------------


@ON_SQLITE
def test_an_invitee_names_somebody_on_the_page_and_takes_it_back(app, client):
    invitation = scenes.invited(full_name="Trần Văn Trưởng", organization_name="UBND xã Bình Thạnh")
    ask_for_approval(invitation)
    url = f"{scenes.link(invitation)}/substitute"

    form = client.get(url).form("/substitute")
    assert form.fields["organization_name"] == "UBND xã Bình Thạnh"
    wrong = client.submit(form, {"full_name": "Lê Thị Thay", "reason": "Đi công tác"}, status=422)
    assert wrong.errors == ["Xin cho địa chỉ thư điện tử hoặc số điện thoại của người đi thay."]
    assert wrong.form("/substitute").fields["reason"].strip() == "Đi công tác"
    page = client.submit(wrong.form("/substitute"), {"email": "le.thay@quangngai.example.vn"})
    assert "Chờ đồng ý" in page.text and "Lê Thị Thay" in page.text
    assert client.get(scenes.link(invitation)).heading == invitation.event.title

    client.submit(page.form("/withdraw"))
    assert [each.state for each in db.session.scalars(sa.select(Substitution))] == [
        SubstitutionState.WITHDRAWN
    ]


@ON_SQLITE
def test_an_organizer_agrees_on_the_list_and_names_one_on_behalf(app, signed_in):
    invitation = scenes.invited(full_name="Trần Văn Trưởng")
    ask_for_approval(invitation)
    name(invitation)
    base = f"/events/{invitation.event.slug}/substitutions"

    page = signed_in.submit(signed_in.get(base).form("/approve"))
    assert page.rows()[0][3].startswith("Đi thay")
    substitute = db.session.scalars(sa.select(Substitution)).one().substitute
    form = signed_in.get(f"{base}/for/{substitute.id}").form()
    page = signed_in.submit(form, {"full_name": "Võ Thị Kế", "phone": "0501 000 333", "reason": "Ốm"})
    assert len(page.rows()) == 2
    assert signed_in.get(f"{base}?q=vo thi ke").rows()[0][1].startswith("Võ Thị Kế")
    refusal = signed_in.get(f"{base}/for/{invitation.id}")
    assert "đã được thu hồi" in refusal.text or "không còn" in refusal.text


@ON_SQLITE
def test_the_list_costs_the_same_for_one_and_for_many(app, signed_in):
    event = scenes.ready_event()
    url = f"/events/{event.slug}/substitutions"

    def add(number: int) -> None:
        invitation = scenes.invited(event)
        details = replace(DEPUTY, full_name=f"Lê Thị Thay {number}", emails=[f"thay{number}@tinh.example.vn"])
        name(invitation, details)

    add(0)
    signed_in.get(url)
    with counted() as few:
        signed_in.get(url)
    for number in range(2, 12, 2):
        add(number)
    with counted() as many:
        page = signed_in.get(url)
    ids = list(db.session.scalars(sa.select(Invitation.guest_id)))
    with counted() as one:
        assert len(found.for_guests(ids)) == 12

    assert len(page.rows()) == 6
    assert many.number == few.number and one.number <= 2
