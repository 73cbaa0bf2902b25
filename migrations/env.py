"""Run the migrations on the application's own engine. Custom types are written as what they are underneath."""

from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

database = current_app.extensions["migrate"].db


def render_item(kind, item, autogen_context):
    """A migration never imports the application: our types appear as plain SQLAlchemy."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def same_type(context_, inspected, metadata, inspected_type, metadata_type):
    """Compare our types by what is underneath; None leaves the decision to Alembic."""
    if isinstance(metadata_type, TypeDecorator):
        return type(inspected_type.as_generic()) is not type(metadata_type.impl_instance)
    return None


@contextmanager
def keys_unwatched(connection):
    """SQLite makes a table anew to change it: dropping the old one must not delete, or empty, what points at it.

    Said to the driver, because inside a transaction SQLite ignores it. Whatever then points at nothing is an error.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if astray := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise SystemExit(
                f"After migrating, {len(astray)} rows point at rows that are not there: {astray[:3]}"
            )
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run():
    if context.is_offline_mode():
        raise SystemExit("Migrations are run against a database, not written as SQL.")
    with database.engine.connect() as connection, keys_unwatched(connection):
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=same_type,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
