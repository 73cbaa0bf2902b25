"""The words and colours of statuses. Enum values are the words on the wire; these are the words for people.

A feature registers the labels of its enums once, beside its views: `labels.register(ItemKind, {...})`.
A state also has a css kind (ok, warn, err, info, mute) for `{{ site.status | state }}`.
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from flask_babel.speaklater import LazyString
from wtforms import SelectChoice

Words = LazyString | str


class State(NamedTuple):
    kind: str
    label: Words


# Kept by enum and member: members of two StrEnums with the same word are equal to each other.
_labels: dict[tuple[type[Enum], Enum], Words] = {}
_kinds: dict[tuple[type[Enum], Enum], str] = {}


def register(words: Mapping[Enum, Words], kinds: Mapping[Enum, str] | None = None) -> None:
    """Give the members of an enum their words, and optionally their css kinds."""
    _labels.update({(type(member), member): its for member, its in words.items()})
    _kinds.update({(type(member), member): kind for member, kind in (kinds or {}).items()})


def label(value: Enum) -> Words:
    """The words for a member; KeyError for one that nobody gave words to."""
    return _labels[type(value), value]


def state(value: Enum) -> State:
    return State(_kinds.get((type(value), value), "mute"), label(value))


def choices(words: type[Enum]) -> list[SelectChoice]:
    """Choices of a select field for every member of an enum."""
    return [SelectChoice(member.value, label(member)) for member in words]
