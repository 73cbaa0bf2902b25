"""What a file is, by what is in it: the ending of its name says what it should be, the content whether it is so.

Nothing is unpacked. Containers are looked into as far as their lists of parts go, and lists that are longer than
any paper needs are not read.
"""

import struct
import zipfile
from collections.abc import Callable
from typing import IO, NamedTuple

_HEAD = 4096
_BLOCK = 1024 * 1024

# The end of a zip archive: its mark, and where the number of parts and the length of their list stand.
_ZIP_END = b"PK\x05\x06"
_ZIP_END_LENGTH = 22
# Just before it in an archive of more than 4 GB: where its real end stands, which would be believed instead.
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_LENGTH = 20
_LONGEST_ZIP_COMMENT = 65535
_MOST_ZIP_PARTS = 20_000
_LONGEST_ZIP_LIST = 4 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_EBML = b"\x1a\x45\xdf\xa3"
_EBML_DOCTYPE = b"\x42\x82"

# Pictures (heic, avif) and other things live in the same container: only these are sound and moving pictures.
_VIDEO_BRANDS = {
    b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1",
    b"M4V ", b"M4VH", b"M4VP", b"M4A ", b"M4B ", b"qt  ", b"dash", b"MSNV", b"3gp4", b"3gp5", b"3gp6", b"mmp4",
    b"XAVC", b"f4v ", b"hvc1",
}  # fmt: skip


class FileType(NamedTuple):
    media_type: str
    is_of_this_type: Callable[[IO[bytes]], bool]
    is_image: bool = False


def type_for(letters: str) -> FileType | None:
    """What a file with this ending must be; None for an ending that is not taken."""
    return _TYPES.get(letters)


def endings() -> list[str]:
    """Every ending that is taken, in the order in which people are told."""
    return list(_TYPES)


# --- What each is known by ----------------------------------------------------------------------------------


def _head(stream: IO[bytes], size: int = _HEAD) -> bytes:
    stream.seek(0)
    return stream.read(size)


def _is_pdf(stream: IO[bytes]) -> bool:
    return _head(stream).startswith(b"%PDF-")


def _is_jpeg(stream: IO[bytes]) -> bool:
    return _head(stream).startswith(b"\xff\xd8\xff")


def _is_png(stream: IO[bytes]) -> bool:
    return _head(stream).startswith(b"\x89PNG\r\n\x1a\n")


def _is_iso_media(stream: IO[bytes]) -> bool:
    """MP4 and its relations, by the brands that the file names."""
    head = _head(stream)
    if head[4:8] in {b"moov", b"wide", b"mdat"}:  # QuickTime from before there were brands
        return struct.unpack(">I", head[:4])[0] >= 8
    if head[4:8] != b"ftyp":
        return False
    length = min(struct.unpack(">I", head[:4])[0], len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    return head[8:12] in _VIDEO_BRANDS or (
        not head[8:12].startswith((b"hei", b"avif", b"mif")) and bool(brands & _VIDEO_BRANDS)
    )


def _is_webm(stream: IO[bytes]) -> bool:
    head = _head(stream, 256)
    at = head.find(_EBML_DOCTYPE)
    return head.startswith(_EBML) and at > 0 and head[at + 3 : at + 7] == b"webm"


def _is_mp3(stream: IO[bytes]) -> bool:
    head = _head(stream, 16)
    if head.startswith(b"ID3") and len(head) > 10:
        return True
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer == 1 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def _is_wav(stream: IO[bytes]) -> bool:
    head = _head(stream, 12)
    return head.startswith(b"RIFF") and head[8:12] == b"WAVE"


def _is_old_word(stream: IO[bytes]) -> bool:
    """A Word document of before 2007: the container it shares with others, and Word's own part in it."""
    if not _head(stream).startswith(_OLE):
        return False
    stream.seek(0)
    before = b""
    while block := stream.read(_BLOCK):
        if _WORD_STREAM in before + block:
            return True
        before = block[-len(_WORD_STREAM) :]
    return False


def _office(part: str) -> Callable[[IO[bytes]], bool]:
    """A document of Word, Excel or PowerPoint, known by its main part; with macros in it, it is another type."""

    def is_office(stream: IO[bytes]) -> bool:
        names = _zip_parts(stream)
        has_macros = any(name.casefold().endswith(("vbaproject.bin", "vbadata.xml")) for name in names)
        return "[Content_Types].xml" in names and part in names and not has_macros

    return is_office


def _open_document(media_type: str) -> Callable[[IO[bytes]], bool]:
    """A document of LibreOffice, which says what it is in its first part."""
    said = media_type.encode("ascii")

    def is_open_document(stream: IO[bytes]) -> bool:
        head = _head(stream, 30 + 8 + len(said) + 1)
        return head[30:38] == b"mimetype" and head[38:].rstrip(b"P") == said and bool(_zip_parts(stream))

    return is_open_document


def _zip_parts(stream: IO[bytes]) -> frozenset[str]:
    """The names of an archive's parts; none for what is no archive or has a list longer than any paper needs."""
    if not _head(stream, 4).startswith(b"PK\x03\x04") or not _has_short_list(stream):
        return frozenset()
    try:
        with zipfile.ZipFile(stream) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        # What zipfile raises for a broken list, a newer format, a bad name or date, a place past the end.
        return frozenset()


def _has_short_list(stream: IO[bytes]) -> bool:
    """Whether the archive's own end says so, before anything reads the list."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - _LONGEST_ZIP_COMMENT - _ZIP_END_LENGTH - _ZIP64_LOCATOR_LENGTH))
    tail = stream.read()
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) - at < _ZIP_END_LENGTH:
        return False
    if tail[max(0, at - _ZIP64_LOCATOR_LENGTH) : at].startswith(_ZIP64_LOCATOR):
        return False
    parts, length = struct.unpack("<HI", tail[at + 10 : at + 16])
    return 0 < parts <= _MOST_ZIP_PARTS and length <= _LONGEST_ZIP_LIST


_OPENXML = "application/vnd.openxmlformats-officedocument"
_ODT = "application/vnd.oasis.opendocument.text"
_ODP = "application/vnd.oasis.opendocument.presentation"
_JPEG = FileType("image/jpeg", _is_jpeg, is_image=True)
_TYPES = {
    "pdf": FileType("application/pdf", _is_pdf),
    "docx": FileType(f"{_OPENXML}.wordprocessingml.document", _office("word/document.xml")),
    "doc": FileType("application/msword", _is_old_word),
    "xlsx": FileType(f"{_OPENXML}.spreadsheetml.sheet", _office("xl/workbook.xml")),
    "pptx": FileType(f"{_OPENXML}.presentationml.presentation", _office("ppt/presentation.xml")),
    "odt": FileType(_ODT, _open_document(_ODT)),
    "odp": FileType(_ODP, _open_document(_ODP)),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileType("image/png", _is_png, is_image=True),
    "mp4": FileType("video/mp4", _is_iso_media),
    "mov": FileType("video/quicktime", _is_iso_media),
    "webm": FileType("video/webm", _is_webm),
    "mp3": FileType("audio/mpeg", _is_mp3),
    "m4a": FileType("audio/mp4", _is_iso_media),
    "wav": FileType("audio/wav", _is_wav),
}
