"""Connections that the database ended meanwhile: whoever asks next is answered, without a question before each use."""

import time

import pytest
import sqlalchemy as sa

from eventsvc import db as house
from eventsvc.db import db

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY (%s)"


pytestmark = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
"""SQLite is no server that could stop."""


@pytest.fixture(autouse=True)
def empty_pool(app):
    """What tests before these left in the pool would be handed out first, unused or to be made anew."""
    db.session.remove()
    db.engine.dispose()


def own_number() -> int:
    found = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
    db.session.commit()
    return found


def hang_up(*numbers: int) -> None:
    """As a server does that is stopped; it says so before it goes."""
    other = sa.create_engine(db.engine.url, poolclass=sa.pool.NullPool, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.exec_driver_sql(HANG_UP, (list(numbers),))
        while connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY (%s)", (list(numbers),)
        ).scalar():
            time.sleep(0.01)
    other.dispose()


def test_a_connection_that_was_hung_up_is_replaced_at_once(app):
    before = own_number()
    hang_up(before)

    assert own_number() != before


def test_all_connections_of_the_pool_are_replaced_with_it(app):
    with db.engine.connect() as first, db.engine.connect() as second:
        numbers = {one.exec_driver_sql("SELECT pg_backend_pid()").scalar() for one in (first, second)}
    hang_up(*numbers)

    with db.engine.connect() as first, db.engine.connect() as second:
        fresh = {one.exec_driver_sql("SELECT pg_backend_pid()").scalar() for one in (first, second)}
    assert len(fresh) == 2 and not fresh & numbers


def test_only_a_connection_that_lay_unused_is_asked_whether_it_lives(app, monkeypatch):
    asked = []
    own_number()
    ping = db.engine.dialect.do_ping
    monkeypatch.setattr(db.engine.dialect, "do_ping", lambda one: asked.append(one) or ping(one))

    own_number()
    assert asked == []

    monkeypatch.setattr(house, "TRUSTED_SECONDS", 0.0)
    own_number()
    assert len(asked) == 1
