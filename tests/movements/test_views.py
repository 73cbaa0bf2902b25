import pytest

from eventsvc.db import db
from eventsvc.movements import operations, queries
from eventsvc.movements.models import Comparator
from tests import factories


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


TARGET = {
    "actor": "mỗi thành viên Tổ Công nghệ số cộng đồng", "comparator": Comparator.MINIMUM, "value": 7,
    "unit": "người dân được hướng dẫn",
}  # fmt: skip


def movement(event, **changes):
    changes.setdefault("name", "07 ngày - 07 người dân")
    return operations.save_movement(event, changes, TARGET, ["Dịch vụ công trực tuyến"], by=None)


def test_an_event_without_a_movement_says_so(event, signed_in):
    page = signed_in.get(f"/events/{event.slug}/movement")

    assert "Chưa có phong trào" in page.text


def test_a_movement_is_described_and_changed_in_a_form(event, signed_in):
    form = signed_in.get(f"/events/{event.slug}/movement/edit").form()
    refused = signed_in.submit(form, {"name": "07 ngày - 07 người dân", "value": "-7"}, status=422)
    assert "Nhập số nguyên từ 1 đến 1000000." in refused.errors or len(refused.errors) == 3
    assert refused.form().fields["value"] == "-7"

    page = signed_in.submit(
        refused.form(),
        {
            "actor": TARGET["actor"], "value": "7", "unit": TARGET["unit"], "duration_days": "7",
            "skills": "Dịch vụ công trực tuyến\nThanh toán không dùng tiền mặt", "report_due": "2023-08-15",
        },
    )  # fmt: skip

    assert page.heading == "07 ngày - 07 người dân"
    assert "Mỗi thành viên Tổ Công nghệ số cộng đồng: tối thiểu 7 người dân được hướng dẫn" in page.text
    made = queries.movement_of(event)
    assert [skill.text for skill in made.skills] == [
        "Dịch vụ công trực tuyến",
        "Thanh toán không dùng tiền mặt",
    ]
    signed_in.submit(
        signed_in.get(f"/events/{event.slug}/movement/edit").form(), {"value": "9", "skills": "Chữ ký số"}
    )
    db.session.expire_all()
    assert made.targets[0].value == 9
    assert [skill.text for skill in made.skills] == ["Chữ ký số"]


def test_two_people_describing_the_movement_see_each_other(event, signed_in):
    movement(event)
    form = signed_in.get(f"/events/{event.slug}/movement/edit").form()
    operations.save_movement(event, {"name": "07 ngày"}, {**TARGET, "value": 8}, [], by=None)

    page = signed_in.submit(form, {"name": "Phong trào"}, status=409)

    assert "07 ngày" in page.text
    db.session.expire_all()
    assert queries.movement_of(event).name == "07 ngày"


def test_training_says_who_brings_whom(event, signed_in):
    form = signed_in.get(f"/events/{event.slug}/movement/training").form()
    refused = signed_in.submit(form, {"groups": "Sở Giáo dục và Đào tạo"}, status=422)
    assert refused.errors == ["Dòng 1: viết theo mẫu “cơ quan | đối tượng”."]

    page = signed_in.submit(
        refused.form(),
        {
            "platform": "chuyên trang Chuyển đổi số",
            "groups": "Sở Giáo dục và Đào tạo | viên chức\nSở Giáo dục và Đào tạo | học sinh\nTỉnh đoàn | thanh niên",
        },
    )

    assert page.rows() == [["Sở Giáo dục và Đào tạo", "viên chứchọc sinh"], ["Tỉnh đoàn", "thanh niên"]]
    training = queries.training_of(event)
    assert [(row.line, row.learners) for row in training.groups] == [
        (1, "viên chức"),
        (1, "học sinh"),
        (2, "thanh niên"),
    ]
    form = signed_in.get(f"/events/{event.slug}/movement/training").form()
    assert form.fields["groups"].strip().splitlines()[2] == "Tỉnh đoàn | thanh niên"
