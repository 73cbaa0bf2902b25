"""Answers, by whichever way they come."""

from typing import Any

from flask_babel import gettext as _

from eventsvc import clock, text
from eventsvc.audit.operations import record, user_id
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.invitations import rules
from eventsvc.invitations.models import Answer, AnswerSource, GivenAnswer, Invitation
from eventsvc.invitations.operations.telling import require_standing

LONGEST_REASON = 500


@atomic()
def answer(
    invitation: Invitation,
    given: Answer,
    *,
    reason: str | None = None,
    source: AnswerSource,
    by: Any = None,
    inbound_id: int | None = None,
    edition: int | None = None,
) -> Invitation:
    """Put an answer in force and into the history; the same answer again adds nothing.

    It counts for the edition of time and place that stands now, or for the earlier `edition` that it answers: then
    it must be confirmed again. `by` is the user who entered it; an answer from the page or by mail (`inbound_id`:
    the message it stood in) is the invitee's own.
    """
    db.session.refresh(invitation, with_for_update={"of": Invitation})
    require_standing(invitation)
    rules.require_answerable(invitation.event, clock.now())
    if given is Answer.NEEDS_ACTION:
        raise Invalid(_("Choose an answer."), field="answer")
    reason = text.clean(reason or "")[:LONGEST_REASON] or None
    edition = invitation.edition if edition is None else min(edition, invitation.edition)
    is_overtaken = edition < invitation.revision  # its giver has been told of a change since
    standing = invitation.former_answer if is_overtaken else invitation.answer
    if (standing, invitation.reason, invitation.answered_revision) == (given, reason, edition):
        return invitation
    now = clock.now()
    db.session.add(
        GivenAnswer(
            invitation=invitation, answer=given, reason=reason, source=source, revision=edition, at=now,
            by_user_id=user_id(by), inbound_id=inbound_id,
        )
    )  # fmt: skip
    invitation.answer, invitation.former_answer = (
        (Answer.NEEDS_ACTION, given) if is_overtaken else (given, None)
    )
    invitation.reason, invitation.answered_at, invitation.answered_revision = reason, now, edition
    details = {"answer": given.value, "source": source.value, "edition": edition}
    record(by or invitation, "invitation.answered", invitation, event=invitation.event, **details)
    return invitation


@atomic()
def stop_reminders(invitation: Invitation) -> None:
    """No more reminders to this guest; updates and cancellations still come. Safe to repeat."""
    if invitation.reminders_stopped_at is None:
        invitation.reminders_stopped_at = clock.now()
        record(invitation, "reminders.stopped", invitation, event=invitation.event)
