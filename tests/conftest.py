"""Fixtures for every test: an application on SQLite and on a real PostgreSQL, and clients that check pages."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.db import db
from tests import factories, houses, servers
from tests.copies import (  # noqa: F401  (fixtures)
    each_world,
    poisoned_sqlite_world,
    poisoned_world,
    postgres_world,
    sqlite_world,
    world,
)
from tests.pages import PageClient

# How long an example takes says nothing about whether it holds: a machine may be slow.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

DATABASES = ("sqlite", "postgresql")
ASKED = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
GROWN = (
    "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE pg_table_size(format('%I', name)) > :size"
)
GROWN_BYTES = 60 * 8192


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("session")


@pytest.fixture(scope="session")
def sqlite_template(session_folder) -> Path:
    """An SQLite file with every table and the shipped organizations; each test gets a copy."""
    folder = session_folder / "template"
    folder.mkdir()
    _prepare(create_app(TestConfig(folder)))
    return folder / "test.db"


@pytest.fixture(scope="session")
def postgres_url(session_folder):
    """A PostgreSQL database of this worker, prepared once; each test finds only the shipped organizations."""
    server = servers.start_postgres(session_folder / "postgres", servers.STILL)
    try:
        url = servers.create_database(server.url, "eventsvc_test")
        _prepare(create_app(TestConfig(session_folder, url)))
        yield url
    finally:
        servers.stop_postgres(server)


@pytest.fixture(params=DATABASES)
def app(request, tmp_path):
    """The application with its context pushed, on a database that holds the shipped organizations only.

    Which tests need not be run on both databases: see `tests.databases`.
    """
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        config = TestConfig(tmp_path)
    else:
        config = TestConfig(tmp_path, request.getfixturevalue("postgres_url"))
    application = houses.lend(request.param, config)
    with application.app_context():
        if request.param == "postgresql":
            _empty(db.engine)
        yield application
        houses.give_back(application)


@pytest.fixture
def client(app) -> PageClient:
    """A browser that nobody is signed in to."""
    return PageClient(app)


@pytest.fixture
def organizer(app):
    """The organizer of the People's Committee of Quảng Ngãi, the host of the events that factories make."""
    return factories.organizer()


@pytest.fixture
def signed_in(app, client, organizer) -> PageClient:
    """A browser that the organizer is signed in to."""
    return client.sign_in(organizer)


def _prepare(application) -> None:
    from eventsvc.organizations import operations

    with application.app_context():
        upgrade()
        operations.load_units()
        operations.load_agencies()
        db.session.remove()
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()


def _empty(engine: sa.Engine) -> None:
    """Take every row away but the shipped organizations, and start counting at 1 again.

    Only in tables that a test has written to: one whose sequence was never asked for a number has had no row. By
    DELETE, with foreign keys unwatched: TRUNCATE costs new files on the disk for every table that points there.
    Tables that have grown are then vacuumed: nothing else does that on this server.
    """
    kept = {"organization", "organization_alias"}
    with engine.begin() as connection:
        asked = set(connection.scalars(sa.text(ASKED)))
        used = [
            name
            for name, table in db.metadata.tables.items()
            if name not in kept and ("id" not in table.c or f"{name}_id_seq" in asked)
        ]
        emptied = [f'DELETE FROM "{name}"' for name in used]
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("; ".join([*emptied, "DELETE FROM organization WHERE source = 'test'"]))
        sequences = sorted(asked - {f"{name}_id_seq" for name in kept})
        if sequences:
            counted = sa.text(
                "SELECT setval(format('%I', name)::regclass, 1, false) FROM unnest(CAST(:names AS text[])) AS name"
            )
            connection.execute(counted, {"names": sequences})
        grown = connection.scalars(sa.text(GROWN), {"names": used, "size": GROWN_BYTES}).all()
    if grown:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (SKIP_LOCKED) " + ", ".join(f'"{name}"' for name in grown))
