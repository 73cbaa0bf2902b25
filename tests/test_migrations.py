"""The migrations and the models say the same, on both databases; up and down again."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
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


def test_a_database_without_tables_is_not_ready(empty):
    assert not queries.schema_is_current()
    assert empty.test_client().get("/readyz").status_code == 503
    assert empty.test_client().get("/healthz").status_code == 200


def test_migrations_do_not_import_the_application():
    versions = sorted(queries.MIGRATIONS.glob("versions/*.py"))

    assert versions
    for path in versions:
        assert "eventsvc" not in path.read_text("utf-8")
