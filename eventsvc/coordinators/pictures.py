"""A photograph made small enough for a telephone far from town, without what was hidden in it. Pure."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

LONGEST_SIDE = 1280
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 16_000_000}
"""By format: a JPEG is drawn small at once, a PNG is opened whole before it is made small."""


class NoPicture(Exception):
    """This cannot be drawn: no JPEG or PNG, damaged, or with more pixels than any telephone takes."""


def small(source: IO[bytes]) -> BytesIO:
    """The picture upright, as a JPEG of at most LONGEST_SIDE pixels a side, and nothing but its pixels."""
    source.seek(0)
    try:
        with Image.open(source, formats=tuple(MOST_PIXELS)) as image:
            if image.width * image.height > MOST_PIXELS.get(image.format or "", MOST_PIXELS["JPEG"]):
                raise NoPicture("too many pixels")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright.info = {}
        made = BytesIO()
        upright.save(made, "JPEG", quality=82)
    except NoPicture:
        raise
    except Exception as error:  # whatever pillow meets in a file made to hurt it
        raise NoPicture(type(error).__name__) from error
    made.seek(0)
    return made
