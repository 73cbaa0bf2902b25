"""Whom the words of a programme name: "Đ/c Nguyễn Văn A, Chủ tịch UBND tỉnh" is Nguyễn Văn A. Pure."""

import re
from functools import lru_cache

from eventsvc.text import clean, same_words

_ADDRESS = re.compile(
    r"^(?:(?:kính\s+)?(?:mời|thưa)\s+)?(?:đồng\s+chí|đ/c|đc\.?|ông|bà|ô\.|b\.|ngài|thầy|(?:anh|chị)(?=\s+\w+\s+\w))"
    r"\s*:?\s+(?=\w)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:(?:GS|PGS|TSKH|TS|ThS|CN|KS|BS|LS|NGND|NGƯT|NSND|NSƯT)(?:\.\s*|\s+))+(?=\w)")
_AFTER_NAME = re.compile(r"\s*(?:[,;:(–—]|\s-\s)")


@lru_cache(maxsize=4096)
def bare_name(words: str) -> str:
    """The name alone: no form of address before it, no academic title, no position after a comma or a dash."""
    name = _ADDRESS.sub("", clean(words))
    name = _TITLE.sub("", name)
    return _AFTER_NAME.split(name, maxsplit=1)[0].strip()


@lru_cache(maxsize=4096)
def name_key(words: str) -> str:
    """Equal for two ways of naming the same person; letters and tones count, capitals do not."""
    return same_words(bare_name(words))
