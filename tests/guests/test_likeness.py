"""Rows that may be somebody who is known: why they are alike, what is decided, and what the decision does."""

import io

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.guests import import_operations as imports
from eventsvc.guests.likeness import KnownGuest, Reason, Source, compared
from eventsvc.guests.matching import Action, Decision
from eventsvc.guests.models import Guest, GuestImport
from eventsvc.guests.parsed import ParsedFile
from eventsvc.people.models import Person
from tests import factories
from tests.queries import counted

MAI = KnownGuest(
    "Võ Thị Mai",
    "Sở Y tế",
    frozenset({"+84500111001", "mai@syt.example.vn", "+842553822123"}),
    "Phó Giám đốc",
)


def row(
    name="Võ Thị Mai", organization="Sở Y tế", position=None, phones=(), emails=(), number=2, flags=(), **more
):
    return {
        "kind": "person", "sheet": "Danh sách", "row": number, "full_name": name, "organization": organization,
        "position": position, "honorific": None, "phones": list(phones), "emails": list(emails), "note": None,
        "flags": list(flags), "group": None, **more,
    }  # fmt: skip


NAME, FOLDED, PHONE, EMAIL, BODY, POST = Reason
ALIKE = {
    "name and number": (row(organization="UBND tỉnh", phones=["+84500111001"]), (NAME, PHONE), True),
    "name and address": (row(emails=["MAI@syt.example.vn"]), (NAME, EMAIL, BODY), True),
    "name and organization": (row(), (NAME, BODY), True),
    "another post": (row(position="Chuyên viên"), (NAME, BODY, POST), True),
    "the number of somebody else": (row(name="Lê Văn Tám", phones=["+84500111001"]), (PHONE, BODY), False),
    "the address of somebody else": (
        row(name="Lê Văn Tám", organization="UBND", emails=["mai@syt.example.vn"]), (EMAIL,), False,
    ),
    "accents lost, number kept": (row(name="Vo Thi Mai", phones=["+84500111001"]), (FOLDED, PHONE, BODY), False),
    "accents lost, organization kept": (row(name="Võ Thị Mại"), (FOLDED, BODY), False),
}  # fmt: skip
UNLIKE = {
    "a homonym with another number": row(phones=["+84500999999"]),
    "a homonym elsewhere": row(organization="Sở Nội vụ"),
    "the telephone of the same office": row(name="Lê Văn Tám", phones=["+842553822123"]),
    "accents lost, another number": row(name="Vo Thi Mai", phones=["+84500999999"]),
    "somebody else": row(name="Lê Văn Tám"),
}


@pytest.mark.parametrize("why", ALIKE)
def test_a_row_is_like_somebody_for_a_reason(why):
    found, reasons, certain = ALIKE[why]
    likeness = compared(found, MAI)

    assert likeness is not None
    assert (set(likeness.reasons), likeness.is_certain) == (set(reasons), certain)


@pytest.mark.parametrize("why", UNLIKE)
def test_different_people_are_not_alike(why):
    assert compared(UNLIKE[why], MAI) is None


# --- Preview, decision, confirmation ------------------------------------------------------------------------------


@pytest.fixture
def event(app):
    made = factories.data_notice(factories.event())
    factories.main_site(made)
    return made


def start(event, *rows, file="moi.xlsx") -> GuestImport:
    parsed = ParsedFile(file, rows=[{**each, "row": number} for number, each in enumerate(rows, 2)])
    return imports.start_import(event, parsed, site=factories.site_of(event, "main"), by=None)


def planned(started):
    return imports.planned_rows(started.event, started.parsed["rows"], started.site, started)


def listed() -> list[tuple]:
    people = db.session.scalars(sa.select(Person).join(Guest).order_by(Person.sort_key, Person.id)).unique()
    return [(person.full_name, person.phones, person.emails) for person in people]


def tam(event):
    return factories.guest(
        factories.site_of(event, "main"), "Lê Văn Tám", organization_name="Sở Y tế",
        emails=[], phones=["+84500111001"],
    )  # fmt: skip


def test_alike_are_those_on_the_list_in_this_file_and_in_files_not_yet_confirmed(event):
    tam(event)
    start(event, row(name="Võ Thị Mai", phones=["+84500222002"]), file="so-y-te.xlsx")
    started = start(
        event,
        row(name="Lê Văn Tam", phones=["+84500111001"]),
        row(name="Võ Thị Mai", phones=["+84500222002"]),
        row(name="Trần Anh", phones=["+84500333003"]),
        row(name="Trần Ánh", organization="UBND", phones=["+84500333003"]),
    )

    rows = planned(started)

    assert [row.action for row in rows] == [Action.ADD] * 4
    assert [[(one.other.source, one.other.name, one.other.place) for one in row.alike] for row in rows] == [
        [(Source.LIST, "Lê Văn Tám", "Trung tâm IOC tỉnh")],
        [(Source.OTHER_FILE, "Võ Thị Mai", "so-y-te.xlsx: Danh sách, 2")],
        [],
        [(Source.FILE, "Trần Anh", "Danh sách, 4")],
    ]
    assert [row.choices for row in rows] == [
        list(Decision),
        [Decision.TAKE, Decision.LEAVE],
        [],
        list(Decision),
    ]


OLD, NEW = ("Lê Văn Tám", ["+84500111001"], []), ("Lê Văn Tam", ["+84500111001"], ["tam@syt.example.vn"])


@pytest.mark.parametrize(
    ("decision", "people"),
    [
        (None, [OLD, NEW]),
        (Decision.TAKE, [OLD, NEW]),
        (Decision.LEAVE, [OLD]),
        (Decision.SAME, [("Lê Văn Tám", ["+84500111001"], ["tam@syt.example.vn"])]),
    ],
)
def test_a_decision_survives_until_the_confirmation_which_does_what_it_says(event, decision, people):
    guest = tam(event)
    version = guest.version
    started = start(event, row(name="Lê Văn Tam", phones=["+84500111001"], emails=["tam@syt.example.vn"]))
    imports.decide(started, {0: decision}, by=None)
    db.session.expire_all()

    assert planned(started)[0].decision is decision
    imports.confirm_import(started, by=None)

    assert sorted(listed()) == sorted(people)
    assert (guest.version > version) is (decision is Decision.SAME)
    assert started.decisions is None and started.parsed is None


def test_two_rows_of_a_file_become_one_person_with_what_both_say(event):
    started = start(
        event,
        row(name="Trần Anh", phones=["+84500333003"]),
        row(name="Trần Ánh", phones=["+84500333003", "+84500444004"], emails=["anh@syt.example.vn"]),
    )
    imports.decide(started, {1: Decision.SAME}, by=None)

    counts = imports.confirm_import(started, by=None)

    assert (counts["add"], counts["same"]) == (1, 1)
    assert listed() == [("Trần Anh", ["+84500333003", "+84500444004"], ["anh@syt.example.vn"])]


def test_who_is_certainly_there_can_be_taken_as_another_person(event):
    tam(event)
    started = start(event, row(name="Lê Văn Tám", position="Chuyên viên"))
    assert planned(started)[0].action is Action.PRESENT

    imports.confirm_import(started, decisions={0: Decision.TAKE}, by=None)

    assert [name for name, _phones, _emails in listed()] == ["Lê Văn Tám", "Lê Văn Tám"]


def test_a_decision_about_no_row_or_without_a_choice_counts_for_nothing(event):
    started = start(event, row(name="Võ Thị Mai"))

    imports.decide(started, {0: Decision.SAME, 7: Decision.LEAVE, -1: Decision.LEAVE}, by=None)

    assert started.decisions == {"0": "same"}
    assert planned(started)[0].action is Action.ADD
    imports.confirm_import(started, by=None)
    with pytest.raises(imports.ImportEnded):
        imports.decide(started, {0: Decision.LEAVE}, by=None)


def test_the_organizer_sees_the_reason_decides_and_confirms(signed_in, event):
    tam(event)
    content = (
        "TT,Họ và tên,Đơn vị,Điện thoại\n1,Lê Văn Tam,Sở Y tế,0500111001\n2,Hồ Bảy,Sở Y tế,không rõ số 12\n"
    )
    form = signed_in.get(f"/events/{event.slug}/guests/imports/new").form()
    preview = signed_in.submit(form, {"file": (io.BytesIO(content.encode()), "moi.csv")})

    assert (
        "trùng họ tên, khác dấu, trùng số điện thoại, cùng cơ quan: Lê Văn Tám, Sở Y tế "
        "(trong danh sách khách mời, tại Trung tâm IOC tỉnh)" in " ".join(preview.rows()[0][7].split())
    )
    assert [len(signed_in.get(f"{preview.url}?show={word}").rows()) for word in ("all", "look", "alike")] == [
        2,
        1,
        1,
    ]

    action = preview.form("/confirm").action
    kept = signed_in.post(action.replace("/confirm", "/decide"), {"decision-0": "leave"}, follow=True)
    assert kept.form("/confirm").fields["decision-0"] == "leave"
    signed_in.submit(kept.form("/confirm"), {"decision-1": "leave"})

    assert [name for name, _phones, _emails in listed()] == ["Lê Văn Tám"]


def long_list(count: int, bad: set[int]) -> list[dict]:
    """So many people with numbers of their own, but for those whose number cannot be read."""
    return [
        row(name=f"Lê {MIDDLE[n % 7]} {MIDDLE[n // 7 % 7]} {MIDDLE[n // 49 % 7]}", organization=f"UBND xã {n % 187}",
            phones=[] if n in bad else [f"+84500{n:06}"], flags=["phone_not_parsable"] if n in bad else [])
        for n in range(count)
    ]  # fmt: skip


MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Đình", "Xuân")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_a_list_of_20000_the_37_bad_rows_are_shown_and_nothing_is_stored(app, client):
    made = factories.data_notice(factories.event())
    factories.main_site(made)
    client.sign_in(factories.organizer())
    bad = set(range(100, 20_000, 541))
    started = start(made, *long_list(20_000, bad))

    with counted() as queries:
        page = client.get(f"/events/{made.slug}/guests/imports/{started.id}")

    assert len(bad) == 37
    assert [line[0] for line in page.rows()] == [f"Danh sách, {number + 2}" for number in sorted(bad)]
    assert queries.number < 25
    assert listed() == []


def test_a_confirmation_that_breaks_off_has_stored_nothing_and_can_be_given_again(event, monkeypatch):
    started = start(event, *long_list(300, bad={7}))
    monkeypatch.setattr(imports, "_end", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        imports.confirm_import(started, by=None)

    db.session.rollback()
    assert listed() == []
    monkeypatch.undo()
    imports.confirm_import(db.session.get_one(GuestImport, started.id), by=None)
    assert len(listed()) == 300
