"""The checks of OWASP ASVS that hold for the whole house: cookies, hosts, sessions, secrets, text that looks like code.

What one feature can show alone stands with its own tests; the walks over all routes are in `test_routes` and
`test_roles`.
"""

import ast
import json
import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
import sqlalchemy as sa
import structlog
import time_machine

from config import Config, ConfigError, TestConfig
from eventsvc import secrets
from eventsvc.accounts import operations as accounts
from eventsvc.accounts.models import Grant, User
from eventsvc.accounts.queries import sign_in_by_key, user_by_email
from eventsvc.app import create_app
from eventsvc.db import db
from eventsvc.deliveries.models import Delivery
from eventsvc.events.models import Event
from tests import walk
from tests.test_routes import _forms
from tests.walk import act, address, ask
from tests.world import POISON

CODE = Path(__file__).parent.parent / "eventsvc"
PASSWORD = "bốn con mèo xanh 8153"
PRODUCTION = {
    "EVENTSVC_ENV": "production",
    "SECRET_KEY": "s" * 40,
    "TOKEN_KEY": "t" * 40,
    "PUBLIC_URL": "https://moi.example.vn",
}


@pytest.fixture
def production(monkeypatch, tmp_path):
    """The environment of a real server; a database is never opened."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/production.db")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    for name in ("TRUSTED_HOSTS", "TRUSTED_PROXIES", "SECRET_KEY_FALLBACKS", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


# --- Starting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "short"),
        ("TOKEN_KEY", ""),
        ("TOKEN_KEY", "x" * 31),
        ("TOKEN_KEY", "s" * 40),  # the same as SECRET_KEY
        ("PUBLIC_URL", "http://moi.example.vn"),
        ("PUBLIC_URL", ""),
        ("EVENTSVC_ENV", "prod"),
        ("TRUSTED_PROXIES", "-1"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_production_refuses_to_start_with(production, name, value):
    production.setenv(name, value)

    with pytest.raises(ConfigError, match=name if value != "s" * 40 else "must differ"):
        Config()


def test_production_makes_no_secrets_of_its_own(production, tmp_path):
    Config()

    assert not list(tmp_path.glob("*_key"))


# --- Cookies and headers ------------------------------------------------------------------------------------


def test_cookies_are_host_bound_and_secure_over_https(production):
    client = create_app(Config()).test_client()

    answer = client.get("/sign-in", base_url="https://moi.example.vn")

    [cookie] = answer.headers.getlist("Set-Cookie")
    name, *flags = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-session=")
    assert {flag.partition("=")[0] for flag in flags} == {"Secure", "HttpOnly", "Path", "SameSite"}
    assert {"Path=/", "SameSite=Lax"} <= set(flags)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_over_plain_http_the_cookie_is_plain_and_still_closed_to_scripts(world):
    answer = world.app.test_client().get("/sign-in")

    [cookie] = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("session=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Strict-Transport-Security" not in answer.headers


def test_the_policy_allows_nothing_inline(world):
    policies = set()
    for endpoint, method in walk.steps(world.app, reading=True):
        answer = ask(world, world.browser("organizer"), method, address(world.app, endpoint, world.a))
        policies.add(answer.headers["Content-Security-Policy"])
        if "style-src 'unsafe-inline'" in policies:
            assert "sandbox" in answer.headers["Content-Security-Policy"], endpoint  # letters, in their frame

    strict = [each for each in policies if "unsafe" not in each]
    assert strict and all("base-uri 'none'" in each for each in strict)
    assert all("sandbox" in each for each in policies if "unsafe-inline" in each)
    assert not [each for each in policies if re.search(r"script-src[^;]*unsafe-(inline|eval)|\*", each)]


def test_what_is_personal_is_not_kept_by_caches(world):
    client = world.browser("organizer")
    for endpoint, method in walk.steps(world.app, reading=True):
        if endpoint != "static":
            answer = ask(world, client, method, address(world.app, endpoint, world.a))
            assert answer.headers["Cache-Control"] in {"no-store", "no-cache", "private, no-cache"}, endpoint


# --- Hosts and proxies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "a@b", "[::]"])
def test_another_host_is_refused(world, host):
    answer = world.app.test_client().get("/sign-in", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text
    walk.assert_of_the_house(answer, host)


FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
}


def test_forwarded_headers_mean_nothing_without_a_proxy(world):
    headers = {
        **FORWARDED,
        "Forwarded": "host=evil.example",
        "X-Forwarded-Prefix": "/evil",
        "X-Host": "evil.example",
    }
    for url in ("/", "/events", address(world.app, "invitee.page", world.a), "/api/v1/openapi.json"):
        answer = ask(world, world.browser("organizer"), "GET", url, headers=headers)
        assert "evil" not in answer.text + str(answer.headers), url


def test_links_in_letters_come_from_the_configuration(world):
    client = world.browser("organizer")
    client.set_cookie("session", client.get_cookie("session").value, domain="127.0.0.1")
    with db.engine.begin() as connection:  # write everybody anew
        connection.execute(sa.delete(Delivery.__table__))
    headers = {"Host": "127.0.0.1", **FORWARDED}
    url = address(world.app, "invitations.resend", world.a)
    act(world, client, "POST", url, headers=headers, data={"number": "1"})

    letters = db.session.scalars(sa.select(Delivery)).all()
    assert letters
    for letter in letters:
        words = f"{letter.text_body} {letter.html_body} {letter.calendar}"
        assert "127.0.0.1" not in words and "evil" not in words
        assert "http://localhost/i/" in words


# --- Signing in ---------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(world):
    """The world with the request limits on, and somebody who has a password."""
    user = user_by_email(world.emails["owner"])
    accounts.set_password(user, PASSWORD, keep=sign_in_by_key(world.keys["owner"]), by=None)
    return world


def _sign_in(world, client, password=PASSWORD, email=None, **arguments):
    fields = {"email": email or world.emails["owner"], "password": password}
    return act(world, client, "POST", "/sign-in", data=fields, **arguments)


def test_a_sign_in_starts_a_session_that_nothing_was_planted_in(fresh):
    client = fresh.browser(None)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["locale"] = "en"

    assert _sign_in(fresh, client).status_code == 302

    with client.session_transaction() as session:
        assert "planted" not in session and session.get("csrf_token") != "0" * 40
        assert session["locale"] == "en"
        first = session["key"]
    again = fresh.browser(None)
    _sign_in(fresh, again)
    with again.session_transaction() as session:
        assert session["key"] != first


def test_a_stolen_cookie_dies_with_the_sign_out(fresh):
    client, thief = fresh.browser("owner"), fresh.browser("owner")
    assert ask(fresh, thief, "GET", "/events").status_code == 200

    act(fresh, client, "POST", "/sign-out")

    assert ask(fresh, thief, "GET", "/events").status_code == 302


def test_a_session_lives_twelve_hours_however_busy_it_is(fresh):
    start = datetime.now(UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = fresh.browser("owner")
        for _twenty_minutes in range(36):
            assert ask(fresh, client, "GET", "/events").status_code == 200
            clock.shift(timedelta(minutes=20))
        clock.shift(timedelta(seconds=2))
        assert ask(fresh, client, "GET", "/events").status_code == 302


def test_a_user_who_is_shut_out_is_out_at_once(fresh):
    client, url = fresh.browser("owner"), address(fresh.app, "events.edit", fresh.a)
    assert ask(fresh, client, "GET", url).status_code == 200
    user = user_by_email(fresh.emails["owner"])
    link = accounts.make_link(user)

    accounts.disable(user, by=None)

    assert ask(fresh, client, "GET", url).status_code == 302
    assert act(fresh, client, "POST", url).status_code == 302
    assert _sign_in(fresh, fresh.browser(None)).status_code == 422
    assert act(fresh, fresh.browser(None), "POST", f"/sign-in/{link}").status_code == 410


def test_ten_failures_close_the_door_to_an_address_whoever_it_names(fresh):
    client = fresh.browser(None)
    for number in range(10):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}  # which nobody believes
        answer = _sign_in(fresh, client, "wrong", f"ai.do{number}@x.example.vn", headers=headers)
        assert answer.status_code == 422

    answer = _sign_in(fresh, client)

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 300


def test_an_unknown_user_and_a_wrong_password_get_the_same_words(fresh):
    def said(email):
        answer = _sign_in(fresh, fresh.browser(None), "wrong", email)
        words = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text)
        return answer.status_code, words.replace(email, "…")

    assert said(fresh.emails["owner"]) == said("khong.ai@quangngai.example.vn")


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "P@ssw0rd!",
        "12345678",
        "abcdefgh",
        "aaaaaaaa",
        "matkhau@2023",
        "quangngai2023",
        "Owner!2026",
    ],
)
def test_a_password_that_would_be_guessed_is_refused(fresh, password):
    answer = act(fresh, fresh.browser("owner"), "POST", "/account", data={"password": password})

    assert answer.status_code == 422
    assert _sign_in(fresh, fresh.browser(None), password).status_code == 422
    assert _sign_in(fresh, fresh.browser(None)).status_code == 302


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "\t//evil.example", "/%09/evil.example",
               "https://evil.example/events", "javascript:alert(1)", "/\r\nSet-Cookie: a=b", "///evil.example"],
)  # fmt: skip
def test_no_page_leads_to_another_site(fresh, target):
    language = act(fresh, fresh.browser(None), "POST", "/language", data={"language": "en", "next": target})
    signed_in = act(
        fresh, fresh.browser(None), "POST", "/sign-in", query_string={"next": target},
        data={"email": fresh.emails["owner"], "password": PASSWORD},
    )  # fmt: skip

    for answer in (language, signed_in):
        assert answer.status_code == 302
        assert re.fullmatch(r"/(?:[^/\\].*)?", answer.location), answer.location


# --- Secrets ------------------------------------------------------------------------------------------------


def test_no_secret_stands_in_the_database(world):
    """Neither tokens nor codes nor session keys: hashes for finding them, ciphertexts for printing them again."""
    accounts.set_password(user_by_email(world.emails["owner"]), PASSWORD, by=None)
    planted = [*world.a.tokens.values(), *world.keys.values(), *world.bearers.values(), PASSWORD]
    planted = [
        secret for secret in planted if secret != world.a.tokens["stop"]
    ]  # signed, of no use elsewhere
    found = []
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                words = json.dumps([str(value) for value in row], ensure_ascii=False)
                found += [(table.name, secret) for secret in planted if secret in words]

    assert found == []
    assert [secrets.digest(token) for token in world.bearers.values()]  # which are there instead


def test_secrets_are_128_random_bits(app):
    tokens, codes = {secrets.new_token() for _ in range(200)}, {secrets.new_code() for _ in range(200)}

    assert len(tokens) == len(codes) == 200
    assert {len(token) for token in tokens} == {22} and {len(code) for code in codes} == {26}


def test_keys_can_be_changed_without_anybody_noticing(world, tmp_path):
    """Old sessions and old passes live on while the earlier keys stand among the fallbacks."""
    config = TestConfig(tmp_path)
    config.SECRET_KEY_FALLBACKS, config.SECRET_KEY = (
        [config.SECRET_KEY],
        "another-secret-key-of-more-than-32-signs",
    )
    config.TOKEN_KEY_FALLBACKS, config.TOKEN_KEY = (
        [config.TOKEN_KEY],
        "another-token-key-of-more-than-32-signs!",
    )
    old = world.browser("organizer")
    cookie = old.get_cookie("session").value
    renewed = create_app(config)

    with renewed.app_context():
        client = renewed.test_client()
        client.set_cookie("session", cookie)
        assert client.get("/events").status_code == 200
        for endpoint in ("invitee.pass_svg", "invitee.stop"):
            assert client.get(address(world.app, endpoint, world.a)).status_code == 200
        db.engine.dispose()


def test_without_the_key_nothing_is_opened(world, tmp_path):
    config = TestConfig(tmp_path)
    config.SECRET_KEY = "another-secret-key-of-more-than-32-signs"
    cookie = world.browser("organizer").get_cookie("session").value
    other = create_app(config)

    with other.app_context():
        client = other.test_client()
        client.set_cookie("session", cookie)
        assert client.get("/events").status_code == 302
        assert client.get(address(world.app, "invitee.stop", world.a)).status_code == 404
        db.engine.dispose()


# --- Logs and error pages -----------------------------------------------------------------------------------


def test_logs_hold_no_secret_and_nobodys_address(world, capfd, caplog):
    """Read everything, sign in wrongly, scan, break something: then look for what was planted."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory())  # what capfd sees
    _break(world, "/broken")
    client = world.browser("organizer")
    for endpoint, method in walk.steps(world.app, reading=True):
        if endpoint != "/broken":
            url = address(world.app, endpoint, world.a)
            ask(world, client, method, url, headers=world.bearer("organizer"))
    _sign_in(world, world.browser(None), password="mat-khau-bi-lo-4711")
    scan = {"scan_id": "1", "seq": 1, "code": world.a.tokens["pass"], "kind": "entry"}
    ask(world, client, "POST", "/api/v1/scans", json={"scans": [scan]}, headers=world.bearer("door"))
    broken = _get(world, "/broken?q=" + world.a.tokens["invitation"])

    logged = "".join(capfd.readouterr()) + caplog.text
    planted = [*world.a.tokens.values(), *world.keys.values(), *world.bearers.values(), "mat-khau-bi-lo-4711"]
    planted += [*world.a.contacts, *world.elsewhere.contacts, *world.emails.values(), *world.a.names]
    assert broken.headers["X-Request-ID"] in logged  # there is something to look through
    assert [word for word in planted if word in logged] == []


def test_an_error_page_tells_a_number_and_no_trace(world):
    _break(world, "/broken", "/api/v1/broken")

    page, answer = _get(world, "/broken"), _get(world, "/api/v1/broken")

    assert (page.status_code, answer.status_code) == (500, 500)
    for text in (page.text, answer.text):
        assert not re.search(
            r"Traceback|IntegrityError|sqlite|psycopg|\.py\b|INSERT|moi0@", text, re.IGNORECASE
        )
    assert page.headers["X-Request-ID"] in page.text
    assert answer.json["error"]["request_id"] == answer.headers["X-Request-ID"]
    for each in (page, answer):
        assert (
            each.headers["X-Content-Type-Options"] == "nosniff"
            and each.headers["Cache-Control"] == "no-store"
        )


def test_a_fault_while_asking_who_may_is_a_refusal(world, monkeypatch):
    def fail(self, event):
        raise RuntimeError("lost")

    monkeypatch.setattr("eventsvc.accounts.permissions.Access.covers", fail)

    answer = _get(world, address(world.app, "guests.index", world.a))

    assert answer.status_code == 500
    assert not [name for name in world.a.names if name in answer.text]


def _get(world, url: str):
    """The organizer's answer, whatever it is; the database session ends with the request, as on a server."""
    with world.app.app_context():
        answer = world.browser("organizer").get(url)
    db.session.rollback()
    return answer


def _break(world, *paths: str) -> None:
    """A view that fails as the database fails, with somebody's address among the parameters."""

    def view():
        db.session.add(User(email=world.emails["owner"]))
        db.session.flush()

    view.is_public = True
    for path in paths:
        world.app.add_url_rule(path, path, view)


# --- How much -----------------------------------------------------------------------------------------------


def test_a_form_takes_four_megabytes_and_an_upload_ten(world):
    client = world.browser("organizer")
    edit, upload = (address(world.app, name, world.a) for name in ("events.edit", "guests.new_import"))

    assert act(world, client, "POST", edit, data={"title": "x" * 4_300_000}).status_code == 413
    assert ask(world, client, "POST", "/sign-in", data=b"x" * 4_300_000).status_code == 413
    for size, statuses in ((5_000_000, {422}), (10_600_000, {413})):
        file = (BytesIO(b"x" * size), "danh-sach.csv")
        assert act(world, client, "POST", upload, data={"file": file, "site": "0"}).status_code in statuses


def test_no_code_reads_what_could_run():
    """No pickle, no unsafe YAML, no eval, no shell."""
    forbidden = {"pickle", "marshal", "shelve", "dill"}
    found = []
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {getattr(node, "module", None), *(alias.name for alias in node.names)}
                found += [(path.name, name) for name in forbidden & names]
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                shell = any(key.arg == "shell" for key in node.keywords)
                if called in {"eval", "exec", "yaml.load", "os.system", "os.popen"} or shell:
                    found.append((path.name, called))

    assert found == []


# --- Text that looks like code ------------------------------------------------------------------------------


def _read_all(world) -> dict[str, object]:
    """Every page that an organizer, an invitee or a screen can read, with filters and mistakes."""
    client, read = world.browser("organizer"), {}
    for endpoint, method in walk.steps(world.app, reading=True):
        with_token = "token" in walk.arguments(world.app, endpoint)
        for half in (world.a,) if with_token else (world.a, world.elsewhere):
            url = address(world.app, endpoint, half)
            read[url] = ask(world, client, method, url, headers=world.bearer("organizer"))
    for url, form in _forms(world, client):
        filled = {name: value + POISON for name, value in form.form_values() if name != "csrf_token"}
        if filled and not url.startswith(("/language", "/sign-in")):
            read["POST " + url] = act(world, client, "POST", url, data=filled)
    return read


def test_text_that_looks_like_code_stays_text(poisoned_world):
    """A script, a template's braces, a letter's placeholder, a format string: in every field, on every page."""
    world, shown = poisoned_world, 0
    for url, answer in _read_all(world).items():
        if answer.mimetype != "text/html" or answer.status_code not in {200, 409, 422}:
            continue
        html = lxml.html.fromstring(answer.text)
        assert not html.xpath("//script[not(@src)] | //b[contains(., '7*7')]"), url
        assert "<script>alert" not in answer.text, url
        assert not html.xpath("//*[@*[starts-with(name(), 'on')]]"), url
        text = html.text_content()
        if "alert(1)" in text:
            shown += 1
            where = text[text.index("alert(1)") :][:160]
            if "rsvp_link" in where:
                assert "{{7*7}}" in where and "((rsvp_link))" in where, f"{url}: {where}"
        assert "<class " not in text and "{{49}}" not in text, url
    assert shown > 25


def test_text_that_looks_like_code_stays_text_in_letters_and_files(poisoned_world):
    world = poisoned_world
    client = world.browser("organizer")
    calendar = ask(world, client, "GET", address(world.app, "invitee.calendar", world.a)).text
    letter = ask(world, client, "GET", address(world.app, "deliveries.raw", world.a)).data
    message = message_from_bytes(letter, policy=policy.default)

    assert calendar.count("BEGIN:VCALENDAR") == 1 and "alert(1)" in calendar.replace("\r\n ", "")
    html = message.get_body(("html",)).get_content()
    assert "<script>alert" not in html and "&lt;script&gt;" in html
    assert len(message.get_all("Subject")) == 1 and not message.defects
    plan = ask(world, client, "GET", address(world.app, "plans.dump", world.a))
    assert plan.status_code == 200 and "alert(1)" in plan.text and plan.mimetype != "text/html"
    answer = ask(world, client, "GET", "/api/v1/events", headers=world.bearer("organizer"))
    assert answer.mimetype == "application/json" and "alert(1)" in answer.text


@pytest.mark.parametrize(
    "q", ["%", "_", "%%", "' OR 1=1 --", "\\", "\\%", '"; DROP TABLE guest; --', "*", "a' || '"]
)
def test_signs_of_sql_find_what_is_written_and_nothing_else(world, q):
    client = world.browser("organizer")
    for endpoint in ("guests.index", "invitations.index", "checkins.index", "events_api.event_guests"):
        url = address(world.app, endpoint, world.a)
        answer = ask(world, client, "GET", url, query_string={"q": q}, headers=world.bearer("organizer"))
        assert answer.status_code == 200
        assert not [name for name in world.a.names if name in answer.text], (endpoint, q)


# --- Fields that nobody offered -----------------------------------------------------------------------------


def test_fields_that_a_form_does_not_have_are_not_taken(world):
    """Roles, owners, ids and states posted along with every form: none of them arrives."""
    client = world.browser("organizer")
    other = db.session.scalar(sa.select(Event).where(Event.slug == world.b.slug))
    extra = {
        "event_id": other.id, "host_id": other.host_id, "organization_id": other.host_id, "id": other.id,
        "role": "admin", "is_admin": "1", "active": "0", "user_id": "1", "slug": "taken-over", "revision": "99",
        "sequence": "99", "created_at": "2000-01-01", "person_id": "1", "token_hash": "x", "event": other.id,
        "by": "1", "province_code": "75", "approved_by_id": "1",
    }  # fmt: skip
    before, accesses, theirs = _rows_of(other.id), _accesses(), _hosted_by(other.host_id)
    for url, form in _forms(world, client):
        if url.startswith("/sign-in"):
            continue
        own = {name for name in form.fields if name}
        filled = {name: value for name, value in form.form_values() if name != "csrf_token"}
        strange = {name: value for name, value in extra.items() if name not in own}
        answer = act(world, client, "POST", url, data={**strange, **filled})
        assert answer.status_code in {200, 302, 409, 410, 413, 422, 404}, url

    assert _rows_of(other.id) == before
    assert _accesses() == accesses
    events = {event.slug: event for event in db.session.scalars(sa.select(Event))}
    assert "taken-over" not in events
    assert events[world.a.slug].province_code == "51" and events[world.a.slug].revision < 90
    assert world.b.slug in theirs and _hosted_by(other.host_id) == theirs


def _hosted_by(host_id: int) -> list[str]:
    return list(
        db.session.scalars(sa.select(Event.slug).where(Event.host_id == host_id).order_by(Event.slug))
    )


def _rows_of(event_id: int) -> dict[str, list]:
    """Everything that belongs to one event."""
    found = {}
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            column = table.c.id if table.name == "event" else table.c.get("event_id")
            if column is not None:
                chosen = sa.select(table).where(column == event_id).order_by(*table.primary_key)
                found[table.name] = [tuple(row) for row in connection.execute(chosen)]
    return found


def _accesses() -> list[tuple]:
    with db.engine.connect() as connection:
        grants = connection.execute(sa.select(Grant.__table__).order_by(Grant.id)).all()
        users = connection.execute(sa.select(User.id, User.email, User.active).order_by(User.id)).all()
    return [tuple(row) for row in (*grants, *users)]
