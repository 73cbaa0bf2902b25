"""Holding and setting rows, as every change does."""

import pytest
import sqlalchemy as sa

from eventsvc import rows
from eventsvc.agenda.models import AgendaItem
from eventsvc.db import atomic, db
from eventsvc.errors import NotFound, StaleEdit
from tests import factories


@pytest.fixture
def item(app):
    return factories.item(factories.event())


@atomic()
def lock(row, version=None):
    rows.lock(row, version)


@atomic()
def remove_behind_its_back(item):
    gone = sa.delete(AgendaItem).where(AgendaItem.id == item.id)
    db.session.execute(gone.execution_options(synchronize_session=False))


def test_a_row_saved_by_someone_else_is_not_held(item):
    with pytest.raises(StaleEdit):
        lock(item, item.version + 1)


def test_a_row_removed_by_someone_else_is_not_found(item):
    remove_behind_its_back(item)

    with pytest.raises(NotFound):
        lock(item)


def test_a_page_about_a_row_that_went_meanwhile_is_not_found(app, item):
    remove_behind_its_back(item)

    with app.test_request_context("/api/"):
        with pytest.raises(sa.orm.exc.ObjectDeletedError) as deleted:
            _title = item.title
        answer, status = app.handle_user_exception(deleted.value)

    assert (status, answer.json["error"]["code"]) == (404, "not_found")


def test_only_columns_that_may_change_are_set(item):
    assert rows.assign(item, {"title": "Bế mạc", "note": None}, frozenset({"title", "note"})) == ["title"]
    with pytest.raises(TypeError):
        rows.assign(item, {"event_id": 7}, frozenset({"title"}))
    db.session.rollback()


def test_long_lists_are_asked_for_in_parts():
    assert [list(part) for part in rows.chunks([1, 2, 3], size=2)] == [[1, 2], [3]]
