"""Look for people."""

import sqlalchemy as sa

from eventsvc import text
from eventsvc.people.models import Person


def matches(q: str) -> sa.ColumnElement[bool]:
    """Whether every word typed begins a word of the person's name or organization, diacritics ignored."""
    words = text.fold(q).split()[:12]
    if q.strip() and not words:
        return sa.false()  # signs without a word
    searched = sa.literal(" ") + Person.folded
    return sa.and_(sa.true(), *(searched.contains(f" {word}", autoescape=True) for word in words))
