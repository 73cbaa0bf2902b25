"""The statements at the door and of the board take the road that was built for them, however many scans lie there."""

import re

import sqlalchemy as sa

from eventsvc.checkins import operations, queries
from eventsvc.db import db
from tests.checkins.conftest import scan


def plans(action) -> list[tuple[str, str]]:
    """What SQLite does for every read of the scans during the action: (line of the plan, statement)."""
    seen = []
    listen = lambda *arguments: seen.append((arguments[2], arguments[3]))  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listen)
    try:
        action()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listen)
    lines = []
    with db.engine.connect() as connection:
        for statement, parameters in seen:
            if statement.startswith("SELECT") and re.search(r"\bscan\b", statement):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                lines += [(row[3], statement) for row in plan]
    return [(line, statement) for line, statement in lines if re.search(r"\bscan(_\d)?\b", line)]


def test_no_scan_is_looked_for_by_walking_the_others(app, hall):
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by what it has counted, so its plans over few rows say nothing
    device, code = hall.device(), hall.code(hall.minh)
    operations.record_scans(device, [scan(code)])

    at_the_door = plans(lambda: operations.record_scans(device, [scan(code), scan("garbage")]))
    on_the_board = plans(lambda: queries.board_rows(hall.event, hall.sitting))

    assert at_the_door and on_the_board
    for line, statement in at_the_door + on_the_board:
        assert not line.startswith("SCAN scan"), statement
        if re.search(r"\bscan_\d\b", line):  # the annulments, and what they annul
            assert "ix_scan_annuls" in line or "sqlite_autoindex_scan_1" in line, (line, statement)
    used = {index for line, _statement in at_the_door for index in re.findall(r"INDEX (\w+)", line)}
    assert used <= {
        "ix_scan_guest_id_sitting_id",
        "ix_scan_annuls",
        "ix_scan_device_id_seq",
        "ix_scan_unknown",
        "sqlite_autoindex_scan_1",
    }
