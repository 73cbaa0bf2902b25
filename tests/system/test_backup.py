"""A backup holds everything but the keys, comes back whole or not at all, and makes the devices send again."""

import io
import os
import stat
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from eventsvc.audit.models import AuditEntry
from eventsvc.checkins import device_queries, operations, queries, verification_queries
from eventsvc.checkins.models import Scan
from eventsvc.db import atomic, db
from eventsvc.deliveries import queries as deliveries
from eventsvc.events.models import Event
from eventsvc.files import operations as files
from eventsvc.files import queries as stored
from eventsvc.system import backup_operations
from eventsvc.system import queries as system
from eventsvc.system.backup_operations import CannotBackUp, CannotRestore
from tests import factories, servers
from tests.checkins.conftest import hall, scan  # noqa: F401  (a fixture)

PDF = b"%PDF-1.4\n" + bytes(2000)


@pytest.fixture(autouse=True)
def programs(monkeypatch):
    """The client programs that came with the server of the tests."""
    monkeypatch.setenv("PATH", f"{servers.PROGRAMS / 'bin'}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def backup(tmp_path) -> Path:
    return tmp_path / "backup.tar"


def send(secret, *batch):
    return [
        result["status"] for result in operations.record_scans(operations.door_for(secret)[0], list(batch))
    ]


def test_scans_that_came_after_the_copy_come_again_and_nobody_counts_twice(hall, backup):  # noqa: F811
    secret, minh, hoa = hall.device().secret, hall.code(hall.minh), hall.code(hall.hoa)
    before, after = scan(minh, minutes_ago=5), scan(hoa, minutes_ago=2)
    send(secret, before)
    epoch = device_queries.store_epoch()
    backup_operations.create(backup)
    send(secret, after)
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}

    backup_operations.restore(backup, replace=True)

    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 1}
    assert device_queries.store_epoch() not in (None, epoch)
    assert send(secret, before, after) == ["replay", "stored"]
    assert queries.head_counts(hall.event, hall.sitting) == {hall.main.id: 2}
    assert verification_queries.breaches(db.session.get_one(Event, hall.event.id)) == []


def test_what_stood_here_is_kept_and_comes_back_too(app, backup):
    event = factories.approved_event()
    backup_operations.create(backup)
    with atomic():
        event.venue = "viết sau khi sao lưu"
    name, venue = event.short_title, None

    done = backup_operations.restore(backup, replace=True)
    [restored] = db.session.scalars(sa.select(Event)).all()
    assert (restored.venue, restored.short_title) == (venue, name)
    assert done.kept is not None
    backup_operations.restore(done.kept, replace=True)

    assert db.session.scalar(sa.select(Event.venue)) == "viết sau khi sao lưu"


def test_messages_wait_after_a_restore_and_the_log_tells_of_it(app, backup):
    event = factories.approved_event()
    backup_operations.create(backup)
    assert not deliveries.is_paused(event.id)

    backup_operations.restore(backup, replace=True)

    pause = deliveries.pause_of(event.id)
    assert pause is not None and pause.reason == backup_operations.RESTORED
    assert db.session.scalar(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc())) == "backup.restored"


def test_files_that_were_lost_lie_in_their_place_again(app, backup):
    brought = files.take_in(io.BytesIO(PDF), "giấy mời.pdf")
    backup_operations.create(backup)
    path = stored.place_of(brought.sha256)
    path.unlink()

    done = backup_operations.restore(backup, replace=True)

    assert (done.files, path.read_bytes()) == (1, PDF)


def test_a_copy_is_whole_private_and_holds_no_key(app, backup):
    factories.approved_event()
    backup_operations.create(backup)

    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert app.config["TOKEN_KEY"].encode() not in backup.read_bytes()
    assert [
        path.name for path in backup.parent.iterdir() if path.name.startswith((".backup", ".restore"))
    ] == []
    with pytest.raises(CannotBackUp, match="exists already"):
        backup_operations.create(backup)
    with pytest.raises(CannotBackUp, match="no folder"):
        backup_operations.create(backup.parent / "nowhere" / "b.tar")


def damaged(backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[2000] ^= 0xFF
    backup.write_bytes(content)


def cut_short(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def something_else(backup: Path) -> None:
    backup.write_bytes(b"nothing of the kind" * 1000)


def pointing_outside(backup: Path) -> None:
    with tarfile.open(backup, "a") as archive:
        entry = tarfile.TarInfo("../evil")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))


@pytest.mark.parametrize("spoil", [damaged, cut_short, something_else, pointing_outside])
def test_a_spoiled_backup_is_refused_and_nothing_changes(app, backup, spoil):
    factories.approved_event()
    backup_operations.create(backup)
    epoch = device_queries.store_epoch()
    spoil(backup)

    with pytest.raises(CannotRestore):
        backup_operations.restore(backup, replace=True)

    assert device_queries.store_epoch() == epoch
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1
    assert not (backup.parent / "evil").exists() and not (backup.parent.parent / "evil").exists()


def test_another_key_is_refused_unless_it_is_known_as_an_older_one(app, backup):
    factories.approved_event()
    backup_operations.create(backup)
    old, app.config["TOKEN_KEY"] = app.config["TOKEN_KEY"], "another-key-of-this-installation-only"

    with pytest.raises(CannotRestore, match="TOKEN_KEY"):
        backup_operations.restore(backup, replace=True)
    app.config["TOKEN_KEY_FALLBACKS"] = [old]
    assert backup_operations.restore(backup, replace=True).made_at


def test_a_newer_version_is_refused(app, backup):
    event = factories.approved_event()
    with atomic():
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
    backup_operations.create(backup)

    with pytest.raises(CannotRestore, match="newer version"):
        backup_operations.restore(backup, replace=True)
    assert db.session.scalar(sa.select(Event.id)) == event.id
    with atomic():
        [head] = system.migrations().get_heads()
        db.session.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": head})


def test_an_older_version_is_brought_up(app, backup):
    factories.approved_event()
    db.session.remove()
    downgrade(revision="20261122_sites")
    backup_operations.create(backup)
    upgrade()

    assert backup_operations.restore(backup, replace=True).is_upgraded
    assert system.schema_is_current()
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1


def test_by_command_a_database_with_events_is_replaced_only_when_that_is_said(app, backup, hall):  # noqa: F811
    secret = hall.device().secret
    send(secret, scan(hall.code(hall.minh)))
    run = app.test_cli_runner().invoke

    made = run(args=["backup", "create", str(backup)])
    refused = run(args=["backup", "restore", str(backup)])
    restored = run(args=["backup", "restore", str(backup), "--replace"])

    assert (made.exit_code, made.output.splitlines()[-1]) == (0, str(backup))
    assert (refused.exit_code, "--replace" in refused.output) == (1, True)
    assert (restored.exit_code, "restored as of" in restored.output) == (0, True)
    assert db.session.scalar(sa.select(sa.func.count(Scan.id))) == 1
