"""Look up invitations, passes and what became of their messages."""

from eventsvc.invitations.queries.audiences import (
    by_hand,
    count,
    outdated,
    overtaken,
    place_changes,
    reminder_intent,
    silent,
    thankable,
    touched,
    uninvited,
    untold,
)
from eventsvc.invitations.queries.expectations import expected, is_expected
from eventsvc.invitations.queries.holding import Barred, barred
from eventsvc.invitations.queries.lists import Line, lines, listed, tallies
from eventsvc.invitations.queries.lookups import (
    SUBJECT,
    invitation_by_token,
    invitation_for,
    invitation_of,
    live_pass,
    live_passes,
    passes_of,
)
from eventsvc.invitations.queries.outcomes import (
    GONE,
    Told,
    messages_of,
    reached,
    resends,
    told_about,
    unsent_messages,
)

__all__ = [
    "GONE",
    "Barred",
    "SUBJECT",
    "Line",
    "Told",
    "barred",
    "by_hand",
    "count",
    "expected",
    "invitation_by_token",
    "invitation_for",
    "invitation_of",
    "is_expected",
    "lines",
    "listed",
    "live_pass",
    "live_passes",
    "messages_of",
    "outdated",
    "overtaken",
    "passes_of",
    "place_changes",
    "reached",
    "reminder_intent",
    "resends",
    "silent",
    "tallies",
    "thankable",
    "told_about",
    "touched",
    "uninvited",
    "unsent_messages",
    "untold",
]
