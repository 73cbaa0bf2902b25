"""Parts of a message as bytes (RFC 2045, 2046); pure.

The library's classes build, fold and parse every header of every part again, which is most of what handing over a
message costs; here each part is put together once. Bodies are base64, so that a boundary cannot stand in one.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import quote

LINE = 76
_FOLD = "\r\n "
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")

Headers = Sequence[tuple[str, str]]


def header(name: str, value: str) -> str:
    """One header; a line end may only stand in it where a long value was folded. ValueError for anything more."""
    if _FORBIDDEN.search(value.replace(_FOLD, " ")) or not value.isascii():
        raise ValueError(f"not a value for the header {name}")
    return f"{name}: {value}\r\n"


def part(content_type: str, body: bytes, more: Headers = ()) -> bytes:
    """A part that is not made of others."""
    head = header("Content-Type", content_type) + header("MIME-Version", "1.0")
    head += header("Content-Transfer-Encoding", "base64")
    head += "".join(header(name, value) for name, value in more)
    return head.encode("ascii") + b"\r\n" + base64_lines(body)


def multipart(
    kind: str, parts: Sequence[bytes], boundary: str, more: Headers = (), parameters: str = ""
) -> bytes:
    """A part made of others: mixed, alternative or related."""
    head = header("Content-Type", f'multipart/{kind};{parameters} boundary="{boundary}"')
    head += header("MIME-Version", "1.0") + "".join(header(name, value) for name, value in more)
    between = f"--{boundary}\r\n".encode("ascii")
    whole = b"".join(between + each for each in parts)
    return head.encode("ascii") + b"\r\n" + whole + f"--{boundary}--\r\n".encode("ascii")


def text_part(subtype: str, text: str, charset: str = "utf-8") -> bytes:
    """Words, with the line ends of mail."""
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return part(f'text/{subtype}; charset="{charset}"', lines.encode("utf-8"))


def file_part(name: str, content_type: str, data: bytes) -> bytes:
    """A file to be saved."""
    return part(content_type, data, [("Content-Disposition", f"attachment; {filename(name)}")])


def filename(name: str) -> str:
    """The parameter that names a file, in any language."""
    if _PLAIN_NAME.fullmatch(name):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='')}"


def base64_lines(data: bytes) -> bytes:
    """Base64 in lines of 76 characters, each with its end."""
    text = b64encode(data)
    lines = [text[start : start + LINE] for start in range(0, len(text), LINE)]
    return b"\r\n".join(lines) + b"\r\n"
