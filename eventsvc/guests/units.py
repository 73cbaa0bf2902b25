"""The administrative unit an organization's name speaks of: exact accents, and only when it is the only one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from eventsvc.text import clean, same_words

_COUNCIL = r"(?:(?:thường trực|đại diện|lãnh đạo)\s+)*(?:ubnd|hđnd|uỷ ban nhân dân|ủy ban nhân dân|hội đồng nhân dân)"
_PREFIX = re.compile(rf"{_COUNCIL}(?:\s+(?:và\s+)?{_COUNCIL})*\s+")
_TYPES = {
    "thành phố": ("tp", "t p", "thành phố"),
    "thị xã": ("tx", "t x", "thị xã"),
    "thị trấn": ("tt", "t t", "thị trấn"),
    "huyện": ("h", "huyện"),
    "phường": ("p", "phường"),
    "xã": ("x", "xã"),
    "tỉnh": ("t", "tỉnh"),
    "đặc khu": ("đặc khu",),
}
_TYPE = re.compile(
    r"("
    + "|".join(sorted((form for forms in _TYPES.values() for form in forms), key=len, reverse=True))
    + r")\s+"
)
_FULL = {form: full for full, forms in _TYPES.items() for form in forms}

Units = Mapping[str, str] | Iterable[tuple[str, str]]


class Resolver:
    """Codes by organization name. Built from the (name, code) pairs of the structure an event is held under."""

    def __init__(self, units: Units = ()):
        pairs = units.items() if isinstance(units, Mapping) else units
        self._named: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        self._known: dict[str, str | None] = {}
        for name, code in pairs:
            full = _with_full_type(same_words(name))
            self._named[full].add(code)
            self._bare[_TYPE.sub("", full, count=1) if _TYPE.match(full) else full].add(code)

    def __call__(self, organization: str | None) -> str | None:
        """The code of the one unit meant; None for none, several, or a name of another kind of body."""
        if not organization or not self._named:
            return None
        if organization not in self._known:
            self._known[organization] = self._resolve(organization)
        return self._known[organization]

    def _resolve(self, organization: str) -> str | None:
        # "UBND huyện Bình Sơn, tỉnh Quảng Ngãi": the place stands before the first comma or bracket.
        words = same_words(re.split(r"[,(;]", clean(organization), maxsplit=1)[0])
        place = _PREFIX.sub("", words, count=1) if _PREFIX.match(words) else words
        full = _with_full_type(place)
        codes = self._named.get(full)
        if codes is None and place != words:  # "UBND Bình Sơn": the council of an untyped place
            codes = self._bare.get(place)
        return next(iter(codes)) if codes and len(codes) == 1 else None


def _with_full_type(words: str) -> str:
    match = _TYPE.match(words)
    return f"{_FULL[match.group(1)]} {words[match.end() :]}" if match else words
