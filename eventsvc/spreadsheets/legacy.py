"""Text typed with the fonts of the nineties: TCVN3 (.VnTime) and VNI letters, told by the syllables they spell.

The same bytes are letters of Western Europe to every program, so a cell is converted only when its words
are no Vietnamese syllables as they stand and all of them are syllables afterwards.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "legacy_encodings.csv"
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~0-9–—‘’“”…]+")

_ONSET = r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?"
_OPEN = """a ai ao au ay âu ây e eo ê êu i ia iu iêu o oa oai oao oay oe oeo oi ô ôi ơ ơi u ua uê uơ ui uôi uy
    uya uyu uây ư ưa ưi ưu ươi ươu y yêu ia êu"""
_NASAL = """am an ang anh ăm ăn ăng âm ân âng em en eng êm ên ênh im in inh iêm iên iêng oam oan oang oanh oăm
    oăn oăng oen om on ong oong ôm ôn ông ơm ơn um un ung uôm uôn uông uân uâng uênh uyên uynh ưm ưn ưng ươm
    ươn ương yêm yên yêng ynh"""
_STOPPED = """ac ach ap at ăc ăp ăt ăk âc âp ât ec ep et êch êp êt ich ip it iêc iêp iêt oac oach oap oat oăc
    oăt oet oc ooc op ot ôc ôk ôp ôt ơp ơt uc up ut uât uêch uôc uôt uych uyêt uyt ưc ưt ươc ươp ươt yêt yt
    ych"""
_LIVE = re.compile(rf"{_ONSET}(?:{'|'.join((_OPEN + ' ' + _NASAL).split())})$")
_DEAD = re.compile(rf"{_ONSET}(?:{'|'.join(_STOPPED.split())})$")
_BEGINNING = re.compile(r"^\W*(?:(?:[IVXLC]+|[A-ZĐ]|\d{1,2})\s*[.):/-]\s*)?([^\W\d_])")
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


def decoded(cells: list[list[str]]) -> tuple[str | None, list[list[str]], set[int]]:
    """(encoding or None, the cells in Unicode, the rows that changed, counted from 1)."""
    suspects = {cell for row in cells for cell in row if _suspect(cell)}
    encoding, votes = _encoding(suspects)
    if not votes:
        return None, cells, set()
    clean = {cell for row in cells for cell in row if not cell.isascii() and cell not in suspects}
    mostly = votes > len(clean)
    better = {cell: _converted(cell, encoding, mostly) for cell in suspects}
    if encoding == "tcvn3":
        better = {cell: text if text == cell else _with_capitals(text) for cell, text in better.items()}
    result = [[better.get(cell, cell) for cell in row] for row in cells]
    changed = {number for number, row in enumerate(cells, 1) if row != result[number - 1]}
    return encoding, result, changed


def familiarity(text: str) -> int:
    """How Vietnamese a text reads in the best of its possible readings; for choosing a code page."""
    sample = text[:20_000]
    return max(
        _balance(reading) for reading in (sample, to_unicode(sample, "tcvn3"), to_unicode(sample, "vni"))
    )


def to_unicode(text: str, encoding: str) -> str:
    """The text with every letter of the old encoding replaced; for text known to be in it."""
    letters, pattern = _letters(encoding)
    return pattern.sub(lambda match: letters[match.group()], text)


def is_syllable(word: str) -> bool:
    """Whether the word can be one Vietnamese syllable."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in marks if mark in _TONES]
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if len(tones) > 1:
        return False
    # A syllable that ends in c, ch, p or t carries the rising or the heavy tone, or is written without one.
    return bool(_LIVE.match(bare) or (_DEAD.match(bare) and (not tones or tones[0] in "\u0301\u0323")))


def _encoding(suspects: set[str]) -> tuple[str, int]:
    """The encoding that explains most of the cells, and how many."""
    votes = {name: sum(1 for cell in suspects if _explains(name, cell)) for name in ("tcvn3", "vni")}
    best = max(votes, key=lambda name: votes[name])
    return best, votes[best]


def _explains(encoding: str, cell: str) -> bool:
    return not _reads(cell) and _reads(to_unicode(cell, encoding))


def _converted(cell: str, encoding: str, mostly: bool) -> str:
    """In a sheet mostly of old letters, words that are syllables as they stand are old letters too."""
    text = to_unicode(cell, encoding)
    return text if _reads(text) and (mostly or not _reads(cell)) else cell


def _with_capitals(cell: str) -> str:
    """The cell with the capitals that TCVN3 has no codes for: letters with a tone are small in the file, and only
    look large where the font has no small ones or where the writer did not mind."""
    return "\n".join(map(_line_with_capitals, cell.split("\n")))


def _line_with_capitals(line: str) -> str:
    words = [_has_large_letters(word) for word in line.split()]
    sure = [large for large in words if large is not None]
    if sure and all(sure) and any(len(_untoned(word)) > 1 for word in line.split()):
        return line.upper()
    line = re.sub(
        r"\S+",
        lambda word: (
            word[0].upper() if len(_untoned(word[0])) > 1 and _has_large_letters(word[0]) else word[0]
        ),
        line,
    )
    return _BEGINNING.sub(lambda found: found[0] if _untoned(found[1]) else found[0].upper(), line)


def _has_large_letters(word: str) -> bool | None:
    """Whether every letter that could be large or small is large; None for a word without such letters."""
    return _untoned(word).isupper() if _untoned(word) else None


def _untoned(word: str) -> str:
    letters = (c for c in word if c.isalpha())
    return "".join(c for c in letters if not _TONES & set(unicodedata.normalize("NFD", c)))


def _suspect(cell: str) -> bool:
    """Whether the cell has letters beyond ASCII, and none that only Unicode has."""
    if cell.isascii():
        return False
    try:
        cell.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _reads(text: str) -> bool:
    words = [word for word in _BETWEEN_WORDS.split(text) if not word.isascii()]
    return all(is_syllable(word) for word in words)


def _balance(text: str) -> int:
    words = [word for word in _BETWEEN_WORDS.split(text) if not word.isascii()]
    return sum(1 if is_syllable(word) else -1 for word in words)


@cache
def _letters(encoding: str) -> tuple[dict[str, str], re.Pattern[str]]:
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = [(row[f"{encoding}_as_cp1252"], row["char"]) for row in csv.DictReader(table)]
    letters = {old: char for old, char in rows if old}
    # VNI: a capital with a small mark is a capital too; people typed both.
    mixed = {
        old[0] + old[1].lower(): char for old, char in letters.items() if len(old) == 2 and old.isupper()
    }
    letters = mixed | letters
    return letters, re.compile("|".join(sorted(map(re.escape, letters), key=len, reverse=True)))
