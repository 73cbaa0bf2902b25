"""Cut the fonts we serve and print with from the packages named in vendor.lock.json.

    python scripts/fonts.py

Be Vietnam Pro, 400 and 600, with the letters of English and Vietnamese in one file each: a page needs both, and
two small files cost more than one. The digits of Inter, all of one width, are `EV Num` for clocks and counters,
because Be Vietnam Pro has no digits of one width. Tinos, in four styles, is for paper: it has the widths of Times
New Roman, which official papers must be in, and every letter of Vietnamese with its horn in the right place. The
same packages give the same bytes. Needs fontTools and brotli (requirements-dev.txt) and npm.
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
PAPER = TARGET.parent.parent.parent / "templates" / "print" / "fonts"
STYLES = {
    "400Regular": "Regular",
    "700Bold": "Bold",
    "400Regular_Italic": "Italic",
    "700Bold_Italic": "BoldItalic",
}
# Paper has no other font to fall back on: also the names of Europe, marks that stand alone, signs and arrows.
PAPER_RANGES = ((0xA0, 0x250), (0x2C6, 0x2DE), (0x300, 0x324), (0x2010, 0x2050), (0x20A0, 0x20C0),
                (0x2100, 0x2128), (0x2150, 0x2160), (0x2190, 0x2196), (0x2200, 0x2270), (0x25A0, 0x25D0))  # fmt: skip


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
    cut_for_paper(packages["@expo-google-fonts/tinos"])
    return 0


def cut_for_paper(files: dict[str, bytes]) -> None:
    """The four styles that papers are set in, uncompressed as the typesetter reads them, with kerning."""
    letters = (
        LATIN + VIETNAMESE + "".join(chr(code) for first, end in PAPER_RANGES for code in range(first, end))
    )
    PAPER.mkdir(parents=True, exist_ok=True)
    for name, style in STYLES.items():
        font = cut(open_font(files[f"{name}/Tinos_{name}.ttf"]), letters, ["kern", "mark", "mkmk", "ccmp"])
        font.save(PAPER / f"Tinos-{style}.ttf")
        print(f"Tinos-{style}.ttf: {(PAPER / f'Tinos-{style}.ttf').stat().st_size} bytes")
    (PAPER / "Tinos-OFL.txt").write_bytes(files["LICENSE_FONT"])


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
