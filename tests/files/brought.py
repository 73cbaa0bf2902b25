"""Files as people bring them: small ones of every kind that is taken, and ones that are not what they say."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from PIL import Image

ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
DOC = OLE + bytes(2**20 - 520) + "WordDocument".encode("utf-16-le") + bytes(512)  # across two blocks
XLS = OLE + "Workbook".encode("utf-16-le") + bytes(512)
MP4 = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41") + bytes(64)
MOV = struct.pack(">I4s4sI4s", 20, b"ftyp", b"qt  ", 0, b"qt  ") + bytes(64)
M4A = struct.pack(">I4s4sI4s", 20, b"ftyp", b"M4A ", 0, b"isom") + bytes(64)
HEIC = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic") + bytes(64)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(64)
MKV = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska" + bytes(64)
MP3 = b"\xff\xfb\x90\x64" + bytes(413)
TAGGED_MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x21" + bytes(64)
WAV = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(28)
EXE = b"MZ\x90\x00" + bytes(128)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><script>alert(1)</script>"


def archive(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        if first is not None:
            zipped.writestr(first[0], first[1], ZIP_STORED)
        for name in names:
            zipped.writestr(name, "<x/>")
    return packed.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
PPTX = archive("[Content_Types].xml", "ppt/presentation.xml")
ZIP = archive("a.exe")


def open_document(media_type: str) -> bytes:
    return archive("content.xml", first=("mimetype", media_type.encode()))


def long_list() -> bytes:
    """A document that says it has more parts than any paper needs."""
    content = bytearray(DOCX)
    at = content.rfind(b"PK\x05\x06")
    content[at + 8 : at + 12] = struct.pack("<HH", 60_000, 60_000)
    return bytes(content)


def list_told_elsewhere() -> bytes:
    """A document of 20,001 parts whose end says two, with another end before it that programs believe instead."""
    content = archive("[Content_Types].xml", "word/document.xml", *(f"{n}" for n in range(19_999)))
    at = content.rfind(b"PK\x05\x06")
    parts, length, start = struct.unpack("<HLL", content[at + 10 : at + 20])
    told = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, parts, parts, length, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    modest = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 100, start, 0)
    return content[:at] + told + locator + modest


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **hidden: object
) -> bytes:
    made = BytesIO()
    Image.new(mode, size, "red" if mode in {"RGB", "RGBA"} else 1).save(made, kind, **hidden)
    return made.getvalue()


def photograph() -> bytes:
    """A picture that lies on its side, says where it was taken, and has a web page behind it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = "nha-rieng-cua-toi"
    return picture(exif=exif, comment=b"ghi-chu-kin") + HTML


def png_of_many_pixels(width: int = 60_000, height: int = 60_000) -> bytes:
    """A picture of 3,600 million pixels in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


TAKEN = {
    "bai.pdf": (PDF, "application/pdf"),
    "bai.docx": (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "bai.doc": (DOC, "application/msword"),
    "bang.xlsx": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "chieu.pptx": (PPTX, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "bai.odt": (open_document(ODT), ODT),
    "chieu.odp": (open_document(ODP), ODP),
    "anh.jpg": (picture(), "image/jpeg"),
    "anh.JPEG": (picture(), "image/jpeg"),
    "anh.png": (picture("PNG", mode="RGBA"), "image/png"),
    "clip.mp4": (MP4, "video/mp4"),
    "clip.MOV": (MOV, "video/quicktime"),
    "clip.webm": (WEBM, "video/webm"),
    "nhac.mp3": (MP3, "audio/mpeg"),
    "nhac-co-nhan.mp3": (TAGGED_MP3, "audio/mpeg"),
    "tieng.m4a": (M4A, "audio/mp4"),
    "tieng.wav": (WAV, "audio/wav"),
}

NOT_TAKEN = {
    "empty": ("bai.pdf", b""),
    "HTML called PDF": ("bai.pdf", HTML),
    "HTML before a PDF": ("bai.pdf", HTML + PDF),
    "program called PDF": ("bai.pdf", EXE),
    "PDF called Word": ("bai.docx", PDF),
    "PDF called program": ("bai.exe", PDF),
    "PDF without an ending": ("bai", PDF),
    "only an ending": (".pdf", PDF),
    "two endings": ("bai.pdf.exe", PDF),
    "ending turned around": ("bai\u202efdp.exe", PDF),
    "Word with macros": ("bai.docx", DOCM),
    "archive called Word": ("bai.docx", ZIP),
    "Excel called Word": ("bai.docx", XLSX),
    "old Excel called Word": ("bai.doc", XLS),
    "archive": ("bai.zip", ZIP),
    "broken archive": ("bai.docx", DOCX[:40]),
    "archive with a long list": ("bai.docx", long_list()),
    "archive with its list told elsewhere": ("bai.docx", list_told_elsewhere()),
    "drawing": ("anh.svg", SVG),
    "drawing called picture": ("anh.png", SVG),
    "web page": ("trang.html", HTML),
    "picture of another kind": ("anh.png", picture("JPEG")),
    "half a picture": ("anh.jpg", picture(size=(400, 300))[:500]),
    "picture of too many pixels": ("anh.png", png_of_many_pixels()),
    "picture of telephones": ("anh.mp4", HEIC),
    "another kind of video": ("clip.webm", MKV),
    "noise called music": ("nhac.mp3", b"\xff\xff\xff\xff" + bytes(64)),
    "text called sound": ("tieng.wav", b"RIFF xin chao"),
    "spreadsheet of OpenDocument": (
        "bai.odt",
        open_document("application/vnd.oasis.opendocument.spreadsheet"),
    ),
}
