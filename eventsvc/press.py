"""The process that sets papers: each order is a template and values as JSON, each answer a PDF.

    python -m eventsvc.press

Orders and answers go through standard input and output, each with its length before it. A process of its own,
because typst keeps what it has made for the next time: a press ends by itself once it has grown, or when nobody
has asked for anything for a while, and the next paper starts a new one. Imported by nobody; only fonts of ours are
used, whatever the machine has.
"""

import select
import struct
import sys
from pathlib import Path
from typing import BinaryIO

import typst

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "print"
HEADER = struct.Struct(">I")
GROWN_KB = 200_000
"""Resident memory at which a press ends: a letter needs half of it, an agenda of 300 items more at once."""
IDLE_SECONDS = 60


def main() -> None:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"]
    )
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    compilers: dict[str, typst.Compiler] = {}
    while select.select([orders.fileno()], [], [], IDLE_SECONDS)[0]:
        template = read(orders)
        values = read(orders)
        if template is None or values is None:
            return
        name = template.decode("utf-8")
        if name not in compilers:
            compilers[name] = typst.Compiler(
                FOLDER / name, root=FOLDER, font_paths=fonts, ignore_system_fonts=True
            )
        try:
            made = compilers[name].compile(format="pdf", sys_inputs={"values": values.decode("utf-8")})
            paper = made if isinstance(made, bytes) else b"".join(made)
        except typst.TypstError:
            paper = b""  # what is wrong could quote the paper: the caller is told that it cannot be set
        answers.write(HEADER.pack(len(paper)) + paper)
        answers.flush()
        if grown():
            return


def read(stream: BinaryIO) -> bytes | None:
    """The next piece; None at the end."""
    header = stream.read(HEADER.size)
    return stream.read(HEADER.unpack(header)[0]) if len(header) == HEADER.size else None


def grown() -> bool:
    """Whether the process holds more memory than it should."""
    status = Path("/proc/self/status")
    if not status.exists():
        return True  # where nobody can tell, each paper has a press of its own
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) > GROWN_KB


if __name__ == "__main__":
    main()
