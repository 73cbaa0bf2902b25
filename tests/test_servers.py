"""The PostgreSQL of the tests itself: that it is real, separate and goes away."""

import os
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from tests import servers

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = servers.start_postgres(tmp_path_factory.mktemp("postgres"))
    yield started
    servers.stop_postgres(started)


def rows(url: str, statement: str) -> list[tuple]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


def test_databases_are_separate_and_a_copy_has_what_its_template_has(server):
    first = servers.create_database(server.url, "first")
    rows(first, "CREATE TABLE hall (name text)")
    rows(first, "INSERT INTO hall VALUES ('Hội trường')")

    copied = servers.create_database(server.url, "copied", template="first")
    empty = servers.create_database(server.url, "empty")

    assert rows(copied, "SELECT name, upper(name) FROM hall") == [("Hội trường", "HỘI TRƯỜNG")]
    assert rows(empty, "SELECT to_regclass('hall')") == [(None,)]


def test_a_dropped_database_is_gone_even_while_somebody_is_connected(server):
    url = servers.create_database(server.url, "dropped")
    connected = psycopg.connect(url.replace("+psycopg", ""))

    servers.drop_database(url)
    servers.drop_database(url)

    connected.close()
    with pytest.raises(sa.exc.OperationalError, match="does not exist"):
        rows(url, "SELECT 1")


def test_it_listens_on_no_network_address_and_not_as_root(server):
    process = psutil.Process(server.process.pid)

    assert rows(server.url, "SHOW listen_addresses") == [("",)]
    assert process.uids().effective != 0
    assert [one for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN] == []


def test_a_stopped_server_leaves_nothing():
    server = servers.start_postgres()
    family = [
        psutil.Process(server.process.pid),
        *psutil.Process(server.process.pid).children(recursive=True),
    ]

    servers.stop_postgres(server)
    servers.stop_postgres(server)

    assert _alive(family) == []
    assert not server.folder.exists()
    with pytest.raises(psycopg.OperationalError):
        servers.create_database(server.url, "late")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_it_goes_when_the_test_run_is_killed(tmp_path):
    code = f"from tests import servers; import time; s = servers.start_postgres({str(tmp_path)!r})"
    code += "; print(s.process.pid, flush=True); time.sleep(60)"
    run = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    postgres = psutil.Process(int(run.stdout.readline()))

    run.send_signal(signal.SIGKILL)
    run.communicate()

    deadline = time.monotonic() + 60
    while _alive([postgres]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _alive([postgres]) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_can_start_one():
    packages = sysconfig.get_path("purelib")
    nobody = {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": ROOT}
    nobody["env"] = {"PATH": os.defpath, "HOME": "/nonexistent", "PYTHONPATH": packages}
    version = "import sys; print(sys.version_info[:2])"
    for python in (sys.executable, "/usr/bin/python3"):  # one of them may be in a folder only root may read
        with suppress(OSError):
            tried = subprocess.run([python, "-c", version], **nobody, capture_output=True, text=True)
            if tried.stdout.strip() == str(sys.version_info[:2]):
                break
    else:
        pytest.skip("no Python of this version that an ordinary user may run")

    code = "from tests import servers; s = servers.start_postgres(); print(s.url); servers.stop_postgres(s)"
    done = subprocess.run([python, "-c", code], **nobody, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("postgresql+psycopg://postgres@/postgres?host=")


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
