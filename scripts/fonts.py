"""Cut the web fonts we serve from the packages named in vendor.lock.json.

    python scripts/fonts.py

Be Vietnam Pro, 400 and 600, with the letters of English and Vietnamese in one file each: a page needs both, and
two small files cost more than one. The digits of Inter, all of one width, are `EV Num` for clocks and counters,
because Be Vietnam Pro has no digits of one width. The same packages give the same bytes. Needs fontTools and
brotli (requirements-dev.txt) and npm.
"""

import io
import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from vendor import VendorError, read_lock, verified

TARGET = Path(__file__).resolve().parent.parent / "eventsvc" / "static" / "fonts"
DIGITS = "0123456789:.,+-−/%–h "
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0«»°·§×÷±–—‘’“”…•−ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"
VIETNAMESE = "ĂăĐđĨĩŨũƠơƯư₫" + "".join(map(chr, range(0x1EA0, 0x1EFA)))


def main() -> int:
    """Write every font and its licence; return 0 when all of them could be made."""
    try:
        packages = {package["name"]: verified(package) for package in read_lock("fonts")}
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    text = packages["@fontsource/be-vietnam-pro"]
    for weight in (400, 600):
        parts = [
            cut(open_font(text[f"files/be-vietnam-pro-{part}-{weight}-normal.woff2"]), letters, ["kern"])
            for part, letters in (("latin", LATIN), ("vietnamese", VIETNAMESE))
        ]
        write(merged(parts), f"be-vietnam-pro-{weight}.woff2")
    inter = packages["@fontsource-variable/inter"]
    digits = digits_font(inter["files/inter-latin-wght-normal.woff2"])
    write(cut(digits, DIGITS, []), "ev-num.woff2")
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


def cut(font: TTFont, letters: str, features: list[str]) -> TTFont:
    """Keep only these letters and features, without hinting."""
    options = subset.Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [1, 2, 4, 6]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    return font


def merged(parts: list[TTFont]) -> TTFont:
    """One font from several that share a design and no letter; it keeps the dates of the first."""
    with tempfile.TemporaryDirectory() as where:
        files = [Path(where) / f"{number}.ttf" for number in range(len(parts))]
        for part, file in zip(parts, files, strict=True):
            part.flavor = None
            part.save(file)
        font = Merger().merge([str(file) for file in files])
    font.recalcTimestamp = False
    font["head"].created, font["head"].modified = parts[0]["head"].created, parts[0]["head"].modified
    return font


def write(font: TTFont, name: str) -> None:
    """Save as WOFF2."""
    TARGET.mkdir(parents=True, exist_ok=True)
    font.flavor = "woff2"
    font.save(TARGET / name)
    print(f"{name}: {(TARGET / name).stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
