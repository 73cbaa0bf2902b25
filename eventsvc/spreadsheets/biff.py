"""Hidden rows of an .xls: found in the records of its one stream, inside the container of the old Office."""

import struct
from collections.abc import Iterator

_SECTOR_END = 0xFFFFFFFA  # sector numbers from here on are marks
_BOF, _EOF, _ROW, _BOUNDSHEET, _FILEPASS = 0x0809, 0x000A, 0x0208, 0x0085, 0x002F
_HIDDEN = 0x20


def hidden_rows(data: bytes) -> list[set[int]]:
    """For each worksheet in order, its hidden rows counted from 1; ValueError when the container is damaged."""
    try:
        stream = _workbook_stream(data)
        return [_hidden_from(stream, begin) for begin in _sheet_starts(stream)]
    except (struct.error, IndexError, KeyError, UnicodeDecodeError) as error:
        raise ValueError("not a workbook") from error


def _sheet_starts(stream: bytes) -> list[int]:
    """Where each worksheet's records begin; charts and macros are left out."""
    starts = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:  # the records below are encrypted; the reader of cells will refuse the file
            return []
        if kind == _BOUNDSHEET and body[5] == 0:
            starts.append(struct.unpack_from("<I", body)[0])
    return starts


def _hidden_from(stream: bytes, begin: int) -> set[int]:
    return {
        struct.unpack_from("<H", body)[0] + 1
        for kind, body in _records(stream, begin)
        if kind == _ROW and len(body) >= 16 and struct.unpack_from("<H", body, 12)[0] & _HIDDEN
    }


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, without those of charts inside it."""
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1 and kind != _BOF:
            yield kind, stream[position + 4 : position + 4 + length]
        if depth <= 0:
            return
        position += 4 + length


def _workbook_stream(data: bytes) -> bytes:
    """The stream "Workbook" (or "Book") of the container; small ones lie in the stream of small sectors."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    table = _allocation(data, size)
    directory = _chain(data, size, table, struct.unpack_from("<I", data, 48)[0])
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    named = {
        entry[: struct.unpack_from("<H", entry, 64)[0]].decode("utf-16-le").rstrip("\0"): entry
        for entry in entries
    }
    entry = named.get("Workbook") or named["Book"]
    first, length = struct.unpack_from("<II", entry, 116)
    if length >= struct.unpack_from("<I", data, 56)[0]:
        return _chain(data, size, table, first)[:length]
    small_size = 1 << struct.unpack_from("<H", data, 32)[0]
    small = _chain(data, size, table, struct.unpack_from("<I", entries[0], 116)[0])
    small_table = _chain(data, size, table, struct.unpack_from("<I", data, 60)[0])
    links = struct.unpack(f"<{len(small_table) // 4}I", small_table)
    return b"".join(small[at * small_size : (at + 1) * small_size] for at in _numbers(links, first))[:length]


def _allocation(data: bytes, size: int) -> tuple[int, ...]:
    """The table that says which sector follows which, out of the sectors listed in the head and beyond it."""
    listed = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, 10_000)):
        if more >= _SECTOR_END:
            break
        numbers = struct.unpack_from(f"<{size // 4}I", data, size + more * size)
        listed += numbers[:-1]
        more = numbers[-1]
    sectors = (data[size + n * size : 2 * size + n * size] for n in listed if n < _SECTOR_END)
    table = b"".join(sectors)
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chain(data: bytes, size: int, table: tuple[int, ...], first: int) -> bytes:
    return b"".join(data[size + n * size : 2 * size + n * size] for n in _numbers(table, first))


def _numbers(table: tuple[int, ...], number: int) -> Iterator[int]:
    """The sectors of a chain; a chain that returns to itself ends when it is longer than the table."""
    for _ in range(len(table)):
        if number >= _SECTOR_END:
            return
        yield number
        number = table[number]
