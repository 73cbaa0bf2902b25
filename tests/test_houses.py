"""An application that is lent to many tests is as new to each of them."""

import sqlalchemy as sa

from config import TestConfig
from eventsvc.db import db
from tests import houses

KIND = "lent to these tests"


def lent(folder):
    folder.mkdir()
    return houses.lend(KIND, TestConfig(folder))


def test_the_same_application_is_lent_again_with_nothing_of_the_test_before(tmp_path):
    first = lent(tmp_path / "first")
    made = dict(first.config)
    first.config["MAIL_SERVER"], first.config["OF_A_TEST"] = "mail.example.vn", True
    first.extensions["of a test"] = object()
    queue = first.extensions["jobs"]
    assert first.test_client().get("/sign-in").status_code == 200

    second = lent(tmp_path / "second")

    folder = str(tmp_path / "second")
    assert second is first
    assert second.config == made | {
        "INSTANCE_PATH": folder,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/test.db",
        **{f"{name}_FOLDER": f"{folder}/{name.lower()}" for name in ("MAIL", "ZALO", "FILES")},
    }
    assert second.instance_path == folder
    assert second.extensions["write_lock"] == f"{folder}/test.db.lock"
    assert "of a test" not in second.extensions and second.extensions["jobs"] is not queue


def test_whatever_it_was_asked_and_refused_the_same_application_is_lent_again(tmp_path):
    """To look for whoever handles an error, Flask makes a list for each blueprint and kind of error."""
    first = lent(tmp_path / "first")
    with first.app_context():
        db.create_all()
    client = first.test_client()
    asked = ("/nothing", "/events", "/i/nobody", "/o/nobody", "/stage/nobody", "/api/v1/events")
    answers = [client.get(path).status_code for path in asked] + [client.post("/sign-in").status_code]

    assert {302, 400, 401, 404} <= set(answers)
    assert lent(tmp_path / "second") is first


def test_an_application_is_not_lent_again_after_something_was_added_to_it(tmp_path):
    def routed(app):
        app.add_url_rule("/of-a-test", "of_a_test", lambda: "")

    def hooked(app):
        app.before_request(lambda: None)

    def filtered(app):
        app.jinja_env.filters["of_a_test"] = str

    def handling(app):
        app.register_error_handler(ZeroDivisionError, lambda error: "")

    for number, add in enumerate((routed, hooked, filtered, handling)):
        first = lent(tmp_path / f"{number} first")
        add(first)
        assert lent(tmp_path / f"{number} second") is not first


def test_each_test_has_a_database_file_of_its_own_and_nobody_listening_from_before(tmp_path):
    heard = []
    for name in ("first", "second"):
        app = lent(tmp_path / name)
        with app.app_context():
            if name == "first":
                sa.event.listen(db.engine, "before_cursor_execute", lambda *call: heard.append(call[2]))
            with db.engine.begin() as connection:
                connection.execute(sa.text("CREATE TABLE of_a_test (id INTEGER)"))
                assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
            houses.give_back(app)

    assert (tmp_path / "first" / "test.db").exists() and (tmp_path / "second" / "test.db").exists()
    assert heard == ["CREATE TABLE of_a_test (id INTEGER)", "PRAGMA journal_mode"]


def test_what_one_test_asked_too_often_the_next_may_ask(tmp_path):
    for name in ("first", "second"):
        client = lent(tmp_path / name).test_client()
        answers = [client.post("/api/v1/devices", json={}).status_code for _ in range(61)]

        assert answers[-1] == 429 and 429 not in answers[:60]
