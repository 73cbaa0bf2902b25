"""A scan costs three statements, hooks and authentication included: what may be known before the doors' turn, what
decides who is first, the row. As many for two hundred scans as for one; one more only for what is rare."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from eventsvc import clock
from eventsvc.checkins import keeping_operations, operations
from eventsvc.checkins.lookup_statements import DECIDING, READING
from eventsvc.checkins.models import Profile
from eventsvc.db import atomic, db
from eventsvc.invitations import operations as invitations
from tests import factories
from tests.checkins.conftest import scan

READ, DECIDE, WRITE = "WITH door", "SELECT json", "INSERT INTO scan"
COUNT, CASE, AUDIT = "SELECT scan.received_at", "INSERT INTO review_case", "INSERT INTO audit_entry"
GOES = "SELECT invitation.guest_id"
NEW, KNOWN = [READ, DECIDE, WRITE], [READ, DECIDE]
BEGINNINGS = (READ, DECIDE, WRITE, COUNT, CASE, AUDIT, GOES, "INSERT INTO quarantined_scan", "UPDATE device")


@pytest.fixture
def http(app, hall, monkeypatch):
    """A phone at the main hall that was heard a moment ago, however slow the machine; `cost` is what an upload of it
    asks the database."""
    monkeypatch.setattr(keeping_operations, "SEEN_EVERY", timedelta(days=1))
    return Phone(app, hall.device(profile=Profile.SEARCH))


class Phone:
    def __init__(self, app, device) -> None:
        self.device, self.app, self.client = device, app, app.test_client()
        self.headers = {"Authorization": f"Bearer {device.secret}"}
        self.cost(scan("garbage"))

    def cost(self, *scans) -> tuple[list[str], list[str | None]]:
        """The statements, each by its beginning (the start of a transaction is none), and the outcomes."""
        said: list[str] = []
        db.session.commit()
        listen = lambda *arguments: said.append(" ".join(arguments[2].split()))  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listen)
        try:
            with self.app.app_context():
                answer = self.client.post(
                    "/api/v1/scans",
                    json={"device_clock": clock.now().isoformat(), "scans": scans},
                    headers=self.headers,
                )
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", listen)
        assert answer.status_code == 200
        found = [one for one in said if not one.startswith("BEGIN")]
        return [_beginning(one) for one in found], [one["outcome"] for one in answer.get_json()["results"]]


def _beginning(statement: str) -> str:
    return next((words for words in BEGINNINGS if statement.startswith(words)), statement[:40])


def test_a_scan_costs_three_statements_whatever_it_finds(hall, http):
    code, first = hall.code(hall.minh), scan(hall.code(hall.minh))
    other = hall.device(name="Cửa 2")
    operations.record_scans(other, [scan(hall.code(hall.hoa))])
    revoked = hall.code(hall.tam)
    invitations.reissue_pass(hall.tam, by=None)

    assert http.cost(first) == (NEW, ["admitted"])
    assert http.cost(first) == (KNOWN, ["admitted"])
    assert http.cost(scan(code)) == (NEW, ["rescan"])
    assert http.cost(scan(hall.code(hall.hoa))) == (NEW, ["repeat"])
    assert http.cost(scan(code, kind="exit")) == (NEW, ["exited"])
    assert http.cost(scan(code)) == (NEW, ["admitted"])
    assert http.cost(scan(hall.code(hall.tam))) == (NEW, ["other_site"])
    assert http.cost(scan(revoked)) == (NEW, ["revoked"])
    assert http.cost(scan(None, guest=hall.hoa.id)) == (NEW, ["repeat"])
    assert http.cost(scan(code, minutes_ago=1)) == (NEW, ["rescan"])


def test_two_hundred_scans_cost_what_one_costs(hall, http):
    guests = [factories.guest(hall.main, full_name=f"Đại biểu {n}") for n in range(100)]
    codes = [hall.code(guest) for guest in guests]
    batch = [scan(code) for code in codes]

    assert http.cost(*batch, *(scan(code) for code in codes)) == (
        NEW,
        ["admitted"] * 100 + ["rescan"] * 100,
    )
    assert http.cost(*batch) == (KNOWN, ["admitted"] * 100)


def test_no_table_is_walked(app, hall, http):
    """Guests and passes are found one by one, however many the event has; SQLite tells how it reads."""
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL plans by what it has counted, so its plans over few rows say nothing
    lines = []
    with db.engine.connect() as connection:
        for read in (*READING.values(), *DECIDING.values()):
            text = str(read.statement.compile(db.engine))
            values = ("[1]",) * text.count("?")
            lines += [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]

    walked = {line.split()[1] for line in lines if line.startswith("SCAN ")}
    assert walked <= {"door", "locked", "anon_1", "store_epoch", "json_each", "value", "CONSTANT"}
    assert {line for line in lines if line.startswith("SEARCH guest ")} == {
        "SEARCH guest USING INTEGER PRIMARY KEY (rowid=?)"
    }


def test_what_is_rare_costs_its_own_statement(hall, http):
    """A count of the unknown codes of the last minute, a case, something put aside or done by hand (with its audit
    entry), the time of the device, who goes instead of somebody whose invitation was taken back."""
    operations.record_scans(hall.device(hall.school), [scan(hall.code(hall.tam), site=hall.school.code)])

    assert http.cost(scan("no such code")) == ([READ, DECIDE, COUNT, WRITE], ["unknown"])
    assert http.cost(*(scan(f"no such code {n}") for n in range(50)))[0] == [READ, DECIDE, COUNT, WRITE]
    assert http.cost(scan(hall.code(hall.tam))) == ([*NEW, CASE], ["cross_site"])
    assert http.cost(scan(None, guest=hall.hoa.id, mode="manual")) == ([*NEW, AUDIT], ["admitted"])
    assert http.cost({"scan_id": "no id"}) == ([READ, COUNT, "INSERT INTO quarantined_scan", AUDIT], [None])
    factories.data_notice(hall.event)
    taken_back = [factories.guest(hall.main, full_name=f"Đại biểu {n}") for n in range(3)]
    codes = [hall.code(guest) for guest in taken_back]
    for guest in taken_back:
        invitations.revoke_invitation(invitations.invite_guest(guest, by=None), by=None)
    assert http.cost(scan(codes[0])) == ([*NEW, GOES], ["revoked"])
    assert http.cost(*(scan(code) for code in codes)) == ([*NEW, GOES], ["revoked"] * 3)
    with atomic():
        http.device.seen_at = clock.now() - timedelta(days=2)
    assert http.cost(scan(hall.code(hall.minh))) == ([*NEW, "UPDATE device"], ["admitted"])
