"""What a file really is, and its parts taken out of the zip with every promise of the zip checked."""

import re
import struct
import zipfile
import zlib
from io import BytesIO

MOST_BYTES = 20 * 1024 * 1024
MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
_RATIO_COUNTS_FROM = (
    1024 * 1024
)  # a small part of one repeated word may shrink a hundredfold and harms nobody

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_FILES = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_USED = re.compile(r"(?i)(\.xml|\.rels|mimetype)$")


class Unreadable(Exception):
    """The file cannot be read; `code` says why, `details` fill the sentence for the user."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def kind_of(filename: str, data: bytes) -> str:
    """ "xlsx", "xls", "ods" or "csv", when the content agrees with the name."""
    kind = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if kind not in ("xlsx", "xls", "ods", "csv"):
        raise Unreadable("unsupported_type", extension=kind[:20])
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf"):
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", limit=MOST_BYTES // (1024 * 1024))
    content = _content(data)
    if content == "encrypted":
        raise Unreadable("encrypted")
    if content != kind:
        raise Unreadable("wrong_content", extension=kind, content=content)
    return kind


def _content(data: bytes) -> str:
    start = data[:512].lstrip()
    if start.startswith(_OLE):
        # Excel wraps a protected .xlsx into the old container, under this stream name.
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "xls"
    if start.startswith(_ZIP):
        return _zip_content(data)
    for magic, name in _OTHER_FILES:
        if start.lower().startswith(magic.lower()):
            return name
    return "csv"


def _zip_content(data: bytes) -> str:
    try:
        names = set(zipfile.ZipFile(BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("broken") from error
    if "xl/workbook.xml" in {name.lower() for name in names}:
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    if "word/document.xml" in names:
        return "Word"
    return "ZIP"


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts that hold rows, each inflated under the limits and not by what the zip says about itself."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _parts(data, archive.infolist())
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError, NotImplementedError) as error:
        raise Unreadable("broken") from error


def _parts(data: bytes, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    if len(entries) > MOST_ENTRIES:
        raise Unreadable("zip_bomb")
    parts: dict[str, bytes] = {}
    unpacked = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Unreadable("encrypted")
        content = _inflated(entry, _raw(data, entry), MOST_UNPACKED - unpacked)
        unpacked += len(content)
        if _USED.search(entry.filename):
            if entry.filename in parts:
                raise Unreadable("broken")
            parts[entry.filename] = content
    if b"manifest:encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("encrypted")
    return parts


def _raw(data: bytes, entry: zipfile.ZipInfo) -> memoryview:
    signature, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if signature != _ZIP or start + entry.compress_size > len(data):
        raise Unreadable("broken")
    return memoryview(data)[start : start + entry.compress_size]


def _inflated(entry: zipfile.ZipInfo, raw: memoryview, budget: int) -> bytes:
    if entry.compress_type == zipfile.ZIP_STORED:
        return _within(bytes(raw), len(raw), budget)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable("broken")
    inflater, waiting, content = zlib.decompressobj(-15), bytes(raw), bytearray()
    while waiting and not inflater.eof:
        content += inflater.decompress(waiting, 1 << 20)
        waiting = inflater.unconsumed_tail
        _within(content, len(raw), budget)
    content += inflater.flush()
    if not inflater.eof:
        raise Unreadable("broken")
    return _within(bytes(content), len(raw), budget)


def _within(content, packed: int, budget: int):
    if len(content) > budget or (len(content) > _RATIO_COUNTS_FROM and len(content) > MOST_RATIO * packed):
        raise Unreadable("zip_bomb")
    return content


def repack(parts: dict[str, bytes]) -> bytes:
    """A plain zip of the parts as checked, so that the reader behind it sees what was checked."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
