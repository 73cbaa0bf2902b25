"""Passes are read back by a real reader, from pixels and from drawings."""

import re
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from eventsvc import qr
from eventsvc.secrets import new_code

CODE = "0123456789ABCDEFGHJKMNPQRS"


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def drawn(svg: bytes, module_px: int = 6) -> Image.Image:
    """The drawing as pixels: our paths are runs of modules, so no renderer is needed."""
    image = Image.new("L", (qr.SIDE * module_px, qr.SIDE * module_px), 255)
    pen = ImageDraw.Draw(image)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg.decode())
    for left, top, length in (map(int, run) for run in runs):
        pen.rectangle(
            [left * module_px, top * module_px, (left + length) * module_px - 1, (top + 1) * module_px - 1], 0
        )
    return image


def test_hundred_random_codes_are_read_back():
    codes = [new_code() for _ in range(100)]

    assert [read(Image.open(BytesIO(qr.png(code, 6)))) for code in codes] == [[code] for code in codes]


def test_the_drawing_holds_the_same_modules_as_the_picture():
    assert read(drawn(qr.svg(CODE))) == [CODE]
    assert drawn(qr.svg(CODE)).tobytes() == Image.open(BytesIO(qr.png(CODE, 6))).convert("L").tobytes()


def test_the_card_brings_its_own_white_so_a_dark_page_does_not_matter():
    card = Image.open(BytesIO(qr.png(CODE))).convert("L")
    page = Image.new("L", (600, 600), 16)
    page.paste(card, (150, 150))

    assert read(page) == [CODE]
    assert {card.getpixel((x, y)) for x in range(card.width) for y in range(4 * 8)} == {255}


def test_a_blurred_and_turned_photo_is_still_read():
    card = Image.open(BytesIO(qr.png(CODE))).convert("L")

    photo = card.rotate(17, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(2.5))

    assert read(photo) == [CODE]


@pytest.mark.parametrize("code", ["", "lower", "A" * 39, "MÃ", "A\n"])
def test_what_does_not_fit_is_refused(code):
    for draw in (qr.png, qr.svg):
        with pytest.raises(ValueError):
            draw(code)


def test_fewer_than_six_pixels_a_module_are_refused():
    with pytest.raises(ValueError):
        qr.png(CODE, 5)
