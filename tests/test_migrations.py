"""The migrations and the models say the same, on both databases; up and down again."""

import re

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.system import queries
from tests import servers


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path):
    """The application on a database without tables."""
    if request.param == "sqlite":
        application = create_app(TestConfig(tmp_path))
        with application.app_context():
            yield application
        return
    url = request.getfixturevalue("postgres_url")
    fresh = servers.create_database(url, "eventsvc_migrations")
    try:
        application = create_app(TestConfig(tmp_path, fresh))
        with application.app_context():
            yield application
            db.session.remove()
            db.engine.dispose()
    finally:
        servers.drop_database(fresh)


def differences():
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return compare_metadata(context, db.metadata)


def schema() -> set[tuple]:
    """Every column, constraint and index of the database, in its own words."""
    db.session.remove()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            found = {tuple(row) for query in POSTGRESQL for row in connection.exec_driver_sql(query)}
        else:
            found = _sqlite_schema(connection)
    assert len(found) > 300
    return {row for row in found if "alembic_version" not in map(str, row)}


POSTGRESQL = (
    "SELECT table_name, column_name, data_type, character_maximum_length, collation_name, is_nullable, "
    "column_default FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON "
    "c.oid = k.conrelid WHERE k.connamespace = 'public'::regnamespace AND k.contype <> 'n'",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
)


def _sqlite_schema(connection) -> set[tuple]:
    found, inspector = set(), sa.inspect(connection)
    for table in inspector.get_table_names():
        columns = connection.exec_driver_sql(f'PRAGMA table_xinfo("{table}")')
        found |= {(table, *row[1:]) for row in columns}
        found |= {
            (table, *row[2:]) for row in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
        }
        found |= {
            (table, each["name"], "".join(each["sqltext"].split()))
            for each in inspector.get_check_constraints(table)
        }
        found |= {
            (table, each["name"], *each["column_names"]) for each in inspector.get_unique_constraints(table)
        }
    indexes = connection.exec_driver_sql("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index'")
    found |= {(table, name, "".join((sql or "").split())) for table, name, sql in indexes if sql}
    return found


def test_migrations_make_the_tables_of_the_models(empty):
    upgrade()

    assert differences() == []
    assert queries.schema_is_current()


def test_migrations_can_be_taken_back_and_made_again(empty):
    upgrade()
    downgrade(revision="base")

    assert set(sa.inspect(db.engine).get_table_names()) <= {"alembic_version"}

    upgrade()
    assert differences() == []


def test_a_migrated_database_is_the_one_the_models_would_make(empty):
    """To the last check, default, rule of deletion and condition of an index, which Alembic does not compare."""
    upgrade()
    migrated = schema()
    downgrade(revision="base")
    db.create_all()

    assert migrated == schema()


def test_a_database_without_tables_is_not_ready(empty):
    assert not queries.schema_is_current()
    assert empty.test_client().get("/readyz").status_code == 503
    assert empty.test_client().get("/healthz").status_code == 200


def test_migrations_do_not_import_the_application():
    versions = sorted(queries.MIGRATIONS.glob("versions/*.py"))

    assert versions
    for path in versions:
        assert "eventsvc" not in path.read_text("utf-8")


def test_migrations_stand_in_one_line_and_their_files_are_dated():
    config = Config()
    config.set_main_option("script_location", str(queries.MIGRATIONS))
    names = [path.name for path in queries.MIGRATIONS.glob("versions/*.py")]

    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
    assert [name for name in names if not re.fullmatch(r"20\d\d_[01]\d_[0-3]\d_[a-z0-9_]+\.py", name)] == []
