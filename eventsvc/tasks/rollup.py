"""The roll-up sheet of a period as values, as DOCX for the chair and as a workbook. Pure.

The layout keeps to the habits of Decree 30/2020/NĐ-CP. Everything that people wrote goes in as text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple

import docx
import xlsxwriter
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from eventsvc.tasks.returns import ReturnState
from eventsvc.text import nfc, official_date, short_date

FONT = "Times New Roman"
CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
UNCHANGED = "Không có phát sinh."
COLUMNS = (
    ("TT", 10),
    ("Cơ quan, đơn vị", 42),
    ("Kết quả thực hiện", 74),
    ("Nhiệm vụ kỳ tới", 52),
    ("Kiến nghị, đề xuất", 42),
    ("Khó khăn, vướng mắc", 37),
)
"""Headings with their widths in millimetres: 257 in all, an A4 sheet lying."""
STATES = {
    ReturnState.SUBMITTED: "Đã nộp",
    ReturnState.FORWARDED: "Đã chuyển lên",
    ReturnState.APPROVED: "Đã duyệt",
}
_MARGINS = {"top": 20, "bottom": 20, "left": 20, "right": 20}
_WIDTH = 257
_CENTER = WD_ALIGN_PARAGRAPH.CENTER
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Line(NamedTuple):
    """What one agency has reported."""

    agency: str
    is_unchanged: bool
    done: str
    planned: str
    proposals: str
    obstacles: Sequence[str]
    file: str
    is_late: bool
    state: ReturnState

    @property
    def cells(self) -> list[str]:
        """What stands beside the agency's name."""
        done = UNCHANGED if self.is_unchanged else self.done
        if self.file:
            done = f"{done}\n(Kèm theo: {self.file})".lstrip()
        return [done, self.planned, self.proposals, "\n".join(f"- {words}" for words in self.obstacles)]

    @property
    def called(self) -> str:
        return f"{self.agency} (nộp muộn)" if self.is_late else self.agency


@dataclass(frozen=True)
class Sheet:
    superior: Sequence[str]
    issuer: Sequence[str]
    is_party: bool
    subject: str
    title: str
    event: str
    report_to: str
    starts_on: date | None
    due_on: date
    today: date
    total: int
    unchanged: int
    late: int
    lines: Sequence[Line]
    missing: Sequence[str]

    @property
    def reported(self) -> int:
        return len(self.lines)

    @property
    def when(self) -> str:
        """ "Kỳ báo cáo từ ngày 21/12/2021 đến ngày 27/12/2021"."""
        last = short_date(self.due_on)
        if self.starts_on is None or self.starts_on == self.due_on:
            return f"Kỳ báo cáo ngày {last}"
        return f"Kỳ báo cáo từ ngày {short_date(self.starts_on)} đến ngày {last}"

    @property
    def summary(self) -> str:
        """One sentence of figures."""
        words = f"Đã báo cáo: {self.reported}/{self.total} cơ quan, đơn vị"
        parts = [
            f"không có phát sinh: {self.unchanged}" if self.unchanged else "",
            f"nộp muộn: {self.late}" if self.late else "",
        ]
        more = "; ".join(part for part in parts if part)
        return f"{words} ({more})." if more else f"{words}."

    @property
    def not_reported(self) -> str:
        """ "Chưa báo cáo: Sở Nội vụ; Sở Y tế."; or that everybody has."""
        if not self.total:
            return "Kỳ này không có cơ quan, đơn vị nào phải báo cáo."
        if not self.missing:
            return "Tất cả các cơ quan, đơn vị đã báo cáo."
        return f"Chưa báo cáo: {'; '.join(self.missing)}."


# --- DOCX ---------------------------------------------------------------------------------------------------


def as_docx(sheet: Sheet) -> bytes:
    """An A4 sheet lying: who issues it, what it rolls up, the table, who has not reported."""
    file = docx.Document()
    _set_up(file, sheet)
    left, right = _beside(file)
    for line in sheet.superior:
        _line(left, line, 12)
    for line in sheet.issuer:
        _line(left, line, 12, bold=True)
    if sheet.is_party:
        _line(right, PARTY, 15, bold=True)
    else:
        _line(right, NATION, 12, bold=True)
        _line(right, MOTTO, 13, bold=True, ruled=True)
    _line(right, _dated(sheet.today), 13, italic=True, before=4)
    _line(file, "TỔNG HỢP BÁO CÁO", 14, bold=True, before=14)
    _line(file, sheet.subject, 13, bold=True)
    _line(file, f"({'; '.join(filter(None, [sheet.title, sheet.when]))})", 13, italic=True, after=8)
    if sheet.report_to:
        _line(file, f"Kính gửi: {sheet.report_to}.", 13, after=6)
    _text(file, sheet.summary)
    _text(file, sheet.not_reported, bold=bool(sheet.missing), after=8)
    if sheet.lines:
        _table(file, sheet)
    packed = BytesIO()
    file.save(packed)
    return packed.getvalue()


def _set_up(file: Any, sheet: Sheet) -> None:
    properties = file.core_properties
    properties.title, properties.author = _clean(f"Tổng hợp báo cáo: {sheet.subject}")[:250], ""
    properties.comments, properties.language = "", "vi-VN"
    style = file.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        style.element.rPr.rFonts.set(qn(script), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    section = file.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    for side, width in _MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])


def _beside(file: Any) -> tuple[Any, Any]:
    table = file.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, cell, width in zip(table.columns, table.rows[0].cells, (110, _WIDTH - 110), strict=True):
        column.width = cell.width = Mm(width)
    return table.rows[0].cells[0], table.rows[0].cells[1]


def _table(file: Any, sheet: Sheet) -> None:
    table = file.add_table(rows=1, cols=len(COLUMNS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, cell, (words, width) in zip(table.columns, table.rows[0].cells, COLUMNS, strict=True):
        column.width = cell.width = Mm(width)
        _run(cell.paragraphs[0], words, 12, bold=True)
        cell.paragraphs[0].alignment = _CENTER
        _shade(cell, "F4F0E6")
    _mark_row(table.rows[0], "w:tblHeader")
    for number, line in enumerate(sheet.lines, start=1):
        row = table.add_row()
        _mark_row(row, "w:cantSplit")
        words_of_row = [str(number), line.called, *line.cells]
        for place, (cell, words, (_heading, width)) in enumerate(
            zip(row.cells, words_of_row, COLUMNS, strict=True)
        ):
            cell.width = Mm(width)
            for place_of_line, part in enumerate(words.split("\n")):
                paragraph = cell.paragraphs[0] if place_of_line == 0 else cell.add_paragraph()
                _run(paragraph, part, 12, italic=part == UNCHANGED)
                if place == 0:
                    paragraph.alignment = _CENTER


def _line(
    where: Any,
    words: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    ruled: bool = False,
    before: float = 0,
    after: float = 0,
) -> None:
    first = where.paragraphs[0] if hasattr(where, "_tc") else None
    is_free = first is not None and len(where.paragraphs) == 1 and not first.runs
    paragraph = first if is_free else where.add_paragraph()
    paragraph.alignment = _CENTER
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    _run(paragraph, words, size, bold=bold, italic=italic)
    if ruled:
        paragraph.runs[-1].underline = True


def _text(file: Any, words: str, *, bold: bool = False, after: float = 4) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.space_after = Pt(after)
    _run(paragraph, words, 13, bold=bold)


def _run(paragraph: Any, words: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(_clean(words))
    run.bold, run.italic = bold, italic
    run.font.name, run.font.size = FONT, Pt(size)


def _page_number(paragraph: Any) -> None:
    paragraph.alignment = _CENTER
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.name, run.font.size = FONT, Pt(13)
        element = OxmlElement("w:instrText" if words else "w:fldChar")
        if words:
            element.set(qn("xml:space"), "preserve")
            element.text = words
        else:
            element.set(qn("w:fldCharType"), str(kind))
        run._r.append(element)


def _mark_row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _dated(day: date) -> str:
    return official_date(day)[0].upper() + official_date(day)[1:]


def _clean(words: str) -> str:
    """Text that XML can hold."""
    kept = nfc(words.encode("utf-8", "ignore").decode("utf-8"))
    return "".join(c for c in kept if c == "\t" or c.isprintable() or c == "\u00a0")


# --- XLSX ---------------------------------------------------------------------------------------------------


def as_workbook(sheet: Sheet) -> bytes:
    """The same as a workbook: what was reported, and on a sheet of its own who has not."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(packed, _PLAIN)
    base = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True}
    formats = {
        "title": book.add_format(base | {"bold": True, "font_size": 14, "align": "center"}),
        "middle": book.add_format(base | {"italic": True, "align": "center"}),
        "plain": book.add_format(base),
        "bold": book.add_format(base | {"bold": True}),
        "head": book.add_format(
            base | {"bold": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#F4F0E6"}
        ),
        "cell": book.add_format(base | {"border": 1, "num_format": "@"}),
        "number": book.add_format(base | {"border": 1, "align": "center"}),
    }
    _reported(book.add_worksheet("Tổng hợp"), sheet, formats)
    _not_reported(book.add_worksheet("Chưa báo cáo"), sheet, formats)
    book.close()
    return packed.getvalue()


def _reported(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    columns = [*COLUMNS, ("Trạng thái", 28)]
    last = len(columns) - 1
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    for place, (_words, width) in enumerate(columns):
        page.set_column(place, place, width / 2)
    above = (
        ("TỔNG HỢP BÁO CÁO", "title", 20),
        (sheet.subject, "title", 40 if len(sheet.subject) > 90 else 20),
        ("; ".join(filter(None, [sheet.title, sheet.when])), "middle", 18),
        (sheet.summary, "plain", 18),
        (sheet.not_reported, "bold", 18 * (1 + len(sheet.not_reported) // 120)),
    )
    for row, (words, style, height) in enumerate(above):
        page.set_row(row, min(height, 400))
        page.merge_range(row, 0, row, last, "", formats[style])
        page.write_string(row, 0, words[:32_000], formats[style])
    top = len(above)
    for place, (words, _width) in enumerate(columns):
        page.write_string(top, place, words, formats["head"])
    page.freeze_panes(top + 1, 2)
    page.repeat_rows(top)
    for number, line in enumerate(sheet.lines, start=1):
        page.write_number(top + number, 0, number, formats["number"])
        for place, words in enumerate([line.called, *line.cells, STATES[line.state]], start=1):
            page.write_string(top + number, place, _clean_lines(words)[:32_000], formats["cell"])


def _not_reported(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.set_paper(9)
    page.set_column(0, 0, 6)
    page.set_column(1, 1, 70)
    page.write_string(0, 0, "TT", formats["head"])
    page.write_string(0, 1, "Cơ quan, đơn vị chưa báo cáo", formats["head"])
    page.freeze_panes(1, 0)
    for number, name in enumerate(sheet.missing, start=1):
        page.write_number(number, 0, number, formats["number"])
        page.write_string(number, 1, _clean_lines(name), formats["cell"])


def _clean_lines(words: str) -> str:
    return "\n".join(_clean(line) for line in words.split("\n"))
