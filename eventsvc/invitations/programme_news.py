"""What a change of the programme means for one person, in sentences. Pure; in the language in force.

Two versions of the agenda are laid on the sittings as they are now, so that only what really differs is told, and only
what is still to come.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda import frozen, news, touches
from eventsvc.agenda.frozen import SITES, SITTINGS, TIMES, Version
from eventsvc.agenda.models import RitualRole
from eventsvc.agenda.release_models import Touch
from eventsvc.agenda.snapshot import ITEMS, RITUALS, Row
from eventsvc.events.models import Sitting
from eventsvc.text import time_of_day

_ORDER = (
    Touch.CANCELLED, Touch.UNNAMED, Touch.ADDED, Touch.NAMED, Touch.RENAMED, Touch.RETIMED, Touch.MOVED, Touch.RITUAL,
    Touch.SITE,
)  # fmt: skip


class News:
    """The difference between what somebody was told of (None: of no release) and what stands now."""

    def __init__(self, old: Version | None, new: Version, sittings: Sequence[Sitting], now: datetime) -> None:
        self.old = frozen.retimed(old, sittings) if old else {}
        self.new = frozen.retimed(new, sittings)
        self.sittings, self.now = sittings, now
        self._touches: dict[int, list[tuple[str, Touch]]] = {}
        for touch in touches.touched(self.old or None, self.new):
            if touch.person_id is not None:
                self._touches.setdefault(touch.person_id, []).append((touch.key, touch.how))
        self._of_all = self._of_programmes() if self.old else []

    def for_person(self, person_id: int) -> list[str]:
        """The sentences for this person: about the own parts first, then those for everybody."""
        mine = sorted(self._touches.get(person_id, ()), key=self._place)
        found = [self._sentence(key, how, person_id) for key, how in mine if self._is_to_come(key)]
        return [*dict.fromkeys(filter(None, found)), *self._of_all]

    def _place(self, touch: tuple[str, Touch]) -> tuple[Any, ...]:
        key, how = touch
        row = self._row(key)
        return row["sitting"], row["number"], key, _ORDER.index(how) if how in _ORDER else len(_ORDER)

    def _row(self, key: str) -> Row:
        return self.new[ITEMS].get(key) or self.old[ITEMS][key]

    def _is_to_come(self, key: str) -> bool:
        number = self._row(key)["sitting"]
        sitting = next((each for each in self.sittings if each.number == number), None)
        if sitting is None or sitting.cancelled_at is not None:
            return False
        return sitting.starts_at is None or sitting.starts_at > self.now

    def _sentence(self, key: str, how: Touch, person_id: int) -> str:
        if how in (Touch.ADDED, Touch.NAMED):
            return self._added(key, self._part(key, person_id))
        if how is Touch.RITUAL:
            return self._ritual(key, self._part(key, person_id))
        write = _SENTENCES.get(how)
        return write(self, key) if write else ""

    def _title(self, key: str) -> str:
        return self._row(key)["title"]

    def _at(self, version: Version, key: str) -> str:
        """ ", at 08:10"; nothing when no time is known."""
        start = frozen.moment(version.get(TIMES, {}).get(key, (None, None))[0])
        return _(", at %(time)s", time=time_of_day(start)) if start else ""

    def _added(self, key: str, part: str) -> str:
        at = self._at(self.new, key)
        if part:
            return _(
                "You have a part in “%(title)s”%(at)s: %(part)s.", title=self._title(key), at=at, part=part
            )
        return _("You have a part in “%(title)s”%(at)s.", title=self._title(key), at=at)

    def _cancelled(self, key: str) -> str:
        return _("“%(title)s” has been taken out of the programme.", title=self._title(key))

    def _unnamed(self, key: str) -> str:
        return _("You no longer have a part in “%(title)s”.", title=self._title(key))

    def _renamed(self, key: str) -> str:
        return _(
            "“%(was)s” is now called “%(title)s”.", was=self.old[ITEMS][key]["title"], title=self._title(key)
        )

    def _retimed(self, key: str) -> str:
        was, start = (
            frozen.moment(version.get(TIMES, {}).get(key, (None, None))[0])
            for version in (self.old, self.new)
        )
        if was and start and was != start:
            return _(
                "“%(title)s” is now at %(time)s instead of %(was)s.",
                title=self._title(key), time=time_of_day(start), was=time_of_day(was),
            )  # fmt: skip
        if start and not was:
            return _("“%(title)s” is at %(time)s.", title=self._title(key), time=time_of_day(start))
        return _("“%(title)s” has another duration.", title=self._title(key))

    def _moved(self, key: str) -> str:
        return _(
            "“%(title)s” stands in another place of the programme%(at)s.",
            title=self._title(key), at=self._at(self.new, key),
        )  # fmt: skip

    def _ritual(self, key: str, part: str) -> str:
        if not part:
            return _("Your part in “%(title)s” has changed.", title=self._title(key))
        return _("Your part in “%(title)s” is now: %(part)s.", title=self._title(key), part=part)

    def _site(self, key: str) -> str:
        code = self._row(key).get("site")
        name = self.new.get(SITES, {}).get(code) if code else None
        if not name:
            return _("“%(title)s” is now given in the main hall.", title=self._title(key))
        return _("“%(title)s” is now given from %(site)s.", title=self._title(key), site=name)

    def _part(self, key: str, person_id: int) -> str:
        """What this person does in the ritual of an item; empty without one."""
        rows = [row for row in self.new[RITUALS].values() if row.get("item") == key]
        found = [
            _role(row)
            for ritual in rows
            for row in ritual.get("participants", ())
            if row.get("person_id") == person_id
        ]
        return "; ".join(found)

    def _of_programmes(self) -> list[str]:
        """The sentences for everybody: the programme of a sitting begins or ends at another time."""
        was, now = _spans(self.old), _spans(self.new)
        found = []
        for number, (start, end) in now.items():
            sitting = next((each for each in self.sittings if str(each.number) == number), None)
            if sitting is None or sitting.cancelled_at or was.get(number, (start, end)) == (start, end):
                continue
            if sitting.starts_at is not None and sitting.starts_at <= self.now:
                continue
            if start and end:
                found.append(
                    _(
                        "The programme now runs from %(start)s to %(end)s.",
                        start=time_of_day(start),
                        end=time_of_day(end),
                    )
                )
        return found


def _role(row: Row) -> str:
    words = {
        RitualRole.PRESSER.value: _("presses the button"),
        RitualRole.SIGNATORY.value: _("signs"),
        RitualRole.WITNESS.value: _("witnesses the signing"),
    }[row["role"]]
    return ", ".join(
        [words, *([_("stands at: %(place)s", place=row["stands_at"])] if row.get("stands_at") else [])]
    )


def _spans(version: Version) -> dict[str, tuple[datetime | None, datetime | None]]:
    """When the public programme of each sitting begins and ends."""
    times = version.get(TIMES, {})
    keys: dict[str, list[str]] = {}
    for key, row in news.public_face(version)[ITEMS].items():
        if not version.get(SITTINGS, {}).get(str(row["sitting"]), {}).get("cancelled_at"):
            keys.setdefault(str(row["sitting"]), []).append(key)
    found = {}
    for number, some in keys.items():
        starts = [frozen.moment(times.get(key, (None, None))[0]) for key in some]
        ends = [frozen.moment(times.get(key, (None, None))[1]) for key in some]
        found[number] = (min(filter(None, starts), default=None), max(filter(None, ends), default=None))
    return found


_SENTENCES: dict[Touch, Callable[[News, str], str]] = {
    Touch.CANCELLED: News._cancelled,
    Touch.UNNAMED: News._unnamed,
    Touch.RENAMED: News._renamed,
    Touch.RETIMED: News._retimed,
    Touch.MOVED: News._moved,
    Touch.SITE: News._site,
}
