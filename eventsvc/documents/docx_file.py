"""A paper as DOCX for officials to edit in Word: the same values as the PDF, laid out by the same sizes and margins.

Pure. Everything that people wrote goes in as text runs: there is no template, so nothing can become its code.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from PIL import ImageFont

from eventsvc.documents import layout
from eventsvc.text import nfc

FONT = "Times New Roman"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
_FONTS = Path(__file__).resolve().parent.parent.parent / "templates" / "print" / "fonts"
_CENTER, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
_PT_IN_MM = 72 / 25.4


def write(values: dict[str, Any]) -> bytes:
    """The paper with these values: those that all copies share, and the body of this one; `annexes` behind it."""
    sheet = _Sheet(values)
    sheet.head()
    sheet.title()
    sheet.body()
    sheet.foot()
    for annex in values.get("annexes", ()):
        sheet.annex(annex)
    return sheet.saved()


class _Sheet:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.margins = layout.MARGINS["party" if values["is_party"] else "state"]
        self.width = layout.PAGE[0] - self.margins["left"] - self.margins["right"]
        self.file = docx.Document()
        self._set_up()

    def head(self) -> None:
        """Boxes 1 to 4: the issuer on the left, the nation or the Party on the right; number and date below."""
        values, right_width = self.values, _width(NATION, layout.SIZES["nation"]) + 6
        left_width = self.width - right_width
        left, right = self._two_columns(left_width, right_width)
        for line in values["superior"]:
            _line(left, line, "superior")
        for line in values["issuer"]:
            _line(left, line, "issuer", bold=True)
        if values["is_party"]:
            _line(left, "*", "issuer")
            _line(right, PARTY, "party", bold=True)
            _rule(right, right_width, _width(PARTY, layout.SIZES["party"]))
        else:
            longest = min(_width(values["issuer"][-1], layout.SIZES["issuer"]), left_width - 4)
            _rule(left, left_width, longest * layout.RULE_ISSUER)
            _line(right, NATION, "nation", bold=True)
            _line(right, MOTTO, "motto", bold=True)
            _rule(right, right_width, _width(MOTTO, layout.SIZES["motto"]))
        number = values["number"]
        left, right = self._two_columns(left_width, right_width)
        _line(left, f"{number['label']} {number['number'] or ' ' * 9}{number['symbol']}", "number", before=4)
        place = f"{values['place']}, " if values["place"] else ""
        day = values["day"] or " " * 6
        _line(right, f"{place}ngày {day} {values['month']}", "place", italic=True, before=4)
        if values["about"]:
            _line(left, values["about"], "about", before=3)
        if values["urgency"]:
            _boxed(_line(left, values["urgency"], "urgency", bold=True, before=6))

    def title(self) -> None:
        """Box 5a: the kind and the subject, with a rule below."""
        if self.values["heading"] is None:
            return
        _line(self.file, self.values["heading"], "title", bold=True, before=16)
        for line in self.values["subject"]:
            _line(self.file, line, "subject", bold=True)
        if self.values["subject"]:
            last = min(_width(self.values["subject"][-1], layout.SIZES["subject"]), self.width * 0.9)
            _rule(self.file, self.width, last * layout.RULE_SUBJECT)

    def body(self) -> None:
        for number, each in enumerate(self.values["body"]):
            paragraph = self.file.add_paragraph()
            form = paragraph.paragraph_format
            form.space_before = Pt(layout.BETWEEN if number else 12)
            form.space_after = Pt(0)
            if each["as"] == "text":
                paragraph.alignment = _JUSTIFY
                form.first_line_indent = Mm(layout.INDENT)
            else:
                form.left_indent = Mm(28 if each["as"] == "to" else 46)
            for words, is_bold in each["pieces"]:
                _run(paragraph, words, "body", bold=is_bold)
        if self.values["body"]:
            paragraph.paragraph_format.keep_with_next = True

    def foot(self) -> None:
        """Boxes 7 and 9b: level with each other, and never apart."""
        left_width = self.width * layout.LEFT
        left, right = self._two_columns(left_width, self.width - left_width, before=10)
        _line(left, "Nơi nhận:", "recipients_label", bold=True, italic=True, align=None)
        for line in self.values["recipients"]:
            _line(left, line, "recipients", align=None)
        for line in self.values["signature"]:
            _line(right, line, "authority", bold=True)
        _line(right, self.values["signer"], "signer", bold=True, before=layout.SEAL * _PT_IN_MM)

    def annex(self, annex: dict[str, Any]) -> None:
        """A table with its heading, on pages of its own that are counted from 1; `wide` ones lie on their side."""
        left = 20 if annex["wide"] else self.margins["left"]
        size = layout.PAGE[::-1] if annex["wide"] else layout.PAGE
        section = self.file.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if annex["wide"] else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(size[0]), Mm(size[1])
        section.left_margin = Mm(left)
        if section._sectPr.find(qn("w:pgNumType")) is None:  # a section begins as a copy of the one before
            counted = OxmlElement("w:pgNumType")
            counted.set(qn("w:start"), "1")
            section._sectPr.find(qn("w:pgMar")).addnext(counted)
        _line(self.file, annex["heading"], "title", bold=True)
        _line(self.file, annex["title"], "title", bold=True)
        _line(self.file, annex["attached"], "place", italic=True)
        room = size[0] - left - self.margins["right"]
        _rule(self.file, room, 35)
        self._grid(annex, room)

    def _grid(self, annex: dict[str, Any], room: float) -> None:
        """Written as XML: a table of two hundred rows takes python-docx seconds, cell by cell."""
        columns = annex["columns"]
        share = room / sum(column["width"] for column in columns)
        table = self.file.add_table(rows=0, cols=len(columns))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        for column, told in zip(table.columns, columns, strict=True):
            column.width = Mm(told["width"] * share)
        table._tbl.append(_row([column["label"] for column in columns], columns, is_head=True))
        for row in annex["rows"]:
            table._tbl.append(_row(row, columns))
        if annex["total"]:
            table._tbl.append(_row(annex["total"], columns, is_bold=True))

    def saved(self) -> bytes:
        file = BytesIO()
        self.file.save(file)
        return file.getvalue()

    def _set_up(self) -> None:
        properties = self.file.core_properties
        properties.title, properties.author = _text(self.values["title"])[:250], _text(self.values["signer"])
        properties.comments, properties.language = "", "vi-VN"
        style = self.file.styles["Normal"]
        style.font.name, style.font.size = FONT, Pt(layout.SIZES["body"])
        fonts = style.element.rPr.rFonts
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), FONT)
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.line_spacing = 1.0
        section = self.file.sections[0]
        section.page_width, section.page_height = Mm(layout.PAGE[0]), Mm(layout.PAGE[1])
        section.top_margin, section.bottom_margin = Mm(self.margins["top"]), Mm(self.margins["bottom"])
        section.left_margin, section.right_margin = Mm(self.margins["left"]), Mm(self.margins["right"])
        section.header_distance = Mm(10)
        section.different_first_page_header_footer = True
        paragraph = section.header.paragraphs[0]
        paragraph.alignment = _CENTER
        _page_number(paragraph)

    def _two_columns(self, left: float, right: float, before: float = 0) -> tuple[Any, Any]:
        if before:
            gap = self.file.add_paragraph()
            gap.paragraph_format.line_spacing = Pt(before)
            gap.paragraph_format.keep_with_next = True
        table = self.file.add_table(rows=1, cols=2)
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for cell, width in zip(table.rows[0].cells, (left, right), strict=True):
            cell.width = Mm(width)
        for column, width in zip(table.columns, (left, right), strict=True):
            column.width = Mm(width)
        whole = OxmlElement("w:cantSplit")
        table.rows[0]._tr.get_or_add_trPr().append(whole)
        return table.rows[0].cells[0], table.rows[0].cells[1]


def _line(
    where: Any,
    words: str,
    size: str,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    align: Any = _CENTER,
) -> Any:
    first = where.paragraphs[0] if hasattr(where, "_tc") else None
    is_free = first is not None and len(where.paragraphs) == 1 and not first.runs
    paragraph = first if is_free else where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    _run(paragraph, words, size, bold=bold, italic=italic)
    return paragraph


def _run(paragraph: Any, words: str, size: str, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(_text(words))
    run.bold, run.italic = bold, italic
    run.font.name, run.font.size = FONT, Pt(layout.SIZES[size])


def _text(words: str) -> str:
    """Text that XML can hold."""
    kept = nfc(words.encode("utf-8", "ignore").decode("utf-8"))
    return "".join(c for c in kept if c in "\t\n" or (c.isprintable() or c == "\u00a0") and ord(c) < 0x110000)


def _row(
    words: list[str], columns: list[dict[str, Any]], *, is_head: bool = False, is_bold: bool = False
) -> Any:
    fonts = "".join(f' w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    bold, size = "<w:b/>" if is_head or is_bold else "", 2 * layout.SIZES["table"]
    run = f'<w:r><w:rPr><w:rFonts{fonts}/>{bold}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">'
    cells = "".join(
        f'<w:tc><w:p><w:pPr><w:jc w:val="{"center" if is_head else told["align"]}"/></w:pPr>{run}'
        f"{escape(_text(word))}</w:t></w:r></w:p></w:tc>"
        for word, told in zip(words, columns, strict=True)
    )
    head = "<w:tblHeader/>" if is_head else ""
    return parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")


def _rule(where: Any, room: float, width: float) -> None:
    """A line of this width in the middle: the border of an empty paragraph between two indents (millimetres)."""
    paragraph = where.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing = Pt(4)
    side = max((room - width) / 2 - (2 if hasattr(where, "_tc") else 0), 0)
    form.left_indent = form.right_indent = Mm(side)
    borders = OxmlElement("w:pBdr")
    borders.append(_border("w:top"))
    paragraph._p.get_or_add_pPr().append(borders)


def _boxed(paragraph: Any) -> None:
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(14)
    borders = OxmlElement("w:pBdr")
    for side in ("w:top", "w:left", "w:bottom", "w:right"):
        borders.append(_border(side))
    paragraph._p.get_or_add_pPr().append(borders)


def _border(side: str) -> Any:
    border = OxmlElement(side)
    for name, value in (("w:val", "single"), ("w:sz", "6"), ("w:space", "1"), ("w:color", "000000")):
        border.set(qn(name), value)
    return border


def _page_number(paragraph: Any) -> None:
    """The field that Word counts pages with; page 1 has a header of its own, an empty one."""
    for kind, words in (("begin", None), (None, "PAGE"), ("end", None)):
        run = paragraph.add_run()
        run.font.name, run.font.size = FONT, Pt(layout.SIZES["page"])
        element = OxmlElement("w:instrText" if words else "w:fldChar")
        if words:
            element.set(qn("xml:space"), "preserve")
            element.text = words
        else:
            element.set(qn("w:fldCharType"), str(kind))
        run._r.append(element)


def _width(words: str, size: float) -> float:
    """How wide bold words are, in millimetres: Tinos has the widths of Times New Roman."""
    return _face().getlength(_text(words)) / 100 * size / _PT_IN_MM


@lru_cache(maxsize=1)
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / "Tinos-Bold.ttf", 100)
