"""What the sites of an earlier event can tell those of a new one. Pure: sites go in, proposals come out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from eventsvc.organizations.successors import Successor
from eventsvc.sites.models import Site, SiteLevel
from eventsvc.text import same_words

PLACE = ("hall", "address", "map_url")
CONTACT = ("contact_name", "contact_phone", "contact_email")
HOST = ("host_name", "host_position", "host_phone")
TECHNICIAN = ("technician_name", "technician_phone")
PERSONAL = (CONTACT, HOST, TECHNICIAN)
TOGETHER = (PLACE, ("capacity",), ("cluster",), ("video_platform",), ("backup_line",), *PERSONAL)
"""Columns that belong together: one person's telephone is never put beside another's name."""

OF_UNITS = frozenset({SiteLevel.DISTRICT, SiteLevel.COMMUNE})

Follow = Callable[[str, date, date], list[Successor]]


class Filling(NamedTuple):
    """A column with what it would be, and what it is now."""

    name: str
    value: Any
    former: Any


@dataclass(frozen=True)
class Proposal:
    """A site of the new event with the earlier sites that know something of it.

    `own`: the earlier site of the same unit, or of the same name. Else `merged`: earlier sites whose units were merged
    into this one; somebody has to choose, if there is only one of them as well.
    """

    site: Site
    own: Site | None = None
    merged: tuple[Site, ...] = ()

    @property
    def choices(self) -> tuple[Site, ...]:
        return (self.own,) if self.own is not None else self.merged


class Gone(NamedTuple):
    """An earlier site without a counterpart, and the names of the sites its unit was merged into; none: not known."""

    site: Site
    successors: tuple[str, ...]


@dataclass(frozen=True)
class Proposals:
    """`found` have somebody to learn from, `new` have nobody; `gone` are earlier sites that are not as they were."""

    found: list[Proposal]
    new: list[Site]
    gone: list[Gone]


def propose(
    sites: Sequence[Site], earlier: Sequence[Site], since: date, until: date, follow: Follow
) -> Proposals:
    """Bring the sites of an event (units of `until`) and of an earlier one (units of `since`) together.

    A unit is known again by its code, followed from day to day through what the law made of it (`follow`); any other
    hall by its name among those of its level, when nobody else there bears it.
    """
    by_code = {site.code: site for site in sites if _is_of_unit(site)}
    own: dict[int, Site] = {}
    merged: dict[int, list[Site]] = defaultdict(list)
    gone: list[Gone] = []
    for former in earlier:
        if not _is_of_unit(former):
            continue
        later = follow(former.code, since, until)
        heirs = [by_code[one.code] for one in later if one.code in by_code]
        same = next((by_code[one.code] for one in later if one.is_same and one.code in by_code), None)
        if same is not None:
            own[same.id] = former
            continue
        for heir in heirs:
            merged[heir.id].append(former)
        gone.append(Gone(former, tuple(heir.name for heir in heirs)))
    gone += _by_name(sites, earlier, own)
    proposals = [Proposal(site, own.get(site.id), tuple(merged.get(site.id, ()))) for site in sites]
    return Proposals(
        found=[one for one in proposals if one.choices],
        new=[one.site for one in proposals if not one.choices],
        gone=gone,
    )


def fillings(site: Site, former: Site, *, overwrites: bool, with_contacts: bool) -> list[Filling]:
    """What the earlier site would fill in at the new one: what is empty there, or everything it knows.

    Columns that belong together are filled together, and only where nothing there says otherwise.
    """
    found: list[Filling] = []
    for group in TOGETHER:
        if group in PERSONAL and not with_contacts:
            continue
        if not any(getattr(former, name) is not None for name in group):
            continue
        pairs = [Filling(name, getattr(former, name), getattr(site, name)) for name in group]
        if overwrites or all(pair.former in (None, pair.value) for pair in pairs):
            found += [pair for pair in pairs if pair.former != pair.value]
    return found


def _by_name(sites: Iterable[Site], earlier: Iterable[Site], own: dict[int, Site]) -> list[Gone]:
    """Give halls that are no unit's the earlier one of their name; those that find nobody."""
    later = _named(sites)
    gone = []
    for key, formers in _named(earlier).items():
        heirs = later.get(key, [])
        if len(formers) == len(heirs) == 1:
            own.setdefault(heirs[0].id, formers[0])
        else:
            gone += [Gone(former, ()) for former in formers]
    return gone


def _named(sites: Iterable[Site]) -> Mapping[tuple[SiteLevel, str], list[Site]]:
    found: dict[tuple[SiteLevel, str], list[Site]] = defaultdict(list)
    for site in sites:
        if not _is_of_unit(site):
            found[site.level, same_words(site.name)].append(site)
    return found


def _is_of_unit(site: Site) -> bool:
    return site.level in OF_UNITS and site.code.isdigit()
