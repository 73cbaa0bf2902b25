"""The database: base class, column types and `atomic()`, the only place that commits."""

import fcntl
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event as sa_event
from sqlalchemy import orm
from sqlalchemy.engine import Engine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware moment. PostgreSQL keeps `timestamptz`; SQLite keeps the UTC wall time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(sa.TypeDecorator[Enum]):
    """An enum stored as the word on the wire; an unknown word in the database is an error, not a guess."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, words: type[Enum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Enum | str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else str(self.words(value).value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Enum | None:
        return None if value is None else self.words(value)


class Base(orm.DeclarativeBase):
    registry = orm.registry(
        type_annotation_map={
            datetime: UTCDateTime(),
            date: sa.Date(),
            str: sa.Text(),
            dict: sa.JSON(),
            list: sa.JSON(),
        }
    )
    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)

TRUSTED_SECONDS = 10.0
"""So long a connection that was in use is taken to be alive, unless the server has hung up."""

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_afterwards: ContextVar[list[Callable[[], None]]] = ContextVar("afterwards")


@contextmanager
def atomic() -> Iterator[None]:
    """Everything inside is written together or not at all; inside another atomic() the outer one decides.

    The outermost call ends the read transaction (so what was loaded before is read afresh under the lock) and
    begins a writing one. On SQLite it queues on a file lock first, because a busy writer is not woken in order.
    """
    if _writing.get():
        yield
        return
    end_reading()
    session = db.session()
    token = _writing.set(True)
    calls: list[Callable[[], None]] = []
    afterwards = _afterwards.set(calls)
    try:
        with write_queue():
            try:
                yield
                session.commit()
            except BaseException:
                session.rollback()
                raise
    finally:
        _afterwards.reset(afterwards)
        _writing.reset(token)
    for call in calls:
        call()


def end_reading() -> None:
    """Let go of the connection; what was loaded is read afresh when it is used again."""
    session = db.session()
    if not session.in_transaction():  # nothing was read or changed since the last one
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("objects were changed outside atomic()")
    session.commit()


def is_writing() -> bool:
    """Whether this runs inside atomic()."""
    return _writing.get()


def after_commit(call: Callable[[], None]) -> None:
    """Call once what is being written is safe; at once outside atomic(), never after a rollback."""
    if _writing.get():
        _afterwards.get().append(call)
    else:
        call()


@contextmanager
def write_queue() -> Iterator[None]:
    """Wait for the other writers of this SQLite file; PostgreSQL needs no queue."""
    path = current_app.extensions["write_lock"]
    if path is None:
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def init_app(app: Flask) -> None:
    """Bind the database to the application and prepare every connection."""
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    app.extensions["write_lock"] = None
    options: dict[str, object] = {"hide_parameters": True}  # an exception's text must not carry personal data
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ValueError("an SQLite database must be a file: threads and the worker share it")
        app.extensions["write_lock"] = f"{url.database}.lock"
    else:
        options |= {"pool_size": 20}
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
    db.init_app(app)
    orm.configure_mappers()  # before there are workers: no first request waits for it
    with app.app_context():
        if url.get_backend_name() == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _prove_alive(db.engine)


def _prepare_sqlite(engine: Engine) -> None:
    """WAL with every commit on disk; we, not the driver, say when a transaction begins and whether it writes."""

    @sa_event.listens_for(engine, "connect")
    def connect(connection, record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection):  # type: ignore[no-untyped-def]
        connection.execute("BEGIN IMMEDIATE" if _writing.get() else "BEGIN").close()

    engine.dialect.do_begin = begin  # type: ignore[method-assign]  # a listener would cost every statement something


def _prove_alive(engine: Engine) -> None:
    """A connection is asked whether it lives only when it may not: when the server has said something unasked, as it
    does when it stops, or when it lay unused for a while. To ask each time is one more journey for every request.
    """

    @sa_event.listens_for(engine, "checkin")
    def checkin(connection, record):  # type: ignore[no-untyped-def]
        record.info["unused_since"] = time.monotonic()

    @sa_event.listens_for(engine, "checkout")
    def checkout(connection, record, proxy):  # type: ignore[no-untyped-def]
        since = record.info.get("unused_since")
        if since is None or (time.monotonic() - since < TRUSTED_SECONDS and not _has_news(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as fault:
            raise sa.exc.InvalidatePoolError from fault  # every other one is as old: all are made anew


def _has_news(connection: Any) -> bool:
    """Whether something came that nobody asked for: a word of farewell, or the end."""
    if connection.closed:
        return True
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))
