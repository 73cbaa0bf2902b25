"""A message that came in, taken apart as far as is safe; pure.

The older policy of the email package is used on purpose: the newer one understands headers by a grammar that a
stranger can make slow or deep.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from html.parser import HTMLParser

from eventsvc.text import nfc

PARTS_LIMIT = 100
LINES_LIMIT = 60_000  # twice what the largest message has in base64
DEPTH_LIMIT = 30
HEADER_LIMIT = 4000
HEADERS_LIMIT = 64 * 1024
ADDRESSES_LIMIT = 30
TEXT_LIMIT = 20_000

# What the email package raises instead of noting a defect: parameters in pieces of which one has no number, a charset
# that is none, messages in messages without end.
PARSER_FAULTS = (TypeError, ValueError, RecursionError)

_PART = re.compile(rb"^[ \t]*content-type[ \t]*:[ \t]*multipart/", re.IGNORECASE | re.MULTILINE)
_BOUNDARY_LINE = re.compile(rb"^--\S", re.MULTILINE)
_ADDRESS = re.compile(r'[^\s<>()",;:]{1,64}@[^\s<>()",;:]{1,190}')
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]*")
_UNKEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ODD_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_TOO_MANY = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Part:
    """A leaf of the message: words, a file, or another message inside it (`blocks` are its headers)."""

    content_type: str
    parameters: dict[str, str]
    data: bytes = b""
    blocks: tuple[dict[str, str], ...] = ()

    @property
    def words(self) -> str:
        return kept(decoded(self.data, self.parameters.get("charset", "")))


@dataclass(frozen=True)
class Mime:
    """Headers and leaves. `fault` says why the leaves were not looked at."""

    content_type: str
    parameters: dict[str, str]
    headers: dict[str, list[str]]
    parts: tuple[Part, ...] = field(default=())
    fault: str | None = None

    def header(self, name: str) -> str:
        """The first header of the name as people read it; empty when there is none."""
        values = self.headers.get(name.lower())
        return decoded_header(values[0]) if values else ""

    def mailboxes(self, *names: str) -> list[str]:
        """The bare addresses in the headers of these names, in lower case, in order."""
        values = [value for name in names for value in self.headers.get(name, [])]
        found = [mailbox(each) for value in values[:ADDRESSES_LIMIT] for each in _addresses(value)]
        return list(dict.fromkeys(address for address in found if address))[:ADDRESSES_LIMIT]

    @property
    def text(self) -> str:
        """What a person wrote: the first plain text, else the words of the first HTML."""
        for part in self.parts:
            if part.content_type == "text/plain" and part.words.strip():
                return tidy(part.words)
        for part in self.parts:
            if part.content_type == "text/html":
                return tidy(words_of_html(part.words[: 10 * TEXT_LIMIT]))
        return ""


def take_apart(raw: bytes, *, only_headers: bool = False) -> Mime:
    """The message; only its headers when asked, or when there is more inside than any mail program makes."""
    if only_headers:
        return _headers_alone(raw, "too_large")
    if _is_overfull(raw):
        return _headers_alone(raw, "too_many_parts")
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
    except PARSER_FAULTS:
        return _headers_alone(raw, "broken")
    return _mime(message, tuple(_leaves(message)), None)


def _headers_alone(raw: bytes, fault: str) -> Mime:
    """Who wrote and what about; this parser looks into no header and into nothing behind them."""
    return _mime(BytesHeaderParser(policy=policy.compat32).parsebytes(_head(raw)), (), fault)


def _is_overfull(raw: bytes) -> bool:
    """Whether there is so much inside that taking it apart alone is work."""
    return (
        raw.count(b"\n") > LINES_LIMIT
        or len(_PART.findall(raw)) > DEPTH_LIMIT
        or len(_BOUNDARY_LINE.findall(raw)) > 4 * PARTS_LIMIT
    )


def _head(raw: bytes) -> bytes:
    end = _HEADERS_END.search(raw)
    return raw[: min(end.start() if end else len(raw), HEADERS_LIMIT)] + b"\r\n\r\n"


def _mime(message: Message, parts: tuple[Part, ...], fault: str | None) -> Mime:
    content_type, parameters = _content_type(message)
    return Mime(content_type, parameters, _headers(message), parts, fault)


def _leaves(message: Message) -> Iterator[Part]:
    """The leaves in order; what is inside an enclosed message is that message's own business."""
    waiting, seen = [message], 0
    while waiting and seen < PARTS_LIMIT:
        part = waiting.pop(0)
        content_type, parameters = _content_type(part)
        inside = (
            part.get_payload() if part.is_multipart() else None
        )  # words are decoded below, by their own charset
        if content_type.startswith("multipart/") and isinstance(inside, list):
            waiting = [each for each in inside if isinstance(each, Message)] + waiting
            continue
        seen += 1
        if isinstance(inside, list):
            blocks = (each for each in inside[:PARTS_LIMIT] if isinstance(each, Message))
            yield Part(content_type, parameters, blocks=tuple(_block(each) for each in blocks))
        else:
            data = part.get_payload(decode=True)
            yield Part(content_type, parameters, data if isinstance(data, bytes) else b"")


def _block(message: Message) -> dict[str, str]:
    """The headers of a message inside, by their names in lower case; the first of each name."""
    return {name: decoded_header(values[0]) for name, values in _headers(message).items()}


def _headers(message: Message) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        values = found.setdefault(str(name).lower()[:80], [])
        if len(found) <= 200 and len(values) < ADDRESSES_LIMIT:
            values.append(_FOLD.sub(" ", str(value)[:HEADER_LIMIT]).strip())
    return {name: values for name, values in found.items() if values}


def _content_type(message: Message) -> tuple[str, dict[str, str]]:
    """The type and its parameters in lower case; one that nobody can read is a file of some kind."""
    value = next((str(value) for name, value in message.raw_items() if name.lower() == "content-type"), "")
    if not value:
        return "text/plain", {}
    if len(value) > HEADER_LIMIT:
        return "application/octet-stream", {}
    alone = Message(policy=policy.compat32)
    alone["Content-Type"] = value
    try:
        given = (alone.get_params() or [])[1:]
    except TypeError:  # pieces of a parameter, some with a number and some without
        given = []
    return alone.get_content_type(), {
        kept(str(name)).lower(): kept(message_words(words)) for name, words in given
    }


def message_words(value: object) -> str:
    """A parameter, which RFC 2231 may have split into a charset, a language and words."""
    return str(value[2]) if isinstance(value, tuple) and len(value) == 3 else str(value)


def _addresses(value: str) -> list[str]:
    """The addresses of a header; where comments nest without end, whatever looks like one."""
    try:
        return [address for _name, address in getaddresses([value])]
    except RecursionError:
        return _ADDRESS.findall(value)


def mailbox(address: str) -> str:
    """An address as it is compared: bare and in lower case; empty when it is none."""
    bare = kept(address).strip().strip("<>").strip().lower()
    return bare if "@" in bare and " " not in bare and len(bare) <= 254 else ""


def decoded_header(value: str) -> str:
    """A header as people read it."""
    try:
        pieces = decode_header(value)
    except HeaderParseError:
        pieces = [(value, None)]
    words = ""
    for piece, charset in pieces:
        words += decoded(piece, charset or "") if isinstance(piece, bytes) else piece
    return " ".join(kept(_eight_bit(words)).split())[:HEADER_LIMIT]


def _eight_bit(words: str) -> str:
    """Bytes that a header must not hold, and that many programs write all the same."""
    try:
        return words.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return words


def decoded(data: bytes, charset: str) -> str:
    """Bytes as words: as they say they are written, else UTF-8, else every byte a letter."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("latin-1")


def kept(words: str) -> str:
    """Words that every database and page can hold."""
    words = _ODD_LINE_ENDS.sub("\n", words.replace("\ufeff", ""))
    return _SURROGATES.sub("\ufffd", _UNKEPT.sub("", words))


def tidy(words: str) -> str:
    lines = "\n".join(line.rstrip() for line in nfc(words[: 4 * TEXT_LIMIT]).split("\n"))
    return _TOO_MANY.sub("\n\n", lines).strip()[:TEXT_LIMIT]


class _Words(HTMLParser):
    """The words of a page without its styles and programs."""

    hidden = {"style", "script", "head", "title"}
    lines = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table"}

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.depth += tag in self.hidden
        if tag in self.lines:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.depth = max(0, self.depth - (tag in self.hidden))

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.words.append(" ".join(data.split()) + (" " if data[-1:].isspace() else ""))


def words_of_html(html: str) -> str:
    """What can be read of it: as far as a section that the parser does not know."""
    reader = _Words()
    with suppress(AssertionError):
        reader.feed(html)
    return kept("".join(reader.words))
