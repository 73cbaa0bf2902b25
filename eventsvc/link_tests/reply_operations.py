"""Read the answers of coordinators' calendars to the entries of link tests. Who is in doubt is left to a person."""

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from eventsvc.db import atomic, db
from eventsvc.deliveries.models import InboundKind, InboundMail, InboundState
from eventsvc.errors import DomainError
from eventsvc.link_tests import operations
from eventsvc.link_tests.models import InvitedSite, LinkTest
from eventsvc.sites.reporter import of_site

_UID = re.compile(r"([0-9a-f]{16})-([0-9]{1,9})@eventsvc", re.IGNORECASE)


@atomic()
def take_answer(letter: InboundMail) -> tuple[InboundState, str] | None:
    """What became of an answer to a link test's entry, and in a word; None when it answers something else."""
    invited = _invited(letter.facts.get("uid", ""))
    if invited is None:
        return None
    letter.event_id = invited.link_test.event_id
    if letter.kind is InboundKind.COUNTER:
        return InboundState.REVIEW, "counter"
    own = [each for each in letter.facts.get("attendees", []) if each["email"] == invited.told_email]
    if not own:
        return InboundState.REVIEW, "unknown_attendee"
    if letter.sender != invited.told_email:
        return InboundState.REVIEW, "unknown_sender"
    sequence = letter.facts.get("sequence")
    if sequence is not None and sequence < invited.sequence:
        return InboundState.IGNORED, "stale"
    return _apply(invited, own[0])


def _apply(invited: InvitedSite, attendee: Mapping[str, Any]) -> tuple[InboundState, str]:
    if attendee["partstat"] == "NEEDS-ACTION":
        return InboundState.IGNORED, "no_answer"
    if attendee["partstat"] != "ACCEPTED":
        return InboundState.REVIEW, "site_hesitates"
    try:
        is_news = operations.accept(invited, of_site(invited.site))
    except DomainError as refusal:
        return InboundState.IGNORED, refusal.code[:40]
    return (InboundState.APPLIED, "applied") if is_news else (InboundState.IGNORED, "replay")


def _invited(uid: str) -> InvitedSite | None:
    parts = _UID.fullmatch(uid)
    if parts is None:
        return None
    return db.session.scalar(
        sa.select(InvitedSite)
        .join(InvitedSite.link_test)
        .where(LinkTest.key == parts[1].lower(), InvitedSite.site_id == int(parts[2]))
    )
