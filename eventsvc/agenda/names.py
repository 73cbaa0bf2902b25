"""Whom the words of a programme name: "Đ/c Nguyễn Văn A, Chủ tịch UBND tỉnh" is Nguyễn Văn A. Pure."""

import re
from functools import lru_cache

from eventsvc.text import clean, fold, same_words

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


_POSITION = re.compile(
    r"^(?:(?:nguyên|quyền|q\.)\s+)?(?:phó\s+)?(?:chủ\s+tịch|bí\s+thư|giám\s+đốc|tổng\s+giám\s+đốc|trưởng|chánh|cục\s+trưởng|"
    r"vụ\s+trưởng|bộ\s+trưởng|thứ\s+trưởng|thủ\s+tướng|ủy\s+viên|hiệu\s+trưởng|viện\s+trưởng|đại\s+biểu|chuyên\s+viên)\s",
    re.IGNORECASE,
)


def name_keys_at_the_end(words: str) -> list[str]:
    """Which names may stand after a position: "Phó Chủ tịch UBND tỉnh Trần Văn A", folded, the longest first. None
    where no position stands before: the school Trần Văn A is nobody."""
    before = bare_name(words)
    if not _POSITION.match(before):
        return []
    rest = before.split()
    return [fold(" ".join(rest[-count:])) for count in (5, 4, 3, 2) if count < len(rest)]
