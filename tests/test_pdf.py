"""The press: every letter is printed in our fonts and can be read back; words are never taken for markup."""

import re
import signal
import subprocess
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from eventsvc import pdf

ROOT = Path(__file__).parent.parent
FONTS = sorted((ROOT / "templates" / "print" / "fonts").glob("*.ttf"))
MARKS = "".join(map(chr, range(0x1EA0, 0x1EFA)))
ACCENTED = "ĂăĐđĨĩŨũƠơƯưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý" + MARKS
MARKUP = r"""#strong[a] *b* _c_ $x^2$ @d <e> \f [g] `h` ~ -- --- "q" 'q' // i /* j */ = k - l + m #eval("1") {{n}} #1"""


@pytest.fixture(autouse=True)
def nothing_kept():
    pdf._set.cache_clear()


def programme(**changes):
    """The values of a programme with one item."""
    part = {
        "name": "",
        "is_strand": False,
        "is_timed": True,
        "columns": ["Thời gian", "Nội dung", "Người thực hiện"],
        "rows": [["08h00 – 08h05", changes.pop("item", "1. Khai mạc"), "Ông Mẫu", "", False]],
    }
    return {
        "title": "Chương trình",
        "head": {"superior": [], "issuer": ["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"], "is_party": False},
        "heading": "CHƯƠNG TRÌNH",
        "event": "Lễ phát động",
        "is_provisional": None,
        "cancelled": None,
        "facts": [["Thời gian", ["Bắt đầu từ 08 giờ 00 phút"]]],
        "parts": [part],
        "empty": "",
        "release": None,
        **changes,
    }


def read(paper: bytes) -> PdfReader:
    return PdfReader(BytesIO(paper))


def words(paper: bytes) -> str:
    """All text of a paper on one line, without the marks at which long words may break."""
    found = " ".join(page.extract_text() for page in read(paper).pages)
    return " ".join(found.replace("\u200b", "").split())


def families(paper: bytes) -> set[str]:
    """The fonts that the pages carry, without the tag that says they are cut."""
    fonts = [font for page in read(paper).pages for font in page["/Resources"]["/Font"].values()]
    return {re.sub(r"^[A-Z]{6}\+", "", font.get_object()["/BaseFont"].lstrip("/")) for font in fonts}


def test_there_are_134_accented_letters():
    assert len(ACCENTED) == len(set(ACCENTED)) == 134


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_accented_letter_is_read_back_as_it_was_meant(form):
    letters = " ".join(ACCENTED)

    paper = pdf.render("programme.typ", programme(item=unicodedata.normalize(form, letters)))

    assert letters in words(paper)


@pytest.mark.parametrize("file", FONTS, ids=lambda file: file.stem)
def test_every_style_has_every_letter_and_its_kerning(file):
    font = TTFont(file)

    assert [letter for letter in ACCENTED + "₫–—“”‘’…•→\u00a0" if ord(letter) not in font.getBestCmap()] == []
    assert {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord} >= {"kern"}


def test_four_styles_are_shipped_with_their_licence():
    names = {file.stem for file in FONTS}

    assert names == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert "SIL OPEN FONT LICENSE" in (FONTS[0].parent / "Tinos-OFL.txt").read_text()


def test_only_our_fonts_are_used_whatever_the_text():
    paper = pdf.render("programme.typ", programme(item="Ω Я 会 ☃ 😀 ½ → Ẫ", release="Bản số 1"))

    assert families(paper) <= {file.stem for file in FONTS}


def test_widths_are_those_of_times_new_roman():
    """Liberation Serif, Tinos and Times New Roman share these, in units of 1/2048 em."""
    font = TTFont(next(file for file in FONTS if file.stem == "Tinos-Regular"))
    widths = {letter: font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "amMW1.đ"}

    assert widths == {"a": 909, "m": 1593, "M": 1821, "W": 1933, "1": 1024, ".": 512, "đ": 1024}


@pytest.mark.parametrize("where", ["item", "event", "title", "heading", "release", "is_provisional"])
def test_markup_is_printed_as_it_stands(where):
    paper = pdf.render("programme.typ", programme(**{where: MARKUP}))

    shown = read(paper).metadata.title if where == "title" else words(paper)
    assert re.sub(r"\s", "", MARKUP) in re.sub(r"\s", "", shown)


def test_control_characters_are_left_out():
    paper = pdf.render("programme.typ", programme(item="Khai\x00 \x07mạc \ud800và \x1bbế\x7f mạc"))

    assert "Khai mạc và bế mạc" in words(paper)


def test_a_word_without_end_stays_in_its_column():
    paper = pdf.render("programme.typ", programme(item="x" * 500))

    ends = []
    page = read(paper).pages[0]
    page.extract_text(visitor_text=lambda text, cm, tm, font, size: ends.append((text, tm[4])))
    assert words(paper).replace(" ", "").count("x") == 500
    assert max(words(paper).split(), key=len).count("x") < 60
    assert len([text for text, _left in ends if "x" in text]) >= 8


def test_the_same_values_give_the_same_bytes_and_are_set_once(monkeypatch):
    orders = []
    order = pdf._order
    monkeypatch.setattr(pdf, "_order", lambda *args: orders.append(args) or order(*args))

    first = pdf.render("programme.typ", programme())
    again = pdf.render("programme.typ", programme())
    other = pdf.render("programme.typ", programme(event="Lễ khai trương"))
    pdf._set.cache_clear()
    anew = pdf.render("programme.typ", programme())

    assert first == again == anew != other
    assert len(orders) == 3


def test_one_press_sets_many_papers_and_a_new_one_takes_over_when_it_has_ended():
    titles = [f"Chương trình số {number}" for number in range(5)]
    papers = pdf.render_many("programme.typ", (programme(event=title) for title in titles))

    found = [words(next(papers)), words(next(papers))]
    first = pdf._press().process
    found.append(words(next(papers)))
    first.kill()
    first.wait()
    found += [words(paper) for paper in papers]

    assert [title for title, text in zip(titles, found, strict=True) if title in text] == titles
    assert pdf._press().process.pid != first.pid


def test_a_press_that_has_grown_ends_and_nobody_notices(monkeypatch):
    end_at_once = "import eventsvc.press as p; p.GROWN_KB = 0; p.main()"
    start = subprocess.Popen
    monkeypatch.setattr(
        pdf.subprocess, "Popen", lambda args, **named: start([args[0], "-c", end_at_once], **named)
    )
    pdf.close()

    papers = list(pdf.render_many("programme.typ", [programme(event=f"Lễ {number}") for number in range(3)]))

    assert [f"Lễ {number}" in words(paper) for number, paper in enumerate(papers)] == [True] * 3
    pdf.close()


def test_a_paper_that_cannot_be_set_is_refused_and_the_next_one_is_set(app):
    with pytest.raises(pdf.CannotPrint):
        pdf.render("programme.typ", {"title": "nothing else"})

    assert "CHƯƠNG TRÌNH" in words(pdf.render("programme.typ", programme()))


def test_a_press_that_hangs_is_stopped(app, monkeypatch):
    monkeypatch.setattr(pdf, "_WALL_SECONDS", 0)
    pdf._press().process.send_signal(
        signal.SIGSTOP
    )  # or it may have answered before it is asked whether it has

    with pytest.raises(pdf.CannotPrint):
        pdf.render("programme.typ", programme())

    monkeypatch.undo()
    assert "CHƯƠNG TRÌNH" in words(pdf.render("programme.typ", programme()))


def test_a_press_that_cannot_start_is_told(app, monkeypatch):
    start = subprocess.Popen
    monkeypatch.setattr(pdf.subprocess, "Popen", lambda args, **named: start([args[0], "-c", ""], **named))
    pdf.close()

    with pytest.raises(pdf.CannotPrint):
        pdf.render("programme.typ", programme())

    pdf.close()


def test_the_press_is_told_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    pdf.close()

    pdf.render("programme.typ", programme())

    environment = Path(f"/proc/{pdf._press().process.pid}/environ").read_bytes()
    assert b"PATH=" in environment and b"s3cret" not in environment


def test_papers_are_tagged_named_and_in_vietnamese():
    paper = read(pdf.render("programme.typ", programme(title="Chương trình – Lễ phát động")))

    assert paper.metadata.title == "Chương trình – Lễ phát động"
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert paper.trailer["/Root"]["/Lang"] == "vi-VN"
