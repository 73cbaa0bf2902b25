"""Answers: three ways in, one history; and passes, which live apart from them."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from eventsvc import clock, secrets
from eventsvc.audit.models import AuditEntry
from eventsvc.db import db
from eventsvc.errors import Invalid
from eventsvc.events import operations as events
from eventsvc.events.models import EventCancelled
from eventsvc.invitations import operations, passes, queries, rules
from eventsvc.invitations.models import Answer, AnswerSource, GivenAnswer, Invitation, Pass
from eventsvc.invitations.tokens import invitation_id_of, stop_token
from tests import factories
from tests.invitations import scenes


def history(invitation):
    db.session.refresh(invitation)
    return [(given.answer, given.reason, given.source) for given in invitation.answers]


def test_every_answer_is_kept_and_the_last_one_counts(app):
    invitation, organizer = scenes.invited(), factories.organizer()

    operations.answer(invitation, Answer.TENTATIVE, source=AnswerSource.PAGE)
    operations.answer(
        invitation, Answer.DECLINED, reason=" Đi  công tác ", source=AnswerSource.STAFF, by=organizer
    )

    assert (invitation.answer, invitation.reason) == (Answer.DECLINED, "Đi công tác")
    assert history(invitation) == [
        (Answer.TENTATIVE, None, AnswerSource.PAGE),
        (Answer.DECLINED, "Đi công tác", AnswerSource.STAFF),
    ]
    assert [given.by_user_id for given in invitation.answers] == [None, organizer.id]


def test_the_same_answer_again_adds_nothing(app):
    invitation = scenes.invited()

    for _ in range(2):
        operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)

    assert len(history(invitation)) == 1


def test_two_presses_at_once_are_one_answer(app):
    invitation_id = scenes.invited().id
    db.session.remove()
    barrier = threading.Barrier(4)

    def press():
        with app.app_context():
            found = db.session.get(Invitation, invitation_id)
            barrier.wait()
            operations.answer(found, Answer.ACCEPTED, source=AnswerSource.PAGE)
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(GivenAnswer)) == 1


def test_an_answer_from_the_page_is_the_invitees_own_in_the_audit(app):
    invitation = scenes.invited()

    operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)

    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "invitation.answered")).one()
    assert (entry.actor_kind, entry.actor_id) == ("invitee", invitation.id)
    assert entry.details == {"answer": "accepted", "source": "page", "edition": invitation.edition}


def cancelled(invitation):
    events.cancel_event(invitation.event, by=None)


def revoked(invitation):
    operations.revoke_invitation(invitation, by=None)


def untouched(invitation):
    pass


@pytest.mark.parametrize(
    ("change", "answer", "refusal"),
    [
        (cancelled, Answer.ACCEPTED, EventCancelled),
        (revoked, Answer.ACCEPTED, rules.InvitationRevoked),
        (untouched, Answer.NEEDS_ACTION, Invalid),
    ],
)
def test_an_answer_that_cannot_count_is_refused(app, change, answer, refusal):
    invitation = scenes.invited()
    change(invitation)

    with pytest.raises(refusal):
        operations.answer(invitation, answer, source=AnswerSource.PAGE)

    assert history(invitation) == []


def test_an_event_that_is_over_is_not_answered(app):
    invitation = scenes.invited()

    with (
        time_machine.travel(clock.now() + timedelta(days=8), tick=False),
        pytest.raises(rules.EventPast),
    ):
        operations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE)


def test_whoever_declined_keeps_a_pass(app):
    invitation = scenes.invited()
    before = scenes.code(invitation)

    operations.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE)

    assert scenes.code(invitation) == before


def test_a_new_code_revokes_the_old_one_and_deletes_nothing(app):
    invitation = scenes.invited()
    guest, before = invitation.guest, scenes.code(invitation)

    fresh = operations.reissue_pass(guest, by=factories.organizer())

    old, new = sorted(queries.passes_of(guest), key=lambda each: each.id)
    assert new == fresh
    assert (old.revoked_at is None, new.revoked_at is None) == (False, True)
    assert secrets.unseal(new.code_sealed) != before
    assert old.code_hash == secrets.digest(before)


def test_a_message_still_waiting_leaves_with_the_new_code(app):
    invitation = scenes.invited()

    operations.reissue_pass(invitation.guest, by=None)

    [message] = scenes.send()
    assert passes.grouped(scenes.code(invitation)) in message.get_body(("plain",)).get_content()


def test_issuing_a_pass_twice_gives_the_same_one(app):
    guest = factories.guest(scenes.main_site(scenes.ready_event()))

    first, second = operations.issue_pass(guest), operations.issue_pass(guest)

    assert first == second
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Pass)) == 1


def test_the_database_holds_neither_code_nor_link(app):
    invitation = scenes.invited()
    plain = scenes.code(invitation), scenes.link(invitation).removeprefix("/i/")

    stored = repr(scenes.rows())

    assert all(secret not in stored for secret in plain)


def test_a_code_read_aloud_is_the_code():
    code = secrets.new_code()

    assert [len(group) for group in passes.grouped(code).split("-")] == [5, 5, 5, 5, 6]
    assert secrets.normal_code(passes.grouped(code).lower()) == code


def test_only_what_we_signed_stops_reminders(app):
    invitation = scenes.invited()
    token = stop_token(invitation)

    assert invitation_id_of(token) == invitation.id
    assert [invitation_id_of(forged) for forged in ("", "1", f"{invitation.id}.abc", token[:-1])] == [
        None
    ] * 4


def test_a_stop_token_outlives_a_change_of_the_key(app):
    token = stop_token(scenes.invited())

    app.config.update(
        SECRET_KEY_FALLBACKS=[app.config["SECRET_KEY"]], SECRET_KEY="another-key-of-32-characters-or-so"
    )

    assert invitation_id_of(token) is not None
