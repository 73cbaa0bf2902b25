"""Who is meant by the words of an agenda, on both databases."""

import time
from collections.abc import Callable

import pytest

from eventsvc.agenda.names import bare_name
from eventsvc.agenda.speaker_queries import known_speaker
from eventsvc.db import atomic, db
from eventsvc.people import operations as people
from eventsvc.people.models import Person
from tests import factories
from tests.queries import counted


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Đ/c Nguyễn Văn Mẫu, Chủ tịch UBND tỉnh", "Nguyễn Văn Mẫu"),
        ("Kính mời Ông Nguyễn Văn Mẫu - Giám đốc Sở", "Nguyễn Văn Mẫu"),
        ("Đồng chí: PGS.TS. Nguyễn Văn Mẫu (Đại học)", "Nguyễn Văn Mẫu"),
        ("Anh Thư", "Anh Thư"),
        ("Bà Đinh Thị Ya Lan", "Đinh Thị Ya Lan"),
        ("K’ Brel", "K’ Brel"),
        ("Sở TT&TT", "Sở TT&TT"),
    ],
)
def test_a_name_stands_between_its_form_of_address_and_its_position(words, name):
    assert bare_name(words) == name


def person(event, full_name, **details):
    return people.add_person(event.host_id, people.Details(full_name=full_name, **details), by=None)


@pytest.fixture
def event(app):
    return factories.event()


@pytest.mark.parametrize(
    "words",
    [
        "Nguyễn Văn Mẫu",
        "Ông Nguyễn Văn Mẫu",
        "đ/c NGUYỄN VĂN MẪU, Chủ tịch UBND tỉnh",
        "Nguyễn Văn Mẫu",
        "nguyen van mau",
        "Chủ tịch UBND tỉnh Nguyễn Văn Mẫu",
    ],
)
def test_one_person_is_found_by_the_name_however_it_is_addressed(event, words):
    him = person(event, "Nguyễn Văn Mẫu", honorific="Ông")
    person(event, "Nguyễn Văn Mẫu Hai")

    assert known_speaker(event, words) == (him, None)


def test_tones_tell_people_apart_and_without_them_nobody_is_meant(event):
    one, other = person(event, "Lê Thị Hòa"), person(event, "Lê Thị Hoa")

    assert known_speaker(event, "Bà Lê Thị Hoà") == (one, None)
    assert known_speaker(event, "Bà Lê Thị Hoa") == (other, None)
    assert known_speaker(event, "Lê Thị Hỏa") == (None, None)


def test_of_two_with_one_name_the_words_must_tell_which(event):
    person(event, "Trần Văn Thử", position="Giám đốc Sở Y tế")
    second = person(event, "Trần Văn Thử", position="Chánh Văn phòng", organization_name="VNPT Quảng Ngãi")

    assert known_speaker(event, "Ông Trần Văn Thử") == (None, None)
    assert known_speaker(event, "Ông Trần Văn Thử, VNPT Quảng Ngãi") == (second, None)
    assert known_speaker(event, "Ông Trần Văn Thử, Chánh Văn phòng") == (second, None)


@pytest.mark.parametrize("words", [None, "", "  ", "…", "Lãnh đạo UBND tỉnh", "Trường THPT Lê Văn Thử"])
def test_words_that_name_nobody(event, words):
    person(event, "Lê Văn Thử")

    assert known_speaker(event, words) == (None, None)


def test_an_organization_is_found_by_its_name_and_a_person_brings_theirs(event):
    _none, department = known_speaker(event, "Sở Thông tin và Truyền thông")
    her = person(event, "Phạm Thị Thử", organization_id=department.id)

    assert "Thông tin và Truyền thông" in department.name
    assert known_speaker(event, "Bà Phạm Thị Thử") == (her, department)


def test_people_of_another_host_are_not_known(event):
    person(factories.event(host=factories.another_host()), "Võ Văn Thử")

    assert known_speaker(event, "Võ Văn Thử") == (None, None)


def test_the_page_offers_people_while_one_types(event, signed_in):
    person(event, "Nguyễn Văn Mẫu", honorific="Ông", position="Chủ tịch", organization_name="UBND tỉnh")
    person(event, "Nguyễn Thị Ánh", honorific="Bà")
    person(factories.event(host=factories.another_host()), "Nguyễn Văn Mẫn")

    answer = signed_in.http.get(f"/events/{event.slug}/agenda/people?q=nguyen mau")

    assert answer.json == {
        "people": [{"words": "Ông Nguyễn Văn Mẫu", "position": "Chủ tịch", "organization": "UBND tỉnh"}]
    }


def test_two_of_one_name_are_offered_with_what_tells_them_apart_and_are_then_known(event, signed_in):
    first = person(event, "Trần Văn Thử", position="Giám đốc")
    second = person(event, "Trần Văn Thử", position="Chánh Văn phòng")

    words = [
        row["words"] for row in signed_in.http.get(f"/events/{event.slug}/agenda/people?q=thử").json["people"]
    ]

    assert words == ["Trần Văn Thử, Giám đốc", "Trần Văn Thử, Chánh Văn phòng"]
    assert [known_speaker(event, word)[0] for word in words] == [first, second]


@pytest.mark.parametrize("q", ["", "%", "…", "  "])
def test_nothing_typed_offers_nobody(event, signed_in, q):
    person(event, "Nguyễn Văn Mẫu")

    answer = signed_in.http.get(f"/events/{event.slug}/agenda/people", query_string={"q": q})

    assert answer.json == {"people": []}


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def test_ten_of_ten_thousand_are_found_in_a_fraction_of_reading_them_all(event, signed_in):
    with atomic():
        details = [
            people.Details(full_name=f"Nguyễn Văn Mẫu {n}", position="Đại biểu") for n in range(10_000)
        ]
        db.session.add_all(people.new_person(event.host_id, each) for each in details)
    address = f"/events/{event.slug}/agenda/people?q=nguyen van mau 99"
    signed_in.http.get(address)
    with counted() as sent:
        answer = signed_in.http.get(address)

    def read_all() -> None:
        db.session.expunge_all()
        assert len(db.session.scalars(db.select(Person)).all()) == 10_000

    rounds = [(_seconds(lambda: signed_in.http.get(address)), _seconds(read_all)) for _round in range(5)]
    found, read = (min(times) for times in zip(*rounds, strict=True))

    assert len(answer.json["people"]) == 10
    assert sent.number <= 6
    assert found < read / 2
