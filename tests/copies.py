"""Databases with the two events of `tests.world` in them: made once a session, copied for each test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from config import TestConfig
from eventsvc import clock
from eventsvc.accounts.models import SignIn
from eventsvc.app import create_app
from eventsvc.db import db
from tests import houses, servers
from tests.world import POISON, World, build


@dataclass
class Template:
    """A database with the world in it, the folders of its mail and files, and the world's values."""

    world: World
    url: str
    mail: str
    files: str


def _made(folder: Path, url: str | None = None, poison: str = "") -> Template:
    application = create_app(TestConfig(folder, url))
    with application.app_context():
        world = build(poison)
        db.session.remove()
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
        config = application.config
        return Template(
            world, config["SQLALCHEMY_DATABASE_URI"], config["MAIL_FOLDER"], config["FILES_FOLDER"]
        )


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template, session_folder) -> Template:
    return _sqlite(sqlite_template, session_folder / "world")


@pytest.fixture(scope="session")
def poisoned_sqlite_world(sqlite_template, session_folder) -> Template:
    return _sqlite(sqlite_template, session_folder / "poisoned", POISON)


def _sqlite(template: Path, folder: Path, poison: str = "") -> Template:
    folder.mkdir()
    shutil.copy(template, folder / "test.db")
    return _made(folder, poison=poison)


@pytest.fixture(scope="session")
def postgres_world(postgres_url, session_folder) -> Iterator[Template]:
    """The same on PostgreSQL, in a database that copies are made of."""
    with create_app(TestConfig(session_folder, postgres_url)).app_context():
        _empty(db.engine)
        db.engine.dispose()
    houses.hang_up()
    url = servers.create_database(postgres_url, "eventsvc_world", sa.make_url(postgres_url).database)
    folder = session_folder / "postgres_world"
    folder.mkdir()
    yield _made(folder, url)
    servers.drop_database(url)


@pytest.fixture
def world(sqlite_world, tmp_path) -> Iterator[World]:
    """A copy of the world on SQLite, for what does not depend on the database."""
    yield from _copied_sqlite(sqlite_world, tmp_path)


@pytest.fixture
def poisoned_world(poisoned_sqlite_world, tmp_path) -> Iterator[World]:
    """The world with text in every field that would do harm if it were ever taken for code."""
    yield from _copied_sqlite(poisoned_sqlite_world, tmp_path)


@pytest.fixture(params=("sqlite", "postgresql"))
def each_world(request, tmp_path) -> Iterator[World]:
    """A copy of the world on SQLite, then one on PostgreSQL."""
    if request.param == "sqlite":
        yield from _copied_sqlite(request.getfixturevalue("sqlite_world"), tmp_path)
    else:
        yield from _copied_postgres(request.getfixturevalue("postgres_world"), tmp_path)


def _copied_sqlite(template: Template, folder: Path) -> Iterator[World]:
    source, copy = Path(sa.make_url(template.url).database or ""), folder / "test.db"

    def restore() -> None:
        for path in (copy, folder / "test.db-wal", folder / "test.db-shm"):
            path.unlink(missing_ok=True)
        shutil.copy(source, copy)

    restore()
    yield from _running(template, TestConfig(folder), restore)


def _copied_postgres(template: Template, folder: Path) -> Iterator[World]:
    source = str(sa.make_url(template.url).database)
    url = sa.make_url(template.url).set(database="eventsvc_world_copy").render_as_string(hide_password=False)

    def restore() -> None:
        servers.drop_database(url)
        servers.create_database(template.url, "eventsvc_world_copy", source)

    restore()
    yield from _running(template, TestConfig(folder, url), restore)
    servers.drop_database(url)


def _running(template: Template, config: TestConfig, copy: Any) -> Iterator[World]:
    config.RATELIMIT_ENABLED = False
    config.MAIL_FOLDER = template.mail  # read only here
    config.FILES_FOLDER = template.files  # content under its hash: nothing is ever changed there
    application = houses.lend(f"world {sa.make_url(template.url).get_backend_name()}", config)
    with application.app_context():

        def restore() -> None:
            db.session.remove()
            db.engine.dispose()
            copy()
            _freshen()

        _freshen()
        yield replace(template.world, app=application, restore=restore)
        houses.give_back(application)
        db.engine.dispose()


def _empty(engine: sa.Engine) -> None:
    """Take every row away but the shipped organizations, and start counting at 1 again."""
    kept = {"organization", "organization_alias", "alembic_version"}
    tables = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables if table.name not in kept)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def _freshen() -> None:
    """However long ago the template was made: its browsers have been in use just now."""
    with db.engine.begin() as connection:
        now = {"seen_at": clock.now(), "created_at": clock.now()}
        connection.execute(sa.update(SignIn.__table__).values(**now))
