"""Going in somebody's place: who may be named, who must agree, and what every message and pass says afterwards."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from eventsvc import clock
from eventsvc.audit.models import AuditEntry
from eventsvc.db import atomic, db
from eventsvc.deliveries.models import Delivery
from eventsvc.events import operations as events
from eventsvc.guests import rank_operations as ranks
from eventsvc.invitations import operations, queries, rules
from eventsvc.invitations import substitution_operations as substitutions
from eventsvc.invitations import substitution_queries as found
from eventsvc.invitations.models import Answer, AnswerSource, Invitation
from eventsvc.invitations.substitution_models import Substitution, SubstitutionSource, SubstitutionState
from eventsvc.people.operations import Details
from tests import factories
from tests.invitations import scenes
from tests.queries import counted

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
    assert (head.guest.seat, head.guest.seat_needs_review) == (None, True)
    assert new.guest.rank_id is None and new.guest.protocol_number is None
    assert (agreed.state, agreed.substitute_id, agreed.decided_by_id) == (
        SubstitutionState.APPROVED, new.id, organizer.id,
    )  # fmt: skip
    client.get(scenes.link(new))
    gone = client.get(old_link, status=410)
    assert gone.heading == "Đã có người đi thay đồng chí"
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {
        "substitution.requested",
        "substitution.refused",
        "substitution.approved",
        "guest.replaced",
    } <= actions
