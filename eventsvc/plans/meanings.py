"""Words of a plan file that say when: a deadline's meaning, how often a report is due. Pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _

from eventsvc.plans.fields import Check, Field
from eventsvc.plans.parsing import Node
from eventsvc.tasks.duty_models import Rhythm
from eventsvc.tasks.models import DeadlineKind

DATED = {"inclusive": DeadlineKind.INCLUSIVE, "exclusive": DeadlineKind.EXCLUSIVE}
"""Deadlines that are one day; the others stand in `timing`."""

WORDS = {
    DeadlineKind.INCLUSIVE: ("chậm nhất", "chậm nhất ngày", "chậm nhất vào ngày", "chậm nhất là ngày"),
    DeadlineKind.EXCLUSIVE: ("trước", "trước ngày"),
}
_PHRASE = re.compile(
    r"(?P<words>[^()]+?)\s+\((?P<kind>inclusive|exclusive)(?:: last day (?P<last>[\d-]{10}))?\)"
)
_RULE = re.compile(
    r"FREQ=(?:WEEKLY;BYDAY=(?P<weekday>MO|TU|WE|TH|FR|SA|SU)|MONTHLY;BYMONTHDAY=(?P<day>-1|\d\d?))"
)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Phrase(NamedTuple):
    """A deadline's meaning, and the last day in time where the file spells it out."""

    kind: DeadlineKind
    last_day: str | None


def phrase_of(words: str | None) -> Phrase | None:
    """What "inclusive", or "trước ngày (exclusive: last day 2022-12-14)", means; None for anything else."""
    if words in DATED:
        return Phrase(DATED[words], None)
    found = _PHRASE.fullmatch(words or "")
    if found and found["words"] in WORDS[DATED[found["kind"]]]:
        return Phrase(DATED[found["kind"]], found["last"])
    return None


def spellings(kind: DeadlineKind, day: date) -> Iterator[str]:
    """Every phrase that a file may use for a deadline on this day."""
    last = day - timedelta(days=1) if kind is DeadlineKind.EXCLUSIVE else day
    for words in WORDS.get(kind, ()):
        yield f"{words} ({kind.value})"
        yield f"{words} ({kind.value}: last day {last.isoformat()})"


class Turn(NamedTuple):
    """How often a report is due: a day of the week, or a day of the month (its last one for None)."""

    rhythm: Rhythm
    weekday: int | None
    month_day: int | None


def turn_of(rule: str) -> Turn | None:
    """What an iCalendar rule says, where it is one day of every week or of every month."""
    found = _RULE.fullmatch(rule)
    if found is None:
        return None
    if found["weekday"]:
        return Turn(Rhythm.WEEKLY, _WEEKDAYS.index(found["weekday"]), None)
    day = int(found["day"])
    if day == 0 or day > 31:
        return None
    return Turn(Rhythm.MONTHLY, None, None if day == -1 else day)


def rule_of(turn: Turn) -> str | None:
    """The iCalendar rule; None for a rhythm that is none."""
    if turn.rhythm is Rhythm.WEEKLY and turn.weekday is not None:
        return f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[turn.weekday]}"
    if turn.rhythm is Rhythm.MONTHLY:
        return f"FREQ=MONTHLY;BYMONTHDAY={-1 if turn.month_day is None else turn.month_day}"
    return None


class Meaning(Field):
    """Whether the day counts: a word, or the phrase of the paper with the word in brackets."""

    def value(self, node: Node, path: str, check: Check) -> str | None:
        if isinstance(node.value, str) and phrase_of(node.value):
            return node.value
        words = ", ".join((*DATED, "trước ngày (exclusive)", "chậm nhất ngày (inclusive)"))
        check.add(node, path, _("This must be one of: %(words)s.", words=words))
        return None


class Rule(Field):
    """An iCalendar rule of one day a week or a month."""

    def value(self, node: Node, path: str, check: Check) -> Any:
        if isinstance(node.value, str) and turn_of(node.value):
            return node.value
        message = _(
            "Reports are due weekly or monthly: FREQ=WEEKLY;BYDAY=MO, or FREQ=MONTHLY;BYMONTHDAY=25 "
            "(-1: the last day)."
        )
        check.add(node, path, message)
        return None
