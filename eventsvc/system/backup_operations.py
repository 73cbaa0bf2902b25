"""Copy everything while the service runs, and bring a copy back.

A restored database has a new `store_epoch`: the phones at the doors see it in the next answer and send again whatever
they still hold (docs/decisions/0019). Messages are paused everywhere, because what was sent after the copy was made
stands in it as unsent.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from flask import current_app
from flask_migrate import upgrade

from eventsvc import clock, secrets
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db, write_queue
from eventsvc.errors import DomainError
from eventsvc.files import queries as files
from eventsvc.system import backup_archive as archives
from eventsvc.system import queries
from eventsvc.system.backup_archive import BadBackup, Manifest

SQLITE, POSTGRESQL = "database.sqlite", "database.sql"
RESTORED = "restored"
"""Why messages are paused afterwards."""


class CannotBackUp(DomainError):
    code = "cannot_back_up"


class CannotRestore(DomainError):
    code = "cannot_restore"


class Restored(NamedTuple):
    """What was brought back. `kept`: where the database that stood here before was copied to, if there was one."""

    made_at: str
    files: int
    kept: Path | None
    is_upgraded: bool


def create(target: Path) -> Path:
    """A copy of database and files under this name, which must be free. The service may go on meanwhile.

    The database first: what it names has been on the disk before its row was.
    """
    with tempfile.TemporaryDirectory(dir=_folder_of(target), prefix=".backup.") as folder:
        copy = Path(folder) / (SQLITE if _is_sqlite() else POSTGRESQL)
        _copy_database(copy)
        manifest = Manifest(
            made_at=clock.now().isoformat(),
            backend=db.engine.dialect.name,
            database=copy.name,
            schema=sorted(queries.schema_versions()),
            key_id=secrets.key_id(),
            parts=[],
        )
        try:
            archives.write(target, manifest, [(copy.name, copy), *_files()])
        except FileExistsError:
            raise CannotBackUp(f"{target} exists already; nothing was written.") from None
    return target


def restore(source: Path, *, replace: bool = False) -> Restored:
    """Bring back what the file holds, all of it or nothing.

    CannotRestore says what is in the way: a damaged file, another kind of database, another TOKEN_KEY, a newer
    version, or a database that has events when `replace` is not said. What stood here is copied aside first.
    """
    beside = Path(current_app.instance_path)
    try:
        with archives.opened(source, beside) as (manifest, folder):
            _require_fit(manifest)
            kept = _put_aside(beside, replace)
            brought = _bring_files(folder / archives.FILES)
            if _is_sqlite():
                _bring_sqlite(folder / manifest.database)
            else:
                _bring_postgresql(folder / manifest.database)
    except BadBackup as error:
        raise CannotRestore(str(error)) from error
    is_upgraded = not queries.schema_is_current()
    if is_upgraded:
        upgrade(directory=str(queries.MIGRATIONS))
    _note(manifest)
    return Restored(manifest.made_at, brought, kept, is_upgraded)


@atomic()
def _note(manifest: Manifest) -> None:
    record(None, "backup.restored", made_at=manifest.made_at)


# --- What must fit -----------------------------------------------------------------------------------------


def _require_fit(manifest: Manifest) -> None:
    backend = db.engine.dialect.name
    if manifest.backend != backend or manifest.database not in (SQLITE, POSTGRESQL):
        raise CannotRestore(f"The backup is of {manifest.backend}, this installation uses {backend}.")
    if manifest.key_id not in secrets.known_key_ids():
        raise CannotRestore(
            f"The backup was made with another TOKEN_KEY (id {manifest.key_id}): without it no pass and no link could "
            "be shown again. Set that key, or add it to TOKEN_KEY_FALLBACKS."
        )
    known = {revision.revision for revision in queries.migrations().walk_revisions()}
    if newer := set(manifest.schema) - known:
        raise CannotRestore(f"The backup is of a newer version (schema {', '.join(sorted(newer))}).")


def _put_aside(folder: Path, replace: bool) -> Path | None:
    """Copy what stands here, when there is something to lose."""
    if not queries.has_events():
        return None
    if not replace:
        raise CannotRestore("The database here has events. Say --replace to put the backup in their place.")
    return create(folder / f"before-restore-{clock.now():%Y%m%dT%H%M%S-%f}.tar")


# --- Files -------------------------------------------------------------------------------------------------


def _files() -> Iterator[tuple[str, Path]]:
    folder = files.folder()
    for path in sorted(folder.glob("??/*")):  # under the hash of their content; not what is just coming in
        yield f"{archives.FILES}{path.relative_to(folder).as_posix()}", path


def _bring_files(source: Path) -> int:
    """Put the files where they are not yet: a name is the hash of the content. Returns how many were new."""
    brought = 0
    for path in sorted(source.glob("??/*")):
        target = files.place_of(path.name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
            brought += 1
    return brought


# --- Databases ---------------------------------------------------------------------------------------------


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _folder_of(target: Path) -> Path:
    folder = target.absolute().parent
    if not folder.is_dir():
        raise CannotBackUp(f"There is no folder {folder}.")
    return folder


def _copy_database(copy: Path) -> None:
    copy.touch(mode=0o600)
    if _is_sqlite():
        with closing(_sqlite(_own_file())) as own, closing(_sqlite(copy)) as target:
            own.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
    else:
        _run("pg_dump", "--no-owner", "--no-privileges", "--file", str(copy))


def _own_file() -> Path:
    return Path(str(db.engine.url.database))


def _sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _bring_sqlite(copy: Path) -> None:
    """Made ready in the copy, then put into the database in one transaction: others see all or nothing."""
    with closing(_sqlite(copy)) as source:
        try:
            answer = source.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise BadBackup(f"The database in the backup cannot be read: {error}") from error
        if answer != "ok":
            raise BadBackup(f"The database in the backup is damaged: {answer}")
        for statement in _changes():
            source.execute(statement)
        db.session.remove()
        db.engine.dispose()
        with write_queue(), closing(_sqlite(_own_file())) as own:
            source.backup(own)


def _bring_postgresql(script: Path) -> None:
    """One transaction from dropping what stands here to the last row."""
    before = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    db.session.remove()
    db.engine.dispose()
    command = [
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set",
        "ON_ERROR_STOP=1",
        "--output",
        os.devnull,
    ]
    command += ["--command", before, "--file", str(script)]
    command += ["--command", "SET search_path TO public"]  # a dump clears it
    for statement in _changes():
        command += ["--command", statement]
    _run("psql", *command)


def _changes() -> list[str]:
    """What a restored database differs in from its copy. No value comes from outside."""
    now = clock.now().strftime("%Y-%m-%d %H:%M:%S" if _is_sqlite() else "%Y-%m-%d %H:%M:%S+00")
    return [
        "DELETE FROM store_epoch",
        f"INSERT INTO store_epoch (id, value) VALUES (1, '{uuid4().hex}')",
        "DELETE FROM mail_pause WHERE scope = 'all'",
        f"INSERT INTO mail_pause (scope, reason, paused_at) VALUES ('all', '{RESTORED}', '{now}')",
    ]


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL against our database; the password goes by the environment, not by the command line."""
    url = db.engine.url
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    environment: dict[str, Any] = {**os.environ, **{name: value for name, value in given.items() if value}}
    path = shutil.which(program)
    if path is None:
        raise CannotBackUp(f"{program} is not installed: it comes with the client of PostgreSQL.")
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBackUp(f"{program} failed: {done.stderr.strip()[-500:]}")
