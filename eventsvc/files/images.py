"""Pictures, drawn anew: what comes out has the picture and nothing that was hidden beside it.

Neither the place where a photograph was taken nor anything put behind or between its lines survives.
"""

from typing import IO

from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000  # more than telephones take; 200 MB while it is drawn
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


class Unreadable(Exception):
    """This is no picture of its kind, or one that is too large to be drawn."""


def redraw(source: IO[bytes], target: IO[bytes], media_type: str) -> None:
    """Write the picture anew, upright, in its own format. Unreadable when it cannot be read to its end."""
    name = FORMATS[media_type]
    source.seek(0)
    try:
        with Image.open(source, formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable("too many pixels")
            image.load()
            drawn = _bare(ImageOps.exif_transpose(image), name)
        drawn.save(target, name, **({"quality": 92} if name == "JPEG" else {}))
    except Unreadable:
        raise
    except Exception as error:  # whatever pillow meets in a file made to hurt it
        raise Unreadable(type(error).__name__) from error


def _bare(image: Image.Image, name: str) -> Image.Image:
    """The pixels alone, in a mode that the format knows."""
    if name == "JPEG":
        mode = "L" if image.mode == "L" else "RGB"
    elif image.has_transparency_data:
        mode = "RGBA"
    else:
        mode = image.mode if image.mode in {"1", "L", "RGB"} else "RGB"
    bare = image.convert(mode)
    bare.info = {}
    return bare
