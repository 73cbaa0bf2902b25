"""The paper as it is printed and as it is edited in Word: by Decree 30/2020, and nothing that people wrote is code."""

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.shared import Pt
from pypdf import PdfReader

from eventsvc import pdf
from eventsvc.documents import docx_file, kinds, sheet, wordings
from eventsvc.documents.models import Document, DocumentKind, DocumentRecipient, LetterheadStyle, NumberSeries
from eventsvc.organizations.models import Organization

VALUES = {
    "cơ quan ban hành": "Ủy ban nhân dân tỉnh Quảng Ngãi",
    "kính mời": "Ông Nguyễn Văn Mẫu, Giám đốc Sở Nội vụ",
    "nội dung": "Lễ khai trương IOC",
    "thời gian": "08 giờ 00 phút, ngày 12 tháng 4 năm 2022 (thứ Ba)",
    "địa điểm": "Trung tâm IOC",
    "trang phục": "",
    "đầu mối liên hệ": "",
    "số đại biểu": "",
    "hạn cử đại biểu": "",
}
STRANGE = "{{ 7*7 }} {% raw %} ((họ tên)) #panic() [[secret:link]] <w:p> & \x00\x07 ﬁn"


def paper(**changes) -> Document:
    made = Document(
        kind=DocumentKind.INVITATION_LETTER,
        title="Dự Lễ khai trương IOC",
        body=wordings.body(DocumentKind.INVITATION_LETTER, []),
        issuer="UBND tỉnh Quảng Ngãi",
        issued_place="Quảng Ngãi",
        letterhead=LetterheadStyle.STATE,
        signature=["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"],
        signer_name="Nguyễn Văn B",
        drafting_unit="KGVX",
        drafter="PL",
        copies=300,
        host=Organization(name="UBND tỉnh Quảng Ngãi"),
        series=NumberSeries(symbol="GM-UBND"),
        recipients=[DocumentRecipient(text="Như thành phần mời"),
                    DocumentRecipient(text="Thường trực Tỉnh ủy", purpose="để báo cáo")],
    )  # fmt: skip
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def values(made: Document, **changes):
    return sheet.common(made, today=date(2022, 4, 1)) | sheet.own(made, {**VALUES, **changes})


def pages(found: bytes) -> list[str]:
    return [
        " ".join(page.extract_text().replace("\u200b", "").split())
        for page in PdfReader(BytesIO(found)).pages
    ]


def placed(found: bytes) -> list[tuple[str, float, float, float]]:
    """Words with their left and upper edge in millimetres, and their size in points."""
    page, seen = PdfReader(BytesIO(found)).pages[0], []

    def see(text, cm, tm, font, size):
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            seen.append(
                (text.strip(), x / 72 * 25.4, 297 - y / 72 * 25.4, round(size * abs(tm[0] * cm[0]), 1))
            )

    page.extract_text(visitor_text=see)
    return seen


def test_an_issued_letter_says_everything_that_template_1_7_asks_for():
    made = paper(serial=5, number="05/GM-UBND", issued_on=date(2022, 2, 5))

    (text,) = pages(pdf.render("letter.typ", values(made)))

    for words in (
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NGÃI", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Số: 05/GM-UBND", "Quảng Ngãi, ngày 05 tháng 02 năm 2022", "GIẤY MỜI Dự Lễ khai trương IOC",
        "trân trọng kính mời: Ông Nguyễn Văn Mẫu, Giám đốc Sở Nội vụ.", "Thời gian: 08 giờ 00 phút, ngày 12 tháng 4",
        "Rất mong sự tham dự của Quý đại biểu./.", "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH Nguyễn Văn B",
        "Nơi nhận: - Như thành phần mời; - Thường trực Tỉnh ủy (để báo cáo); - Lưu: VT, KGVX. PL.(300)",
    ):  # fmt: skip
        assert words in text
    assert "Trang phục" not in text and "((" not in text  # a line whose fields are empty is left out


def test_until_it_is_issued_number_and_day_are_blanks():
    (text,) = pages(pdf.render("letter.typ", values(paper())))

    assert re.search(r"Số:\s*/GM-UBND", text) and re.search(r"Quảng Ngãi, ngày\s+tháng 4 năm 2022", text)


def test_margins_sizes_and_halves_are_those_of_the_decree():
    made = paper(serial=15, issued_on=date(2022, 4, 5))

    seen = placed(pdf.render("letter.typ", values(made)))

    assert 29.5 <= min(left for _text, left, _top, _size in seen) <= 35
    at = {text: (left, top, size) for text, left, top, size in seen}
    label = next(v for k, v in at.items() if k.startswith("Nơi nhận"))
    authority = next(v for k, v in at.items() if k.startswith("TM. ỦY BAN"))
    nation = next(v for k, v in at.items() if k.startswith("CỘNG HÒA"))
    assert abs(label[1] - authority[1]) < 2  # level with each other
    assert authority[0] > 105 and nation[0] > 95  # the right half
    assert nation[1] >= 20
    sizes = {size for _text, _left, _top, size in seen}
    assert sizes == {11.0, 12.0, 13.0, 14.0}


def test_only_our_face_is_in_the_file():
    found = PdfReader(BytesIO(pdf.render("letter.typ", values(paper()))))

    fonts = [f.get_object() for page in found.pages for f in page["/Resources"]["/Font"].values()]
    names = {re.sub(r"^[A-Z]{6}\+", "", font["/BaseFont"].lstrip("/")) for font in fonts}
    assert names == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_a_long_wording_goes_on_over_numbered_pages_and_never_parts_from_its_signature():
    line = "Đề nghị các cơ quan, đơn vị chuẩn bị chu đáo và cử đại biểu tham dự đúng thành phần. " * 4
    for count in range(8, 14):  # wherever the page ends
        found = pages(pdf.render("letter.typ", values(paper(body="\n".join([line] * count)))))

        assert len(found) >= 2
        assert [page.split()[0] for page in found[1:]] == [str(n) for n in range(2, len(found) + 1)]
        assert "CỘNG HÒA" in found[0] and "CỘNG HÒA" not in " ".join(found[1:])
        assert "PHÓ CHỦ TỊCH Nguyễn Văn B" in found[-1] and "tham dự đúng thành phần./." in found[-1]


def test_a_party_body_has_its_own_head_and_number():
    made = paper(letterhead=LetterheadStyle.PARTY, issuer="Ban Tuyên giáo Tỉnh ủy", serial=7,
                 issued_on=date(2022, 4, 5), series=NumberSeries(symbol="GM/BTGTU"))  # fmt: skip

    (text,) = pages(pdf.render("letter.typ", values(made)))

    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text and "CỘNG HÒA" not in text
    assert "Số 07-GM/BTGTU" in text and "BAN TUYÊN GIÁO TỈNH ỦY *" in text


def test_an_official_letter_has_its_subject_below_the_number_and_addresses_in_the_middle():
    body = "Kính gửi:\n- Các sở, ban, ngành tỉnh;\n- UBND các huyện.\nUBND tỉnh đề nghị phối hợp."
    made = paper(kind=DocumentKind.OFFICIAL_LETTER, title="mời dự Lễ phát động", body=body,
                 series=NumberSeries(symbol="UBND-KGVX"), serial=12, issued_on=date(2022, 4, 5))  # fmt: skip

    found = pdf.render("letter.typ", values(made))

    (text,) = pages(found)
    assert "Số: 12/UBND-KGVX" in text and "V/v mời dự Lễ phát động" in text and "GIẤY MỜI" not in text
    assert next(left for words, left, *_ in placed(found) if words.startswith("- Các sở")) > 60


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_is_set_in_both_forms(kind):
    made = paper(kind=kind, body=wordings.body(kind, ["Khai mạc", "Phát biểu"]), title="Về việc mẫu")

    text = " ".join(pages(pdf.render("letter.typ", values(made, **{"kính gửi": "Sở Nội vụ"}))))
    written = docx.Document(BytesIO(docx_file.write(values(made, **{"kính gửi": "Sở Nội vụ"}))))

    heading = kinds.KINDS[kind].heading or "V/v Về việc mẫu"
    whole = "\n".join(
        [p.text for p in written.paragraphs] + [c.text for t in written.tables for c in t._cells]
    )
    assert heading in text and heading in whole


def test_names_that_look_like_code_are_names_in_pdf_and_docx():
    named = {"kính mời": STRANGE}

    (text,) = pages(pdf.render("letter.typ", values(paper(), **named)))
    written = docx.Document(BytesIO(docx_file.write(values(paper(), **named))))

    for whole in (text, "\n".join(p.text for p in written.paragraphs)):
        assert "{{ 7*7 }} {% raw %} ((họ tên)) #panic() [[ secret:link]] <w:p> &" in whole
    assert "secret:link]]" not in str(values(paper(), **named)).replace("[[ secret", "")


def test_the_docx_has_the_same_words_sizes_and_margins():
    made = paper(serial=5, issued_on=date(2022, 2, 5), urgency="KHẨN")

    written = docx.Document(BytesIO(docx_file.write(values(made))))

    section = written.sections[0]
    edges = (section.page_width, section.page_height, section.left_margin, section.right_margin,
             section.top_margin, section.bottom_margin)  # fmt: skip
    assert [round(edge.mm) for edge in edges] == [210, 297, 30, 15, 20, 20]
    assert section.different_first_page_header_footer and "PAGE" in section.header._element.xml
    assert written.styles["Normal"].font.name == "Times New Roman"
    cells = [cell.text for table in written.tables for cell in table._cells]
    assert "Số: 05/GM-UBND" in cells[2] and "KHẨN" in cells[2]
    assert cells[3] == "Quảng Ngãi, ngày 05 tháng 02 năm 2022"
    assert cells[4].splitlines()[-1] == "- Lưu: VT, KGVX. PL.(300)"
    assert cells[5].splitlines() == [*made.signature, made.signer_name]
    body = [p for p in written.paragraphs if p.text.startswith("Thời gian")]
    assert round(body[0].paragraph_format.first_line_indent.mm, 1) == 12.7
    assert {run.font.size for run in body[0].runs} == {Pt(14)}
    fonts = set(re.findall(r'w:(?:ascii|hAnsi|cs|eastAsia)="([^"]+)"', written.element.xml))
    assert fonts == {"Times New Roman"}


def test_every_copy_in_one_file_begins_with_page_one():
    made = paper()
    bodies = [sheet.own(made, {**VALUES, "kính mời": f"Ông Mẫu {n}"})["body"] for n in range(3)]

    found = pages(pdf.render("letter.typ", sheet.common(made, today=date(2022, 4, 1)) | {"copies": bodies}))

    assert [f"Ông Mẫu {n}" in text for n, text in enumerate(found)] == [True] * 3
    assert all(text.startswith("ỦY BAN NHÂN DÂN") for text in found)
