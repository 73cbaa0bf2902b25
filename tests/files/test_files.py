"""Taking in a file: what is in it decides, pictures are drawn anew, content is kept once, nothing half."""

import hashlib
import os
import resource
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image

from config import TestConfig
from eventsvc.db import atomic, db
from eventsvc.errors import NotFound
from eventsvc.files import operations, queries
from eventsvc.files.models import File
from eventsvc.files.names import ending, file_name
from tests import factories, houses
from tests.files.brought import NOT_TAKEN, PDF, TAKEN, photograph, picture, png_of_many_pixels

MEGABYTE = 2**20


@pytest.fixture
def house(tmp_path):
    """The application without a database: what is checked before there is a row needs none."""
    application = houses.lend("no database", TestConfig(tmp_path))
    with application.app_context():
        yield application
        houses.give_back(application)


def taken(content: bytes, name: str = "bai.pdf") -> operations.Brought:
    return operations.take_in(BytesIO(content), name)


def kept_files(app) -> list[Path]:
    return [path for path in Path(app.config["FILES_FOLDER"]).rglob("*") if path.is_file()]


# --- Names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bài phát biểu.pdf", "Bài phát biểu.pdf"),
        (unicodedata.normalize("NFD", "Bài phát biểu.pdf"), "Bài phát biểu.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\toi\\bai.pdf", "bai.pdf"),
        ("/bai.pdf", "bai.pdf"),
        ("bai\x00.pdf", "bai.pdf"),
        ("bai\r\nSet-Cookie: a=b.pdf", "bai Set-Cookie a=b.pdf"),
        ("bai\u202excod.pdf", "baixcod.pdf"),
        ("bai\u200b\u2066.pdf", "bai.pdf"),
        ('a<b>"c|d?e*.pdf', "a b c d e .pdf"),
        ("  bai .pdf. ", "bai .pdf"),
        ("...pdf", "pdf"),
        ("\u202e", ""),
        ("", ""),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
        ("a." + "y" * 300, "a." + "y" * 198),
    ],
)
def test_a_name_is_made_fit_to_be_shown(given, kept):
    assert file_name(given) == kept
    assert file_name(kept) == kept


@pytest.mark.parametrize(
    ("name", "letters"), [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("a.", "")]
)
def test_the_ending_is_what_follows_the_last_dot(name, letters):
    assert ending(name) == letters


# --- What is taken ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_that_is_what_it_says_is_taken(house, name):
    content, media_type = TAKEN[name]

    brought = taken(content, name)

    stored = queries.place_of(brought.sha256).read_bytes()
    assert (brought.name, brought.media_type) == (name, media_type)
    assert brought.size == len(stored) and brought.sha256 == hashlib.sha256(stored).hexdigest()
    assert media_type.startswith("image/") or stored == content


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(house, case):
    name, content = NOT_TAKEN[case]

    with pytest.raises(operations.WrongFile) as refusal:
        taken(content, name)

    assert refusal.value.field == "file" and refusal.value.status == 422 and str(refusal.value)
    assert kept_files(house) == []


def test_a_photograph_keeps_its_picture_and_tells_nothing_else(house):
    original = photograph()
    assert b"nha-rieng" in original and b"ghi-chu-kin" in original and b"<script>" in original

    brought = taken(original, "anh.jpg")

    stored = queries.place_of(brought.sha256).read_bytes()
    assert not [word for word in (b"nha-rieng", b"ghi-chu-kin", b"<script>", b"Exif") if word in stored]
    with Image.open(BytesIO(stored)) as image:
        assert (image.size, image.format, dict(image.getexif())) == ((30, 40), "JPEG", {})


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_drawn_anew(house, mode):
    brought = taken(picture("PNG", mode=mode), "anh.png")

    with Image.open(queries.place_of(brought.sha256)) as image:
        assert image.size == (40, 30)


def test_a_picture_of_too_many_pixels_is_never_unpacked(house):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(operations.WrongFile):
        taken(png_of_many_pixels(), "anh.png")

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # in KB


# --- How much -----------------------------------------------------------------------------------------------


class Endless:
    """So many bytes that begin like a PDF, made as they are read."""

    def __init__(self, size: int) -> None:
        self.size, self.at, self.most = size, 0, 0

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        self.at = self.size + place if whence == os.SEEK_END else place
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        size = min(size if size >= 0 else self.size, self.size - self.at)
        self.most = max(self.most, size)
        start = b"%PDF-1.7\n" if self.at == 0 else b""
        self.at += size
        return (start + bytes(max(size - len(start), 0)))[:size]


def test_a_file_is_read_a_megabyte_at_a_time(house):
    stream = Endless(40 * MEGABYTE)

    brought = operations.take_in(stream, "to.pdf")

    assert brought.size == queries.place_of(brought.sha256).stat().st_size == 40 * MEGABYTE
    assert stream.most <= MEGABYTE


def test_a_file_beyond_the_limit_is_refused_unread_with_the_limit_named(house):
    stream = Endless(200 * MEGABYTE)

    with pytest.raises(operations.FileTooLarge) as refusal:
        operations.take_in(stream, "to.pdf")

    assert refusal.value.status == 413 and "100 MB" in str(refusal.value)
    assert stream.most == 0 and kept_files(house) == []


@pytest.mark.parametrize(("size", "is_taken"), [(MEGABYTE, True), (MEGABYTE + 1, False)])
def test_the_limit_itself_is_still_taken(house, size, is_taken):
    house.config["FILE_LIMIT"] = MEGABYTE

    if is_taken:
        assert operations.take_in(Endless(size), "to.pdf").size == size
    else:
        with pytest.raises(operations.FileTooLarge, match="1 MB"):
            operations.take_in(Endless(size), "to.pdf")


# --- Keeping ------------------------------------------------------------------------------------------------


def test_equal_content_lies_on_the_disk_once(app, organizer):
    event = factories.event(by=organizer)

    first = operations.keep(taken(PDF, "một.pdf"), event=event, by=organizer)
    second = operations.keep(taken(PDF, "hai.pdf"), event=event, by=organizer)

    assert first.id != second.id and first.sha256 == second.sha256
    assert kept_files(app) == [queries.path_of(first)]
    assert (first.name, second.name, first.added_by_id) == ("một.pdf", "hai.pdf", organizer.id)


def test_a_file_is_kept_with_its_name_and_what_it_is(app, organizer):
    event = factories.event(by=organizer)

    file = operations.keep(taken(PDF, "thư mục/bài.pdf"), event=event, by=organizer)

    assert (file.name, file.media_type, file.size) == ("bài.pdf", "application/pdf", len(PDF))


def test_a_rollback_leaves_no_row_and_the_content_is_found_again(app, organizer):
    event = factories.event(by=organizer)
    brought = taken(PDF)

    with pytest.raises(RuntimeError), atomic():
        operations.keep(brought, event=event, by=organizer)
        raise RuntimeError("the light went out")

    assert db.session.scalar(sa.select(sa.func.count()).select_from(File)) == 0
    assert operations.keep(taken(PDF), event=event, by=organizer).sha256 == brought.sha256
    assert len(kept_files(app)) == 1


def test_content_is_readable_by_its_owner_only(house):
    brought = taken(PDF)

    assert queries.place_of(brought.sha256).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_lost_on_the_disk_is_not_found(app, organizer):
    file = operations.keep(taken(PDF), event=factories.event(by=organizer), by=organizer)
    queries.path_of(file).unlink()

    with pytest.raises(NotFound):
        queries.path_of(file)


def test_a_full_disk_is_told_and_leaves_nothing_half(house, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(operations.NoRoom) as refusal:
        taken(PDF)

    assert refusal.value.status == 507
    assert kept_files(house) == []
