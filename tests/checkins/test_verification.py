"""`flask checkins verify`: silent over a sound event, and every planted breach is named by its number."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from eventsvc import secrets
from eventsvc.checkins import operations, queries, verification_queries
from eventsvc.checkins.models import Profile, QuarantinedScan, ReviewCase, Scan
from eventsvc.db import atomic, db
from tests import factories
from tests.checkins.conftest import scan


@pytest.fixture
def busy(hall):
    """An event in which everything happened that may happen."""
    hall.door, hall.head = hall.device(), hall.device(profile=Profile.SUPERVISOR)
    hall.other = hall.device(hall.school)
    minh, hoa, tam = hall.code(hall.minh), hall.code(hall.hoa), hall.code(hall.tam)
    hall.first = scan(minh, minutes_ago=5)
    mistake = scan(hoa, minutes_ago=4)
    operations.record_scans(hall.door, [hall.first, scan(minh, minutes_ago=1), scan("garbage"), mistake])
    operations.record_scans(hall.other, [scan(minh, site=hall.school.code), scan(tam, site=hall.school.code)])
    operations.record_scans(hall.other, [scan(tam, site="main"), {**scan("x"), "scanned_at": "24:61"}])
    operations.record_scans(
        hall.head, [{**hall.first, "code": hoa}, scan(tam, mode="manual", reason="Đi cùng đoàn")]
    )
    undo = scan(None, kind="annul", annuls=mistake["scan_id"], reason="Nhầm người")
    operations.record_scans(hall.head, [undo, scan(hoa), scan(hoa, kind="exit")])
    return hall


def run(app, hall):
    result = app.test_cli_runner().invoke(args=["checkins", "verify", hall.event.slug])
    return result.exit_code, result.output


def change(scan_id=None, **values):
    with atomic():
        statement = sa.update(Scan).values(**values)
        db.session.execute(statement.where(Scan.scan_id == scan_id) if scan_id else statement)


def row_like(found, **values):
    with atomic():
        row = dict(db.session.execute(sa.select(Scan.__table__).where(Scan.scan_id == found)).one()._mapping)
        row.pop("id")
        db.session.execute(
            sa.insert(Scan.__table__).values({**row, "scan_id": str(uuid4()), "seq": None, **values})
        )


def test_a_sound_event_passes(app, busy):
    exit_code, output = run(app, busy)

    assert verification_queries.breaches(busy.event) == []
    assert (exit_code, output.splitlines()[-1]) == (0, "all ten invariants hold")


def test_an_empty_event_passes(app, hall):
    assert run(app, hall) == (0, "all ten invariants hold\n")


def test_an_unknown_event_is_said_in_a_sentence(app):
    result = app.test_cli_runner().invoke(args=["checkins", "verify", "nowhere"])

    assert (result.exit_code, "There is no event" in result.output) == (1, True)


def refer_to_a_guest_of_another_event(hall):
    other = factories.approved_event(title="Hội nghị", short_title="Hội nghị")
    stranger = factories.guest(factories.main_site(other), full_name="Phạm Thị Lan")
    change(hall.first["scan_id"], guest_id=stranger.id)


def write_an_id_in_capitals(hall):
    row_like(hall.first["scan_id"], scan_id=hall.first["scan_id"].upper(), outcome="repeat")


def call_a_replay_a_conflict(hall):
    kept = db.session.scalar(sa.select(Scan.body_hash).where(Scan.scan_id == hall.first["scan_id"]))
    with atomic():
        aside = db.session.scalar(sa.select(QuarantinedScan).where(QuarantinedScan.reason == "conflict"))
        aside.body_hash = secrets.digest(f"conflict:{aside.scan_id}:{kept}")


def lose_the_scan_a_conflict_is_with(hall):
    with atomic():
        aside = db.session.scalar(sa.select(QuarantinedScan).where(QuarantinedScan.reason == "conflict"))
        aside.scan_id = str(uuid4())


def take_effect_after_arrival(hall):
    change(hall.first["scan_id"], effective_at=Scan.received_at)
    with atomic():
        first = db.session.scalar(sa.select(Scan).where(Scan.scan_id == hall.first["scan_id"]))
        first.effective_at = first.received_at + timedelta(seconds=1)


def take_effect_before_the_list(hall):
    with atomic():
        first = db.session.scalar(sa.select(Scan).where(Scan.scan_id == hall.first["scan_id"]))
        listed = first.effective_at + timedelta(seconds=2)
        first.bundle = f"v.{int(listed.timestamp() * 1000)}"


def admit_twice(hall):
    row_like(hall.first["scan_id"])


def never_admit_who_is_in(hall):
    change(hall.first["scan_id"], outcome="repeat")


def forget_a_case(hall):
    with atomic():
        db.session.execute(sa.delete(ReviewCase).where(ReviewCase.kind == "cross_site"))


def take_somebody_back(hall):
    change(hall.first["scan_id"], standing="not_yet")


def annul_without_a_reason(hall):
    with atomic():
        db.session.execute(sa.update(Scan).where(Scan.kind == "annul").values(reason=None))


def name_a_guest_on_garbage(hall):
    with atomic():
        db.session.execute(sa.update(Scan).where(Scan.outcome == "unknown").values(guest_id=hall.minh.id))


def admit_nobody(hall):
    change(hall.first["scan_id"], guest_id=None)


def keep_a_code_in_the_clear(hall):
    change(hall.first["scan_id"], code_hash=hall.code(hall.minh))


def let_in_at_a_foreign_site(hall):
    row_like(hall.first["scan_id"], site_id=hall.school.id, outcome="repeat")


def hide_that_it_was_out_of_place(hall):
    with atomic():
        db.session.execute(
            sa.update(Scan)
            .where(Scan.device_id == hall.other.id, Scan.site_id == hall.main.id)
            .values(flags=[])
        )


def use_a_number_twice(hall):
    row_like(hall.first["scan_id"], seq=hall.first["seq"], outcome="repeat")


@pytest.mark.parametrize(
    ("number", "plant"),
    [
        (1, refer_to_a_guest_of_another_event),
        (2, write_an_id_in_capitals),
        (3, call_a_replay_a_conflict),
        (3, lose_the_scan_a_conflict_is_with),
        (4, take_effect_after_arrival),
        (4, take_effect_before_the_list),
        (5, admit_twice),
        (5, never_admit_who_is_in),
        (5, forget_a_case),
        (6, take_somebody_back),
        (6, annul_without_a_reason),
        (7, name_a_guest_on_garbage),
        (7, admit_nobody),
        (7, keep_a_code_in_the_clear),
        (9, let_in_at_a_foreign_site),
        (9, hide_that_it_was_out_of_place),
        (10, use_a_number_twice),
    ],
)
def test_a_planted_breach_is_named(app, busy, number, plant):
    plant(busy)

    exit_code, output = run(app, busy)

    assert exit_code == 1
    assert f"invariant {number}: " in output


def test_a_board_that_counts_wrongly_is_named(app, busy, monkeypatch):
    honest = queries.head_counts
    monkeypatch.setattr(
        queries, "head_counts", lambda *of: {site: count + 1 for site, count in honest(*of).items()}
    )

    exit_code, output = run(app, busy)

    assert exit_code == 1
    assert "invariant 8: the board is wrong about site main at sitting 1" in output


@pytest.mark.parametrize("wrong", [1, -1])
def test_the_board_that_is_shown_is_recounted_too(app, busy, monkeypatch, wrong):
    assert "live board" in verification_queries.BOARDS
    honest = verification_queries.BOARDS["live board"]
    assert honest(busy.event, busy.sitting) == queries.head_counts(busy.event, busy.sitting)
    monkeypatch.setitem(
        verification_queries.BOARDS,
        "live board",
        lambda *of: {site: count + wrong for site, count in honest(*of).items()},
    )

    exit_code, output = run(app, busy)

    assert exit_code == 1
    assert "invariant 8: the live board says" in output


def test_a_database_that_finds_another_first_entry_is_named(app, busy, monkeypatch):
    honest = queries.first_entries
    wrong = sa.select(Scan.id, Scan.guest_id).where(Scan.outcome == "rescan").subquery()
    monkeypatch.setattr(queries, "first_entries", lambda sitting: wrong)
    facts = verification_queries._Facts(busy.event)

    assert list(verification_queries.first_is_least(facts)) != []
    monkeypatch.setattr(queries, "first_entries", honest)
    assert list(verification_queries.first_is_least(facts)) == []


def test_missing_numbers_are_told_and_are_no_breach(app, busy):
    operations.record_scans(busy.head, [scan(busy.code(busy.hoa), seq=10_000)])

    exit_code, output = run(app, busy)

    assert exit_code == 0
    assert "scans are still on devices" in output
