"""Whom a release touches, and how: exactly the people and the bridge sites that must hear of it. Pure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from eventsvc.agenda import changes, diff, news
from eventsvc.agenda.frozen import SITTINGS, TIMES, Version, moment
from eventsvc.agenda.release_models import Touch
from eventsvc.agenda.snapshot import ITEMS, RITUALS, Row
from eventsvc.sites.models import MAIN


class Touches(NamedTuple):
    """Somebody by id, or a site by code, with the item concerned."""

    person_id: int | None
    site: str | None
    key: str
    how: Touch


_OF_RITUAL = ("title", "subject", "copies", "setting")
_OF_PART = ("role", "text", "position", "organization_name", "stands_at", "cue")


def touched(old: Version | None, new: Version) -> set[Touches]:
    """Who is touched by what changed from the old to the new version; everybody named, without an old one.

    Notes for MC and technicians touch nobody, nor does an item that only has another number.
    """
    old = old or {}
    was, now = old.get(ITEMS, {}), new.get(ITEMS, {})
    movers = diff.movers(old, new)
    found: set[Touches] = set()
    old_rituals, new_rituals = _rituals(old), _rituals(new)
    for key in {**was, **now}:
        before = _Item(old, key, was.get(key), old_rituals.get(key))
        after = _Item(new, key, now.get(key), new_rituals.get(key))
        found |= set(_of_item(before, after, key in movers))
    return found


def is_programme_changed(old: Version | None, new: Version) -> bool:
    """Whether the whole public programme of a sitting begins or ends at another time, or is in another place."""
    return old is not None and _programmes(old) != _programmes(new)


class _Item(NamedTuple):
    version: Version
    key: str
    row: Row | None
    ritual: Row | None

    @property
    def people(self) -> set[int]:
        ids = {self.row.get("person_id")} if self.row else set()
        if self.row and self.ritual:
            ids |= {row.get("person_id") for row in self.ritual.get("participants", ())}
        return ids - {None}  # type: ignore[return-value]

    @property
    def site(self) -> str | None:
        """The bridge that speaks; the main hall is none, whether it is named or not."""
        code = self.row.get("site") if self.row else None
        return None if code == MAIN else code

    @property
    def times(self) -> tuple[Any, Any]:
        start, end = self.version.get(TIMES, {}).get(self.key, (None, None))
        return moment(start), moment(end)

    def part_of(self, person_id: int) -> list[tuple[Any, ...]]:
        """What somebody does in it: speaks, and each place in the ritual."""
        assert self.row is not None
        parts: list[tuple[Any, ...]] = [("speaks",)] if self.row.get("person_id") == person_id else []
        if self.ritual:
            of_ritual = tuple(self.ritual.get(name) for name in _OF_RITUAL)
            parts += [
                (*of_ritual, *(row.get(name) for name in _OF_PART))
                for row in self.ritual.get("participants", ())
                if row.get("person_id") == person_id
            ]
        return parts


def _of_item(before: _Item, after: _Item, is_moved: bool) -> Iterator[Touches]:
    key = after.key
    turned = changes.out_of_turn(before.ritual, after.ritual) if before.ritual and after.ritual else set()
    for person_id in before.people | after.people:
        for how in _how(before, after, person_id in before.people, person_id in after.people, is_moved):
            yield Touches(person_id, None, key, how)
        if person_id in before.people & after.people:
            if person_id in turned or before.part_of(person_id) != after.part_of(person_id):
                yield Touches(person_id, None, key, Touch.RITUAL)
            if before.site != after.site:
                yield Touches(person_id, None, key, Touch.SITE)
    for code in {before.site, after.site} - {None}:
        for how in _how(before, after, code == before.site, code == after.site, is_moved):
            yield Touches(None, code, key, how)
        if before.site == after.site and _speaker(before) != _speaker(after):
            yield Touches(None, code, key, Touch.SPEAKER)


def _how(before: _Item, after: _Item, was_in: bool, is_in: bool, is_moved: bool) -> Iterator[Touch]:
    if before.row is None:
        yield Touch.ADDED
    elif after.row is None:
        yield Touch.CANCELLED
    elif not was_in:
        yield Touch.NAMED
    elif not is_in:
        yield Touch.UNNAMED
    else:
        if before.times != after.times:
            yield Touch.RETIMED
        if is_moved:
            yield Touch.MOVED
        if before.row["title"] != after.row["title"]:
            yield Touch.RENAMED


def _speaker(item: _Item) -> tuple[Any, Any]:
    assert item.row is not None
    return item.row.get("person_id"), item.row.get("speaker")


def _rituals(version: Version) -> dict[str, Row]:
    return {row["item"]: row for row in version.get(RITUALS, {}).values() if row.get("item")}


def _programmes(version: Version) -> dict[str, tuple[Any, ...]]:
    """When and where the public programme of each sitting that stands begins and ends."""
    times = version.get(TIMES, {})
    shown: dict[str, list[str]] = {}
    for key, row in news.public_face(version)[ITEMS].items():
        shown.setdefault(str(row["sitting"]), []).append(key)
    found = {}
    for number, keys in shown.items():
        sitting = version.get(SITTINGS, {}).get(number, {})
        if sitting.get("cancelled_at"):
            continue
        starts = [moment(times.get(key, (None, None))[0]) for key in keys]
        ends = [moment(times.get(key, (None, None))[1]) for key in keys]
        found[number] = (
            min((at for at in starts if at), default=None),
            max((at for at in ends if at), default=None),
            sitting.get("place"),
        )
    return found
