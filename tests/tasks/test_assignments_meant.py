from datetime import date

import pytest

from eventsvc.people import body_operations
from eventsvc.people.body_operations import Seat
from eventsvc.people.operations import Details as Somebody
from eventsvc.tasks import lines, operations
from eventsvc.tasks.expansion_queries import Known, meant
from eventsvc.tasks.operations import Details
from tests import factories

ELEVEN = (
    "Thủ trưởng các Sở, ngành: Tài chính, Kế hoạch và Đầu tư, Y tế, Giáo dục và Đào tạo, Văn hoá, Thể thao và Du "
    "lịch, Nông nghiệp và Phát triển nông thôn, Công Thương, Giao thông vận tải, Xây dựng, Tài nguyên và Môi trường "
    "và Văn phòng UBND tỉnh chủ động nghiên cứu, tham khảo cách thức hoạt động của phân hệ chức năng."
)
TEN = (
    "Văn phòng UBND tỉnh, các sở: Kế hoạch và Đầu tư, Tài chính, Công Thương, Giáo dục và Đào tạo, Giao thông Vận "
    "tải, Xây dựng, Y tế, Nông nghiệp và Phát triển nông thôn; VNPT Quảng Ngãi."
)


@pytest.fixture
def event(app, organizer):
    return factories.event(by=organizer)


def named(event, line, sentence=None):
    return [one.name for one in meant(event, line, sentence)]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_lines_of_plans_mean_these_organizations(event):
    known = Known(event)

    def names(line, sentence=None):
        return [one.name for one in known.meant(line, sentence)]

    assert names("VNPT Quảng Ngãi") == ["Viễn thông Quảng Ngãi"]
    assert names("UBND huyện Bình Sơn") == ["UBND huyện Bình Sơn"]
    assert names("Giám đốc Sở Thông tin và Truyền thông") == ["Sở Thông tin và Truyền thông"]
    assert names("Sở Tài chính, Sở Nội vụ") == ["Sở Tài chính", "Sở Nội vụ"]
    assert names("Đội văn nghệ xung kích") == ["Đội văn nghệ xung kích"]
    assert names("các cơ quan, đơn vị liên quan") == []
    assert names("các sở, ngành liên quan") == []
    assert names(TEN) == [
        "Văn phòng UBND tỉnh", "Sở Kế hoạch và Đầu tư", "Sở Tài chính", "Sở Công Thương", "Sở Giáo dục và Đào tạo",
        "Sở Giao thông vận tải", "Sở Xây dựng", "Sở Y tế", "Sở Nông nghiệp và Phát triển nông thôn",
        "Viễn thông Quảng Ngãi",
    ]  # fmt: skip
    eleven = names("Thủ trưởng các Sở, ngành (11 đơn vị)", ELEVEN)
    assert (len(eleven), eleven[4], eleven[-1]) == (
        11,
        "Sở Văn hóa, Thể thao và Du lịch",
        "Văn phòng UBND tỉnh",
    )
    departments = names("Các sở, ban, ngành")
    assert "Sở Nội vụ" in departments and "Văn phòng UBND tỉnh" in departments
    assert not any("ủy" in name for name in departments)
    assert names("Các sở, ban ngành tỉnh; cơ quan, đơn vị có liên quan") == departments
    unions = names("Các hội, đoàn thể tỉnh")
    assert "Tỉnh đoàn Quảng Ngãi" in unions and "Hội Nông dân tỉnh" in unions
    assert names("Các sở, ban, ngành; hội, đoàn thể tỉnh") == departments + unions
    districts = names("UBND các huyện, thị xã, thành phố")
    assert len(districts) == 13 and "UBND huyện Lý Sơn" in districts
    assert len(names("UBND các xã, phường, thị trấn")) == 173
    assert names("Tập đoàn VNPT; các sở, ban ngành; UBND các huyện, thị xã, thành phố.") == [
        "Tập đoàn Bưu chính Viễn thông Việt Nam", *departments, *districts,
    ]  # fmt: skip
    assert names("Các cơ quan báo chí, truyền thông trên địa bàn tỉnh") == [
        "Báo Quảng Ngãi",
        "Đài Phát thanh và Truyền hình Quảng Ngãi",
    ]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_without_districts_the_localities_are_communes(event, organizer):
    later = factories.event(by=organizer, units_as_of=date(2025, 7, 1))

    assert named(later, "UBND các huyện, thị xã, thành phố") == []
    assert len(named(later, "các địa phương")) == 96
    assert len(named(event, "các địa phương")) == 13


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_members_of_a_committee_are_those_who_sit_in_it(event, organizer):
    body = body_operations.add_body(event.host_id, name="Ban Chỉ đạo Chuyển đổi số tỉnh", by=organizer)
    for name, agency, until in [
        ("Nguyễn Văn An", "Sở Nội vụ", None),
        ("Trần Thị Bình", "Sở Y tế", date(2023, 1, 31)),
        ("Lê Văn Cường", "Sở Nội vụ", None),
        ("Phạm Thị Dung", "UBND huyện Bình Sơn", None),
    ]:
        body_operations.add_member(
            body,
            Somebody(full_name=name, organization_name=agency),
            Seat(member_from=date(2022, 1, 1), member_until=until),
            by=organizer,
        )

    assert named(event, "Thành viên Ban Chỉ đạo, Tổ giúp việc Ban Chỉ đạo.") == [
        "Sở Nội vụ", "UBND huyện Bình Sơn", "Tổ giúp việc Ban Chỉ đạo chuyển đổi số tỉnh Quảng Ngãi",
    ]  # fmt: skip
    assert named(event, "các sở, ban, ngành là thành viên Ban Chỉ đạo.") == ["Sở Nội vụ"]
    everybody = named(event, "Các thành viên Ban Chỉ đạo và các địa phương")
    assert everybody[:2] == ["Sở Nội vụ", "UBND huyện Bình Sơn"]
    assert len(everybody) == len(set(everybody)) == 14


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_section_means_the_agencies_of_its_tasks(event, organizer):
    for key, agency in [("VI.1.1", "Sở Y tế"), ("VI.2.1", "Tỉnh đoàn"), ("VII.1", "Sở Nội vụ")]:
        operations.add_task(event, Details(text="Việc", key=key, agency=agency), by=organizer)

    assert named(event, "Các đơn vị mục VI") == ["Sở Y tế", "Tỉnh đoàn Quảng Ngãi"]


def test_a_list_gives_the_longest_name_that_anybody_bears():
    known = {"Sở Văn hóa, Thể thao và Du lịch": 1, "Sở Tài chính": 2}.get

    assert list(lines.one_by_one("Văn hóa, Thể thao và Du lịch, Tài chính và Biển đảo", known, "Sở")) == [
        ("Văn hóa, Thể thao và Du lịch", 1),
        ("Tài chính", 2),
        ("Biển đảo", None),
    ]
