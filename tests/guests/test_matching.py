"""What an import would do to each row, as a table."""

import pytest

from eventsvc.guests.matching import Action, KnownGuest, KnownSlot, Situation, group_name, plan

AN = KnownGuest("Phan Thị Hồng Ân", "UBND xã Bình Thạnh", frozenset({"+84500000105", "an@example.vn"}))


def person(
    name="Phan Thị Hồng Ân", organization="UBND xã Bình Thạnh", phones=(), emails=(), flags=(), **more
):
    return {
        "kind": "person",
        "full_name": name,
        "organization": organization,
        "phones": list(phones),
        "emails": list(emails),
        "flags": list(flags),
        "group": None,
        **more,
    }


def slot(label="Đại diện Thường trực Tỉnh ủy", organization="Tỉnh ủy"):
    return {
        "kind": "organization_slot",
        "label": label,
        "organization": organization,
        "flags": [],
        "group": None,
    }


def fate(row, *, site_id=1, site_ids=None, guests=(AN,), slots=()):
    return plan([row], Situation(guests, slots, site_ids or {}, site_id))[0].action


@pytest.mark.parametrize(
    ("row", "action"),
    [
        (person(phones=["+84500000105"]), Action.PRESENT),
        (person(emails=["AN@example.vn"]), Action.PRESENT),
        (person(), Action.PRESENT),
        (person(organization="Phòng Nội vụ", phones=["+84500000105"]), Action.PRESENT),
        (person(phones=["+84500000999"]), Action.ADD),
        (person(organization="UBND xã Bình Thanh"), Action.ADD),
        (person(name="Phan Thị Hồng Ấn", phones=["+84500000105"]), Action.ADD),
        (person(phones=["+84500000105"], flags=["duplicate"]), Action.DUPLICATE),
        (person(flags=["possible_duplicate"], name="Lê Văn Mới"), Action.ADD),
        (person(name="Lê " + "Văn " * 60), Action.TOO_LONG),
        (person(organization="x" * 3000), Action.TOO_LONG),
    ],
)
def test_a_person_is_known_by_name_and_contact_or_by_name_and_organization(row, action):
    assert fate(row) is action


def test_tone_placement_does_not_make_two_people():
    known = KnownGuest("Phạm Thị Hoà", "Sở Y tế", frozenset())

    assert fate(person(name="Phạm Thị Hòa", organization="SỞ Y TẾ"), guests=[known]) is Action.PRESENT


def test_a_slot_is_known_by_site_label_and_organization():
    known = [KnownSlot(1, "Đại diện Thường trực Tỉnh uỷ", "Tỉnh ủy")]

    assert fate(slot(), slots=known) is Action.PRESENT
    assert fate(slot(), slots=known, site_id=2) is Action.ADD
    assert fate(slot(organization="HĐND tỉnh"), slots=known) is Action.ADD


def test_rows_go_to_the_site_of_their_own_unit_or_nowhere():
    rows = [person(name="Một Hai", admin_unit_code="21046"), person(name="Ba Bốn", admin_unit_code="99999")]

    planned = plan(rows, Situation([], [], {"21046": 7}, None))

    assert [(row.site_id, row.action) for row in planned] == [(7, Action.ADD), (None, Action.NO_SITE)]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("I. Lãnh đạo tỉnh", "Lãnh đạo tỉnh"),
        ("III. Doanh nghiệp", "Doanh nghiệp"),
        ("2) Các sở, ban, ngành", "Các sở, ban, ngành"),
        ("Đoàn thể", "Đoàn thể"),
        (None, None),
    ],
)
def test_a_group_row_names_the_group_without_its_numeral(heading, name):
    assert group_name(heading) == name
