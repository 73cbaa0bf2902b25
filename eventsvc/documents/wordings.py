"""What a new paper begins with: the usual wording of its kind, and the usual lines of a signature. Pure; Vietnamese,
for these are the papers' own words, to be edited by those who write them."""

from eventsvc.documents.models import DocumentKind

_LETTER = """((cơ quan ban hành)) trân trọng kính mời: ((kính mời)).
Tới dự: ((nội dung)).
Chủ trì: Lãnh đạo ((cơ quan ban hành)).
Thời gian: ((thời gian)).
Địa điểm: ((địa điểm)).
Trang phục: ((trang phục)).
Số lượng đại biểu: ((số đại biểu)); danh sách xin gửi chậm nhất ((hạn cử đại biểu)).
Đề nghị đại biểu có mặt trước giờ khai mạc 15 phút, mang theo giấy mời này hoặc mã QR đã gửi để làm thủ tục đón tiếp.
Đầu mối liên hệ: ((đầu mối liên hệ)).
Rất mong sự tham dự của Quý đại biểu"""

_OFFICIAL_LETTER = """Kính gửi: ((kính gửi)).
Thực hiện Kế hoạch tổ chức ((nội dung)), ((cơ quan ban hành)) đề nghị Quý cơ quan, đơn vị \
phối hợp thực hiện các nội dung sau:
1. …
2. …
Thời gian tổ chức: ((thời gian)).
Địa điểm: ((địa điểm)).
Đầu mối liên hệ: ((đầu mối liên hệ)).
Trân trọng cảm ơn sự phối hợp của Quý cơ quan, đơn vị"""

_NOTICE = """((cơ quan ban hành)) thông báo về việc tổ chức ((nội dung)) như sau:
1. Thời gian: ((thời gian)).
2. Địa điểm: ((địa điểm)).
3. Thành phần: …
4. Đầu mối liên hệ: ((đầu mối liên hệ)).
Đề nghị các cơ quan, đơn vị, địa phương biết, thực hiện"""

_REPORT = """Kính gửi: ((kính gửi)).
((cơ quan ban hành)) báo cáo kết quả tổ chức ((nội dung)) như sau:
I. CÔNG TÁC CHUẨN BỊ
…
II. KẾT QUẢ
1. Thời gian: ((thời gian)); địa điểm: ((địa điểm)).
2. Số đại biểu được mời, đăng ký, có mặt, vắng tại từng điểm cầu: …
III. ĐÁNH GIÁ
1. Ưu điểm: …
2. Hạn chế và nguyên nhân: …
IV. KIẾN NGHỊ
…"""

_AUTHORISATION = """((cơ quan ban hành)) ủy quyền cho: (họ tên, chức vụ, đơn vị công tác).
Thay mặt tham dự và giải quyết công việc tại: ((nội dung)).
Thời gian: ((thời gian)).
Địa điểm: ((địa điểm)).
Người được ủy quyền có trách nhiệm thực hiện đúng nội dung được ủy quyền và không được ủy quyền lại cho người khác.
Giấy ủy quyền có giá trị kể từ ngày ký đến khi kết thúc công việc nêu trên"""

_PROGRAMME = """Thời gian: ((thời gian)).
Địa điểm: ((địa điểm))."""

_BODIES = {
    DocumentKind.INVITATION_LETTER: _LETTER,
    DocumentKind.OFFICIAL_LETTER: _OFFICIAL_LETTER,
    DocumentKind.NOTICE: _NOTICE,
    DocumentKind.REPORT: _REPORT,
    DocumentKind.AUTHORISATION: _AUTHORISATION,
    DocumentKind.PROGRAMME: _PROGRAMME,
    DocumentKind.PLAN: "I. MỤC ĐÍCH, YÊU CẦU\n…\nII. NỘI DUNG\n…\nIII. TỔ CHỨC THỰC HIỆN\n…",
    DocumentKind.DECISION: "Điều 1. …\nĐiều 2. …\nĐiều 3. …",
}
_TITLES = {
    DocumentKind.INVITATION_LETTER: "Dự ((nội dung))",
    DocumentKind.OFFICIAL_LETTER: "phối hợp tổ chức ((nội dung))",
    DocumentKind.NOTICE: "Về việc tổ chức ((nội dung))",
    DocumentKind.REPORT: "Kết quả tổ chức ((nội dung))",
    DocumentKind.AUTHORISATION: "Dự ((nội dung))",
    DocumentKind.PROGRAMME: "((nội dung))",
    DocumentKind.PLAN: "Tổ chức ((nội dung))",
    DocumentKind.DECISION: "Về việc tổ chức ((nội dung))",
}


def body(kind: DocumentKind, agenda: list[str]) -> str:
    """The usual wording; a programme lists what is on the agenda now."""
    if kind is DocumentKind.PROGRAMME and agenda:
        return "\n".join([_PROGRAMME, *(f"{number}. {line}." for number, line in enumerate(agenda, 1))])
    return _BODIES[kind]


def title(kind: DocumentKind) -> str:
    return _TITLES[kind]


def recipients(kind: DocumentKind) -> list[tuple[str, str | None]]:
    """The usual first line of "Nơi nhận": "Như trên" needs a "Kính gửi"."""
    if kind is DocumentKind.INVITATION_LETTER:
        return [("Như thành phần mời", None)]
    if kind in (DocumentKind.OFFICIAL_LETTER, DocumentKind.REPORT):
        return [("Như trên", None)]
    return []


# Decree 30/2020, Article 13 and Appendix I, II.7: for the collective, for the head, by order, by sub-authorisation,
# acting; and the head of an advisory body.
SIGNATURE_FORMS = (
    ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
    ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"),
    ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
    ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ …"),
    ("Q. CHỦ TỊCH",),
    ("GIÁM ĐỐC",),
    ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    ("TRƯỞNG BAN", "CHỦ TỊCH UBND TỈNH"),
    ("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ"),
)
