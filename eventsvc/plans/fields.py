"""Kinds of fields of a plan file: each checks a node and gives the plain value, collecting what is wrong."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from eventsvc.plans.parsing import Node, Problem

Lines = dict[str, int]


class Presence(Enum):
    REQUIRED = "required"
    """Must be there and say something."""
    STATED = "stated"
    """Belongs there; null says that the paper is silent."""
    OPTIONAL = "optional"
    """Is there when it says something."""


REQUIRED, STATED, OPTIONAL = Presence.REQUIRED, Presence.STATED, Presence.OPTIONAL


@dataclass
class Check:
    """What is known after a check: the problems, and the line of every field."""

    problems: list[Problem] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)

    def add(self, node: Node, path: str, message: str) -> None:
        self.problems.append(Problem(node.line, path, message))


@dataclass(frozen=True)
class Field:
    presence: Presence = OPTIONAL

    def read(self, node: Node, path: str, check: Check) -> Any:
        check.lines[path] = node.line
        if node.value is None:
            if self.presence is REQUIRED:
                check.add(node, path, _("This field must not be empty."))
            return None
        return self.value(node, path, check)

    def value(self, node: Node, path: str, check: Check) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Field):
    longest: int = 10_000

    def value(self, node: Node, path: str, check: Check) -> str | None:
        text = node.value
        if not isinstance(text, str):
            check.add(node, path, _("This must be text; put it in quotes."))
        elif len(text) > self.longest:
            check.add(node, path, _("This text is longer than %(most)s characters.", most=self.longest))
        elif any(unicodedata.category(c) == "Cc" and not c.isspace() for c in text):
            check.add(node, path, _("This text holds a control character."))
        elif not text.strip():
            check.add(node, path, _("This field must not be empty."))
        else:
            return text
        return None


@dataclass(frozen=True)
class Choice(Field):
    words: Collection[str] = ()

    def value(self, node: Node, path: str, check: Check) -> str | None:
        if isinstance(node.value, str) and node.value in self.words:
            return node.value
        check.add(node, path, _("This must be one of: %(words)s.", words=", ".join(self.words)))
        return None


@dataclass(frozen=True)
class Count(Field):
    least: int = 0
    most: int = 1_000_000

    def value(self, node: Node, path: str, check: Check) -> int | None:
        number = node.value
        if not isinstance(number, int) or isinstance(number, bool):
            check.add(node, path, _("This must be a whole number."))
        elif number < self.least:
            check.add(node, path, _("This must be %(least)s or more.", least=self.least))
        elif number > self.most:
            check.add(node, path, _("This must be %(most)s or less.", most=self.most))
        else:
            return number
        return None


@dataclass(frozen=True)
class Number(Field):
    """A figure that somebody reaches: whole, or with at most two decimals."""

    most: int = 10**11

    def value(self, node: Node, path: str, check: Check) -> int | float | None:
        number = node.value
        if not isinstance(number, int | float) or isinstance(number, bool) or number != number:
            check.add(node, path, _("This must be a number."))
        elif number < 0:
            check.add(node, path, _("This must be %(least)s or more.", least=0))
        elif number > self.most:
            check.add(node, path, _("This must be %(most)s or less.", most=self.most))
        elif round(number, 2) != number:
            check.add(node, path, _("At most two decimals."))
        else:
            return int(number) if number == int(number) else number
        return None


@dataclass(frozen=True)
class Day(Field):
    def value(self, node: Node, path: str, check: Check) -> str | None:
        try:
            if re.fullmatch(r"(19|20|21)\d\d-\d\d-\d\d", str(node.value)):
                return date.fromisoformat(str(node.value)).isoformat()
        except ValueError:
            pass
        check.add(node, path, _("This must be a date such as 2023-07-15."))
        return None


@dataclass(frozen=True)
class Moment(Field):
    """A day and a time on the clock in Vietnam."""

    def value(self, node: Node, path: str, check: Check) -> str | None:
        found = re.fullmatch(r"((?:19|20|21)\d\d-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?", str(node.value))
        try:
            if found:
                return datetime.fromisoformat(f"{found[1]}T{found[2]}").isoformat(timespec="minutes")
        except ValueError:
            pass
        check.add(node, path, _("This must be a date and a time such as 2023-07-15T08:00."))
        return None


@dataclass(frozen=True)
class Clock(Field):
    def value(self, node: Node, path: str, check: Check) -> str | None:
        if isinstance(node.value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", node.value):
            return node.value
        check.add(node, path, _('This must be a time in quotes, such as "08:00".'))
        return None


@dataclass(frozen=True)
class OnlyFalse(Field):
    """Something that is so unless the file says false."""

    def value(self, node: Node, path: str, check: Check) -> bool | None:
        if node.value is False:
            return False
        check.add(node, path, _("Say false here, or leave the field out."))
        return None


@dataclass(frozen=True)
class Texts(Field):
    """A list of short texts."""

    least: int = 0
    longest: int = 2000

    def value(self, node: Node, path: str, check: Check) -> list[str] | None:
        if not isinstance(node.value, list) or len(node.value) > 500:
            check.add(node, path, _("This must be a list."))
            return None
        if len(node.value) < self.least:
            check.add(node, path, _("This list must not be empty."))
        one = Text(REQUIRED, self.longest)
        return [one.read(item, f"{path}[{place}]", check) for place, item in enumerate(node.value, 1)]


@dataclass(frozen=True)
class Mapping(Field):
    fields: dict[str, Field] = field(default_factory=dict)

    def value(self, node: Node, path: str, check: Check) -> dict[str, Any] | None:
        if not isinstance(node.value, dict):
            check.add(node, path, _("This must hold named fields."))
            return None
        for key, child in node.value.items():
            if key not in self.fields:
                check.add(child, _join(path, key), _("This field is not known here."))
        for key, kind in self.fields.items():
            if key not in node.value and kind.presence is REQUIRED:
                check.add(node, _join(path, key), _("This field is missing."))
        return {
            key: self.fields[key].read(child, _join(path, key), check)
            for key, child in node.value.items()
            if key in self.fields
        }


@dataclass(frozen=True)
class Items(Field):
    """A list of mappings. `key` names the field that tells them apart; `order` counts 1, 2, 3."""

    fields: dict[str, Field] = field(default_factory=dict)
    key: str | None = None
    least: int = 0

    def value(self, node: Node, path: str, check: Check) -> list[dict[str, Any]] | None:
        if not isinstance(node.value, list) or len(node.value) > 500:
            check.add(node, path, _("This must be a list."))
            return None
        if len(node.value) < self.least:
            check.add(node, path, _("This list must not be empty."))
        one = Mapping(REQUIRED, self.fields)
        found = []
        for place, item in enumerate(node.value, 1):
            here = f"{path}[{self._name(item, place)}]"
            found.append(one.read(item, here, check))
            self._check_key(found, item, here, check)
        return found

    def _name(self, item: Node, place: int) -> str:
        key = item.value.get(self.key) if isinstance(item.value, dict) else None
        return str(key.value)[:40] if key is not None and key.value is not None else str(place)

    def _check_key(self, found: list[Any], item: Node, path: str, check: Check) -> None:
        mine = (found[-1] or {}).get(self.key)
        if self.key is None or mine is None:
            return
        if self.key == "order" and mine != len(found):
            message = _("The items are counted 1, 2, 3: %(wanted)s is expected here.", wanted=len(found))
            check.add(item.value["order"], f"{path}.order", message)
        elif any((other or {}).get(self.key) == mine for other in found[:-1]):
            check.add(item.value[self.key], f"{path}.{self.key}", _("Another item has the same value here."))


@dataclass(frozen=True)
class PlainOrMapping(Field):
    """One plain value, or its parts by name."""

    fields: dict[str, Field] = field(default_factory=dict)
    plain: Field = field(default_factory=Text)

    def value(self, node: Node, path: str, check: Check) -> Any:
        if isinstance(node.value, dict):
            return Mapping(self.presence, self.fields).value(node, path, check)
        return self.plain.value(node, path, check)


@dataclass(frozen=True)
class CountOrMapping(PlainOrMapping):
    """A number, or numbers by name: how many press a button; how many sign and how many witness."""

    plain: Field = field(default_factory=Count)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def walk(fields: dict[str, Field], value: dict[str, Any]) -> Iterator[tuple[str, Field, Any]]:
    """The fields of a mapping in the order of the schema, with their values."""
    for key, kind in fields.items():
        yield key, kind, value.get(key)
