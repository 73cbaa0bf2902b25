"""What the law says of each kind of paper: its code, its heading, whom it addresses (Decree 30/2020/NĐ-CP,
Appendices I and III). Pure; the words are those of the papers themselves, in Vietnamese."""

from typing import NamedTuple

from eventsvc.documents.models import DocumentKind, LetterheadStyle


class Kind(NamedTuple):
    """`code` is None for an official letter, which has no type code; `heading` None when there is no title line and
    the subject stands below the number as "V/v …". `is_addressed`: the paper begins with "Kính gửi"."""

    code: str | None
    heading: str | None
    is_addressed: bool = False


KINDS = {
    DocumentKind.INVITATION_LETTER: Kind("GM", "GIẤY MỜI"),
    DocumentKind.OFFICIAL_LETTER: Kind(None, None, is_addressed=True),
    DocumentKind.PROGRAMME: Kind("CTr", "CHƯƠNG TRÌNH"),
    DocumentKind.NOTICE: Kind("TB", "THÔNG BÁO"),
    DocumentKind.REPORT: Kind("BC", "BÁO CÁO", is_addressed=True),
    DocumentKind.AUTHORISATION: Kind("GUQ", "GIẤY ỦY QUYỀN"),
    DocumentKind.PLAN: Kind("KH", "KẾ HOẠCH"),
    DocumentKind.DECISION: Kind("QĐ", "QUYẾT ĐỊNH"),
}

URGENCIES = ("KHẨN", "THƯỢNG KHẨN", "HỎA TỐC")


def usual_symbol(kind: DocumentKind, issuer: str, style: LetterheadStyle, unit: str | None = None) -> str:
    """ "GM-UBND", "UBND-KGVX" for an official letter, "GM/TU" for a Party body: a suggestion, to be corrected."""
    short = _short(issuer)
    code = KINDS[kind].code
    if style is LetterheadStyle.PARTY:
        return f"{code or 'CV'}/{short}"
    if code:
        return f"{code}-{short}"
    return f"{short}-{unit or 'VP'}"


def printed_number(serial: int, symbol: str, style: LetterheadStyle) -> str:
    """ "05/GM-UBND"; with a hyphen for Party papers: "05-GM/TU"."""
    joint = "-" if style is LetterheadStyle.PARTY else "/"
    return f"{serial:02d}{joint}{symbol}"


_SHORT = {
    "ủy ban nhân dân": "UBND", "uỷ ban nhân dân": "UBND", "ubnd": "UBND", "văn phòng ubnd": "VP",
    "tỉnh ủy": "TU", "thành ủy": "TU", "huyện ủy": "HU", "đảng ủy": "ĐU", "sở khoa học và công nghệ": "SKHCN",
    "sở thông tin và truyền thông": "STTTT", "ban chỉ đạo": "BCĐ", "ban tổ chức": "BTC",
}  # fmt: skip


def _short(issuer: str) -> str:
    name = " ".join(issuer.split()).lower()
    for words in sorted(_SHORT, key=len, reverse=True):
        if name.startswith(words):
            return _SHORT[words]
    return "".join(word[0] for word in name.split() if word not in ("và", "các", "của"))[:10].upper() or "VP"
