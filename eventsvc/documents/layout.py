"""Sizes and margins of official papers, in points and millimetres: the one place where they are set, for the PDF and
for the DOCX alike. Decree 30/2020/NĐ-CP, Appendix I; for Party papers Guidance 36-HD/VPTW of 2018. Pure."""

MARGINS = {  # the decree allows 20–25 above and below, 30–35 left, 15–20 right; the guidance fixes its own
    "state": {"top": 20, "bottom": 20, "left": 30, "right": 15},
    "party": {"top": 20, "bottom": 20, "left": 30, "right": 15},
}
SIZES = {
    "nation": 12,  # box 1, Quốc hiệu: 12–13
    "motto": 13,  # box 1, Tiêu ngữ: 13–14
    "party": 15,  # 15–16
    "superior": 12,  # box 2: 12–13
    "issuer": 12,  # box 2: 12–13
    "number": 13,  # box 3: 13
    "place": 13,  # box 4: 13–14
    "title": 14,  # box 5a: 13–14
    "subject": 14,  # box 5a: 13–14
    "about": 12,  # box 5b: 12–13
    "body": 14,  # box 6: 13–14
    "authority": 14,  # box 7: 13–14
    "signer": 14,  # box 7: 13–14
    "recipients_label": 12,  # box 9b: 12
    "recipients": 11,  # box 9b: 11
    "urgency": 13,  # box 10: 13–14
    "page": 13,  # 13–14
    "table": 11,  # tables of annexes
}
INDENT = 12.7  # box 6: 10 or 12.7
BETWEEN = 6  # box 6: at least 6 points between paragraphs
SEAL = 24  # room for signature and seal
LEFT = 0.42  # the part of the width that is left of the signature
RULE_SUBJECT = 0.4  # a third to a half of the line
RULE_ISSUER = 0.4
PAGE = (210, 297)


def for_press(is_party: bool) -> dict[str, object]:
    """The same for the template of the press."""
    return {
        "margins": MARGINS["party" if is_party else "state"],
        "sizes": SIZES,
        "indent": INDENT,
        "between": BETWEEN,
        "seal": SEAL,
        "left": LEFT,
        "rule_subject": RULE_SUBJECT,
        "rule_issuer": RULE_ISSUER,
    }
