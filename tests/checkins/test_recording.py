"""Scans are stored as facts: what each is worth, who is in, and what a repeated upload changes (nothing)."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import clock, secrets
from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import operations, queries, review_queries
from eventsvc.checkins.models import CaseKind, Outcome, Profile, QuarantinedScan, ReviewCase, Scan
from eventsvc.checkins.operations import TooManyUnknown
from eventsvc.db import atomic, db
from eventsvc.events import operations as events
from eventsvc.halls import post_operations
from eventsvc.halls.post_operations import Person
from eventsvc.invitations import operations as invitations
from eventsvc.invitations import queries as invited
from eventsvc.invitations.models import Answer, AnswerSource
from tests import factories
from tests.checkins.conftest import scan
from tests.queries import counted


def send(device, *batch, device_clock=None):
    return operations.record_scans(device, list(batch), device_clock=device_clock or clock.now())


def outcomes(results):
    return [result["outcome"] for result in results]


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_first_scan_of_a_pass_admits_with_name_and_seat(hall):
    [result] = send(hall.device(), scan(hall.code(hall.minh)))

    assert result["status"] == "stored"
    assert result["outcome"] == "admitted"
    assert result["flags"] == []
    assert result["guest"] == {
        "honorific": "Ông",
        "name": "Nguyễn Văn Minh",
        "position": "Giám đốc",
        "organization": "Sở Y tế",
        "seat": None,
        "note": None,
    }
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_second_scan_of_a_pass_is_already_in(hall):
    code = hall.code(hall.minh)
    [first] = send(hall.device(name="Cửa 1"), scan(code))

    [second] = send(hall.device(name="Cửa 2"), scan(code))

    assert first["outcome"] == "admitted"
    assert second["outcome"] == "repeat"
    assert second["first"]["device"] == "Cửa 1"
    assert second["first"]["site"] == "main"
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_the_same_device_within_a_minute_sees_the_same_person_still_standing_there(hall):
    device, code = hall.device(), hall.code(hall.minh)

    results = send(device, scan(code), scan(code))
    later = send(device, scan(code, minutes_ago=0))
    with atomic():
        db.session.execute(sa.update(Scan).values(effective_at=clock.now() - timedelta(minutes=2)))
    after_a_minute = send(device, scan(code))

    assert outcomes([*results, *later, *after_a_minute]) == ["admitted", "rescan", "rescan", "repeat"]


def test_a_second_look_at_a_refused_copy_is_not_waved_through(hall):
    code, second_door = hall.code(hall.minh), hall.device()
    send(hall.device(), scan(code))

    assert outcomes(send(second_door, scan(code), scan(code))) == ["repeat", "repeat"]


def test_a_guest_of_another_site_is_sent_there_by_name_of_the_site_only(hall):
    [result] = send(hall.device(), scan(hall.code(hall.tam)))

    assert result["outcome"] == "other_site"
    assert result["expected_site"] == {"code": hall.school.code, "name": hall.school.name}
    assert "guest" not in result
    assert queries.head_counts(hall.event, hall.sitting) == {}


def test_with_a_reason_by_hand_another_site_lets_them_in(hall):
    device, code = hall.device(profile=Profile.SEARCH), hall.code(hall.tam)
    send(device, scan(code))

    without = send(device, scan(code, mode="manual"))
    [result] = send(device, scan(code, mode="manual", reason="Đi cùng đoàn của tỉnh"))

    assert outcomes(without) == ["other_site"]
    assert result["outcome"] == "admitted"
    assert result["guest"]["name"] == "Lê Văn Tám"
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    entered = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "scan.entered_by_hand")
    ).all()
    assert [entry.details["guest_id"] for entry in entered] == [hall.tam.id, hall.tam.id]
    assert {entry.event_id for entry in entered} == {hall.event.id}


def test_in_at_two_sites_is_one_head_and_one_case_with_both_doors(hall):
    code = hall.code(hall.minh)
    send(hall.device(name="Cửa chính"), scan(code))

    [result] = send(hall.device(hall.school, name="Cửa trường"), scan(code, site=hall.school.code))

    assert result["outcome"] == "cross_site"
    assert result["first"]["site"] == "main"
    assert result["first"]["device"] == "Cửa chính"
    assert "guest" not in result
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    [case] = db.session.scalars(review_queries.cases(hall.event)).all()
    assert case.kind is CaseKind.CROSS_SITE
    behind = [side.scan for side in review_queries.shown(hall.event)[0].sides]
    assert [(one.site.code, one.device.name) for one in behind] == [
        ("main", "Cửa chính"),
        (hall.school.code, "Cửa trường"),
    ]


def test_sent_on_from_the_wrong_site_and_in_at_the_right_one_is_nobodys_case(hall):
    code = hall.code(hall.minh)
    send(hall.device(hall.school), scan(code, site=hall.school.code))

    assert outcomes(send(hall.device(), scan(code))) == ["admitted"]
    assert count(ReviewCase) == 0


def test_before_the_doors_open_says_when_they_do(hall):
    with atomic():
        hall.sitting.doors_open_at = clock.now() + timedelta(hours=1)

    [result] = send(hall.device(), scan(hall.code(hall.minh)))

    assert result["outcome"] == "not_yet"
    assert result["doors"]["opens"] == hall.sitting.doors_open_at.isoformat()
    assert result["guest"]["name"] == "Nguyễn Văn Minh"
    assert queries.head_counts(hall.event, hall.sitting) == {}


def test_where_shifts_at_the_doors_say_when_they_are_open_they_say_it_for_that_site_alone(hall):
    door = post_operations.add_post(hall.main, name="Cửa chính", is_door=True, by=None)
    times = {"starts_at": clock.now() + timedelta(minutes=10), "ends_at": clock.now() + timedelta(minutes=40)}
    made = post_operations.add_shifts(door, [Person("Lê Thị Hòa")], **times, by=None)[0]
    device, school = hall.device(), hall.device(hall.school)

    [early] = send(device, scan(hall.code(hall.minh)))
    [elsewhere] = send(school, scan(hall.code(hall.tam), site=hall.school.code))

    assert (early["outcome"], elsewhere["outcome"]) == ("not_yet", "admitted")
    assert early["doors"] == {
        name: times[at].isoformat() for name, at in (("opens", "starts_at"), ("closes", "ends_at"))
    }
    post_operations.edit_shift(made, {"starts_at": clock.now() - timedelta(minutes=1)}, by=None)
    assert outcomes(send(device, scan(hall.code(hall.minh)))) == ["admitted"]
    post_operations.edit_post(door, {"is_door": False}, by=None)
    assert outcomes(send(device, scan(hall.code(hall.hoa)))) == ["admitted"]


def test_the_hours_of_the_doors_cost_no_statement_more(hall):
    device, code = hall.device(), hall.code(hall.minh)
    send(device, scan(code))
    with counted() as before:
        send(device, scan(code))
    door = post_operations.add_post(hall.main, name="Cửa chính", is_door=True, by=None)
    times = {"starts_at": clock.now() - timedelta(minutes=10), "ends_at": clock.now() + timedelta(hours=2)}
    post_operations.add_shifts(door, [Person(f"Tình nguyện viên {n}") for n in range(30)], **times, by=None)

    with counted() as after:
        send(device, scan(code))

    assert after.number == before.number


def test_a_revoked_pass_does_not_open_and_the_new_one_counts_the_person_once(hall):
    device, old = hall.device(), hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)

    results = send(device, scan(old), scan(hall.code(hall.minh)), scan(old))

    assert outcomes(results) == ["revoked", "admitted", "revoked"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_offline_before_the_device_knew_that_the_pass_was_revoked_went_in_and_is_a_case(hall):
    device, old = hall.device(), hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)
    with atomic():
        hall.pass_of(hall.minh)
        db.session.execute(
            sa.text("UPDATE pass SET revoked_at = :at WHERE revoked_at IS NOT NULL").bindparams(
                sa.bindparam("at", clock.now() - timedelta(minutes=30), type_=Scan.received_at.type)
            )
        )

    results = send(
        device,
        scan(old, minutes_ago=40, decision="admitted"),
        scan(old, minutes_ago=20, decision="admitted"),
    )
    refused = send(hall.device(), scan(old, minutes_ago=10, decision="revoked"))

    assert outcomes(results) == ["admitted", "repeat"]
    assert outcomes(refused) == ["revoked"]
    [case] = db.session.scalars(review_queries.cases(hall.event)).all()
    assert case.kind is CaseKind.ADMITTED_REVOKED


def test_offline_with_a_revoked_pass_alone_is_admitted_revoked_and_counted(hall):
    old = hall.code(hall.minh)
    invitations.reissue_pass(hall.minh, by=None)
    with atomic():
        db.session.execute(
            sa.text("UPDATE pass SET revoked_at = :at WHERE revoked_at IS NOT NULL").bindparams(
                sa.bindparam("at", clock.now() - timedelta(minutes=30), type_=Scan.received_at.type)
            )
        )

    assert outcomes(send(hall.device(), scan(old, minutes_ago=20))) == ["admitted_revoked"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert queries.is_in([hall.minh.id, hall.hoa.id], hall.sitting) == {hall.minh.id}


def test_nobody_enters_a_cancelled_event_but_who_was_in_before_stays_counted(hall):
    device = hall.device()
    send(device, scan(hall.code(hall.minh)))
    with atomic():
        hall.event.cancelled_at = clock.now()

    results = send(device, scan(hall.code(hall.hoa)), scan(hall.code(hall.hoa), minutes_ago=20))

    assert outcomes(results) == ["cancelled", "admitted"]
    assert "guest" not in results[0]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}


def test_a_code_of_another_event_tells_nothing_about_its_holder(hall):
    other = factories.approved_event(title="Hội nghị tổng kết", short_title="Hội nghị tổng kết")
    stranger = factories.guest(factories.main_site(other), full_name="Phạm Thị Lan")

    [result] = send(hall.device(), scan(hall.code(stranger)))

    assert result == {
        "scan_id": result["scan_id"],
        "status": "stored",
        "outcome": "other_event",
        "flags": [],
    }
    assert db.session.scalar(sa.select(Scan.guest_id)) is None


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "https://example.vn", "x" * 10_000, "\0", "a\x07b", "\ud800", "０" * 26, "Nguyễn Văn Minh"],
)
def test_garbage_is_stored_as_a_hash_and_does_not_stop_the_scan_behind_it(hall, garbage):
    results = send(hall.device(), scan(garbage), scan(hall.code(hall.minh)))

    assert outcomes(results) == ["unknown", "admitted"]
    assert [one["status"] for one in results] == ["stored", "stored"]
    kept = db.session.scalars(sa.select(Scan).where(Scan.outcome == Outcome.UNKNOWN)).one()
    assert kept.code_hash == secrets.digest(secrets.normal_code(garbage) or garbage)
    assert kept.guest_id is None


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: " ".join(code), lambda code: f" {code[:9]}-{code[9:]}\n"]
)
def test_a_code_typed_in_another_shape_is_the_same_code(hall, change):
    assert outcomes(send(hall.device(), scan(change(hall.code(hall.minh))))) == ["admitted"]


def test_full_width_digits_are_digits(hall):
    wide = "".join(chr(ord(one) + 0xFEE0) for one in hall.code(hall.minh))

    assert outcomes(send(hall.device(), scan(wide))) == ["admitted"]


def test_a_replay_gives_the_same_answer_and_changes_no_row(hall):
    code, device = hall.code(hall.minh), hall.device()
    batch = [scan(code), scan("nobody"), scan(hall.code(hall.tam)), scan(code), scan(None, kind="exit")]
    answered = send(device, *batch)
    before = db.session.execute(sa.select(Scan.__table__).order_by(Scan.id)).all()
    send(hall.device(), scan(code))

    again = send(device, *reversed(batch))

    assert [one["status"] for one in answered] == ["stored", "stored", "stored", "stored", "quarantined"]
    assert [one["status"] for one in again] == ["quarantined", "replay", "replay", "replay", "replay"]
    assert [{**one, "status": ""} for one in reversed(again)] == [{**one, "status": ""} for one in answered]
    assert db.session.execute(sa.select(Scan.__table__).order_by(Scan.id)).all()[: len(before)] == before
    assert (count(Scan), count(QuarantinedScan)) == (5, 1)


def test_a_replay_names_the_first_entry_that_was_known_then(hall):
    code, second_door = hall.code(hall.minh), hall.device(name="Cửa 2")
    send(hall.device(name="Cửa 1"), scan(code, minutes_ago=2))
    repeated = scan(code)
    [answer] = send(second_door, repeated)
    send(hall.device(name="Cửa 3"), scan(code, minutes_ago=9))

    [again] = send(second_door, repeated)

    assert answer["first"]["device"] == "Cửa 1"
    assert again == {**answer, "status": "replay"}


def test_the_way_it_was_decided_may_change_between_two_sendings(hall):
    device, first_try = hall.device(), scan(hall.code(hall.minh))
    send(device, first_try)

    [result] = send(device, {**first_try, "mode": "offline", "decision": "admitted", "bundle": "7"})

    assert result["status"] == "replay"


def test_the_same_id_with_another_body_is_kept_aside_and_the_first_stays(hall):
    device, first = hall.device(), scan(hall.code(hall.minh))
    second = {**first, "code": hall.code(hall.hoa)}
    send(device, first)

    results = send(device, second, second)
    again = send(device, second, first)

    assert [one["status"] for one in results] == ["conflict", "conflict"]
    assert [one["status"] for one in again] == ["conflict", "replay"]
    assert (count(Scan), count(QuarantinedScan)) == (1, 1)
    aside = db.session.scalar(sa.select(QuarantinedScan))
    assert aside.reason == "conflict"
    assert aside.body["code_hash"] == secrets.digest(hall.code(hall.hoa))
    assert hall.code(hall.hoa) not in str(aside.body)
    assert queries.is_in([hall.minh.id, hall.hoa.id], hall.sitting) == {hall.minh.id}
    alarms = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "scan.put_aside")).all()
    assert [entry.details["reason"] for entry in alarms] == ["conflict"]


def test_the_same_id_twice_in_one_upload(hall):
    one = scan(hall.code(hall.minh))

    results = send(hall.device(), one, dict(one), {**one, "code": hall.code(hall.hoa)})

    assert [result["status"] for result in results] == ["stored", "replay", "conflict"]
    assert outcomes(results) == ["admitted", "admitted", None]


UNREADABLE = {
    "not an object": 7,
    "a list": [],
    "nothing": None,
    "no id": {"scan_id": None},
    "id of another shape": {"scan_id": "12"},
    "id with a NUL": {"scan_id": "\0" * 36},
    "kind unknown": {"kind": "enter"},
    "mode unknown": {"mode": "radio"},
    "24:61": {"scanned_at": "2023-07-15T24:61:00Z"},
    "a time in words": {"scanned_at": "hôm qua"},
    "a number for a time": {"scanned_at": 1689379200},
    "code is a number": {"code": 12},
    "code is a list": {"code": ["a"]},
    "seq below nought": {"seq": -1},
    "seq beyond all": {"seq": 10**40},
    "seq is true": {"seq": True},
    "seq is no number": {"seq": float("nan")},
    "boot id of 1 MB": {"boot_id": "x" * 1_000_000},
    "boot id with control characters": {"boot_id": "a\x00b"},
    "guest is a name": {"guest": "Minh", "code": None},
    "nobody named": {"code": None},
    "annuls nothing": {"kind": "annul", "code": None},
    "half a character": {"bundle": "\ud800"},
}


@pytest.mark.parametrize("bad", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_a_scan_is_put_aside_once_and_blocks_nothing(hall, bad):
    device, good = hall.device(), scan(hall.code(hall.minh))
    broken = {**scan("x"), **bad} if isinstance(bad, dict) else bad

    results = send(device, broken, good)
    again = send(device, broken, good)

    assert [one["status"] for one in results] == ["quarantined", "stored"]
    assert [one["status"] for one in again] == ["quarantined", "replay"]
    assert (count(Scan), count(QuarantinedScan)) == (1, 1)


CLOCKS = {
    "three hours ahead": lambda: (clock.now() + timedelta(hours=3)).isoformat(),
    "1970": lambda: "1970-01-01T00:00:00Z",
    "the last year of JavaScript": lambda: "+275760-09-13T00:00:00.000Z",
    "before Christ": lambda: "-000001-01-01T00:00:00Z",
    "missing": lambda: None,
    "the last day of Python": lambda: "9999-12-31T23:59:59.999999-14:00",
}


@pytest.mark.parametrize("when", CLOCKS.values(), ids=CLOCKS.keys())
def test_a_time_that_cannot_be_is_clamped_and_flagged(hall, when):
    scanned_at = when()

    [result] = send(hall.device(), scan(hall.code(hall.minh), scanned_at=scanned_at))

    assert result["outcome"] == "admitted"
    assert result["flags"] == ["clock_suspect"]
    kept = db.session.scalar(sa.select(Scan))
    assert hall.event.created_at <= kept.effective_at <= kept.received_at
    assert kept.scanned_at == scanned_at


def test_a_clock_47_minutes_ahead_is_corrected_by_what_it_says_when_it_sends(hall):
    ahead = timedelta(minutes=47)
    happened = clock.now() - timedelta(minutes=10)
    late = scan(hall.code(hall.minh), mode="offline", scanned_at=(happened + ahead).isoformat())

    [result] = send(hall.device(), late, device_clock=(clock.now() + ahead).isoformat())

    kept = db.session.scalar(sa.select(Scan))
    assert result["flags"] == []
    assert abs(kept.effective_at - happened) < timedelta(seconds=5)
    assert abs(kept.clock_offset_ms + ahead.total_seconds() * 1000) < 5000


def test_a_clock_that_was_set_between_two_scans_is_suspect(hall):
    now = clock.now()
    scans = [
        scan(hall.code(guest), mode="offline", boot_id="b", mono_ms=ms, scanned_at=at.isoformat())
        for guest, ms, at in [
            (hall.minh, 1000.25, now - timedelta(minutes=9)),
            (hall.hoa, 61_000, now - timedelta(minutes=3)),
        ]
    ]

    assert [one["flags"] for one in send(hall.device(), *scans)] == [[], ["clock_suspect"]]


def test_earlier_effective_time_is_first_whatever_arrived_first(hall):
    code = hall.code(hall.minh)
    early, late = hall.device(name="Sớm"), hall.device(name="Muộn")

    for_late = send(late, scan(code, minutes_ago=5))
    for_early = send(early, scan(code, minutes_ago=8))

    assert outcomes([*for_late, *for_early]) == ["admitted", "repeat"]
    assert for_early[0]["first"]["device"] == "Sớm"
    [entry] = db.session.scalars(queries.present(hall.event, hall.sitting)).all()
    assert entry.device.name == "Sớm"
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_any_order_and_split_of_uploads_ends_in_the_same_heads(app, hall):
    doors = [hall.device(), hall.device(), hall.device(hall.school, profile=Profile.SUPERVISOR)]
    code, other = hall.code(hall.minh), hall.code(hall.tam)
    first = scan(code, minutes_ago=9)
    facts = [
        (0, first),
        (1, scan(code, minutes_ago=6)),
        (2, scan(other, minutes_ago=7, site=hall.school.code)),
        (2, scan(code, minutes_ago=3, site=hall.school.code)),
    ]
    readings = set()

    for order in permutations(facts):
        with atomic():
            db.session.execute(sa.delete(Scan))
            db.session.execute(sa.delete(ReviewCase))
        for number, fact in order:
            send(doors[number], fact)
        entries = db.session.scalars(queries.present(hall.event, hall.sitting)).all()
        cases = db.session.scalars(review_queries.cases(hall.event)).all()
        readings.add(
            (
                frozenset((entry.guest_id, entry.scan_id, entry.site_id) for entry in entries),
                frozenset((case.kind, case.subject) for case in cases),
            )
        )

    assert readings == {
        (
            frozenset({
                (hall.minh.id, first["scan_id"], hall.main.id),
                (hall.tam.id, facts[2][1]["scan_id"], hall.school.id),
            }),
            frozenset({(CaseKind.CROSS_SITE, f"{hall.minh.id}:{hall.sitting.id}")}),
        )
    }  # fmt: skip


def test_a_device_of_one_site_learns_nothing_at_another(hall):
    device = hall.device(hall.school)

    results = send(
        device, scan(hall.code(hall.minh), site="main"), scan(hall.code(hall.minh), site="nowhere")
    )

    for result in results:
        assert result == {
            "scan_id": result["scan_id"],
            "status": "stored",
            "outcome": "other_site",
            "flags": ["attention"],
        }
    assert count(Scan) == 2
    assert queries.head_counts(hall.event, hall.sitting) == {}


def test_a_site_that_is_not_named_is_the_devices_own(hall):
    assert outcomes(send(hall.device(hall.school), scan(hall.code(hall.tam), site=None))) == ["admitted"]


def test_a_plain_scanner_may_not_look_people_up_by_number_but_a_searching_one_may(hall):
    by_number = scan(None, guest=hall.minh.id, mode="manual")

    assert [one["status"] for one in send(hall.device(), by_number)] == ["quarantined"]
    assert outcomes(send(hall.device(profile=Profile.SEARCH), by_number)) == ["admitted"]


def test_a_plain_scanner_enters_nobody_by_hand_though_it_reads_the_code(hall):
    by_hand = scan(hall.code(hall.tam), mode="manual", reason="Đi cùng đoàn")

    assert [one["status"] for one in send(hall.device(), by_hand)] == ["quarantined"]
    assert outcomes(send(hall.device(profile=Profile.SEARCH), by_hand)) == ["admitted"]


def test_leaving_is_noted_and_takes_nobody_off_the_count(hall):
    device, code = hall.device(), hall.code(hall.minh)

    results = send(device, scan(code), scan(code, kind="exit"))

    assert outcomes(results) == ["admitted", "exited"]
    assert results[1]["guest"]["name"] == "Nguyễn Văn Minh"
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}


def test_annulling_needs_a_supervisor_and_a_reason_and_takes_the_entry_back(hall):
    entry = scan(hall.code(hall.minh))
    undo = {"kind": "annul", "annuls": entry["scan_id"], "reason": "Nhầm người"}
    head = hall.device(profile=Profile.SUPERVISOR)
    send(hall.device(), entry)

    by_door = send(hall.device(), scan(None, **undo))
    without_reason = send(head, scan(None, **{**undo, "reason": " "}))
    elsewhere = send(hall.device(hall.school, Profile.SUPERVISOR), scan(None, **undo, site=hall.school.code))
    still_in = queries.is_in([hall.minh.id], hall.sitting)
    [undone] = send(head, scan(None, **undo))

    assert [one["status"] for one in (*by_door, *without_reason, *elsewhere)] == ["quarantined"] * 3
    assert still_in == {hall.minh.id}
    assert undone["outcome"] == "annulled"
    assert undone["guest"]["name"] == "Nguyễn Văn Minh"
    assert queries.head_counts(hall.event, hall.sitting) == {}
    assert outcomes(send(hall.device(), scan(hall.code(hall.minh)))) == ["admitted"]


def test_an_annulment_that_arrives_before_its_scan_still_undoes_it(hall):
    entry = scan(hall.code(hall.minh), minutes_ago=3)
    head = hall.device(profile=Profile.SUPERVISOR)

    send(head, scan(None, kind="annul", annuls=entry["scan_id"], reason="Nhầm người"))
    send(hall.device(), entry)

    assert queries.head_counts(hall.event, hall.sitting) == {}


def test_two_copies_of_a_queue_are_told_by_their_numbers(hall):
    device = hall.device()

    results = send(device, scan(hall.code(hall.minh), seq=5), scan(hall.code(hall.hoa), seq=5))

    assert sorted(one["flags"] for one in results) == [[], ["seq_fork"]]
    assert [case.kind for case in db.session.scalars(review_queries.cases(hall.event))] == [CaseKind.SEQ_FORK]


def test_scans_of_a_revoked_device_are_kept_aside_and_what_it_sent_before_stays(hall):
    device, sent, unsent = hall.device(), scan(hall.code(hall.minh)), scan(hall.code(hall.hoa))
    send(device, sent)
    operations.revoke_device(device, by=None)

    results = send(device, sent, unsent)

    assert [one["status"] for one in results] == ["replay", "quarantined"]
    assert "guest" not in results[0]
    assert db.session.scalar(sa.select(QuarantinedScan.reason)) == "revoked_device"
    assert queries.is_in([hall.minh.id, hall.hoa.id], hall.sitting) == {hall.minh.id}


def test_each_sitting_counts_its_own_heads(hall):
    start = hall.sitting.starts_at + timedelta(days=1)
    second = events.add_sitting(hall.event, title="Ngày thứ hai", by=None)
    with atomic():
        second.starts_at, second.ends_at = start, start + timedelta(hours=2)
    device, code = hall.device(), hall.code(hall.minh)

    now, tomorrow = send(device, scan(code), scan(code, sitting=second.number))

    assert (now["outcome"], tomorrow["outcome"]) == ("admitted", "not_yet")
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert queries.head_counts(hall.event, second) == {}


def test_a_flood_of_unknown_codes_is_slowed_down_and_valid_codes_go_on(hall):
    device = hall.device()
    for _batch in range(2):
        send(device, *(scan(secrets.new_code()) for _code in range(200)))

    with pytest.raises(TooManyUnknown) as refusal:
        send(device, scan(secrets.new_code()))

    assert 1 <= refusal.value.retry_after <= 60
    assert count(Scan) == 400
    assert outcomes(send(device, scan(hall.code(hall.minh)))) == ["admitted"]
    assert outcomes(send(hall.device(), scan(secrets.new_code()))) == ["unknown"]
    alarms = sa.select(AuditEntry.subject_id).where(AuditEntry.action == "device.flooding")
    assert db.session.scalars(alarms).all() == [device.id]


def test_the_attention_note_and_a_refusal_reach_the_door(hall):
    with atomic():
        hall.minh.attention = "Đại biểu phát biểu, đón tại sảnh"
    factories.data_notice(hall.event)
    invitations.invite(hall.event, by=None)
    invitation = invited.invitation_for(hall.minh)
    invitations.answer(invitation, Answer.DECLINED, source=AnswerSource.PAGE, by=invitation)

    [result] = send(hall.device(), scan(hall.code(hall.minh)))

    assert result["flags"] == ["attention"]
    assert result["guest"]["note"] == "Đại biểu phát biểu, đón tại sảnh; đã báo vắng"


def test_ids_are_new_on_every_scan():
    assert scan("a")["scan_id"] != scan("a")["scan_id"] != str(uuid4())
