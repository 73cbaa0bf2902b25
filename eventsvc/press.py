"""The process that sets a paper: values as JSON on standard input, the PDF on standard output.

    python -m eventsvc.press TEMPLATE

A process of its own, because typst keeps what it has made for the next time: after ten agendas of 300 items a
worker would hold a gigabyte. Imported by nobody; only fonts of ours are used, whatever the machine has.
"""

import sys
from pathlib import Path

import typst

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "print"


def main() -> None:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER / "fonts"]
    )
    paper = typst.compile(
        FOLDER / sys.argv[1],
        root=FOLDER,
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"values": sys.stdin.buffer.read().decode("utf-8")},
    )
    sys.stdout.buffer.write(paper)


if __name__ == "__main__":
    main()
