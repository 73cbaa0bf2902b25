"""The migrations and the models say the same, on both databases; up and down again."""

import re
from datetime import UTC, date, datetime, timedelta

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


# --- What stands already ------------------------------------------------------------------------------------

BEFORE_AGENDA_BUILDER = "20261122"


def test_an_agenda_of_before_survives_the_agenda_builder_and_the_way_back(empty):
    """Sittings that scans point at, items, two rituals in one of them, their participants: SQLite makes several
    of these tables anew."""
    upgrade(revision=BEFORE_AGENDA_BUILDER)
    _insert_an_agenda()
    before = _rows()
    assert {table: len(rows) for table, rows in before.items() if table in KEPT} == KEPT

    upgrade()
    after = _rows()

    second = before["ritual"][1]
    for table, rows in before.items():
        expected = rows if table != "ritual" else [rows[0], {**second, "agenda_item_id": None}, rows[2]]
        now = [_as_before(row) for row in after[CALLED.get(table, table)]]
        shared = [{name: row[name] for name in was} for was, row in zip(rows, now, strict=True)]
        assert shared == expected, table
    items = after["agenda_item"]
    assert [(row["moves"], bool(row["is_public"]), row["strand_id"]) for row in items] == [
        (0, True, None)
    ] * 3
    assert len({row["key"] for row in items}) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", row["key"]) for row in items)
    assert [row["buffer_minutes"] for row in after["sitting"]] == [0, 0]
    assert [row["copies"] for row in after["ritual"]] == [None] * 3
    _no_key_leads_nowhere()

    downgrade(revision=BEFORE_AGENDA_BUILDER)
    again = _rows()

    assert {**again, "ritual": None} == {**before, "ritual": None}
    assert again["ritual"] == [before["ritual"][0], {**second, "agenda_item_id": None}, before["ritual"][2]]
    _no_key_leads_nowhere()


KEPT = {
    "event": 1,
    "sitting": 2,
    "agenda_item": 3,
    "ritual": 3,
    "ritual_participant": 4,
    "scan": 2,
    "site": 1,
    "campaign": 1,
    "campaign_skill": 2,
    "target": 1,
}

CALLED = {"campaign": "movement", "campaign_skill": "skill"}
"""Tables that have another name since."""


def _as_before(row: dict) -> dict:
    return {**row, "campaign_id": row.get("movement_id")}


def _insert_an_agenda() -> None:
    """Rows as the first release left them, put in without the models, which know later columns."""
    now = datetime(2026, 11, 22, 1, tzinfo=UTC)
    day = datetime(2026, 12, 3, 1, tzinfo=UTC)
    rows: list[tuple[str, dict]] = [
        ("organization", {"id": 900, "kind": "agency", "name": "UBND tỉnh", "folded": "ubnd tinh"}),
        ("event", {"id": 1, "slug": "le-ky-2026", "title": "Lễ ký", "host_id": 900, "created_at": now}),
        (
            "sitting",
            {"id": 1, "event_id": 1, "number": 1, "starts_at": day, "ends_at": day + timedelta(hours=2)},
        ),
        ("sitting", {"id": 2, "event_id": 1, "number": 2, "title": "Chiều", "sequence": 3}),
        ("site", {"id": 1, "event_id": 1, "code": "main", "name": "Điểm cầu chính", "created_at": now}),
        (
            "agenda_item",
            {"id": 1, "event_id": 1, "sitting_id": 1, "number": 1, "title": "Khai mạc", "version": 4},
        ),
        (
            "agenda_item",
            {"id": 2, "event_id": 1, "sitting_id": 1, "number": 2, "title": "Ký", "duration_minutes": 9},
        ),
        ("agenda_item", {"id": 3, "event_id": 1, "sitting_id": 2, "number": 1, "title": "Bế mạc"}),
        ("ritual", {"id": 1, "event_id": 1, "number": 1, "key": "a", "title": "Ký A", "agenda_item_id": 2}),
        ("ritual", {"id": 2, "event_id": 1, "number": 2, "key": "b", "title": "Ký B", "agenda_item_id": 2}),
        (
            "ritual",
            {"id": 3, "event_id": 1, "number": 3, "key": "c", "title": "Nhấn nút", "agenda_item_id": 1},
        ),
        ("ritual_participant", {"id": 1, "ritual_id": 1, "role": "signatory", "number": 1, "text": "Bên A"}),
        ("ritual_participant", {"id": 2, "ritual_id": 1, "role": "signatory", "number": 2, "text": "Bên B"}),
        ("ritual_participant", {"id": 3, "ritual_id": 2, "role": "witness", "number": 1, "text": "Lãnh đạo"}),
        ("ritual_participant", {"id": 4, "ritual_id": 3, "role": "presser", "number": 1, "text": "Chủ tịch"}),
        ("campaign", {"id": 1, "event_id": 1, "name": "7 ngày", "duration_days": 7}),
        ("campaign_skill", {"id": 1, "campaign_id": 1, "number": 1, "text": "Dịch vụ công"}),
        ("campaign_skill", {"id": 2, "campaign_id": 1, "number": 2, "text": "Thanh toán"}),
        ("target", {"id": 1, "campaign_id": 1, "number": 1, "value": 7}),
        ("scan", {"id": 1, "event_id": 1, "sitting_id": 1, "site_id": 1, "scan_id": "a" * 32}),
        ("scan", {"id": 2, "event_id": 1, "sitting_id": 2, "site_id": 1, "scan_id": "b" * 32}),
    ]
    with db.engine.begin() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        for name, values in rows:
            table = metadata.tables[name]
            connection.execute(table.insert().values({**_fillers(table), **values}))


def _fillers(table: sa.Table) -> dict:
    """Something for every column that must not be empty and is not given."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    fillers: dict = {}
    for column in table.columns:
        if column.nullable or column.primary_key or column.server_default is not None:
            continue
        kind = column.type.python_type if not isinstance(column.type, sa.JSON) else dict
        some = {int: 1, bool: False, datetime: moment, date: moment.date(), dict: {}}
        fillers[column.name] = some.get(kind, "x")
    return fillers


def _rows() -> dict[str, list[dict]]:
    """Every row of every table, as the database tells it."""
    db.session.remove()
    with db.engine.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        return {
            name: [
                dict(row._mapping)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for name, table in metadata.tables.items()
            if name != "alembic_version"
        }


def _no_key_leads_nowhere() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
