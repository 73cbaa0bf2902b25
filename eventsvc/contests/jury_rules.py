"""Who may judge whom, and which points can be given. Pure."""

from decimal import Decimal, InvalidOperation

from eventsvc.contests.models import Entry, Judge
from eventsvc.text import fold

HALF = Decimal("0.5")


def is_own(judge: Judge, entry: Entry) -> bool:
    """Whether the entry comes from the judge's own organization: the same row, or the same words however written."""
    if judge.organization_id is not None and judge.organization_id == entry.organization_id:
        return True
    return bool(_names(judge) & _names(entry))


def _names(one: Judge | Entry) -> set[str]:
    names = {fold(one.organization_name or "")}
    if one.organization is not None:
        names.add(fold(one.organization.name))
    return names - {""}


def points_typed(typed: str) -> Decimal | None:
    """Points as people write them, with a comma or a point; None for what is no number."""
    words = typed.strip().replace(",", ".")
    if len(words) > 8 or not words.replace(".", "", 1).isdigit() or not words.isascii():
        return None
    try:
        return Decimal(words)
    except InvalidOperation:
        return None


def can_be_given(points: Decimal, most: int) -> bool:
    """From nought to the most, by halves."""
    return 0 <= points <= most and points % HALF == 0
