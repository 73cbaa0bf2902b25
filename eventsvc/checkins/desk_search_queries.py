"""People found at the desk as somebody types among 100,000: by the beginnings of their words, or by their initials.

A search reads indexes that hold all it needs: docs/decisions/0018.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.guests.models import Guest
from eventsvc.people.models import WORDS, Person

MOST_WORDS, MOST_INITIALS = 8, 5
_FEW, _NEAR, _FAR = 3000, 1000, 5000
"""So many guests of some sites are searched alone; so many people PostgreSQL walks by before it asks for words, and so
many if the first of them promise enough."""
_FROM_THE_COMMONEST = "naihutgcoemdlpyrvbsqxk"
"""The letters of Vietnamese names and offices without their marks."""
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|th|tr|ph|kh|ch|gh?|qu|[bcdhklmnprstvx])?(?:[aeiouy]{1,3}(?:ng?|nh|ch?|[mpt])?)?"
)
"""What a Vietnamese syllable without its marks may begin with; other letters in a row are initials: "nvm"."""


def person_ids(
    event: Event, words: Sequence[str], site_ids: Collection[int] | None, *, most: int
) -> list[int]:
    """The first people on the list by given name of whom every folded word begins a word, and of these initials. Four
    statements at most."""
    words = words[:MOST_WORDS]
    if not words:
        return []
    reach = _reach(event, site_ids)
    letters = words[0] if len(words) == 1 and 2 <= len(words[0]) <= MOST_INITIALS else ""
    if letters.isalpha() and not _SYLLABLE.fullmatch(letters):
        others = _of_initials(reach, letters, most)
        ids = _of_rare_words(reach, words, most, until=others[-1] if len(others) == most else None)
        return _together(ids, others, most)
    ids = _of_words(reach, words, most)
    return ids if ids or not letters.isalpha() else _of_initials(reach, letters, most)


@dataclass(frozen=True)
class _Reach:
    """The people on the event's list whom somebody may find; `few`: their ids, where there are only a few."""

    host_id: int
    on_list: sa.Select[Any]
    few: sa.Select[Any] | None = None

    def lists(self, person_id: Any) -> sa.ColumnElement[bool]:
        return self.on_list.where(Guest.person_id == person_id).exists()


def _reach(event: Event, site_ids: Collection[int] | None) -> _Reach:
    """Many: all along the index, until enough are found. The guests of a few sites: them alone, or the search would
    pass by everybody else of a common name."""
    on_list = sa.select(Guest.person_id).where(Guest.event_id == event.id)
    if site_ids is None:
        return _Reach(event.host_id, on_list)
    theirs = on_list.where(Guest.site_id.in_(site_ids))
    few = db.session.scalar(sa.select(sa.func.count()).select_from(theirs.limit(_FEW + 1).subquery())) or 0
    if few <= _FEW:
        return _Reach(event.host_id, theirs, few=theirs)
    # the sum keeps SQLite from looking through the sites instead
    return _Reach(event.host_id, on_list.where((Guest.site_id + 0).in_(site_ids)))


def _of_words(reach: _Reach, words: Sequence[str], most: int) -> list[int]:
    if reach.few is not None or _is_sqlite():
        return _by_the_way(reach, words, most)
    ids = _near(reach, words, most, _NEAR)
    if len(ids) < most <= len(ids) * _FAR / _NEAR:
        ids = _near(reach, words, most, _FAR)
    return ids if len(ids) >= most else _first(most, _in_order(reach, _has_words(words)))


def _of_rare_words(reach: _Reach, words: Sequence[str], most: int, until: int | None) -> list[int]:
    """Of words that hardly anybody bears; nobody is wanted who stands behind the person `until`."""
    if reach.few is not None or _is_sqlite():
        return _by_the_way(reach, words, most, until)
    return _first(most, _in_order(reach, _has_words(words)))


def _by_the_way(reach: _Reach, words: Sequence[str], most: int, until: int | None = None) -> list[int]:
    """Whoever is passed on the way through the names; among the few, whoever of them it is."""
    found = sa.select(Person.id).where(_begin(Person.folded, words)).order_by(Person.sort_key, Person.id)
    if until is not None:
        last = aliased(Person)
        key = sa.select(last.sort_key).where(last.id == until).scalar_subquery()
        found = found.where(Person.sort_key <= key)
    if reach.few is not None:
        return _first(most, found.where(Person.id.in_(reach.few)))
    return _first(most, found.where(Person.host_id == reach.host_id, reach.lists(Person.id)))


def _near(reach: _Reach, words: Sequence[str], most: int, passed: int) -> list[int]:
    """Whoever is among the first `passed` people of all names."""
    near = (
        sa.select(Person.id, Person.sort_key, Person.folded)
        .where(Person.host_id == reach.host_id)
        .order_by(Person.sort_key, Person.id)
        .limit(passed)
        .subquery()
    )
    found = sa.select(near.c.id).where(_begin(near.c.folded, words), reach.lists(near.c.id))
    return _first(most, found.order_by(near.c.sort_key, near.c.id))


def _first(most: int, statement: sa.Select[Any]) -> list[int]:
    return list(db.session.scalars(statement.limit(most)))


def _in_order(reach: _Reach, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Those whom an index of its own finds, sorted afterwards: told apart from the walk, which would be longer."""
    found = sa.select(Person.id, Person.sort_key).where(Person.host_id == reach.host_id, condition)
    few = found.cte("few").prefix_with("MATERIALIZED")
    return sa.select(few.c.id).where(reach.lists(few.c.id)).order_by(few.c.sort_key, few.c.id)


def _has_words(words: Sequence[str]) -> sa.ColumnElement[bool]:
    """By the words that PostgreSQL keeps; folded words need no quoting of theirs."""
    query = " & ".join(f"'{word}':*" for word in words)
    return sa.text(f"{WORDS} @@ CAST(:words AS tsquery)").bindparams(words=query)  # type: ignore[return-value]


def _begin(folded: Any, words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether each word begins one. What is rarest is looked for first: it leaves least for the others to look at."""
    words = sorted(set(words), key=lambda word: (min(map(_commonness, word)), -len(word), word))
    holds = [_matches(folded, _rare_part(word), "*{}*") for word in words]
    begins = [_matches(sa.literal(" ").concat(folded), word, "* {}*") for word in words]
    return _unguessed(sa.and_(*holds, *begins))


def _rare_part(word: str) -> str:
    """The word from its rarest letter on, two letters at least: a text is looked through from one place where the first
    letter stands to the next, and "n" stands everywhere."""
    start = min(range(max(1, len(word) - 1)), key=lambda at: _commonness(word[at]))
    return word[start:]


def _commonness(letter: str) -> int:
    """How often a letter stands in folded Vietnamese, against the others; what is no such letter is the rarest."""
    return -_FROM_THE_COMMONEST.find(letter) if letter in _FROM_THE_COMMONEST else -len(_FROM_THE_COMMONEST)


def _unguessed(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The condition as something whose frequency PostgreSQL cannot guess: believing it to be rare, it would read and
    sort everybody instead of walking along the index until enough are found."""
    return sa.case((condition, sa.true()), else_=sa.false())


def _of_initials(reach: _Reach, letters: str, most: int) -> list[int]:
    has = sa.and_(Person.initials >= letters, Person.initials < letters + chr(0x10FFFF))
    return _first(most, _in_order(reach, has))


def _together(ids: list[int], others: list[int], most: int) -> list[int]:
    """Both in one order: of these initials, and of a word that begins so after all, an office called VNPT."""
    if not ids or not others:
        return ids or others
    both = sa.select(Person.id).where(Person.id.in_({*ids, *others}))
    return _first(most, both.order_by(Person.sort_key, Person.id))


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def _matches(column: Any, words: str, pattern: str) -> sa.ColumnElement[bool]:
    """Case has been folded away; GLOB does not look for it, and LIKE in SQLite would. Folded words hold letters and
    digits alone, so nothing in them stands for anything else. Said in the statement itself: a plan made for any
    words at all would be a worse one."""
    is_sqlite = _is_sqlite()
    wanted = pattern.format(words) if is_sqlite else pattern.format(words).replace("*", "%")
    value = sa.bindparam(None, wanted, sa.String, literal_execute=True)
    return column.op("GLOB", is_comparison=True)(value) if is_sqlite else column.like(value)
