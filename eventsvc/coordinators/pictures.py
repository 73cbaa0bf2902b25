"""A photograph made small enough for a telephone far from town, without what was hidden in it. Pure."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

LONGEST_SIDE = 1280
MOST_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG")


class NoPicture(Exception):
    """This cannot be drawn: no JPEG or PNG, damaged, or with more pixels than any telephone takes."""


def small(source: IO[bytes]) -> BytesIO:
    """The picture upright, as a JPEG of at most LONGEST_SIDE pixels a side, and nothing but its pixels."""
    source.seek(0)
    try:
        with Image.open(source, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
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
