"""Cut the web fonts we serve from the packages named in vendor.lock.json.

    python scripts/fonts.py

Be Vietnam Pro, 400 and 600, in a Latin and a Vietnamese part for text; the digits of Inter, all of one width,
as `EV Num` for clocks and counters, because Be Vietnam Pro has no digits of one width. The same packages give
the same bytes. Needs fontTools and brotli (requirements-dev.txt) and npm.
"""

import io
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from vendor import VendorError, read_lock, verified

TARGET = Path(__file__).resolve().parent.parent / "eventsvc" / "static" / "fonts"
TEXT_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga"]
DIGITS = "0123456789:.,+-−/%–h "
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x2016), *range(0x2018, 0x201F)]
LATIN += [0x2022, 0x2026, 0x2032, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212]
VIETNAMESE = [0x102, 0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0]
VIETNAMESE += [0x300, 0x301, 0x303, 0x309, 0x323, *range(0x1EA0, 0x1EFA), 0x20AB]


def main() -> int:
    """Write every font and its licence; return 0 when all of them could be made."""
    try:
        packages = {package["name"]: verified(package) for package in read_lock("fonts")}
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    text = packages["@fontsource/be-vietnam-pro"]
    for weight in (400, 600):
        for part, letters in (("latin", LATIN), ("vietnamese", VIETNAMESE)):
            source = text[f"files/be-vietnam-pro-{part}-{weight}-normal.woff2"]
            write(cut(open_font(source), letters, TEXT_FEATURES), f"be-vietnam-pro-{part}-{weight}.woff2")
    inter = packages["@fontsource-variable/inter"]
    write(
        cut(digits_font(inter["files/inter-latin-wght-normal.woff2"]), map(ord, DIGITS), []), "ev-num.woff2"
    )
    (TARGET / "be-vietnam-pro-OFL.txt").write_bytes(text["LICENSE"])
    (TARGET / "ev-num-OFL.txt").write_bytes(inter["LICENSE"])
    return 0


def open_font(content: bytes) -> TTFont:
    """A font that keeps its own date, so that the result does not depend on today."""
    return TTFont(io.BytesIO(content), recalcTimestamp=False)


def digits_font(content: bytes) -> TTFont:
    """Inter with its one-width digits in the place of the ordinary ones, between weights 400 and 700."""
    font = open_font(content)
    limits = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes} | {"wght": (400, 700)}
    font = instancer.instantiateVariableFont(font, limits)
    plain = io.BytesIO()
    font.flavor = None
    font.save(plain)
    font = open_font(plain.getvalue())
    swaps = one_width_forms(font)
    for table in font["cmap"].tables:
        table.cmap = {code: swaps.get(glyph, glyph) for code, glyph in table.cmap.items()}
    rename(font, "EV Num")
    return font


def one_width_forms(font: TTFont) -> dict[str, str]:
    """Glyph → its form of one width, from the font's `tnum` feature."""
    gsub = font["GSUB"].table
    lookups = {i for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == "tnum"
               for i in record.Feature.LookupListIndex}  # fmt: skip
    swaps: dict[str, str] = {}
    for index in sorted(lookups):
        for table in gsub.LookupList.Lookup[index].SubTable:
            swaps |= getattr(getattr(table, "ExtSubTable", table), "mapping", {})
    return swaps


def rename(font: TTFont, family: str) -> None:
    """Give a changed font its own name, as the licence asks when a reserved name is changed."""
    for name_id in (1, 4, 6, 16):
        for record in [record for record in font["name"].names if record.nameID == name_id]:
            record.string = family if name_id != 6 else family.replace(" ", "")


def cut(font: TTFont, letters: Iterable[int], features: list[str]) -> TTFont:
    """Keep only these letters and features, without hinting."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [1, 2, 4, 6]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    return font


def write(font: TTFont, name: str) -> None:
    """Save as WOFF2."""
    TARGET.mkdir(parents=True, exist_ok=True)
    font.flavor = "woff2"
    font.save(TARGET / name)
    print(f"{name}: {(TARGET / name).stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
