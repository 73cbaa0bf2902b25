"""What a main hall usually needs, and which agency of a province usually sees to it. Pure."""

from typing import NamedTuple

from eventsvc.halls.models import ServiceKind


class Usual(NamedTuple):
    """`agencies`: names to look for, the likeliest first; {province} stands for the name without its type."""

    kind: ServiceKind
    agencies: tuple[str, ...] = ()


USUAL = (
    Usual(
        ServiceKind.POWER,
        ("Công ty Điện lực {province}", "Công ty TNHH MTV Điện lực {province}", "Điện lực {province}"),
    ),
    Usual(ServiceKind.BACKUP_POWER),
    Usual(ServiceKind.MEDICAL, ("Sở Y tế",)),
    Usual(ServiceKind.POLICE, ("Công an tỉnh", "Công an thành phố")),
    Usual(ServiceKind.FIRE, ("Công an tỉnh", "Công an thành phố")),
    Usual(ServiceKind.WIFI, ("Viễn thông {province}", "VNPT {province}")),
    Usual(ServiceKind.SCREEN),
    Usual(ServiceKind.SOUND),
)
"""Plan 004, section VI: medical teams by the health department, order, traffic and fire safety by the police, power by
the electricity company, lines by the telecommunications company."""

_TYPES = ("Tỉnh ", "Thành phố ")


def bare(province: str) -> str:
    """The name of a province without its type, as the names of its companies carry it."""
    for words in _TYPES:
        province = province.removeprefix(words)
    return province
