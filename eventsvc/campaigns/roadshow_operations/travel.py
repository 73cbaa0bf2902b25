"""How long the drive between two units takes, typed per pair or pasted."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from eventsvc.audit.operations import record
from eventsvc.campaigns import travel
from eventsvc.campaigns.models import ClusterUnit, TravelTime
from eventsvc.campaigns.roadshow_queries import travel_times
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid, StaleEdit
from eventsvc.events.models import Event
from eventsvc.rows import lock_open
from eventsvc.text import fold, same_words

MOST_MINUTES = 1440

Pair = tuple[int, int]


class WrongMinutes(Invalid):
    code = "wrong_minutes"


@atomic()
def set_travel_times(
    event: Event,
    minutes: Mapping[Pair, int | None],
    *,
    seen: Mapping[Pair, int] | None = None,
    by: Any,
) -> int:
    """Minutes between two units of the campaign, either way; None takes them out. How many pairs changed.

    `seen`: what the page showed. Only what differs from it is stored; StaleEdit when somebody else has changed one of
    those meanwhile.
    """
    lock_open(event)
    wanted = {_ordered(pair): value for pair, value in minutes.items()}
    stored = travel_times(event)
    if seen is not None:
        wanted = {pair: value for pair, value in wanted.items() if value != seen.get(pair)}
        if any(stored.get(pair) not in (seen.get(pair), value) for pair, value in wanted.items()):
            raise StaleEdit(_("Someone else saved this while you were editing. Nothing you typed is lost."))
    known = set(db.session.scalars(sa.select(ClusterUnit.id).where(ClusterUnit.event_id == event.id)))
    for (first, second), value in wanted.items():
        if first == second or not {first, second} <= known:
            raise WrongMinutes(_("These are not two units of this campaign."))
        if value is not None and not 0 <= value <= MOST_MINUTES:
            raise WrongMinutes(
                _("A whole number from %(least)s to %(most)s, please.", least=0, most=MOST_MINUTES)
            )
    changed = {pair: value for pair, value in wanted.items() if stored.get(pair) != value}
    for pair, value in changed.items():
        row = db.session.scalar(
            sa.select(TravelTime).where(TravelTime.first_id == pair[0], TravelTime.second_id == pair[1])
        )
        if value is None:
            db.session.delete(row)
        elif row is None:
            db.session.add(TravelTime(event_id=event.id, first_id=pair[0], second_id=pair[1], minutes=value))
        else:
            row.minutes = value
    db.session.flush()
    if changed:
        record(by, "travel_times.set", event, event=event, count=len(changed))
    return len(changed)


@atomic()
def paste_travel_times(event: Event, pasted: str, *, by: Any) -> int:
    """Minutes out of a spreadsheet: a table with the names along two sides, or a line for each pair. Nothing is stored
    when something cannot be read."""
    lock_open(event)
    rows = db.session.scalars(sa.select(ClusterUnit).where(ClusterUnit.event_id == event.id)).all()
    by_words: dict[str, int | None] = {}
    for row in rows:
        for words in _writings(row.name):
            by_words[words] = None if words in by_words else row.id
    found = travel.read(pasted, lambda name: by_words.get(same_words(name)), MOST_MINUTES)
    if found.unread:
        words = "; ".join(found.unread[:8])
        raise WrongMinutes(_("These could not be read: %(words)s.", words=words[:500]), field="pasted")
    if not found.minutes:
        raise WrongMinutes(_("There are no travel times in what was pasted."), field="pasted")
    return set_travel_times(event, found.minutes, by=by)


def _ordered(pair: Pair) -> Pair:
    return min(pair), max(pair)


def _writings(name: str) -> list[str]:
    """A unit as people write it: UBND huyện Tân Phú, huyện Tân Phú, Tân Phú."""
    writings, words = [name], name
    for prefix in ("ubnd ", "huyen ", "thi xa ", "thanh pho ", "quan ", "xa ", "phuong ", "thi tran "):
        if fold(words).startswith(prefix):
            words = " ".join(words.split()[len(prefix.split()) :])
            writings.append(words)
    return list(dict.fromkeys(same_words(words) for words in writings if same_words(words)))
