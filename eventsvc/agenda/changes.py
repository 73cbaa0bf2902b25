"""What changed between two versions of an agenda, as people read it: change by change, item by item, most important
first. Pure; the sentences are in agenda/release_labels.py.

A version is the values of an agenda with sittings, names and times (agenda/frozen.py).
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from eventsvc.agenda import diff
from eventsvc.agenda.frozen import SITES, SITTINGS, TIMES, Version, moment
from eventsvc.agenda.snapshot import ITEMS, RITUALS, STRANDS, Row


class What(StrEnum):
    """The kinds of changes, the most important first."""

    CANCELLED = "cancelled"
    ADDED = "added"
    MOVED = "moved"
    RETIMED = "retimed"
    RENAMED = "renamed"
    PERSON = "person"
    POSITION = "position"
    SITE = "site"
    DURATION = "duration"
    PINNED = "pinned"
    KIND = "kind"
    PUBLIC = "public"
    RITUAL_ADDED = "ritual_added"
    RITUAL_REMOVED = "ritual_removed"
    JOINED = "joined"
    LEFT = "left"
    ROLE = "role"
    ORDER = "order"
    PART = "part"
    RITUAL = "ritual"
    CUE = "cue"
    NOTES = "notes"
    SITTING_ADDED = "sitting_added"
    SITTING_REMOVED = "sitting_removed"
    SITTING = "sitting"
    STRAND_ADDED = "strand_added"
    STRAND_REMOVED = "strand_removed"
    STRAND = "strand"


RANK = {what: place for place, what in enumerate(What)}
NOTES = (
    "mc_line", "sound_note", "light_note", "screen_note", "line_note", "reception_note", "note", "printed_start",
    "cite",
)  # fmt: skip
PART = ("text", "position", "organization_name", "organization_id", "stands_at", "cue", "person_id")
RITUAL = (
    "title", "subject", "copies", "setting", "expected_pressers", "expected_signatories", "expected_witnesses",
    "title_cite", "subject_cite",
)  # fmt: skip


class Change(NamedTuple):
    """One thing that differs. `was` and `now` are values that its sentence names, `title` the item's, ritual's,
    strand's or sitting's, `key` the item's if it concerns one. `follows`: another time only because its sitting has
    one, or what stands before it ("sitting", "items")."""

    what: What
    key: str | None
    title: str
    was: Any = None
    now: Any = None
    follows: str = ""


class Place(NamedTuple):
    """Where an item stands: `strand` is a name, None the stage; `of` the number of sittings."""

    number: int
    sitting: int
    sitting_title: str | None
    strand: str | None
    of: int


class Named(NamedTuple):
    """Who does it, in the words of the programme."""

    who: str | None
    position: str | None


class InRitual(NamedTuple):
    """Somebody's place in a ritual; `row` holds the words."""

    ritual: str
    role: str
    number: int
    who: str
    row: Row


class Group(NamedTuple):
    """What changed about one item; `key` None for what concerns none."""

    key: str | None
    title: str
    changes: list[Change]

    @property
    def follows(self) -> bool:
        """Whether only its time changed, along with what stands before it."""
        return all(change.follows for change in self.changes)


def between(old: Version, new: Version) -> list[Change]:
    """Every readable change from the old to the new version, item by item in the order of the new programme."""
    found: list[Change] = []
    was, now = old.get(ITEMS, {}), new.get(ITEMS, {})
    movers = diff.movers(old, new)
    rituals = _rituals_by_item(old, new)
    for key in _in_order(old, new):
        if key not in now:
            found.append(
                Change(What.CANCELLED, key, was[key]["title"], _place(old, was[key]), _start(old, key))
            )
        elif key not in was:
            found.append(Change(What.ADDED, key, now[key]["title"], _place(new, now[key]), _start(new, key)))
        else:
            found += _of_item(old, new, key, is_moved=key in movers)
        title = (now.get(key) or was[key])["title"]
        for was_ritual, now_ritual in rituals.pop(key, ()):
            found += _of_ritual(key, title, was_ritual, now_ritual)
    for pairs in rituals.values():
        for was_ritual, now_ritual in pairs:
            title = (now_ritual or was_ritual or {}).get("title", "")
            found += _of_ritual(None, title, was_ritual, now_ritual)
    return [*found, *_of_sittings(old, new), *_of_strands(old, new)]


def grouped(changes: Iterable[Change]) -> list[Group]:
    """By item, each with its most important change first; the items with the most important changes first, and
    those whose time only follows last."""
    by_key: dict[tuple[str | None, str], list[Change]] = {}
    for change in changes:
        by_key.setdefault((change.key, change.title), []).append(change)
    groups = [
        Group(key, title, sorted(its, key=lambda change: RANK[change.what]))
        for (key, title), its in by_key.items()
    ]
    return sorted(groups, key=lambda group: (group.follows, RANK[group.changes[0].what]))


def since(
    changes: Iterable[Change], version: Version, number: int, before: dict[str, int] | None
) -> dict[str, int]:
    """For each item the number of the release in which it last changed, this one being `number`."""
    changed = {change.key for change in changes}
    earlier = before or {}
    return {
        key: number if key in changed or key not in earlier else earlier[key]
        for key in version.get(ITEMS, {})
    }


def cancelled(old: Version, version: Version, number: int) -> dict[str, Row]:
    """The items that this or an earlier release took out, with their last values and the release that did."""
    gone = {**old.get("cancelled", {})}
    for key, row in old.get(ITEMS, {}).items():
        start, end = old.get(TIMES, {}).get(key, (None, None))
        gone[key] = {**row, "starts_at": start, "ends_at": end, "since": number}
    return {key: row for key, row in gone.items() if key not in version.get(ITEMS, {})}


# --- Items --------------------------------------------------------------------------------------------------


def _of_item(old: Version, new: Version, key: str, *, is_moved: bool) -> Iterable[Change]:
    was, now = old[ITEMS][key], new[ITEMS][key]
    differs = diff.fields(was, now)
    title = now["title"]
    if is_moved:
        yield Change(What.MOVED, key, title, _place(old, was), _place(new, now))
    start, begins = _start(old, key), _start(new, key)
    if moment(start) != moment(begins):
        follows = "" if is_moved or "pinned_at" in differs else _what_moved_it(old, new, now["sitting"])
        yield Change(What.RETIMED, key, title, start, begins, follows)
    if "title" in differs:
        yield Change(What.RENAMED, key, title, was["title"], title)
    if differs & {"speaker", "person_id"}:
        yield Change(What.PERSON, key, title, _named(was), _named(now))
    elif differs & {"position", "organization_id"}:
        yield Change(What.POSITION, key, title, _named(was), _named(now))
    if "site" in differs:
        yield Change(What.SITE, key, title, _site(old, was), _site(new, now))
    if "duration_minutes" in differs:
        yield Change(What.DURATION, key, title, was.get("duration_minutes"), now.get("duration_minutes"))
    for name, what in (("pinned_at", What.PINNED), ("kind", What.KIND), ("cue", What.CUE)):
        if name in differs:
            yield Change(what, key, title, was.get(name), now.get(name))
    if "is_public" in differs:
        yield Change(What.PUBLIC, key, title, was.get("is_public"), now.get("is_public"))
    for name in NOTES:
        if name in differs:
            yield Change(What.NOTES, key, title, (name, was.get(name)), (name, now.get(name)))


def _in_order(old: Version, new: Version) -> list[str]:
    """The keys of both versions: those of the new programme in its order, each that is gone at its old place."""

    def place(version: Version, key: str, gone: bool) -> tuple[Any, ...]:
        row = version[ITEMS][key]
        return row["sitting"], row.get("strand") or 0, row["number"], gone, key

    keys = [(place(new, key, False), key) for key in new.get(ITEMS, {})]
    keys += [(place(old, key, True), key) for key in old.get(ITEMS, {}) if key not in new.get(ITEMS, {})]
    return [key for _place, key in sorted(keys)]


def _place(version: Version, row: Row) -> Place:
    sitting = version.get(SITTINGS, {}).get(str(row["sitting"]), {})
    strand = version.get(STRANDS, {}).get(str(row.get("strand")), {})
    return Place(
        row["number"],
        row["sitting"],
        sitting.get("title"),
        strand.get("name"),
        len(version.get(SITTINGS, {})),
    )


def _start(version: Version, key: str) -> str | None:
    return version.get(TIMES, {}).get(key, (None, None))[0]


def _what_moved_it(old: Version, new: Version, sitting: int) -> str:
    began, begins = (
        version.get(SITTINGS, {}).get(str(sitting), {}).get("starts_at") for version in (old, new)
    )
    return "items" if moment(began) == moment(begins) else "sitting"


def _named(row: Row) -> Named:
    return Named(row.get("speaker"), row.get("position"))


def _site(version: Version, row: Row) -> str | None:
    code = row.get("site")
    return version.get(SITES, {}).get(code, code) if code else None


# --- Rituals ------------------------------------------------------------------------------------------------


def _rituals_by_item(old: Version, new: Version) -> dict[str | None, list[tuple[Row | None, Row | None]]]:
    """The rituals of both versions, as they were and as they are, by the item that they belong to (last)."""
    found: dict[str | None, list[tuple[Row | None, Row | None]]] = {}
    was, now = old.get(RITUALS, {}), new.get(RITUALS, {})
    for key in {**now, **was}:
        before, after = was.get(key), now.get(key)
        if before != after:
            item = (after or {}).get("item") or (before or {}).get("item")
            found.setdefault(item, []).append((before, after))
    return found


def _of_ritual(key: str | None, title: str, was: Row | None, now: Row | None) -> Iterable[Change]:
    if was is None or now is None:
        what, row = (What.RITUAL_ADDED, now) if was is None else (What.RITUAL_REMOVED, was)
        yield Change(what, key, title, now=(row or {}).get("title"))
        return
    if was.get("item") != now.get("item"):
        what = What.RITUAL_REMOVED if now.get("item") is None else What.RITUAL_ADDED
        yield Change(what, key, title, now=now["title"])
    for name in RITUAL:
        if was.get(name) != now.get(name):
            yield Change(
                What.RITUAL,
                key,
                title,
                (now["title"], name, was.get(name)),
                (now["title"], name, now.get(name)),
            )
    yield from _of_participants(key, title, was, now)


def _of_participants(key: str | None, title: str, was: Row, now: Row) -> Iterable[Change]:
    pairs = paired(was.get("participants", []), now.get("participants", []))
    stayed = [
        (before, after) for before, after in pairs if before and after and before["role"] == after["role"]
    ]
    turned = _out_of_turn(stayed)
    for before, after in pairs:
        old = _in_ritual(was, before) if before else None
        new = _in_ritual(now, after) if after else None
        if before is None:
            yield Change(What.JOINED, key, title, now=new)
        elif after is None:
            yield Change(What.LEFT, key, title, old)
        else:
            if before["role"] != after["role"]:
                yield Change(What.ROLE, key, title, old, new)
            elif id(after) in turned:
                yield Change(What.ORDER, key, title, old, new)
            if diff.fields(before, after, PART):
                yield Change(What.PART, key, title, old, new)


def paired(was: list[Row], now: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """Everybody's places in a ritual before and after: the same person in the same role, then in another; who has
    none before has joined, who has none after has left. Those who are there come first, in their order."""
    left = list(was)
    before: list[Row | None] = [None] * len(now)
    for same in (
        lambda old, new: _who(old) == _who(new) and old["role"] == new["role"],
        lambda old, new: _who(old) == _who(new),
        lambda old, new: old["text"] == new["text"] and old["role"] == new["role"],
    ):
        for place, row in enumerate(now):
            if before[place] is None:
                match = next((old for old in left if same(old, row)), None)
                if match is not None:
                    before[place] = match
                    left = [old for old in left if old is not match]
    return [*zip(before, now, strict=True), *((row, None) for row in left)]


def _who(row: Row) -> int | str:
    person_id = row.get("person_id")
    return person_id if person_id is not None else str(row["text"])


def out_of_turn(was: Row, now: Row) -> set[int]:
    """The people, by id, who kept their role in a ritual and whose turn among those who did is another."""
    pairs = paired(was.get("participants", []), now.get("participants", []))
    stayed = [
        (before, after) for before, after in pairs if before and after and before["role"] == after["role"]
    ]
    turned = _out_of_turn(stayed)
    return {after["person_id"] for _before, after in stayed if id(after) in turned and after.get("person_id")}


def _out_of_turn(stayed: list[tuple[Row, Row]]) -> set[int]:
    """Of those who kept their role, the rows (by id) of those whose turn among them is another."""
    found: set[int] = set()
    for role in {after["role"] for _before, after in stayed}:
        its = [pair for pair in stayed if pair[1]["role"] == role]
        its.sort(key=lambda pair: pair[1]["number"])
        kept = set(diff.rising([before["number"] for before, _after in its]))
        found |= {id(after) for place, (_before, after) in enumerate(its) if place not in kept}
    return found


def _in_ritual(ritual: Row, row: Row) -> InRitual:
    return InRitual(ritual["title"], row["role"], row["number"], row["text"], row)


# --- Sittings and strands -----------------------------------------------------------------------------------


def _of_sittings(old: Version, new: Version) -> Iterable[Change]:
    was, now = old.get(SITTINGS, {}), new.get(SITTINGS, {})
    for number in sorted({**was, **now}, key=int):
        before, after = was.get(number), now.get(number)
        stood, stands = _stands(before), _stands(after)
        title = str((after or before or {}).get("title") or number)
        if stood and not stands:
            yield Change(What.SITTING_REMOVED, None, title, before)
        elif stands and not stood:
            yield Change(What.SITTING_ADDED, None, title, now=after)
        elif stands and before and after:
            differs = diff.fields(before, after, ("title", "place", "starts_at", "ends_at"))
            if differs:
                yield Change(What.SITTING, None, title, before, after)


def _stands(sitting: Row | None) -> bool:
    return sitting is not None and not sitting.get("cancelled_at")


def _of_strands(old: Version, new: Version) -> Iterable[Change]:
    was, now = old.get(STRANDS, {}), new.get(STRANDS, {})
    for number in sorted({**was, **now}, key=int):
        before, after = was.get(number), now.get(number)
        if before is None or after is None:
            what = What.STRAND_ADDED if before is None else What.STRAND_REMOVED
            yield Change(what, None, (after or before or {})["name"])
        elif before != after:
            yield Change(What.STRAND, None, after["name"], before, after)
