"""Which units names in a plan mean: "UBND huyện Tân Phú, UBND huyện Vĩnh Cửu", "UBND huyện Định Quán, Trảng Bom"."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from eventsvc.campaigns.roadshow_queries import committee, units_of_province
from eventsvc.errors import Invalid
from eventsvc.events.models import Event
from eventsvc.nominations import names
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization, OrganizationKind
from eventsvc.tasks.expansion_queries import meant
from eventsvc.text import clean, same_words

LONGEST = 300
_BETWEEN = re.compile(r"[,;]")
_AND = re.compile(r"\s+và\s+", re.IGNORECASE)
_TYPE = re.compile(
    r"^(?:(?:ubnd|[uủ][yỷ] ban nhân dân)\s+)?(?:huyện|thị xã|thành phố|quận|tp\.?|tx\.?|xã|phường|thị trấn|đặc khu)\s+",
    re.IGNORECASE,
)


class UnitUnknown(Invalid):
    code = "unit_unknown"


class UnitElsewhere(Invalid):
    code = "unit_elsewhere"


class Named(NamedTuple):
    """A unit as it is printed, and its row when it is one of the campaign's province."""

    name: str
    organization: Organization | None


def read_units(event: Event, lines: Iterable[str]) -> list[Named]:
    """The units that the lines name, each once, in order; without a row where none of the province is meant."""
    units = units_of_province(event)
    found: dict[str, Named] = {}
    for line in lines:
        for named in _line(event, clean(line), units):
            key = named.organization.code if named.organization else same_words(named.name)
            if key:
                found.setdefault(key, named)
    return list(found.values())


def require_known(event: Event, named: Sequence[Named], field: str) -> None:
    """UnitElsewhere or UnitUnknown for the first name that means no unit of the province."""
    for name, organization in named:
        if organization is not None:
            continue
        stranger = organizations.find(name, on=event.units_as_of)
        if stranger is not None and stranger.province_code not in (None, event.province_code):
            home = organizations.committee(stranger.province_code or "", event.units_as_of)
            raise UnitElsewhere(
                _(
                    "%(unit)s belongs to another province (%(province)s): it cannot be in a cluster here.",
                    unit=name,
                    province=home.name if home else stranger.province_code,
                ),
                field=field,
            )
        raise UnitUnknown(
            _("“%(unit)s” is no unit of the province of this campaign. Check how it is written.", unit=name),
            field=field,
        )


def _line(event: Event, line: str, units: Sequence[Organization]) -> list[Named]:
    if (unit := _unit(event, line, units)) is not None:
        return [unit]
    if names.is_collective(line):
        codes = {unit.code for unit in units}
        listed = [
            Named(name, row) for name, row in meant(event, line) if row is not None and row.code in codes
        ]
        if listed:
            return listed
    found: list[Named] = []
    for piece in map(clean, _BETWEEN.split(line)):
        if not same_words(piece):
            continue
        unit = _unit(event, piece, units)
        parts = [unit] if unit else [_unit(event, part, units) for part in _AND.split(piece)]
        if None in parts:
            found.append(Named(piece[:LONGEST], None))
        else:
            found += [part for part in parts if part is not None]
    return found


def _unit(event: Event, words: str, units: Sequence[Organization]) -> Named | None:
    """The one unit of these words: by its name, or by its name without what it is ("Trảng Bom")."""
    words = clean(words).rstrip(".")
    if not same_words(words):
        return None
    row = organizations.find(words, on=event.units_as_of, province_code=event.province_code)
    if row is not None and row.kind is OrganizationKind.UNIT and row.code in {unit.code for unit in units}:
        return Named(words[:LONGEST], row)
    bare = same_words(words)
    bearers = [unit for unit in units if same_words(_TYPE.sub("", unit.name)) == bare]
    return Named(committee(bearers[0]), bearers[0]) if len(bearers) == 1 else None
