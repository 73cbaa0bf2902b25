"""How organizations are called in invitations, and which lines of a plan speak of many at once. Pure."""

import re

from eventsvc.guests import positions
from eventsvc.organizations.models import Level, Organization, OrganizationKind
from eventsvc.text import clean, fold

_COLLECTIVE = re.compile(
    r"^(?:(?:đại diện|lãnh đạo|thường trực|mời|kính mời)\s+)*(?:(?:ubnd|ủy ban nhân dân|uỷ ban nhân dân)\s+)?"
    r"(?:các|những|toàn thể)\s",
    re.IGNORECASE,
)
_BEFORE_COMMITTEE = re.compile(r"^(.*?)\b(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\b", re.IGNORECASE)
_BEFORE_ALL = re.compile(r"^(.*?)\b(?:các|những)\s", re.IGNORECASE)
_TYPES = ("Tỉnh ", "Thành phố ", "Thị xã ", "Huyện ", "Quận ", "Xã ", "Phường ", "Thị trấn ", "Đặc khu ")
LONGEST = 300


def is_collective(words: str) -> bool:
    """Whether the words name many organizations: "Lãnh đạo UBND các xã, phường, thị trấn"."""
    return bool(_COLLECTIVE.match(clean(words)))


def within(unit: str) -> str:
    """The unit's name inside a sentence: "Xã Bình Thạnh" is "xã Bình Thạnh"."""
    return unit[0].lower() + unit[1:] if unit.startswith(_TYPES) else unit


def committee(unit: Organization, above: Organization | None) -> str:
    """The People's Committee of a unit, with its district where there is one: names of communes repeat."""
    name = f"UBND {within(unit.name)}"
    if unit.level is Level.COMMUNE and above is not None and above.level is Level.DISTRICT:
        name = f"{name}, {within(above.name)}"
    return name


def called(organization: Organization, above: Organization | None = None) -> str:
    """What an invitation calls the organization."""
    if organization.kind is OrganizationKind.UNIT:
        return committee(organization, above)
    return organization.name


def one_of(line: str, name: str) -> str:
    """The collective line said of one organization: "Lãnh đạo UBND các xã" of UBND xã Bình Thạnh is "Lãnh đạo UBND xã
    Bình Thạnh"."""
    for pattern in (_BEFORE_COMMITTEE, _BEFORE_ALL):
        if found := pattern.match(clean(line)):
            before = clean(found[1]).rstrip(" :,;")
            return f"{before} {name}" if before else f"Đại diện {name}"
    return f"Đại diện {name}"


def named_in(label: str, organization_name: str | None) -> str:
    """The organization that a slot speaks of, from its own column or from its words."""
    name = clean(organization_name or "") or positions.body_in(clean(label)) or clean(label)
    return name[:LONGEST]


def speaks_of_communes(line: str) -> bool:
    """Whether a collective line means communes rather than districts."""
    words = set(fold(line).split())
    return bool(words & {"xa", "phuong", "tran"}) and not words & {"huyen", "quan"}
