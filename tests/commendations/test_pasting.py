"""Proposals out of pasted lines."""

from eventsvc.commendations.models import NomineeKind
from eventsvc.commendations.pasting import Proposal, Read, read

FORM = "Bằng khen"


def test_each_line_is_a_proposal_of_the_kind_chosen_or_of_its_own():
    lines = (
        "1\tSở Y tế\tDẫn đầu dịch vụ công\n\n"
        "Cá nhân; Trần Văn An; Phó Giám đốc; Sở Y tế; Sáng kiến số; Giấy khen\n"
        "Kênh | Đồng quê | Lan tỏa hình ảnh quê hương"
    )

    assert read(lines, NomineeKind.COLLECTIVE, FORM) == Read(
        [
            Proposal(NomineeKind.COLLECTIVE, "Sở Y tế", "Dẫn đầu dịch vụ công", FORM),
            Proposal(
                NomineeKind.INDIVIDUAL, "Trần Văn An", "Sáng kiến số", "Giấy khen", "Phó Giám đốc", "Sở Y tế"
            ),
            Proposal(NomineeKind.CHANNEL, "Đồng quê", "Lan tỏa hình ảnh quê hương", FORM),
        ],
        [],
    )


def test_lines_that_say_too_little_or_too_much_are_named():
    lines = "Sở Y tế\nSở Nội vụ; Tốt\nA; B; C; D; E; F\n; Tốt\n" + "Đ" * 301 + "; Tốt"

    found = read(lines, NomineeKind.COLLECTIVE, FORM)

    assert [each.name for each in found.proposals] == ["Sở Nội vụ"]
    assert found.unread == [1, 3, 4, 5]
